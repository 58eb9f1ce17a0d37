//! A damaged or foreign model is refused with the reason.

use super::*;

fn tiny() -> ModelFiles {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny-model"));
    ModelFiles::read(folder).unwrap()
}

/// What the model says after a change of its configuration.
fn with_config(from: &str, to: &str) -> String {
    let mut files = tiny();
    let config = String::from_utf8(files.config.to_vec()).unwrap();
    assert!(config.contains(from));
    files.config = Cow::Owned(config.replacen(from, to, 1).into_bytes());
    Model::build(files, ModelOptions::default()).unwrap_err().to_string()
}

#[test]
fn a_whole_model_is_accepted() {
    let files = tiny();
    files.verify(&files.config().unwrap()).unwrap();
    let model = Model::build(files, ModelOptions::default()).unwrap();
    assert_eq!(model.heads().width(HeadKind::Token), 11 + 7 + 3 + 9 + 3 + 5);
    assert_eq!(model.heads().width(HeadKind::Sequence), 6);
    assert_eq!(model.heads().get("role", HeadKind::Token).unwrap().offset, 18);
}

#[test]
fn a_changed_byte_is_found() {
    let mut files = tiny();
    let config = files.config().unwrap();
    let last = files.weights.len() - 1;
    files.weights.to_mut()[last] ^= 1;
    let error = files.verify(&config).unwrap_err().to_string();
    assert!(error.starts_with("model.safetensors of the model is damaged"), "{error}");
}

#[test]
fn a_foreign_shape_is_named() {
    let error = with_config("\"layers\": 2", "\"layers\": 3");
    assert!(error.contains("encoder.layer.2.attention.self.query.weight"), "{error}");
    let error = with_config("\"intermediate\": 96", "\"intermediate\": 128");
    assert!(error.contains("I8 [96, 64], expected I8 [128, 64]"), "{error}");
    assert!(with_config("dabir-model/1", "dabir-model/9").contains("dabir-model/9"));
    assert!(with_config("\"intermediate\": 96", "\"intermediate\": 100").contains("multiple of 32"));
    assert!(with_config("\"vocab\": 74", "\"vocab\": 70").contains("it knows 74 subwords"));
    assert!(with_config("\"bos\": 0", "\"bos\": 74").contains("outside the vocabulary"));
}

#[test]
fn transitions_must_fit_the_labels() {
    let error = with_config("\"labels\": [", "\"transitions\": [[0.5, 1.0]], \"labels\": [");
    assert!(error.contains("transitions must have") && error.contains("rows of"), "{error}");
}

#[test]
fn weights_may_lie_at_any_address() {
    let files = tiny();
    for shift in 0..8 {
        let mut moved = vec![0; shift];
        moved.extend_from_slice(&files.weights);
        let moved: &'static [u8] = Vec::leak(moved);
        let files = ModelFiles { weights: Cow::Borrowed(&moved[shift..]), ..files.clone() };
        Model::build(files, ModelOptions::default()).unwrap();
    }
}

#[test]
fn truncated_weights_and_missing_files_are_errors() {
    let mut files = tiny();
    files.weights.to_mut().truncate(5000);
    assert!(matches!(Model::build(files, ModelOptions::default()), Err(ModelError::Weights(_))));
    let nowhere = Path::new("/nonexistent/model");
    assert!(matches!(Model::open(nowhere, ModelOptions::default()), Err(ModelError::Read { .. })));
    let options = ModelOptions { kernels: Some("abacus"), ..ModelOptions::default() };
    let error = Model::build(tiny(), options).unwrap_err().to_string();
    assert!(error.contains("abacus") && error.contains("portable"), "{error}");
}
