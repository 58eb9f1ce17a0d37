//! The time limit of a task: of the time expressions in its sentence the one that says by or in which
//! time the act is due. Times that only date what was said («امروز», «هفته گذشته») are none.

use super::classify::Analysis;
use super::doers::{Act, class_trait, distance, is_title};
use super::items::{Edge, Item};
use super::rules::RuleSet;
use crate::calendar::{self, Introducer, Part, Period, Relation, TimeExpression, TimeValue, Unit};
use crate::document::{Deadline, DeadlineKind, Document, Sentence, Task};
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

/// A time that may limit an act.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which of the times of the sentence.
    pub time: usize,
    /// What is seen of it, by the names that the weights go by.
    pub traits: Vec<&'static str>,
}

/// All times that may limit an act, in order. Each is rated by what can be seen of it: the preposition
/// before it, what it says, where it stands; the weights are data (`[deadline]` in the rule files).
pub fn candidates(
    rules: &RuleSet,
    document: &Document,
    index: usize,
    analysis: &Analysis,
    times: &[Time],
    act: &Act<'_>,
) -> Vec<Candidate> {
    let items = &analysis.items;
    let mut out: Vec<Candidate> = Vec::new();
    for (n, time) in times.iter().enumerate() {
        let inside = |i: &Item| i.words.start < time.words.end && time.words.start < i.words.end;
        let Some(first) = items.iter().position(inside) else { continue };
        let last = items.iter().rposition(inside).unwrap_or(first);
        // What stands behind an act belongs to the next one.
        if first >= act.clause.end {
            continue;
        }
        let mut traits = vec![class_trait(analysis.class), introducer(time)];
        says(time, &mut traits);
        if is_ahead(rules, document, time) {
            traits.push("ahead");
        }
        traits.push(before(rules, document, items, time, first));
        traits.push(behind(rules, document, items, last));
        stands(items, act, first, &mut traits);
        if is_title(document, index) {
            traits.push("title");
        }
        out.push(Candidate { time: n, traits });
    }
    if let [lone] = out.as_mut_slice() {
        lone.traits.push("among.lone");
    }
    let clause = |c: &Candidate| c.traits.contains(&"place.inside");
    if let Some(first) = out.iter().position(clause) {
        out[first].traits.push("among.first-inside");
    }
    if let Some(last) = out.iter().rposition(clause) {
        out[last].traits.push("among.last-inside");
    }
    out
}

/// The preposition before a time.
fn introducer(time: &Time) -> &'static str {
    match time.introduced {
        Some(Introducer::Until) => "intro.until",
        Some(Introducer::Within) => "intro.within",
        Some(Introducer::AtMost) => "intro.at-most",
        Some(Introducer::In) => "intro.in",
        Some(Introducer::At) => "intro.at",
        Some(Introducer::From) => "intro.from",
        Some(Introducer::Before) => "intro.before",
        Some(Introducer::After) => "intro.after",
        Some(Introducer::Compared) => "intro.compared",
        Some(Introducer::For) => "intro.for",
        Some(Introducer::Term) => "intro.term",
        None => "intro.none",
    }
}

/// What a time says.
fn says(time: &Time, traits: &mut Vec<&'static str>) {
    traits.push(match &time.value {
        TimeValue::Day { .. } => "time.day",
        TimeValue::DayOfMonth { .. } => "time.day-of-month",
        TimeValue::RelativeDay(0) => "time.today",
        TimeValue::RelativeDay(_) => "time.tomorrow",
        TimeValue::Weekday { .. } => "time.weekday",
        TimeValue::Period { period, .. } => match period {
            Period::Month { .. } => "time.month",
            Period::Year { .. } => "time.year",
            Period::Season { .. } => "time.season",
            Period::Relative { unit: Unit::Week, .. } => "time.week",
            Period::Relative { .. } => "time.relative",
            Period::Named { .. } => "time.named",
        },
        TimeValue::Duration { from: None, .. } => "time.length",
        TimeValue::Duration { .. } => "time.length-from",
        TimeValue::Ago { .. } => "time.ago",
        TimeValue::Approximate { .. } => "time.some",
        TimeValue::Event { of: Some(_), .. } => "time.beside",
        TimeValue::Event { relation: Relation::Before, .. } => "time.event-before",
        TimeValue::Event { relation: Relation::After, .. } => "time.event-after",
        TimeValue::Event { relation: Relation::During, .. } => "time.event-during",
        TimeValue::Event { relation: Relation::At, .. } => "time.event-at",
        TimeValue::Recurring { unit: Some(_), .. } => "time.every",
        TimeValue::Recurring { .. } => "time.steady",
        TimeValue::Immediate => "time.immediate",
        TimeValue::Vague => "time.vague",
        TimeValue::TimeOfDay(_) => "time.clock",
    });
    if let TimeValue::Period { part, .. } = &time.value {
        traits.push(match part {
            Part::Whole => "part.whole",
            Part::End => "part.end",
            Part::Start => "part.start",
            _ => "part.some",
        });
    }
    if time.value.looks_back() {
        traits.push("past");
    }
    if time.clock.is_some() {
        traits.push("clock");
    }
}

