//! Who of those named in a sentence does an act: each of them is rated by what can be seen of him
//! (the word before, the word behind, the rules that name him, his distance from the act's verb). The
//! weights of these traits are data (`[doer]` in the rule files); they were fitted on labelled
//! sentences by logistic regression, and each can be read as evidence for or against.

use std::ops::Range;

use super::actors::MemberKind;
use super::classify::Analysis;
use super::context::is_agency;
use super::items::{Edge, Item, bit};
use super::pattern::Capture;
use super::rules::RuleSet;
use crate::document::{BlockKind, Document, MentionType, Prediction, SentenceClass, SlotKind, WordKind};
use crate::lexicon::verbs::Features;
use crate::span::ByteSpan;

/// One that may do an act.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    /// His item.
    pub item: usize,
    /// What is seen of him, by the names that the weights go by.
    pub traits: Vec<&'a str>,
}

impl Candidate<'_> {
    /// Whether a rule names him.
    pub fn is_named(&self) -> bool {
        self.traits.iter().any(|t| *t == "rule.assignee" || t.starts_with("slot."))
    }

    /// Evidence that he does the act: the log-odds that the weights give.
    pub fn evidence(&self, rules: &RuleSet) -> f32 {
        let weight = |name: &str| rules.doer.get(name).copied().unwrap_or(0.0);
        weight("bias") + self.traits.iter().map(|t| weight(t)).sum::<f32>()
    }
}

/// What the recognizer's proposals add to the evidence for one at a place.
pub fn opinion(rules: &RuleSet, says: Option<(&Prediction, ByteSpan)>) -> f32 {
    let weight = |name: &str| rules.doer.get(name).copied().unwrap_or(0.0);
    let Some((prediction, place)) = says else { return weight("model.absent") };
    let over =
        prediction.slots.iter().filter(|(k, span, _)| *k == SlotKind::Assignee && span.overlaps(place));
    let sure = over.map(|&(_, _, p)| p).fold(0.0, f32::max);
    if sure > 0.0 { weight("model.proposes") * sure } else { weight("model.silent") }
}

/// An act whose doer is looked for.
pub struct Act<'a> {
    /// Its items.
    pub clause: &'a Range<usize>,
    /// The item of its verb.
    pub verb: usize,
    /// The item after the frame («… گفت:»).
    pub frame_end: usize,
    /// Items of those who did the act before.
    pub before: &'a [usize],
}

/// All that may do the act, in order.
pub fn candidates<'a>(
    rules: &'a RuleSet,
    document: &Document,
    index: usize,
    analysis: &Analysis,
    act: &Act<'_>,
) -> Vec<Candidate<'a>> {
    let items = &analysis.items;
    let verb = act.verb;
    let form = items.get(verb).and_then(|i| i.verb);
    let passive = form.is_some_and(|v| rules.vocabulary.verbs().is_passive(v));
    let has = |bits: u32| form.is_some_and(|v| v.features.has(bits));
    let title = document
        .sentences
        .get(index)
        .and_then(|s| document.blocks.get(s.block))
        .is_some_and(|b| matches!(b.kind, BlockKind::Title | BlockKind::Heading));
    let place = |i: usize| {
        let item = &items[i];
        item.actor.is_none() && item.mentions & bit(MentionType::Loc) != 0
    };
    let mut out: Vec<Candidate<'a>> = Vec::new();
    let mut subjects = 0;
    for i in 1..items.len().saturating_sub(1) {
        let begins_a_place = place(i) && !place(i - 1);
        if items[i].actor.is_none() && !begins_a_place {
            continue;
        }
        let mut t: Vec<&'a str> = vec![class_trait(analysis.class)];
        kind(rules, document, analysis, i, &mut t);
        let inside = act.clause.contains(&i);
        t.push(match () {
            () if i > verb => "place.behind-verb",
            () if inside => "place.inside",
            () if i < act.frame_end => "place.frame",
            () => "place.before-clause",
        });
        if i < verb {
            let finite = items[i + 1..verb].iter().filter(|x| x.is_finite()).count();
            t.push(["verbs.0", "verbs.1", "verbs.2"][finite.min(2)]);
            t.push(match verb - i {
                0..=3 => "near.3",
                4..=8 => "near.8",
                9..=16 => "near.16",
                _ => "near.far",
            });
        }
        t.push(before(rules, document, items, i));
        t.push(behind(rules, document, items, i));
        if title {
            t.push("title");
        }
        if items[i].subject || items[i].actor.is_none() && items[i - 1].edge == Edge::Start {
            t.push(if passive { "subject.passive" } else { "subject.active" });
            if has(Features::FIRST) {
                t.push("subject.first-person");
            }
            if inside && i < verb {
                t.push(["subject.nth-1", "subject.nth-2", "subject.nth-3"][subjects.min(2)]);
                subjects += 1;
            }
        }
        if has(Features::PLURAL) && !has(Features::SINGULAR) && !has(Features::FIRST) {
            t.push(if plural(document, analysis, i) { "plural.agrees" } else { "plural.differs" });
        }
        named_by_rules(rules, analysis, i, &mut t);
        out.push(Candidate { item: i, traits: t });
    }
    // Who did the act before goes on, unless a rule names somebody for this one.
    let named = |c: &Candidate<'_>| act.clause.contains(&c.item) && c.is_named();
    if !act.before.is_empty() && !out.iter().any(named) {
        for c in &mut out {
            c.traits.push(if act.before.contains(&c.item) { "did-before" } else { "another-before" });
        }
    }
    out
}

