//! `config.json` of a model: its shape, its heads and the checksums of its files.

use serde::Deserialize;

use super::ModelError;
use crate::ner::native::ALIGN;

/// The schema that this version reads.
pub const SCHEMA: &str = "dabir-model/1";

/// Shape and labels of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ModelConfig {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Name of the model.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Width of the hidden states.
    pub hidden: usize,
    /// Number of layers.
    pub layers: usize,
    /// Attention heads per layer.
    pub attention_heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate: usize,
    /// Number of subwords.
    pub vocab: usize,
    /// Longest sequence, special tokens included.
    pub max_positions: usize,
    /// Added to the variance in layer normalization.
    pub layer_norm_eps: f32,
    /// Heads on top of the encoder, as written.
    pub(super) heads: serde_json::Map<String, serde_json::Value>,
    /// Ids of the special tokens.
    pub special: Special,
    /// SHA-256 of `tokenizer.json`, in hexadecimal digits.
    pub tokenizer_sha256: String,
    /// SHA-256 of `model.safetensors`, in hexadecimal digits.
    pub weights_sha256: String,
}

/// Ids of the special tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Special {
    /// Begin of a sequence; sequence heads read its state.
    pub bos: u32,
    /// End of a sequence.
    pub eos: u32,
    /// A word that no subword covers.
    pub unk: u32,
    /// Stands where a shorter sequence has nothing, for backends that pad.
    #[serde(default)]
    pub pad: u32,
}

/// What a head labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadKind {
    /// Every token.
    Token,
    /// The sequence as a whole.
    Sequence,
}

/// One head: a linear layer over the hidden states.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Name, as in `head.<name>.weight`.
    pub name: String,
    /// What it labels.
    pub kind: HeadKind,
    /// Its labels, in the order of its outputs.
    pub labels: Vec<String>,
    /// Its first column among the logits of its kind.
    pub offset: usize,
    /// What is added to a logit because of the label before: a row for each label before, a last one for
    /// the first word of a sequence. Empty where a model has none.
    pub transitions: Vec<Vec<f32>>,
}

impl Head {
    /// The head's part of a row of logits.
    pub fn of<'a>(&self, row: &'a [f32]) -> &'a [f32] {
        row.get(self.offset..self.offset + self.labels.len()).unwrap_or(&[])
    }
}

/// The heads of a model, and how their logits are laid out: those of all token heads side by side,
/// and those of all sequence heads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heads(Vec<Head>);

impl Heads {
    /// All heads, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Head> {
        self.0.iter()
    }

    /// The head of that name and kind.
    pub fn get(&self, name: &str, kind: HeadKind) -> Option<&Head> {
        self.0.iter().find(|h| h.name == name && h.kind == kind)
    }

    /// Number of logits in a row of that kind.
    pub fn width(&self, kind: HeadKind) -> usize {
        self.0.iter().filter(|h| h.kind == kind).map(|h| h.labels.len()).sum()
    }
}

#[derive(Deserialize)]
struct HeadFields {
    labels: Vec<String>,
    kind: HeadKind,
    #[serde(default)]
    transitions: Vec<Vec<f32>>,
}

impl HeadFields {
    fn check(&self) -> Result<(), String> {
        let (n, rows) = (self.labels.len(), self.transitions.len());
        if n == 0 {
            return Err("there are no labels".to_owned());
        }
        if rows != 0 && (rows != n + 1 || self.transitions.iter().any(|row| row.len() != n)) {
            return Err(format!("transitions must have {} rows of {n} numbers", n + 1));
        }
        Ok(())
    }
}

impl ModelConfig {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    /// Where it is no JSON, a field is missing, or the shape is one that the encoder cannot compute.
    pub fn parse(json: &[u8]) -> Result<Self, ModelError> {
        let config: Self = serde_json::from_slice(json).map_err(|e| ModelError::Config(e.to_string()))?;
        config.check().map_err(ModelError::Config)?;
        config.heads()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.schema != SCHEMA {
            return Err(format!("schema is {:?}, this version reads {SCHEMA:?}", self.schema));
        }
        for (name, width) in [("hidden", self.hidden), ("intermediate", self.intermediate)] {
            if width == 0 || !width.is_multiple_of(ALIGN) {
                return Err(format!("{name} is {width}, it must be a multiple of {ALIGN}"));
            }
        }
        let heads = self.attention_heads;
        if heads == 0
            || !self.hidden.is_multiple_of(heads)
            || !(self.hidden / heads).is_multiple_of(ALIGN / 2)
        {
            return Err(format!(
                "attention_heads is {heads}, hidden ({}) must divide into heads of a multiple of {}",
                self.hidden,
                ALIGN / 2
            ));
        }
        if self.max_positions < 8 {
            return Err(format!("max_positions is {}, too few for a sentence", self.max_positions));
        }
        for (name, id) in [("bos", self.special.bos), ("eos", self.special.eos), ("unk", self.special.unk)] {
            if id as usize >= self.vocab {
                return Err(format!("special.{name} is {id}, outside the vocabulary of {}", self.vocab));
            }
        }
        Ok(())
    }

    /// The heads with their place among the logits.
    ///
    /// # Errors
    /// Where a head lacks its labels or its kind, or its transitions do not fit its labels.
    pub fn heads(&self) -> Result<Heads, ModelError> {
        let (mut token, mut sequence) = (0, 0);
        let mut heads = Vec::with_capacity(self.heads.len());
        for (name, value) in &self.heads {
            let fields: HeadFields = serde_json::from_value(value.clone())
                .map_err(|e| ModelError::Config(format!("heads.{name}: {e}")))?;
            fields.check().map_err(|e| ModelError::Config(format!("heads.{name}: {e}")))?;
            let next = match fields.kind {
                HeadKind::Token => &mut token,
                HeadKind::Sequence => &mut sequence,
            };
            let offset = *next;
            *next += fields.labels.len();
            let HeadFields { labels, kind, transitions } = fields;
            heads.push(Head { name: name.clone(), kind, labels, offset, transitions });
        }
        Ok(Heads(heads))
    }
}
