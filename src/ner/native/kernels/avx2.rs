//! Vectors of 256 bits: with AVX-VNNI (`vpdpbusd`), and with AVX2 alone, where activations are kept
//! as 16 bits so that the sums stay exact (`vpmaddubsw` would saturate).

use std::arch::x86_64::*;

use super::simd::Simd;

/// `avx2`, `fma`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx2;

/// `avx2`, `fma`, `avxvnni`.
#[derive(Debug, Clone, Copy)]
pub(super) struct AvxVnni;

/// The 16 lowest bits of each 32-bit lane.
#[inline(always)]
unsafe fn low_words(x: __m256i) -> __m128i {
    let packed = _mm256_packus_epi32(x, x);
    _mm256_castsi256_si128(_mm256_permute4x64_epi64::<0b10_00>(packed))
}

#[inline(always)]
unsafe fn fold(x: __m256, f: unsafe fn(__m128, __m128) -> __m128) -> f32 {
    let x = f(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
    let x = f(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(f(x, _mm_shuffle_ps::<1>(x, x)))
}

/// What both have in common.
macro_rules! floats_of_256_bits {
    () => {
        const LANES: usize = 8;
        type F = __m256;
        type I = __m256i;

        #[inline(always)]
        unsafe fn splat(x: f32) -> Self::F {
            _mm256_set1_ps(x)
        }
        #[inline(always)]
        unsafe fn load(p: *const f32) -> Self::F {
            _mm256_loadu_ps(p)
        }
        #[inline(always)]
        unsafe fn store(p: *mut f32, x: Self::F) {
            _mm256_storeu_ps(p, x);
        }
        #[inline(always)]
        unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
            _mm256_add_ps(a, b)
        }
        #[inline(always)]
        unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
            _mm256_sub_ps(a, b)
        }
        #[inline(always)]
        unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
            _mm256_mul_ps(a, b)
        }
        #[inline(always)]
        unsafe fn div(a: Self::F, b: Self::F) -> Self::F {
            _mm256_div_ps(a, b)
        }
        #[inline(always)]
        unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
            _mm256_fmadd_ps(a, b, c)
        }
        #[inline(always)]
        unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
            _mm256_max_ps(a, b)
        }
        #[inline(always)]
        unsafe fn min(a: Self::F, b: Self::F) -> Self::F {
            _mm256_min_ps(a, b)
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
            _mm256_cvtps_epi32(a)
        }
        #[inline(always)]
        unsafe fn to_float(a: Self::I) -> Self::F {
            _mm256_cvtepi32_ps(a)
        }
        #[inline(always)]
        unsafe fn exp2(a: Self::I) -> Self::F {
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(a, _mm256_set1_epi32(127))))
        }
        #[inline(always)]
        unsafe fn splat_int(x: i32) -> Self::I {
            _mm256_set1_epi32(x)
        }
        #[inline(always)]
        unsafe fn load_int(p: *const i32) -> Self::I {
            _mm256_loadu_si256(p.cast())
        }
        #[inline(always)]
        unsafe fn sub_product(a: Self::I, b: Self::I, c: Self::I) -> Self::I {
            _mm256_sub_epi32(a, _mm256_mullo_epi32(b, c))
        }
    };
}

impl Simd for AvxVnni {
    floats_of_256_bits!();
    const QUANT_BYTES: usize = 1;
    type Acc = __m256i;
    type Quad = __m256i;
    type Weights = __m256i;

    #[inline(always)]
    unsafe fn store_quant(p: *mut u8, x: Self::I) {
        let words = low_words(x);
        _mm_storel_epi64(p.cast(), _mm_packus_epi16(words, words));
    }
    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        _mm256_setzero_si256()
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        _mm256_set1_epi32(p.cast::<i32>().read_unaligned())
    }
    #[inline(always)]
    unsafe fn weights(p: *const u8) -> Self::Weights {
        _mm256_loadu_si256(p.cast())
    }
    #[inline(always)]
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        _mm256_dpbusd_avx_epi32(acc, x, w)
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        acc
    }
}

impl Simd for Avx2 {
    floats_of_256_bits!();
    const QUANT_BYTES: usize = 2;
    /// Of outputs 0 to 3 and 4 to 7, two partial sums each.
    type Acc = [__m256i; 2];
    type Quad = __m256i;
    type Weights = [__m256i; 2];

    #[inline(always)]
    unsafe fn store_quant(p: *mut u8, x: Self::I) {
        _mm_storeu_si128(p.cast(), low_words(x));
    }
    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        [_mm256_setzero_si256(); 2]
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        _mm256_set1_epi64x(p.cast::<i64>().read_unaligned())
    }
    #[inline(always)]
    unsafe fn weights(p: *const u8) -> Self::Weights {
        [
            _mm256_cvtepi8_epi16(_mm_loadu_si128(p.cast())),
            _mm256_cvtepi8_epi16(_mm_loadu_si128(p.add(16).cast())),
        ]
    }
    #[inline(always)]
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        [
            _mm256_add_epi32(acc[0], _mm256_madd_epi16(x, w[0])),
            _mm256_add_epi32(acc[1], _mm256_madd_epi16(x, w[1])),
        ]
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        // hadd gives outputs 0 1 4 5 | 2 3 6 7.
        _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(acc[0], acc[1]))
    }
}
