//! Every string of a corpus once: names and offices repeat in each document, so records keep numbers.

use std::collections::HashMap;
use std::sync::Arc;

/// The number of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sym(u32);

/// Strings and their numbers.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    numbers: HashMap<Arc<str>, u32>,
    all: Vec<Arc<str>>,
}

impl Strings {
    /// The number of a string, new where it was unknown.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(&known) = self.numbers.get(text) {
            return Sym(known);
        }
        let shared: Arc<str> = text.into();
        let number = self.all.len() as u32;
        self.all.push(Arc::clone(&shared));
        self.numbers.insert(shared, number);
        Sym(number)
    }

    /// The string of a number.
    pub fn get(&self, sym: Sym) -> &Arc<str> {
        &self.all[sym.0 as usize]
    }
}
