//! What is kept of the records while a corpus streams by: nodes that need no other document (documents,
//! meetings, tasks, places), and the mentions whose entities are known only at the end. No texts.

use std::collections::HashMap;

use super::kinds::{EdgeKind, NodeKind, Property};
use super::model::{Evidence, Node, Source, Statement, Value};
use super::places;
use super::text::{escaped, label, one_line};
use crate::calendar::Date;
use crate::document::{BlockKind, Format, MentionType, SentenceClass};
use crate::lexicon::Lexicon;
use crate::record::{MentionRecord, OfficialRecord, Record, SlotRecord, TaskRecord};
use crate::resolve::stable_id;
use crate::resolve::strings::{Strings, Sym};

/// A record of a document that an entity stands for, as an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    /// Into [`Seen::officials`].
    Official(u32),
    /// Into [`Seen::bodies`].
    Body(u32),
}

#[derive(Debug)]
pub(super) struct SeenDocument {
    pub id: Sym,
    pub node: u32,
    pub date: Option<Date>,
}

#[derive(Debug)]
pub(super) struct SeenOfficial {
    pub document: u32,
    pub record: Sym,
    /// Where office and name stand closest.
    pub together: Option<Evidence>,
}

#[derive(Debug)]
pub(super) struct SeenBody {
    pub document: u32,
    pub record: Sym,
}

#[derive(Debug)]
pub(super) struct SeenMention {
    pub actor: Actor,
    pub kind: MentionType,
    pub text: Sym,
    pub evidence: Evidence,
}

/// A slot of a task that names someone.
#[derive(Debug)]
pub(super) struct SeenSlot {
    pub kind: EdgeKind,
    pub task: u32,
    pub actor: Actor,
    /// The slot names the person, not only the office.
    pub by_name: bool,
    pub evidence: Evidence,
}

/// All that was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub strings: Strings,
    pub nodes: Vec<Node>,
    pub statements: Vec<Statement>,
    pub documents: Vec<SeenDocument>,
    pub officials: Vec<SeenOfficial>,
    pub bodies: Vec<SeenBody>,
    pub mentions: Vec<SeenMention>,
    pub slots: Vec<SeenSlot>,
    /// Nodes of places, by key.
    places: HashMap<String, u32>,
    /// What each surface of a place was found to be.
    surfaces: HashMap<Sym, Option<u32>>,
}

/// Code points between an office and a name that are read as one phrase.
const TOGETHER: usize = 40;

impl Seen {
    /// Keeps what a record says.
    pub fn add(&mut self, record: &Record, lexicon: &Lexicon) {
        let document = self.document(record);
        let node = self.documents[document as usize].node;
        let mentions: HashMap<&str, &MentionRecord> =
            record.mentions.iter().map(|m| (m.id.as_str(), m)).collect();
        let of = |ids: &[String]| -> Vec<&MentionRecord> {
            ids.iter().filter_map(|id| mentions.get(id.as_str()).copied()).collect()
        };
        let mut actors: HashMap<&str, Actor> = HashMap::new();
        for body in &record.organizations {
            let actor = Actor::Body(self.bodies.len() as u32);
            actors.insert(&body.id, actor);
            let id = self.strings.intern(&body.id);
            self.bodies.push(SeenBody { document, record: id });
            for mention in of(&body.mentions) {
                self.mention(document, actor, mention);
            }
        }
        for official in &record.officials {
            let actor = Actor::Official(self.officials.len() as u32);
            actors.insert(&official.id, actor);
            let id = self.strings.intern(&official.id);
            let own = of(&official.mentions);
            let together = together(document, &own);
            self.officials.push(SeenOfficial { document, record: id, together });
            for &mention in &own {
                self.mention(document, actor, mention);
            }
            self.implied_body(record, official, &own, &actors, document);
        }
        for mention in record.mentions.iter().filter(|m| m.kind == MentionType::Loc) {
            if let Some(place) = self.place(&mention.text, lexicon) {
                self.say(EdgeKind::MentionedIn, place, node, at(document, mention));
            }
        }
        let meeting = (record.format == Format::Minutes).then(|| self.meeting(record, document, lexicon));
        for task in &record.tasks {
            self.task(record, task, document, meeting, &actors);
        }
    }

