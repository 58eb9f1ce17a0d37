//! The tasks of a sentence: acts, who must do them, with whom, by whose will and by when.

use std::ops::Range;

use super::act;
use super::actors::{Member, MemberKind};
use super::classify::Analysis;
use super::context::{Context, captured_members, is_agency, slot_of_mention};
use super::deadlines::{self, Time};
use super::items::{Edge, Item};
use super::pattern::Capture;
use super::rules::RuleSet;
use crate::calendar::Introducer;
use crate::document::{Deadline, Document, SentenceClass, Slot, SlotKind, Task};
use crate::lexicon::verbs::Features;
use crate::span::ByteSpan;

/// The tasks that a sentence states; none if it is of no task class.
pub fn tasks(
    rules: &RuleSet,
    document: &Document,
    index: usize,
    analysis: &Analysis,
    context: &Context,
) -> Vec<Task> {
    let Some(sentence) = document.sentences.get(index) else { return Vec::new() };
    if !analysis.class.is_task() || sentence.words.is_empty() {
        return Vec::new();
    }
    let finder = Finder { rules, document, index, analysis, context };
    let acts = finder.acts();
    let shared_assignees = finder.best(Capture::Assignee, None);
    let collaborators = finder.best(Capture::Collaborator, None);
    let issuer = finder.issuer();
    let trigger = finder.trigger();
    let times = deadlines::times(document, sentence);
    let mut out: Vec<Task> = Vec::new();
    for clause in &acts {
        let own = finder.best(Capture::Assignee, Some(clause));
        let assignees = if own.is_empty() {
            out.last().map_or_else(|| shared_assignees.clone(), |t| t.assignees.clone())
        } else {
            own
        };
        let assignees = if assignees.is_empty() { finder.ourselves(clause) } else { assignees };
        let own = if acts.len() > 1 { finder.best(Capture::Collaborator, Some(clause)) } else { Vec::new() };
        let collaborators = if own.is_empty() && acts.len() == 1 { collaborators.clone() } else { own };
        let span = finder.act_span(clause, &times);
        out.push(Task {
            class: analysis.class,
            sentence: index,
            span,
            trigger: trigger.clone().map(|t| document.span_of_words(t)),
            assignees,
            collaborators,
            issuer: issuer.clone(),
            deadline: finder.deadline(&times, clause, acts.len()),
            row: None,
            act: Some(act::kind(rules, document, span)),
            score: analysis.score,
            rule: analysis.rule_id(rules).unwrap_or_default(),
        });
    }
    out
}

struct Finder<'a> {
    rules: &'a RuleSet,
    document: &'a Document,
    index: usize,
    analysis: &'a Analysis,
    context: &'a Context,
}

