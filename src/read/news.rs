//! News exports: a header with fields between `###`, a line with the numbers of marked sentences
//! between `@@@` (it may be empty or missing), and one numbered sentence a line.

use std::collections::BTreeSet;

use super::{ReadError, head, lines};
use crate::document::{Block, BlockKind, Document, Format, Meta};
use crate::normalize::normalize;
use crate::span::ByteSpan;

/// Reads a news export. Header fields: name, title, address, categories, time, code, tags.
pub(super) fn read(id: &str, text: String) -> Result<Document, ReadError> {
    let mut rows = lines(&text).enumerate().filter(|(_, (_, line))| !line.trim().is_empty());
    let (number, (start, header)) = rows.next().ok_or(ReadError::Empty)?;
    let mut fields = Vec::new();
    let mut at = start;
    for field in header.split("###") {
        fields.push((at, field));
        at += field.len() + "###".len();
    }
    if fields.len() < 5 {
        return Err(ReadError::Malformed {
            line: number + 1,
            reason: format!(
                "a news header has 7 fields separated by ### (name, title, address, categories, time, code, tags); here are {}",
                fields.len()
            ),
        });
    }
    let field = |i: usize| fields.get(i).map_or("", |f| f.1.trim());
    let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    let mut meta = Meta {
        title: some(field(1)),
        url: some(field(2)),
        published: some(&head::published(field(4))),
        date: head::date(field(4)),
        code: some(&normalize(field(5))),
        categories: head::python_list(field(3)),
        tags: head::python_list(field(6)),
        ..Meta::default()
    };
    if let Some(name) = some(field(0)) {
        meta.other.insert("name".into(), name.into());
    }

    let mut blocks = Vec::new();
    if let Some(&(start, title)) = fields.get(1) {
        let span = ByteSpan::new(start, start + title.len()).trim(&text);
        if !span.is_empty() {
            blocks.push(Block { label: Some("title".into()), ..Block::new(BlockKind::Title, span) });
        }
    }
    let mut marks: BTreeSet<String> = BTreeSet::new();
    let mut last: Option<usize> = None;
    for (line, (start, row)) in rows {
        if blocks.iter().all(|b| b.kind != BlockKind::NumberedSentence) && is_marks(row) {
            marks = row.split("@@@").map(|n| normalize(n.trim())).filter(|n| !n.is_empty()).collect();
            continue;
        }
        match row.split_once('\t') {
            Some((number, sentence)) if is_number(number) => {
                let from = start + number.len() + 1;
                let number = normalize(number.trim());
                last = Some(blocks.len());
                blocks.push(Block {
                    marked: marks.contains(&number),
                    number: Some(number),
                    ..Block::new(
                        BlockKind::NumberedSentence,
                        ByteSpan::new(from, from + sentence.len()).trim(&text),
                    )
                });
            }
            // A sentence that goes on in the next line.
            _ => match last {
                Some(block) => {
                    blocks[block].span.end = ByteSpan::new(start, start + row.len()).trim(&text).end
                }
                None => {
                    return Err(ReadError::Malformed {
                        line: line + 1,
                        reason: "expected the line of marked sentence numbers (4@@@5) or a sentence (number, tab, text)"
                            .into(),
                    });
                }
            },
        }
    }
    blocks.retain(|b| !b.span.is_empty());
    let mut document = Document::new(id, Format::News, text, blocks);
    document.meta = meta;
    Ok(document)
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(char::is_numeric)
}

fn is_marks(row: &str) -> bool {
    !row.contains('\t') && row.split("@@@").all(|n| n.trim().is_empty() || is_number(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(marks: &str) -> String {
        format!(
            "خبر_۷###استاندار: «پل، نو» می‌شود###https://example.ir/7###['استان', \"آب، برق\"]###2021-05-01 08:30:00###۷۷###[]\n{marks}1\tشورا تشکیل شد.\r\n2\tمقرر شد پل ساخته شود.\n"
        )
    }

    #[test]
    fn header_marks_and_sentences() -> Result<(), ReadError> {
        for (marks, marked) in [("2\n", 1), ("1@@@2\n", 2), ("\n", 0), ("", 0)] {
            let document = read("a", sample(marks))?;
            assert_eq!(document.meta.code.as_deref(), Some("77"));
            assert_eq!(document.meta.categories, ["استان", "آب، برق"]);
            assert_eq!(document.meta.published.as_deref(), Some("2021-05-01T08:30:00"));
            let sentences: Vec<_> =
                document.blocks.iter().filter(|b| b.kind == BlockKind::NumberedSentence).collect();
            assert_eq!(sentences.len(), 2);
            assert_eq!(sentences.iter().filter(|b| b.marked).count(), marked, "{marks:?}");
            assert_eq!(document.surface(sentences[0].span), "شورا تشکیل شد.");
            assert_eq!(document.surface(document.blocks[0].span), "استاندار: «پل، نو» می‌شود");
        }
        Ok(())
    }

    #[test]
    fn errors_name_the_line() {
        let error = read("a", "الف###ب\n1\tجمله".into()).map(|d| d.id).unwrap_err().to_string();
        assert!(error.starts_with("line 1:") && error.contains("7 fields"), "{error}");
        let error = read("a", sample("متن بی شماره\n")).map(|d| d.id).unwrap_err().to_string();
        assert!(error.starts_with("line 2:"), "{error}");
    }
}
