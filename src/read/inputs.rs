//! What the user names on the command line, as a stream: files, folders, standard input, and the
//! records of JSON lines files one by one, so that a corpus never lies in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::{Encoding, ReadError, decode, detect, jsonl, read};
use crate::document::{Document, Format};
use crate::record::{Record, SCHEMA};

/// How inputs are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The format of all inputs; recognised from the content of each where `None`.
    pub format: Option<Format>,
    /// Encoding of all inputs.
    pub encoding: Encoding,
}

/// One document still to be read.
#[derive(Debug)]
pub struct Input {
    /// Where it comes from, for messages: a path, with the line for a record.
    pub origin: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Path(PathBuf),
    Bytes { id: String, bytes: Vec<u8> },
    Record { id: String, line: usize, bytes: Vec<u8> },
    Failed(ReadError),
}

impl Input {
    /// Whether this is a document that was annotated before: a `dabir/1` record.
    pub fn is_annotated(&self) -> bool {
        matches!(&self.content, Content::Record { bytes, .. } if is_record(bytes))
    }

    /// Reads a document that was annotated before.
    ///
    /// # Errors
    /// Where the input is no `dabir/1` record, or a span in it does not lie in its text.
    pub fn into_record(self) -> Result<Record, ReadError> {
        let (line, bytes) = match self.content {
            Content::Failed(error) => return Err(error),
            Content::Record { line, bytes, .. } if is_record(&bytes) => (line, bytes),
            Content::Record { line, .. } => return Err(no_record(line)),
            Content::Path(_) | Content::Bytes { .. } => return Err(no_record(1)),
        };
        let malformed = |reason: String| ReadError::Malformed { line, reason };
        let record: Record =
            serde_json::from_slice(&bytes).map_err(|e| malformed(format!("no dabir/1 record: {e}")))?;
        record.check().map_err(malformed)?;
        Ok(record)
    }

    /// Reads the document. This is the work that can be done in parallel.
    ///
    /// # Errors
    /// Where the input cannot be opened or decoded, or does not have the shape of its format.
    pub fn read(self, options: Options) -> Result<Document, ReadError> {
        let (id, bytes) = match self.content {
            Content::Failed(error) => return Err(error),
            Content::Record { id, line, bytes } => {
                return jsonl::read(&id, &decode(&bytes, options.encoding)?, line);
            }
            Content::Bytes { id, bytes } => (id, bytes),
            Content::Path(path) => {
                let bytes =
                    std::fs::read(&path).map_err(|source| ReadError::Io { path: path.clone(), source })?;
                (stem(&path), bytes)
            }
        };
        let text = decode(&bytes, options.encoding)?;
        let format = options.format.unwrap_or_else(|| detect(&text));
        read(&id, text, format)
    }
}

fn no_record(line: usize) -> ReadError {
    let reason = "not annotated yet: expected a dabir/1 record; run `dabir annotate` first".into();
    ReadError::Malformed { line, reason }
}

/// Whether a line of JSON says that it is a `dabir/1` record. Inside a string the quotes would be
/// escaped, so a text cannot claim it.
fn is_record(line: &[u8]) -> bool {
    const FIELD: &[u8] = b"\"schema\"";
    let found = |at: &usize| line[*at..].starts_with(FIELD);
    let Some(at) = (0..line.len()).find(found) else { return false };
    let rest = line[at + FIELD.len()..].trim_ascii_start();
    let Some(rest) = rest.strip_prefix(b":") else { return false };
    rest.trim_ascii_start().starts_with(format!("\"{SCHEMA}\"").as_bytes())
}

fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => name.into_owned(),
    }
}

/// A stream of inputs in a fixed order: as named, folders in the order of their names.
pub struct Inputs {
    options: Options,
    /// Paths still to open, the next one last.
    paths: Vec<PathBuf>,
    records: Option<Records>,
}

struct Records {
    reader: Box<dyn BufRead + Send>,
    origin: String,
    stem: String,
    line: usize,
}

/// Extensions of files in a folder that are taken for documents.
const EXTENSIONS: [&str; 8] = ["txt", "tsv", "html", "htm", "xhtml", "jsonl", "ndjson", "news"];

