//! The annotated document as it stands in files: schema `dabir/1`, one JSON object a line. Offsets
//! are Unicode code points into `text`. Fields may be added; those that are here keep their
//! meaning, and a record that lacks a newer one can still be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{
    BlockKind, DeadlineKind, Document, Entity, Format, MentionType, SentenceClass, Slot, Source, Tenure,
};
use crate::span::{ByteSpan, CharIndex};

/// The name of the schema.
pub const SCHEMA: &str = "dabir/1";

/// The JSON Schema of a [`Record`] (draft 2020-12).
pub const JSON_SCHEMA: &str = include_str!("write/dabir-1.schema.json");

/// An annotated document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// Identifier.
    pub id: String,
    /// Format it was read from.
    pub format: Format,
    /// What is known besides the text.
    #[serde(default)]
    pub meta: MetaRecord,
    /// The text as read.
    pub text: String,
    /// Stretches with a function.
    #[serde(default)]
    pub blocks: Vec<BlockRecord>,
    /// Sentences.
    #[serde(default)]
    pub sentences: Vec<SentenceRecord>,
    /// Mentions.
    #[serde(default)]
    pub mentions: Vec<MentionRecord>,
    /// Officials.
    #[serde(default)]
    pub officials: Vec<OfficialRecord>,
    /// Organizations.
    #[serde(default)]
    pub organizations: Vec<OrganizationRecord>,
    /// Tasks.
    #[serde(default)]
    pub tasks: Vec<TaskRecord>,
    /// What the user should know.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// `meta` of a [`Record`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MetaRecord {
    /// Headline or subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Time of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Day, Gregorian (`2020-03-08`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The same day, Jalali (`1398-12-18`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_jalali: Option<String>,
    /// News code or invitation number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Categories.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Any other field.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// A stretch of the text with a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlockRecord {
    /// Function.
    pub kind: BlockKind,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Name of the field or heading of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Table row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Table column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentenceRecord {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Number in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Class; `None` in unclassified text.
    #[serde(default)]
    pub class: Option<SentenceClass>,
    /// Confidence in the class.
    #[serde(default)]
    pub score: f64,
    /// Rule that decided.
    #[serde(default)]
    pub rule: Option<String>,
    /// Whether the file marks the sentence as stating an action.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gold: bool,
}

/// A mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionRecord {
    /// `m1`, `m2`, ….
    pub id: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: MentionType,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Surface.
    pub text: String,
    /// Official or organization.
    #[serde(default)]
    pub entity: Option<String>,
    /// Who found it.
    pub source: Source,
    /// Confidence.
    #[serde(default)]
    pub score: f64,
}

/// An official.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfficialRecord {
    /// `p1`, `p2`, ….
    pub id: String,
    /// Personal name.
    pub name: Option<String>,
    /// Office.
    pub role: Option<String>,
    /// Organization, by id.
    pub organization: Option<String>,
    /// A plural office.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collective: bool,
    /// Where the text tells that the office was taken up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<TenureRecord>,
    /// Where the text tells that it was left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<TenureRecord>,
    /// Mentions, by id.
    #[serde(default)]
    pub mentions: Vec<String>,
}

/// The beginning or the end of holding an office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenureRecord {
    /// First code point of the words that say so.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Surface.
    pub text: String,
    /// The day, Jalali, where the text names it.
    #[serde(default)]
    pub date_jalali: Option<String>,
    /// The same day, Gregorian.
    #[serde(default)]
    pub date: Option<String>,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationRecord {
    /// `o1`, `o2`, ….
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// No mention names it, but a role or the name of a part of it does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// The organization that it is a part of, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// Mentions, by id.
    #[serde(default)]
    pub mentions: Vec<String>,
}

/// A surface with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Surface.
    pub text: String,
}

/// A filled slot of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotRecord {
    /// First code point; `null` where the text says it only by a pronoun.
    #[serde(default)]
    pub start: Option<usize>,
    /// One past the last.
    #[serde(default)]
    pub end: Option<usize>,
    /// Surface or resolved name.
    pub text: String,
    /// Official or organization.
    #[serde(default)]
    pub entity: Option<String>,
}

