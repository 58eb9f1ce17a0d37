//! Puts the backend that was asked for behind a model's files.

use std::borrow::Cow;

use super::{BackendName, Heads, ModelConfig, ModelError, ModelFiles, ModelOptions, Weights, foreign};
use crate::ner::backend::Backend;
use crate::ner::native::{self, Native};

/// The backend of `options`, with the weights of `files`.
pub(super) fn make(
    files: &ModelFiles,
    config: &ModelConfig,
    heads: &Heads,
    options: ModelOptions,
) -> Result<Box<dyn Backend>, ModelError> {
    match options.backend {
        BackendName::Native => Ok(Box::new(native(files, config, heads, options)?)),
        #[cfg(feature = "rust-bert")]
        BackendName::RustBert => Ok(Box::new(crate::ner::rust_bert::RustBert::new(files, config, heads)?)),
        #[cfg(feature = "onnx")]
        BackendName::Onnx => {
            Ok(Box::new(crate::ner::onnx::Onnx::new(files, config, heads, options.precision)?))
        }
        #[cfg(not(all(feature = "rust-bert", feature = "onnx")))]
        other => Err(ModelError::NoBackend(other.name())),
    }
}

fn native(
    files: &ModelFiles,
    config: &ModelConfig,
    heads: &Heads,
    options: ModelOptions,
) -> Result<Native, ModelError> {
    if files.is_foreign() {
        return Err(foreign::unsuited(BackendName::Native, config));
    }
    let kernels = match options.kernels {
        None => native::best(),
        Some(asked) => native::named(asked)?,
    };
    const TABLE: &str = "embeddings.word_embeddings.weight";
    match &files.weights {
        // What is part of the program is not copied.
        Cow::Borrowed(bytes) => {
            let weights = Weights::new(bytes)?;
            let words = Cow::Borrowed(weights.int8(TABLE, config.vocab, config.hidden)?);
            Native::new(config, heads, &weights, words, options.precision, kernels)
        }
        Cow::Owned(bytes) => {
            let weights = Weights::new(bytes)?;
            let words = Cow::Owned(weights.int8(TABLE, config.vocab, config.hidden)?.to_vec());
            Native::new(config, heads, &weights, words, options.precision, kernels)
        }
    }
}
