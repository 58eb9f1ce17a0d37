//! The encoder allocates nothing once it has seen a batch of the size; in a process of its own, since
//! the counting allocator is that of the whole program.

use std::path::Path;

use dabir::ner::native::available;
use dabir::ner::{Batch, Logits, Model, ModelOptions, Precision};

#[test]
fn the_encoder_allocates_nothing_in_the_steady_state() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny-model");
    for precision in [Precision::Int8, Precision::Float32] {
        for kernels in available() {
            let options =
                ModelOptions { precision, kernels: Some(kernels.name()), ..ModelOptions::default() };
            let model = Model::open(&folder, options)?;
            let (mut batch, mut logits) = (Batch::default(), Logits::default());
            let run = |lengths: std::ops::Range<u32>, batch: &mut Batch, logits: &mut Logits| {
                batch.clear();
                for length in lengths {
                    batch.push((0..length).map(|i| (7 * i + length) % 74));
                }
                model.backend().run(batch, logits)
            };
            run(1..48, &mut batch, &mut logits)?;
            // The same amount, and less: sequences of other lengths.
            for lengths in [1..48, 20..40, 5..6] {
                let counted = allocation_counter::measure(|| {
                    run(lengths.clone(), &mut batch, &mut logits).expect("ids of the model");
                });
                assert_eq!(counted.count_total, 0, "{} {}, {lengths:?}", kernels.name(), precision.name());
            }
        }
    }
    Ok(())
}
