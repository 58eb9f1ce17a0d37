//! From scores to reports: which tables there are, and the words that say what they rest on.

mod corpus;
mod ner;

pub use corpus::corpus_report;
pub use ner::ner_report;

use super::agreement::Agreement;
use super::bootstrap::{Draws, Interval, Paired, intervals};
use super::figures::{Figure, Sample};
use super::report::{Cell, Report, Table};

/// Figures with their intervals, by name.
struct Sure {
    names: Vec<String>,
    intervals: Vec<Option<Interval>>,
}

impl Sure {
    fn new(sample: &Sample, figures: &[Figure], draws: Draws) -> Self {
        Self {
            names: figures.iter().map(|f| f.name.clone()).collect(),
            intervals: intervals(sample, figures, draws),
        }
    }

    fn cell(&self, name: &str) -> Cell {
        let place = self.names.iter().position(|n| n == name);
        place.and_then(|p| self.intervals.get(p).copied().flatten()).into()
    }
}

fn draws_note(draws: Draws, units: &str, number: usize) -> String {
    match (draws.number, number) {
        (0, _) => "no intervals were asked for".to_owned(),
        (_, 0 | 1) => format!("no intervals: {number} {units} cannot be drawn again"),
        (n, _) => format!(
            "95 % intervals: bootstrap over {number} {units}, {n} draws, seed {}; small where the data are many, \
             silent about data of another kind",
            draws.seed
        ),
    }
}

/// The comparison of two predictions: which is better, and how sure.
pub fn paired_table(figures: &[Figure], compared: &[Paired], first: &str, second: &str) -> Table {
    let mut table = Table::new(
        "comparison",
        format!(
            "paired bootstrap; first: {first}, second: {second}; p: of both being equally good, two-sided"
        ),
        &["figure", "first", "second", "difference", "95 %", "first better in", "p"],
    );
    for (figure, paired) in figures.iter().zip(compared) {
        table.rows.push(vec![
            Cell::Text(figure.name.clone()),
            Cell::Share(paired.first),
            Cell::Share(paired.second),
            Cell::Share(paired.first - paired.second),
            Cell::Interval(paired.difference),
            Cell::Share(paired.first_better),
            Cell::Number(paired.p),
        ]);
    }
    table
}

/// The verdict of a comparison in one sentence, by its first figure.
pub fn paired_note(figures: &[Figure], compared: &[Paired]) -> Option<String> {
    let (figure, paired) = (figures.first()?, compared.first()?);
    let (better, share) = if paired.first_better >= 0.5 {
        ("first", paired.first_better)
    } else {
        ("second", 1.0 - paired.first_better)
    };
    Some(if paired.p < 0.05 {
        format!("by {} the {better} is better, in {:.1} % of the draws", figure.name, 100.0 * share)
    } else {
        format!("by {} neither is surely better (p = {:.3})", figure.name, paired.p)
    })
}

/// Adds a table of agreement to a report of two annotators' F1.
pub fn add_agreement(report: &mut Report, found: &[Agreement]) {
    let mut table = Table::new(
        "agreement",
        "share of things judged alike, and Cohen's kappa, which takes out agreement by chance",
        &["question", "judged by both", "alike", "kappa"],
    );
    for agreement in found {
        table.rows.push(vec![
            Cell::Text(agreement.question.clone()),
            Cell::Count(agreement.judged),
            Cell::Share(agreement.observed),
            agreement.kappa.map_or(Cell::Empty, Cell::Number),
        ]);
        if let Some(kappa) = agreement.kappa {
            report.figures.push((format!("kappa {}", agreement.question), kappa));
        }
    }
    report.tables.insert(0, table);
}
