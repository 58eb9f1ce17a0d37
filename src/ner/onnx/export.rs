//! Our model as an ONNX file: inputs `input_ids` and `attention_mask`, both `[batch, sequence]`;
//! outputs `logits` (all token heads side by side) and `sequence_logits` (all sequence heads).
//!
//! The operations and their order are those in which ONNX Runtime recognizes layer normalization,
//! GELU and attention, and computes each as one.

use prost::Message;

use super::proto::{
    Attribute, Entry, FLOAT, Graph, INT8, INT64, Model, Node, OperatorSet, Tensor, ValueInfo,
};
use crate::ner::backend::{BackendName, Precision};
use crate::ner::model::{HeadKind, Heads, ModelConfig, ModelError, ModelFiles, Weights};

/// The first version of the operators that has layer normalization.
const OPERATORS: i64 = 17;
/// The version of the format that came with it.
const FORMAT: i64 = 8;

/// Writes a model of ours as ONNX. With [`Precision::Int8`] the weights stay 8-bit integers and
/// activations are quantized tensor by tensor while it runs, as ONNX Runtime's dynamic quantization
/// does; with [`Precision::Float32`] everything is floating point.
///
/// # Errors
/// Where the files are damaged, or not those of a model of ours.
pub fn export(files: &ModelFiles, precision: Precision) -> Result<Vec<u8>, ModelError> {
    let config = files.config()?;
    if files.is_foreign() || files.weights.is_empty() {
        return Err(ModelError::Unsuited {
            backend: BackendName::Onnx.name(),
            what: format!("an export of {}", config.schema),
            instead: "only models with our own model.safetensors can be exported",
        });
    }
    let heads = config.heads()?;
    let weights = Weights::new(&files.weights)?;
    let mut export = Export { weights, precision, nodes: Vec::new(), constants: Vec::new() };
    let outputs = export.model(&config, &heads)?;
    let input = |name| ValueInfo::tensor(name, INT64, &[Err("batch"), Err("sequence")]);
    let graph = Graph {
        node: export.nodes,
        name: config.name.clone(),
        initializer: export.constants,
        input: vec![input("input_ids"), input("attention_mask")],
        output: outputs,
    };
    let labels =
        heads.iter().map(|head| Entry { key: format!("labels.{}", head.name), value: head.labels.join(" ") });
    let model = Model {
        ir_version: FORMAT,
        producer_name: env!("CARGO_PKG_NAME").to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        graph: Some(graph),
        opset_import: vec![OperatorSet { domain: String::new(), version: OPERATORS }],
        metadata: labels.collect(),
    };
    Ok(model.encode_to_vec())
}

/// A graph that grows. Values are known by the names that these functions give.
struct Export<'a> {
    weights: Weights<'a>,
    precision: Precision,
    nodes: Vec<Node>,
    constants: Vec<Tensor>,
}

/// Quantized rows: values, scale, zero point.
struct Quantized([String; 3]);

/// What a linear layer is applied to.
enum Rows {
    Float(String),
    Int8(Quantized),
}

