//! The recognizer: a small transformer encoder with several heads that tags the words of each
//! sentence and says what the sentence states. The rest of the pipeline weighs it against rules.

pub mod backend;
mod cut;
mod decode;
pub mod model;
pub mod native;
mod recognizer;
mod subwords;
mod window;

pub use backend::{Backend, BackendError, Batch, Logits, Precision};
pub use model::{HeadKind, Model, ModelError, ModelOptions};
pub use recognizer::{RecognizeError, Recognizer};
pub use subwords::Subwords;
