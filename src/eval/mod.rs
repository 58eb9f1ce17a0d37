//! Evaluation against labelled data: scores that say how strict they are and how sure, that do
//! not depend on the order of the input, and that can be saved and compared.
//!
//! Two kinds of data are scored. *Tagged tokens* ([`tagged`]) are what corpora of named entities
//! hold; [`ner`] scores them. *Labelled documents* ([`labelled`]) hold sentences, mentions,
//! officials and tasks; [`corpus`] scores them. Both count what is right in every sentence or
//! document ([`figures`]), so that [`bootstrap`] can say how sure a figure is, and both end in a
//! [`report`], which is shown by [`render`] and saved by [`baseline`].

pub mod agreement;
pub mod baseline;
pub mod bootstrap;
pub mod convention;
pub mod corpus;
pub mod differences;
pub mod error;
pub mod figures;
pub mod labelled;
pub mod labels;
pub mod matching;
pub mod ner;
pub mod render;
pub mod report;
pub mod spans;
pub mod summary;
pub mod tagged;
pub mod tags;
