//! All patterns as one automaton. Each test of a pattern is a position with the positions that may
//! follow it (Glushkov's construction), so a sentence is read once, from left to right, with a set of
//! live positions; where a pattern may begin is looked up by the item's word, classes, verb and
//! mentions. The work is linear in the text: gaps are bounded, and a position is live at most once.

use std::cell::RefCell;
use std::collections::HashMap;

use super::items::{Edge, Item, Symbol, Vocabulary};
use super::pattern::{Capture, Node, Test};
use crate::lexicon::verbs::{Features, Lemma};

/// Number of a pattern in its automaton.
pub type PatternId = usize;

/// What one item must be, with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Word(Symbol),
    Class(u8),
    Verb(Option<Lemma>, u32),
    Mention(u16),
    Actor,
    Subject,
    Edge(Edge),
    /// Any item inside the sentence; `true`: none that ends the clause, no finite verb.
    Any(bool),
}

#[derive(Debug, Clone)]
struct Position {
    check: Check,
    negated: bool,
    capture: Option<Capture>,
    follow: Vec<u32>,
    accepts: Option<PatternId>,
}

/// What a position asks of an item, beside its number: most tests fail, and these lie side by side in memory.
#[derive(Debug, Clone, Copy)]
struct Guard {
    check: Check,
    negated: bool,
    position: u32,
}

/// The compiled patterns.
#[derive(Debug, Default)]
pub struct Automaton {
    positions: Vec<Position>,
    /// The positions that follow each one, with what they ask; made by [`Automaton::finish`].
    guards: Vec<Vec<Guard>>,
    by_word: HashMap<Symbol, Vec<u32>>,
    by_class: Vec<Vec<u32>>,
    by_lemma: HashMap<Lemma, Vec<u32>>,
    others: Vec<u32>,
    patterns: usize,
}

/// A place where a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The pattern.
    pub pattern: PatternId,
    /// First item.
    pub start: usize,
    /// One past the last item.
    pub end: usize,
    /// Captured items by slot, first and one past the last.
    pub captures: [Option<(u16, u16)>; Capture::COUNT],
}

impl Match {
    /// The items captured for a slot.
    pub fn captured(&self, capture: Capture) -> Option<std::ops::Range<usize>> {
        self.captures[capture as usize].map(|(a, b)| usize::from(a)..usize::from(b))
    }
}

#[derive(Debug, Clone)]
struct Thread {
    position: u32,
    start: usize,
    captures: [Option<(u16, u16)>; Capture::COUNT],
}

impl Thread {
    fn filled(&self) -> usize {
        self.captures.iter().flatten().count()
    }
}

/// Where in the next set of threads each position is, with the moment when that was written: kept from
/// sentence to sentence, since clearing it would cost as much as reading a short one.
#[derive(Default)]
struct Seen {
    places: Vec<(u64, u32)>,
    moment: u64,
}

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

/// What Glushkov's construction gathers of a part: where it may begin and end, and whether it may be
/// left out.
struct Part {
    first: Vec<u32>,
    last: Vec<u32>,
    empty: bool,
}

impl Automaton {
    /// Adds a pattern.
    ///
    /// # Errors
    /// Where it names an unknown verb or class, or matches nothing at all.
    pub fn add(&mut self, node: &Node, vocabulary: &mut Vocabulary) -> Result<PatternId, String> {
        let id = self.patterns;
        let part = self.build(node, None, vocabulary)?;
        if part.empty {
            return Err("the pattern matches without any word".into());
        }
        for &p in &part.last {
            self.positions[p as usize].accepts = Some(id);
        }
        for &p in &part.first {
            let position = &self.positions[p as usize];
            match position.check {
                Check::Word(symbol) if !position.negated => self.by_word.entry(symbol).or_default().push(p),
                Check::Class(class) if !position.negated => {
                    let class = usize::from(class);
                    if self.by_class.len() <= class {
                        self.by_class.resize(class + 1, Vec::new());
                    }
                    self.by_class[class].push(p);
                }
                Check::Verb(Some(lemma), _) if !position.negated => {
                    self.by_lemma.entry(lemma).or_default().push(p);
                }
                _ => self.others.push(p),
            }
        }
        self.patterns += 1;
        Ok(id)
    }

