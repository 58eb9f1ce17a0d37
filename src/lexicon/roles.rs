//! Head nouns of offices (`data/roles.toml`).

use serde::Deserialize;

use super::phrases::{Phrases, Symbols};
use super::{LexiconError, symbols_of};

/// When a head noun makes an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    /// Alone or with a complement.
    Office,
    /// Only with a complement.
    Titled,
    /// Only with a named body or a constituency.
    Member,
    /// Only with a named body, and no post of its own.
    Staff,
    /// A full title without complement.
    Whole,
}

/// How many hold an office at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// One in the state, or one in the place that the text is about: «رئیس جمهور», «استاندار».
    Sole,
    /// One in each body: «وزیر», «رئیس».
    #[default]
    Head,
    /// Many: «عضو», «معاون».
    Rank,
}

/// What the complement of a head may hold, as bits.
pub mod takes {
    /// Fields of work.
    pub const FIELD: u8 = 1;
    /// A place.
    pub const PLACE: u8 = 1 << 1;
    /// A country.
    pub const COUNTRY: u8 = 1 << 2;
    /// A body.
    pub const BODY: u8 = 1 << 3;
    /// «مردم …».
    pub const PEOPLE: u8 = 1 << 4;
    /// Another office: «معاون وزیر».
    pub const OFFICE: u8 = 1 << 5;
    /// «در …»: «نماینده … در مجلس».
    pub const WITHIN: u8 = 1 << 6;
    /// «دانشگاه» without a name.
    pub const UNIVERSITY: u8 = 1 << 7;
}

/// A head noun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// When it makes an office.
    pub usage: Use,
    /// Bits of [`takes`].
    pub takes: u8,
    /// Noun of the body that the office heads.
    pub body: Option<String>,
    /// How many hold it.
    pub rank: Rank,
    /// The one office that all forms name.
    pub one: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    head: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    forms: Vec<String>,
    #[serde(default)]
    plural: Vec<String>,
    #[serde(rename = "use")]
    usage: Use,
    takes: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    rank: Rank,
    one: Option<String>,
}

/// The compiled heads.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    heads: Vec<Head>,
    /// Value: index of the head times two, plus one for a plural form.
    forms: Phrases,
}

/// A head found in a text.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Number of pieces.
    pub length: usize,
    /// The head.
    pub head: &'a Head,
    /// Whether the form is a plural.
    pub plural: bool,
}

impl Roles {
    /// Compiles the heads of a TOML text.
    pub(super) fn compile(text: &str, symbols: &mut Symbols) -> Result<Self, LexiconError> {
        let file: File = toml::from_str(text).map_err(|e| LexiconError::Data(e.to_string()))?;
        let mut roles = Self::default();
        for entry in file.head {
            let number = roles.heads.len() as u32;
            let mut bits = 0;
            for word in &entry.takes {
                bits |=
                    bit(word).ok_or_else(|| LexiconError::Data(format!("an office cannot take `{word}`")))?;
            }
            for (list, plural) in [(&entry.forms, 0), (&entry.plural, 1)] {
                for form in list {
                    roles.forms.insert(&symbols_of(form, symbols), number * 2 + plural);
                }
            }
            roles.heads.push(Head {
                usage: entry.usage,
                takes: bits,
                body: entry.body,
                rank: entry.rank,
                one: entry.one,
            });
        }
        Ok(roles)
    }

    /// The longest head at the start of `symbols`.
    pub fn at(&self, symbols: impl IntoIterator<Item = u32>) -> Option<Found<'_>> {
        let (length, value) = self.forms.longest(symbols)?;
        let head = self.heads.get(value as usize / 2)?;
        Some(Found { length, head, plural: value % 2 == 1 })
    }
}

fn bit(word: &str) -> Option<u8> {
    Some(match word {
        "field" => takes::FIELD,
        "place" => takes::PLACE,
        "country" => takes::COUNTRY,
        "body" => takes::BODY,
        "people" => takes::PEOPLE,
        "office" => takes::OFFICE,
        "within" => takes::WITHIN,
        "university" => takes::UNIVERSITY,
        _ => return None,
    })
}
