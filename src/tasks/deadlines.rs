//! The time limit of a task: of the time expressions in its clause the one that says by or in which
//! time the act is due. Times that only date what was said («امروز», «هفته گذشته») are none.

use std::ops::Range;

use super::rules::RuleSet;
use crate::calendar::{self, Introducer, TimeExpression, TimeValue};
use crate::document::{Deadline, DeadlineKind, Document, Sentence, SentenceClass};
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

/// The strongest time limit among those in `words`.
pub fn limit(
    rules: &RuleSet,
    document: &Document,
    times: &[Time],
    words: Range<usize>,
    trigger: usize,
    class: SentenceClass,
) -> Option<Deadline> {
    let told = matches!(class, SentenceClass::Decision | SentenceClass::Request);
    let inside = times.iter().filter(|t| words.start <= t.words.start && t.words.end <= words.end);
    // A noun before a time takes it as its complement («بودجه سال آینده»): it limits no act.
    let governed = |t: &&Time| {
        t.introduced.is_none()
            && matches!(t.kind, DeadlineKind::Date | DeadlineKind::Duration)
            && t.words.start > words.start
            && rules.governs(document, t.words.start - 1)
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
    let rated = inside.filter_map(|t| Some((strength(t, class)?, t)));
    let mut best: Option<(u8, &Time)> = None;
    for (strength, time) in rated {
        if best.is_none_or(|(s, _)| strength > s) {
            best = Some((strength, time));
        }
    }
    best.map(|(_, time)| deadline(document, time))
}

/// How much an expression looks like a time limit of an act of this class.
fn strength(time: &Time, class: SentenceClass) -> Option<u8> {
    if time.value.looks_back() || matches!(time.introduced, Some(Introducer::For | Introducer::Compared)) {
        return None;
    }
    let limits = match time.introduced {
        Some(Introducer::Until | Introducer::Within | Introducer::AtMost | Introducer::Term) => 9,
        Some(Introducer::Before | Introducer::After) => 7,
        Some(Introducer::In | Introducer::At | Introducer::From) => 5,
        Some(Introducer::For | Introducer::Compared) | None => 3,
    };
    Some(match time.kind {
        DeadlineKind::Immediate | DeadlineKind::Vague | DeadlineKind::Event => 6,
        DeadlineKind::Recurring => 4,
        // A bare length of time says how long, not by when.
        DeadlineKind::Duration if limits < 5 => return None,
        DeadlineKind::Duration => limits,
        DeadlineKind::Date => match time.value {
            TimeValue::TimeOfDay(_) => return None,
            // «امروز» mostly dates the news itself.
            TimeValue::RelativeDay(0) if class != SentenceClass::Plan => return None,
            _ => limits,
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

/// The time limit at a span that the recognizer proposes: the expression there, or the words as they
/// stand, of which nothing can be computed.
pub fn at(document: &Document, times: &[Time], span: ByteSpan) -> Deadline {
    let over = times.iter().find(|t| document.span_of_words(t.words.clone()).overlaps(span));
    match over {
        Some(time) => deadline(document, time),
        None => Deadline { span, kind: DeadlineKind::Event, due: None },
    }
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
