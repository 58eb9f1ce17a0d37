//! From bytes to documents. One file for each format; the format is recognised from the content.
//! Reading never changes the text: what a format marks up becomes [`crate::document::Block`]s.

mod decode;
mod head;
mod html;
mod inputs;
mod jsonl;
mod minutes;
mod news;
mod table;
mod text;

use std::path::PathBuf;

use crate::document::{Document, Format};

pub use decode::{Encoding, decode};
pub use inputs::{Input, Inputs, Options};

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are no text in the expected encoding.
    #[error("line {line}, byte {byte}: not valid {encoding}; {hint}")]
    Encoding {
        /// Line, from 1.
        line: usize,
        /// Byte offset in the file.
        byte: usize,
        /// The encoding that was tried.
        encoding: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The content does not have the shape of its format.
    #[error("line {line}: {reason}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// There is nothing to read.
    #[error("the document is empty")]
    Empty,
}

/// The format of a text, from its content.
///
/// ```
/// use dabir::{document::Format, read::detect};
/// assert_eq!(detect("{\"id\": \"1\", \"text\": \"سلام\"}"), Format::Jsonl);
/// assert_eq!(detect("جلسه برگزار شد."), Format::Text);
/// ```
pub fn detect(text: &str) -> Format {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let first = start.lines().next().unwrap_or("");
    if first.starts_with('{') && first.contains("\"text\"") {
        Format::Jsonl
    } else if first.matches("###").count() >= 4 {
        Format::News
    } else if html::looks_like(start) {
        Format::Html
    } else if minutes::looks_like(text) {
        Format::Minutes
    } else {
        Format::Text
    }
}

/// Reads one document. `text` has no byte-order mark; for [`Format::Jsonl`] it is one record.
///
/// # Errors
/// [`ReadError::Empty`] where there is no text, [`ReadError::Malformed`] where the content does not
/// have the shape of `format`.
///
/// ```
/// use dabir::{document::Format, read};
/// let document = read::read("a", "خبر\nشورا تشکیل شد.".into(), Format::Text)?;
/// assert_eq!(document.blocks.len(), 2);
/// # Ok::<(), read::ReadError>(())
/// ```
pub fn read(id: &str, text: String, format: Format) -> Result<Document, ReadError> {
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    match format {
        Format::News => news::read(id, text),
        Format::Minutes => minutes::read(id, text),
        Format::Html => html::read(id, &text),
        Format::Text => Ok(text::read(id, text)),
        Format::Jsonl => jsonl::read(id, &text, 1),
    }
}

/// Lines of a text with their byte offsets, without line ends (`\n` or `\r\n`).
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}
