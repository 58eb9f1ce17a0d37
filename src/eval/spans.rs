//! Typed spans and the four ways of comparing them that SemEval-2013 task 9 defined. Gold and
//! predicted spans are matched one to one, by the matching that is best for the way of comparing;
//! so the counts do not depend on the order of the input (see [`super::matching`]).

use super::figures::Counts;
use super::matching::{Edge, best_matching};

/// A span with the number of its type. It counts what its maker counts: tokens of a sentence, or
/// code points of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypedSpan {
    /// First unit.
    pub start: usize,
    /// One past the last unit.
    pub end: usize,
    /// Number of the type.
    pub kind: u16,
}

impl TypedSpan {
    /// A span.
    pub fn new(start: usize, end: usize, kind: u16) -> Self {
        Self { start, end, kind }
    }

    fn same_place(self, other: Self) -> bool {
        self.start == other.start && self.end == other.end
    }

    fn touches(self, other: Self) -> bool {
        (self.start < other.end && other.start < self.end) || self.same_place(other)
    }
}

/// Ways of comparing typed spans (Segura-Bedmar et al. 2013).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Same place and same type.
    Strict,
    /// Same place, whatever the type.
    Exact,
    /// Same place counts 1, an overlap ½, whatever the type.
    Partial,
    /// An overlap of the same type.
    Type,
}

impl Criterion {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Strict, Self::Exact, Self::Partial, Self::Type];
}

/// A gold and a predicted span that share something.
#[derive(Debug, Clone, Copy)]
struct Contact {
    gold: usize,
    pred: usize,
    same_place: bool,
    same_type: bool,
}

impl Contact {
    fn is_correct(self, criterion: Criterion) -> bool {
        match criterion {
            Criterion::Strict => self.same_place && self.same_type,
            Criterion::Exact | Criterion::Partial => self.same_place,
            Criterion::Type => self.same_type,
        }
    }
}

/// The spans of one sentence or document, gold and predicted, ready to be compared.
#[derive(Debug, Default)]
pub struct Pairing {
    gold: Vec<TypedSpan>,
    pred: Vec<TypedSpan>,
    contacts: Vec<Contact>,
    furthest: Vec<usize>,
}

impl Pairing {
    /// Takes in the spans of one unit. Their order does not matter; a span given twice counts once.
    pub fn load(&mut self, gold: &[TypedSpan], pred: &[TypedSpan]) {
        for (own, given) in [(&mut self.gold, gold), (&mut self.pred, pred)] {
            own.clear();
            own.extend_from_slice(given);
            own.sort_unstable();
            own.dedup();
        }
        // `furthest[i]`: where the spans up to the i-th end at most, so that a sweep knows which
        // predictions cannot reach any later gold span even where spans nest.
        self.furthest.clear();
        let mut end = 0;
        for span in &self.pred {
            end = end.max(span.end);
            self.furthest.push(end);
        }
        self.contacts.clear();
        let mut from = 0;
        for (g, &gold) in self.gold.iter().enumerate() {
            while from < self.pred.len() && self.furthest[from] < gold.start {
                from += 1;
            }
            for (p, &pred) in self.pred.iter().enumerate().skip(from) {
                if pred.start > gold.end {
                    break;
                }
                if gold.touches(pred) {
                    let same_place = gold.same_place(pred);
                    let same_type = gold.kind == pred.kind;
                    self.contacts.push(Contact { gold: g, pred: p, same_place, same_type });
                }
            }
        }
    }

    /// Gold spans, sorted.
    pub fn gold(&self) -> &[TypedSpan] {
        &self.gold
    }

    /// Predicted spans, sorted.
    pub fn pred(&self) -> &[TypedSpan] {
        &self.pred
    }

    /// Counts over all types.
    pub fn counts(&self, criterion: Criterion) -> Counts {
        self.count(criterion, self.gold.len(), self.pred.len(), |_| true)
    }

    /// Counts of the spans of one type on both sides, as if there were no others.
    pub fn counts_of(&self, criterion: Criterion, kind: u16) -> Counts {
        let number = |spans: &[TypedSpan]| spans.iter().filter(|s| s.kind == kind).count();
        let of_kind = |c: &Contact| c.same_type && self.gold[c.gold].kind == kind;
        self.count(criterion, number(&self.gold), number(&self.pred), of_kind)
    }

    fn count(
        &self,
        criterion: Criterion,
        gold: usize,
        pred: usize,
        keep: impl Fn(&Contact) -> bool,
    ) -> Counts {
        let edges: Vec<Edge> = self
            .contacts
            .iter()
            .filter(|c| keep(c))
            .map(|c| Edge { left: c.gold, right: c.pred, rank: usize::from(c.is_correct(criterion)) })
            .collect();
        let matched = best_matching(&edges, 2);
        let correct = matched.iter().filter(|&&e| edges[e].rank == 1).count();
        let other = matched.len() - correct;
        let (inc, par) = if criterion == Criterion::Partial { (0, other) } else { (other, 0) };
        Counts::new(correct, inc, par, gold - matched.len(), pred - matched.len())
    }

