//! Integer products on tiles (AMX): a tile is 16 rows of 64 bytes, and one instruction multiplies two of
//! them. The blocking is written over [`Tiles`], so that it can be tested where no processor has tiles:
//! `amx.rs` has the instructions, `model.rs` what the manual says they do.

#[cfg(target_arch = "x86_64")]
pub(super) mod amx;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use super::PackedInt8;
use super::generic::Columns;
use super::simd::Simd;

/// Rows of a tile, and 32-bit sums (outputs) in one of its rows.
const SIDE: usize = 16;
/// Bytes in a row of a tile: inputs that one product takes in.
const DEPTH: usize = 64;
/// Outputs of a panel: two tiles side by side.
pub(super) const PANEL: usize = 2 * SIDE;

/// The tiles of sums, of rows 0 to 15 and 16 to 31, by outputs 0 to 15 and 16 to 31.
const SUMS: [[usize; 2]; 2] = [[0, 1], [2, 3]];
/// The tiles of activations: rows 0 to 15 and 16 to 31.
const ROWS: [usize; 2] = [4, 5];
/// The tiles of weights: outputs 0 to 15 and 16 to 31, four inputs of each side by side.
const WEIGHTS: [usize; 2] = [6, 7];

/// What `ldtilecfg` reads: the shape of each of the eight tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(super) struct Shapes {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    /// Bytes in a row.
    bytes: [u16; 8],
    reserved_bytes: [u16; 8],
    rows: [u8; 8],
    reserved_rows: [u8; 8],
}

impl Shapes {
    /// For so many rows of activations in both tiles; a tile without rows must not be used.
    fn of(rows: [usize; 2]) -> Self {
        let mut shapes = Self {
            palette: 1,
            start_row: 0,
            reserved: [0; 14],
            bytes: [DEPTH as u16; 8],
            reserved_bytes: [0; 8],
            rows: [SIDE as u8; 8],
            reserved_rows: [0; 8],
        };
        for half in 0..2 {
            for tile in [SUMS[half][0], SUMS[half][1], ROWS[half]] {
                shapes.rows[tile] = rows[half] as u8;
                shapes.bytes[tile] = if rows[half] == 0 { 0 } else { DEPTH as u16 };
            }
        }
        shapes
    }
}

/// The instructions on the eight tiles of a thread.
///
/// # Safety
/// May be called only where the processor has them and the system lets the process use them. Tiles
/// are used between `configure` and `release` and in the shapes of the former; pointers are valid for as
/// many rows of as many bytes, `stride` bytes apart.
pub(super) trait Tiles {
    /// `ldtilecfg`: sets all shapes; the contents become zero.
    unsafe fn configure(&mut self, shapes: &Shapes);
    /// `tilezero`.
    unsafe fn zero<const TILE: usize>(&mut self);
    /// `tileloadd`.
    unsafe fn load<const TILE: usize>(&mut self, from: *const u8, stride: usize);
    /// `tdpbusd`: adds to each sum of tile `C` the products of unsigned bytes of a row of `A` with signed
    /// ones of `B`, four at a time.
    unsafe fn dot<const C: usize, const A: usize, const B: usize>(&mut self);
    /// `tilestored`.
    unsafe fn store<const TILE: usize>(&self, to: *mut i32, stride: usize);
    /// `tilerelease`: nothing is kept for the thread any more.
    unsafe fn release(&mut self);
}

/// `out = (q − zero) · scale · Wᵀ + bias` for quantized rows. Tiles are configured here and released
/// before it returns.
///
/// # Safety
/// As of [`Simd`] and [`Tiles`]; `q`, `scale`, `zero` hold as many rows of `w.inputs`, `out` of
/// `w.outputs`, `w` was packed for [`PANEL`] outputs a panel, and its widths are multiples of 32.
#[inline(always)]
pub(super) unsafe fn product<S: Simd, T: Tiles>(
    tiles: &mut T,
    q: &[u8],
    scale: &[f32],
    zero: &[i32],
    w: &PackedInt8,
    out: &mut [f32],
) {
    let mut shapes = None;
    let mut memory = Memory::new();
    for panel in 0..w.outputs / PANEL {
        let mut row = 0;
        while row < scale.len() {
            let rows = (scale.len() - row).min(2 * SIDE);
            let needed = Shapes::of([rows.min(SIDE), rows.saturating_sub(SIDE)]);
            if shapes != Some(needed) {
                tiles.configure(&needed);
                shapes = Some(needed);
            }
            let (x, weights) = (&q[row * w.inputs..], &w.weights[panel * PANEL * w.inputs..]);
            if rows > SIDE {
                block::<T, true>(tiles, x, weights, w.inputs, rows, &mut memory);
            } else {
                block::<T, false>(tiles, x, weights, w.inputs, rows, &mut memory);
            }
            for c in (0..PANEL).step_by(S::LANES) {
                let columns = Columns::<S>::of(w, panel * PANEL + c);
                for (m, sums) in memory.sums.iter().enumerate().take(rows) {
                    let r = row + m;
                    let y = columns.finish(S::load_int(sums.as_ptr().add(c)), zero[r], scale[r]);
                    S::store(out.as_mut_ptr().add(r * w.outputs + panel * PANEL + c), y);
                }
            }
            row += rows;
        }
    }
    tiles.release();
}

