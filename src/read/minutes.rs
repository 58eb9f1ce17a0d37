//! Minutes exported from a form: a tab-separated head, the agenda, the narrative with HTML tags,
//! and a tab-separated table of resolutions.

use std::sync::LazyLock;

use regex::Regex;

use super::{ReadError, head, lines, table};
use crate::document::{Block, BlockKind, ColumnRole, Document, Format, Meta};
use crate::normalize::normalize;
use crate::span::ByteSpan;

#[allow(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static BLOCK_TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</?(?:p|div|br|li|ul|ol|h[1-6]|table|tr|td|tbody|section|blockquote)\b[^<>]*>").unwrap()
});

/// Whether a text has the shape of minutes: a heading row of a table of resolutions, or a row of
/// field names.
pub(super) fn looks_like(text: &str) -> bool {
    lines(text).any(|(start, line)| {
        line.contains('\t') && {
            let cells = cells(text, start, line);
            let surfaces: Vec<&str> = cells.iter().map(|c| c.of(text)).collect();
            table::header(&surfaces).is_some() || is_labels(&surfaces)
        }
    })
}

/// Places of the tab-separated cells of a line, blanks at their ends left out.
fn cells(text: &str, start: usize, line: &str) -> Vec<ByteSpan> {
    let mut at = start;
    line.split('\t')
        .map(|cell| {
            let span = ByteSpan::new(at, at + cell.len());
            at += cell.len() + 1;
            span.trim(text)
        })
        .collect()
}

/// A row of at least two field names, each ending in a colon.
fn is_labels(cells: &[&str]) -> bool {
    let mut filled = cells.iter().filter(|c| !c.is_empty()).peekable();
    filled.peek().is_some()
        && cells.iter().filter(|c| !c.is_empty()).count() >= 2
        && filled.all(|c| c.ends_with(':') && c.chars().count() < 40)
        && table::header(cells).is_none()
}

struct Reader<'t> {
    text: &'t str,
    meta: Meta,
    blocks: Vec<Block>,
    /// Columns of the table of resolutions, once its heading was read.
    columns: Option<Vec<(ColumnRole, String)>>,
    /// Names of the fields whose values the next row holds.
    labels: Option<Vec<String>>,
    rows: u32,
}

/// Reads minutes.
pub(super) fn read(id: &str, text: String) -> Result<Document, ReadError> {
    let mut reader = Reader {
        text: &text,
        meta: Meta::default(),
        blocks: Vec::new(),
        columns: None,
        labels: None,
        rows: 0,
    };
    let all: Vec<(usize, &str)> = lines(&text).collect();
    let mut i = 0;
    while i < all.len() {
        i = reader.line(&all, i);
    }
    let Reader { meta, blocks, .. } = reader;
    if blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    let mut document = Document::new(id, Format::Minutes, text, blocks);
    document.meta = meta;
    Ok(document)
}

