//! Plain text: every line is a paragraph; the first, where it is short and no sentence, the title.
//! Texts that were wrapped at a fixed width have their lines joined again.

use std::sync::LazyLock;

use regex::Regex;

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
    let lines: Vec<ByteSpan> = lines(text)
        .map(|(start, line)| ByteSpan::new(start, start + line.len()))
        .filter(|span| !span.trim(text).is_empty())
        .collect();
    let wrapped = lines.iter().all(|l| l.of(text).chars().count() <= WRAPPED);
    let titled = lines.len() > 1
        && lines.first().is_some_and(|line| {
            let line = line.trim(text).of(text);
            line.chars().count() <= TITLE && !line.ends_with(['.', ':', '؛', '،'])
        });
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (i, &line) in lines.iter().enumerate() {
        let span = line.trim(text);
        match blocks.last_mut().filter(|_| open) {
            Some(block) => block.span = block.span.cover(span),
            None => {
                let kind = if i == 0 && titled { BlockKind::Title } else { BlockKind::Paragraph };
                blocks.push(Block::new(kind, span));
            }
        }
        open = lines.get(i + 1).is_some_and(|next| {
            // A headline has no full stop anyway: it goes on only where a wrapped line's blank
            // was left at its end.
            let headline = i == 0 && titled && !line.of(text).ends_with(' ');
            goes_on(span.of(text), wrapped) && !headline && next.of(text).chars().count() <= WRAPPED
        });
    }
    blocks
}

/// A wrapped text has no line longer than this, in code points.
const WRAPPED: usize = 200;
/// A line that was broken off is at least this long.
const BROKEN: usize = 30;

#[allow(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static FINITE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:شد|[كک]رد|است|بود|داد|گفت|ند|شود|دارد|[يی]افت|رس[يی]د|گرد[يی]د|رفت|گرفت|[كک]ند|[يی]م|دهد|ن[يی]ست|آمد|باشد|خواست|داشت)$").unwrap()
});

/// Whether a line of plain text goes on in the next one.
fn goes_on(line: &str, wrapped: bool) -> bool {
    if line.ends_with('،') || line.ends_with(" و") {
        return true;
    }
    wrapped
        && line.chars().count() >= BROKEN
        && line.ends_with(char::is_alphanumeric)
        && !FINITE.is_match(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surfaces(text: &str) -> Vec<&str> {
        blocks(text).iter().map(|b| b.span.of(text)).collect()
    }

    #[test]
    fn lines_are_paragraphs_and_wrapped_lines_are_joined() {
        assert_eq!(surfaces("عنوان\nبند یک.\nبند دو"), ["عنوان", "بند یک.", "بند دو"]);
        let wrapped = "عنوان خبر\nاستاندار در نشست امروز شورای اداری استان\nاز همه خواست همکاری کنند.\nپایان";
        assert_eq!(
            surfaces(wrapped),
            ["عنوان خبر", "استاندار در نشست امروز شورای اداری استان\nاز همه خواست همکاری کنند.", "پایان"]
        );
    }

    #[test]
    fn headlines_and_whole_sentences_are_not_joined() {
        let text = "استاندار از پیشرفت پروژه‌های عمرانی خبر داد\nجلسه شورای اداری استان امروز برگزار شد\nدبیر گزارش داد.";
        assert_eq!(surfaces(text).len(), 3);
    }
}
