//! What computes the encoder: a packed batch of token ids in, logits of every head out. All else
//! (words, windows, decoding) is shared by whatever stands behind this trait.

use std::ops::Range;

/// Why a batch could not be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// A token id that the model has no vector for.
    #[error(
        "token id {id} is outside the model's vocabulary of {vocab}; do tokenizer and weights belong together?"
    )]
    TokenId {
        /// The id.
        id: u32,
        /// Size of the vocabulary.
        vocab: usize,
    },
    /// A sequence that does not fit the model.
    #[error("a sequence of {len} tokens is longer than the model's {max}")]
    TooLong {
        /// Its tokens.
        len: usize,
        /// The most that the model can take.
        max: usize,
    },
    /// A sequence without tokens.
    #[error("a sequence without tokens")]
    Empty,
    /// The library behind the backend failed.
    #[error("the backend {backend} failed: {reason}")]
    Library {
        /// Its name.
        backend: &'static str,
        /// What the library says.
        reason: String,
    },
}

/// The backends, whether compiled in or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BackendName {
    /// [`super::native`]: needs nothing, computes our own models.
    #[default]
    Native,
    /// libtorch through the crate `rust-bert` (cargo feature `rust-bert`): also models of others.
    RustBert,
    /// ONNX Runtime (cargo feature `onnx`): also exported models of others.
    Onnx,
}

impl BackendName {
    /// The name on the command line, which is that of the cargo feature too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::RustBert => "rust-bert",
            Self::Onnx => "onnx",
        }
    }
}

/// How the encoder calculates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Precision {
    /// 8-bit weights and activations, sums exact: several times faster.
    #[default]
    Int8,
    /// 32-bit floating point (of the same stored weights).
    Float32,
}

impl Precision {
    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::Float32 => "f32",
        }
    }
}

/// Token sequences, one after the other, without padding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    ids: Vec<u32>,
    ends: Vec<usize>,
}

impl Batch {
    /// Appends a sequence, with its special tokens.
    pub fn push(&mut self, ids: impl IntoIterator<Item = u32>) {
        self.ids.extend(ids);
        self.ends.push(self.ids.len());
    }

    /// Forgets all sequences and keeps the memory.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.ends.clear();
    }

    /// The tokens of all sequences.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Where each sequence stands in [`Batch::ids`].
    pub fn sequences(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        (0..self.ends.len()).map(|i| if i == 0 { 0 } else { self.ends[i - 1] }..self.ends[i])
    }

    /// Whether there is no sequence.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Checks that a model of `vocab` subwords and `max` positions can take every sequence.
    ///
    /// # Errors
    /// The first token or sequence that it cannot.
    pub fn check(&self, vocab: usize, max: usize) -> Result<(), BackendError> {
        if let Some(&id) = self.ids.iter().find(|&&id| id as usize >= vocab) {
            return Err(BackendError::TokenId { id, vocab });
        }
        self.sequences().try_for_each(|sequence| match sequence.len() {
            0 => Err(BackendError::Empty),
            len if len > max => Err(BackendError::TooLong { len, max }),
            _ => Ok(()),
        })
    }
}

/// What a backend says about a batch; the columns are those of [`super::model::Heads`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Logits {
    /// For every token, the logits of all token heads.
    pub token: Vec<f32>,
    /// For every sequence, the logits of all sequence heads.
    pub sequence: Vec<f32>,
}

/// Computes the encoder and its heads. Shared by all threads; whatever memory a computation needs
/// is kept inside and used again.
pub trait Backend: Send + Sync {
    /// Name on the command line.
    fn name(&self) -> &'static str;
    /// How it computes: precision and instruction set.
    fn description(&self) -> String;
    /// Fills `logits` for `batch`.
    ///
    /// # Errors
    /// Where a token or a sequence does not fit the model.
    fn run(&self, batch: &Batch, logits: &mut Logits) -> Result<(), BackendError>;
}
