//! Compiling the lists: from the shapes of the files to entries, compounds and phrases.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Entry, Found, Key, Lexicon, Meaning, NamedDay, Phrase, Repeat, parts};
use crate::calendar::date::{Calendar, Weekday};
use crate::calendar::value::{Introducer, Relation, Unit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    months: Months,
    weekdays: BTreeMap<Weekday, Vec<String>>,
    units: BTreeMap<String, Vec<String>>,
    plural_units: BTreeMap<String, Vec<String>>,
    adjective_units: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<String>>,
    ordinals: BTreeMap<String, Vec<String>>,
    repeats: BTreeMap<String, Vec<String>>,
    seasons: BTreeMap<String, Vec<String>>,
    keywords: BTreeMap<Key, Vec<String>>,
    dayparts: BTreeMap<String, Vec<String>>,
    relative_days: BTreeMap<String, Vec<String>>,
    relative_years: BTreeMap<String, Vec<String>>,
    joined: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Months {
    jalali: Vec<Vec<String>>,
    gregorian: Vec<Vec<String>>,
    lunar: Vec<Vec<String>>,
    ambiguous: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    immediate: BTreeMap<String, Vec<String>>,
    vague: BTreeMap<String, Vec<String>>,
    recurring: BTreeMap<String, Vec<String>>,
    introducers: BTreeMap<String, Vec<String>>,
    event_heads: BTreeMap<String, Vec<String>>,
    words: BTreeMap<Key, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    day: Vec<NamedDay>,
}

#[allow(clippy::expect_used, reason = "the lists are part of the program; every test reads them")]
pub(super) fn built_in() -> Lexicon {
    let words = toml::from_str(include_str!("../data/words.toml")).expect("data/words.toml");
    let phrases = toml::from_str(include_str!("../data/phrases.toml")).expect("data/phrases.toml");
    let named =
        toml::from_str::<Named>(include_str!("../data/named-days.toml")).expect("data/named-days.toml");
    Lexicon::new(words, phrases, named.day)
}

const UNITS: [(&str, Unit); 7] = [
    ("minute", Unit::Minute),
    ("hour", Unit::Hour),
    ("day", Unit::Day),
    ("week", Unit::Week),
    ("month", Unit::Month),
    ("season", Unit::Season),
    ("year", Unit::Year),
];

const INTRODUCERS: [(&str, Introducer); 11] = [
    ("until", Introducer::Until),
    ("within", Introducer::Within),
    ("at_most", Introducer::AtMost),
    ("in", Introducer::In),
    ("at", Introducer::At),
    ("from", Introducer::From),
    ("before", Introducer::Before),
    ("after", Introducer::After),
    ("for", Introducer::For),
    ("term", Introducer::Term),
    ("compared", Introducer::Compared),
];

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> T {
    match table.iter().find(|(n, _)| *n == name) {
        Some((_, value)) => *value,
        None => panic!("no such section in the calendar's lists: {name}"),
    }
}

fn value<T: std::str::FromStr>(key: &str) -> T {
    match key.parse() {
        Ok(value) => value,
        Err(_) => panic!("no number in the calendar's lists: {key}"),
    }
}

impl Lexicon {
    fn new(words: Words, phrases: Phrases, days: Vec<NamedDay>) -> Self {
        let mut lexicon = Self { entries: vec![Entry::default()], ..Self::default() };
        lexicon.add_words(&words);
        for (key, forms) in &phrases.words {
            for form in forms {
                lexicon.set(form, |e| e.keywords |= 1 << *key as u64);
            }
        }
        lexicon.join_words(&words);
        lexicon.add_phrases(&phrases, days);
        lexicon.mark_beginnings();
        lexicon
    }

    fn id(&mut self, form: &str) -> u16 {
        if let Some(Found::One(id)) = self.forms.get(form) {
            return *id;
        }
        let id = self.new_entry();
        self.forms.insert(form.to_owned(), Found::One(id));
        id
    }

    fn new_entry(&mut self) -> u16 {
        let id = u16::try_from(self.entries.len()).unwrap_or(0);
        self.entries.push(Entry { id, ..Entry::default() });
        id
    }

    /// Changes the entry of a form; a form in several parts gets a compound.
    fn set(&mut self, form: &str, change: impl FnOnce(&mut Entry)) {
        let ids: Vec<u16> = parts(form).map(|p| self.id(p)).collect();
        let id = match ids.as_slice() {
            [one] => *one,
            _ => match self.compound(&ids) {
                Some(id) => id,
                None => {
                    let id = self.new_entry();
                    if let Some(&last) = ids.last() {
                        self.entries[usize::from(last)].ends_compound = true;
                    }
                    self.compounds.push((ids, id));
                    id
                }
            },
        };
        change(&mut self.entries[usize::from(id)]);
    }

    fn add_words(&mut self, words: &Words) {
        let calendars = [
            (Calendar::Jalali, &words.months.jalali),
            (Calendar::Gregorian, &words.months.gregorian),
            (Calendar::Lunar, &words.months.lunar),
        ];
        for (calendar, months) in calendars {
            for (forms, number) in months.iter().zip(1u8..) {
                for form in forms {
                    let ambiguous = words.months.ambiguous.contains(form);
                    self.set(form, |e| {
                        e.month = Some((calendar, number));
                        e.ambiguous = ambiguous;
                    });
                }
            }
        }
        for (weekday, forms) in &words.weekdays {
            forms.iter().for_each(|form| self.set(form, |e| e.weekday = Some(*weekday)));
        }
        for (name, forms) in &words.units {
            forms.iter().for_each(|form| self.set(form, |e| e.unit = Some(named(&UNITS, name))));
        }
        for (name, forms) in &words.plural_units {
            forms.iter().for_each(|form| self.set(form, |e| e.plural_unit = Some(named(&UNITS, name))));
        }
        for (name, forms) in &words.adjective_units {
            forms.iter().for_each(|form| self.set(form, |e| e.adjective_unit = Some(named(&UNITS, name))));
        }
        for (name, forms) in &words.repeats {
            forms.iter().for_each(|form| self.set(form, |e| e.repeats = Some(named(&UNITS, name))));
        }
        for (key, forms) in &words.numbers {
            forms.iter().for_each(|form| self.set(form, |e| e.number = Some(value(key))));
        }
        for (key, forms) in &words.ordinals {
            forms.iter().for_each(|form| self.set(form, |e| e.ordinal = Some(value(key))));
        }
        for (key, forms) in &words.seasons {
            forms.iter().for_each(|form| self.set(form, |e| e.season = Some(value(key))));
        }
        for (key, forms) in &words.dayparts {
            forms.iter().for_each(|form| self.set(form, |e| e.daypart = Some(value(key))));
        }
        for (key, forms) in &words.relative_days {
            forms.iter().for_each(|form| self.set(form, |e| e.relative_day = Some(value(key))));
        }
        for (key, forms) in &words.relative_years {
            forms.iter().for_each(|form| self.set(form, |e| e.relative_year = Some(value(key))));
        }
        for (key, forms) in &words.keywords {
            forms.iter().for_each(|form| self.set(form, |e| e.keywords |= 1 << *key as u64));
        }
    }

    /// Forms written together without a half-space, where the sum is no word of its own.
    fn join_words(&mut self, words: &Words) {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let units = || words.units.values().chain(words.adjective_units.values()).flatten();
        for (key, forms) in &words.numbers {
            for number in forms {
                if value::<u16>(key) <= 10 {
                    pairs.extend(units().map(|unit| (number.clone(), unit.clone())));
                }
                pairs.push(("و".to_owned(), number.clone()));
            }
        }
        for ordinal in words.ordinals.values().flatten() {
            pairs.push(("و".to_owned(), ordinal.clone()));
        }
        for month in words.months.jalali.iter().flatten() {
            pairs.push((month.clone(), "ماه".to_owned()));
        }
        for unit in words.units.values().flatten() {
            pairs.push(("هر".to_owned(), unit.clone()));
        }
        pairs.extend(words.joined.iter().map(|[a, b]| (a.clone(), b.clone())));
        for (first, second) in pairs {
            let form = format!("{first}{second}");
            let single = |form: &str| parts(form).nth(1).is_none();
            if single(&first) && single(&second) && !self.forms.contains_key(&form) {
                let ids = (self.id(&first), self.id(&second));
                self.forms.insert(form, Found::Two(ids.0, ids.1));
            }
        }
    }

    fn ids(&mut self, phrase: &str) -> Vec<u16> {
        let mut ids = Vec::new();
        for part in parts(phrase) {
            match self.find(part) {
                Some(Found::Two(a, b)) => ids.extend([a, b]),
                _ => ids.push(self.id(part)),
            }
            // The tokens of a text are compounds where they can be; so must those of a phrase.
            for length in [3, 2] {
                if let Some(from) = ids.len().checked_sub(length)
                    && let Some(id) = self.compound(&ids[from..])
                {
                    ids.truncate(from);
                    ids.push(id);
                    break;
                }
            }
        }
        ids
    }

    fn add_phrases(&mut self, phrases: &Phrases, days: Vec<NamedDay>) {
        let mut all: Vec<Phrase<Meaning>> = Vec::new();
        let mut introducers = Vec::new();
        let mut manner_heads = Vec::new();
        let mut since = Vec::new();
        let sections = [
            (&phrases.immediate, Meaning::Immediate),
            (&phrases.vague, Meaning::Vague),
            (&phrases.recurring, Meaning::Recurring(Repeat::Free)),
        ];
        for (section, meaning) in sections {
            for (name, forms) in section {
                let meaning = match name.as_str() {
                    "adverb" => Meaning::Recurring(Repeat::Adverb),
                    "manner" => Meaning::Recurring(Repeat::Manner),
                    "length" => Meaning::Recurring(Repeat::Length),
                    _ => meaning,
                };
                for form in forms {
                    let words = self.ids(form);
                    match name.as_str() {
                        "heads" => manner_heads.push(Phrase { words, meaning: (), cell: false }),
                        _ => all.push(Phrase { words, meaning, cell: name == "cell" }),
                    }
                }
            }
        }
        for (name, forms) in &phrases.event_heads {
            for form in forms {
                let words = self.ids(form);
                let meaning = match name.as_str() {
                    "after" => Meaning::Event(Relation::After),
                    "before" => Meaning::Event(Relation::Before),
                    "during" => Meaning::Event(Relation::During),
                    "since" => {
                        since.push(Phrase { words, meaning: (), cell: false });
                        continue;
                    }
                    _ => Meaning::Point,
                };
                all.push(Phrase { words, meaning, cell: false });
            }
        }
        for (index, day) in days.iter().enumerate() {
            for form in &day.names {
                let words = self.ids(form);
                all.push(Phrase { words, meaning: Meaning::Named(index), cell: false });
            }
        }
        for (name, forms) in &phrases.introducers {
            for form in forms {
                let words = self.ids(form);
                introducers.push(Phrase { words, meaning: named(&INTRODUCERS, name), cell: false });
            }
        }
        self.named = days;
        let count = self.entries.len();
        self.phrases = by_word(count, all, |words| words.first());
        self.introducers = by_word(count, introducers, |words| words.last());
        self.manner_heads = by_word(count, manner_heads, |words| words.last());
        self.since = by_word(count, since, |words| words.first());
    }

    fn mark_beginnings(&mut self) {
        const KEYS: [Key; 14] = [
            Key::Every,
            Key::This,
            Key::Half,
            Key::HalfPeriod,
            Key::Decade,
            Key::Several,
            Key::OneOr,
            Key::End,
            Key::Start,
            Key::Early,
            Key::Middle,
            Key::Late,
            Key::Quarter,
            Key::Once,
        ];
        for (entry, phrases) in self.entries.iter_mut().zip(&self.phrases) {
            entry.begins_time = entry.number.is_some()
                || entry.ordinal.is_some()
                || entry.month.is_some()
                || entry.weekday.is_some()
                || entry.unit.is_some()
                || entry.plural_unit.is_some()
                || entry.season.is_some()
                || entry.daypart.is_some()
                || entry.relative_day.is_some()
                || entry.relative_year.is_some()
                || KEYS.iter().any(|key| entry.is(*key));
            entry.begins = entry.begins_time
                || entry.is(Key::Meeting)
                || entry.is(Key::EventNoun)
                || !phrases.is_empty();
            entry.begins_time |= phrases.iter().any(|phrase| matches!(phrase.meaning, Meaning::Named(_)));
        }
    }
}

fn by_word<T>(
    count: usize,
    phrases: Vec<Phrase<T>>,
    key: impl Fn(&[u16]) -> Option<&u16>,
) -> Vec<Vec<Phrase<T>>> {
    let mut table: Vec<Vec<Phrase<T>>> = (0..count).map(|_| Vec::new()).collect();
    for phrase in phrases {
        if let Some(&id) = key(&phrase.words) {
            table[usize::from(id)].push(phrase);
        }
    }
    for list in &mut table {
        list.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
    }
    table
}
