//! A processor's tiles in plain Rust, written after the operation sections of Intel's Software Developer's
//! Manual (LDTILECFG, TILEZERO, TILELOADD, TDPBUSD, TILESTORED, TILERELEASE). Where an instruction would
//! raise #GP or #UD, the model panics.

use super::{DEPTH, SIDE, Shapes, Tiles};

/// Tile configuration and tile data of one thread.
pub(super) struct Model {
    shapes: Option<Shapes>,
    data: [[[u8; DEPTH]; SIDE]; 8],
}

impl Model {
    /// The state without tiles.
    pub(super) fn new() -> Self {
        Self { shapes: None, data: [[[0; DEPTH]; SIDE]; 8] }
    }

    /// Whether the thread is back in the state without tiles.
    pub(super) fn is_released(&self) -> bool {
        self.shapes.is_none()
    }

    /// Rows and bytes in a row. An instruction on a tile without a shape is #UD.
    fn shape(&self, tile: usize) -> (usize, usize) {
        let shapes = self.shapes.expect("#UD: tiles are not configured");
        let (rows, bytes) = (usize::from(shapes.rows[tile]), usize::from(shapes.bytes[tile]));
        assert!(rows > 0 && bytes > 0, "#UD: tile {tile} has no shape");
        (rows, bytes)
    }

    /// `write_row_and_zero`.
    fn write_row_and_zero(&mut self, tile: usize, row: usize, bytes: &[u8]) {
        self.data[tile][row] = [0; DEPTH];
        self.data[tile][row][..bytes.len()].copy_from_slice(bytes);
    }

    /// `zero_upper_rows`.
    fn zero_upper_rows(&mut self, tile: usize, rows: usize) {
        self.data[tile][rows..].fill([0; DEPTH]);
    }

    fn word(&self, tile: usize, row: usize, n: usize) -> [u8; 4] {
        let row = &self.data[tile][row];
        [row[4 * n], row[4 * n + 1], row[4 * n + 2], row[4 * n + 3]]
    }
}

impl Tiles for Model {
    unsafe fn configure(&mut self, shapes: &Shapes) {
        assert_eq!(shapes.palette, 1, "#GP: a palette that the processor has");
        assert_eq!(shapes.start_row, 0, "what is interrupted goes on; nobody else sets a first row");
        let reserved = [&shapes.reserved[..], &shapes.reserved_rows[..]].concat();
        assert!(reserved.iter().all(|&b| b == 0), "#GP: reserved bytes");
        assert!(shapes.reserved_bytes.iter().all(|&b| b == 0), "#GP: reserved bytes");
        for (&rows, &bytes) in shapes.rows.iter().zip(&shapes.bytes) {
            assert!(
                usize::from(rows) <= SIDE && usize::from(bytes) <= DEPTH,
                "#GP: a tile that is too large"
            );
            assert_eq!(rows == 0, bytes == 0, "#GP: a tile that is there by half");
        }
        *self = Self { shapes: Some(*shapes), ..Self::new() };
    }

    unsafe fn zero<const TILE: usize>(&mut self) {
        self.shape(TILE);
        self.zero_upper_rows(TILE, 0);
    }

    unsafe fn load<const TILE: usize>(&mut self, from: *const u8, stride: usize) {
        let (rows, bytes) = self.shape(TILE);
        for row in 0..rows {
            let memory = std::slice::from_raw_parts(from.add(row * stride), bytes);
            self.write_row_and_zero(TILE, row, memory);
        }
        self.zero_upper_rows(TILE, rows);
    }

    unsafe fn dot<const C: usize, const A: usize, const B: usize>(&mut self) {
        assert!(C != A && C != B && A != B, "#UD: one tile twice");
        let (c, a, b) = (self.shape(C), self.shape(A), self.shape(B));
        assert!(c.0 == a.0 && c.1 == b.1 && a.1 == 4 * b.0, "#UD: shapes {c:?}, {a:?}, {b:?}");
        assert!(c.1 % 4 == 0 && a.1 % 4 == 0, "#UD: parts of 32 bits");
        for m in 0..c.0 {
            let mut sums = Vec::new();
            for n in 0..c.1 / 4 {
                let mut sum = i32::from_le_bytes(self.word(C, m, n));
                for k in 0..a.1 / 4 {
                    let (x, w) = (self.word(A, m, k), self.word(B, k, n));
                    for i in 0..4 {
                        sum = sum.wrapping_add(i32::from(x[i]) * i32::from(w[i] as i8));
                    }
                }
                sums.extend(sum.to_le_bytes());
            }
            self.write_row_and_zero(C, m, &sums);
        }
        self.zero_upper_rows(C, c.0);
    }

    unsafe fn store<const TILE: usize>(&self, to: *mut i32, stride: usize) {
        let (rows, bytes) = self.shape(TILE);
        for row in 0..rows {
            let memory = std::slice::from_raw_parts_mut(to.cast::<u8>().add(row * stride), bytes);
            memory.copy_from_slice(&self.data[TILE][row][..bytes]);
        }
    }

    unsafe fn release(&mut self) {
        *self = Self::new();
    }
}