    /// The id of a document by its index.
    pub fn document_id(&self, document: u32) -> &str {
        self.documents.get(document as usize).map_or("", |d| self.text(d.id))
    }

    /// An interned string.
    pub fn text(&self, sym: Sym) -> &str {
        self.strings.get(sym)
    }

    /// The documents as sources of evidence.
    pub fn sources(&self) -> Vec<Source> {
        let source = |d: &SeenDocument| Source { id: escaped(self.text(d.id)).into(), date: d.date };
        self.documents.iter().map(source).collect()
    }

    fn push(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        (self.nodes.len() - 1) as u32
    }

    fn say(&mut self, kind: EdgeKind, source: u32, target: u32, evidence: Evidence) {
        self.statements.push(Statement { kind, source, target, evidence });
    }

    fn mention(&mut self, document: u32, actor: Actor, mention: &MentionRecord) {
        let text = match mention.kind {
            MentionType::Org => self.strings.intern(&mention.text),
            _ => self.strings.intern(""),
        };
        self.mentions.push(SeenMention { actor, kind: mention.kind, text, evidence: at(document, mention) });
    }

    /// A body that no text names is mentioned where the office is that it follows from.
    fn implied_body(
        &mut self,
        record: &Record,
        official: &OfficialRecord,
        own: &[&MentionRecord],
        actors: &HashMap<&str, Actor>,
        document: u32,
    ) {
        let Some(id) = official.organization.as_deref() else { return };
        let body = record.organizations.iter().find(|o| o.id == id && o.mentions.is_empty());
        let (Some(_), Some(&actor)) = (body, actors.get(id)) else { return };
        for mention in own.iter().filter(|m| m.kind == MentionType::Role) {
            self.mention(document, actor, mention);
        }
    }

    fn document(&mut self, record: &Record) -> u32 {
        let meta = &record.meta;
        let beginning = || record.text.lines().map(one_line).find(|l| !l.is_empty());
        let title = meta.title.as_deref().map(one_line).filter(|t| !t.is_empty()).or_else(beginning);
        let title = title.unwrap_or_else(|| record.id.clone());
        let mut properties = Properties::default();
        properties.long_text(&title);
        properties.dates(meta.date.as_deref());
        properties.text(Property::Url, meta.url.as_deref());
        properties.text(Property::Code, meta.code.as_deref());
        let format = format!("{:?}", record.format).to_lowercase();
        properties.text(Property::Format, Some(&format));
        let id = format!("document:{}", escaped(&record.id)).into();
        let node =
            Node { id, kind: NodeKind::Document, label: label(&title).into(), properties: properties.0 };
        let node = self.push(node);
        let id = self.strings.intern(&record.id);
        let date = meta.date.as_deref().and_then(Date::parse);
        self.documents.push(SeenDocument { id, node, date });
        (self.documents.len() - 1) as u32
    }

    fn meeting(&mut self, record: &Record, document: u32, lexicon: &Lexicon) -> u32 {
        let meta = &record.meta;
        let other = |name: &str| meta.other.get(name).and_then(|v| v.as_str());
        let title = meta.title.as_deref().map(one_line).filter(|t| !t.is_empty());
        let title = title.unwrap_or_else(|| record.id.clone());
        let mut properties = Properties::default();
        properties.long_text(&title);
        properties.dates(meta.date.as_deref());
        properties.text(Property::Code, meta.code.as_deref());
        properties.text(Property::Unit, other("unit"));
        properties.text(Property::Venue, other("place"));
        let meeting = self.push(Node {
            id: format!("meeting:{}", escaped(&record.id)).into(),
            kind: NodeKind::Meeting,
            label: label(&title).into(),
            properties: properties.0,
        });
        let field = |name: &str| record.blocks.iter().find(|b| b.label.as_deref() == Some(name));
        let head = record.blocks.iter().find(|b| b.kind == BlockKind::Title).or(record.blocks.first());
        let (start, end) = head.map_or((0, 0), |b| (b.start, b.end));
        let node = self.documents[document as usize].node;
        self.say(EdgeKind::MentionedIn, meeting, node, place_of(document, start, end, 1.0));
        if let Some(venue) = field("place") {
            let inside = record
                .mentions
                .iter()
                .filter(|m| m.kind == MentionType::Loc && venue.start <= m.start && m.end <= venue.end);
            for mention in inside {
                if let Some(place) = self.place(&mention.text, lexicon) {
                    self.say(EdgeKind::LocatedIn, meeting, place, at(document, mention));
                }
            }
        }
        meeting
    }

