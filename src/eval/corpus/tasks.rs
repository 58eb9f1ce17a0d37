//! Tasks and their slots. Tasks are compared inside the gold sentence that holds them: how many
//! there are, and what fills each slot. A predicted filler is right where it overlaps the gold span
//! or folds to the same name; fillers are matched one to one, as many as possible.

use std::collections::BTreeMap;

use super::{Cells, Confusion, DEADLINE_KINDS, Scope, fold};
use crate::eval::figures::Counts;
use crate::eval::labelled::{Labelled, LabelledDeadline, LabelledSlot, LabelledTask};
use crate::eval::matching::{Edge, best_matching};
use crate::eval::spans::{Criterion, Pairing, TypedSpan};

/// Slots of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Who must do it.
    Assignees,
    /// With whom.
    Collaborators,
    /// By when.
    Deadline,
    /// Who decided, ordered or asked.
    Issuer,
}

impl Slot {
    /// All slots, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Assignees, Self::Collaborators, Self::Deadline, Self::Issuer];

    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Assignees => "assignees",
            Self::Collaborators => "collaborators",
            Self::Deadline => "deadline",
            Self::Issuer => "issuer",
        }
    }

    /// What fills the slot in a task.
    pub(crate) fn fillers(self, task: &LabelledTask) -> Vec<&LabelledSlot> {
        match self {
            Self::Assignees => task.assignees.iter().collect(),
            Self::Collaborators => task.collaborators.iter().collect(),
            Self::Deadline => task.deadline.iter().map(|d| &d.slot).collect(),
            Self::Issuer => task.issuer.iter().collect(),
        }
    }
}

/// The tasks of one gold sentence, on both sides.
#[derive(Debug, Default)]
pub(crate) struct InSentence<'a> {
    pub(crate) gold: Vec<&'a LabelledTask>,
    pub(crate) pred: Vec<&'a LabelledTask>,
}

/// Tasks by gold sentence. A task that does not say its sentence, and every predicted one, belongs
/// to the sentence that holds its middle; one that lies in no gold sentence is left out.
pub(crate) fn by_sentence<'a>(gold: &'a Labelled, pred: &'a Labelled) -> BTreeMap<usize, InSentence<'a>> {
    let sentences = gold.sentences.as_deref().unwrap_or_default();
    let around = |task: &LabelledTask| {
        // Twice the middle, which may lie between two code points.
        let middle = task.span.map(|s| s.start + s.end)?;
        sentences.iter().position(|s| 2 * s.span.start <= middle && middle < 2 * s.span.end)
    };
    let mut found: BTreeMap<usize, InSentence> = BTreeMap::new();
    for task in gold.tasks.iter().flatten() {
        if let Some(sentence) = task.sentence.or_else(|| around(task)) {
            found.entry(sentence).or_default().gold.push(task);
        }
    }
    for task in pred.tasks.iter().flatten() {
        if let Some(sentence) = around(task) {
            found.entry(sentence).or_default().pred.push(task);
        }
    }
    found
}

/// Whether a predicted filler is right.
fn agrees(gold: &LabelledSlot, pred: &LabelledSlot) -> bool {
    let overlap = matches!((gold.span, pred.span), (Some(g), Some(p)) if g.overlaps(p));
    overlap || {
        let name = fold(&pred.text);
        !name.is_empty() && name == fold(&gold.text)
    }
}

/// Pairs of gold and predicted fillers that agree, as indexes; as many as possible.
pub(crate) fn match_fillers(gold: &[&LabelledSlot], pred: &[&LabelledSlot]) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for (left, g) in gold.iter().enumerate() {
        for (right, p) in pred.iter().enumerate() {
            if agrees(g, p) {
                edges.push(Edge { left, right, rank: 0 });
            }
        }
    }
    best_matching(&edges, 1).into_iter().map(|e| (edges[e].left, edges[e].right)).collect()
}

/// The fillers of a slot in a sentence, in an order that does not depend on the tasks'.
pub(crate) fn fillers<'a>(slot: Slot, tasks: &[&'a LabelledTask]) -> Vec<&'a LabelledSlot> {
    let mut all: Vec<&LabelledSlot> = tasks.iter().flat_map(|t| slot.fillers(t)).collect();
    all.sort();
    all
}

