//! The backend that computes on libtorch, by the models of the crate `rust-bert`: ours, and token
//! classifiers of the families BERT, RoBERTa, XLM-R and ALBERT; on a graphics card where libtorch
//! has one. Only the forward pass is taken from the crate; words, subwords and decoding are ours.
//!
//! Each worker thread has a network of its own, on one processor core; all share the weights.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ::rust_bert::albert::{AlbertConfig, AlbertForTokenClassification};
use ::rust_bert::bert::{BertConfig, BertForTokenClassification};
use ::rust_bert::roberta::RobertaForTokenClassification;
use tch::nn::VarStore;
use tch::{Device, Kind, TchError, Tensor, no_grad};

use super::backend::{Backend, BackendError, BackendName, Batch, Logits};
use super::model::{HeadKind, Heads, ModelConfig, ModelError, ModelFiles, Weights, family};
use super::padded::{Rectangle, rectangles, scatter};
use super::pool::Pool;

const NAME: &str = "rust-bert";

/// Files that hold weights, as transformers and rust-bert write them.
const WEIGHTS: [&str; 2] = ["model.safetensors", "rust_model.ot"];

fn library(reason: impl std::fmt::Display) -> ModelError {
    ModelError::Library { backend: NAME, reason: reason.to_string() }
}

/// A family of models, with the configuration of one.
enum Shape {
    Bert(BertConfig),
    Roberta(BertConfig),
    Albert(AlbertConfig),
}

/// The layers of one model.
enum Network {
    Bert(BertForTokenClassification),
    Roberta(RobertaForTokenClassification),
    Albert(Box<AlbertForTokenClassification>),
}

impl Shape {
    /// The shape that `config.json` of the transformers library describes.
    fn read(json: &[u8]) -> Result<Self, ModelError> {
        let failed = |e: serde_json::Error| ModelError::Config(e.to_string());
        match family(json) {
            Some("bert") => Ok(Self::Bert(serde_json::from_slice(json).map_err(failed)?)),
            Some("roberta" | "xlm-roberta") => {
                Ok(Self::Roberta(serde_json::from_slice(json).map_err(failed)?))
            }
            Some("albert") => Ok(Self::Albert(serde_json::from_slice(json).map_err(failed)?)),
            _ => {
                Err(ModelError::Config("model_type is none of bert, roberta, xlm-roberta, albert".to_owned()))
            }
        }
    }

    /// The shape of a model of ours; its heads are one, side by side.
    fn ours(config: &ModelConfig, outputs: usize) -> Result<Self, ModelError> {
        let labels: BTreeMap<usize, String> = (0..outputs).map(|i| (i, i.to_string())).collect();
        let json = serde_json::json!({
            "hidden_act": "gelu",
            "attention_probs_dropout_prob": 0.0,
            "hidden_dropout_prob": 0.0,
            "hidden_size": config.hidden,
            "initializer_range": 0.02,
            "intermediate_size": config.intermediate,
            "max_position_embeddings": config.max_positions,
            "num_attention_heads": config.attention_heads,
            "num_hidden_layers": config.layers,
            "type_vocab_size": 2,
            "vocab_size": config.vocab,
            "id2label": labels,
        });
        serde_json::from_value(json).map(Self::Bert).map_err(library)
    }

    /// A network with weights of chance.
    fn network(&self, store: &VarStore) -> Result<Network, ModelError> {
        let root = store.root();
        Ok(match self {
            Self::Bert(c) => Network::Bert(BertForTokenClassification::new(root, c).map_err(library)?),
            Self::Roberta(c) => {
                Network::Roberta(RobertaForTokenClassification::new(root, c).map_err(library)?)
            }
            Self::Albert(c) => {
                Network::Albert(Box::new(AlbertForTokenClassification::new(root, c).map_err(library)?))
            }
        })
    }
}

impl Network {
    /// Logits of all heads for every token.
    fn logits(&self, ids: &Tensor, mask: &Tensor) -> Tensor {
        let (ids, mask) = (Some(ids), Some(mask));
        match self {
            Self::Bert(model) => model.forward_t(ids, mask, None, None, None, false).logits,
            Self::Roberta(model) => model.forward_t(ids, mask, None, None, None, false).logits,
            Self::Albert(model) => model.forward_t(ids, mask, None, None, None, false).logits,
        }
    }
}

/// A model behind libtorch.
pub struct RustBert {
    shape: Shape,
    device: Device,
    /// The weights that all networks share.
    store: Mutex<VarStore>,
    pool: Pool<Network>,
    vocab: usize,
    max_positions: usize,
    pad: u32,
    /// Logits of a token and of a sequence.
    widths: [usize; 2],
}

