//! The word lists of `data/`, compiled once: what each word can mean, and the fixed phrases.

mod build;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use serde::Deserialize;

use super::date::{Calendar, Weekday};
use super::value::{Introducer, Relation, Unit};

/// Words with a place in the grammar; one bit each in [`Entry::keywords`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub(in crate::calendar) enum Key {
    And,
    Or,
    To,
    In,
    From,
    At,
    Every,
    This,
    Half,
    HalfPeriod,
    Decade,
    Current,
    Next,
    Last,
    Ahead,
    Pending,
    Once,
    Time,
    Meeting,
    Working,
    Several,
    OneOr,
    Suffix,
    Plural,
    Colon,
    Open,
    Close,
    Comma,
    Slash,
    Stroke,
    FiscalYear,
    Era,
    Term,
    End,
    Start,
    Early,
    Middle,
    Late,
    Quarter,
    Office,
    OfficeHours,
    Holy,
    That,
    NameHead,
    Dated,
    Course,
    WithFrom,
    OfMonth,
    Function,
    EventNoun,
    EventStop,
    Verb,
    Light,
    Clause,
    Not,
}

/// What a word can mean; several fields may be set.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::calendar) struct Entry {
    /// Number of the word; 0 is no word of the lists.
    pub id: u16,
    pub number: Option<u16>,
    pub ordinal: Option<u8>,
    pub month: Option<(Calendar, u8)>,
    /// The month's name is also an ordinary word or a personal name.
    pub ambiguous: bool,
    pub weekday: Option<Weekday>,
    pub unit: Option<Unit>,
    pub plural_unit: Option<Unit>,
    pub adjective_unit: Option<Unit>,
    pub season: Option<u8>,
    /// «روزانه», «فصلی»: every so often.
    pub repeats: Option<Unit>,
    /// Hours that a clock time moves by.
    pub daypart: Option<u8>,
    pub relative_day: Option<i8>,
    pub relative_year: Option<i8>,
    keywords: u64,
    /// Whether an expression can begin with it.
    pub begins: bool,
    /// Whether one can that is no fixed phrase.
    pub begins_time: bool,
    /// Whether two or more parts that make one word end with it.
    pub ends_compound: bool,
}

impl Entry {
    pub fn is(&self, key: Key) -> bool {
        self.keywords & (1 << key as u64) != 0
    }
}

/// A word that was looked up: one token, or two written together («تیرماه»، «یکماه»).
#[derive(Debug, Clone, Copy)]
pub(in crate::calendar) enum Found {
    One(u16),
    Two(u16, u16),
}

/// What a fixed phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::calendar) enum Meaning {
    Immediate,
    Vague,
    Named(usize),
    Recurring(Repeat),
    Event(Relation),
    /// «زمان …»: an event only after a preposition.
    Point,
}

/// How freely a word of repetition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::calendar) enum Repeat {
    Free,
    Adverb,
    Manner,
    /// As [`Repeat::Manner`], but a length of time in a cell.
    Length,
}

/// A fixed phrase.
#[derive(Debug)]
pub(in crate::calendar) struct Phrase<T> {
    pub words: Vec<u16>,
    pub meaning: T,
    /// Only where it fills a table cell.
    pub cell: bool,
}

/// A named day or period.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::calendar) struct NamedDay {
    pub names: Vec<String>,
    pub calendar: Calendar,
    pub from: [u8; 2],
    pub to: Option<[u8; 2]>,
}

/// The compiled lists.
#[derive(Debug, Default)]
pub(in crate::calendar) struct Lexicon {
    forms: HashMap<String, Found, BuildHasherDefault<FormHasher>>,
    entries: Vec<Entry>,
    compounds: Vec<(Vec<u16>, u16)>,
    /// Phrases by the id of their first word, the longest first.
    pub phrases: Vec<Vec<Phrase<Meaning>>>,
    /// Introducers by the id of their last word, the longest first.
    pub introducers: Vec<Vec<Phrase<Introducer>>>,
    /// «به صورت» and its like, by the id of their last word.
    pub manner_heads: Vec<Vec<Phrase<()>>>,
    /// «از تاریخ» and its like, by the id of their first word.
    pub since: Vec<Vec<Phrase<()>>>,
    pub named: Vec<NamedDay>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(build::built_in);

/// The compiled lists.
pub(in crate::calendar) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// A multiplying hash over words of eight bytes. Every word of a text is looked up, and the lists are
/// ours, so speed counts and crafted collisions do not.
#[derive(Debug, Default)]
pub(in crate::calendar) struct FormHasher(u64);

impl Hasher for FormHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        // The map takes the top bits for its tags and the low ones for its place.
        self.0 ^ (self.0 >> 32)
    }
}

/// The parts that half-spaces and spaces cut a form into.
pub(in crate::calendar) fn parts(form: &str) -> impl Iterator<Item = &str> {
    form.split(['\u{200c}', ' ']).filter(|part| !part.is_empty())
}

impl Lexicon {
    /// The entry with this id.
    pub fn entry(&self, id: u16) -> &Entry {
        &self.entries[usize::from(id)]
    }

    /// What a word (or a part of one, between half-spaces) is.
    pub fn find(&self, form: &str) -> Option<Found> {
        self.forms.get(form).copied()
    }

    /// The id of the word that these parts make together.
    pub fn compound(&self, ids: &[u16]) -> Option<u16> {
        self.compounds.iter().find(|(parts, _)| parts == ids).map(|(_, id)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_meanings() {
        let lexicon = lexicon();
        let entry = |form: &str| match lexicon.find(form) {
            Some(Found::One(id)) => *lexicon.entry(id),
            other => panic!("{form}: {other:?}"),
        };
        assert_eq!(entry("فروردین").month, Some((Calendar::Jalali, 1)));
        assert_eq!(entry("ژانویه").month, Some((Calendar::Gregorian, 1)));
        assert_eq!(entry("رجب").month, Some((Calendar::Lunar, 7)));
        assert_eq!(entry("هفتاد").number, Some(70));
        assert_eq!(entry("جمعه").weekday, Some(Weekday::Friday));
        assert!(matches!(lexicon.find("تیرماه"), Some(Found::Two(_, _))));
        assert!(lexicon.find("استانداری").is_none());
    }

    #[test]
    fn every_named_day_exists_in_its_calendar() {
        for day in &lexicon().named {
            let year = if day.calendar == Calendar::Lunar { 1443 } else { 1403 };
            let [month, number] = day.from;
            let first = crate::calendar::Date::new(day.calendar, year, month, number);
            assert!(first.is_some(), "{:?}", day.names);
            assert!(day.to.is_none_or(|to| to > day.from), "{:?}", day.names);
        }
    }
}
