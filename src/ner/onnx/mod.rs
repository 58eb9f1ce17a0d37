//! Models in the ONNX format: ours written to it, and (feature `onnx`) any token classifier of that
//! format computed by ONNX Runtime.

mod export;
mod proto;
#[cfg(feature = "onnx")]
mod session;

pub use export::export;
#[cfg(feature = "onnx")]
pub use session::Onnx;

/// Name of the output with a row of logits for every token.
const LOGITS: &str = "logits";
/// Name of the output with a row of logits for every sequence.
const SEQUENCE_LOGITS: &str = "sequence_logits";
