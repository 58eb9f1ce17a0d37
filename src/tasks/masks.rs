//! Sets of small numbers as bits: most sets of positions of the automaton are small and lie close
//! together, so a few words of 64 bits hold them, and a whole word is compared at once.

/// The numbers of a set from 64 · `word` to 64 · `word` + 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chunk {
    word: u32,
    bits: u64,
}

/// A small set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sparse(Vec<Chunk>);

/// Number of words of 64 bits that hold the numbers below `count`.
pub fn width(count: usize) -> usize {
    count.div_ceil(64)
}

impl Sparse {
    /// Adds a number.
    pub fn insert(&mut self, number: u32) {
        let (word, bit) = (number / 64, 1 << (number % 64));
        match self.0.binary_search_by_key(&word, |c| c.word) {
            Ok(at) => self.0[at].bits |= bit,
            Err(at) => self.0.insert(at, Chunk { word, bits: bit }),
        }
    }

    /// Adds all its numbers to a set that is held as one row of words.
    #[inline]
    pub fn add_to(&self, row: &mut [u64]) {
        for chunk in &self.0 {
            if let Some(word) = row.get_mut(chunk.word as usize) {
                *word |= chunk.bits;
            }
        }
    }

    /// Whether a row holds one of its numbers.
    #[inline]
    pub fn meets(&self, row: &[u64]) -> bool {
        self.0.iter().any(|c| row.get(c.word as usize).is_some_and(|word| word & c.bits != 0))
    }

    /// Hands on the numbers that a row holds too, in order.
    #[inline]
    pub fn each_in(&self, row: &[u64], mut f: impl FnMut(u32)) {
        for chunk in &self.0 {
            let mut bits = chunk.bits & row.get(chunk.word as usize).copied().unwrap_or(0);
            while bits != 0 {
                f(chunk.word * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }
}

impl FromIterator<u32> for Sparse {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|n| set.insert(n));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_is_the_set_of_its_numbers(a in proptest::collection::btree_set(0u32..300, 0..40),
                                           b in proptest::collection::btree_set(0u32..300, 0..40)) {
            let set: Sparse = a.iter().rev().copied().collect();
            let mut row = vec![0; width(300)];
            b.iter().copied().collect::<Sparse>().add_to(&mut row);
            let mut common = Vec::new();
            set.each_in(&row, |n| common.push(n));
            let wanted: Vec<u32> = a.intersection(&b).copied().collect();
            prop_assert_eq!(set.meets(&row), !wanted.is_empty());
            prop_assert_eq!(common, wanted);
            set.add_to(&mut row);
            let all: BTreeSet<u32> = (0..300).filter(|n| row[*n as usize / 64] >> (n % 64) & 1 == 1).collect();
            prop_assert_eq!(all, a.union(&b).copied().collect::<BTreeSet<u32>>());
        }
    }
}
