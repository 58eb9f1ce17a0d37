//! What all subcommands that annotate share: inputs, the pipeline, threads, progress, failures.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use dabir::document::Format;
use dabir::lexicon::Lexicon;
use dabir::normalize::Normalizer;
use dabir::officials::OfficialsStage;
use dabir::pipeline::{Annotated, Pipeline, annotate_all};
use dabir::read::{Encoding, Input, Inputs, Options};
use dabir::record::Record;
use dabir::segment::Segmenter;
use dabir::tasks::TaskStage;
use indicatif::{ProgressBar, ProgressStyle};

use super::Outcome;
use super::model::ModelArgs;

/// Input formats, as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// `###` header, `@@@` line, numbered sentences
    News,
    /// Tab-separated form with a table of resolutions
    Minutes,
    /// A page
    Html,
    /// Plain text
    Text,
    /// One JSON object a line, with `text`
    Jsonl,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::News => Self::News,
            FormatArg::Minutes => Self::Minutes,
            FormatArg::Html => Self::Html,
            FormatArg::Text => Self::Text,
            FormatArg::Jsonl => Self::Jsonl,
        }
    }
}

/// Encodings, as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EncodingArg {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// Windows-1256, Arabic
    #[value(name = "windows-1256", alias = "cp1256")]
    Windows1256,
    /// UTF-16
    #[value(name = "utf-16")]
    Utf16,
}

/// Inputs and how they are worked on.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// Files, folders (searched for .txt, .tsv, .html, .jsonl …), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Encoding of the inputs
    #[arg(long, value_enum, default_value = "utf-8", value_name = "NAME")]
    pub encoding: EncodingArg,
    /// Documents worked on at the same time [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// No progress bar and no messages about single documents
    #[arg(long, short)]
    pub quiet: bool,
}

impl Source {
    /// How the inputs are read.
    pub fn options(&self, format: Option<FormatArg>) -> Options {
        let encoding = match self.encoding {
            EncodingArg::Utf8 => Encoding::Utf8,
            EncodingArg::Windows1256 => Encoding::Windows1256,
            EncodingArg::Utf16 => Encoding::Utf16,
        };
        Options { format: format.map(Format::from), encoding }
    }

    fn pool(&self) -> Result<rayon::ThreadPool> {
        let threads = match self.threads {
            Some(threads) => threads.into(),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start the threads")
    }
}

/// The pipeline with all its stages.
#[derive(Debug, clap::Args)]
pub struct Stages {
    #[command(flatten)]
    pub model: ModelArgs,
    /// Names to know besides the built-in ones: lines of TYPE, kind, name, other|names
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// Folder of rule files that replace or extend the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

impl Stages {
    /// Builds it.
    pub fn build(&self) -> Result<Pipeline> {
        let (recognizer, (officials, tasks)) =
            rayon::join(|| self.model.recognizer(), || rayon::join(|| self.officials(), || self.tasks()));
        Ok(Pipeline::new(vec![
            Box::new(Normalizer::default()),
            Box::new(Segmenter),
            Box::new(recognizer?),
            Box::new(officials?),
            Box::new(tasks?),
        ])?)
    }

    fn officials(&self) -> Result<OfficialsStage> {
        Ok(lexicon(self.lexicon.as_deref())?
            .map_or_else(OfficialsStage::default, OfficialsStage::with_lexicon))
    }

