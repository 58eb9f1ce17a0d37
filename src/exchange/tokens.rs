//! Sentences of tokens, for formats that know nothing else. Every stretch of the text that holds
//! anything is covered: what stands outside of the sentences (headings, cells of a table) is cut at its
//! line breaks. A token never crosses the border of a mention.

use std::collections::BTreeSet;

use super::{Sheet, class_of};
use crate::document::MentionType;
use crate::segment;
use crate::span::{ByteSpan, CharIndex, CharSpan};

/// One line of tokens: a sentence, or a stretch outside of all. Never empty.
pub(super) type Line = Vec<CharSpan>;

/// The mentions of a sheet, as indexes into its spans, in the order of the text.
pub(super) fn mentions(sheet: &Sheet) -> Vec<usize> {
    let all = &sheet.layers.spans;
    let is_mention = |label: &str| {
        serde_json::from_value::<MentionType>(serde_json::Value::String(label.to_owned())).is_ok()
    };
    let mut out: Vec<usize> = (0..all.len()).filter(|&i| is_mention(&all[i].label)).collect();
    out.sort_by_key(|&i| (all[i].start, std::cmp::Reverse(all[i].end)));
    out
}

/// Mentions of which no two overlap: of two that do the longer, of equal ones the first.
pub(super) fn flat(sheet: &Sheet) -> Vec<usize> {
    let all = &sheet.layers.spans;
    let mut order = mentions(sheet);
    order.retain(|&i| all[i].end > all[i].start);
    order.sort_by_key(|&i| std::cmp::Reverse(all[i].end - all[i].start));
    let mut out: Vec<usize> = Vec::new();
    for i in order {
        if out.iter().all(|&o| all[i].end <= all[o].start || all[o].end <= all[i].start) {
            out.push(i);
        }
    }
    out.sort_by_key(|&i| all[i].start);
    out
}

/// Cuts a text.
pub(super) fn lines(sheet: &Sheet) -> Vec<Line> {
    let text = sheet.text.as_str();
    let index = CharIndex::new(text);
    let mut borders = BTreeSet::new();
    for i in mentions(sheet) {
        let span = &sheet.layers.spans[i];
        borders.extend([index.byte_of(text, span.start), index.byte_of(text, span.end)]);
    }
    let mut sentences: Vec<ByteSpan> = sheet
        .layers
        .spans
        .iter()
        .filter(|s| class_of(&s.label).is_some())
        .map(|s| index.to_bytes(text, CharSpan { start: s.start, end: s.end }))
        .collect();
    sentences.sort();
    let mut out = Vec::new();
    let mut add = |span: ByteSpan| {
        let tokens = tokens(text, span, &borders);
        if !tokens.is_empty() {
            out.push(tokens.into_iter().map(|t| index.to_chars(text, t)).collect());
        }
    };
    let mut at = 0;
    let end = ByteSpan::new(text.len(), text.len());
    for sentence in sentences.into_iter().chain([end]) {
        // Of two sentences that overlap, the second begins where the first ends.
        let from = sentence.start.max(at);
        let mut start = at;
        for line in text.get(at..from).unwrap_or_default().split_inclusive('\n') {
            add(ByteSpan::new(start, start + line.len()));
            start += line.len();
        }
        if sentence.end > from {
            add(ByteSpan::new(from, sentence.end));
        }
        at = from.max(sentence.end);
    }
    out
}

fn tokens(text: &str, within: ByteSpan, borders: &BTreeSet<usize>) -> Vec<ByteSpan> {
    let visible = |span: &ByteSpan| span.of(text).chars().any(|c| !is_invisible(c));
    let mut out = Vec::new();
    for word in segment::cut(text, within) {
        let mut from = word.view.start;
        for &border in borders.range(word.view.start + 1..word.view.end) {
            out.push(ByteSpan::new(from, border));
            from = border;
        }
        out.push(ByteSpan::new(from, word.view.end));
    }
    out.retain(visible);
    out
}

/// Characters that make no token of their own.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}
