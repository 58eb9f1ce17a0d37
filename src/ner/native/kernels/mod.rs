//! The numeric kernels of the native backend, compiled for several instruction sets; the best that
//! the processor has is chosen when the program starts.
//!
//! Integer products are exact in every set, so that all give the same sums; floating-point results
//! differ in the last places only, by fused multiplications.

// The generic kernels and the vector operations are nothing but unsafe operations, their contract
// is in the documentation of `Simd`; `unsafe` blocks around every line would hide the entry points
// below, which are the places that have to be right.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_op_in_unsafe_fn)]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_op_in_unsafe_fn)]
mod avx512;
#[allow(unsafe_op_in_unsafe_fn)]
// Loops over the rows and columns of a tile stand for registers; iterators would hide that.
#[allow(clippy::needless_range_loop)]
mod generic;
#[cfg(target_arch = "aarch64")]
#[allow(unsafe_op_in_unsafe_fn)]
mod neon;
mod packed;
#[allow(unsafe_op_in_unsafe_fn)]
mod portable;
mod simd;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_op_in_unsafe_fn)]
mod sse2;
#[cfg(test)]
mod tests;
#[cfg(any(target_arch = "x86_64", test))]
#[allow(unsafe_op_in_unsafe_fn)]
mod tiles;

pub use packed::{Int8Rows, PackedFloat, PackedInt8, Quantized};
use simd::Simd;

use crate::ner::model::ModelError;

/// Every width (rows of activations, outputs of a product) is a multiple of this: the widest panel
/// of outputs that a kernel works on.
pub const ALIGN: usize = 32;

/// Weight and bias of a layer normalization.
#[derive(Debug, Clone)]
pub struct Norm {
    /// Factor per column.
    pub weight: Vec<f32>,
    /// Added per column.
    pub bias: Vec<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

/// The kernels of one instruction set. All slices hold whole rows.
pub trait Kernels: Send + Sync + std::fmt::Debug {
    /// Name for people.
    fn name(&self) -> &'static str;
    /// Outputs of one panel of packed weights.
    fn panel(&self) -> usize;
    /// Quantizes rows of `width` values, each row by itself, to 8 bits with a zero point.
    fn quantize(&self, x: &[f32], width: usize, into: &mut Quantized);
    /// `out = x · Wᵀ + bias`.
    fn product(&self, x: &Quantized, w: &PackedInt8, out: &mut [f32]);
    /// The same in 32-bit floating point.
    fn float_product(&self, x: &[f32], w: &PackedFloat, out: &mut [f32]);
    /// `x = LayerNorm(x + y)`, row by row; without `y`, `x = LayerNorm(x)`.
    fn add_norm(&self, x: &mut [f32], y: Option<&[f32]>, norm: &Norm);
    /// The exact GELU, in place.
    fn gelu(&self, x: &mut [f32]);
    /// Attention inside one sequence: rows of `3 · hidden` values (query, already divided by the
    /// root of the head's size, key, value) to rows of `hidden`.
    fn attention(&self, qkv: &[f32], hidden: usize, heads: usize, out: &mut [f32], scratch: &mut Vec<f32>);
    /// `out = x · Wᵀ + bias` for `f32` weights with few outputs.
    fn project(&self, x: &[f32], w: &[f32], bias: &[f32], out: &mut [f32]);
}

/// Implements [`Kernels`] for a type that exists only where the processor has the features.
macro_rules! kernels {
    (
        $(#[$doc:meta])*
        $name:ident, $simd:ty, $label:literal, $product:expr, floats $floats:literal
        $(if $usable:expr)? $(, $feature:tt)*
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        struct $name(());

        impl $name {
            /// The kernels, where the processor has what they need.
            fn detect() -> Option<&'static dyn Kernels> {
                #[allow(unused_mut, unused_assignments)]
                let mut has = true;
                $(has = has && detected!($feature);)*
                $(has = has && $usable;)?
                has.then_some(&$name(()) as &dyn Kernels)
            }
        }

        // In every function: SAFETY: a `$name` is made by `detect` only, so the processor has the
        // features; the lengths that the generic kernels rely on are asserted before.
        impl Kernels for $name {
            fn name(&self) -> &'static str {
                $label
            }

            fn panel(&self) -> usize {
                2 * <$simd>::LANES
            }

            fn quantize(&self, x: &[f32], width: usize, into: &mut Quantized) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(x: &[f32], width: usize, q: &mut [u8], scale: &mut [f32], zero: &mut [i32]) {
                    unsafe { generic::quantize::<$simd>(x, width, q, scale, zero) }
                }
                let rows = x.len() / width;
                assert!(width.is_multiple_of(ALIGN) && rows * width == x.len(), "whole rows");
                into.width = width;
                into.values.resize(x.len() * <$simd>::QUANT_BYTES, 0);
                into.scales.resize(rows, 0.0);
                into.zeros.resize(rows, 0);
                // SAFETY: see above.
                unsafe { run(x, width, &mut into.values, &mut into.scales, &mut into.zeros) }
            }

            fn product(&self, x: &Quantized, w: &PackedInt8, out: &mut [f32]) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(q: &[u8], scale: &[f32], zero: &[i32], w: &PackedInt8, out: &mut [f32]) {
                    unsafe { $product(q, scale, zero, w, out) }
                }
                let rows = x.scales.len();
                assert!(x.values.len() == rows * x.width * <$simd>::QUANT_BYTES && x.zeros.len() == rows);
                assert!(x.width == w.inputs && out.len() == rows * w.outputs, "rows fit the weights");
                // SAFETY: see above; what a `PackedInt8` holds, its constructor has checked.
                unsafe { run(&x.values, &x.scales, &x.zeros, w, out) }
            }

