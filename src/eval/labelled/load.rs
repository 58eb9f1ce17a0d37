//! Finding labelled documents: a folder with one or several files for each document, or one file
//! with a document a line. The form is told from the content.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Labelled, brat, dabir, doccano, key, news, offsets};
use crate::eval::error::EvalError;
use crate::eval::labels::LabelMap;

/// Labelled documents by their key.
pub type Collection = BTreeMap<String, Labelled>;

/// Reads predictions: `dabir/1` records, one a line.
///
/// # Errors
/// Where the file cannot be read or a line is no record.
pub fn load_predictions(path: &Path) -> Result<Collection, EvalError> {
    load(path, &LabelMap::built_in(), &Collection::new())
}

/// Reads labelled documents in any form. `texts` lends its texts to gold that holds offsets only
/// and has no text beside it.
///
/// # Errors
/// Where something cannot be read, has no known form, or labels a text that is not there.
pub fn load(path: &Path, labels: &LabelMap, texts: &Collection) -> Result<Collection, EvalError> {
    let mut loader = Loader { labels, texts, found: Collection::new() };
    if path.is_dir() {
        loader.folder(path)?;
    } else {
        loader.file(path)?;
    }
    if loader.found.is_empty() {
        return Err(EvalError::nothing(format!(
            "{}: no labelled document found; expected dabir/1 records (.jsonl), gold with offsets (.json), brat \
             standoff (.ann beside .txt), doccano (.jsonl) or news exports with a line of marks (.txt)",
            path.display()
        )));
    }
    Ok(loader.found)
}

struct Loader<'a> {
    labels: &'a LabelMap,
    texts: &'a Collection,
    found: Collection,
}

impl Loader<'_> {
    fn folder(&mut self, folder: &Path) -> Result<(), EvalError> {
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|e| EvalError::io(folder, e.into()))?;
            if entry.file_type().is_file() {
                files.push(entry.into_path());
            }
        }
        // A document may lie there as text beside its labels: the labels come first, and a text is
        // asked for marks only where no other file labels it.
        let with_extension = |wanted: &str| {
            let wanted = wanted.to_owned();
            files.iter().filter(move |f| f.extension().is_some_and(|e| e.eq_ignore_ascii_case(&wanted)))
        };
        for extension in ["json", "ann"] {
            for file in with_extension(extension) {
                self.file(file)?;
            }
        }
        let mut other = BTreeSet::new();
        for file in with_extension("jsonl") {
            // A document to be read may be a JSON line too; it is gold only where it says anything.
            if let Err(error) = self.file(file) {
                match error {
                    EvalError::Nothing { .. } => drop(other.insert(file)),
                    error => return Err(error),
                }
            }
        }
        for file in with_extension("txt") {
            let name = stem(file);
            if !self.found.contains_key(key(&name)) {
                let text = read_text(file)?;
                if let Some(doc) = news::read(&name, &text) {
                    self.add(file, 1, doc)?;
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, file: &Path) -> Result<(), EvalError> {
        let text = read_text(file)?;
        match file.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
            Some("ann") => self.brat(file, &text),
            Some("txt") => match news::read(&stem(file), &text) {
                Some(doc) => self.add(file, 1, doc),
                None => Err(EvalError::nothing(format!(
                    "{}: no line of marks in it; expected a news export",
                    file.display()
                ))),
            },
            Some("json") => self.json(file, 1, &text),
            _ => {
                let before = self.found.len();
                for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
                    self.json(file, number + 1, line)?;
                }
                if self.found.len() == before {
                    return Err(EvalError::nothing(format!("{}: no labelled document", file.display())));
                }
                Ok(())
            }
        }
    }

    fn brat(&mut self, file: &Path, ann: &str) -> Result<(), EvalError> {
        let text = read_text(&file.with_extension("txt"))?;
        let doc = brat::read(&stem(file), text, ann, self.labels)
            .map_err(|(line, reason)| EvalError::form(file, line, reason))?;
        self.add(file, 1, doc)
    }

    /// One JSON object: a `dabir/1` record, gold with offsets, or a line of doccano.
    fn json(&mut self, file: &Path, line: usize, json: &str) -> Result<(), EvalError> {
        let fail = |reason: String| EvalError::form(file, line, reason);
        let not = |what: &str, e: serde_json::Error| fail(format!("no {what}: {e}"));
        let value: serde_json::Value = serde_json::from_str(json).map_err(|e| not("JSON", e))?;
        let first = |field: &str| value.get(field).and_then(|v| v.get(0));
        let is_record = value.get("schema").is_some()
            || value.get("mentions").is_some()
            || first("sentences").is_some_and(|s| s.is_object());
        let is_doccano = value.get("label").is_some()
            || value.get("labels").is_some()
            || (value.get("text").is_some() && first("entities").is_some_and(|e| e.is_object()));
        let is_offsets =
            ["sentences", "entities", "officials", "tasks"].iter().any(|f| value.get(f).is_some());
        let doc = if is_record {
            let record: dabir::Scored =
                serde_json::from_value(value).map_err(|e| not("dabir/1 record", e))?;
            record.into_labelled().map_err(fail)?
        } else if is_doccano {
            let parsed = serde_json::from_value(value).map_err(|e| not("doccano line", e))?;
            doccano::labelled(parsed, &format!("{}-{line}", stem(file)), self.labels).map_err(fail)?
        } else if is_offsets {
            let gold: offsets::Offsets = serde_json::from_value(value).map_err(|e| not("gold", e))?;
            self.offsets(file, line, gold)?
        } else {
            return Ok(());
        };
        self.add(file, line, doc)
    }

    /// Gold with offsets needs the text they count in: its own, the file beside it, or the
    /// prediction's.
    fn offsets(&self, file: &Path, line: usize, gold: offsets::Offsets) -> Result<Labelled, EvalError> {
        let id = gold.id.clone().unwrap_or_else(|| stem(file));
        let beside = file.with_file_name(format!("{}.txt", key(&id)));
        let text = gold
            .text
            .clone()
            .filter(|t| gold.fits(t))
            .or_else(|| std::fs::read_to_string(&beside).ok().filter(|t| gold.fits(t)))
            .or_else(|| self.texts.get(key(&id)).map(|d| d.text().to_owned()).filter(|t| gold.fits(t)));
        let Some(text) = text else {
            let reason = format!(
                "the text of {id} is not known: neither the record, nor {}, nor the prediction has the text with \
                 SHA-256 {}",
                beside.display(),
                gold.sha256.as_deref().unwrap_or("(not given)")
            );
            return Err(EvalError::form(file, line, reason));
        };
        gold.over(id, text).map_err(|reason| EvalError::form(file, line, reason))
    }

    fn add(&mut self, file: &Path, line: usize, doc: Labelled) -> Result<(), EvalError> {
        let name = doc.key().to_owned();
        if self.found.contains_key(&name) {
            let reason = format!("a second document «{name}»; ids must be unique");
            return Err(EvalError::form(file, line, reason));
        }
        self.found.insert(name, doc);
        Ok(())
    }
}