impl Inputs {
    /// The inputs named by `paths`; `-` is standard input. In folders, files with a known extension
    /// (`txt`, `tsv`, `html`, `jsonl`, …) are taken, hidden ones are not.
    ///
    /// # Errors
    /// Where a path does not exist or a folder cannot be listed: nothing has been done yet.
    pub fn new(paths: &[PathBuf], options: Options) -> Result<Self, ReadError> {
        let mut all = Vec::new();
        for path in paths {
            if path.as_os_str() == "-" || path.is_file() {
                all.push(path.clone());
                continue;
            }
            for entry in walkdir::WalkDir::new(path)
                .sort_by_file_name()
                .into_iter()
                .filter_entry(|e| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.'))
            {
                let entry = entry.map_err(|e| ReadError::Io {
                    path: e.path().unwrap_or(path).to_owned(),
                    source: e.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links")),
                })?;
                let extension = entry.path().extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
                if entry.file_type().is_file() && extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
                {
                    all.push(entry.into_path());
                }
            }
        }
        all.reverse();
        Ok(Self { options, paths: all, records: None })
    }

    /// Number of files still to open, for a progress bar.
    pub fn files(&self) -> usize {
        self.paths.len()
    }

    fn open(&mut self, path: PathBuf) -> Option<Input> {
        let standard = path.as_os_str() == "-";
        let origin = if standard { "<stdin>".to_owned() } else { path.display().to_string() };
        let id = if standard { "stdin".to_owned() } else { stem(&path) };
        let failed = |source| {
            let error = ReadError::Io { path: path.clone(), source };
            Some(Input { origin: origin.clone(), content: Content::Failed(error) })
        };
        let mut reader: Box<dyn BufRead + Send> = if standard {
            Box::new(BufReader::new(io::stdin()))
        } else {
            match File::open(&path) {
                Ok(file) => Box::new(BufReader::with_capacity(1 << 16, file)),
                Err(error) => return failed(error),
            }
        };
        let jsonl = match self.options.format {
            Some(format) => format == Format::Jsonl,
            None => match reader.fill_buf() {
                Ok(start) => is_jsonl(start),
                Err(error) => return failed(error),
            },
        };
        if jsonl {
            self.records = Some(Records { reader, origin, stem: id, line: 0 });
            return None;
        }
        if !standard {
            // Read by the worker that takes it, not here.
            return Some(Input { origin, content: Content::Path(path) });
        }
        let mut bytes = Vec::new();
        match reader.read_to_end(&mut bytes) {
            Ok(_) => Some(Input { origin, content: Content::Bytes { id, bytes } }),
            Err(error) => failed(error),
        }
    }

    fn record(&mut self) -> Option<Input> {
        let records = self.records.as_mut()?;
        loop {
            let mut bytes = Vec::new();
            records.line += 1;
            let line = records.line;
            let origin = format!("{}:{line}", records.origin);
            match records.reader.read_until(b'\n', &mut bytes) {
                Ok(0) => {
                    self.records = None;
                    return None;
                }
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => {
                    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
                    let id = format!("{}-{line}", records.stem);
                    return Some(Input { origin, content: Content::Record { id, line, bytes } });
                }
                Err(source) => {
                    let path = PathBuf::from(&records.origin);
                    self.records = None;
                    return Some(Input { origin, content: Content::Failed(ReadError::Io { path, source }) });
                }
            }
        }
    }
}

/// Whether a file that starts so holds JSON records with a `text`.
fn is_jsonl(start: &[u8]) -> bool {
    let body = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let line = body.split(|&b| b == b'\n').next().unwrap_or(body);
    body.starts_with(b"{") && line.windows(6).any(|w| w == b"\"text\"")
        || body.starts_with(b"{\"") && serde_json::from_slice::<serde_json::Value>(line).is_ok()
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            if self.records.is_some() {
                match self.record() {
                    Some(input) => return Some(input),
                    None => continue,
                }
            }
            let path = self.paths.pop()?;
            if let Some(input) = self.open(path) {
                return Some(input);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_from_a_document() {
        assert!(is_record(br#"{"schema":"dabir/1","id":"a"}"#));
        assert!(is_record(br#"{"id": "a", "schema" : "dabir/1"}"#));
        assert!(!is_record(br#"{"id":"a","text":"\"schema\":\"dabir/1\""}"#));
        assert!(!is_record(br#"{"schema":"dabir/2","id":"a"}"#));
        assert!(!is_record(b"{}"));
    }
}
