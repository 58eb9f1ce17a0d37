//! Every instruction set against the portable twin, over odd numbers of rows and tokens.

use proptest::prelude::*;

use super::*;

/// Reproducible values of about one, with outliers as real activations have them.
pub(super) fn values(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..n).map(|i| next() * if i % 29 == 7 { 12.0 } else { 1.0 }).collect()
}

pub(super) fn bytes(n: usize, seed: u64) -> Vec<u8> {
    values(n, seed).iter().map(|v| (v * 127.0).clamp(-127.0, 127.0) as i8 as u8).collect()
}

fn close(a: &[f32], b: &[f32], tolerance: f32) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (i, (x, y)) in a.iter().zip(b).enumerate() {
        prop_assert!((x - y).abs() <= tolerance * (1.0 + x.abs()), "at {}: {} and {}", i, x, y);
    }
    Ok(())
}

/// The integers of a quantized matrix, whatever the form in memory.
fn integers(q: &Quantized) -> Vec<u16> {
    let size = q.values.len() / (q.scales.len() * q.width);
    q.values.chunks_exact(size).map(|c| c.iter().rev().fold(0, |n, &b| n << 8 | u16::from(b))).collect()
}

fn int8_product(kernels: &dyn Kernels, x: &[f32], w: &Int8Rows<'_>, inputs: usize) -> (Quantized, Vec<f32>) {
    let packed = PackedInt8::new(kernels, inputs, std::slice::from_ref(w));
    let mut quantized = Quantized::default();
    kernels.quantize(x, inputs, &mut quantized);
    let mut out = vec![0.0; x.len() / inputs * packed.outputs()];
    kernels.product(&quantized, &packed, &mut out);
    (quantized, out)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn integer_products_are_those_of_the_twin(
        rows in 1_usize..30, inputs in 1_usize..8, outputs in 1_usize..6, seed: u64,
    ) {
        let (inputs, outputs) = (32 * inputs, 32 * outputs);
        let (x, weights) = (values(rows * inputs, seed), bytes(inputs * outputs, seed ^ 1));
        let w = Int8Rows { weights: &weights, scales: values(outputs, seed ^ 2), bias: values(outputs, seed ^ 3) };
        let (q, expected) = int8_product(&PortableKernels(()), &x, &w, inputs);
        // By the definition: the dequantized row times the dequantized weights.
        let quantized = integers(&q);
        for r in 0..rows {
            for o in 0..outputs {
                let exact: i64 = (0..inputs)
                    .map(|i| (i64::from(quantized[r * inputs + i]) - i64::from(q.zeros[r]))
                        * i64::from(weights[o * inputs + i] as i8))
                    .sum();
                let y = exact as f64 * f64::from(q.scales[r]) * f64::from(w.scales[o]) + f64::from(w.bias[o]);
                let got = f64::from(expected[r * outputs + o]);
                prop_assert!((got - y).abs() <= 1e-5 * (1.0 + y.abs()), "{} and {}", got, y);
            }
        }
        for kernels in available() {
            let (other, out) = int8_product(kernels, &x, &w, inputs);
            prop_assert_eq!(&other.scales, &q.scales);
            prop_assert_eq!(&other.zeros, &q.zeros);
            // A fused multiplication may round a tie to the other side.
            for (a, b) in integers(&other).iter().zip(&quantized) {
                prop_assert!(a.abs_diff(*b) <= 1, "{}: {} and {}", kernels.name(), a, b);
            }
            let packed = PackedFloat::new(kernels, inputs, std::slice::from_ref(&w));
            let mut floats = vec![0.0; rows * outputs];
            kernels.float_product(&x, &packed, &mut floats);
            for r in 0..rows {
                for o in 0..outputs {
                    let terms = (0..inputs).map(|i| {
                        f64::from(x[r * inputs + i]) * f64::from(f32::from(weights[o * inputs + i] as i8) * w.scales[o])
                    });
                    let (y, size) = terms.fold((f64::from(w.bias[o]), 1.0), |(y, size), t| (y + t, size + t.abs()));
                    // Great terms that cancel each other leave the rounding of their sums.
                    prop_assert!((f64::from(floats[r * outputs + o]) - y).abs() <= 1e-5 * size);
                }
            }
            let step = q.scales.iter().fold(0.0_f32, |m, s| m.max(*s));
            close(&out, &expected, 1e-5 + 300.0 * step * f32::from(u8::from(integers(&other) != quantized)))?;
        }
    }

    #[test]
    fn quantizing_keeps_every_value_to_half_a_step(rows in 1_usize..5, width in 1_usize..9, seed: u64) {
        let width = 32 * width;
        let x = values(rows * width, seed);
        for kernels in available() {
            let mut q = Quantized::default();
            kernels.quantize(&x, width, &mut q);
            for (i, (&value, n)) in x.iter().zip(integers(&q)).enumerate() {
                let (scale, zero) = (q.scales[i / width], q.zeros[i / width]);
                let back = (f32::from(n) - zero as f32) * scale;
                prop_assert!(n <= 255 && (back - value).abs() <= 0.501 * scale + 1e-6 || n == 0 || n == 255);
                prop_assert!((back - value).abs() <= 1.01 * scale);
            }
        }
    }

    #[test]
    fn attention_is_that_of_the_twin(n in 1_usize..70, heads in 1_usize..4, half in 1_usize..4, seed: u64) {
        let size = 16 * half;
        let hidden = size * heads;
        let qkv = values(n * 3 * hidden, seed);
        let mut expected = vec![0.0; n * hidden];
        for i in 0..n {
            for h in 0..heads {
                let at = |j: usize, part: usize, d: usize| f64::from(qkv[j * 3 * hidden + part * hidden + h * size + d]);
                let scores: Vec<f64> =
                    (0..n).map(|j| (0..size).map(|d| at(i, 0, d) * at(j, 1, d)).sum()).collect();
                let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let weights: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
                let sum: f64 = weights.iter().sum();
                for d in 0..size {
                    let mixed: f64 = (0..n).map(|j| weights[j] * at(j, 2, d)).sum();
                    expected[i * hidden + h * size + d] = (mixed / sum) as f32;
                }
            }
        }
        for kernels in available() {
            let (mut out, mut scratch) = (vec![f32::NAN; n * hidden], vec![f32::NAN; 3]);
            kernels.attention(&qkv, hidden, heads, &mut out, &mut scratch);
            close(&out, &expected, 1e-4)?;
        }
    }

    #[test]
    fn norm_and_projection_are_those_of_the_definition(rows in 1_usize..6, width in 1_usize..6, labels in 1_usize..9, seed: u64) {
        let width = 32 * width;
        let (x, y) = (values(rows * width, seed), values(rows * width, seed ^ 1));
        let norm = Norm { weight: values(width, seed ^ 2), bias: values(width, seed ^ 3), epsilon: 1e-12 };
        let (w, bias) = (values(labels * width, seed ^ 4), values(labels, seed ^ 5));
        for kernels in available() {
            let mut out = x.clone();
            kernels.add_norm(&mut out, Some(&y), &norm);
            let mut logits = vec![0.0; rows * labels];
            kernels.project(&x, &w, &bias, &mut logits);
            for r in 0..rows {
                let sum: Vec<f64> =
                    (0..width).map(|i| f64::from(x[r * width + i]) + f64::from(y[r * width + i])).collect();
                let mean = sum.iter().sum::<f64>() / width as f64;
                let variance = sum.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / width as f64;
                for i in 0..width {
                    let expected = (sum[i] - mean) / variance.sqrt() * f64::from(norm.weight[i]) + f64::from(norm.bias[i]);
                    prop_assert!((f64::from(out[r * width + i]) - expected).abs() < 1e-3);
                }
                for o in 0..labels {
                    let expected: f64 = (0..width)
                        .map(|i| f64::from(x[r * width + i]) * f64::from(w[o * width + i])).sum::<f64>()
                        + f64::from(bias[o]);
                    prop_assert!((f64::from(logits[r * labels + o]) - expected).abs() < 1e-2);
                }
            }
        }
    }
}

#[test]
fn gelu_is_exact_to_two_millionths() {
    let x: Vec<f32> = (-4096..4096).map(|i| i as f32 / 512.0).collect();
    for kernels in available() {
        let mut y = x.clone();
        kernels.gelu(&mut y);
        for (&x, &y) in x.iter().zip(&y) {
            let expected = f64::from(x) * normal(f64::from(x));
            assert!((f64::from(y) - expected).abs() < 2e-6, "{}: {x}: {y}, not {expected}", kernels.name());
        }
    }
}

/// The normal distribution by the series of its integral, Σ (−1)ᵏ x²ᵏ⁺¹ / (2ᵏ k! (2k + 1)).
fn normal(x: f64) -> f64 {
    if x.abs() > 7.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum) = (x, 0.0);
    for k in 0..200 {
        sum += term / f64::from(2 * k + 1);
        term *= -x * x / (2.0 * f64::from(k + 1));
    }
    0.5 + sum / (2.0 * std::f64::consts::PI).sqrt()
}
