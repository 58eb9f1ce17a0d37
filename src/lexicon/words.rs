//! Classes of single words and short phrases (`data/words.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::phrases::{Phrases, Symbol, Symbols};
use super::{LexiconError, symbols_of};

/// Classes that a piece can have, as bits.
pub mod class {
    /// Part of the complement of an office that says nothing about its field: «محترم», «سابق».
    pub const MODIFIER: u32 = 1;
    /// A field of work: «امور», «اقتصادی».
    pub const FIELD: u32 = 1 << 1;
    /// Never inside an office: prepositions, verbs, pronouns.
    pub const STOP: u32 = 1 << 2;
    /// A body without a name of its own: «سازمان».
    pub const GENERIC_BODY: u32 = 1 << 3;
    /// A noun before the name of a place: «شهرستان».
    pub const PLACE_HEAD: u32 = 1 << 4;
    /// A place without a name: «کشور».
    pub const GENERIC_PLACE: u32 = 1 << 5;
    /// The first noun of the name of a body: «وزارت».
    pub const BODY_HEAD: u32 = 1 << 6;
    /// «این», «آن», «همین».
    pub const DEMONSTRATIVE: u32 = 1 << 7;
    /// «و».
    pub const AND: u32 = 1 << 8;
    /// «،».
    pub const COMMA: u32 = 1 << 9;
    /// Any other sign.
    pub const SIGN: u32 = 1 << 10;
    /// «در».
    pub const IN: u32 = 1 << 11;
    /// «ها», «های» as a piece of its own.
    pub const PLURAL: u32 = 1 << 12;
    /// «وی», «ایشان», «نامبرده».
    pub const PERSON: u32 = 1 << 13;
    /// An adjective of a field: «اقتصادی».
    pub const ADJECTIVE: u32 = 1 << 14;
    /// «سابق», «پیشین».
    pub const FORMER: u32 = 1 << 15;
    /// A number.
    pub const NUMBER: u32 = 1 << 16;
    /// «مردم».
    pub const PEOPLE: u32 = 1 << 17;
    /// Letters that no list knows.
    pub const UNKNOWN: u32 = 1 << 18;
    /// A modifier after which an office ends: «مربوطه».
    pub const CLOSING: u32 = 1 << 19;
    /// Says how or when an office is held, not which: «محترم», «سابق», «جدید».
    pub const STATUS: u32 = 1 << 20;
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    honorific: Vec<String>,
    modifier: Vec<String>,
    former: Vec<String>,
    status: Vec<String>,
    closing: Vec<String>,
    field_noun: Vec<String>,
    field_adj: Vec<String>,
    generic_body: Vec<String>,
    place_head: Vec<String>,
    generic_place: Vec<String>,
    body_head: BTreeMap<String, Vec<String>>,
    stop: Stop,
    speech: Speech,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stop {
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Speech {
    says: Vec<String>,
    announces: Vec<String>,
    leads: Vec<String>,
    sources: Vec<String>,
    appoints: Vec<String>,
    as_office: Vec<String>,
}

/// What a phrase of speech or appointment does for linking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// Its subject speaks: «گفت», «اظهار کرد».
    Says,
    /// Its subject acts or speaks: «خبر داد», «با اشاره به».
    Announces,
    /// An adverbial before the subject: «در ادامه», «امروز».
    Leads,
    /// Names a source of the text: «به گزارش», «به نقل از».
    Sources,
    /// «منصوب», «انتخاب»: someone gets an office.
    Appoints,
    /// «به عنوان», «به سمت»: the office follows.
    AsOffice,
}

/// The compiled word classes.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Bits of [`class`] by symbol.
    pub flags: Vec<u32>,
    /// Forms of address.
    pub honorifics: Phrases,
    /// Phrases of fields, places and bodies; the value holds bits of [`class`].
    pub fields: Phrases,
    /// First nouns of bodies; the value is an index into [`Words::kinds`].
    pub body_heads: Phrases,
    /// Kinds of bodies.
    pub kinds: Vec<String>,
    /// Phrases of speech and appointment; the value is the number of a [`Cue`].
    pub cues: Phrases,
}

