//! Days in the Jalali, Gregorian and lunar Hijri calendars, and the time expressions of Persian
//! administrative prose: finding them, and counting out the day they mean. Usable on its own.
//!
//! ```
//! use dabir::calendar::{Date, find, parse_cell};
//!
//! let meeting = Date::from_jalali(1400, 12, 12);
//! let words = ["گزارش", "حداکثر", "تا", "پایان", "اسفند", "ارسال", "شود"];
//! let found = find(&words);
//! assert_eq!(found[0].words, 3..5);
//! assert_eq!(found[0].resolve(meeting).due.map(Date::to_iso).as_deref(), Some("2022-03-20"));
//!
//! let cell = parse_cell("دو هفته").expect("a length of time");
//! assert_eq!(cell.expression.resolve(meeting).due, Date::from_jalali(1400, 12, 26));
//! ```
//!
//! Calendar arithmetic is `icu_calendar`'s; words and named days are in `data/`. The lunar calendar
//! is that of the Umm al-Qura tables, which can differ from the Iranian one by a day or two.

mod cell;
mod date;
mod find;
mod grammar;
mod lexicon;
mod resolve;
mod tokens;
mod value;

pub use cell::{CellTime, parse_cell};
pub use date::{Calendar, Date, Weekday, full_gregorian_year, full_jalali_year};
pub use find::find;
pub use resolve::{Resolution, resolve};
pub use value::{Clock, Introducer, Part, Period, Relation, TimeExpression, TimeValue, Unit, YearRef};
