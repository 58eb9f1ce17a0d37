//! Reading a sentence with the automaton of all patterns. Which positions an item admits is gathered once
//! for each item, as a row of bits. A pattern takes part only where the sentence has all that every match
//! of it must have (its rarest words are looked for first), so most patterns cost a comparison or two.

use std::cell::RefCell;

use super::automaton::{Match, Outline, PatternId, Position};
use super::items::{Edge, Item, Symbol};
use super::masks::{Sparse, width};
use super::pattern::Capture;
use crate::lexicon::verbs::{Features, Lemma};

/// What one item must be, with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The word.
    Word(Symbol),
    /// A word of the class.
    Class(u8),
    /// A form of the verb (`None`: any) with features from each of the sets.
    Verb(Option<Lemma>, u32),
    /// One of these types of mentions.
    Mention(u16),
    /// Something that can act.
    Actor,
    /// Something that can act, where a subject may stand.
    Subject,
    /// An end of the sentence.
    Edge(Edge),
    /// Any item inside the sentence; `true`: none that ends the clause, no finite verb.
    Any(bool),
}

/// What a position asks of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// What the item must be,
    pub check: Check,
    /// or must not be.
    pub negated: bool,
}

/// The positions that ask the same.
#[derive(Debug, Clone)]
struct Asked {
    guard: Guard,
    positions: Sparse,
}

/// What is to be done at a position.
#[derive(Debug, Clone)]
struct Step {
    capture: Option<Capture>,
    accepts: Option<PatternId>,
    follow: Sparse,
}

/// Where a pattern may begin, and what each of its matches holds.
#[derive(Debug, Clone)]
struct Need {
    first: Sparse,
    groups: Vec<Sparse>,
}

/// Positions by the word, class or verb that an item must have for them.
#[derive(Debug, Clone, Default)]
struct Keyed {
    asked: Vec<Asked>,
    /// Those where a pattern may begin.
    begins: Sparse,
}