    /// The node of a place by a surface or name.
    pub fn place(&mut self, surface: &str, lexicon: &Lexicon) -> Option<u32> {
        let sym = self.strings.intern(surface);
        if let Some(&known) = self.surfaces.get(&sym) {
            return known;
        }
        let found = places::of_mention(lexicon, surface).map(|place| self.place_node(place));
        self.surfaces.insert(sym, found);
        found
    }

    pub fn place_node(&mut self, place: places::Place) -> u32 {
        if let Some(&known) = self.places.get(&place.key) {
            return known;
        }
        let mut properties = Properties::default();
        properties.text(Property::Class, place.class);
        let node = self.push(Node {
            id: stable_id("place", &place.name, &place.key).into(),
            kind: NodeKind::Place,
            label: place.name.into(),
            properties: properties.0,
        });
        self.places.insert(place.key, node);
        node
    }

    fn task(
        &mut self,
        record: &Record,
        task: &TaskRecord,
        document: u32,
        meeting: Option<u32>,
        actors: &HashMap<&str, Actor>,
    ) {
        let node = self.push(task_node(record, task));
        let act = place_of(document, task.start, task.end, task.score);
        self.say(EdgeKind::MentionedIn, node, self.documents[document as usize].node, act);
        let resolved = task.row.is_some() || task.class == SentenceClass::Decision;
        if let Some(meeting) = meeting.filter(|_| resolved) {
            self.say(EdgeKind::DecidedIn, node, meeting, act);
        }
        let slots = (task.assignees.iter().map(|s| (EdgeKind::AssignedTo, s)))
            .chain(task.collaborators.iter().map(|s| (EdgeKind::CollaboratesOn, s)))
            .chain(task.issuer.iter().map(|s| (EdgeKind::IssuedBy, s)));
        for (kind, slot) in slots {
            let Some(&actor) = slot.entity.as_deref().and_then(|e| actors.get(e)) else { continue };
            let evidence = match (slot.start, slot.end) {
                (Some(start), Some(end)) => place_of(document, start, end, task.score),
                _ => act,
            };
            let by_name = names_a_person(record, slot);
            self.slots.push(SeenSlot { kind, task: node, actor, by_name, evidence });
        }
    }
}

fn names_a_person(record: &Record, slot: &SlotRecord) -> bool {
    let (Some(start), Some(end)) = (slot.start, slot.end) else { return false };
    let inside = |m: &&MentionRecord| m.start < end && start < m.end && m.entity == slot.entity;
    record.mentions.iter().filter(inside).any(|m| m.kind == MentionType::Per)
}

