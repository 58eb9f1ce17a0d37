//! The instructions of AMX, by inline assembly (the intrinsics are not stable), and whether they can be
//! trusted on this machine.

use std::arch::asm;
use std::arch::x86_64::{__cpuid_count, _xgetbv};
use std::sync::LazyLock;

use super::super::avx512::Avx512;
use super::super::{Int8Rows, Kernels, PackedInt8, PortableKernels, Quantized};
use super::{PANEL, Shapes, Tiles};

/// The tile registers of this thread. No Rust value ever lives in them, so the compiler keeps nothing
/// there that these instructions could change.
pub(in super::super) struct Registers;

impl Tiles for Registers {
    #[inline(always)]
    unsafe fn configure(&mut self, shapes: &Shapes) {
        asm!("ldtilecfg [{}]", in(reg) shapes, options(nostack, preserves_flags, readonly));
    }
    #[inline(always)]
    unsafe fn zero<const TILE: usize>(&mut self) {
        asm!("tilezero tmm{}", const TILE, options(nostack, preserves_flags, nomem));
    }
    #[inline(always)]
    unsafe fn load<const TILE: usize>(&mut self, from: *const u8, stride: usize) {
        asm!("tileloadd tmm{tile}, [{from} + {stride}*1]", tile = const TILE, from = in(reg) from,
            stride = in(reg) stride, options(nostack, preserves_flags, readonly));
    }
    #[inline(always)]
    unsafe fn dot<const C: usize, const A: usize, const B: usize>(&mut self) {
        asm!("tdpbusd tmm{}, tmm{}, tmm{}", const C, const A, const B,
            options(nostack, preserves_flags, nomem));
    }
    #[inline(always)]
    unsafe fn store<const TILE: usize>(&self, to: *mut i32, stride: usize) {
        asm!("tilestored [{to} + {stride}*1], tmm{tile}", tile = const TILE, to = in(reg) to,
            stride = in(reg) stride, options(nostack, preserves_flags));
    }
    #[inline(always)]
    unsafe fn release(&mut self) {
        asm!("tilerelease", options(nostack, preserves_flags, nomem));
    }
}

/// The integer product on this thread's tiles.
///
/// # Safety
/// As of [`super::product`].
#[inline(always)]
pub(in super::super) unsafe fn product(
    q: &[u8],
    scale: &[f32],
    zero: &[i32],
    w: &PackedInt8,
    out: &mut [f32],
) {
    super::product::<Avx512, Registers>(&mut Registers, q, scale, zero, w, out);
}

/// What stands between a processor's AMX and its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum State {
    /// It has none for 8-bit integers, or lacks the AVX-512 that goes with it.
    Absent,
    /// The operating system does not let the process use it.
    Refused,
    /// A small product was not the exact one.
    Wrong,
    /// It is used.
    Usable,
}

/// Found out once.
pub(in super::super) fn state() -> State {
    static STATE: LazyLock<State> = LazyLock::new(|| {
        let companions = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vnni");
        if !companions || !has_tiles() {
            return State::Absent;
        }
        if !permitted() {
            return State::Refused;
        }
        #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
        unsafe fn run(x: &Quantized, w: &PackedInt8, out: &mut [f32]) {
            unsafe { product(&x.values, &x.scales, &x.zeros, w, out) }
        }
        // SAFETY: the processor has the instructions, and the system has just permitted them.
        let right = multiplies_right(|x, w, out| unsafe { run(x, w, out) });
        if right { State::Usable } else { State::Wrong }
    });
    *STATE
}

/// Whether processor and operating system know tiles of 8 by 16 rows of 64 bytes and their products.
fn has_tiles() -> bool {
    const TILE_AND_INT8: u32 = 1 << 24 | 1 << 25;
    const TILE_STATE: u64 = 1 << 17 | 1 << 18;
    #[target_feature(enable = "xsave")]
    unsafe fn enabled_states() -> u64 {
        unsafe { _xgetbv(0) }
    }
    // SAFETY: every processor of this architecture has the instruction (later compilers know that).
    #[allow(unused_unsafe)]
    let leaf = |number, part| unsafe { __cpuid_count(number, part) };
    if !is_x86_feature_detected!("xsave") || leaf(0, 0).eax < 0x1d {
        return false;
    }
    if leaf(7, 0).edx & TILE_AND_INT8 != TILE_AND_INT8 {
        return false;
    }
    // SAFETY: `xsave` is detected only where the system has switched `xgetbv` on.
    if unsafe { enabled_states() } & TILE_STATE != TILE_STATE {
        return false;
    }
    // Palette 1: bytes in a row and number of tiles, then rows.
    let palette = leaf(0x1d, 1);
    (palette.ebx & 0xffff, palette.ebx >> 16, palette.ecx & 0xffff) == (64, 8, 16)
}

/// Asks Linux for the memory in which it keeps a thread's tiles, for the whole process.
#[cfg(target_os = "linux")]
fn permitted() -> bool {
    const ARCH_PRCTL: isize = 158;
    const ARCH_REQ_XCOMP_PERM: usize = 0x1023;
    const XFEATURE_XTILEDATA: usize = 18;
    let answer: isize;
    // SAFETY: the call changes nothing but the process's permission; the kernel keeps all registers
    // except those named.
    unsafe {
        asm!("syscall", inlateout("rax") ARCH_PRCTL => answer, in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") XFEATURE_XTILEDATA, lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    answer == 0
}

/// Other systems have other ways, which we could not try.
#[cfg(not(target_os = "linux"))]
fn permitted() -> bool {
    false
}

/// Whether `product` gives exactly what plain Rust gives for a small matrix: 37 rows (three tiles, the last of
/// 5), 96 inputs (a tile and a half), 64 outputs; steps and scales are powers of two, so nothing is rounded.
pub(super) fn multiplies_right(product: impl Fn(&Quantized, &PackedInt8, &mut [f32])) -> bool {
    const ROWS: usize = 37;
    const INPUTS: usize = 96;
    const OUTPUTS: usize = 2 * PANEL;
    let value = |i: usize| match i % INPUTS {
        0 => -90.0,
        1 => 165.0,
        _ => (i * i * 7 % 256) as f32 - 90.0,
    };
    let x: Vec<f32> = (0..ROWS * INPUTS).map(value).collect();
    let weights: Vec<u8> = (0..INPUTS * OUTPUTS).map(|i| (i * 37 + i / 7) as u8).collect();
    let scales = (0..OUTPUTS).map(|o| if o % 3 == 0 { 0.5 } else { 1.0 }).collect();
    let rows = [Int8Rows { weights: &weights, scales, bias: vec![2.0; OUTPUTS] }];
    let twin = PortableKernels(());
    let mut quantized = Quantized::default();
    twin.quantize(&x, INPUTS, &mut quantized);
    let (mut expected, mut computed) = (vec![0.0; ROWS * OUTPUTS], vec![0.0; ROWS * OUTPUTS]);
    twin.product(&quantized, &PackedInt8::new(&twin, INPUTS, &rows), &mut expected);
    product(&quantized, &PackedInt8::for_panel(PANEL, INPUTS, &rows), &mut computed);
    expected == computed
}
