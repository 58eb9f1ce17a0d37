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
use super::weights::TraitWeights;
use crate::document::{BlockKind, Document, MentionType, SentenceClass, WordKind};
use crate::lexicon::verbs::Features;

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

    /// Evidence that he does an act of the class: the log-odds that the weights give.
    pub fn evidence(&self, weights: &TraitWeights, class: SentenceClass) -> f32 {
        weights.sum(class, &self.traits)
    }
}

/// An act whose doer is looked for.
pub struct Act<'a> {
    /// Its items.
    pub clause: &'a Range<usize>,
    /// The item of its verb.
    pub verb: usize,
    /// The items that make the sentence a task.
    pub trigger: Option<Range<usize>>,
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
    let title = is_title(document, index);
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
            t.extend(distance(items, i, verb));
        }
        t.push(before(rules, document, items, i));
        t.push(behind(rules, document, items, i));
        if act.trigger.as_ref().is_some_and(|trigger| trigger.end == i) {
            t.push("after.trigger");
        }
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
            t.push(if plural(rules, document, analysis, i) { "plural.agrees" } else { "plural.differs" });
        }
        named_by_rules(rules, analysis, i, inside, &mut t);
        out.push(Candidate { item: i, traits: t });
    }
    // Who did the act before mostly goes on, unless a rule names somebody for this one.
    if !act.before.is_empty() {
        let named = |c: &Candidate<'_>| act.clause.contains(&c.item) && c.is_named();
        let anew = out.iter().any(|c| named(c) && !act.before.contains(&c.item));
        for c in &mut out {
            let before = act.before.contains(&c.item);
            let is_named = named(c);
            c.traits.push(match (before, anew) {
                (true, false) => "did-before",
                (true, true) => "did-before-another-named",
                (false, _) if is_named => "named-anew",
                (false, _) => "another-before",
            });
        }
    }
    among(&mut out, act.clause);
    out
}

/// How far item `from` stands before item `to`: finite verbs between them, and items.
pub(super) fn distance(items: &[Item], from: usize, to: usize) -> [&'static str; 2] {
    let finite = items[from + 1..to].iter().filter(|x| x.is_finite()).count();
    let near = match to - from {
        0..=3 => "near.3",
        4..=8 => "near.8",
        9..=16 => "near.16",
        _ => "near.far",
    };
    [["verbs.0", "verbs.1", "verbs.2"][finite.min(2)], near]
}

/// Whether a sentence is a headline.
pub(super) fn is_title(document: &Document, index: usize) -> bool {
    let block = document.sentences.get(index).and_then(|s| document.blocks.get(s.block));
    block.is_some_and(|b| matches!(b.kind, BlockKind::Title | BlockKind::Heading))
}

/// How each stands among all that may do the act.
fn among(all: &mut [Candidate<'_>], clause: &Range<usize>) {
    let named: Vec<bool> = all.iter().map(Candidate::is_named).collect();
    let count = named.iter().filter(|n| **n).count();
    let inside = |c: &Candidate<'_>| clause.contains(&c.item);
    let first = all.iter().position(inside);
    let last = all.iter().rposition(inside);
    let lone = all.len() == 1;
    for (i, c) in all.iter_mut().enumerate() {
        if lone {
            c.traits.push("among.lone");
        }
        if count > usize::from(named[i]) {
            c.traits.push("among.another-named");
        }
        if first == Some(i) {
            c.traits.push("among.first-inside");
        }
        if last == Some(i) {
            c.traits.push("among.last-inside");
        }
    }
}

/// The class as a trait.
pub(super) fn class_trait(class: SentenceClass) -> &'static str {
    match class {
        SentenceClass::Decision => "class.decision",
        SentenceClass::Directive => "class.directive",
        SentenceClass::Request => "class.request",
        _ => "class.plan",
    }
}

/// What one is.
pub(super) fn kind(rules: &RuleSet, document: &Document, analysis: &Analysis, i: usize, t: &mut Vec<&str>) {
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
    if is_agency(rules, analysis, first) {
        t.push("agency");
    }
}

