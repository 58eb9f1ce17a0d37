//! The kind of an act (`establish`, `build`, `hold-meeting`, …), from the verbal nouns in its text.

use super::rules::RuleSet;
use crate::document::Document;
use crate::lexicon::whole_in;
use crate::span::ByteSpan;

/// The kind of the act at `span`: that of the first verbal noun in it which the lexicon of acts
/// (`[acts]` in the rule files) knows, `other` where it knows none.
pub fn kind(rules: &RuleSet, document: &Document, span: ByteSpan) -> String {
    let mut buffer = String::new();
    let kinds = document.words_in(span).filter_map(|i| {
        let word = whole_in(document.word(i), &mut buffer);
        let stem = word.strip_suffix("های").or_else(|| word.strip_suffix("ها"));
        let known = |w: &str| rules.act_kinds.get(w);
        // Of two the first one by name.
        known(word).into_iter().chain(stem.and_then(known)).min()
    });
    let mut kinds = kinds.map(String::as_str);
    kinds.next().unwrap_or("other").to_owned()
}
