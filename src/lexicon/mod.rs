//! What the project knows about Persian offices, bodies and places, as data compiled once. The
//! lists are written from public knowledge; a user adds their own with [`Lexicon::extend_from`].

mod entries;
mod fold;
mod phrases;
mod roles;
#[cfg(test)]
mod tests;
pub mod verbs;
mod words;

use std::path::Path;
use std::sync::LazyLock;

pub use entries::{Entries, Entry};
pub use fold::{fold, key, pieces, whole, whole_in, whole_into};
pub use phrases::{Phrases, Quick, Symbol, Symbols};
pub use roles::{Found, Head, Rank, Roles, Use, takes};
pub use words::{Cue, Words, class, list};

/// Why a lexicon could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// The file cannot be read.
    #[error("cannot read the lexicon {file}: {cause}")]
    Read {
        /// The file.
        file: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A line is not an entry.
    #[error("{file}, line {line}: {reason}; expected TYPE<tab>kind<tab>name<tab>other|names<tab>note")]
    Line {
        /// The file.
        file: String,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The data that come with the project do not compile.
    #[error("lexicon data: {0}")]
    Data(String),
}

/// All lists, compiled.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Pieces that any list knows.
    pub symbols: Symbols,
    /// Word classes.
    pub words: Words,
    /// Head nouns of offices.
    pub roles: Roles,
    /// Names.
    pub entries: Entries,
}

#[allow(clippy::expect_used, reason = "data inside the binary, compiled by every test")]
static BUILTIN: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::compile().expect("the lexicon's own data are well-formed"));

impl Lexicon {
    /// The lists that come with the project.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn compile() -> Result<Self, LexiconError> {
        let mut lexicon = Self::default();
        let symbols = &mut lexicon.symbols;
        lexicon.words = Words::compile(include_str!("data/words.toml"), symbols)?;
        lexicon.roles = Roles::compile(include_str!("data/roles.toml"), symbols)?;
        for (name, text) in [
            ("organizations.tsv", include_str!("data/organizations.tsv")),
            ("places.tsv", include_str!("data/places.tsv")),
        ] {
            lexicon.entries.add(text, name, false, symbols)?;
        }
        Ok(lexicon)
    }

    /// Adds the entries of a file in the format of [`Entries`]; gives back how many there were. Names
    /// that are known already keep their first meaning.
    ///
    /// # Errors
    /// Where the file cannot be read or a line of it is not an entry.
    pub fn extend_from(&mut self, path: &Path) -> Result<usize, LexiconError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| LexiconError::Read { file: file.clone(), cause })?;
        self.entries.add(text.trim_start_matches('\u{feff}'), &file, true, &mut self.symbols)
    }

    /// The symbols of a text's pieces; 0 for unknown ones.
    pub fn symbols_of(&self, text: &str) -> Vec<Symbol> {
        pieces(text).map(|p| self.symbols.get(&p)).collect()
    }

    /// The entry whose name or other name is exactly `text`.
    pub fn named(&self, text: &str) -> Option<&Entry> {
        self.entries.exact(&self.symbols_of(text))
    }

    /// The kind of a body by its name, or by the first noun of its name.
    pub fn kind_of_body(&self, name: &str) -> Option<&str> {
        let symbols = self.symbols_of(name);
        let known = self.entries.exact(&symbols).and_then(|e| e.class.as_deref());
        known.or_else(|| {
            let (_, kind) = self.words.body_heads.longest(symbols.iter().copied())?;
            self.words.kinds.get(kind as usize).map(String::as_str)
        })
    }
}

/// The symbols of a phrase in a list, new ones where needed.
fn symbols_of(phrase: &str, symbols: &mut Symbols) -> Vec<Symbol> {
    pieces(phrase).map(|p| symbols.intern(&p)).collect()
}
