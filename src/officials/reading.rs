//! A document as the grammar reads it: words cut into pieces with their symbols and classes, and the
//! mentions that begin or lie at each piece.

use std::ops::Range;

use crate::document::{Document, MentionType, WordKind};
use crate::lexicon::{Entry, Lexicon, class, fold, list};
use crate::span::ByteSpan;

/// A word, or a part of a word between half-spaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Its symbol in the lexicon; 0 where it is unknown.
    pub symbol: u32,
    /// Bits of [`class`].
    pub flags: u32,
    /// Place in the original.
    pub span: ByteSpan,
    /// Place in the normalized view.
    pub view: ByteSpan,
}

/// A mention as a range of pieces.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub kind: MentionType,
    pub pieces: Range<usize>,
    /// Index into [`Document::mentions`], or the place in the list that it came from.
    pub mention: usize,
}

/// A document cut into pieces.
pub(super) struct Reading<'a> {
    pub document: &'a Document,
    pub lexicon: &'a Lexicon,
    pub pieces: Vec<Piece>,
    /// The pieces of each sentence.
    pub sentences: Vec<Range<usize>>,
    /// Places of mentions, by start, the longer first.
    pub places: Vec<Place>,
    /// For each piece, the index of the first place at it plus one; 0 for none.
    starts: Vec<u32>,
    /// For each piece, whether it lies inside the name of a person.
    named: Vec<bool>,
}

impl<'a> Reading<'a> {
    /// Reads the words of a document, without its mentions.
    pub fn new(document: &'a Document, lexicon: &'a Lexicon) -> Self {
        let mut pieces = Vec::with_capacity(document.words.len() + document.words.len() / 4);
        let mut sentences = Vec::with_capacity(document.sentences.len());
        for sentence in &document.sentences {
            let from = pieces.len();
            for word in sentence.words.clone() {
                cut(document, lexicon, word, &mut pieces);
            }
            sentences.push(from..pieces.len());
        }
        let starts = vec![0; pieces.len()];
        let named = vec![false; pieces.len()];
        Self { document, lexicon, pieces, sentences, places: Vec::new(), starts, named }
    }

    /// Lays the mentions of these types over the pieces.
    pub fn lay(&mut self, mentions: impl Iterator<Item = (usize, MentionType, ByteSpan)>) {
        self.places.clear();
        self.starts.fill(0);
        self.named.fill(false);
        for (mention, kind, span) in mentions {
            let pieces = self.pieces_in(span);
            if !pieces.is_empty() {
                self.places.push(Place { kind, pieces, mention });
            }
        }
        self.places.sort_by_key(|p| (p.pieces.start, usize::MAX - p.pieces.end, p.kind));
        for (index, place) in self.places.iter().enumerate() {
            let start = &mut self.starts[place.pieces.start];
            if *start == 0 {
                *start = index as u32 + 1;
            }
            if place.kind == MentionType::Per {
                self.named[place.pieces.clone()].fill(true);
            }
        }
    }

    /// The pieces that share a byte with `span` of the original.
    pub fn pieces_in(&self, span: ByteSpan) -> Range<usize> {
        let from = self.pieces.partition_point(|p| p.span.end <= span.start);
        let to = self.pieces.partition_point(|p| p.span.start < span.end);
        from..to.max(from)
    }

    /// The place in the original that a range of pieces covers.
    pub fn span(&self, pieces: Range<usize>) -> ByteSpan {
        match self.pieces.get(pieces).map(|p| (p.first(), p.last())) {
            Some((Some(first), Some(last))) => first.span.cover(last.span),
            _ => ByteSpan::default(),
        }
    }

