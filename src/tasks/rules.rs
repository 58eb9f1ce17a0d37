//! Rules as data. A rule file (`rules/*.toml`) holds word classes, named patterns, rules that give a
//! sentence its class, and slot patterns that say who, with whom and by whose will. Each rule carries
//! examples that it must match and examples that it must not.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::actors::ActorClasses;
use super::automaton::{Automaton, PatternId};
use super::compile::{Compiler, RawRule, RawSlot};
use super::items::Vocabulary;
use super::speaker::Office;
use super::weights::{NeighbourWords, Neighbours, TraitWeights, Weights};
use crate::document::{BlockKind, Document, SentenceClass, WordKind};
use crate::lexicon::Quick;
use crate::lexicon::verbs::Verbs;

/// The rules of the package, by file.
pub const BUILT_IN: [(&str, &str); 12] = [
    ("act.toml", include_str!("../../rules/act.toml")),
    ("deadlines.toml", include_str!("../../rules/deadlines.toml")),
    ("decision.toml", include_str!("../../rules/decision.toml")),
    ("directive.toml", include_str!("../../rules/directive.toml")),
    ("doers.toml", include_str!("../../rules/doers.toml")),
    ("issuers.toml", include_str!("../../rules/issuers.toml")),
    ("neighbours.toml", include_str!("../../rules/neighbours.toml")),
    ("none.toml", include_str!("../../rules/none.toml")),
    ("plan.toml", include_str!("../../rules/plan.toml")),
    ("report.toml", include_str!("../../rules/report.toml")),
    ("request.toml", include_str!("../../rules/request.toml")),
    ("words.toml", include_str!("../../rules/words.toml")),
];

/// The slot patterns of the package.
pub const SLOTS: (&str, &str) = ("slots.toml", include_str!("../../rules/slots.toml"));

/// Why rules cannot be used: the file, the place in it, what is wrong.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct RuleError {
    /// File name.
    pub file: String,
    /// Text of the file.
    pub source_text: String,
    /// Bytes of the file where it is wrong.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub what: String,
}

impl RuleError {
    pub(super) fn new(file: &str, text: &str, span: Range<usize>, what: String) -> Box<Self> {
        let upto = text.get(..span.start.min(text.len())).unwrap_or(text);
        let line = upto.matches('\n').count() + 1;
        Box::new(Self { file: file.to_owned(), source_text: text.to_owned(), span, line, what })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    classes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    names: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    weights: Option<Weights>,
    #[serde(default)]
    acts: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    doer: TraitWeights,
    #[serde(default)]
    issuer: TraitWeights,
    #[serde(default)]
    deadline: TraitWeights,
    #[serde(default)]
    neighbours: Neighbours,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    slot: Vec<RawSlot>,
}

/// A text that a rule must match, with the slots that it must find. Mentions are written
/// `[ROLE شهردار کرج]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Example {
    /// Only the text.
    Text(String),
    /// The text and what is in it.
    Full(FullExample),
}

/// An example with its slots.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullExample {
    /// The text.
    pub text: String,
    /// The words that match.
    pub trigger: Option<String>,
    /// Who must do it.
    pub assignee: Option<Vec<String>>,
    /// With whom.
    pub collaborator: Option<Vec<String>>,
    /// Who decided, ordered or asked.
    pub issuer: Option<String>,
    /// Who speaks.
    pub speaker: Option<String>,
    /// For whom.
    pub beneficiary: Option<Vec<String>>,
}

impl Example {
    /// The example with all its fields.
    pub fn full(&self) -> FullExample {
        match self {
            Self::Text(text) => FullExample { text: text.clone(), ..FullExample::default() },
            Self::Full(full) => full.clone(),
        }
    }
}

/// A rule that gives a sentence its class.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique name, `class.what`.
    pub id: String,
    /// File it comes from.
    pub file: String,
    /// The class.
    pub class: SentenceClass,
    /// Strength of its evidence, 0 to 100; the class with the strongest evidence wins.
    pub priority: f32,
    /// Where the knowledge comes from.
    pub note: String,
    /// The patterns as written.
    pub written: Vec<String>,
    /// Any of these must match.
    pub patterns: Vec<PatternId>,
    /// Of these one must match too, where there are any: as written, and compiled.
    pub when: Vec<(String, PatternId)>,
    /// None of these may match.
    pub unless: Vec<(String, PatternId)>,
    /// Kinds of blocks it is for; empty: all.
    pub blocks: Vec<BlockKind>,
    /// Only for the first sentence of a document.
    pub first: bool,
    /// Only for sentences of at most so many words.
    pub max_words: Option<usize>,
    /// Only where a body in session is the source (or is not).
    pub session: Option<bool>,
    /// Only in the mouth of an official with one of these offices; empty: in anybody's.
    pub speaker: Vec<Office>,
    /// What it must match.
    pub examples: Vec<Example>,
    /// What it must not match.
    pub counterexamples: Vec<String>,
}

