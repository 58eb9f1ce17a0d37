//! Following up: the same task in the resolutions of one meeting after another is one thread.
//!
//! Two tasks are the same where the same body set them, the same one must do them, and their acts speak
//! of the same things: the cosine of their words, rare words counting more (inverse document frequency).
//! A task is only held against threads that share one of its rarest words, so that a corpus is followed
//! in nearly linear time. A thread has one step in each document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::{Actor, Item, names::plain};
use crate::calendar::Date;
use crate::lexicon::pieces;

static FUNCTION_WORDS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("data/function-words.txt").lines();
    lines.filter(|l| !l.is_empty() && !l.starts_with('#')).collect()
});

/// How sure two tasks must be the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least similarity of acts (0 to 1) where the assignees agree.
    pub similarity: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { similarity: 0.5 }
    }
}

/// What is added to the least similarity where one of the two tasks names nobody.
const UNNAMED: f64 = 0.2;
/// Number of rarest words by which threads are looked up.
const KEYS: usize = 6;

/// One appearance of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The task there.
    pub item: Item,
    /// Why it is taken for the same; `None` for the first.
    pub evidence: Option<Evidence>,
}

/// Why two tasks are taken for the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Similarity of the acts, 0 to 1.
    pub similarity: f64,
    /// The words that both acts have, the rarest first.
    pub words: Vec<String>,
    /// The assignee that both name; `None` where one names nobody.
    pub assignee: Option<String>,
    /// Which step of the thread was held against it, from 0.
    pub step: usize,
}

/// One task with its history, the oldest step first.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// Stable for as long as the first step is the same.
    pub id: String,
    /// The body that set it.
    pub body: String,
    /// Its appearances.
    pub steps: Vec<Step>,
}

impl Thread {
    /// The latest appearance.
    pub fn last(&self) -> Option<&Item> {
        self.steps.last().map(|s| &s.item)
    }

    /// The latest day due that was set.
    pub fn due(&self) -> Option<Date> {
        self.steps.iter().rev().find_map(|s| s.item.due)
    }

    /// How often the day due was set anew to a later day.
    pub fn postponed(&self) -> usize {
        let days: Vec<Date> = self.steps.iter().filter_map(|s| s.item.due).collect();
        days.windows(2).filter(|w| w[1] > w[0]).count()
    }
}

/// The body that set a task: the organization of who issued it, who issued it, or what a form's head
/// says. Its compared form, and its name.
fn body(item: &Item) -> Option<(String, String)> {
    let issuer = item.issuer.as_ref();
    let name = issuer.and_then(|a| a.organization.clone()).or_else(|| issuer.map(|a| a.text.clone()));
    let name = name.or_else(|| item.unit.clone())?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let key = plain(&name);
    (!key.is_empty()).then_some((key, name))
}

/// The words that say what an act is about, each once.
fn content(text: &str) -> BTreeSet<String> {
    let all = pieces(text).map(|p| p.into_owned());
    all.filter(|p| p.chars().count() > 1 && !FUNCTION_WORDS.contains(p.as_str())).collect()
}

/// A task with what it is compared by.
struct Compared {
    item: Item,
    words: BTreeSet<String>,
    assignees: Vec<BTreeSet<String>>,
}

impl Compared {
    fn new(item: Item) -> Self {
        let names = |a: &Actor| plain(&a.text).split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        Self { words: content(&item.task.text), assignees: item.assignees.iter().map(names).collect(), item }
    }

    /// Whether both name somebody in common: the name of one is the other's, or part of it
    /// («شهرداری» is «شهرداری کرج» within one body). The index of the assignee.
    fn shared_assignee(&self, other: &Self) -> Option<usize> {
        self.assignees.iter().position(|a| {
            other
                .assignees
                .iter()
                .any(|b| !a.is_empty() && !b.is_empty() && (a.is_subset(b) || b.is_subset(a)))
        })
    }
}

/// Weights of words.
struct Weights {
    of: BTreeMap<String, f64>,
}

impl Weights {
    fn new(all: &[Compared]) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for task in all {
            for word in &task.words {
                *counts.entry(word).or_default() += 1;
            }
        }
        let total = all.len() as f64;
        let weight = |n: usize| (1.0 + total / n as f64).ln();
        Self { of: counts.into_iter().map(|(w, n)| (w.to_owned(), weight(n))).collect() }
    }

    fn get(&self, word: &str) -> f64 {
        self.of.get(word).copied().unwrap_or(1.0)
    }

    fn norm(&self, words: &BTreeSet<String>) -> f64 {
        words.iter().map(|w| self.get(w).powi(2)).sum::<f64>().sqrt()
    }

    fn similarity(&self, a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
        let shared: f64 = a.intersection(b).map(|w| self.get(w).powi(2)).sum();
        let norms = self.norm(a) * self.norm(b);
        if norms > 0.0 { shared / norms } else { 0.0 }
    }

    /// Words, the rarest first.
    fn rarest<'a>(&self, words: impl Iterator<Item = &'a String>) -> Vec<String> {
        let mut all: Vec<&String> = words.collect();
        all.sort_by(|a, b| self.get(b).total_cmp(&self.get(a)).then_with(|| a.cmp(b)));
        all.into_iter().cloned().collect()
    }
}

struct Open {
    body: String,
    steps: Vec<(Compared, Option<Evidence>)>,
}

