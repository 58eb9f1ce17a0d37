//! Reports as text: for a terminal, as Markdown, HTML and JSON. The four show the same numbers.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::differences::{differences_text, sections};
use super::report::{Cell, Report, Table};

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Aligned columns.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// Markdown tables.
    Markdown,
    /// A page of its own.
    Html,
}

/// Writes a report.
pub fn render(report: &Report, form: Form) -> String {
    match form {
        Form::Table => plain(report),
        Form::Json => format!("{:#}\n", report.json()),
        Form::Markdown => markdown(report),
        Form::Html => html(report),
    }
}

fn is_number(cell: &Cell) -> bool {
    !matches!(cell, Cell::Text(_) | Cell::Empty)
}

/// Whether a column is set to the right: it holds numbers.
fn numeric(table: &Table, column: usize) -> bool {
    table.rows.iter().any(|row| row.get(column).is_some_and(is_number))
}

fn plain(report: &Report) -> String {
    let mut out = format!("{}\n", report.title);
    for table in &report.tables {
        let _ = write!(out, "\n{}", table.name);
        if !table.about.is_empty() {
            let _ = write!(out, " — {}", table.about);
        }
        out.push('\n');
        let shown: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(Cell::show).collect()).collect();
        let width = |column: usize| {
            let cells = shown.iter().filter_map(|row| row.get(column)).map(|c| c.width());
            cells.chain([table.columns[column].width()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
        let mut line = |cells: &[String]| {
            let mut text = String::new();
            for (column, cell) in cells.iter().enumerate() {
                let width = widths.get(column).copied().unwrap_or(0);
                let blank = " ".repeat(width.saturating_sub(cell.width()));
                let gap = if column == 0 { "  " } else { "   " };
                if numeric(table, column) {
                    let _ = write!(text, "{gap}{blank}{cell}");
                } else {
                    let _ = write!(text, "{gap}{cell}{blank}");
                }
            }
            let _ = writeln!(out, "{}", text.trim_end());
        };
        line(&table.columns);
        shown.iter().for_each(|row| line(row));
    }
    for (mark, lines) in [("note", &report.notes), ("warning", &report.warnings)] {
        if !lines.is_empty() {
            out.push('\n');
        }
        for text in lines {
            let _ = writeln!(out, "{mark}: {text}");
        }
    }
    out += &differences_text(&report.differences, &report.sides);
    out
}

fn markdown(report: &Report) -> String {
    let escape = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    let mut out = format!("# {}\n", report.title);
    for table in &report.tables {
        let _ = write!(out, "\n## {}\n\n", table.name);
        if !table.about.is_empty() {
            let _ = write!(out, "{}.\n\n", table.about);
        }
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        out += &line(table.columns.iter().map(|c| escape(c)).collect());
        let rule = |c| if numeric(table, c) { "---:".to_owned() } else { "---".to_owned() };
        out += &line((0..table.columns.len()).map(rule).collect());
        for row in &table.rows {
            out += &line(row.iter().map(|c| escape(&c.show())).collect());
        }
    }
    for (mark, lines) in [("", &report.notes), ("**Warning:** ", &report.warnings)] {
        if !lines.is_empty() {
            out.push('\n');
        }
        for text in lines {
            let _ = writeln!(out, "- {mark}{text}");
        }
    }
    if !report.differences.is_empty() {
        let text = differences_text(&report.differences, &report.sides);
        let _ = write!(out, "\n## differences\n\n```text\n{}\n```\n", text.trim());
    }
    out
}

/// Escapes text for HTML, in content and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Colours and letters that all pages share.
pub(crate) const STYLE: &str = include_str!("page.css");

/// A page of its own around `body`.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape(title)
    )
}

fn html(report: &Report) -> String {
    let mut body = format!("<h1>{}</h1>\n", escape(&report.title));
    for table in &report.tables {
        let _ = writeln!(body, "<h2>{}</h2>", escape(&table.name));
        if !table.about.is_empty() {
            let _ = writeln!(body, "<p>{}.</p>", escape(&table.about));
        }
        body += "<div class=\"wide\"><table>\n<thead><tr>";
        for column in &table.columns {
            let _ = write!(body, "<th scope=\"col\">{}</th>", escape(column));
        }
        body += "</tr></thead>\n<tbody>\n";
        for row in &table.rows {
            body += "<tr>";
            for (column, cell) in row.iter().enumerate() {
                let shown = escape(&cell.show());
                let _ = match column {
                    0 => write!(body, "<th scope=\"row\"><bdi>{shown}</bdi></th>"),
                    _ if is_number(cell) => write!(body, "<td class=\"n\">{shown}</td>"),
                    _ => write!(body, "<td><bdi>{shown}</bdi></td>"),
                };
            }
            body += "</tr>\n";
        }
        body += "</tbody>\n</table></div>\n";
    }
    for (class, lines) in [("note", &report.notes), ("warning", &report.warnings)] {
        if !lines.is_empty() {
            let _ = writeln!(body, "<ul class=\"{class}\">");
            for text in lines {
                let _ = writeln!(body, "<li>{}</li>", escape(text));
            }
            body += "</ul>\n";
        }
    }
    if !report.differences.is_empty() {
        body += &sections(&report.differences, &report.sides);
    }
    page(&report.title, &body)
}

#[cfg(test)]
mod tests {
    use super::super::bootstrap::Interval;
    use super::*;

    fn report() -> Report {
        let mut table = Table::new("شهرها", "what «a < b» is", &["name", "n", "F1", "95 %"]);
        table.rows.push(vec![
            "خرم|آباد".into(),
            3u64.into(),
            Cell::Share(0.51236),
            Cell::Interval(Interval { low: 0.25, high: 0.75 }),
        ]);
        table.rows.push(vec!["قم".into(), 12u64.into(), Cell::Share(1.0), Cell::Empty]);
        Report {
            title: "gold & prediction".into(),
            notes: vec!["a note".into()],
            warnings: vec!["a warning".into()],
            tables: vec![table],
            figures: vec![("micro F1".into(), 0.51236)],
            ..Report::default()
        }
    }

    #[test]
    fn every_form_shows_every_number() {
        for form in [Form::Table, Form::Markdown, Form::Html] {
            let out = render(&report(), form);
            for shown in ["12", "51.24", "100.00", "25.00–75.00", "a note", "a warning"] {
                assert!(out.contains(shown), "{form:?} lacks {shown}: {out}");
            }
        }
        let json: serde_json::Value = serde_json::from_str(&render(&report(), Form::Json)).expect("JSON");
        assert_eq!(json["tables"][0]["rows"][0]["F1"], 0.51236);
        assert_eq!(json["tables"][0]["rows"][0]["95 %"], serde_json::json!([0.25, 0.75]));
        assert_eq!(json["figures"]["micro F1"], 0.51236);
    }

    #[test]
    fn signs_of_the_form_are_escaped() {
        assert!(render(&report(), Form::Markdown).contains("خرم\\|آباد"));
        let html = render(&report(), Form::Html);
        assert!(html.contains("gold &amp; prediction") && html.contains("a &lt; b"));
    }

    #[test]
    fn columns_line_up() {
        let out = render(&report(), Form::Table);
        let line = |part: &str| out.lines().find(|l| l.contains(part)).expect("a line").to_owned();
        let (head, first, second) = (line("95 %"), line("51.24"), line("100.00"));
        let end = |line: &str, part: &str| line[..line.find(part).expect("there") + part.len()].width();
        assert_eq!(end(&first, "51.24"), end(&second, "100.00"));
        assert_eq!(end(&first, "51.24"), end(&head, "F1"));
    }
}
