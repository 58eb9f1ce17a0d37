//! From what an expression says to the day by which the act is due. Every resolution names the rule
//! it went by. Nothing is guessed: where the day cannot be computed there is none, and a date that
//! does not exist gives a warning.
//!
//! Conventions: a length of time counts from the base (one week from Wednesday is Wednesday); a
//! period, or part of one, is due on its last day («ابتدای …» alone on its first); a day or month
//! without a year is the first on or after the base; hours count as whole days, rounded up.

use super::date::{Calendar, Date, full_gregorian_year, full_jalali_year};
use super::lexicon::lexicon;
use super::value::{Part, Period, Relation, TimeValue, Unit, YearRef};

/// The day due, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Day by which the act is due; `None` where it cannot be computed.
    pub due: Option<Date>,
    /// Name of the rule that was used, such as `duration.from-base`.
    pub rule: &'static str,
    /// What the reader should know: a date that does not exist, a day of the week that does not fit.
    pub warning: Option<String>,
}

impl Resolution {
    fn new(due: Option<Date>, rule: &'static str) -> Self {
        Self { due, rule, warning: None }
    }

    fn impossible(calendar: Calendar, year: Option<i32>, month: u8, day: u8) -> Self {
        let name = match calendar {
            Calendar::Jalali => "Jalali",
            Calendar::Gregorian => "Gregorian",
            Calendar::Lunar => "lunar Hijri",
        };
        let written = match year {
            Some(year) => format!("day {day} of month {month} of {year}"),
            None => format!("day {day} of month {month}"),
        };
        let warning = format!("the {name} calendar has no {written}; no due date was computed");
        Self { due: None, rule: "date.impossible", warning: Some(warning) }
    }
}

/// Counts `value` out from `base`, the day of the document. Without a base only what needs none is
/// computed.
pub fn resolve(value: &TimeValue, base: Option<Date>) -> Resolution {
    match value {
        TimeValue::Day { calendar, year, month, day, weekday } => {
            let mut found = day_of_year(*calendar, *year, *month, *day, base);
            if let (Some(due), Some(weekday)) = (found.due, weekday)
                && due.weekday() != *weekday
            {
                let (said, is) = (format!("{weekday:?}"), format!("{:?}", due.weekday()));
                found.warning = Some(format!("{} is a {is}, not a {said}", due.to_jalali_iso()));
            }
            found
        }
        TimeValue::DayOfMonth { offset, day } => day_of_relative_month(*offset, *day, base),
        TimeValue::RelativeDay(days) => {
            Resolution::new(base.and_then(|b| b.add_days(i64::from(*days))), "day.relative")
        }
        TimeValue::Weekday { weekday, week: Some(week), .. } => {
            let day = i64::from(*week) * 7 + i64::from(weekday.index());
            let due = base.and_then(Date::week_start).and_then(|start| start.add_days(day));
            Resolution::new(due, "weekday.of-week")
        }
        TimeValue::Weekday { weekday, week: None, after_base } => {
            let from = base.and_then(|b| b.add_days(i64::from(*after_base)));
            Resolution::new(from.and_then(|f| f.on_or_after(*weekday)), "weekday.next")
        }
        TimeValue::Period { period, part } => {
            let (range, rule) = (range(*period, *part, base), rule_of(*part));
            Resolution::new(range.map(|(first, last)| if *part == Part::Start { first } else { last }), rule)
        }
        TimeValue::Duration { amount, half, unit, from } => match from {
            None => Resolution::new(base.and_then(|b| add(b, *amount, *half, *unit)), "duration.from-base"),
            Some(from) => {
                let start = resolve(from, base);
                let due = start.due.and_then(|start| add(start, *amount, *half, *unit));
                let rule = if due.is_some() { "duration.from-date" } else { "duration.from-event" };
                Resolution { due, rule, warning: start.warning }
            }
        },
        TimeValue::Event { relation, of: Some(time) } => {
            let inner = resolve(time, base);
            match (relation, time.as_ref()) {
                (Relation::Before, TimeValue::Period { period, part }) if *part != Part::End => {
                    let first = range(*period, *part, base).map(|(first, _)| first);
                    Resolution::new(first.and_then(|d| d.add_days(-1)), "date.day-before")
                }
                (Relation::Before, TimeValue::Period { .. }) => inner,
                (Relation::Before, _) => {
                    let due = inner.due.and_then(|d| d.add_days(-1));
                    Resolution { due, rule: "date.day-before", ..inner }
                }
                (Relation::After, TimeValue::Duration { .. }) => inner,
                (Relation::After, _) => Resolution { due: None, rule: "date.open-end", ..inner },
                _ => inner,
            }
        }
        TimeValue::Event { of: None, .. } => Resolution::new(None, "event"),
        TimeValue::Recurring { .. } => Resolution::new(None, "recurring"),
        TimeValue::Immediate => Resolution::new(None, "immediate"),
        TimeValue::Vague | TimeValue::Approximate { .. } => Resolution::new(None, "vague"),
        TimeValue::Ago { .. } => Resolution::new(None, "past"),
        TimeValue::TimeOfDay(_) => Resolution::new(None, "time-of-day"),
    }
}

