//! Offices found twice: by the recognizer, which knows contexts, and by the grammar, which knows
//! where a complement ends. Each alone is enough.

use super::grammar::Office;
use super::reading::Reading;
use crate::document::{Mention, MentionType, Source};

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
        let rival = offices
            .iter()
            .enumerate()
            .find(|(_, o)| o.pieces.start < pieces.end && pieces.start < o.pieces.end);
        match rival {
            Some((index, office)) => {
                if used[index] {
                    continue;
                }
                used[index] = true;
                kept.push(settle(reading, mention, office));
            }
            None => kept.push(mention.clone()),
        }
    }
    for (office, used) in offices.iter().zip(&used) {
        if !used && (!looked || office.score >= SURE) {
            kept.push(made(reading, office));
        }
    }
    mentions.retain(|m| m.kind != MentionType::Role);
    mentions.append(&mut kept);
}

fn settle(reading: &Reading, mention: &Mention, office: &Office) -> Mention {
    let grammar = reading.span(office.pieces.clone());
    let mut settled = mention.clone();
    if grammar == mention.span {
        settled.score = mention.score.max(office.score);
        return settled;
    }
    // The head decides where an office begins; its end is the grammar's where a body or place
    // closes it.
    if office.score >= SURE {
        settled.span = grammar;
    } else {
        settled.span.start = grammar.start.min(mention.span.start);
    }
    settled
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
