//! The engines, behind one trait. Each gets sequences of nearly the same length and gives the logits
//! of the token heads for every token, without those of padding.

use std::path::Path;

use anyhow::{Result, bail};
use dabir::ner::model::HeadKind;
use dabir::ner::{BackendName, Batch, Logits, Model, ModelOptions, Precision, native};

/// Computes batches.
pub trait Engine {
    /// Logits of all tokens, sequence after sequence.
    fn logits(&mut self, batch: &[Vec<u32>]) -> Result<Vec<f32>>;
}

/// The engine of that name; `folder` is the working folder of `run`.
pub fn open(name: &str, folder: &Path) -> Result<Box<dyn Engine>> {
    let kernels = match std::env::var("DABIR_KERNEL") {
        Ok(name) => Some(native::named(&name)?.name()),
        Err(_) => None,
    };
    let own = |backend, precision| -> Result<Box<dyn Engine>> {
        let model = Model::open(&folder.join("dabir"), ModelOptions { backend, precision, kernels })?;
        Ok(Box::new(Own { model, batch: Batch::default(), logits: Logits::default() }))
    };
    match name {
        "dabir-int8" => own(BackendName::Native, Precision::Int8),
        "dabir-f32" => own(BackendName::Native, Precision::Float32),
        "rust-bert" => own(BackendName::RustBert, Precision::Float32),
        #[cfg(feature = "rten")]
        "rten-f32" => Ok(Box::new(rten_engine::Rten::new(&folder.join("model.onnx"))?)),
        #[cfg(feature = "rten")]
        "rten-int8" => Ok(Box::new(rten_engine::Rten::new(&folder.join("model.int8.onnx"))?)),
        #[cfg(feature = "candle")]
        "candle" => Ok(Box::new(candle_engine::Candle::new(&folder.join("bert"))?)),
        #[cfg(feature = "tract")]
        "tract" => Ok(Box::new(tract_engine::Tract::new(&folder.join("model.onnx"))?)),
        other => bail!("no engine {other} in this build"),
    }
}

/// What this project's backends compute.
struct Own {
    model: Model,
    batch: Batch,
    logits: Logits,
}

impl Engine for Own {
    fn logits(&mut self, batch: &[Vec<u32>]) -> Result<Vec<f32>> {
        self.batch.clear();
        for ids in batch {
            self.batch.push(ids.iter().copied());
        }
        self.model.backend().run(&self.batch, &mut self.logits)?;
        debug_assert!(self.model.heads().width(HeadKind::Token) > 0);
        Ok(self.logits.token.clone())
    }
}

/// A batch as a rectangle: ids and mask, row by row, and the length of a row.
#[cfg(any(feature = "rten", feature = "candle", feature = "tract"))]
fn rectangle<T: From<u8> + Copy>(batch: &[Vec<u32>], number: impl Fn(u32) -> T) -> (Vec<T>, Vec<T>, usize) {
    let length = batch.iter().map(Vec::len).max().unwrap_or(0);
    let (mut ids, mut mask) = (Vec::new(), Vec::new());
    for row in batch {
        ids.extend(row.iter().map(|&id| number(id)));
        mask.extend(row.iter().map(|_| T::from(1)));
        ids.resize(ids.len() + length - row.len(), T::from(1));
        mask.resize(ids.len(), T::from(0));
    }
    (ids, mask, length)
}

/// The rows of tokens among those of a rectangle.
#[cfg(any(feature = "rten", feature = "candle", feature = "tract"))]
fn packed(batch: &[Vec<u32>], length: usize, logits: &[f32]) -> Vec<f32> {
    let width = logits.len() / (batch.len() * length).max(1);
    let rows = batch.iter().zip(logits.chunks(length * width));
    rows.flat_map(|(ids, row)| row[..ids.len() * width].iter().copied()).collect()
}

#[cfg(feature = "rten")]
mod rten_engine {
    use rten_tensor::Tensor;
    use rten_tensor::prelude::*;

    use super::*;

    pub struct Rten(rten::Model);

    impl Rten {
        pub fn new(file: &Path) -> Result<Self> {
            let mut options = rten::ModelOptions::with_all_ops();
            Ok(Self(options.prepack_weights(true).load_file(file)?))
        }
    }

    impl Engine for Rten {
        fn logits(&mut self, batch: &[Vec<u32>]) -> Result<Vec<f32>> {
            let (ids, mask, length) = rectangle(batch, |id| id as i32);
            let shape = [batch.len(), length];
            let inputs = vec![
                (self.0.node_id("input_ids")?, Tensor::from_data(&shape, ids).into()),
                (self.0.node_id("attention_mask")?, Tensor::from_data(&shape, mask).into()),
            ];
            let mut outputs = self.0.run(inputs, &[self.0.node_id("logits")?], None)?;
            let logits: Tensor<f32> = outputs.remove(0).try_into()?;
            Ok(packed(batch, length, &logits.to_vec()))
        }
    }
}

#[cfg(feature = "candle")]
mod candle_engine {
    use candle_core::{DType, Device, Tensor};
    use candle_nn::{Linear, Module, VarBuilder, linear};
    use candle_transformers::models::bert::{BertModel, Config};

    use super::*;

    pub struct Candle {
        bert: BertModel,
        classifier: Linear,
    }

    impl Candle {
        pub fn new(folder: &Path) -> Result<Self> {
            let json = std::fs::read(folder.join("config.json"))?;
            let config: Config = serde_json::from_slice(&json)?;
            let bytes = std::fs::read(folder.join("model.safetensors"))?;
            let weights = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)?;
            let labels: serde_json::Value = serde_json::from_slice(&json)?;
            let labels = labels["id2label"].as_object().map_or(0, serde_json::Map::len);
            let classifier = linear(config.hidden_size, labels, weights.pp("classifier"))?;
            Ok(Self { bert: BertModel::load(weights, &config)?, classifier })
        }
    }

    impl Engine for Candle {
        fn logits(&mut self, batch: &[Vec<u32>]) -> Result<Vec<f32>> {
            let (ids, mask, length) = rectangle(batch, |id| id);
            let tensor = |values| Tensor::from_vec(values, (batch.len(), length), &Device::Cpu);
            let (ids, mask) = (tensor(ids)?, tensor(mask)?);
            let states = self.bert.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
            let logits = self.classifier.forward(&states)?.flatten_all()?.to_vec1::<f32>()?;
            Ok(packed(batch, length, &logits))
        }
    }
}

#[cfg(feature = "tract")]
mod tract_engine {
    use std::sync::Arc;

    use tract_onnx::prelude::*;

    use super::{Engine, Path, packed, rectangle};

    pub struct Tract(Arc<TypedRunnableModel>);

    impl Tract {
        pub fn new(file: &Path) -> anyhow::Result<Self> {
            let model = tract_onnx::onnx().model_for_path(file)?.into_optimized()?;
            Ok(Self(model.into_runnable()?))
        }
    }

    impl Engine for Tract {
        fn logits(&mut self, batch: &[Vec<u32>]) -> anyhow::Result<Vec<f32>> {
            let (ids, mask, length) = rectangle(batch, i64::from);
            let tensor = |values: &[i64]| Tensor::from_shape(&[batch.len(), length], values);
            let outputs = self.0.run(tvec!(tensor(&ids)?.into(), tensor(&mask)?.into()))?;
            let logits = outputs[0].to_plain_array_view::<f32>()?;
            let logits: Vec<f32> = logits.iter().copied().collect();
            Ok(packed(batch, length, &logits))
        }
    }
}