            fn float_product(&self, x: &[f32], w: &PackedFloat, out: &mut [f32]) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(x: &[f32], w: &PackedFloat, out: &mut [f32]) {
                    unsafe { generic::float_product::<$simd, $floats>(x, w, out) }
                }
                let rows = x.len() / w.inputs;
                assert!(x.len() == rows * w.inputs && out.len() == rows * w.outputs, "rows fit the weights");
                // SAFETY: see above; what a `PackedFloat` holds, its constructor has checked.
                unsafe { run(x, w, out) }
            }

            fn add_norm(&self, x: &mut [f32], y: Option<&[f32]>, norm: &Norm) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(x: &mut [f32], y: Option<&[f32]>, norm: &Norm) {
                    unsafe { generic::add_norm::<$simd>(x, y, norm) }
                }
                let width = norm.weight.len();
                assert!(width.is_multiple_of(ALIGN) && norm.bias.len() == width && x.len().is_multiple_of(width));
                assert!(y.is_none_or(|y| y.len() == x.len()), "as many rows on both sides");
                // SAFETY: see above.
                unsafe { run(x, y, norm) }
            }

            fn gelu(&self, x: &mut [f32]) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(x: &mut [f32]) {
                    unsafe { generic::gelu::<$simd>(x) }
                }
                assert!(x.len().is_multiple_of(ALIGN), "whole rows");
                // SAFETY: see above.
                unsafe { run(x) }
            }

            fn attention(
                &self,
                qkv: &[f32],
                hidden: usize,
                heads: usize,
                out: &mut [f32],
                scratch: &mut Vec<f32>,
            ) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(qkv: &[f32], hidden: usize, heads: usize, out: &mut [f32], scratch: &mut [f32]) {
                    unsafe { generic::attention::<$simd>(qkv, hidden, heads, out, scratch) }
                }
                let size = hidden / heads;
                assert!(size * heads == hidden && size.is_multiple_of(ALIGN / 2), "heads of whole vectors");
                assert!(out.len().is_multiple_of(hidden) && qkv.len() == 3 * out.len(), "whole rows");
                let padded = (out.len() / hidden).next_multiple_of(<$simd>::LANES);
                scratch.resize((size + generic::QUERIES) * padded, 0.0);
                // SAFETY: see above.
                unsafe { run(qkv, hidden, heads, out, scratch) }
            }

            fn project(&self, x: &[f32], w: &[f32], bias: &[f32], out: &mut [f32]) {
                $(#[target_feature(enable = $feature)])*
                unsafe fn run(x: &[f32], inputs: usize, w: &[f32], bias: &[f32], out: &mut [f32]) {
                    unsafe { generic::project::<$simd>(x, inputs, w, bias, out) }
                }
                if bias.is_empty() {
                    return;
                }
                let inputs = w.len() / bias.len();
                assert!(inputs.is_multiple_of(ALIGN) && inputs * bias.len() == w.len(), "whole rows of weights");
                assert!(x.len().is_multiple_of(inputs) && out.len() == x.len() / inputs * bias.len());
                // SAFETY: see above.
                unsafe { run(x, inputs, w, bias, out) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
macro_rules! detected {
    ($feature:tt) => {
        std::arch::is_x86_feature_detected!($feature)
    };
}
#[cfg(target_arch = "aarch64")]
macro_rules! detected {
    ($feature:tt) => {
        std::arch::is_aarch64_feature_detected!($feature)
    };
}

#[cfg(target_arch = "x86_64")]
kernels!(
    /// 8-bit products on tiles, all else as below.
    AmxKernels, avx512::Avx512, "amx", tiles::amx::product, floats 12
    if tiles::amx::state() == tiles::amx::State::Usable, "avx512f", "avx512bw", "avx512vnni"
);
#[cfg(target_arch = "x86_64")]
kernels!(
    /// 512-bit vectors with 8-bit dot products.
    Avx512Kernels, avx512::Avx512, "avx512-vnni", generic::product::<avx512::Avx512, 12, 2>, floats 12,
    "avx512f", "avx512bw", "avx512vnni"
);
#[cfg(target_arch = "x86_64")]
kernels!(
    /// 256-bit vectors with 8-bit dot products.
    AvxVnniKernels, avx2::AvxVnni, "avx-vnni", generic::product::<avx2::AvxVnni, 6, 2>, floats 6,
    "avx2", "fma", "avxvnni"
);
#[cfg(target_arch = "x86_64")]
kernels!(
    /// 256-bit vectors, products of 16 bits.
    Avx2Kernels, avx2::Avx2, "avx2", generic::product::<avx2::Avx2, 6, 1>, floats 6, "avx2", "fma"
);
#[cfg(target_arch = "x86_64")]
kernels!(
    /// 128-bit vectors, products of 16 bits.
    Sse2Kernels, sse2::Sse2, "sse2", generic::product::<sse2::Sse2, 6, 1>, floats 6, "sse2"
);
#[cfg(target_arch = "aarch64")]
kernels!(
    /// 128-bit vectors with 8-bit dot products.
    NeonDotKernels, neon::NeonDot, "neon-dotprod", generic::product::<neon::NeonDot, 6, 2>, floats 6,
    "neon", "dotprod"
);
#[cfg(target_arch = "aarch64")]
kernels!(
    /// 128-bit vectors.
    NeonKernels, neon::Neon, "neon", generic::product::<neon::Neon, 6, 2>, floats 6, "neon"
);
kernels!(
    /// Plain Rust.
    PortableKernels, portable::Portable, "portable", generic::product::<portable::Portable, 2, 2>, floats 2
);

/// All kernels that this processor can run, the fastest first.
pub fn available() -> Vec<&'static dyn Kernels> {
    let all = [
        #[cfg(target_arch = "x86_64")]
        AmxKernels::detect(),
        #[cfg(target_arch = "x86_64")]
        Avx512Kernels::detect(),
        #[cfg(target_arch = "x86_64")]
        AvxVnniKernels::detect(),
        #[cfg(target_arch = "x86_64")]
        Avx2Kernels::detect(),
        #[cfg(target_arch = "x86_64")]
        Sse2Kernels::detect(),
        #[cfg(target_arch = "aarch64")]
        NeonDotKernels::detect(),
        #[cfg(target_arch = "aarch64")]
        NeonKernels::detect(),
        PortableKernels::detect(),
    ];
    all.into_iter().flatten().collect()
}

/// The fastest kernels that this processor can run.
pub fn best() -> &'static dyn Kernels {
    available().first().copied().unwrap_or(&PortableKernels(()))
}

/// The kernels of that name.
///
/// # Errors
/// Where this processor cannot run them, or there are none of that name.
pub fn named(name: &str) -> Result<&'static dyn Kernels, ModelError> {
    let all = available();
    all.iter().find(|k| k.name() == name).copied().ok_or_else(|| ModelError::Kernels {
        asked: name.to_owned(),
        available: all.iter().map(|k| k.name()).collect::<Vec<_>>().join(", "),
    })
}

/// What this processor seems to have but is not used, and why; nothing, where all is as it should be.
pub fn left_out() -> Option<&'static str> {
    #[cfg(target_arch = "x86_64")]
    match tiles::amx::state() {
        tiles::amx::State::Refused => return Some("amx: the operating system does not permit it"),
        tiles::amx::State::Wrong => return Some("amx: it multiplied a small matrix wrongly"),
        tiles::amx::State::Absent | tiles::amx::State::Usable => {}
    }
    None
}

/// The features of this processor that matter to the kernels.
pub fn processor_features() -> Vec<&'static str> {
    let mut found = Vec::new();
    macro_rules! look {
        ($($feature:tt),*) => { $(if detected!($feature) { found.push($feature); })* };
    }
    #[cfg(target_arch = "x86_64")]
    {
        look!("avx2", "fma", "avxvnni", "avx512f", "avx512bw", "avx512vnni");
        if tiles::amx::state() != tiles::amx::State::Absent {
            found.push("amx-int8");
        }
    }
    #[cfg(target_arch = "aarch64")]
    look!("neon", "dotprod", "i8mm");
    found.sort_unstable();
    found
}
