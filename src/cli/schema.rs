//! `dabir schema`: the JSON Schema of what `annotate` writes.

use std::io::{self, Write};

use anyhow::Result;

use super::Outcome;

/// Print the JSON Schema of the output (dabir/1)
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the subcommand.
pub fn run(_: &Args) -> Result<Outcome> {
    io::stdout().lock().write_all(dabir::record::JSON_SCHEMA.as_bytes())?;
    Ok(Outcome::Done)
}
