//! The grammar of time expressions, written by hand over tokens. Every alternative looks ahead a
//! bounded number of tokens, and what stands inside another goes only so deep, so the work is linear
//! in the text.

mod days;
mod events;
mod lengths;
mod numbers;
mod periods;

use std::cell::Cell;

use super::date::Calendar;
use super::lexicon::{Entry, Key, Lexicon, Meaning, Phrase, Repeat, lexicon};
use super::tokens::{Token, nothing};
use super::value::{Introducer, Part, Period, Relation, TimeValue, Unit, YearRef};

/// What was read and the token after it.
pub(super) type Read<T> = Option<(T, usize)>;

/// Reads tokens at given places.
pub(super) struct Grammar<'t> {
    pub tokens: &'t [Token],
    nothing: Token,
    lexicon: &'static Lexicon,
    /// How deep the reading is inside another.
    depth: Cell<u8>,
    /// The tokens are one whole cell of a deadline column: less has to be said.
    cell: bool,
}

impl<'t> Grammar<'t> {
    pub fn new(tokens: &'t [Token], cell: bool) -> Self {
        Self { tokens, nothing: nothing(), lexicon: lexicon(), depth: Cell::new(0), cell }
    }

    fn at(&self, i: usize) -> &Token {
        self.tokens.get(i).unwrap_or(&self.nothing)
    }

    /// The token before `i`.
    fn before(&self, i: usize) -> &Token {
        i.checked_sub(1).map_or(&self.nothing, |i| self.at(i))
    }

