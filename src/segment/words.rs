//! Words: runs of letters, numbers with their separators, dates, times, addresses, signs.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::{Word, WordKind};
use crate::span::ByteSpan;

/// Kinds in the order of the alternatives of [`WORD`].
const KINDS: [WordKind; 8] = [
    WordKind::Url,
    WordKind::Date,
    WordKind::Time,
    WordKind::Number,
    WordKind::Letters,
    WordKind::Letters,
    WordKind::Sign,
    WordKind::Sign,
];

#[allow(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"((?:https?://|www\.)[^\s«»()<>]+|[A-Za-z0-9._-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:ir|com|org|net|gov|edu)\b)",
        r"|(\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\b|\d{4}\.\d{1,2}\.\d{1,2}\b)",
        r"|(\d{1,2}:\d{2}(?::\d{2})?\b)",
        r"|(\d+(?:[.,/٫٬]\d+)*)",
        r"|(ا\.{2,3})",
        "|([\\p{L}\\p{M}_](?:[\\p{L}\\p{M}\\p{N}_\u{200c}]*[\\p{L}\\p{M}\\p{N}_])?)",
        r"|(\((?:ره|ع|س|ص|عج|قدس سره|رض)\))",
        r"|(\.{2,}|\S)",
    ))
    .unwrap()
});

/// Cuts the stretch `within` of a normalized text. The words' places in the original
/// ([`Word::span`]) are left for the caller to fill.
pub fn cut(text: &str, within: ByteSpan) -> Vec<Word> {
    let mut words = Vec::with_capacity(within.len() / 8);
    let mut locations = WORD.capture_locations();
    let mut at = within.start;
    let Some(stretch) = text.get(..within.end) else { return words };
    while let Some(found) = WORD.captures_read_at(&mut locations, stretch, at) {
        let kind =
            (1..=KINDS.len()).find(|&g| locations.get(g).is_some()).map_or(WordKind::Sign, |g| KINDS[g - 1]);
        words.push(Word { span: ByteSpan::default(), view: ByteSpan::new(found.start(), found.end()), kind });
        at = found.end();
    }
    words
}
