//! A sentence as the rules see it: a row of items. An item is a word, a group of words that make up
//! one verb form, or an actor (a mention, or several that are coordinated), with all that patterns
//! can ask of it.

use std::collections::HashMap;
use std::ops::Range;

use super::actors::Actor;
use crate::document::{Document, MentionType, WordKind};
use crate::lexicon::verbs::{Features, VerbForm, Verbs};
use crate::lexicon::{Quick, whole, whole_in};

/// Number of a known word; 0 is every other word.
pub type Symbol = u32;

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its words, as a range of [`Document::words`].
    pub words: Range<usize>,
    /// The word, where it is one known word.
    pub symbol: Symbol,
    /// Classes of its words, a set of bits.
    pub classes: u64,
    /// Its reading as a verb.
    pub verb: Option<VerbForm>,
    /// Types of the mentions in it, a set of bits.
    pub mentions: u16,
    /// The actor that it is, as an index.
    pub actor: Option<usize>,
    /// Whether it is an actor where a subject may stand: nothing before it governs it.
    pub subject: bool,
    /// Start or end of the sentence.
    pub edge: Edge,
    /// Whether it ends a clause: a sign of punctuation that is no comma.
    pub breaks: bool,
}

impl Item {
    /// Whether it is a verb that can head a clause.
    pub fn is_finite(&self) -> bool {
        self.verb.is_some_and(|v| v.features.has(Features::FINITE))
    }
}

/// The two ends of a sentence are items too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Before the first word.
    Start,
    /// After the last word.
    End,
    /// Between them.
    Inside,
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Known {
    /// Its number.
    pub symbol: Symbol,
    /// Its classes.
    pub classes: u64,
    /// Its reading as a verb.
    pub verb: Option<VerbForm>,
}

/// All words that rules speak of, with numbers.
#[derive(Debug, Default)]
pub struct Vocabulary {
    known: HashMap<String, Known, Quick>,
    classes: Vec<String>,
    verbs: Verbs,
}