    /// The normalized text of a range of pieces, its white space made single.
    pub fn text(&self, pieces: Range<usize>) -> String {
        let Some((Some(first), Some(last))) = self.pieces.get(pieces).map(|p| (p.first(), p.last())) else {
            return String::new();
        };
        let text = first.view.cover(last.view).of(self.document.view.text());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return text;
        }
        // Digits stay as they are written: «منطقه ۱۵».
        let surface = self.document.surface(first.span.cover(last.span));
        let mut digits = surface.chars().filter(|c| c.is_numeric());
        text.chars().map(|c| if c.is_ascii_digit() { digits.next().unwrap_or(c) } else { c }).collect()
    }

    /// The class bits of a piece; a sign's where there is none.
    pub fn flags(&self, piece: usize) -> u32 {
        self.pieces.get(piece).map_or(class::SIGN, |p| p.flags)
    }

    /// Whether a piece has one of these bits.
    pub fn is(&self, piece: usize, bits: u32) -> bool {
        self.flags(piece) & bits != 0
    }

    /// Whether a piece is in one of these lists (bits of [`list`]).
    pub fn listed(&self, piece: usize, bits: u64) -> bool {
        self.pieces.get(piece).is_some_and(|p| self.lexicon.words.listed(p.symbol, bits))
    }

    /// Whether two neighbouring pieces were written as one word.
    pub fn glued(&self, piece: usize) -> bool {
        match (self.pieces.get(piece.wrapping_sub(1)), self.pieces.get(piece)) {
            (Some(left), Some(right)) => left.span.end == right.span.start,
            _ => false,
        }
    }

    /// Whether a piece names a class of bodies: «شهرداری‌ها». The piece after it.
    pub fn class_of_bodies(&self, piece: usize, limit: usize) -> Option<usize> {
        if self.listed(piece, list::CLASS_OF_BODIES) {
            return (piece + 1 < limit && self.piece(piece + 1) == "ها").then_some(piece + 2);
        }
        let stem = self.piece(piece).strip_suffix("ها")?;
        let symbol = self.lexicon.symbols.get(&fold(stem));
        self.lexicon.words.listed(symbol, list::CLASS_OF_BODIES).then_some(piece + 1)
    }

    /// The normalized text of one piece.
    pub fn piece(&self, piece: usize) -> &str {
        self.pieces.get(piece).map_or("", |p| p.view.of(self.document.view.text()))
    }

    /// The symbols from `piece` on, up to `limit`.
    pub fn symbols(&self, piece: usize, limit: usize) -> impl Iterator<Item = u32> + '_ {
        self.pieces.get(piece..limit.max(piece)).unwrap_or(&[]).iter().map(|p| p.symbol)
    }

    /// The symbols from `piece` on without commas: names are listed without them.
    fn spoken(&self, piece: usize, limit: usize) -> impl Iterator<Item = u32> + '_ {
        let pieces = self.pieces.get(piece..limit.max(piece)).unwrap_or(&[]);
        pieces
            .iter()
            .enumerate()
            .filter(|(i, p)| *i == 0 || p.flags & class::COMMA == 0)
            .map(|(_, p)| p.symbol)
    }

    /// Where `length` spoken pieces from `piece` on end.
    fn end_of(&self, piece: usize, length: usize) -> usize {
        let mut left = length;
        let mut end = piece;
        while left > 0 && end < self.pieces.len() {
            if end == piece || !self.is(end, class::COMMA) {
                left -= 1;
            }
            end += 1;
        }
        end
    }

    /// The listed name that begins at a piece: its end and entry.
    pub fn entry(&self, piece: usize, limit: usize) -> Option<(usize, &'a Entry)> {
        if self.pieces.get(piece)?.symbol == 0 {
            return None;
        }
        let (length, entry) = self.lexicon.entries.at(self.spoken(piece, limit))?;
        Some((self.end_of(piece, length), entry))
    }

    /// The department («بهداشت، درمان و آموزش پزشکی») that begins at a piece.
    pub fn department(&self, piece: usize, limit: usize) -> Option<(usize, &'a Entry)> {
        let (length, entry) = self.lexicon.entries.department_at(self.spoken(piece, limit))?;
        Some((self.end_of(piece, length), entry))
    }

    /// The end of the form of address that begins at a piece.
    pub fn honorific(&self, piece: usize, limit: usize) -> Option<usize> {
        let (length, _) = self.lexicon.words.honorifics.longest(self.symbols(piece, limit))?;
        Some(piece + length)
    }

    /// The outermost mention that begins at a piece.
    pub fn place_at(&self, piece: usize) -> Option<&Place> {
        let start = *self.starts.get(piece)? as usize;
        self.places.get(start.checked_sub(1)?)
    }

    /// The places that begin at a piece, by their index, the longer first.
    pub fn places_at(&self, piece: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.starts.get(piece).map_or(0, |&start| start as usize);
        let all = first.checked_sub(1).map_or(0..0, |first| first..self.places.len());
        all.take_while(move |&i| self.places[i].pieces.start == piece)
    }

    /// The places that lie in a range of pieces, by their index.
    pub fn places_in(&self, pieces: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let first = self.places.partition_point(|p| p.pieces.start < pieces.start);
        let here = (first..self.places.len()).take_while(move |&i| self.places[i].pieces.start < pieces.end);
        here.filter(move |&i| self.places[i].pieces.end <= pieces.end)
    }

    /// Whether a piece lies in the name of a person.
    pub fn in_person(&self, piece: usize) -> bool {
        self.named.get(piece).copied().unwrap_or(false)
    }

    /// The sentence of a piece.
    pub fn sentence_of(&self, piece: usize) -> usize {
        self.sentences.partition_point(|s| s.end <= piece)
    }
}

