//! The encoder in Rust: a BERT with layer normalization after each sum. Sequences lie packed, one
//! after the other; only attention knows where one ends. Everything runs on the calling thread:
//! parallelism is over documents, which never makes two threads wait for each other.

mod kernels;
mod linear;
mod memory;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use kernels::{ALIGN, Kernels, available, best, left_out, named, processor_features};
use kernels::{Int8Rows, Norm, Quantized};
use linear::Linear;

use super::backend::{Backend, BackendError, Batch, Logits, Precision};
use super::model::{HeadKind, Heads, ModelConfig, ModelError, Weights};
use super::pool::Pool;

/// Tokens that go through a layer's products together: few enough that their activations stay in
/// the processor's cache, enough that the weights are read seldom.
const BLOCK: usize = 96;

/// One layer of the encoder.
struct Layer {
    /// Query (divided by the root of a head's size), key and value in one.
    qkv: Linear,
    attention: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    output: Linear,
    output_norm: Norm,
}

impl Layer {
    fn linears_mut(&mut self) -> [&mut Linear; 4] {
        [&mut self.qkv, &mut self.attention, &mut self.intermediate, &mut self.output]
    }
}

/// A linear layer with few outputs.
struct Projection {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// The encoder of one model, ready to run.
pub struct Native {
    kernels: &'static dyn Kernels,
    precision: Precision,
    hidden: usize,
    attention_heads: usize,
    max_positions: usize,
    /// 8-bit vectors of the subwords, as stored, and the factor of each.
    words: Cow<'static, [u8]>,
    word_scales: Vec<f32>,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    token_heads: Projection,
    sequence_heads: Projection,
    /// Memory of finished computations, for the next ones.
    pool: Pool<Scratch>,
}

/// Memory of one computation.
#[derive(Default)]
struct Scratch {
    states: Vec<f32>,
    qkv: Vec<f32>,
    mixed: Vec<f32>,
    wide: Vec<f32>,
    narrow: Vec<f32>,
    attention: Vec<f32>,
    quantized: Quantized,
}

impl Native {
    /// Builds the encoder from checked tensors. `words` are the bytes of
    /// `embeddings.word_embeddings.weight`, which are not copied if they live as long as the program.
    ///
    /// # Errors
    /// Where a tensor is missing or has another type or shape than the configuration says.
    pub fn new(
        config: &ModelConfig,
        heads: &Heads,
        weights: &Weights<'_>,
        words: Cow<'static, [u8]>,
        precision: Precision,
        kernels: &'static dyn Kernels,
    ) -> Result<Self, ModelError> {
        let hidden = config.hidden;
        let norm = |name: &str| -> Result<Norm, ModelError> {
            Ok(Norm {
                weight: weights.float(&format!("{name}.weight"), &[hidden])?,
                bias: weights.float(&format!("{name}.bias"), &[hidden])?,
                epsilon: config.layer_norm_eps,
            })
        };
        let rows = |name: &str, outputs, inputs, factor: f32| -> Result<Int8Rows<'_>, ModelError> {
            let scaled = |tensor: &str| {
                let mut values = weights.float(&format!("{name}.{tensor}"), &[outputs])?;
                values.iter_mut().for_each(|v| *v *= factor);
                Ok(values)
            };
            Ok(Int8Rows {
                weights: weights.int8(&format!("{name}.weight"), outputs, inputs)?,
                scales: scaled("weight_scale")?,
                bias: scaled("bias")?,
            })
        };
        let linear = |parts: &[Int8Rows<'_>], inputs| Linear::new(precision, kernels, inputs, parts);
        let head_size = (hidden / config.attention_heads) as f32;
        let mut layers = Vec::with_capacity(config.layers);
        for l in 0..config.layers {
            let name = |part: &str| format!("encoder.layer.{l}.{part}");
            let qkv = [
                rows(&name("attention.self.query"), hidden, hidden, 1.0 / head_size.sqrt())?,
                rows(&name("attention.self.key"), hidden, hidden, 1.0)?,
                rows(&name("attention.self.value"), hidden, hidden, 1.0)?,
            ];
            let wide = config.intermediate;
            layers.push(Layer {
                qkv: linear(&qkv, hidden),
                attention: linear(&[rows(&name("attention.output.dense"), hidden, hidden, 1.0)?], hidden),
                attention_norm: norm(&name("attention.output.LayerNorm"))?,
                intermediate: linear(&[rows(&name("intermediate.dense"), wide, hidden, 1.0)?], hidden),
                output: linear(&[rows(&name("output.dense"), hidden, wide, 1.0)?], wide),
                output_norm: norm(&name("output.LayerNorm"))?,
            });
        }
        let linears = layers.iter_mut().flat_map(Layer::linears_mut);
        memory::gather(&mut linears.filter_map(Linear::weights_mut).collect::<Vec<_>>());
        let projection = |kind| -> Result<Projection, ModelError> {
            let (mut weight, mut bias) = (Vec::new(), Vec::new());
            for head in heads.iter().filter(|h| h.kind == kind) {
                let (name, labels) = (&head.name, head.labels.len());
                weight.extend(weights.float(&format!("head.{name}.weight"), &[labels, hidden])?);
                bias.extend(weights.float(&format!("head.{name}.bias"), &[labels])?);
            }
            Ok(Projection { weight, bias })
        };
        Ok(Self {
            kernels,
            precision,
            hidden,
            attention_heads: config.attention_heads,
            max_positions: config.max_positions,
            words,
            word_scales: weights.float("embeddings.word_embeddings.weight_scale", &[config.vocab])?,
            positions: weights
                .float("embeddings.position_embeddings.weight", &[config.max_positions, hidden])?,
            norm: norm("embeddings.LayerNorm")?,
            layers,
            token_heads: projection(HeadKind::Token)?,
            sequence_heads: projection(HeadKind::Sequence)?,
            pool: Pool::default(),
        })
    }

