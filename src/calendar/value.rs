//! What a time expression says, before it is counted out against the day of its document.

use std::ops::Range;

use crate::document::DeadlineKind;

use super::date::{Calendar, Date, Weekday};
use super::resolve::{self, Resolution};

/// A time expression and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeExpression {
    /// Its words, as indexes into the words that were searched; without the preposition before it.
    pub words: Range<usize>,
    /// Kind of time limit that it would be.
    pub kind: DeadlineKind,
    /// What it says.
    pub value: TimeValue,
    /// What stood before it.
    pub introduced: Option<Introducer>,
    /// The time of day said with it («فردا ساعت ۱۰»).
    pub clock: Option<Clock>,
}

impl TimeExpression {
    /// Counts it out from `base`, the day of the document. See [`resolve::resolve`].
    pub fn resolve(&self, base: Option<Date>) -> Resolution {
        resolve::resolve(&self.value, base)
    }
}

/// The preposition or word before an expression: tells limits («تا»، «ظرف») from mere dates («در»).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Introducer {
    /// «تا», «حداکثر تا», «لغایت»
    Until,
    /// «ظرف», «ظرف مدت», «طی», «در مدت», «در طول»
    Within,
    /// «حداکثر»
    AtMost,
    /// «در», «مورخ», «برای»
    In,
    /// «رأس»
    At,
    /// «از», «از تاریخ»
    From,
    /// «قبل از», «پیش از»
    Before,
    /// «پس از», «بعد از»
    After,
    /// «بیش از», «کمتر از», «حدود»
    Compared,
    /// «به مدت», «برای»: how long something lasts, hardly ever a limit.
    For,
    /// «مهلت», «فرصت», «ضرب‌الاجل»
    Term,
}

/// A time of day on the 24-hour clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Clock {
    /// 0 to 24.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// «دقیقه»
    Minute,
    /// «ساعت»
    Hour,
    /// «روز»
    Day,
    /// «روز کاری»: every day but Friday.
    WorkingDay,
    /// «هفته»
    Week,
    /// «ماه»
    Month,
    /// «فصل»
    Season,
    /// «سال»
    Year,
}

/// Which year is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum YearRef {
    /// Not said: the first in which the day or period ends on or after the base.
    Inferred,
    /// Said in full.
    Given(i32),
    /// Said in two digits.
    Short(u8),
    /// Counted from the base's year: 0 for «سال جاری», 1 for «سال آینده».
    Offset(i8),
    /// «… گذشته»: the last one before the base.
    Past,
}

/// A stretch of the calendar with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// «اسفند», «مارس ۲۰۲۰»
    Month {
        /// Calendar of the month.
        calendar: Calendar,
        /// 1 to 12.
        month: u8,
        /// Year.
        year: YearRef,
    },
    /// «سال ۱۴۰۲», «امسال»; Gregorian if the year is 1700 or later.
    Year {
        /// Year.
        year: YearRef,
    },
    /// «تابستان ۱۴۰۱»
    Season {
        /// 1 for spring to 4 for winter.
        season: u8,
        /// Jalali year.
        year: YearRef,
    },
    /// «هفته آینده», «ماه جاری»: in the Jalali calendar; weeks run from Saturday to Friday.
    Relative {
        /// Week, month or season.
        unit: Unit,
        /// 0 for the one of the base, 1 for the next.
        offset: i32,
    },
    /// «دهه فجر»: index into the table of named days.
    Named {
        /// Which.
        index: usize,
        /// Year of its calendar.
        year: YearRef,
    },
}

/// Part of a period. Its due day is its last day, but for [`Part::Start`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// «ابتدای», «آغاز»: the first day.
    Start,
    /// «اوایل»: the first third.
    Early,
    /// «اواسط»: the second third.
    Middle,
    /// «اواخر»: the last third.
    Late,
    /// «پایان», «آخر»: the last day.
    End,
    /// «نیمه اول», «نیمه دوم»: 1 or 2.
    Half(u8),
    /// «دهه اول» of a month: 1 to 3.
    Decade(u8),
    /// «هفته اول» of a month: 1 to 5, in sevens of days.
    Week(u8),
    /// «سه‌ماهه دوم»: the `nth` stretch of `length` months of a year.
    Months {
        /// Months in each stretch.
        length: u8,
        /// Which, from 1.
        nth: u8,
    },
}

