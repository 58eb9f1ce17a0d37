//! Scores of whole documents: sentences, mentions, officials, tasks with their slots, deadlines.
//! Every layer is scored where gold knows it. All counts add up over documents, so intervals come
//! from drawing documents again.

pub mod differences;
mod fold;
mod officials;
mod sentences;
mod tasks;

use std::collections::{BTreeMap, BTreeSet};

use super::error::EvalError;
use super::figures::{Counts, Figure, Formula, Sample};
use super::labelled::{Collection, Labelled};
use super::ner::{Types, count_confusion};
use super::spans::{Criterion, Pairing, TypedSpan};
use crate::document::{DeadlineKind, SentenceClass};

pub use fold::fold;
pub use tasks::Slot;

/// How documents are to be scored.
#[derive(Debug, Clone, Default)]
pub struct CorpusOptions {
    /// Which types of mentions count.
    pub types: Types,
    /// Leave documents without a prediction out, instead of counting all their gold as missed.
    pub skip_missing: bool,
}

/// Counts of one document, by name of what is counted.
pub(crate) type Cells = BTreeMap<String, Counts>;

/// A table of confusion between named things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// Names of rows and columns.
    pub names: Vec<String>,
    /// Gold (row) against prediction (column).
    pub counts: Vec<Vec<u64>>,
}

impl Confusion {
    fn new(names: Vec<String>) -> Self {
        Self { counts: vec![vec![0; names.len()]; names.len()], names }
    }

    fn is_empty(&self) -> bool {
        self.counts.iter().flatten().all(|&n| n == 0)
    }
}

/// What is known about gold as a whole, before any document is scored.
pub(crate) struct Scope {
    /// Types of mentions, sorted.
    pub(crate) types: Vec<String>,
    /// Whether any deadline in gold has a kind, or a labelled date.
    pub(crate) kinds: bool,
    pub(crate) dues: bool,
}

/// The scores of a prediction.
#[derive(Debug, Clone)]
pub struct CorpusScore {
    /// Documents that were scored, in the order of the sample's units.
    pub documents: Vec<String>,
    /// Documents of gold without a prediction.
    pub missing: Vec<String>,
    /// Number of predicted documents that gold does not have.
    pub surplus: usize,
    /// Documents whose predicted text is another than gold's; their offsets mean nothing.
    pub text_differs: Vec<String>,
    /// Predicted spans whose text is not what stands there.
    pub surface_differs: usize,
    /// Types of mentions that were scored, sorted.
    pub types: Vec<String>,
    /// Predicted mentions of other types.
    pub left_out: usize,
    /// Which sentences gold takes for what, and the prediction.
    pub classes: Option<Confusion>,
    /// Which mentions are taken for which type.
    pub mentions: Option<Confusion>,
    /// Which kinds of deadlines are taken for which.
    pub kinds: Option<Confusion>,
    /// Names of the cells, sorted.
    pub cells: Vec<String>,
    /// Counts of every document.
    pub sample: Sample,
}

impl CorpusScore {
    /// The number of a cell.
    pub fn cell(&self, name: &str) -> Option<usize> {
        self.cells.binary_search_by(|c| c.as_str().cmp(name)).ok()
    }

    /// Sum of a cell.
    pub fn counts(&self, name: &str) -> Option<Counts> {
        self.cell(name).and_then(|c| self.sample.total().get(c).copied())
    }

