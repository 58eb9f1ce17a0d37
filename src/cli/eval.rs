//! `dabir eval`: scores against labelled data, agreement of annotators, baselines.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use dabir::eval::agreement::{corpus_agreement, tagged_agreement};
use dabir::eval::baseline::Baseline;
use dabir::eval::bootstrap::{Draws, paired};
use dabir::eval::convention::{self, Choice};
use dabir::eval::corpus::differences::corpus_differences;
use dabir::eval::corpus::{CorpusOptions, score_corpus};
use dabir::eval::differences::{Difference, differences_page, ner_differences, worst};
use dabir::eval::labelled::{Collection, load, load_predictions};
use dabir::eval::labels::LabelMap;
use dabir::eval::ner::{NerOptions, Types, score_ner};
use dabir::eval::render::{Form, render};
use dabir::eval::report::{Report, Sides};
use dabir::eval::summary::{add_agreement, corpus_report, ner_report, paired_note, paired_table};
use dabir::eval::tagged::Tagged;
use dabir::eval::tags::{Reading, TagScheme};
use dabir::ner::{BackendName, HeadKind, Model, Recognizer};
use rayon::prelude::*;

use super::Outcome;
use super::model::ComputingArgs;

/// Score predictions against labelled data
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Ner(Ner),
    Corpus(Corpus),
    Agreement(Agreement),
}

/// Score named entities in tagged tokens (BIO, BIOES, IO; columns by tab, space or |)
#[derive(Debug, clap::Args)]
struct Ner {
    /// Gold: a token and its tag a line, sentences separated by empty lines
    gold: PathBuf,
    /// Prediction: the same tokens with other tags [default: the recognizer tags gold's tokens]
    pred: Option<PathBuf>,
    /// Another prediction to compare with: which is better, and how sure
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Folder of the recognizer's model, instead of the built-in one
    #[arg(long, value_name = "DIR", conflicts_with = "pred")]
    model: Option<PathBuf>,
    /// Which of the model's heads tags [default: that of gold's corpus, told by its type names]
    #[arg(long, value_name = "NAME", conflicts_with = "pred")]
    head: Option<String>,
    #[command(flatten)]
    computing: ComputingArgs,
    /// Scheme of the tags
    #[arg(long, value_enum, default_value = "auto", value_name = "NAME")]
    scheme: SchemeArg,
    /// How tags are read for exact, partial and type; strict and lenient have their own reading
    #[arg(long, value_enum, default_value = "strict", value_name = "NAME")]
    reading: ReadingArg,
    #[command(flatten)]
    labels: Labels,
    #[command(flatten)]
    shown: Shown,
}

/// Score annotated documents: sentences, mentions, officials, tasks, deadlines
#[derive(Debug, clap::Args)]
struct Corpus {
    /// Gold: a folder or file of dabir/1, offsets-only JSON, brat, doccano, or marked news exports
    gold: PathBuf,
    /// Prediction: the output of `dabir annotate`
    pred: PathBuf,
    /// Another prediction to compare with: which is better, and how sure
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Leave documents without a prediction out, instead of counting their gold as missed
    #[arg(long)]
    skip_missing: bool,
    #[command(flatten)]
    labels: Labels,
    #[command(flatten)]
    shown: Shown,
}

/// Compare two annotators: Cohen's kappa, F1 between them, and where they differ
#[derive(Debug, clap::Args)]
struct Agreement {
    /// What the first annotator made: tagged tokens, or documents in any form of gold
    first: PathBuf,
    /// What the second made of the same
    second: PathBuf,
    #[command(flatten)]
    labels: Labels,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, clap::Args)]