    /// Lays the automaton out for reading, after the last pattern was added.
    pub fn finish(&mut self) {
        let guard = |&position: &u32| {
            let Position { check, negated, .. } = self.positions[position as usize];
            Guard { check, negated, position }
        };
        self.guards = self.positions.iter().map(|p| p.follow.iter().map(guard).collect()).collect();
    }

    /// Number of patterns.
    pub fn patterns(&self) -> usize {
        self.patterns
    }

    fn position(&mut self, check: Check, negated: bool, capture: Option<Capture>) -> u32 {
        self.positions.push(Position { check, negated, capture, follow: Vec::new(), accepts: None });
        self.positions.len() as u32 - 1
    }

    fn build(
        &mut self,
        node: &Node,
        capture: Option<Capture>,
        vocabulary: &mut Vocabulary,
    ) -> Result<Part, String> {
        match node {
            Node::One(test) | Node::Not(test) => {
                let check = check(test, vocabulary)?;
                let p = self.position(check, matches!(node, Node::Not(_)), capture);
                Ok(Part { first: vec![p], last: vec![p], empty: false })
            }
            Node::Gap(n, clause) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: true };
                for _ in 0..*n {
                    let p = self.position(Check::Any(*clause), false, capture);
                    let before = std::mem::take(&mut whole.last);
                    // One more item only after the one before it, so that n items make n positions.
                    if let Some(&last) = before.last() {
                        self.positions[last as usize].follow.push(p);
                    } else {
                        whole.first.push(p);
                    }
                    whole.last = before;
                    whole.last.push(p);
                }
                Ok(whole)
            }
            Node::Optional(inner) => {
                let part = self.build(inner, capture, vocabulary)?;
                Ok(Part { empty: true, ..part })
            }
            Node::Capture(slot, inner) => self.build(inner, Some(*slot), vocabulary),
            Node::Choice(arms) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: false };
                for arm in arms {
                    let part = self.build(arm, capture, vocabulary)?;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                    whole.empty |= part.empty;
                }
                Ok(whole)
            }
            Node::Sequence(parts) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: true };
                for node in parts {
                    let part = self.build(node, capture, vocabulary)?;
                    for &p in &whole.last {
                        self.positions[p as usize].follow.extend(&part.first);
                    }
                    if whole.empty {
                        whole.first.extend(&part.first);
                    }
                    if part.empty {
                        whole.last.extend(part.last);
                    } else {
                        whole.last = part.last;
                    }
                    whole.empty &= part.empty;
                }
                Ok(whole)
            }
        }
    }

    /// All matches in a row of items: for each pattern and start the longest, in the order of their
    /// ends. Nothing before [`Automaton::finish`].
    pub fn run(&self, items: &[Item]) -> Vec<Match> {
        SEEN.with_borrow_mut(|seen| {
            if seen.places.len() < self.positions.len() {
                seen.places.resize(self.positions.len(), (0, 0));
            }
            self.read(items, seen)
        })
    }

    fn read(&self, items: &[Item], seen: &mut Seen) -> Vec<Match> {
        let mut out = Vec::new();
        let mut live: Vec<Thread> = Vec::new();
        let mut next: Vec<Thread> = Vec::new();
        for (i, item) in items.iter().enumerate() {
            next.clear();
            seen.moment += 1;
            self.for_starts(item, |p| {
                let Position { check, negated, .. } = self.positions[p as usize];
                if (Guard { check, negated, position: p }).admits(item) {
                    self.enter(p, i, i, &[None; Capture::COUNT], &mut next, seen);
                }
            });
            for thread in &live {
                for guard in self.guards.get(thread.position as usize).into_iter().flatten() {
                    if guard.admits(item) {
                        self.enter(guard.position, i, thread.start, &thread.captures, &mut next, seen);
                    }
                }
            }
            for thread in &next {
                if let Some(pattern) = self.positions[thread.position as usize].accepts {
                    let found = Match { pattern, start: thread.start, end: i + 1, captures: thread.captures };
                    keep(&mut out, found);
                }
            }
            std::mem::swap(&mut live, &mut next);
        }
        out
    }

    fn for_starts(&self, item: &Item, mut f: impl FnMut(u32)) {
        if item.symbol != 0
            && let Some(list) = self.by_word.get(&item.symbol)
        {
            list.iter().for_each(|&p| f(p));
        }
        let mut classes = item.classes;
        while classes != 0 {
            let class = classes.trailing_zeros() as usize;
            classes &= classes - 1;
            if let Some(list) = self.by_class.get(class) {
                list.iter().for_each(|&p| f(p));
            }
        }
        if let Some(verb) = item.verb
            && let Some(list) = self.by_lemma.get(&verb.lemma)
        {
            list.iter().for_each(|&p| f(p));
        }
        self.others.iter().for_each(|&p| f(p));
    }

    /// Makes a position live that the item `at` admits.
    fn enter(
        &self,
        p: u32,
        at: usize,
        start: usize,
        captures: &[Option<(u16, u16)>; Capture::COUNT],
        next: &mut Vec<Thread>,
        seen: &mut Seen,
    ) {
        let mut captures = *captures;
        if let Some(capture) = self.positions[p as usize].capture {
            let slot = &mut captures[capture as usize];
            let here = at as u16;
            *slot = match *slot {
                Some((from, to)) if to == here => Some((from, here + 1)),
                _ => Some((here, here + 1)),
            };
        }
        let thread = Thread { position: p, start, captures };
        // Of two ways to a position the one that fills more slots is kept, then the shorter one.
        let (when, index) = seen.places[p as usize];
        let index = index as usize;
        if when != seen.moment {
            seen.places[p as usize] = (seen.moment, next.len() as u32);
            next.push(thread);
        } else if (thread.filled(), start) > (next[index].filled(), next[index].start) {
            next[index] = thread;
        }
    }
}