impl Export<'_> {
    fn constant(&mut self, name: &str, data_type: i32, dims: &[usize], raw_data: Vec<u8>) -> String {
        let dims = dims.iter().map(|&d| d as i64).collect();
        self.constants.push(Tensor { dims, data_type, name: name.to_owned(), raw_data });
        name.to_owned()
    }

    fn floats(&mut self, name: &str, dims: &[usize], values: &[f32]) -> String {
        self.constant(name, FLOAT, dims, values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    fn integers(&mut self, name: &str, dims: &[usize], values: &[i64]) -> String {
        self.constant(name, INT64, dims, values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// A tensor of the model.
    fn tensor(&mut self, name: &str, dims: &[usize]) -> Result<String, ModelError> {
        let values = self.weights.dense(name, dims)?;
        Ok(self.floats(name, dims, &values))
    }

    fn node(&mut self, op_type: &str, inputs: &[&str], outputs: &[String], attribute: Vec<Attribute>) {
        self.nodes.push(Node {
            input: inputs.iter().map(|&name| name.to_owned()).collect(),
            output: outputs.to_vec(),
            name: format!("{op_type}_{}", self.nodes.len()),
            op_type: op_type.to_owned(),
            attribute,
        });
    }

    /// An operation with one output.
    fn op(&mut self, op_type: &str, inputs: &[&str], attribute: Vec<Attribute>) -> String {
        let output = format!("value_{}", self.nodes.len());
        self.node(op_type, inputs, std::slice::from_ref(&output), attribute);
        output
    }

    /// The input of linear layers.
    fn rows(&mut self, x: &str) -> Rows {
        match self.precision {
            Precision::Float32 => Rows::Float(x.to_owned()),
            Precision::Int8 => {
                let n = self.nodes.len();
                let outputs = ["quantized", "scale", "zero"].map(|part| format!("{part}_{n}"));
                self.node("DynamicQuantizeLinear", &[x], &outputs, Vec::new());
                Rows::Int8(Quantized(outputs))
            }
        }
    }

    /// A linear layer of the encoder.
    fn linear(&mut self, x: &Rows, name: &str, inputs: usize, outputs: usize) -> Result<String, ModelError> {
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        let product = match x {
            Rows::Float(x) => {
                let values = transposed(&self.weights.dense(&weight, &[outputs, inputs])?, inputs);
                let weight = self.floats(&weight, &[inputs, outputs], &values);
                self.op("MatMul", &[x, &weight], Vec::new())
            }
            Rows::Int8(Quantized([x, scale, zero])) => {
                let bytes = transposed(self.weights.int8(&weight, outputs, inputs)?, inputs);
                let scales = self.tensor(&format!("{weight}_scale"), &[outputs])?;
                let weight = self.constant(&weight, INT8, &[inputs, outputs], bytes);
                let sums = self.op("MatMulInteger", &[x, &weight, zero], Vec::new());
                let sums = self.op("Cast", &[&sums], vec![Attribute::int("to", FLOAT.into())]);
                let scale = self.op("Mul", &[scale, &scales], Vec::new());
                self.op("Mul", &[&sums, &scale], Vec::new())
            }
        };
        let bias = self.tensor(&bias, &[outputs])?;
        Ok(self.op("Add", &[&product, &bias], Vec::new()))
    }

    fn norm(&mut self, x: &str, name: &str, config: &ModelConfig) -> Result<String, ModelError> {
        let weight = self.tensor(&format!("{name}.weight"), &[config.hidden])?;
        let bias = self.tensor(&format!("{name}.bias"), &[config.hidden])?;
        let attributes = vec![Attribute::int("axis", -1), Attribute::float("epsilon", config.layer_norm_eps)];
        Ok(self.op("LayerNormalization", &[x, &weight, &bias], attributes))
    }

    /// The states that go into the first layer.
    fn embeddings(&mut self, config: &ModelConfig) -> Result<String, ModelError> {
        const TABLE: &str = "embeddings.word_embeddings.weight";
        let (vocab, hidden) = (config.vocab, config.hidden);
        let words = match self.precision {
            Precision::Float32 => {
                let table = self.tensor(TABLE, &[vocab, hidden])?;
                self.op("Gather", &[&table, "input_ids"], Vec::new())
            }
            Precision::Int8 => {
                let bytes = self.weights.int8(TABLE, vocab, hidden)?.to_vec();
                let scales = self.weights.float(&format!("{TABLE}_scale"), &[vocab])?;
                let table = self.constant(TABLE, INT8, &[vocab, hidden], bytes);
                let scales = self.floats(&format!("{TABLE}_scale"), &[vocab, 1], &scales);
                let words = self.op("Gather", &[&table, "input_ids"], Vec::new());
                let words = self.op("Cast", &[&words], vec![Attribute::int("to", FLOAT.into())]);
                let scale = self.op("Gather", &[&scales, "input_ids"], Vec::new());
                self.op("Mul", &[&words, &scale], Vec::new())
            }
        };
        let shape = self.op("Shape", &["input_ids"], Vec::new());
        let [zero, one] = [0, 1].map(|n| self.integers(&format!("number_{n}"), &[], &[n]));
        let length = self.op("Gather", &[&shape, &one], Vec::new());
        let places = self.op("Range", &[&zero, &length, &one], Vec::new());
        let table = self.tensor("embeddings.position_embeddings.weight", &[config.max_positions, hidden])?;
        let places = self.op("Gather", &[&table, &places], Vec::new());
        let sum = self.op("Add", &[&words, &places], Vec::new());
        self.norm(&sum, "embeddings.LayerNorm", config)
    }

    /// What is added to the attention's scores: nothing where a token stands, much less where none.
    fn mask(&mut self) -> String {
        let axes = self.integers("mask_axes", &[2], &[1, 2]);
        let one = self.floats("mask_one", &[], &[1.0]);
        let least = self.floats("mask_least", &[], &[-10_000.0]);
        let mask = self.op("Unsqueeze", &["attention_mask", &axes], Vec::new());
        let mask = self.op("Cast", &[&mask], vec![Attribute::int("to", FLOAT.into())]);
        let mask = self.op("Sub", &[&one, &mask], Vec::new());
        self.op("Mul", &[&mask, &least], Vec::new())
    }

    fn attention(
        &mut self,
        x: &str,
        layer: &str,
        mask: &str,
        config: &ModelConfig,
    ) -> Result<String, ModelError> {
        let hidden = config.hidden;
        let rows = self.rows(x);
        let mut part = |name: &str, order: &[i64]| {
            let y = self.linear(&rows, &format!("{layer}.attention.self.{name}"), hidden, hidden)?;
            let y = self.op("Reshape", &[&y, "split"], Vec::new());
            Ok::<_, ModelError>(self.op("Transpose", &[&y], vec![Attribute::ints("perm", order)]))
        };
        let query = part("query", &[0, 2, 1, 3])?;
        let key = part("key", &[0, 2, 3, 1])?;
        let value = part("value", &[0, 2, 1, 3])?;
        let scores = self.op("MatMul", &[&query, &key], Vec::new());
        let scores = self.op("Div", &[&scores, "root"], Vec::new());
        let scores = self.op("Add", &[&scores, mask], Vec::new());
        let weights = self.op("Softmax", &[&scores], vec![Attribute::int("axis", -1)]);
        let mixed = self.op("MatMul", &[&weights, &value], Vec::new());
        let mixed = self.op("Transpose", &[&mixed], vec![Attribute::ints("perm", &[0, 2, 1, 3])]);
        let mixed = self.op("Reshape", &[&mixed, "joined"], Vec::new());
        let rows = self.rows(&mixed);
        self.linear(&rows, &format!("{layer}.attention.output.dense"), hidden, hidden)
    }

    fn gelu(&mut self, x: &str) -> String {
        let erf = self.op("Div", &[x, "root_two"], Vec::new());
        let erf = self.op("Erf", &[&erf], Vec::new());
        let sum = self.op("Add", &[&erf, "mask_one"], Vec::new());
        let product = self.op("Mul", &[x, &sum], Vec::new());
        self.op("Mul", &[&product, "half"], Vec::new())
    }

    /// A linear layer over all heads of a kind; its values are the output `name`.
    fn heads(
        &mut self,
        x: &str,
        name: &str,
        heads: &Heads,
        kind: HeadKind,
        hidden: usize,
    ) -> Result<(), ModelError> {
        let (mut weight, mut bias) = (Vec::new(), Vec::new());
        for head in heads.iter().filter(|h| h.kind == kind) {
            let labels = head.labels.len();
            weight.extend(self.weights.float(&format!("head.{}.weight", head.name), &[labels, hidden])?);
            bias.extend(self.weights.float(&format!("head.{}.bias", head.name), &[labels])?);
        }
        let weight =
            self.floats(&format!("{name}.weight"), &[hidden, bias.len()], &transposed(&weight, hidden));
        let bias = self.floats(&format!("{name}.bias"), &[bias.len()], &bias);
        let product = self.op("MatMul", &[x, &weight], Vec::new());
        self.node("Add", &[&product, &bias], &[name.to_owned()], Vec::new());
        Ok(())
    }

    /// Everything; gives the outputs.
    fn model(&mut self, config: &ModelConfig, heads: &Heads) -> Result<Vec<ValueInfo>, ModelError> {
        let (hidden, wide) = (config.hidden, config.intermediate);
        let size = hidden / config.attention_heads.max(1);
        self.integers("split", &[4], &[0, 0, config.attention_heads as i64, size as i64]);
        self.integers("joined", &[3], &[0, 0, hidden as i64]);
        self.floats("root", &[], &[(size as f32).sqrt()]);
        self.floats("root_two", &[], &[std::f32::consts::SQRT_2]);
        self.floats("half", &[], &[0.5]);
        let mut x = self.embeddings(config)?;
        let mask = self.mask();
        for l in 0..config.layers {
            let layer = format!("encoder.layer.{l}");
            let attention = self.attention(&x, &layer, &mask, config)?;
            let sum = self.op("Add", &[&attention, &x], Vec::new());
            x = self.norm(&sum, &format!("{layer}.attention.output.LayerNorm"), config)?;
            let rows = self.rows(&x);
            let between = self.linear(&rows, &format!("{layer}.intermediate.dense"), hidden, wide)?;
            let between = self.gelu(&between);
            let rows = self.rows(&between);
            let out = self.linear(&rows, &format!("{layer}.output.dense"), wide, hidden)?;
            let sum = self.op("Add", &[&out, &x], Vec::new());
            x = self.norm(&sum, &format!("{layer}.output.LayerNorm"), config)?;
        }
        let width = |kind| heads.width(kind) as i64;
        self.heads(&x, super::LOGITS, heads, HeadKind::Token, hidden)?;
        let shape = [Err("batch"), Err("sequence"), Ok(width(HeadKind::Token))];
        let mut outputs = vec![ValueInfo::tensor(super::LOGITS, FLOAT, &shape)];
        if width(HeadKind::Sequence) > 0 {
            let first = self.op("Gather", &[&x, "number_0"], vec![Attribute::int("axis", 1)]);
            self.heads(&first, super::SEQUENCE_LOGITS, heads, HeadKind::Sequence, hidden)?;
            let shape = [Err("batch"), Ok(width(HeadKind::Sequence))];
            outputs.push(ValueInfo::tensor(super::SEQUENCE_LOGITS, FLOAT, &shape));
        }
        Ok(outputs)
    }
}

/// Rows of `columns` values to columns.
fn transposed<T: Copy>(values: &[T], columns: usize) -> Vec<T> {
    (0..columns).flat_map(|c| values.iter().skip(c).step_by(columns).copied()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_value_is_made_before_it_is_used() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny-model"));
        let files = ModelFiles::read(folder).expect("the fixture");
        for precision in [Precision::Float32, Precision::Int8] {
            let bytes = export(&files, precision).expect("the fixture is a model of ours");
            let model = Model::decode(bytes.as_slice()).expect("what was written can be read");
            let graph = model.graph.expect("a graph");
            let mut known: BTreeSet<&str> = graph.input.iter().map(|i| i.name.as_str()).collect();
            for tensor in &graph.initializer {
                let size = if tensor.data_type == INT8 {
                    1
                } else if tensor.data_type == FLOAT {
                    4
                } else {
                    8
                };
                let values: i64 = tensor.dims.iter().product();
                assert_eq!(tensor.raw_data.len() as i64, size * values, "{}", tensor.name);
                assert!(known.insert(&tensor.name), "{} is there twice", tensor.name);
            }
            for node in &graph.node {
                for input in &node.input {
                    assert!(known.contains(input.as_str()), "{} needs {input}", node.name);
                }
                for output in &node.output {
                    assert!(known.insert(output), "{output} is made twice");
                }
            }
            assert!(graph.output.iter().all(|o| known.contains(o.name.as_str())));
            let integers = graph.node.iter().filter(|n| n.op_type == "MatMulInteger").count();
            assert_eq!(integers, if precision == Precision::Int8 { 6 * 2 } else { 0 });
        }
    }

    #[test]
    fn columns_become_rows() {
        assert_eq!(transposed(&[1, 2, 3, 4, 5, 6], 3), [1, 4, 2, 5, 3, 6]);
    }
}
