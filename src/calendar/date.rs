//! A day, whatever calendar it is written in, and counting in days, months and years.

use std::fmt;

use icu_calendar::{Date as IcuDate, Gregorian, Iso, cal::Hijri, cal::Persian, types::RataDie};
use serde::{Deserialize, Serialize};

/// Calendars in which Persian texts write dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calendar {
    /// Solar Hijri, the civil calendar of Iran.
    Jalali,
    /// Gregorian.
    Gregorian,
    /// Lunar Hijri by the Umm al-Qura tables. The official Iranian lunar calendar goes by sighting
    /// and is often one day later, so a due date from it is right to within a day or two.
    Lunar,
}

/// Days of the week, in the order of the Iranian week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// «شنبه»
    Saturday,
    /// «یکشنبه»
    Sunday,
    /// «دوشنبه»
    Monday,
    /// «سه‌شنبه»
    Tuesday,
    /// «چهارشنبه»
    Wednesday,
    /// «پنجشنبه»
    Thursday,
    /// «جمعه», the only weekly holiday that counting in working days leaves out.
    Friday,
}

impl Weekday {
    /// All seven, from Saturday.
    pub const ALL: [Self; 7] = [
        Self::Saturday,
        Self::Sunday,
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
    ];

    /// Place in the Iranian week, from 0 for Saturday.
    pub fn index(self) -> u8 {
        self as u8
    }
}

/// A day, in no particular calendar. Years 1 to 2999 of every calendar can be written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(IcuDate<Iso>);

/// Years that the constructors accept; wide enough for any text, narrow enough that no sum of
/// days leaves the range of `icu_calendar`.
const YEARS: std::ops::Range<i32> = 1..3000;

impl Date {
    /// The day of a Jalali (Solar Hijri) date; `None` where there is no such day.
    pub fn from_jalali(year: i32, month: u8, day: u8) -> Option<Self> {
        if !YEARS.contains(&year) {
            return None;
        }
        IcuDate::try_new_persian(year, month, day).ok().map(|d| Self(d.to_calendar(Iso)))
    }

    /// The day of a Gregorian date; `None` where there is no such day.
    pub fn from_gregorian(year: i32, month: u8, day: u8) -> Option<Self> {
        if !YEARS.contains(&year) {
            return None;
        }
        IcuDate::try_new_iso(year, month, day).ok().map(Self)
    }