/// A pattern that fills slots.
#[derive(Debug, Clone)]
pub struct SlotRule {
    /// Unique name, `slot.what`.
    pub id: String,
    /// File it comes from.
    pub file: String,
    /// Of two that fill the same slot the higher one counts.
    pub priority: f32,
    /// Where the knowledge comes from.
    pub note: String,
    /// The patterns as written.
    pub written: Vec<String>,
    /// Any of these may match.
    pub patterns: Vec<PatternId>,
    /// Only in sentences of these classes; empty: all.
    pub classes: Vec<SentenceClass>,
    /// Several that it finds before one verb have acts of their own.
    pub shares_verb: bool,
    /// What it must match.
    pub examples: Vec<Example>,
    /// What it must not match.
    pub counterexamples: Vec<String>,
}

/// All rules, compiled.
#[derive(Debug)]
pub struct RuleSet {
    /// Class rules, in the order of files and places.
    pub rules: Vec<Rule>,
    /// Slot patterns.
    pub slots: Vec<SlotRule>,
    /// Kinds of act with their words, folded.
    pub acts: BTreeMap<String, Vec<String>>,
    /// Weights.
    pub weights: Weights,
    /// Weights of the traits that tell who does an act.
    pub doer: TraitWeights,
    /// Weights of the traits that tell whose will it is.
    pub issuer: TraitWeights,
    /// Weights of the traits that tell whether a time limits an act.
    pub deadline: TraitWeights,
    pub(super) neighbours: NeighbourWords,
    /// [`RuleSet::acts`] by word; of several kinds the first one by name.
    pub(super) act_kinds: HashMap<String, String, Quick>,
    /// By pattern, who uses it.
    users: Vec<Users>,
    pub(super) automaton: Automaton,
    pub(super) vocabulary: Vocabulary,
    pub(super) actor_classes: ActorClasses,
    pub(super) session: u64,
    pub(super) council: u64,
    pub(super) purpose: u64,
    pub(super) office: u64,
    pub(super) lead: u64,
    pub(super) free: u64,
    pub(super) agency: u64,
    pub(super) act: u64,
    pub(super) from_now: u64,
}

impl RuleSet {
    /// The rules of the package.
    ///
    /// # Errors
    /// Never, as long as the package's own tests pass.
    pub fn built_in() -> Result<Self, Box<RuleError>> {
        Self::compile(&built_in_files())
    }

    /// The rules of the package with those of a folder: a file of the same name replaces, others are
    /// added.
    ///
    /// # Errors
    /// Where a file cannot be read or holds a mistake.
    pub fn with_folder(folder: &Path) -> Result<Self, Box<RuleError>> {
        let mut files = built_in_files();
        let name = folder.display().to_string();
        let failed = |what: String| RuleError::new(&name, "", 0..0, what);
        let list = std::fs::read_dir(folder).map_err(|e| failed(format!("cannot be listed: {e}")))?;
        for entry in list {
            let path = entry.map_err(|e| failed(format!("cannot be listed: {e}")))?.path();
            if path.extension().is_none_or(|e| e != "toml") {
                continue;
            }
            let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let text = std::fs::read_to_string(&path)
                .map_err(|e| RuleError::new(&file, "", 0..0, format!("cannot be read: {e}")))?;
            files.insert(file, text);
        }
        Self::compile(&files)
    }