fn word<'a>(document: &'a Document, items: &[Item], i: usize) -> &'a str {
    items.get(i).map_or("", |item| document.word(item.words.end.saturating_sub(1)))
}

/// What stands before.
pub(super) fn before<'a>(rules: &'a RuleSet, document: &Document, items: &[Item], i: usize) -> &'a str {
    let item = &items[i - 1];
    if item.edge == Edge::Start {
        return "after.start";
    }
    let last = crate::lexicon::whole(word(document, items, i - 1));
    let two = (i >= 2).then(|| format!("{} {last}", crate::lexicon::whole(word(document, items, i - 2))));
    let known = two.and_then(|two| rules.neighbours.before.get(&two));
    if let Some(known) = known.or_else(|| rules.neighbours.before.get(&last)) {
        return known;
    }
    match () {
        () if item.is_finite() => "after.verb",
        () if item.breaks => "after.sign",
        () if item.classes & rules.act != 0 => "after.act",
        () if item.classes & rules.session != 0 => "after.session",
        () if items[i].subject => "after.free",
        () => "after.noun",
    }
}

/// What stands behind.
pub(super) fn behind<'a>(rules: &'a RuleSet, document: &Document, items: &[Item], i: usize) -> &'a str {
    let Some(item) = items.get(i + 1).filter(|x| x.edge == Edge::Inside) else { return "then.end" };
    if let Some(known) = rules.neighbours.behind.get(&crate::lexicon::whole(document.word(item.words.start)))
    {
        return known;
    }
    match () {
        () if item.is_finite() => "then.verb",
        () if item.breaks => "then.sign",
        () if item.actor.is_some() => "then.actor",
        () if item.classes & rules.act != 0 => "then.act",
        () if document.words.get(item.words.start).is_some_and(|w| w.kind == WordKind::Sign) => "then.sign",
        () => "then.other",
    }
}

/// Whether a plural verb goes with him.
fn plural(rules: &RuleSet, document: &Document, analysis: &Analysis, i: usize) -> bool {
    let Some(actor) = analysis.items[i].actor.and_then(|a| analysis.actors.get(a)) else { return false };
    let head = document.word(actor.words.start);
    let second = document.word((actor.words.start + 1).min(actor.words.end.saturating_sub(1)));
    let many = |w: &str| rules.neighbours.plural.iter().any(|e| w.ends_with(e.as_str()));
    let all = rules.vocabulary.get(&crate::lexicon::whole(head)).classes & rules.actor_classes.all != 0;
    actor.members.len() > 1 || many(head) || many(second) && all
}

/// The rules that name him; as the assignee of this act, if he stands `inside` its clause.
fn named_by_rules<'a>(rules: &'a RuleSet, analysis: &Analysis, i: usize, inside: bool, t: &mut Vec<&'a str>) {
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
    let mut named = analysis.matches.iter().filter(|m| catches(m, Capture::Assignee)).peekable();
    if !inside {
        if named.peek().is_some() {
            t.push("named-elsewhere");
        }
        return;
    }
    let of_class = |f: &&super::Firing| rules.rules.get(f.rule).is_some_and(|r| r.class == analysis.class);
    if analysis.fired.iter().filter(of_class).any(|f| catches(&f.found, Capture::Assignee)) {
        t.push("rule.assignee");
    }
    slots_of(rules, analysis.class, named, t);
}

/// Adds the names of the slot patterns that made some matches.
pub(super) fn slots_of<'a, 'm>(
    rules: &'a RuleSet,
    class: SentenceClass,
    matches: impl Iterator<Item = &'m super::Match>,
    t: &mut Vec<&'a str>,
) {
    for m in matches {
        for slot in rules.slots_with(m.pattern).filter(|s| s.classes.is_empty() || s.classes.contains(&class))
        {
            if !t.contains(&slot.id.as_str()) {
                t.push(&slot.id);
            }
        }
    }
}
