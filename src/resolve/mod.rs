//! Who is who across documents: people, posts and organizations of a corpus of `dabir/1` records.
//!
//! A [`Resolver`] is given the records one by one and keeps only names and places, never a text. Names
//! are joined through the keys under which they are equal, so the time is linear in the number of
//! records, and the result does not depend on their order. Joining is conservative: what is not
//! certain enough for the threshold stays apart, and every joined record carries its evidence.
//!
//! ```
//! use dabir::{record::Record, resolve::{ResolveOptions, Resolver}};
//!
//! let mut resolver = Resolver::new(ResolveOptions::default());
//! for (id, role) in [("a", "وزیر کشور"), ("b", "وزير محترم كشور")] {
//!     let record: Record = serde_json::from_value(serde_json::json!({
//!         "schema": "dabir/1", "id": id, "format": "text", "text": "",
//!         "officials": [{"id": "p1", "name": "رحیم نیک‌پور", "role": role}],
//!     }))?;
//!     resolver.add(&record);
//! }
//! let resolution = resolver.finish();
//! assert_eq!((resolution.people.len(), resolution.posts.len()), (1, 1));
//! assert_eq!(resolution.post_of("a", "p1"), resolution.post_of("b", "p1"));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod bodies;
mod build;
mod names;
mod people;
mod posts;
mod resolution;
mod seen;
pub(crate) mod strings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::lexicon::Lexicon;
use crate::record::Record;

pub(crate) use resolution::id as stable_id;
pub use resolution::{Alias, Evidence, Holder, Occurrence, Organization, Person, Post, Resolution};

/// How records are joined.
#[derive(Debug, Clone)]
pub struct ResolveOptions {
    /// Only joins at least this sure are made, 0 to 1. A full name alone gives 0.7 (0.8 from three
    /// words on), with the same organization 0.9; a surname with the same office and
    /// organization 0.65; a listed other name 0.95.
    pub threshold: f32,
    /// The lexicon with other names of organizations and people; the built-in one where `None`.
    pub lexicon: Option<Arc<Lexicon>>,
}

impl Default for ResolveOptions {
    fn default() -> Self {
        Self { threshold: 0.6, lexicon: None }
    }
}

/// Takes the records of a corpus in, one by one.
#[derive(Debug, Default)]
pub struct Resolver {
    options: ResolveOptions,
    seen: seen::Seen,
}

impl Resolver {
    /// A resolver that has seen nothing.
    pub fn new(options: ResolveOptions) -> Self {
        Self { options, seen: seen::Seen::default() }
    }

    /// Takes a record in. A document whose id was seen before is left out, and `false` is given back.
    pub fn add(&mut self, record: &Record) -> bool {
        self.seen.add(record)
    }

    /// Number of documents taken in.
    pub fn documents(&self) -> usize {
        self.seen.documents.len()
    }

    /// Joins what was taken in.
    pub fn finish(self) -> Resolution {
        let lexicon = self.options.lexicon.as_deref().unwrap_or_else(|| Lexicon::builtin());
        let threshold = self.options.threshold.clamp(0.0, 1.0);
        let order = self.seen.ordered();
        let bodies = bodies::Bodies::join(&self.seen, &order, lexicon, threshold);
        let offices = posts::Offices::join(&self.seen, &order, lexicon, &bodies, threshold);
        let people = people::Joiner::new(&self.seen, lexicon, &offices, &bodies.of, threshold).join(&order);
        build::Builder { seen: &self.seen, lexicon, bodies: &bodies, offices: &offices, people: &people }
            .build()
    }
}