/// «دو هفته دیگر»: counted from now.
fn is_ahead(rules: &RuleSet, document: &Document, time: &Time) -> bool {
    let last = document.word(time.words.end.saturating_sub(1));
    rules.has_class(last, rules.from_now)
}

/// What stands before a time, or before its preposition.
fn before(rules: &RuleSet, document: &Document, items: &[Item], time: &Time, first: usize) -> &'static str {
    let Some(item) = first.checked_sub(1).and_then(|i| items.get(i)) else { return "after.start" };
    let word = time.words.start.saturating_sub(1);
    match () {
        () if item.edge == Edge::Start => "after.start",
        // A session that is called by its time («جلسه روز شنبه»).
        () if rules.has_class(document.word(word), rules.session) => "after.session",
        () if item.is_finite() => "after.verb",
        () if item.breaks => "after.sign",
        () if time.introduced.is_some() => "after.preposition",
        () if ends_a_name(document, word) => "after.name",
        () if rules.governs(document, word) => "after.noun",
        () => "after.free",
    }
}

/// What stands behind a time.
fn behind(rules: &RuleSet, document: &Document, items: &[Item], last: usize) -> &'static str {
    let Some(item) = items.get(last + 1).filter(|x| x.edge == Edge::Inside) else { return "then.end" };
    match () {
        () if item.is_finite() => "then.verb",
        () if item.breaks => "then.sign",
        () if item.actor.is_some() => "then.actor",
        () if item.classes & rules.act != 0 => "then.act",
        () if item.classes & rules.actor_classes.and != 0 => "then.and",
        () if item.classes & rules.actor_classes.comma != 0 => "then.comma",
        () if document.word(item.words.start) == "که" => "then.that",
        () => "then.other",
    }
}

/// Where a time stands, seen from the act.
fn stands(items: &[Item], act: &Act<'_>, at: usize, traits: &mut Vec<&'static str>) {
    traits.push(match () {
        () if at < act.frame_end => "place.frame",
        () if act.clause.contains(&at) && at > act.verb => "place.behind-verb",
        () if act.clause.contains(&at) => "place.inside",
        () => "place.before-clause",
    });
    if let Some(trigger) = &act.trigger {
        traits.push(match () {
            () if at < trigger.start => "side.before",
            () if at < trigger.end => "side.inside",
            () => "side.behind",
        });
    }
    if at < act.verb {
        traits.extend(distance(items, at, act.verb));
    }
}

/// Whether a word is the last one of a mention: a name takes no time as its complement.
fn ends_a_name(document: &Document, word: usize) -> bool {
    let Some(word) = document.words.get(word) else { return false };
    let before = document.mentions.partition_point(|m| m.span.start <= word.span.start);
    document.mentions[..before].iter().rev().take(4).any(|m| m.span.end == word.span.end)
}

/// A time as a time limit, counted out from the document's date.
pub fn deadline(document: &Document, time: &Time) -> Deadline {
    Deadline {
        span: document.span_of_words(time.words.clone()),
        kind: time.kind,
        due: time.resolve(document.meta.date).due,
    }
}

