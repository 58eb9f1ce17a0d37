//! Bodies that the recognizer cut too early: one name in two parts, a name that a list, an office or
//! another place of the same document has in full.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::reading::Reading;
use super::repair::ministries;
use crate::document::MentionType;
use crate::lexicon::{class, fold, list};

/// Whether two neighbouring bodies are one name: «معاونت حقوقی» «دادستانی کل», «سازمان میادین میوه»
/// و «تره‌بار».
pub(super) fn one_body(reading: &Reading, left: &Range<usize>, right: &Range<usize>) -> bool {
    if reading.sentence_of(left.start) != reading.sentence_of(right.start) {
        return false;
    }
    let unit = reading.listed(left.start, list::UNIT);
    if right.start == left.end {
        return unit;
    }
    let known = reading.entry(right.start, right.end).is_some_and(|(end, _)| end == right.end);
    unit && right.start == left.end + 1
        && reading.is(left.end, class::AND)
        && !known
        && !reading.is(right.start, class::BODY_HEAD)
}

/// The end of a body by the lists: further where a listed name goes on, nearer where another word
/// was taken in after a listed name.
pub(super) fn listed_end(reading: &Reading, body: &Range<usize>) -> usize {
    let limit = reading.sentences.get(reading.sentence_of(body.start)).map_or(body.end, |s| s.end);
    match reading.entry(body.start, limit) {
        Some((end, entry)) if entry.kind == MentionType::Org => {
            // «وزارت نفت و نیرو» are two, «بنیاد مسکن و شهرسازی» is one.
            let another = reading.is(end, class::AND)
                && !(reading.is(end + 1, class::FIELD)
                    && (reading.department(end + 1, body.end).is_none() || !ministries(reading, body.start))
                    && reading.entry(end + 1, body.end).is_none());
            let rest = end < body.end
                && (another || reading.lexicon.roles.at(reading.symbols(end, body.end)).is_some());
            if end > body.end || rest { end } else { body.end }
        }
        _ => body.end,
    }
}

/// A body that ends in a preposition, «انجمن حمایت از», taken to the end of what follows, or cut.
pub(super) fn whole_end(reading: &Reading, body: &Range<usize>) -> usize {
    if reading.piece(body.end - 1) == "های" {
        return whole_plural(reading, body);
    }
    let hanging = |end: usize| matches!(reading.piece(end - 1), "از" | "با" | "به" | "در" | "بر");
    if body.len() < 2 || !hanging(body.end) {
        return body.end;
    }
    if reading.glued(body.end - 1) {
        return body.end - 1;
    }
    if matches!(reading.piece(body.end - 1), "در" | "به") {
        return body.end - 1;
    }
    let mut end = body.end;
    while end < body.end + 5
        && reading.flags(end) & (class::STOP | class::SIGN | class::PERSON) == 0
        && reading.place_at(end).is_none()
    {
        end += 1;
    }
    if end > body.end { end } else { body.end - 1 }
}

/// «هیئت‌های» ورزشی, «دادسراهای» تهران: an ezafe needs what it binds to, fields of work and a place.
fn whole_plural(reading: &Reading, body: &Range<usize>) -> usize {
    let mut end = body.end;
    while reading.is(end, class::FIELD) && !reading.is(end, class::STOP) && reading.place_at(end).is_none() {
        end += 1;
    }
    match reading.place_at(end) {
        Some(place) if place.kind == MentionType::Loc => place.pieces.end,
        _ => end,
    }
}

/// Takes a body to the end of the office that it closes: «رئیس فدراسیون» وزنه‌برداری.
pub(super) fn within_offices(reading: &Reading, offices: &[Range<usize>], bodies: &mut [Range<usize>]) {
    for office in offices {
        let from = bodies.partition_point(|b| b.start <= office.start);
        let here = bodies[from..].iter_mut().take_while(|b| b.start < office.end);
        let last = here.filter(|b| b.end < office.end);
        let Some(body) = last.max_by_key(|b| b.end) else { continue };
        let rest = body.end..office.end;
        let plain = rest.len() <= 6
            && reading.is(body.start, class::BODY_HEAD | class::GENERIC_BODY)
            && !reading.is(
                body.end,
                class::STOP | class::AND | class::SIGN | class::DEMONSTRATIVE | class::GENERIC_PLACE,
            )
            && rest.clone().all(|p| reading.place_at(p).is_none_or(|m| m.kind == MentionType::Role))
            && reading.lexicon.roles.at(reading.symbols(body.end, office.end)).is_none();
        if plain {
            body.end = office.end;
        }
    }
}

/// Joins bodies that have become neighbours: both get the whole stretch.
pub(super) fn join(reading: &Reading, bodies: &mut [Range<usize>]) {
    for at in 1..bodies.len() {
        let (left, right) = (bodies[at - 1].clone(), bodies[at].clone());
        if right.start == left.end && one_body(reading, &left, &right) {
            bodies[at - 1].end = right.end;
            bodies[at] = bodies[at - 1].clone();
        }
    }
}

/// Gives a body the fuller name that the same document has for it elsewhere, where its words go on
/// in the same way.
pub(super) fn consistent(reading: &Reading, bodies: &mut [Range<usize>]) {
    let heads = class::BODY_HEAD | class::GENERIC_BODY;
    let word = |piece: usize| fold(reading.piece(piece));
    // By the first word, the longest name first.
    let mut names: BTreeMap<Cow<str>, BTreeSet<(Reverse<usize>, Vec<Cow<str>>)>> = BTreeMap::new();
    for body in bodies.iter().filter(|b| b.len() > 1 && reading.is(b.start, heads)) {
        let name = body.clone().map(word).collect();
        names.entry(word(body.start)).or_default().insert((Reverse(body.len()), name));
    }
    for body in bodies.iter_mut().filter(|b| reading.is(b.start, heads)) {
        let at = body.start;
        let Some(alike) = names.get(&word(at)) else { continue };
        let fuller =
            alike.iter().map(|(_, name)| name).take_while(|name| name.len() > body.len()).find(|name| {
                name.iter().enumerate().all(|(i, own)| word(at + i) == *own)
                    && reading.sentence_of(at) == reading.sentence_of(at + name.len() - 1)
            });
        if let Some(name) = fuller {
            body.end = at + name.len();
        }
    }
}
