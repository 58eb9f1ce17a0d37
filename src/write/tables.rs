//! What was found, as flat tables: one definition of columns and rows for CSV, Parquet and SQLite. A row
//! is known by its document and its own id within it; offsets are code points.

use crate::document::TaskStatus;
use crate::record::{Record, SlotRecord, TaskRecord};
use crate::span::{CharIndex, CharSpan};

use super::tasks::joined;

/// A value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
}

/// Types of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Value::Text`]
    Text,
    /// [`Value::Integer`]
    Integer,
    /// [`Value::Real`]
    Real,
    /// [`Value::Flag`]
    Flag,
}

/// A column of a table. Any value may be [`Value::Null`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
}

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// One row for each document, with its text.
    Documents,
    /// Sentences with their classes.
    Sentences,
    /// Mentions.
    Mentions,
    /// Officials of each document.
    Officials,
    /// Organizations of each document.
    Organizations,
    /// Tasks; those who must act are joined by «؛».
    Tasks,
    /// One row for each assignee, collaborator, issuer, place and beneficiary of a task.
    TaskActors,
}

use Kind::{Flag, Integer, Real, Text};

const DOCUMENTS: &[(&str, Kind)] = &[
    ("document", Text),
    ("format", Text),
    ("title", Text),
    ("date", Text),
    ("date_jalali", Text),
    ("published", Text),
    ("url", Text),
    ("code", Text),
    ("unit", Text),
    ("place", Text),
    ("text", Text),
];
const SENTENCES: &[(&str, Kind)] = &[
    ("document", Text),
    ("sentence", Integer),
    ("number", Text),
    ("start", Integer),
    ("end", Integer),
    ("text", Text),
    ("class", Text),
    ("score", Real),
    ("rule", Text),
    ("gold", Flag),
];
const MENTIONS: &[(&str, Kind)] = &[
    ("document", Text),
    ("mention", Text),
    ("type", Text),
    ("start", Integer),
    ("end", Integer),
    ("text", Text),
    ("entity", Text),
    ("source", Text),
    ("score", Real),
];
const OFFICIALS: &[(&str, Kind)] = &[
    ("document", Text),
    ("official", Text),
    ("name", Text),
    ("role", Text),
    ("organization", Text),
    ("organization_name", Text),
    ("collective", Flag),
    ("mentions", Integer),
];
const ORGANIZATIONS: &[(&str, Kind)] = &[
    ("document", Text),
    ("organization", Text),
    ("name", Text),
    ("kind", Text),
    ("inferred", Flag),
    ("mentions", Integer),
];
const TASKS: &[(&str, Kind)] = &[
    ("document", Text),
    ("task", Text),
    ("class", Text),
    ("sentence", Integer),
    ("row", Integer),
    ("start", Integer),
    ("end", Integer),
    ("text", Text),
    ("act", Text),
    ("assignees", Text),
    ("collaborators", Text),
    ("issuer", Text),
    ("place", Text),
    ("beneficiaries", Text),
    ("status", Text),
    ("deadline", Text),
    ("deadline_kind", Text),
    ("due_jalali", Text),
    ("due", Text),
    ("score", Real),
    ("rule", Text),
];
const TASK_ACTORS: &[(&str, Kind)] = &[
    ("document", Text),
    ("task", Text),
    ("part", Text),
    ("position", Integer),
    ("start", Integer),
    ("end", Integer),
    ("text", Text),
    ("entity", Text),
];

impl Table {
    /// All tables; a row refers only to rows of tables before its own.
    pub const ALL: [Self; 7] = [
        Self::Documents,
        Self::Sentences,
        Self::Mentions,
        Self::Organizations,
        Self::Officials,
        Self::Tasks,
        Self::TaskActors,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Sentences => "sentences",
            Self::Mentions => "mentions",
            Self::Officials => "officials",
            Self::Organizations => "organizations",
            Self::Tasks => "tasks",
            Self::TaskActors => "task_actors",
        }
    }

    /// The columns, in order.
    pub fn columns(self) -> impl ExactSizeIterator<Item = Column> {
        let columns = match self {
            Self::Documents => DOCUMENTS,
            Self::Sentences => SENTENCES,
            Self::Mentions => MENTIONS,
            Self::Officials => OFFICIALS,
            Self::Organizations => ORGANIZATIONS,
            Self::Tasks => TASKS,
            Self::TaskActors => TASK_ACTORS,
        };
        columns.iter().map(|&(name, kind)| Column { name, kind })
    }

    /// The rows of a document, each as long as [`Table::columns`].
    pub fn rows(self, record: &Record) -> Vec<Vec<Value>> {
        match self {
            Self::Documents => vec![document(record)],
            Self::Sentences => sentences(record),
            Self::Mentions => mentions(record),
            Self::Officials => officials(record),
            Self::Organizations => organizations(record),
            Self::Tasks => record.tasks.iter().map(|t| task(record, t)).collect(),
            Self::TaskActors => record.tasks.iter().flat_map(|t| actors(record, t)).collect(),
        }
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |t| Value::Text(t.to_owned()))
}

fn integer(number: usize) -> Value {
    i64::try_from(number).map_or(Value::Null, Value::Integer)
}

/// The name that serde writes for a value of an enumeration.
fn written(value: impl serde::Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Value::Text(name),
        _ => Value::Null,
    }
}

