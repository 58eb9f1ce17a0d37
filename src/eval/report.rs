//! What an evaluation says: tables of numbers, with notes on what they mean and what was left out.
//! One report can be shown on a terminal and written as JSON, Markdown and HTML (see
//! [`super::render`]); its figures can be saved and compared (see [`super::baseline`]).

use serde_json::{Map, Value, json};

use super::bootstrap::Interval;
use super::differences::Difference;
use super::figures::Counts;

/// Name and version of the JSON form of reports and baselines.
pub const SCHEMA: &str = "dabir-eval/1";

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A name.
    Text(String),
    /// A number of things.
    Count(u64),
    /// A share from 0 to 1; shown as percent.
    Share(f64),
    /// A number that is no share.
    Number(f64),
    /// An interval of shares.
    Interval(Interval),
}

impl Cell {
    /// As text, the way tables show it: shares in percent with two decimals.
    pub fn show(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Share(share) => format!("{:.2}", 100.0 * share),
            Self::Number(number) => format!("{number:.4}"),
            Self::Interval(i) => format!("{:.2}–{:.2}", 100.0 * i.low, 100.0 * i.high),
        }
    }

    /// As JSON: shares stay between 0 and 1.
    pub fn json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => json!(text),
            Self::Count(count) => json!(count),
            Self::Share(number) | Self::Number(number) => json!(rounded(*number)),
            Self::Interval(i) => json!([rounded(i.low), rounded(i.high)]),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<Option<Interval>> for Cell {
    fn from(interval: Option<Interval>) -> Self {
        interval.map_or(Self::Empty, Self::Interval)
    }
}

/// Six decimals: enough for any comparison, and no noise of the last bits.
pub(crate) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Name, unique in its report.
    pub name: String,
    /// What it shows, in a sentence.
    pub about: String,
    /// Headings; the first column holds names.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(name: impl Into<String>, about: impl Into<String>, columns: &[&str]) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// A table of confusion. `corner` names the last row and column, where one side has nothing.
    pub fn confusion(
        name: &str,
        about: &str,
        names: &[String],
        counts: &[Vec<u64>],
        corner: Option<(&str, &str)>,
    ) -> Self {
        let label = |i: usize, other: fn((&str, &str)) -> String| match (names.get(i), corner) {
            (Some(name), _) if !name.is_empty() => name.clone(),
            (_, Some(corner)) => other(corner),
            _ => String::new(),
        };
        let mut table = Self { name: name.into(), about: about.into(), ..Self::default() };
        table.columns.push("gold \\ predicted".into());
        table.columns.extend((0..counts.len()).map(|i| label(i, |c| c.0.to_owned())));
        for (i, row) in counts.iter().enumerate() {
            let mut cells = vec![Cell::Text(label(i, |c| c.1.to_owned()))];
            cells.extend(row.iter().map(|&n| Cell::Count(n)));
            table.rows.push(cells);
        }
        table
    }

    fn json(&self) -> Value {
        let row = |row: &Vec<Cell>| {
            let fields = self.columns.iter().zip(row).map(|(c, v)| (c.clone(), v.json()));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        json!({
            "name": self.name,
            "about": self.about,
            "columns": self.columns,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        })
    }
}

/// Cells of precision, recall and F1.
pub(crate) fn prf(counts: Counts) -> [Cell; 3] {
    [Cell::Share(counts.precision()), Cell::Share(counts.recall()), Cell::Share(counts.f1())]
}

/// What an evaluation says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What was compared.
    pub title: String,
    /// What the numbers rest on.
    pub notes: Vec<String>,
    /// What may make them wrong.
    pub warnings: Vec<String>,
    /// The tables.
    pub tables: Vec<Table>,
    /// Headline figures by name, 0 to 1: what a baseline holds.
    pub figures: Vec<(String, f64)>,
    /// The worst documents or sentences, where they were asked for.
    pub differences: Vec<Difference>,
    /// What gold and prediction are called in `differences`.
    pub sides: Sides,
}

/// Names of the two sides of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The side that is held to be right.
    pub gold: String,
    /// The other.
    pub pred: String,
}

impl Default for Sides {
    fn default() -> Self {
        Self { gold: "gold".into(), pred: "predicted".into() }
    }
}

impl Report {
    /// The report as JSON.
    pub fn json(&self) -> Value {
        let figures = self.figures.iter().map(|(name, value)| (name.clone(), json!(rounded(*value))));
        let mut report = json!({
            "schema": SCHEMA,
            "title": self.title,
            "notes": self.notes,
            "warnings": self.warnings,
            "figures": figures.collect::<Map<_, _>>(),
            "tables": self.tables.iter().map(Table::json).collect::<Vec<_>>(),
        });
        if !self.differences.is_empty() {
            report["differences"] = json!(self.differences);
        }
        report
    }
}
