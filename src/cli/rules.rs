//! `dabir rules`: check, list, test and count the rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use dabir::document::SentenceClass;
use dabir::read::{Inputs, Options};
use dabir::span::{CharIndex, CharSpan};
use dabir::tasks::{RuleError, RuleSet, analyses, run_examples};
use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report};

use super::Outcome;
use super::run::Stages;

/// Check, list, test and count the rules that find tasks
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile the rules and say what is wrong with them
    Check {
        /// Folder of rule files that replace or extend the built-in ones
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Print all rules as a Markdown table
    List {
        /// Folder of rule files that replace or extend the built-in ones
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Run the examples of all rules
    Test {
        /// Folder of rule files that replace or extend the built-in ones
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Count how often each rule fires in a labelled folder, and how often its class is right
    Coverage {
        /// Folder with documents and, beside each, its labels (NAME.gold.json or NAME.json)
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        stages: Stages,
    },
    /// Fit the weights that tell who does an act, or by whose will, on labelled documents, and print the file
    Fit {
        /// Which weights: those of doers.toml, of issuers.toml or of deadlines.toml
        #[arg(value_name = "WHICH")]
        slot: super::fit::Which,
        /// Folder with documents and, beside each, its labels (NAME.gold.json or NAME.json)
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Folder of labelled documents that the recognizer has not learned from, to weigh its opinion on;
        /// on documents that it has learned from it seems surer than it is [default: DIR]
        #[arg(long, value_name = "DIR")]
        held_out: Vec<PathBuf>,
        #[command(flatten)]
        stages: Stages,
    },
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::Check { rules } => {
            let rules = load(rules.as_deref())?;
            println!("{} rules and {} slot patterns: fine", rules.rules.len(), rules.slots.len());
            Ok(Outcome::Done)
        }
        Command::List { rules } => {
            list(&load(rules.as_deref())?);
            Ok(Outcome::Done)
        }
        Command::Test { rules } => test(&load(rules.as_deref())?),
        Command::Coverage { folder, stages } => coverage(&folder, &stages),
        Command::Fit { slot, folder, held_out, stages } => {
            super::fit::run(slot.into(), &folder, &held_out, &stages)
        }
    }
}

/// The rules of the package, with those of a folder where one is given. A mistake in a rule file is
/// shown with the file, the line and a pointer to the place.
pub fn load(folder: Option<&Path>) -> Result<RuleSet> {
    let rules = match folder {
        Some(folder) => RuleSet::with_folder(folder),
        None => RuleSet::built_in(),
    };
    rules.map_err(|e| anyhow::Error::new(Shown(report(*e))))
}

/// A report as an error: what the command line prints as it stands.
#[derive(Debug, thiserror::Error)]
#[error("{0:?}")]
pub struct Shown(Report);

fn report(error: RuleError) -> Report {
    let label = LabeledSpan::new_primary_with_span(Some(error.what.clone()), error.span.clone());
    let diagnostic = MietteDiagnostic::new(format!("rules cannot be used: {}:{}", error.file, error.line));
    Report::new(diagnostic.with_label(label))
        .with_source_code(NamedSource::new(error.file, error.source_text))
}

fn list(rules: &RuleSet) {
    println!("| rule | class | priority | pattern | source of knowledge |");
    println!("|---|---|---|---|---|");
    let cell = |text: &str| text.replace('|', "\\|");
    for rule in &rules.rules {
        let patterns = rule.written.iter().map(|p| format!("`{}`", cell(p))).collect::<Vec<_>>().join("<br>");
        println!(
            "| {} | {} | {:.0} | {patterns} | {} |",
            rule.id,
            rule.class.name(),
            rule.priority,
            cell(&rule.note)
        );
    }
    for slot in &rules.slots {
        let patterns = slot.written.iter().map(|p| format!("`{}`", cell(p))).collect::<Vec<_>>().join("<br>");
        println!("| {} | – | {:.0} | {patterns} | {} |", slot.id, slot.priority, cell(&slot.note));
    }
}

fn test(rules: &RuleSet) -> Result<Outcome> {
    let failures = run_examples(rules);
    for f in &failures {
        println!("{}: {} «{}»: {}", f.file, f.rule, f.text, f.what);
    }
    let examples = |matches: usize, others: usize| matches + others;
    let all: usize = rules.rules.iter().map(|r| examples(r.examples.len(), r.counterexamples.len())).sum();
    let slots: usize = rules.slots.iter().map(|s| examples(s.examples.len(), s.counterexamples.len())).sum();
    println!("{} rules, {} examples, {} failures", rules.len(), all + slots, failures.len());
    Ok(if failures.is_empty() { Outcome::Done } else { Outcome::Partly })
}

/// How often a rule fired, how often its class was the gold class, how often it decided, and how
/// often the decision was right.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    fired: usize,
    agreed: usize,
    decided: usize,
    right: usize,
}

#[derive(serde::Deserialize)]
struct Gold {
    sentences: Vec<(usize, usize, SentenceClass)>,
}

fn coverage(folder: &Path, stages: &Stages) -> Result<Outcome> {
    let rules = load(stages.rules.as_deref())?;
    let pipeline = stages.build()?;
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut documents = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let Some(gold) = labels(&path)? else { continue };
        for input in Inputs::new(&[path], Options::default())? {
            let mut document = input.read(Options::default())?;
            pipeline.annotate(&mut document)?;
            documents += 1;
            let text = CharIndex::new(document.text());
            for (index, _, analysis) in analyses(&rules, &document) {
                let span = text.to_chars(document.text(), document.sentences[index].span);
                let Some(class) = class_at(&gold, span) else { continue };
                let mut seen = Vec::new();
                for firing in &analysis.fired {
                    let Some(rule) = rules.rules.get(firing.rule).filter(|_| !seen.contains(&firing.rule))
                    else {
                        continue;
                    };
                    seen.push(firing.rule);
                    let count = counts.entry(rule.id.clone()).or_default();
                    count.fired += 1;
                    count.agreed += usize::from(rule.class == class);
                }
                if let Some(id) = analysis.rule_id(&rules) {
                    let count = counts.entry(id).or_default();
                    count.decided += 1;
                    count.right += usize::from(analysis.class == class);
                }
            }
        }
    }
    if documents == 0 {
        bail!("{} holds no document with labels beside it (NAME.gold.json or NAME.json)", folder.display());
    }
    println!("| rule | fired | its class | decided | rightly |");
    println!("|---|---|---|---|---|");
    for rule in &rules.rules {
        counts.entry(rule.id.clone()).or_default();
    }
    for (id, c) in &counts {
        println!("| {id} | {} | {} | {} | {} |", c.fired, c.agreed, c.decided, c.right);
    }
    Ok(Outcome::Done)
}

/// The labels beside a document.
fn labels(path: &Path) -> Result<Option<Gold>> {
    if path.extension().is_none_or(|e| e == "json" || e == "jsonl") {
        return Ok(None);
    }
    for extension in ["gold.json", "json"] {
        let file = path.with_extension(extension);
        if file.exists() {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            return serde_json::from_str(&text)
                .map(Some)
                .with_context(|| format!("{} holds no labels of sentences", file.display()));
        }
    }
    Ok(None)
}

/// The gold class of the sentence that shares most with a span.
fn class_at(gold: &Gold, span: CharSpan) -> Option<SentenceClass> {
    let shared = |s: usize, e: usize| e.min(span.end).saturating_sub(s.max(span.start));
    let best = gold.sentences.iter().max_by_key(|(s, e, _)| shared(*s, *e))?;
    (shared(best.0, best.1) > 0).then_some(best.2)
}
