//! The tasks of a sentence: acts, who must do them, with whom, by whose will and by when.

use std::ops::Range;

use super::act;
use super::actors::{Member, MemberKind};
use super::classify::Analysis;
use super::context::{Context, captured_members, slot_of_mention};
use super::deadlines::{self, Time};
use super::doers;
use super::issuers;
use super::items::Item;
use super::pattern::Capture;
use super::rules::RuleSet;
use super::why::{Rated, Verdict};
use crate::document::{Deadline, Document, Prediction, SentenceClass, Slot, SlotKind, Task, TaskStatus};
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

/// An act with all that may do it.
#[derive(Debug, Clone)]
pub(super) struct ActCandidates<'a> {
    /// Place of the act.
    pub span: ByteSpan,
    /// Those that may do it, with their places and whom they name.
    pub candidates: Vec<(ByteSpan, Vec<Slot>, doers::Candidate<'a>)>,
}

/// The acts of a sentence with all that may do them: what the weights of the traits are fitted on.
/// `does` tells whether any of some does an act at a place.
pub(super) fn act_candidates<'a>(
    rules: &'a RuleSet,
    document: &Document,
    index: usize,
    analysis: &Analysis,
    context: &Context,
    does: impl Fn(ByteSpan, &[Slot]) -> bool,
) -> Vec<ActCandidates<'a>> {
    let Some(sentence) = document.sentences.get(index) else { return Vec::new() };
    let finder = Finder { rules, document, index, analysis, context };
    let times = deadlines::times(document, sentence);
    let mut before = Vec::new();
    let mut out = Vec::new();
    for clause in finder.acts() {
        let act = finder.act(&clause, &before);
        let span = finder.act_span(&clause, &times);
        let found = doers::candidates(rules, document, index, analysis, &act);
        let place = |i: usize| document.span_of_words(analysis.items[i].words.clone());
        let candidates: Vec<_> =
            found.into_iter().map(|c| (place(c.item), finder.slots_of(c.item), c)).collect();
        let now: Vec<usize> =
            candidates.iter().filter(|(_, who, _)| does(span, who)).map(|(_, _, c)| c.item).collect();
        if !now.is_empty() {
            before = now;
        }
        out.push(ActCandidates { span, candidates });
    }
    out
}

/// The acts of a sentence with all times that may limit them.
pub(super) fn deadline_candidates(
    rules: &RuleSet,
    document: &Document,
    index: usize,
    analysis: &Analysis,
    context: &Context,
) -> Vec<(ByteSpan, Vec<(ByteSpan, deadlines::Candidate)>)> {
    let Some(sentence) = document.sentences.get(index) else { return Vec::new() };
    let finder = Finder { rules, document, index, analysis, context };
    let times = deadlines::times(document, sentence);
    let placed = |c: deadlines::Candidate| (document.span_of_words(times[c.time].words.clone()), c);
    let acts = finder.acts().into_iter();
    acts.map(|clause| {
        let found = finder.deadlines(&times, &clause).into_iter().map(placed).collect();
        (finder.act_span(&clause, &times), found)
    })
    .collect()
}

/// All by whose will the tasks of a sentence may be.
pub(super) fn issuer_candidates<'a>(
    rules: &'a RuleSet,
    document: &'a Document,
    index: usize,
    analysis: &'a Analysis,
    context: &'a Context,
) -> Vec<issuers::Candidate<'a>> {
    Finder { rules, document, index, analysis, context }.issuers()
}

/// Chooses the first of those with most evidence, if it is enough.
fn chosen_best<T>(mut rated: Vec<Rated<T>>) -> Vec<Rated<T>> {
    let best = rated.iter().map(|r| r.sum).fold(0.0, f32::max);
    if let Some(r) = rated.iter_mut().find(|r| r.sum > 0.0 && r.sum >= best) {
        r.verdict = Verdict::Chosen;
    }
    rated
}

/// One sentence whose tasks are looked for.
pub(super) struct Finder<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) document: &'a Document,
    pub(super) index: usize,
    pub(super) analysis: &'a Analysis,
    pub(super) context: &'a Context,
}

