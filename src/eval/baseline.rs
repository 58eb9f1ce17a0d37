//! Figures kept to be compared with later ones, so that a fall of quality does not go unnoticed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::EvalError;
use super::report::{Report, SCHEMA, rounded};

/// Saved figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// [`SCHEMA`].
    pub schema: String,
    /// What was compared.
    pub title: String,
    /// Figures by name, 0 to 1.
    pub figures: BTreeMap<String, f64>,
}

/// A figure that fell.
#[derive(Debug, Clone, PartialEq)]
pub struct Fall {
    /// Its name.
    pub name: String,
    /// What it was.
    pub was: f64,
    /// What it is; `None` where it is not measured any more.
    pub now: Option<f64>,
}

impl Baseline {
    /// The figures of a report.
    pub fn of(report: &Report) -> Self {
        let figures = report.figures.iter().map(|(name, value)| (name.clone(), rounded(*value))).collect();
        Self { schema: SCHEMA.to_owned(), title: report.title.clone(), figures }
    }

    /// Reads saved figures; a report written with `--format json` will do.
    ///
    /// # Errors
    /// Where the file cannot be read or is no baseline.
    pub fn load(path: &Path) -> Result<Self, EvalError> {
        let text = std::fs::read_to_string(path).map_err(|e| EvalError::io(path, e))?;
        let found: Self = serde_json::from_str(&text).map_err(|e| {
            EvalError::form(path, e.line(), format!("no saved figures: {e}; write them with --save"))
        })?;
        if found.schema == SCHEMA {
            Ok(found)
        } else {
            let reason =
                format!("schema {} instead of {SCHEMA}; write the file again with --save", found.schema);
            Err(EvalError::form(path, 1, reason))
        }
    }

    /// Writes the figures; a file that is there is replaced as a whole.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), EvalError> {
        let fail = |e| EvalError::io(path, e);
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
        let text = serde_json::to_string_pretty(self).map_err(|e| fail(e.into()))?;
        writeln!(file, "{text}").map_err(fail)?;
        file.as_file().sync_all().map_err(fail)?;
        file.persist(path).map_err(|e| fail(e.error))?;
        Ok(())
    }

    /// The figures that fell by more than `max_drop` points (hundredths), and those that are gone.
    pub fn falls(&self, report: &Report, max_drop: f64) -> Vec<Fall> {
        let now: BTreeMap<&str, f64> =
            report.figures.iter().map(|(n, v)| (n.as_str(), rounded(*v))).collect();
        let fall = |(name, &was): (&String, &f64)| {
            let now = now.get(name.as_str()).copied();
            // A drop of exactly the permitted size is no fall, whatever the last bits say.
            let fell = now.is_none_or(|now| 100.0 * (was - now) > max_drop + 1e-7);
            fell.then(|| Fall { name: name.clone(), was, now })
        };
        self.figures.iter().filter_map(fall).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(value: f64) -> Report {
        Report { title: "t".into(), figures: vec![("strict micro F1".into(), value)], ..Report::default() }
    }

    #[test]
    fn a_fall_is_seen_and_the_permitted_is_not() {
        let baseline = Baseline::of(&report(0.9));
        assert!(baseline.falls(&report(0.895), 0.5).is_empty());
        assert!(baseline.falls(&report(0.95), 0.0).is_empty());
        assert_eq!(baseline.falls(&report(0.8949), 0.5).len(), 1);
        let gone = baseline.falls(&Report::default(), 0.5);
        assert_eq!(gone[0].now, None);
    }

    #[test]
    fn saved_figures_come_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("baseline.json");
        Baseline::of(&report(0.123_456_789)).save(&path).expect("saved");
        Baseline::of(&report(0.5)).save(&path).expect("replaced");
        assert_eq!(Baseline::load(&path).expect("loaded"), Baseline::of(&report(0.5)));
        std::fs::write(&path, "{\"schema\":\"x/1\",\"title\":\"\",\"figures\":{}}").expect("written");
        assert!(Baseline::load(&path).is_err());
        // A report in JSON has the same fields and more.
        std::fs::write(&path, report(0.5).json().to_string()).expect("written");
        assert_eq!(Baseline::load(&path).expect("loaded").figures["strict micro F1"], 0.5);
    }
}
