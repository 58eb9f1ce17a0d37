//! Files of tagged tokens: one token a line with its tag, sentences separated by empty lines.
//! Read as the public corpora write them: columns separated by tabs, spaces or `|`, the token first
//! and the tag last; `-DOCSTART-` lines are skipped. The file is kept as one string and the tags as
//! numbers, so that a million tokens are read and scored in a fraction of a second.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::error::EvalError;
use super::tags::{Prefix, Tag, split_tag};
use crate::span::ByteSpan;

/// Sentences of tagged tokens.
#[derive(Debug, Clone, Default)]
pub struct Tagged {
    path: PathBuf,
    text: String,
    tokens: Vec<ByteSpan>,
    tags: Vec<Tag>,
    kinds: Vec<String>,
    sentences: Vec<Range<usize>>,
    lines: Vec<usize>,
}

/// What separates the columns of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Tab,
    Pipe,
    Blank,
}

impl Separator {
    /// Told from the first lines: a token may be a `|` or hold one, so only a separator that every
    /// line has counts.
    fn detect(text: &str) -> Self {
        let first = || text.lines().filter(|l| !l.trim().is_empty() && !is_docstart(l)).take(200);
        if first().all(|l| l.contains('\t')) {
            Self::Tab
        } else if first().all(|l| l.rsplit_once('|').is_some_and(|(_, tag)| !tag.trim().contains(' '))) {
            Self::Pipe
        } else {
            Self::Blank
        }
    }

    /// Token and tag of a line.
    fn split(self, line: &str) -> Option<(&str, &str)> {
        let blank = |c: char| c == ' ' || c == '\t';
        match self {
            Self::Tab => {
                let (rest, tag) = line.trim_end_matches(blank).rsplit_once('\t')?;
                Some((rest.split('\t').next().unwrap_or(rest), tag.trim_matches(' ')))
            }
            Self::Pipe => line.rsplit_once('|').map(|(token, tag)| (token, tag.trim_matches(blank))),
            Self::Blank => {
                let (rest, tag) = line.trim_end_matches(blank).rsplit_once(blank)?;
                Some((rest.split(blank).next().unwrap_or(rest), tag))
            }
        }
    }
}

fn is_docstart(line: &str) -> bool {
    line.starts_with("-DOCSTART-")
}

impl Tagged {
    /// Reads a file.
    ///
    /// # Errors
    /// Where the file cannot be read, or a line has no tag.
    pub fn read(path: &Path) -> Result<Self, EvalError> {
        let text = std::fs::read_to_string(path).map_err(|e| EvalError::io(path, e))?;
        Self::parse(path, text)
    }

    /// Reads a text; `path` is its name in messages.
    ///
    /// # Errors
    /// Where a line has no tag, or nothing is there.
    pub fn parse(path: &Path, text: String) -> Result<Self, EvalError> {
        let mut out = Self { path: path.to_owned(), ..Self::default() };
        let mut table = TagTable::default();
        let separator = Separator::detect(&text);
        let (mut from, mut offset) = (0, 0);
        for (number, raw) in text.split('\n').enumerate() {
            let start = offset;
            offset += raw.len() + 1;
            let line = raw.trim_end_matches('\r');
            let (line, start) = match line.strip_prefix('\u{feff}') {
                Some(rest) if number == 0 => (rest, start + '\u{feff}'.len_utf8()),
                _ => (line, start),
            };
            if line.trim().is_empty() || is_docstart(line) {
                out.close(&mut from);
                continue;
            }
            let Some((token, tag)) = separator.split(line) else {
                let reason = format!("«{line}» has no tag; expected a token, a tab, space or |, and a tag");
                return Err(EvalError::form(path, number + 1, reason));
            };
            if out.tokens.len() == from {
                out.lines.push(number + 1);
            }
            out.tokens.push(ByteSpan::new(start, start + token.len()));
            out.tags.push(table.intern(tag));
        }
        out.close(&mut from);
        out.text = text;
        out.kinds = table.kinds;
        if out.tokens.is_empty() {
            return Err(EvalError::nothing(format!("{}: no tagged token in the file", path.display())));
        }
        Ok(out)
    }