impl Guard {
    /// Whether the position takes the item. What a negated one takes is a word.
    #[inline]
    fn admits(&self, item: &Item) -> bool {
        self.check.matches(item) != self.negated && !(self.negated && item.edge != Edge::Inside)
    }
}

/// Keeps of matches of one pattern with the same start only the longest, and of nested ones the
/// inner one stays as well: each is evidence of its own.
fn keep(out: &mut Vec<Match>, found: Match) {
    match out.iter_mut().find(|m| m.pattern == found.pattern && m.start == found.start) {
        Some(old) => {
            if old.end < found.end {
                *old = found;
            }
        }
        None => out.push(found),
    }
}

impl Check {
    fn matches(self, item: &Item) -> bool {
        match self {
            Self::Word(symbol) => item.symbol == symbol,
            Self::Class(class) => item.classes & (1 << class) != 0,
            Self::Verb(lemma, features) => item.verb.is_some_and(|v| {
                lemma.is_none_or(|l| l == v.lemma)
                    && [
                        Features::TENSES,
                        Features::POLARITIES,
                        Features::PERSONS,
                        Features::NUMBERS,
                        Features::VOICES,
                    ]
                    .into_iter()
                    .all(|set| v.features.0 & features & set != 0)
            }),
            Self::Mention(bits) => item.mentions & bits != 0,
            Self::Actor => item.actor.is_some(),
            Self::Subject => item.subject,
            Self::Edge(edge) => item.edge == edge,
            Self::Any(clause) => item.edge == Edge::Inside && !(clause && (item.breaks || item.is_finite())),
        }
    }
}