    /// The day of a lunar Hijri date by the Umm al-Qura tables; `None` where there is no such day.
    pub fn from_lunar(year: i32, month: u8, day: u8) -> Option<Self> {
        if !YEARS.contains(&year) {
            return None;
        }
        IcuDate::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura())
            .ok()
            .map(|d| Self(d.to_calendar(Iso)))
    }

    /// The day of a date in the given calendar; `None` where there is no such day.
    pub fn new(calendar: Calendar, year: i32, month: u8, day: u8) -> Option<Self> {
        match calendar {
            Calendar::Jalali => Self::from_jalali(year, month, day),
            Calendar::Gregorian => Self::from_gregorian(year, month, day),
            Calendar::Lunar => Self::from_lunar(year, month, day),
        }
    }

    /// Year, month and day in the Jalali calendar.
    pub fn jalali(self) -> (i32, u8, u8) {
        let d = self.0.to_calendar(Persian);
        (d.era_year().year, d.month().ordinal, d.day_of_month().0)
    }

    /// Year, month and day in the Gregorian calendar.
    pub fn gregorian(self) -> (i32, u8, u8) {
        let d = self.0.to_calendar(Gregorian);
        (d.year().extended_year(), d.month().ordinal, d.day_of_month().0)
    }

    /// Year, month and day in the lunar Hijri calendar (Umm al-Qura).
    pub fn lunar(self) -> (i32, u8, u8) {
        let d = self.0.to_calendar(Hijri::new_umm_al_qura());
        (d.year().extended_year(), d.month().ordinal, d.day_of_month().0)
    }

    /// Year, month and day in the given calendar.
    pub fn fields(self, calendar: Calendar) -> (i32, u8, u8) {
        match calendar {
            Calendar::Jalali => self.jalali(),
            Calendar::Gregorian => self.gregorian(),
            Calendar::Lunar => self.lunar(),
        }
    }

    /// Number of days in a month, 28 to 31; `None` where there is no such month.
    pub fn month_length(calendar: Calendar, year: i32, month: u8) -> Option<u8> {
        // No month of these calendars is shorter than 28 days.
        (28..=31).rev().find(|&day| Self::new(calendar, year, month, day).is_some())
    }

    /// Day of the week.
    pub fn weekday(self) -> Weekday {
        // Day 0 of the fixed count is a Sunday, the second day of the Iranian week.
        let index = (self.fixed() + 1).rem_euclid(7);
        Weekday::ALL[usize::try_from(index).unwrap_or(0)]
    }

    /// The day `days` later (earlier, if negative); `None` outside years 1 to 2999.
    pub fn add_days(self, days: i64) -> Option<Self> {
        let fixed = self.fixed().checked_add(days)?;
        if !(0..1_100_000).contains(&fixed) {
            return None;
        }
        Some(Self(IcuDate::from_rata_die(RataDie::new(fixed), Iso)))
    }

    /// The same day of the month `months` later in a calendar; a day that the month lacks becomes
    /// its last («۳۱ شهریور» plus one month is «۳۰ مهر»).
    pub fn add_months(self, calendar: Calendar, months: i64) -> Option<Self> {
        let (year, month, day) = self.fields(calendar);
        let count = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(months)?;
        let year = i32::try_from(count.div_euclid(12)).ok()?;
        let month = u8::try_from(count.rem_euclid(12) + 1).ok()?;
        let day = day.min(Self::month_length(calendar, year, month)?);
        Self::new(calendar, year, month, day)
    }

    /// The same day `years` later; 30 Esfand and 29 February fall back to the day before.
    pub fn add_years(self, calendar: Calendar, years: i64) -> Option<Self> {
        self.add_months(calendar, years.checked_mul(12)?)
    }

    /// The day after `days` working days. Only Friday is no working day: Thursday is worked in many
    /// offices, and public holidays are not known here.
    pub fn add_working_days(self, days: u32) -> Option<Self> {
        if days > 10_000 {
            return None;
        }
        let mut day = self;
        let mut left = days;
        while left > 0 {
            day = day.add_days(1)?;
            if day.weekday() != Weekday::Friday {
                left -= 1;
            }
        }
        Some(day)
    }

    /// Days from `other` to this day.
    pub fn days_since(self, other: Self) -> i64 {
        self.fixed() - other.fixed()
    }

    /// The first such day of the week on or after this day.
    pub fn on_or_after(self, weekday: Weekday) -> Option<Self> {
        let ahead = (i64::from(weekday.index()) - i64::from(self.weekday().index())).rem_euclid(7);
        self.add_days(ahead)
    }

    /// The Saturday that begins the week of this day.
    pub fn week_start(self) -> Option<Self> {
        self.add_days(-i64::from(self.weekday().index()))
    }

    /// Reads `2022-03-17`, `2022-03-17T10:00:00`, `1400/12/26` or `۱۴۰۰/۱۲/۲۶`: year, month and day
    /// in digits, parted by `-` or `/`. Years from 1700 on are Gregorian, others Jalali. `None` for
    /// anything else and for days that do not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split(['T', ' ']).next()?;
        let mut fields = text.split(['-', '/']).map(digits);
        let (year, month, day) = (fields.next()??, fields.next()??, fields.next()??);
        if fields.next().is_some() || year < 1000 {
            return None;
        }
        let calendar = if year >= 1700 { Calendar::Gregorian } else { Calendar::Jalali };
        Self::new(calendar, i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// `2022-03-17`.
    pub fn to_iso(self) -> String {
        let (y, m, d) = self.gregorian();
        format!("{y:04}-{m:02}-{d:02}")
    }

    /// `1400-12-26`.
    pub fn to_jalali_iso(self) -> String {
        let (y, m, d) = self.jalali();
        format!("{y:04}-{m:02}-{d:02}")
    }

    /// Day number of the fixed count («rata die»).
    fn fixed(self) -> i64 {
        self.0.to_rata_die().to_i64_date()
    }
}

/// The value of one Persian, Arabic or Latin digit.
pub(super) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '۰'..='۹' => Some(c as u32 - '۰' as u32),
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        _ => None,
    }
}

/// A number in digits of any kind; `None` where it is not one, or has more than nine digits.
pub(super) fn digits(text: &str) -> Option<u32> {
    let mut value = 0u32;
    let mut count = 0;
    for c in text.chars() {
        value = value.checked_mul(10)?.checked_add(digit(c)?)?;
        count += 1;
    }
    (1..=9).contains(&count).then_some(value)
}

/// The full year that a two-digit Jalali year stands for: the one nearest to `near`; without it,
/// 00 to 29 are 1400 to 1429 and 30 to 99 are 1330 to 1399. Half way between two, the later.
pub fn full_jalali_year(short: u8, near: Option<i32>) -> i32 {
    full_year(i32::from(short), near.unwrap_or(1379), 1300)
}

/// The full year that a two-digit Gregorian year stands for: the one nearest to `near`; without
/// it, 00 to 69 are 2000 to 2069 and 70 to 99 are 1970 to 1999.
pub fn full_gregorian_year(short: u8, near: Option<i32>) -> i32 {
    full_year(i32::from(short), near.unwrap_or(2019), 1900)
}