impl<'a> Finder<'a> {
    pub(super) fn items(&self) -> &[Item] {
        &self.analysis.items
    }

    /// What the recognizer says of the sentence.
    fn prediction(&self) -> Option<&'a Prediction> {
        self.document.sentences.get(self.index)?.prediction.as_ref()
    }

    pub(super) fn trigger_items(&self) -> Option<Range<usize>> {
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
        let mut found: Vec<(f32, Range<usize>, Vec<Slot>)> = Vec::new();
        let mut add = |priority: f32, m: &super::Match| {
            if let Some(range) = m.captured(capture)
                && fits(&range)
            {
                let members = captured_members(self.analysis, m, capture);
                let slots: Vec<Slot> =
                    members.iter().filter_map(|member| self.resolve(member, capture)).collect();
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
        let with: Vec<&super::Match> =
            self.analysis.matches.iter().filter(|m| m.captured(capture).is_some()).collect();
        for slot in self.rules.slots.iter().filter(|_| !with.is_empty()) {
            if !slot.classes.is_empty() && !slot.classes.contains(&self.analysis.class) {
                continue;
            }
            for m in with.iter().filter(|m| slot.patterns.contains(&m.pattern)) {
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
            _ => return (0.0, Vec::new()),
        };
        let Some(prediction) = self.prediction() else { return (0.0, Vec::new()) };
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
        let (rated, ourselves) = self.rated_doers(clause, doers);
        if let Some(we) = ourselves {
            return vec![we];
        }
        let found = rated.iter().filter(|r| r.verdict.is_chosen());
        let found: Vec<usize> = found.map(|r| r.candidate.item).collect();
        let mut out: Vec<Slot> = Vec::new();
        for slot in found.iter().flat_map(|&i| self.slots_of(i)) {
            if !out.contains(&slot) {
                out.push(slot);
            }
        }
        if out.is_empty() {
            let named: Vec<ByteSpan> = rated
                .iter()
                .map(|r| self.document.span_of_words(self.items()[r.candidate.item].words.clone()))
                .collect();
            out = self.proposed(Capture::Assignee, Some(clause)).1;
            out.retain(|s| s.span.is_none_or(|s| !named.iter().any(|n| n.overlaps(s))));
        }
        if !found.is_empty() {
            *doers = found;
        }
        out
    }

    /// All that may do the act of a clause, with what became of each; «ما», where they do it and nobody
    /// else. `before` are the items of those who did the act before.
    pub(super) fn rated_doers(
        &self,
        clause: &Range<usize>,
        before: &[usize],
    ) -> (Vec<Rated<doers::Candidate<'a>>>, Option<Slot>) {
        let act = self.act(clause, before);
        let found = doers::candidates(self.rules, self.document, self.index, self.analysis, &act);
        let prediction = self.prediction();
        let rate = |candidate: doers::Candidate<'a>| {
            let place = self.document.span_of_words(self.items()[candidate.item].words.clone());
            let opinion = self.rules.doer.opinion(SlotKind::Assignee, prediction, place);
            let sum = candidate.evidence(&self.rules.doer, self.analysis.class) + opinion;
            // «X نسبت به … اقدام کند» leaves no doubt, whatever the recognizer thinks.
            let tells = |s: &&super::SlotRule| s.shares_verb && candidate.traits.contains(&s.id.as_str());
            let told = clause.contains(&candidate.item) && self.rules.slots.iter().any(|s| tells(&s));
            let verdict = match () {
                () if sum > 0.0 => Verdict::Chosen,
                () if told => Verdict::Told,
                () => Verdict::Weak,
            };
            Rated { candidate, opinion: prediction.map(|_| opinion), sum, verdict }
        };
        let mut rated: Vec<_> = found.into_iter().map(rate).collect();
        let drop = |rated: &mut Vec<Rated<doers::Candidate<'a>>>,
                    verdict: Verdict,
                    stays: &dyn Fn(&Rated<doers::Candidate<'a>>) -> bool| {
            let all = rated.iter_mut().filter(|r| r.verdict.is_chosen());
            all.filter(|r| !stays(r)).for_each(|r| r.verdict = verdict);
        };
        let mut ourselves = self.own_verb(clause).and_then(|verb| self.ourselves(verb));
        if ourselves.is_some() {
            // Beside «ما» only one counts that a rule names or the recognizer proposes.
            let proposed = |r: &Rated<doers::Candidate<'a>>| r.opinion.is_some_and(|o| o > 0.0);
            drop(&mut rated, Verdict::BesideUs, &|r| r.candidate.is_named() || proposed(r));
        }
        ourselves.take_if(|_| rated.iter().any(|r| r.verdict.is_chosen()));
        // A rule that names somebody in the clause itself leaves no room for those outside it.
        let inside = |r: &Rated<doers::Candidate<'a>>| clause.contains(&r.candidate.item);
        if rated.iter().any(|r| r.verdict.is_chosen() && r.candidate.is_named() && inside(r)) {
            drop(&mut rated, Verdict::AnotherNamed, &inside);
        }
        (rated, ourselves)
    }

    /// Whom an item names.
    fn slots_of(&self, item: usize) -> Vec<Slot> {
        let item = &self.items()[item];
        let Some(actor) = item.actor.and_then(|a| self.analysis.actors.get(a)) else {
            return vec![self.mentioned(item.words.clone())];
        };
        let mut out = Vec::new();
        let mut members = actor.members.iter().peekable();
        while let Some(member) = members.next() {
            let mut words = member.words.clone();
            // «نهادها و دستگاه‌های مربوط»: one phrase, since what follows the last belongs to all.
            while member.kind == MemberKind::Generic
                && let Some(next) =
                    members.next_if(|m| m.kind == member.kind && m.words.start == words.end + 1)
            {
                words.end = next.words.end;
            }
            out.extend(self.resolve(&Member { words, kind: member.kind }, Capture::Assignee));
        }
        out
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
        let verb = self.act_verbs(clause).next().unwrap_or(clause.end.saturating_sub(1));
        doers::Act { clause, verb, trigger: self.trigger_items(), frame_end: self.frame_end(), before }
    }

    /// The items of the verbs of a clause that may state its act, from the trigger on.
    fn act_verbs(&self, clause: &Range<usize>) -> impl Iterator<Item = usize> {
        let trigger = self.trigger_items().map_or(clause.start, |t| t.start);
        let from = if clause.contains(&trigger) { trigger } else { clause.start };
        (from..clause.end).filter(|&i| self.items().get(i).is_some_and(|x| self.is_act(x)))
    }

    /// The item of the verb whose person tells who acts: the first one in the words that the recognizer
    /// takes for the act; or the first one, or where that only opens the act («قرار است … بدهیم»), the next.
    fn own_verb(&self, clause: &Range<usize>) -> Option<usize> {
        let items = self.items();
        let proposed = self.proposed_act(clause).and_then(|act| {
            let inside = |i: &usize| self.document.span_of_words(items[*i].words.clone()).overlaps(act);
            clause.clone().filter(|&i| items.get(i).is_some_and(|x| self.is_act(x))).find(inside)
        });
        let bare = |i: &usize| items[*i].verb.is_some_and(|v| v.features.has(Features::SUBJUNCTIVE));
        let in_trigger = |i: &usize| self.trigger_items().is_some_and(|t| t.contains(i));
        proposed.or_else(|| {
            let mut verbs = self.act_verbs(clause);
            let first = verbs.next()?;
            let opens = in_trigger(&first) && !bare(&first);
            Some(verbs.find(|i| opens && bare(i)).unwrap_or(first))
        })
    }

    /// What the sentence says behind the act, or beside it, of how far it has come.
    fn status(&self, clause: &Range<usize>) -> Option<TaskStatus> {
        let from = self.trigger_items().map_or(clause.start, |t| t.start.max(clause.start));
        status(self.analysis, from..self.items().len())
    }

    /// By whose will: who has most evidence for it, if it is enough. A plan is nobody's order.
    fn issuer(&self) -> Option<Slot> {
        let class = self.analysis.class;
        if class == SentenceClass::Plan {
            return None;
        }
        let best = self.rated_issuers().into_iter().find(|r| r.verdict.is_chosen());
        best.map(|r| r.candidate.slot)
    }

    /// All by whose will it may be, with what became of each.
    pub(super) fn rated_issuers(&self) -> Vec<Rated<issuers::Candidate<'a>>> {
        let prediction = self.prediction();
        let weights = &self.rules.issuer;
        let rate = |candidate: issuers::Candidate<'a>| {
            let opinion = candidate.place.map(|place| weights.opinion(SlotKind::Issuer, prediction, place));
            let sum = weights.sum(self.analysis.class, &candidate.traits) + opinion.unwrap_or(0.0);
            Rated { candidate, opinion: prediction.and(opinion), sum, verdict: Verdict::Weak }
        };
        chosen_best(self.issuers().into_iter().map(rate).collect())
    }

    /// All by whose will it may be.
    fn issuers(&self) -> Vec<issuers::Candidate<'a>> {
        let place = issuers::Place {
            rules: self.rules,
            document: self.document,
            index: self.index,
            analysis: self.analysis,
            context: self.context,
            trigger: self.trigger_items(),
            frame_end: self.frame_end(),
        };
        place.candidates(|member| self.resolve(member, Capture::Issuer))
    }

    /// The time limit of the act of a clause: the time with most evidence for it, if it is enough.
    fn deadline(&self, times: &[Time], clause: &Range<usize>, acts: usize) -> Option<Deadline> {
        let prediction = self.prediction();
        let best = self.rated_deadlines(times, clause).into_iter().find(|r| r.verdict.is_chosen());
        if let Some(best) = best {
            return Some(deadlines::deadline(self.document, &times[best.candidate.time]));
        }
        let place = self.document.span_of_words(words_of(self.items(), clause.clone()));
        let proposals = prediction.map_or(&[][..], |p| &p.slots).iter();
        let mut proposals =
            proposals.filter(|(k, s, _)| *k == SlotKind::Deadline && (acts == 1 || place.contains(*s)));
        proposals.find_map(|&(_, span, sure)| deadlines::unread(self.rules, self.document, times, span, sure))
    }

    /// All times that may limit the act of a clause, with what became of each.
    pub(super) fn rated_deadlines(
        &self,
        times: &[Time],
        clause: &Range<usize>,
    ) -> Vec<Rated<deadlines::Candidate>> {
        let prediction = self.prediction();
        let weights = &self.rules.deadline;
        let rate = |candidate: deadlines::Candidate| {
            let place = self.document.span_of_words(times[candidate.time].words.clone());
            let opinion = weights.opinion(SlotKind::Deadline, prediction, place);
            let sum = weights.sum(self.analysis.class, &candidate.traits) + opinion;
            Rated { candidate, opinion: prediction.map(|_| opinion), sum, verdict: Verdict::Weak }
        };
        chosen_best(self.deadlines(times, clause).into_iter().map(rate).collect())
    }

    /// All times that may limit the act of a clause.
    fn deadlines(&self, times: &[Time], clause: &Range<usize>) -> Vec<deadlines::Candidate> {
        let act = self.act(clause, &[]);
        deadlines::candidates(self.rules, self.document, self.index, self.analysis, times, &act)
    }

    /// The item after the words that only open a quotation.
    fn frame_end(&self) -> usize {
        let items = self.items();
        let trigger = self.trigger_items().map_or(1, |t| t.start);
        (1..trigger.min(items.len())).rev().find(|&i| items[i].breaks).map_or(1, |i| i + 1)
    }

    pub(super) fn is_assignee(&self, item: &Item) -> bool {
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

/// The words that a range of items covers.
pub fn words_of(items: &[Item], range: Range<usize>) -> Range<usize> {
    match items.get(range).map(|s| (s.first(), s.last())) {
        Some((Some(first), Some(last))) => first.words.start..last.words.end,
        _ => 0..0,
    }
}
