//! Looks for offices at every place of a document where one can begin.

use super::grammar::{Office, office};
use super::reading::Reading;
use crate::document::MentionType;
use crate::lexicon::{Use, class};

/// All offices of a document.
pub(super) fn offices(reading: &Reading) -> Vec<Office> {
    let mut found = Vec::new();
    for sentence in &reading.sentences {
        let mut at = sentence.start;
        while at < sentence.end {
            if let Some(place) = reading.place_at(at)
                && place.kind != MentionType::Role
                && !starts_with_office(reading, at, place.pieces.end)
            {
                at = place.pieces.end.max(at + 1);
                continue;
            }
            match office(reading, at, sentence.end).or_else(|| listed(reading, at, sentence.end)) {
                Some(office) => {
                    at = office.pieces.end;
                    found.push(office);
                }
                None => at += 1,
            }
        }
    }
    found
}

/// The office that a list names as a whole.
fn listed(reading: &Reading, at: usize, limit: usize) -> Option<Office> {
    let (end, _) = reading.entry(at, limit).filter(|(_, entry)| entry.kind == MentionType::Role)?;
    Some(Office {
        pieces: at..end,
        plural: false,
        body: None,
        named: None,
        head: at..end,
        score: 1.0,
        complete: true,
    })
}

/// Whether a wrong mention hides an office: it begins with a head that is no body.
fn starts_with_office(reading: &Reading, at: usize, end: usize) -> bool {
    let head = reading.lexicon.roles.at(reading.symbols(at, end));
    head.is_some_and(|h| h.head.usage != Use::Whole && at + h.length < end)
        && !reading.is(at, class::BODY_HEAD)
        && reading.place_at(at).is_some_and(|p| p.kind == MentionType::Org)
}
