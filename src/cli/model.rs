//! `dabir model`: what the model is, how it is computed on this machine, and whether it is whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use dabir::ner::model::{ModelFiles, Origin};
use dabir::ner::native::{left_out, named, processor_features};
use dabir::ner::{BackendName, Model, ModelOptions, Precision, Recognizer, onnx};

use super::Outcome;

/// Precisions, as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrecisionArg {
    /// 8-bit integers: several times faster
    Int8,
    /// 32-bit floating point
    F32,
}

/// Backends, as arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BackendArg {
    /// This program's own encoder
    Native,
    /// libtorch: also BERT, RoBERTa, XLM-R and ALBERT models of others (cargo feature rust-bert)
    RustBert,
    /// ONNX Runtime: also exported models of others (cargo feature onnx)
    Onnx,
}

/// Which model, and how it is computed.
#[derive(Debug, clap::Args)]
pub struct ModelArgs {
    /// Folder of another model [default: the one in the program]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    #[command(flatten)]
    pub computing: ComputingArgs,
}

/// How the encoder is computed.
#[derive(Debug, clap::Args)]
pub struct ComputingArgs {
    /// What computes the encoder
    #[arg(long, value_enum, default_value = "native", value_name = "NAME")]
    backend: BackendArg,
    /// How the encoder calculates
    #[arg(long, value_enum, default_value = "int8", value_name = "NAME")]
    precision: PrecisionArg,
}

impl ComputingArgs {
    /// The same for the library. The environment variable `DABIR_KERNEL` names the kernels of the
    /// native backend, for measurements.
    pub fn options(&self) -> Result<ModelOptions> {
        let precision = match self.precision {
            PrecisionArg::Int8 => Precision::Int8,
            PrecisionArg::F32 => Precision::Float32,
        };
        let backend = match self.backend {
            BackendArg::Native => BackendName::Native,
            BackendArg::RustBert => BackendName::RustBert,
            BackendArg::Onnx => BackendName::Onnx,
        };
        let kernels = match std::env::var("DABIR_KERNEL") {
            Ok(name) if !name.is_empty() => Some(named(&name).context("DABIR_KERNEL")?.name()),
            _ => None,
        };
        Ok(ModelOptions { backend, precision, kernels })
    }
}

impl ModelArgs {
    /// The files of the model.
    fn files(&self) -> Result<ModelFiles> {
        files(self.model.as_deref())
    }

    /// The model, ready to run.
    pub fn load(&self) -> Result<Model> {
        let options = self.computing.options()?;
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

/// The files in a folder, or those in the program.
fn files(folder: Option<&Path>) -> Result<ModelFiles> {
    Ok(match folder {
        Some(folder) => ModelFiles::read(folder)?,
        None => ModelFiles::embedded()?,
    })
}

/// Show, check or export the model
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
    /// Write it as an ONNX file
    Export(ExportArgs),
}

/// What is exported.
#[derive(Debug, clap::Args)]
struct ExportArgs {
    /// Folder of another model [default: the one in the program]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// File to write
    #[arg(long, value_name = "FILE")]
    onnx: PathBuf,
    /// Keep the weights as 8-bit integers, with activations quantized while it runs
    #[arg(long)]
    int8: bool,
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
        Action::Export(args) => {
            let files = files(args.model.as_deref())?;
            files.verify(&files.config()?)?;
            let precision = if args.int8 { Precision::Int8 } else { Precision::Float32 };
            let bytes = onnx::export(&files, precision)?;
            std::fs::write(&args.onnx, &bytes)
                .with_context(|| format!("cannot write {}", args.onnx.display()))?;
            writeln!(out, "{}: {:.1} MB", args.onnx.display(), bytes.len() as f64 / 1e6)?;
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
    let weights = match config.weights_sha256.as_str() {
        "" => "-".to_owned(),
        checksum => format!("sha256 {checksum}"),
    };
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
        ("size", format!("{:.1} MB", files.size() as f64 / 1e6)),
        ("weights", weights),
        ("tokenizer", format!("sha256 {}", config.tokenizer_sha256)),
        ("backend", format!("{} {}", model.backend().name(), model.backend().description())),
        ("processor", if features.is_empty() { "-".to_owned() } else { features.join(" ") }),
    ];
    for (name, value) in rows {
        writeln!(out, "{name:<10} {value}")?;
    }
    if let Some(what) = left_out() {
        writeln!(out, "{:<10} {what}", "not used")?;
    }
    for head in model.heads().iter() {
        writeln!(out, "{:<10} {}: {}", "head", head.name, head.labels.join(" "))?;
    }
    Ok(())
}
