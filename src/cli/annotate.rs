//! `dabir annotate`: documents to `dabir/1` JSON lines.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use dabir::write::journal::Output;

use super::Outcome;
use super::run::{self, FormatArg, Source, Stages};

/// Annotate documents: one JSON object a line (schema dabir/1)
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    stages: Stages,
    /// Format of the inputs [default: recognised from the content of each]
    #[arg(long, visible_alias = "input-format", value_enum, value_name = "NAME")]
    format: Option<FormatArg>,
    /// File to write; it appears when the run is complete [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Go on with an interrupted run of the same command
    #[arg(long, requires = "output")]
    resume: bool,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let outcome = |failures: usize, done: usize| match (failures, done) {
        (0, _) => Ok(Outcome::Done),
        (_, 0) => bail!("no document could be annotated"),
        _ => Ok(Outcome::Partly),
    };
    let mut done = 0;
    let Some(target) = &args.output else {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let failures = run::annotate(&args.source, &args.stages, args.format, 0, |result| {
            if let Ok(made) = result {
                done += 1;
                out.write_all(&made.line)?;
            }
            Ok(())
        })?;
        out.flush()?;
        return outcome(failures, done);
    };
    let (mut output, before) = Output::open(target, &signature(&args), args.resume)?;
    before.failures.iter().for_each(|failure| run::report(failure));
    done = before.inputs - before.failures.len();
    let failures = run::annotate(&args.source, &args.stages, args.format, before.inputs, |result| {
        done += usize::from(result.is_ok());
        Ok(output.input(result.as_ref().map(|made| made.line.as_slice()).map_err(String::as_str))?)
    })?;
    output.finish()?;
    outcome(failures + before.failures.len(), done)
}

/// What must be the same for a run to be gone on with. Threads and messages may differ.
fn signature(args: &Args) -> String {
    format!(
        "{} {:?} {:?} {:?} {:?}",
        env!("CARGO_PKG_VERSION"),
        args.source.inputs,
        args.source.encoding,
        args.format,
        args.stages
    )
}
