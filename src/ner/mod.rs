//! The recognizer: a small transformer encoder with several heads that tags the words of each
//! sentence and says what the sentence states. The rest of the pipeline weighs it against rules.

pub mod backend;
mod cut;
mod decode;
pub mod model;
pub mod native;
pub mod onnx;
#[cfg(any(test, feature = "onnx", feature = "rust-bert"))]
mod padded;
mod pool;
mod recognizer;
#[cfg(feature = "rust-bert")]
pub mod rust_bert;
mod subwords;
mod window;

pub use backend::{Backend, BackendError, BackendName, Batch, Logits, Precision};
pub use model::{HeadKind, Model, ModelError, ModelOptions};
pub use recognizer::{RecognizeError, Recognizer};
pub use subwords::Subwords;