/// The automaton, laid out for reading.
#[derive(Debug, Default)]
pub struct Reader {
    width: usize,
    steps: Vec<Step>,
    needs: Vec<Need>,
    /// For each symbol the place in `keyed`, plus 1; 0 for those that no position asks for.
    words: Vec<u32>,
    keyed: Vec<Keyed>,
    classes: Vec<Keyed>,
    lemmas: Vec<Keyed>,
    others: Keyed,
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

/// What reading needs beside the automaton, kept from sentence to sentence: clearing it would cost as
/// much as reading a short one.
#[derive(Default)]
struct Scratch {
    /// Where in the next set of threads each position is, with the moment when that was written.
    places: Vec<(u64, u32)>,
    moment: u64,
    /// The positions that each item admits, one row of bits after the other.
    rows: Vec<u64>,
    /// The positions that some item admits.
    met: Vec<u64>,
    /// Where the patterns may begin that the sentence has all needs of.
    open: Vec<u64>,
    begins: Vec<u64>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Reader {
    /// Lays out positions, and patterns made of them.
    pub(super) fn new(positions: &[Position], patterns: &[Outline]) -> Self {
        let sparse = |list: &Vec<u32>| list.iter().copied().collect::<Sparse>();
        let mut reader = Self {
            width: width(positions.len()),
            steps: positions
                .iter()
                .map(|p| Step { capture: p.capture, accepts: p.accepts, follow: sparse(&p.follow) })
                .collect(),
            needs: patterns
                .iter()
                .map(|p| Need { first: sparse(&p.first), groups: p.needs.iter().map(sparse).collect() })
                .collect(),
            ..Self::default()
        };
        for (position, number) in positions.iter().zip(0u32..) {
            reader.keyed(position.guard).ask(position.guard, number);
        }
        for &first in patterns.iter().flat_map(|p| &p.first) {
            reader.keyed(positions[first as usize].guard).begins.insert(first);
        }
        reader
    }

    /// Lets all patterns take part in every sentence.
    #[cfg(test)]
    pub(super) fn ask_no_needs(&mut self) {
        self.needs.iter_mut().for_each(|need| need.groups.clear());
    }

    /// Where the positions stand that ask this of an item.
    fn keyed(&mut self, guard: Guard) -> &mut Keyed {
        fn at(list: &mut Vec<Keyed>, place: usize) -> &mut Keyed {
            if list.len() <= place {
                list.resize(place + 1, Keyed::default());
            }
            &mut list[place]
        }
        match guard.check {
            _ if guard.negated => &mut self.others,
            Check::Word(symbol) => {
                let symbol = symbol as usize;
                if self.words.len() <= symbol {
                    self.words.resize(symbol + 1, 0);
                }
                if self.words[symbol] == 0 {
                    self.words[symbol] = self.keyed.len() as u32 + 1;
                }
                let place = self.words[symbol] as usize - 1;
                at(&mut self.keyed, place)
            }
            Check::Class(class) => at(&mut self.classes, class.into()),
            Check::Verb(Some(lemma), _) => at(&mut self.lemmas, lemma.into()),
            _ => &mut self.others,
        }
    }

    /// Hands on what an item may be asked for: by its word, its classes, its verb, and anything else.
    #[inline]
    fn each_key<'a>(&'a self, item: &Item, mut f: impl FnMut(&'a Keyed)) {
        let place = self.words.get(item.symbol as usize).copied().unwrap_or(0);
        if place != 0 {
            f(&self.keyed[place as usize - 1]);
        }
        let mut classes = item.classes;
        while classes != 0 {
            if let Some(keyed) = self.classes.get(classes.trailing_zeros() as usize) {
                f(keyed);
            }
            classes &= classes - 1;
        }
        if let Some(keyed) = item.verb.and_then(|v| self.lemmas.get(usize::from(v.lemma))) {
            f(keyed);
        }
        f(&self.others);
    }

    /// All matches in a row of items: for each pattern and start the longest, in the order of their ends.
    pub fn read(&self, items: &[Item]) -> Vec<Match> {
        SCRATCH.with_borrow_mut(|scratch| {
            self.prepare(items, scratch);
            self.walk(items, scratch)
        })
    }

    /// Gathers which positions each item admits, and which patterns may match at all.
    fn prepare(&self, items: &[Item], scratch: &mut Scratch) {
        let Scratch { places, rows, met, open, begins, .. } = scratch;
        if places.len() < self.steps.len() {
            places.resize(self.steps.len(), (0, 0));
        }
        let clear = |row: &mut Vec<u64>, length: usize| {
            row.clear();
            row.resize(length, 0);
        };
        clear(rows, items.len() * self.width);
        for row in [&mut *met, &mut *open, begins] {
            clear(row, self.width);
        }
        for (item, row) in items.iter().zip(rows.chunks_exact_mut(self.width.max(1))) {
            self.each_key(item, |keyed| {
                for asked in keyed.asked.iter().filter(|a| a.guard.admits(item)) {
                    asked.positions.add_to(row);
                }
            });
            met.iter_mut().zip(row).for_each(|(all, word)| *all |= *word);
        }
        for need in &self.needs {
            if need.groups.iter().all(|group| group.meets(met)) {
                need.first.add_to(open);
            }
        }
    }

    fn walk(&self, items: &[Item], scratch: &mut Scratch) -> Vec<Match> {
        let Scratch { places, moment, rows, open, begins, .. } = scratch;
        let mut out = Vec::new();
        let mut live: Vec<Thread> = Vec::new();
        let mut next = Next { threads: Vec::new(), places, moment: *moment };
        let rows = rows.chunks_exact(self.width.max(1));
        for (i, (item, row)) in items.iter().zip(rows).enumerate() {
            next.threads.clear();
            next.moment += 1;
            for (begin, (open, admitted)) in begins.iter_mut().zip(open.iter().zip(row)) {
                *begin = open & admitted;
            }
            let blank = [None; Capture::COUNT];
            self.each_key(item, |keyed| {
                keyed.begins.each_in(begins, |p| self.enter(p, i, i, &blank, &mut next))
            });
            for thread in &live {
                let follow = &self.steps[thread.position as usize].follow;
                follow.each_in(row, |p| self.enter(p, i, thread.start, &thread.captures, &mut next));
            }
            for thread in &next.threads {
                if let Some(pattern) = self.steps[thread.position as usize].accepts {
                    let found = Match { pattern, start: thread.start, end: i + 1, captures: thread.captures };
                    keep(&mut out, found);
                }
            }
            std::mem::swap(&mut live, &mut next.threads);
        }
        *moment = next.moment;
        out
    }

    /// Makes a position live that the item `at` admits.
    fn enter(
        &self,
        p: u32,
        at: usize,
        start: usize,
        captures: &[Option<(u16, u16)>; Capture::COUNT],
        next: &mut Next<'_>,
    ) {
        let mut captures = *captures;
        if let Some(capture) = self.steps[p as usize].capture {
            let slot = &mut captures[capture as usize];
            let here = at as u16;
            *slot = match *slot {
                Some((from, to)) if to == here => Some((from, here + 1)),
                _ => Some((here, here + 1)),
            };
        }
        let thread = Thread { position: p, start, captures };
        // Of two ways to a position the one that fills more slots is kept, then the shorter one.
        let (when, index) = next.places[p as usize];
        let index = index as usize;
        if when != next.moment {
            next.places[p as usize] = (next.moment, next.threads.len() as u32);
            next.threads.push(thread);
        } else if (thread.filled(), start) > (next.threads[index].filled(), next.threads[index].start) {
            next.threads[index] = thread;
        }
    }
}

/// The threads that the next item will see.
struct Next<'a> {
    threads: Vec<Thread>,
    places: &'a mut [(u64, u32)],
    moment: u64,
}

impl Keyed {
    fn ask(&mut self, guard: Guard, position: u32) {
        match self.asked.iter_mut().find(|a| a.guard == guard) {
            Some(asked) => asked.positions.insert(position),
            None => self.asked.push(Asked { guard, positions: [position].into_iter().collect() }),
        }
    }
}

impl Guard {
    /// [`Guard::commonness`] of what nearly every sentence holds.
    pub const COMMON: u8 = 5;

    /// Whether the position takes the item. What a negated one takes is a word.
    #[inline]
    fn admits(&self, item: &Item) -> bool {
        self.check.matches(item) != self.negated && !(self.negated && item.edge != Edge::Inside)
    }

    /// How common items are that it admits, from 0 (a single word) on.
    pub fn commonness(&self) -> u8 {
        match self.check {
            _ if self.negated => Self::COMMON,
            Check::Word(_) => 0,
            Check::Verb(Some(_), _) => 1,
            Check::Class(_) => 2,
            Check::Verb(None, _) => 3,
            Check::Mention(_) | Check::Actor | Check::Subject => 4,
            Check::Edge(_) | Check::Any(_) => Self::COMMON,
        }
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
