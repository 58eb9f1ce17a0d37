//! Annotation tools: what was found goes out to be corrected by hand, and comes back as `dabir/1`.
//!
//! Every such tool knows spans with a label and relations between spans. So a record is first turned
//! into [`Layers`], once for all formats, and each format only writes and reads these; what does not
//! fit a label is a note on a span. Offsets are code points here; a format that counts otherwise turns
//! them over at its own border.

pub mod brat;
pub mod cas;
pub mod conll;
pub mod doccano;
pub mod labelstudio;
mod lay;
pub mod load;
mod restore;
#[cfg(test)]
mod tests;
mod tokens;
pub mod units;
pub mod webanno;

pub(crate) use restore::class_of;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::document::Format;
use crate::record::{BlockRecord, MetaRecord};

/// A text with its layers.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Identifier.
    pub id: String,
    /// Format that the text was read from.
    pub format: Format,
    /// What is known besides the text.
    pub meta: MetaRecord,
    /// Stretches with a function.
    pub blocks: Vec<BlockRecord>,
    /// The text.
    pub text: String,
    /// What is said about it.
    pub layers: Layers,
}

/// Spans and relations between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layers {
    /// Spans.
    pub spans: Vec<Span>,
    /// Relations.
    pub relations: Vec<Relation>,
}

/// A stretch of the text with a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// A type of mention, a class of sentence, or one of [`label`].
    pub label: String,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What else is known about it: names of [`note`] with their values.
    pub notes: BTreeMap<String, String>,
}

/// A directed relation between two spans, by their places in [`Layers::spans`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// One of [`relation`].
    pub label: String,
    /// From this span …
    pub from: usize,
    /// … to this one.
    pub to: usize,
}

/// Labels of spans that are neither mentions nor classes.
pub mod label {
    /// A sentence without a class.
    pub const SENTENCE: &str = "sentence";
    /// What is to be done.
    pub const ACT: &str = "ACT";
    /// The words that make it a task.
    pub const TRIGGER: &str = "TRIGGER";
    /// By when.
    pub const DEADLINE: &str = "DEADLINE";
    /// Someone with a part in a task that is no mention.
    pub const ACTOR: &str = "ACTOR";
    /// The words that tell that an office was taken up.
    pub const SINCE: &str = "SINCE";
    /// The words that tell that it was left.
    pub const UNTIL: &str = "UNTIL";
    /// Those that are neither mentions nor sentences.
    pub const PARTS: [&str; 6] = [ACT, TRIGGER, DEADLINE, ACTOR, SINCE, UNTIL];
}

/// Labels of relations.
pub mod relation {
    /// From an act to who must do it.
    pub const ASSIGNEE: &str = "assignee";
    /// From an act to who helps.
    pub const COLLABORATOR: &str = "collaborator";
    /// From an act to who asked for it.
    pub const ISSUER: &str = "issuer";
    /// From an act to its time limit.
    pub const DUE: &str = "due";
    /// From an act to the words that make it a task.
    pub const TRIGGER: &str = "trigger";
    /// Between mentions of one official, or of one organization.
    pub const SAME: &str = "same";
    /// From an official to its organization.
    pub const ORGANIZATION: &str = "organization";
    /// From an organization to the one that it is a part of.
    pub const PART_OF: &str = "part_of";
    /// From an official to the words that tell when the office was taken up.
    pub const SINCE: &str = "since";
    /// From an official to the words that tell when it was left.
    pub const UNTIL: &str = "until";
    /// All of them.
    pub const ALL: [&str; 10] =
        [ASSIGNEE, COLLABORATOR, ISSUER, DUE, TRIGGER, SAME, ORGANIZATION, PART_OF, SINCE, UNTIL];
}