struct Labels {
    /// Table of type names (TOML, `[map]`, written = "scored"), added to the built-in one
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Take type names as they are written
    #[arg(long, conflicts_with = "map")]
    no_map: bool,
    /// Types to score, separated by commas, or `all` [default: those that occur in gold]
    #[arg(long, value_name = "LIST")]
    types: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Shown {
    /// Form of the report
    #[arg(long, value_enum, default_value = "table", value_name = "NAME")]
    format: FormArg,
    /// Draws of the bootstrap for intervals; 0: none
    #[arg(long, default_value_t = 1000, value_name = "N")]
    bootstrap: usize,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Show the N worst documents or sentences with what was missed and what was too much
    #[arg(long, value_name = "N")]
    errors: Option<usize>,
    /// Write the worst documents or sentences (--errors, or else 100) as a page of its own
    #[arg(long, value_name = "FILE")]
    errors_html: Option<PathBuf>,
    /// Save the figures, to be compared with later
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Compare with saved figures; exit status 1 where one fell
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// How many points (hundredths) a figure may fall below the baseline
    #[arg(long, default_value_t = 0.5, value_name = "POINTS", requires = "baseline")]
    max_drop: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormArg {
    /// Aligned columns for the terminal
    Table,
    /// One JSON object
    Json,
    /// Markdown tables
    Md,
    /// A page of its own
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemeArg {
    /// Told from the tags
    Auto,
    /// B- on every first token (IOB2)
    Bio,
    /// BIO with E- and S-; BILOU likewise
    Bioes,
    /// No mark of the beginning
    Io,
    /// B- only between neighbours of one type
    Iob1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReadingArg {
    /// Only what the scheme allows
    Strict,
    /// As conlleval
    Lenient,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    match args.what {
        What::Ner(args) => ner(&args),
        What::Corpus(args) => corpus(&args),
        What::Agreement(args) => agreement(&args),
    }
}

fn ner(args: &Ner) -> Result<Outcome> {
    let options = NerOptions {
        labels: args.labels.map()?,
        types: args.labels.types(),
        reading: match args.reading {
            ReadingArg::Strict => Reading::Strict,
            ReadingArg::Lenient => Reading::Lenient,
        },
        scheme: args.scheme.into(),
    };
    let gold = Tagged::read(&args.gold)?;
    let (pred, choice) = match &args.pred {
        Some(pred) => (Tagged::read(pred)?, None),
        None => {
            let (pred, choice) = recognize(&gold, args)?;
            (pred, Some(choice))
        }
    };
    let score = score_ner(&gold, &pred, &options)?;
    let draws = args.shown.draws();
    let mut report = ner_report(title(&gold.name(), &pred.name()), &score, draws);
    if let Some(Choice { head, reason }) = choice {
        report.notes.insert(0, format!("tagged by the head {head}: {reason}"));
    }
    let differing = gold.check_parallel(&pred)?;
    if differing > 0 {
        report.notes.push(format!("{differing} tokens are written differently in the two files"));
    }
    if let Some(against) = &args.against {
        let other = Tagged::read(against)?;
        // Both are scored on the same types, or else their numbers could not be compared.
        let options = NerOptions { types: Types::Only(score.types.clone()), ..options.clone() };
        let other_score = score_ner(&gold, &other, &options)?;
        let figures = score.figures();
        let compared = paired(&score.sample, &other_score.sample, &figures, draws);
        report.notes.extend(paired_note(&figures, &compared));
        report.tables.insert(1, paired_table(&figures, &compared, &pred.name(), &other.name()));
    }
    args.shown.finish(report, || Ok(ner_differences(&gold, &pred, &options)?), false)
}

/// What the recognizer says about gold's tokens, and the head that says it.
fn recognize(gold: &Tagged, args: &Ner) -> Result<(Tagged, Choice)> {
    let options = args.computing.options()?;
    let model = match &args.model {
        Some(folder) => Model::open(folder, options)
            .with_context(|| format!("cannot use the model in {}", folder.display()))?,
        None => Model::embedded(options).context("no prediction was given, and the built-in model fails")?,
    };
    let how = match options.backend {
        BackendName::Native => options.precision.name(),
        other => other.name(),
    };
    let choice = match &args.head {
        Some(head) => Choice { head: head.clone(), reason: "as asked".to_owned() },
        None => convention::choose(gold.kinds(), |name| model.heads().get(name, HeadKind::Token).is_some()),
    };
    let name = format!("{} ({how}, head {})", model.config().name, choice.head);
    let recognizer = Recognizer::new(model)?;
    let sentences: Vec<Vec<&str>> = (0..gold.sentences()).map(|s| gold.tokens_of(s).collect()).collect();
    // Enough sentences for full batches, few enough that all cores have some.
    let parts: Vec<Vec<Vec<String>>> = sentences
        .par_chunks(64)
        .map(|part| recognizer.tag_sentences(part, &choice.head))
        .collect::<Result<_, _>>()?;
    Ok((gold.with_tags(&name, &parts.concat())?, choice))
}

fn corpus(args: &Corpus) -> Result<Outcome> {
    let labels = args.labels.map()?;
    let pred = load_predictions(&args.pred)?;
    let gold = load(&args.gold, &labels, &pred)?;
    let mut options = CorpusOptions { types: args.labels.types(), skip_missing: args.skip_missing };
    let score = score_corpus(&gold, &pred, &options)?;
    let draws = args.shown.draws();
    let name = |path: &Path| path.display().to_string();
    let mut report = corpus_report(title(&name(&args.gold), &name(&args.pred)), &score, draws);
    if let Some(against) = &args.against {
        options.types = Types::Only(score.types.clone());
        let other = score_corpus(&gold, &load_predictions(against)?, &options)?;
        anyhow::ensure!(
            other.documents == score.documents,
            "{} and {} do not hold the same documents; they cannot be compared with --skip-missing",
            args.pred.display(),
            against.display()
        );
        // Cells are numbered by name, and a prediction alone can bring no cell that gold lacks.
        let figures = score.figures();
        let compared = paired(&score.sample, &other.sample, &figures, draws);
        report.tables.insert(0, paired_table(&figures, &compared, &name(&args.pred), &name(against)));
    }
    let failed = !score.missing.is_empty() && !args.skip_missing;
    args.shown.finish(report, || Ok(corpus_differences(&gold, &pred, &options)), failed)
}

fn agreement(args: &Agreement) -> Result<Outcome> {
    let labels = args.labels.map()?;
    let name = |path: &Path| path.display().to_string();
    let heading = format!("{} and {}", name(&args.first), name(&args.second));
    let draws = args.shown.draws();
    let (mut report, differences): (Report, Vec<Difference>) = if is_tagged(&args.first) {
        let (first, second) = (Tagged::read(&args.first)?, Tagged::read(&args.second)?);
        let types = if args.labels.types.is_some() { args.labels.types() } else { Types::All };
        let options = NerOptions { labels, types, ..NerOptions::default() };
        let score = score_ner(&first, &second, &options)?;
        let mut report = ner_report(heading, &score, draws);
        add_agreement(&mut report, &tagged_agreement(&first, &second)?);
        (report, ner_differences(&first, &second, &options)?)
    } else {
        // Either side may lend the other its texts.
        let none = Collection::new();
        let (first, second) = match load(&args.first, &labels, &none) {
            Ok(first) => {
                let second = load(&args.second, &labels, &first)?;
                (first, second)
            }
            Err(_) => {
                let second = load(&args.second, &labels, &none)?;
                (load(&args.first, &labels, &second)?, second)
            }
        };
        let types = if args.labels.types.is_some() { args.labels.types() } else { Types::All };
        let options = CorpusOptions { types, skip_missing: true };
        let score = score_corpus(&first, &second, &options)?;
        let mut report = corpus_report(heading, &score, draws);
        add_agreement(&mut report, &corpus_agreement(&first, &second, &score.types));
        (report, corpus_differences(&first, &second, &options))
    };
    report
        .notes
        .insert(0, "F1: the first annotator stands as gold; the other way round it is the same".into());
    report.sides = Sides { gold: "first".into(), pred: "second".into() };
    let listed = args.shown.errors.or(Some(20));
    args.shown.finish_with(report, || Ok(differences), false, listed)
}

/// Whether a file holds tagged tokens, and no documents.
fn is_tagged(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    path.is_file() && !matches!(extension.as_str(), "json" | "jsonl" | "ann")
}

fn title(gold: &str, pred: &str) -> String {
    format!("{pred} against {gold}")
}

impl Labels {
    fn map(&self) -> Result<LabelMap> {
        match &self.map {
            _ if self.no_map => Ok(LabelMap::as_written()),
            Some(path) => Ok(LabelMap::built_in().extend_from(path)?),
            None => Ok(LabelMap::built_in()),
        }
    }

    fn types(&self) -> Types {
        match self.types.as_deref() {
            None => Types::OfGold,
            Some("all") => Types::All,
            Some(list) => {
                let names: BTreeSet<&str> =
                    list.split(',').map(str::trim).filter(|t| !t.is_empty()).collect();
                Types::Only(names.into_iter().map(str::to_owned).collect())
            }
        }
    }
}

impl Shown {
    fn draws(&self) -> Draws {
        Draws { number: self.bootstrap, seed: self.seed }
    }

    fn finish(
        &self,
        report: Report,
        differences: impl FnOnce() -> Result<Vec<Difference>>,
        failed: bool,
    ) -> Result<Outcome> {
        self.finish_with(report, differences, failed, self.errors)
    }

    /// Shows and saves the report, and says whether a figure fell. `listed`: how many of the worst
    /// go into the report.
    fn finish_with(
        &self,
        mut report: Report,
        differences: impl FnOnce() -> Result<Vec<Difference>>,
        failed: bool,
        listed: Option<usize>,
    ) -> Result<Outcome> {
        if listed.is_some() || self.errors_html.is_some() {
            let all = worst(differences()?, listed.unwrap_or(0).max(self.errors.unwrap_or(100)));
            if let Some(path) = &self.errors_html {
                let number = self.errors.unwrap_or(100).min(all.len());
                std::fs::write(path, differences_page(&report.title, &all[..number], &report.sides))
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
            report.differences = worst(all, listed.unwrap_or(0));
        }
        let form = match self.format {
            FormArg::Table => Form::Table,
            FormArg::Json => Form::Json,
            FormArg::Md => Form::Markdown,
            FormArg::Html => Form::Html,
        };
        let mut out = std::io::stdout().lock();
        out.write_all(render(&report, form).as_bytes())?;
        out.flush()?;
        // The baseline is read before the new one is saved: both may be the same file.
        let fallen = match &self.baseline {
            Some(path) => Baseline::load(path)?.falls(&report, self.max_drop),
            None => Vec::new(),
        };
        for fall in &fallen {
            let now = fall.now.map_or("is not measured any more".to_owned(), |n| {
                format!("is {:.2}, {:.2} points less", 100.0 * n, 100.0 * (fall.was - n))
            });
            eprintln!("dabir: {} was {:.2} and {now}", fall.name, 100.0 * fall.was);
        }
        if !fallen.is_empty() {
            eprintln!(
                "dabir: {} figures fell by more than {} points; see them above, or save new ones with --save",
                fallen.len(),
                self.max_drop
            );
            return Ok(Outcome::Partly);
        }
        if let Some(path) = &self.save {
            Baseline::of(&report).save(path)?;
        }
        Ok(if failed { Outcome::Partly } else { Outcome::Done })
    }
}

impl From<SchemeArg> for Option<TagScheme> {
    fn from(scheme: SchemeArg) -> Self {
        match scheme {
            SchemeArg::Auto => None,
            SchemeArg::Bio => Some(TagScheme::Bio),
            SchemeArg::Bioes => Some(TagScheme::Bioes),
            SchemeArg::Io => Some(TagScheme::Io),
            SchemeArg::Iob1 => Some(TagScheme::Iob1),
        }
    }
}