impl RustBert {
    /// Takes our model, or the weights in the folder of another.
    ///
    /// # Errors
    /// Where the weights do not fit the configuration, or the family is none that the crate has.
    pub fn new(files: &ModelFiles, config: &ModelConfig, heads: &Heads) -> Result<Self, ModelError> {
        let device = Device::cuda_if_available();
        tch::set_num_threads(1);
        let widths = [HeadKind::Token, HeadKind::Sequence].map(|kind| heads.width(kind));
        let shape = if files.is_foreign() {
            Shape::read(&files.config)?
        } else {
            Shape::ours(config, widths[0] + widths[1])?
        };
        let mut store = VarStore::new(device);
        let network = shape.network(&store)?;
        if files.is_foreign() {
            let path = WEIGHTS.into_iter().find_map(|name| files.other(name)).ok_or_else(|| {
                library(format!("the folder has no weights; expected {}", WEIGHTS.join(" or ")))
            })?;
            load(&mut store, &path)?;
        } else {
            fill(&store, &Weights::new(&files.weights)?, heads)?;
        }
        store.freeze();
        let pool = Pool::default();
        pool.put(network);
        let (vocab, max_positions, pad) = (config.vocab, config.max_positions, config.special.pad);
        Ok(Self { shape, device, store: Mutex::new(store), pool, vocab, max_positions, pad, widths })
    }

    /// Another network of the same weights, for another thread.
    fn another(&self) -> Result<Network, ModelError> {
        let mut store = VarStore::new(self.device);
        let network = self.shape.network(&store)?;
        let weights = self.store.lock().unwrap_or_else(PoisonError::into_inner).variables();
        for (name, mut variable) in store.variables() {
            let shared = weights.get(&name).ok_or_else(|| library(format!("{name} is missing")))?;
            variable.set_data(shared);
        }
        store.freeze();
        Ok(network)
    }

    fn compute(
        &self,
        network: &Network,
        batch: &Batch,
        rectangle: &Rectangle,
        logits: &mut Logits,
    ) -> Result<(), TchError> {
        let [tokens, sequences] = self.widths.map(|width| width as i64);
        let shape = [rectangle.rows() as i64, rectangle.length as i64];
        let tensor = |values: &[i64]| Tensor::from_slice(values).to_device(self.device).f_view(shape);
        let (ids, mask) = (tensor(&rectangle.ids)?, tensor(&rectangle.mask)?);
        let all = no_grad(|| network.logits(&ids, &mask));
        let values = |part: Tensor| -> Result<Vec<f32>, TchError> {
            Vec::try_from(&part.to_device(Device::Cpu).to_kind(Kind::Float).contiguous().f_view(-1)?)
        };
        let token = values(all.f_narrow(2, 0, tokens)?)?;
        let sequence = values(all.f_select(1, 0)?.f_narrow(1, tokens, sequences)?)?;
        scatter(batch, rectangle, &token, &sequence, logits);
        Ok(())
    }
}

/// Loads a file of weights. A layer over whole sequences is not needed for tokens, and many files
/// lack it.
fn load(store: &mut VarStore, path: &Path) -> Result<(), ModelError> {
    let missing = store.load_partial(path).map_err(library)?;
    match missing.iter().filter(|name| !name.contains("pooler")).min() {
        Some(name) => Err(library(format!("{} lacks the tensor {name}", path.display()))),
        None => Ok(()),
    }
}

/// Fills the variables with the weights of a model of ours.
fn fill(store: &VarStore, weights: &Weights<'_>, heads: &Heads) -> Result<(), ModelError> {
    for (name, mut variable) in store.variables() {
        let shape: Vec<usize> = variable.size().iter().map(|&n| n as usize).collect();
        let values = match name.as_str() {
            // Our models know no types of segments; what all tokens share is part of their positions.
            "bert.embeddings.token_type_embeddings.weight" => vec![0.0; shape.iter().product()],
            "classifier.weight" | "classifier.bias" => {
                let (part, width) = name
                    .split_once('.')
                    .map_or(("", 1), |(_, part)| (part, if part == "weight" { shape[1] } else { 1 }));
                let mut joined = Vec::new();
                for kind in [HeadKind::Token, HeadKind::Sequence] {
                    for head in heads.iter().filter(|h| h.kind == kind) {
                        let labels = head.labels.len();
                        let shape = if width == 1 { vec![labels] } else { vec![labels, width] };
                        joined.extend(weights.float(&format!("head.{}.{part}", head.name), &shape)?);
                    }
                }
                joined
            }
            name => weights.dense(name.strip_prefix("bert.").unwrap_or(name), &shape)?,
        };
        let source = Tensor::from_slice(&values).f_view(variable.size().as_slice()).map_err(library)?;
        no_grad(|| variable.f_copy_(&source)).map_err(library)?;
    }
    Ok(())
}

impl Backend for RustBert {
    fn name(&self) -> &'static str {
        BackendName::RustBert.name()
    }

    fn description(&self) -> String {
        match self.device {
            Device::Cuda(n) => format!("libtorch, f32, CUDA device {n}"),
            _ => "libtorch, f32, processor".to_owned(),
        }
    }

    fn run(&self, batch: &Batch, logits: &mut Logits) -> Result<(), BackendError> {
        batch.check(self.vocab, self.max_positions)?;
        // Threads are counted by each thread; parallelism is over documents.
        tch::set_num_threads(1);
        let failed = |reason: String| BackendError::Library { backend: NAME, reason };
        let network = match self.pool.take() {
            Some(network) => network,
            None => self.another().map_err(|e| failed(e.to_string()))?,
        };
        let result = rectangles(batch, self.pad)
            .iter()
            .try_for_each(|rectangle| self.compute(&network, batch, rectangle, logits));
        self.pool.put(network);
        result.map_err(|e| failed(e.to_string()))
    }
}
