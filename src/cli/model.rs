//! `dabir model`: what the model is, how it is computed on this machine, and whether it is whole.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use dabir::ner::model::{ModelFiles, Origin};
use dabir::ner::native::processor_features;
use dabir::ner::{Model, ModelOptions, Precision, Recognizer};

use super::Outcome;

/// Precisions, as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrecisionArg {
    /// 8-bit integers: several times faster
    Int8,
    /// 32-bit floating point
    F32,
}

/// Which model, and how it is computed.
#[derive(Debug, clap::Args)]
pub struct ModelArgs {
    /// Folder of another model [default: the one in the program]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// How the encoder calculates
    #[arg(long, value_enum, default_value = "int8", value_name = "NAME")]
    pub precision: PrecisionArg,
}

impl ModelArgs {
    /// The files of the model.
    fn files(&self) -> Result<ModelFiles> {
        Ok(match &self.model {
            Some(folder) => ModelFiles::read(folder)?,
            None => ModelFiles::embedded()?,
        })
    }

    /// The model, ready to run.
    pub fn load(&self) -> Result<Model> {
        let precision = match self.precision {
            PrecisionArg::Int8 => Precision::Int8,
            PrecisionArg::F32 => Precision::Float32,
        };
        let options = ModelOptions { precision, ..ModelOptions::default() };
        Ok(match &self.model {
            Some(folder) => Model::open(folder, options)
                .with_context(|| format!("cannot use the model in {}", folder.display()))?,
            None => Model::embedded(options)?,
        })
    }

    /// The recognizer of the model.
    pub fn recognizer(&self) -> Result<Recognizer> {
        Ok(Recognizer::new(self.load()?)?)
    }
}

/// Show or check the model
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show name, labels, sizes, and how it is computed on this machine
    Info(ModelArgs),
    /// Compare its files with their checksums and load it
    Verify(ModelArgs),
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let mut out = io::stdout().lock();
    match args.action {
        Action::Info(model) => info(&model, &mut out)?,
        Action::Verify(model) => {
            let files = model.files()?;
            let config = files.config()?;
            files.verify(&config)?;
            model.load()?;
            writeln!(out, "{} {}: whole; checksums and shapes are right", config.name, config.version)?;
        }
    }
    Ok(Outcome::Done)
}

fn info(args: &ModelArgs, out: &mut impl Write) -> Result<()> {
    let files = args.files()?;
    let model = args.load()?;
    let config = model.config();
    let origin = match model.origin() {
        Origin::Embedded => "in the program".to_owned(),
        Origin::Folder(folder) => folder.display().to_string(),
    };
    let bytes = files.config.len() + files.tokenizer.len() + files.weights.len();
    let features = processor_features();
    let rows = [
        ("model", format!("{} {}", config.name, config.version)),
        ("from", origin),
        ("schema", config.schema.clone()),
        (
            "encoder",
            format!(
                "{} layers, {} wide, {} attention heads, {} in between",
                config.layers, config.hidden, config.attention_heads, config.intermediate
            ),
        ),
        ("subwords", config.vocab.to_string()),
        ("positions", config.max_positions.to_string()),
        ("size", format!("{:.1} MB", bytes as f64 / 1e6)),
        ("weights", format!("sha256 {}", config.weights_sha256)),
        ("tokenizer", format!("sha256 {}", config.tokenizer_sha256)),
        ("backend", format!("{} {}", model.backend().name(), model.backend().description())),
        ("processor", if features.is_empty() { "-".to_owned() } else { features.join(" ") }),
    ];
    for (name, value) in rows {
        writeln!(out, "{name:<10} {value}")?;
    }
    for head in model.heads().iter() {
        writeln!(out, "{:<10} {}: {}", "head", head.name, head.labels.join(" "))?;
    }
    Ok(())
}
