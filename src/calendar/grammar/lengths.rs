//! Lengths of time and repetition.

use super::super::lexicon::{Key, Meaning};
use super::super::value::{Relation, TimeValue, Unit};
use super::{Grammar, Read};

impl Grammar<'_> {
    /// «دو هفته», «۴۸ ساعت», «یک ماه و نیم», «۱۰ تا ۱۵ روز آینده», «یک ماه پس از ابلاغ».
    pub(super) fn length(&self, i: usize) -> Read<TimeValue> {
        let (amount, mut half, at) = self.amount(i)?;
        let entry = self.entry(at);
        let mut unit = entry.unit.or(entry.adjective_unit)?;
        let mut end = at + 1;
        if self.is(end, Key::Plural) {
            return None;
        }
        // «هفته‌ای», «هفته ای»
        if self.is(end, Key::Suffix) {
            end += 1;
        }
        if unit == Unit::Day && self.is(end, Key::Working) {
            unit = Unit::WorkingDay;
            end += 1;
        }
        if self.is(end, Key::And) && self.is(end + 1, Key::Half) && self.entry(end + 2).unit.is_none() {
            half = true;
            end += 2;
        }
        if let Some((from, last)) = self.counted_from(end) {
            return Some((TimeValue::Duration { amount, half, unit, from: Some(Box::new(from)) }, last));
        }
        // «دو هفته قبل از برگزاری …»
        if let Some((Meaning::Event(Relation::Before), last)) = self.event_head(end)
            && let Some((value, last)) = self.event(Relation::Before, last)
        {
            return Some((value, last));
        }
        match self.direction(end) {
            Some((-1, last)) => return Some((TimeValue::Ago { amount, unit }, last)),
            Some((1, last)) => end = last,
            _ => {}
        }
        Some((TimeValue::Duration { amount, half, unit, from: None }, end))
    }

    /// How many: a number, the greater of two, with «و نیم», or «نیم» alone.
    fn amount(&self, i: usize) -> Option<(u32, bool, usize)> {
        if self.is(i, Key::Half) {
            return Some((0, true, i + 1));
        }
        let (mut amount, mut end) = match self.is(i, Key::OneOr) {
            true => (1, i + 1),
            false => self.number(i).map(|((n, _), end)| (n, end))?,
        };
        let joint = if self.is(end, Key::To) || self.is(end, Key::Or) { end + 1 } else { end };
        if let Some(((more, _), last)) = self.number(joint)
            && more > amount
            && (joint > end || more <= amount + 3)
        {
            (amount, end) = (more, last);
        } else if self.is(i, Key::OneOr) {
            return None;
        }
        if self.is(end, Key::And) && self.is(end + 1, Key::Half) {
            return Some((amount, true, end + 2));
        }
        (1..=10_000).contains(&amount).then_some((amount, false, end))
    }

    /// What a length is counted from: «پس از ابلاغ», «از تاریخ تصویب», «از امروز».
    fn counted_from(&self, i: usize) -> Read<TimeValue> {
        let heads = self.lexicon.since.get(usize::from(self.entry(i).id))?;
        let after = heads.iter().find_map(|head| self.matches(head, i));
        let after = match after {
            Some(after) => after,
            None if self.is(i, Key::From)
                && (self.is(i + 1, Key::EventNoun) || self.entry(i + 1).relative_day == Some(0)) =>
            {
                i + 1
            }
            None => return None,
        };
        // «از ابلاغ» is a head that is an event by itself.
        let named = self.is(after - 1, Key::EventNoun);
        match self.time(after) {
            Some((time, end)) if !matches!(time, TimeValue::Duration { .. }) => Some((time, end)),
            _ => {
                let end = self.complement(after, 1).or_else(|| named.then_some(after))?;
                Some((TimeValue::Event { relation: Relation::After, of: None }, end))
            }
        }
    }

    /// «چند روز آینده», «ماه‌های آینده», «روزهای پیش رو».
    pub(super) fn approximate(&self, i: usize) -> Read<TimeValue> {
        let several = self.is(i, Key::Several);
        let at = if several { i + 1 } else { i };
        let entry = self.entry(at);
        let unit = entry.unit.or(entry.plural_unit)?;
        let plural = entry.plural_unit.is_some() || self.is(at + 1, Key::Plural);
        let end = self.skip(at + 1, Key::Plural);
        match self.direction(end) {
            Some((1, end)) if several || plural => Some((TimeValue::Approximate { unit }, end)),
            Some((-1, end)) if several || plural => Some((TimeValue::Ago { amount: 1, unit }, end)),
            _ if several && self.at(end - 1).ends => Some((TimeValue::Approximate { unit }, end)),
            _ => None,
        }
    }

    /// «هر هفته», «هر سه ماه یک بار», «شنبه هر هفته», «دو بار در ماه», «شنبه‌ها».
    pub(super) fn repetition(&self, i: usize) -> Read<TimeValue> {
        let repeated = |every, unit, weekday, end| {
            Some((TimeValue::Recurring { every, unit: Some(unit), weekday }, end))
        };
        let mut start = i;
        if self.entry(i).unit == Some(Unit::Day) || self.entry(i).plural_unit == Some(Unit::Day) {
            start = self.skip(i + 1, Key::Plural);
        }
        if let Some(weekday) = self.entry(start).weekday {
            if self.is(start + 1, Key::Plural) {
                let end = start + 2;
                let end = match self.nested(|| self.repetition(end)) {
                    Some((TimeValue::Recurring { unit: Some(Unit::Week), .. }, end)) => end,
                    _ => end,
                };
                return repeated(1, Unit::Week, Some(weekday), end);
            }
            if self.is(start + 1, Key::Every) && self.entry(start + 2).unit == Some(Unit::Week) {
                return repeated(1, Unit::Week, Some(weekday), start + 3);
            }
            return None;
        }
        if self.is(i, Key::Every) {
            let ((every, _), at) = self.number(i + 1).unwrap_or(((1, super::numbers::Form::Cardinal), i + 1));
            if let Some(weekday) = self.entry(at).weekday {
                return repeated(every, Unit::Week, Some(weekday), at + 1);
            }
            let entry = self.entry(at);
            let unit = entry.unit.or(entry.adjective_unit)?;
            if !self.at(at).ends || self.is(at + 1, Key::Plural) {
                return None;
            }
            let mut end = at + 1;
            if self.is(end, Key::Once) {
                end += 1;
            } else if self.number(end).is_some() && self.is(end + 1, Key::Time) {
                end += 2;
            } else if unit == Unit::Week && self.entry(end).weekday.is_some() && self.is(end + 1, Key::Plural)
            {
                return repeated(1, Unit::Week, self.entry(end).weekday, end + 2);
            }
            return repeated(every, unit, None, end);
        }
        // «پنجم هر ماه»
        if let Some((_, at)) = self.day_number(i)
            && self.is(at, Key::Every)
            && self.entry(at + 1).unit == Some(Unit::Month)
        {
            return repeated(1, Unit::Month, None, at + 2);
        }
        // «یک بار در هفته»
        let times = match () {
            () if self.is(i, Key::Once) => Some(i + 1),
            () => self.number(i).map(|(_, at)| at).filter(|at| self.is(*at, Key::Time)).map(|at| at + 1),
        }?;
        let unit = self.entry(times + 1).unit?;
        let whole = self.is(times, Key::In) && self.at(times + 1).ends && unit >= Unit::Day;
        whole.then(|| (TimeValue::Recurring { every: 1, unit: Some(unit), weekday: None }, times + 2))
    }

    /// The value of a fixed word of repetition: its unit follows from its first word that has one.
    pub(super) fn repeat_unit(&self, i: usize, end: usize) -> TimeValue {
        let unit = (i..end).find_map(|k| {
            let entry = self.entry(k);
            entry.repeats.or(entry.unit).or(entry.adjective_unit)
        });
        let every = (i..end)
            .find_map(|k| {
                self.entry(k)
                    .number
                    .filter(|_| self.entry(k + 1).unit.or(self.entry(k + 1).adjective_unit).is_some())
            })
            .map_or(1, u32::from);
        TimeValue::Recurring { every, unit, weekday: None }
    }
}
