//! A linear layer in either precision, from the same stored 8-bit weights.

use super::super::backend::Precision;
use super::kernels::{Int8Rows, Kernels, PackedFloat, PackedInt8, Quantized};
use super::memory::Bytes;

/// A linear layer, ready to be applied to rows.
pub enum Linear {
    /// 8-bit weights and activations.
    Int8(PackedInt8),
    /// The weights times their scales.
    Float(PackedFloat),
}

impl Linear {
    /// Joins the outputs of all `parts`, one after the other.
    pub fn new(precision: Precision, kernels: &dyn Kernels, inputs: usize, parts: &[Int8Rows<'_>]) -> Self {
        match precision {
            Precision::Int8 => Self::Int8(PackedInt8::new(kernels, inputs, parts)),
            Precision::Float32 => Self::Float(PackedFloat::new(kernels, inputs, parts)),
        }
    }

    /// Values that a row of output holds.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Int8(packed) => packed.outputs(),
            Self::Float(packed) => packed.outputs(),
        }
    }

    /// The packed 8-bit weights, for a better place in memory.
    pub fn weights_mut(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::Int8(packed) => Some(packed.weights_mut()),
            Self::Float(_) => None,
        }
    }

    /// `out = x · Wᵀ + bias` for whole rows; `quantized` is memory for the way.
    pub fn apply(&self, kernels: &dyn Kernels, x: &[f32], out: &mut [f32], quantized: &mut Quantized) {
        match self {
            Self::Int8(packed) => {
                kernels.quantize(x, packed.inputs(), quantized);
                kernels.product(quantized, packed, out);
            }
            Self::Float(packed) => kernels.float_product(x, packed, out),
        }
    }
}
