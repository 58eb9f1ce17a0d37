//! Brat standoff (<https://brat.nlplab.org/standoff.html>): `name.ann` beside `name.txt`. Offsets are code
//! points. Spans are `T` lines, relations `R` lines, notes of people `AnnotatorNotes`, and what only
//! programs want to know a note of the type `dabir`, which brat shows without emphasis. A span over a
//! line break is written in fragments, as brat demands; it is read as what the fragments cover.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Layers, Relation, Sheet, Span, check, label, note, relation};
use crate::document::{MentionType, SentenceClass};

/// Note type of a person's notes.
const NOTES: &str = "AnnotatorNotes";
/// Note type of technical notes.
const TECHNICAL: &str = "dabir";

/// The `.ann` file of a sheet.
pub fn write(sheet: &Sheet) -> String {
    let mut out = String::new();
    let text: Vec<char> = sheet.text.chars().collect();
    for (i, span) in sheet.layers.spans.iter().enumerate() {
        let parts = fragments(&text, span);
        let offsets: Vec<String> = parts.iter().map(|(s, e)| format!("{s} {e}")).collect();
        let surface: Vec<String> = parts.iter().map(|&(s, e)| text[s..e].iter().collect()).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "T{}\t{} {}\t{}",
            i + 1,
            span.label,
            offsets.join(";"),
            surface.join(" ").replace(['\n', '\r'], " ")
        );
    }
    for (i, r) in sheet.layers.relations.iter().enumerate() {
        let _ = writeln!(out, "R{}\t{} Arg1:T{} Arg2:T{}", i + 1, r.label, r.from + 1, r.to + 1);
    }
    let mut number = 0;
    for (i, span) in sheet.layers.spans.iter().enumerate() {
        for (kind, technical) in [(NOTES, false), (TECHNICAL, true)] {
            let chosen =
                span.notes.iter().filter(|(n, _)| note::TECHNICAL.contains(&n.as_str()) == technical);
            let notes: Vec<String> = chosen.map(|(n, v)| format!("{n}={}", escape(v))).collect();
            if !notes.is_empty() {
                number += 1;
                let _ = writeln!(out, "#{number}\t{kind} T{}\t{}", i + 1, notes.join("; "));
            }
        }
    }
    out
}

