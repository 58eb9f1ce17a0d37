//! Days in the Jalali, Gregorian and lunar Hijri calendars, and the time expressions of Persian
//! administrative prose. Usable on its own. Calendar arithmetic is `icu_calendar`'s.

mod date;

pub use date::{Calendar, Date, Weekday, full_gregorian_year, full_jalali_year};
