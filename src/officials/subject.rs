//! Who a sentence is about: its first person or office that no preposition governs, and whether
//! they speak.

use super::reading::Reading;
use crate::document::MentionType;
use crate::lexicon::{Cue, class, list};

/// The subject of a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Subject {
    /// Its place in [`Reading::places`].
    pub place: Option<usize>,
    /// The sentence has «وی», «ایشان» or «نامبرده» as its subject.
    pub pronoun: bool,
    /// Whether it says or announces something.
    pub speaks: bool,
    /// Whether it opens its sentence.
    pub free: bool,
}

/// The subjects of all sentences.
pub(super) fn subjects(reading: &Reading) -> Vec<Subject> {
    (0..reading.sentences.len()).map(|s| subject(reading, s)).collect()
}

fn subject(reading: &Reading, sentence: usize) -> Subject {
    let range = reading.sentences[sentence].clone();
    let limit = range.end;
    let from = opening(reading, range.start, limit);
    let mut at = from;
    let mut scanned = 0;
    while at < limit {
        if let Some(place) = person_or_office(reading, at) {
            let end = reading.places[place].pieces.end;
            if free(reading, at, from) {
                let speaks = speaks(reading, end, limit);
                if speaks || scanned == 0 {
                    return Subject { place: Some(place), pronoun: false, speaks, free: true };
                }
            }
            at = end.max(at + 1);
            scanned += 1;
            continue;
        }
        if reading.is(at, class::PERSON) && scanned == 0 && free(reading, at, from) {
            return Subject {
                place: None,
                pronoun: true,
                speaks: speaks(reading, at + 1, limit),
                free: true,
            };
        }
        if reading.piece(at) == ":" {
            break;
        }
        at += 1;
    }
    Subject::default()
}

/// The person or office that begins at a piece.
pub(super) fn person_or_office(reading: &Reading, piece: usize) -> Option<usize> {
    reading.places_at(piece).find(|&i| matches!(reading.places[i].kind, MentionType::Per | MentionType::Role))
}

/// The first piece after «به گزارش …،» and its like.
fn opening(reading: &Reading, start: usize, limit: usize) -> usize {
    let mut at = start;
    // «خبرگزاری …:», «گروه شهری:» before the text.
    let colon = (at..limit.min(at + 7)).find(|&p| reading.piece(p) == ":");
    if let Some(colon) = colon
        && !(at..colon).any(|p| person_or_office(reading, p).is_some())
    {
        at = colon + 1;
    }
    while at < limit {
        match reading.lexicon.words.cue(reading.symbols(at, limit)) {
            Some((length, Cue::Sources)) => {
                let comma = (at + length..limit.min(at + 30)).find(|&p| reading.is(p, class::COMMA));
                match comma {
                    Some(comma) => at = comma + 1,
                    None => return after_source(reading, at + length, limit),
                }
            }
            Some((length, Cue::Leads)) => at += length + usize::from(reading.is(at + length, class::COMMA)),
            _ => return at,
        }
    }
    at
}

/// Where a source that no comma closes ends: after the last body or place in a row.
fn after_source(reading: &Reading, from: usize, limit: usize) -> usize {
    let mut at = from;
    let mut end = from;
    while at < limit.min(from + 24) {
        match reading.place_at(at) {
            Some(place) if matches!(place.kind, MentionType::Org | MentionType::Loc) => {
                at = place.pieces.end;
                end = at;
            }
            Some(place) if matches!(place.kind, MentionType::Per | MentionType::Role) => return at,
            _ => at += 1,
        }
    }
    end
}

/// Whether no preposition or noun governs what begins at a piece.
fn free(reading: &Reading, piece: usize, start: usize) -> bool {
    let mut at = piece;
    // Back over forms of address.
    while at > start {
        let before =
            (start.max(at.saturating_sub(4))..at).find(|&from| reading.honorific(from, at) == Some(at));
        match before {
            Some(from) => at = from,
            None => break,
        }
    }
    // «یک عضو کمیسیون … گفت».
    if at > start && reading.piece(at - 1) == "یک" {
        at -= 1;
    }
    if at == start {
        return true;
    }
    let before = at - 1;
    let flags = reading.flags(before);
    if flags & class::SIGN != 0 {
        return reading.piece(before) != "(";
    }
    if reading.place_at(before).is_some_and(|p| p.kind == MentionType::Date) {
        return true;
    }
    reading.listed(before, list::BEFORE_SUBJECT)
}

/// Whether words of speech follow in the sentence.
fn speaks(reading: &Reading, from: usize, limit: usize) -> bool {
    if reading.piece(from) == ":" {
        return true;
    }
    let mut at = from;
    while at < limit {
        match reading.lexicon.words.cue(reading.symbols(at, limit)) {
            Some((_, Cue::Says)) => return true,
            Some((_, Cue::Announces)) => return true,
            _ => {}
        }
        at += 1;
    }
    false
}
