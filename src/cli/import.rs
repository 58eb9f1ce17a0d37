//! `dabir import`: what was corrected by hand comes back as `dabir/1`.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use dabir::eval::labels::LabelMap;
use dabir::exchange::load::{self, Loaded, Source};
use dabir::write::{json_line, whole::WholeFile};

use super::Outcome;
use super::run::{self, Tally};

/// Take annotations from other tools: writes one JSON object a line (schema dabir/1)
///
/// What comes back can be used as gold: `dabir eval corpus gold.jsonl annotated.jsonl`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or folders of the tool
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Which tool wrote them
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: FromArg,
    /// Other names of types: a TOML file with a table [map]
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// File to write; it appears when it is complete [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FromArg {
    /// brat standoff: a folder of .ann beside .txt
    Brat,
    /// doccano: JSON lines
    Doccano,
    /// Label Studio: its «JSON» export
    Labelstudio,
    /// Tagged tokens (CoNLL)
    Conll,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let source = match args.from {
        FromArg::Brat => Source::Brat,
        FromArg::Doccano => Source::Doccano,
        FromArg::Labelstudio => Source::LabelStudio,
        FromArg::Conll => Source::Conll,
    };
    let mut labels = LabelMap::built_in();
    if let Some(map) = &args.map {
        labels = labels.extend_from(map)?;
    }
    match &args.output {
        None => read(&args, source, &labels, &mut io::BufWriter::new(io::stdout().lock()))?.outcome(),
        Some(path) => {
            let at = || path.display().to_string();
            let mut file = WholeFile::create(path).with_context(at)?;
            let tally = read(&args, source, &labels, &mut file)?;
            let outcome = tally.outcome()?;
            file.finish().with_context(at)?;
            Ok(outcome)
        }
    }
}

fn read(args: &Args, source: Source, labels: &LabelMap, out: &mut impl Write) -> Result<Tally> {
    let mut tally = Tally::default();
    for input in &args.inputs {
        for file in load::files(source, input)? {
            for loaded in load::read(source, &file) {
                match loaded {
                    Err(error) => {
                        tally.failures += 1;
                        run::report(&error.to_string());
                    }
                    Ok(Loaded { origin, sheet, surface_differs }) => {
                        let record = sheet.into_record(labels);
                        for warning in &record.warnings {
                            run::report(&format!("{origin}: warning: {warning}"));
                        }
                        if surface_differs > 0 {
                            run::report(&format!(
                                "{origin}: warning: {surface_differs} spans were written with a text that does not \
                                 stand there; was the text changed?"
                            ));
                        }
                        json_line(out, &record)?;
                        tally.done += 1;
                    }
                }
            }
        }
    }
    out.flush()?;
    Ok(tally)
}