/// A time limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadlineRecord {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Surface.
    pub text: String,
    /// Kind.
    pub kind: DeadlineKind,
    /// Day due, Jalali.
    pub due_jalali: Option<String>,
    /// Day due, Gregorian.
    pub due: Option<String>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// `t1`, `t2`, ….
    pub id: String,
    /// Class of its sentence.
    pub class: SentenceClass,
    /// Index into `sentences`.
    pub sentence: usize,
    /// First code point of the act.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The act.
    pub text: String,
    /// The words that make it a task.
    #[serde(default)]
    pub trigger: Option<Place>,
    /// Who must do it.
    #[serde(default)]
    pub assignees: Vec<SlotRecord>,
    /// With whom.
    #[serde(default)]
    pub collaborators: Vec<SlotRecord>,
    /// Who decided, ordered or asked.
    #[serde(default)]
    pub issuer: Option<SlotRecord>,
    /// By when.
    #[serde(default)]
    pub deadline: Option<DeadlineRecord>,
    /// Kind of act.
    #[serde(default)]
    pub act: Option<String>,
    /// Table row.
    #[serde(default)]
    pub row: Option<u32>,
    /// Confidence.
    #[serde(default)]
    pub score: f64,
    /// Rule that found it.
    #[serde(default)]
    pub rule: String,
}

impl Record {
    /// Checks that every span lies in the text and every task in a sentence, so that a record of
    /// another tool can be worked with.
    ///
    /// # Errors
    /// Says which one does not.
    pub fn check(&self) -> Result<(), String> {
        let chars = self.text.chars().count();
        let fits = |what: &str, id: &str, start: usize, end: usize| {
            if start <= end && end <= chars {
                return Ok(());
            }
            Err(format!(
                "{}: {what} {id}: {start}..{end} does not lie in the text of {chars} code points",
                self.id
            ))
        };
        for (i, b) in self.blocks.iter().enumerate() {
            fits("block", &i.to_string(), b.start, b.end)?;
        }
        for (i, s) in self.sentences.iter().enumerate() {
            fits("sentence", &i.to_string(), s.start, s.end)?;
        }
        for m in &self.mentions {
            fits("mention", &m.id, m.start, m.end)?;
        }
        for t in &self.tasks {
            fits("task", &t.id, t.start, t.end)?;
            if t.sentence >= self.sentences.len() {
                return Err(format!("{}: task {}: there is no sentence {}", self.id, t.id, t.sentence));
            }
            for slot in t.assignees.iter().chain(&t.collaborators).chain(&t.issuer) {
                if let (Some(start), Some(end)) = (slot.start, slot.end) {
                    fits("slot of task", &t.id, start, end)?;
                }
            }
            if let Some(trigger) = &t.trigger {
                fits("trigger of task", &t.id, trigger.start, trigger.end)?;
            }
            if let Some(deadline) = &t.deadline {
                fits("deadline of task", &t.id, deadline.start, deadline.end)?;
            }
        }
        Ok(())
    }
}

/// Scores in files have three decimals: more would be noise, and would differ between machines.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

fn entity(entity: Entity) -> String {
    match entity {
        Entity::Official(i) => format!("p{}", i + 1),
        Entity::Organization(i) => format!("o{}", i + 1),
    }
}

fn ids(prefix: char, indexes: &[usize]) -> Vec<String> {
    indexes.iter().map(|i| format!("{prefix}{}", i + 1)).collect()
}

