//! WebAnno TSV 3.3, which WebAnno and INCEpTION import without any setting up: tokens of sentences, and
//! mentions and parts of tasks in the built-in layer of named entities. Offsets are UTF-16 code units.
//! That layer allows no span over a sentence's end; such spans are left out and counted.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::units::Utf16Index;
use super::{Sheet, label, tokens};

const LAYER: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";

/// The spans that the layer of named entities takes, with the line that each stands in; and how many
/// more there are that cross a line's end.
pub(super) fn entities(sheet: &Sheet, lines: &[tokens::Line]) -> (Vec<(usize, usize)>, usize) {
    let mut wanted = tokens::mentions(sheet);
    let parts = |l: &str| label::PARTS.contains(&l);
    wanted.extend((0..sheet.layers.spans.len()).filter(|&i| parts(&sheet.layers.spans[i].label)));
    wanted.retain(|&i| sheet.layers.spans[i].end > sheet.layers.spans[i].start);
    let mut out = Vec::new();
    let mut left = 0;
    for i in wanted {
        let span = &sheet.layers.spans[i];
        let inside = |l: &tokens::Line| {
            l.first().is_some_and(|t| t.start <= span.start) && l.last().is_some_and(|t| span.end <= t.end)
        };
        match lines.iter().position(inside) {
            Some(line) => out.push((i, line)),
            None => left += 1,
        }
    }
    (out, left)
}

/// The file of a sheet, and the number of spans that were left out.
pub fn write(sheet: &Sheet) -> (String, usize) {
    let lines = tokens::lines(sheet);
    let (entities, left) = entities(sheet, &lines);
    let text: Vec<char> = sheet.text.chars().collect();
    let surface = |start: usize, end: usize| -> String { text[start..end].iter().collect() };
    let index = Utf16Index::new(&sheet.text);
    let mut out = format!("#FORMAT=WebAnno TSV 3.3\n#T_SP={LAYER}|value\n\n");
    let mut by_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(i, line) in &entities {
        by_line.entry(line).or_default().push(i);
    }
    let mut next = 0;
    for (number, line) in lines.iter().enumerate() {
        let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
        out.push('\n');
        for part in surface(first.start, last.end).split('\n') {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "#Text={}", escape_text(part));
        }
        let own = by_line.get(&number).map_or(&[][..], Vec::as_slice);
        let on = |i: usize, t: &crate::span::CharSpan| {
            let span = &sheet.layers.spans[i];
            span.start < t.end && t.start < span.end
        };
        // An annotation needs a number where its tokens alone do not tell it from another one.
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for &i in own {
            let covered: Vec<_> = line.iter().filter(|t| on(i, t)).collect();
            let stacked = covered.iter().any(|t| own.iter().any(|&o| o != i && on(o, t)));
            if covered.len() > 1 || stacked {
                next += 1;
                numbers.insert(i, next);
            }
        }
        for (position, token) in line.iter().enumerate() {
            let values: Vec<String> = own
                .iter()
                .filter(|&&i| on(i, token))
                .map(|i| {
                    let value = escape_value(&sheet.layers.spans[*i].label);
                    numbers.get(i).map_or(value.clone(), |n| format!("{value}[{n}]"))
                })
                .collect();
            let value = if values.is_empty() { "_".to_owned() } else { values.join("|") };
            let (start, end) = (index.to_utf16(token.start), index.to_utf16(token.end));
            let _ = writeln!(
                out,
                "{}-{}\t{start}-{end}\t{}\t{value}\t",
                number + 1,
                position + 1,
                surface(token.start, token.end)
            );
        }
    }
    (out, left)
}

fn escape_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '\\' | '[' | ']' | '|' | '_' | ';' | '*') {
            out.push('\\');
        }
        out.push(c);
    }
    out.replace("->", "\\->")
}

fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{c}' => out.push_str("\\f"),
            '\u{8}' => out.push_str("\\b"),
            '\\' => out.push_str("\\\\"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    #[test]
    fn stacked_and_long_annotations_are_numbered() {
        let mut sheet = Sheet::new("a", "🙂 وزیر نیرو آمد.\nتهران");
        sheet.layers.spans = vec![
            Span::new("ROLE", 2, 11),
            Span::new("ORG", 7, 11),
            Span::new("LOC", 17, 22),
            Span::new("ACT", 12, 19),
            Span::new("decision", 0, 16),
        ];
        let (written, left) = write(&sheet);
        assert_eq!(left, 1, "the act goes over the end of its sentence");
        assert_eq!(
            written,
            "#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value\n\n\n\
             #Text=🙂 وزیر نیرو آمد.\n1-1\t0-2\t🙂\t_\t\n1-2\t3-7\tوزیر\tROLE[1]\t\n1-3\t8-12\tنیرو\tROLE[1]|ORG[2]\t\n\
             1-4\t13-16\tآمد\t_\t\n1-5\t16-17\t.\t_\t\n\n#Text=تهران\n2-1\t18-23\tتهران\tLOC\t\n"
        );
    }
}