/// The stretches of a span between line breaks; brat allows none inside.
fn fragments(text: &[char], span: &Span) -> Vec<(usize, usize)> {
    let breaks = |c: &char| matches!(c, '\n' | '\r');
    let end = span.end.min(text.len());
    let mut out = Vec::new();
    let mut from = None;
    for (at, c) in text.iter().enumerate().take(end).skip(span.start) {
        match (from, breaks(c)) {
            (None, false) => from = Some(at),
            (Some(start), true) => {
                out.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    out.extend(from.map(|start| (start, end)));
    if out.is_empty() {
        out.push((span.start.min(end), end));
    }
    out
}

fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out
}

/// Notes of one line: `name=value; name=value`. Words without a `=` are a person's remark and say nothing.
fn notes(line: &str) -> BTreeMap<String, String> {
    let mut parts = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => parts.push(String::new()),
            '\\' => {
                let c = match chars.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some(c) => c,
                    None => '\\',
                };
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
            c => {
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    let pair = |part: &String| part.split_once('=').map(|(n, v)| (n.trim().to_owned(), v.to_owned()));
    parts.iter().filter_map(pair).collect()
}

/// Layers read from a file, with the number of spans whose written text does not stand there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// The layers.
    pub layers: Layers,
    /// How many spans were given with another text.
    pub surface_differs: usize,
}

/// Reads the annotations over `text`. Events and attributes are left out.
///
/// # Errors
/// The line, from 1, and what is wrong with it.
pub fn read(text: &str, ann: &str) -> Result<Read, (usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Read::default();
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let lines = || ann.lines().enumerate().map(|(number, line)| (number + 1, line));
    for (number, line) in lines().filter(|(_, l)| l.starts_with('T')) {
        let fail = |reason: String| (number, reason);
        let shape =
            || fail(format!("«{line}»: expected T1, a tab, a type with start and end, a tab, the text"));
        let mut fields = line.splitn(3, '\t');
        let (Some(id), Some(place)) = (fields.next(), fields.next()) else { return Err(shape()) };
        let (kind, offsets) = place.split_once(' ').ok_or_else(shape)?;
        let mut numbers = Vec::new();
        for number in offsets.split([' ', ';']) {
            numbers.push(number.parse::<usize>().map_err(|_| shape())?);
        }
        let (Some(&start), Some(&end)) = (numbers.iter().min(), numbers.iter().max()) else {
            return Err(shape());
        };
        check(start, end, chars.len()).map_err(fail)?;
        let surface: String = chars[start..end].iter().map(|&c| if c == '\n' { ' ' } else { c }).collect();
        let whole = numbers.len() == 2;
        if fields.next().is_some_and(|written| whole && written.trim_end() != surface.trim_end()) {
            out.surface_differs += 1;
        }
        ids.insert(id, out.layers.spans.len());
        out.layers.spans.push(Span::new(kind, start, end));
    }
    for (_, line) in lines() {
        let mut fields = line.splitn(3, '\t');
        let (Some(id), Some(what)) = (fields.next(), fields.next()) else { continue };
        if id.starts_with('R') {
            let mut parts = what.split_whitespace();
            let (Some(label), Some(from), Some(to)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            let target = |argument: &str| argument.split_once(':').and_then(|(_, id)| ids.get(id)).copied();
            if let (Some(from), Some(to)) = (target(from), target(to)) {
                out.layers.relations.push(Relation { label: label.to_owned(), from, to });
            }
        } else if id == "*" {
            // Equivalence of any number of spans is brat's own way of saying «the same».
            let mut members =
                what.split_whitespace().filter(|m| *m != "Equiv").filter_map(|m| ids.get(m).copied());
            if let Some(first) = members.next() {
                let same = |to| Relation { label: relation::SAME.to_owned(), from: first, to };
                out.layers.relations.extend(members.map(same));
            }
        } else if id.starts_with('#') {
            let target = what.split_whitespace().nth(1).and_then(|id| ids.get(id));
            if let (Some(&span), Some(line)) = (target, fields.next()) {
                out.layers.spans[span].notes.extend(notes(line));
            }
        }
    }
    Ok(out)
}

/// `annotation.conf`: what may be annotated.
pub fn annotation_conf() -> String {
    let mentions = MENTIONS.map(MentionType::name).join("\n");
    let classes: Vec<&str> = SentenceClass::ALL.iter().map(|c| c.name()).collect();
    let mut relations = String::new();
    for name in [relation::ASSIGNEE, relation::COLLABORATOR, relation::ISSUER] {
        relations.push_str(&format!("{name}\tArg1:{}, Arg2:PER|ROLE|ORG|{}\n", label::ACT, label::ACTOR));
    }
    format!(
        "[entities]\n{mentions}\n{}\n{}\n{}\n\n[relations]\n{relations}{}\tArg1:{act}, Arg2:{}\n{}\tArg1:{act}, \
         Arg2:{}\n{}\tArg1:<ENTITY>, Arg2:<ENTITY>\n{}\tArg1:PER|ROLE, Arg2:ORG\n\
         {}\tArg1:ORG, Arg2:ORG\n{}\tArg1:PER|ROLE, Arg2:{}\n{}\tArg1:PER|ROLE, Arg2:{}\n<OVERLAP>\tArg1:<ENTITY>, \
         Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n[events]\n\n[attributes]\n",
        label::PARTS.join("\n"),
        label::SENTENCE,
        classes.join("\n"),
        relation::DUE,
        label::DEADLINE,
        relation::TRIGGER,
        label::TRIGGER,
        relation::SAME,
        relation::ORGANIZATION,
        relation::PART_OF,
        relation::SINCE,
        label::SINCE,
        relation::UNTIL,
        label::UNTIL,
        act = label::ACT,
    )
}

/// Types of mentions, the most frequent first.
const MENTIONS: [MentionType; 9] = [
    MentionType::Per,
    MentionType::Role,
    MentionType::Org,
    MentionType::Loc,
    MentionType::Date,
    MentionType::Time,
    MentionType::Money,
    MentionType::Percent,
    MentionType::Event,
];

/// `visual.conf`: Persian text runs from right to left, and types have short names and colours.
pub fn visual_conf() -> &'static str {
    include_str!("brat-visual.conf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_leave_line_breaks_out() {
        let text: Vec<char> = "پل\r\nو راه\n".chars().collect();
        assert_eq!(fragments(&text, &Span::new("ACT", 0, 9)), [(0, 2), (4, 9)]);
        assert_eq!(fragments(&text, &Span::new("ACT", 4, 6)), [(4, 6)]);
    }

    #[test]
    fn notes_go_both_ways() {
        let value = "الف؛ ب; پ\\=\nت";
        let line = format!("name={}; due=1402-03-31; remark", escape(value));
        let notes = notes(&line);
        assert_eq!(notes["name"], value);
        assert_eq!(notes["due"], "1402-03-31");
        assert_eq!(notes.len(), 2);
    }

    #[test]
    fn equivalence_is_sameness() {
        let ann = "T1\tPER 0 3\tرضا\nT2\tROLE 4 8\tوزیر\n*\tEquiv T1 T2\nR1\torganization Arg1:T2 Arg2:T9\n";
        let read = read("رضا وزیر", ann).expect("read");
        assert_eq!(read.layers.relations, [Relation { label: "same".into(), from: 0, to: 1 }]);
    }
}
