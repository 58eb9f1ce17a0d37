//! Stages and how they are put together. A stage adds layers to a document; the pipeline checks,
//! when it is built, that every stage finds the layers that it needs.

use crate::document::Document;

/// A layer of annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// [`Document::view`].
    View,
    /// [`Document::sentences`] and [`Document::words`].
    Sentences,
    /// [`Document::mentions`] of the recognizer, and the sentences' predictions.
    Mentions,
    /// [`Document::officials`], [`Document::organizations`] and `ROLE` mentions.
    Officials,
    /// [`Document::tasks`] and the sentences' classes.
    Tasks,
}

/// Why a stage gave up on a document.
#[derive(Debug, thiserror::Error)]
#[error("{stage}: {reason}")]
pub struct StageError {
    /// Name of the stage.
    pub stage: &'static str,
    /// What went wrong, and what to do.
    pub reason: String,
}

/// One step of the way: takes a document, adds its layers.
pub trait Stage: Send + Sync {
    /// Name for messages and benches.
    fn name(&self) -> &'static str;
    /// Layers that must be there before.
    fn needs(&self) -> &'static [Layer];
    /// Layers that are there afterwards.
    fn gives(&self) -> &'static [Layer];
    /// Does the work. Must be a function of the document alone: no clock, no randomness, no order
    /// of threads.
    ///
    /// # Errors
    /// Where the document cannot be worked on; the run reports it and goes on with the next.
    fn run(&self, document: &mut Document) -> Result<(), StageError>;
}
