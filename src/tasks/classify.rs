//! The class of a sentence: rules that match give evidence, the recognizer gives a second opinion,
//! and the class with the strongest sum wins. All of it is kept, so that [`Analysis`] can tell why.

use std::ops::Range;

use super::actors::{Actor, actors, mention_bits};
use super::automaton::Match;
use super::items::{Item, Known, items};
use super::rules::{Rule, RuleSet};
use super::speaker;
use crate::document::{BlockKind, Document, SentenceClass};

/// Rule id of a class that the recognizer proposed and no rule found.
pub const SECOND_OPINION: &str = "model.second-opinion";

/// What the sentences before say about a sentence.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings {
    /// A body in session is the source.
    pub session: bool,
    /// It is the first sentence of the document.
    pub first: bool,
    /// In whose mouth it is, as an index into [`Document::officials`]; looked for only where a rule asks.
    pub speaker: Option<usize>,
}

/// A rule that matched in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// The rule, as an index into [`RuleSet::rules`].
    pub rule: usize,
    /// Where.
    pub found: Match,
}

/// All that was found out about a sentence.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What is known of its words.
    pub(super) known: Vec<Known>,
    /// The first of its words, as an index into [`Document::words`].
    first: usize,
    /// Its items.
    pub items: Vec<Item>,
    /// Who can act in it.
    pub actors: Vec<Actor>,
    /// Every match of every pattern.
    pub matches: Vec<Match>,
    /// The rules that fired, strongest first.
    pub fired: Vec<Firing>,
    /// Evidence of the rules for each class, in the order of [`SentenceClass::ALL`].
    pub evidence: [f32; 6],
    /// Evidence and second opinion together, as probabilities.
    pub probabilities: [f32; 6],
    /// The class.
    pub class: SentenceClass,
    /// Its probability.
    pub score: f32,
    /// What set the class against the rules: the place of the sentence in a table.
    pub forced: Option<&'static str>,
}

impl Analysis {
    /// The classes of some of its words, a set of bits; `words` is a range of [`Document::words`].
    pub(super) fn classes_of(&self, words: Range<usize>) -> u64 {
        let known = words.filter_map(|w| self.known.get(w.checked_sub(self.first)?));
        known.fold(0, |all, k| all | k.classes)
    }

    /// The strongest firing of the winning class.
    pub fn decider<'a>(&'a self, rules: &RuleSet) -> Option<&'a Firing> {
        self.fired.iter().find(|f| rules.rules.get(f.rule).is_some_and(|r| r.class == self.class))
    }

    /// The id of the rule that decided.
    pub fn rule_id(&self, rules: &RuleSet) -> Option<String> {
        if let Some(forced) = self.forced {
            return Some(forced.to_owned());
        }
        match self.decider(rules) {
            Some(f) => rules.rules.get(f.rule).map(|r| r.id.clone()),
            None if self.class == SentenceClass::None => None,
            None => Some(SECOND_OPINION.to_owned()),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pattern => write!(f, "none of its patterns matches"),
            Self::Block(kind) => write!(f, "it is not for blocks of the kind {kind:?}"),
            Self::NotFirst => write!(f, "it is only for the first sentence of a document"),
            Self::TooLong(words) => write!(f, "the sentence has {words} words, more than it allows"),
            Self::Session(true) => write!(f, "a body in session is the source, which it excludes"),
            Self::Session(false) => write!(f, "it needs a body in session as the source"),
            Self::Speaker(None) => write!(f, "it is in the mouth of no official whose office is known"),
            Self::Speaker(Some(role)) => write!(f, "it is in the mouth of another office: «{role}»"),
            Self::When => write!(f, "none of its `when` patterns matches"),
            Self::Unless(pattern) => write!(f, "its `unless` pattern matches: {pattern}"),
        }
    }
}

/// Why a rule did not fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// None of its patterns matches.
    Pattern,
    /// The block is of another kind.
    Block(BlockKind),
    /// It is for first sentences.
    NotFirst,
    /// The sentence has so many words, more than allowed.
    TooLong(usize),
    /// It asks for a body in session, or for none.
    Session(bool),
    /// Nobody who holds an office that it asks for speaks, but this one, or none.
    Speaker(Option<String>),
    /// None of its `when` patterns matches.
    When,
    /// This `unless` pattern matches.
    Unless(String),
}

/// Analyses sentence `index`.
pub fn analyse(rules: &RuleSet, document: &Document, index: usize, around: Surroundings) -> Option<Analysis> {
    let sentence = document.sentences.get(index)?;
    let known = rules.vocabulary.look_up(document, sentence.words.clone());
    analyse_known(rules, document, index, around, known)
}