impl Vocabulary {
    /// A vocabulary that knows the verbs and no other word.
    pub fn new(verbs: Verbs) -> Self {
        let mut all: Vec<_> = verbs.forms().map(|(w, f)| (w.to_owned(), f)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let mut vocabulary = Self::default();
        for (word, form) in all {
            vocabulary.entry(&word).verb = Some(form);
        }
        vocabulary.verbs = verbs;
        vocabulary
    }

    fn entry(&mut self, folded: &str) -> &mut Known {
        let next = self.known.len() as Symbol + 1;
        self.known.entry(folded.to_owned()).or_insert(Known { symbol: next, classes: 0, verb: None })
    }

    /// The number of a word, new if need be.
    pub fn symbol(&mut self, folded: &str) -> Symbol {
        self.entry(folded).symbol
    }

    /// The bit of a class, new if need be; `None` where there are 64 already.
    pub fn class(&mut self, name: &str) -> Option<u8> {
        if let Some(i) = self.class_bit(name) {
            return Some(i);
        }
        if self.classes.len() == 64 {
            return None;
        }
        self.classes.push(name.to_owned());
        Some(self.classes.len() as u8 - 1)
    }

    /// The bit of a known class.
    pub fn class_bit(&self, name: &str) -> Option<u8> {
        self.classes.iter().position(|c| c == name).map(|i| i as u8)
    }

    /// Puts a word into a class.
    pub fn classify(&mut self, word: &str, class: u8) {
        self.entry(&whole(word)).classes |= 1 << class;
    }

    /// What is known of a folded word.
    pub fn get(&self, folded: &str) -> Known {
        self.known.get(folded).copied().unwrap_or_default()
    }

    /// The verbs.
    pub fn verbs(&self) -> &Verbs {
        &self.verbs
    }

    /// What is known of each word of a range.
    pub fn look_up(&self, document: &Document, words: Range<usize>) -> Vec<Known> {
        let mut buffer = String::new();
        words.map(|i| self.get(whole_in(document.word(i), &mut buffer))).collect()
    }
}

/// The bit of a mention type's name.
pub fn mention_bit(name: &str) -> Option<u16> {
    let all = [
        MentionType::Per,
        MentionType::Role,
        MentionType::Org,
        MentionType::Loc,
        MentionType::Date,
        MentionType::Time,
        MentionType::Money,
        MentionType::Percent,
        MentionType::Event,
    ];
    all.into_iter().find(|t| t.name() == name).map(bit)
}

/// The bit of a mention type.
pub fn bit(kind: MentionType) -> u16 {
    1 << kind as u16
}

/// Signs that end a clause.
fn breaks(sign: &str) -> bool {
    !matches!(sign, "،" | "," | "-" | "–" | "ـ" | "/" | "\"" | "«" | "»" | "(" | ")" | "“" | "”" | "'")
}

/// The items of the words from `first` on, whose readings are `known` and whose actors are `actors`
/// (in order, not overlapping); `free` are the classes of words that govern nothing behind them.
pub fn items(
    document: &Document,
    first: usize,
    known: &[Known],
    actors: &[Actor],
    mentions: &[u16],
    free: u64,
    verbs: &Verbs,
) -> Vec<Item> {
    let readings: Vec<Option<VerbForm>> = known.iter().map(|k| k.verb).collect();
    let blank = Item {
        words: first..first,
        symbol: 0,
        classes: 0,
        verb: None,
        mentions: 0,
        actor: None,
        subject: false,
        edge: Edge::Start,
        breaks: false,
    };
    let mut out = Vec::with_capacity(known.len() + 2);
    out.push(blank.clone());
    let mut end = known.len();
    while end > 0 && is_final_sign(document, first + end - 1) {
        end -= 1;
    }
    let mut at = 0;
    let mut next_actor = 0;
    while at < end {
        while actors.get(next_actor).is_some_and(|a| a.words.start < first + at) {
            next_actor += 1;
        }
        let mut item = Item { edge: Edge::Inside, ..blank.clone() };
        let mut taken = 1;
        if let Some(actor) = actors.get(next_actor).filter(|a| a.words.start == first + at) {
            taken = actor.words.len().clamp(1, end - at);
            item.actor = Some(next_actor);
            item.subject = out.last().is_none_or(|before: &Item| {
                before.edge == Edge::Start
                    || before.verb.is_some_and(|v| v.features.has(Features::FINITE))
                    || before.classes & free != 0 && before.actor.is_none()
                    || before.words.len() == 1
                        && document.words.get(before.words.start).is_some_and(|w| w.kind == WordKind::Sign)
            });
            if taken == 1 {
                item.symbol = known[at].symbol;
            }
            next_actor += 1;
        } else if let Some((form, n)) = verbs.group(&readings[at..end])
            && !(n == 1
                && form.features.has(Features::NOUN)
                && !ends_clause(document, first + at + 1, first + end))
        {
            taken = n;
            item.verb = Some(form);
            if taken == 1 {
                item.symbol = known[at].symbol;
            }
        } else {
            item.symbol = known[at].symbol;
            let is_sign = document.words.get(first + at).is_some_and(|w| w.kind == WordKind::Sign);
            item.breaks = is_sign && breaks(document.word(first + at));
        }
        item.classes = known[at..at + taken].iter().fold(0, |all, k| all | k.classes);
        item.mentions = mentions.iter().skip(at).take(taken).fold(0, |all, m| all | m);
        item.words = first + at..first + at + taken;
        out.push(item);
        at += taken;
    }
    out.push(Item { words: first + end..first + end, edge: Edge::End, ..blank });
    out
}

/// Whether a clause ends before a word.
fn ends_clause(document: &Document, word: usize, end: usize) -> bool {
    word >= end
        || document.words.get(word).is_some_and(|w| w.kind == WordKind::Sign)
        || matches!(document.word(word), "و" | "که" | "تا")
}

fn is_final_sign(document: &Document, word: usize) -> bool {
    document.words.get(word).is_some_and(|w| w.kind == WordKind::Sign)
        && matches!(document.word(word), "." | "!" | "؛" | ";" | "»" | "\"" | "،")
}
