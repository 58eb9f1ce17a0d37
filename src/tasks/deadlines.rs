//! The time limit of a task: the time expression of its clause that says by when.
use std::ops::Range;

use super::classify::Analysis;
use super::rules::RuleSet;
use crate::document::{Deadline, Document};
use crate::span::ByteSpan;

pub fn of_clause(_r: &RuleSet, _d: &Document, _i: usize, _a: &Analysis, _c: &Range<usize>, _n: usize) -> Option<Deadline> {
    None
}
pub fn of_cell(_d: &Document, _s: ByteSpan) -> Option<Deadline> {
    None
}
