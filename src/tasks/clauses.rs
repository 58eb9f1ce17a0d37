//! Where the acts of a sentence begin and end: the clauses that state them, and in each the words of the
//! act without its frame, its doer and what makes it a task.

use std::ops::Range;

use super::deadlines::Time;
use super::items::{Edge, Item};
use super::pattern::Capture;
use super::slots::{Finder, words_of};
use crate::calendar::Introducer;
use crate::document::{SentenceClass, SlotKind};
use crate::lexicon::verbs::Features;
use crate::span::ByteSpan;

impl Finder<'_> {
    /// Whether an item is a verb in a mood that states acts of the class.
    pub(super) fn is_act(&self, item: &Item) -> bool {
        let moods = match self.analysis.class {
            SentenceClass::Plan => Features::FUTURE | Features::PRESENT | Features::SUBJUNCTIVE,
            _ => Features::SUBJUNCTIVE,
        };
        item.verb.is_some_and(|v| v.features.has(moods))
    }

    /// The clauses that state acts, as ranges of items: separate finite verbs of one duty are
    /// separate acts, and so are those that leave their ending to the last one.
    pub(super) fn acts(&self) -> Vec<Range<usize>> {
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
        // Where several are each told to act, their common verb ends the acts of all.
        let several = self.each_told(verb).len() > 1;
        let mut out = self.split_by_assignee(if several { verb } else { first });
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
    /// act («را بررسی و گزارش را تهیه کنند»، «ایجاد و نسبت به … اقدام کند»، «حاضر شده و … رسیدگی کنند»);
    /// `verb` looks for that verb.
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
        if !is_noun(i) || self.in_purpose(i) {
            return false;
        }
        let next = i + 2..verb;
        let named = |k: usize, name: &str| {
            let word = crate::lexicon::whole(self.document.word(items[k].words.start));
            self.rules.neighbours.behind.get(&word).is_some_and(|known| known == name)
        };
        let object = next.clone().any(|k| named(k, "then.object"));
        let toward = named(i + 2, "then.toward");
        let passive = items[verb].verb.is_some_and(|v| self.rules.vocabulary.verbs().is_passive(v));
        let noun = is_noun(verb - 1) || is_noun(verb - 2);
        object || toward || passive && next.len() > 2 && noun
    }

    /// Whether a noun stands in a phrase of purpose («به منظور ایجاد هماهنگی و …», «ضمن بررسی و …»),
    /// whose «و» joins no acts.
    fn in_purpose(&self, i: usize) -> bool {
        let signs = self.rules.actor_classes.and | self.rules.actor_classes.comma;
        let phrase = self.items()[..i].iter().rev();
        let mut phrase = phrase.take_while(|x| !x.breaks && x.classes & signs == 0 && !x.is_finite());
        phrase.any(|x| x.actor.is_none() && x.classes & self.rules.purpose != 0)
    }

    /// The clause that ends with the verb at `verb`; in parts where several are each told to act
    /// («X نسبت به … و Y نسبت به … اقدام نمایند»).
    fn split_by_assignee(&self, verb: usize) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut from = 1;
        for &start in self.each_told(verb).iter().skip(1) {
            out.push(from..start.saturating_sub(1).max(from));
            from = start;
        }
        out.push(from..verb + 1);
        out
    }

    /// Where those stand before a verb who are each told their own act with it («X نسبت به … و Y نسبت
    /// به … اقدام کنند»).
    fn each_told(&self, verb: usize) -> Vec<usize> {
        let told = |m: &&super::Match| self.rules.slots_with(m.pattern).any(|s| s.shares_verb);
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
        starts
    }

    /// The words of the act in a clause: without the frame before it («… گفت:»), its assignee at the
    /// front, and the words that make it a task.
    pub(super) fn act_span(&self, clause: &Range<usize>, times: &[Time]) -> ByteSpan {
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
            if item.classes & self.rules.purpose != 0
                && let Some(comma) = self.comma_behind(&range)
            {
                range.start = comma;
                continue;
            }
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
    pub(super) fn proposed_act(&self, clause: &Range<usize>) -> Option<ByteSpan> {
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
                && self.document.words_in(*span).len() > 1
        });
        acts.map(|&(_, span, _)| span).max_by_key(|&span| (common(span), std::cmp::Reverse(span.start)))
    }

    /// The item behind the comma that ends the phrase of purpose at the start of a range, where an act
    /// follows it.
    fn comma_behind(&self, range: &Range<usize>) -> Option<usize> {
        let items = self.items();
        let comma = range.clone().find(|&i| items[i].classes & self.rules.actor_classes.comma != 0)?;
        (comma + 3 < range.end).then_some(comma + 1)
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