    fn tasks(&self) -> Result<TaskStage> {
        Ok(TaskStage::new(super::rules::load(self.rules.as_deref())?))
    }
}

/// The built-in lexicon with the names of a user's file, where one is given.
pub fn lexicon(file: Option<&Path>) -> Result<Option<Arc<Lexicon>>> {
    let Some(file) = file else { return Ok(None) };
    let mut lexicon = Lexicon::builtin().clone();
    lexicon.extend_from(file)?;
    Ok(Some(Arc::new(lexicon)))
}

/// Reads a score of the command line.
pub fn score(text: &str) -> Result<f32, String> {
    let score = text.parse().ok().filter(|score| (0.0..=1.0).contains(score));
    score.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// Annotates all inputs but the first `skip`; hands the records to `sink` in order, and the
/// failures, which it also reports. Gives the number of failures.
pub fn annotate(
    source: &Source,
    stages: &Stages,
    format: Option<FormatArg>,
    skip: usize,
    mut sink: impl FnMut(Result<Made, String>) -> Result<()>,
) -> Result<usize> {
    let options = source.options(format);
    let inputs = Inputs::new(&source.inputs, options)?;
    let files = inputs.files();
    let pool = source.pool()?;
    let pipeline = pool.install(|| stages.build())?;
    let bar = progress(source.quiet, files);
    let mut failures = 0;
    let make = |document: dabir::document::Document| {
        let record = Record::from(&document);
        let mut line = Vec::with_capacity(record.text.len() * 4);
        // Writing to memory cannot fail, and a record always has a JSON form.
        let written = dabir::write::json_line(&mut line, &record).map_err(|e| e.to_string());
        written.map(|()| Made { record, line })
    };
    annotate_all(&pipeline, inputs.skip(skip), options, &pool, make, |Annotated { origin, result }| {
        bar.inc(1);
        let outcome = match result {
            Ok(made) => made.map_err(|e| format!("{origin}: {e}")),
            Err(error) => Err(format!("{origin}: {error}")),
        };
        if let Err(failure) = &outcome {
            failures += 1;
            bar.suspend(|| report(failure));
        } else if let Ok(made) = &outcome {
            warn(source, &bar, &origin, &made.record);
        }
        sink(outcome)
    })?;
    bar.finish_and_clear();
    Ok(failures)
}

/// Like [`annotate`], but documents that were annotated before (`dabir/1` records) are taken as they
/// are: the pipeline is only built where there is a text to annotate.
pub fn annotate_or_read(
    source: &Source,
    stages: &Stages,
    format: Option<FormatArg>,
    mut sink: impl FnMut(Record) -> Result<()>,
) -> Result<Tally> {
    let options = source.options(format);
    let inputs = Inputs::new(&source.inputs, options)?;
    let bar = progress(source.quiet, inputs.files());
    let mut inputs = inputs.peekable();
    let mut built = None;
    let mut tally = Tally::default();
    while let Some(next) = inputs.peek() {
        if next.is_annotated() {
            let Some(input) = inputs.next() else { break };
            tally.take(input, &bar, &mut sink)?;
            continue;
        }
        if built.is_none() {
            let pool = source.pool()?;
            built = Some((pool.install(|| stages.build())?, pool));
        }
        let Some((pipeline, pool)) = &built else { break };
        let texts = std::iter::from_fn(|| inputs.next_if(|i| !i.is_annotated()));
        annotate_all(
            pipeline,
            texts,
            options,
            pool,
            |d| Record::from(&d),
            |Annotated { origin, result }| {
                bar.inc(1);
                match result {
                    Ok(record) => {
                        tally.done += 1;
                        warn(source, &bar, &origin, &record);
                        sink(record)
                    }
                    Err(error) => {
                        tally.failures += 1;
                        bar.suspend(|| report(&format!("{origin}: {error}")));
                        Ok(())
                    }
                }
            },
        )?;
    }
    bar.finish_and_clear();
    Ok(tally)
}

/// Reads documents that were annotated before; anything else is a failure.
pub fn read_records(
    paths: &[PathBuf],
    quiet: bool,
    mut sink: impl FnMut(Record) -> Result<()>,
) -> Result<Tally> {
    let options = Options { format: Some(Format::Jsonl), ..Options::default() };
    let inputs = Inputs::new(paths, options)?;
    let bar = progress(quiet, inputs.files());
    let mut tally = Tally::default();
    for input in inputs {
        tally.take(input, &bar, &mut sink)?;
    }
    bar.finish_and_clear();
    Ok(tally)
}

fn warn(source: &Source, bar: &ProgressBar, origin: &str, record: &Record) {
    if !source.quiet {
        for warning in &record.warnings {
            bar.suspend(|| eprintln!("dabir: {origin}: warning: {warning}"));
        }
    }
}

/// How many documents went well, and how many did not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Documents handed on.
    pub done: usize,
    /// Documents reported and left out.
    pub failures: usize,
}

impl Tally {
    /// Hands an annotated document on, or reports why it is none.
    fn take(
        &mut self,
        input: Input,
        bar: &ProgressBar,
        sink: &mut impl FnMut(Record) -> Result<()>,
    ) -> Result<()> {
        let origin = input.origin.clone();
        bar.inc(1);
        match input.into_record() {
            Ok(record) => {
                self.done += 1;
                sink(record)
            }
            Err(error) => {
                self.failures += 1;
                bar.suspend(|| report(&format!("{origin}: {error}")));
                Ok(())
            }
        }
    }

    /// The exit status that follows.
    pub fn outcome(self) -> Result<Outcome> {
        match (self.failures, self.done) {
            (0, _) => Ok(Outcome::Done),
            (_, 0) => bail!("no document could be read"),
            _ => Ok(Outcome::Partly),
        }
    }
}

/// An annotated document and its line of JSON.
pub struct Made {
    /// The record.
    pub record: Record,
    /// Its line.
    pub line: Vec<u8>,
}

/// Tells of a document that failed.
pub fn report(failure: &str) {
    eprintln!("dabir: {failure}");
}

fn progress(quiet: bool, files: usize) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    // The number of records in a file is not known before it was read.
    let bar = if files > 1 { ProgressBar::new(files as u64) } else { ProgressBar::no_length() };
    let style =
        ProgressStyle::with_template("{spinner} {human_pos} documents {wide_bar} {per_sec} {elapsed}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
