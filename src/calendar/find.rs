//! Finding the time expressions in a list of words: one pass, no expression inside another.

use super::grammar::Grammar;
use super::lexicon::Key;
use super::tokens::{Token, tokens};
use super::value::{Clock, TimeExpression, TimeValue};

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

/// An expression with the time of day before or after it.
fn read(grammar: &Grammar<'_>, at: usize) -> Option<(TimeValue, Option<Clock>, usize)> {
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
