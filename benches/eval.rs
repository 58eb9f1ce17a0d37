//! A million tagged tokens, read and scored by all measures.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use dabir::eval::bootstrap::SplitMix64;
use dabir::eval::ner::{NerOptions, score_ner};
use dabir::eval::tagged::Tagged;

const TOKENS: usize = 1_000_000;
const WORDS: [&str; 8] = ["استاندار", "گفت", "که", "شورای", "شهر", "می‌شود", "و", "جلسه"];
const TYPES: [&str; 4] = ["PER", "ORG", "LOC", "DATE"];

/// Sentences of 25 tokens, about a tenth of them in entities, as in news; `noise` in 1000 tags are
/// others than those of the same seed without noise.
fn corpus(noise: usize) -> String {
    let (mut random, mut other) = (SplitMix64::new(7), SplitMix64::new(11));
    let mut text = String::new();
    let (mut inside, mut kind) = (0, 0);
    for token in 0..TOKENS {
        if token % 25 == 0 && token > 0 {
            text.push('\n');
            inside = 0;
        }
        let tag = if inside > 0 {
            inside -= 1;
            format!("I-{}", TYPES[kind])
        } else if random.below(20) == 0 {
            inside = random.below(4);
            kind = random.below(TYPES.len());
            format!("B-{}", TYPES[kind])
        } else {
            "O".to_owned()
        };
        let tag = if other.below(1000) < noise { format!("B-{}", TYPES[other.below(4)]) } else { tag };
        let _ = writeln!(text, "{}\t{tag}", WORDS[token % WORDS.len()]);
    }
    text
}

fn bench(criterion: &mut Criterion) {
    let parse = |text: &str| Tagged::parse(Path::new("corpus"), text.to_owned()).ok();
    let (text, noisy) = (corpus(0), corpus(50));
    let mut group = criterion.benchmark_group("eval ner, 1 million tokens");
    group.sample_size(10);
    group.bench_function("read", |b| b.iter(|| black_box(parse(black_box(&text)))));
    if let (Some(gold), Some(pred)) = (parse(&text), parse(&noisy)) {
        group.bench_function("score by all measures", |b| {
            b.iter(|| black_box(score_ner(&gold, &pred, &NerOptions::default()).is_ok()));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
