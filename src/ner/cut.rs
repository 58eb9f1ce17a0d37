//! Words as the model was trained on them; not those of the rest of the pipeline. The training code
//! in `models/training/` repeats this definition.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Maximal runs of letters, marks, digits, `_` and half-spaces, or any other single character that
/// is neither white space nor a control or format character.
static WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{M}\p{Nd}_\u{200c}]+|[^\s\p{Cc}\p{Cf}]").ok());

const ZWNJ: char = '\u{200c}';

/// The words of `text`, as ranges of bytes; half-spaces at the ends of a word do not belong to it.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let found = WORD.as_ref().map(|re| re.find_iter(text));
    found.into_iter().flatten().filter_map(|m| {
        let surface = m.as_str();
        let start = m.start() + (surface.len() - surface.trim_start_matches(ZWNJ).len());
        let range = start..start + surface.trim_matches(ZWNJ).len();
        (!range.is_empty()).then_some(range)
    })
}

/// Letters that the model does not tell apart, each replaced by one of the same length in bytes.
pub fn fold(word: &str) -> Cow<'_, str> {
    let folded = |c| match c {
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        'ة' => 'ه',
        'أ' | 'إ' => 'ا',
        'ؤ' => 'و',
        other => other,
    };
    if word.chars().all(|c| folded(c) == c) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.chars().map(folded).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<&str> {
        words(text).map(|r| &text[r]).collect()
    }

    #[test]
    fn signs_are_words_and_half_spaces_are_letters() {
        assert_eq!(
            cut("مدیران «آب‌منطقه‌ای» تا ۱۴۰۲/۰۳/۱۵\u{a0}آمدند."),
            ["مدیران", "«", "آب‌منطقه‌ای", "»", "تا", "۱۴۰۲", "/", "۰۳", "/", "۱۵", "آمدند", "."]
        );
    }

    #[test]
    fn invisible_characters_are_no_words() {
        assert_eq!(cut("\u{200c}\u{feff} الف\u{200c} \u{200f}ب\t_پ"), ["الف", "ب", "_پ"]);
        assert!(cut(" \u{200c} \u{a0}\n").is_empty());
    }

    #[test]
    fn arabic_letters_are_folded() {
        assert_eq!(fold("مسؤول كميتة أمور"), "مسوول کمیته امور");
        assert!(matches!(fold("وزیر"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn every_letter_is_in_a_word(text in "(?s)[\\PCئ-ي\u{200c}\u{a0} ]{0,60}") {
            let mut rest = text.clone();
            for range in words(&text).collect::<Vec<_>>().into_iter().rev() {
                prop_assert!(!range.is_empty());
                rest.replace_range(range, " ");
            }
            prop_assert!(rest.chars().all(|c| !c.is_alphanumeric()));
            prop_assert_eq!(fold(&text).len(), text.len());
        }
    }
}
