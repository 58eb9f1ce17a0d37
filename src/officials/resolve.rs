//! Whom «وی», «این سازمان» and a quotation without a subject stand for, for the stages that need a
//! doer or an issuer.

use super::reading::Reading;
use super::subject::subjects;
use crate::document::{BlockKind, Document, Entity, MentionType};
use crate::lexicon::{Lexicon, class, fold, list, pieces};
use crate::span::ByteSpan;

/// The speaker of each sentence of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speakers {
    of: Vec<Option<Entity>>,
}

impl Speakers {
    /// Finds the speakers of a document whose officials are known. A sentence without a subject of
    /// its own, or with «وی», goes on with the speaker before it.
    pub fn of(document: &Document) -> Self {
        Self::with_lexicon(document, Lexicon::builtin())
    }

    /// [`Speakers::of`] with the lexicon that the officials were found with.
    pub fn with_lexicon(document: &Document, lexicon: &Lexicon) -> Self {
        let mut reading = Reading::new(document, lexicon);
        reading.lay(document.mentions.iter().enumerate().map(|(i, m)| (i, m.kind, m.span)));
        let mut current = None;
        let mut of = Vec::with_capacity(document.sentences.len());
        for (sentence, subject) in subjects(&reading).into_iter().enumerate() {
            if !spoken(document, sentence) {
                current = None;
                of.push(None);
                continue;
            }
            let named = subject.place.map(|p| document.mentions[reading.places[p].mention].entity);
            match named {
                Some(entity) if subject.speaks => current = entity,
                None if !subject.pronoun => {
                    if let Some(body) = speaking_body(&reading, sentence) {
                        current = Some(body);
                    }
                }
                _ => {}
            }
            of.push(current);
        }
        Self { of }
    }

    /// The speaker of a sentence, by its index.
    pub fn at(&self, sentence: usize) -> Option<Entity> {
        self.of.get(sentence).copied().flatten()
    }
}

/// Whether a sentence stands in running text: cells and fields of a form have no speaker.
fn spoken(document: &Document, sentence: usize) -> bool {
    let block = document.sentences.get(sentence).and_then(|s| document.blocks.get(s.block));
    !block.is_some_and(|b| {
        matches!(b.kind, BlockKind::Cell | BlockKind::Field | BlockKind::TableHeader | BlockKind::Agenda)
    })
}

/// The body that opens a sentence and announces something in it: «سازمان … اعلام کرد».
fn speaking_body(reading: &Reading, sentence: usize) -> Option<Entity> {
    let range = reading.sentences.get(sentence)?;
    let place = reading.place_at(range.start).filter(|p| p.kind == MentionType::Org)?;
    let cue = (place.pieces.end..range.end)
        .any(|p| reading.lexicon.words.cue(reading.symbols(p, range.end)).is_some());
    cue.then(|| reading.document.mentions[place.mention].entity).flatten()
}

/// The speaker of one sentence. For many sentences make [`Speakers`] once.
pub fn speaker_at(document: &Document, sentence: usize) -> Option<Entity> {
    Speakers::of(document).at(sentence)
}

/// The record that a stretch of the text stands for: its own mention's; the speaker's for «وی» and
/// «ایشان»; for «این سازمان» and «سازمان مذکور» the latest body before it whose name has that noun.
pub fn resolve(document: &Document, span: ByteSpan) -> Option<Entity> {
    resolve_with_lexicon(document, span, Lexicon::builtin())
}

/// [`resolve`] with the lexicon that the officials were found with.
pub fn resolve_with_lexicon(document: &Document, span: ByteSpan, lexicon: &Lexicon) -> Option<Entity> {
    let own = document.mentions.iter().filter(|m| m.span == span).find_map(|m| m.entity);
    if own.is_some() {
        return own;
    }
    let text = document.normalized(span);
    let words: Vec<_> = pieces(text).collect();
    let flags = |word: &str| lexicon.words.of(lexicon.symbols.get(word));
    match words.as_slice() {
        [only] if flags(only) & class::PERSON != 0 => {
            let sentence = document.sentence_at(span.start)?;
            person_before(document, span.start, sentence, lexicon)
        }
        [this, noun, ..] if flags(this) & class::DEMONSTRATIVE != 0 => {
            body_before(document, span.start, noun)
        }
        [noun, that] if lexicon.words.listed(lexicon.symbols.get(that), list::AFORESAID) => {
            body_before(document, span.start, noun)
        }
        _ => None,
    }
}

/// The person whom a pronoun in `sentence` stands for: the speaker, else the latest one named.
fn person_before(document: &Document, byte: usize, sentence: usize, lexicon: &Lexicon) -> Option<Entity> {
    let speakers = Speakers::with_lexicon(document, lexicon);
    let speaker = speakers.at(sentence).filter(|e| matches!(e, Entity::Official(_)));
    speaker.or_else(|| {
        let before = document.mentions.iter().rev().filter(|m| m.span.end <= byte);
        before.filter_map(|m| m.entity).find(|e| matches!(e, Entity::Official(_)))
    })
}

fn body_before(document: &Document, byte: usize, noun: &str) -> Option<Entity> {
    let noun = fold(noun);
    let before = document.mentions.iter().rev().filter(|m| m.span.end <= byte && m.kind == MentionType::Org);
    before.filter(|m| pieces(document.normalized(m.span)).any(|p| p == noun)).find_map(|m| m.entity)
}
