//! The normalized view of a text, with an alignment both ways. The text itself is never changed.
//!
//! Steps that only choose one of several encodings of the same writing (letters, digits,
//! presentation forms, kinds of space, markup) are in [`lossless`]; steps that drop or add
//! something (diacritics, hamza at the end of a word, half-spaces that morphology makes certain)
//! are in [`lossy`]. Both work on the same row of [`Cell`]s, one for each character of the view.

mod aligned;
pub mod lossless;
pub mod lossy;

use crate::document::Document;
use crate::pipeline::{Layer, Stage, StageError};
use crate::span::ByteSpan;

pub use aligned::{Aligned, Builder};

/// The zero-width non-joiner, the half-space of Persian typing.
pub const ZWNJ: char = '\u{200c}';

/// One character of the view and the bytes of the original that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The character.
    pub c: char,
    /// What it stands for.
    pub original: ByteSpan,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Also drop diacritics and repair half-spaces.
    pub lossy: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { lossy: true }
    }
}

/// Builds the view of `text`. In the stretches `markup` (sorted, in bytes) HTML tags are left out
/// and entities are decoded.
pub fn align(text: &str, markup: &[ByteSpan], options: Options) -> Aligned {
    let mut cells = lossless::read(text, markup);
    lossless::spaces(&mut cells);
    if options.lossy {
        lossy::marks(&mut cells);
        lossy::half_spaces(&mut cells);
    }
    let mut builder = Builder::with_capacity(text.len());
    for cell in &cells {
        builder.push_char(cell.c, cell.original);
    }
    builder.finish(text.len())
}

/// The normalized form of a short text, for word lists and comparisons.
///
/// ```
/// assert_eq!(dabir::normalize::normalize("برنامه ها"), "برنامه\u{200c}ها");
/// assert_eq!(dabir::normalize::normalize("تأكيد"), "تاکید");
/// ```
pub fn normalize(text: &str) -> String {
    align(text, &[], Options::default()).text().to_owned()
}

/// The form in which words are compared: normalized, and without half-spaces, since «استان‌ها»
/// and «استانها» are the same word. Input must be normalized.
///
/// ```
/// assert_eq!(dabir::normalize::skeleton("استان\u{200c}ها"), "استانها");
/// ```
pub fn skeleton(normalized: &str) -> std::borrow::Cow<'_, str> {
    if normalized.contains(ZWNJ) { normalized.replace(ZWNJ, "").into() } else { normalized.into() }
}

/// The stage that sets [`Document::view`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Normalizer {
    /// How far to go.
    pub options: Options,
}

impl Stage for Normalizer {
    fn name(&self) -> &'static str {
        "normalize"
    }

    fn needs(&self) -> &'static [Layer] {
        &[]
    }

    fn gives(&self) -> &'static [Layer] {
        &[Layer::View]
    }

    fn run(&self, document: &mut Document) -> Result<(), StageError> {
        let markup: Vec<ByteSpan> = document.blocks.iter().filter(|b| b.markup).map(|b| b.span).collect();
        document.view = align(document.text(), &markup, self.options);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(from: &str, to: &str) {
        assert_eq!(normalize(from).replace(ZWNJ, "|"), to, "{from}");
    }

    #[test]
    fn letters_and_digits() {
        check("كتاب علي", "کتاب علی");
        check("رأي مسؤول", "رای مسوول");
        check("سورة خانۀ", "سوره خانه");
        check("۱۴۰۱/٠١/20", "1401/01/20");
        check("ﷲ ﻻ ﻣﺪﯾﺮ", "الله لا مدیر");
    }

    #[test]
    fn marks_and_spaces() {
        check("مُدیــرِ  کل\u{a0}\u{a0}استان", "مدیر کل استان");
        check("اعضاء شورا", "اعضا شورا");
        check("ابتداءً اعضاءِ شورا", "ابتدا اعضا شورا");
        check("سریعاً", "سریعا");
        check("حوزهٔ کار\u{200f}", "حوزه کار");
    }

    #[test]
    fn half_spaces_that_are_certain() {
        check("می شود و نمی خواهند", "می|شود و نمی|خواهند");
        check("برنامه ها و حوزههای دیگر", "برنامه|ها و حوزه|های دیگر");
        check("شده اند، منطقه ای", "شده|اند، منطقه|ای");
        check("مهم ترین", "مهم|ترین");
        check("استان\u{200c} البرز\u{200c}\u{200c}، می\u{ac}شود", "استان البرز، می|شود");
        check("دوره\u{a0}هاي", "دوره|های");
    }

    #[test]
    fn half_spaces_that_are_not() {
        check("می", "می");
        check("به ای کاش", "به ای کاش");
        check("راه\nهای", "راه\nهای");
        check("(ها)", "(ها)");
    }

    #[test]
    fn markup_is_left_out_and_aligned() {
        let text = "<p>جلسه&nbsp;شورا</p> <p>دو &lt; سه</p>";
        let view = align(text, &[ByteSpan::new(0, text.len())], Options::default());
        assert_eq!(view.text(), " جلسه شورا دو < سه ");
        let at = view.text().find("شورا").unwrap_or_default();
        let span = view.to_original(ByteSpan::new(at, at + "شورا".len()));
        assert_eq!(span.of(text), "شورا");
    }

    fn persian() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof![
                4 => proptest::char::range('\u{621}', '\u{6cc}'),
                1 => proptest::char::range('\u{fb50}', '\u{fdff}'),
                1 => proptest::char::any(),
                3 => proptest::sample::select(vec![' ', ZWNJ, '\u{a0}', '\n', 'م', 'ی', 'ه', 'ا', '<', '>', '&', ';']),
            ],
            0..80,
        )
        .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn alignment_holds_both_ways(text in persian(), markup: bool) {
            let ranges = if markup { vec![ByteSpan::new(0, text.len())] } else { vec![] };
            let view = align(&text, &ranges, Options::default());
            let mut before = 0;
            for (at, c) in view.text().char_indices() {
                let span = ByteSpan::new(at, at + c.len_utf8());
                let original = view.to_original(span);
                prop_assert!(text.get(original.start..original.end).is_some(), "inside the original");
                prop_assert!(!original.is_empty());
                prop_assert!(original.start >= before);
                before = original.start;
                prop_assert!(view.to_view(original).contains(span));
            }
        }

        #[test]
        fn normalizing_twice_changes_nothing(text in persian()) {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }
    }
}
