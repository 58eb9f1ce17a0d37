//! Brat standoff: `name.ann` beside `name.txt`, as [`crate::exchange::brat`] reads it.

use super::{Labelled, layers};
use crate::eval::labels::LabelMap;
use crate::exchange::{Sheet, brat};

/// Reads the annotations over `text`. The error holds the line, from 1, and the reason.
pub(super) fn read(
    id: &str,
    text: String,
    ann: &str,
    labels: &LabelMap,
) -> Result<Labelled, (usize, String)> {
    let read = brat::read(&text, ann)?;
    let mut sheet = Sheet::new(id, text);
    sheet.layers = read.layers;
    let mut doc = layers::labelled(sheet, labels).map_err(|reason| (1, reason))?;
    doc.surface_differs += read.surface_differs;
    Ok(doc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SentenceClass;

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
