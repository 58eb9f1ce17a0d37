//! Who is who in a document: offices, the persons that hold them, the bodies that they belong to.

mod body;
mod cover;
#[cfg(test)]
mod examples;
mod find;
mod grammar;
mod joints;
mod link;
#[cfg(test)]
mod marked;
mod merge;
mod parts;
mod persons;
mod reading;
mod records;
mod repair;
mod repeat;
mod resolve;
mod subject;
mod tenure;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::document::Document;
use crate::lexicon::Lexicon;
use crate::pipeline::{Layer, Stage, StageError};

pub(crate) use link::office_key;
pub(crate) use persons::{joined, name_key};
use reading::Reading;
pub use resolve::{Speakers, resolve, resolve_with_lexicon, speaker_at};

/// The stage that adds `ROLE` mentions, [`Document::officials`] and [`Document::organizations`].
#[derive(Debug, Clone, Default)]
pub struct OfficialsStage {
    lexicon: Option<Arc<Lexicon>>,
}

impl OfficialsStage {
    /// A stage that uses this lexicon in place of the built-in one.
    pub fn with_lexicon(lexicon: Arc<Lexicon>) -> Self {
        Self { lexicon: Some(lexicon) }
    }

    fn lexicon(&self) -> &Lexicon {
        self.lexicon.as_deref().unwrap_or_else(|| Lexicon::builtin())
    }
}

impl Stage for OfficialsStage {
    fn name(&self) -> &'static str {
        "officials"
    }

    fn needs(&self) -> &'static [Layer] {
        &[Layer::Sentences, Layer::Mentions]
    }

    fn gives(&self) -> &'static [Layer] {
        &[Layer::Officials]
    }

    fn run(&self, document: &mut Document) -> Result<(), StageError> {
        let lexicon = self.lexicon();
        let mut mentions = std::mem::take(&mut document.mentions);
        let (officials, organizations) = {
            let mut reading = Reading::new(document, lexicon);
            reading.lay(mentions.iter().enumerate().map(|(i, m)| (i, m.kind, m.span)));
            repair::repair(&reading, &mut mentions);
            reading.lay(mentions.iter().enumerate().map(|(i, m)| (i, m.kind, m.span)));
            let offices = find::offices(&reading);
            merge::merge(&reading, &offices, &mut mentions);
            repair::complete(&reading, &mut mentions);
            mentions.sort_by_key(|m| (m.span.start, usize::MAX - m.span.end, m.kind));
            reading.lay(mentions.iter().enumerate().map(|(i, m)| (i, m.kind, m.span)));
            records::records(&reading, &mut mentions)
        };
        document.mentions = mentions;
        document.officials = officials;
        document.organizations = organizations;
        Ok(())
    }
}
