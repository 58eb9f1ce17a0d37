//! Label Studio's JSON: a list of tasks with `data` and, before anybody worked on them, `predictions`;
//! when they come back, `annotations`. Offsets are code points: its text editor turns what the browser
//! counts into code points before it stores them. Notes are lines of a region's `meta.text`, which the
//! editor shows and lets a person change.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Relation, Sheet, Span, check, label, relation};
use crate::document::SentenceClass;

const LABELS: &str = "label";
const TEXT: &str = "text";

/// A list of tasks being written.
pub struct Tasks<W: Write> {
    out: W,
    count: usize,
}

impl<W: Write> Tasks<W> {
    /// Begins the list.
    pub fn new(out: W) -> Self {
        Self { out, count: 0 }
    }

    /// Adds a sheet.
    ///
    /// # Errors
    /// What the writer says.
    pub fn add(&mut self, sheet: &Sheet) -> io::Result<()> {
        self.out.write_all(if self.count == 0 { b"[\n" } else { b",\n" })?;
        self.count += 1;
        serde_json::to_writer(&mut self.out, &task(sheet))?;
        Ok(())
    }

    /// Ends the list.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(if self.count == 0 { b"[]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

fn task(sheet: &Sheet) -> Value {
    let id = |at: usize| format!("s{at}");
    let text: Vec<char> = sheet.text.chars().collect();
    let mut result: Vec<Value> = Vec::new();
    for (i, span) in sheet.layers.spans.iter().enumerate() {
        let surface: String = text.get(span.start..span.end).unwrap_or_default().iter().collect();
        let mut region = json!({
            "id": id(i), "from_name": LABELS, "to_name": TEXT, "type": "labels",
            "value": {"start": span.start, "end": span.end, "text": surface, "labels": [span.label]},
        });
        if !span.notes.is_empty() {
            let notes: Vec<String> = span.notes.iter().map(|(n, v)| format!("{n}={v}")).collect();
            region["meta"] = json!({"text": notes});
        }
        result.push(region);
    }
    for r in &sheet.layers.relations {
        result.push(json!({
            "type": "relation", "from_id": id(r.from), "to_id": id(r.to), "direction": "right", "labels": [r.label],
        }));
    }
    json!({
        "data": {"text": sheet.text, "document": sheet.id, "format": sheet.format, "meta": sheet.meta,
                 "blocks": sheet.blocks},
        "predictions": [{"model_version": concat!("dabir ", env!("CARGO_PKG_VERSION")), "result": result}],
    })
}

/// Reads an export: a list of tasks, or one task. Of several annotations of one task the last one that
/// was not cancelled counts; a task that nobody annotated keeps its prediction. Each sheet comes with
/// the number of spans whose written text does not stand there.
///
/// # Errors
/// What is wrong, and with which task.
pub fn read(json: &str) -> Result<Vec<(Sheet, usize)>, String> {
    let value: Value = serde_json::from_str(json).map_err(|e| format!("no JSON: {e}"))?;
    let tasks = match value {
        Value::Array(tasks) => tasks,
        task @ Value::Object(_) => vec![task],
        _ => return Err("expected a list of tasks, as Label Studio's «JSON» export has it".into()),
    };
    tasks.iter().enumerate().map(|(i, t)| sheet(t, i + 1)).collect()
}

fn sheet(task: &Value, number: usize) -> Result<(Sheet, usize), String> {
    let data = &task["data"];
    let Some(text) = data[TEXT].as_str() else {
        return Err(format!(
            "task {number}: no data.text; export with the format «JSON», not «JSON-MIN» or «CSV»"
        ));
    };
    let id = data["document"].as_str().map(str::to_owned);
    let id = id.or_else(|| task["id"].as_i64().map(|id| id.to_string()));
    let mut sheet = Sheet::new(id.unwrap_or_else(|| number.to_string()), text);
    let own = |name: &str| data.get(name).cloned().unwrap_or(Value::Null);
    sheet.format = serde_json::from_value(own("format")).unwrap_or(sheet.format);
    sheet.meta = serde_json::from_value(own("meta")).unwrap_or_default();
    sheet.blocks = serde_json::from_value(own("blocks")).unwrap_or_default();
    let mut done = task["annotations"].as_array().into_iter().flatten();
    let done = done.rfind(|a| a["was_cancelled"].as_bool() != Some(true));
    let chosen = done.or_else(|| task["predictions"].as_array().and_then(|p| p.last()));
    let Some(result) = chosen.and_then(|a| a["result"].as_array()) else { return Ok((sheet, 0)) };
    let chars: Vec<char> = text.chars().collect();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differs = 0;
    for region in result {
        let value = &region["value"];
        let (Some(start), Some(end)) = (value["start"].as_u64(), value["end"].as_u64()) else { continue };
        let (start, end) = (start as usize, end as usize);
        check(start, end, chars.len()).map_err(|e| format!("task {number}: {e}"))?;
        let surface: String = chars[start..end].iter().collect();
        differs += usize::from(value["text"].as_str().is_some_and(|t| t != surface));
        for label in value["labels"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if let Some(id) = region["id"].as_str() {
                places.insert(id, sheet.layers.spans.len());
            }
            let mut span = Span::new(label, start, end);
            let notes = match &region["meta"]["text"] {
                Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
                Value::String(line) => vec![line.as_str()],
                _ => Vec::new(),
            };
            let pairs = notes.iter().filter_map(|n| n.split_once('='));
            span.notes.extend(pairs.map(|(n, v)| (n.trim().to_owned(), v.to_owned())));
            sheet.layers.spans.push(span);
        }
    }
    for link in result.iter().filter(|r| r["type"] == "relation") {
        let place = |name: &str| link[name].as_str().and_then(|id| places.get(id)).copied();
        let (Some(mut from), Some(mut to)) = (place("from_id"), place("to_id")) else { continue };
        if link["direction"] == "left" {
            (from, to) = (to, from);
        }
        for label in link["labels"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            sheet.layers.relations.push(Relation { label: label.to_owned(), from, to });
        }
    }
    Ok((sheet, differs))
}

/// The labelling configuration that fits the tasks.
pub fn config() -> String {
    const COLOURS: [(&str, &str); 9] = [
        ("PER", "#ffccaa"),
        ("ROLE", "#ffe4a0"),
        ("ORG", "#8fb2ff"),
        ("LOC", "#b0e0b0"),
        ("DATE", "#d0d0a0"),
        ("TIME", "#d0d0a0"),
        ("MONEY", "#c0e0c0"),
        ("PERCENT", "#c0e0c0"),
        ("EVENT", "#e0c0c0"),
    ];
    let mut out = String::from("<View>\n  <Relations>\n");
    for name in relation::ALL {
        out.push_str(&format!("    <Relation value=\"{name}\"/>\n"));
    }
    out.push_str(&format!(
        "  </Relations>\n  <Labels name=\"{LABELS}\" toName=\"{TEXT}\" showInline=\"true\">\n"
    ));
    for (name, colour) in COLOURS {
        out.push_str(&format!("    <Label value=\"{name}\" background=\"{colour}\"/>\n"));
    }
    for name in label::PARTS {
        out.push_str(&format!("    <Label value=\"{name}\" background=\"#f0c0f0\"/>\n"));
    }
    for name in SentenceClass::ALL.map(SentenceClass::name).into_iter().chain([label::SENTENCE]) {
        out.push_str(&format!("    <Label value=\"{name}\" background=\"#e8e8e8\"/>\n"));
    }
    out.push_str(&format!(
        "  </Labels>\n  <View style=\"direction: rtl; text-align: right\">\n    <Text name=\"{TEXT}\" value=\"${TEXT}\" \
         granularity=\"word\"/>\n  </View>\n</View>\n"
    ));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "🙂 رضا نوری، وزیر نیرو";

    fn written(sheet: &Sheet) -> String {
        let mut out = Vec::new();
        let mut tasks = Tasks::new(&mut out);
        tasks.add(sheet).expect("written");
        tasks.finish().expect("ended");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn offsets_are_code_points() {
        let mut sheet = Sheet::new("a", TEXT);
        sheet.layers.spans.push(Span::new("PER", 2, 10));
        let json: Value = serde_json::from_str(&written(&sheet)).expect("JSON");
        let value = &json[0]["predictions"][0]["result"][0]["value"];
        assert_eq!((&value["start"], &value["text"]), (&json!(2), &json!("رضا نوری")));
    }

    #[test]
    fn the_last_annotation_that_stands_counts() {
        let region = |label: &str| json!({"id": "x", "type": "labels", "value": {"start": 2, "end": 10, "text": "رضا نوری", "labels": [label]}});
        let annotation =
            |label: &str, cancelled: bool| json!({"was_cancelled": cancelled, "result": [region(label)]});
        let task = json!([{"id": 7, "data": {"text": TEXT}, "predictions": [{"result": [region("LOC")]}],
            "annotations": [annotation("ORG", false), annotation("PER", false), annotation("ROLE", true)]}]);
        let (sheet, differs) = read(&task.to_string()).expect("read").remove(0);
        assert_eq!((sheet.id.as_str(), sheet.layers.spans[0].label.as_str(), differs), ("7", "PER", 0));
        assert!(read("[{\"text\":\"x\"}]").expect_err("JSON-MIN").contains("JSON-MIN"));
    }

    #[test]
    fn the_configuration_knows_every_label() {
        let config = config();
        for name in ["PER", "EVENT", "ACT", "decision", "sentence", "assignee", "same"] {
            assert!(config.contains(&format!("value=\"{name}\"")), "{name}");
        }
    }
}
