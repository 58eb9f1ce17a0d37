//! Sentences and words, with their places in the original and in the normalized view.

mod sentences;
mod words;

use crate::document::{Block, BlockKind, ColumnRole, Document, Sentence};
use crate::pipeline::{Layer, Stage, StageError};
use crate::span::ByteSpan;

pub use sentences::split;
pub use words::cut;

/// The stage that sets [`Document::sentences`] and [`Document::words`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Segmenter;

impl Stage for Segmenter {
    fn name(&self) -> &'static str {
        "segment"
    }

    fn needs(&self) -> &'static [Layer] {
        &[Layer::View]
    }

    fn gives(&self) -> &'static [Layer] {
        &[Layer::Sentences]
    }

    fn run(&self, document: &mut Document) -> Result<(), StageError> {
        document.sentences.clear();
        document.words.clear();
        for index in 0..document.blocks.len() {
            let block = &document.blocks[index];
            let whole = document.view.to_view(block.span);
            let (places, fragment) = match treatment(block) {
                Treatment::Skip => continue,
                Treatment::Fragment => (vec![whole], true),
                Treatment::Whole => (vec![whole], false),
                Treatment::Split => (split(document.view.text(), whole), false),
            };
            for view in places {
                add(document, index, view, fragment);
            }
        }
        Ok(())
    }
}

enum Treatment {
    Skip,
    Fragment,
    Whole,
    Split,
}

fn treatment(block: &Block) -> Treatment {
    match (block.kind, block.role) {
        (BlockKind::Cell, Some(ColumnRole::Number)) | (BlockKind::TableHeader, _) => Treatment::Skip,
        (BlockKind::Cell, Some(ColumnRole::Assignee | ColumnRole::Deadline)) | (BlockKind::Field, _) => {
            Treatment::Fragment
        }
        (BlockKind::NumberedSentence | BlockKind::Heading, _) => Treatment::Whole,
        // The headline of a numbered file stands in its header, outside the text.
        (BlockKind::Title, _) if block.label.is_some() => Treatment::Fragment,
        _ => Treatment::Split,
    }
}

