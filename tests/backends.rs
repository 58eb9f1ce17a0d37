//! The backends: what is said where one is not compiled in, what an export holds, and (with the
//! features) that all find the same in a text. Nothing is downloaded.

use std::error::Error;
use std::path::Path;

use assert_cmd::Command;

type Outcome = Result<(), Box<dyn Error>>;

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny-model");

fn dabir(args: &[&str]) -> Result<assert_cmd::assert::Assert, Box<dyn Error>> {
    Ok(Command::cargo_bin("dabir")?.args(args).assert())
}

fn said(assert: &assert_cmd::assert::Assert) -> String {
    let output = assert.get_output();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_missing_backend_says_what_to_build() -> Outcome {
    let missing: &[&str] = &[
        #[cfg(not(feature = "rust-bert"))]
        "rust-bert",
        #[cfg(not(feature = "onnx"))]
        "onnx",
    ];
    for backend in missing {
        for command in [&["model", "info"][..], &["explain", "سلام."], &["annotate", "-"]] {
            let args = [command, &["--backend", backend, "--model", TINY]].concat();
            let text = said(&dabir(&args)?.code(2));
            assert!(text.contains(&format!("--features {backend}")), "{text}");
        }
    }
    Ok(())
}

#[test]
fn kernels_are_chosen_by_name() -> Outcome {
    let info = |kernels: &str| -> Result<_, Box<dyn Error>> {
        let mut command = Command::cargo_bin("dabir")?;
        Ok(command.env("DABIR_KERNEL", kernels).args(["model", "info", "--model", TINY]).assert())
    };
    assert!(said(&info("portable")?.success()).contains("native int8 portable"));
    assert!(said(&info("abacus")?.code(2)).contains("there are:"));
    Ok(())
}

#[test]
fn a_model_is_exported() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = |name: &str| folder.path().join(name).display().to_string();
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).map(|m| m.len());
    dabir(&["model", "export", "--model", TINY, "--onnx", &file("a.onnx")])?.success();
    dabir(&["model", "export", "--model", TINY, "--int8", "--onnx", &file("b.onnx")])?.success();
    assert!(size("b.onnx")? > 50_000 && size("a.onnx")? > 2 * size("b.onnx")?);
    dabir(&["model", "export", "--model", TINY, "--onnx", &file("no/folder.onnx")])?.code(2);
    Ok(())
}

#[test]
fn a_foreign_model_needs_another_backend() -> Outcome {
    let folder = tempfile::tempdir()?;
    foreign::write(folder.path(), "bert", &[])?;
    let text = said(&dabir(&["model", "info", "--model", &folder.path().display().to_string()])?.code(2));
    assert!(text.contains("transformers/bert") && text.contains("--backend rust-bert"), "{text}");
    Ok(())
}

/// Models in the form of the transformers library.
mod foreign {
    use super::*;

    pub const LABELS: [&str; 11] =
        ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-DATE", "I-DATE", "B-MONEY", "I-MONEY"];

    pub fn config(family: &str, more: &[(&str, usize)]) -> serde_json::Value {
        let labels: serde_json::Map<String, serde_json::Value> =
            LABELS.iter().enumerate().map(|(i, &label)| (i.to_string(), label.into())).collect();
        let mut config = serde_json::json!({
            "model_type": family, "hidden_act": "gelu", "hidden_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "intermediate_size": 96, "vocab_size": 74, "max_position_embeddings": 48,
            "type_vocab_size": 2, "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1,
            "initializer_range": 0.02, "id2label": labels,
        });
        for (name, value) in more {
            config[*name] = (*value).into();
        }
        config
    }

    /// Configuration and tokenizer, without weights.
    pub fn write(folder: &Path, family: &str, more: &[(&str, usize)]) -> Outcome {
        std::fs::write(folder.join("config.json"), config(family, more).to_string())?;
        std::fs::copy(Path::new(TINY).join("tokenizer.json"), folder.join("tokenizer.json"))?;
        Ok(())
    }
}

#[cfg(any(feature = "rust-bert", feature = "onnx"))]
mod computed {
    use dabir::document::{Document, Format};
    use dabir::ner::{BackendName, Batch, Logits, Model, ModelOptions, Precision, Recognizer};
    use dabir::normalize::Normalizer;
    use dabir::pipeline::Stage;
    use dabir::segment::Segmenter;

    use super::*;

    /// Sentences of many lengths, one of which needs windows.
    pub fn text() -> String {
        let long = "سازمان برنامه ۳/۵ درصد بودجه استان را تا پایان هفته به شهر می‌پردازد ".repeat(12);
        format!(
            "وزیر کشور گفت: گزارش تا پایان هفته آماده می‌شود.\nمقرر شد استانداران «شهرها» را ببینند.\nوزیر.\n{long}."
        )
    }

