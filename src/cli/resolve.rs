//! `dabir resolve`: the people, posts and organizations of a corpus of annotated documents.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use dabir::record::Record;
use dabir::resolve::{Resolution, ResolveOptions, Resolver};
use dabir::write::entities;

use super::Outcome;

/// Join people, posts and organizations over annotated documents
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Annotated documents (the output of `annotate`), or - for standard input
    #[arg(required = true, value_name = "ANNOTATED")]
    inputs: Vec<PathBuf>,
    /// File to write; it appears when it is complete [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to print the entities
    #[arg(long, value_enum, default_value = "jsonl", value_name = "NAME")]
    format: EntityFormat,
    /// Join only where it is at least this sure, 0 to 1: a surname with the same post gives 0.65, a
    /// full name alone 0.7, with the same organization 0.9, a listed other name 0.95
    #[arg(long, default_value = "0.6", value_name = "SCORE", value_parser = super::run::score)]
    threshold: f32,
    /// Names to know besides the built-in ones: lines of TYPE, kind, name, other|names
    #[arg(long, value_name = "FILE")]
    lexicon: Option<PathBuf>,
    /// No messages about single lines
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EntityFormat {
    /// One JSON object a line (schema dabir-entities/1)
    Jsonl,
    /// A table for the terminal
    Table,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let lexicon = super::run::lexicon(args.lexicon.as_deref())?;
    let mut resolver = Resolver::new(ResolveOptions { threshold: args.threshold, lexicon });
    let mut failures = 0;
    for input in &args.inputs {
        failures += read(input, &mut resolver, args.quiet)?;
    }
    if resolver.documents() == 0 {
        bail!("no annotated document could be read; expected the output of `dabir annotate`");
    }
    let resolution = resolver.finish();
    match &args.output {
        None => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            write(&mut out, &resolution, args.format)?;
            out.flush()?;
        }
        Some(target) => {
            let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let failed = || format!("cannot write {}", target.display());
            let file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
            let mut out = io::BufWriter::new(file);
            write(&mut out, &resolution, args.format)?;
            let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(failed)?;
            file.as_file().sync_all().with_context(failed)?;
            file.persist(target).map_err(|e| e.error).with_context(failed)?;
        }
    }
    Ok(if failures == 0 { Outcome::Done } else { Outcome::Partly })
}

fn write(out: &mut impl Write, resolution: &Resolution, format: EntityFormat) -> io::Result<()> {
    match format {
        EntityFormat::Jsonl => entities::json_lines(out, resolution),
        EntityFormat::Table => {
            let terminal = io::stdout().is_terminal();
            let width = if terminal { console::Term::stdout().size().1 } else { 140 };
            writeln!(out, "{}", entities::table(resolution, width, terminal))
        }
    }
}

/// Takes the records of one input in; gives the number of lines that failed.
fn read(input: &Path, resolver: &mut Resolver, quiet: bool) -> Result<usize> {
    let standard = input.as_os_str() == "-";
    let origin = if standard { "<stdin>".to_owned() } else { input.display().to_string() };
    let mut reader: Box<dyn BufRead> = if standard {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(input).with_context(|| format!("cannot read {origin}"))?))
    };
    let mut failures = 0;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).with_context(|| format!("cannot read {origin}"))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Record>(&line) {
            Ok(record) if resolver.add(&record) => {}
            Ok(record) => {
                failures += 1;
                if !quiet {
                    eprintln!(
                        "dabir: {origin}:{number}: a document «{}» was read before; left out",
                        record.id
                    );
                }
            }
            Err(error) => {
                failures += 1;
                if !quiet {
                    eprintln!("dabir: {origin}:{number}: no dabir/1 record: {error}");
                }
            }
        }
    }
    Ok(failures)
}
