//! What a second thread brings to the encoder alone: the same batches on one thread and on two, in turn, time on
//! the wall after the model is loaded; and to arithmetic that stays in registers, which is what the machine can give
//! at best. `benches/whole` runs it; by itself:
//!
//! ```text
//! cargo bench --bench workers             # the sample documents
//! cargo bench --bench workers -- FILE     # the texts of FILE, JSON lines with `text`
//! ```

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dabir::ner::{Batch, Logits, Model, ModelOptions};
use dabir::read::{Inputs, Options};

/// Tokens of a batch, about: few, so that the threads end at nearly the same time.
const TOKENS: usize = 192;

/// Longest sequence.
const LONGEST: usize = 256;

/// Parts in which the work is shared out, and rounds of one and two threads.
const PARTS: usize = 120;
const ROUNDS: usize = 6;

/// The sentences of all texts, each up to a full stop or the end of a line, in batches.
fn batches(model: &Model, files: &[std::path::PathBuf]) -> Result<Vec<Batch>, Box<dyn Error>> {
    let special = model.config().special;
    let mut batches = vec![Batch::default()];
    for input in Inputs::new(files, Options::default())? {
        let document = input.read(Options::default())?;
        for sentence in document.text().split_inclusive(['.', '\n']).filter(|s| !s.trim().is_empty()) {
            let mut ids = vec![special.bos];
            for word in sentence.split_whitespace() {
                model.subwords().encode(word, &mut ids)?;
            }
            ids.truncate(LONGEST - 1);
            ids.push(special.eos);
            if batches.last().is_none_or(|batch| batch.ids().len() + ids.len() > TOKENS) {
                batches.push(Batch::default());
            }
            if let Some(batch) = batches.last_mut() {
                batch.push(ids);
            }
        }
        if batches.len() > PARTS {
            break;
        }
    }
    batches.retain(|batch| !batch.is_empty());
    Ok(batches)
}

/// Time in which so many threads do all parts; each takes the next one that is left.
fn time<S>(threads: usize, start: impl Fn() -> S + Sync, part: impl Fn(&mut S, usize) + Sync) -> Duration {
    let next = AtomicUsize::new(0);
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut state = start();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= PARTS {
                        return;
                    }
                    part(&mut state, number);
                }
            });
        }
    });
    begin.elapsed()
}

/// The best times of one and of two threads, in seconds: what else happens on a machine only adds to them.
fn compare(mut time: impl FnMut(usize) -> Duration) -> [f64; 2] {
    let mut best = [Duration::MAX; 2];
    time(2);
    for round in 0..ROUNDS {
        for turn in 0..2 {
            let threads = (round + turn) % 2;
            best[threads] = best[threads].min(time(threads + 1));
        }
    }
    best.map(|time| time.as_secs_f64())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Cargo itself adds an argument that begins with a dash.
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let source = file.map_or_else(|| folder.join("datasets/dev"), Into::into);
    let model = Model::open(&folder.join("models/dabir-fa"), ModelOptions::default())?;
    let batches = batches(&model, &[source])?;
    let encode = |logits: &mut Logits, part: usize| {
        model.backend().run(&batches[part % batches.len()], logits).expect("ids of the model");
    };
    let tokens: usize = (0..PARTS).map(|part| batches[part % batches.len()].ids().len()).sum();
    let encoder = compare(|threads| time(threads, Logits::default, encode));
    let add = |sum: &mut u64, part: usize| {
        for i in 0..4_000_000 {
            *sum = black_box(*sum).wrapping_mul(3).wrapping_add(i ^ part as u64);
        }
    };
    let registers = compare(|threads| time(threads, || 0, add));
    for (name, [one, two]) in [("encoder", encoder), ("registers", registers)] {
        println!("{name} one {one:.3} s, two {two:.3} s, ratio {:.3}", one / two);
    }
    println!("tokens {tokens}");
    Ok(())
}