/// Words that the recognizer is sure to be a time limit though they are no time expression: nothing can
/// be computed of them.
pub fn unread(
    rules: &RuleSet,
    document: &Document,
    times: &[Time],
    span: ByteSpan,
    sure: f32,
) -> Option<Deadline> {
    let is_time = times.iter().any(|t| document.span_of_words(t.words.clone()).overlaps(span));
    // A bare number tells no time («در ۲۰۲۰ محله»).
    let says_something = document.surface(span).chars().any(char::is_alphabetic);
    let unread = !is_time && says_something && sure >= rules.weights.unread;
    unread.then_some(Deadline { span, kind: DeadlineKind::Event, due: None })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Prediction, SentenceClass, SlotKind};
    use crate::pipeline::Stage;
    use crate::tasks::{RuleSet, TaskStage, example_document};

    fn run(marked: &str) -> Document {
        let mut document = example_document(marked);
        assert!(TaskStage::built_in().unwrap_or_else(|e| panic!("{e}")).run(&mut document).is_ok());
        document
    }

    /// The time limits of the tasks of one sentence.
    fn limits(marked: &str) -> Vec<Option<String>> {
        let d = run(marked);
        let limit = |t: &Task| t.deadline.as_ref().map(|l| d.surface(l.span).to_owned());
        d.tasks.iter().map(limit).collect()
    }

    fn limit(marked: &str) -> Option<String> {
        let all = limits(marked);
        assert_eq!(all.len(), 1, "{marked}: {all:?}");
        all.into_iter().next().flatten()
    }

    #[test]
    fn a_time_of_the_act_limits_it() {
        for (text, time) in [
            ("مقرر شد [ORG اداره راه] ظرف دو هفته گزارش را ارسال کند.", "دو هفته"),
            ("[ORG شهرداری] باید حداکثر تا پایان خرداد پل را بسازد.", "پایان خرداد"),
            ("[ORG شهرداری] پل را در آبان ۱۴۰۲ افتتاح خواهد کرد.", "آبان ۱۴۰۲"),
            ("این لایحه در جلسه هفته آینده [ORG مجلس] بررسی می‌شود.", "هفته آینده"),
            ("مقرر شد [ORG اداره راه] در سریع‌ترین زمان ممکن پل را ترمیم کند.", "سریع‌ترین زمان ممکن"),
            ("مقرر شد گزارش کار به جلسه بعدی شورا ارائه شود.", "جلسه بعدی شورا"),
        ] {
            assert_eq!(limit(text).as_deref(), Some(time), "{text}");
        }
    }

    #[test]
    fn a_time_of_something_else_does_not() {
        for text in [
            "[ORG مجلس] بودجه سال آینده را بررسی خواهد کرد.",
            "مقرر شد [ORG اداره راه] خسارت‌های سیل سال گذشته را جبران کند.",
            "[ROLE استاندار] دیروز دستور داد [ORG اداره راه] پل را ترمیم کند.",
        ] {
            assert_eq!(limit(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_behind_an_act_limits_the_next_one() {
        let text = "مقرر شد [ORG اداره راه] نقشه را تهیه کند و [ORG شهرداری] پل را تا پایان آبان بسازد.";
        assert_eq!(limits(text), [None, Some("پایان آبان".to_owned())]);
    }

    #[test]
    fn the_recognizer_may_know_a_limit_that_is_no_time() {
        // A bare number is none, however sure.
        for (words, sure, taken) in
            [("سفر هیئت", 0.95, true), ("سفر هیئت", 0.6, false), ("۲۰۲۰", 0.95, false)]
        {
            let mut d =
                example_document(&format!("مقرر شد [ORG اداره راه] در {words} محله پل را افتتاح کند."));
            let at = d.text().find(words).unwrap_or_default();
            let span = ByteSpan::new(at, at + words.len());
            let slots = vec![(SlotKind::Deadline, span, sure)];
            let mut class = [0.01; 6];
            class[SentenceClass::Decision as usize] = 0.95;
            d.sentences[0].prediction = Some(Prediction { class, slots: slots.clone(), likely: slots });
            assert!(TaskStage::built_in().unwrap_or_else(|e| panic!("{e}")).run(&mut d).is_ok());
            let limit = d.tasks[0].deadline.as_ref();
            assert_eq!(limit.is_some(), taken, "{words} {sure}");
            assert!(limit.is_none_or(|l| l.kind == DeadlineKind::Event && l.due.is_none()));
        }
    }

    #[test]
    fn what_is_seen_of_a_time() {
        let d = run("[ORG شهرداری] پل را در آبان ۱۴۰۲ افتتاح خواهد کرد.");
        let rules = RuleSet::built_in().unwrap_or_else(|e| panic!("{e}"));
        let sentence = &d.sentences[0];
        let found = times(&d, sentence);
        assert_eq!(found.len(), 1);
        let mut traits = vec![introducer(&found[0])];
        says(&found[0], &mut traits);
        assert_eq!(traits, ["intro.in", "time.month", "part.whole"]);
        assert!(!is_ahead(&rules, &d, &found[0]));
    }
}
