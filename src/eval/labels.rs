//! Names of entity types. Corpora name the same types differently; a table says what stands for
//! what. The built-in one (`labels.toml`) knows PEYMA, ARMAN and ParsTwiNER.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::error::EvalError;

static BUILT_IN: LazyLock<LabelMap> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("labels.toml")).unwrap_or_default();
    LabelMap { names: table.fold() }
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    map: BTreeMap<String, String>,
}

impl Table {
    fn fold(self) -> BTreeMap<String, String> {
        self.map.into_iter().map(|(from, to)| (from.to_uppercase(), to)).collect()
    }
}

/// A table from written type names to the names that are scored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelMap {
    names: BTreeMap<String, String>,
}

impl LabelMap {
    /// The built-in table.
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// A table that leaves every name as it is written.
    pub fn as_written() -> Self {
        Self::default()
    }

    /// Adds the entries of a TOML file (`[map]`, `written = "scored"`); they override.
    ///
    /// # Errors
    /// Where the file cannot be read or has another form.
    pub fn extend_from(mut self, path: &Path) -> Result<Self, EvalError> {
        let text = std::fs::read_to_string(path).map_err(|e| EvalError::io(path, e))?;
        let table: Table = toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(1, |s| 1 + text[..s.start.min(text.len())].matches('\n').count());
            EvalError::form(
                path,
                line,
                format!("{}; expected `[map]` with lines `DAT = \"DATE\"`", e.message()),
            )
        })?;
        self.names.extend(table.fold());
        Ok(self)
    }

    /// The type that a written name stands for; `None` where it is not scored. A name that the
    /// table does not know stands for itself.
    pub fn map<'a>(&'a self, written: &'a str) -> Option<&'a str> {
        match self.names.get(&written.to_uppercase()) {
            Some(name) if name.is_empty() => None,
            Some(name) => Some(name),
            None => Some(written),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_corpora() {
        let map = LabelMap::built_in();
        for (from, to) in [("DAT", "DATE"), ("MON", "MONEY"), ("PCT", "PERCENT"), ("TIM", "TIME")] {
            assert_eq!(map.map(from), Some(to));
        }
        for (from, to) in [("pers", "PER"), ("org", "ORG"), ("fac", "LOC"), ("event", "EVENT")] {
            assert_eq!(map.map(from), Some(to));
        }
        assert_eq!((map.map("POG"), map.map("EVE")), (Some("ORG"), Some("EVENT")));
        assert_eq!((map.map("pro"), map.map("NAT")), (None, None));
        assert_eq!(map.map("Law"), Some("Law"));
        assert_eq!(LabelMap::as_written().map("pers"), Some("pers"));
    }

    #[test]
    fn a_file_overrides() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "[map]\nfac = \"FAC\"\nLAW = \"\"\n").expect("written");
        let map = LabelMap::built_in().extend_from(file.path()).expect("read");
        assert_eq!((map.map("FAC"), map.map("law"), map.map("pers")), (Some("FAC"), None, Some("PER")));
        std::fs::write(file.path(), "[map]\nfac = 3\n").expect("written");
        let error = LabelMap::built_in().extend_from(file.path()).expect_err("a number is no name");
        assert!(error.to_string().contains(":2:"), "{error}");
    }
}
