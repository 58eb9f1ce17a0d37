//! From records to a graph, one record at a time.

use super::join::Joiner;
use super::model::Graph;
use super::seen::Seen;
use crate::lexicon::Lexicon;
use crate::record::Record;
use crate::resolve::{ResolveOptions, Resolver};

/// Builds a [`Graph`] from records that are given one by one, in any order: the order changes nothing.
#[derive(Debug, Default)]
pub struct Builder {
    resolver: Resolver,
    options: ResolveOptions,
    seen: Seen,
}

impl Builder {
    /// A builder that has seen nothing.
    pub fn new(options: ResolveOptions) -> Self {
        Self { resolver: Resolver::new(options.clone()), options, seen: Seen::default() }
    }

    /// Takes a record in. A document whose id was seen before is left out, and `false` is given back.
    pub fn add(&mut self, record: &Record) -> bool {
        let new = self.resolver.add(record);
        if new {
            let lexicon = self.options.lexicon.as_deref().unwrap_or_else(|| Lexicon::builtin());
            self.seen.add(record, lexicon);
        }
        new
    }

    /// The graph.
    pub fn finish(self) -> Graph {
        let Self { resolver, options, mut seen } = self;
        let lexicon = options.lexicon.as_deref().unwrap_or_else(|| Lexicon::builtin());
        let resolution = resolver.finish();
        let (statements, tenures) = Joiner::new(&resolution, lexicon, &mut seen).join();
        let sources = seen.sources();
        Graph::assemble(seen.nodes, sources, statements, &tenures)
    }
}
