//! The kind of an act (`establish`, `build`, `hold-meeting`, …), from the verbal nouns in its text.

use super::rules::RuleSet;
use crate::document::Document;
use crate::lexicon::whole;
use crate::span::ByteSpan;

/// The kind of the act at `span`: that of the first verbal noun in it which the lexicon of acts
/// (`[acts]` in the rule files) knows, `other` where it knows none.
pub fn kind(rules: &RuleSet, document: &Document, span: ByteSpan) -> String {
    for i in document.words_in(span) {
        let word = whole(document.word(i));
        let stem = word.strip_suffix("های").or_else(|| word.strip_suffix("ها")).unwrap_or(&word);
        for (kind, words) in &rules.acts {
            if words.iter().any(|w| *w == word || w == stem) {
                return kind.clone();
            }
        }
    }
    "other".to_owned()
}
