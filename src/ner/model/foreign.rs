//! Token-classification models as the transformers library writes them, read as if they were ours:
//! one head, whose labels are those of `id2label`.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::config::{ModelConfig, Special};
use super::{BackendName, ModelError};
use crate::eval::labels::LabelMap;

/// The families of models that the crate `rust-bert` has.
pub const FAMILIES: [&str; 4] = ["bert", "roberta", "xlm-roberta", "albert"];

/// What is read of `config.json`.
#[derive(Deserialize)]
struct Fields {
    model_type: String,
    #[serde(default, rename = "_name_or_path")]
    name: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "epsilon")]
    layer_norm_eps: f32,
    #[serde(default)]
    id2label: BTreeMap<usize, String>,
}

fn epsilon() -> f32 {
    1e-12
}

/// What tells such a model from ours.
#[derive(Deserialize)]
struct Marks {
    schema: Option<String>,
    model_type: Option<String>,
}

/// Whether `config.json` is that of a model of the transformers library.
pub fn is_foreign(config: &[u8]) -> bool {
    serde_json::from_slice::<Marks>(config).is_ok_and(|m| m.schema.is_none() && m.model_type.is_some())
}

/// The family of such a model, where it is one of those that can be served.
pub fn family(config: &[u8]) -> Option<&'static str> {
    let marks: Marks = serde_json::from_slice(config).ok()?;
    FAMILIES.into_iter().find(|&family| Some(family) == marks.model_type.as_deref())
}

/// Reads `config.json` and what `tokenizer.json` says of special tokens. `folder` names the model
/// where it has no name.
pub fn config(config: &[u8], tokenizer: &[u8], folder: &str) -> Result<ModelConfig, ModelError> {
    let fields: Fields = serde_json::from_slice(config).map_err(|e| ModelError::Config(e.to_string()))?;
    if fields.id2label.is_empty() || !fields.id2label.keys().copied().eq(0..fields.id2label.len()) {
        let what = "id2label is missing or has gaps: this is no model that labels tokens";
        return Err(ModelError::Config(what.to_owned()));
    }
    let labels = labels(fields.id2label.values());
    let mut heads = serde_json::Map::new();
    heads.insert("ner".to_owned(), serde_json::json!({ "labels": labels, "kind": "token" }));
    // The first positions of these two are taken by the id of padding.
    let positions = match fields.model_type.as_str() {
        "roberta" | "xlm-roberta" => fields.max_position_embeddings.saturating_sub(2),
        _ => fields.max_position_embeddings,
    };
    let special = special(tokenizer)?;
    let checksum = Sha256::digest(tokenizer).iter().map(|b| format!("{b:02x}")).collect();
    Ok(ModelConfig {
        schema: format!("transformers/{}", fields.model_type),
        name: if fields.name.is_empty() { folder.to_owned() } else { fields.name },
        version: fields.model_type,
        hidden: fields.hidden_size,
        layers: fields.num_hidden_layers,
        attention_heads: fields.num_attention_heads,
        intermediate: fields.intermediate_size,
        vocab: fields.vocab_size,
        max_positions: positions,
        layer_norm_eps: fields.layer_norm_eps,
        heads,
        special,
        tokenizer_sha256: checksum,
        weights_sha256: String::new(),
    })
}

/// The labels in our writing: `B_PER`, `b-pers` and `B-PERSON` are `B-PER`. Where a model tells two
/// types apart that are one for us, the second keeps its name.
fn labels<'a>(written: impl Iterator<Item = &'a String>) -> Vec<String> {
    let map = LabelMap::built_in();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let ours = |label: &String| {
        let Some((prefix @ ("B" | "I" | "b" | "i"), name)) = label.split_once(['-', '_']) else {
            return label.to_uppercase();
        };
        let name = name.to_uppercase();
        let mapped = map.map(&name).unwrap_or(&name).to_owned();
        let owner = owners.entry(mapped.clone()).or_insert_with(|| name.clone());
        let kind = if *owner == name { mapped } else { name };
        format!("{}-{kind}", prefix.to_uppercase())
    };
    written.map(ours).collect()
}

/// Ids of the special tokens, under either family of names.
fn special(tokenizer: &[u8]) -> Result<Special, ModelError> {
    #[derive(Deserialize)]
    struct Added {
        id: u32,
        content: String,
    }
    #[derive(Deserialize)]
    struct Tokens {
        added_tokens: Vec<Added>,
    }
    let tokens: Tokens =
        serde_json::from_slice(tokenizer).map_err(|e| ModelError::Tokenizer(e.to_string()))?;
    let find = |names: [&str; 2]| {
        let found = tokens.added_tokens.iter().find(|t| names.contains(&t.content.as_str()));
        found.map(|t| t.id).ok_or_else(|| {
            ModelError::Tokenizer(format!("it has neither {} nor {} among added_tokens", names[0], names[1]))
        })
    };
    Ok(Special {
        bos: find(["[CLS]", "<s>"])?,
        eos: find(["[SEP]", "</s>"])?,
        unk: find(["[UNK]", "<unk>"])?,
        pad: find(["[PAD]", "<pad>"])?,
    })
}

/// The error of a backend that computes only our models.
pub fn unsuited(backend: BackendName, config: &ModelConfig) -> ModelError {
    ModelError::Unsuited {
        backend: backend.name(),
        what: format!("a model of the form {}", config.schema),
        instead: "use --backend rust-bert, or export the model and use --backend onnx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"model_type": "bert", "hidden_size": 48, "num_hidden_layers": 2,
        "num_attention_heads": 3, "intermediate_size": 80, "vocab_size": 30, "max_position_embeddings": 64,
        "id2label": {"0": "O", "1": "B_pers", "2": "I_pers", "3": "B_DAT", "4": "I_DAT", "5": "B-loc", "6": "B-fac"}}"#;
    const TOKENIZER: &str = r#"{"added_tokens": [{"id": 0, "content": "[PAD]"}, {"id": 1, "content": "[UNK]"},
        {"id": 2, "content": "[CLS]"}, {"id": 3, "content": "[SEP]"}], "model": {}}"#;

    #[test]
    fn its_shape_and_labels_are_read() {
        assert!(is_foreign(CONFIG.as_bytes()) && !is_foreign(br#"{"schema": "dabir-model/1"}"#));
        assert_eq!(family(CONFIG.as_bytes()), Some("bert"));
        let config =
            config(CONFIG.as_bytes(), TOKENIZER.as_bytes(), "folder").expect("a whole configuration");
        assert_eq!((config.hidden, config.layers, config.vocab, config.max_positions), (48, 2, 30, 64));
        assert_eq!((config.name.as_str(), config.schema.as_str()), ("folder", "transformers/bert"));
        let Special { bos, eos, unk, pad } = config.special;
        assert_eq!((bos, eos, unk, pad), (2, 3, 1, 0));
        let heads = config.heads().expect("one head");
        let labels = &heads.iter().next().expect("one head").labels;
        assert_eq!(labels, &["O", "B-PER", "I-PER", "B-DATE", "I-DATE", "B-LOC", "B-FAC"]);
    }

    #[test]
    fn what_labels_no_tokens_is_refused() {
        let other = CONFIG.replace("id2label", "other");
        let error = config(other.as_bytes(), TOKENIZER.as_bytes(), "folder").expect_err("no labels");
        assert!(error.to_string().contains("id2label"), "{error}");
        let error = config(CONFIG.as_bytes(), br#"{"added_tokens": []}"#, "folder").expect_err("no tokens");
        assert!(error.to_string().contains("[CLS]"), "{error}");
    }
}
