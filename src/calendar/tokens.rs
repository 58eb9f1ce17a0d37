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
    let mut cutter =
        Cutter { lexicon, tokens: Vec::with_capacity(words.len() + words.len() / 4), starts: true };
    for (word, index) in words.iter().zip(0u32..) {
        cutter.starts = true;
        cutter.word(&fold(word), index);
        if let (false, Some(token)) = (cutter.starts, cutter.tokens.last_mut()) {
            token.ends = true;
        }
    }
    cutter.tokens
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

/// [`char::is_alphabetic`], quick for Arabic letters: every unknown word is read letter by letter.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64a}' | '\u{671}'..='\u{6d3}') || c.is_alphabetic()
}

struct Cutter {
    lexicon: &'static Lexicon,
    tokens: Vec<Token>,
    /// Whether the next token is the first of its word.
    starts: bool,
}

impl Cutter {
    fn word(&mut self, word: &str, index: u32) {
        if let Some(found) = self.lexicon.find(word) {
            self.found(found, index);
            self.mark_sign(word.chars().next());
            return;
        }
        let unknown = self.lexicon.entry(0);
        let mut rest = word;
        while let Some(c) = rest.chars().next() {
            let end = if digit(c).is_some() {
                rest.find(|c| digit(c).is_none()).unwrap_or(rest.len())
            } else if is_letter(c) {
                rest.find(|c| !is_letter(c)).unwrap_or(rest.len())
            } else {
                c.len_utf8()
            };
            let (piece, after) = rest.split_at(end);
            rest = after;
            if digit(c).is_some() {
                let digits = u8::try_from(piece.chars().count()).unwrap_or(u8::MAX);
                let value = super::date::digits(piece).unwrap_or(u32::MAX);
                self.push(Token { value, digits, ..token(unknown, index) });
            } else if c != '\u{200c}' {
                // A word that is one piece was looked up already.
                match if end == word.len() { None } else { self.lexicon.find(piece) } {
                    Some(found) => self.found(found, index),
                    None => self.push(token(unknown, index)),
                }
                self.mark_sign(Some(c));
            }
        }
    }

    fn found(&mut self, found: Found, index: u32) {
        match found {
            Found::One(id) => self.push(token(self.lexicon.entry(id), index)),
            Found::Two(a, b) => {
                self.push(token(self.lexicon.entry(a), index));
                self.push(token(self.lexicon.entry(b), index));
            }
        }
    }

    fn mark_sign(&mut self, c: Option<char>) {
        if let Some(last) = self.tokens.last_mut() {
            last.sign = c.is_some_and(|c| !c.is_alphanumeric());
        }
    }

    /// Adds a token, and joins it with the ones before it where they make one word of the lists.
    fn push(&mut self, token: Token) {
        let ends_compound = token.entry.ends_compound;
        self.tokens.push(Token { starts: self.starts, ..token });
        self.starts = false;
        if !ends_compound {
            return;
        }
        for length in [3usize, 2] {
            let Some(first) = self.tokens.len().checked_sub(length) else { continue };
            let mut ids = [0u16; 3];
            for (id, token) in ids.iter_mut().zip(&self.tokens[first..]) {
                *id = token.entry.id;
            }
            if let Some(id) = self.lexicon.compound(&ids[..length]) {
                let entry = self.lexicon.entry(id);
                let last = token.last;
                let joined = Token { last, entry, ends: false, ..self.tokens[first] };
                self.tokens.truncate(first);
                self.tokens.push(joined);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_letter;

    #[test]
    fn letters_are_those_of_unicode() {
        assert!(('\u{0}'..='\u{ffff}').all(|c| is_letter(c) == c.is_alphabetic()));
    }
}