impl Finder<'_> {
    fn items(&self) -> &[Item] {
        &self.analysis.items
    }

    fn trigger_items(&self) -> Option<Range<usize>> {
        let found = &self.analysis.decider(self.rules)?.found;
        Some(found.captured(Capture::Trigger).unwrap_or(found.start..found.end))
    }

    fn trigger(&self) -> Option<Range<usize>> {
        self.trigger_items().map(|items| words_of(self.items(), items))
    }

    /// What fills a slot: captures of the firing rules and of the slot patterns, the strongest; in
    /// `clause` only, where one is given. The recognizer's proposal fills an empty one.
    fn best(&self, capture: Capture, clause: Option<&Range<usize>>) -> Vec<Slot> {
        let fits = |r: &Range<usize>| clause.is_none_or(|c| c.start <= r.start && r.end <= c.end);
        let tells = matches!(capture, Capture::Issuer | Capture::Speaker);
        let mut found: Vec<(f32, Range<usize>, Vec<Slot>)> = Vec::new();
        let mut add = |priority: f32, m: &super::Match| {
            if let Some(range) = m.captured(capture)
                && fits(&range)
            {
                let slots: Vec<Slot> = captured_members(self.analysis, m, capture)
                    .into_iter()
                    .filter(|member| !tells || !is_agency(self.rules, self.document, member))
                    .filter_map(|member| self.resolve(member, capture))
                    .collect();
                if !slots.is_empty() {
                    found.push((priority, range, slots));
                } else if let Some(slot) = self.plain(m, capture) {
                    found.push((priority, range, vec![slot]));
                }
            }
        };
        for f in &self.analysis.fired {
            let rule = &self.rules.rules[f.rule];
            if rule.class == self.analysis.class {
                add(rule.priority, &f.found);
            }
        }
        for slot in &self.rules.slots {
            if !slot.classes.is_empty() && !slot.classes.contains(&self.analysis.class) {
                continue;
            }
            for m in self.analysis.matches.iter().filter(|m| slot.patterns.contains(&m.pattern)) {
                add(slot.priority, m);
            }
        }
        let top = found.iter().map(|f| f.0).fold(f32::MIN, f32::max);
        found.retain(|f| f.0 >= top);
        found.sort_by_key(|f| f.1.start);
        let mut out: Vec<Slot> = Vec::new();
        for slot in found.into_iter().flat_map(|f| f.2) {
            if !out.contains(&slot) {
                out.push(slot);
            }
        }
        let (sure, proposed) = self.proposed(capture, clause);
        if !proposed.is_empty() && (out.is_empty() || sure * self.rules.weights.slot > top) {
            // What a rule found at the same place is kept: it knows whom a pronoun stands for.
            return proposed
                .into_iter()
                .map(|p| {
                    let same = |s: &&Slot| s.span.zip(p.span).is_some_and(|(a, b)| a.overlaps(b));
                    out.iter().find(same).cloned().unwrap_or(p)
                })
                .collect();
        }
        out
    }

    /// A capture that is no actor but a name all the same («ایران»).
    fn plain(&self, m: &super::Match, capture: Capture) -> Option<Slot> {
        let range = m.captured(capture)?;
        let items = self.items().get(range.clone())?;
        items.iter().any(|i| i.mentions != 0).then(|| {
            let span = self.document.span_of_words(words_of(self.items(), range));
            Slot { span: Some(span), text: self.document.surface(span).to_owned(), entity: None }
        })
    }

    /// What the recognizer proposes for a slot, and how sure it is at most.
    fn proposed(&self, capture: Capture, clause: Option<&Range<usize>>) -> (f32, Vec<Slot>) {
        let kind = match capture {
            Capture::Assignee => SlotKind::Assignee,
            Capture::Collaborator => SlotKind::Collaborator,
            Capture::Issuer => SlotKind::Issuer,
            _ => return (0.0, Vec::new()),
        };
        let Some(prediction) = self.document.sentences.get(self.index).and_then(|s| s.prediction.as_ref())
        else {
            return (0.0, Vec::new());
        };
        let place = clause.map(|c| self.document.span_of_words(words_of(self.items(), c.clone())));
        let mut sure = 0.0f32;
        let mut slots = Vec::new();
        for &(k, span, p) in &prediction.slots {
            if k == kind && place.is_none_or(|place| place.contains(span)) {
                sure = sure.max(p);
                slots.extend(self.named(span));
            }
        }
        (sure, slots)
    }

    /// A proposed span as a slot: a pronoun is resolved, a mention keeps its record.
    fn named(&self, span: ByteSpan) -> Option<Slot> {
        let words = self.document.words_in(span);
        let members = self.analysis.actors.iter().flat_map(|a| &a.members);
        if let Some(member) = members.into_iter().find(|m| m.words == words) {
            return self.resolve(member, Capture::Assignee);
        }
        let entity = self.document.mentions.iter().find(|m| m.span == span).and_then(|m| m.entity);
        Some(Slot { span: Some(span), text: self.document.surface(span).to_owned(), entity })
    }

    /// Who or what a member stands for.
    fn resolve(&self, member: &Member, capture: Capture) -> Option<Slot> {
        match member.kind {
            MemberKind::Mention(i) => slot_of_mention(self.document, i),
            MemberKind::Generic => {
                let span = self.document.span_of_words(member.words.clone());
                Some(Slot { span: Some(span), text: self.document.surface(span).to_owned(), entity: None })
            }
            MemberKind::Pronoun => self.context.speaker.clone(),
            MemberKind::This => {
                let span = self.document.span_of_words(member.words.clone());
                let head = self.document.word(member.words.end.checked_sub(1)?);
                let stem = head.trim_end_matches("خانه");
                self.context
                    .this_body(self.document, stem, span.start)
                    .or_else(|| (capture == Capture::Issuer).then(|| self.context.body(self.document))?)
            }
        }
    }

    /// «ما» who promise: the speaker's body, or the speaker.
    fn ourselves(&self, clause: &Range<usize>) -> Vec<Slot> {
        let we = |i: &Item| {
            i.verb.is_some_and(|v| {
                v.features.has(Features::FIRST)
                    && v.features.has(Features::FUTURE | Features::PRESENT | Features::SUBJUNCTIVE)
            })
        };
        let said = self.items().get(clause.clone()).is_some_and(|items| items.iter().any(we));
        if self.analysis.class != SentenceClass::Plan || !said {
            return Vec::new();
        }
        self.context
            .speakers_body(self.document)
            .or_else(|| self.context.speaker.clone())
            .into_iter()
            .collect()
    }

    fn issuer(&self) -> Option<Slot> {
        let class = self.analysis.class;
        if class == SentenceClass::Plan {
            return None;
        }
        if let Some(slot) = self.best(Capture::Issuer, None).into_iter().next() {
            return Some(slot);
        }
        if class == SentenceClass::Decision {
            return self.body_here().or_else(|| self.context.body(self.document));
        }
        if let Some(slot) = self.best(Capture::Speaker, None).into_iter().next() {
            return Some(slot);
        }
        self.context.speaker.clone()
    }

    /// A body in session that the sentence itself names.
    fn body_here(&self) -> Option<Slot> {
        let named = self.items().iter().filter(|i| i.classes & self.rules.session != 0);
        let mut members = named.filter_map(|i| self.analysis.actors.get(i.actor?)).flat_map(|a| &a.members);
        members.find_map(|m| match m.kind {
            MemberKind::Mention(i) => slot_of_mention(self.document, i),
            _ => None,
        })
    }

    /// The clauses that state acts, as ranges of items: separate finite verbs of one duty are
    /// separate acts.
    fn acts(&self) -> Vec<Range<usize>> {
        let items = self.items();
        let end = items.len().saturating_sub(1);
        let whole = 1..end;
        let Some(trigger) = self.trigger_items() else { return vec![whole] };
        let moods = match self.analysis.class {
            SentenceClass::Plan => Features::FUTURE | Features::PRESENT | Features::SUBJUNCTIVE,
            _ => Features::SUBJUNCTIVE,
        };
        let is_act = |i: &Item| i.verb.is_some_and(|v| v.features.has(moods));
        let first = (trigger.start..end).find(|&i| items.get(i).is_some_and(is_act));
        let Some(first) = first else { return vec![whole] };
        let joins = |i: usize| {
            items.get(i).is_some_and(|item| {
                item.breaks
                    || item.classes & (self.rules.actor_classes.and | self.rules.actor_classes.comma) != 0
            })
        };
        let mut out = self.split_by_assignee(first);
        for (i, item) in items.iter().enumerate().take(end).skip(first + 1) {
            let previous = out.last().map_or(first, |r| r.end - 1);
            if is_act(item) && joins(previous + 1) && i > previous + 2 {
                out.push(previous + 2..i + 1);
            }
        }
        if let Some(last) = out.last_mut() {
            last.end = end;
        }
        out
    }

    /// The clause that ends with the verb at `verb`; in parts where several are each told to act
    /// («X نسبت به … و Y نسبت به … اقدام نمایند»).
    fn split_by_assignee(&self, verb: usize) -> Vec<Range<usize>> {
        let told = |m: &&super::Match| {
            self.rules.slots.iter().any(|s| s.shares_verb && s.patterns.contains(&m.pattern))
        };
        let mut starts: Vec<usize> = self
            .analysis
            .matches
            .iter()
            .filter(told)
            .filter_map(|m| m.captured(Capture::Assignee))
            .map(|r| r.start)
            .filter(|&start| start < verb)
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let mut out = Vec::new();
        let mut from = 1;
        for &start in starts.iter().skip(1) {
            out.push(from..start.saturating_sub(1).max(from));
            from = start;
        }
        out.push(from..verb + 1);
        out
    }

    /// The words of the act in a clause: without the frame before it («… گفت:»), its assignee at the
    /// front, and the words that make it a task.
    fn act_span(&self, clause: &Range<usize>, times: &[Time]) -> ByteSpan {
        if let Some(span) = self.proposed_act(clause) {
            return span;
        }
        let items = self.items();
        let mut range = clause.clone();
        let captured = self.analysis.decider(self.rules).and_then(|f| f.found.captured(Capture::Act));
        if let Some(act) = captured
            && clause.start <= act.start
            && act.end <= clause.end
        {
            return self.document.span_of_words(words_of(items, act));
        }
        // The frame ends at the last colon before the act's verb.
        if let Some(i) = range.clone().rev().find(|&i| items[i].breaks && i + 2 < range.end) {
            range.start = i + 1;
        }
        if let Some(trigger) = self.trigger_items() {
            let after = trigger.end.max(range.start)..range.end;
            let before = range.start..trigger.start.min(range.end);
            let has_verb =
                |r: &Range<usize>| r.clone().any(|i| items.get(i).is_some_and(|item| item.verb.is_some()));
            if trigger.start >= range.start && trigger.end <= range.end {
                if after.len() >= 2 && (has_verb(&after) || after.len() > before.len()) {
                    range = after;
                } else if before.len() >= 2 && before.len() >= trigger.len() {
                    range = before;
                }
                // A trigger that reaches over most of the clause has the act inside it.
            }
        }
        while range.len() > 1 {
            let item = &items[range.start];
            let drop = item.edge != Edge::Inside
                || item.breaks
                || item.actor.is_some() && self.is_assignee(item)
                || item.classes & self.rules.lead != 0;
            if !drop {
                break;
            }
            range.start += 1;
        }
        if let Some(start) = behind_limit(items, &range, times) {
            range.start = start;
        }
        let span = self.document.span_of_words(words_of(items, range));
        if span.is_empty() { self.document.sentences[self.index].span } else { span }
    }

    /// The act that the recognizer sees in a clause: it knows better than the frames that rules can
    /// cut off where an act begins and ends.
    fn proposed_act(&self, clause: &Range<usize>) -> Option<ByteSpan> {
        let place = self.document.span_of_words(words_of(self.items(), clause.clone()));
        let prediction = self.document.sentences.get(self.index)?.prediction.as_ref()?;
        let common = |span: ByteSpan| span.end.min(place.end).saturating_sub(span.start.max(place.start));
        let acts = prediction.slots.iter().filter(|(kind, span, p)| {
            *kind == SlotKind::Act
                && *p >= self.rules.weights.act
                && 2 * common(*span) > span.end - span.start
        });
        acts.map(|&(_, span, _)| span).max_by_key(|&span| (common(span), std::cmp::Reverse(span.start)))
    }

    /// The time limit that stands in a clause; of a sentence with one act, anywhere behind its frame.
    fn deadline(&self, times: &[Time], clause: &Range<usize>, acts: usize) -> Option<Deadline> {
        let items = self.items();
        let frame = self.frame_end();
        let from = if acts == 1 { frame } else { clause.start.max(frame) };
        let words = words_of(items, from..clause.end);
        let trigger = self.trigger().map_or(words.start, |t| t.start);
        let proposals: Option<Vec<ByteSpan>> =
            self.document.sentences.get(self.index).and_then(|s| s.prediction.as_ref()).map(|p| {
                let deadlines = p.slots.iter().filter(|(k, _, _)| *k == SlotKind::Deadline);
                deadlines.map(|&(_, span, _)| span).collect()
            });
        let proposed = proposals.as_ref().and_then(|spans| {
            let place = self.document.span_of_words(words.clone());
            spans.iter().find(|s| place.contains(**s)).or_else(|| spans.first().filter(|_| acts == 1))
        });
        if let Some(&span) = proposed {
            return Some(deadlines::at(self.document, times, span));
        }
        let least = if proposals.is_some() { self.rules.weights.lone_deadline } else { 0 };
        deadlines::limit(self.rules, self.document, times, words, trigger, self.analysis.class)
            .filter(|(strength, _)| *strength >= least)
            .map(|(_, deadline)| deadline)
    }

    /// The item after the words that only open a quotation.
    fn frame_end(&self) -> usize {
        let items = self.items();
        let trigger = self.trigger_items().map_or(1, |t| t.start);
        (1..trigger.min(items.len())).rev().find(|&i| items[i].breaks).map_or(1, |i| i + 1)
    }

    fn is_assignee(&self, item: &Item) -> bool {
        self.analysis.matches.iter().any(|m| {
            m.captured(Capture::Assignee)
                .is_some_and(|r| self.items().get(r).is_some_and(|s| s.iter().any(|i| i.words == item.words)))
        })
    }
}

/// Where an act goes on behind the time limit that opens it («تا پایان خرداد نسبت به …»): the limit
/// has a slot of its own.
fn behind_limit(items: &[Item], act: &Range<usize>, times: &[Time]) -> Option<usize> {
    let first = items.get(act.start)?.words.start;
    let limits = |t: &&Time| {
        let by = matches!(t.introduced, Some(Introducer::Until | Introducer::Within | Introducer::AtMost));
        by && t.words.contains(&first)
    };
    let end = times.iter().find(limits)?.words.end;
    let next = act.clone().find(|&i| items[i].words.start >= end)?;
    (act.end - next >= 2).then_some(next)
}

/// The words that a range of items covers.
pub fn words_of(items: &[Item], range: Range<usize>) -> Range<usize> {
    match items.get(range).map(|s| (s.first(), s.last())) {
        Some((Some(first), Some(last))) => first.words.start..last.words.end,
        _ => 0..0,
    }
}
