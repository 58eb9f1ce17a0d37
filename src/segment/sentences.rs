//! Where sentences end. Works on the normalized view, one block at a time; a line break ends a
//! sentence where it stands after a closing sign or before a list number, a full stop only where it is none of a number, an abbreviation or an address.

use std::sync::LazyLock;

use crate::span::ByteSpan;

/// The sentences in the stretch `within` of a normalized text, without blanks at their ends.
pub fn split(text: &str, within: ByteSpan) -> Vec<ByteSpan> {
    let Some(stretch) = text.get(within.start..within.end) else { return Vec::new() };
    let chars: Vec<(usize, char)> = stretch.char_indices().collect();
    let mut out = Vec::new();
    let mut start = 0;
    let mut i = 0;
    let mut push = |from: usize, to: usize| {
        let span = ByteSpan::new(within.start + from, within.start + to).trim(text);
        if !span.is_empty() {
            out.push(span);
        }
    };
    while i < chars.len() {
        let end = match chars[i].1 {
            '\n' if break_ends(&chars, i) => Some(i),
            '.' => {
                let last = i + chars[i..].iter().take_while(|(_, c)| *c == '.').count() - 1;
                let ends = if last > i { dots_end(&chars, i, last) } else { stop_ends(&chars, i, start) };
                i = last;
                ends.then(|| closing(&chars, last + 1))
            }
            '…' if dots_end(&chars, i, i) => Some(closing(&chars, i + 1)),
            '؟' | '?' | '!' => {
                let last =
                    i + chars[i..].iter().take_while(|(_, c)| matches!(c, '؟' | '?' | '!')).count() - 1;
                i = last;
                let address = chars.get(last + 1).is_some_and(|(_, c)| c.is_ascii_alphanumeric());
                (!address).then(|| closing(&chars, last + 1))
            }
            _ => None,
        };
        match end {
            Some(end) => {
                let to = chars.get(end).map_or(stretch.len(), |&(b, _)| b);
                push(chars.get(start).map_or(0, |&(b, _)| b), to);
                start = end;
                i = end.max(i + 1);
            }
            None => i += 1,
        }
    }
    if let Some(&(from, _)) = chars.get(start) {
        push(from, stretch.len());
    }
    out
}

/// The first position from `i` on that is no closing mark (marks may stand after a space).
fn closing(chars: &[(usize, char)], mut i: usize) -> usize {
    let is_closing = |c: char| matches!(c, '»' | ')' | ']' | '”' | '"' | '\'' | '’');
    loop {
        let Some(&(_, c)) = chars.get(i) else { return i };
        // A straight quote closes only where it touches the sentence.
        if is_closing(c) {
            i += 1;
        } else if c == ' ' && chars.get(i + 1).is_some_and(|&(_, n)| matches!(n, '»' | ')' | ']')) {
            i += 2;
        } else {
            return i;
        }
    }
}

fn letters_before(chars: &[(usize, char)], i: usize) -> String {
    let inside = |c: char| c.is_alphanumeric() || c == crate::normalize::ZWNJ;
    let from = chars[..i].iter().rposition(|&(_, c)| !inside(c)).map_or(0, |p| p + 1);
    chars[from..i].iter().map(|&(_, c)| c).collect()
}

fn letters_after(chars: &[(usize, char)], i: usize) -> String {
    chars[i..]
        .iter()
        .map(|&(_, c)| c)
        .take_while(|c| c.is_alphabetic() || *c == crate::normalize::ZWNJ)
        .collect()
}

/// Whether a word is the name of a Latin letter as abbreviations spell it.
fn is_letter_name(word: &str) -> bool {
    static NAMES: LazyLock<Vec<&str>> =
        LazyLock::new(|| include_str!("letter-names.txt").lines().filter(|l| !l.starts_with('#')).collect());
    NAMES.contains(&word)
}

/// Whether the full stop at `i` ends the sentence that began at `start`.
fn stop_ends(chars: &[(usize, char)], i: usize, start: usize) -> bool {
    let next = chars.get(i + 1).map(|&(_, c)| c);
    let before = letters_before(chars, i);
    if let Some(next) = next {
        if next.is_ascii_alphanumeric() && before.chars().last().is_some_and(|c| c.is_ascii_alphanumeric()) {
            return false;
        }
        if matches!(next, '،' | '؛' | ',' | ':') {
            return false;
        }
    }
    // A number or a letter that begins the line numbers it: «۱. …», «الف. …».
    let opens = chars[start..i].iter().filter(|(_, c)| !c.is_whitespace()).count() == before.chars().count();
    if opens && (before.chars().all(|c| c.is_ascii_digit()) || before.chars().count() == 1 || before == "الف")
    {
        return before.is_empty();
    }
    // «ام.آر.آی»: letters of another alphabet by their names, without a space between.
    if next.is_some_and(|c| c.is_alphabetic())
        && is_letter_name(&before)
        && is_letter_name(&letters_after(chars, i + 1))
    {
        return false;
    }
    // An initial or abbreviation of one letter.
    before.chars().count() != 1 || next.is_none_or(|c| c == '\n')
}

/// Whether the line break at `i` ends the sentence: after a closing sign, before an empty line, or
/// where the next line begins with a number or bullet. Other lines were only broken.
fn break_ends(chars: &[(usize, char)], i: usize) -> bool {
    let before = chars[..i].iter().rev().map(|&(_, c)| c).find(|&c| c != ' ');
    let mut after = chars[i + 1..].iter().map(|&(_, c)| c).skip_while(|&c| c == ' ');
    let listed = match after.next() {
        None | Some('\n' | '-' | '–' | '•' | '*' | '⁃') => true,
        Some(c) if c.is_ascii_digit() => {
            let mark = after.find(|c| !c.is_ascii_digit());
            matches!(mark, Some('.' | '-' | ')' | '–' | ':'))
        }
        Some(_) => false,
    };
    listed || before.is_none_or(|c| matches!(c, '.' | '!' | '؟' | '?' | ':' | '؛' | '…' | '»' | '\n'))
}

/// Whether dots in a row end the sentence: at the end of a line, or after a finite verb.
fn dots_end(chars: &[(usize, char)], first: usize, last: usize) -> bool {
    let after = chars[last + 1..].iter().map(|&(_, c)| c).find(|&c| c != ' ');
    if matches!(after, None | Some('\n')) {
        return true;
    }
    if matches!(after, Some('،' | '؛' | ')' | '»' | '.')) {
        return false;
    }
    const VERB_ENDS: [&str; 12] =
        ["است", "شد", "کرد", "بود", "داد", "دارد", "گفت", "ند", "نیست", "گردید", "شود", "یم"];
    let before = letters_before(chars, first);
    before.chars().count() > 1 && VERB_ENDS.iter().any(|v| before.ends_with(v))
}
