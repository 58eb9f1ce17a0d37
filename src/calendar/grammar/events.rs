//! Events: «پس از تصویب …», «تا جلسه آینده». An event ends where its noun phrase ends: at a sign, a
//! preposition, a conjunction, a finite verb or the noun that makes one verb with it.

use super::super::lexicon::{Key, Meaning};
use super::super::value::{Introducer, Relation, TimeValue};
use super::{Grammar, Read};

/// Words that an event has at most, after its head.
const LONGEST: usize = 7;
/// The same for a whole clause («پیش از اینکه …»).
const LONGEST_CLAUSE: usize = 14;

impl Grammar<'_> {
    /// The head of an event at `i` and the token after it.
    pub(super) fn event_head(&self, i: usize) -> Read<Meaning> {
        let phrases = self.lexicon.phrases.get(usize::from(self.entry(i).id))?;
        phrases.iter().find_map(|phrase| {
            let end = self.matches(phrase, i)?;
            matches!(phrase.meaning, Meaning::Event(_)).then_some((phrase.meaning, end))
        })
    }

    /// What an event head relates to, from the token after it.
    pub(super) fn event(&self, relation: Relation, i: usize) -> Read<TimeValue> {
        if let Some((time, end)) = self.time(i)
            && self.at(end - 1).ends
        {
            return Some((TimeValue::Event { relation, of: Some(Box::new(time)) }, end));
        }
        let end = self.complement(i, 1)?;
        Some((TimeValue::Event { relation, of: None }, end))
    }

    /// The end of the noun phrase that begins at `i`; at least so many words stay before a verb.
    pub(super) fn complement(&self, i: usize, least: usize) -> Option<usize> {
        if self.is(i, Key::Clause) {
            let limit = self.tokens.len().min(i + LONGEST_CLAUSE);
            let verb = (i + 1..limit).take_while(|&k| !self.at(k).sign).find(|&k| self.is_verb(k))?;
            return self.word_end(verb);
        }
        if self.is(i, Key::That) || (self.is(i, Key::This) && self.stops(i + 1)) {
            return None;
        }
        let mut end = i;
        let mut words = 0;
        let mut before_verb = false;
        while words < LONGEST && !self.ended(end) {
            if self.is_verb(end) {
                before_verb = true;
                break;
            }
            let and = self.is(end, Key::And);
            // «پس از طی مراحل …»
            if (self.stops(end) && !(words == 0 && self.is(end, Key::Course)))
                || (and && !(words > 0 && self.is(end + 1, Key::EventNoun)))
            {
                break;
            }
            end = self.word_end(end)?;
            words += if and { 0 } else { 1 };
        }
        // The word before a finite verb mostly makes one verb with it («موکول شد»), and so do the nouns
        // before that («مورد بررسی قرار می‌گیرد»).
        let mut rest = before_verb;
        while words > least && rest {
            end = (i..end).rfind(|&k| self.at(k).starts)?;
            words -= 1;
            rest = end > i && self.is(end - 1, Key::Light);
        }
        while end > i && self.is(end - 1, Key::And) {
            end -= 1;
        }
        (end > i && words > 0 && self.at(end - 1).ends).then_some(end)
    }

    /// The token after the word that `i` begins.
    fn word_end(&self, i: usize) -> Option<usize> {
        (i..self.tokens.len()).find(|&k| self.at(k).ends).map(|k| k + 1)
    }

    fn is_verb(&self, i: usize) -> bool {
        self.at(i).starts && self.is(i, Key::Verb)
    }

    fn stops(&self, i: usize) -> bool {
        let token = self.at(i);
        self.ended(i) || token.sign || (token.starts && token.ends && token.entry.is(Key::EventStop))
    }

    /// «جلسه آینده», «نشست بعدی شورا», «جلسات آتی».
    pub(super) fn meeting(&self, i: usize) -> Read<TimeValue> {
        if !self.is(i, Key::Meeting) {
            return None;
        }
        let mut at = self.skip(i + 1, Key::Plural);
        // «جلسه هفته آینده»: its time says more than that it is the next one.
        if self.time(at).is_some() {
            return None;
        }
        if self.direction(at).is_none() && !self.stops(at) && self.at(at).ends {
            at += 1; // «جلسه علنی آینده»
        }
        let (offset, end) = self.direction(at)?;
        if offset < 1 {
            return None;
        }
        let end = self.complement(end, 0).unwrap_or(end);
        Some((TimeValue::Event { relation: Relation::At, of: None }, end))
    }

    /// «تا تصویب آیین‌نامه»: a verbal noun straight after «تا», unless a verb follows.
    pub(super) fn until_event(&self, i: usize, introduced: Option<Introducer>) -> Read<TimeValue> {
        let until = introduced == Some(Introducer::Until) && self.is(i.wrapping_sub(1), Key::To);
        if !until || !self.is(i, Key::EventNoun) || !self.at(i).ends {
            return None;
        }
        let end = self.complement(i, 1)?;
        let lone = end == i + 1 && (self.is_verb(end) || self.is(i, Key::Light));
        (!lone).then_some((TimeValue::Event { relation: Relation::At, of: None }, end))
    }
}
