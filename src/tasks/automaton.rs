//! All patterns as one automaton. Each test of a pattern is a position with the positions that may
//! follow it (Glushkov's construction), so a sentence is read once, from left to right, with a set of
//! live positions ([`super::reader`]). The work is linear in the text: gaps are bounded, and a position
//! is live at most once.

use super::items::{Edge, Item, Vocabulary};
use super::pattern::{Capture, Node, Test};
use super::reader::{Check, Guard, Reader};

/// Number of a pattern in its automaton.
pub type PatternId = usize;

/// One test of a pattern.
#[derive(Debug, Clone)]
pub(super) struct Position {
    pub guard: Guard,
    pub capture: Option<Capture>,
    pub follow: Vec<u32>,
    pub accepts: Option<PatternId>,
}

/// A pattern as its positions.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    /// Where it may begin.
    pub first: Vec<u32>,
    /// Of each of these at least one position is in every match, the one hardest to meet first.
    pub needs: Vec<Vec<u32>>,
}

/// The compiled patterns.
#[derive(Debug, Default)]
pub struct Automaton {
    positions: Vec<Position>,
    patterns: Vec<Outline>,
    /// Made by [`Automaton::finish`].
    reader: Reader,
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

/// What Glushkov's construction gathers of a part: where it may begin and end, whether it may be left
/// out, and of which positions every match of it has one.
struct Part {
    first: Vec<u32>,
    last: Vec<u32>,
    empty: bool,
    needs: Vec<Vec<u32>>,
}

impl Automaton {
    /// Adds a pattern.
    ///
    /// # Errors
    /// Where it names an unknown verb or class, or matches nothing at all.
    pub fn add(&mut self, node: &Node, vocabulary: &mut Vocabulary) -> Result<PatternId, String> {
        let id = self.patterns.len();
        let mut part = self.build(node, None, vocabulary)?;
        if part.empty {
            return Err("the pattern matches without any word".into());
        }
        for &p in &part.last {
            self.positions[p as usize].accepts = Some(id);
        }
        // What nearly every sentence has tells nothing.
        part.needs.retain(|group| self.rarity(group) < Guard::COMMON);
        part.needs.sort_by_key(|group| self.rarity(group));
        self.patterns.push(Outline { first: part.first, needs: part.needs });
        Ok(id)
    }

    /// Lays the automaton out for reading, after the last pattern was added.
    pub fn finish(&mut self) {
        self.reader = Reader::new(&self.positions, &self.patterns);
    }

    /// Number of patterns.
    pub fn patterns(&self) -> usize {
        self.patterns.len()
    }

    /// How common what meets one of some positions is, by the most common of them.
    fn rarity(&self, group: &[u32]) -> u8 {
        group.iter().map(|&p| self.positions[p as usize].guard.commonness()).max().unwrap_or(Guard::COMMON)
    }

    fn position(&mut self, check: Check, negated: bool, capture: Option<Capture>) -> u32 {
        let guard = Guard { check, negated };
        self.positions.push(Position { guard, capture, follow: Vec::new(), accepts: None });
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
                Ok(Part { first: vec![p], last: vec![p], empty: false, needs: vec![vec![p]] })
            }
            Node::Gap(n, clause) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: true, needs: Vec::new() };
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
                Ok(Part { empty: true, needs: Vec::new(), ..part })
            }
            Node::Capture(slot, inner) => self.build(inner, Some(*slot), vocabulary),
            Node::Choice(arms) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: false, needs: Vec::new() };
                // One of what each arm needs most.
                let mut needed = Some(Vec::new());
                for arm in arms {
                    let part = self.build(arm, capture, vocabulary)?;
                    let rarest = part.needs.iter().min_by_key(|group| (self.rarity(group), group.len()));
                    needed = needed.zip(rarest).map(|(all, group)| [all, group.clone()].concat());
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                    whole.empty |= part.empty;
                }
                whole.needs.extend(needed.filter(|_| !whole.empty));
                Ok(whole)
            }
            Node::Sequence(parts) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: true, needs: Vec::new() };
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
                    whole.needs.extend(part.needs);
                }
                Ok(whole)
            }
        }
    }

    /// All matches in a row of items: for each pattern and start the longest, in the order of their
    /// ends. Nothing before [`Automaton::finish`].
    pub fn run(&self, items: &[Item]) -> Vec<Match> {
        self.reader.read(items)
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
        // Patterns that are left out for what a sentence lacks would not have matched.
        #[test]
        fn what_a_sentence_lacks_only_saves_time(text in proptest::collection::vec(0..7usize, 0..12)) {
            let names = ["الف", "ب", "ج", "مقرر", "شد", ":", "نمی‌کند"];
            let words: Vec<&str> = text.iter().map(|&i| names[i]).collect();
            let (mut automaton, vocabulary) = machine(&[
                "مقرر ..2 شدن.past", "(الف ب | ج)? !ب (شدن.past | مقرر ج)", "^ ..3 ب $", "*.pres.any ...1 (ب | الف)",
                "act:(الف ..1) (ج | ب !شد)", "(الف | ب? ج) ...2 مقرر", "..1 !الف :",
            ]);
            let items = items(&vocabulary, &words);
            let found = automaton.run(&items);
            automaton.reader.ask_no_needs();
            prop_assert_eq!(found, automaton.run(&items));
        }

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