    /// The one matching that tables of confusion and lists of errors show: as many fully correct
    /// pairs as possible, then as many of the same place, then of the same type, then any.
    /// Pairs are indexes into [`Pairing::gold`] and [`Pairing::pred`], in order.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let rank = |c: &Contact| 2 * usize::from(c.same_place) + usize::from(c.same_type);
        let edges: Vec<Edge> =
            self.contacts.iter().map(|c| Edge { left: c.gold, right: c.pred, rank: rank(c) }).collect();
        let mut pairs: Vec<_> =
            best_matching(&edges, 4).into_iter().map(|e| (edges[e].left, edges[e].right)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// How many predicted spans touch a gold span of their type, and how many gold spans a
    /// predicted one: a loose reading that is no one-to-one matching.
    pub fn overlapping(&self, kind: u16) -> (usize, usize) {
        let touched = |side: fn(&Contact) -> usize| {
            let mut hit: Vec<usize> = self
                .contacts
                .iter()
                .filter(|c| c.same_type && self.gold[c.gold].kind == kind)
                .map(side)
                .collect();
            hit.sort_unstable();
            hit.dedup();
            hit.len()
        };
        (touched(|c| c.pred), touched(|c| c.gold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(gold: &[(usize, usize, u16)], pred: &[(usize, usize, u16)], criterion: Criterion) -> Counts {
        let spans = |s: &[(usize, usize, u16)]| s.iter().map(|&(a, b, k)| TypedSpan::new(a, b, k)).collect();
        let (gold, pred): (Vec<_>, Vec<_>) = (spans(gold), spans(pred));
        let mut pairing = Pairing::default();
        pairing.load(&gold, &pred);
        pairing.counts(criterion)
    }

    #[test]
    fn the_cases_of_semeval_2013() {
        // wrong type; wrong place; both wrong; missed; spurious; correct
        let gold = [(0, 2, 1), (3, 5, 1), (6, 8, 1), (9, 10, 1), (20, 22, 1)];
        let pred = [(0, 2, 2), (3, 4, 1), (7, 9, 2), (12, 13, 1), (20, 22, 1)];
        assert_eq!(counts(&gold, &pred, Criterion::Strict), Counts::new(1, 3, 0, 1, 1));
        assert_eq!(counts(&gold, &pred, Criterion::Exact), Counts::new(2, 2, 0, 1, 1));
        assert_eq!(counts(&gold, &pred, Criterion::Partial), Counts::new(2, 0, 2, 1, 1));
        assert_eq!(counts(&gold, &pred, Criterion::Type), Counts::new(2, 2, 0, 1, 1));
    }

    #[test]
    fn a_greedy_matching_would_take_the_wrong_partner() {
        // The first prediction touches both gold spans, the second only the first.
        let gold = [(0, 4, 1), (5, 9, 1)];
        let pred = [(0, 2, 1), (2, 7, 1)];
        assert_eq!(counts(&gold, &pred, Criterion::Type), Counts::new(2, 0, 0, 0, 0));
    }

    #[test]
    fn empty_sides() {
        assert_eq!(counts(&[], &[], Criterion::Strict), Counts::default());
        assert_eq!(counts(&[(0, 1, 1)], &[], Criterion::Type), Counts::new(0, 0, 0, 1, 0));
        assert_eq!(counts(&[], &[(0, 1, 1)], Criterion::Type), Counts::new(0, 0, 0, 0, 1));
    }

    fn spans() -> impl Strategy<Value = Vec<TypedSpan>> {
        prop::collection::vec((0usize..30, 0usize..8, 0u16..3), 0..14)
            .prop_map(|v| v.into_iter().map(|(s, l, k)| TypedSpan::new(s, s + l, k)).collect())
    }

    proptest! {
        #[test]
        fn the_order_of_the_input_does_not_matter(
            (gold, shuffled_gold) in spans().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle())),
            (pred, shuffled_pred) in spans().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle())),
        ) {
            let (mut one, mut two) = (Pairing::default(), Pairing::default());
            one.load(&gold, &pred);
            two.load(&shuffled_gold, &shuffled_pred);
            for criterion in Criterion::ALL {
                prop_assert_eq!(one.counts(criterion), two.counts(criterion));
                for kind in 0..3 {
                    prop_assert_eq!(one.counts_of(criterion, kind), two.counts_of(criterion, kind));
                }
            }
            prop_assert_eq!(one.pairs(), two.pairs());
        }

        #[test]
        fn sides_are_mirror_images(gold in spans(), pred in spans()) {
            let (mut one, mut two) = (Pairing::default(), Pairing::default());
            one.load(&gold, &pred);
            two.load(&pred, &gold);
            for criterion in Criterion::ALL {
                let (a, b) = (one.counts(criterion), two.counts(criterion));
                prop_assert_eq!((a.cor, a.inc, a.par, a.mis, a.spu), (b.cor, b.inc, b.par, b.spu, b.mis));
            }
        }
    }
}
