//! Boundaries and classes of sentences. A gold sentence is compared with the predicted sentence
//! that shares most of it (the earlier one of equals), so a wrong boundary does not hide a class.

use super::{Cells, Confusion};
use crate::document::SentenceClass;
use crate::eval::figures::Counts;
use crate::eval::labelled::{Labelled, LabelledSentence};
use crate::span::CharSpan;

pub(super) fn count(gold: &Labelled, pred: &Labelled, cells: &mut Cells, confusion: &mut Confusion) {
    let predicted = pred.sentences.as_deref().unwrap_or_default();
    if let Some(marked) = &gold.marked {
        let task = |s: &LabelledSentence| s.class.is_some_and(SentenceClass::is_task);
        let recalled =
            marked.iter().filter(|m| predicted.iter().any(|s| s.span.overlaps(**m) && task(s))).count();
        cells.insert("marked sentences".into(), Counts::of_sets(recalled, recalled, marked.len()));
    }
    let Some(sentences) = gold.sentences.as_deref() else { return };
    let spans = |of: &[LabelledSentence]| {
        let mut spans: Vec<CharSpan> = of.iter().map(|s| s.span).collect();
        spans.sort_unstable();
        spans
    };
    let (of_gold, of_pred) = (spans(sentences), spans(predicted));
    let mut distinct = of_gold.clone();
    distinct.dedup();
    let both = distinct.iter().filter(|s| of_pred.binary_search(s).is_ok()).count();
    cells.insert("boundaries".into(), Counts::of_sets(both, of_pred.len(), of_gold.len()));

    let answers = answers(sentences, predicted);
    if answers.is_empty() {
        return;
    }
    let of = |keep: &dyn Fn(SentenceClass, SentenceClass) -> bool| {
        answers.iter().filter(|(g, p)| keep(*g, *p)).count()
    };
    let task = Counts::of_sets(
        of(&|g, p| g.is_task() && p.is_task()),
        of(&|_, p| p.is_task()),
        of(&|g, _| g.is_task()),
    );
    cells.insert("task sentence".into(), task);
    cells.insert("class accuracy".into(), Counts::of_answers(of(&|g, p| g == p), answers.len()));
    for class in SentenceClass::ALL {
        let counts = Counts::of_sets(
            of(&|g, p| g == class && p == class),
            of(&|_, p| p == class),
            of(&|g, _| g == class),
        );
        cells.insert(format!("class {}", class.name()), counts);
    }
    for (g, p) in answers {
        confusion.counts[place(g)][place(p)] += 1;
    }
}

pub(crate) fn place(class: SentenceClass) -> usize {
    SentenceClass::ALL.iter().position(|&c| c == class).unwrap_or(SentenceClass::ALL.len() - 1)
}

/// The class of each classified gold sentence, and that of the predicted sentence that stands there.
pub(crate) fn answers(
    gold: &[LabelledSentence],
    pred: &[LabelledSentence],
) -> Vec<(SentenceClass, SentenceClass)> {
    let answer = |s: &LabelledSentence| Some((s.class?, answer(s, pred)));
    gold.iter().filter_map(answer).collect()
}

/// What the prediction says about a gold sentence; `none` where it says nothing.
pub(crate) fn answer(gold: &LabelledSentence, pred: &[LabelledSentence]) -> SentenceClass {
    partner(gold, pred).and_then(|s| s.class).unwrap_or(SentenceClass::None)
}

/// The predicted sentence that shares most with a gold one.
fn partner<'a>(gold: &LabelledSentence, pred: &'a [LabelledSentence]) -> Option<&'a LabelledSentence> {
    let shared = |s: &LabelledSentence| {
        s.span.end.min(gold.span.end).saturating_sub(s.span.start.max(gold.span.start))
    };
    // The later of equals comes first in a reversed list, and `max_by_key` keeps the last maximum.
    pred.iter().rev().filter(|s| s.span.overlaps(gold.span)).max_by_key(|s| shared(s))
}
