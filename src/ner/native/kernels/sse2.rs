//! Vectors of 128 bits, as every x86-64 processor has them. Activations are kept as 16 bits, as with AVX2.

use std::arch::x86_64::*;

use super::simd::Simd;

/// `sse2`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sse2;

#[inline(always)]
unsafe fn fold(x: __m128, f: unsafe fn(__m128, __m128) -> __m128) -> f32 {
    let x = f(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(f(x, _mm_shuffle_ps::<1>(x, x)))
}

/// Lanes 0 and 2 of both.
#[inline(always)]
unsafe fn even(a: __m128i, b: __m128i) -> __m128i {
    _mm_castps_si128(_mm_shuffle_ps::<0b10_00_10_00>(_mm_castsi128_ps(a), _mm_castsi128_ps(b)))
}

/// Lanes 1 and 3 of both.
#[inline(always)]
unsafe fn odd(a: __m128i, b: __m128i) -> __m128i {
    _mm_castps_si128(_mm_shuffle_ps::<0b11_01_11_01>(_mm_castsi128_ps(a), _mm_castsi128_ps(b)))
}

impl Simd for Sse2 {
    const LANES: usize = 4;
    const QUANT_BYTES: usize = 2;
    type F = __m128;
    type I = __m128i;
    /// Of outputs 0 and 1, and 2 and 3, two partial sums each.
    type Acc = [__m128i; 2];
    type Quad = __m128i;
    type Weights = [__m128i; 2];

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self::F {
        _mm_set1_ps(x)
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self::F {
        _mm_loadu_ps(p)
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, x: Self::F) {
        _mm_storeu_ps(p, x);
    }
    #[inline(always)]
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
        _mm_add_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
        _mm_sub_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
        _mm_mul_ps(a, b)
    }
    #[inline(always)]
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F {
        _mm_div_ps(a, b)
    }
    #[inline(always)]
    unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        _mm_add_ps(_mm_mul_ps(a, b), c)
    }
    #[inline(always)]
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
        _mm_max_ps(a, b)
    }
    #[inline(always)]
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F {
        _mm_min_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sum(a: Self::F) -> f32 {
        fold(a, |x, y| _mm_add_ps(x, y))
    }
    #[inline(always)]
    unsafe fn greatest(a: Self::F) -> f32 {
        fold(a, |x, y| _mm_max_ps(x, y))
    }
    #[inline(always)]
    unsafe fn least(a: Self::F) -> f32 {
        fold(a, |x, y| _mm_min_ps(x, y))
    }
    #[inline(always)]
    unsafe fn round(a: Self::F) -> Self::I {
        _mm_cvtps_epi32(a)
    }
    #[inline(always)]
    unsafe fn to_float(a: Self::I) -> Self::F {
        _mm_cvtepi32_ps(a)
    }
    #[inline(always)]
    unsafe fn exp2(a: Self::I) -> Self::F {
        _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_add_epi32(a, _mm_set1_epi32(127))))
    }
    #[inline(always)]
    unsafe fn splat_int(x: i32) -> Self::I {
        _mm_set1_epi32(x)
    }
    #[inline(always)]
    unsafe fn load_int(p: *const i32) -> Self::I {
        _mm_loadu_si128(p.cast())
    }
    #[inline(always)]
    unsafe fn sub_product(a: Self::I, b: Self::I, c: Self::I) -> Self::I {
        // Products of lanes 0 and 2, then 1 and 3; their low halves do not depend on the signs.
        let ends = _mm_mul_epu32(b, c);
        let middles = _mm_mul_epu32(_mm_srli_si128::<4>(b), _mm_srli_si128::<4>(c));
        let low = _mm_unpacklo_epi32(even(ends, ends), even(middles, middles));
        _mm_sub_epi32(a, low)
    }
    #[inline(always)]
    unsafe fn store_quant(p: *mut u8, x: Self::I) {
        _mm_storel_epi64(p.cast(), _mm_packs_epi32(x, x));
    }

    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        [_mm_setzero_si128(); 2]
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        _mm_set1_epi64x(p.cast::<i64>().read_unaligned())
    }
    #[inline(always)]
    unsafe fn weights(p: *const u8) -> Self::Weights {
        let bytes = _mm_loadu_si128(p.cast());
        // Every byte twice, the upper one with its sign shifted down.
        [
            _mm_srai_epi16::<8>(_mm_unpacklo_epi8(bytes, bytes)),
            _mm_srai_epi16::<8>(_mm_unpackhi_epi8(bytes, bytes)),
        ]
    }
    #[inline(always)]
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        [_mm_add_epi32(acc[0], _mm_madd_epi16(x, w[0])), _mm_add_epi32(acc[1], _mm_madd_epi16(x, w[1]))]
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        _mm_add_epi32(even(acc[0], acc[1]), odd(acc[0], acc[1]))
    }
}
