//! Weeks, months, seasons, years and their parts.

use super::super::date::Calendar;
use super::super::lexicon::{Key, Meaning};
use super::super::value::{Part, Period, TimeValue, Unit, YearRef};
use super::{Grammar, Read};

impl Grammar<'_> {
    /// «جاری» 0, «آینده» 1, «گذشته» −1; «پیش رو» 1. Not where «از» follows («بعد از»).
    pub(super) fn direction(&self, i: usize) -> Read<i32> {
        if self.is(i, Key::Pending) && self.is(i + 1, Key::Ahead) {
            return Some((1, i + 2));
        }
        // «بعد از», «پیش از» belong to what follows.
        if self.is(i, Key::WithFrom) && self.is(i + 1, Key::From) {
            return None;
        }
        if self.is(i, Key::Current) {
            Some((0, i + 1))
        } else if self.is(i, Key::Next) {
            Some((1, i + 1))
        } else if self.is(i, Key::Last) {
            Some((-1, i + 1))
        } else {
            None
        }
    }

    /// «هفته آینده», «این ماه».
    pub(super) fn relative_period(&self, i: usize) -> Read<Period> {
        let unit_at = if self.is(i, Key::This) { i + 1 } else { i };
        let unit = self.entry(unit_at).unit?;
        if !matches!(unit, Unit::Week | Unit::Month | Unit::Season | Unit::Year) {
            return None;
        }
        let (offset, end) = match unit_at > i {
            true if self.is(unit_at + 1, Key::Plural) => return None,
            true => (0, unit_at + 1),
            false => self.direction(unit_at + 1)?,
        };
        let period = match unit {
            Unit::Year => Period::Year { year: YearRef::Offset(i8::try_from(offset).ok()?) },
            _ => Period::Relative { unit, offset },
        };
        Some((period, end))
    }

    /// A whole period: «مهرماه ۱۴۰۱», «سال آینده», «تابستان», «دهه فجر».
    pub(super) fn period(&self, i: usize) -> Read<Period> {
        if let Some(((calendar, month), end, _)) = self.month_name(i) {
            let (year, end) = self.year_after(end, calendar);
            return Some((Period::Month { calendar, month, year }, end));
        }
        if let Some(found) = self.relative_period(i) {
            return Some(found);
        }
        let entry = self.entry(i);
        if let Some(offset) = entry.relative_year {
            return Some((Period::Year { year: YearRef::Offset(offset) }, i + 1));
        }
        let year = entry.unit == Some(Unit::Year);
        let years = entry.plural_unit == Some(Unit::Year) || (year && self.is(i + 1, Key::Plural));
        if year || years {
            let at = self.skip(i + 1, Key::Plural);
            let (mut year, mut end) = self.year_number(at, true)?;
            while years && (self.is(end, Key::And) || self.is(end, Key::To) || self.is(end, Key::Comma)) {
                match self.year_number(end + 1, true) {
                    Some(next) => (year, end) = next,
                    None => break,
                }
            }
            end = self.skip(self.skip(end, Key::Era), Key::Era);
            return Some((Period::Year { year }, end));
        }
        let at = if entry.unit == Some(Unit::Season) { i + 1 } else { i };
        let season = self.entry(at).season?;
        let (year, end) = self.year_after(at + 1, Calendar::Jalali);
        Some((Period::Season { season, year }, end))
    }

    /// What a part is part of: any period, and a bare «سال», «ماه», «هفته», «فصل».
    fn whole(&self, i: usize) -> Read<Period> {
        if let Some(found) = self.period(i) {
            return Some(found);
        }
        if let Some(found) = self.named(i) {
            return Some(found);
        }
        let token = self.at(i);
        let end = i + 1;
        // «پایان ۱۳۹۶»
        if token.digits == 4
            && token.ends
            && let Some((year @ YearRef::Given(1300..=1500), end)) = self.year_number(i, true)
            && self.entry(end).number.is_none()
        {
            return Some((Period::Year { year }, end));
        }
        // «سال تحصیلی» ends on no day that the calendar knows.
        if !token.ends || self.is(end, Key::FiscalYear) {
            return None;
        }
        match token.entry.unit? {
            Unit::Year => Some((Period::Year { year: YearRef::Inferred }, end)),
            unit @ (Unit::Week | Unit::Month) => Some((Period::Relative { unit, offset: 0 }, end)),
            _ => None,
        }
    }

    /// «دهه فجر», «عید فطر ۱۴۰۱».
    pub(super) fn named(&self, i: usize) -> Read<Period> {
        let phrases = self.lexicon.phrases.get(usize::from(self.entry(i).id))?;
        phrases.iter().find_map(|phrase| {
            let Meaning::Named(index) = phrase.meaning else { return None };
            let (year, end) = self.year_after(self.matches(phrase, i)?, Calendar::Jalali);
            Some((Period::Named { index, year }, end))
        })
    }

    /// Part of a period: «پایان اسفند», «نیمه دوم سال», «اواخر هفته آینده», «هفته اول مهر».
    pub(super) fn part(&self, i: usize) -> Read<TimeValue> {
        let value = |period, part, end| Some((TimeValue::Period { period, part }, end));
        if self.is(i, Key::HalfPeriod) {
            if let Some((nth, at)) = self.nth(i + 1).filter(|(nth, _)| *nth <= 2) {
                let (period, end) = self.whole(at).unwrap_or((Period::Year { year: YearRef::Inferred }, at));
                return value(period, Part::Half(nth), end);
            }
            let (period, end) = self.whole(i + 1)?;
            return value(period, Part::Half(1), end);
        }
        if self.is(i, Key::Decade) {
            let (nth, at) = self.nth(i + 1).filter(|(nth, _)| *nth <= 3)?;
            let (period, end) = self.whole(at)?;
            return value(period, Part::Decade(nth), end);
        }
        if let Some((period, part, end)) = self.numbered_part(i) {
            return value(period, part, end);
        }
        let part = match () {
            () if self.is(i, Key::End) => Part::End,
            () if self.is(i, Key::Start) => Part::Start,
            () if self.is(i, Key::Early) => Part::Early,
            () if self.is(i, Key::Middle) => Part::Middle,
            () if self.is(i, Key::Late) => Part::Late,
            // «اول هفته آینده»; «اول مهر» and «اول ماه» are days.
            () if self.entry(i).ordinal == Some(1) => Part::Start,
            () => return None,
        };
        // «پایان وقت اداری روز شنبه»
        if part == Part::End && self.is(i + 1, Key::Office) && self.is(i + 2, Key::OfficeHours) {
            return self.day(i + 3).or(Some((TimeValue::RelativeDay(0), i + 3)));
        }
        if part == Part::End
            && let Some((day, end)) = self.day(i + 1)
        {
            return Some((day, end));
        }
        if let Some((repeated, end)) = self.repetition(i + 1) {
            return Some((repeated, end));
        }
        if part == Part::End
            && let Some(inner) = self.nested(|| self.part(i + 1).or_else(|| self.stretch(i + 1)))
        {
            return Some(inner);
        }
        let (period, end) = self.whole(i + 1)?;
        value(period, part, end)
    }

    /// «هفته اول مهر», «ماه آخر سال», «فصل دوم سال».
    fn numbered_part(&self, i: usize) -> Option<(Period, Part, usize)> {
        let unit = self.entry(i).unit?;
        let last = self.is(i + 1, Key::End);
        let (nth, at) = if last { (0, i + 2) } else { self.nth(i + 1)? };
        let (period, end) = self.whole(at)?;
        let year = matches!(period, Period::Year { .. });
        let part = match unit {
            Unit::Week if !year && (last || nth <= 5) => {
                if last {
                    Part::End
                } else {
                    Part::Week(nth)
                }
            }
            Unit::Month if year => Part::Months { length: 1, nth: if last { 12 } else { nth } },
            Unit::Season if year && nth <= 4 => Part::Months { length: 3, nth: if last { 4 } else { nth } },
            Unit::Day if last => Part::End,
            _ => return None,
        };
        Some((period, part, end))
    }

    /// «سه‌ماهه دوم», «شش ماه اول سال آینده», «ربع اول سال»: stretches of months of a year.
    pub(super) fn stretch(&self, i: usize) -> Read<TimeValue> {
        let (length, at) = if self.is(i, Key::Quarter) {
            (3, i + 1)
        } else {
            let ((length, _), unit) = self.number(i)?;
            let entry = self.entry(unit);
            let months = entry.unit == Some(Unit::Month) || entry.adjective_unit == Some(Unit::Month);
            if !months || !(1..12).contains(&length) {
                return None;
            }
            (u8::try_from(length).ok()?, unit + 1)
        };
        let (nth, at) = match self.is(at, Key::End) {
            true => (12 / length, at + 1),
            false => self.nth(at)?,
        };
        if u16::from(length) * u16::from(nth) > 12 {
            return None;
        }
        let (year, end) = match self.whole(at) {
            Some((Period::Year { year }, end)) => (year, end),
            _ => self.year(at, Calendar::Jalali).unwrap_or((YearRef::Inferred, at)),
        };
        Some((TimeValue::Period { period: Period::Year { year }, part: Part::Months { length, nth } }, end))
    }

    /// A table cell that holds a year and nothing else.
    pub(super) fn year_in_cell(&self, i: usize) -> Read<TimeValue> {
        let token = self.at(i);
        if !self.cell || i > 0 || token.digits != 4 || self.tokens.len() > 1 {
            return None;
        }
        let (year, end) = self.year_number(i, true)?;
        Some((TimeValue::Period { period: Period::Year { year }, part: Part::Whole }, end))
    }
}
