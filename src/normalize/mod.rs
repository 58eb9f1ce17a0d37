//! The normalized view of a text, with an alignment both ways. The text itself is never changed.

mod aligned;

pub use aligned::{Aligned, Builder};