/// What a block is read from and written to.
#[repr(C, align(64))]
struct Memory {
    /// The sums, row by row.
    sums: [[i32; PANEL]; 2 * SIDE],
    /// Inputs that do not fill a tile, followed by zeros, which add nothing.
    rows: [[u8; DEPTH]; 2 * SIDE],
    /// The weights of these inputs.
    weights: [u8; DEPTH * PANEL],
}

impl Memory {
    fn new() -> Self {
        Self { sums: [[0; PANEL]; 2 * SIDE], rows: [[0; DEPTH]; 2 * SIDE], weights: [0; DEPTH * PANEL] }
    }
}

/// Up to 32 rows by one panel of outputs; with `TWO`, more than 16 rows.
#[inline(always)]
unsafe fn block<T: Tiles, const TWO: bool>(
    tiles: &mut T,
    x: &[u8],
    weights: &[u8],
    inputs: usize,
    rows: usize,
    memory: &mut Memory,
) {
    let whole = inputs - inputs % DEPTH;
    // Before the tiles hold anything, since this may call functions.
    if whole < inputs {
        let left = inputs - whole;
        for (m, row) in memory.rows.iter_mut().enumerate().take(rows) {
            row[..left].copy_from_slice(&x[m * inputs + whole..(m + 1) * inputs]);
        }
        memory.weights[..left * PANEL].copy_from_slice(&weights[whole * PANEL..inputs * PANEL]);
    }
    tiles.zero::<{ SUMS[0][0] }>();
    tiles.zero::<{ SUMS[0][1] }>();
    if TWO {
        tiles.zero::<{ SUMS[1][0] }>();
        tiles.zero::<{ SUMS[1][1] }>();
    }
    for i in (0..whole).step_by(DEPTH) {
        step::<T, TWO>(tiles, (x.as_ptr().add(i), inputs), (weights.as_ptr().add(i * PANEL), 4 * PANEL));
    }
    if whole < inputs {
        step::<T, TWO>(tiles, (memory.rows.as_ptr().cast(), DEPTH), (memory.weights.as_ptr(), 4 * PANEL));
    }
    let to = memory.sums.as_mut_ptr().cast::<i32>();
    let stride = 4 * PANEL;
    tiles.store::<{ SUMS[0][0] }>(to, stride);
    tiles.store::<{ SUMS[0][1] }>(to.add(SIDE), stride);
    if TWO {
        let to = to.add(SIDE * PANEL);
        tiles.store::<{ SUMS[1][0] }>(to, stride);
        tiles.store::<{ SUMS[1][1] }>(to.add(SIDE), stride);
    }
}

/// 64 inputs of a block. Both matrices come with the bytes from row to row.
#[inline(always)]
unsafe fn step<T: Tiles, const TWO: bool>(tiles: &mut T, x: (*const u8, usize), w: (*const u8, usize)) {
    tiles.load::<{ WEIGHTS[0] }>(w.0, w.1);
    tiles.load::<{ ROWS[0] }>(x.0, x.1);
    tiles.dot::<{ SUMS[0][0] }, { ROWS[0] }, { WEIGHTS[0] }>();
    tiles.load::<{ WEIGHTS[1] }>(w.0.add(4 * SIDE), w.1);
    tiles.dot::<{ SUMS[0][1] }, { ROWS[0] }, { WEIGHTS[1] }>();
    if TWO {
        tiles.load::<{ ROWS[1] }>(x.0.add(SIDE * x.1), x.1);
        tiles.dot::<{ SUMS[1][0] }, { ROWS[1] }, { WEIGHTS[0] }>();
        tiles.dot::<{ SUMS[1][1] }, { ROWS[1] }, { WEIGHTS[1] }>();
    }
}
