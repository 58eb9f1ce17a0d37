//! The encoder against logits that PyTorch computed from the same weights.

use std::path::Path;

use serde::Deserialize;

use super::*;
use crate::ner::model::{Model, ModelOptions};

#[derive(Deserialize)]
struct Vectors {
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    ids: Vec<u32>,
    logits: serde_json::Map<String, serde_json::Value>,
}

/// For every sentence and head, the expected logits and the computed ones.
fn compare(folder: &Path, options: ModelOptions) -> Vec<(String, Vec<f32>, Vec<f32>)> {
    let model = Model::open(folder, options).unwrap();
    let file = std::fs::read(folder.join("vectors.json")).unwrap();
    let vectors: Vectors = serde_json::from_slice(&file).unwrap();
    let (mut batch, mut logits) = (Batch::default(), Logits::default());
    for sentence in &vectors.sentences {
        batch.push(sentence.ids.iter().copied());
    }
    model.backend().run(&batch, &mut logits).unwrap();
    let widths = [HeadKind::Token, HeadKind::Sequence].map(|kind| model.heads().width(kind));
    let mut out = Vec::new();
    for (i, (sentence, tokens)) in vectors.sentences.iter().zip(batch.sequences()).enumerate() {
        for head in model.heads().iter() {
            let value = &sentence.logits[&head.name];
            let (expected, rows) = match head.kind {
                HeadKind::Token => {
                    let expected: Vec<Vec<f32>> = serde_json::from_value(value.clone()).unwrap();
                    (expected.concat(), &logits.token[widths[0] * tokens.start..widths[0] * tokens.end])
                }
                HeadKind::Sequence => {
                    let expected = serde_json::from_value(value.clone()).unwrap();
                    (expected, &logits.sequence[widths[1] * i..widths[1] * (i + 1)])
                }
            };
            let width = widths[usize::from(head.kind == HeadKind::Sequence)];
            let computed = rows.chunks_exact(width).flat_map(|row| head.of(row).iter().copied()).collect();
            out.push((head.name.clone(), expected, computed));
        }
    }
    out
}

fn greatest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max)
}

fn float_logits_agree(folder: &Path) {
    for kernels in available() {
        let options = ModelOptions {
            precision: Precision::Float32,
            kernels: Some(kernels.name()),
            ..ModelOptions::default()
        };
        for (head, expected, computed) in compare(folder, options) {
            let difference = greatest_difference(&expected, &computed);
            assert!(difference < 1e-3, "{} {head}: {difference}", kernels.name());
        }
    }
}

fn int8_logits_are_near(folder: &Path, bound: f32) {
    for kernels in available() {
        let options = ModelOptions { kernels: Some(kernels.name()), ..ModelOptions::default() };
        for (head, expected, computed) in compare(folder, options) {
            let spread = expected.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
            let difference = greatest_difference(&expected, &computed);
            println!("{} {head}: {difference} of {spread}", kernels.name());
            assert!(difference < bound * spread.max(1.0), "{} {head}: {difference}", kernels.name());
        }
    }
}

/// A small random model whose logits PyTorch computed.
fn tiny() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny-model"))
}

/// The model in the source tree, where it is.
fn shipped() -> Option<&'static Path> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models/dabir-fa"));
    folder.join("vectors.json").is_file().then_some(folder)
}

#[test]
fn a_small_model_gives_the_logits_of_pytorch() {
    float_logits_agree(tiny());
    int8_logits_are_near(tiny(), 0.1);
}

#[test]
fn the_shipped_model_gives_the_logits_of_pytorch() {
    if let Some(folder) = shipped() {
        float_logits_agree(folder);
        int8_logits_are_near(folder, 0.15);
    }
}

#[test]
fn sentences_are_cut_into_the_subwords_of_the_training() {
    for folder in [Some(tiny()), shipped()].into_iter().flatten() {
        let model = Model::open(folder, ModelOptions::default()).unwrap();
        let file = std::fs::read(folder.join("vectors.json")).unwrap();
        let vectors: Vectors = serde_json::from_slice(&file).unwrap();
        for sentence in vectors.sentences {
            let special = model.config().special;
            let mut ids = vec![special.bos];
            for range in crate::ner::cut::words(&sentence.text) {
                model.subwords().encode(&sentence.text[range], &mut ids).unwrap();
            }
            ids.push(special.eos);
            assert_eq!(ids, sentence.ids, "{}", sentence.text);
        }
    }
}

#[test]
fn a_sequence_has_the_same_logits_alone_and_in_company() {
    for kernels in available() {
        let options = ModelOptions { kernels: Some(kernels.name()), ..ModelOptions::default() };
        let model = Model::open(tiny(), options).unwrap();
        let sequences: Vec<Vec<u32>> =
            (1..40).map(|n| (0..n).map(|i| (i * 7 + n * 13) % 74).collect()).collect();
        let (mut all, mut together) = (Batch::default(), Logits::default());
        for sequence in &sequences {
            all.push(sequence.iter().copied());
        }
        model.backend().run(&all, &mut together).unwrap();
        let width = model.heads().width(HeadKind::Token);
        for (sequence, tokens) in sequences.iter().zip(all.sequences()) {
            let (mut one, mut alone) = (Batch::default(), Logits::default());
            one.push(sequence.iter().copied());
            model.backend().run(&one, &mut alone).unwrap();
            assert_eq!(alone.token, together.token[width * tokens.start..width * tokens.end]);
        }
    }
}

#[test]
fn what_does_not_fit_the_model_is_refused() {
    let model = Model::open(tiny(), ModelOptions::default()).unwrap();
    let run = |ids: Vec<u32>| {
        let mut batch = Batch::default();
        batch.push(ids);
        model.backend().run(&batch, &mut Logits::default())
    };
    assert_eq!(run(vec![0, 5000, 2]), Err(BackendError::TokenId { id: 5000, vocab: 74 }));
    assert_eq!(run(vec![4; 49]), Err(BackendError::TooLong { len: 49, max: 48 }));
    assert_eq!(run(vec![]), Err(BackendError::Empty));
    assert_eq!(run(vec![4; 48]), Ok(()));
}
