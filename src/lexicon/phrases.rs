//! Symbols for pieces of words, and tables of phrases over them: the longest phrase that begins at a
//! place is found in one hash look-up per piece, whatever the size of the table.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The number of a known piece; 0 is any unknown piece.
pub type Symbol = u32;

/// A multiplicative hasher: keys here are short and ours, so no protection from chosen keys is
/// needed except in user lexicons, which a user writes for themself.
#[derive(Debug, Default, Clone, Copy)]
pub struct QuickHasher(u64);

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(23) ^ value).wrapping_mul(FACTOR);
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }
}

/// Hashes short keys of our own quickly.
pub type Quick = BuildHasherDefault<QuickHasher>;

/// The pieces that any table knows.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    numbers: HashMap<Box<str>, Symbol, Quick>,
}

impl Symbols {
    /// The symbol of a folded piece; 0 where it is unknown.
    pub fn get(&self, piece: &str) -> Symbol {
        self.numbers.get(piece).copied().unwrap_or(0)
    }

    /// The symbol of a folded piece, new where it was unknown.
    pub fn intern(&mut self, piece: &str) -> Symbol {
        if let Some(&known) = self.numbers.get(piece) {
            return known;
        }
        let symbol = self.numbers.len() as Symbol + 1;
        self.numbers.insert(piece.into(), symbol);
        symbol
    }

    /// Makes room for so many more pieces, so that a long list is not moved while it grows.
    pub fn reserve(&mut self, pieces: usize) {
        self.numbers.reserve(pieces);
    }

    /// Number of symbols, the unknown one included.
    pub fn len(&self) -> usize {
        self.numbers.len() + 1
    }

    /// Whether no piece is known.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

/// Phrases of symbols, each with a value.
#[derive(Debug, Clone, Default)]
pub struct Phrases {
    steps: HashMap<u64, u32, Quick>,
    /// Value of each node, plus one; 0 for none.
    values: Vec<u32>,
}

impl Phrases {
    /// Makes room for so many more phrases.
    pub fn reserve(&mut self, phrases: usize) {
        self.steps.reserve(2 * phrases);
        self.values.reserve(2 * phrases);
    }

    /// Adds a phrase; the first value given to a phrase stays.
    pub fn insert(&mut self, symbols: &[Symbol], value: u32) {
        if symbols.is_empty() {
            return;
        }
        if self.values.is_empty() {
            self.values.push(0);
        }
        let mut node = 0;
        for &symbol in symbols {
            let key = step(node, symbol);
            node = match self.steps.get(&key) {
                Some(&next) => next,
                None => {
                    let next = self.values.len() as u32;
                    self.values.push(0);
                    self.steps.insert(key, next);
                    next
                }
            };
        }
        let slot = &mut self.values[node as usize];
        if *slot == 0 {
            *slot = value + 1;
        }
    }

    /// The longest phrase at the start of `symbols`: its length and value.
    pub fn longest(&self, symbols: impl IntoIterator<Item = Symbol>) -> Option<(usize, u32)> {
        let mut node = 0;
        let mut found = None;
        for (length, symbol) in symbols.into_iter().enumerate() {
            if symbol == 0 {
                break;
            }
            match self.steps.get(&step(node, symbol)) {
                Some(&next) => node = next,
                None => break,
            }
            match self.values[node as usize] {
                0 => {}
                value => found = Some((length + 1, value - 1)),
            }
        }
        found
    }

    /// The value of exactly this phrase.
    pub fn exact(&self, symbols: &[Symbol]) -> Option<u32> {
        self.longest(symbols.iter().copied()).filter(|&(n, _)| n == symbols.len()).map(|(_, v)| v)
    }
}

fn step(node: u32, symbol: Symbol) -> u64 {
    u64::from(node) << 32 | u64::from(symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_wins_and_a_beginning_is_no_phrase() {
        let mut symbols = Symbols::default();
        let [a, b, c] = ["شورای", "عالی", "کار"].map(|p| symbols.intern(p));
        let mut phrases = Phrases::default();
        phrases.insert(&[a], 7);
        phrases.insert(&[a, b, c], 9);
        assert_eq!(phrases.longest([a, b, c]), Some((3, 9)));
        assert_eq!(phrases.longest([a, b, a]), Some((1, 7)));
        assert_eq!(phrases.longest([b, c]), None);
        assert_eq!(phrases.exact(&[a, b]), None);
        assert_eq!(symbols.get("مجلس"), 0);
    }
}
