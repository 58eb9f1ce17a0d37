//! The differences of documents, sentence by sentence: mentions, classes, slots of tasks; and the
//! officials of each document.

use std::collections::{BTreeMap, BTreeSet};

use super::tasks::{Slot, by_sentence, fillers, match_fillers};
use super::{CorpusOptions, fold, pair_documents, scope, sentences, typed_spans_of};
use crate::eval::differences::{Difference, Layer, Mark, Remark, Unit, Verdict, layer};
use crate::eval::labelled::{Collection, Labelled, LabelledOfficial, LabelledSlot};
use crate::eval::spans::{Pairing, TypedSpan};
use crate::span::{ByteSpan, CharSpan};

/// The differences of every document that has one, in order. Documents without a prediction are
/// left out: everything in them is missed.
pub fn corpus_differences(gold: &Collection, pred: &Collection, options: &CorpusOptions) -> Vec<Difference> {
    let types = scope(gold, pred, &options.types).types;
    pair_documents(gold, pred)
        .into_iter()
        .filter_map(|(gold, pred)| Some(document(gold, pred?, &types)))
        .filter(|d| d.wrong() > 0)
        .collect()
}

fn document(gold: &Labelled, pred: &Labelled, types: &[String]) -> Difference {
    let ranges = ranges(gold);
    let mut units: Vec<Unit> = ranges
        .iter()
        .enumerate()
        .map(|(number, &range)| Unit {
            name: format!("{} {} ({}–{})", what(gold), number + 1, range.start, range.end),
            text: gold.surface(range).to_owned(),
            ..Unit::default()
        })
        .collect();
    if gold.mentions.is_some() {
        mentions(gold, pred, types, &ranges, &mut units);
    }
    classes(gold, pred, &mut units);
    if gold.tasks.is_some() {
        slots(gold, pred, &ranges, &mut units);
    }
    let mut whole = Unit { name: "document".into(), ..Unit::default() };
    officials(gold, pred, &mut whole);
    units.push(whole);
    units.retain(|u| u.wrong() > 0);
    Difference { name: gold.id.clone(), units }
}

fn what(gold: &Labelled) -> &'static str {
    if gold.sentences.is_some() { "sentence" } else { "line" }
}

/// What the document is cut into for reading: its sentences, or else its lines.
fn ranges(gold: &Labelled) -> Vec<CharSpan> {
    if let Some(sentences) = &gold.sentences {
        return sentences.iter().map(|s| s.span).collect();
    }
    let mut start = 0;
    let mut lines = Vec::new();
    for line in gold.text().split('\n') {
        let end = start + line.chars().count();
        if end > start {
            lines.push(CharSpan { start, end });
        }
        start = end + 1;
    }
    lines
}

/// The unit that a span begins in, or else one that it reaches into.
fn unit_of(ranges: &[CharSpan], span: CharSpan) -> Option<usize> {
    let begins = ranges.iter().position(|r| r.start <= span.start && span.start < r.end);
    begins.or_else(|| ranges.iter().position(|r| r.overlaps(span)))
}

/// A span as a place in the text of its unit, cut where it reaches out of it.
fn place_in(doc: &Labelled, range: CharSpan, span: CharSpan) -> ByteSpan {
    let base = doc.byte(range.start);
    let at = |char: usize| doc.byte(char.clamp(range.start, range.end)) - base;
    ByteSpan::new(at(span.start), at(span.end))
}

fn mentions(gold: &Labelled, pred: &Labelled, types: &[String], ranges: &[CharSpan], units: &mut [Unit]) {
    let mut spread: BTreeMap<usize, (Vec<TypedSpan>, Vec<TypedSpan>)> = BTreeMap::new();
    for (doc, is_gold) in [(gold, true), (pred, false)] {
        for span in typed_spans_of(doc, types) {
            let Some(unit) = unit_of(ranges, CharSpan { start: span.start, end: span.end }) else { continue };
            let sides = spread.entry(unit).or_default();
            if is_gold { &mut sides.0 } else { &mut sides.1 }.push(span);
        }
    }
    let mut pairing = Pairing::default();
    for (unit, (of_gold, of_pred)) in spread {
        pairing.load(&of_gold, &of_pred);
        let place = |s: TypedSpan| place_in(gold, ranges[unit], CharSpan { start: s.start, end: s.end });
        units[unit].layers.push(layer("mentions", &pairing, types, place));
    }
}

