//! One encoding for one writing: letters, digits, presentation forms, spaces, markup. Nothing that
//! a reader sees gets lost.

use unicode_normalization::UnicodeNormalization;

use super::{Cell, ZWNJ};
use crate::span::ByteSpan;

/// Reads `text` into cells: letters and digits in one form, control characters and marks of
/// direction left out, and in the stretches `markup` no tags, and entities decoded.
pub fn read(text: &str, markup: &[ByteSpan]) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(text.len() / 2 + 8);
    let mut at = 0;
    for &stretch in markup {
        let (start, end) = (stretch.start.max(at), stretch.end.min(text.len()));
        if start >= end {
            continue;
        }
        characters(text, at, start, &mut cells);
        marked_up(text, start, end, &mut cells);
        at = end;
    }
    characters(text, at, text.len(), &mut cells);
    cells
}

fn characters(text: &str, start: usize, end: usize, cells: &mut Vec<Cell>) {
    for (i, c) in text.get(start..end).unwrap_or("").char_indices() {
        character(c, ByteSpan::new(start + i, start + i + c.len_utf8()), cells);
    }
}

fn character(c: char, original: ByteSpan, cells: &mut Vec<Cell>) {
    let mut push = |c| cells.push(Cell { c, original });
    match c {
        'ي' | 'ى' | 'ې' | 'ۍ' | 'ێ' => push('ی'),
        'ك' | 'ڪ' | 'ګ' => push('ک'),
        'ة' | 'ۀ' | 'ە' | 'ۃ' => push('ه'),
        'أ' | 'إ' | 'ٱ' => push('ا'),
        'ؤ' => push('و'),
        '\u{660}'..='\u{669}' => push((b'0' + (c as u32 - 0x660) as u8) as char),
        '\u{6f0}'..='\u{6f9}' => push((b'0' + (c as u32 - 0x6f0) as u8) as char),
        '\u{ac}' => push(ZWNJ),
        '\n' => push('\n'),
        '\u{2028}' | '\u{2029}' | '\u{85}' => push('\n'),
        '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
            // The compatibility form of a ligature may hold letters that have a form of their own
            // above.
            let mut parts = Vec::new();
            for part in std::iter::once(c).nfkc().filter(|&p| p != c) {
                character(part, original, &mut parts);
            }
            if parts.is_empty() {
                push(c);
            }
            cells.append(&mut parts);
        }
        '\u{200b}'
        | '\u{200d}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}' => {}
        _ if c.is_whitespace() => push(' '),
        _ if c.is_control() => {}
        _ => push(c),
    }
}

/// Tags whose end is no end of a word.
const INLINE: [&str; 12] =
    ["b", "i", "u", "em", "strong", "span", "font", "a", "sub", "sup", "small", "mark"];

fn marked_up(text: &str, start: usize, end: usize, cells: &mut Vec<Cell>) {
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let Some(next) = rest.find(['<', '&']) else {
            return characters(text, at, end, cells);
        };
        characters(text, at, at + next, cells);
        at += next;
        let rest = &text[at..end];
        let (length, replacement) = if rest.starts_with('<') { tag(rest) } else { entity(rest) };
        let original = ByteSpan::new(at, at + length);
        if let Some(c) = replacement {
            character(c, original, cells);
        }
        at += length;
    }
}

/// Length in bytes of the tag that `rest` begins with and what stands for it.
fn tag(rest: &str) -> (usize, Option<char>) {
    let body = rest.strip_prefix("</").or_else(|| rest.strip_prefix('<')).unwrap_or("");
    let is_tag = body.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    match rest.find('>') {
        Some(close) if is_tag && !rest[1..close].contains('<') => {
            let name = body.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
            let inline = INLINE.iter().any(|t| name.eq_ignore_ascii_case(t));
            (close + 1, (!inline).then_some(' '))
        }
        _ => (1, Some('<')),
    }
}

/// Length in bytes of the character reference that `rest` begins with and what it stands for.
fn entity(rest: &str) -> (usize, Option<char>) {
    let reference = rest.char_indices().take(12).find(|&(_, c)| c == ';').map(|(i, _)| &rest[1..i]);
    let decoded = reference.and_then(|name| match name {
        "nbsp" => Some(' '),
        "zwnj" => Some(ZWNJ),
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "laquo" => Some('«'),
        "raquo" => Some('»'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "hellip" => Some('…'),
        "rlm" | "lrm" | "zwj" | "shy" => Some('\u{200f}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    });
    match (reference, decoded) {
        (Some(name), Some(c)) => (name.len() + 2, Some(c)),
        _ => (1, Some('&')),
    }
}

/// One space for a run of spaces; a space and a half-space together are a space; half-spaces only
/// between letters.
pub fn spaces(cells: &mut Vec<Cell>) {
    let mut out: Vec<Cell> = Vec::with_capacity(cells.len());
    for &cell in cells.iter() {
        match (out.last().map(|c| c.c), cell.c) {
            (Some(' '), ' ') | (Some(' ' | ZWNJ | '\n') | None, ZWNJ) => {}
            (Some(ZWNJ), ' ') => {
                if let Some(last) = out.last_mut() {
                    *last = Cell { c: ' ', original: last.original.cover(cell.original) };
                }
            }
            (Some(ZWNJ), c) if !c.is_alphanumeric() => {
                out.pop();
                out.push(cell);
            }
            (Some(before), ZWNJ) if !before.is_alphanumeric() && !is_mark(before) => {}
            _ => out.push(cell),
        }
    }
    if out.last().is_some_and(|c| c.c == ZWNJ) {
        out.pop();
    }
    *cells = out;
}

/// Whether `c` is a diacritic of the Arabic script.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}')
}
