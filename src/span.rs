//! Spans typed by what they count. Inside the library a place in a text is a [`ByteSpan`]; at the
//! border (files, JSON, the command line) it is a [`CharSpan`], in Unicode code points. The two
//! never mix by accident: only a [`CharIndex`] of the same text turns one into the other.

use serde::{Deserialize, Serialize};

/// A half-open range of **bytes** in a UTF-8 text. Both ends lie on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ByteSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A half-open range of **Unicode code points** in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct CharSpan {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

impl ByteSpan {
    /// A span from `start` to `end`; `end` is raised to `start` where it lies before it.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether both spans share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The surface text; empty where the span does not fit the text.
    ///
    /// ```
    /// use dabir::span::ByteSpan;
    /// assert_eq!(ByteSpan::new(0, 4).of("وزیر"), "وز");
    /// assert_eq!(ByteSpan::new(0, 99).of("وزیر"), "");
    /// ```
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// The span without white space, U+00A0 and half-spaces at its ends.
    pub fn trim(self, text: &str) -> Self {
        let blank =
            |c: char| c.is_whitespace() || matches!(c, '\u{200c}' | '\u{200f}' | '\u{200e}' | '\u{feff}');
        let surface = self.of(text);
        let start = self.start + (surface.len() - surface.trim_start_matches(blank).len());
        Self::new(start, start + surface.trim_matches(blank).len())
    }
}

impl CharSpan {
    /// Length in code points.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether both spans share at least one code point.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Translates between bytes and code points of one text, in O(log n) after one pass over it.
#[derive(Debug, Clone)]
pub struct CharIndex {
    /// Byte offset of every 64th code point.
    marks: Vec<usize>,
    chars: usize,
    bytes: usize,
}

const STRIDE: usize = 64;

impl CharIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut chars = 0;
        for (byte, _) in text.char_indices() {
            if chars % STRIDE == 0 {
                marks.push(byte);
            }
            chars += 1;
        }
        Self { marks, chars, bytes: text.len() }
    }

    /// Number of code points in the text.
    pub fn len(&self) -> usize {
        self.chars
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.chars == 0
    }

    /// The code point offset of a byte offset. `text` must be the indexed text; an offset past its
    /// end counts as its end.
    pub fn char_of(&self, text: &str, byte: usize) -> usize {
        if byte >= self.bytes {
            return self.chars;
        }
        let mark = self.marks.partition_point(|&b| b <= byte).saturating_sub(1);
        let from = self.marks.get(mark).copied().unwrap_or(0);
        mark * STRIDE + text[from..].char_indices().take_while(|&(i, _)| from + i < byte).count()
    }

    /// The byte offset of a code point offset; past the end, the length of the text.
    pub fn byte_of(&self, text: &str, char: usize) -> usize {
        if char >= self.chars {
            return self.bytes;
        }
        let from = self.marks.get(char / STRIDE).copied().unwrap_or(0);
        text[from..].char_indices().nth(char % STRIDE).map_or(self.bytes, |(i, _)| from + i)
    }

    /// A byte span as code points.
    pub fn to_chars(&self, text: &str, span: ByteSpan) -> CharSpan {
        CharSpan { start: self.char_of(text, span.start), end: self.char_of(text, span.end) }
    }

    /// A code point span as bytes.
    pub fn to_bytes(&self, text: &str, span: CharSpan) -> ByteSpan {
        ByteSpan::new(self.byte_of(text, span.start), self.byte_of(text, span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_and_code_points_go_both_ways(text in "(?s).{0,300}") {
            let index = CharIndex::new(&text);
            for (n, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(index.char_of(&text, byte), n);
                prop_assert_eq!(index.byte_of(&text, n), byte);
            }
            prop_assert_eq!(index.char_of(&text, text.len()), text.chars().count());
            prop_assert_eq!(index.byte_of(&text, index.len()), text.len());
        }
    }

    #[test]
    fn an_emoji_is_one_code_point() {
        let text = "جلسه 🙂 برگزار شد";
        let index = CharIndex::new(text);
        let at = text.find("برگزار").unwrap_or_default();
        assert_eq!(index.char_of(text, at), 7);
    }

    #[test]
    fn trimming_keeps_the_surface() {
        let text = " \u{200c}وزیر\u{a0} ";
        assert_eq!(ByteSpan::new(0, text.len()).trim(text).of(text), "وزیر");
    }
}