fn add(document: &mut Document, block: usize, view: ByteSpan, fragment: bool) {
    let from = document.words.len();
    let mut found = cut(document.view.text(), view);
    for word in &mut found {
        word.span = document.view.to_original(word.view);
    }
    document.words.extend(found);
    let words = from..document.words.len();
    let span = document.span_of_words(words.clone());
    if words.is_empty() {
        return;
    }
    document.sentences.push(Sentence {
        span,
        words,
        block,
        fragment,
        class: None,
        score: 0.0,
        rule: None,
        prediction: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::normalize::Normalizer;
    use proptest::prelude::*;

    fn segmented(text: &str) -> Document {
        let block = Block::new(BlockKind::Paragraph, ByteSpan::new(0, text.len()));
        let mut document = Document::new("t", Format::Text, text.to_owned(), vec![block]);
        for stage in [&Normalizer::default() as &dyn Stage, &Segmenter] {
            assert!(stage.run(&mut document).is_ok());
        }
        document
    }

    fn sentences(text: &str) -> Vec<String> {
        let document = segmented(text);
        document.sentences.iter().map(|s| document.surface(s.span).to_owned()).collect()
    }

    fn words(text: &str) -> Vec<String> {
        let document = segmented(text);
        document.words.iter().map(|w| document.surface(w.span).to_owned()).collect()
    }

    #[test]
    fn full_stops_that_end_and_that_do_not() {
        assert_eq!(sentences("شورا تشکیل شد. دبیر گزارش داد."), ["شورا تشکیل شد.", "دبیر گزارش داد."]);
        assert_eq!(sentences("دستگاه ام.آر.آی خریده شد."), ["دستگاه ام.آر.آی خریده شد."]);
        assert_eq!(sentences("کار با من بود.وی رفت."), ["کار با من بود.", "وی رفت."]);
        assert_eq!(sentences("پاسخ از او.وی چیزی نگفت."), ["پاسخ از او.", "وی چیزی نگفت."]);
        assert_eq!(sentences("رشد 3.5 درصد و ۲.۷ درصد بود."), ["رشد 3.5 درصد و ۲.۷ درصد بود."]);
        assert_eq!(
            sentences("طرح تصویب شد.استاندار آن را خواند."),
            ["طرح تصویب شد.", "استاندار آن را خواند."]
        );
        assert_eq!(sentences("به www.ostan.ir بروید"), ["به www.ostan.ir بروید"]);
        assert_eq!(sentences("۱. تهیه نقشه\n۲. اجرای طرح"), ["۱. تهیه نقشه", "۲. اجرای طرح"]);
        assert_eq!(sentences("الف. ب. محمدی دبیر است."), ["الف. ب. محمدی دبیر است."]);
    }

    #[test]
    fn dots_in_a_row() {
        assert_eq!(sentences("آب، برق و ... قطع بود."), ["آب، برق و ... قطع بود."]);
        assert_eq!(sentences("به یاری ا... کار تمام شد."), ["به یاری ا... کار تمام شد."]);
        assert_eq!(sentences("کار تمام شد... استاندار رفت."), ["کار تمام شد...", "استاندار رفت."]);
    }

    #[test]
    fn closing_marks_stay_with_their_sentence() {
        assert_eq!(sentences("گفت: «آماده‌ایم.» سپس رفت."), ["گفت: «آماده‌ایم.»", "سپس رفت."]);
        assert_eq!(sentences("چه باید کرد؟ هیچ!"), ["چه باید کرد؟", "هیچ!"]);
        assert_eq!(sentences("(این طرح خوب است؟) بله"), ["(این طرح خوب است؟)", "بله"]);
    }

    #[test]
    fn words_of_every_kind() {
        assert_eq!(
            words("در ۱۴۰۰/۱۲/۱۲ ساعت ۱۳:۳۰، ۳/۵ درصد"),
            ["در", "۱۴۰۰/۱۲/۱۲", "ساعت", "۱۳:۳۰", "،", "۳/۵", "درصد"]
        );
        assert_eq!(
            words("امام خمینی(ره)، 2.000.000 ریال"),
            ["امام", "خمینی", "(ره)", "،", "2.000.000", "ریال"]
        );
        assert_eq!(words("می شود«ا...»"), ["می شود", "«", "ا...", "»"]);
        assert_eq!(words("شماره ۳۴/۱۱/۲۰۸۱۵"), ["شماره", "۳۴/۱۱/۲۰۸۱۵"]);
        assert_eq!(words("فوراً بـه اعضاء،"), ["فوراً", "بـه", "اعضاء", "،"]);
        assert_eq!(words("الف) ماده ۱۶"), ["الف", ")", "ماده", "۱۶"]);
        assert_eq!(words("نشانی https://ostan.ir/a?b=1 است"), ["نشانی", "https://ostan.ir/a?b=1", "است"]);
    }

    proptest! {
        #[test]
        fn sentences_and_words_are_ordered_and_nothing_is_lost(text in "[ابی .؟!\n0-9/:«»()\u{200c}🙂]{0,120}") {
            let document = segmented(&text);
            let mut covered = 0;
            for sentence in &document.sentences {
                prop_assert!(sentence.span.start >= covered);
                prop_assert!(!document.surface(sentence.span).is_empty());
                covered = sentence.span.end;
                for word in &document.words[sentence.words.clone()] {
                    prop_assert!(sentence.span.contains(word.span));
                }
            }
            let kept: usize = document.words.iter().map(|w| w.view.len()).sum();
            let all = document.view.text().chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum::<usize>();
            // Spaces may stand inside a word, never the other way round.
            prop_assert!(kept >= all);
        }
    }
}
