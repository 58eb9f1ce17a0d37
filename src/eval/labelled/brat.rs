//! Brat standoff: `name.ann` beside `name.txt`. Text-bound annotations (`T` lines) are read: a type
//! that names a sentence class is a sentence, any other is a mention. Discontinuous spans count as
//! their cover. Relations, events and notes say nothing about the layers that are scored.

use super::{Labelled, LabelledMention, LabelledSentence};
use crate::document::SentenceClass;
use crate::eval::labels::LabelMap;

/// Reads the annotations over `text`. The error holds the line, from 1, and the reason.
pub(super) fn read(
    id: &str,
    text: String,
    ann: &str,
    labels: &LabelMap,
) -> Result<Labelled, (usize, String)> {
    let mut doc = Labelled::new(id, text);
    let (mut mentions, mut sentences) = (Vec::new(), Vec::new());
    for (number, line) in ann.lines().enumerate() {
        if !line.starts_with('T') {
            continue;
        }
        let fail = |reason: String| (number + 1, reason);
        let shape =
            || fail(format!("«{line}»: expected T1, a tab, a type with start and end, a tab, the text"));
        let mut fields = line.splitn(3, '\t');
        let (Some(_), Some(place)) = (fields.next(), fields.next()) else { return Err(shape()) };
        let (kind, offsets) = place.split_once(' ').ok_or_else(shape)?;
        let mut numbers = Vec::new();
        for number in offsets.split([' ', ';']) {
            numbers.push(number.parse::<usize>().map_err(|_| shape())?);
        }
        let (Some(&start), Some(&end)) = (numbers.iter().min(), numbers.iter().max()) else {
            return Err(shape());
        };
        let span = doc.check(start, end).map_err(fail)?;
        let surface = doc.surface(span).replace('\n', " ");
        let whole = numbers.len() == 2;
        if fields.next().is_some_and(|written| whole && written.trim_end() != surface.trim_end()) {
            doc.surface_differs += 1;
        }
        match class_of(kind) {
            Some(class) => sentences.push(LabelledSentence { span, class: Some(class) }),
            None => {
                if let Some(kind) = labels.map(kind) {
                    mentions.push(LabelledMention { kind: kind.to_owned(), span });
                }
            }
        }
    }
    doc.mentions = Some(mentions);
    doc.sentences = (!sentences.is_empty()).then_some(sentences);
    doc.sort_sentences();
    Ok(doc)
}

/// The class that a label names: `decision`, `Decision`, `sentence_decision`.
pub(super) fn class_of(label: &str) -> Option<SentenceClass> {
    let name = label.to_lowercase();
    let name = name.strip_prefix("sentence").map_or(name.as_str(), |n| n.trim_start_matches(['_', '-', ':']));
    SentenceClass::ALL.into_iter().find(|c| c.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "شورا مصوب کرد 🙂 کرج آباد شود.";

    #[test]
    fn mentions_and_sentences() {
        let ann = "T1\tORG 0 4\tشورا\nT2\tLOC 16 19\tکرج\n#1\tNote T1\tx\nT3\tdecision 0 29\tx\nR1\tin Arg1:T1 Arg2:T2\n\
                   T4\tPRO 0 4;9 13\tشورا کرد\n";
        let doc = read("a", TEXT.into(), ann, &LabelMap::built_in()).expect("an annotation");
        let mentions = doc.mentions.as_ref().expect("mentions");
        assert_eq!(mentions.iter().map(|m| m.kind.as_str()).collect::<Vec<_>>(), ["ORG", "LOC"]);
        assert_eq!(doc.surface(mentions[1].span), "کرج");
        assert_eq!(doc.sentences.as_ref().map(|s| s[0].class), Some(Some(SentenceClass::Decision)));
        assert_eq!(doc.surface_differs, 1, "the text of T3 is not what stands there");
    }

    #[test]
    fn a_broken_line_is_named() {
        let read = |ann: &str| read("a", TEXT.into(), ann, &LabelMap::built_in()).expect_err("broken");
        assert_eq!(read("T1\tORG 0 4\tشورا\nT2\tLOC x 19\tکرج\n").0, 2);
        assert!(read("T1\tORG 0 400\tشورا\n").1.contains("0..400"));
    }
}
