//! AVX-512 with VNNI: `vpdpbusd` multiplies 64 bytes at once.

use std::arch::x86_64::*;

use super::simd::Simd;

/// `avx512f`, `avx512bw`, `avx512vnni`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx512;

impl Simd for Avx512 {
    const LANES: usize = 16;
    const QUANT_BYTES: usize = 1;
    type F = __m512;
    type I = __m512i;
    type Acc = __m512i;
    type Quad = __m512i;
    type Weights = __m512i;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self::F {
        _mm512_set1_ps(x)
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self::F {
        _mm512_loadu_ps(p)
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, x: Self::F) {
        _mm512_storeu_ps(p, x);
    }
    #[inline(always)]
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
        _mm512_add_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
        _mm512_sub_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
        _mm512_mul_ps(a, b)
    }
    #[inline(always)]
    unsafe fn div(a: Self::F, b: Self::F) -> Self::F {
        _mm512_div_ps(a, b)
    }
    #[inline(always)]
    unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        _mm512_fmadd_ps(a, b, c)
    }
    #[inline(always)]
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
        _mm512_max_ps(a, b)
    }
    #[inline(always)]
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F {
        _mm512_min_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sum(a: Self::F) -> f32 {
        _mm512_reduce_add_ps(a)
    }
    #[inline(always)]
    unsafe fn greatest(a: Self::F) -> f32 {
        _mm512_reduce_max_ps(a)
    }
    #[inline(always)]
    unsafe fn least(a: Self::F) -> f32 {
        _mm512_reduce_min_ps(a)
    }
    #[inline(always)]
    unsafe fn round(a: Self::F) -> Self::I {
        _mm512_cvtps_epi32(a)
    }
    #[inline(always)]
    unsafe fn to_float(a: Self::I) -> Self::F {
        _mm512_cvtepi32_ps(a)
    }
    #[inline(always)]
    unsafe fn exp2(a: Self::I) -> Self::F {
        _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_add_epi32(a, _mm512_set1_epi32(127))))
    }
    #[inline(always)]
    unsafe fn splat_int(x: i32) -> Self::I {
        _mm512_set1_epi32(x)
    }
    #[inline(always)]
    unsafe fn load_int(p: *const i32) -> Self::I {
        _mm512_loadu_si512(p.cast())
    }
    #[inline(always)]
    unsafe fn sub_product(a: Self::I, b: Self::I, c: Self::I) -> Self::I {
        _mm512_sub_epi32(a, _mm512_mullo_epi32(b, c))
    }
    #[inline(always)]
    unsafe fn store_quant(p: *mut u8, x: Self::I) {
        _mm_storeu_si128(p.cast(), _mm512_cvtepi32_epi8(x));
    }

    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        _mm512_setzero_si512()
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        _mm512_set1_epi32(p.cast::<i32>().read_unaligned())
    }
    #[inline(always)]
    unsafe fn weights(p: *const u8) -> Self::Weights {
        _mm512_loadu_si512(p.cast())
    }
    #[inline(always)]
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        _mm512_dpbusd_epi32(acc, x, w)
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        acc
    }
}
