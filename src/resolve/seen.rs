//! What is kept of the documents while a corpus streams by: numbers and interned strings, never a text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::strings::{Strings, Sym};
use crate::calendar::Date;
use crate::document::MentionType;
use crate::normalize::normalize;
use crate::record::{MentionRecord, Record, TenureRecord};
use crate::span::CharSpan;

/// A mention of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub start: u32,
    pub end: u32,
    pub text: Sym,
    pub kind: MentionType,
    /// In an office: the first body named in it, as an index into [`Seen::bodies`].
    pub body: Option<u32>,
}

impl Mark {
    pub fn span(&self) -> CharSpan {
        CharSpan { start: self.start as usize, end: self.end as usize }
    }
}

#[derive(Debug)]
pub(super) struct SeenOfficial {
    pub document: u32,
    pub record: Sym,
    pub name: Option<Sym>,
    pub role: Option<Sym>,
    pub body: Option<u32>,
    pub collective: bool,
    /// Days of taking the office up and of leaving it.
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub marks: Range<u32>,
}

#[derive(Debug)]
pub(super) struct SeenBody {
    pub document: u32,
    pub record: Sym,
    pub name: Sym,
    pub kind: Option<Sym>,
    pub inferred: bool,
    /// The body that it is a part of, as an index into [`Seen::bodies`].
    pub part_of: Option<u32>,
    pub marks: Range<u32>,
}

#[derive(Debug)]
pub(super) struct SeenDocument {
    pub id: Sym,
    pub date: Option<Date>,
    pub officials: Range<u32>,
    pub bodies: Range<u32>,
}

fn day(tenure: Option<&TenureRecord>) -> Option<Date> {
    tenure.and_then(|t| t.date.as_deref()).and_then(Date::parse)
}

/// All that was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub strings: Strings,
    pub documents: Vec<SeenDocument>,
    pub officials: Vec<SeenOfficial>,
    pub bodies: Vec<SeenBody>,
    marks: Vec<Mark>,
    ids: HashSet<Sym>,
}

impl Seen {
    /// Keeps what a record says; `false` where a document of this id was seen before.
    pub fn add(&mut self, record: &Record) -> bool {
        let id = self.strings.intern(&record.id);
        if !self.ids.insert(id) {
            return false;
        }
        let document = self.documents.len() as u32;
        let mentions: HashMap<&str, &MentionRecord> =
            record.mentions.iter().map(|m| (m.id.as_str(), m)).collect();
        let first_body = self.bodies.len() as u32;
        let mut bodies: HashMap<&str, u32> = HashMap::new();
        for body in &record.organizations {
            bodies.insert(&body.id, self.bodies.len() as u32);
            let marks = self.marks(&body.mentions, &mentions, |_| None);
            let seen = SeenBody {
                document,
                record: self.strings.intern(&body.id),
                name: self.form(&body.name),
                kind: body.kind.as_deref().map(|k| self.strings.intern(k)),
                inferred: body.inferred,
                part_of: None,
                marks,
            };
            self.bodies.push(seen);
        }
        for (index, body) in record.organizations.iter().enumerate() {
            let owner = body.part_of.as_deref().and_then(|o| bodies.get(o).copied());
            self.bodies[first_body as usize + index].part_of = owner;
        }
        let mut named: Vec<&MentionRecord> =
            record.mentions.iter().filter(|m| m.kind == MentionType::Org && m.entity.is_some()).collect();
        named.sort_by_key(|m| (m.start, m.end));
        let inside = |office: &MentionRecord| {
            let from = named.partition_point(|m| m.start < office.start);
            let body =
                named[from..].iter().take_while(|m| m.start < office.end).find(|m| m.end <= office.end);
            body.and_then(|m| bodies.get(m.entity.as_deref()?).copied())
        };
        let first_official = self.officials.len() as u32;
        for official in &record.officials {
            let marks = self.marks(&official.mentions, &mentions, inside);
            let seen = SeenOfficial {
                document,
                record: self.strings.intern(&official.id),
                name: official.name.as_deref().map(|n| self.form(n)),
                role: official.role.as_deref().map(|r| self.form(r)),
                body: official.organization.as_deref().and_then(|o| bodies.get(o).copied()),
                collective: official.collective,
                since: day(official.since.as_ref()),
                until: day(official.until.as_ref()),
                marks,
            };
            self.officials.push(seen);
        }
        self.documents.push(SeenDocument {
            id,
            date: record.meta.date.as_deref().and_then(Date::parse),
            officials: first_official..self.officials.len() as u32,
            bodies: first_body..self.bodies.len() as u32,
        });
        true
    }

    /// A form of a name: normalized, with single spaces.
    fn form(&mut self, text: &str) -> Sym {
        let normalized = normalize(text);
        let mut single = String::with_capacity(normalized.len());
        for word in normalized.split_whitespace() {
            if !single.is_empty() {
                single.push(' ');
            }
            single.push_str(word);
        }
        self.strings.intern(&single)
    }

    fn marks(
        &mut self,
        ids: &[String],
        mentions: &HashMap<&str, &MentionRecord>,
        body: impl Fn(&MentionRecord) -> Option<u32>,
    ) -> Range<u32> {
        let from = self.marks.len() as u32;
        for mention in ids.iter().filter_map(|id| mentions.get(id.as_str())) {
            let text = self.form(&mention.text);
            let body = if mention.kind == MentionType::Role { body(mention) } else { None };
            let (start, end) = (mention.start as u32, mention.end as u32);
            self.marks.push(Mark { start, end, text, kind: mention.kind, body });
        }
        from..self.marks.len() as u32
    }

    /// The mentions of a record.
    pub fn marks_of(&self, marks: &Range<u32>) -> &[Mark] {
        self.marks.get(marks.start as usize..marks.end as usize).unwrap_or(&[])
    }

    /// The string of a number.
    pub fn text(&self, sym: Sym) -> &str {
        self.strings.get(sym)
    }

    /// The documents in the order of their ids, which does not depend on the order of adding.
    pub fn ordered(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.documents.len() as u32).collect();
        order.sort_unstable_by_key(|&d| &**self.strings.get(self.documents[d as usize].id));
        order
    }
}
