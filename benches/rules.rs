//! How fast sentences are matched with all rules: from words to classes and tasks, without the
//! recognizer. Throughput is in words, time that of the processor.

#[path = "clock/mod.rs"]
mod clock;

use std::time::Duration;

use clock::Clock;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dabir::document::BlockKind;
use dabir::pipeline::Stage;
use dabir::segment::Segmenter;
use dabir::tasks::{TaskStage, example_document};

const TEXT: [&str; 6] = [
    "مقرر شد [ROLE شهردار بهار] نسبت به خرید و تجهیز سوله در دو نقطه شهر و راه‌اندازی مرکز تا پایان آبان اقدام نماید.",
    "[PER رضا نادری] [ROLE مدیرکل راه استان] در گفت‌وگو با خبرنگاران اظهار کرد: پیمانکاران باید کار را ظرف مدت دو ماه تحویل دهند.",
    "وی افزود: در این سفر پنج طرح عمرانی با حضور [ROLE استاندار] افتتاح شد و ساخت دو درمانگاه در دستور کار قرار دارد.",
    "این روستاها در بخش کوهستانی استان قرار دارند و بیشتر مردم آن کشاورز هستند و درآمد اندکی دارند.",
    "[ORG شورای شهر] خواستار تسریع در اجرای طرح شد و بر لزوم همکاری بانک‌ها و دستگاه‌های اجرایی تاکید کرد.",
    "[ORG شهرداری] با همکاری [ORG هلال احمر] از هفته آینده کارگاه‌های آموزشی را در ده محله شهر برگزار خواهد کرد.",
];

fn rules(c: &mut Criterion) {
    let stage = TaskStage::built_in().expect("the rules of the package compile");
    let mut document = example_document(&format!("{}\n", TEXT.join("\n")).repeat(20));
    document.blocks[0].kind = BlockKind::Paragraph;
    Segmenter.run(&mut document).expect("the segmenter runs");
    let mut group = c.benchmark_group("rules");
    group.throughput(Throughput::Elements(document.words.len() as u64));
    group.bench_function("tasks", |b| {
        b.iter_custom(|times| {
            let mut total = Duration::ZERO;
            for _ in 0..times {
                let mut document = document.clone();
                let clock = Clock::start();
                stage.run(&mut document).expect("the stage runs");
                total += clock.elapsed();
            }
            total
        });
    });
    group.finish();
}

criterion_group!(benches, rules);
criterion_main!(benches);
