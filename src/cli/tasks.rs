//! `dabir tasks`: the table of who must do what by when.

use std::io::{self, IsTerminal, Write};

use anyhow::{Result, bail};
use clap::ValueEnum;
use dabir::write::tasks as table;

use super::Outcome;
use super::run::{self, FormatArg, Source, Stages};

/// Print the tasks of documents as a table: what, who, by when
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    stages: Stages,
    /// Format of the inputs [default: recognised from the content of each]
    #[arg(long, value_enum, value_name = "NAME")]
    input_format: Option<FormatArg>,
    /// How to print the tasks
    #[arg(long, value_enum, default_value = "table", value_name = "NAME")]
    format: TableFormat,
    /// In minutes with a table of resolutions, also the tasks of the narrative
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// A table for the terminal
    Table,
    /// Comma-separated values with all columns
    Csv,
    /// A JSON array
    Json,
    /// A Markdown table
    Md,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let mut rows = Vec::new();
    let mut done = 0;
    let failures = run::annotate(&args.source, &args.stages, args.input_format, 0, |result| {
        if let Ok(made) = result {
            done += 1;
            rows.extend(table::rows(&made.record, args.all));
        }
        Ok(())
    })?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        TableFormat::Table => {
            let terminal = io::stdout().is_terminal();
            let width = if terminal { console::Term::stdout().size().1 } else { 140 };
            writeln!(out, "{}", table::terminal(&rows, width, terminal))?;
        }
        TableFormat::Csv => table::csv(&mut out, &rows)?,
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
        TableFormat::Md => table::markdown(&mut out, &rows)?,
    }
    out.flush()?;
    match (failures, done) {
        (0, _) => Ok(Outcome::Done),
        (_, 0) => bail!("no document could be annotated"),
        _ => Ok(Outcome::Partly),
    }
}
