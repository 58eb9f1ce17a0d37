//! Names of people as they are compared: without forms of address, «سید», half-spaces and variants of
//! letters.

use crate::document::MentionType;
use crate::lexicon::{Lexicon, list};
use crate::officials::{joined, name_key};

/// A compared name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Its words, folded.
    pub pieces: Vec<String>,
    /// The words joined: equal for «محمدجواد» and «محمد جواد».
    pub key: String,
    /// Number of words: «نیک‌پور» and «نیک پور» are one.
    pub words: usize,
    /// Whether the lexicon lists the written form as another name.
    pub listed: bool,
}

impl Name {
    /// The compared form of a written name; `None` where nothing is left of it.
    pub fn read(lexicon: &Lexicon, written: &str) -> Option<Self> {
        let entry = lexicon.named(written).filter(|e| e.kind == MentionType::Per);
        let (pieces, listed) = match entry {
            Some(entry) => (name_key(&entry.name), name_key(&entry.name) != name_key(written)),
            None => (name_key(bare(lexicon, written)), false),
        };
        let key = joined(&pieces);
        let words = words(lexicon, entry.map_or(written, |e| e.name.as_str()));
        (!key.is_empty()).then_some(Self { pieces, key, words, listed })
    }

    /// Whether it is more than a surname.
    pub fn is_full(&self) -> bool {
        self.words > 1
    }

    /// The keys of the ends of the name, the longest first: «جواد بهرامی» and «بهرامی» for «محمد جواد
    /// بهرامی».
    pub fn ends(&self) -> impl Iterator<Item = String> + '_ {
        (1..self.pieces.len()).map(|from| joined(&self.pieces[from..]))
    }
}

/// The name without the forms of address before it.
fn bare<'a>(lexicon: &Lexicon, written: &'a str) -> &'a str {
    let mut rest = written.trim();
    loop {
        // Forms of address are whole words; a name keeps at least one.
        let symbols = lexicon.symbols_of(rest);
        let Some((length, _)) = lexicon.words.honorifics.longest(symbols.iter().copied()) else {
            return rest;
        };
        let words = words_of(rest, length);
        match rest.split_whitespace().nth(words) {
            Some(next) if words > 0 => {
                let at = next.as_ptr() as usize - rest.as_ptr() as usize;
                rest = &rest[at..];
            }
            _ => return rest,
        }
    }
}

/// The number of words of a name without forms of address and «سید»; the second half of a surname
/// («پور», «زاده») is no word of its own.
fn words(lexicon: &Lexicon, written: &str) -> usize {
    let counts = |word: &&str| {
        let symbol = lexicon.symbols.get(&crate::lexicon::key(word));
        *word != "سید" && !lexicon.words.listed(symbol, list::SURNAME_END)
    };
    bare(lexicon, written).split_whitespace().filter(counts).count()
}

/// How many words of a text hold its first `pieces` pieces; 0 where they end inside a word.
fn words_of(text: &str, pieces: usize) -> usize {
    let mut left = pieces;
    for (index, word) in text.split_whitespace().enumerate() {
        let own = crate::lexicon::pieces(word).count();
        match left.checked_sub(own) {
            Some(0) => return index + 1,
            Some(rest) => left = rest,
            None => return 0,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(written: &str) -> String {
        Name::read(Lexicon::builtin(), written).map(|n| n.key).unwrap_or_default()
    }

    #[test]
    fn forms_of_address_and_spellings_do_not_count() {
        assert_eq!(key("جناب آقای دکتر رحیم نیک‌پور"), key("رحیم نيك پور"));
        assert_eq!(key("سید جواد بهرامی"), key("سیدجواد بهرامی"));
        assert_eq!(key("حجت‌الاسلام والمسلمین بهرامی"), key("بهرامی"));
        assert_ne!(key("جواد بهرامی"), key("سعید بهرامی"));
        assert_eq!(key("دکتر"), "دکتر");
    }

    #[test]
    fn a_surname_is_one_word_however_it_is_written() {
        let full = |written: &str| Name::read(Lexicon::builtin(), written).is_some_and(|n| n.is_full());
        assert!(full("رحیم نیک پور") && full("جواد بهرامی"));
        assert!(!full("دکتر نیک‌پور") && !full("آقای نیک پور") && !full("سید بهرامی"));
    }

    #[test]
    fn ends_are_shorter_names() {
        let name = Name::read(Lexicon::builtin(), "محمد جواد بهرامی");
        let ends: Vec<String> = name.iter().flat_map(|n| n.ends().collect::<Vec<_>>()).collect();
        assert_eq!(ends, ["جوادبهرامی", "بهرامی"]);
    }
}
