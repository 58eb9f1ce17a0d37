//! Evaluation against labelled data: scores that say how strict they are and how sure, that do
//! not depend on the order of the input, and that can be saved and compared.

pub mod bootstrap;
pub mod error;
pub mod figures;
pub mod labelled;
pub mod labels;
pub mod matching;
pub mod ner;
pub mod spans;
pub mod tagged;
pub mod tags;
