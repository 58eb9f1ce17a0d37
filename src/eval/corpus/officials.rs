//! Officials: records are equal where their names and offices fold to the same strings. Compared as
//! multisets of a document, so no order matters.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cells, fold};
use crate::eval::figures::Counts;
use crate::eval::labelled::{Labelled, LabelledOfficial};

pub(super) fn count(gold: &Labelled, pred: &Labelled, cells: &mut Cells) {
    let Some(officials) = gold.officials.as_deref() else { return };
    let predicted = pred.officials.as_deref().unwrap_or_default();
    let name = |o: &LabelledOfficial| fold(o.name.as_deref().unwrap_or(""));
    let role = |o: &LabelledOfficial| fold(o.role.as_deref().unwrap_or(""));
    let body = |o: &LabelledOfficial| fold(o.organization.as_deref().unwrap_or(""));
    let mut add = |cell: &str, key: &dyn Fn(&LabelledOfficial) -> Option<String>| {
        let counts = compare(officials.iter().filter_map(key), predicted.iter().filter_map(key));
        cells.insert(cell.to_owned(), counts);
    };
    add("officials name+role", &|o| Some(format!("{}\t{}", name(o), role(o))));
    add("officials name+role+organization", &|o| Some(format!("{}\t{}\t{}", name(o), role(o), body(o))));
    // The same record given twice names its person once.
    let names = |all: &[LabelledOfficial]| -> Vec<String> {
        let records: BTreeSet<_> = all.iter().map(|o| (name(o), role(o))).collect();
        records.into_iter().map(|(name, _)| name).filter(|n| !n.is_empty()).collect()
    };
    let counts = compare(names(officials).into_iter(), names(predicted).into_iter());
    cells.insert("officials name".to_owned(), counts);
}

/// Compares two multisets.
fn compare(gold: impl Iterator<Item = String>, pred: impl Iterator<Item = String>) -> Counts {
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let mut golds = 0;
    for key in gold {
        *open.entry(key).or_default() += 1;
        golds += 1;
    }
    let (mut preds, mut hits) = (0, 0);
    for key in pred {
        preds += 1;
        if let Some(left) = open.get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            hits += 1;
        }
    }
    Counts::of_sets(hits, preds, golds)
}
