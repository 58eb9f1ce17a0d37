//! Doccano's JSON lines (its «relation extraction» form): a document a line with `entities` and
//! `relations`. Offsets are UTF-16 code units: doccano's annotator is a program in a browser and
//! counts as JavaScript does (doccano issue 2290; with «count grapheme clusters as one character» it
//! counts yet otherwise, which cannot be undone). Doccano keeps other fields as metadata and gives
//! them back, but numbers spans anew; so notes are kept by place and label.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::units::Utf16Index;
use super::{Relation, Sheet, Span, check};
use crate::document::Format;
use crate::record::{BlockRecord, MetaRecord};

#[derive(Debug, Serialize, Deserialize)]
struct Entity {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    label: String,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct Link {
    from_id: i64,
    to_id: i64,
    #[serde(rename = "type")]
    label: String,
}

/// A line, in any of doccano's shapes: `entities` with objects, or `label` (`labels`) with
/// `[start, end, name]`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    text: String,
    /// Our name of the document; doccano's own `id` is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
    #[serde(default, alias = "labels", skip_serializing_if = "Option::is_none")]
    label: Option<Vec<(usize, usize, String)>>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    relations: Vec<Link>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record_meta: Option<MetaRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record_blocks: Option<Vec<BlockRecord>>,
    /// Notes by `start-end-label`, in doccano's offsets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<BTreeMap<String, BTreeMap<String, String>>>,
}

fn key(start: usize, end: usize, label: &str) -> String {
    format!("{start}-{end}-{label}")
}

/// Writes a sheet as a line.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut (impl Write + ?Sized), sheet: &Sheet) -> io::Result<()> {
    let index = Utf16Index::new(&sheet.text);
    let mut notes: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut entities = Vec::with_capacity(sheet.layers.spans.len());
    for (id, span) in (0..).zip(&sheet.layers.spans) {
        let (start, end) = (index.to_utf16(span.start), index.to_utf16(span.end));
        if !span.notes.is_empty() {
            notes.entry(key(start, end, &span.label)).or_default().extend(span.notes.clone());
        }
        let label = span.label.clone();
        entities.push(Entity { id: Some(id), label, start_offset: start, end_offset: end });
    }
    let link = |r: &Relation| {
        let id = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        Link { from_id: id(r.from), to_id: id(r.to), label: r.label.clone() }
    };
    let line = Line {
        id: None,
        text: sheet.text.clone(),
        document: Some(sheet.id.clone()),
        format: Some(sheet.format),
        label: None,
        entities,
        relations: sheet.layers.relations.iter().map(link).collect(),
        record_meta: Some(sheet.meta.clone()),
        record_blocks: Some(sheet.blocks.clone()),
        notes: Some(notes),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

/// Reads a line; `name` stands in for a missing id.
///
/// # Errors
/// What is wrong with it.
pub fn read(line: &str, name: &str) -> Result<Sheet, String> {
    let line: Line = serde_json::from_str(line).map_err(|e| format!("no doccano line: {e}"))?;
    line.into_sheet(name)
}

impl Line {
    pub(crate) fn into_sheet(self, name: &str) -> Result<Sheet, String> {
        let id = self.document.or(match self.id {
            Some(Value::String(id)) => Some(id),
            Some(id @ Value::Number(_)) => Some(id.to_string()),
            _ => None,
        });
        let mut sheet = Sheet::new(id.unwrap_or_else(|| name.to_owned()), self.text);
        sheet.format = self.format.unwrap_or(Format::Text);
        sheet.meta = self.record_meta.unwrap_or_default();
        sheet.blocks = self.record_blocks.unwrap_or_default();
        let index = Utf16Index::new(&sheet.text);
        let chars = sheet.text.chars().count();
        let notes = self.notes.unwrap_or_default();
        let labels = self.label.unwrap_or_default().into_iter();
        let labels = labels.map(|(start_offset, end_offset, label)| Entity {
            id: None,
            label,
            start_offset,
            end_offset,
        });
        let mut places = BTreeMap::new();
        for entity in labels.chain(self.entities) {
            let (start, end) = (entity.start_offset, entity.end_offset);
            let inside = || format!("{}: span {start}..{end} begins or ends inside a character", sheet.id);
            let place =
                (index.from_utf16(start).ok_or_else(inside)?, index.from_utf16(end).ok_or_else(inside)?);
            check(place.0, place.1, chars).map_err(|e| format!("{}: {e}", sheet.id))?;
            if let Some(id) = entity.id {
                places.insert(id, sheet.layers.spans.len());
            }
            let known = notes.get(&key(start, end, &entity.label)).cloned().unwrap_or_default();
            let mut span = Span::new(entity.label, place.0, place.1);
            span.notes = known;
            sheet.layers.spans.push(span);
        }
        for link in self.relations {
            if let (Some(&from), Some(&to)) = (places.get(&link.from_id), places.get(&link.to_id)) {
                sheet.layers.relations.push(Relation { label: link.label, from, to });
            }
        }
        Ok(sheet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_javascript() {
        let mut sheet = Sheet::new("خبر", "🙂 وزارت نیرو");
        sheet.layers.spans.push(Span::new("ORG", 2, 12));
        let mut out = Vec::new();
        write(&mut out, &sheet).expect("written");
        let value: Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["entities"][0]["start_offset"], 3);
        assert_eq!(value["entities"][0]["end_offset"], 13);
        let written = String::from_utf8(out).expect("UTF-8");
        assert_eq!(read(&written, "x").expect("read"), sheet);
    }

    #[test]
    fn a_span_inside_a_character_is_refused() {
        let error = read(r#"{"text":"🙂 پل","label":[[1,4,"LOC"]]}"#, "a").expect_err("inside");
        assert!(error.contains("inside a character"), "{error}");
    }
}