    /// The states that go into the first layer.
    fn embed(&self, batch: &Batch, states: &mut Vec<f32>) {
        let h = self.hidden;
        states.resize(batch.ids().len() * h, 0.0);
        for sequence in batch.sequences() {
            for (position, at) in sequence.enumerate() {
                let id = batch.ids()[at] as usize;
                let scale = self.word_scales[id];
                let word = &self.words[id * h..(id + 1) * h];
                let place = &self.positions[position * h..(position + 1) * h];
                for ((state, &w), &p) in states[at * h..(at + 1) * h].iter_mut().zip(word).zip(place) {
                    *state = f32::from(w as i8) * scale + p;
                }
            }
        }
        self.kernels.add_norm(states, None, &self.norm);
    }

    fn layer(&self, layer: &Layer, batch: &Batch, s: &mut Scratch) {
        let (k, h) = (self.kernels, self.hidden);
        let block = BLOCK * h;
        let n = s.states.len();
        s.qkv.resize(3 * n, 0.0);
        s.mixed.resize(n, 0.0);
        for (x, qkv) in s.states.chunks(block).zip(s.qkv.chunks_mut(3 * block)) {
            layer.qkv.apply(k, x, qkv, &mut s.quantized);
        }
        for tokens in batch.sequences() {
            let qkv = &s.qkv[3 * h * tokens.start..3 * h * tokens.end];
            let mixed = &mut s.mixed[h * tokens.start..h * tokens.end];
            k.attention(qkv, h, self.attention_heads, mixed, &mut s.attention);
        }
        for (x, mixed) in s.states.chunks_mut(block).zip(s.mixed.chunks(block)) {
            s.narrow.resize(x.len(), 0.0);
            s.wide.resize(x.len() / h * layer.intermediate.outputs(), 0.0);
            layer.attention.apply(k, mixed, &mut s.narrow, &mut s.quantized);
            k.add_norm(x, Some(&s.narrow), &layer.attention_norm);
            layer.intermediate.apply(k, x, &mut s.wide, &mut s.quantized);
            k.gelu(&mut s.wide);
            layer.output.apply(k, &s.wide, &mut s.narrow, &mut s.quantized);
            k.add_norm(x, Some(&s.narrow), &layer.output_norm);
        }
    }

    fn heads(&self, batch: &Batch, s: &mut Scratch, logits: &mut Logits) {
        let (k, h) = (self.kernels, self.hidden);
        let Projection { weight, bias } = &self.token_heads;
        logits.token.resize(batch.ids().len() * bias.len(), 0.0);
        k.project(&s.states, weight, bias, &mut logits.token);
        s.narrow.clear();
        for tokens in batch.sequences() {
            s.narrow.extend_from_slice(&s.states[h * tokens.start..h * (tokens.start + 1)]);
        }
        let Projection { weight, bias } = &self.sequence_heads;
        logits.sequence.resize(batch.sequences().len() * bias.len(), 0.0);
        k.project(&s.narrow, weight, bias, &mut logits.sequence);
    }
}

impl Backend for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn description(&self) -> String {
        format!("{} {}", self.precision.name(), self.kernels.name())
    }

    fn run(&self, batch: &Batch, logits: &mut Logits) -> Result<(), BackendError> {
        batch.check(self.word_scales.len(), self.max_positions)?;
        let mut scratch = self.pool.take().unwrap_or_default();
        self.embed(batch, &mut scratch.states);
        for layer in &self.layers {
            self.layer(layer, batch, &mut scratch);
        }
        self.heads(batch, &mut scratch, logits);
        self.pool.put(scratch);
        Ok(())
    }
}
