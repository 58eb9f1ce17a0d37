//! Whether a stretch lies inside a longer one, for many stretches in linear time.

use std::ops::Range;

/// Stretches that others may lie in.
#[derive(Debug, Default)]
pub(super) struct Cover {
    starts: Vec<usize>,
    /// For each stretch the farthest end of it and of those before it.
    reach: Vec<usize>,
}

impl Cover {
    /// Takes the stretches, in any order.
    pub fn new(ranges: impl Iterator<Item = Range<usize>>) -> Self {
        let mut all: Vec<(usize, usize)> = ranges.map(|r| (r.start, r.end)).collect();
        all.sort_unstable();
        let mut farthest = 0;
        let (mut starts, mut reach) = (Vec::with_capacity(all.len()), Vec::with_capacity(all.len()));
        for (start, end) in all {
            farthest = farthest.max(end);
            starts.push(start);
            reach.push(farthest);
        }
        Self { starts, reach }
    }

    /// Whether one of the stretches holds `inner` and is longer.
    pub fn holds(&self, inner: &Range<usize>) -> bool {
        let before = self.starts.partition_point(|&start| start < inner.start);
        let upto = before + self.starts[before..].partition_point(|&start| start == inner.start);
        let reach = |count: usize| count.checked_sub(1).map_or(0, |last| self.reach[last]);
        before > 0 && reach(before) >= inner.end || upto > 0 && reach(upto) > inner.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_longer_stretch_holds_another() {
        let cover = Cover::new([4..9, 0..3, 4..6].into_iter());
        for inner in [4..6, 5..9, 0..2, 1..3] {
            assert!(cover.holds(&inner), "{inner:?}");
        }
        for other in [4..9, 0..3, 2..4, 8..10, 3..4] {
            assert!(!cover.holds(&other), "{other:?}");
        }
        assert!(!Cover::default().holds(&(0..1)));
    }
}
