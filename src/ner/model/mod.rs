//! A model: `config.json`, `tokenizer.json` and `model.safetensors`, in the binary or in a folder.

mod config;
mod error;
#[cfg(test)]
mod tests;
mod weights;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use config::{Head, HeadKind, Heads, ModelConfig, SCHEMA, Special};
pub use error::ModelError;
pub use weights::Weights;

use super::backend::{Backend, Precision};
use super::native::{self, Native};
use super::subwords::Subwords;

/// How a model is to be run.
#[derive(Debug, Clone, Copy, Default)]
pub struct ModelOptions {
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

/// The three files of a model.
#[derive(Debug, Clone)]
pub struct ModelFiles {
    /// Where they come from.
    pub origin: Origin,
    /// `config.json`
    pub config: Cow<'static, [u8]>,
    /// `tokenizer.json`
    pub tokenizer: Cow<'static, [u8]>,
    /// `model.safetensors`
    pub weights: Cow<'static, [u8]>,
}

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
        Ok(Self {
            origin: Origin::Folder(folder.to_owned()),
            config: file("config.json")?,
            tokenizer: file("tokenizer.json")?,
            weights: file("model.safetensors")?,
        })
    }

    /// The configuration.
    ///
    /// # Errors
    /// Where `config.json` is not what this version reads.
    pub fn config(&self) -> Result<ModelConfig, ModelError> {
        ModelConfig::parse(&self.config)
    }

    /// Compares the files with the checksums in `config.json`.
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
        let subwords = Subwords::new(&files.tokenizer, &config)?;
        let kernels = match options.kernels {
            None => native::best(),
            Some(asked) => {
                let available = native::available();
                let names = || available.iter().map(|k| k.name()).collect::<Vec<_>>().join(", ");
                let found = available.iter().find(|k| k.name() == asked).copied();
                found.ok_or_else(|| ModelError::Kernels { asked: asked.to_owned(), available: names() })?
            }
        };
        let table = |weights: &Weights<'static>| {
            weights.int8("embeddings.word_embeddings.weight", config.vocab, config.hidden)
        };
        let backend = match &files.weights {
            Cow::Borrowed(bytes) => {
                let weights = Weights::new(bytes)?;
                let words = Cow::Borrowed(table(&weights)?);
                Native::new(&config, &heads, &weights, words, options.precision, kernels)?
            }
            Cow::Owned(bytes) => {
                let weights = Weights::new(bytes)?;
                let words = weights.int8("embeddings.word_embeddings.weight", config.vocab, config.hidden)?;
                let words = Cow::Owned(words.to_vec());
                Native::new(&config, &heads, &weights, words, options.precision, kernels)?
            }
        };
        Ok(Self { origin: files.origin, config, heads, subwords, backend: Box::new(backend) })
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
