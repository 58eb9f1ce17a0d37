//! One graph over a corpus of `dabir/1` records: people, posts, organizations, places, tasks, documents
//! and meetings, and what the texts say joins them. Every edge carries its evidence: document, place in
//! code points, score. [`crate::write::graph`] writes it in the formats of the tools that people use.
//!
//! Records stream by; what is kept of them are numbers and interned strings. Ids depend only on what they
//! name, and everything is sorted, so that the same corpus in any order gives the same bytes.

mod build;
mod filter;
mod join;
mod kinds;
mod model;
mod parts;
mod places;
mod seen;
#[cfg(test)]
pub(crate) mod tests;
mod text;

pub use build::Builder;
pub use filter::{EgoError, Filter};
pub use kinds::{EdgeKind, NodeKind, Property, ValueType};
pub use model::{Edge, Evidence, Graph, Node, Source, Tenure, Value};
pub use text::one_line;
