//! Snapshots of how the sample documents are read and cut: any change of blocks, sentences or words
//! shows as a diff to be looked at.

use std::fmt::Write;
use std::path::PathBuf;

use dabir::normalize::Normalizer;
use dabir::pipeline::Pipeline;
use dabir::read::{Inputs, Options};
use dabir::segment::Segmenter;

#[test]
fn samples_are_cut_as_before() -> Result<(), Box<dyn std::error::Error>> {
    let pipeline = Pipeline::new(vec![Box::new(Normalizer::default()), Box::new(Segmenter)])?;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("datasets/samples");
    for input in Inputs::new(&[folder], Options::default())? {
        let mut document = input.read(Options::default())?;
        pipeline.annotate(&mut document)?;
        let mut out = String::new();
        writeln!(out, "{:?} {:#?}", document.format, document.meta)?;
        for (i, block) in document.blocks.iter().enumerate() {
            write!(out, "\n[{:?}", block.kind)?;
            if let Some(row) = block.row {
                write!(out, " row {row}")?;
            }
            if let Some(role) = block.role {
                write!(out, " {role:?}")?;
            }
            writeln!(out, "] {}", document.surface(block.span))?;
            for sentence in document.sentences.iter().filter(|s| s.block == i) {
                let words: Vec<&str> = sentence.words.clone().map(|w| document.word(w)).collect();
                let kind = if sentence.fragment { '·' } else { '—' };
                writeln!(out, "  {kind} {}", words.join("|"))?;
            }
        }
        insta::assert_snapshot!(document.id.clone(), out);
    }
    Ok(())
}
