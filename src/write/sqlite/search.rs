//! Asking a database: words in any spelling, phrases in quotes, beginnings of words with a star.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::{APPLICATION, DatabaseError, searched};

/// A database that can be asked.
pub struct Search {
    path: PathBuf,
    connection: Connection,
}

/// A sentence or title that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Document.
    pub document: String,
    /// Headline or subject of the document.
    pub title: Option<String>,
    /// Day of the document, Jalali.
    pub date_jalali: Option<String>,
    /// Index of the sentence; `None` for the title itself.
    pub sentence: Option<i64>,
    /// Class of the sentence.
    pub class: Option<String>,
    /// The text as it stands in the document.
    pub text: String,
    /// How well it fits; the greater the better.
    pub score: f64,
}

impl Search {
    /// Opens a database for reading.
    ///
    /// # Errors
    /// Where there is none, or it is not one of ours.
    pub fn open(path: &Path) -> Result<Self, DatabaseError> {
        let foreign = || DatabaseError::Foreign { path: path.to_owned() };
        if let Err(source) = std::fs::metadata(path) {
            return Err(DatabaseError::Io { path: path.to_owned(), source });
        }
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|_| foreign())?;
        let id = connection.pragma_query_value(None, "application_id", |r| r.get::<_, i32>(0));
        if id.ok() != Some(APPLICATION) {
            return Err(foreign());
        }
        Ok(Self { path: path.to_owned(), connection })
    }

    /// The best `limit` places that hold all words of the query. Words may stand anywhere in a sentence;
    /// those between quotes («…» or "…") follow one another; a star ends the beginning of a word.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn find(&self, query: &str, limit: usize) -> Result<Vec<Hit>, DatabaseError> {
        let expression = expression(query);
        if expression.is_empty() {
            return Ok(Vec::new());
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let ask = || -> rusqlite::Result<Vec<Hit>> {
            let mut statement = self.connection.prepare(
                "SELECT s.document, d.title, d.date_jalali, s.sentence, p.class, coalesce(p.text, d.title), -s.rank \
                 FROM search AS s JOIN documents AS d ON d.document = s.document \
                 LEFT JOIN sentences AS p ON p.document = s.document AND p.sentence = s.sentence \
                 WHERE search MATCH ?1 ORDER BY s.rank, s.document, s.sentence LIMIT ?2",
            )?;
            let rows = statement.query_map(rusqlite::params![expression, limit], |r| {
                Ok(Hit {
                    document: r.get(0)?,
                    title: r.get(1)?,
                    date_jalali: r.get(2)?,
                    sentence: r.get(3)?,
                    class: r.get(4)?,
                    text: r.get(5)?,
                    score: r.get(6)?,
                })
            })?;
            rows.collect()
        };
        ask().map_err(|source| DatabaseError::Sql { path: self.path.clone(), source })
    }
}

/// The query in the language of FTS5. Every word goes into a string of it, so that nothing a user types
/// is taken for an operator.
fn expression(query: &str) -> String {
    let mut terms = Vec::new();
    for (i, part) in query.split(['"', '«', '»', '“', '”']).enumerate() {
        if i % 2 == 1 {
            terms.extend(term(part, false));
        } else {
            terms.extend(
                part.split_whitespace().filter_map(|w| term(w.trim_end_matches('*'), w.ends_with('*'))),
            );
        }
    }
    terms.join(" AND ")
}

fn term(text: &str, beginning: bool) -> Option<String> {
    let (pieces, words) = searched(text);
    if pieces.is_empty() {
        return None;
    }
    let star = if beginning { " *" } else { "" };
    Some(format!("({{pieces}} : \"{pieces}\"{star} OR {{words}} : \"{words}\"{star})"))
}