    pub fn open(folder: &Path, backend: BackendName) -> Result<Model, Box<dyn Error>> {
        Ok(Model::open(folder, ModelOptions { backend, precision: Precision::Float32, kernels: None })?)
    }

    pub fn mentions(model: Model) -> Result<Document, Box<dyn Error>> {
        let mut document = dabir::read::read("t", text(), Format::Text)?;
        let stages: [&dyn Stage; 3] = [&Normalizer::default(), &Segmenter, &Recognizer::new(model)?];
        for stage in stages {
            stage.run(&mut document)?;
        }
        Ok(document)
    }

    /// Sequences of many lengths.
    pub fn batch() -> Batch {
        let mut batch = Batch::default();
        for length in [1, 44, 3, 17, 9, 18, 2, 30] {
            let inner = (0..length).map(|i| 4 + (i * 31 + length * 7) % 70);
            batch.push(std::iter::once(0).chain(inner).chain([2]));
        }
        batch
    }

    pub fn logits(model: &Model) -> Result<Logits, Box<dyn Error>> {
        let mut logits = Logits::default();
        model.backend().run(&batch(), &mut logits)?;
        // What the memory was used for before does not matter.
        model.backend().run(&batch(), &mut logits)?;
        Ok(logits)
    }

    pub fn close(a: &Logits, b: &Logits) {
        assert_eq!((a.token.len(), a.sequence.len()), (b.token.len(), b.sequence.len()));
        for (x, y) in a.token.iter().zip(&b.token).chain(a.sequence.iter().zip(&b.sequence)) {
            assert!((x - y).abs() < 1e-4 * (1.0 + x.abs()), "{x} and {y}");
        }
    }

    /// What the native backend and another find with the small model of the tests.
    pub fn ours_is_the_same(backend: BackendName) -> Outcome {
        let (native, other) = (open(Path::new(TINY), BackendName::Native)?, open(Path::new(TINY), backend)?);
        close(&logits(&native)?, &logits(&other)?);
        let (native, other) = (mentions(native)?, mentions(other)?);
        assert!(!native.mentions.is_empty());
        let places = |d: &Document| d.mentions.iter().map(|m| (m.kind, m.span)).collect::<Vec<_>>();
        assert_eq!(places(&native), places(&other));
        Ok(())
    }
}

#[cfg(feature = "onnx")]
#[test]
fn onnx_runtime_computes_the_same() -> Outcome {
    if std::env::var_os("ORT_DYLIB_PATH").is_none() {
        eprintln!("skipped: ORT_DYLIB_PATH names no library of ONNX Runtime");
        return Ok(());
    }
    computed::ours_is_the_same(dabir::ner::BackendName::Onnx)?;
    // The same from a file, as others export their models.
    let folder = tempfile::tempdir()?;
    for file in ["config.json", "tokenizer.json"] {
        std::fs::copy(Path::new(TINY).join(file), folder.path().join(file))?;
    }
    let onnx = folder.path().join("model.onnx").display().to_string();
    dabir(&["model", "export", "--model", TINY, "--onnx", &onnx])?.success();
    let model = computed::open(folder.path(), dabir::ner::BackendName::Onnx)?;
    let native = computed::open(Path::new(TINY), dabir::ner::BackendName::Native)?;
    computed::close(&computed::logits(&native)?, &computed::logits(&model)?);
    Ok(())
}

#[cfg(feature = "onnx")]
#[test]
fn a_library_that_is_not_there_is_named() -> Outcome {
    let mut command = Command::cargo_bin("dabir")?;
    let args = ["model", "info", "--backend", "onnx", "--model", TINY];
    let assert = command.env("ORT_DYLIB_PATH", "/nonexistent/lib.so").args(args).assert().code(2);
    let text = said(&assert);
    assert!(text.contains("/nonexistent/lib.so") && text.contains("ORT_DYLIB_PATH"), "{text}");
    Ok(())
}

#[cfg(feature = "rust-bert")]
mod rust_bert {
    use ::rust_bert::albert::AlbertForTokenClassification;
    use ::rust_bert::bert::BertForTokenClassification;
    use ::rust_bert::roberta::RobertaForTokenClassification;
    use dabir::ner::model::{ModelFiles, Weights};
    use dabir::ner::{BackendName, Batch, Logits};
    use tch::nn::VarStore;
    use tch::{Device, Tensor, no_grad};

    use super::*;

    #[test]
    fn our_model_is_the_same() -> Outcome {
        computed::ours_is_the_same(BackendName::RustBert)
    }

