//! Names of bodies, places, persons and offices, one entry a line. The same format serves the lists
//! that come with the project and the file of a user (`--lexicon FILE`):
//!
//! ```text
//! # type, kind, name, other names (separated by |), note; `→` stands for a tab here
//! ORG → ministry → وزارت کشور
//! ORG → organization → سازمان برنامه و بودجه → سازمان برنامه
//! LOC → county → بهار →  → head
//! PER →  → رحیم نیک‌پور
//! ROLE →  → بازرس ویژه استان
//! ```
//!
//! Letters, half-spaces and hamza may be written in any way. All but type and name may be empty. The
//! note `head` marks a place that is also an everyday word: it counts only after its head noun.

use super::phrases::{Phrases, Symbols};
use super::{LexiconError, symbols_of};
use crate::document::MentionType;

/// A name and what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `Org`, `Loc`, `Per` or `Role`.
    pub kind: MentionType,
    /// Kind of body or place, where it is known.
    pub class: Option<String>,
    /// The full name.
    pub name: String,
    /// Counts only after its head noun.
    pub needs_head: bool,
    /// Comes from a user's file: it counts wherever it stands, also where the recognizer saw nothing.
    pub own: bool,
}

/// The compiled names.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    all: Vec<Entry>,
    names: Phrases,
    /// What follows «وزارت» in the names of ministries: «وزیر …».
    departments: Phrases,
}

impl Entries {
    /// Adds the entries of a text; gives back how many there were. `source` names the text in
    /// errors; `own` says that it is a user's.
    pub(super) fn add(
        &mut self,
        text: &str,
        source: &str,
        own: bool,
        symbols: &mut Symbols,
    ) -> Result<usize, LexiconError> {
        let before = self.all.len();
        let ministry = symbols.intern("وزارت");
        let lines = text.lines().count();
        self.all.reserve(lines);
        self.names.reserve(lines);
        symbols.reserve(lines / 4);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = |reason: &'static str| LexiconError::Line {
                file: source.to_owned(),
                line: number + 1,
                reason,
            };
            let mut columns = line.split('\t').map(str::trim);
            let kind = match columns.next() {
                Some("ORG") => MentionType::Org,
                Some("LOC") => MentionType::Loc,
                Some("PER") => MentionType::Per,
                Some("ROLE") => MentionType::Role,
                _ => return Err(entry("the first column must be ORG, LOC, PER or ROLE")),
            };
            let class = columns.next().unwrap_or("");
            let name = columns.next().unwrap_or("");
            if name.is_empty() {
                return Err(entry("the third column, the name, is empty"));
            }
            let others = columns.next().unwrap_or("");
            let needs_head = match columns.next().unwrap_or("") {
                "" => false,
                "head" => true,
                _ => return Err(entry("the fifth column may only be `head` or empty")),
            };
            let index = self.all.len() as u32;
            for form in std::iter::once(name).chain(others.split('|')) {
                let phrase = symbols_of(form, symbols);
                self.names.insert(&phrase, index);
                if class == "ministry" && phrase.first() == Some(&ministry) {
                    self.departments.insert(&phrase[1..], index);
                }
            }
            self.all.push(Entry {
                kind,
                class: (!class.is_empty()).then(|| class.to_owned()),
                name: name.to_owned(),
                needs_head,
                own,
            });
        }
        Ok(self.all.len() - before)
    }

    /// The longest name at the start of `symbols`: its number of pieces and its entry.
    pub fn at(&self, symbols: impl IntoIterator<Item = u32>) -> Option<(usize, &Entry)> {
        let (length, index) = self.names.longest(symbols)?;
        self.all.get(index as usize).map(|entry| (length, entry))
    }

    /// The longest name of a ministry without «وزارت» at the start of `symbols`.
    pub fn department_at(&self, symbols: impl IntoIterator<Item = u32>) -> Option<(usize, &Entry)> {
        let (length, index) = self.departments.longest(symbols)?;
        self.all.get(index as usize).map(|entry| (length, entry))
    }

    /// The entry of exactly this name.
    pub fn exact(&self, symbols: &[u32]) -> Option<&Entry> {
        self.names.exact(symbols).and_then(|index| self.all.get(index as usize))
    }
}
