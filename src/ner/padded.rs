//! Packed sequences side by side in rectangles, for libraries that know no packing. Sequences of
//! about the same length stand together, so that little is computed for nothing.

use super::backend::{Batch, Logits};

/// Some sequences of a batch, one a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectangle {
    /// Which sequences of the batch.
    pub sequences: Vec<usize>,
    /// Tokens of a row.
    pub length: usize,
    /// Ids of all rows, filled up.
    pub ids: Vec<i64>,
    /// 1 where a token stands, 0 where it was filled up.
    pub mask: Vec<i64>,
}

impl Rectangle {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.sequences.len()
    }
}

/// Cuts a batch into rectangles in which no row is filled up by more than about a quarter.
pub fn rectangles(batch: &Batch, pad: u32) -> Vec<Rectangle> {
    let ranges: Vec<_> = batch.sequences().collect();
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|&i| ranges[i].len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in order {
        match groups.last_mut() {
            Some(group) if fits(ranges[group[0]].len(), ranges[i].len()) => group.push(i),
            _ => groups.push(vec![i]),
        }
    }
    let rectangle = |sequences: Vec<usize>| {
        let length = sequences.iter().map(|&i| ranges[i].len()).max().unwrap_or(0);
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for &i in &sequences {
            let row = &batch.ids()[ranges[i].clone()];
            ids.extend(row.iter().map(|&id| i64::from(id)));
            ids.resize(ids.len() + length - row.len(), i64::from(pad));
            mask.resize(mask.len() + row.len(), 1);
            mask.resize(mask.len() + length - row.len(), 0);
        }
        Rectangle { sequences, length, ids, mask }
    };
    groups.into_iter().map(rectangle).collect()
}

/// Whether a sequence may stand below a shorter one.
fn fits(shortest: usize, length: usize) -> bool {
    length <= shortest + shortest / 4 + 4
}

/// Puts what was computed for a rectangle where it belongs: `token` holds rows × length rows of the
/// token heads' logits, `sequence` a row of the sequence heads' for every sequence.
pub fn scatter(batch: &Batch, rectangle: &Rectangle, token: &[f32], sequence: &[f32], logits: &mut Logits) {
    let rows = rectangle.rows();
    let width = token.len() / (rows * rectangle.length).max(1);
    let classes = sequence.len() / rows.max(1);
    let ranges: Vec<_> = batch.sequences().collect();
    logits.token.resize(batch.ids().len() * width, 0.0);
    logits.sequence.resize(ranges.len() * classes, 0.0);
    for (r, &i) in rectangle.sequences.iter().enumerate() {
        let (range, from) = (ranges[i].clone(), r * rectangle.length * width);
        let to = &mut logits.token[range.start * width..range.end * width];
        to.copy_from_slice(&token[from..from + to.len()]);
        logits.sequence[i * classes..(i + 1) * classes]
            .copy_from_slice(&sequence[r * classes..(r + 1) * classes]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_back(lengths in prop::collection::vec(1_usize..40, 1..30)) {
            let mut batch = Batch::default();
            let mut next = 0;
            for &length in &lengths {
                batch.push(next..next + length as u32);
                next += length as u32;
            }
            let mut logits = Logits::default();
            let mut padding = 0;
            for rectangle in rectangles(&batch, 9999) {
                prop_assert_eq!(rectangle.ids.len(), rectangle.rows() * rectangle.length);
                padding += rectangle.mask.iter().filter(|&&m| m == 0).count();
                // Logits that say which token they are of.
                let token: Vec<f32> = rectangle.ids.iter().flat_map(|&id| [id as f32, -(id as f32)]).collect();
                let sequence: Vec<f32> = rectangle.sequences.iter().map(|&i| i as f32).collect();
                scatter(&batch, &rectangle, &token, &sequence, &mut logits);
            }
            let expected: Vec<f32> = batch.ids().iter().flat_map(|&id| [id as f32, -(id as f32)]).collect();
            prop_assert_eq!(logits.token, expected);
            prop_assert_eq!(logits.sequence, (0..lengths.len()).map(|i| i as f32).collect::<Vec<_>>());
            prop_assert!(padding <= batch.ids().len() / 4 + 4 * lengths.len());
        }
    }
}
