//! `dabir search`: words in a database of annotated documents.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use dabir::write::sqlite::Search;

use super::Outcome;

/// Search the sentences of a database that `dabir export --to sqlite` made
///
/// Words are found in any spelling; "…" or «…» is a phrase, and a star ends the beginning of a word.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The database
    #[arg(value_name = "FILE.sqlite")]
    database: PathBuf,
    /// What to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// The most to show
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// How to print
    #[arg(long, value_enum, default_value = "text", value_name = "NAME")]
    format: FormatArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// Document, sentence, class and text
    Text,
    /// A JSON array
    Json,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let hits = Search::open(&args.database)?.find(&args.words.join(" "), args.limit)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        FormatArg::Json => {
            serde_json::to_writer_pretty(&mut out, &hits)?;
            writeln!(out)?;
        }
        FormatArg::Text => {
            for hit in &hits {
                let place = hit.sentence.map_or("title".to_owned(), |s| (s + 1).to_string());
                let class = hit.class.as_deref().unwrap_or("-");
                let text = hit.text.split_whitespace().collect::<Vec<_>>().join(" ");
                writeln!(out, "{}:{place}\t{class}\t{text}", hit.document)?;
            }
            if hits.is_empty() && io::stderr().is_terminal() {
                eprintln!("dabir: nothing found");
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}
