//! Classes of single words and short phrases (`data/words.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::phrases::{Phrases, Symbol, Symbols};
use super::{LexiconError, fold, key, symbols_of};

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

/// Lists of words that single rules ask for (`[list]` in the data), as bits.
pub mod list {
    /// First nouns of units whose name goes on with the body that they belong to: «دفتر».
    pub const UNIT: u64 = 1;
    /// Nouns that open the long title of a law, treaty or event: «لایحه».
    pub const TITLE: u64 = 1 << 1;
    /// Nouns that belong to the name of the place after them: «استان».
    pub const PLACE_NOUN: u64 = 1 << 2;
    /// Nouns that belong to the name of the body after them: «سازمان».
    pub const BODY_NOUN: u64 = 1 << 3;
    /// Nouns that open a body of their own after «و» or a comma.
    pub const OPENS_BODY: u64 = 1 << 4;
    /// Prepositions that are written to the next or last word.
    pub const PREPOSITION: u64 = 1 << 5;
    /// Words that belong to what follows an office, not to it.
    pub const LOOSE: u64 = 1 << 6;
    /// Nouns of bodies whose name «کشور» closes.
    pub const NATIONAL: u64 = 1 << 7;
    /// Nouns that name no body, also in the plural: «دستگاه».
    pub const NAMELESS: u64 = 1 << 8;
    /// Nouns whose plural names a class of bodies: «شهرداری‌ها».
    pub const CLASS_OF_BODIES: u64 = 1 << 9;
    /// What happens at a venue: «برگزار».
    pub const HELD: u64 = 1 << 10;
    /// Signs of reverence after the name of a saint: «(ع)».
    pub const REVERENCE: u64 = 1 << 11;
    /// The second half of a surname: «پور».
    pub const SURNAME_END: u64 = 1 << 12;
    /// Bodies whose name a place does not go on: «خبرگزاری».
    pub const PLACELESS: u64 = 1 << 13;
    /// Sides of a place: «شمال».
    pub const SIDE: u64 = 1 << 14;
    /// «یک», «هر»: someone of many.
    pub const SOME: u64 = 1 << 15;
    /// Words that are often written to the next one: «ودارایی».
    pub const GLUED_BEFORE: u64 = 1 << 16;
    /// Words that are often written to the one before: «ایراناز».
    pub const GLUED_AFTER: u64 = 1 << 17;
    /// Kinds of bodies that others are parts of.
    pub const OWNER: u64 = 1 << 18;
    /// Verbs and nouns that begin the holding of an office: «منصوب».
    pub const BEGINS: u64 = 1 << 19;
    /// Verbs and nouns that end it: «برکنار».
    pub const ENDS: u64 = 1 << 20;
    /// Words that make an appointment unreal: «نشد», «پیشنهاد».
    pub const UNREAL: u64 = 1 << 21;
    /// Nouns right after which a name is part of a title or no name: «هفته».
    pub const BEFORE_TITLE: u64 = 1 << 22;
    /// Words that say that a body is one of the whole state: «کشورمان».
    pub const STATE: u64 = 1 << 23;
    /// First nouns of names of the press, which are often left out.
    pub const PRESS: u64 = 1 << 24;
    /// What the name of a state begins with: «فدرال».
    pub const COUNTRY_MODIFIER: u64 = 1 << 25;
    /// Bodies in which an office is held «در …»: «نماینده … در مجلس».
    pub const SEAT: u64 = 1 << 26;
    /// Nouns of places that hold another one.
    pub const DISTRICT: u64 = 1 << 27;
    /// Words after which the subject of a clause may stand.
    pub const BEFORE_SUBJECT: u64 = 1 << 28;
    /// Heads of offices that say nothing alone.
    pub const COMMON_HEAD: u64 = 1 << 29;
    /// «مذکور»: named before.
    pub const AFORESAID: u64 = 1 << 30;
    /// Places without a name that close the name of a body.
    pub const WHOLE_PLACE: u64 = 1 << 31;
    /// Words of respect, which no comparison heeds.
    pub const RESPECT: u64 = 1 << 32;
    /// Words that tell no two offices of a document apart.
    pub const WEAK: u64 = 1 << 33;
    /// «سابق» and the like, which do.
    pub const PAST: u64 = 1 << 34;
    /// Words that hold an office's time, not its body: «وقت».
    pub const PASSING: u64 = 1 << 35;
    /// Forms of address that are a part of the name.
    pub const NAME_TITLE: u64 = 1 << 36;

