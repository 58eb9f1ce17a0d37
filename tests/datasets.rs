//! The labelled documents under `datasets/`: the gold files fit the texts as they are read, and the
//! datasheet counts what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use dabir::read::{Inputs, Options};
use serde_json::Value;
use sha2::{Digest, Sha256};

const PARTS: [&str; 4] = ["samples", "train", "dev", "test"];
const TASK_CLASSES: [&str; 4] = ["decision", "directive", "plan", "request"];
const KINDS: [&str; 6] = ["date", "duration", "event", "recurring", "immediate", "vague"];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn folder(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets").join(part)
}

/// The texts of a part as they are read, by the id of their document.
fn texts(part: &str) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for input in Inputs::new(&[folder(part)], Options::default())? {
        let document = input.read(Options::default())?;
        let name = Path::new(&document.id).file_stem().and_then(|s| s.to_str()).unwrap_or(&document.id);
        texts.insert(name.to_owned(), document.text().to_owned());
    }
    Ok(texts)
}

/// The gold files of a part, in the order of their names.
fn golds(part: &str) -> Result<Vec<Value>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder(part))?.map(|e| e.map(|e| e.path())).collect::<std::io::Result<_>>()?;
    paths.retain(|p| p.to_string_lossy().ends_with(".gold.json"));
    paths.sort();
    paths.iter().map(|p| Ok(serde_json::from_str(&fs::read_to_string(p)?)?)).collect()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The code points of a document, for slicing by gold offsets.
struct Text<'a> {
    id: &'a str,
    chars: Vec<char>,
}

impl Text<'_> {
    /// The surface of a pair of offsets, which must lie in the text and have no blank at its ends.
    fn surface(&self, start: &Value, end: &Value) -> Result<String> {
        let bad = |what: &str| format!("{}: [{start}, {end}] {what}", self.id);
        let (Some(s), Some(e)) = (start.as_u64(), end.as_u64()) else { return Err(bad("is no pair").into()) };
        let surface: String =
            self.chars.get(s as usize..e as usize).ok_or_else(|| bad("is not in the text"))?.iter().collect();
        let blank = |c: char| c.is_whitespace() || c == '\u{200c}' || c == '\u{feff}';
        if surface.is_empty() || surface.starts_with(blank) || surface.ends_with(blank) {
            return Err(bad(&format!("is empty or has a blank end: «{surface}»")).into());
        }
        Ok(surface)
    }

    fn pair(&self, span: &Value) -> Result<String> {
        self.surface(&span[0], &span[1])
    }
}

#[test]
fn gold_files_fit_the_texts_as_read() -> Result<()> {
    let mut ids = BTreeSet::new();
    for part in PARTS {
        let texts = texts(part)?;
        let golds = golds(part)?;
        assert_eq!(texts.len(), golds.len(), "{part}: every document has its gold file");
        for gold in &golds {
            let id = gold["id"].as_str().ok_or("a gold file without id")?;
            assert!(ids.insert(id.to_owned()), "{id} is used twice");
            let text = texts.get(id).ok_or_else(|| format!("{part}: no document {id}"))?;
            let hash: String = Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(Some(hash.as_str()), gold["sha256"].as_str(), "{id}: the text as read has changed");
            check(gold, &Text { id, chars: text.chars().collect() })?;
        }
    }
    Ok(())
}

fn check(gold: &Value, text: &Text) -> Result<()> {
    let id = text.id;
    let sentences = list(gold, "sentences");
    let mut end = 0;
    for sentence in sentences {
        text.pair(sentence)?;
        assert!(sentence[0].as_u64() >= Some(end), "{id}: sentences overlap or are not sorted at {sentence}");
        end = sentence[1].as_u64().unwrap_or(end);
    }
    let mut spans = BTreeSet::new();
    let mut before = 0;
    for entity in list(gold, "entities") {
        text.surface(&entity[1], &entity[2])?;
        assert!(entity[1].as_u64() >= Some(before), "{id}: entities are not sorted at {entity}");
        before = entity[1].as_u64().unwrap_or(before);
        assert!(matches!(entity[0].as_str(), Some("PER" | "ROLE" | "ORG" | "LOC")), "{id}: {entity}");
        spans.insert((entity[1].as_u64(), entity[2].as_u64()));
    }
    for official in list(gold, "officials") {
        let parts = ["name", "role", "organization"].map(|key| &official[key]);
        assert!(!parts[1].is_null() || !(parts[0].is_null() || parts[2].is_null()), "{id}: {official}");
        for span in parts.into_iter().filter(|span| !span.is_null()) {
            assert!(spans.contains(&(span[0].as_u64(), span[1].as_u64())), "{id}: {span} is no entity");
        }
    }
    let mut with_task = BTreeSet::new();
    for task in list(gold, "tasks") {
        text.pair(&task["text"])?;
        let i = task["sentence"].as_u64().unwrap_or(u64::MAX) as usize;
        let sentence = sentences.get(i).ok_or_else(|| format!("{id}: no sentence {i}"))?;
        let inside = task["text"][0].as_u64() >= sentence[0].as_u64()
            && task["text"][1].as_u64() <= sentence[1].as_u64();
        assert!(inside, "{id}: the act {} is not in sentence {i}", task["text"]);
        with_task.insert(i);
        for span in list(task, "assignees").iter().chain(list(task, "collaborators")) {
            text.pair(span)?;
        }
        for span in [&task["issuer"], &task["deadline"]].into_iter().filter(|span| !span.is_null()) {
            text.pair(span)?;
        }
        let kind = task["deadline_kind"].as_str();
        assert_eq!(kind.is_some(), !task["deadline"].is_null(), "{id}: deadline and kind of {task}");
        assert!(kind.is_none_or(|kind| KINDS.contains(&kind)), "{id}: {kind:?}");
        assert!(task["due_jalali"].is_null() || kind.is_some(), "{id}: a due date without a deadline");
    }
    for (i, sentence) in sentences.iter().enumerate() {
        let class = sentence[2].as_str().unwrap_or("");
        assert_eq!(
            TASK_CLASSES.contains(&class),
            with_task.contains(&i),
            "{id}: {class} sentence {i} and its tasks"
        );
    }
    Ok(())
}

/// The rows of the datasheet's table that count whole layers.
#[test]
fn the_datasheet_counts_what_is_there() -> Result<()> {
    let sheet = fs::read_to_string(folder("DATASHEET.md"))?;
    for (row, layer) in
        [("documents", None), ("sentences", Some("sentences")), ("entities", Some("entities"))]
            .into_iter()
            .chain([("officials", Some("officials")), ("tasks", Some("tasks"))])
    {
        let mut counts = Vec::new();
        for part in PARTS {
            counts.push(
                golds(part)?
                    .iter()
                    .map(|gold| layer.map_or(1, |layer| list(gold, layer).len()))
                    .sum::<usize>(),
            );
        }
        counts.push(counts[1..].iter().sum());
        let cells: Vec<String> = counts.iter().map(usize::to_string).collect();
        let line = format!("| {row} | {} |", cells.join(" | "));
        assert!(sheet.lines().any(|l| l == line), "DATASHEET.md lacks «{line}»: run datasets/build.py");
    }
    Ok(())
}
