//! Plain Rust over small arrays: runs everywhere, and is the twin that the others are compared with.

use super::simd::Simd;

const N: usize = 8;

/// No instruction set beyond what the target always has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Portable;

#[inline(always)]
fn zip<T: Copy, U: Copy + Default>(a: [T; N], b: [T; N], f: impl Fn(T, T) -> U) -> [U; N] {
    let mut out = [U::default(); N];
    for i in 0..N {
        out[i] = f(a[i], b[i]);
    }
    out
}

#[inline(always)]
fn map<T: Copy, U: Copy + Default>(a: [T; N], f: impl Fn(T) -> U) -> [U; N] {
    zip(a, a, |x, _| f(x))
}

impl Simd for Portable {
    const LANES: usize = N;
    const QUANT_BYTES: usize = 1;
    type F = [f32; N];
    type I = [i32; N];
    type Acc = [i32; N];
    type Quad = [u8; 4];
    type Weights = [[u8; 4]; N];

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self::F {
        [x; N]
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self::F {
        p.cast::<Self::F>().read_unaligned()
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, x: Self::F) {
        p.cast::<Self::F>().write_unaligned(x);
    }
    #[inline(always)]
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |x, y| x + y)
    }
    #[inline(always)]
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |x, y| x - y)
    }
    #[inline(always)]
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |x, y| x * y)
    }
    #[inline(always)]
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |x, y| x / y)
    }
    #[inline(always)]
    unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        Self::add(Self::mul(a, b), c)
    }
    #[inline(always)]
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |x, y| if x > y { x } else { y })
    }
    #[inline(always)]
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F {
        zip(a, b, |x, y| if x < y { x } else { y })
    }
    #[inline(always)]
    unsafe fn sum(a: Self::F) -> f32 {
        a.iter().sum()
    }
    #[inline(always)]
    unsafe fn greatest(a: Self::F) -> f32 {
        a.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }
    #[inline(always)]
    unsafe fn least(a: Self::F) -> f32 {
        a.into_iter().fold(f32::INFINITY, f32::min)
    }
    #[inline(always)]
    unsafe fn round(a: Self::F) -> Self::I {
        // Adding and taking away 1.5 · 2²³ rounds to an integer, ties to even, without a call into
        // the mathematical library; it holds for |x| < 2²², more than the kernels ever round.
        const MAGIC: f32 = 12_582_912.0;
        map(a, |x| ((x + MAGIC) - MAGIC) as i32)
    }
    #[inline(always)]
    unsafe fn to_float(a: Self::I) -> Self::F {
        map(a, |x| x as f32)
    }
    #[inline(always)]
    unsafe fn exp2(a: Self::I) -> Self::F {
        map(a, |x| f32::from_bits(((x + 127) << 23) as u32))
    }
    #[inline(always)]
    unsafe fn splat_int(x: i32) -> Self::I {
        [x; N]
    }
    #[inline(always)]
    unsafe fn load_int(p: *const i32) -> Self::I {
        p.cast::<Self::I>().read_unaligned()
    }
    #[inline(always)]
    unsafe fn sub_product(a: Self::I, b: Self::I, c: Self::I) -> Self::I {
        zip(a, zip(b, c, i32::wrapping_mul), i32::wrapping_sub)
    }
    #[inline(always)]
    unsafe fn store_quant(p: *mut u8, x: Self::I) {
        p.cast::<[u8; N]>().write_unaligned(map(x, |v| v as u8));
    }

    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        [0; N]
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        p.cast::<[u8; 4]>().read_unaligned()
    }
    #[inline(always)]
    unsafe fn weights(p: *const u8) -> Self::Weights {
        p.cast::<Self::Weights>().read_unaligned()
    }
    #[inline(always)]
    unsafe fn dot(mut acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        for i in 0..N {
            for k in 0..4 {
                acc[i] += i32::from(x[k]) * i32::from(w[i][k] as i8);
            }
        }
        acc
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        acc
    }
}
