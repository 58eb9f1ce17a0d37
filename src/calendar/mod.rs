//! Days in the Jalali, Gregorian and lunar Hijri calendars, and the time expressions of Persian
//! administrative prose. Usable on its own. Calendar arithmetic is `icu_calendar`'s.

use std::fmt;

use icu_calendar::{Date as IcuDate, Iso, cal::Persian};

/// A day, in no particular calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(IcuDate<Iso>);

impl Date {
    /// The day of a Jalali (Solar Hijri) date; `None` where there is no such day.
    pub fn from_jalali(year: i32, month: u8, day: u8) -> Option<Self> {
        IcuDate::try_new_persian(year, month, day).ok().map(|d| Self(d.to_calendar(Iso)))
    }

    /// The day of a Gregorian date; `None` where there is no such day.
    pub fn from_gregorian(year: i32, month: u8, day: u8) -> Option<Self> {
        IcuDate::try_new_iso(year, month, day).ok().map(Self)
    }

    /// Year, month and day in the Jalali calendar.
    pub fn jalali(self) -> (i32, u8, u8) {
        let d = self.0.to_calendar(Persian);
        (d.era_year().year, d.month().ordinal, d.day_of_month().0)
    }

    /// Year, month and day in the Gregorian calendar.
    pub fn gregorian(self) -> (i32, u8, u8) {
        (self.0.era_year().year, self.0.month().ordinal, self.0.day_of_month().0)
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
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.to_iso(), self.to_jalali_iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_meeting() {
        let day = Date::from_jalali(1400, 12, 26).map(Date::to_iso);
        assert_eq!(day.as_deref(), Some("2022-03-17"));
        assert_eq!(Date::from_gregorian(2022, 3, 20).map(Date::to_jalali_iso).as_deref(), Some("1400-12-29"));
        assert_eq!(Date::from_jalali(1400, 12, 30), None);
    }
}
