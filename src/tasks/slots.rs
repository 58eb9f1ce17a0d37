//! The tasks of a sentence: acts, who must do them, with whom, by whose will and by when.

use std::ops::Range;

use super::act;
use super::actors::{Member, MemberKind};
use super::classify::Analysis;
use super::context::{Context, captured_members, is_agency, slot_of_mention};
use super::deadlines::{self, Time};
use super::doers;
use super::items::{Edge, Item};
use super::pattern::Capture;
use super::rules::RuleSet;
use crate::calendar::Introducer;
use crate::document::{Deadline, Document, SentenceClass, Slot, SlotKind, Task, TaskStatus};
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
    let collaborators = finder.best(Capture::Collaborator, None);
    let issuer = finder.issuer();
    let trigger = finder.trigger();
    let times = deadlines::times(document, sentence);
    let mut out: Vec<Task> = Vec::new();
    let mut doers = Vec::new();
    for clause in &acts {
        let assignees = finder.assignees(clause, &mut doers);
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
            place: finder.best(Capture::Place, Some(clause)).into_iter().next(),
            beneficiaries: finder.best(Capture::Beneficiary, Some(clause)),
            status: finder.status(clause),
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
                let members = captured_members(self.analysis, m, capture);
                let slots: Vec<Slot> = members
                    .iter()
                    .filter(|member| !tells || !is_agency(self.rules, self.document, member))
                    .filter_map(|member| self.resolve(member, capture))
                    .collect();
                if !slots.is_empty() {
                    found.push((priority, range, slots));
                } else if members.is_empty()
                    && let Some(slot) = self.plain(m, capture)
                {
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
        items.iter().any(|i| i.mentions != 0).then(|| self.mentioned(words_of(self.items(), range)))
    }

    /// The mention over some words, or the words.
    fn mentioned(&self, words: Range<usize>) -> Slot {
        let span = self.document.span_of_words(words);
        let mention = self.document.mentions.iter().find(|m| m.span.overlaps(span));
        let span = mention.map_or(span, |m| m.span);
        Slot { span: Some(span), text: self.document.surface(span).to_owned(), entity: None }
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

    /// Who does the act of a clause. `doers` are the items of those who did the act before, and
    /// afterwards of those who do this one.
    fn assignees(&self, clause: &Range<usize>, doers: &mut Vec<usize>) -> Vec<Slot> {
        let act = self.act(clause, doers);
        let rated = doers::candidates(self.rules, self.document, self.index, self.analysis, &act);
        let prediction = self.document.sentences.get(self.index).and_then(|s| s.prediction.as_ref());
        let opinion = |candidate: &doers::Candidate<'_>| {
            let item = &self.items()[candidate.item];
            let says = prediction.map(|p| (p, self.document.span_of_words(item.words.clone())));
            doers::opinion(self.rules, says)
        };
        let mut found: Vec<&doers::Candidate<'_>> =
            rated.iter().filter(|c| c.evidence(self.rules) + opinion(c) > 0.0).collect();
        if let Some(we) = self.ourselves(act.verb) {
            // Beside «ما» only one counts that a rule names or the recognizer proposes.
            found.retain(|c| c.is_named() || prediction.is_some() && opinion(c) > 0.0);
            if found.is_empty() {
                return vec![we];
            }
        }
        // A rule that names somebody in the clause itself leaves no room for those outside it.
        if found.iter().any(|c| c.is_named() && clause.contains(&c.item)) {
            found.retain(|c| clause.contains(&c.item));
        }
        let found: Vec<usize> = found.iter().map(|c| c.item).collect();
        let mut out: Vec<Slot> = Vec::new();
        for slot in found.iter().flat_map(|&i| self.slots_of(i)) {
            if !out.contains(&slot) {
                out.push(slot);
            }
        }
        if out.is_empty() {
            let named: Vec<ByteSpan> = rated
                .iter()
                .map(|c| self.document.span_of_words(self.items()[c.item].words.clone()))
                .collect();
            out = self.proposed(Capture::Assignee, Some(clause)).1;
            out.retain(|s| s.span.is_none_or(|s| !named.iter().any(|n| n.overlaps(s))));
        }
        if !found.is_empty() {
            *doers = found;
        }
        out
    }

    /// Whom an item names.
    fn slots_of(&self, item: usize) -> Vec<Slot> {
        let item = &self.items()[item];
        match item.actor.and_then(|a| self.analysis.actors.get(a)) {
            Some(actor) => actor.members.iter().filter_map(|m| self.resolve(m, Capture::Assignee)).collect(),
            None => vec![self.mentioned(item.words.clone())],
        }
    }

    /// «ما» who promise or owe: the speaker's body; «من»: the speaker.
    fn ourselves(&self, verb: usize) -> Option<Slot> {
        let features = self.items().get(verb)?.verb?.features;
        if !features.has(Features::FIRST) || self.analysis.class == SentenceClass::Decision {
            return None;
        }
        let body =
            if features.has(Features::PLURAL) { self.context.speakers_body(self.document) } else { None };
        body.or_else(|| self.context.speaker.clone())
    }

    /// The act of a clause, for those who look for its doer.
    fn act<'c>(&self, clause: &'c Range<usize>, before: &'c [usize]) -> doers::Act<'c> {
        let items = self.items();
        let trigger = self.trigger_items().map_or(clause.start, |t| t.start);
        let from = if clause.contains(&trigger) { trigger } else { clause.start };
        let last = clause.end.saturating_sub(1);
        let verb = (from..clause.end).find(|&i| items.get(i).is_some_and(|x| self.is_act(x))).unwrap_or(last);
        doers::Act { clause, verb, frame_end: self.frame_end(), before }
    }

    /// Whether an item is a verb in a mood that states acts of the class.
    fn is_act(&self, item: &Item) -> bool {
        let moods = match self.analysis.class {
            SentenceClass::Plan => Features::FUTURE | Features::PRESENT | Features::SUBJUNCTIVE,
            _ => Features::SUBJUNCTIVE,
        };
        item.verb.is_some_and(|v| v.features.has(moods))
    }

    /// What the sentence says behind the act, or beside it, of how far it has come.
    fn status(&self, clause: &Range<usize>) -> Option<TaskStatus> {
        let from = self.trigger_items().map_or(clause.start, |t| t.start.max(clause.start));
        status(self.analysis, from..self.items().len())
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
    /// separate acts, and so are those that leave their ending to the last one.
    fn acts(&self) -> Vec<Range<usize>> {
        let items = self.items();
        let end = items.len().saturating_sub(1);
        let whole = 1..end;
        let Some(trigger) = self.trigger_items() else { return vec![whole] };
        let is_act = |i: &Item| self.is_act(i);
        let verb_from = |from: usize| (from..end).find(|&i| items.get(i).is_some_and(is_act));
        let Some(verb) = verb_from(trigger.start) else { return vec![whole] };
        let closes = |i: usize| items.get(i).is_some_and(is_act) || self.leaves_its_verb(i, || verb_from(i));
        let first = (trigger.end..verb).find(|&i| closes(i)).unwrap_or(verb);
        let joins = |i: usize| {
            items.get(i).is_some_and(|item| {
                let signs = self.rules.actor_classes.and | self.rules.actor_classes.comma;
                item.breaks || item.actor.is_none() && item.classes & signs != 0
            })
        };
        let mut out = self.split_by_assignee(first);
        for i in first + 1..end {
            let previous = out.last().map_or(first, |r| r.end - 1);
            if i > previous + 2 && joins(previous + 1) && closes(i) {
                out.push(previous + 2..i + 1);
            }
        }
        if let Some(last) = out.last_mut() {
            last.end = end;
        }
        out
    }

    /// Whether an act ends with item `i` though its verb, or a part of it, stands only behind the next
    /// act («را بررسی و گزارش را تهیه کنند»، «حاضر شده و … رسیدگی کنند»); `verb` looks for that verb.
    fn leaves_its_verb(&self, i: usize, verb: impl Fn() -> Option<usize>) -> bool {
        let items = self.items();
        let Some(item) = items.get(i) else { return false };
        // A name with «و» inside is no «و».
        let and = items
            .get(i + 1)
            .is_some_and(|n| n.actor.is_none() && n.classes & self.rules.actor_classes.and != 0);
        if !and {
            return false;
        }
        let Some(verb) = verb().filter(|&verb| verb >= i + 4) else { return false };
        if let Some(form) = item.verb {
            return form.features.has(Features::PARTICIPLE) && !form.features.has(Features::FINITE);
        }
        let is_noun = |i: usize| items[i].actor.is_none() && items[i].classes & self.rules.act != 0;
        let next = i + 2..verb;
        let object = next.clone().any(|k| self.document.word(items[k].words.start) == "را");
        let passive = items[verb].verb.is_some_and(|v| self.rules.vocabulary.verbs().is_passive(v));
        is_noun(i) && (object || passive && next.len() > 2 && is_noun(verb - 1))
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
        let sentence = self.document.sentences.get(self.index)?;
        if self.document.blocks.get(sentence.block).is_some_and(|b| b.row.is_some()) {
            return None; // In the cells of minutes nothing stands before the act but who must do it.
        }
        let prediction = sentence.prediction.as_ref()?;
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
        let prediction = self.document.sentences.get(self.index).and_then(|s| s.prediction.as_ref());
        if let Some(prediction) = prediction {
            let place = self.document.span_of_words(words.clone());
            let mut proposals = prediction.slots.iter().filter(|(k, _, _)| *k == SlotKind::Deadline);
            let proposed = proposals.find(|(_, span, _)| acts == 1 || place.contains(*span));
            if let Some(&(_, span, sure)) = proposed
                && let Some(deadline) = deadlines::at(self.rules, self.document, times, span, sure)
            {
                return Some(deadline);
            }
        }
        let weights = &self.rules.deadline;
        let least = if prediction.is_some() { weights.lone } else { weights.least };
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

/// What rules find in a stretch of items about how far an act has come.
pub fn status(analysis: &Analysis, items: Range<usize>) -> Option<TaskStatus> {
    let says = |capture: Capture| {
        let inside = |r: Range<usize>| items.start <= r.start && r.end <= items.end;
        analysis.matches.iter().any(|m| m.captured(capture).is_some_and(inside))
    };
    match () {
        () if says(Capture::UnderWay) => Some(TaskStatus::InProgress),
        () if says(Capture::Done) => Some(TaskStatus::Done),
        () => None,
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
