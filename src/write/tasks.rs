//! The table of tasks: document, row, what, who, by when, due.

use std::io::{self, Write};

use serde::Serialize;

use crate::document::DeadlineKind;
use crate::record::{Record, SlotRecord};

/// One row of the table: one task.
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

fn joined(slots: &[SlotRecord]) -> String {
    slots.iter().map(|s| one_line(&s.text)).collect::<Vec<_>>().join("؛ ")
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

/// The rows of one document.
pub fn rows(record: &Record) -> Vec<Row> {
    record
        .tasks
        .iter()
        .map(|task| {
            let sentence = record.sentences.get(task.sentence);
            let number =
                sentence.and_then(|s| s.number.clone()).unwrap_or_else(|| (task.sentence + 1).to_string());
            let deadline = task.deadline.as_ref();
            let field = |value: Option<&String>| value.cloned().unwrap_or_default();
            Row {
                document: record.id.clone(),
                row: task.row.map_or(number, |row| row.to_string()),
                class: task.class.name(),
                task: one_line(&task.text),
                assignees: joined(&task.assignees),
                issuer: task.issuer.as_ref().map(|i| one_line(&i.text)).unwrap_or_default(),
                deadline: deadline.map(|d| one_line(&d.text)).unwrap_or_default(),
                kind: deadline.map(|d| kind_name(d.kind).to_owned()).unwrap_or_default(),
                due_jalali: field(deadline.and_then(|d| d.due_jalali.as_ref())),
                due: field(deadline.and_then(|d| d.due.as_ref())),
            }
        })
        .collect()
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
