//! Why somebody fills a slot of a task, and why others do not: everyone that was weighed, with the evidence
//! for and against him by the names that it has in `rules/doers.toml`, `rules/issuers.toml` and
//! `rules/deadlines.toml`.

use super::deadlines;
use super::rules::RuleSet;
use super::slots::Finder;
use super::stage::walk;
use super::weights::TraitWeights;
use crate::document::{Document, SentenceClass};
use crate::span::ByteSpan;

/// What became of one that was weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// He fills the slot: his evidence is enough.
    Chosen,
    /// He fills the slot whatever his evidence, since a slot pattern leaves no doubt.
    Told,
    /// His evidence is not enough, or another has more where there can be only one.
    Weak,
    /// It is enough, but «ما» act, and no rule names him beside them.
    BesideUs,
    /// It is enough, but a rule names another in the clause.
    AnotherNamed,
}

impl Verdict {
    /// Whether he fills the slot.
    pub fn is_chosen(self) -> bool {
        matches!(self, Self::Chosen | Self::Told)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Chosen => "chosen",
            Self::Told => "chosen, since a slot pattern leaves no doubt",
            Self::Weak => "not chosen",
            Self::BesideUs => "not chosen, since «ما» act",
            Self::AnotherNamed => "not chosen, since a rule names another in the clause",
        })
    }
}

/// One that was rated for a slot.
pub(super) struct Rated<T> {
    pub candidate: T,
    /// What the recognizer adds; `None` where it says nothing.
    pub opinion: Option<f32>,
    /// All evidence.
    pub sum: f32,
    pub verdict: Verdict,
}

/// One that was weighed for a slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Who or what, as the text has it.
    pub text: String,
    /// What is seen of it with its weight in this class, the constant (`bias`) included, the weightiest
    /// first; what weighs nothing is left out.
    pub traits: Vec<(String, f32)>,
    /// What the recognizer adds; `None` where it says nothing.
    pub opinion: Option<f32>,
    /// The sum of all, in log-odds: above 0 it is enough.
    pub sum: f32,
    /// What became of it.
    pub verdict: Verdict,
}

/// An act with all that was weighed for it.
#[derive(Debug, Clone, PartialEq)]
pub struct WeighedAct {
    /// Its place.
    pub span: ByteSpan,
    /// Who may do it.
    pub doers: Vec<Weighed>,
    /// «ما», where they do it: whom they stand for.
    pub ourselves: Option<String>,
    /// By when.
    pub deadlines: Vec<Weighed>,
}

/// The acts of a sentence with all that was weighed for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighing {
    /// The sentence, as an index into [`Document::sentences`].
    pub sentence: usize,
    /// Its acts.
    pub acts: Vec<WeighedAct>,
    /// By whose will; nobody's in a plan.
    pub issuers: Vec<Weighed>,
}

