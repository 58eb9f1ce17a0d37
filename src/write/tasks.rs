//! The table of tasks: document, row, what, who, by when, due.

use std::io::{self, Write};

use serde::Serialize;

use crate::document::DeadlineKind;
use crate::record::{Record, TaskRecord};

/// One row of the table: a resolution, or a task of running text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
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
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kind_name(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::Date => "date",
        DeadlineKind::Duration => "duration",
        DeadlineKind::Event => "event",
        DeadlineKind::Recurring => "recurring",
        DeadlineKind::Immediate => "immediate",
        DeadlineKind::Vague => "vague",
    }
}

/// Values in the order of their first appearance, each once, joined by «؛».
fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let mut seen: Vec<String> = Vec::new();
    for value in values.map(one_line).filter(|v| !v.is_empty()) {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen.join("؛ ")
}

/// The rows of one document. The tasks of one row of a table of resolutions stand in one row. Where
/// the document has such a table, what its narrative asks for is left out unless `all` is set.
pub fn rows(record: &Record, all: bool) -> Vec<Row> {
    let tabled = record.tasks.iter().any(|t| t.row.is_some());
    let mut groups: Vec<Vec<&TaskRecord>> = Vec::new();
    for task in record.tasks.iter().filter(|t| all || !tabled || t.row.is_some()) {
        match groups.last_mut() {
            Some(group) if task.row.is_some() && group[0].row == task.row => group.push(task),
            _ => groups.push(vec![task]),
        }
    }
    groups.iter().map(|group| row(record, group)).collect()
}

fn row(record: &Record, group: &[&TaskRecord]) -> Row {
    let first = group[0];
    let sentence = record.sentences.get(first.sentence);
    let number = sentence.and_then(|s| s.number.clone()).unwrap_or_else(|| (first.sentence + 1).to_string());
    let deadlines = || group.iter().filter_map(|t| t.deadline.as_ref());
    Row {
        document: record.id.clone(),
        row: first.row.map_or(number, |row| row.to_string()),
        class: first.class.name(),
        task: joined(group.iter().map(|t| t.text.as_str())),
        assignees: joined(group.iter().flat_map(|t| t.assignees.iter().map(|s| s.text.as_str()))),
        issuer: joined(group.iter().filter_map(|t| t.issuer.as_ref().map(|s| s.text.as_str()))),
        deadline: joined(deadlines().map(|d| d.text.as_str())),
        kind: joined(deadlines().map(|d| kind_name(d.kind))),
        due_jalali: joined(deadlines().filter_map(|d| d.due_jalali.as_deref())),
        due: joined(deadlines().filter_map(|d| d.due.as_deref())),
    }
}

/// Headings of the table for people.
const HEADINGS: [&str; 7] = ["سند", "ردیف", "نوع", "کار", "اقدام کننده", "مهلت", "سررسید"];

fn cells(row: &Row) -> [String; 7] {
    let due = match (row.due_jalali.as_str(), row.due.as_str()) {
        ("", _) => String::new(),
        (jalali, gregorian) => format!("{jalali} = {gregorian}"),
    };
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
    use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.max(60))
        .set_header(HEADINGS);
    for row in rows {
        table.add_row(cells(row));
    }
    if let Some(column) = table.column_mut(6) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(14)));
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
    writeln!(out, "| {} |", HEADINGS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(HEADINGS.len()))?;
    for row in rows {
        let cells = cells(row).map(|c| c.replace('|', "\\|"));
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
