//! When an office was taken up or left, where a sentence says so: «… به عنوان رئیس سازمان … منصوب شد»,
//! «… از سمت … برکنار شد».

use std::ops::Range;

use super::link::Links;
use super::reading::Reading;
use crate::calendar::{self, Date, TimeValue};
use crate::document::Tenure;
use crate::lexicon::{class, list};

/// The beginning and the end of holding a post, by person and post.
#[derive(Debug, Default)]
pub(super) struct Tenures {
    begun: Vec<(usize, usize, Tenure)>,
    ended: Vec<(usize, usize, Tenure)>,
}

impl Tenures {
    /// Finds them in a document whose persons and offices are linked.
    pub fn find(reading: &Reading, links: &Links) -> Self {
        let mut found = Self::default();
        for &(person, office) in &links.appointed {
            let Some(post) = links.post_of[office] else { continue };
            let sentence = sentence_of(reading, office);
            if let Some(cue) = cue(reading, sentence.clone(), list::BEGINS) {
                found.begun.push((person, post, tenure(reading, sentence, cue)));
            }
        }
        for sentence in &reading.sentences {
            let Some(cue) = cue(reading, sentence.clone(), list::ENDS) else { continue };
            let here = |i: &usize| sentence.contains(&reading.places[*i].pieces.start);
            let mut people: Vec<usize> =
                (0..reading.places.len()).filter(here).filter_map(|i| links.person_of[i]).collect();
            people.dedup();
            // Of several it would not be certain who went.
            let [person] = people[..] else { continue };
            for office in (0..reading.places.len()).filter(here) {
                if let Some(post) =
                    links.post_of[office].filter(|&p| links.posts[p].holders.contains(&person))
                {
                    found.ended.push((person, post, tenure(reading, sentence.clone(), cue.clone())));
                }
            }
        }
        found
    }

    /// Since when and until when a person holds a post, as far as the text says it.
    pub fn of(&self, person: usize, post: usize) -> (Option<Tenure>, Option<Tenure>) {
        let first = |all: &[(usize, usize, Tenure)]| {
            let mut own =
                all.iter().filter(|(who, what, _)| (*who, *what) == (person, post)).map(|(_, _, t)| t);
            // A sentence with the day says more than a headline.
            own.clone().find(|t| t.date.is_some()).or_else(|| own.next()).cloned()
        };
        (first(&self.begun), first(&self.ended))
    }
}

fn sentence_of(reading: &Reading, place: usize) -> Range<usize> {
    let sentence = reading.sentence_of(reading.places[place].pieces.start);
    reading.sentences.get(sentence).cloned().unwrap_or_default()
}

/// The words of a sentence that say that an office begins or ends, where nothing makes them unreal.
fn cue(reading: &Reading, sentence: Range<usize>, bits: u64) -> Option<Range<usize>> {
    if sentence.clone().any(|p| reading.listed(p, list::UNREAL)) {
        return None;
    }
    let inside = |p: usize| reading.places.iter().any(|place| place.pieces.contains(&p));
    let at = sentence.clone().find(|&p| reading.listed(p, bits) && !inside(p))?;
    let verb = at + 1 < sentence.end
        && reading.is(at + 1, class::STOP)
        && !reading.listed(at + 1, list::PREPOSITION);
    Some(at..at + 1 + usize::from(verb))
}

fn tenure(reading: &Reading, sentence: Range<usize>, cue: Range<usize>) -> Tenure {
    Tenure { span: reading.span(cue), date: day(reading, sentence) }
}

/// The day that a sentence names, not after the day of the document.
fn day(reading: &Reading, sentence: Range<usize>) -> Option<Date> {
    let document = reading.document;
    let span = reading.span(sentence);
    let words: Vec<&str> = document.words_in(span).map(|w| document.word(w)).collect();
    let base = document.meta.date;
    calendar::find(&words).iter().find_map(|expression| {
        let single = matches!(
            expression.value,
            TimeValue::Day { .. } | TimeValue::DayOfMonth { .. } | TimeValue::RelativeDay(_)
        );
        let date = expression.resolve(base).due.filter(|_| single)?;
        base.is_none_or(|base| date <= base).then_some(date)
    })
}