fn task_node(record: &Record, task: &TaskRecord) -> Node {
    let act = one_line(&task.text);
    let texts = |slots: &[SlotRecord]| slots.iter().map(|s| one_line(&s.text)).collect::<Vec<_>>();
    let mut properties = Properties::default();
    properties.long_text(&act);
    properties.text(Property::Class, Some(task.class.name()));
    properties.text(Property::Act, task.act.as_deref());
    properties.list(Property::Assignees, texts(&task.assignees));
    properties.list(Property::Collaborators, texts(&task.collaborators));
    properties.text(Property::Issuer, task.issuer.as_ref().map(|s| s.text.as_str()));
    if let Some(deadline) = &task.deadline {
        properties.text(Property::Deadline, Some(&deadline.text));
        properties.text(Property::DeadlineKind, Some(deadline.kind.name()));
        properties.day(Property::Due, deadline.due.as_deref().and_then(Date::parse));
        properties.text(Property::DueJalali, deadline.due_jalali.as_deref());
    }
    properties.day(Property::Date, record.meta.date.as_deref().and_then(Date::parse));
    properties.number(Property::Row, task.row);
    properties.text(Property::Document, Some(&escaped(&record.id)));
    properties.number(Property::Start, Some(task.start as u32));
    properties.number(Property::End, Some(task.end as u32));
    properties.0.push((Property::Score, Value::Score(task.score as f32)));
    properties.text(Property::Rule, Some(&task.rule));
    Node {
        id: format!("task:{}/{}", escaped(&record.id), escaped(&task.id)).into(),
        kind: NodeKind::Task,
        label: label(&act).into(),
        properties: properties.0,
    }
}

fn place_of(document: u32, start: usize, end: usize, score: f64) -> Evidence {
    Evidence { document, start: start as u32, end: end as u32, score: score as f32 }
}

fn at(document: u32, mention: &MentionRecord) -> Evidence {
    place_of(document, mention.start, mention.end, mention.score)
}

/// Where an official's office and name stand closest: both in one place where no more than a few words
/// part them, else the name alone.
fn together(document: u32, mentions: &[&MentionRecord]) -> Option<Evidence> {
    let of = |kind| mentions.iter().filter(move |m| m.kind == kind);
    let gap =
        |a: &MentionRecord, b: &MentionRecord| b.start.saturating_sub(a.end) + a.start.saturating_sub(b.end);
    let pairs = of(MentionType::Per).flat_map(|name| of(MentionType::Role).map(move |role| (*name, *role)));
    let (name, role) = pairs.min_by_key(|(name, role)| (gap(name, role), name.start, role.start))?;
    let score = name.score.min(role.score);
    Some(if gap(name, role) <= TOGETHER {
        place_of(document, name.start.min(role.start), name.end.max(role.end), score)
    } else {
        place_of(document, name.start, name.end, score)
    })
}

/// The properties of a node while they are put together.
#[derive(Debug, Default)]
pub(super) struct Properties(pub Vec<(Property, Value)>);

impl Properties {
    /// A string, on one line; nothing where it is empty.
    pub fn text(&mut self, property: Property, text: Option<&str>) {
        if let Some(text) = text.map(one_line).filter(|t| !t.is_empty()) {
            self.0.push((property, Value::Text(text.into())));
        }
    }

    /// The whole of a text whose label is cut.
    pub fn long_text(&mut self, line: &str) {
        if label(line) != line {
            self.text(Property::Text, Some(line));
        }
    }

    /// Strings; nothing where there are none.
    pub fn list(&mut self, property: Property, list: Vec<String>) {
        let list: Box<[Box<str>]> =
            list.into_iter().filter(|t| !t.is_empty()).map(String::into_boxed_str).collect();
        if !list.is_empty() {
            self.0.push((property, Value::List(list)));
        }
    }

    fn day(&mut self, property: Property, day: Option<Date>) {
        self.0.extend(day.map(|day| (property, Value::Day(day))));
    }

    fn dates(&mut self, date: Option<&str>) {
        if let Some(day) = date.and_then(Date::parse) {
            self.day(Property::Date, Some(day));
            self.text(Property::DateJalali, Some(&day.to_jalali_iso()));
        }
    }

    fn number(&mut self, property: Property, number: Option<u32>) {
        self.0.extend(number.map(|n| (property, Value::Number(n))));
    }

    /// A flag; nothing where it is not set.
    pub fn flag(&mut self, property: Property, flag: bool) {
        if flag {
            self.0.push((property, Value::Flag(true)));
        }
    }
}
