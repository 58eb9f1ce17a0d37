//! Threads of tasks, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::tasks::{joined, one_line};
use crate::calendar::Date;
use crate::worklist::threads::{Step, Thread};

/// A thread as written.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadRow {
    /// Identifier.
    pub thread: String,
    /// The body that set the task.
    pub body: String,
    /// The latest day due, Jalali.
    pub due_jalali: Option<String>,
    /// The same day, Gregorian.
    pub due: Option<String>,
    /// How often the day due was put off.
    pub postponed: usize,
    /// Days since the latest day due, on the day asked about.
    pub overdue_days: Option<i64>,
    /// The appearances, the oldest first.
    pub steps: Vec<StepRow>,
}

/// A step as written.
#[derive(Debug, Clone, Serialize)]
pub struct StepRow {
    /// Document.
    pub document: String,
    /// Its headline or subject.
    pub title: Option<String>,
    /// Its day, Jalali.
    pub date_jalali: Option<String>,
    /// The same day, Gregorian.
    pub date: Option<String>,
    /// Row of its table, or number of the sentence.
    pub row: String,
    /// The act.
    pub task: String,
    /// Who must do it.
    pub assignees: String,
    /// Time limit as written.
    pub deadline: Option<String>,
    /// Day due, Jalali.
    pub due_jalali: Option<String>,
    /// Day due, Gregorian.
    pub due: Option<String>,
    /// Similarity of the act to that of an older step.
    pub similarity: Option<f64>,
    /// That step, from 1.
    pub compared_with: Option<usize>,
    /// The words that both acts have.
    pub shared_words: Option<Vec<String>>,
    /// The assignee that both name.
    pub shared_assignee: Option<String>,
}

/// Threads as rows. With `as_of`, each says for how long it has been overdue on that day.
pub fn rows(threads: &[Thread], as_of: Option<Date>) -> Vec<ThreadRow> {
    let row = |t: &Thread| {
        let overdue = |day: Date| t.due().map(|due| day.days_since(due)).filter(|&days| days > 0);
        ThreadRow {
            thread: t.id.clone(),
            body: t.body.clone(),
            due_jalali: t.due().map(Date::to_jalali_iso),
            due: t.due().map(Date::to_iso),
            postponed: t.postponed(),
            overdue_days: as_of.and_then(overdue),
            steps: t.steps.iter().map(step).collect(),
        }
    };
    threads.iter().map(row).collect()
}

fn step(step: &Step) -> StepRow {
    let item = &step.item;
    let evidence = step.evidence.as_ref();
    StepRow {
        document: item.document.clone(),
        title: item.title.as_deref().map(one_line),
        date_jalali: item.date.map(Date::to_jalali_iso),
        date: item.date.map(Date::to_iso),
        row: item.number.clone(),
        task: one_line(&item.task.text),
        assignees: joined(item.assignees.iter().map(|a| a.text.as_str())),
        deadline: item.task.deadline.as_ref().map(|d| one_line(&d.text)),
        due_jalali: item.due.map(Date::to_jalali_iso),
        due: item.due.map(Date::to_iso),
        similarity: evidence.map(|e| e.similarity),
        compared_with: evidence.map(|e| e.step + 1),
        shared_words: evidence.map(|e| e.words.clone()),
        shared_assignee: evidence.and_then(|e| e.assignee.as_deref().map(one_line)),
    }
}

const HEADINGS: [&str; 7] = ["تاریخ", "سند", "ردیف", "کار", "اقدام کننده", "سررسید", "شباهت"];

/// Width of the column of evidence.
const EVIDENCE: u16 = 30;
/// Shared words that it shows; the other forms have all of them.
const SHOWN: usize = 6;

fn cells(step: &StepRow) -> [String; 7] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let due = step.due_jalali.clone().or_else(|| step.deadline.clone());
    let evidence = match (step.similarity, step.compared_with, &step.shared_words) {
        (Some(similarity), Some(step), Some(words)) => {
            let shown = words.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("، ");
            let more = if words.len() > SHOWN { "، …" } else { "" };
            format!("{similarity:.2} ← {step}: {shown}{more}")
        }
        _ => String::new(),
    };
    [
        text(&step.date_jalali),
        step.document.clone(),
        step.row.clone(),
        step.task.clone(),
        step.assignees.clone(),
        due.unwrap_or_default(),
        evidence,
    ]
}

/// The line above a thread's history.
fn heading(thread: &ThreadRow) -> String {
    let last = thread.steps.last();
    let mut parts = vec![thread.body.clone()];
    parts.extend(last.map(|s| s.assignees.clone()).filter(|a| !a.is_empty()));
    parts.push(format!("{} نوبت", thread.steps.len()));
    parts.extend(thread.due_jalali.as_ref().map(|d| format!("سررسید {d}")));
    if thread.postponed > 0 {
        parts.push(format!("{} بار تمدید", thread.postponed));
    }
    parts.extend(thread.overdue_days.map(|d| format!("{d} روز گذشته")));
    parts.retain(|p| !p.is_empty());
    parts.join(" · ")
}

/// Tables for a terminal of `width` columns; `bidi` as for [`super::tasks::terminal`].
///
/// # Errors
/// What the writer says.
pub fn terminal(out: &mut impl Write, threads: &[ThreadRow], width: u16, bidi: bool) -> io::Result<()> {
    for thread in threads {
        writeln!(out, "{}  {}", thread.thread, heading(thread))?;
        let rows = thread.steps.iter().map(cells);
        writeln!(out, "{}\n", super::tasks::table(&HEADINGS, rows, width, EVIDENCE, bidi))?;
    }
    Ok(())
}

/// A section for each thread, in Markdown.
///
/// # Errors
/// What the writer says.
pub fn markdown(out: &mut impl Write, threads: &[ThreadRow]) -> io::Result<()> {
    for (i, thread) in threads.iter().enumerate() {
        let gap = if i == 0 { "" } else { "\n" };
        writeln!(out, "{gap}## {} `{}`\n", heading(thread), thread.thread)?;
        super::tasks::markdown_table(out, &HEADINGS, thread.steps.iter().map(cells))?;
    }
    Ok(())
}

/// One row for each step.
///
/// # Errors
/// What the writer says.
pub fn csv(out: impl Write, threads: &[ThreadRow]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "thread",
        "step",
        "body",
        "document",
        "date_jalali",
        "date",
        "row",
        "task",
        "assignees",
        "deadline",
        "due_jalali",
        "due",
        "similarity",
        "compared_with",
        "shared_words",
    ])?;
    for thread in threads {
        for (number, step) in thread.steps.iter().enumerate() {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            writer.write_record([
                thread.thread.clone(),
                (number + 1).to_string(),
                thread.body.clone(),
                step.document.clone(),
                text(&step.date_jalali),
                text(&step.date),
                step.row.clone(),
                step.task.clone(),
                step.assignees.clone(),
                text(&step.deadline),
                text(&step.due_jalali),
                text(&step.due),
                step.similarity.map(|s| s.to_string()).unwrap_or_default(),
                step.compared_with.map(|s| s.to_string()).unwrap_or_default(),
                step.shared_words.as_ref().map(|w| w.join(" ")).unwrap_or_default(),
            ])?;
        }
    }
    writer.flush()?;
    Ok(())
}