const CUES: [Cue; 6] = [Cue::Says, Cue::Announces, Cue::Leads, Cue::Sources, Cue::Appoints, Cue::AsOffice];

impl Words {
    /// Compiles the classes of a TOML text.
    pub(super) fn compile(text: &str, symbols: &mut Symbols) -> Result<Self, LexiconError> {
        let file: File = toml::from_str(text).map_err(|e| LexiconError::Data(e.to_string()))?;
        let mut words = Self::default();
        let classed: [(&[String], u32); 10] = [
            (&file.modifier, class::MODIFIER),
            (&file.former, class::FORMER | class::STATUS),
            (&file.status, class::STATUS),
            (&file.closing, class::CLOSING | class::MODIFIER),
            (&file.field_noun, class::FIELD),
            (&file.field_adj, class::FIELD | class::ADJECTIVE),
            (&file.generic_body, class::GENERIC_BODY),
            (&file.place_head, class::PLACE_HEAD),
            (&file.generic_place, class::GENERIC_PLACE),
            (&file.stop.words, class::STOP),
        ];
        for (list, bits) in classed {
            for entry in list {
                words.classify(&symbols_of(entry, symbols), bits);
            }
        }
        for entry in &file.honorific {
            words.honorifics.insert(&symbols_of(entry, symbols), 0);
        }
        for (kind, heads) in &file.body_head {
            let number = words.kinds.len() as u32;
            words.kinds.push(kind.clone());
            for head in heads {
                let phrase = symbols_of(head, symbols);
                words.body_heads.insert(&phrase, number);
                if let [only] = phrase[..] {
                    words.add(only, class::BODY_HEAD);
                }
            }
        }
        let speech = &file.speech;
        let cues = [
            &speech.says,
            &speech.announces,
            &speech.leads,
            &speech.sources,
            &speech.appoints,
            &speech.as_office,
        ];
        for (number, list) in cues.into_iter().enumerate() {
            for entry in list {
                words.cues.insert(&symbols_of(entry, symbols), number as u32);
            }
        }
        for (sign, bits) in [
            ("و", class::AND),
            ("،", class::COMMA | class::SIGN),
            (",", class::COMMA | class::SIGN),
            ("این", class::DEMONSTRATIVE),
            ("آن", class::DEMONSTRATIVE),
            ("همین", class::DEMONSTRATIVE),
            ("همان", class::DEMONSTRATIVE),
            ("در", class::IN),
            ("مردم", class::PEOPLE),
            ("ها", class::PLURAL),
            ("های", class::PLURAL),
            ("وی", class::PERSON),
            ("ایشان", class::PERSON),
            ("نامبرده", class::PERSON),
            ("او", class::PERSON),
        ] {
            let symbol = symbols.intern(sign);
            words.add(symbol, bits);
        }
        Ok(words)
    }

    /// The class bits of a symbol.
    pub fn of(&self, symbol: Symbol) -> u32 {
        self.flags.get(symbol as usize).copied().unwrap_or(0)
    }

    /// The longest cue at the start of `symbols`.
    pub fn cue(&self, symbols: impl IntoIterator<Item = Symbol>) -> Option<(usize, Cue)> {
        let (length, number) = self.cues.longest(symbols)?;
        CUES.get(number as usize).map(|&cue| (length, cue))
    }

    fn classify(&mut self, phrase: &[Symbol], bits: u32) {
        match *phrase {
            [only] => self.add(only, bits),
            _ => self.fields.insert(phrase, bits),
        }
    }

    fn add(&mut self, symbol: Symbol, bits: u32) {
        let index = symbol as usize;
        if self.flags.len() <= index {
            self.flags.resize(index + 1, 0);
        }
        self.flags[index] |= bits;
    }
}
