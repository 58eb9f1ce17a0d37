//! Pages. The text of an HTML document is what its elements say, in their order: the page's title,
//! headings, paragraphs, list items and table cells, each with its white space collapsed; blocks
//! are parted by a line break, the cells of a table row by a tab. Scripts and styles are ignored.

use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};

use super::{ReadError, head, table};
use crate::document::{Block, BlockKind, ColumnRole, Document, Format};
use crate::span::ByteSpan;

/// Elements that hold nothing to read.
const SKIPPED: [&str; 13] = [
    "script", "style", "noscript", "template", "nav", "svg", "iframe", "form", "button", "select", "object",
    "head", "footer",
];
/// Elements that part blocks.
const BLOCKS: [&str; 30] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "aside",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "address",
    "br",
    "hr",
];

/// Whether a text is an HTML page.
pub(super) fn looks_like(text: &str) -> bool {
    let end = text.char_indices().nth(256).map_or(text.len(), |(i, _)| i);
    let start = text[..end].to_ascii_lowercase();
    let start = start.trim_start_matches("<?xml").trim_start();
    start.starts_with("<!doctype html")
        || start.contains("<html")
        || start.starts_with("<head")
        || start.starts_with("<body")
}

#[derive(Default)]
struct Page {
    text: String,
    blocks: Vec<Block>,
    /// Text of the block that is being read, white space collapsed.
    open: String,
    rows: u32,
}

/// Reads a page.
pub(super) fn read(id: &str, source: &str) -> Result<Document, ReadError> {
    let html = Html::parse_document(source);
    let mut page = Page::default();
    let first = |css: &str| Selector::parse(css).ok().and_then(|s| html.select(&s).next());
    if let Some(title) = first("head > title") {
        page.open = collapse(&title.text().collect::<String>());
        page.close(BlockKind::Title);
    }
    let root = first("body").unwrap_or_else(|| html.root_element());
    page.walk(root, BlockKind::Paragraph);
    page.close(BlockKind::Paragraph);
    if page.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    let Page { text, blocks, .. } = page;
    let mut document = Document::new(id, Format::Html, text, blocks);
    metadata(&mut document, &html);
    Ok(document)
}

fn collapse(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() && c != '\u{a0}')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl Page {
    /// Ends the open block.
    fn close(&mut self, kind: BlockKind) {
        let body = collapse(&std::mem::take(&mut self.open));
        if body.trim().is_empty() {
            return;
        }
        let span = self.line(&body);
        self.blocks.push(Block::new(kind, span));
    }

    /// Appends a line.
    fn line(&mut self, body: &str) -> ByteSpan {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text.push_str(body);
        ByteSpan::new(start, self.text.len())
    }

    fn walk(&mut self, element: ElementRef<'_>, kind: BlockKind) {
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.open.push_str(text),
                Node::Element(e) => {
                    let name = e.name();
                    let Some(inner) = ElementRef::wrap(child) else { continue };
                    if SKIPPED.contains(&name) {
                        continue;
                    }
                    if name == "table" {
                        self.close(kind);
                        self.table(inner);
                    } else if BLOCKS.contains(&name) {
                        self.close(kind);
                        let inner_kind = match name {
                            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => BlockKind::Heading,
                            "li" => BlockKind::ListItem,
                            "div" | "section" | "article" | "main" | "br" => kind,
                            _ => BlockKind::Paragraph,
                        };
                        self.walk(inner, inner_kind);
                        self.close(inner_kind);
                    } else {
                        self.walk(inner, kind);
                    }
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, element: ElementRef<'_>) {
        let (Ok(row), Ok(cell)) = (Selector::parse("tr"), Selector::parse("td, th")) else { return };
        let mut columns: Option<(Vec<ColumnRole>, Vec<String>)> = None;
        let mut labels: Option<Vec<String>> = None;
        self.rows = 0;
        for row in element.select(&row) {
            let cells: Vec<String> =
                row.select(&cell).map(|c| collapse(&c.text().collect::<Vec<_>>().join(" "))).collect();
            if cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            let spans = self.cells(&cells);
            let surfaces: Vec<&str> = cells.iter().map(String::as_str).collect();
            let is_label = |c: &&str| c.trim_end().ends_with(':');
            if columns.is_none()
                && let Some(roles) = table::header(&surfaces)
            {
                for (i, &span) in spans.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
                    let label = Some(cells[i].clone());
                    let (column, role) = (Some(i as u32 + 1), roles.get(i).copied());
                    self.blocks.push(Block {
                        label,
                        column,
                        role,
                        ..Block::new(BlockKind::TableHeader, span)
                    });
                }
                columns = Some((roles, cells));
            } else if let Some((roles, names)) = &columns {
                self.rows += 1;
                let number = cells.first().and_then(|c| crate::normalize::normalize(c).parse().ok());
                for (i, &span) in spans.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
                    self.blocks.push(Block {
                        label: names.get(i).cloned(),
                        row: Some(number.unwrap_or(self.rows)),
                        column: Some(i as u32 + 1),
                        role: Some(roles.get(i).copied().unwrap_or(ColumnRole::Other)),
                        ..Block::new(BlockKind::Cell, span)
                    });
                }
            } else if let Some(names) = labels.take() {
                for (i, &span) in spans.iter().enumerate().filter(|(_, s)| !s.is_empty()) {
                    self.field(names.get(i).map_or("", String::as_str), span);
                }
            } else if surfaces.len() > 1 && surfaces.iter().all(|c| c.is_empty() || is_label(c)) {
                labels = Some(cells);
            } else {
                // Pairs of name and value in one row, or cells without a known function.
                let mut i = 0;
                while i < spans.len() {
                    if is_label(&surfaces[i]) && i + 1 < spans.len() {
                        self.field(surfaces[i], spans[i + 1]);
                        i += 2;
                    } else {
                        if !spans[i].is_empty() {
                            let column = Some(i as u32 + 1);
                            self.blocks.push(Block { column, ..Block::new(BlockKind::Cell, spans[i]) });
                        }
                        i += 1;
                    }
                }
            }
        }
    }

    fn field(&mut self, label: &str, span: ByteSpan) {
        if span.is_empty() {
            return;
        }
        let name = head::field_name(label);
        let kind = match name.as_str() {
            "title" => BlockKind::Heading,
            "agenda" => BlockKind::Agenda,
            _ => BlockKind::Field,
        };
        self.blocks.push(Block { label: Some(label.to_owned()), ..Block::new(kind, span) });
    }

    /// Appends a row of cells; gives their places.
    fn cells(&mut self, cells: &[String]) -> Vec<ByteSpan> {
        self.line("");
        let mut spans = Vec::with_capacity(cells.len());
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.text.push('\t');
            }
            let at = self.text.len();
            self.text.push_str(cell);
            spans.push(ByteSpan::new(at, self.text.len()));
        }
        spans
    }
}

