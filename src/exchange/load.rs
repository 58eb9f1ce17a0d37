//! Files of annotation tools, read document by document.

use std::path::{Path, PathBuf};

use super::{ExchangeError, Sheet, brat, conll, doccano, labelstudio};

/// Formats that come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Folder of `.ann` beside `.txt`, or one `.ann`.
    Brat,
    /// JSON lines.
    Doccano,
    /// JSON export.
    LabelStudio,
    /// Tagged tokens.
    Conll,
}

impl Source {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Brat => &["ann"],
            Self::Doccano => &["jsonl", "json1", "json"],
            Self::LabelStudio => &["json"],
            Self::Conll => &["conll", "bio", "tsv", "txt", "iob"],
        }
    }
}

/// A document that was read.
#[derive(Debug)]
pub struct Loaded {
    /// Where it comes from, for messages.
    pub origin: String,
    /// The document.
    pub sheet: Sheet,
    /// How many spans were given with a text that does not stand there.
    pub surface_differs: usize,
}

/// The files that `path` names: itself, or those in a folder whose extension fits, in the order of their
/// names.
///
/// # Errors
/// Where the folder cannot be listed or holds no such file.
pub fn files(source: Source, path: &Path) -> Result<Vec<PathBuf>, ExchangeError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let io = |source: std::io::Error| ExchangeError::Io { path: path.to_owned(), source };
    let mut out = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|e| io(e.into()))?;
        let extension = entry.path().extension().map(|e| e.to_string_lossy().to_lowercase());
        if entry.file_type().is_file() && extension.is_some_and(|e| source.extensions().contains(&e.as_str()))
        {
            out.push(entry.into_path());
        }
    }
    if out.is_empty() {
        let expected = source.extensions().join(", .");
        return Err(io(std::io::Error::other(format!(
            "no file with the extension .{expected} in the folder"
        ))));
    }
    Ok(out)
}

/// Reads the documents of one file. A document that cannot be read is an error of its own where the
/// file goes on behind it.
pub fn read(source: Source, file: &Path) -> Vec<Result<Loaded, ExchangeError>> {
    match read_text(file) {
        Err(error) => vec![Err(error)],
        Ok(text) => match source {
            Source::Brat => vec![read_brat(file, &text)],
            Source::Doccano => read_doccano(file, &text),
            Source::LabelStudio => read_labelstudio(file, &text),
            Source::Conll => read_conll(file, &text),
        },
    }
}

fn read_text(path: &Path) -> Result<String, ExchangeError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| ExchangeError::Io { path: path.to_owned(), source })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn form(file: &Path, line: usize, reason: String) -> ExchangeError {
    ExchangeError::Form { path: file.to_owned(), line, reason }
}

fn read_brat(file: &Path, ann: &str) -> Result<Loaded, ExchangeError> {
    // A byte-order mark is part of what brat counts, and must stay.
    let beside = file.with_extension("txt");
    let text =
        std::fs::read_to_string(&beside).map_err(|source| ExchangeError::Io { path: beside, source })?;
    let read = brat::read(&text, ann).map_err(|(line, reason)| form(file, line, reason))?;
    let mut sheet = Sheet::new(stem(file), text);
    sheet.layers = read.layers;
    Ok(Loaded { origin: file.display().to_string(), sheet, surface_differs: read.surface_differs })
}

fn read_doccano(file: &Path, text: &str) -> Vec<Result<Loaded, ExchangeError>> {
    let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    lines
        .map(|(i, line)| {
            let sheet = doccano::read(line, &format!("{}-{}", stem(file), i + 1));
            let sheet = sheet.map_err(|reason| form(file, i + 1, reason))?;
            Ok(Loaded { origin: format!("{}:{}", file.display(), i + 1), sheet, surface_differs: 0 })
        })
        .collect()
}

fn read_labelstudio(file: &Path, text: &str) -> Vec<Result<Loaded, ExchangeError>> {
    match labelstudio::read(text) {
        Err(reason) => vec![Err(form(file, 1, reason))],
        Ok(all) => {
            let origin = |i: usize| format!("{}: task {}", file.display(), i + 1);
            let loaded = all.into_iter().enumerate().map(|(i, (sheet, surface_differs))| {
                Ok(Loaded { origin: origin(i), sheet, surface_differs })
            });
            loaded.collect()
        }
    }
}

fn read_conll(file: &Path, text: &str) -> Vec<Result<Loaded, ExchangeError>> {
    match conll::read(file, text, &stem(file)) {
        Err(error) => vec![Err(error)],
        Ok(sheets) => sheets
            .into_iter()
            .map(|sheet| Ok(Loaded { origin: file.display().to_string(), sheet, surface_differs: 0 }))
            .collect(),
    }
}
