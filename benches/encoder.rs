//! Tokens a second of the encoder on one thread, for every instruction set of this machine and in
//! both precisions, on sentences that we wrote. Run with
//!
//! ```text
//! cargo bench --bench encoder                     # the model in the source tree
//! DABIR_MODEL=DIR cargo bench --bench encoder     # another
//! ```

#[path = "clock/mod.rs"]
mod clock;

use std::hint::black_box;
use std::path::PathBuf;

use clock::Clock;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dabir::ner::native::available;
use dabir::ner::{Batch, Logits, Model, ModelOptions, Precision};

const SENTENCES: [&str; 12] = [
    "مقرر شد شهرداری تا پایان هفته گزارش پیشرفت پروژه را به استانداری ارسال کند.",
    "جلسه با حضور فرماندار برگزار شد.",
    "معاون عمرانی استاندار بر ضرورت تکمیل طرح آبرسانی به روستاهای بخش مرکزی تا پیش از آغاز فصل گرما تأکید کرد.",
    "وی افزود: اعتبار لازم پیش‌بینی شده است.",
    "سازمان برنامه و بودجه موظف است ظرف مدت دو ماه آیین‌نامه اجرایی این ماده را با همکاری وزارت کشور و وزارت راه و شهرسازی تهیه و برای تصویب به هیأت وزیران تقدیم نماید.",
    "همچنین در این نشست مدیرکل دفتر فنی گزارشی از وضعیت راه‌های روستایی، پل‌های آسیب‌دیده از سیلاب اخیر، و نیازهای اعتباری سال آینده ارائه کرد و خواستار تسریع در تخصیص منابع شد.",
    "دستور کار: بررسی مشکلات حمل‌ونقل",
    "رئیس دانشگاه علوم پزشکی اعلام کرد ۱۲۰ تخت بیمارستانی جدید تا ۱۴۰۲/۰۶/۳۱ به بهره‌برداری می‌رسد.",
    "فرمانداران تابعه نسبت به تشکیل کارگروه تخصصی اقدام نمایند.",
    "به گزارش روابط عمومی استانداری، در ادامه این جلسه که نمایندگان دستگاه‌های خدمات‌رسان، شهرداران و دهیاران منطقه نیز در آن حضور داشتند، درباره ساماندهی دست‌فروشان، رفع آب‌گرفتگی معابر، و نوسازی ناوگان اتوبوسرانی گفت‌وگو و مقرر شد کمیته‌ای مشترک موضوع را پیگیری کند.",
    "هزینه این طرح ۳۵۰ میلیارد ریال برآورد شده است.",
    "دکتر احمدی، مدیرعامل شرکت آب منطقه‌ای، گفت: سطح آب‌های زیرزمینی دشت نسبت به سال گذشته ۱۵ درصد کاهش یافته است.",
];

fn folder() -> PathBuf {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/models/dabir-fa");
    std::env::var_os("DABIR_MODEL").map_or_else(|| shipped.into(), PathBuf::from)
}

/// About a thousand tokens.
fn batch(model: &Model) -> Batch {
    let mut batch = Batch::default();
    let special = model.config().special;
    for sentence in SENTENCES.iter().cycle() {
        let mut ids = vec![special.bos];
        for word in sentence.split(' ') {
            model.subwords().encode(word, &mut ids).expect("the tokenizer takes any word");
        }
        ids.push(special.eos);
        batch.push(ids);
        if batch.ids().len() > 960 {
            return batch;
        }
    }
    batch
}

fn encoder(c: &mut Criterion) {
    if !folder().join("config.json").is_file() {
        eprintln!("no model in {}: nothing is measured", folder().display());
        return;
    }
    let mut group = c.benchmark_group("encoder");
    group.sample_size(20);
    for precision in [Precision::Int8, Precision::Float32] {
        for kernels in available() {
            let options =
                ModelOptions { precision, kernels: Some(kernels.name()), ..ModelOptions::default() };
            let model = Model::open(&folder(), options).expect("the model is whole");
            let batch = batch(&model);
            let mut logits = Logits::default();
            group.throughput(Throughput::Elements(batch.ids().len() as u64));
            group.bench_function(format!("{}/{}", precision.name(), kernels.name()), |b| {
                b.iter_custom(|times| {
                    let clock = Clock::start();
                    for _ in 0..times {
                        model.backend().run(black_box(&batch), &mut logits).expect("ids of the model");
                    }
                    clock.elapsed()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, encoder);
criterion_main!(benches);
