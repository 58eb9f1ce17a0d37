//! An SQLite database of what was found: the tables of [`super::tables`], relations, full-text search over
//! normalized text, and a view of the tasks that are open. It is filled in one transaction beside its
//! place and appears there whole. The schema is documented in `docs/sqlite.md`.

mod entities;
mod search;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params};

use super::tables::{Kind, Table, Value};
use crate::lexicon::{key, whole};
use crate::normalize::normalize;
use crate::record::{Record, SlotRecord};
use crate::resolve::Resolver;

pub use search::{Hit, Search};

/// Why a database cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite said no.
    #[error("{path}: {source}")]
    Sql {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Two documents have one name.
    #[error("{id}: there is a document of this name already; ids must be unique in a database")]
    Twice {
        /// The name.
        id: String,
    },
    /// The file was not written by this program.
    #[error("{path}: no database of annotated documents; make one with `dabir export --to sqlite -o FILE`")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
}

/// Marks our files (`PRAGMA application_id`): «DBIR».
const APPLICATION: i32 = 0x4442_4952;
/// Version of the schema (`PRAGMA user_version`).
const VERSION: i32 = 2;

/// A database being written. Dropped before [`Database::finish`], it leaves nothing behind.
pub struct Database {
    target: PathBuf,
    partial: PathBuf,
    connection: Option<Connection>,
    resolver: Resolver,
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Flag(flag) => ValueRef::Integer((*flag).into()),
        }))
    }
}

/// The name of a column in SQL, where `end` is a word of the language.
fn column_name(name: &str) -> String {
    match name {
        "start" | "end" => format!("{name}_char"),
        name => name.to_owned(),
    }
}

/// The columns by which a row is known.
fn primary_key(table: Table) -> &'static str {
    match table {
        Table::Documents => "document",
        Table::Sentences => "document, sentence",
        Table::Mentions => "document, mention",
        Table::Officials => "document, official",
        Table::Organizations => "document, organization",
        Table::Tasks => "document, task",
        Table::TaskActors => "document, task, part, position",
    }
}

fn create(table: Table) -> String {
    let mut columns: Vec<String> = table
        .columns()
        .map(|c| {
            let kind = match c.kind {
                Kind::Text => "TEXT",
                Kind::Integer | Kind::Flag => "INTEGER",
                Kind::Real => "REAL",
            };
            format!("{} {kind}", column_name(c.name))
        })
        .collect();
    columns.push(format!("PRIMARY KEY ({})", primary_key(table)));
    if table != Table::Documents {
        columns.push("FOREIGN KEY (document) REFERENCES documents".into());
    }
    if table == Table::TaskActors {
        columns.push("FOREIGN KEY (document, task) REFERENCES tasks".into());
    }
    format!("CREATE TABLE {} ({});", table.name(), columns.join(", "))
}

fn insert(table: Table) -> String {
    let marks = vec!["?"; table.columns().len()].join(", ");
    format!("INSERT INTO {} VALUES ({marks})", table.name())
}