fn metadata(document: &mut Document, html: &Html) {
    let attribute = |css: &str, name: &str| {
        let selector = Selector::parse(css).ok()?;
        let value = html.select(&selector).next()?.value().attr(name)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    let published = attribute("meta[property='article:published_time']", "content")
        .or_else(|| attribute("meta[name='date']", "content"))
        .or_else(|| attribute("meta[name='dc.date']", "content"))
        .or_else(|| attribute("time[datetime]", "datetime"));
    document.meta.url = attribute("link[rel='canonical']", "href")
        .or_else(|| attribute("meta[property='og:url']", "content"));
    let fields: Vec<(String, String)> = document
        .blocks
        .iter()
        .filter(|b| matches!(b.kind, BlockKind::Field | BlockKind::Agenda | BlockKind::Heading))
        .filter_map(|b| Some((b.label.clone()?, document.surface(b.span).to_owned())))
        .collect();
    for (label, value) in fields {
        head::set_field(&mut document.meta, &label, &value);
    }
    if let Some(published) = published {
        if document.meta.date.is_none() {
            document.meta.date = head::date(&published);
        }
        document.meta.published = Some(head::published(&published));
    }
    // Fields that stand as «نام: مقدار» in running text.
    let labelled: Vec<(String, String)> = document
        .blocks
        .iter()
        .filter(|b| matches!(b.kind, BlockKind::Paragraph | BlockKind::ListItem))
        .filter_map(|b| document.surface(b.span).split_once(':').map(|(l, v)| (l.to_owned(), v.to_owned())))
        .filter(|(label, _)| label.chars().count() < 24)
        .collect();
    for (label, value) in labelled {
        let name = head::field_name(&label);
        if matches!(name.as_str(), "date" | "place" | "agenda" | "code" | "weekday" | "time" | "unit")
            && (name != "date" || head::date(&value).is_some())
        {
            head::set_field(&mut document.meta, &label, &value);
        }
    }
    if document.meta.title.is_none() {
        let title = document.blocks.iter().find(|b| matches!(b.kind, BlockKind::Heading | BlockKind::Title));
        document.meta.title = title.map(|b| document.surface(b.span).to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!DOCTYPE html><html><head><title>شورا</title><style>p{}</style>\
        <meta property='article:published_time' content='2022-04-01T10:00:00'></head><body><h1>جلسه   شورا</h1>\
        <script>var x = 'متن';</script><p>شورا <b>تشکیل</b> شد.<br>دبیر&nbsp;رفت.</p><ul><li>یک</li><li>دو</li></ul>\
        <table><tr><td>تاریخ جلسه:</td><td>۱۴۰۱/۰۱/۱۰</td></tr></table>\
        <table><tr><th>ردیف</th><th>مصوبات</th><th>اقدام کننده</th><th>مهلت</th></tr>\
        <tr><td>۱</td><td>مقرر شد پل\n ساخته شود.</td><td>شهرداری</td><td></td></tr></table></body></html>";

    #[test]
    fn elements_become_lines() -> Result<(), ReadError> {
        let document = read("h", PAGE)?;
        assert_eq!(
            document.text(),
            "شورا\nجلسه شورا\nشورا تشکیل شد.\nدبیر\u{a0}رفت.\nیک\nدو\nتاریخ جلسه:\t۱۴۰۱/۰۱/۱۰\n\
             ردیف\tمصوبات\tاقدام کننده\tمهلت\n۱\tمقرر شد پل ساخته شود.\tشهرداری\t"
        );
        assert_eq!(document.meta.date.map(|d| d.to_jalali_iso()).as_deref(), Some("1401-01-10"));
        let cells: Vec<_> = document.blocks.iter().filter(|b| b.kind == BlockKind::Cell).collect();
        assert_eq!(cells.len(), 3);
        assert_eq!(cells[2].role, Some(ColumnRole::Assignee));
        assert_eq!(document.surface(cells[2].span), "شهرداری");
        Ok(())
    }
}
