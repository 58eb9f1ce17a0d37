//! The table of tasks: document, row, what, who, by when, due.

use std::io::{self, Write};

use serde::Serialize;

use crate::calendar::Date;
use crate::worklist::Item;

/// One row of the table: a resolution, or a task of running text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Name of its group, where tasks were put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Document.
    pub document: String,
    /// Row of the document's table, or number of the sentence, from 1.
    pub row: String,
    /// Class.
    pub class: &'static str,
    /// The act.
    pub task: String,
    /// Who must do it, joined by « ؛ ».
    pub assignees: String,
    /// Who decided, ordered or asked.
    pub issuer: String,
    /// Time limit as written.
    pub deadline: String,
    /// Kind of time limit.
    pub kind: String,
    /// Day due, Jalali.
    pub due_jalali: String,
    /// Day due, Gregorian.
    pub due: String,
    /// Days since the day due; empty where it has not passed. `None` where no day was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_days: Option<String>,
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Values in the order of their first appearance, each once, joined by «؛».
pub(super) fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for value in values.map(one_line).filter(|v| !v.is_empty()) {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen.join("؛ ")
}

/// The rows of tasks. Neighbours that stand in one row of a document's table stand in one row here.
/// With `as_of`, each row says for how long it has been overdue on that day.
pub fn rows(items: &[Item], as_of: Option<Date>) -> Vec<Row> {
    let same =
        |a: &Item, b: &Item| a.task.row.is_some() && a.task.row == b.task.row && a.document == b.document;
    items.chunk_by(same).map(|group| row(group, as_of)).collect()
}

fn row(group: &[Item], as_of: Option<Date>) -> Row {
    let first = &group[0];
    let deadlines = || group.iter().filter_map(|i| i.task.deadline.as_ref());
    let late = |day: Date| group.iter().filter_map(|i| i.overdue(day)).max();
    Row {
        group: None,
        document: first.document.clone(),
        row: first.number.clone(),
        class: first.task.class.name(),
        task: joined(group.iter().map(|i| i.task.text.as_str())),
        assignees: joined(group.iter().flat_map(|i| i.assignees.iter().map(|a| a.text.as_str()))),
        issuer: joined(group.iter().filter_map(|i| i.issuer.as_ref().map(|a| a.text.as_str()))),
        deadline: joined(deadlines().map(|d| d.text.as_str())),
        kind: joined(deadlines().map(|d| d.kind.name())),
        due_jalali: joined(deadlines().filter_map(|d| d.due_jalali.as_deref())),
        due: joined(deadlines().filter_map(|d| d.due.as_deref())),
        overdue_days: as_of.map(|day| late(day).map(|d| d.to_string()).unwrap_or_default()),
    }
}

/// Headings of the table for people.
const HEADINGS: [&str; 7] = ["سند", "ردیف", "نوع", "کار", "اقدام کننده", "مهلت", "سررسید"];

fn cells(row: &Row) -> [String; 7] {
    let mut due = match (row.due_jalali.as_str(), row.due.as_str()) {
        ("", _) => String::new(),
        (jalali, gregorian) => format!("{jalali} = {gregorian}"),
    };
    if let Some(days) = row.overdue_days.as_deref().filter(|d| !d.is_empty()) {
        due.push_str(&format!(" ({days} روز گذشته)"));
    }
    let deadline =
        if row.kind == "recurring" { format!("{} (recurring)", row.deadline) } else { row.deadline.clone() };
    [
        row.document.clone(),
        row.row.clone(),
        row.class.into(),
        row.task.clone(),
        row.assignees.clone(),
        deadline,
        due,
    ]
}

/// A table for a terminal of `width` columns. With `bidi`, marks of direction keep the cells of a
/// line apart on terminals that reorder right-to-left text.
pub fn terminal(rows: &[Row], width: u16, bidi: bool) -> String {
    // Days are short, and the acts need the room.
    table(&HEADINGS, rows.iter().map(cells), width, 14, bidi)
}

/// A table whose last column is at most `last` wide.
pub(super) fn table(
    headings: &[&str; 7],
    rows: impl Iterator<Item = [String; 7]>,
    width: u16,
    last: u16,
    bidi: bool,
) -> String {
    use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.max(60))
        .set_header(*headings);
    for row in rows {
        table.add_row(row);
    }
    if let Some(column) = table.column_mut(6) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(last)));
    }
    let text = table.to_string();
    // A mark on each side of the rules between columns, where no width is lost to it.
    if bidi { text.replace(['│', '┆'], "\u{200e}┆\u{200e}") } else { text }
}

/// A table in Markdown.
///
/// # Errors
/// What the writer says.
pub fn markdown(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    markdown_table(out, &HEADINGS, rows.iter().map(cells))
}

pub(super) fn markdown_table(
    out: &mut impl Write,
    headings: &[&str; 7],
    rows: impl Iterator<Item = [String; 7]>,
) -> io::Result<()> {
    writeln!(out, "| {} |", headings.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(headings.len()))?;
    for row in rows {
        let cells = row.map(|c| c.replace('|', "\\|"));
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

/// Comma-separated values (RFC 4180), with a heading row.
///
/// # Errors
/// What the writer says.
pub fn csv(out: impl Write, rows: &[Row]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    if rows.is_empty() {
        writer.write_record([
            "document",
            "row",
            "class",
            "task",
            "assignees",
            "issuer",
            "deadline",
            "kind",
            "due_jalali",
            "due",
        ])?;
    }
    for row in rows {
        writer.serialize(row)?;
    }
    writer.flush()?;
    Ok(())
}
