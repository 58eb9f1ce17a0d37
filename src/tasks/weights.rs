//! Numbers by which evidence is put together; their values are data (`words.toml`, `doers.toml`,
//! `issuers.toml`, `deadlines.toml` and `neighbours.toml` in `rules/`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::document::{Prediction, SentenceClass, SlotKind};
use crate::span::ByteSpan;

/// How the evidence of rules and of the recognizer is put together.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Weights {
    /// Evidence that a sentence is `none` before any rule fired.
    pub none: f32,
    /// Evidence that makes a class e times as likely.
    pub scale: f32,
    /// Weight of the recognizer's log-probability.
    pub model: f32,
    /// Probability of a class from which on the recognizer may decide where no rule of it fired.
    pub second_opinion: f32,
    /// Priority of a slot that the recognizer proposes with probability 1.
    pub slot: f32,
    /// Probability from which on the span of an act that the recognizer proposes is taken.
    pub act: f32,
    /// Probability from which on words that are no time expression are a time limit.
    pub unread: f32,
}

/// How much each trait tells about who fills a slot of a task, in log-odds: in any task, and what it
/// tells more or less in tasks of one class.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct TraitWeights {
    /// In decisions.
    #[serde(default)]
    pub decision: BTreeMap<String, f32>,
    /// In directives.
    #[serde(default)]
    pub directive: BTreeMap<String, f32>,
    /// In plans.
    #[serde(default)]
    pub plan: BTreeMap<String, f32>,
    /// In requests.
    #[serde(default)]
    pub request: BTreeMap<String, f32>,
    /// In all of them.
    #[serde(flatten)]
    pub general: BTreeMap<String, f32>,
}

impl TraitWeights {
    /// The weight of a trait in a class; what is not listed weighs nothing.
    pub fn of(&self, class: SentenceClass, name: &str) -> f32 {
        let more = self.class(class).and_then(|w| w.get(name)).copied().unwrap_or(0.0);
        self.general(name) + more
    }

    /// The evidence that some traits give, the constant included.
    pub fn sum<T: AsRef<str>>(&self, class: SentenceClass, traits: &[T]) -> f32 {
        self.general("bias") + traits.iter().map(|t| self.of(class, t.as_ref())).sum::<f32>()
    }

    /// What the recognizer adds to the evidence for one at a place: a weight times the log-odds that a
    /// word there belongs to the slot.
    pub fn opinion(&self, kind: SlotKind, says: Option<&Prediction>, place: ByteSpan) -> f32 {
        says.map_or(0.0, |p| self.general("model.bias") + self.general("model.odds") * p.odds(kind, place))
    }

    /// The weight of a trait in all classes.
    pub fn general(&self, name: &str) -> f32 {
        self.general.get(name).copied().unwrap_or(0.0)
    }

    fn class(&self, class: SentenceClass) -> Option<&BTreeMap<String, f32>> {
        match class {
            SentenceClass::Decision => Some(&self.decision),
            SentenceClass::Directive => Some(&self.directive),
            SentenceClass::Plan => Some(&self.plan),
            SentenceClass::Request => Some(&self.request),
            SentenceClass::Report | SentenceClass::None => None,
        }
    }

    /// The weights of a class, to be changed.
    pub fn class_mut(&mut self, class: SentenceClass) -> Option<&mut BTreeMap<String, f32>> {
        match class {
            SentenceClass::Decision => Some(&mut self.decision),
            SentenceClass::Directive => Some(&mut self.directive),
            SentenceClass::Plan => Some(&mut self.plan),
            SentenceClass::Request => Some(&mut self.request),
            SentenceClass::Report | SentenceClass::None => None,
        }
    }

    /// Takes the weights of another file in; where both have one, its own counts.
    pub(super) fn extend(&mut self, other: Self) {
        self.general.extend(other.general);
        self.decision.extend(other.decision);
        self.directive.extend(other.directive);
        self.plan.extend(other.plan);
        self.request.extend(other.request);
    }
}

/// Words beside one who may do an act, by the name that their trait has («by» = «توسط», «از سوی»).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbours {
    /// Right before him.
    #[serde(default)]
    pub before: BTreeMap<String, Vec<String>>,
    /// Right behind him.
    #[serde(default)]
    pub behind: BTreeMap<String, Vec<String>>,
    /// Endings of plurals.
    #[serde(default)]
    pub plural: Vec<String>,
}

/// [`Neighbours`], turned round for looking words up.
#[derive(Debug, Clone, Default)]
pub(super) struct NeighbourWords {
    /// One or two words to the trait (`after.by`).
    pub before: BTreeMap<String, String>,
    /// A word to the trait (`then.must`).
    pub behind: BTreeMap<String, String>,
    /// Endings of plurals.
    pub plural: Vec<String>,
}

impl NeighbourWords {
    pub(super) fn extend(&mut self, written: &Neighbours) {
        let turn =
            |lists: &BTreeMap<String, Vec<String>>, prefix: &str, to: &mut BTreeMap<String, String>| {
                for (name, words) in lists {
                    let folded =
                        |w: &String| w.split(' ').map(crate::lexicon::whole).collect::<Vec<_>>().join(" ");
                    to.extend(words.iter().map(|w| (folded(w), format!("{prefix}.{name}"))));
                }
            };
        turn(&written.before, "after", &mut self.before);
        turn(&written.behind, "then", &mut self.behind);
        self.plural.extend(written.plural.iter().map(|e| crate::lexicon::whole(e)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::RuleSet;

    #[test]
    fn of_words_beside_a_doer_two_go_before_one() {
        let rules = RuleSet::built_in().unwrap_or_else(|e| panic!("{e}"));
        let before = |words: &str| rules.neighbours.before.get(words).map(String::as_str);
        assert_eq!(before("از سوی"), Some("after.by"));
        assert_eq!(before("از"), Some("after.from"));
        assert_eq!(before("سوی"), None, "half of a phrase says nothing");
        let behind = |word: &str| rules.neighbours.behind.get(word).map(String::as_str);
        assert_eq!(behind("موظف"), Some("then.duty"));
        assert_eq!(behind("توسط"), None, "what stands before does not count behind");
    }
}