    fn close(&mut self, from: &mut usize) {
        if self.tokens.len() > *from {
            self.sentences.push(*from..self.tokens.len());
            *from = self.tokens.len();
        }
    }

    /// The same tokens with other tags, one list for each sentence: what a tagger says of them.
    ///
    /// # Errors
    /// Where the number of sentences or of tags is another.
    pub fn with_tags(&self, name: &str, tags: &[Vec<String>]) -> Result<Self, EvalError> {
        if tags.len() != self.sentences.len() {
            let reason = format!("{name}: {} sentences tagged of {}", tags.len(), self.sentences.len());
            return Err(EvalError::mismatch(reason));
        }
        let mut table = TagTable::default();
        let mut numbers = Vec::with_capacity(self.tags.len());
        for (index, sentence) in tags.iter().enumerate() {
            if sentence.len() != self.sentences[index].len() {
                let reason = format!(
                    "{name}: {} tags for the {} tokens of sentence {}",
                    sentence.len(),
                    self.sentences[index].len(),
                    index + 1
                );
                return Err(EvalError::mismatch(reason));
            }
            numbers.extend(sentence.iter().map(|tag| table.intern(tag)));
        }
        Ok(Self { path: PathBuf::from(name), tags: numbers, kinds: table.kinds, ..self.clone() })
    }

    /// Name in messages.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Number of sentences.
    pub fn sentences(&self) -> usize {
        self.sentences.len()
    }

    /// Number of tokens.
    pub fn tokens(&self) -> usize {
        self.tokens.len()
    }

    /// Line of the first token of a sentence, from 1; 0 for a sentence that there is not.
    pub fn line(&self, sentence: usize) -> usize {
        self.lines.get(sentence).copied().unwrap_or(0)
    }

    /// The tokens of a sentence.
    pub fn tokens_of(&self, sentence: usize) -> impl Iterator<Item = &str> {
        let range = self.sentences.get(sentence).cloned().unwrap_or(0..0);
        self.tokens[range].iter().map(|span| span.of(&self.text))
    }

    /// The tags of a sentence.
    pub fn tags_of(&self, sentence: usize) -> &[Tag] {
        self.sentences.get(sentence).map_or(&[], |range| &self.tags[range.clone()])
    }

    /// The tags of every sentence.
    pub fn all_tags(&self) -> impl Iterator<Item = &[Tag]> {
        self.sentences.iter().map(|range| &self.tags[range.clone()])
    }

    /// Type names as written; [`Tag::kind`] counts them.
    pub fn kinds(&self) -> &[String] {
        &self.kinds
    }

    /// Checks that `other` has the same sentences with as many tokens each. Gives the number of
    /// tokens that are written differently, which does no harm.
    ///
    /// # Errors
    /// Names the first place where the two part.
    pub fn check_parallel(&self, other: &Self) -> Result<usize, EvalError> {
        let pairs = self.sentences.iter().zip(&other.sentences).enumerate();
        for (index, (own, others)) in pairs {
            if own.len() != others.len() {
                return Err(EvalError::mismatch(format!(
                    "sentence {} has {} tokens in {} (line {}) and {} in {} (line {}); both files must hold the \
                     same tokens",
                    index + 1,
                    own.len(),
                    self.path.display(),
                    self.line(index),
                    others.len(),
                    other.path.display(),
                    other.line(index),
                )));
            }
        }
        if self.sentences.len() != other.sentences.len() {
            return Err(EvalError::mismatch(format!(
                "{} has {} sentences and {} has {}; both files must hold the same sentences",
                self.path.display(),
                self.sentences.len(),
                other.path.display(),
                other.sentences.len(),
            )));
        }
        let differs = |(a, b): &(&ByteSpan, &ByteSpan)| a.of(&self.text) != b.of(&other.text);
        Ok(self.tokens.iter().zip(&other.tokens).filter(differs).count())
    }
}

/// Tags and type names seen so far.
#[derive(Default)]
struct TagTable {
    tags: HashMap<String, Tag>,
    kinds: Vec<String>,
}