/// What was weighed in each sentence that states tasks. Of a row in a table of resolutions the other cells
/// count before it.
pub fn weighings(rules: &RuleSet, document: &Document) -> Vec<Weighing> {
    let mut out = Vec::new();
    walk(rules, document, |index, _, analysis, context| {
        let class = analysis.class;
        let Some(sentence) = document.sentences.get(index) else { return };
        if !class.is_task() || sentence.words.is_empty() {
            return;
        }
        let finder = Finder { rules, document, index, analysis, context };
        let times = deadlines::times(document, sentence);
        let surface = |span: ByteSpan| document.surface(span).to_owned();
        let mut before = Vec::new();
        let mut acts = Vec::new();
        for clause in finder.acts() {
            let (rated, ourselves) = finder.rated_doers(&clause, &before);
            let chosen = rated.iter().filter(|r| r.verdict.is_chosen()).map(|r| r.candidate.item);
            let chosen: Vec<usize> = chosen.collect();
            if !chosen.is_empty() {
                before = chosen;
            }
            let doers = rated.into_iter().map(|r| {
                let words = analysis.items[r.candidate.item].words.clone();
                let text = surface(document.span_of_words(words));
                weighed(&rules.doer, class, text, &r.candidate.traits, &r)
            });
            let doers = doers.collect();
            let limits = finder.rated_deadlines(&times, &clause).into_iter().map(|r| {
                let text = surface(document.span_of_words(times[r.candidate.time].words.clone()));
                weighed(&rules.deadline, class, text, &r.candidate.traits, &r)
            });
            let deadlines = limits.collect();
            let span = finder.act_span(&clause, &times);
            acts.push(WeighedAct { span, doers, ourselves: ourselves.map(|s| s.text), deadlines });
        }
        let mut issuers = Vec::new();
        if class != SentenceClass::Plan {
            let rated = finder.rated_issuers();
            let each = |r| -> Weighed {
                let r: Rated<super::issuers::Candidate<'_>> = r;
                weighed(&rules.issuer, class, r.candidate.slot.text.clone(), &r.candidate.traits, &r)
            };
            issuers.extend(rated.into_iter().map(each));
        }
        out.push(Weighing { sentence: index, acts, issuers });
    });
    out
}

fn weighed<T>(
    weights: &TraitWeights,
    class: SentenceClass,
    text: String,
    seen: &[&str],
    rated: &Rated<T>,
) -> Weighed {
    let mut traits = vec![("bias".to_owned(), weights.general("bias"))];
    traits.extend(seen.iter().map(|t| ((*t).to_owned(), weights.of(class, t))));
    traits.retain(|(_, weight)| *weight != 0.0);
    traits.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
    Weighed { text, traits, opinion: rated.opinion, sum: rated.sum, verdict: rated.verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockKind;
    use crate::pipeline::Stage;
    use crate::segment::Segmenter;
    use crate::tasks::{TaskStage, example_document};

    #[test]
    fn the_evidence_sums_up_and_tells_who_was_chosen() {
        let stage = TaskStage::built_in().unwrap_or_else(|e| panic!("{e}"));
        let mut document = example_document(
            "در نشست [ORG شورای شهر] مقرر شد [ORG اداره راه] با همکاری [ORG هلال احمر] پل را تا پایان آبان ترمیم کند.",
        );
        document.blocks[0].kind = BlockKind::Paragraph;
        assert!(Segmenter.run(&mut document).is_ok() && stage.run(&mut document).is_ok());
        let found = weighings(stage.rules(), &document);
        assert_eq!(found.len(), 1);
        let act = &found[0].acts[0];
        let all = act.doers.iter().chain(&act.deadlines).chain(&found[0].issuers);
        for one in all {
            let sum: f32 = one.traits.iter().map(|(_, w)| w).sum::<f32>() + one.opinion.unwrap_or(0.0);
            assert!((sum - one.sum).abs() < 1e-3, "{one:?}");
            assert!(
                one.sum <= 0.0 || one.verdict != Verdict::Weak || found[0].issuers.contains(one),
                "{one:?}"
            );
        }
        let chosen = |list: &[Weighed]| -> Vec<String> {
            list.iter().filter(|w| w.verdict.is_chosen()).map(|w| w.text.clone()).collect()
        };
        let task = &document.tasks[0];
        let assignees: Vec<String> = task.assignees.iter().map(|s| s.text.clone()).collect();
        assert_eq!(chosen(&act.doers), assignees);
        assert_eq!(assignees, ["اداره راه"]);
        assert_eq!(chosen(&act.deadlines), ["پایان آبان"]);
        assert_eq!(chosen(&found[0].issuers), task.issuer.iter().map(|s| s.text.clone()).collect::<Vec<_>>());
        let helper = act.doers.iter().find(|w| w.text == "هلال احمر");
        assert!(helper.is_some_and(|h| h.traits.iter().any(|(t, w)| t == "rule.collaborator" && *w < 0.0)));
    }
}
