//! Words per second of the `officials` stage alone, on one thread, over made-up news, and the time in
//! which a user's lexicon of 500,000 bodies is added to the built-in one.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dabir::document::{Block, BlockKind, Document, Format, Mention, MentionType, Source};
use dabir::lexicon::Lexicon;
use dabir::normalize::Normalizer;
use dabir::officials::OfficialsStage;
use dabir::pipeline::Stage;
use dabir::segment::Segmenter;
use dabir::span::ByteSpan;

const NEWS: [&str; 6] = [
    "مدیرکل آموزش سازمان آب و برق گیلان گفت: نوسازی شبکه در چهل روستای استان تا پایان سال به پایان می‌رسد.",
    "به گزارش ایرنا از رشت، رحیم نیک‌پور در نشست شورای اداری استان با اشاره به کمبود بارش افزود: مصرف باید کم شود.",
    "وی تأکید کرد که شهرداری‌ها، دهیاری‌ها و استانداری گیلان برای هر محله برنامه‌ای جدا نوشته‌اند.",
    "نماینده مردم رودسر و املش در مجلس شورای اسلامی از وزیر نیرو خواست به این طرح‌ها کمک کند.",
    "معاون عمرانی استاندار گیلان و رئیس شورای شهر لاهیجان نیز درباره راه‌های روستایی توضیح دادند.",
    "در پایان مقرر شد گزارش کار هر ماه به سازمان برنامه و بودجه و بانک کشاورزی فرستاده شود.",
];

const NAMED: [(&str, MentionType); 6] = [
    ("رحیم نیک‌پور", MentionType::Per),
    ("سازمان آب و برق گیلان", MentionType::Org),
    ("ایرنا", MentionType::Org),
    ("رشت", MentionType::Loc),
    ("استانداری گیلان", MentionType::Org),
    ("سازمان برنامه و بودجه", MentionType::Org),
];

/// A document of `paragraphs` paragraphs with a recognizer's mentions.
fn news(paragraphs: usize) -> Document {
    let mut text = String::new();
    let mut blocks = Vec::new();
    for paragraph in NEWS.iter().cycle().take(paragraphs) {
        let from = text.len();
        text.push_str(paragraph);
        blocks.push(Block::new(BlockKind::Paragraph, ByteSpan::new(from, text.len())));
        text.push('\n');
    }
    let mut document = Document::new("bench", Format::Text, text, blocks);
    let stages: [&dyn Stage; 2] = [&Normalizer::default(), &Segmenter];
    for stage in stages {
        stage.run(&mut document).expect("the text is plain");
    }
    for (name, kind) in NAMED {
        let places: Vec<usize> = document.text().match_indices(name).map(|(at, _)| at).collect();
        document.mentions.extend(places.into_iter().map(|at| Mention {
            kind,
            span: ByteSpan::new(at, at + name.len()),
            entity: None,
            source: Source::Model,
            score: 0.9,
        }));
    }
    document.mentions.sort_by_key(|m| (m.span.start, usize::MAX - m.span.end));
    document
}

fn officials(criterion: &mut Criterion) {
    let stage = OfficialsStage::default();
    let mut group = criterion.benchmark_group("officials");
    for (name, paragraphs) in [("short", 12), ("long", 600), ("very long", 6000)] {
        let document = news(paragraphs);
        group.throughput(Throughput::Elements(document.words.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || document.clone(),
                |mut document| {
                    stage.run(&mut document).expect("the stage accepts every document");
                    black_box(document)
                },
                criterion::BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// A lexicon of `count` bodies, each with a short name.
fn names(count: usize) -> String {
    const PARTS: [&str; 10] = ["سپهر", "بهار", "کاوه", "نگین", "آذر", "مهر", "پارس", "دریا", "گلزار", "نوین"];
    let mut text = String::new();
    for number in 0..count {
        let part = |place: u32| PARTS[number / 10_usize.pow(place) % 10];
        let (first, second) = (part(0), part(1));
        writeln!(text, "ORG\tcompany\tشرکت {first} {second}{} {number}\t{first} {number}", part(2))
            .expect("text takes all");
    }
    text
}

fn lexicon(criterion: &mut Criterion) {
    const NAMES: usize = 500_000;
    let file = tempfile::NamedTempFile::new().expect("there is room for a file");
    std::fs::write(file.path(), names(NAMES)).expect("the file can be written");
    let mut group = criterion.benchmark_group("lexicon");
    group.throughput(Throughput::Elements(NAMES as u64)).sample_size(10);
    group.bench_function("500,000 names", |bencher| {
        bencher.iter_batched(
            || Lexicon::builtin().clone(),
            |mut lexicon| {
                assert_eq!(lexicon.extend_from(file.path()).ok(), Some(NAMES));
                lexicon
            },
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, officials, lexicon);
criterion_main!(benches);