    pub(in crate::lexicon) const NAMES: [(&str, u64); 37] = [
        ("unit", UNIT),
        ("title", TITLE),
        ("place_noun", PLACE_NOUN),
        ("body_noun", BODY_NOUN),
        ("opens_body", OPENS_BODY),
        ("preposition", PREPOSITION),
        ("loose", LOOSE),
        ("national", NATIONAL),
        ("nameless", NAMELESS),
        ("class_of_bodies", CLASS_OF_BODIES),
        ("held", HELD),
        ("reverence", REVERENCE),
        ("surname_end", SURNAME_END),
        ("placeless", PLACELESS),
        ("side", SIDE),
        ("some", SOME),
        ("glued_before", GLUED_BEFORE),
        ("glued_after", GLUED_AFTER),
        ("owner", OWNER),
        ("begins", BEGINS),
        ("ends", ENDS),
        ("unreal", UNREAL),
        ("before_title", BEFORE_TITLE),
        ("state", STATE),
        ("press", PRESS),
        ("country_modifier", COUNTRY_MODIFIER),
        ("seat", SEAT),
        ("district", DISTRICT),
        ("before_subject", BEFORE_SUBJECT),
        ("common_head", COMMON_HEAD),
        ("aforesaid", AFORESAID),
        ("whole_place", WHOLE_PLACE),
        ("respect", RESPECT),
        ("weak", WEAK),
        ("past", PAST),
        ("passing", PASSING),
        ("name_title", NAME_TITLE),
    ];
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
    list: BTreeMap<String, Vec<String>>,
    /// Spellings of a word in an office that count as one.
    variant: BTreeMap<String, String>,
    /// Prepositions with the nouns of fields that demand them.
    bound: BTreeMap<String, Vec<String>>,
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
    /// Bits of [`list`] by symbol.
    lists: Vec<u64>,
    /// The words of [`list::GLUED_BEFORE`] and of [`list::GLUED_AFTER`], folded.
    pub glued: [Vec<String>; 2],
    /// The words of [`list::PRESS`].
    pub press: Vec<String>,
    /// Prepositions with the nouns of fields that demand them: «نظارت بر …».
    pub bound: BTreeMap<String, Vec<String>>,
    /// What a folded word counts as in an office: «جمهوری» as «جمهور».
    pub variants: BTreeMap<String, String>,
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
        for (name, entries) in &file.list {
            let known = list::NAMES.iter().find(|(n, _)| n == name);
            let Some((_, bits)) = known else {
                return Err(LexiconError::Data(format!("there is no list `{name}`")));
            };
            for entry in entries {
                // Signs are no pieces of a phrase.
                let symbol = match symbols_of(entry, symbols)[..] {
                    [only] if !entry.starts_with('(') => only,
                    _ => symbols.intern(entry),
                };
                set(&mut words.lists, symbol, *bits);
                match *bits {
                    list::GLUED_BEFORE => words.glued[0].push(fold(entry).into_owned()),
                    list::PRESS => words.press.push(entry.clone()),
                    list::GLUED_AFTER => words.glued[1].push(fold(entry).into_owned()),
                    _ => {}
                }
            }
        }
        let folded = |(from, to): (&String, &String)| (key(from), key(to));
        words.bound = file.bound;
        words.variants = file.variant.iter().map(folded).collect();
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

    /// Whether a symbol is in one of these lists (bits of [`list`]).
    pub fn listed(&self, symbol: Symbol, bits: u64) -> bool {
        self.lists.get(symbol as usize).is_some_and(|known| known & bits != 0)
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
        set(&mut self.flags, symbol, bits);
    }
}

fn set<T: Copy + Default + std::ops::BitOrAssign>(flags: &mut Vec<T>, symbol: Symbol, bits: T) {
    let index = symbol as usize;
    if flags.len() <= index {
        flags.resize(index + 1, T::default());
    }
    flags[index] |= bits;
}
