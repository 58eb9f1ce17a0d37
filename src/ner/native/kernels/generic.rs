//! The kernels, each written once over [`Simd`].
//!
//! All functions here are `inline(always)`: they become part of a function that is compiled for
//! one instruction set (see the parent module), never code of their own.

use super::simd::{Simd, prefetch};
use super::{Norm, PackedFloat, PackedInt8};

/// Quantizes rows of `width` values, each row by itself: `x ≈ (q − zero) · scale`, 0 ≤ q ≤ 255.
///
/// # Safety
/// As of [`Simd`]; the slices hold whole rows and `width` is a multiple of `LANES`.
#[inline(always)]
pub(super) unsafe fn quantize<S: Simd>(
    x: &[f32],
    width: usize,
    q: &mut [u8],
    scale: &mut [f32],
    zero: &mut [i32],
) {
    let rows = x.len() / width;
    for r in 0..rows {
        let row = x.as_ptr().add(r * width);
        let (mut low, mut high) = (S::splat(0.0), S::splat(0.0));
        for i in (0..width).step_by(S::LANES) {
            let v = S::load(row.add(i));
            low = S::min(low, v);
            high = S::max(high, v);
        }
        let (low, high) = (S::least(low), S::greatest(high));
        let step = (high - low) / 255.0;
        let (step, inverse) = if step > 0.0 { (step, 1.0 / step) } else { (1.0, 1.0) };
        let offset = (-low * inverse).round_ties_even();
        scale[r] = step;
        zero[r] = offset as i32;
        let (factor, offset) = (S::splat(inverse), S::splat(offset));
        let (least, most) = (S::splat(0.0), S::splat(255.0));
        let out = q.as_mut_ptr().add(r * width * S::QUANT_BYTES);
        for i in (0..width).step_by(S::LANES) {
            let v = S::fma(S::load(row.add(i)), factor, offset);
            S::store_quant(out.add(i * S::QUANT_BYTES), S::round(S::min(S::max(v, least), most)));
        }
    }
}

/// `out = (q − zero) · scale · Wᵀ + bias` for quantized rows.
///
/// # Safety
/// As of [`Simd`]; `q`, `scale`, `zero` hold `rows` rows of `w.inputs`, `out` `rows` rows of
/// `w.outputs`, `w` was packed for `2 · LANES` outputs a panel, and `C` is 1 or 2.
#[inline(always)]
pub(super) unsafe fn product<S: Simd, const M: usize, const C: usize>(
    q: &[u8],
    scale: &[f32],
    zero: &[i32],
    w: &PackedInt8,
    out: &mut [f32],
) {
    let rows = scale.len();
    for vector in (0..w.outputs / S::LANES).step_by(C) {
        let mut r = 0;
        while r + M <= rows {
            tile::<S, M, C>(q, scale, zero, w, out, vector, r);
            r += M;
        }
        while r + 4 <= rows {
            tile::<S, 4, C>(q, scale, zero, w, out, vector, r);
            r += 4;
        }
        while r < rows {
            tile::<S, 1, C>(q, scale, zero, w, out, vector, r);
            r += 1;
        }
    }
}

/// `M` rows by `C` vectors of outputs of one panel.
#[inline(always)]
unsafe fn tile<S: Simd, const M: usize, const C: usize>(
    q: &[u8],
    scale: &[f32],
    zero: &[i32],
    w: &PackedInt8,
    out: &mut [f32],
    vector: usize,
    row: usize,
) {
    let stride = w.inputs * S::QUANT_BYTES;
    let mut acc = [[S::zero(); C]; M];
    let mut x = q.as_ptr().add(row * stride);
    let panel = w.weights.as_ptr().add(vector / 2 * 2 * S::LANES * w.inputs);
    let mut p = panel.add(vector % 2 * 4 * S::LANES);
    let size = 2 * S::LANES * w.inputs;
    // While the rows of a block go through this panel, a quarter at a time, the next one comes nearer.
    let mut ahead = panel.wrapping_add(size + row / M % 4 * size / 4);
    for _ in 0..w.inputs / 4 {
        let mut weights = [S::weights(p); C];
        for c in 1..C {
            weights[c] = S::weights(p.add(c * 4 * S::LANES));
        }
        for m in 0..M {
            let quad = S::quad(x.add(m * stride));
            for c in 0..C {
                acc[m][c] = S::dot(acc[m][c], quad, weights[c]);
            }
        }
        prefetch(ahead);
        ahead = ahead.wrapping_add(2 * S::LANES);
        x = x.add(4 * S::QUANT_BYTES);
        p = p.add(8 * S::LANES);
    }
    for c in 0..C {
        let column = (vector + c) * S::LANES;
        let columns = Columns::<S>::of(w, column);
        for m in 0..M {
            let r = row + m;
            let y = columns.finish(S::finish(acc[m][c]), zero[r], scale[r]);
            S::store(out.as_mut_ptr().add(r * w.outputs + column), y);
        }
    }
}