    /// The small model of the tests with its first head only, in our form and in that of others.
    #[test]
    fn both_forms_of_a_model_find_the_same() -> Outcome {
        let (ours, theirs) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let files = ModelFiles::read(Path::new(TINY))?;
        for name in ["tokenizer.json", "model.safetensors"] {
            std::fs::copy(Path::new(TINY).join(name), ours.path().join(name))?;
        }
        let mut config: serde_json::Value = serde_json::from_slice(&files.config)?;
        let heads = config["heads"].as_object_mut().ok_or("heads")?;
        heads.retain(|name, _| name == "ner");
        heads["ner"]["labels"] = serde_json::json!(foreign::LABELS);
        std::fs::write(ours.path().join("config.json"), config.to_string())?;

        foreign::write(theirs.path(), "bert", &[])?;
        let weights = Weights::new(&files.weights)?;
        let store = VarStore::new(Device::Cpu);
        let config = serde_json::from_value(foreign::config("bert", &[]))?;
        BertForTokenClassification::new(store.root(), &config)?;
        for (name, mut variable) in store.variables() {
            let shape: Vec<usize> = variable.size().iter().map(|&n| n as usize).collect();
            let ours = name.replace("bert.", "").replace("classifier", "head.ner");
            let values = match ours.as_str() {
                "embeddings.token_type_embeddings.weight" => vec![0.0; shape.iter().product()],
                ours => weights.dense(ours, &shape)?,
            };
            no_grad(|| variable.copy_(&Tensor::from_slice(&values).view(variable.size().as_slice())));
        }
        store.save(theirs.path().join("model.safetensors"))?;

        let native = computed::open(ours.path(), BackendName::Native)?;
        let other = computed::open(theirs.path(), BackendName::RustBert)?;
        computed::close(&computed::logits(&native)?, &computed::logits(&other)?);
        let (native, other) = (computed::mentions(native)?, computed::mentions(other)?);
        assert!(!native.mentions.is_empty());
        let places = |d: &dabir::document::Document| -> Vec<_> {
            d.mentions.iter().map(|m| (m.kind, m.span)).collect()
        };
        assert_eq!(places(&native), places(&other));
        Ok(())
    }

    /// Logits of single sequences, without padding.
    fn alone(batch: &Batch, forward: impl Fn(&Tensor) -> Tensor) -> Result<Vec<f32>, Box<dyn Error>> {
        let mut all: Vec<f32> = Vec::new();
        for tokens in batch.sequences() {
            let ids: Vec<i64> = batch.ids()[tokens].iter().map(|&id| id.into()).collect();
            let logits = no_grad(|| forward(&Tensor::from_slice(&ids).unsqueeze(0)));
            all.extend(Vec::<f32>::try_from(&logits.contiguous().view(-1))?);
        }
        Ok(all)
    }

    fn other_family(
        family: &str,
        more: &[(&str, usize)],
        make: impl Fn(&VarStore, serde_json::Value) -> Result<Box<dyn Fn(&Tensor) -> Tensor>, Box<dyn Error>>,
    ) -> Outcome {
        let folder = tempfile::tempdir()?;
        foreign::write(folder.path(), family, more)?;
        let store = VarStore::new(Device::Cpu);
        let forward = make(&store, foreign::config(family, more))?;
        store.save(folder.path().join("rust_model.ot"))?;
        let model = computed::open(folder.path(), BackendName::RustBert)?;
        let expected = Logits { token: alone(&computed::batch(), forward)?, sequence: Vec::new() };
        computed::close(&expected, &computed::logits(&model)?);
        // From two threads at the same time, each with a network of its own.
        std::thread::scope(|scope| {
            let run = || computed::logits(&model).map_err(|e| e.to_string());
            for thread in [scope.spawn(run), scope.spawn(run)] {
                match thread.join() {
                    Ok(Ok(logits)) => computed::close(&expected, &logits),
                    other => panic!("{other:?}"),
                }
            }
        });
        computed::mentions(model)?;
        Ok(())
    }

    #[test]
    fn roberta_and_xlm_r_are_served() -> Outcome {
        for family in ["roberta", "xlm-roberta"] {
            other_family(family, &[("max_position_embeddings", 50)], |store, config| {
                let config = serde_json::from_value(config)?;
                let model = RobertaForTokenClassification::new(store.root(), &config)?;
                Ok(Box::new(move |ids| model.forward_t(Some(ids), None, None, None, None, false).logits))
            })?;
        }
        Ok(())
    }

    #[test]
    fn albert_is_served() -> Outcome {
        let more = [
            ("bos_token_id", 0),
            ("eos_token_id", 2),
            ("pad_token_id", 1),
            ("embedding_size", 32),
            ("inner_group_num", 1),
            ("num_hidden_groups", 1),
        ];
        other_family("albert", &more, |store, config| {
            let config = serde_json::from_value(config)?;
            let model = AlbertForTokenClassification::new(store.root(), &config)?;
            Ok(Box::new(move |ids| model.forward_t(Some(ids), None, None, None, None, false).logits))
        })
    }
}
