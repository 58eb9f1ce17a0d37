//! Names that the recognizer saw in one sentence and missed in another of the same document.

use std::collections::BTreeMap;
use std::ops::Range;

use super::reading::Reading;
use super::repair::titled;
use crate::document::MentionType;
use crate::lexicon::class;

/// A single word counts as a name again only where it has so many bytes: three letters.
const SHORTEST: usize = 6;

/// The places where a name of `named` stands again and nothing is `taken`, in order.
pub(super) fn repeats(
    reading: &Reading,
    named: &[(MentionType, Range<usize>)],
    taken: &[bool],
) -> Vec<(MentionType, Range<usize>)> {
    let mut names: BTreeMap<&str, Vec<(MentionType, Range<usize>)>> = BTreeMap::new();
    for (kind, pieces) in named.iter().filter(|(kind, pieces)| telling(reading, *kind, pieces)) {
        names.entry(reading.piece(pieces.start)).or_default().push((*kind, pieces.clone()));
    }
    for alike in names.values_mut() {
        // The longest name first.
        alike.sort_by_key(|(kind, pieces)| (usize::MAX - pieces.len(), pieces.start, *kind));
    }
    let mut found = Vec::new();
    for sentence in &reading.sentences {
        let mut at = sentence.start;
        while at < sentence.end {
            let again = (!taken[at]).then(|| names.get(reading.piece(at))).flatten().and_then(|alike| {
                alike.iter().find(|(_, name)| stands(reading, name, at, sentence.end, taken))
            });
            match again {
                Some((kind, name)) if !titled(reading, at) => {
                    found.push((*kind, at..at + name.len()));
                    at += name.len();
                }
                _ => at += 1,
            }
        }
    }
    found
}

/// Whether the words of a name say by themselves that it is one: several words of which one is no
/// everyday word, or a word that no list knows.
fn telling(reading: &Reading, kind: MentionType, name: &Range<usize>) -> bool {
    let unknown = |p: usize| reading.is(p, class::UNKNOWN) && reading.piece(p).len() >= SHORTEST;
    match kind {
        MentionType::Org => {
            name.len() > 1
                && reading.is(name.start, class::BODY_HEAD)
                && !reading.is(name.end - 1, class::PLURAL)
        }
        // A word with a half-space inside is one word: as a person's name it may be a place or a work.
        MentionType::Per => reading.document.words_in(reading.span(name.clone())).len() > 1,
        MentionType::Loc => name.clone().all(unknown) || name.len() > 1,
        _ => false,
    }
}

fn stands(reading: &Reading, name: &Range<usize>, at: usize, limit: usize, taken: &[bool]) -> bool {
    at + name.len() <= limit
        && (0..name.len()).all(|i| !taken[at + i] && reading.piece(at + i) == reading.piece(name.start + i))
}