/// Names of notes.
pub mod note {
    /// Name of an official or organization, normalized; on its first mention.
    pub const NAME: &str = "name";
    /// Office; on the official's first mention.
    pub const ROLE: &str = "role";
    /// A plural office.
    pub const COLLECTIVE: &str = "collective";
    /// Organization of an official that is nowhere mentioned.
    pub const ORGANIZATION: &str = "organization";
    /// Kind of that organization.
    pub const ORGANIZATION_KIND: &str = "organization_kind";
    /// Organization that an organization is a part of and that is nowhere mentioned.
    pub const PART_OF: &str = "part_of";
    /// Kind of that organization.
    pub const PART_OF_KIND: &str = "part_of_kind";
    /// Kind of an organization, or of a time limit.
    pub const KIND: &str = "kind";
    /// Day due, Jalali (`1402-03-31`); Gregorian dates are read too.
    pub const DUE: &str = "due";
    /// Class of a task.
    pub const CLASS: &str = "class";
    /// Kind of act.
    pub const ACT: &str = "act";
    /// Table row.
    pub const ROW: &str = "row";
    /// Number of a sentence in the file.
    pub const NUMBER: &str = "number";
    /// The file marks the sentence.
    pub const GOLD: &str = "gold";
    /// Text of a slot, where it is not what stands there.
    pub const TEXT: &str = "text";
    /// Who has a part in a task without standing in the text: one name a line.
    pub const ELSEWHERE: [(&str, &str); 3] = [
        ("assignee", "assignee_elsewhere"),
        ("collaborator", "collaborator_elsewhere"),
        ("issuer", "issuer_elsewhere"),
    ];
    /// Rule that found it.
    pub const RULE: &str = "rule";
    /// Confidence.
    pub const SCORE: &str = "score";
    /// Who found a mention.
    pub const SOURCE: &str = "source";
    /// Index of a task's sentence, where the act does not stand in it.
    pub const SENTENCE: &str = "sentence";
    /// What only programs want to know.
    pub const TECHNICAL: [&str; 5] = [RULE, SCORE, SOURCE, SENTENCE, NUMBER];
}

/// Why something could not be taken in or given out.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line or a record does not have the form that it should have.
    #[error("{path}:{line}: {reason}")]
    Form {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl Sheet {
    /// A text about which nothing is said.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            format: Format::Text,
            meta: MetaRecord::default(),
            blocks: Vec::new(),
            text: text.into(),
            layers: Layers::default(),
        }
    }

    /// The surface of a span.
    pub fn surface(&self, span: &Span) -> String {
        self.text.chars().skip(span.start).take(span.end.saturating_sub(span.start)).collect()
    }
}

impl Span {
    /// A span without notes.
    pub fn new(label: impl Into<String>, start: usize, end: usize) -> Self {
        Self { label: label.into(), start, end, notes: BTreeMap::new() }
    }

    fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.notes.insert(name.to_owned(), value.to_string());
        self
    }

    fn with_some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn note(&self, name: &str) -> Option<&str> {
        self.notes.get(name).map(String::as_str)
    }
}

/// Checks that a span lies in a text of `chars` code points.
fn check(start: usize, end: usize, chars: usize) -> Result<(), String> {
    if start <= end && end <= chars {
        Ok(())
    } else {
        Err(format!("span {start}..{end} does not lie in the text of {chars} code points"))
    }
}

/// A name that can be a file's: what file systems forbid becomes `_`, and a name that was given before
/// gets a number.
#[derive(Debug, Default)]
pub struct FileNames {
    given: BTreeMap<String, usize>,
}

impl FileNames {
    /// The name, without an extension, for a document.
    pub fn give(&mut self, id: &str) -> String {
        let clean: String =
            id.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
        // Names are limited to 255 bytes on most file systems; an extension must still fit.
        let mut end = clean.len().min(200);
        while !clean.is_char_boundary(end) {
            end -= 1;
        }
        let clean = clean[..end].trim_matches(['.', ' ']);
        let clean = if clean.is_empty() { "document" } else { clean };
        // File systems that do not tell capitals apart must not lose one of two documents.
        let count = self.given.entry(clean.to_lowercase()).or_default();
        *count += 1;
        if *count == 1 { clean.to_owned() } else { format!("{clean}~{count}") }
    }
}
