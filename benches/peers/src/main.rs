//! One engine of the comparison, as a process that obeys lines on standard input (see `run`):
//!
//!     peers prepare MODEL TEXT BATCHES   sentences to batches of ids
//!     peers ENGINE FOLDER BATCHES        `run`: computes all batches;
//!                                        `logits FILE`: writes the logits of all tokens, in their order

mod engines;

use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use dabir::ner::{Model, ModelOptions};
use engines::Engine;

/// Tokens of a batch, about.
const TOKENS: usize = 1024;

/// Sequences of ids, with their special tokens.
type Batches = Vec<Vec<Vec<u32>>>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["prepare", model, text, batches] => prepare(Path::new(model), Path::new(text), Path::new(batches)),
        [engine, folder, batches] => {
            let batches: Batches = serde_json::from_slice(&std::fs::read(batches)?)?;
            serve(engines::open(engine, Path::new(folder))?, &batches)
        }
        _ => bail!("peers prepare MODEL TEXT BATCHES, or peers ENGINE FOLDER BATCHES"),
    }
}

/// Sorts the sentences by length, so that those who must pad lose little by it.
fn prepare(model: &Path, text: &Path, to: &Path) -> Result<()> {
    let model = Model::open(model, ModelOptions::default())?;
    let special = model.config().special;
    let mut sequences = Vec::new();
    for line in std::fs::read_to_string(text)?.lines() {
        let mut ids = vec![special.bos];
        for word in line.split_whitespace() {
            model.subwords().encode(word, &mut ids)?;
        }
        ids.truncate(model.config().max_positions - 1);
        ids.push(special.eos);
        sequences.push(ids);
    }
    sequences.sort_by_key(Vec::len);
    let mut batches: Batches = Vec::new();
    let mut room = 0;
    for ids in sequences {
        if room < ids.len() || batches.is_empty() {
            batches.push(Vec::new());
            room = TOKENS;
        }
        room = room.saturating_sub(ids.len());
        batches.last_mut().context("a batch")?.push(ids);
    }
    Ok(std::fs::write(to, serde_json::to_vec(&batches)?)?)
}

fn serve(mut engine: Box<dyn Engine>, batches: &Batches) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "ready")?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line == "run" {
            for batch in batches {
                engine.logits(batch)?;
            }
            writeln!(out, "done")?;
        } else if let Some(file) = line.strip_prefix("logits ") {
            let mut bytes = Vec::new();
            for batch in batches {
                bytes.extend(engine.logits(batch)?.iter().flat_map(|v| v.to_le_bytes()));
            }
            std::fs::write(file, bytes)?;
            writeln!(out, "written")?;
        }
        out.flush()?;
    }
    Ok(())
}