/// What turns the sums of a vector of outputs into their values.
pub(super) struct Columns<S: Simd> {
    scales: S::F,
    bias: S::F,
    sums: S::I,
}

impl<S: Simd> Columns<S> {
    /// Of the outputs from `column` on.
    ///
    /// # Safety
    /// As of [`Simd`]; there are `LANES` of them.
    #[inline(always)]
    pub(super) unsafe fn of(w: &PackedInt8, column: usize) -> Self {
        Self {
            scales: S::load(w.scales.as_ptr().add(column)),
            bias: S::load(w.bias.as_ptr().add(column)),
            sums: S::load_int(w.sums.as_ptr().add(column)),
        }
    }

    /// The values of a row that was quantized with this zero point and scale.
    ///
    /// # Safety
    /// As of [`Simd`].
    #[inline(always)]
    pub(super) unsafe fn finish(&self, sums: S::I, zero: i32, scale: f32) -> S::F {
        let exact = S::sub_product(sums, S::splat_int(zero - S::SHIFT), self.sums);
        S::fma(S::to_float(exact), S::mul(self.scales, S::splat(scale)), self.bias)
    }
}

/// `out = x · Wᵀ + bias` in 32-bit floating point.
///
/// # Safety
/// As of [`Simd`]; `x` holds rows of `w.inputs`, `out` as many of `w.outputs`, and `w` was packed for
/// `2 · LANES` outputs a panel.
#[inline(always)]
pub(super) unsafe fn float_product<S: Simd, const M: usize>(x: &[f32], w: &PackedFloat, out: &mut [f32]) {
    let rows = x.len() / w.inputs;
    for panel in 0..w.outputs / (2 * S::LANES) {
        let mut r = 0;
        while r + M <= rows {
            panel_tile::<S, M>(x, w, out, panel, r);
            r += M;
        }
        while r < rows {
            panel_tile::<S, 1>(x, w, out, panel, r);
            r += 1;
        }
    }
}

/// `M` rows by one panel of outputs.
#[inline(always)]
unsafe fn panel_tile<S: Simd, const M: usize>(
    x: &[f32],
    w: &PackedFloat,
    out: &mut [f32],
    panel: usize,
    row: usize,
) {
    let column = 2 * panel * S::LANES;
    let bias = [S::load(w.bias.as_ptr().add(column)), S::load(w.bias.as_ptr().add(column + S::LANES))];
    let mut acc = [bias; M];
    let x = x.as_ptr().add(row * w.inputs);
    let mut p = w.weights.as_ptr().add(column * w.inputs);
    for i in 0..w.inputs {
        let (w0, w1) = (S::load(p), S::load(p.add(S::LANES)));
        for m in 0..M {
            let value = S::splat(*x.add(m * w.inputs + i));
            acc[m][0] = S::fma(value, w0, acc[m][0]);
            acc[m][1] = S::fma(value, w1, acc[m][1]);
        }
        p = p.add(2 * S::LANES);
    }
    for m in 0..M {
        let to = out.as_mut_ptr().add((row + m) * w.outputs + column);
        S::store(to, acc[m][0]);
        S::store(to.add(S::LANES), acc[m][1]);
    }
}

/// `x = LayerNorm(x + y)`, row by row; without `y`, `x = LayerNorm(x)`.
///
/// # Safety
/// As of [`Simd`]; the slices hold whole rows of the norm's width, a multiple of `LANES`.
#[inline(always)]
pub(super) unsafe fn add_norm<S: Simd>(x: &mut [f32], y: Option<&[f32]>, norm: &Norm) {
    let width = norm.weight.len();
    for r in 0..x.len() / width {
        let row = x.as_mut_ptr().add(r * width);
        let mut sum = S::splat(0.0);
        for i in (0..width).step_by(S::LANES) {
            let mut v = S::load(row.add(i));
            if let Some(y) = y {
                v = S::add(v, S::load(y.as_ptr().add(r * width + i)));
                S::store(row.add(i), v);
            }
            sum = S::add(sum, v);
        }
        let mean = S::splat(S::sum(sum) / width as f32);
        let mut squares = S::splat(0.0);
        for i in (0..width).step_by(S::LANES) {
            let d = S::sub(S::load(row.add(i)), mean);
            squares = S::fma(d, d, squares);
        }
        let deviation = (S::sum(squares) / width as f32 + norm.epsilon).sqrt();
        let factor = S::splat(1.0 / deviation);
        for i in (0..width).step_by(S::LANES) {
            let d = S::mul(S::sub(S::load(row.add(i)), mean), factor);
            let w = S::load(norm.weight.as_ptr().add(i));
            S::store(row.add(i), S::fma(d, w, S::load(norm.bias.as_ptr().add(i))));
        }
    }
}