impl Reader<'_> {
    /// Reads the line `i` and what belongs to it; gives the next line to read.
    fn line(&mut self, all: &[(usize, &str)], i: usize) -> usize {
        let (start, line) = all[i];
        let spans = cells(self.text, start, line);
        let surfaces: Vec<&str> = spans.iter().map(|s| s.of(self.text)).collect();
        if surfaces.iter().all(|c| c.is_empty()) {
            return i + 1;
        }
        if let Some(labels) = self.labels.take() {
            self.values(&labels, &spans);
        } else if line.contains('\t') && table::header(&surfaces).is_some() {
            self.heading(&surfaces, &spans);
        } else if is_row_start(line) && self.columns.is_some() {
            return self.row(all, i);
        } else if is_labels(&surfaces) {
            self.labels = Some(surfaces.iter().map(|s| (*s).to_owned()).collect());
        } else if self.columns.is_none() {
            self.head_or_narrative(&spans);
        } else {
            self.narrative(ByteSpan::new(start, start + line.len()));
        }
        i + 1
    }

    fn values(&mut self, labels: &[String], spans: &[ByteSpan]) {
        for (label, &span) in labels.iter().zip(spans) {
            if !label.is_empty() && !span.is_empty() {
                self.field(label, span);
            }
        }
    }

    fn field(&mut self, label: &str, span: ByteSpan) {
        let name = head::field_name(label);
        let value = span.of(self.text);
        if name == "date" && head::date(value).is_none() {
            self.meta.other.entry("date_as_written".into()).or_insert_with(|| value.into());
        } else {
            head::set_field(&mut self.meta, label, value);
        }
        let kind = match name.as_str() {
            "title" => BlockKind::Title,
            "agenda" => BlockKind::Agenda,
            _ => BlockKind::Field,
        };
        // The subject and the agenda are text; a title's label would make it a fragment.
        let label = (kind != BlockKind::Title).then_some(name);
        self.blocks.push(Block { label, ..Block::new(kind, span) });
    }

    fn heading(&mut self, surfaces: &[&str], spans: &[ByteSpan]) {
        let columns: Vec<_> = surfaces.iter().map(|s| (table::column_role(s), (*s).to_owned())).collect();
        for (column, (&span, (role, label))) in spans.iter().zip(&columns).enumerate() {
            if !span.is_empty() {
                self.blocks.push(Block {
                    label: Some(label.clone()),
                    column: Some(column as u32 + 1),
                    role: Some(*role),
                    ..Block::new(BlockKind::TableHeader, span)
                });
            }
        }
        self.columns = Some(columns);
    }

    /// A row of the table; it goes on over lines until it has all its cells or another begins.
    fn row(&mut self, all: &[(usize, &str)], first: usize) -> usize {
        let columns = self.columns.clone().unwrap_or_default();
        let mut last = first;
        let mut tabs = all[first].1.matches('\t').count();
        while let Some(&(_, line)) = all.get(last + 1) {
            if line.trim().is_empty() || is_row_start(line) {
                break;
            }
            // A full row is followed by its own continuation only where that brings no tab and
            // the row's last cell is still open, which no file can tell: it ends here.
            if tabs + 1 >= columns.len() {
                break;
            }
            tabs += line.matches('\t').count();
            last += 1;
        }
        let start = all[first].0;
        let end = all[last].0 + all[last].1.len();
        self.rows += 1;
        let spans = cells(self.text, start, &self.text[start..end]);
        let number = spans.first().and_then(|s| normalize(s.of(self.text)).parse().ok());
        for (column, &span) in spans.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
            let (role, label) = match columns.get(column) {
                Some((role, label)) => (*role, Some(label.clone())),
                None => (ColumnRole::Other, None),
            };
            self.blocks.push(Block {
                label,
                row: Some(number.unwrap_or(self.rows)),
                column: Some(column as u32 + 1),
                role: Some(role),
                markup: span.of(self.text).contains(['<', '&']),
                ..Block::new(BlockKind::Cell, span)
            });
        }
        last + 1
    }

    fn head_or_narrative(&mut self, spans: &[ByteSpan]) {
        let filled: Vec<ByteSpan> = spans.iter().copied().filter(|s| !s.is_empty()).collect();
        let several = filled.len() > 1;
        for span in filled {
            let surface = span.of(self.text);
            let labelled = surface.split_once(':').filter(|(label, _)| {
                let name = head::field_name(label);
                label.chars().count() < 30
                    && (several || matches!(name.as_str(), "title" | "agenda" | "unit" | "date"))
                    && !label.contains(['<', '.'])
                    && name != normalize(label)
            });
            match labelled {
                Some((label, value)) => {
                    let start = span.start + label.len() + 1;
                    let value = ByteSpan::new(start, start + value.len()).trim(self.text);
                    if !value.is_empty() {
                        self.field(label, value);
                    }
                }
                // The first thing in a head, before any field, names who keeps the record.
                None if several && self.blocks.is_empty() => self.field("واحد", span),
                None => self.narrative(span),
            }
        }
    }

    /// Running text, cut at block tags.
    fn narrative(&mut self, span: ByteSpan) {
        let surface = span.of(self.text);
        let markup = surface.contains(['<', '&']);
        let mut at = 0;
        let mut push = |from: usize, to: usize| {
            let place = ByteSpan::new(span.start + from, span.start + to).trim(self.text);
            if !place.is_empty() {
                self.blocks.push(Block { markup, ..Block::new(BlockKind::Paragraph, place) });
            }
        };
        for tag in BLOCK_TAG.find_iter(surface) {
            push(at, tag.start());
            at = tag.end();
        }
        push(at, surface.len());
    }
}

