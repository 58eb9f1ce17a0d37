//! Finding the time expressions in a list of words: one pass, no expression inside another.

use super::grammar::Grammar;
use super::lexicon::Key;
use super::tokens::{Token, tokens};
use super::value::{Clock, Introducer, Part, Period, TimeExpression, TimeValue};
use crate::document::DeadlineKind;

/// The time expressions among normalized words, in order, not overlapping. `words` are those of one
/// sentence or cell, signs included; dates may be one word («۱۴۰۱/۰۱/۲۰») or five. Whether an
/// expression limits an act is for the caller to judge: [`TimeExpression::introduced`] helps.
pub fn find(words: &[&str]) -> Vec<TimeExpression> {
    let tokens = tokens(words);
    find_in(&tokens, false)
}

pub(super) fn find_in(tokens: &[Token], cell: bool) -> Vec<TimeExpression> {
    let grammar = Grammar::new(tokens, cell);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let candidate = token.starts && (token.entry.begins || token.digits > 0);
        match candidate.then(|| read(&grammar, at)).flatten() {
            Some((value, clock, end)) if end > at => {
                let (value, clock, end) = range(&grammar, at, (value, clock, end), cell);
                found.push(TimeExpression {
                    words: token.first as usize..tokens[end - 1].last as usize + 1,
                    kind: value.kind(),
                    introduced: grammar.introducer(at),
                    value,
                    clock,
                });
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

/// «از ۲۸ مرداد تا ۴ شهریور»: one expression, which ends when its second time does. In a cell also
/// without «از», and of two months anywhere «فروردین و اردیبهشت».
fn range(grammar: &Grammar<'_>, at: usize, first: Reading, cell: bool) -> Reading {
    let (value, _, end) = &first;
    let open = cell || grammar.introducer(at) == Some(Introducer::From);
    let and = grammar.is_any(*end, &[Key::And]);
    // «در بهمن و اسفند»
    let months = and && is_month(value);
    let joined = grammar.is_any(*end, &[Key::To]) || (cell && and);
    if !(open && joined || months) || value.kind() != DeadlineKind::Date {
        return first;
    }
    match read(grammar, end + 1) {
        Some(second)
            if second.0.kind() == DeadlineKind::Date
                && second.2 > end + 1
                && (!months || cell || is_month(&second.0)) =>
        {
            second
        }
        _ => first,
    }
}

fn is_month(value: &TimeValue) -> bool {
    matches!(value, TimeValue::Period { period: Period::Month { .. }, part: Part::Whole })
}

/// What was read: value, time of day, and the token after it.
type Reading = (TimeValue, Option<Clock>, usize);

/// An expression with the time of day before or after it.
fn read(grammar: &Grammar<'_>, at: usize) -> Option<Reading> {
    if let Some((clock, end)) = grammar.clock(at) {
        return Some(match grammar.day(end) {
            Some((day, end)) => (day, Some(clock), end),
            None => (TimeValue::TimeOfDay(clock), Some(clock), end),
        });
    }
    let (value, end) = grammar.expression(at)?;
    let day = matches!(
        value,
        TimeValue::Day { .. }
            | TimeValue::DayOfMonth { .. }
            | TimeValue::RelativeDay(_)
            | TimeValue::Weekday { .. }
            | TimeValue::Recurring { .. }
    );
    if day {
        let mut next = end;
        for keys in [&[Key::Comma, Key::And][..], &[Key::In, Key::From, Key::At]] {
            next += usize::from(grammar.is_any(next, keys));
        }
        if let Some((clock, end)) = grammar.clock(next) {
            return Some((value, Some(clock), end));
        }
    }
    Some((value, None, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Unit;

    fn only(text: &str) -> TimeExpression {
        let words: Vec<&str> = text.split(' ').collect();
        let mut found = find(&words);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.remove(0)
    }

    #[test]
    fn the_preposition_is_told_and_left_out() {
        let cases = [
            ("تا پایان آبان", Some(Introducer::Until)),
            ("حداکثر تا پایان آبان", Some(Introducer::Until)),
            ("تا تاریخ ۱۴۰۱/۰۲/۰۳", Some(Introducer::Until)),
            ("ظرف مدت دو هفته", Some(Introducer::Within)),
            ("حداکثر ظرف مدت دو هفته", Some(Introducer::Within)),
            ("حداکثر دو هفته", Some(Introducer::AtMost)),
            ("طی دو هفته", Some(Introducer::Within)),
            ("در مدت دو هفته", Some(Introducer::Within)),
            ("در هفته آینده", Some(Introducer::In)),
            ("از هفته آینده", Some(Introducer::From)),
            ("رأس ساعت ۱۰", Some(Introducer::At)),
            ("به مدت دو هفته", Some(Introducer::For)),
            ("مهلت دو هفته‌ای", Some(Introducer::Term)),
            ("کمتر از دو هفته", Some(Introducer::Compared)),
            ("ظرف کمتر از دو هفته", Some(Introducer::Within)),
            ("هفته آینده", None),
        ];
        for (text, introduced) in cases {
            let found = only(text);
            assert_eq!(found.introduced, introduced, "{text}");
            let words = text.split(' ').count();
            assert_eq!(found.words.end, words, "{text}");
            assert!(introduced.is_none() || found.words.start > 0, "{text}");
        }
    }

    #[test]
    fn half_spaces_and_spaces_are_the_same() {
        for (a, b) in [
            ("سه‌ماهه دوم", "سه ماهه دوم"),
            ("پس‌فردا", "پس فردا"),
            ("تا سه‌شنبه", "تا سه شنبه"),
            ("۲۰ فروردین‌ماه", "۲۰ فروردینماه"),
            ("ظرف یک‌ماه", "ظرف یکماه"),
        ] {
            assert_eq!(only(a).value, only(b).value, "{a} and {b}");
        }
    }

    #[test]
    fn a_time_of_day_goes_with_its_day() {
        let clock = |hour, minute| Some(Clock { hour, minute });
        assert_eq!(only("فردا ساعت ۱۰").clock, clock(10, 0));
        assert_eq!(only("ساعت ۸ صبح روز شنبه").clock, clock(8, 0));
        assert_eq!(only("۲۶ تیر از ساعت ۵ عصر").clock, clock(17, 0));
        assert_eq!(only("شنبه ، ساعت ۱۶ و ۳۰ دقیقه").clock, clock(16, 30));
        assert_eq!(only("در ساعت ۱۲ تا ۱۶").value, TimeValue::TimeOfDay(Clock { hour: 16, minute: 0 }));
    }

    #[test]
    fn the_past_is_told() {
        for text in ["دیروز", "هفته گذشته", "سال گذشته", "دو ماه پیش", "طی سه سال گذشته", "۱۵ مهر سال گذشته"]
        {
            assert!(only(text).value.looks_back(), "{text}");
        }
        for text in ["فردا", "هفته آینده", "دو ماه دیگر", "۱۵ مهر"] {
            assert!(!only(text).value.looks_back(), "{text}");
        }
    }

    #[test]
    fn several_in_one_sentence() {
        let words = ["فردا", "۲۸", "مرداد", "تا", "۴", "شهریور", "۱۳۹۸", "و", "هر", "هفته", "یک", "ساعت"];
        let found = find(&words);
        let places: Vec<_> = found.iter().map(|f| f.words.clone()).collect();
        assert_eq!(places, [0..3, 4..7, 8..10, 10..12]);
        let hour = TimeValue::Duration { amount: 1, half: false, unit: Unit::Hour, from: None };
        assert_eq!(found[3].value, hour);
    }
}