    /// The figures that are saved, compared and given an interval.
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        let mut add = |name: &str, formula: Option<Formula>| {
            figures.extend(formula.map(|f| Figure::new(name, f)));
        };
        let f1 = |cell: &str| self.cell(cell).map(Formula::F1);
        let mean = |cells: Vec<Option<usize>>| {
            let cells: Option<Vec<usize>> = cells.into_iter().collect();
            cells.filter(|c| !c.is_empty()).map(Formula::MeanF1)
        };
        add("sentence boundaries F1", f1("boundaries"));
        add("task sentence F1", f1("task sentence"));
        add("class accuracy", f1("class accuracy"));
        add(
            "class macro F1",
            mean(SentenceClass::ALL.iter().map(|c| self.cell(&format!("class {}", c.name()))).collect()),
        );
        add("marked sentences recall", self.cell("marked sentences").map(Formula::Recall));
        for criterion in MENTION_CRITERIA {
            let name = format!("mentions {}", criterion.1);
            add(&format!("{name} F1"), f1(&name));
        }
        let by_type = self.types.iter().map(|t| self.cell(&format!("{t} strict"))).collect();
        add("mentions strict macro F1", mean(by_type));
        for kind in &self.types {
            add(&format!("{kind} strict F1"), f1(&format!("{kind} strict")));
            let (p, r) = (self.cell(&format!("{kind} overlap P")), self.cell(&format!("{kind} overlap R")));
            let joint = p.zip(r).map(|(precision, recall)| Formula::Joint { precision, recall });
            add(&format!("{kind} overlap F1"), joint);
        }
        for cell in ["officials name+role", "officials name", "officials name+role+organization"] {
            add(&format!("{cell} F1"), f1(cell));
        }
        for cell in ["task count", "acts exact", "acts overlap"] {
            add(&format!("{cell} F1"), f1(cell));
        }
        for slot in Slot::ALL {
            add(&format!("{} F1", slot.name()), f1(slot.name()));
        }
        for cell in ["deadline kind", "deadline due"] {
            add(&format!("{cell} F1"), f1(cell));
        }
        figures
    }
}

/// The ways of comparing mentions, with their names.
pub(crate) const MENTION_CRITERIA: [(Criterion, &str); 4] = [
    (Criterion::Strict, "strict"),
    (Criterion::Exact, "exact"),
    (Criterion::Partial, "partial"),
    (Criterion::Type, "type"),
];

/// Gold documents with their predictions, in order of their keys. Documents meet by key, or else by
/// the same text, because annotation tools renumber what they import.
pub(crate) fn pair_documents<'a>(
    gold: &'a Collection,
    pred: &'a Collection,
) -> Vec<(&'a Labelled, Option<&'a Labelled>)> {
    let by_text: BTreeMap<&str, &Labelled> =
        pred.iter().filter(|(k, _)| !gold.contains_key(*k)).map(|(_, d)| (d.text(), d)).collect();
    let partner = |(key, doc): (&String, &'a Labelled)| {
        (doc, pred.get(key).or_else(|| by_text.get(doc.text()).copied()))
    };
    gold.iter().map(partner).collect()
}

/// Scores `pred` against `gold`.
///
/// # Errors
/// Where no document has a prediction.
pub fn score_corpus(
    gold: &Collection,
    pred: &Collection,
    options: &CorpusOptions,
) -> Result<CorpusScore, EvalError> {
    let pairs = pair_documents(gold, pred);
    let found = pairs.iter().filter(|(_, p)| p.is_some()).count();
    if found == 0 {
        return Err(EvalError::mismatch(format!(
            "none of the {} gold documents has a prediction; ids must be the same (gold has «{}», the prediction «{}»)",
            gold.len(),
            gold.keys().next().map_or("", String::as_str),
            pred.keys().next().map_or("", String::as_str),
        )));
    }
    let scope = scope(gold, pred, &options.types);
    let class_names: Vec<String> = SentenceClass::ALL.iter().map(|c| c.name().to_owned()).collect();
    let mut classes = Confusion::new(class_names);
    let mut mentions = Confusion::new([scope.types.clone(), vec![String::new()]].concat());
    let mut kinds =
        Confusion::new(DEADLINE_KINDS.iter().map(|(_, n)| (*n).to_owned()).chain([String::new()]).collect());
    let mut score = CorpusScore {
        documents: Vec::new(),
        missing: Vec::new(),
        surplus: pred.len() - found,
        text_differs: Vec::new(),
        surface_differs: 0,
        types: scope.types.clone(),
        left_out: 0,
        classes: None,
        mentions: None,
        kinds: None,
        cells: Vec::new(),
        sample: Sample::default(),
    };
    let mut units: Vec<Cells> = Vec::new();
    for (gold, pred) in pairs {
        let nothing;
        let pred = match pred {
            Some(pred) => pred,
            None => {
                score.missing.push(gold.id.clone());
                if options.skip_missing {
                    continue;
                }
                nothing = Labelled::empty(gold.id.clone(), gold.text().to_owned());
                &nothing
            }
        };
        if pred.text() != gold.text() {
            score.text_differs.push(gold.id.clone());
        }
        score.surface_differs += pred.surface_differs;
        let mut cells = Cells::new();
        sentences::count(gold, pred, &mut cells, &mut classes);
        score.left_out += count_mentions(gold, pred, &scope, &mut cells, &mut mentions);
        officials::count(gold, pred, &mut cells);
        tasks::count(gold, pred, &scope, &mut cells, &mut kinds);
        score.documents.push(gold.id.clone());
        units.push(cells);
    }
    let names: BTreeSet<&String> = units.iter().flat_map(BTreeMap::keys).collect();
    score.cells = names.into_iter().cloned().collect();
    score.sample = Sample::new(score.cells.len());
    for unit in &units {
        let numbered: Vec<_> =
            unit.iter().filter_map(|(name, &counts)| Some((score.cell(name)?, counts))).collect();
        score.sample.push(numbered);
    }
    score.classes = (!classes.is_empty()).then_some(classes);
    score.mentions = (!mentions.is_empty()).then_some(mentions);
    score.kinds = (scope.kinds && !kinds.is_empty()).then_some(kinds);
    Ok(score)
}

