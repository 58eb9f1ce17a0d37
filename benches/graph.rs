//! Documents per second from records to a graph. To measure the command on a whole corpus:
//!
//! ```sh
//! cargo bench --bench graph -- --write corpus.jsonl 100000
//! time dabir graph corpus.jsonl -o corpus.gexf
//! ```

mod corpus;

use std::hint::black_box;
use std::io::{BufWriter, Write};

use criterion::{Criterion, Throughput};
use dabir::graph::{Builder, Graph};
use dabir::record::Record;
use dabir::resolve::ResolveOptions;

fn graph(records: &[Record]) -> Graph {
    let mut builder = Builder::new(ResolveOptions::default());
    records.iter().for_each(|record| {
        builder.add(record);
    });
    builder.finish()
}

fn measure(criterion: &mut Criterion) {
    let records: Vec<Record> =
        (0..2000).filter_map(|n| serde_json::from_value(corpus::document(n)).ok()).collect();
    assert_eq!(records.len(), 2000, "the generator makes records");
    assert!(records.iter().all(|r| r.check().is_ok()), "with spans in their texts");
    let mut group = criterion.benchmark_group("graph");
    group.sample_size(10).throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("build", |bencher| bencher.iter(|| black_box(graph(&records))));
    group.finish();
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--write") {
        let (Some(file), Some(number)) = (arguments.get(at + 1), arguments.get(at + 2)) else {
            eprintln!("usage: --write FILE NUMBER");
            std::process::exit(2);
        };
        let number: u64 = number.parse().map_err(std::io::Error::other)?;
        let mut out = BufWriter::new(std::fs::File::create(file)?);
        for n in 0..number {
            serde_json::to_writer(&mut out, &corpus::document(n))?;
            out.write_all(b"\n")?;
        }
        return out.flush();
    }
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion);
    criterion.final_summary();
    Ok(())
}
