//! `dabir follow-up`: the same task from meeting to meeting.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Result;
use dabir::worklist::threads::{Options, threads};
use dabir::worklist::{self, Item};
use dabir::write::threads as table;

use super::Outcome;
use super::run;
use super::tasks::{FilterArgs, TableFormat};

/// Follow tasks from meeting to meeting: the same task of the same body is one thread
///
/// Two tasks are the same where the same body set them, the same one must do them, and their acts are
/// alike; each step shows how alike and by which words. A filter keeps a thread where any of its steps
/// fits.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Annotated documents (dabir/1), or - for standard input
    #[arg(required = true, value_name = "ANNOTATED")]
    inputs: Vec<PathBuf>,
    /// How to print the threads
    #[arg(long, value_enum, default_value = "table", value_name = "NAME")]
    format: TableFormat,
    /// Least similarity of two acts, 0 to 1
    #[arg(long, default_value_t = Options::default().similarity, value_name = "N", value_parser = similarity)]
    similarity: f64,
    /// Also tasks that appear only once
    #[arg(long)]
    single: bool,
    /// In minutes with a table of resolutions, also the tasks of the narrative
    #[arg(long)]
    all: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

fn similarity(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "expected a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("expected a number from 0 to 1".into()) }
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let mut items: Vec<Item> = Vec::new();
    let tally = run::read_records(&args.inputs, args.quiet, |record| {
        items.extend(worklist::items(&record, args.all));
        Ok(())
    })?;
    let filter = args.filter.filter();
    let mut found = threads(items, Options { similarity: args.similarity });
    found.retain(|t| (args.single || t.steps.len() > 1) && t.steps.iter().any(|s| filter.admits(&s.item)));
    let rows = table::rows(&found, args.filter.as_of());
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        TableFormat::Table => {
            let terminal = io::stdout().is_terminal();
            let width = if terminal { console::Term::stdout().size().1 } else { 140 };
            table::terminal(&mut out, &rows, width, terminal)?;
            if rows.is_empty() {
                run::report("no task appears in two documents of one body");
            }
        }
        TableFormat::Md => table::markdown(&mut out, &rows)?,
        TableFormat::Csv => table::csv(&mut out, &rows)?,
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    tally.outcome()
}