impl TagTable {
    fn intern(&mut self, written: &str) -> Tag {
        if written == "O" {
            return Tag::OUTSIDE;
        }
        if let Some(&tag) = self.tags.get(written) {
            return tag;
        }
        let (prefix, name) = split_tag(written);
        let tag = if prefix == Prefix::Outside {
            Tag::OUTSIDE
        } else {
            let known = self.kinds.iter().position(|k| k == name);
            let kind = known.unwrap_or_else(|| {
                self.kinds.push(name.to_owned());
                self.kinds.len() - 1
            });
            Tag { prefix, kind: u16::try_from(kind).unwrap_or(u16::MAX) }
        };
        self.tags.insert(written.to_owned(), tag);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Tagged {
        Tagged::parse(Path::new("نمونه.conll"), text.to_owned()).expect("a tagged text")
    }

    fn shape(tagged: &Tagged) -> Vec<Vec<String>> {
        (0..tagged.sentences())
            .map(|s| {
                let tag = |t: &Tag| match t.prefix {
                    Prefix::Outside => "O".to_owned(),
                    prefix => format!("{prefix:?}:{}", tagged.kinds()[t.kind as usize]),
                };
                tagged.tokens_of(s).zip(tagged.tags_of(s)).map(|(w, t)| format!("{w}/{}", tag(t))).collect()
            })
            .collect()
    }

    #[test]
    fn the_same_sentences_in_every_dress() {
        let tab = parse("استاندار\tO\nالبرز\tB-LOC\n\nرضا\tB-PER\nنوری\tI-PER\n");
        for other in [
            "استاندار O\nالبرز B-LOC\n\nرضا B-PER\nنوری I-PER\n",
            "استاندار|O\nالبرز|B_LOC\n\nرضا|B_PER\nنوری|I_PER\n",
            "\u{feff}-DOCSTART- -X- O O\r\n\r\nاستاندار N x O\r\nالبرز N x B-LOC\r\n \r\n\r\nرضا N x B-PER\r\nنوری N x I-PER",
        ] {
            assert_eq!(shape(&parse(other)), shape(&tab));
        }
        assert_eq!((tab.line(0), tab.line(1)), (1, 4));
    }

    #[test]
    fn a_token_may_be_a_separator() {
        assert_eq!(shape(&parse("|\tO\nنشست\tO\n")), [["|/O", "نشست/O"]]);
        assert_eq!(shape(&parse("||O\nنشست|O\n")), [["|/O", "نشست/O"]]);
        assert_eq!(shape(&parse("| O\nنشست O\n")), [["|/O", "نشست/O"]]);
    }

    #[test]
    fn a_line_without_a_tag_is_named() {
        let error = Tagged::parse(Path::new("a"), "نشست O\nتهران\n".into()).expect_err("no tag");
        assert!(error.to_string().starts_with("a:2: «تهران»"), "{error}");
        assert!(Tagged::parse(Path::new("a"), "\n\n".into()).is_err());
    }

    #[test]
    fn files_that_part_are_told_where() {
        let gold = parse("نشست O\n\nتهران O\nبود O\n");
        let short = parse("نشست O\n\nتهران O\n");
        let error = gold.check_parallel(&short).expect_err("a token is missing").to_string();
        assert!(error.contains("sentence 2 has 2 tokens") && error.contains("line 3"), "{error}");
        assert!(gold.check_parallel(&parse("نشست O\n")).is_err());
        assert_eq!(gold.check_parallel(&parse("نشست O\n\nتهران O\nبُوَد O\n")).ok(), Some(1));
    }

    #[test]
    fn tags_from_elsewhere() {
        let gold = parse("نشست O\n\nتهران B-LOC\nبود O\n");
        let pred = gold.with_tags("پیش‌بینی", &[vec!["O".into()], vec!["O".into(), "B-PER".into()]]);
        assert_eq!(shape(&pred.expect("parallel")), [vec!["نشست/O"], vec!["تهران/O", "بود/Begin:PER"]]);
        assert!(gold.with_tags("x", &[vec![], vec![]]).is_err());
        assert!(gold.with_tags("x", &[]).is_err());
    }
}
