//! NEON, as every 64-bit ARM processor has it, and its 8-bit dot product. Two vectors of four values count as one of eight.

use std::arch::aarch64::*;
use std::arch::asm;

use super::simd::Simd;

/// `neon`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neon;

/// `neon`, `dotprod`.
#[derive(Debug, Clone, Copy)]
pub(super) struct NeonDot;

/// Applies an operation to both halves.
macro_rules! both {
    ($f:ident, $($x:ident),+) => {
        [$f($($x[0]),+), $f($($x[1]),+)]
    };
}

/// What both have in common.
macro_rules! common_to_both {
    () => {
        const LANES: usize = 8;
        const QUANT_BYTES: usize = 1;
        type F = [float32x4_t; 2];
        type I = [int32x4_t; 2];
        type Weights = [int8x16_t; 2];

        #[inline(always)]
        unsafe fn splat(x: f32) -> Self::F {
            [vdupq_n_f32(x); 2]
        }
        #[inline(always)]
        unsafe fn load(p: *const f32) -> Self::F {
            [vld1q_f32(p), vld1q_f32(p.add(4))]
        }
        #[inline(always)]
        unsafe fn store(p: *mut f32, x: Self::F) {
            vst1q_f32(p, x[0]);
            vst1q_f32(p.add(4), x[1]);
        }
        #[inline(always)]
        unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
            both!(vaddq_f32, a, b)
        }
        #[inline(always)]
        unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
            both!(vsubq_f32, a, b)
        }
        #[inline(always)]
        unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
            both!(vmulq_f32, a, b)
        }
        #[inline(always)]
        unsafe fn div(a: Self::F, b: Self::F) -> Self::F {
            both!(vdivq_f32, a, b)
        }
        #[inline(always)]
        unsafe fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
            both!(vfmaq_f32, c, a, b)
        }
        #[inline(always)]
        unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
            both!(vmaxq_f32, a, b)
        }
        #[inline(always)]
        unsafe fn min(a: Self::F, b: Self::F) -> Self::F {
            both!(vminq_f32, a, b)
        }
        #[inline(always)]
        unsafe fn sum(a: Self::F) -> f32 {
            vaddvq_f32(vaddq_f32(a[0], a[1]))
        }
        #[inline(always)]
        unsafe fn greatest(a: Self::F) -> f32 {
            vmaxvq_f32(vmaxq_f32(a[0], a[1]))
        }
        #[inline(always)]
        unsafe fn least(a: Self::F) -> f32 {
            vminvq_f32(vminq_f32(a[0], a[1]))
        }
        #[inline(always)]
        unsafe fn round(a: Self::F) -> Self::I {
            both!(vcvtnq_s32_f32, a)
        }
        #[inline(always)]
        unsafe fn to_float(a: Self::I) -> Self::F {
            both!(vcvtq_f32_s32, a)
        }
        #[inline(always)]
        unsafe fn exp2(a: Self::I) -> Self::F {
            let power = |x| vreinterpretq_f32_s32(vshlq_n_s32::<23>(vaddq_s32(x, vdupq_n_s32(127))));
            [power(a[0]), power(a[1])]
        }
        #[inline(always)]
        unsafe fn splat_int(x: i32) -> Self::I {
            [vdupq_n_s32(x); 2]
        }
        #[inline(always)]
        unsafe fn load_int(p: *const i32) -> Self::I {
            [vld1q_s32(p), vld1q_s32(p.add(4))]
        }
        #[inline(always)]
        unsafe fn sub_product(a: Self::I, b: Self::I, c: Self::I) -> Self::I {
            both!(vmlsq_s32, a, b, c)
        }
        #[inline(always)]
        unsafe fn store_quant(p: *mut u8, x: Self::I) {
            let words = vcombine_s16(vmovn_s32(x[0]), vmovn_s32(x[1]));
            vst1_u8(p, vmovn_u16(vreinterpretq_u16_s16(words)));
        }
        #[inline(always)]
        unsafe fn weights(p: *const u8) -> Self::Weights {
            [vld1q_s8(p.cast()), vld1q_s8(p.add(16).cast())]
        }
    };
}

impl Simd for Neon {
    common_to_both!();
    /// Two outputs a vector, two partial sums each.
    type Acc = [int32x4_t; 4];
    type Quad = int16x8_t;

    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        [vdupq_n_s32(0); 4]
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        let bytes = vreinterpret_u8_u32(vdup_n_u32(p.cast::<u32>().read_unaligned()));
        vreinterpretq_s16_u16(vmovl_u8(bytes))
    }
    #[inline(always)]
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        // An activation of 8 unsigned bits times a weight fits 16 bits only when both are signed;
        // so products are taken from 16 to 32 bits, two at a time.
        let one = |acc, w: int16x8_t| {
            let low = vmull_s16(vget_low_s16(x), vget_low_s16(w));
            let high = vmull_high_s16(x, w);
            vaddq_s32(acc, vpaddq_s32(low, high))
        };
        [
            one(acc[0], vmovl_s8(vget_low_s8(w[0]))),
            one(acc[1], vmovl_high_s8(w[0])),
            one(acc[2], vmovl_s8(vget_low_s8(w[1]))),
            one(acc[3], vmovl_high_s8(w[1])),
        ]
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        [vpaddq_s32(acc[0], acc[1]), vpaddq_s32(acc[2], acc[3])]
    }
}

impl Simd for NeonDot {
    common_to_both!();
    /// The instruction takes both sides as signed, so it is given activations of −128 to 127.
    const SHIFT: i32 = 128;
    type Acc = [int32x4_t; 2];
    type Quad = int8x16_t;

    #[inline(always)]
    unsafe fn zero() -> Self::Acc {
        [vdupq_n_s32(0); 2]
    }
    #[inline(always)]
    unsafe fn quad(p: *const u8) -> Self::Quad {
        let bytes = vreinterpretq_u8_u32(vdupq_n_u32(p.cast::<u32>().read_unaligned()));
        vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(0x80)))
    }
    #[inline(always)]
    unsafe fn dot(acc: Self::Acc, x: Self::Quad, w: Self::Weights) -> Self::Acc {
        // The intrinsic (`vdotq_s32`) is not stable yet; this is its one instruction.
        let one = |mut acc: int32x4_t, w: int8x16_t| {
            asm!(
                "sdot {acc:v}.4s, {x:v}.16b, {w:v}.16b",
                acc = inout(vreg) acc, x = in(vreg) x, w = in(vreg) w,
                options(pure, nomem, nostack, preserves_flags),
            );
            acc
        };
        [one(acc[0], w[0]), one(acc[1], w[1])]
    }
    #[inline(always)]
    unsafe fn finish(acc: Self::Acc) -> Self::I {
        acc
    }
}
