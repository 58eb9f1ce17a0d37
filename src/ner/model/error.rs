//! What can be wrong with a model.

use std::path::PathBuf;

/// Why a model could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The binary was built without a model.
    #[error("this dabir was built without a model inside; give the folder of one with --model DIR")]
    NotEmbedded,
    /// A file of the model could not be read.
    #[error("cannot read {path} of the model: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// `config.json` is not what this version reads.
    #[error("config.json of the model: {0}")]
    Config(String),
    /// A file is not the one that `config.json` was written for.
    #[error(
        "{file} of the model is damaged or belongs to another model: its SHA-256 is {found}, config.json says {expected}"
    )]
    Checksum {
        /// File name.
        file: &'static str,
        /// What the configuration says.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// `model.safetensors` lacks something or holds it in another form.
    #[error("model.safetensors: {0}")]
    Weights(String),
    /// `tokenizer.json` cannot be used.
    #[error("tokenizer.json of the model: {0}")]
    Tokenizer(String),
    /// The backend was not compiled in.
    #[error(
        "this dabir was built without the backend {0}; build it with `cargo build --release --features {0}` (see the README), or leave --backend out"
    )]
    NoBackend(&'static str),
    /// The backend cannot compute a model of this kind.
    #[error("the backend {backend} cannot compute {what}; {instead}")]
    Unsuited {
        /// The backend.
        backend: &'static str,
        /// The kind of model.
        what: String,
        /// What to do.
        instead: &'static str,
    },
    /// The library behind the backend cannot be used or does not take the model.
    #[error("the backend {backend}: {reason}")]
    Library {
        /// The backend.
        backend: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The processor lacks the kernels that were asked for.
    #[error("no kernels named {asked:?} on this machine; there are: {available}")]
    Kernels {
        /// What was asked for.
        asked: String,
        /// What there is.
        available: String,
    },
}