/// [`analyse`] with what is known of the sentence's words.
pub(super) fn analyse_known(
    rules: &RuleSet,
    document: &Document,
    index: usize,
    around: Surroundings,
    known: Vec<Known>,
) -> Option<Analysis> {
    let sentence = document.sentences.get(index)?;
    let bits = mention_bits(document, sentence);
    let actors = actors(document, sentence, &known, &rules.actor_classes);
    let items =
        items(document, sentence.words.start, &known, &actors, &bits, rules.free, rules.vocabulary.verbs());
    let matches = rules.automaton.run(&items);
    let mut fired = Vec::new();
    let mut present = vec![false; rules.automaton.patterns()];
    for m in &matches {
        present[m.pattern] = true;
    }
    for number in rules.rules_with(matches.iter().map(|m| m.pattern)) {
        let rule = &rules.rules[number];
        if refusal(rule, document, index, around, &present).is_some() {
            continue;
        }
        let of_rule = matches.iter().filter(|m| rule.patterns.contains(&m.pattern));
        fired.extend(of_rule.map(|m| Firing { rule: number, found: m.clone() }));
    }
    let priority = |f: &Firing| rules.rules[f.rule].priority;
    fired.sort_by(|a, b| {
        priority(b).total_cmp(&priority(a)).then(a.rule.cmp(&b.rule)).then(a.found.start.cmp(&b.found.start))
    });
    let mut evidence = [0.0f32; 6];
    evidence[SentenceClass::None as usize] = rules.weights.none;
    for f in &fired {
        let slot = &mut evidence[rules.rules[f.rule].class as usize];
        *slot = slot.max(priority(f));
    }
    let opinion = sentence.prediction.as_ref().map(|p| p.class);
    let (class, probabilities) = decide(rules, &evidence, opinion);
    let score = probabilities[class as usize];
    Some(Analysis {
        known,
        first: sentence.words.start,
        items,
        actors,
        matches,
        fired,
        evidence,
        probabilities,
        class,
        score,
        forced: None,
    })
}

/// The first condition of a rule that does not hold in an analysed sentence; `None` if it fired.
pub fn why_not(
    rules: &RuleSet,
    rule: &Rule,
    document: &Document,
    index: usize,
    around: Surroundings,
    analysis: &Analysis,
) -> Option<Refusal> {
    let mut present = vec![false; rules.automaton.patterns()];
    for m in &analysis.matches {
        present[m.pattern] = true;
    }
    refusal(rule, document, index, around, &present)
}

/// The first condition of a rule that does not hold; `present` says which patterns match.
fn refusal(
    rule: &Rule,
    document: &Document,
    index: usize,
    around: Surroundings,
    present: &[bool],
) -> Option<Refusal> {
    let sentence = document.sentences.get(index)?;
    let is = |p: usize| present.get(p).copied().unwrap_or(false);
    if !rule.patterns.iter().any(|&p| is(p)) {
        return Some(Refusal::Pattern);
    }
    let kind = document.blocks.get(sentence.block).map_or(BlockKind::Paragraph, |b| b.kind);
    if !rule.blocks.is_empty() && !rule.blocks.contains(&kind) {
        return Some(Refusal::Block(kind));
    }
    if rule.first && !around.first {
        return Some(Refusal::NotFirst);
    }
    if rule.max_words.is_some_and(|max| sentence.words.len() > max) {
        return Some(Refusal::TooLong(sentence.words.len()));
    }
    if rule.session.is_some_and(|wanted| wanted != around.session) {
        return Some(Refusal::Session(around.session));
    }
    if !rule.speaker.is_empty() && !speaker::holds(&rule.speaker, document, around.speaker) {
        let official = around.speaker.and_then(|o| document.officials.get(o));
        return Some(Refusal::Speaker(official.and_then(|o| o.role.clone())));
    }
    if !rule.when.is_empty() && !rule.when.iter().any(|(_, p)| is(*p)) {
        return Some(Refusal::When);
    }
    rule.unless.iter().find(|(_, p)| is(*p)).map(|(written, _)| Refusal::Unless(written.clone()))
}

/// The class with the strongest sum of evidence and second opinion, and all probabilities. A class
/// for which no rule fired wins only if the recognizer is as sure as the weights ask.
fn decide(rules: &RuleSet, evidence: &[f32; 6], opinion: Option<[f32; 6]>) -> (SentenceClass, [f32; 6]) {
    let w = &rules.weights;
    let mut sums = evidence.map(|e| e / w.scale);
    if let Some(p) = opinion {
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += w.model * p[i].max(1e-4).ln();
            if evidence[i] == 0.0 && p[i] < w.second_opinion {
                *sum -= 20.0;
            }
        }
    } else {
        for (i, sum) in sums.iter_mut().enumerate() {
            if evidence[i] == 0.0 {
                *sum -= 20.0;
            }
        }
    }
    let top = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut probabilities = sums.map(|s| (s - top).exp());
    let total: f32 = probabilities.iter().sum();
    probabilities.iter_mut().for_each(|p| *p /= total);
    // Of equals the first, which is the stronger class.
    let best = (0..6).rev().max_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(5);
    (SentenceClass::ALL[best], probabilities)
}
