//! A rewritten view of a text that knows, for each of its bytes, which bytes of the original it
//! stands for.

use crate::span::ByteSpan;

/// A view of an original text. Spans of one are turned into spans of the other with
/// [`Aligned::to_original`] and [`Aligned::to_view`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aligned {
    text: String,
    /// For every byte of the view, where the original characters it stands for begin and end.
    /// Both rise monotonically.
    starts: Vec<u32>,
    ends: Vec<u32>,
    original_len: usize,
}

impl Aligned {
    /// The text of the view.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The smallest stretch of the original that the view's `span` stands for.
    pub fn to_original(&self, span: ByteSpan) -> ByteSpan {
        if span.is_empty() {
            let at = self.starts.get(span.start).map_or(self.original_len, |&s| s as usize);
            return ByteSpan::new(at, at);
        }
        let start = self.starts.get(span.start).map_or(self.original_len, |&s| s as usize);
        let end = self.ends.get(span.end - 1).map_or(self.original_len, |&e| e as usize);
        ByteSpan::new(start, end)
    }

    /// The smallest stretch of the view that stands for the original's `span`; empty where the
    /// view leaves that stretch out.
    pub fn to_view(&self, span: ByteSpan) -> ByteSpan {
        let start = self.ends.partition_point(|&e| e as usize <= span.start);
        let end = self.starts.partition_point(|&s| (s as usize) < span.end);
        ByteSpan::new(start, end)
    }
}

/// Builds an [`Aligned`] from left to right.
#[derive(Debug, Default)]
pub struct Builder {
    view: Aligned,
}

impl Builder {
    /// A builder with room for a view of `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            view: Aligned {
                text: String::with_capacity(bytes),
                starts: Vec::with_capacity(bytes),
                ends: Vec::with_capacity(bytes),
                original_len: 0,
            },
        }
    }

    /// Appends `text`, standing for `original`. Calls must come in the order of the original.
    pub fn push(&mut self, text: &str, original: ByteSpan) {
        self.view.text.push_str(text);
        self.view.starts.resize(self.view.text.len(), original.start as u32);
        self.view.ends.resize(self.view.text.len(), original.end as u32);
    }

    /// Appends one character, standing for `original`.
    pub fn push_char(&mut self, c: char, original: ByteSpan) {
        self.push(c.encode_utf8(&mut [0; 4]), original);
    }

    /// The view so far.
    pub fn text(&self) -> &str {
        &self.view.text
    }

    /// Ends the view of an original of `original_len` bytes.
    pub fn finish(mut self, original_len: usize) -> Aligned {
        self.view.original_len = original_len;
        self.view
    }
}