fn rule_of(part: Part) -> &'static str {
    match part {
        Part::Whole | Part::End | Part::Late => "period.last-day",
        Part::Start => "period.first-day",
        _ => "period.last-day-of-part",
    }
}

/// The year meant, in the given calendar. `past` tells whether the base's own year is over for it,
/// `starts` the day it begins in a year. «عید فطر امسال» and «عید فطر ۱۴۰۱» name a Jalali year, in
/// which the lunar or Gregorian one is looked for.
fn year_of(
    year: YearRef,
    calendar: Calendar,
    base: Option<Date>,
    past: impl Fn(i32) -> bool,
    starts: impl Fn(i32) -> Option<Date>,
) -> Option<i32> {
    let now = base.map(|b| b.fields(calendar).0);
    let jalali = match year {
        YearRef::Offset(offset) => base?.jalali().0.checked_add(i32::from(offset))?,
        YearRef::Given(given) if calendar == Calendar::Lunar && given < FIRST_LUNAR_YEAR => given,
        YearRef::Given(given) => return Some(given),
        YearRef::Short(short) if calendar == Calendar::Gregorian => {
            return Some(full_gregorian_year(short, now));
        }
        YearRef::Short(short) => full_jalali_year(short, base.map(|b| b.jalali().0)),
        YearRef::Inferred => return now.map(|y| if past(y) { y + 1 } else { y }),
        YearRef::Past => return None,
    };
    if calendar == Calendar::Jalali {
        return Some(jalali);
    }
    let first = Date::from_jalali(jalali, 1, 1)?.fields(calendar).0;
    (first..=first + 1).find(|y| starts(*y).is_some_and(|day| day.jalali().0 == jalali))
}

/// Lower numbers with a lunar date are Jalali years: 1425 began in 2004 as a lunar year and will
/// begin in 2046 as a Jalali one.
const FIRST_LUNAR_YEAR: i32 = 1425;

fn day_of_year(calendar: Calendar, year: YearRef, month: u8, day: u8, base: Option<Date>) -> Resolution {
    let over = |_| base.is_some_and(|b| (month, day) < (b.fields(calendar).1, b.fields(calendar).2));
    let rule = match year {
        YearRef::Given(_) => "date.given",
        YearRef::Short(_) => "date.short-year",
        YearRef::Offset(_) => "date.relative-year",
        YearRef::Inferred => "date.year-inferred",
        YearRef::Past => "past",
    };
    let starts = |year| Date::new(calendar, year, month, day);
    match year_of(year, calendar, base, over, starts) {
        Some(year) => match Date::new(calendar, year, month, day) {
            Some(due) => Resolution::new(Some(due), rule),
            None => Resolution::impossible(calendar, Some(year), month, day),
        },
        // A day that no year has is wrong whatever the base. The years are leap years.
        None => {
            let ever = match calendar {
                Calendar::Jalali => Date::new(calendar, 1399, month, day).is_some(),
                Calendar::Gregorian => Date::new(calendar, 2020, month, day).is_some(),
                Calendar::Lunar => (1..=12).contains(&month) && (1..=30).contains(&day),
            };
            match ever {
                true => Resolution::new(None, rule),
                false => Resolution::impossible(calendar, None, month, day),
            }
        }
    }
}

fn day_of_relative_month(offset: i32, day: u8, base: Option<Date>) -> Resolution {
    let Some(base) = base else { return Resolution::new(None, "day.of-relative-month") };
    let (year, month, _) = base.jalali();
    let first = Date::from_jalali(year, month, 1);
    let Some(first) = first.and_then(|d| d.add_months(Calendar::Jalali, i64::from(offset))) else {
        return Resolution::new(None, "day.of-relative-month");
    };
    let (year, month, _) = first.jalali();
    match Date::from_jalali(year, month, day) {
        Some(due) => Resolution::new(Some(due), "day.of-relative-month"),
        None => Resolution::impossible(Calendar::Jalali, Some(year), month, day),
    }
}

fn add(start: Date, amount: u32, half: bool, unit: Unit) -> Option<Date> {
    let n = i64::from(amount);
    let days = |whole: i64, rest: i64| start.add_days(whole + if half { rest } else { 0 });
    match unit {
        Unit::Minute => start.add_days(n / (24 * 60)),
        Unit::Hour => start.add_days((n * 2 + i64::from(half) + 47).div_euclid(48)),
        Unit::Day => days(n, 1),
        Unit::WorkingDay => start.add_working_days(amount + u32::from(half)),
        Unit::Week => days(n * 7, 4),
        Unit::Month => start.add_months(Calendar::Jalali, n)?.add_days(if half { 15 } else { 0 }),
        Unit::Season => start.add_months(Calendar::Jalali, n * 3)?.add_days(if half { 45 } else { 0 }),
        Unit::Year => start.add_months(Calendar::Jalali, n * 12 + if half { 6 } else { 0 }),
    }
}

