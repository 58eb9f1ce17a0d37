//! Subcommands, one file each. They turn arguments into calls of the library and results into exit
//! statuses: 0 = all fine, 1 = some documents failed, 2 = wrong usage or nothing could be done.

mod annotate;
mod eval;
mod explain;
mod export;
mod fit;
mod follow_up;
mod graph;
mod import;
mod model;
mod resolve;
mod rules;
mod run;
mod schema;
mod search;
mod tasks;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Reads Persian government news and meeting minutes and writes down who must do what by when.
#[derive(Debug, Parser)]
#[command(name = "dabir", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Annotate(annotate::Args),
    Model(model::Args),
    Eval(Box<eval::Args>),
    Explain(explain::Args),
    Graph(Box<graph::Args>),
    Resolve(resolve::Args),
    Rules(rules::Args),
    Tasks(tasks::Args),
    FollowUp(follow_up::Args),
    Export(Box<export::Args>),
    Import(import::Args),
    Search(search::Args),
    Schema(schema::Args),
}

/// What a subcommand did, as an exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything that was asked for.
    Done,
    /// Some documents failed, or a measure fell.
    Partly,
}

/// Parses the arguments and runs the subcommand.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Annotate(args) => annotate::run(args),
        Command::Model(args) => model::run(args),
        Command::Eval(args) => eval::run(*args),
        Command::Explain(args) => explain::run(args),
        Command::Graph(args) => graph::run(*args),
        Command::Resolve(args) => resolve::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Tasks(args) => tasks::run(args),
        Command::FollowUp(args) => follow_up::run(args),
        Command::Export(args) => export::run(*args),
        Command::Import(args) => import::run(args),
        Command::Search(args) => search::run(args),
        Command::Schema(args) => schema::run(&args),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast::<rules::Shown>() {
                Ok(report) => eprintln!("{report}"),
                Err(error) => eprintln!("dabir: {error:#}"),
            }
            ExitCode::from(2)
        }
    }
}

/// Whether the reader of our output has gone away, which is its right.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let kind = kind.or_else(|| cause.downcast_ref::<csv::Error>().and_then(csv_io).map(io::Error::kind));
        kind == Some(io::ErrorKind::BrokenPipe)
    })
}

fn csv_io(error: &csv::Error) -> Option<&io::Error> {
    match error.kind() {
        csv::ErrorKind::Io(error) => Some(error),
        _ => None,
    }
}
