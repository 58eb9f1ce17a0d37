//! Plain text: every line is a paragraph; the first, where it is short and no sentence, the title.

use super::{head, lines};
use crate::document::{Block, BlockKind, Document, Format};
use crate::span::ByteSpan;

/// A title is at most this many code points long.
const TITLE: usize = 160;

/// Reads plain text.
pub(super) fn read(id: &str, text: String) -> Document {
    let blocks = blocks(&text);
    let mut document = Document::new(id, Format::Text, text, blocks);
    let title = document.blocks.first().filter(|b| b.kind == BlockKind::Title).map(|b| b.span);
    document.meta.title = title.map(|span| document.surface(span).to_owned());
    // «تاریخ: ۱۴۰۱/۰۲/۰۳» in one of the first lines dates the text.
    let date = lines(document.text()).take(12).find_map(|(_, line)| {
        let (label, value) = line.split_once(':')?;
        (head::field_name(label) == "date" && label.chars().count() < 24).then(|| head::date(value)).flatten()
    });
    document.meta.date = date;
    document
}

/// The blocks of plain text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let spans: Vec<ByteSpan> = lines(text)
        .map(|(start, line)| ByteSpan::new(start, start + line.len()).trim(text))
        .filter(|span| !span.is_empty())
        .collect();
    let titled = spans.len() > 1
        && spans.first().is_some_and(|s| {
            let line = s.of(text);
            line.chars().count() <= TITLE && !line.ends_with(['.', ':', '؛', '،'])
        });
    spans
        .into_iter()
        .enumerate()
        .map(|(i, span)| {
            Block::new(if i == 0 && titled { BlockKind::Title } else { BlockKind::Paragraph }, span)
        })
        .collect()
}