/// `x · Φ(x)` in place, with Φ of the normal distribution (the exact GELU) as an odd rational
/// function fitted by us to 2·10⁻⁷ on ±5.2; beyond, Φ is 0 or 1 to that accuracy.
///
/// # Safety
/// As of [`Simd`]; the length is a multiple of `LANES`.
#[inline(always)]
pub(super) unsafe fn gelu<S: Simd>(x: &mut [f32]) {
    const ABOVE: [f32; 5] = [0.398_940_03, 0.057_118_032, 0.006_047_678_6, 0.000_401_188_33, 7.402_256e-6];
    const BELOW: [f32; 6] =
        [1.0, 0.309_816_9, 0.041_828_394, 0.003_184_819_8, 0.000_145_862_27, 6.184_232_5e-7];
    for i in (0..x.len()).step_by(S::LANES) {
        let p = x.as_mut_ptr().add(i);
        let v = S::load(p);
        let t = S::min(S::max(v, S::splat(-5.2)), S::splat(5.2));
        let u = S::mul(t, t);
        let mut above = S::splat(ABOVE[4]);
        for k in (0..4).rev() {
            above = S::fma(above, u, S::splat(ABOVE[k]));
        }
        let mut below = S::splat(BELOW[5]);
        for k in (0..5).rev() {
            below = S::fma(below, u, S::splat(BELOW[k]));
        }
        let phi = S::add(S::div(S::mul(t, above), below), S::splat(0.5));
        S::store(p, S::mul(v, phi));
    }
}

/// eˣ for x ≤ 0, to 2 units in the last place; below −87 it is (almost) 0.
#[inline(always)]
unsafe fn exp<S: Simd>(x: S::F) -> S::F {
    // 1/k!, the Taylor series of e^r; r is at most ln 2 / 2, where degree 7 leaves 5·10⁻⁹.
    const TERMS: [f32; 8] = [1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0];
    let x = S::max(x, S::splat(-87.0));
    let n = S::round(S::mul(x, S::splat(std::f32::consts::LOG2_E)));
    let whole = S::to_float(n);
    // ln 2 in two parts, so that the product with the first is exact.
    let r = S::fma(whole, S::splat(-0.693_359_4), x);
    let r = S::fma(whole, S::splat(2.121_944_4e-4), r);
    let mut e = S::splat(TERMS[7]);
    for k in (0..7).rev() {
        e = S::fma(e, r, S::splat(TERMS[k]));
    }
    S::mul(e, S::exp2(n))
}

/// `out[r][c] = Σ a[r][t] · b[t][c]` for `R` rows and `C` vectors of columns; the strides are in
/// values.
#[inline(always)]
unsafe fn float_tile<S: Simd, const R: usize, const C: usize>(
    a: (*const f32, usize),
    b: (*const f32, usize),
    terms: usize,
    out: (*mut f32, usize),
) {
    let mut acc = [[S::splat(0.0); C]; R];
    for t in 0..terms {
        let mut row = [S::splat(0.0); C];
        for (c, v) in row.iter_mut().enumerate() {
            *v = S::load(b.0.add(t * b.1 + c * S::LANES));
        }
        for r in 0..R {
            let x = S::splat(*a.0.add(r * a.1 + t));
            for c in 0..C {
                acc[r][c] = S::fma(x, row[c], acc[r][c]);
            }
        }
    }
    for r in 0..R {
        for c in 0..C {
            S::store(out.0.add(r * out.1 + c * S::LANES), acc[r][c]);
        }
    }
}

/// The same for any number of vectors of columns.
#[inline(always)]
unsafe fn float_rows<S: Simd, const R: usize>(
    a: (*const f32, usize),
    b: (*const f32, usize),
    terms: usize,
    out: (*mut f32, usize),
    columns: usize,
) {
    let mut c = 0;
    while c + 2 * S::LANES <= columns {
        float_tile::<S, R, 2>(a, (b.0.add(c), b.1), terms, (out.0.add(c), out.1));
        c += 2 * S::LANES;
    }
    if c < columns {
        float_tile::<S, R, 1>(a, (b.0.add(c), b.1), terms, (out.0.add(c), out.1));
    }
}

