//! Agreement of two annotators: Cohen's kappa, which takes out what they would agree on by chance.
//! F1 between them is that of the other evaluations, with one taken as gold; it is the same either
//! way round.

use std::collections::BTreeMap;

use super::corpus::typed_spans_of;
use super::error::EvalError;
use super::labelled::{Collection, Labelled};
use super::tagged::Tagged;
use super::tags::{Prefix, Tag};
use crate::document::SentenceClass;

/// How far two annotators agree in one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// What was asked.
    pub question: String,
    /// How many things were judged by both.
    pub judged: u64,
    /// Share of them judged alike.
    pub observed: f64,
    /// Cohen's kappa; `None` where both use one and the same answer throughout, so that chance
    /// explains everything.
    pub kappa: Option<f64>,
}

/// Counts answers to one question.
#[derive(Debug, Clone, Default)]
struct Answers(BTreeMap<(String, String), u64>);

impl Answers {
    fn add(&mut self, first: impl Into<String>, second: impl Into<String>) {
        *self.0.entry((first.into(), second.into())).or_default() += 1;
    }

    fn agreement(&self, question: impl Into<String>) -> Agreement {
        let judged: u64 = self.0.values().sum();
        let mut sides: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        let mut alike = 0;
        for ((first, second), &number) in &self.0 {
            sides.entry(first).or_default().0 += number;
            sides.entry(second).or_default().1 += number;
            if first == second {
                alike += number;
            }
        }
        let all = judged as f64;
        let observed = if judged == 0 { 0.0 } else { alike as f64 / all };
        let chance: f64 = sides.values().map(|&(a, b)| (a as f64 / all) * (b as f64 / all)).sum();
        // One answer throughout: expected and observed agreement are both whole.
        let kappa = (judged > 0 && sides.len() > 1).then(|| (observed - chance) / (1.0 - chance));
        Agreement { question: question.into(), judged, observed, kappa }
    }
}

/// Cohen's kappa of a table of confusion; `None` where it is not defined.
pub fn kappa(confusion: &[Vec<u64>]) -> Option<f64> {
    let mut answers = Answers::default();
    for (row, counts) in confusion.iter().enumerate() {
        for (column, &number) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            *answers.0.entry((format!("{row:09}"), format!("{column:09}"))).or_default() += number;
        }
    }
    answers.agreement("").kappa
}

/// Agreement on tagged tokens: on the whole tag, and on the type alone.
///
/// # Errors
/// Where the two do not hold the same sentences.
pub fn tagged_agreement(first: &Tagged, second: &Tagged) -> Result<Vec<Agreement>, EvalError> {
    first.check_parallel(second)?;
    let kind = |of: &Tagged, tag: Tag| match tag.prefix {
        Prefix::Outside => "O".to_owned(),
        _ => of.kinds().get(tag.kind as usize).cloned().unwrap_or_default(),
    };
    let (mut tags, mut kinds) = (Answers::default(), Answers::default());
    for (a, b) in first.all_tags().zip(second.all_tags()) {
        for (&a, &b) in a.iter().zip(b) {
            let (of_a, of_b) = (kind(first, a), kind(second, b));
            tags.add(format!("{:?} {of_a}", a.prefix), format!("{:?} {of_b}", b.prefix));
            kinds.add(of_a, of_b);
        }
    }
    Ok(vec![tags.agreement("tags of tokens"), kinds.agreement("types of tokens")])
}

/// Agreement on documents: on the class of sentences, on whether a sentence states a task, and for
/// every type of mention on which words belong to one. Sentences are compared where both annotators
/// cut the text alike.
pub fn corpus_agreement(first: &Collection, second: &Collection, types: &[String]) -> Vec<Agreement> {
    let mut classes = Answers::default();
    let mut tasks = Answers::default();
    let mut words = vec![Answers::default(); types.len()];
    for (key, a) in first {
        let Some(b) = second.get(key) else { continue };
        let of_b: BTreeMap<_, _> = b.sentences.iter().flatten().map(|s| (s.span, s.class)).collect();
        for sentence in a.sentences.iter().flatten() {
            if let (Some(one), Some(Some(two))) = (sentence.class, of_b.get(&sentence.span).copied()) {
                classes.add(one.name(), two.name());
                let task = |c: SentenceClass| if c.is_task() { "task" } else { "none" };
                tasks.add(task(one), task(two));
            }
        }
        if a.mentions.is_some() && b.mentions.is_some() && a.text() == b.text() {
            count_words(a, b, types, &mut words);
        }
    }
    let mut found = vec![classes.agreement("class of sentences"), tasks.agreement("task sentence or not")];
    for (kind, answers) in types.iter().zip(words) {
        found.push(answers.agreement(format!("words in {kind}")));
    }
    found.retain(|a| a.judged > 0);
    found
}

fn count_words(a: &Labelled, b: &Labelled, types: &[String], words: &mut [Answers]) {
    let mut spans = Vec::new();
    let mut start = None;
    for (at, c) in a.text().chars().chain([' ']).enumerate() {
        match (c.is_whitespace(), start) {
            (true, Some(from)) => {
                spans.push((from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    let (of_a, of_b) = (typed_spans_of(a, types), typed_spans_of(b, types));
    for (kind, answers) in words.iter_mut().enumerate() {
        let inside = |all: &[super::spans::TypedSpan], word: (usize, usize)| {
            let touches = |s: &&super::spans::TypedSpan| s.start < word.1 && word.0 < s.end;
            if all.iter().filter(|s| s.kind as usize == kind).any(|s| touches(&s)) { "in" } else { "out" }
        };
        for &word in &spans {
            answers.add(inside(&of_a, word), inside(&of_b, word));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_of_the_textbook() {
        // Cohen's example of two readers of 50 applications.
        let kappa = kappa(&[vec![20, 5], vec![10, 15]]).expect("defined");
        assert!((kappa - 0.4).abs() < 1e-12);
    }

    #[test]
    fn perfect_chance_and_undefined() {
        assert_eq!(kappa(&[vec![5, 0], vec![0, 5]]), Some(1.0));
        assert_eq!(kappa(&[vec![9]]), None);
        assert_eq!(kappa(&[]), None);
        let by_chance = kappa(&[vec![25, 25], vec![25, 25]]).expect("defined");
        assert!(by_chance.abs() < 1e-12);
    }

    #[test]
    fn words_and_sentences_of_two_annotators() {
        let doc = |class: &str, end: usize| {
            let json = format!(
                r#"{{"schema":"dabir/1","id":"a","text":"شهردار قم گفت.","sentences":[{{"start":0,"end":14,"class":"{class}"}}],
                "mentions":[{{"type":"ROLE","start":0,"end":{end}}}]}}"#
            );
            let file = tempfile::Builder::new().suffix(".jsonl").tempfile().expect("a file");
            std::fs::write(file.path(), json.replace('\n', " ")).expect("written");
            super::super::labelled::load_predictions(file.path()).expect("a record")
        };
        let found = corpus_agreement(&doc("report", 9), &doc("none", 6), &["ROLE".into()]);
        let of = |question: &str| found.iter().find(|a| a.question == question).expect("asked").clone();
        assert_eq!(of("class of sentences").observed, 0.0);
        assert_eq!(of("task sentence or not").kappa, None);
        let words = of("words in ROLE");
        assert_eq!((words.judged, words.observed), (3, 2.0 / 3.0));
        // p_e = (2·1 + 1·2)/9; kappa = (2/3 − 4/9)/(1 − 4/9)
        assert!((words.kappa.expect("defined") - 0.4).abs() < 1e-12);
    }
}