fn document(record: &Record) -> Vec<Value> {
    let meta = &record.meta;
    let field = |name: &str| maybe(meta.other.get(name).and_then(|v| v.as_str()));
    vec![
        text(&record.id),
        written(record.format),
        maybe(meta.title.as_deref()),
        maybe(meta.date.as_deref()),
        maybe(meta.date_jalali.as_deref()),
        maybe(meta.published.as_deref()),
        maybe(meta.url.as_deref()),
        maybe(meta.code.as_deref()),
        field("unit"),
        field("place"),
        text(&record.text),
    ]
}

fn sentences(record: &Record) -> Vec<Vec<Value>> {
    let index = CharIndex::new(&record.text);
    let surface =
        |start: usize, end: usize| index.to_bytes(&record.text, CharSpan { start, end }).of(&record.text);
    let row = |(number, s): (usize, &crate::record::SentenceRecord)| {
        vec![
            text(&record.id),
            integer(number),
            maybe(s.number.as_deref()),
            integer(s.start),
            integer(s.end),
            text(surface(s.start, s.end)),
            maybe(s.class.map(|c| c.name())),
            Value::Real(s.score),
            maybe(s.rule.as_deref()),
            Value::Flag(s.gold),
        ]
    };
    record.sentences.iter().enumerate().map(row).collect()
}

fn mentions(record: &Record) -> Vec<Vec<Value>> {
    let row = |m: &crate::record::MentionRecord| {
        vec![
            text(&record.id),
            text(&m.id),
            text(m.kind.name()),
            integer(m.start),
            integer(m.end),
            text(&m.text),
            maybe(m.entity.as_deref()),
            written(m.source),
            Value::Real(m.score),
        ]
    };
    record.mentions.iter().map(row).collect()
}

fn officials(record: &Record) -> Vec<Vec<Value>> {
    let row = |o: &crate::record::OfficialRecord| {
        let id = o.organization.as_deref();
        let body = record.organizations.iter().find(|b| Some(b.id.as_str()) == id);
        vec![
            text(&record.id),
            text(&o.id),
            maybe(o.name.as_deref()),
            maybe(o.role.as_deref()),
            maybe(id),
            maybe(body.map(|b| b.name.as_str())),
            Value::Flag(o.collective),
            integer(o.mentions.len()),
        ]
    };
    record.officials.iter().map(row).collect()
}

fn organizations(record: &Record) -> Vec<Vec<Value>> {
    let row = |o: &crate::record::OrganizationRecord| {
        vec![
            text(&record.id),
            text(&o.id),
            text(&o.name),
            maybe(o.kind.as_deref()),
            Value::Flag(o.inferred),
            integer(o.mentions.len()),
        ]
    };
    record.organizations.iter().map(row).collect()
}

fn task(record: &Record, t: &TaskRecord) -> Vec<Value> {
    let names = |slots: &[SlotRecord]| {
        let joined = joined(slots.iter().map(|s| s.text.as_str()));
        if joined.is_empty() { Value::Null } else { Value::Text(joined) }
    };
    let deadline = t.deadline.as_ref();
    vec![
        text(&record.id),
        text(&t.id),
        text(t.class.name()),
        integer(t.sentence),
        t.row.map_or(Value::Null, |row| Value::Integer(row.into())),
        integer(t.start),
        integer(t.end),
        text(&t.text),
        maybe(t.act.as_deref()),
        names(&t.assignees),
        names(&t.collaborators),
        maybe(t.issuer.as_ref().map(|s| s.text.as_str())),
        maybe(t.place.as_ref().map(|s| s.text.as_str())),
        names(&t.beneficiaries),
        maybe(t.status.map(TaskStatus::name)),
        maybe(deadline.map(|d| d.text.as_str())),
        maybe(deadline.map(|d| d.kind.name())),
        maybe(deadline.and_then(|d| d.due_jalali.as_deref())),
        maybe(deadline.and_then(|d| d.due.as_deref())),
        Value::Real(t.score),
        text(&t.rule),
    ]
}

fn actors(record: &Record, t: &TaskRecord) -> Vec<Vec<Value>> {
    let part = |name: &'static str, slots: &[SlotRecord]| {
        let row = |(position, s): (usize, &SlotRecord)| {
            vec![
                text(&record.id),
                text(&t.id),
                text(name),
                integer(position + 1),
                s.start.map_or(Value::Null, integer),
                s.end.map_or(Value::Null, integer),
                text(&s.text),
                maybe(s.entity.as_deref()),
            ]
        };
        slots.iter().enumerate().map(row).collect::<Vec<_>>()
    };
    let mut rows = part("assignee", &t.assignees);
    rows.extend(part("collaborator", &t.collaborators));
    rows.extend(part("issuer", t.issuer.as_slice()));
    rows.extend(part("place", t.place.as_slice()));
    rows.extend(part("beneficiary", &t.beneficiaries));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_long_as_the_heading_and_of_its_types() {
        let json = include_str!("../../tests/fixtures/record-0.1.json");
        let record: Record = serde_json::from_str(json).expect("a record");
        for table in Table::ALL {
            let columns: Vec<Column> = table.columns().collect();
            let rows = table.rows(&record);
            assert!(
                !rows.is_empty() || matches!(table, Table::Officials | Table::Organizations),
                "{table:?}"
            );
            for row in rows {
                assert_eq!(row.len(), columns.len(), "{table:?}");
                for (value, column) in row.iter().zip(&columns) {
                    let fits = match value {
                        Value::Null => true,
                        Value::Text(_) => column.kind == Kind::Text,
                        Value::Integer(_) => column.kind == Kind::Integer,
                        Value::Real(_) => column.kind == Kind::Real,
                        Value::Flag(_) => column.kind == Kind::Flag,
                    };
                    assert!(fits, "{table:?} {column:?} {value:?}");
                }
            }
        }
    }
}
