//! The blocking on the model of the instructions against the portable twin, and the instructions
//! themselves where the processor has them.

use proptest::prelude::*;

use super::super::portable::Portable;
use super::super::tests::{bytes, values};
use super::super::{Int8Rows, Kernels, PackedInt8, PortableKernels, Quantized};
use super::model::Model;
use super::*;

/// The product on modelled tiles and that of the twin, of the same integers.
fn both(rows: usize, inputs: usize, outputs: usize, seed: u64) -> (Vec<f32>, Vec<f32>) {
    let (x, weights) = (values(rows * inputs, seed), bytes(inputs * outputs, seed ^ 1));
    let w =
        [Int8Rows { weights: &weights, scales: values(outputs, seed ^ 2), bias: values(outputs, seed ^ 3) }];
    let twin = PortableKernels(());
    let mut q = Quantized::default();
    twin.quantize(&x, inputs, &mut q);
    let (mut expected, mut computed) = (vec![0.0; rows * outputs], vec![f32::NAN; rows * outputs]);
    twin.product(&q, &PackedInt8::new(&twin, inputs, &w), &mut expected);
    let packed = PackedInt8::for_panel(PANEL, inputs, &w);
    let mut model = Model::new();
    // SAFETY: the model runs anywhere; rows and widths are those of the packed weights.
    unsafe {
        product::<Portable, Model>(&mut model, &q.values, &q.scales, &q.zeros, &packed, &mut computed);
    }
    assert!(model.is_released());
    (expected, computed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn modelled_tiles_give_what_the_twin_gives(
        rows in 1_usize..70, inputs in 1_usize..8, outputs in 1_usize..4, seed: u64,
    ) {
        let (expected, computed) = both(rows, 32 * inputs, 32 * outputs, seed);
        prop_assert_eq!(expected, computed);
    }
}

#[test]
fn every_number_of_rows_fills_its_tiles() {
    for rows in 1..=2 * SIDE + 1 {
        let (expected, computed) = both(rows, 96, 64, rows as u64);
        assert_eq!(expected, computed, "{rows} rows");
    }
}

#[test]
fn the_configuration_is_laid_out_as_the_manual_says() {
    let shapes = Shapes::of([16, 5]);
    assert_eq!((size_of::<Shapes>(), align_of::<Shapes>()), (64, 64));
    // SAFETY: 64 bytes without padding.
    let bytes: [u8; 64] = unsafe { std::mem::transmute(shapes) };
    assert_eq!(bytes[..2], [1, 0]);
    assert_eq!(bytes[16..32], [64, 0].repeat(8));
    // Of tiles 0 to 7: sums, activations, weights.
    assert_eq!(bytes[48..56], [16, 16, 5, 5, 16, 5, 16, 16]);
    assert!(bytes[2..16].iter().chain(&bytes[32..48]).chain(&bytes[56..]).all(|&b| b == 0));
    let one = Shapes::of([7, 0]);
    assert_eq!((one.rows, one.bytes), ([7, 7, 0, 0, 7, 0, 16, 16], [64, 64, 0, 0, 64, 0, 64, 64]));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_check_at_start_passes_the_model_and_catches_a_wrong_sum() {
    let run = |x: &Quantized, w: &PackedInt8, out: &mut [f32]| {
        // SAFETY: the model runs anywhere; rows and widths are those of the packed weights.
        unsafe { product::<Portable, Model>(&mut Model::new(), &x.values, &x.scales, &x.zeros, w, out) }
    };
    assert!(amx::multiplies_right(run));
    for wrong in [0, 37 * 64 - 1] {
        assert!(!amx::multiplies_right(|x, w, out| {
            run(x, w, out);
            out[wrong] += 1.0;
        }));
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_instructions_give_what_the_twin_gives() {
    use amx::State;
    match amx::state() {
        // The property tests of the parent compare them over odd shapes.
        State::Usable => assert!(super::super::available().iter().any(|k| k.name() == "amx")),
        State::Absent => eprintln!("skipped: this processor has no AMX"),
        State::Refused => eprintln!("skipped: the system does not permit AMX"),
        State::Wrong => panic!("AMX gave a wrong product"),
    }
}
