//! Numbers and ordinals, in digits and in words.

use super::super::lexicon::Key;
use super::{Grammar, Read};

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Digits(u8),
    Cardinal,
    Ordinal,
}

impl Grammar<'_> {
    /// A number in digits or in words («چهل و هشت», «یک هزار و چهارصد»).
    pub(super) fn number(&self, i: usize) -> Read<(u32, Form)> {
        let token = self.at(i);
        if token.digits > 0 {
            // Part of a decimal, a date or another number with signs inside.
            let signed = i >= 2 && self.is(i - 1, Key::Slash) && self.at(i - 2).digits > 0;
            return (token.digits <= 6 && !signed)
                .then_some(((token.value, Form::Digits(token.digits)), i + 1));
        }
        let mut sum = u32::from(token.entry.number?);
        let mut last = sum;
        let mut end = i + 1;
        loop {
            if self.entry(end).number == Some(1000) && sum < 1000 {
                sum *= 1000;
                last = 1000;
                end += 1;
            } else if self.is(end, Key::And)
                && let Some(next) = self.entry(end + 1).number.map(u32::from)
                && magnitude(next) < magnitude(last)
                && (last >= 20 || next < last.min(10))
                && last >= 20
            {
                sum += next;
                last = next;
                end += 2;
            } else {
                return Some(((sum, Form::Cardinal), end));
            }
        }
    }

    /// «پنجم», «بیست و پنجم», «۲۵ام».
    pub(super) fn ordinal(&self, i: usize) -> Read<u32> {
        if let Some(ordinal) = self.entry(i).ordinal {
            return Some((u32::from(ordinal), i + 1));
        }
        let token = self.at(i);
        if token.digits > 0 {
            let suffixed = self.is(i + 1, Key::Suffix) && !self.at(i + 1).starts;
            return suffixed.then_some((token.value, i + 2));
        }
        let tens = u32::from(token.entry.number.filter(|n| (20..100).contains(n))?);
        let unit = self.entry(i + 2).ordinal.filter(|o| self.is(i + 1, Key::And) && *o < 10)?;
        Some((tens + u32::from(unit), i + 3))
    }

    /// The number of a day of a month, however written; at most two digits.
    pub(super) fn day_number(&self, i: usize) -> Read<(u8, Form)> {
        if let Some((day, end)) = self.ordinal(i) {
            return Some(((u8::try_from(day).ok()?, Form::Ordinal), end));
        }
        let ((day, form), end) = self.number(i)?;
        let short = !matches!(form, Form::Digits(3..));
        (short && day < 100).then_some(((u8::try_from(day).ok()?, form), end))
    }

    /// An ordinal after a period: «دوم» in «نیمه دوم».
    pub(super) fn nth(&self, i: usize) -> Read<u8> {
        self.entry(i).ordinal.filter(|o| *o <= 12).map(|o| (o, i + 1))
    }
}

fn magnitude(number: u32) -> u32 {
    match number {
        0..=19 => 0,
        20..=99 => 1,
        100..=999 => 2,
        _ => 3,
    }
}