fn full_year(short: i32, near: i32, century: i32) -> i32 {
    let mut best = century + short;
    for year in (century - 100..=century + 300).step_by(100).map(|c| c + short) {
        if (year - near).abs() <= (best - near).abs() {
            best = year;
        }
    }
    best
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.to_iso(), self.to_jalali_iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn jalali(year: i32, month: u8, day: u8) -> Date {
        Date::from_jalali(year, month, day).unwrap()
    }

    #[test]
    fn a_meeting_in_esfand() {
        assert_eq!(jalali(1400, 12, 26).to_iso(), "2022-03-17");
        assert_eq!(Date::from_gregorian(2022, 3, 20).map(Date::to_jalali_iso).as_deref(), Some("1400-12-29"));
        assert_eq!(Date::from_jalali(1400, 12, 30), None);
        assert!(Date::from_jalali(1399, 12, 30).is_some(), "1399 is a leap year");
        assert_eq!(jalali(1400, 12, 26).weekday(), Weekday::Thursday);
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(jalali(1400, 6, 31).add_months(Calendar::Jalali, 1), Date::from_jalali(1400, 7, 30));
        assert_eq!(jalali(1399, 12, 30).add_years(Calendar::Jalali, 1), Date::from_jalali(1400, 12, 29));
        assert_eq!(jalali(1400, 11, 30).add_months(Calendar::Jalali, 1), Date::from_jalali(1400, 12, 29));
        assert_eq!(Date::month_length(Calendar::Jalali, 1403, 12), Some(30));
        assert_eq!(Date::month_length(Calendar::Jalali, 1403, 13), None);
        assert_eq!(Date::month_length(Calendar::Gregorian, 2024, 2), Some(29));
    }

    #[test]
    fn working_days_leave_out_fridays() {
        let wednesday = jalali(1401, 2, 7);
        assert_eq!(wednesday.weekday(), Weekday::Wednesday);
        assert_eq!(wednesday.add_working_days(1), Date::from_jalali(1401, 2, 8));
        assert_eq!(wednesday.add_working_days(2), Date::from_jalali(1401, 2, 10));
        assert_eq!(wednesday.add_working_days(10), Date::from_jalali(1401, 2, 19));
    }

    #[test]
    fn reads_iso_and_jalali_strings() {
        assert_eq!(Date::parse("2020-03-08T21:08:00"), Date::from_gregorian(2020, 3, 8));
        assert_eq!(Date::parse("۱۴۰۰/۱۲/۱۲"), Date::from_jalali(1400, 12, 12));
        assert_eq!(Date::parse("1400-12-30"), None);
        assert_eq!(Date::parse("86/3/6"), None);
        assert_eq!(Date::parse("فردا"), None);
        assert_eq!(Date::parse(""), None);
    }

    #[test]
    fn two_digit_years() {
        assert_eq!(full_jalali_year(1, None), 1401);
        assert_eq!(full_jalali_year(86, None), 1386);
        assert_eq!(full_jalali_year(29, None), 1429);
        assert_eq!(full_jalali_year(30, None), 1330);
        assert_eq!(full_jalali_year(5, Some(1398)), 1405);
        assert_eq!(full_jalali_year(98, Some(1401)), 1398);
        assert_eq!(full_gregorian_year(20, None), 2020);
        assert_eq!(full_gregorian_year(99, None), 1999);
    }

    #[test]
    fn no_sum_panics() {
        let day = jalali(1400, 1, 1);
        assert_eq!(day.add_days(i64::MAX), None);
        assert_eq!(day.add_months(Calendar::Jalali, i64::MAX), None);
        assert_eq!(day.add_years(Calendar::Lunar, i64::MIN), None);
        assert_eq!(day.add_working_days(u32::MAX), None);
    }

    proptest! {
        #[test]
        fn every_day_goes_through_all_calendars(offset in 0i64..55_000) {
            // 1300-01-01 to about 1450.
            let day = jalali(1300, 1, 1).add_days(offset).unwrap();
            for calendar in [Calendar::Jalali, Calendar::Gregorian, Calendar::Lunar] {
                let (y, m, d) = day.fields(calendar);
                prop_assert_eq!(Date::new(calendar, y, m, d), Some(day));
            }
            prop_assert_eq!(Date::parse(&day.to_iso()), Some(day));
            prop_assert_eq!(Date::parse(&day.to_jalali_iso()), Some(day));
            let next = day.add_days(1).unwrap();
            prop_assert!(next > day && next.jalali() > day.jalali() && next.lunar() > day.lunar());
            prop_assert_eq!((day.weekday().index() + 1) % 7, next.weekday().index());
        }

        #[test]
        fn adding_months_is_monotonic(offset in 0i64..55_000, months in -600i64..600) {
            let day = jalali(1300, 1, 1).add_days(offset).unwrap();
            let later = day.add_days(1).unwrap();
            let (a, b) = (day.add_months(Calendar::Jalali, months), later.add_months(Calendar::Jalali, months));
            prop_assert!(a.unwrap() <= b.unwrap());
            prop_assert!(day.add_months(Calendar::Jalali, months + 1) > a);
        }

        #[test]
        fn parse_takes_any_text(text in ".{0,20}") {
            let _ = Date::parse(&text);
        }
    }
}