    /// Compiles rule files, by name.
    ///
    /// # Errors
    /// Where a file holds a mistake: the error names the file and the place.
    pub fn compile(files: &BTreeMap<String, String>) -> Result<Self, Box<RuleError>> {
        let verbs = Verbs::parse(include_str!("../lexicon/verbs.toml"))
            .map_err(|e| RuleError::new("verbs.toml", "", 0..0, e.message().to_owned()))?;
        let mut raw = Vec::new();
        for (file, text) in files {
            let parsed: RawFile = toml::from_str(text)
                .map_err(|e| RuleError::new(file, text, e.span().unwrap_or(0..0), e.message().to_owned()))?;
            raw.push((file.as_str(), text.as_str(), parsed));
        }
        let mut compiler = Compiler::new(verbs);
        for (file, text, parsed) in &raw {
            compiler.classes(file, text, &parsed.classes)?;
        }
        let named = raw.iter().flat_map(|(f, t, parsed)| parsed.names.iter().map(|(n, p)| (*f, *t, n, p)));
        compiler.name_patterns(named.collect())?;
        let mut set = Self {
            rules: Vec::new(),
            slots: Vec::new(),
            acts: BTreeMap::new(),
            weights: Weights {
                none: 20.0,
                scale: 12.0,
                model: 1.0,
                second_opinion: 0.6,
                slot: 70.0,
                act: 0.6,
                unread: 0.9,
            },
            doer: TraitWeights::default(),
            issuer: TraitWeights::default(),
            deadline: TraitWeights::default(),
            neighbours: NeighbourWords::default(),
            act_kinds: HashMap::default(),
            users: Vec::new(),
            automaton: Automaton::default(),
            vocabulary: Vocabulary::default(),
            actor_classes: ActorClasses::default(),
            session: 0,
            council: 0,
            purpose: 0,
            office: 0,
            lead: 0,
            free: 0,
            agency: 0,
            act: 0,
            from_now: 0,
        };
        for (file, text, parsed) in &raw {
            if let Some(weights) = parsed.weights {
                set.weights = weights;
            }
            for (act, words) in &parsed.acts {
                let folded = words.iter().map(|w| crate::lexicon::whole(w));
                set.acts.entry(act.clone()).or_default().extend(folded);
            }
            set.doer.extend(parsed.doer.clone());
            set.issuer.extend(parsed.issuer.clone());
            set.deadline.extend(parsed.deadline.clone());
            set.neighbours.extend(&parsed.neighbours);
            for rule in &parsed.rule {
                let rule = compiler.rule(file, text, rule)?;
                set.rules.push(rule);
            }
            for slot in &parsed.slot {
                let slot = compiler.slot(file, text, slot)?;
                set.slots.push(slot);
            }
        }
        for (file, text, parsed) in &raw {
            let ids = parsed.rule.iter().map(|r| &r.id).chain(parsed.slot.iter().map(|s| &s.id));
            for id in ids {
                let all = set.rules.iter().map(|r| &r.id).chain(set.slots.iter().map(|s| &s.id));
                if all.filter(|other| *other == id.get_ref()).count() > 1 {
                    let what = format!("there are two rules «{}»; rename one", id.get_ref());
                    return Err(RuleError::new(file, text, id.span(), what));
                }
            }
        }
        let bit = |name: &str| compiler.vocabulary.class_bit(name).map_or(0, |b| 1u64 << b);
        set.actor_classes = ActorClasses {
            body: bit("body"),
            all: bit("all"),
            stop: bit("stop"),
            pronoun: bit("pronoun"),
            this: bit("this"),
            head: bit("body-head"),
            and: bit("and"),
            comma: bit("comma"),
            copula: bit("copula"),
        };
        set.session = bit("session");
        set.council = bit("council");
        set.purpose = bit("purpose");
        set.office = bit("office");
        set.lead = bit("lead");
        set.free = bit("free") | bit("comma") | bit("and");
        set.agency = bit("agency");
        set.act = bit("act");
        set.from_now = bit("from-now");
        (set.automaton, set.vocabulary) = (compiler.automaton, compiler.vocabulary);
        set.automaton.finish();
        set.index();
        Ok(set)
    }

    /// Turns lists round for looking up.
    fn index(&mut self) {
        for (kind, words) in &self.acts {
            for word in words {
                self.act_kinds.entry(word.clone()).or_insert_with(|| kind.clone());
            }
        }
        self.users = vec![Users::default(); self.automaton.patterns()];
        for (number, rule) in self.rules.iter().enumerate() {
            rule.patterns.iter().for_each(|&p| self.users[p].rules.push(number));
        }
        for (number, slot) in self.slots.iter().enumerate() {
            slot.patterns.iter().for_each(|&p| self.users[p].slots.push(number));
        }
    }

    /// The class rules that one of some patterns belongs to, in order.
    pub(super) fn rules_with(&self, patterns: impl Iterator<Item = PatternId>) -> Vec<usize> {
        let users = patterns.filter_map(|p| self.users.get(p));
        let mut numbers: Vec<usize> = users.flat_map(|u| &u.rules).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The slot patterns that a pattern belongs to, in order.
    pub(super) fn slots_with(&self, pattern: PatternId) -> impl Iterator<Item = &SlotRule> {
        self.users.get(pattern).into_iter().flat_map(|u| &u.slots).filter_map(|&s| self.slots.get(s))
    }

    /// Whether a word is of one of some classes.
    pub(super) fn has_class(&self, word: &str, classes: u64) -> bool {
        self.vocabulary.get(&crate::lexicon::whole(word)).classes & classes != 0
    }

    /// Whether a word may take what stands behind it as its complement: a word of letters that is no
    /// verb, particle, name of a title or the like.
    pub(super) fn governs(&self, document: &Document, word: usize) -> bool {
        let letters = document.words.get(word).is_some_and(|w| w.kind == WordKind::Letters);
        let known = self.vocabulary.get(&crate::lexicon::whole(document.word(word)));
        letters && known.verb.is_none() && known.classes & (self.free | self.actor_classes.stop) == 0
    }

    /// Whether a rule asks who speaks.
    pub(super) fn asks_speaker(&self) -> bool {
        self.rules.iter().any(|r| !r.speaker.is_empty())
    }

    /// Number of class rules and slot patterns.
    pub fn len(&self) -> usize {
        self.rules.len() + self.slots.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The files of the package by name.
pub fn built_in_files() -> BTreeMap<String, String> {
    BUILT_IN.iter().chain([&SLOTS]).map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The rules and slot patterns that a pattern belongs to, by number.
#[derive(Debug, Clone, Default)]
struct Users {
    rules: Vec<usize>,
    slots: Vec<usize>,
}