    fn entry(&self, i: usize) -> &'static Entry {
        self.at(i).entry
    }

    fn is(&self, i: usize, key: Key) -> bool {
        self.entry(i).is(key)
    }

    /// Whether the token is any of these.
    pub fn is_any(&self, i: usize, keys: &[Key]) -> bool {
        keys.iter().any(|key| self.is(i, *key))
    }

    /// Reads what may hold another of its kind («دو هفته پس از پایان …»), to a bounded depth.
    fn nested<T>(&self, read: impl FnOnce() -> Option<T>) -> Option<T> {
        const DEEPEST: u8 = 5;
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return None;
        }
        self.depth.set(depth + 1);
        let found = read();
        self.depth.set(depth);
        found
    }

    /// Skips one token if it is `key`.
    fn skip(&self, i: usize, key: Key) -> usize {
        if self.is(i, key) { i + 1 } else { i }
    }

    fn ended(&self, i: usize) -> bool {
        i >= self.tokens.len()
    }

    /// The time expression that begins at `i`, with the token after it. The longest reading wins;
    /// of equal ones a fixed phrase.
    pub fn expression(&self, i: usize) -> Read<TimeValue> {
        let introduced = self.introducer(i);
        let phrase = self.phrase(i, introduced);
        let timely = self.entry(i).begins_time || self.at(i).digits > 0;
        let time = if timely { self.time(i) } else { None };
        let time = time.filter(|(value, end)| self.allowed(i, *end, value, introduced));
        let point = matches!(phrase, Some((TimeValue::Event { relation: Relation::At, .. }, _)));
        // «پایان خرداد ماه اجرایی شود»: a period is no event that has a name.
        let mut best = phrase.filter(|_| !(point && time.is_some()));
        let until = if time.is_none() { self.until_event(i, introduced) } else { None };
        let others = [time, self.meeting(i), until];
        for other in others.into_iter().flatten() {
            if self.at(other.1 - 1).ends && best.as_ref().is_none_or(|(_, end)| other.1 > *end) {
                best = Some(other);
            }
        }
        best
    }

    /// A day, period, length or repetition at `i`; no event.
    fn time(&self, i: usize) -> Read<TimeValue> {
        self.nested(|| self.time_inside(i))
    }

    fn time_inside(&self, i: usize) -> Read<TimeValue> {
        let whole = |(period, end)| (TimeValue::Period { period, part: Part::Whole }, end);
        self.named(i)
            .map(whole)
            .or_else(|| self.day(i))
            .or_else(|| self.repetition(i))
            .or_else(|| self.part(i))
            .or_else(|| self.period(i).map(whole))
            .or_else(|| self.stretch(i))
            .or_else(|| self.length(i))
            .or_else(|| self.approximate(i))
            .or_else(|| self.year_in_cell(i))
    }

    /// Readings that need something before them, or must not have it.
    fn allowed(&self, i: usize, end: usize, value: &TimeValue, introduced: Option<Introducer>) -> bool {
        if self.cell {
            return true;
        }
        let name = self.is(i.wrapping_sub(1), Key::NameHead);
        let dated = introduced.is_none() && self.is(i.wrapping_sub(1), Key::Dated);
        match value {
            TimeValue::Day { year, .. } => !(dated || name && *year == YearRef::Inferred),
            TimeValue::Weekday { .. } => !name,
            TimeValue::Period { period: Period::Year { .. }, part: Part::Whole } if dated => false,
            TimeValue::Period { period: Period::Month { calendar: _, year, .. }, part: Part::Whole } => {
                let bare = *year == YearRef::Inferred && end == i + 1;
                let before = self.before(i).entry;
                // «در بهمن و اسفند»
                let second = before.is(Key::And) && self.entry(i.wrapping_sub(2)).month.is_some();
                let limit = before.is(Key::To)
                    || before.is(Key::In)
                    || second
                    || introduced == Some(Introducer::Within);
                let month = self.entry(i);
                let common = month.ambiguous && month.month.is_some_and(|(c, _)| c != Calendar::Jalali);
                (!bare || (limit && !common)) && !dated
            }
            TimeValue::Period { period: Period::Season { year, .. }, part: Part::Whole } => {
                *year != YearRef::Inferred || introduced.is_some()
            }
            TimeValue::Duration { .. } => {
                let adjective = (i..end).find_map(|k| self.entry(k).adjective_unit);
                let before = self.before(i).entry;
                let limited = introduced.is_some() || before.is(Key::Term);
                // «نه» alone is «no» more often than nine.
                if !limited && self.entry(i).number == Some(9) {
                    return false;
                }
                adjective.is_none_or(|unit| limited || matches!(unit, Unit::Month | Unit::Week))
            }
            TimeValue::Approximate { .. } => {
                introduced.is_some() || self.is(end - 1, Key::Next) || self.is(end - 1, Key::Ahead)
            }
            _ => true,
        }
    }

    /// The longest fixed phrase at `i` that may stand there.
    fn phrase(&self, i: usize, introduced: Option<Introducer>) -> Read<TimeValue> {
        let phrases = self.lexicon.phrases.get(usize::from(self.entry(i).id))?;
        phrases.iter().find_map(|phrase| {
            let end = self.matches(phrase, i)?;
            if phrase.cell && !self.cell {
                return None;
            }
            match phrase.meaning {
                Meaning::Immediate => Some((TimeValue::Immediate, end)),
                Meaning::Vague => Some((TimeValue::Vague, end)),
                // Read among the periods, with their years.
                Meaning::Named(_) => None,
                Meaning::Recurring(repeat) => {
                    self.may_repeat(i, repeat).then(|| (self.repeat_unit(i, end), end))
                }
                Meaning::Event(relation) => self.event(relation, end),
                Meaning::Point => {
                    let limit = matches!(
                        introduced,
                        Some(Introducer::Until | Introducer::From | Introducer::Within | Introducer::In)
                    );
                    if !(limit || (self.cell && i == 0)) || self.time(end).is_some() {
                        return None;
                    }
                    let end = self.complement(end, 1)?;
                    Some((TimeValue::Event { relation: Relation::At, of: None }, end))
                }
            }
        })
    }

    /// Whether a phrase stands at `i`, whole words only; the token after it.
    fn matches<T>(&self, phrase: &Phrase<T>, i: usize) -> Option<usize> {
        let found = self.tokens.get(i..i + phrase.words.len())?;
        let same = found.iter().zip(&phrase.words).all(|(token, id)| token.entry.id == *id);
        (same && found.last()?.ends).then(|| i + phrase.words.len())
    }

    /// Whether a word of repetition at `i` is an adverb there.
    fn may_repeat(&self, i: usize, repeat: Repeat) -> bool {
        let manner =
            self.lexicon.manner_heads.get(usize::from(self.before(i).entry.id)).is_some_and(|heads| {
                heads.iter().any(|head| {
                    i.checked_sub(head.words.len()).is_some_and(|from| self.matches(head, from).is_some())
                })
            });
        let before = self.before(i);
        match repeat {
            Repeat::Free => true,
            Repeat::Adverb => self.cell || manner || i == 0 || before.sign || before.entry.is(Key::Function),
            Repeat::Manner => (self.cell && i == 0) || manner,
            Repeat::Length => manner,
        }
    }

    /// The preposition that ends just before `i`, or before the «تاریخ» or «روز» that stands there.
    pub fn introducer(&self, i: usize) -> Option<Introducer> {
        let last = self.before(i).entry.id;
        let candidates = self.lexicon.introducers.get(usize::from(last))?;
        candidates.iter().find_map(|phrase| {
            let from = i.checked_sub(phrase.words.len())?;
            let whole = self.matches(phrase, from).is_some() && self.at(from).starts;
            if !whole {
                return None;
            }
            // «ظرف کمتر از یک ماه», «تا حداکثر یک ماه»: the preposition tells more.
            let weak = matches!(phrase.meaning, Introducer::Compared | Introducer::AtMost);
            let further = if weak { self.nested(|| self.introducer(from)) } else { None };
            further.or(Some(phrase.meaning))
        })
    }
}