fn check(test: &Test, vocabulary: &mut Vocabulary) -> Result<Check, String> {
    Ok(match test {
        Test::Word(word) => Check::Word(vocabulary.symbol(word)),
        Test::Class(name) => {
            Check::Class(vocabulary.class_bit(name).ok_or_else(|| format!("there is no class «{name}»"))?)
        }
        Test::Verb(None, features) => Check::Verb(None, *features),
        Test::Verb(Some(lemma), features) => {
            let number = vocabulary
                .verbs()
                .lemma(lemma)
                .ok_or_else(|| format!("«{lemma}» is not in the lexicon of verbs"))?;
            Check::Verb(Some(number), *features)
        }
        Test::Mention(bits) => Check::Mention(*bits),
        Test::Actor => Check::Actor,
        Test::Subject => Check::Subject,
        Test::Start => Check::Edge(Edge::Start),
        Test::End => Check::Edge(Edge::End),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::verbs::Verbs;
    use crate::lexicon::whole;
    use crate::tasks::pattern::{Names, parse};
    use proptest::prelude::*;

    fn machine(patterns: &[&str]) -> (Automaton, Vocabulary) {
        let verbs = Verbs::parse(include_str!("../lexicon/verbs.toml")).expect("the verbs are well formed");
        let mut vocabulary = Vocabulary::new(verbs);
        let mut automaton = Automaton::default();
        for pattern in patterns {
            let node = parse(pattern, &Names::new()).expect("a pattern");
            automaton.add(&node, &mut vocabulary).expect("a pattern that compiles");
        }
        automaton.finish();
        (automaton, vocabulary)
    }

    fn items(vocabulary: &Vocabulary, words: &[&str]) -> Vec<Item> {
        let item = |edge, i: usize, word: &str| {
            let known = vocabulary.get(&whole(word));
            let breaks = word == ":";
            Item {
                words: i..i + 1,
                symbol: known.symbol,
                classes: known.classes,
                verb: known.verb,
                mentions: 0,
                actor: None,
                subject: false,
                edge,
                breaks,
            }
        };
        let mut out = vec![item(Edge::Start, 0, "")];
        out.extend(words.iter().enumerate().map(|(i, w)| item(Edge::Inside, i + 1, w)));
        out.push(item(Edge::End, words.len() + 1, ""));
        out
    }

    fn places(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let (automaton, vocabulary) = machine(&[pattern]);
        let words: Vec<&str> = text.split(' ').collect();
        automaton.run(&items(&vocabulary, &words)).iter().map(|m| (m.start, m.end)).collect()
    }

    #[test]
    fn words_and_bounded_gaps() {
        assert_eq!(places("مقرر ..2 شدن.past", "در جلسه مقرر شد"), [(3, 5)]);
        assert_eq!(places("مقرر ..2 شدن.past", "مقرر یک دو گردید"), [(1, 5)]);
        assert!(places("مقرر ..2 شدن.past", "مقرر یک دو سه گردید").is_empty());
        assert!(places("مقرر ..2 شدن.past", "مقرر : گردید").is_empty());
        assert_eq!(places("مقرر ...2 شدن.past", "مقرر : گردید"), [(1, 4)]);
    }

    #[test]
    fn edges_choices_and_what_may_be_left_out() {
        assert_eq!(places("^ (الف | ب ج)? د $", "ب ج د"), [(0, 5)]);
        assert_eq!(places("^ (الف | ب ج)? د $", "د"), [(0, 3)]);
        assert!(places("^ (الف | ب ج)? د $", "ب د").is_empty());
        assert_eq!(places("الف !ب", "الف ب الف ج"), [(3, 5)]);
    }

    #[test]
    fn polarity_and_person() {
        assert!(places("کردن.pres", "نمی‌کند").is_empty());
        assert_eq!(places("کردن.pres.neg", "نمی‌کند"), [(1, 2)]);
        assert_eq!(places("کردن.pres.1.pl", "می‌کنیم می‌کنند"), [(1, 2)]);
    }

    #[test]
    fn captures_hold_what_was_between() {
        let (automaton, vocabulary) = machine(&["به act:(..3) سپرده"]);
        let words = ["به", "یک", "دو", "سپرده"];
        let found = automaton.run(&items(&vocabulary, &words));
        assert_eq!(found[0].captured(Capture::Act), Some(2..4));
    }

    proptest! {
        // A gap pattern is checked against its definition: the two words with at most three between.
        #[test]
        fn matches_are_those_of_the_definition(text in proptest::collection::vec(0..4usize, 0..30)) {
            let names = ["الف", "ب", "ج", "د"];
            let words: Vec<&str> = text.iter().map(|&i| names[i]).collect();
            let (automaton, vocabulary) = machine(&["الف ...3 ب"]);
            let found = automaton.run(&items(&vocabulary, &words));
            for end in 0..words.len() {
                let starts = (0..end).rev().take(4).any(|start| text[start] == 0);
                let wanted = text[end] == 1 && starts;
                let covered = found.iter().any(|m| m.start < end + 1 && end + 2 <= m.end);
                prop_assert!(!wanted || covered, "{text:?} at {end}");
            }
            for m in &found {
                prop_assert_eq!(text[m.start - 1], 0);
                prop_assert_eq!(text[m.end - 2], 1);
                prop_assert!(m.end - m.start <= 5);
            }
        }
    }
}