/// First and last day of the part of a period.
fn range(period: Period, part: Part, base: Option<Date>) -> Option<(Date, Date)> {
    let of_year = |year: i32, calendar: Calendar| match period {
        Period::Month { month, .. } => months(calendar, year, month, month),
        Period::Season { season, .. } => months(calendar, year, season * 3 - 2, season * 3),
        Period::Year { .. } => months(calendar, year, 1, 12),
        Period::Named { index, .. } => {
            let day = lexicon().named.get(index)?;
            let [month, first] = day.from;
            let [last_month, last] = day.to.unwrap_or(day.from);
            let length = Date::month_length(calendar, year, last_month)?;
            Some((
                Date::new(calendar, year, month, first)?,
                Date::new(calendar, year, last_month, last.min(length))?,
            ))
        }
        Period::Relative { .. } => None,
    };
    let calendar = match period {
        Period::Month { calendar, .. } => calendar,
        Period::Named { index, .. } => lexicon().named.get(index)?.calendar,
        Period::Year { year: YearRef::Given(year) } if year >= 1700 => Calendar::Gregorian,
        _ => Calendar::Jalali,
    };
    let year = match period {
        Period::Month { year, .. }
        | Period::Season { year, .. }
        | Period::Year { year }
        | Period::Named { year, .. } => year,
        Period::Relative { unit, offset } => return within(relative(unit, offset, base?)?, part, unit),
    };
    let unit = match period {
        Period::Month { .. } => Unit::Month,
        Period::Season { .. } => Unit::Season,
        Period::Year { .. } => Unit::Year,
        _ => Unit::Day,
    };
    let part_in = |year| {
        let whole = of_year(year, calendar)?;
        match part {
            Part::Months { length, nth } if unit == Unit::Year => {
                let last = length.checked_mul(nth)?;
                months(calendar, year, last.checked_sub(length)? + 1, last)
            }
            Part::Half(nth @ 1..=2) if unit == Unit::Year => months(calendar, year, nth * 6 - 5, nth * 6),
            Part::Early if unit == Unit::Year => months(calendar, year, 1, 4),
            Part::Middle if unit == Unit::Year => months(calendar, year, 5, 8),
            _ => within(whole, part, unit),
        }
    };
    let over = |year| match (part_in(year), base) {
        (Some((first, last)), Some(base)) => (if part == Part::Start { first } else { last }) < base,
        _ => false,
    };
    let starts = |year| part_in(year).map(|(first, _)| first);
    part_in(year_of(year, calendar, base, over, starts)?)
}

fn months(calendar: Calendar, year: i32, first: u8, last: u8) -> Option<(Date, Date)> {
    let length = Date::month_length(calendar, year, last)?;
    Some((Date::new(calendar, year, first, 1)?, Date::new(calendar, year, last, length)?))
}

/// The week, month or season of the base, or one `offset` later.
fn relative(unit: Unit, offset: i32, base: Date) -> Option<(Date, Date)> {
    let offset = i64::from(offset);
    let (year, month, _) = base.jalali();
    match unit {
        Unit::Week => {
            let start = base.week_start()?.add_days(offset * 7)?;
            Some((start, start.add_days(6)?))
        }
        Unit::Month => {
            let start = Date::from_jalali(year, month, 1)?.add_months(Calendar::Jalali, offset)?;
            let (year, month, _) = start.jalali();
            months(Calendar::Jalali, year, month, month)
        }
        Unit::Season => {
            let start = Date::from_jalali(year, (month - 1) / 3 * 3 + 1, 1)?;
            let (year, month, _) = start.add_months(Calendar::Jalali, offset * 3)?.jalali();
            months(Calendar::Jalali, year, month, month + 2)
        }
        _ => None,
    }
}

/// Part of a stretch of days. Months are cut at days 10 and 20 and in sevens, others evenly.
fn within((first, last): (Date, Date), part: Part, unit: Unit) -> Option<(Date, Date)> {
    let length = last.days_since(first) + 1;
    let cut = |nth: i64, of: i64, at: i64| {
        // The last piece takes what is left.
        let end = if nth >= of { length } else { at };
        first.add_days(end.min(length) - 1)
    };
    let third = |nth: i64| match unit {
        Unit::Month => cut(nth, 3, nth * 10),
        _ => cut(nth, 3, (length * nth + 2) / 3),
    };
    let end = match part {
        Part::Whole | Part::Start | Part::End | Part::Late => Some(last),
        Part::Early => third(1),
        Part::Middle => third(2),
        Part::Decade(nth) => third(i64::from(nth)),
        Part::Half(nth) if unit == Unit::Month => cut(i64::from(nth), 2, 15),
        Part::Half(nth) => cut(i64::from(nth), 2, (length + 1) / 2),
        Part::Week(nth) => cut(i64::from(nth), 5, i64::from(nth) * 7),
        Part::Months { .. } => None,
    };
    Some((first, end?))
}
