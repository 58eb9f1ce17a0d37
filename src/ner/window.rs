//! Long sentences go through the encoder in overlapping windows, so that nothing is cut. Each word
//! takes its logits from the window in which it stands farther from the edge.

use std::ops::Range;

/// A stretch of a sentence's words that goes through the encoder together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The words that the encoder sees.
    pub words: Range<usize>,
    /// Those whose logits are taken from this window. All windows of a sentence together keep every
    /// word once.
    pub keep: Range<usize>,
}

/// Appends the windows of a sentence. `lengths` are the subwords of each word, `room` the most
/// subwords of a window; a word longer than a third of the room counts as that much (see
/// [`shown`]).
pub fn windows(lengths: &[usize], room: usize, out: &mut Vec<Window>) {
    let n = lengths.len();
    let mut start = 0;
    let mut kept = 0;
    loop {
        let (mut end, mut used) = (start, 0);
        while end < n && used + shown(lengths[end], room) <= room {
            used += shown(lengths[end], room);
            end += 1;
        }
        if end == n {
            out.push(Window { words: start..n, keep: kept..n });
            return;
        }
        // The next window begins a quarter of the room earlier, but always after this one's begin.
        let (mut next, mut overlap) = (end, 0);
        while next > start + 1 && overlap + shown(lengths[next - 1], room) <= room / 4 {
            next -= 1;
            overlap += shown(lengths[next], room);
        }
        let middle = next + (end - next) / 2;
        out.push(Window { words: start..end, keep: kept..middle });
        (start, kept) = (next, middle);
    }
}

/// How many of a word's subwords the encoder sees. A word is labelled at its first subword; of an
/// endless one (an address, a line without spaces) the rest must not crowd out its neighbours.
pub fn shown(subwords: usize, room: usize) -> usize {
    subwords.min((room / 3).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(lengths: &[usize], room: usize) -> Vec<Window> {
        let mut out = Vec::new();
        windows(lengths, room, &mut out);
        out
    }

    #[test]
    fn a_short_sentence_is_one_window() {
        assert_eq!(cut(&[1, 2, 3], 6), [Window { words: 0..3, keep: 0..3 }]);
    }

    #[test]
    fn windows_overlap_and_meet_in_the_middle() {
        assert_eq!(
            cut(&[1; 20], 12),
            [Window { words: 0..12, keep: 0..10 }, Window { words: 9..20, keep: 10..20 }]
        );
    }

    proptest! {
        #[test]
        fn every_word_is_kept_once(lengths in prop::collection::vec(1_usize..40, 0..200), room in 1_usize..64) {
            let windows = cut(&lengths, room);
            let mut next = 0;
            for w in &windows {
                prop_assert_eq!(w.keep.start, next);
                prop_assert!(w.words.start <= w.keep.start && w.keep.end <= w.words.end);
                let used: usize = lengths[w.words.clone()].iter().map(|&l| shown(l, room)).sum();
                prop_assert!(used <= room);
                next = w.keep.end;
            }
            prop_assert_eq!(next, lengths.len());
        }
    }
}
