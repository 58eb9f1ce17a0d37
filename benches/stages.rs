//! Words a second of each stage alone and of the whole, on one thread, over the sample documents.
//! Time is that of the processor.
//!
//! ```text
//! cargo bench --bench stages
//! ```

#[path = "clock/mod.rs"]
mod clock;

use std::hint::black_box;
use std::path::Path;

use clock::Clock;
use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use dabir::calendar;
use dabir::document::Document;
use dabir::ner::{Model, ModelOptions, Recognizer};
use dabir::normalize::Normalizer;
use dabir::officials::OfficialsStage;
use dabir::pipeline::Stage;
use dabir::read::{detect, read};
use dabir::record::Record;
use dabir::segment::Segmenter;
use dabir::tasks::TaskStage;

/// The texts of the sample documents.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/samples");
    let entries = std::fs::read_dir(folder).expect("the samples");
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt" || e == "html"));
    paths.sort();
    paths.iter().map(|p| std::fs::read_to_string(p).expect("UTF-8")).collect()
}

fn document(text: &str) -> Document {
    read("bench", text.to_owned(), detect(text)).expect("a sample can be read")
}

/// Measures `work` over fresh copies of `inputs`.
fn measure<T: Clone>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    inputs: &[T],
    work: impl Fn(&mut T),
) {
    group.bench_function(name, |b| {
        b.iter_custom(|times| {
            let mut total = std::time::Duration::ZERO;
            for _ in 0..times {
                let mut copies = inputs.to_vec();
                let clock = Clock::start();
                copies.iter_mut().for_each(&work);
                total += clock.elapsed();
                black_box(copies);
            }
            total
        });
    });
}

fn stages(c: &mut Criterion) {
    let texts = texts();
    let model = Model::embedded(ModelOptions::default()).expect("the model is in the program");
    let stages: [Box<dyn Stage>; 5] = [
        Box::new(Normalizer::default()),
        Box::new(Segmenter),
        Box::new(Recognizer::new(model).expect("the model's labels are known")),
        Box::new(OfficialsStage::default()),
        Box::new(TaskStage::built_in().expect("the rules of the package compile")),
    ];
    let mut documents: Vec<Document> = texts.iter().map(|t| document(t)).collect();
    let finished: Vec<Document> = documents
        .iter()
        .cloned()
        .map(|mut document| {
            stages.iter().for_each(|s| s.run(&mut document).expect("a sample"));
            document
        })
        .collect();
    let words: usize = finished.iter().map(|d| d.words.len()).sum();

    let mut group = c.benchmark_group("stages");
    group.sample_size(20).throughput(Throughput::Elements(words as u64));
    measure(&mut group, "read", &texts, |text| {
        black_box(document(text));
    });
    for stage in &stages {
        let run = |document: &mut Document| stage.run(document).expect("a sample");
        measure(&mut group, stage.name(), &documents, run);
        documents.iter_mut().for_each(run);
    }
    let surfaces: Vec<Vec<String>> = finished
        .iter()
        .map(|d| d.words.iter().map(|w| dabir::normalize::normalize(w.span.of(d.text()))).collect())
        .collect();
    measure(&mut group, "calendar", &surfaces, |words| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        black_box(calendar::find(&words));
    });
    measure(&mut group, "write", &finished, |document| {
        let mut line = Vec::new();
        dabir::write::json_line(&mut line, &Record::from(&*document)).expect("memory");
        black_box(line);
    });
    measure(&mut group, "whole", &texts, |text| {
        let mut document = document(text);
        stages.iter().for_each(|s| s.run(&mut document).expect("a sample"));
        black_box(Record::from(&document));
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