impl From<&Document> for Record {
    fn from(document: &Document) -> Self {
        let text = document.text();
        let index = CharIndex::new(text);
        let chars = |span: ByteSpan| {
            let span = index.to_chars(text, span);
            (span.start, span.end)
        };
        let place = |span: ByteSpan| {
            let (start, end) = chars(span);
            Place { start, end, text: document.surface(span).to_owned() }
        };
        let slot = |slot: &Slot| SlotRecord {
            start: slot.span.map(|s| chars(s).0),
            end: slot.span.map(|s| chars(s).1),
            text: slot.text.clone(),
            entity: slot.entity.map(entity),
        };
        let tenure = |tenure: &Tenure| {
            let Place { start, end, text } = place(tenure.span);
            TenureRecord {
                start,
                end,
                text,
                date_jalali: tenure.date.map(crate::calendar::Date::to_jalali_iso),
                date: tenure.date.map(crate::calendar::Date::to_iso),
            }
        };
        // Fragments are no sentences of the text; the numbers of the others close up.
        let mut numbers = Vec::with_capacity(document.sentences.len());
        let mut sentences = Vec::new();
        for sentence in &document.sentences {
            numbers.push(sentences.len());
            if sentence.fragment {
                continue;
            }
            let (start, end) = chars(sentence.span);
            let block = document.blocks.get(sentence.block);
            sentences.push(SentenceRecord {
                start,
                end,
                number: block.and_then(|b| b.number.clone()),
                class: sentence.class,
                score: rounded(sentence.score),
                rule: sentence.rule.clone(),
                gold: block.is_some_and(|b| b.marked),
            });
        }
        let meta = &document.meta;
        Self {
            schema: SCHEMA.into(),
            id: document.id.clone(),
            format: document.format,
            meta: MetaRecord {
                title: meta.title.clone(),
                url: meta.url.clone(),
                published: meta.published.clone(),
                date: meta.date.map(crate::calendar::Date::to_iso),
                date_jalali: meta.date.map(crate::calendar::Date::to_jalali_iso),
                code: meta.code.clone(),
                categories: meta.categories.clone(),
                tags: meta.tags.clone(),
                other: meta.other.clone(),
            },
            text: text.to_owned(),
            blocks: document
                .blocks
                .iter()
                .map(|b| {
                    let (start, end) = chars(b.span);
                    BlockRecord {
                        kind: b.kind,
                        start,
                        end,
                        label: b.label.clone(),
                        row: b.row,
                        column: b.column,
                    }
                })
                .collect(),
            sentences,
            mentions: document
                .mentions
                .iter()
                .enumerate()
                .map(|(i, m)| {
                    let Place { start, end, text } = place(m.span);
                    MentionRecord {
                        id: format!("m{}", i + 1),
                        kind: m.kind,
                        start,
                        end,
                        text,
                        entity: m.entity.map(entity),
                        source: m.source,
                        score: rounded(m.score),
                    }
                })
                .collect(),
            officials: document
                .officials
                .iter()
                .enumerate()
                .map(|(i, o)| OfficialRecord {
                    id: format!("p{}", i + 1),
                    name: o.name.clone(),
                    role: o.role.clone(),
                    organization: o.organization.map(|o| format!("o{}", o + 1)),
                    collective: o.collective,
                    since: o.since.as_ref().map(tenure),
                    until: o.until.as_ref().map(tenure),
                    mentions: ids('m', &o.mentions),
                })
                .collect(),
            organizations: document
                .organizations
                .iter()
                .enumerate()
                .map(|(i, o)| OrganizationRecord {
                    id: format!("o{}", i + 1),
                    name: o.name.clone(),
                    kind: o.kind.clone(),
                    inferred: o.inferred,
                    part_of: o.part_of.map(|o| format!("o{}", o + 1)),
                    mentions: ids('m', &o.mentions),
                })
                .collect(),
            tasks: document
                .tasks
                .iter()
                .enumerate()
                .map(|(i, t)| {
                    let Place { start, end, text } = place(t.span);
                    TaskRecord {
                        id: format!("t{}", i + 1),
                        class: t.class,
                        sentence: numbers.get(t.sentence).copied().unwrap_or_default(),
                        start,
                        end,
                        text,
                        trigger: t.trigger.map(place),
                        assignees: t.assignees.iter().map(slot).collect(),
                        collaborators: t.collaborators.iter().map(slot).collect(),
                        issuer: t.issuer.as_ref().map(slot),
                        deadline: t.deadline.as_ref().map(|d| {
                            let Place { start, end, text } = place(d.span);
                            DeadlineRecord {
                                start,
                                end,
                                text,
                                kind: d.kind,
                                due_jalali: d.due.map(crate::calendar::Date::to_jalali_iso),
                                due: d.due.map(crate::calendar::Date::to_iso),
                            }
                        }),
                        act: t.act.clone(),
                        row: t.row,
                        score: rounded(t.score),
                        rule: t.rule.clone(),
                    }
                })
                .collect(),
            warnings: document.warnings.clone(),
        }
    }
}
