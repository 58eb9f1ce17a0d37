//! A linear layer in either precision, from the same stored 8-bit weights.

use super::super::backend::Precision;
use super::kernels::{Int8Rows, Kernels, PackedInt8, Quantized};

/// A linear layer, ready to be applied to rows.
pub enum Linear {
    /// 8-bit weights and activations.
    Int8(PackedInt8),
    /// The weights times their scales.
    Float {
        /// One row of inputs per output.
        weights: Vec<f32>,
        /// Added to each output.
        bias: Vec<f32>,
    },
}

/// Memory that a product needs on the way.
#[derive(Default)]
pub struct Scratch {
    quantized: Quantized,
}

impl Linear {
    /// Joins the outputs of all `parts`, one after the other.
    pub fn new(precision: Precision, kernels: &dyn Kernels, inputs: usize, parts: &[Int8Rows<'_>]) -> Self {
        match precision {
            Precision::Int8 => Self::Int8(PackedInt8::new(kernels, inputs, parts)),
            Precision::Float32 => {
                let rows = parts.iter().flat_map(|p| p.weights.chunks_exact(inputs).zip(&p.scales));
                let weights =
                    rows.flat_map(|(row, scale)| row.iter().map(move |&w| f32::from(w as i8) * scale));
                Self::Float {
                    weights: weights.collect(),
                    bias: parts.iter().flat_map(|p| p.bias.iter().copied()).collect(),
                }
            }
        }
    }

    /// Values that a row of output holds.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Int8(packed) => packed.outputs(),
            Self::Float { bias, .. } => bias.len(),
        }
    }

    /// `out = x · Wᵀ + bias` for whole rows.
    pub fn apply(&self, kernels: &dyn Kernels, x: &[f32], out: &mut [f32], scratch: &mut Scratch) {
        match self {
            Self::Int8(packed) => {
                kernels.quantize(x, packed.inputs(), &mut scratch.quantized);
                kernels.product(&scratch.quantized, packed, out);
            }
            Self::Float { weights, bias } => float_product(x, weights, bias, out),
        }
    }
}

fn float_product(x: &[f32], weights: &[f32], bias: &[f32], out: &mut [f32]) {
    let (outputs, inputs) = (bias.len(), weights.len() / bias.len().max(1));
    let rows = out.len() / outputs;
    assert!(x.len() == rows * inputs && out.len() == rows * outputs, "rows fit the weights");
    for row in out.chunks_exact_mut(outputs) {
        row.copy_from_slice(bias);
    }
    // SAFETY: the strides describe `out` as rows × outputs, `x` as rows × inputs and the weights,
    // transposed, as inputs × outputs; the lengths were checked above, and `out` overlaps neither.
    unsafe {
        gemm::gemm(
            rows,
            outputs,
            inputs,
            out.as_mut_ptr(),
            1,
            outputs as isize,
            true,
            x.as_ptr(),
            1,
            inputs as isize,
            weights.as_ptr(),
            inputs as isize,
            1,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
