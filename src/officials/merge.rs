//! Offices found twice: by the recognizer, which knows contexts, and by the grammar, which knows
//! where a complement ends. Each alone is enough.

use std::ops::Range;

use super::grammar::Office;
use super::reading::Reading;
use super::repair::titled;
use crate::document::{Mention, MentionType, Source};
use crate::lexicon::{Use, class, list};

/// Below this the grammar alone is not believed where the recognizer, which looked for offices, saw
/// none.
const SURE: f32 = 0.85;

/// Adds the grammar's offices to the mentions, or mends the recognizer's by them.
pub(super) fn merge(reading: &Reading, offices: &[Office], mentions: &mut Vec<Mention>) {
    let looked = mentions.iter().any(|m| m.kind == MentionType::Role && m.source == Source::Model);
    let mut kept: Vec<Mention> = Vec::new();
    let mut used = vec![false; offices.len()];
    for mention in mentions.iter().filter(|m| m.kind == MentionType::Role) {
        let pieces = reading.pieces_in(mention.span);
        // Offices of the grammar are in order and apart.
        let index = offices.partition_point(|o| o.pieces.end <= pieces.start);
        match offices.get(index).filter(|o| o.pieces.start < pieces.end) {
            Some(office) => {
                if used[index] {
                    continue;
                }
                used[index] = true;
                kept.push(settle(reading, mention, office));
            }
            None if believed(reading, mention) => kept.push(mention.clone()),
            None => {}
        }
    }
    for (office, used) in offices.iter().zip(&used) {
        let titled = looked && titled(reading, office.pieces.start);
        if !used && !titled && (!looked || office.score >= SURE) {
            kept.push(made(reading, office));
        }
    }
    mentions.retain(|m| m.kind != MentionType::Role);
    mentions.append(&mut kept);
}

/// One office of two: it begins at the head that the grammar knows and ends at the farther end,
/// for both stop early where they are unsure.
fn settle(reading: &Reading, mention: &Mention, office: &Office) -> Mention {
    let mut settled = mention.clone();
    let seen = reading.pieces_in(mention.span);
    let seen = seen.start..trimmed(reading, office, seen);
    let end = office.pieces.end.max(seen.end);
    if office.pieces == seen && seen == reading.pieces_in(mention.span) {
        settled.score = mention.score.max(office.score);
        return settled;
    }
    settled.span = reading.span(office.pieces.start..end);
    settled
}

/// The end of what the recognizer saw, without a preposition or sign at it, and not past a comma
/// that begins another body or office.
fn trimmed(reading: &Reading, office: &Office, seen: Range<usize>) -> usize {
    let mut end = seen.end;
    for at in office.pieces.end..seen.end {
        let place = reading.place_at(at + 1).is_some_and(|p| p.kind == MentionType::Loc);
        let other = !place && !reading.is(at + 1, class::FIELD);
        if !office.plural && reading.is(at, class::COMMA) && other
            || reading.lexicon.roles.at(reading.symbols(at, seen.end)).is_some()
            || reading.in_person(at)
            || at == office.pieces.end && elsewhere(reading, office, at)
        {
            end = at;
            break;
        }
    }
    // Not «(ره)», which is one sign of several letters.
    let loose = |p: usize| {
        reading.is(p, class::STOP | class::SIGN | class::AND) && !reading.piece(p).starts_with("(")
    };
    while end > office.pieces.end && (loose(end - 1) || reading.piece(end - 1) == "(") {
        end -= 1;
    }
    end
}

/// «معاون سازمان … در دادسرای …»: where the holder is, after an office that has its body.
fn elsewhere(reading: &Reading, office: &Office, at: usize) -> bool {
    let body = reading.place_at(at + 1).is_some_and(|p| p.kind == MentionType::Org);
    office.named.is_some() && reading.is(at, class::IN) && body && !reading.listed(at + 1, list::SEAT)
}

/// Whether an office that only the recognizer saw is believed.
fn believed(reading: &Reading, mention: &Mention) -> bool {
    let pieces = reading.pieces_in(mention.span);
    let head = reading.lexicon.roles.at(reading.symbols(pieces.start, pieces.end));
    match head {
        Some(head) if head.length == pieces.len() => head.head.usage == Use::Office || mention.score >= 0.9,
        Some(_) => mention.score >= 0.8,
        None => mention.score >= 0.95 && pieces.len() > 1 && !reading.is(pieces.start, class::BODY_HEAD),
    }
}

fn made(reading: &Reading, office: &Office) -> Mention {
    Mention {
        kind: MentionType::Role,
        span: reading.span(office.pieces.clone()),
        entity: None,
        source: Source::Rule,
        score: office.score,
    }
}
