//! By whose will something is to be done: each one that a sentence names, who spoke before it, and the
//! body in session are rated by what can be seen of them. The weights of these traits are data
//! (`rules/issuers.toml`), fitted on labelled sentences like those of who does an act.

use std::ops::Range;

use super::actors::{Member, MemberKind};
use super::classify::Analysis;
use super::context::Context;
use super::doers::{before, behind, class_trait, distance, kind, slots_of};
use super::pattern::Capture;
use super::rules::RuleSet;
use crate::document::{Document, Slot};
use crate::span::ByteSpan;

/// One by whose will it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    /// Who.
    pub slot: Slot,
    /// Where the sentence names him; `None` for one who is carried from a sentence before.
    pub place: Option<ByteSpan>,
    /// What is seen of him, by the names that the weights go by.
    pub traits: Vec<&'a str>,
}

/// A sentence whose issuer is looked for.
pub struct Place<'a> {
    /// Rules.
    pub rules: &'a RuleSet,
    /// Document.
    pub document: &'a Document,
    /// Sentence.
    pub index: usize,
    /// Its analysis.
    pub analysis: &'a Analysis,
    /// What is carried on from the sentences before.
    pub context: &'a Context,
    /// The items that make it a task.
    pub trigger: Option<Range<usize>>,
    /// The item after the frame («… گفت:»).
    pub frame_end: usize,
}

impl<'a> Place<'a> {
    /// All by whose will it may be; `resolve` tells whom a word names.
    pub fn candidates(&self, resolve: impl Fn(&Member) -> Option<Slot>) -> Vec<Candidate<'a>> {
        let items = &self.analysis.items;
        let mut out = Vec::new();
        let (mut subjects, mut pronoun, mut speaker) = (0, false, false);
        for (i, item) in items.iter().enumerate() {
            let Some(actor) = item.actor.and_then(|a| self.analysis.actors.get(a)) else { continue };
            let mut t = vec![class_trait(self.analysis.class)];
            kind(self.rules, self.document, self.analysis, i, &mut t);
            self.side(i, &mut t);
            t.push(before(self.rules, self.document, items, i));
            t.push(behind(self.rules, self.document, items, i));
            if item.subject {
                t.push(["subject.nth-1", "subject.nth-2", "subject.nth-3"][subjects.min(2)]);
                subjects += 1;
            }
            speaker |= self.named(i, &mut t);
            pronoun |= actor.members.iter().any(|m| m.kind == MemberKind::Pronoun);
            let Some(member) = actor.members.first() else { continue };
            let Some(slot) = resolve(member) else { continue };
            let place = Some(self.document.span_of_words(actor.words.clone()));
            out.push(Candidate { slot, place, traits: t });
        }
        if let [lone] = out.as_mut_slice() {
            lone.traits.push("among.lone");
        }
        self.carried(pronoun, speaker, &mut out);
        out
    }

    /// Where one stands, seen from the words that make the sentence a task.
    fn side(&self, i: usize, t: &mut Vec<&'a str>) {
        if i < self.frame_end {
            t.push("place.frame");
        }
        let Some(trigger) = &self.trigger else { return t.push("side.none") };
        if i >= trigger.start {
            return t.push(if i < trigger.end { "side.inside" } else { "side.behind" });
        }
        t.push("side.before");
        t.extend(distance(&self.analysis.items, i, trigger.start));
    }

    /// The rules and slot patterns that name him; whether one names him as who speaks.
    fn named(&self, i: usize, t: &mut Vec<&'a str>) -> bool {
        let catches = |m: &super::Match, c: Capture| m.captured(c).is_some_and(|r| r.contains(&i));
        let analysis = self.analysis;
        for (capture, name) in [
            (Capture::Assignee, "rule.assignee"),
            (Capture::Collaborator, "rule.collaborator"),
            (Capture::Issuer, "rule.any-issuer"),
            (Capture::Speaker, "rule.speaker"),
        ] {
            if analysis.matches.iter().any(|m| catches(m, capture)) {
                t.push(name);
            }
        }
        let of_class =
            |f: &&super::Firing| self.rules.rules.get(f.rule).is_some_and(|r| r.class == analysis.class);
        if analysis.fired.iter().filter(of_class).any(|f| catches(&f.found, Capture::Issuer)) {
            t.push("rule.issuer");
        }
        let tells = |m: &&super::Match| catches(m, Capture::Issuer) || catches(m, Capture::Speaker);
        slots_of(self.rules, analysis.class, analysis.matches.iter().filter(tells), t);
        t.contains(&"rule.speaker")
    }

    /// Who spoke before, and the body in session.
    fn carried(&self, pronoun: bool, speaker: bool, out: &mut Vec<Candidate<'a>>) {
        let class = class_trait(self.analysis.class);
        let own = self.document.sentences.get(self.index).map(|s| s.span);
        let here = |slot: &Slot| slot.span.zip(own).is_some_and(|(a, b)| a.overlaps(b));
        let items = &self.analysis.items;
        if let Some(slot) = self.context.speaker.clone().filter(|s| !here(s)) {
            let mut traits = vec![class, "carried.speaker"];
            if pronoun {
                traits.push("carried.speaker-pronoun");
            }
            if speaker {
                traits.push("carried.speaker-another");
            }
            out.push(Candidate { slot, place: None, traits });
        }
        if let Some(slot) = self.context.body(self.document).filter(|s| !here(s)) {
            let mut traits = vec![class, "carried.body"];
            if items.iter().any(|i| i.classes & self.rules.session != 0) {
                traits.push("carried.body-session");
            }
            if items.iter().any(|i| i.classes & self.rules.actor_classes.this != 0) {
                traits.push("carried.body-this");
            }
            if speaker {
                traits.push("carried.body-speaker");
            }
            out.push(Candidate { slot, place: None, traits });
        }
    }
}
