//! The time limit of a task: of the time expressions in its clause the one that says by or in which
//! time the act is due. Times that only date what was said («امروز», «هفته گذشته») are none.

use std::ops::Range;

use super::rules::RuleSet;
use super::weights::DeadlineWeights;
use crate::calendar::{self, Introducer, Part, Period, TimeExpression, TimeValue, Unit};
use crate::document::{Deadline, DeadlineKind, Document, Sentence, SentenceClass, Task};
use crate::span::ByteSpan;

/// A time expression, with its words counted in the document.
pub type Time = TimeExpression;

/// The time expressions of a sentence.
pub fn times(document: &Document, sentence: &Sentence) -> Vec<Time> {
    let words: Vec<&str> = sentence.words.clone().map(|i| document.word(i)).collect();
    let mut found = calendar::find(&words);
    for time in &mut found {
        time.words = time.words.start + sentence.words.start..time.words.end + sentence.words.start;
    }
    found
}

/// The strongest time limit among those in `words`, and how strong it is.
pub fn limit(
    rules: &RuleSet,
    document: &Document,
    times: &[Time],
    words: Range<usize>,
    trigger: usize,
    class: SentenceClass,
) -> Option<(u8, Deadline)> {
    let told = matches!(class, SentenceClass::Decision | SentenceClass::Request);
    let inside = times.iter().filter(|t| words.start <= t.words.start && t.words.end <= words.end);
    // A noun before a time takes it as its complement («بودجه سال آینده»): it limits no act.
    let governed = |t: &&Time| {
        t.introduced.is_none()
            && (matches!(t.value, TimeValue::Period { period, .. } if !is_week(period))
                || t.kind == DeadlineKind::Duration)
            && t.words.start > words.start
            && !is_ahead(document, t)
            && rules.governs(document, t.words.start - 1)
            && !ends_a_name(document, t.words.start - 1)
    };
    // Before the word that tells of a decision stands when it was taken.
    let dates_the_telling = |t: &&Time| {
        told && t.words.start < trigger
            && !matches!(
                t.introduced,
                Some(Introducer::Until | Introducer::Within | Introducer::AtMost | Introducer::Term)
            )
            && t.kind != DeadlineKind::Recurring
    };
    let inside = inside.filter(|t| !governed(t) && !dates_the_telling(t));
    let rated = inside.filter_map(|t| {
        let ahead = t.introduced.is_none() && t.kind == DeadlineKind::Duration && is_ahead(document, t);
        let strength = if ahead { Some(rules.deadline.at) } else { strength(&rules.deadline, t, class) };
        Some((strength?, t))
    });
    let mut best: Option<(u8, &Time)> = None;
    for (strength, time) in rated {
        if best.is_none_or(|(s, _)| strength > s) {
            best = Some((strength, time));
        }
    }
    best.map(|(strength, time)| (strength, deadline(document, time)))
}

/// «دو هفته دیگر»: counted from now.
fn is_ahead(document: &Document, time: &Time) -> bool {
    matches!(document.word(time.words.end.saturating_sub(1)), "دیگر" | "آینده")
}

fn is_week(period: Period) -> bool {
    matches!(period, Period::Relative { unit: Unit::Week, .. })
}

/// Whether a word is the last one of a mention: a name takes no time as its complement.
fn ends_a_name(document: &Document, word: usize) -> bool {
    let Some(word) = document.words.get(word) else { return false };
    let before = document.mentions.partition_point(|m| m.span.start <= word.span.start);
    document.mentions[..before].iter().rev().take(4).any(|m| m.span.end == word.span.end)
}

/// How much an expression looks like a time limit of an act of this class.
fn strength(weights: &DeadlineWeights, time: &Time, class: SentenceClass) -> Option<u8> {
    if time.value.looks_back() || matches!(time.introduced, Some(Introducer::For | Introducer::Compared)) {
        return None;
    }
    let limit = matches!(
        time.introduced,
        Some(Introducer::Until | Introducer::Within | Introducer::AtMost | Introducer::Term)
    );
    let introduced = match time.introduced {
        _ if limit => weights.limit,
        Some(Introducer::Before | Introducer::After) => weights.beside,
        Some(Introducer::In | Introducer::At | Introducer::From) => weights.at,
        _ => weights.bare,
    };
    Some(match time.kind {
        DeadlineKind::Immediate => weights.immediate,
        DeadlineKind::Vague => weights.vague,
        DeadlineKind::Event if !limit => weights.event,
        DeadlineKind::Recurring => weights.recurring,
        // A bare length of time says how long, not by when.
        DeadlineKind::Duration if time.introduced.is_none() => return None,
        DeadlineKind::Event | DeadlineKind::Duration => introduced,
        DeadlineKind::Date => match time.value {
            TimeValue::TimeOfDay(_) => return None,
            TimeValue::RelativeDay(0) if class != SentenceClass::Plan => return None,
            TimeValue::RelativeDay(0) if !limit => weights.today,
            TimeValue::Period { period: Period::Year { .. } | Period::Season { .. }, part: Part::Whole }
                if !limit =>
            {
                weights.long
            }
            _ => introduced,
        },
    })
}

fn deadline(document: &Document, time: &Time) -> Deadline {
    Deadline {
        span: document.span_of_words(time.words.clone()),
        kind: time.kind,
        due: time.resolve(document.meta.date).due,
    }
}

/// The time limit at a span that the recognizer proposes with a probability: the expression there, or,
/// if it is sure, the words as they stand, of which nothing can be computed.
pub fn at(
    rules: &RuleSet,
    document: &Document,
    times: &[Time],
    span: ByteSpan,
    sure: f32,
) -> Option<Deadline> {
    let over = times.iter().find(|t| document.span_of_words(t.words.clone()).overlaps(span));
    match over {
        Some(time) => Some(deadline(document, time)),
        None if sure >= rules.deadline.unread => {
            Some(Deadline { span, kind: DeadlineKind::Event, due: None })
        }
        None => None,
    }
}

/// What the reader should know of the time limit of a task: that no calendar has such a day.
pub fn warning(document: &Document, task: &Task) -> Option<String> {
    let limit = task.deadline.as_ref()?;
    let expression = calendar::parse_cell(document.normalized(limit.span))?.expression;
    let warning = expression.resolve(document.meta.date).warning?;
    Some(format!("deadline «{}»: {warning}", document.surface(limit.span)))
}

/// The time limit of a table cell.
pub fn of_cell(document: &Document, span: ByteSpan) -> Option<Deadline> {
    let view = document.view.to_view(span);
    let cell = calendar::parse_cell(view.of(document.view.text()))?;
    let place = ByteSpan::new(view.start + cell.bytes.start, view.start + cell.bytes.end);
    Some(Deadline {
        span: document.view.to_original(place),
        kind: cell.expression.kind,
        due: cell.expression.resolve(document.meta.date).due,
    })
}