fn classes(gold: &Labelled, pred: &Labelled, units: &mut [Unit]) {
    let predicted = pred.sentences.as_deref().unwrap_or_default();
    let spans: BTreeSet<CharSpan> = predicted.iter().map(|s| s.span).collect();
    for (unit, sentence) in units.iter_mut().zip(gold.sentences.iter().flatten()) {
        let mut remark = |verdict, about: &str, what: String| {
            unit.remarks.push(Remark { verdict, about: about.into(), what });
        };
        if let Some(class) = sentence.class {
            let answer = sentences::answer(sentence, predicted);
            if answer != class {
                remark(Verdict::Changed, "class", format!("{} → {}", class.name(), answer.name()));
            }
        }
        if !spans.contains(&sentence.span) {
            remark(Verdict::Missed, "boundaries", "no predicted sentence begins and ends here".into());
        }
    }
}

fn slots(gold: &Labelled, pred: &Labelled, ranges: &[CharSpan], units: &mut [Unit]) {
    for (sentence, tasks) in by_sentence(gold, pred) {
        let (Some(unit), Some(&range)) = (units.get_mut(sentence), ranges.get(sentence)) else { continue };
        let mut layer = Layer { name: "slots".into(), ..Layer::default() };
        for slot in Slot::ALL {
            let (of_gold, of_pred) = (fillers(slot, &tasks.gold), fillers(slot, &tasks.pred));
            let matched = match_fillers(&of_gold, &of_pred);
            let hit: (BTreeSet<_>, BTreeSet<_>) = matched.into_iter().unzip();
            let mut put = |all: &[&LabelledSlot], hit: &BTreeSet<usize>, wrong: Verdict| {
                for (index, filler) in all.iter().enumerate() {
                    let verdict = if hit.contains(&index) { Verdict::Correct } else { wrong };
                    match filler.span.filter(|s| s.overlaps(range)) {
                        Some(span) => {
                            let span = place_in(gold, range, span);
                            let mark = Mark { span, label: slot.name().into(), verdict };
                            if wrong == Verdict::Missed { &mut layer.gold } else { &mut layer.pred }
                                .push(mark);
                        }
                        // A filler that stands elsewhere, or nowhere, is told in words.
                        None if verdict != Verdict::Correct => unit.remarks.push(Remark {
                            verdict,
                            about: slot.name().into(),
                            what: format!("«{}»", filler.text),
                        }),
                        None => {}
                    }
                }
            };
            put(&of_gold, &hit.0, Verdict::Missed);
            put(&of_pred, &hit.1, Verdict::Spurious);
        }
        if tasks.gold.len() != tasks.pred.len() {
            let verdict =
                if tasks.gold.len() > tasks.pred.len() { Verdict::Missed } else { Verdict::Spurious };
            let what = format!("{} → {}", tasks.gold.len(), tasks.pred.len());
            unit.remarks.push(Remark { verdict, about: "tasks".into(), what });
        }
        for marks in [&mut layer.gold, &mut layer.pred] {
            marks.sort_by(|a, b| (a.span, &a.label).cmp(&(b.span, &b.label)));
        }
        unit.layers.push(layer);
    }
}

fn officials(gold: &Labelled, pred: &Labelled, unit: &mut Unit) {
    let (Some(golds), Some(preds)) = (&gold.officials, &pred.officials) else { return };
    let key =
        |o: &LabelledOfficial| (fold(o.name.as_deref().unwrap_or("")), fold(o.role.as_deref().unwrap_or("")));
    let show = |o: &LabelledOfficial| {
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
        format!("{} / {}", part(&o.name), part(&o.role))
    };
    let mut open: Vec<_> = preds.iter().map(|o| (key(o), o)).collect();
    for official in golds {
        match open.iter().position(|(k, _)| *k == key(official)) {
            Some(found) => drop(open.remove(found)),
            None => unit.remarks.push(Remark {
                verdict: Verdict::Missed,
                about: "official".into(),
                what: show(official),
            }),
        }
    }
    for (_, official) in open {
        unit.remarks.push(Remark {
            verdict: Verdict::Spurious,
            about: "official".into(),
            what: show(official),
        });
    }
}
