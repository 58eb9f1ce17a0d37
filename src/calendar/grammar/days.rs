//! Single days: dates in digits, day and month, days of the week, «فردا», and combinations of these.

use super::super::date::{Calendar, Weekday};
use super::super::lexicon::Key;
use super::super::value::{Clock, Period, TimeValue, Unit, YearRef};
use super::numbers::Form;
use super::{Grammar, Read};

impl Grammar<'_> {
    /// A day, with everything that tells which («روز چهارشنبه اول خرداد», «عصر امروز (۲۵ خرداد)»).
    pub fn day(&self, i: usize) -> Read<TimeValue> {
        let mut start = i;
        let token = self.entry(i);
        if token.unit == Some(Unit::Day) || token.plural_unit == Some(Unit::Day) {
            start += 1;
            start = self.skip(start, Key::Plural);
        } else if token.daypart.is_some() {
            start += 1;
            if self.entry(start).unit == Some(Unit::Day) {
                start += 1;
            }
        }
        let (mut value, mut end) = self.one_day(start)?;
        while let Some((more, next)) = self.more_day(end) {
            match together(&value, &more) {
                Some(both) => (value, end) = (both, next),
                None => break,
            }
        }
        if self.entry(end).daypart.is_some() && !self.is(end + 1, Key::From) {
            end += 1;
        }
        Some((value, end))
    }

    /// A second word on the same day: after a comma, or in brackets.
    fn more_day(&self, i: usize) -> Read<TimeValue> {
        let bracket = self.is(i, Key::Open);
        let mut at = if bracket || self.is(i, Key::Comma) { i + 1 } else { i };
        if self.entry(at).unit == Some(Unit::Day) {
            at += 1;
        }
        let (value, end) = self.one_day(at)?;
        match bracket {
            true => self.is(end, Key::Close).then_some((value, end + 1)),
            false => Some((value, end)),
        }
    }

    fn one_day(&self, i: usize) -> Read<TimeValue> {
        if let Some(offset) = self.entry(i).relative_day {
            return Some((TimeValue::RelativeDay(i32::from(offset)), i + 1));
        }
        self.weekday(i).or_else(|| self.date_in_digits(i)).or_else(|| self.day_of_month(i))
    }

    /// «چهارشنبه», «چهارشنبه آینده», «سه‌شنبه هفته بعد», «شنبه یا یکشنبه».
    fn weekday(&self, i: usize) -> Read<TimeValue> {
        let mut weekday = self.entry(i).weekday?;
        let mut end = i + 1;
        if self.is(end, Key::Plural) || self.is(end, Key::Not) {
            return None;
        }
        for _ in 0..6 {
            let next = match () {
                () if self.is(end, Key::And) || self.is(end, Key::Or) || self.is(end, Key::Comma) => end + 1,
                () => break,
            };
            match self.entry(next).weekday {
                Some(other) => (weekday, end) = (other, next + 1),
                None => break,
            }
        }
        if self.is(end, Key::Every) {
            return None;
        }
        if let Some((Period::Relative { unit: Unit::Week, offset }, next)) = self.relative_period(end) {
            return Some((TimeValue::Weekday { weekday, week: Some(offset), after_base: false }, next));
        }
        let (offset, next) = self.direction(end).unwrap_or((0, end));
        let week = (offset < 0).then_some(-1);
        Some((TimeValue::Weekday { weekday, week, after_base: offset > 0 }, next))
    }

    /// «۱۴۰۱/۰۱/۲۰», «20/1/1401», «6/3/86», «2020-03-08».
    fn date_in_digits(&self, i: usize) -> Read<TimeValue> {
        let parts = [self.at(i), self.at(i + 2), self.at(i + 4)];
        let signs = [self.at(i + 1), self.at(i + 3)];
        let tight =
            !self.is(i + 5, Key::Slash) && (self.at(i).starts || !self.is(i.wrapping_sub(1), Key::Slash));
        if parts.iter().any(|p| p.digits == 0)
            || !tight
            || signs.iter().any(|s| !s.entry.is(Key::Slash))
            || signs[0].entry.id != signs[1].entry.id
        {
            return None;
        }
        let short = |part: &super::super::tokens::Token| part.digits <= 2;
        let [a, b, c] = parts;
        if !short(b) {
            return None;
        }
        let known = |year: u32| (1200..1500).contains(&year) || (1700..2200).contains(&year);
        let (year, day) = match (a.digits, c.digits) {
            (4, 1..=2) if known(a.value) => (a, c),
            (1..=2, 4) if known(c.value) => (c, a),
            // Two-digit years: only with strokes, and only what can be a day of the calendar.
            (2, 1..=2) if a.value > 31 || (c.value <= 31 && !(c.value == 0 || a.digits == 1)) => (a, c),
            (1..=2, 2) => (c, a),
            _ => return None,
        };
        let stroke = self.is(i + 1, Key::Stroke);
        if year.digits == 2 && (!stroke || (!self.cell && (b.value > 12 || day.value > 31))) {
            return None;
        }
        let (calendar, year) = match year.digits {
            4 if year.value >= 1700 => (Calendar::Gregorian, YearRef::Given(i32::try_from(year.value).ok()?)),
            4 => (Calendar::Jalali, YearRef::Given(i32::try_from(year.value).ok()?)),
            _ => (Calendar::Jalali, YearRef::Short(u8::try_from(year.value).ok()?)),
        };
        let month = u8::try_from(b.value).ok()?;
        let day = u8::try_from(day.value).ok()?;
        Some((TimeValue::Day { calendar, year, month, day, weekday: None }, i + 5))
    }

    /// «۲۰ فروردین ۱۴۰۱», «بیستم فروردین‌ماه», «۹ و ۱۰ تیر», «۱۵ ماه جاری».
    fn day_of_month(&self, i: usize) -> Read<TimeValue> {
        let ((mut day, mut form), mut end) = self.day_number(i)?;
        // Lists and ranges: the last day counts.
        for _ in 0..4 {
            let between = [Key::And, Key::To, Key::Comma, Key::Slash].iter().any(|key| self.is(end, *key));
            match self.day_number(end + 1) {
                Some(((next, its_form), after)) if between => (day, form, end) = (next, its_form, after),
                _ => break,
            }
        }
        if let Some(((calendar, month), after, sure)) = self.month_name(end) {
            let loose = self.entry(after - 1).ambiguous || self.entry(end).ambiguous;
            let (year, last) = self.year_after(after, calendar);
            let guess = form == Form::Cardinal && loose && !sure && year == YearRef::Inferred;
            if guess || !self.at(last - 1).ends || self.is(last, Key::Every) {
                return None;
            }
            return Some((TimeValue::Day { calendar, year, month, day, weekday: None }, last));
        }
        if self.entry(end).unit == Some(Unit::Month) && form != Form::Cardinal {
            if let Some((Period::Relative { offset, .. }, last)) = self.relative_period(end) {
                return Some((TimeValue::DayOfMonth { offset, day }, last));
            }
            // «اول ماه»: the next one; «۲۰ ماه» is a length.
            let next = form == Form::Ordinal && !self.is(end + 1, Key::Plural);
            return next
                .then_some((TimeValue::DayOfMonth { offset: if day == 1 { 1 } else { 0 }, day }, end + 1));
        }
        None
    }

    /// A month with «ماه» before or after it. Also tells whether «ماه» stands there.
    pub(super) fn month_name(&self, i: usize) -> Option<((Calendar, u8), usize, bool)> {
        let before = self.entry(i).unit == Some(Unit::Month);
        let at = if before { self.skip(i + 1, Key::Holy) } else { i };
        let month = self.entry(at).month?;
        let after = self.entry(at + 1).unit == Some(Unit::Month);
        let end = if after { at + 2 } else { at + 1 };
        self.at(end - 1).ends.then_some((month, end, before || after))
    }

    /// A year after a month, season or name; [`YearRef::Inferred`] where there is none.
    pub(super) fn year_after(&self, i: usize, calendar: Calendar) -> (YearRef, usize) {
        self.year(i, calendar).unwrap_or((YearRef::Inferred, i))
    }

    pub(super) fn year(&self, i: usize, calendar: Calendar) -> Read<YearRef> {
        if let Some(offset) = self.entry(i).relative_year {
            return Some((YearRef::Offset(offset), i + 1));
        }
        let this = self.is(i, Key::This) && self.entry(i + 1).unit == Some(Unit::Year);
        if this {
            return Some((YearRef::Offset(0), i + 2));
        }
        if self.is(i, Key::Open) {
            let (year, end) = self.nested(|| self.year(i + 1, calendar))?;
            return self.is(end, Key::Close).then_some((year, end + 1));
        }
        if self.entry(i).unit == Some(Unit::Year) {
            if let Some((offset, end)) = self.direction(i + 1) {
                return Some((YearRef::Offset(i8::try_from(offset).ok()?), end));
            }
            let (year, end) = self.year_number(i + 1, true)?;
            return Some((year, self.skip(self.skip(end, Key::Era), Key::Era)));
        }
        if self.is(i, Key::OfMonth)
            && let Some((offset, end)) = self.direction(i)
        {
            // «خرداد آینده», «مهر گذشته»
            return match offset {
                0 => Some((YearRef::Offset(0), end)),
                1.. => Some((YearRef::Inferred, end)),
                _ => Some((YearRef::Past, end)),
            };
        }
        let (year, end) = self.year_number(i, false)?;
        let fits = match (year, calendar) {
            (YearRef::Given(year), Calendar::Gregorian) => year >= 1700,
            (YearRef::Given(year), _) => year < 1500,
            (YearRef::Short(_), Calendar::Lunar) => false,
            _ => true,
        };
        fits.then(|| (year, self.skip(self.skip(end, Key::Era), Key::Era)))
    }

    /// The number of a year: four digits of our time, two digits, or words. `announced` by «سال»,
    /// two digits may be any; else only where they can hardly be a count of something.
    pub(super) fn year_number(&self, i: usize, announced: bool) -> Read<YearRef> {
        let ((number, form), end) = self.number(i)?;
        let year = i32::try_from(number).ok()?;
        let known = (1200..1500).contains(&number) || (1700..2200).contains(&number);
        match form {
            Form::Digits(4) | Form::Cardinal if known => Some((YearRef::Given(year), end)),
            Form::Digits(2) => {
                let after = self.at(end);
                let last = self.ended(end) || after.sign;
                let sure = announced || !(10..60).contains(&number) || last;
                let counted = after.entry.unit.is_some() || after.entry.month.is_some();
                (sure && (announced || !counted)).then_some((YearRef::Short(u8::try_from(number).ok()?), end))
            }
            Form::Cardinal if announced && (30..100).contains(&number) => {
                Some((YearRef::Short(u8::try_from(number).ok()?), end))
            }
            _ => None,
        }
    }

    /// «ساعت ۱۶:۳۰», «ساعت ۸ صبح», «ساعت ۱۶ و ۳۰ دقیقه»; `i` is at «ساعت».
    pub fn clock(&self, i: usize) -> Read<Clock> {
        if self.entry(i).unit != Some(Unit::Hour) {
            return None;
        }
        let ((hour, _), mut end) = self.number(i + 1)?;
        let mut minute = 0;
        if self.is(end, Key::Colon)
            || (self.is(end, Key::And) && self.entry(end + 2).unit == Some(Unit::Minute))
        {
            let spoken = self.is(end, Key::And);
            let token = self.at(end + 1);
            if token.digits > 0 && token.digits <= 2 {
                minute = token.value;
                end += if spoken { 3 } else { 2 };
            }
        }
        // «ساعت ۱۲ تا ۱۶»: the later hour.
        let mut hour = hour;
        if self.is(end, Key::To)
            && let Some(((later, _), after)) = self.number(end + 1)
            && later > hour
            && self.entry(after).unit.is_none()
            && self.entry(after).month.is_none()
        {
            (hour, end) = (later, after);
        }
        if let Some(shift) = self.entry(end).daypart {
            if hour < 12 {
                hour += u32::from(shift);
            }
            end += 1;
        }
        if hour > 24 || minute > 59 || !self.at(end - 1).ends {
            return None;
        }
        Some((Clock { hour: u8::try_from(hour).ok()?, minute: u8::try_from(minute).ok()? }, end))
    }
}

/// Two readings of one day: the more exact one, with the day of the week of the other.
fn together(a: &TimeValue, b: &TimeValue) -> Option<TimeValue> {
    use TimeValue as V;
    let with = |value: &V, day: Weekday| match value.clone() {
        V::Day { calendar, year, month, day: number, .. } => {
            Some(V::Day { calendar, year, month, day: number, weekday: Some(day) })
        }
        _ => None,
    };
    match (a, b) {
        (V::Weekday { weekday, .. }, V::Day { .. }) => with(b, *weekday),
        (V::Day { weekday: None, .. }, V::Weekday { weekday, .. }) => with(a, *weekday),
        (V::RelativeDay(_), V::Day { .. }) => Some(b.clone()),
        (V::RelativeDay(_), V::Weekday { .. }) => Some(a.clone()),
        (V::Weekday { .. }, V::RelativeDay(_)) => Some(b.clone()),
        // The same day in two calendars («۲۰ مارس (۲۹ اسفند)»): the Jalali one decides.
        (V::Day { calendar: x, .. }, V::Day { calendar: y, .. }) if x != y => {
            Some(if *y == Calendar::Jalali { b.clone() } else { a.clone() })
        }
        _ => None,
    }
}
