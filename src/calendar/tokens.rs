//! Words as the grammar sees them: cut at half-spaces and between digits and letters, each looked
//! up once. «سه‌ماهه» and «سه ماهه» are the same tokens.

use std::borrow::Cow;

use super::date::digit;
use super::lexicon::{Entry, Found, Lexicon, lexicon};

/// A piece of a word, or several pieces that make one («سه» «شنبه»).
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub entry: &'static Entry,
    /// Value of a number in digits.
    pub value: u32,
    /// How many digits; 0 if it is no number in digits.
    pub digits: u8,
    /// First and last word that it belongs to.
    pub first: u32,
    pub last: u32,
    /// Whether a word begins, or ends, with it.
    pub starts: bool,
    pub ends: bool,
    /// A sign of punctuation or a symbol.
    pub sign: bool,
}

/// All tokens of a list of words.
pub(super) fn tokens(words: &[&str]) -> Vec<Token> {
    let lexicon = lexicon();
    let mut tokens = Vec::with_capacity(words.len() + words.len() / 4);
    for (word, index) in words.iter().zip(0u32..) {
        let from = tokens.len();
        push_word(lexicon, &fold(word), index, &mut tokens);
        if let Some(token) = tokens.get_mut(from) {
            token.starts = true;
        }
        if let Some(token) = tokens.last_mut() {
            token.ends = true;
        }
        merge(lexicon, from, &mut tokens);
    }
    tokens
}

/// The token for nothing: past the end of the words.
pub(super) fn nothing() -> Token {
    token(lexicon().entry(0), u32::MAX)
}

fn token(entry: &'static Entry, word: u32) -> Token {
    Token { entry, value: 0, digits: 0, first: word, last: word, starts: false, ends: false, sign: false }
}

/// Letters as the lists have them. Words come normalized; this only lets the tanwin, a tatweel and
/// the Arabic forms of ی and ک pass.
fn fold(word: &str) -> Cow<'_, str> {
    let odd =
        |c: char| matches!(c, 'ي' | 'ى' | 'ك' | 'ۀ' | 'ة' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}');
    if !word.contains(odd) {
        return Cow::Borrowed(word);
    }
    let folded = word.chars().filter_map(|c| match c {
        'ي' | 'ى' => Some('ی'),
        'ك' => Some('ک'),
        'ۀ' | 'ة' => Some('ه'),
        c if odd(c) => None,
        c => Some(c),
    });
    Cow::Owned(folded.collect())
}

fn push_word(lexicon: &'static Lexicon, word: &str, index: u32, tokens: &mut Vec<Token>) {
    if let Some(found) = lexicon.find(word) {
        push_found(lexicon, found, index, tokens);
        mark_sign(word.chars().next(), tokens);
        return;
    }
    let unknown = lexicon.entry(0);
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let end = if digit(c).is_some() {
            rest.find(|c| digit(c).is_none()).unwrap_or(rest.len())
        } else if c.is_alphabetic() {
            rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        if digit(c).is_some() {
            let digits = piece.chars().count();
            let value = super::date::digits(piece).unwrap_or(u32::MAX);
            let digits = u8::try_from(digits).unwrap_or(u8::MAX);
            tokens.push(Token { value, digits, ..token(unknown, index) });
        } else if c != '\u{200c}' {
            match lexicon.find(piece) {
                Some(found) => push_found(lexicon, found, index, tokens),
                None => tokens.push(token(unknown, index)),
            }
            mark_sign(Some(c), tokens);
        }
    }
}

fn mark_sign(c: Option<char>, tokens: &mut [Token]) {
    if let Some(last) = tokens.last_mut() {
        last.sign = c.is_some_and(|c| !c.is_alphanumeric());
    }
}

fn push_found(lexicon: &'static Lexicon, found: Found, index: u32, tokens: &mut Vec<Token>) {
    match found {
        Found::One(id) => tokens.push(token(lexicon.entry(id), index)),
        Found::Two(a, b) => {
            tokens.push(token(lexicon.entry(a), index));
            tokens.push(token(lexicon.entry(b), index));
        }
    }
}

/// Joins pieces that make one word of the lists, where the last of them is among the tokens from
/// `from` on.
fn merge(lexicon: &'static Lexicon, from: usize, tokens: &mut Vec<Token>) {
    let mut at = from;
    while at < tokens.len() {
        if tokens[at].entry.ends_compound {
            for length in [3usize, 2] {
                let Some(first) = (at + 1).checked_sub(length) else { continue };
                let mut ids = [0u16; 3];
                for (id, token) in ids.iter_mut().zip(&tokens[first..=at]) {
                    *id = token.entry.id;
                }
                if let Some(id) = lexicon.compound(&ids[..length]) {
                    let joined = Token {
                        last: tokens[at].last,
                        ends: tokens[at].ends,
                        entry: lexicon.entry(id),
                        ..tokens[first]
                    };
                    tokens.splice(first..=at, [joined]);
                    at = first;
                    break;
                }
            }
        }
        at += 1;
    }
}