fn class_trait(class: SentenceClass) -> &'static str {
    match class {
        SentenceClass::Decision => "class.decision",
        SentenceClass::Directive => "class.directive",
        SentenceClass::Request => "class.request",
        _ => "class.plan",
    }
}

fn kind(rules: &RuleSet, document: &Document, analysis: &Analysis, i: usize, t: &mut Vec<&str>) {
    let Some(actor) = analysis.items[i].actor.and_then(|a| analysis.actors.get(a)) else {
        t.push("kind.place");
        return;
    };
    if actor.members.len() > 1 {
        t.push("several");
    }
    let Some(first) = actor.members.first() else { return };
    t.push(match first.kind {
        MemberKind::Mention(m) => match document.mentions.get(m).map(|m| m.kind) {
            Some(MentionType::Per) => "kind.person",
            Some(MentionType::Role) => "kind.role",
            _ => "kind.body",
        },
        MemberKind::Generic => "kind.generic",
        MemberKind::Pronoun => "kind.pronoun",
        MemberKind::This => "kind.this",
    });
    if is_agency(rules, document, first) {
        t.push("agency");
    }
}

fn word<'a>(document: &'a Document, items: &[Item], i: usize) -> &'a str {
    items.get(i).map_or("", |item| document.word(item.words.end.saturating_sub(1)))
}

/// What stands before.
fn before(rules: &RuleSet, document: &Document, items: &[Item], i: usize) -> &'static str {
    let item = &items[i - 1];
    if item.edge == Edge::Start {
        return "after.start";
    }
    let by = i >= 2
        && matches!(word(document, items, i - 2), "از")
        && matches!(word(document, items, i - 1), "سوی" | "طرف" | "طریق" | "جانب");
    if by || matches!(word(document, items, i - 1), "توسط" | "بوسیله" | "وسیله") {
        return "after.by";
    }
    match word(document, items, i - 1) {
        "از" => "after.from",
        "به" => "after.to",
        "با" => "after.with",
        "در" => "after.in",
        "برای" => "after.for",
        "بر" => "after.on",
        "که" => "after.that",
        "تا" => "after.until",
        "و" => "after.and",
        "،" | "," => "after.comma",
        ":" => "after.colon",
        _ if item.is_finite() => "after.verb",
        _ if item.breaks => "after.sign",
        _ if item.classes & rules.act != 0 => "after.act",
        _ if item.classes & rules.session != 0 => "after.session",
        _ if items[i].subject => "after.free",
        _ => "after.noun",
    }
}

/// What stands behind.
fn behind(rules: &RuleSet, document: &Document, items: &[Item], i: usize) -> &'static str {
    let Some(item) = items.get(i + 1).filter(|x| x.edge == Edge::Inside) else { return "then.end" };
    match document.word(item.words.start) {
        "باید" | "نباید" | "بایستی" | "می‌بایست" => "then.must",
        "موظف" | "مکلف" | "ملزم" | "موظفند" | "مکلفند" => "then.duty",
        "را" => "then.object",
        "نسبت" => "then.toward",
        "که" => "then.that",
        "در" | "از" | "به" | "با" | "برای" | "بر" | "تا" => "then.preposition",
        "و" => "then.and",
        "نیز" | "هم" | "همچنین" => "then.also",
        "،" | "," => "then.comma",
        _ if item.is_finite() => "then.verb",
        _ if item.breaks => "then.sign",
        _ if item.actor.is_some() => "then.actor",
        _ if item.classes & rules.act != 0 => "then.act",
        _ if document.words.get(item.words.start).is_some_and(|w| w.kind == WordKind::Sign) => "then.sign",
        _ => "then.other",
    }
}

/// Whether a plural verb goes with him.
fn plural(document: &Document, analysis: &Analysis, i: usize) -> bool {
    let Some(actor) = analysis.items[i].actor.and_then(|a| analysis.actors.get(a)) else { return false };
    let head = document.word(actor.words.start);
    let second = document.word((actor.words.start + 1).min(actor.words.end.saturating_sub(1)));
    let many = |w: &str| ["ها", "های", "ان", "ین", "هایی"].iter().any(|e| w.ends_with(e));
    actor.members.len() > 1
        || many(head)
        || many(second) && matches!(head, "همه" | "تمام" | "تمامی" | "کلیه" | "سایر")
}

/// The rules that name him.
fn named_by_rules<'a>(rules: &'a RuleSet, analysis: &Analysis, i: usize, t: &mut Vec<&'a str>) {
    let catches = |m: &super::Match, c: Capture| m.captured(c).is_some_and(|r| r.contains(&i));
    if analysis.matches.iter().any(|m| catches(m, Capture::Speaker)) {
        t.push("rule.speaker");
    }
    if analysis.matches.iter().any(|m| catches(m, Capture::Issuer)) {
        t.push("rule.issuer");
    }
    if analysis.matches.iter().any(|m| catches(m, Capture::Collaborator)) {
        t.push("rule.collaborator");
    }
    let of_class = |f: &&super::Firing| rules.rules.get(f.rule).is_some_and(|r| r.class == analysis.class);
    if analysis.fired.iter().filter(of_class).any(|f| catches(&f.found, Capture::Assignee)) {
        t.push("rule.assignee");
    }
    for slot in &rules.slots {
        let fits = slot.classes.is_empty() || slot.classes.contains(&analysis.class);
        let found = |m: &super::Match| slot.patterns.contains(&m.pattern) && catches(m, Capture::Assignee);
        if fits && analysis.matches.iter().any(found) {
            t.push(&slot.id);
        }
    }
}
