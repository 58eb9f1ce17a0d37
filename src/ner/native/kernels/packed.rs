//! Weights and activations in the order in which an instruction set reads them.

use super::{ALIGN, Kernels};
use crate::ner::native::memory::Bytes;

/// A linear layer with 8-bit weights, in the order that one instruction set reads them.
#[derive(Debug, Clone)]
pub struct PackedInt8 {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Panels of outputs; in a panel, for every four inputs the four weights of each output.
    pub(super) weights: Bytes,
    /// Per output.
    pub(super) scales: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// Sum of each output's weights, for the zero point of the activations.
    pub(super) sums: Vec<i32>,
}

/// A linear layer with 32-bit weights, in the order that one instruction set reads them.
#[derive(Debug, Clone)]
pub struct PackedFloat {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Panels of outputs; in a panel, for every input the weight of each output.
    pub(super) weights: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// 8-bit weights of some outputs, row by row, as stored.
#[derive(Debug, Clone)]
pub struct Int8Rows<'a> {
    /// Two's complement bytes, one row of inputs per output.
    pub weights: &'a [u8],
    /// Factor of each row.
    pub scales: Vec<f32>,
    /// Added to each output.
    pub bias: Vec<f32>,
}

/// Joins the outputs of all parts: rows of weights, scales, bias.
///
/// # Panics
/// Where the parts do not hold whole rows, or inputs or outputs are no multiple of [`ALIGN`].
fn join<'a>(inputs: usize, parts: &[Int8Rows<'a>]) -> (Vec<&'a [u8]>, Vec<f32>, Vec<f32>) {
    let scales: Vec<f32> = parts.iter().flat_map(|p| p.scales.iter().copied()).collect();
    let bias: Vec<f32> = parts.iter().flat_map(|p| p.bias.iter().copied()).collect();
    let rows: Vec<&[u8]> = parts.iter().flat_map(|p| p.weights.chunks_exact(inputs)).collect();
    let outputs = rows.len();
    assert!(inputs.is_multiple_of(ALIGN) && outputs.is_multiple_of(ALIGN), "widths are multiples of {ALIGN}");
    assert!(scales.len() == outputs && bias.len() == outputs, "one row, scale and bias per output");
    (rows, scales, bias)
}

/// Lays `GROUP` neighbouring weights of all outputs of a panel side by side.
fn pack<T: Copy + Default, R: AsRef<[T]>, const GROUP: usize>(
    rows: &[R],
    inputs: usize,
    panel: usize,
) -> Vec<T> {
    let mut out = vec![T::default(); inputs * rows.len()];
    for (rows, packed) in rows.chunks_exact(panel).zip(out.chunks_exact_mut(panel * inputs)) {
        for (o, row) in rows.iter().enumerate() {
            let groups = packed.chunks_exact_mut(GROUP * panel);
            for (from, to) in row.as_ref().as_chunks::<GROUP>().0.iter().zip(groups) {
                to[GROUP * o..GROUP * (o + 1)].copy_from_slice(from);
            }
        }
    }
    out
}

impl PackedInt8 {
    /// Packs the outputs of all `parts`, one after the other, for `kernels`.
    ///
    /// # Panics
    /// Where the parts do not hold whole rows, or inputs or outputs are no multiple of [`ALIGN`].
    pub fn new(kernels: &dyn Kernels, inputs: usize, parts: &[Int8Rows<'_>]) -> Self {
        Self::for_panel(kernels.panel(), inputs, parts)
    }

    /// The same for panels of so many outputs.
    pub(super) fn for_panel(panel: usize, inputs: usize, parts: &[Int8Rows<'_>]) -> Self {
        let (rows, scales, bias) = join(inputs, parts);
        let sums = rows.iter().map(|row| row.iter().map(|&w| i32::from(w as i8)).sum()).collect();
        let weights = Bytes::Alone(pack::<u8, _, 4>(&rows, inputs, panel));
        Self { inputs, outputs: rows.len(), weights, scales, bias, sums }
    }

    /// Values that a row of input holds.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Values that a row of output holds.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The packed weights, for a better place in memory.
    pub fn weights_mut(&mut self) -> &mut Bytes {
        &mut self.weights
    }
}

impl PackedFloat {
    /// Packs the outputs of all `parts`, weights times scales, one after the other, for `kernels`.
    ///
    /// # Panics
    /// Where the parts do not hold whole rows, or inputs or outputs are no multiple of [`ALIGN`].
    pub fn new(kernels: &dyn Kernels, inputs: usize, parts: &[Int8Rows<'_>]) -> Self {
        let (rows, scales, bias) = join(inputs, parts);
        let float = |row: &[u8], scale| row.iter().map(|&w| f32::from(w as i8) * scale).collect();
        let rows: Vec<Vec<f32>> = rows.into_iter().zip(scales).map(|(row, s)| float(row, s)).collect();
        let weights = pack::<f32, _, 1>(&rows, inputs, kernels.panel());
        Self { inputs, outputs: rows.len(), weights, bias }
    }

    /// Values that a row of output holds.
    pub fn outputs(&self) -> usize {
        self.outputs
    }
}

/// Rows of quantized activations, in the form that one instruction set reads.
#[derive(Debug, Clone, Default)]
pub struct Quantized {
    pub(super) values: Vec<u8>,
    pub(super) scales: Vec<f32>,
    pub(super) zeros: Vec<i32>,
    pub(super) width: usize,
}