/// Puts tasks together into threads, in the order of their first steps. Tasks without a known body are
/// threads of one step.
pub fn threads(items: Vec<Item>, options: Options) -> Vec<Thread> {
    let mut all: Vec<Compared> = items.into_iter().map(Compared::new).collect();
    // The order of the run stays where days are equal or not known.
    all.sort_by_key(|t| (t.item.date.is_none(), t.item.date));
    let weights = Weights::new(&all);
    let mut open: Vec<Open> = Vec::new();
    let mut by_word: BTreeMap<(String, String), BTreeSet<usize>> = BTreeMap::new();
    for task in all {
        let known = body(&task.item);
        let key = known.as_ref().map(|(key, _)| key.clone());
        let rare: Vec<String> = weights.rarest(task.words.iter()).into_iter().take(KEYS).collect();
        let mut best: Option<(usize, Evidence)> = None;
        if let Some(key) = &key {
            let near: BTreeSet<usize> = rare
                .iter()
                .filter_map(|w| by_word.get(&(key.clone(), w.clone())))
                .flatten()
                .copied()
                .collect();
            for index in near {
                let found = compare(&open[index], &task, &weights, options);
                let better =
                    |new: &Evidence| best.as_ref().is_none_or(|(_, old)| new.similarity > old.similarity);
                if let Some(evidence) = found.filter(better) {
                    best = Some((index, evidence));
                }
            }
        }
        let (index, evidence) = match best {
            Some((index, evidence)) => (index, Some(evidence)),
            None => {
                let name = known.map(|(_, name)| name).unwrap_or_default();
                open.push(Open { body: name, steps: Vec::new() });
                (open.len() - 1, None)
            }
        };
        if let Some(key) = key {
            for word in rare {
                by_word.entry((key.clone(), word)).or_default().insert(index);
            }
        }
        open[index].steps.push((task, evidence));
    }
    open.into_iter().map(close).collect()
}

fn compare(thread: &Open, task: &Compared, weights: &Weights, options: Options) -> Option<Evidence> {
    if thread.steps.iter().any(|(t, _)| t.item.document == task.item.document) {
        return None;
    }
    let mut best: Option<Evidence> = None;
    for (step, (old, _)) in thread.steps.iter().enumerate() {
        let similarity = weights.similarity(&old.words, &task.words);
        let shared = task.shared_assignee(old);
        let unnamed = task.assignees.is_empty() || old.assignees.is_empty();
        let least = match shared {
            Some(_) => options.similarity,
            None if unnamed => (options.similarity + UNNAMED).min(1.0),
            None => continue,
        };
        if similarity < least || best.as_ref().is_some_and(|b| b.similarity >= similarity) {
            continue;
        }
        best = Some(Evidence {
            similarity: (similarity * 1000.0).round() / 1000.0,
            words: weights.rarest(old.words.intersection(&task.words)),
            assignee: shared.and_then(|i| task.item.assignees.get(i)).map(|a| a.text.clone()),
            step,
        });
    }
    best
}

fn close(open: Open) -> Thread {
    let steps: Vec<Step> =
        open.steps.into_iter().map(|(task, evidence)| Step { item: task.item, evidence }).collect();
    let first =
        steps.first().map(|s| format!("{}\u{0}{}\u{0}{}", s.item.document, s.item.task.id, s.item.task.text));
    let digest = Sha256::digest(first.unwrap_or_default().as_bytes());
    let id = digest.iter().take(5).map(|b| format!("{b:02x}")).collect();
    Thread { id, body: open.body, steps }
}

#[cfg(test)]
mod tests {
    use super::super::{items, tests::record};
    use super::*;

    fn meetings() -> Vec<Item> {
        [
            record(
                "۱",
                "1402-01-10",
                "شورای ترافیک",
                "شهرداری کرج",
                "پل عابر میدان مادر را احداث نماید",
                "1402-03-31",
            ),
            record(
                "۲",
                "1402-04-10",
                "شورای ترافیک",
                "شهرداري محترم",
                "احداث پل عابر پیاده میدان مادر را تسریع نماید",
                "1402-06-31",
            ),
            record("۳", "1402-07-10", "شورای ترافیک", "پلیس راهور", "پل عابر میدان مادر را احداث نماید", ""),
            record("۴", "1402-07-11", "شورای آموزش", "شهرداری کرج", "پل عابر میدان مادر را احداث نماید", ""),
            record(
                "۵",
                "1402-07-12",
                "شورای ترافیک",
                "شهرداری کرج",
                "گزارش دوربین‌های نظارتی را ارائه نماید",
                "",
            ),
        ]
        .iter()
        .flat_map(|r| items(r, false))
        .collect()
    }

    #[test]
    fn the_same_task_of_the_same_body_is_one_thread() {
        let found = threads(meetings(), Options::default());
        let shape: Vec<Vec<&str>> =
            found.iter().map(|t| t.steps.iter().map(|s| s.item.document.as_str()).collect()).collect();
        assert_eq!(shape, [vec!["۱", "۲"], vec!["۳"], vec!["۴"], vec!["۵"]]);
        let evidence = found[0].steps[1].evidence.as_ref().expect("evidence");
        assert!(evidence.similarity >= 0.5 && evidence.words.contains(&"عابر".to_owned()), "{evidence:?}");
        assert_eq!(evidence.assignee.as_deref(), Some("شهرداري محترم"));
        assert_eq!((found[0].postponed(), found[0].due()), (1, Date::from_jalali(1402, 6, 31)));
    }

    #[test]
    fn the_order_of_files_does_not_matter() {
        let mut turned = meetings();
        turned.reverse();
        assert_eq!(threads(turned, Options::default()), threads(meetings(), Options::default()));
    }

    #[test]
    fn function_words_are_folded_as_texts_are() {
        for word in FUNCTION_WORDS.iter() {
            assert_eq!(pieces(word).collect::<Vec<_>>(), [*word], "{word}");
        }
        assert!(content("نسبت به انجام آن اقدام نماید").is_empty());
    }
}