/// Kinds of deadlines with their names, in the order of tables.
pub(crate) const DEADLINE_KINDS: [(DeadlineKind, &str); 6] = [
    (DeadlineKind::Date, "date"),
    (DeadlineKind::Duration, "duration"),
    (DeadlineKind::Event, "event"),
    (DeadlineKind::Recurring, "recurring"),
    (DeadlineKind::Immediate, "immediate"),
    (DeadlineKind::Vague, "vague"),
];

fn scope(gold: &Collection, pred: &Collection, types: &Types) -> Scope {
    let kinds_of = |docs: &'_ Collection| -> Vec<String> {
        docs.values().flat_map(|d| d.mentions.iter().flatten()).map(|m| m.kind.clone()).collect()
    };
    let (of_gold, of_pred) = (kinds_of(gold), kinds_of(pred));
    let types = types.choose(of_gold.iter().map(String::as_str), of_pred.iter().map(String::as_str));
    let deadlines =
        || gold.values().flat_map(|d| d.tasks.iter().flatten()).filter_map(|t| t.deadline.as_ref());
    Scope { types, kinds: deadlines().any(|d| d.kind.is_some()), dues: deadlines().any(|d| d.due.is_some()) }
}

/// The mentions of a document that are scored.
pub(crate) fn typed_spans_of(doc: &Labelled, types: &[String]) -> Vec<TypedSpan> {
    let number = |kind: &str| types.iter().position(|t| t == kind).and_then(|k| u16::try_from(k).ok());
    let span = |m: &super::labelled::LabelledMention| {
        number(&m.kind).map(|kind| TypedSpan::new(m.span.start, m.span.end, kind))
    };
    doc.mentions.iter().flatten().filter_map(span).collect()
}

/// Gives the number of predicted mentions whose type is not scored.
fn count_mentions(
    gold: &Labelled,
    pred: &Labelled,
    scope: &Scope,
    cells: &mut Cells,
    confusion: &mut Confusion,
) -> usize {
    if gold.mentions.is_none() {
        return 0;
    }
    let mut pairing = Pairing::default();
    let predicted = typed_spans_of(pred, &scope.types);
    pairing.load(&typed_spans_of(gold, &scope.types), &predicted);
    for (criterion, name) in MENTION_CRITERIA {
        cells.insert(format!("mentions {name}"), pairing.counts(criterion));
    }
    for (kind, name) in scope.types.iter().enumerate() {
        let kind = kind as u16;
        for (criterion, criterion_name) in MENTION_CRITERIA {
            cells.insert(format!("{name} {criterion_name}"), pairing.counts_of(criterion, kind));
        }
        let (pred_hits, gold_hits) = pairing.overlapping(kind);
        let strict = pairing.counts_of(Criterion::Strict, kind);
        let (preds, golds) = (strict.pred() as usize, strict.gold() as usize);
        cells.insert(format!("{name} overlap P"), Counts::of_sets(pred_hits, preds, pred_hits));
        cells.insert(format!("{name} overlap R"), Counts::of_sets(gold_hits, gold_hits, golds));
    }
    count_confusion(&pairing, &mut confusion.counts);
    pred.mentions.iter().flatten().count() - predicted.len()
}

#[cfg(test)]
mod tests;
