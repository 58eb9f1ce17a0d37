//! Differences as a page of its own: for every sentence the text twice, with the spans of gold and
//! under it with those of the prediction, coloured by what became of them.

use std::cmp::Reverse;
use std::fmt::Write;

use super::{Difference, Mark, Unit, Verdict};
use crate::eval::render::{escape, page};
use crate::eval::report::Sides;

/// The page. `sides` names gold and prediction.
pub fn differences_page(title: &str, differences: &[Difference], sides: &Sides) -> String {
    page(title, &format!("<h1>{}</h1>\n{}", escape(title), sections(differences, sides)))
}

/// What stands between the page's title and its end.
pub(crate) fn sections(differences: &[Difference], sides: &Sides) -> String {
    let mut body = "<div class=\"legend\" aria-label=\"colours\">\n".to_owned();
    for (verdict, meaning) in [
        (Verdict::Correct, "the same on both sides".to_owned()),
        (Verdict::Changed, "another place or another type".to_owned()),
        (Verdict::Missed, format!("only in {}", sides.gold)),
        (Verdict::Spurious, format!("only in {}", sides.pred)),
    ] {
        let name = verdict.name();
        let _ = writeln!(body, "<span><mark class=\"{name}\">{name}</mark> {}</span>", escape(&meaning));
    }
    body += "</div>\n";
    if differences.is_empty() {
        body += "<p>There is no difference.</p>\n";
    }
    for difference in differences {
        let _ = writeln!(
            body,
            "<section>\n<h2><bdi>{}</bdi>: {} wrong</h2>",
            escape(&difference.name),
            difference.wrong()
        );
        difference.units.iter().for_each(|u| unit(u, sides, &mut body));
        body += "</section>\n";
    }
    body
}

fn unit(unit: &Unit, sides: &Sides, out: &mut String) {
    *out += "<article class=\"unit\">\n";
    if !unit.name.is_empty() {
        let _ = writeln!(out, "<h3>{}</h3>", escape(&unit.name));
    }
    for layer in unit.layers.iter().filter(|l| !(l.gold.is_empty() && l.pred.is_empty())) {
        let _ = writeln!(out, "<div class=\"layer\" aria-label=\"{}\">", escape(&layer.name));
        for (side, marks) in [(&sides.gold, &layer.gold), (&sides.pred, &layer.pred)] {
            let _ = writeln!(
                out,
                "<div class=\"row\"><div class=\"side\">{}<br>{}</div><div class=\"text\" lang=\"fa\" dir=\"rtl\">{}</div></div>",
                escape(side),
                escape(&layer.name),
                marked(&unit.text, marks)
            );
        }
        *out += "</div>\n";
    }
    if unit.layers.iter().all(|l| l.gold.is_empty() && l.pred.is_empty()) && !unit.text.is_empty() {
        let _ = writeln!(out, "<div class=\"text\" lang=\"fa\" dir=\"rtl\">{}</div>", escape(&unit.text));
    }
    if !unit.remarks.is_empty() {
        *out += "<ul class=\"remarks\">\n";
        for remark in &unit.remarks {
            let _ = writeln!(
                out,
                "<li><mark class=\"{0}\">{0}</mark> <b>{1}</b>: <bdi>{2}</bdi></li>",
                remark.verdict.name(),
                escape(&remark.about),
                escape(&remark.what)
            );
        }
        *out += "</ul>\n";
    }
    *out += "</article>\n";
}

/// The text with its marks. Marks may nest and cross: one that crosses another is closed and opened
/// again, so that the elements always nest.
fn marked(text: &str, marks: &[Mark]) -> String {
    let mut order: Vec<&Mark> = marks.iter().filter(|m| !m.span.is_empty()).collect();
    order.sort_by_key(|m| (m.span.start, Reverse(m.span.end)));
    let mut places: Vec<usize> = order.iter().flat_map(|m| [m.span.start, m.span.end]).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.dedup();
    let mut out = String::new();
    let mut open: Vec<&Mark> = Vec::new();
    for (index, &place) in places.iter().enumerate() {
        // Close down to the outermost mark that ends here; what is closed too early is opened again.
        if let Some(outermost) = open.iter().position(|m| m.span.end == place) {
            let closed = open.split_off(outermost);
            for mark in closed.iter().rev() {
                if mark.span.end == place {
                    let _ = write!(out, "<small>{}</small>", escape(&mark.label));
                }
                out += "</mark>";
            }
            let again: Vec<&Mark> = closed.into_iter().filter(|m| m.span.end != place).collect();
            again.iter().for_each(|m| start(m, &mut out));
            open.extend(again);
        }
        for mark in order.iter().filter(|m| m.span.start == place) {
            start(mark, &mut out);
            open.push(mark);
        }
        let next = places.get(index + 1).copied().unwrap_or(place);
        out += &escape(text.get(place..next).unwrap_or(""));
    }
    out
}

fn start(mark: &Mark, out: &mut String) {
    let _ = write!(out, "<mark class=\"{}\">", mark.verdict.name());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::ByteSpan;

    fn mark(start: usize, end: usize, label: &str) -> Mark {
        Mark { span: ByteSpan::new(start, end), label: label.into(), verdict: Verdict::Missed }
    }

    fn plain(marks: &[Mark]) -> String {
        marked("abcdef", marks).replace(" class=\"missed\"", "")
    }

    #[test]
    fn marks_nest() {
        let out = plain(&[mark(1, 5, "ROLE"), mark(3, 5, "LOC")]);
        assert_eq!(out, "a<mark>bc<mark>de<small>LOC</small></mark><small>ROLE</small></mark>f");
    }

    #[test]
    fn crossing_marks_become_nested_elements() {
        let out = plain(&[mark(0, 3, "A"), mark(2, 5, "B")]);
        assert_eq!(out, "<mark>ab<mark>c</mark><small>A</small></mark><mark>de<small>B</small></mark>f");
    }

    #[test]
    fn neighbours_do_not_touch() {
        let out = plain(&[mark(0, 2, "A"), mark(2, 4, "B")]);
        assert_eq!(out, "<mark>ab<small>A</small></mark><mark>cd<small>B</small></mark>ef");
    }

    #[test]
    fn the_page_is_whole_and_safe() {
        let mut differences = super::super::tests::example();
        differences[0].units[0].text = "<script> همه".into();
        differences[0].units[0].layers.clear();
        let page = differences_page("a & b", &differences, &Sides::default());
        assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
        assert!(page.contains("&lt;script&gt; همه") && !page.contains("<script"));
        assert!(!page.contains("http"), "nothing is loaded from elsewhere");
        assert_eq!(page.matches("<mark").count(), page.matches("</mark>").count());
        assert!(page.contains("dir=\"rtl\""));
    }
}
