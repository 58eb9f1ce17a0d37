//! Tagged tokens: token, place, tag (BIO), separated by tabs, an empty line between sentences and a
//! `-DOCSTART-` line with the id before each document. Only mentions fit in, and of two that overlap
//! only the longer. The place (`start-end`, code points) brings a token back to where it stood; white
//! space other than spaces and the ends of sentences is lost. Files without places are read too.

use std::io::{self, Write};
use std::path::Path;

use super::{ExchangeError, Sheet, Span, label, tokens};
use crate::eval::tagged::Tagged;
use crate::eval::tags::{Reading, Tag, detect, read_entities};

const START: &str = "-DOCSTART-";

/// Writes a sheet.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut (impl Write + ?Sized), sheet: &Sheet) -> io::Result<()> {
    let id: String = sheet.id.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    writeln!(out, "{START}\t{id}\tO\n")?;
    let text: Vec<char> = sheet.text.chars().collect();
    let mentions = tokens::flat(sheet);
    for line in tokens::lines(sheet) {
        for token in &line {
            let holds = |i: &&usize| {
                let span = &sheet.layers.spans[**i];
                span.start <= token.start && token.end <= span.end
            };
            let tag = mentions.iter().find(holds).map_or_else(
                || "O".to_owned(),
                |&i| {
                    let span = &sheet.layers.spans[i];
                    // A mention that goes on from the line before goes on here.
                    format!("{}-{}", if token.start == span.start { 'B' } else { 'I' }, span.label)
                },
            );
            let surface: String = text[token.start..token.end].iter().collect();
            writeln!(out, "{surface}\t{}-{}\t{tag}", token.start, token.end)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Reads all documents of a file. A file without `-DOCSTART-` lines is one document, named `name`.
///
/// # Errors
/// The line and what is wrong with it.
pub fn read(path: &Path, text: &str, name: &str) -> Result<Vec<Sheet>, ExchangeError> {
    let mut out = Vec::new();
    let mut part = String::new();
    let mut id: Option<String> = None;
    let mut first = 1;
    for (number, line) in text.lines().enumerate() {
        let Some(rest) = line.strip_prefix(START) else {
            part.push_str(line);
            part.push('\n');
            continue;
        };
        finish(path, &part, id.take(), name, first, &mut out)?;
        part.clear();
        first = number + 2;
        let named = rest.split('\t').nth(1).map(str::trim).filter(|n| !n.is_empty());
        id = named.map(str::to_owned);
    }
    finish(path, &part, id, name, first, &mut out)?;
    Ok(out)
}

fn finish(
    path: &Path,
    part: &str,
    id: Option<String>,
    name: &str,
    first: usize,
    out: &mut Vec<Sheet>,
) -> Result<(), ExchangeError> {
    if part.trim().is_empty() {
        return Ok(());
    }
    let id =
        id.unwrap_or_else(
            || if out.is_empty() { name.to_owned() } else { format!("{name}-{}", out.len() + 1) },
        );
    // Line numbers in messages must be those of the file.
    let padded = format!("{}{part}", "\n".repeat(first - 1));
    let tagged = Tagged::parse(path, padded).map_err(|e| ExchangeError::Form {
        path: path.to_owned(),
        line: first,
        reason: e.to_string(),
    })?;
    out.push(sheet(id, &tagged, &places(part)));
    Ok(())
}

/// The second columns that say where a token stands; empty unless all tokens have one.
fn places(part: &str) -> Vec<(usize, usize)> {
    let place = |line: &str| {
        let (start, end) = line.split('\t').nth(1)?.split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    let lines = part.lines().filter(|l| !l.trim().is_empty());
    lines.map(|l| place(l.trim_end())).collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn sheet(id: String, tagged: &Tagged, written: &[(usize, usize)]) -> Sheet {
    let words: Vec<&str> = (0..tagged.sentences()).flat_map(|s| tagged.tokens_of(s)).collect();
    let mut end = 0;
    let fits = words.len() == written.len()
        && words.iter().zip(written).all(|(word, &(from, to))| {
            let fits = from >= end && to - from.min(to) == word.chars().count() && to - end < 1 << 20;
            end = to;
            fits
        });
    let mut text = String::new();
    let mut at = 0;
    let mut place = Vec::with_capacity(words.len());
    let mut spans = Vec::new();
    let mut number = 0;
    let scheme = detect(tagged.all_tags());
    let mut found = Vec::new();
    // A mention may go on from sentence to sentence where a sentence was cut inside it.
    for s in 0..tagged.sentences() {
        let first = number;
        for word in tagged.tokens_of(s) {
            let start = match fits {
                true => written[number].0,
                false if number == 0 => 0,
                false => at + 1,
            };
            // The end of a sentence is a line break, as far as there is room for one.
            for gap in at..start {
                let breaks = gap == at && number == first && number > 0;
                text.push(if breaks { '\n' } else { ' ' });
            }
            text.push_str(word);
            at = start + word.chars().count();
            place.push((start, at));
            number += 1;
        }
        if number > first {
            spans.push(Span::new(label::SENTENCE, place[first].0, at));
        }
        let tags: &[Tag] = tagged.tags_of(s);
        found.clear();
        read_entities(tags, scheme, Reading::Lenient, &mut found);
        for entity in &found {
            let (from, to) = (place[first + entity.start].0, place[first + entity.end - 1].1);
            let kind = tagged.kinds().get(usize::from(entity.kind)).cloned().unwrap_or_default();
            spans.push(Span::new(kind, from, to));
        }
    }
    let mut sheet = Sheet::new(id, text);
    sheet.layers.spans = spans;
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sheet: &Sheet) -> String {
        let mut out = Vec::new();
        write(&mut out, sheet).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    fn labelled(text: &str, spans: &[(&str, usize, usize)]) -> Sheet {
        let mut sheet = Sheet::new("خبر-۱", text);
        sheet.layers.spans = spans.iter().map(|&(l, s, e)| Span::new(l, s, e)).collect();
        sheet
    }

    #[test]
    fn tokens_tags_and_places() {
        let sheet = labelled(
            "🙂 رضا نوری، وزیر نیرو.",
            &[("sentence", 0, 23), ("PER", 2, 10), ("ORG", 17, 21), ("ROLE", 12, 21)],
        );
        let lines = written(&sheet);
        assert_eq!(
            lines,
            "-DOCSTART-\tخبر-۱\tO\n\n🙂\t0-1\tO\nرضا\t2-5\tB-PER\nنوری\t6-10\tI-PER\n،\t10-11\tO\n\
             وزیر\t12-16\tB-ROLE\nنیرو\t17-21\tI-ROLE\n.\t21-22\tO\n\n"
        );
        let back = read(Path::new("a"), &lines, "x").expect("read").remove(0);
        assert_eq!(back.text, sheet.text);
        assert_eq!(back.id, "خبر-۱");
        assert!(back.layers.spans.contains(&Span::new("ROLE", 12, 21)));
    }

    #[test]
    fn files_without_places() {
        let sheets = read(Path::new("a"), "تهران B-LOC\nبود O\n\nقم B-LOC\n", "x").expect("read");
        assert_eq!((sheets.len(), sheets[0].id.as_str(), sheets[0].text.as_str()), (1, "x", "تهران بود\nقم"));
        assert_eq!(sheets[0].layers.spans[1], Span::new("LOC", 0, 5));
        let error =
            read(Path::new("a"), "-DOCSTART-\n\nتهران B-LOC\nقم\n", "x").expect_err("no tag").to_string();
        assert!(error.contains("a:4"), "{error}");
    }
}
