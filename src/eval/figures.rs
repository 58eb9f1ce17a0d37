//! Counts, and the figures made of them. Every figure is a function of counts that add up over
//! units (sentences or documents), so that one bootstrap serves all of them.

use std::ops::AddAssign;

use serde::Serialize;

/// Counts of a comparison, named as in MUC and SemEval-2013.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Correct.
    pub cor: u64,
    /// Matched, but wrong.
    pub inc: u64,
    /// Matched in part; counts one half.
    pub par: u64,
    /// In gold only.
    pub mis: u64,
    /// In the prediction only.
    pub spu: u64,
}

impl Counts {
    /// Counts, in the order COR, INC, PAR, MIS, SPU.
    pub fn new(cor: usize, inc: usize, par: usize, mis: usize, spu: usize) -> Self {
        Self { cor: cor as u64, inc: inc as u64, par: par as u64, mis: mis as u64, spu: spu as u64 }
    }

    /// Counts of a comparison of sets: `hits` are in both.
    pub fn of_sets(hits: usize, pred: usize, gold: usize) -> Self {
        Self::new(hits, 0, 0, gold.saturating_sub(hits), pred.saturating_sub(hits))
    }

    /// `right` of `total`, where each unit has exactly one answer; all three scores are the accuracy.
    pub fn of_answers(right: usize, total: usize) -> Self {
        Self::new(right, total.saturating_sub(right), 0, 0, 0)
    }

    /// How many there are in gold (SemEval's "possible").
    pub fn gold(self) -> u64 {
        self.cor + self.inc + self.par + self.mis
    }

    /// How many were predicted (SemEval's "actual").
    pub fn pred(self) -> u64 {
        self.cor + self.inc + self.par + self.spu
    }

    /// Precision, 0 to 1; 0 where nothing was predicted.
    pub fn precision(self) -> f64 {
        ratio(self.credit(), self.pred())
    }

    /// Recall, 0 to 1; 0 where gold is empty.
    pub fn recall(self) -> f64 {
        ratio(self.credit(), self.gold())
    }

    /// Harmonic mean of precision and recall; 0 where both are 0.
    pub fn f1(self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// Whether all counts are 0.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }

    fn credit(self) -> f64 {
        self.cor as f64 + 0.5 * self.par as f64
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.cor += other.cor;
        self.inc += other.inc;
        self.par += other.par;
        self.mis += other.mis;
        self.spu += other.spu;
    }
}

fn ratio(part: f64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part / whole as f64 }
}

fn harmonic(p: f64, r: f64) -> f64 {
    if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
}

/// The counts of every unit, sparse: `cells` numbers, most of them zero in most units.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    cells: usize,
    units: Vec<Vec<(u32, Counts)>>,
}

impl Sample {
    /// A sample with no unit, of `cells` cells.
    pub fn new(cells: usize) -> Self {
        Self { cells, units: Vec::new() }
    }

    /// Adds a unit; zero counts are left out.
    pub fn push(&mut self, counts: impl IntoIterator<Item = (usize, Counts)>) {
        self.units.push(
            counts.into_iter().filter(|(_, c)| !c.is_zero()).map(|(cell, c)| (cell as u32, c)).collect(),
        );
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is no unit.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Sums over all units.
    pub fn total(&self) -> Vec<Counts> {
        self.total_of(0..self.units.len())
    }

    /// Sums over the units with these numbers; a number given twice counts twice.
    pub fn total_of(&self, units: impl IntoIterator<Item = usize>) -> Vec<Counts> {
        let mut total = vec![Counts::default(); self.cells];
        for unit in units {
            for &(cell, counts) in self.units.get(unit).into_iter().flatten() {
                if let Some(sum) = total.get_mut(cell as usize) {
                    *sum += counts;
                }
            }
        }
        total
    }
}

/// How a figure comes from summed counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// Precision of a cell.
    Precision(usize),
    /// Recall of a cell.
    Recall(usize),
    /// F1 of a cell.
    F1(usize),
    /// Unweighted mean of the F1 of several cells.
    MeanF1(Vec<usize>),
    /// F1 of the precision of one cell and the recall of another.
    Joint {
        /// Cell whose precision counts.
        precision: usize,
        /// Cell whose recall counts.
        recall: usize,
    },
}

impl Formula {
    /// The figure, 0 to 1.
    pub fn value(&self, totals: &[Counts]) -> f64 {
        let cell = |index: usize| totals.get(index).copied().unwrap_or_default();
        match self {
            Self::Precision(c) => cell(*c).precision(),
            Self::Recall(c) => cell(*c).recall(),
            Self::F1(c) => cell(*c).f1(),
            Self::MeanF1(cells) if cells.is_empty() => 0.0,
            Self::MeanF1(cells) => cells.iter().map(|&c| cell(c).f1()).sum::<f64>() / cells.len() as f64,
            Self::Joint { precision, recall } => {
                harmonic(cell(*precision).precision(), cell(*recall).recall())
            }
        }
    }
}

/// A figure with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Name, unique in its evaluation: `strict micro F1`.
    pub name: String,
    /// How it is computed.
    pub formula: Formula,
}

impl Figure {
    /// A named figure.
    pub fn new(name: impl Into<String>, formula: Formula) -> Self {
        Self { name: name.into(), formula }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_for_partial_matches() {
        let counts = Counts::new(2, 1, 2, 1, 3);
        assert_eq!((counts.gold(), counts.pred()), (6, 8));
        assert!((counts.precision() - 3.0 / 8.0).abs() < 1e-12);
        assert!((counts.recall() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn empty_counts_are_zero_not_undefined() {
        assert_eq!(Counts::default().f1(), 0.0);
        assert_eq!(Formula::MeanF1(vec![]).value(&[]), 0.0);
        assert_eq!(Formula::F1(7).value(&[]), 0.0);
    }

    #[test]
    fn units_add_up() {
        let mut sample = Sample::new(2);
        sample.push([(0, Counts::of_sets(1, 2, 1)), (1, Counts::default())]);
        sample.push([(0, Counts::of_sets(2, 2, 4))]);
        assert_eq!(sample.total()[0], Counts::new(3, 0, 0, 2, 1));
        assert_eq!(sample.total_of([1, 1])[0], Counts::new(4, 0, 0, 4, 0));
        assert!(
            (Formula::Joint { precision: 0, recall: 0 }.value(&sample.total()) - 2.0 / 3.0).abs() < 1e-12
        );
    }
}
