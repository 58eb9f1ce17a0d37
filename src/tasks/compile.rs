//! From rule files to compiled rules: patterns become parts of the automaton, and a mistake is told with
//! its place.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::automaton::{Automaton, PatternId};
use super::items::Vocabulary;
use super::pattern::{self, Names};
use super::rules::{Example, Rule, RuleError, SlotRule};
use super::speaker::Office;
use crate::document::{BlockKind, SentenceClass};
use crate::lexicon::verbs::Verbs;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRule {
    pub id: Spanned<String>,
    class: SentenceClass,
    priority: f32,
    note: String,
    pattern: Vec<Spanned<String>>,
    #[serde(default)]
    when: Vec<Spanned<String>>,
    #[serde(default)]
    unless: Vec<Spanned<String>>,
    #[serde(default)]
    blocks: Vec<BlockKind>,
    #[serde(default)]
    first: bool,
    max_words: Option<usize>,
    session: Option<bool>,
    #[serde(default)]
    speaker: Vec<Spanned<String>>,
    #[serde(rename = "match")]
    matches: Vec<Example>,
    #[serde(default)]
    no_match: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSlot {
    pub id: Spanned<String>,
    priority: f32,
    note: String,
    pattern: Vec<Spanned<String>>,
    #[serde(default)]
    classes: Vec<SentenceClass>,
    #[serde(default)]
    shares_verb: bool,
    #[serde(rename = "match")]
    matches: Vec<Example>,
    #[serde(default)]
    no_match: Vec<String>,
}

/// A named pattern: its file and the file's text, its name, and what is written.
type Named<'a> = (&'a str, &'a str, &'a String, &'a Spanned<String>);

/// What rules are compiled into.
pub(super) struct Compiler {
    pub vocabulary: Vocabulary,
    pub automaton: Automaton,
    names: Names,
    /// Patterns compiled already, so that shared conditions are matched once.
    done: BTreeMap<String, PatternId>,
}

impl Compiler {
    /// Knows the verbs and no rule.
    pub fn new(verbs: Verbs) -> Self {
        Self {
            vocabulary: Vocabulary::new(verbs),
            automaton: Automaton::default(),
            names: Names::new(),
            done: BTreeMap::new(),
        }
    }

    /// Takes in the word classes of a file.
    pub fn classes(
        &mut self,
        file: &str,
        text: &str,
        classes: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), Box<RuleError>> {
        for (name, words) in classes {
            let Some(class) = self.vocabulary.class(name) else {
                return Err(RuleError::new(file, text, 0..0, "more than 64 word classes".into()));
            };
            for word in words {
                self.vocabulary.classify(word, class);
            }
        }
        Ok(())
    }

    /// Reads the named patterns; one may use another, in any order.
    pub fn name_patterns(&mut self, mut left: Vec<Named<'_>>) -> Result<(), Box<RuleError>> {
        while !left.is_empty() {
            let before = left.len();
            let mut error = None;
            left.retain(|(file, text, name, written)| match pattern::parse(written.get_ref(), &self.names) {
                Ok(node) => {
                    self.names.insert((*name).clone(), node);
                    false
                }
                Err(e) => {
                    error = Some(RuleError::new(file, text, place(written, e.at), e.what));
                    true
                }
            });
            if left.len() == before
                && let Some(error) = error
            {
                return Err(error);
            }
        }
        Ok(())
    }

    fn pattern(
        &mut self,
        file: &str,
        text: &str,
        written: &Spanned<String>,
    ) -> Result<PatternId, Box<RuleError>> {
        if let Some(&id) = self.done.get(written.get_ref()) {
            return Ok(id);
        }
        let node = pattern::parse(written.get_ref(), &self.names)
            .map_err(|e| RuleError::new(file, text, place(written, e.at), e.what))?;
        let id = self
            .automaton
            .add(&node, &mut self.vocabulary)
            .map_err(|what| RuleError::new(file, text, written.span(), what))?;
        self.done.insert(written.get_ref().clone(), id);
        Ok(id)
    }

    fn conditions(
        &mut self,
        file: &str,
        text: &str,
        list: &[Spanned<String>],
    ) -> Result<Vec<(String, PatternId)>, Box<RuleError>> {
        list.iter().map(|w| Ok((w.get_ref().clone(), self.pattern(file, text, w)?))).collect()
    }

    /// Compiles a class rule.
    pub fn rule(&mut self, file: &str, text: &str, raw: &RawRule) -> Result<Rule, Box<RuleError>> {
        check_examples(file, text, &raw.id, raw.matches.len(), raw.no_match.len())?;
        let mut patterns = Vec::new();
        for written in &raw.pattern {
            patterns.push(self.pattern(file, text, written)?);
        }
        let mut speaker = Vec::new();
        for written in &raw.speaker {
            let office = Office::parse(written.get_ref());
            speaker.push(office.map_err(|what| RuleError::new(file, text, written.span(), what))?);
        }
        Ok(Rule {
            id: raw.id.get_ref().clone(),
            file: file.to_owned(),
            class: raw.class,
            priority: raw.priority,
            note: raw.note.clone(),
            written: raw.pattern.iter().map(|p| p.get_ref().clone()).collect(),
            patterns,
            when: self.conditions(file, text, &raw.when)?,
            unless: self.conditions(file, text, &raw.unless)?,
            blocks: raw.blocks.clone(),
            first: raw.first,
            max_words: raw.max_words,
            session: raw.session,
            speaker,
            examples: raw.matches.clone(),
            counterexamples: raw.no_match.clone(),
        })
    }

    /// Compiles a slot pattern.
    pub fn slot(&mut self, file: &str, text: &str, raw: &RawSlot) -> Result<SlotRule, Box<RuleError>> {
        check_examples(file, text, &raw.id, raw.matches.len(), raw.no_match.len())?;
        let mut patterns = Vec::new();
        for written in &raw.pattern {
            patterns.push(self.pattern(file, text, written)?);
        }
        Ok(SlotRule {
            id: raw.id.get_ref().clone(),
            file: file.to_owned(),
            priority: raw.priority,
            note: raw.note.clone(),
            written: raw.pattern.iter().map(|p| p.get_ref().clone()).collect(),
            patterns,
            classes: raw.classes.clone(),
            shares_verb: raw.shares_verb,
            examples: raw.matches.clone(),
            counterexamples: raw.no_match.clone(),
        })
    }
}

/// The bytes of the file where a pattern is wrong: from the byte `at` of the string on.
fn place(written: &Spanned<String>, at: usize) -> Range<usize> {
    let span = written.span();
    let quote = (span.len().saturating_sub(written.get_ref().len())) / 2;
    let start = (span.start + quote + at).min(span.end);
    let rest = written.get_ref().get(at..).unwrap_or("");
    let word = rest.split_whitespace().next().map_or(1, str::len);
    start..(start + word).min(span.end).max(start)
}

fn check_examples(
    file: &str,
    text: &str,
    id: &Spanned<String>,
    matches: usize,
    others: usize,
) -> Result<(), Box<RuleError>> {
    if matches == 0 || matches + others < 4 {
        let what = format!(
            "«{}» has {} examples; a rule needs at least four in all, and one that matches",
            id.get_ref(),
            matches + others
        );
        return Err(RuleError::new(file, text, id.span(), what));
    }
    Ok(())
}
