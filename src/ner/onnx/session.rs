//! The backend that hands batches to ONNX Runtime, whose shared library is loaded when it is first
//! needed: the file that `ORT_DYLIB_PATH` names, or `libonnxruntime` where the system looks for
//! libraries. Each worker thread has a session of one thread, so that workers never wait for each
//! other; each session has its own copy of the weights.

use std::path::PathBuf;
use std::sync::OnceLock;

use ort::session::{Session, SessionInputValue};
use ort::value::TensorRef;

use super::{LOGITS, SEQUENCE_LOGITS, export};
use crate::ner::backend::{Backend, BackendError, BackendName, Batch, Logits, Precision};
use crate::ner::model::{HeadKind, Heads, ModelConfig, ModelError, ModelFiles};
use crate::ner::padded::{Rectangle, rectangles, scatter};
use crate::ner::pool::Pool;

const NAME: &str = "onnx";

/// Where the model is.
enum Source {
    File(PathBuf),
    Memory(Vec<u8>),
}

/// A model behind ONNX Runtime.
pub struct Onnx {
    source: Source,
    pool: Pool<Session>,
    vocab: usize,
    max_positions: usize,
    pad: u32,
    /// Logits of a token and of a sequence.
    widths: [usize; 2],
    has_types: bool,
    precision: Precision,
}

fn library(reason: impl std::fmt::Display) -> ModelError {
    ModelError::Library { backend: NAME, reason: reason.to_string() }
}

/// Loads the shared library, once.
fn load() -> Result<(), ModelError> {
    static LOADED: OnceLock<Result<(), String>> = OnceLock::new();
    let load = || {
        let name = format!("{}onnxruntime{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let path = std::env::var_os("ORT_DYLIB_PATH").filter(|p| !p.is_empty());
        let path = path.map_or_else(|| PathBuf::from(&name), PathBuf::from);
        let environment = ort::init_from(&path).map_err(|e| {
            let path = path.display();
            format!("cannot load ONNX Runtime from {path}: {e}; set ORT_DYLIB_PATH to its {name}")
        })?;
        environment.with_telemetry(false).commit();
        Ok(())
    };
    LOADED.get_or_init(load).clone().map_err(library)
}

impl Onnx {
    /// Takes `model.onnx` of the folder, or else exports our model in memory.
    ///
    /// # Errors
    /// Where ONNX Runtime cannot be loaded, or does not take the model.
    pub fn new(
        files: &ModelFiles,
        config: &ModelConfig,
        heads: &Heads,
        precision: Precision,
    ) -> Result<Self, ModelError> {
        load()?;
        let source = match files.other("model.onnx") {
            Some(path) => Source::File(path),
            None if files.is_foreign() => {
                return Err(library("the folder has no model.onnx; export the model with its own tools"));
            }
            None => Source::Memory(export(files, precision)?),
        };
        let session = session(&source).map_err(library)?;
        let input = |name: &str| session.inputs().iter().any(|i| i.name() == name);
        let output = |name: &str| session.outputs().iter().any(|o| o.name() == name);
        let widths = [HeadKind::Token, HeadKind::Sequence].map(|kind| heads.width(kind));
        if !input("input_ids") || !input("attention_mask") || !output(LOGITS) {
            return Err(library(format!(
                "the model must have the inputs input_ids and attention_mask and the output {LOGITS}"
            )));
        }
        if widths[1] > 0 && !output(SEQUENCE_LOGITS) {
            return Err(library(format!("the model lacks the output {SEQUENCE_LOGITS}")));
        }
        let has_types = input("token_type_ids");
        let pool = Pool::default();
        pool.put(session);
        let (vocab, max_positions, pad) = (config.vocab, config.max_positions, config.special.pad);
        Ok(Self { source, pool, vocab, max_positions, pad, widths, has_types, precision })
    }

    fn compute(
        &self,
        session: &mut Session,
        batch: &Batch,
        rectangle: &Rectangle,
        logits: &mut Logits,
    ) -> Result<(), ort::Error> {
        let shape = [rectangle.rows(), rectangle.length];
        let zeros = if self.has_types { vec![0_i64; rectangle.ids.len()] } else { Vec::new() };
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = vec![
            ("input_ids", TensorRef::from_array_view((shape, rectangle.ids.as_slice()))?.into()),
            ("attention_mask", TensorRef::from_array_view((shape, rectangle.mask.as_slice()))?.into()),
        ];
        if self.has_types {
            inputs.push(("token_type_ids", TensorRef::from_array_view((shape, zeros.as_slice()))?.into()));
        }
        let outputs = session.run(inputs)?;
        let (_, token) = outputs[LOGITS].try_extract_tensor::<f32>()?;
        let sequence = match self.widths[1] {
            0 => &[][..],
            _ => outputs[SEQUENCE_LOGITS].try_extract_tensor::<f32>()?.1,
        };
        if token.len() != rectangle.ids.len() * self.widths[0]
            || sequence.len() != rectangle.rows() * self.widths[1]
        {
            return Err(ort::Error::new("its logits are not as many as the configuration has labels"));
        }
        scatter(batch, rectangle, token, sequence, logits);
        Ok(())
    }
}

fn session(source: &Source) -> Result<Session, ort::Error> {
    let mut builder = Session::builder()?.with_intra_threads(1)?.with_inter_threads(1)?;
    match source {
        Source::File(path) => builder.commit_from_file(path),
        Source::Memory(bytes) => builder.commit_from_memory(bytes),
    }
}

impl Backend for Onnx {
    fn name(&self) -> &'static str {
        BackendName::Onnx.name()
    }

    fn description(&self) -> String {
        match &self.source {
            Source::File(path) => format!("ONNX Runtime, {}", path.display()),
            Source::Memory(_) => format!("ONNX Runtime, {}", self.precision.name()),
        }
    }

    fn run(&self, batch: &Batch, logits: &mut Logits) -> Result<(), BackendError> {
        batch.check(self.vocab, self.max_positions)?;
        let failed = |e: ort::Error| BackendError::Library { backend: NAME, reason: e.to_string() };
        let mut taken = match self.pool.take() {
            Some(session) => session,
            None => session(&self.source).map_err(failed)?,
        };
        let result = rectangles(batch, self.pad)
            .iter()
            .try_for_each(|rectangle| self.compute(&mut taken, batch, rectangle, logits));
        self.pool.put(taken);
        result.map_err(failed)
    }
}
