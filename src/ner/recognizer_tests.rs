//! The recognizer with a small random model: what it finds means nothing, where it finds it must
//! be right.

use std::path::Path;

use super::*;
use crate::document::{Block, BlockKind, Format, Sentence};
use crate::ner::ModelOptions;
use crate::normalize::Builder;

fn recognizer() -> Recognizer {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny-model"));
    Recognizer::new(Model::open(folder, ModelOptions::default()).unwrap()).unwrap()
}

/// A document whose lines are sentences and whose view leaves out `*` and shows `ك` as `ک`.
fn document(text: &str) -> Document {
    let mut document = Document::new("d", Format::Text, text.to_owned(), Vec::new());
    let mut view = Builder::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let span = ByteSpan::new(at, at + c.len_utf8());
        match c {
            '*' => {}
            'ك' => view.push_char('ک', span),
            c => view.push_char(c, span),
        }
    }
    document.view = view.finish(text.len());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = ByteSpan::new(start, start + line.len());
        document.blocks.push(Block::new(BlockKind::Paragraph, span));
        document.sentences.push(Sentence {
            span,
            words: 0..0,
            block: document.blocks.len() - 1,
            fragment: false,
            class: None,
            score: 0.0,
            rule: None,
            prediction: None,
        });
        start += line.len();
    }
    document
}

const TEXT: &str = "🙂 وزیر*ك*شور گفت: گزارش تا پایان هفته آماده می\u{200c}شود.\n\n\
                    مقرر شد سازمان برنامه ۳/۵ درصد بودجه استان را بپردازد؛\nاستانداران «شهرها» را دیدند.\n";

#[test]
fn spans_are_whole_words_of_the_text_as_read() {
    let mut document = document(TEXT);
    recognizer().run(&mut document).unwrap();
    assert!(document.mentions.len() > 5, "a random model labels a lot");
    for mention in &document.mentions {
        let surface = document.surface(mention.span);
        assert_eq!(surface.trim(), surface);
        assert!(!surface.is_empty() && !surface.contains('\n'), "{surface:?}");
        assert!(mention.score > 0.0 && mention.score <= 1.0);
        let before = TEXT[..mention.span.start].chars().next_back();
        let inside = |c: char| c.is_alphanumeric() || c == '\u{200c}';
        assert!(!before.is_some_and(inside) || !surface.starts_with(inside), "{surface:?}");
    }
    assert!(document.mentions.is_sorted_by_key(|m| (m.span.start, m.span.end, m.kind)));
    for sentence in &document.sentences {
        let prediction = sentence.prediction.as_ref().unwrap();
        assert!((prediction.class.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        assert!(prediction.slots.iter().all(|(_, span, _)| sentence.span.contains(*span)));
    }
    assert_eq!(document.sentences[1].prediction.as_ref().unwrap().class[5], 1.0);
}

#[test]
fn nothing_of_a_long_sentence_is_cut() {
    let recognizer = recognizer();
    let words: Vec<&str> = ["وزیر", "کشور", "به", "استان‌ها", "۱۲"].repeat(60);
    for head in ["ner", "domain", "role", "slot", "act", "arman"] {
        assert_eq!(recognizer.tag_words(&words, head).unwrap().len(), words.len());
    }
    let mut document = document(&words.join(" "));
    recognizer.run(&mut document).unwrap();
    for quarter in 0..4 {
        let length = document.text().len() / 4;
        let inside = ByteSpan::new(quarter * length, (quarter + 1) * length);
        assert!(document.mentions.iter().any(|m| inside.contains(m.span)), "part {quarter}");
    }
}

#[test]
fn an_endless_word_keeps_its_neighbours() {
    let recognizer = recognizer();
    let long = "ب".repeat(500);
    let labels = recognizer.tag_words(&["وزیر", &long, "کشور", "۳/۵", ""], "ner").unwrap();
    assert_eq!(labels.len(), 5);
}

#[test]
fn the_result_does_not_depend_on_what_came_before_or_beside() {
    let recognizer = recognizer();
    let mut expected = document(TEXT);
    recognizer.run(&mut expected).unwrap();
    let again: Vec<Document> = std::thread::scope(|scope| {
        let run = |n: usize| {
            let recognizer = &recognizer;
            scope.spawn(move || {
                recognizer.run(&mut document(&"سازمان برنامه و بودجه ".repeat(n))).unwrap();
                let mut document = document(TEXT);
                recognizer.run(&mut document).unwrap();
                document
            })
        };
        (1..5).map(run).collect::<Vec<_>>().into_iter().map(|t| t.join().unwrap()).collect()
    });
    for document in again {
        assert_eq!(document.mentions, expected.mentions);
        assert_eq!(document.sentences, expected.sentences);
    }
}

#[test]
fn the_batches_of_a_document_give_the_same_on_any_number_of_threads() {
    let recognizer = recognizer();
    // Lines of different lengths, several times a batch together.
    let lines: String = (0..300).map(|i| format!("{}\n", "وزیر کشور گفت ۱۲ ".repeat(1 + i % 7))).collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut document = document(&lines);
        pool.install(|| recognizer.run(&mut document)).unwrap();
        let predictions: Vec<_> = document.sentences.into_iter().map(|s| s.prediction).collect();
        (document.mentions, predictions)
    };
    let one = on(1);
    assert!(recognizer.pool.lock().unwrap()[0].ids.len() > 4 * BATCH);
    for threads in [2, 3, 8] {
        assert_eq!(on(threads), one, "{threads} threads");
    }
}

#[test]
fn types_come_from_the_head_that_follows_the_guide() {
    let recognizer = recognizer();
    let of = |name| recognizer.taggers.iter().find(|t| t.head.name == name).unwrap();
    assert_eq!(of("ner").mentions, [None, None, None, Some(MentionType::Date), Some(MentionType::Money)]);
    assert_eq!(
        of("domain").mentions,
        [Some(MentionType::Per), Some(MentionType::Org), Some(MentionType::Loc)]
    );
    assert_eq!(of("role").mentions, [Some(MentionType::Role)]);
    // A foreign model with one head gives all that it has.
    assert_eq!(mention(Use::Ner, "ORG", None), Some(MentionType::Org));
    assert_eq!(mention(Use::Ner, "FAC", None), None);
}

#[test]
fn a_further_public_head_tags_words_and_leaves_documents_alone() {
    let recognizer = recognizer();
    let words = ["بزرگراه", "شهید", "همت", "در", "استان", "البرز"].repeat(20);
    let labels = recognizer.tag_words(&words, "arman").unwrap();
    let known = ["O", "B-PER", "I-PER", "B-FAC", "I-FAC"];
    assert!(labels.iter().all(|l| known.contains(&l.as_str())));
    assert!(labels.iter().any(|l| l != "O"), "a random model labels a lot");
    assert!(!recognizer.taggers.iter().find(|t| t.head.name == "arman").unwrap().speaks());
    let error = recognizer.tag_words(&words, "parstwiner").unwrap_err().to_string();
    assert_eq!(
        error,
        "the model tiny has no head \"parstwiner\" that tags words; it has ner, domain, role, slot, act, arman"
    );
}

#[test]
fn no_documents_and_empty_documents_are_fine() {
    let recognizer = recognizer();
    assert!(recognizer.tag_sentences::<String>(&[], "ner").unwrap().is_empty());
    assert_eq!(recognizer.tag_words(&[], "role").unwrap(), Vec::<String>::new());
    let mut empty = document("");
    recognizer.run(&mut empty).unwrap();
    assert!(empty.mentions.is_empty());
}
