//! The `@@@` line of `news` exports as gold: numbers of sentences that somebody marked as stating an
//! action. The marks are sparse, so they can be recalled, but a sentence without one is not wrong.

use super::Labelled;
use crate::document::{BlockKind, Format};
use crate::read;
use crate::span::CharIndex;

/// The marked sentences of a `news` text; `None` where it is no `news` or nothing is marked.
pub(super) fn read(id: &str, text: &str) -> Option<Labelled> {
    if read::detect(text) != Format::News {
        return None;
    }
    let document = read::read(id, text.to_owned(), Format::News).ok()?;
    let index = CharIndex::new(document.text());
    let marked: Vec<_> = document
        .blocks
        .iter()
        .filter(|b| b.marked && b.kind == BlockKind::NumberedSentence)
        .map(|b| index.to_chars(document.text(), b.span))
        .collect();
    if marked.is_empty() {
        return None;
    }
    let mut doc = Labelled::new(id, document.text().to_owned());
    doc.marked = Some(marked);
    Some(doc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_sentences_are_found() {
        let text = "n1###عنوان###http://x###['سیاسی']###2020-03-08 21:08:00###۱۲###['الف']\n2\n\
                    1\tهوا خوب است.\n2\tشهردار موظف شد خیابان را بسازد.\n";
        let doc = read("n1", text).expect("marks");
        let marked = doc.marked.as_ref().expect("marks");
        assert_eq!(marked.len(), 1);
        assert_eq!(doc.surface(marked[0]), "شهردار موظف شد خیابان را بسازد.");
        assert!(read("n2", "متن ساده").is_none());
    }
}