pub(super) fn count(
    gold: &Labelled,
    pred: &Labelled,
    scope: &Scope,
    cells: &mut Cells,
    kinds: &mut Confusion,
) {
    let Some(tasks) = gold.tasks.as_deref() else { return };
    let mut add = |cell: &str, counts: Counts| *cells.entry(cell.to_owned()).or_default() += counts;
    for cell in ["task count"].into_iter().chain(Slot::ALL.map(Slot::name)) {
        add(cell, Counts::default());
    }
    for tasks in by_sentence(gold, pred).values() {
        let (golds, preds) = (tasks.gold.len(), tasks.pred.len());
        add("task count", Counts::of_sets(golds.min(preds), preds, golds));
        for slot in Slot::ALL {
            let (of_gold, of_pred) = (fillers(slot, &tasks.gold), fillers(slot, &tasks.pred));
            let hits = match_fillers(&of_gold, &of_pred).len();
            add(slot.name(), Counts::of_sets(hits, of_pred.len(), of_gold.len()));
        }
        count_deadlines(tasks, scope, &mut add, kinds);
    }
    let act = |t: &LabelledTask| t.span.map(|s| TypedSpan::new(s.start, s.end, 0));
    let acts = |tasks: &[LabelledTask]| tasks.iter().filter_map(act).collect::<Vec<_>>();
    if tasks.iter().any(|t| t.span.is_some()) || tasks.is_empty() {
        let mut pairing = Pairing::default();
        pairing.load(&acts(tasks), &acts(pred.tasks.as_deref().unwrap_or_default()));
        let exact = pairing.counts(Criterion::Exact);
        let hits = exact.cor as usize;
        add("acts exact", Counts::of_sets(hits, exact.pred() as usize, exact.gold() as usize));
        add("acts overlap", pairing.counts(Criterion::Type));
    }
}

/// Kind and day due, of the deadlines that gold labels with them.
fn count_deadlines(
    tasks: &InSentence,
    scope: &Scope,
    add: &mut impl FnMut(&str, Counts),
    confusion: &mut Confusion,
) {
    let deadlines = |tasks: &[&'_ LabelledTask]| {
        let mut all: Vec<LabelledDeadline> = tasks.iter().filter_map(|t| t.deadline.clone()).collect();
        all.sort_by(|a, b| (&a.slot, kind_place(a), &a.due).cmp(&(&b.slot, kind_place(b), &b.due)));
        all
    };
    let (of_gold, of_pred) = (deadlines(&tasks.gold), deadlines(&tasks.pred));
    let slots = |all: &'_ [LabelledDeadline]| all.iter().map(|d| d.slot.clone()).collect::<Vec<_>>();
    let (gold_slots, pred_slots) = (slots(&of_gold), slots(&of_pred));
    let matched =
        match_fillers(&gold_slots.iter().collect::<Vec<_>>(), &pred_slots.iter().collect::<Vec<_>>());
    let none = DEADLINE_KINDS.len();
    if scope.kinds {
        let mut open: Vec<Option<usize>> = of_pred.iter().map(kind_place).collect();
        let mut golds: Vec<(Option<usize>, Option<usize>)> =
            of_gold.iter().map(|d| (kind_place(d), None)).collect();
        for &(g, p) in &matched {
            golds[g].1 = open[p].take();
        }
        let same = |kind: Option<usize>| {
            golds.iter().filter(|(g, p)| g.is_some() && g == p && (kind.is_none() || *g == kind)).count()
        };
        // A deadline that gold has without a kind says nothing about the predicted kind.
        let unknown = golds.iter().filter(|(g, p)| g.is_none() && p.is_some()).count();
        let labelled = golds.iter().filter(|(g, _)| g.is_some()).count();
        let predicted = of_pred.iter().filter(|d| d.kind.is_some()).count() - unknown;
        add("deadline kind", Counts::of_sets(same(None), predicted, labelled));
        for (place, (_, name)) in DEADLINE_KINDS.iter().enumerate() {
            let of_kind = golds.iter().filter(|(g, _)| *g == Some(place)).count();
            let paired = golds.iter().filter(|(g, p)| g.is_some() && *p == Some(place)).count();
            let surplus = open.iter().filter(|p| **p == Some(place)).count();
            let counts = Counts::of_sets(same(Some(place)), paired + surplus, of_kind);
            add(&format!("deadline kind {name}"), counts);
        }
        for (g, p) in golds.into_iter().filter(|(g, _)| g.is_some()) {
            confusion.counts[g.unwrap_or(none)][p.unwrap_or(none)] += 1;
        }
        for p in open.into_iter().flatten() {
            confusion.counts[none][p] += 1;
        }
    }
    if scope.dues {
        let day = |d: &LabelledDeadline| d.due.clone().flatten();
        let hits = matched
            .iter()
            .filter(|&&(g, p)| day(&of_gold[g]).is_some() && day(&of_gold[g]) == day(&of_pred[p]))
            .count();
        let unlabelled =
            matched.iter().filter(|&&(g, p)| of_gold[g].due.is_none() && day(&of_pred[p]).is_some()).count();
        let golds = of_gold.iter().filter(|d| day(d).is_some()).count();
        let preds = of_pred.iter().filter(|d| day(d).is_some()).count() - unlabelled;
        add("deadline due", Counts::of_sets(hits, preds, golds));
    }
}

fn kind_place(deadline: &LabelledDeadline) -> Option<usize> {
    deadline.kind.and_then(|kind| DEADLINE_KINDS.iter().position(|(k, _)| *k == kind))
}
