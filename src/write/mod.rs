//! From annotated documents to files. One file for each format.

pub mod csv;
pub mod entities;
pub mod graph;
pub mod ics;
pub mod journal;
pub mod parquet;
pub mod sqlite;
pub mod tables;
pub mod tasks;
pub mod threads;
pub mod whole;

use std::io::{self, Write};

use crate::record::Record;

/// Writes one record as a line of JSON.
///
/// # Errors
/// What the writer says.
pub fn json_line(out: &mut impl Write, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}