fn stem(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    key(&name).to_owned()
}

fn read_text(path: &Path) -> Result<String, EvalError> {
    let text = std::fs::read_to_string(path).map_err(|e| EvalError::io(path, e))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    fn load_folder(files: &[(&str, &str)], texts: &Collection) -> Result<Collection, EvalError> {
        load(folder(files).path(), &LabelMap::built_in(), texts)
    }

    const TEXT: &str = "شورای شهر اراک";

    #[test]
    fn forms_live_side_by_side() {
        let found = load_folder(
            &[
                ("a.txt", TEXT),
                ("a.gold.json", r#"{"id":"a","entities":[["ORG",0,14]]}"#),
                ("b.txt", TEXT),
                ("b.ann", "T1\tORG 0 14\tشورای شهر اراک\n"),
                ("c.jsonl", "{\"id\":\"c\",\"text\":\"شورا\",\"label\":[[0,4,\"ORG\"]]}\n"),
                ("d.jsonl", "{\"schema\":\"dabir/1\",\"id\":\"d\",\"text\":\"شورا\",\"mentions\":[]}\n"),
                ("e.jsonl", "{\"id\":\"e\",\"text\":\"سندی بی‌برچسب\"}\n"),
            ],
            &Collection::new(),
        );
        assert_eq!(found.expect("gold").keys().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_text_may_come_from_the_prediction_but_must_be_the_same() {
        let gold = |text: &str| format!(r#"{{"id":"a","sha256":"{}","entities":[]}}"#, offsets::digest(text));
        let pred = Collection::from([("a".to_owned(), Labelled::new("a.html", TEXT.into()))]);
        let found = load_folder(&[("a.json", &gold(TEXT))], &pred).expect("gold");
        assert_eq!(found["a"].text(), TEXT);
        let error = load_folder(&[("a.json", &gold("دیگر"))], &pred).expect_err("another text");
        assert!(error.to_string().contains("SHA-256"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let none = load_folder(&[("a.md", "سلام")], &Collection::new()).expect_err("nothing");
        assert!(none.to_string().contains("no labelled document"), "{none}");
        let twice =
            "{\"id\":\"c\",\"text\":\"شورا\",\"label\":[]}\n{\"id\":\"c\",\"text\":\"شورا\",\"label\":[]}\n";
        let error = load_folder(&[("c.jsonl", twice)], &Collection::new()).expect_err("twice");
        assert!(error.to_string().contains("c.jsonl:2:"), "{error}");
        let broken = load_folder(&[("c.json", "{")], &Collection::new()).expect_err("broken");
        assert!(broken.to_string().contains("c.json:1: no JSON"), "{broken}");
    }
}