impl Database {
    /// Begins a database that will appear at `target`, in place of what is there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn create(target: &Path) -> Result<Self, DatabaseError> {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = target.with_file_name(name);
        match fs::remove_file(&partial) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(DatabaseError::Io { path: partial, source });
            }
            _ => {}
        }
        let mut schema: String = Table::ALL.into_iter().map(create).collect();
        schema.push_str(include_str!("schema.sql"));
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(&partial)?;
            // No journal: a file that was not finished is thrown away.
            connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
            connection.pragma_update(None, "application_id", APPLICATION)?;
            connection.pragma_update(None, "user_version", VERSION)?;
            connection.execute_batch("BEGIN")?;
            connection.execute_batch(&schema)?;
            Ok(connection)
        };
        let connection = open().map_err(|source| DatabaseError::Sql { path: target.to_owned(), source })?;
        Ok(Self {
            target: target.to_owned(),
            partial,
            connection: Some(connection),
            resolver: Resolver::default(),
        })
    }

    /// Adds a document.
    ///
    /// # Errors
    /// [`DatabaseError::Twice`] where one of its name is there, and nothing was added.
    pub fn add(&mut self, record: &Record) -> Result<(), DatabaseError> {
        let Some(connection) = &self.connection else { return Ok(()) };
        let sql = |source| DatabaseError::Sql { path: self.target.clone(), source };
        let known = |c: &Connection| -> rusqlite::Result<bool> {
            c.prepare_cached("SELECT 1 FROM documents WHERE document = ?")?.exists([&record.id])
        };
        if known(connection).map_err(sql)? {
            return Err(DatabaseError::Twice { id: record.id.clone() });
        }
        fill(connection, record).map_err(sql)?;
        self.resolver.add(record);
        Ok(())
    }

    /// Ends the database: it appears in its place.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<(), DatabaseError> {
        let Some(connection) = self.connection.take() else { return Ok(()) };
        let resolution = std::mem::take(&mut self.resolver).finish();
        let ended = entities::fill(&connection, &resolution)
            .and_then(|()| {
                connection.execute_batch("INSERT INTO search(search) VALUES ('optimize'); COMMIT; ANALYZE;")
            })
            .and_then(|()| connection.close().map_err(|(_, error)| error));
        let moved = ended.map_err(|source| DatabaseError::Sql { path: self.target.clone(), source });
        let moved = moved.and_then(|()| {
            let sync = fs::File::open(&self.partial).and_then(|f| f.sync_all());
            sync.and_then(|()| fs::rename(&self.partial, &self.target))
                .map_err(|source| DatabaseError::Io { path: self.target.clone(), source })
        });
        if moved.is_err() {
            let _ = fs::remove_file(&self.partial);
        }
        moved
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.connection.take().is_some() {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

fn fill(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    for table in Table::ALL {
        let mut statement = connection.prepare_cached(&insert(table))?;
        for row in table.rows(record) {
            statement.execute(rusqlite::params_from_iter(row))?;
        }
    }
    edges(connection, record)?;
    let mut search = connection.prepare_cached("INSERT INTO search VALUES (?, ?, ?, ?)")?;
    if let Some(title) = &record.meta.title {
        let (pieces, words) = searched(title);
        search.execute(params![pieces, words, record.id, None::<i64>])?;
    }
    for row in Table::Sentences.rows(record) {
        if let (Value::Integer(sentence), Value::Text(text)) = (&row[1], &row[5]) {
            let (pieces, words) = searched(text);
            search.execute(params![pieces, words, record.id, sentence])?;
        }
    }
    Ok(())
}

/// The two forms in which a text is searched: cut at half-spaces, and joined over them.
fn searched(text: &str) -> (String, String) {
    let normal = normalize(text);
    let words: Vec<String> = normal.split_whitespace().map(whole).collect();
    (key(&normal), key(&words.join(" ")))
}

/// The relations of a document, each where the text says it.
fn edges(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("INSERT INTO edges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    let mut add = |relation: &str, from: (&str, &str), to: (&str, &str), place: Place, score: f64| {
        let (start, end) = place.map_or((None, None), |(s, e)| (Some(s), Some(e)));
        statement
            .execute(params![record.id, relation, from.0, from.1, to.0, to.1, start, end, score])
            .map(drop)
    };
    let place_of =
        |id: &String| record.mentions.iter().find(|m| &m.id == id).map(|m| (m.start as i64, m.end as i64));
    for official in &record.officials {
        let place = official.mentions.first().and_then(place_of);
        let own = ("official", official.id.as_str());
        add("mentioned_in", own, ("document", &record.id), place, 1.0)?;
        if let Some(body) = &official.organization {
            add("holds_office_in", own, ("organization", body), place, 1.0)?;
        }
    }
    for body in record.organizations.iter().filter(|o| !o.inferred) {
        let place = body.mentions.first().and_then(place_of);
        add("mentioned_in", ("organization", &body.id), ("document", &record.id), place, 1.0)?;
    }
    for task in &record.tasks {
        let own = ("task", task.id.as_str());
        let place = Some((task.start as i64, task.end as i64));
        add("decided_in", own, ("document", &record.id), place, task.score)?;
        for (relation, slots) in [
            ("assigned_to", task.assignees.as_slice()),
            ("collaborates_with", &task.collaborators),
            ("issued_by", task.issuer.as_slice()),
        ] {
            for slot in slots {
                if let Some((kind, id)) = entity(record, slot) {
                    let place = slot.start.zip(slot.end).map(|(s, e)| (s as i64, e as i64));
                    add(relation, own, (kind, id), place, task.score)?;
                }
            }
        }
    }
    Ok(())
}

type Place = Option<(i64, i64)>;

fn entity<'a>(record: &'a Record, slot: &'a SlotRecord) -> Option<(&'static str, &'a str)> {
    let id = slot.entity.as_deref()?;
    if record.officials.iter().any(|o| o.id == id) {
        Some(("official", id))
    } else {
        record.organizations.iter().any(|o| o.id == id).then_some(("organization", id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worklist::tests::record;

    fn made(folder: &Path) -> PathBuf {
        let path = folder.join("a.sqlite");
        let mut database = Database::create(&path).expect("begun");
        for (id, act) in [("a", "گزارش استان‌ها را بفرستد"), ("b", "پل 🙂 را بسازد")]
        {
            database.add(&record(id, "1402-01-10", "شورا", "شهرداری", act, "1402-03-31")).expect("added");
        }
        let twice = database.add(&record("a", "1402-01-10", "شورا", "شهرداری", "پل بسازد", ""));
        assert!(matches!(twice, Err(DatabaseError::Twice { .. })));
        assert!(!path.exists());
        database.finish().expect("ended");
        path
    }

    #[test]
    fn tables_views_and_relations() -> rusqlite::Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = Connection::open(made(folder.path()))?;
        let count = |sql: &str| connection.query_row(sql, [], |r| r.get::<_, i64>(0));
        assert_eq!(count("SELECT count(*) FROM documents")?, 2);
        assert_eq!(count("SELECT count(*) FROM open_tasks WHERE days_overdue > 0")?, 2);
        connection
            .execute("INSERT INTO task_status (document, task, status) VALUES ('a', 't1', 'done')", [])?;
        assert_eq!(count("SELECT count(*) FROM open_tasks")?, 1);
        assert_eq!(count("SELECT count(*) FROM edges WHERE relation = 'decided_in'")?, 2);
        assert_eq!(count("SELECT count(*) FROM entity_edges")?, 2);
        assert_eq!(count("SELECT count(*) FROM entity_tasks")?, 0);
        assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check")?, 0);
        let text: String = connection.query_row(
            "SELECT substr(d.text, t.start_char + 1, t.end_char - t.start_char) FROM tasks t JOIN documents d \
             USING (document) WHERE document = 'b'",
            [],
            |r| r.get(0),
        )?;
        assert_eq!(text, "پل 🙂 را بسازد", "SQLite counts code points too");
        Ok(())
    }

    #[test]
    fn an_unfinished_database_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(Database::create(&folder.path().join("a.sqlite")).expect("begun"));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn search_finds_every_spelling() {
        let folder = tempfile::tempdir().expect("a folder");
        let search = Search::open(&made(folder.path())).expect("opened");
        let found = |query: &str| -> Vec<String> {
            search.find(query, 10).expect("asked").into_iter().map(|h| h.document).collect()
        };
        for query in ["استانها", "استان‌ها", "استان ها", "\"گزارش استان\"", "گزا*", "كزارش استانها*"]
        {
            let expected: &[&str] = if query.starts_with('ك') { &[] } else { &["a"] };
            assert_eq!(found(query), expected, "{query}");
        }
        assert_eq!(found("شهرداری").len(), 2);
        assert_eq!(found("شهرداری پل"), ["b"]);
        for odd in ["", "\"", "AND", "NEAR(", "پل\" OR \"گزارش", "(:;*", "*"] {
            let _ = found(odd);
        }
        let other = folder.path().join("other");
        fs::write(&other, "متن").expect("written");
        assert!(matches!(Search::open(&other), Err(DatabaseError::Foreign { .. })));
    }
}
