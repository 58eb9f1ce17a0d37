//! `dabir graph`: annotated documents to one graph, in the format of the tool that will read it.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use dabir::calendar::Date;
use dabir::document::Format;
use dabir::graph::{Builder, Filter, NodeKind};
use dabir::read::{Input, Inputs, Options};
use dabir::resolve::ResolveOptions;
use dabir::write::graph::{GraphFormat, write};
use rayon::prelude::*;

use super::Outcome;
use super::run;

/// Build one graph of people, posts, organizations, places, tasks, documents and meetings
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Annotated documents: what `dabir annotate` writes, or - for standard input
    #[arg(required = true, value_name = "ANNOTATED.jsonl")]
    inputs: Vec<PathBuf>,
    /// File to write, or folder for neo4j and parquet
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Format [default: by the extension: .graphml .gexf .dot .gv .ttl .jsonld .ftm.json .neo4j .parquet]
    #[arg(long, value_enum, value_name = "NAME")]
    format: Option<FormatArg>,
    /// Leave out what is less sure than this, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.0, value_parser = run::score)]
    min_score: f32,
    /// Only nodes of these kinds (person, post, organization, place, task, document, meeting)
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_enum)]
    types: Vec<KindArg>,
    /// Only what documents of this day or later say (1402-01-31 or 2023-04-20)
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Date>,
    /// Only what documents of this day or earlier say
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Date>,
    /// Only what is near the nodes of this name or id
    #[arg(long, value_name = "NAME")]
    ego: Option<String>,
    /// How many edges away from them
    #[arg(long, value_name = "N", default_value_t = 1, requires = "ego")]
    hops: usize,
    /// Join names over documents only where it is at least this sure, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = ResolveOptions::default().threshold, value_parser = run::score)]
    threshold: f32,
    /// Names to know besides the built-in ones: lines of TYPE, kind, name, other|names
    #[arg(long, value_name = "FILE")]
    lexicon: Option<PathBuf>,
    /// No message about what was made
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// GraphML: NetworkX, igraph, yEd, Gephi
    Graphml,
    /// GEXF 1.3: Gephi
    Gexf,
    /// Graphviz
    Dot,
    /// Folder of CSV files for neo4j-admin, with a Cypher script
    Neo4j,
    /// RDF, Turtle
    Turtle,
    /// RDF, JSON-LD
    Jsonld,
    /// FollowTheMoney entities, JSON lines
    Ftm,
    /// Folder of Parquet tables
    Parquet,
}

impl From<FormatArg> for GraphFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Graphml => Self::GraphMl,
            FormatArg::Gexf => Self::Gexf,
            FormatArg::Dot => Self::Dot,
            FormatArg::Neo4j => Self::Neo4j,
            FormatArg::Turtle => Self::Turtle,
            FormatArg::Jsonld => Self::JsonLd,
            FormatArg::Ftm => Self::FollowTheMoney,
            FormatArg::Parquet => Self::Parquet,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindArg {
    Person,
    Post,
    Organization,
    Place,
    Task,
    Document,
    Meeting,
}

impl From<KindArg> for NodeKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Person => Self::Person,
            KindArg::Post => Self::Post,
            KindArg::Organization => Self::Organization,
            KindArg::Place => Self::Place,
            KindArg::Task => Self::Task,
            KindArg::Document => Self::Document,
            KindArg::Meeting => Self::Meeting,
        }
    }
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "no such day; expected 1402-01-31 or 2023-04-20".to_owned())
}

/// Records that are parsed at the same time.
const BATCH: usize = 256;

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let Some(format) = args.format.map(GraphFormat::from).or_else(|| GraphFormat::of_path(&args.output))
    else {
        bail!(
            "{}: the extension names no format of graphs; give one with --format (see `dabir graph --help`)",
            args.output.display()
        );
    };
    let lexicon = run::lexicon(args.lexicon.as_deref())?;
    let mut builder = Builder::new(ResolveOptions { threshold: args.threshold, lexicon });
    let (mut done, mut failures) = (0, 0);
    let read = Options { format: Some(Format::Jsonl), ..Options::default() };
    let mut inputs = Inputs::new(&args.inputs, read)?;
    loop {
        let batch: Vec<Input> = inputs.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        let records: Vec<_> = batch
            .into_par_iter()
            .map(|input| {
                let origin = input.origin.clone();
                (origin, input.into_record())
            })
            .collect();
        for (origin, record) in records {
            match record {
                Ok(record) if builder.add(&record) => done += 1,
                Ok(record) => {
                    failures += 1;
                    run::report(&format!(
                        "{origin}: a document with the id {:?} was read before; give it another id",
                        record.id
                    ));
                }
                Err(error) => {
                    failures += 1;
                    run::report(&format!("{origin}: {error}"));
                }
            }
        }
    }
    if done == 0 {
        bail!("no document could be read");
    }
    let filter = Filter {
        min_score: args.min_score,
        kinds: args.types.iter().map(|&kind| kind.into()).collect(),
        since: args.since,
        until: args.until,
        ego: args.ego.map(|name| (name, args.hops)),
    };
    let graph = filter.apply(builder.finish())?;
    write(&graph, format, &args.output).context("cannot write the graph")?;
    if !args.quiet {
        eprintln!(
            "dabir: {}: {} nodes and {} edges from {done} documents",
            args.output.display(),
            graph.nodes.len(),
            graph.edges.len()
        );
    }
    Ok(if failures == 0 { Outcome::Done } else { Outcome::Partly })
}