/// A number and a tab begin a row of the table.
fn is_row_start(line: &str) -> bool {
    line.split_once('\t').is_some_and(|(number, _)| {
        let number = number.trim().trim_end_matches(['-', '.', ')']);
        !number.is_empty() && number.chars().count() <= 3 && number.chars().all(char::is_numeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "اداره کل راه استان\t\tموضوع: جلسه ایمنی راه\t\t\n\
        تاریخ تشکیل:\tروز:\tساعت:\tمحل تشکیل جلسه:\tشماره دعوتنامه:\tتاریخ دعوتنامه:\n\
        ۱۴۰۲/۰۲/۱۰\tیکشنبه\t۹\tسالن شهید همت\t۱۱/۲۲\t۱۴۰۲/۰۲/۰۵\n\
        دستور کار: ایمنی گردنه‌ها\t\t\n\
        <p>جلسه با ریاست <b>فرماندار</b> برگزار شد.</p> <p>گزارش&nbsp;داده شد.</p>\t\t\n\
        \n\
        موارد زیر مصوب شد:\n\
        ردیف\tمصوبات جلسه:\tاقدام کننده\tزمان اقدام\n\
        ۱\tمقرر شد تابلوها نصب شود.\tاداره راه شهرداری\tیک ماه\n\
        ۲\tمقرر شد گزارش\nتهیه شود.\t\tهفتگی\n\
        ۳\tمقرر شد نور تامین شود.\tاداره برق\t\n\
        \n\
        جلسه ساعت ۱۱ پایان یافت.\n";

    fn sample() -> Document {
        read("m", SAMPLE.into()).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn head() {
        let document = sample();
        assert!(looks_like(SAMPLE));
        let meta = &document.meta;
        assert_eq!(meta.title.as_deref(), Some("جلسه ایمنی راه"));
        assert_eq!(meta.date.map(|d| d.to_jalali_iso()).as_deref(), Some("1402-02-10"));
        assert_eq!(meta.code.as_deref(), Some("11/22"));
        for (name, value) in [
            ("unit", "اداره کل راه استان"),
            ("place", "سالن شهید همت"),
            ("agenda", "ایمنی گردنه‌ها"),
            ("weekday", "یکشنبه"),
            ("time", "۹"),
            ("invitation_date", "۱۴۰۲/۰۲/۰۵"),
        ] {
            assert_eq!(meta.other.get(name).and_then(|v| v.as_str()), Some(value), "{name}");
        }
    }

    #[test]
    fn narrative_and_table() {
        let document = sample();
        let of = |kind| {
            document
                .blocks
                .iter()
                .filter(|b| b.kind == kind)
                .map(|b| document.surface(b.span))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(BlockKind::Paragraph),
            [
                "جلسه با ریاست <b>فرماندار</b> برگزار شد.",
                "گزارش&nbsp;داده شد.",
                "موارد زیر مصوب شد:",
                "جلسه ساعت ۱۱ پایان یافت."
            ]
        );
        let cell = |row, role| {
            document
                .blocks
                .iter()
                .find(|b| b.row == Some(row) && b.role == Some(role))
                .map(|b| document.surface(b.span))
        };
        assert_eq!(cell(1, ColumnRole::Assignee), Some("اداره راه شهرداری"));
        assert_eq!(cell(2, ColumnRole::Resolution), Some("مقرر شد گزارش\nتهیه شود."));
        assert_eq!(cell(2, ColumnRole::Assignee), None);
        assert_eq!(cell(2, ColumnRole::Deadline), Some("هفتگی"));
        assert_eq!(cell(3, ColumnRole::Deadline), None);
    }
}