/// Attention of `R` queries of one head: probabilities over `n` keys, then the mixed values.
#[inline(always)]
unsafe fn queries<S: Simd, const R: usize>(
    q: (*const f32, usize),
    keys: (*const f32, usize),
    values: (*const f32, usize),
    n: usize,
    size: usize,
    weights: *mut f32,
    out: (*mut f32, usize),
) {
    let padded = keys.1;
    float_rows::<S, R>(q, keys, size, (weights, padded), padded);
    let mut factor = [0.0; R];
    for (r, factor) in factor.iter_mut().enumerate() {
        let row = weights.add(r * padded);
        for j in n..padded {
            *row.add(j) = f32::NEG_INFINITY;
        }
        let mut most = S::load(row);
        for j in (S::LANES..padded).step_by(S::LANES) {
            most = S::max(most, S::load(row.add(j)));
        }
        let most = S::splat(S::greatest(most));
        let mut sum = S::splat(0.0);
        for j in (0..padded).step_by(S::LANES) {
            let e = exp::<S>(S::sub(S::load(row.add(j)), most));
            S::store(row.add(j), e);
            sum = S::add(sum, e);
        }
        *factor = 1.0 / S::sum(sum);
    }
    float_rows::<S, R>((weights, padded), values, n, out, size);
    for (r, &factor) in factor.iter().enumerate() {
        for c in (0..size).step_by(S::LANES) {
            let p = out.0.add(r * out.1 + c);
            S::store(p, S::mul(S::load(p), S::splat(factor)));
        }
    }
}

/// Queries that are worked on together.
pub(super) const QUERIES: usize = 6;

/// Attention inside one sequence. A row of `qkv` holds the query (already divided by the root of
/// the head's size), the key and the value of a token; `scratch` has room for
/// `(size + QUERIES) · padded` values, where `padded` is the number of tokens rounded up to `LANES`.
///
/// # Safety
/// As of [`Simd`]; `heads · size = hidden`, `size` is a multiple of `LANES`, the slices hold whole
/// rows of `3 · hidden` and `hidden` values.
#[inline(always)]
pub(super) unsafe fn attention<S: Simd>(
    qkv: &[f32],
    hidden: usize,
    heads: usize,
    out: &mut [f32],
    scratch: &mut [f32],
) {
    let (n, size, stride) = (out.len() / hidden, hidden / heads, 3 * hidden);
    let padded = n.next_multiple_of(S::LANES);
    let keys = scratch.as_mut_ptr();
    let weights = keys.add(size * padded);
    for h in 0..heads {
        let q = qkv.as_ptr().add(h * size);
        let (k, v) = (q.add(hidden), q.add(2 * hidden));
        for d in 0..size {
            for j in 0..n {
                *keys.add(d * padded + j) = *k.add(j * stride + d);
            }
            for j in n..padded {
                *keys.add(d * padded + j) = 0.0;
            }
        }
        let to = out.as_mut_ptr().add(h * size);
        let mut i = 0;
        while i < n && n >= QUERIES {
            // The last tile goes back over rows that are done already: that is quicker than single
            // rows, and gives the same values.
            let at = i.min(n - QUERIES);
            let (q, to) = ((q.add(at * stride), stride), (to.add(at * hidden), hidden));
            queries::<S, QUERIES>(q, (keys, padded), (v, stride), n, size, weights, to);
            i += QUERIES;
        }
        while i < n {
            let (q, to) = ((q.add(i * stride), stride), (to.add(i * hidden), hidden));
            queries::<S, 1>(q, (keys, padded), (v, stride), n, size, weights, to);
            i += 1;
        }
    }
}

/// `out = x · Wᵀ + bias` for `f32` weights with few outputs (the heads).
///
/// # Safety
/// As of [`Simd`]; `inputs` is a multiple of `LANES`, the slices hold whole rows.
#[inline(always)]
pub(super) unsafe fn project<S: Simd>(x: &[f32], inputs: usize, w: &[f32], bias: &[f32], out: &mut [f32]) {
    let outputs = bias.len();
    for r in 0..x.len() / inputs {
        let row = x.as_ptr().add(r * inputs);
        for o in 0..outputs {
            let weights = w.as_ptr().add(o * inputs);
            let mut sum = [S::splat(0.0); 2];
            let mut i = 0;
            while i + 2 * S::LANES <= inputs {
                for (half, sum) in sum.iter_mut().enumerate() {
                    let at = i + half * S::LANES;
                    *sum = S::fma(S::load(row.add(at)), S::load(weights.add(at)), *sum);
                }
                i += 2 * S::LANES;
            }
            out[r * outputs + o] = S::sum(S::add(sum[0], sum[1])) + bias[o];
        }
    }
}
