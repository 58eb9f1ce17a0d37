//! A model: `config.json`, `tokenizer.json` and `model.safetensors`, in the binary or in a folder.

mod backends;
mod config;
mod error;
mod foreign;
#[cfg(test)]
mod tests;
mod weights;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use config::{Head, HeadKind, Heads, ModelConfig, SCHEMA, Special};
pub use error::ModelError;
pub use foreign::family;
pub use weights::Weights;

use super::backend::{Backend, BackendName, Precision};
use super::subwords::Subwords;

/// How a model is to be run.
#[derive(Debug, Clone, Copy, Default)]
pub struct ModelOptions {
    /// What computes the encoder.
    pub backend: BackendName,
    /// How the encoder calculates.
    pub precision: Precision,
    /// The instruction set of the native backend, by name; the fastest where none is given.
    pub kernels: Option<&'static str>,
}

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The binary itself.
    Embedded,
    /// A folder.
    Folder(PathBuf),
}

/// The files of a model: of ours the three named here; of one that the transformers library wrote
/// the first two, and the weights are read by the backend from the folder.
#[derive(Debug, Clone)]
pub struct ModelFiles {
    /// Where they come from.
    pub origin: Origin,
    /// `config.json`
    pub config: Cow<'static, [u8]>,
    /// `tokenizer.json`
    pub tokenizer: Cow<'static, [u8]>,
    /// `model.safetensors`; empty where another file of the folder holds the weights.
    pub weights: Cow<'static, [u8]>,
}

/// Files that hold the weights of other models, in the order in which they are looked for.
const OTHER_WEIGHTS: [&str; 3] = ["model.safetensors", "rust_model.ot", "model.onnx"];

#[cfg(embedded_model)]
macro_rules! embedded_file {
    ($name:literal) => {
        Cow::Borrowed(
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/dabir-fa/", $name)).as_slice(),
        )
    };
}

impl ModelFiles {
    /// The files in the binary.
    ///
    /// # Errors
    /// [`ModelError::NotEmbedded`] where it was built without.
    #[cfg(embedded_model)]
    pub fn embedded() -> Result<Self, ModelError> {
        Ok(Self {
            origin: Origin::Embedded,
            config: embedded_file!("config.json"),
            tokenizer: embedded_file!("tokenizer.json"),
            weights: embedded_file!("model.safetensors"),
        })
    }

    /// The files in the binary.
    ///
    /// # Errors
    /// [`ModelError::NotEmbedded`] where it was built without.
    #[cfg(not(embedded_model))]
    pub fn embedded() -> Result<Self, ModelError> {
        Err(ModelError::NotEmbedded)
    }

    /// The files in a folder.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let file = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map(Cow::Owned).map_err(|source| ModelError::Read { path, source })
        };
        let config = file("config.json")?;
        let exported = !folder.join("model.safetensors").is_file() && folder.join("model.onnx").is_file();
        let weights = if foreign::is_foreign(&config) || exported {
            Cow::Borrowed(&[][..])
        } else {
            file("model.safetensors")?
        };
        let origin = Origin::Folder(folder.to_owned());
        Ok(Self { origin, config, tokenizer: file("tokenizer.json")?, weights })
    }

    /// Whether the transformers library wrote the model.
    pub fn is_foreign(&self) -> bool {
        foreign::is_foreign(&self.config)
    }

    /// A file of the folder, if there is a folder and it has the file.
    pub fn other(&self, name: &str) -> Option<PathBuf> {
        match &self.origin {
            Origin::Embedded => None,
            Origin::Folder(folder) => Some(folder.join(name)).filter(|path| path.is_file()),
        }
    }

    /// Size of all files in bytes.
    pub fn size(&self) -> u64 {
        let read = (self.config.len() + self.tokenizer.len() + self.weights.len()) as u64;
        let other = || OTHER_WEIGHTS.into_iter().find_map(|name| self.other(name)?.metadata().ok());
        read + if self.weights.is_empty() { other().map_or(0, |m| m.len()) } else { 0 }
    }

    /// The configuration.
    ///
    /// # Errors
    /// Where `config.json` is not what this version reads.
    pub fn config(&self) -> Result<ModelConfig, ModelError> {
        if self.is_foreign() {
            let folder = match &self.origin {
                Origin::Embedded => None,
                Origin::Folder(folder) => folder.file_name(),
            };
            let name = folder.map_or_else(|| "model".into(), |name| name.to_string_lossy());
            return foreign::config(&self.config, &self.tokenizer, &name);
        }
        ModelConfig::parse(&self.config)
    }

    /// Compares the files with the checksums in `config.json`, where it has some.
    ///
    /// # Errors
    /// [`ModelError::Checksum`] names the file that differs.
    pub fn verify(&self, config: &ModelConfig) -> Result<(), ModelError> {
        let check = |file, bytes: &[u8], expected: &str| {
            let found: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
            if found.eq_ignore_ascii_case(expected) {
                Ok(())
            } else {
                Err(ModelError::Checksum { file, expected: expected.to_owned(), found })
            }
        };
        check("tokenizer.json", &self.tokenizer, &config.tokenizer_sha256)?;
        if self.weights.is_empty() {
            return Ok(());
        }
        check("model.safetensors", &self.weights, &config.weights_sha256)
    }
}

/// A model that is ready to run.
pub struct Model {
    origin: Origin,
    config: ModelConfig,
    heads: Heads,
    subwords: Subwords,
    backend: Box<dyn Backend>,
}

impl Model {
    /// The model in the binary. Its checksums are not compared here, since what guards the binary
    /// guards them; [`ModelFiles::verify`] does it.
    ///
    /// # Errors
    /// Where there is none, or it does not fit this version.
    pub fn embedded(options: ModelOptions) -> Result<Self, ModelError> {
        Self::build(ModelFiles::embedded()?, options)
    }

    /// The model in a folder; its checksums are compared.
    ///
    /// # Errors
    /// Where a file is missing, damaged, or does not fit this version.
    pub fn open(folder: &Path, options: ModelOptions) -> Result<Self, ModelError> {
        let files = ModelFiles::read(folder)?;
        files.verify(&files.config()?)?;
        Self::build(files, options)
    }

    /// Builds the model from its files.
    ///
    /// # Errors
    /// Where they do not fit together or this version.
    pub fn build(files: ModelFiles, options: ModelOptions) -> Result<Self, ModelError> {
        let config = files.config()?;
        let heads = config.heads()?;
        let (subwords, backend) = rayon::join(
            || Subwords::new(&files.tokenizer, &config),
            || backends::make(&files, &config, &heads, options),
        );
        Ok(Self { subwords: subwords?, backend: backend?, origin: files.origin, config, heads })
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Its configuration.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Its heads.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Its subwords.
    pub fn subwords(&self) -> &Subwords {
        &self.subwords
    }

    /// What computes it.
    pub fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("name", &self.config.name)
            .field("version", &self.config.version)
            .field("origin", &self.origin)
            .field("backend", &self.backend.description())
            .finish_non_exhaustive()
    }
}
