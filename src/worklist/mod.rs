//! Tasks gathered from many annotated documents: who must do what by when, filtered, sorted, grouped,
//! and followed from meeting to meeting.

mod filter;
mod names;
mod order;
pub mod threads;

pub use filter::Filter;
pub use names::Name;
pub use order::{GroupBy, SortBy, grouped, sort};

use crate::calendar::Date;
use crate::document::MentionType;
use crate::record::{Record, SlotRecord, TaskRecord};

/// Someone with a part in a task, with what the document knows about them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// As the text has it.
    pub text: String,
    /// Personal name of the official.
    pub name: Option<String>,
    /// Office.
    pub role: Option<String>,
    /// The organization itself, or that of the official.
    pub organization: Option<String>,
    /// Whether the actor is an organization, not a person or an office.
    pub is_organization: bool,
}

/// A task with what its document says around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Document.
    pub document: String,
    /// Headline or subject of the document.
    pub title: Option<String>,
    /// Day of the meeting or of the publication.
    pub date: Option<Date>,
    /// Who met, or whose form it is: the unit that the document's head names.
    pub unit: Option<String>,
    /// Row of the table of resolutions, or number of the sentence, from 1.
    pub number: String,
    /// The task as recorded.
    pub task: TaskRecord,
    /// Who must do it.
    pub assignees: Vec<Actor>,
    /// With whom.
    pub collaborators: Vec<Actor>,
    /// Who decided, ordered or asked.
    pub issuer: Option<Actor>,
    /// Places named in its sentence or in its document's head.
    pub places: Vec<String>,
    /// Day due, where it can be computed.
    pub due: Option<Date>,
}

impl Item {
    /// Days between the day due and `day`, where the task is overdue then.
    pub fn overdue(&self, day: Date) -> Option<i64> {
        self.due.map(|due| day.days_since(due)).filter(|&days| days > 0)
    }
}

/// The tasks of one document, in its order. Where it has a table of resolutions, what its narrative
/// asks for is left out unless `all` is set.
pub fn items(record: &Record, all: bool) -> Vec<Item> {
    let tabled = record.tasks.iter().any(|t| t.row.is_some());
    let date = record.meta.date.as_deref().and_then(Date::parse);
    let field = |name: &str| record.meta.other.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let tasks = record.tasks.iter().filter(|t| all || !tabled || t.row.is_some());
    tasks
        .map(|task| {
            let sentence = record.sentences.get(task.sentence);
            let number = sentence.and_then(|s| s.number.clone());
            let number = number.unwrap_or_else(|| (task.sentence + 1).to_string());
            let (start, end) = sentence.map_or((task.start, task.end), |s| (s.start, s.end));
            let inside = |m: &&crate::record::MentionRecord| start <= m.start && m.end <= end;
            let named = record.mentions.iter().filter(|m| m.kind == MentionType::Loc).filter(inside);
            let actors = |slots: &[SlotRecord]| slots.iter().map(|s| actor(record, s)).collect();
            Item {
                document: record.id.clone(),
                title: record.meta.title.clone(),
                date,
                unit: field("unit"),
                number: task.row.map_or(number, |row| row.to_string()),
                assignees: actors(&task.assignees),
                collaborators: actors(&task.collaborators),
                issuer: task.issuer.as_ref().map(|s| actor(record, s)),
                places: named.map(|m| m.text.clone()).chain(field("place")).collect(),
                due: task.deadline.as_ref().and_then(|d| d.due.as_deref()).and_then(Date::parse),
                task: task.clone(),
            }
        })
        .collect()
}

fn actor(record: &Record, slot: &SlotRecord) -> Actor {
    let mut actor = Actor { text: slot.text.clone(), ..Actor::default() };
    let Some(id) = slot.entity.as_deref() else { return actor };
    let name_of = |id: &str| record.organizations.iter().find(|o| o.id == id).map(|o| o.name.clone());
    if let Some(official) = record.officials.iter().find(|o| o.id == id) {
        actor.name.clone_from(&official.name);
        actor.role.clone_from(&official.role);
        actor.organization = official.organization.as_deref().and_then(name_of);
    } else if let Some(name) = name_of(id) {
        actor.organization = Some(name);
        actor.is_organization = true;
    }
    actor
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A record of one sentence with one task: `act` for `assignee`, due on a Jalali day.
    pub(crate) fn record(id: &str, date: &str, issuer: &str, assignee: &str, act: &str, due: &str) -> Record {
        let text = format!("{issuer} مقرر کرد {assignee} {act}.");
        let at = |part: &str| {
            let byte = text.find(part).expect("a part of the text");
            let start = text[..byte].chars().count();
            (start, start + part.chars().count())
        };
        let slot = |part: &str| {
            let (start, end) = at(part);
            serde_json::json!({"start": start, "end": end, "text": part, "entity": null})
        };
        let (start, end) = at(act);
        let day = Date::parse(due);
        let deadline = day.map(|d| {
            serde_json::json!({"start": 0, "end": 1, "text": due, "kind": "date",
                "due": d.to_iso(), "due_jalali": d.to_jalali_iso()})
        });
        let meta = serde_json::json!({"title": format!("نشست {issuer}"),
            "date": Date::parse(date).map(Date::to_iso), "categories": [], "tags": []});
        let json = serde_json::json!({
            "schema": "dabir/1", "id": id, "format": "minutes", "meta": meta, "text": text,
            "sentences": [{"start": 0, "end": text.chars().count(), "class": "decision", "score": 1.0}],
            "tasks": [{"id": "t1", "class": "decision", "sentence": 0, "start": start, "end": end, "text": act,
                "assignees": [slot(assignee)], "issuer": slot(issuer), "deadline": deadline,
                "score": 1.0, "rule": "decision.resolved"}],
        });
        let record: Record = serde_json::from_value(json).expect("a record");
        record.check().expect("spans that fit");
        record
    }

    #[test]
    fn actors_know_their_records() {
        let mut record = record("a", "1402-01-10", "شورای شهر", "وزیر نیرو", "سد را بسازد", "");
        record.tasks[0].assignees[0].entity = Some("p1".into());
        let official =
            serde_json::json!([{"id": "p1", "name": "رضا نوری", "role": "وزیر نیرو", "organization": "o1"}]);
        record.officials = serde_json::from_value(official).expect("an official");
        let body = serde_json::json!([{"id": "o1", "name": "وزارت نیرو"}]);
        record.organizations = serde_json::from_value(body).expect("a body");
        let item = &items(&record, false)[0];
        assert_eq!(item.assignees[0].name.as_deref(), Some("رضا نوری"));
        assert_eq!(item.assignees[0].organization.as_deref(), Some("وزارت نیرو"));
        assert!(!item.assignees[0].is_organization && item.due.is_none());
    }
}