fn cut(document: &Document, lexicon: &Lexicon, word: usize, pieces: &mut Vec<Piece>) {
    let Some(found) = document.words.get(word) else { return };
    let text = document.word(word);
    match found.kind {
        WordKind::Letters => {
            let mut at = found.view.start;
            for part in text.split('\u{200c}') {
                let view = ByteSpan::new(at, at + part.len());
                at = view.end + '\u{200c}'.len_utf8();
                if part.is_empty() {
                    continue;
                }
                let span =
                    if part.len() == text.len() { found.span } else { document.view.to_original(view) };
                let folded = fold(part);
                let symbol = lexicon.symbols.get(&folded);
                let mut flags = lexicon.words.of(symbol);
                if symbol == 0 {
                    if let Some(at) = joint(part, lexicon) {
                        for (from, to) in [(0, at), (at, part.len())] {
                            let view = ByteSpan::new(view.start + from, view.start + to);
                            let symbol = lexicon.symbols.get(&fold(&part[from..to]));
                            let flags = lexicon.words.of(symbol);
                            pieces.push(Piece { symbol, flags, span: document.view.to_original(view), view });
                        }
                        continue;
                    }
                    flags = plural_flags(&folded, lexicon) | class::UNKNOWN;
                }
                pieces.push(Piece { symbol, flags, span, view });
            }
        }
        kind => {
            let folded = fold(text);
            let symbol = lexicon.symbols.get(&folded);
            let extra = if kind == WordKind::Sign { class::SIGN } else { class::NUMBER };
            let flags = lexicon.words.of(symbol) | extra;
            pieces.push(Piece { symbol, flags, span: found.span, view: found.view });
        }
    }
}

/// Where two words were written as one, «وزیرکشور», «ودارایی», «مخدراز»: a word that is often written to
/// the next or the last one, beside a word that offices, bodies and places are made of.
fn joint(part: &str, lexicon: &Lexicon) -> Option<usize> {
    let [before, after] = &lexicon.words.glued;
    let known = |rest: &str| {
        let symbol = lexicon.symbols.get(&fold(rest));
        let flags = lexicon.words.of(symbol);
        let named = || lexicon.entries.exact(&[symbol]).is_some_and(|e| !e.needs_head);
        symbol != 0
            && (flags & (class::FIELD | class::BODY_HEAD) != 0
                || lexicon.roles.at([symbol]).is_some()
                || named())
    };
    // Folding a letter never changes its length in bytes.
    let begins = before.iter().find_map(|first| {
        let rest = part.get(first.len()..).filter(|rest| rest.len() > 5)?;
        (fold(&part[..first.len()]) == first.as_str() && known(rest)).then_some(first.len())
    });
    begins.or_else(|| {
        after.iter().find_map(|last| {
            // «پرواز» is no «پرو» with «از».
            let rest = part.strip_suffix(last.as_str()).filter(|rest| rest.len() > 7)?;
            (lexicon.symbols.get(&fold(rest)) != 0).then_some(rest.len())
        })
    })
}

/// The classes of a plural written in one word, «دستگاهها», by its singular.
fn plural_flags(piece: &str, lexicon: &Lexicon) -> u32 {
    const KEPT: u32 =
        class::FIELD | class::GENERIC_BODY | class::GENERIC_PLACE | class::PLACE_HEAD | class::BODY_HEAD;
    let stem = piece.strip_suffix("های").or_else(|| piece.strip_suffix("ها"));
    stem.map_or(0, |stem| lexicon.words.of(lexicon.symbols.get(stem)) & KEPT)
}