/// How an event stands to the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// «قبل از»
    Before,
    /// «پس از», «به محض»
    After,
    /// «همزمان با»
    During,
    /// The event itself is the limit: «جلسه آینده», «زمان افتتاح …».
    At,
}

/// What a time expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeValue {
    /// A day of a month; may be one that does not exist, which [`resolve::resolve`] tells. Of a list
    /// or range of days («۲۵ و ۲۶ مهر») the last.
    Day {
        /// Calendar.
        calendar: Calendar,
        /// Year.
        year: YearRef,
        /// Month, as written.
        month: u8,
        /// Day, as written.
        day: u8,
        /// Day of the week said with it.
        weekday: Option<Weekday>,
    },
    /// «۱۵ ماه جاری»: a day of the base's Jalali month, or of one `offset` months later.
    DayOfMonth {
        /// Months from the base's.
        offset: i32,
        /// Day.
        day: u8,
    },
    /// «امروز» 0, «فردا» 1.
    RelativeDay(i32),
    /// «چهارشنبه».
    Weekday {
        /// Which.
        weekday: Weekday,
        /// Week, counted from the base's; `None` for the next such day.
        week: Option<i32>,
        /// «آینده»: the base itself does not count.
        after_base: bool,
    },
    /// A period or part of one.
    Period {
        /// Which.
        period: Period,
        /// How much of it.
        part: Part,
    },
    /// A length of time.
    Duration {
        /// How many units; of «دو سه هفته» or «۱۰ تا ۱۵ روز» the greater number.
        amount: u32,
        /// «و نیم»
        half: bool,
        /// Unit.
        unit: Unit,
        /// What it counts from; `None` for the base.
        from: Option<Box<TimeValue>>,
    },
    /// «دو ماه پیش», «طی سه سال گذشته»: behind the base.
    Ago {
        /// How many units.
        amount: u32,
        /// Unit.
        unit: Unit,
    },
    /// «چند روز آینده», «ماه‌های آینده»: a length that is not told.
    Approximate {
        /// Unit.
        unit: Unit,
    },
    /// Something that happens, or a time that the act comes before or after.
    Event {
        /// How the act stands to it.
        relation: Relation,
        /// The time, where it is one.
        of: Option<Box<TimeValue>>,
    },
    /// Again and again: every `every` units.
    Recurring {
        /// How many units; 1 for «هر هفته».
        every: u32,
        /// Unit; `None` for «مستمر».
        unit: Option<Unit>,
        /// «شنبه هر هفته»
        weekday: Option<Weekday>,
    },
    /// «فوراً»
    Immediate,
    /// «در اسرع وقت»
    Vague,
    /// «ساعت ۱۶:۳۰», without a day.
    TimeOfDay(Clock),
}

impl TimeValue {
    /// Kind of time limit.
    pub fn kind(&self) -> DeadlineKind {
        match self {
            Self::Day { .. }
            | Self::DayOfMonth { .. }
            | Self::RelativeDay(_)
            | Self::Weekday { .. }
            | Self::Period { .. }
            | Self::TimeOfDay(_) => DeadlineKind::Date,
            Self::Duration { .. } | Self::Ago { .. } => DeadlineKind::Duration,
            Self::Event { of: Some(time), .. } => time.kind(),
            Self::Event { of: None, .. } => DeadlineKind::Event,
            Self::Recurring { .. } => DeadlineKind::Recurring,
            Self::Immediate => DeadlineKind::Immediate,
            Self::Vague | Self::Approximate { .. } => DeadlineKind::Vague,
        }
    }

    /// Whether the wording itself points behind the base («دیروز», «سال گذشته»): no time limit.
    pub fn looks_back(&self) -> bool {
        let past = |year: &YearRef| match year {
            YearRef::Offset(offset) => *offset < 0,
            YearRef::Past => true,
            _ => false,
        };
        match self {
            Self::Day { year, .. } => past(year),
            Self::DayOfMonth { offset, .. } | Self::RelativeDay(offset) => *offset < 0,
            Self::Weekday { week, .. } => week.is_some_and(|w| w < 0),
            Self::Period { period, .. } => match period {
                Period::Month { year, .. }
                | Period::Year { year }
                | Period::Season { year, .. }
                | Period::Named { year, .. } => past(year),
                Period::Relative { offset, .. } => *offset < 0,
            },
            Self::Ago { .. } => true,
            Self::Event { of: Some(time), .. } => time.looks_back(),
            _ => false,
        }
    }
}
