//! The few vector operations that the kernels are made of, so that each kernel is written once and
//! compiled for every instruction set.

/// A vector instruction set.
///
/// # Safety
/// Every function may be called only on a processor that has the features of the implementing
/// type, and inside a function compiled with them. Pointers must be valid for `LANES` values (or
/// for what the function says), aligned to one value.
pub(super) trait Simd: Copy {
    /// Number of `f32` (and of `i32`) in a vector.
    const LANES: usize;
    /// Bytes that one quantized activation takes in memory.
    const QUANT_BYTES: usize;
    /// What [`Simd::dot`] takes off every activation.
    const SHIFT: i32 = 0;
    /// `LANES` values of `f32`.
    type F: Copy;
    /// `LANES` values of `i32`.
    type I: Copy;
    /// Sums of products on their way to `LANES` values of `i32`.
    type Acc: Copy;
    /// Four consecutive activations of a row, for all lanes.
    type Quad: Copy;
    /// Four consecutive weights of `LANES` outputs.
    type Weights: Copy;

    unsafe fn splat(x: f32) -> Self::F;
    unsafe fn load(p: *const f32) -> Self::F;
    unsafe fn store(p: *mut f32, x: Self::F);
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`.
    unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F;
    /// Sum of all lanes.
    unsafe fn sum(a: Self::F) -> f32;
    /// Greatest lane.
    unsafe fn greatest(a: Self::F) -> f32;
    /// Least lane.
    unsafe fn least(a: Self::F) -> f32;
    /// To the nearest integer, ties to even.
    unsafe fn round(a: Self::F) -> Self::I;
    unsafe fn to_float(a: Self::I) -> Self::F;
    /// 2 to the power of each lane, for −126 ≤ lane ≤ 127.
    unsafe fn exp2(a: Self::I) -> Self::F;
    unsafe fn splat_int(x: i32) -> Self::I;
    unsafe fn load_int(p: *const i32) -> Self::I;
    /// `a − b · c`.
    unsafe fn sub_product(a: Self::I, b: Self::I, c: Self::I) -> Self::I;
    /// Stores lanes of 0 to 255 as activations at `p` (`LANES · QUANT_BYTES` bytes).
    unsafe fn store_quant(p: *mut u8, x: Self::I);

    unsafe fn zero() -> Self::Acc;
    /// Reads four activations (`4 · QUANT_BYTES` bytes).
    unsafe fn quad(p: *const u8) -> Self::Quad;
    /// Reads four weights of each of `LANES` outputs (`4 · LANES` bytes).
    unsafe fn weights(p: *const u8) -> Self::Weights;
    /// Adds to each lane the four products of its weights with the activations (less [`Simd::SHIFT`]), exactly.
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc;
    /// The sums.
    unsafe fn finish(acc: Self::Acc) -> Self::I;
}

/// Asks for the line of memory at `p`, which may be anywhere; at best it is in the cache when it is read.
#[inline(always)]
pub(super) fn prefetch(p: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint that reads nothing and cannot fail; SSE is part of every x86-64 processor.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(p.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = p;
}
