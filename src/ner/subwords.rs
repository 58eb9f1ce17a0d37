//! Words to subword ids, each word by itself, as the model was trained.

use std::collections::HashMap;

use tokenizers::Tokenizer;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;

use super::cut;
use super::model::{ModelConfig, ModelError};

/// Words that a cache remembers; when it is full it starts anew.
const REMEMBERED: usize = 1 << 16;

/// The subword tokenizer of a model.
pub struct Subwords {
    tokenizer: Tokenizer,
    unknown: u32,
}

impl std::fmt::Debug for Subwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subwords").field("unknown", &self.unknown).finish_non_exhaustive()
    }
}

impl Subwords {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// Where it cannot be read, or knows more subwords than the model has vectors.
    pub fn new(json: &[u8], config: &ModelConfig) -> Result<Self, ModelError> {
        let failed = |e: tokenizers::Error| ModelError::Tokenizer(e.to_string());
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(failed)?;
        // What a file says about whole texts does not hold for words.
        tokenizer.with_padding(None).with_truncation(None).map_err(failed)?;
        if let Some(PreTokenizerWrapper::ByteLevel(bytes)) = tokenizer.get_pre_tokenizer() {
            // Words come without the space before them, which is part of such a model's subwords.
            let bytes = bytes.add_prefix_space(true);
            tokenizer.with_pre_tokenizer(Some(bytes));
        }
        let size = tokenizer.get_vocab_size(true);
        if size > config.vocab {
            return Err(ModelError::Tokenizer(format!(
                "it knows {size} subwords, the model has vectors for {}",
                config.vocab
            )));
        }
        Ok(Self { tokenizer, unknown: config.special.unk })
    }

    /// Appends the ids of one word; at least one.
    ///
    /// # Errors
    /// Where the tokenizer itself fails.
    pub fn encode(&self, word: &str, ids: &mut Vec<u32>) -> Result<(), ModelError> {
        let encoding = self
            .tokenizer
            .encode_fast(cut::fold(word).as_ref(), false)
            .map_err(|e| ModelError::Tokenizer(e.to_string()))?;
        match encoding.get_ids() {
            [] => ids.push(self.unknown),
            found => ids.extend_from_slice(found),
        }
        Ok(())
    }
}

/// Remembers the ids of words; for one thread.
#[derive(Debug, Default)]
pub struct Cache {
    /// Where a word's ids stand.
    places: HashMap<Box<str>, (u32, u32)>,
    ids: Vec<u32>,
}

impl Cache {
    /// Appends the ids of one word, as [`Subwords::encode`] does.
    ///
    /// # Errors
    /// As [`Subwords::encode`].
    pub fn encode(&mut self, subwords: &Subwords, word: &str, ids: &mut Vec<u32>) -> Result<(), ModelError> {
        if let Some(&(start, end)) = self.places.get(word) {
            ids.extend_from_slice(&self.ids[start as usize..end as usize]);
            return Ok(());
        }
        if self.places.len() >= REMEMBERED {
            self.places.clear();
            self.ids.clear();
        }
        let start = self.ids.len();
        subwords.encode(word, &mut self.ids)?;
        ids.extend_from_slice(&self.ids[start..]);
        self.places.insert(word.into(), (start as u32, self.ids.len() as u32));
        Ok(())
    }
}
