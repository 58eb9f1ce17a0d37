//! Tables as comma-separated values (RFC 4180), plain or as spreadsheets want them.

use std::io::Write;

use super::tables::{Table, Value};
use crate::record::Record;

/// For whom a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Programs: UTF-8, LF, values as they are.
    Plain,
    /// Spreadsheets: UTF-8 with a byte-order mark, CRLF, and an apostrophe before texts that a
    /// spreadsheet would take for a formula (OWASP, «CSV Injection»).
    Spreadsheet,
}

/// A table being written.
pub struct CsvTable<W: Write> {
    table: Table,
    dialect: Dialect,
    out: csv::Writer<W>,
}

impl<W: Write> CsvTable<W> {
    /// Begins a table with its heading.
    ///
    /// # Errors
    /// What the writer says.
    pub fn new(table: Table, dialect: Dialect, mut out: W) -> Result<Self, csv::Error> {
        let mut builder = csv::WriterBuilder::new();
        if dialect == Dialect::Spreadsheet {
            out.write_all("\u{feff}".as_bytes())?;
            builder.terminator(csv::Terminator::CRLF);
        }
        let mut out = builder.from_writer(out);
        out.write_record(table.columns().map(|c| c.name))?;
        Ok(Self { table, dialect, out })
    }

    /// Adds the rows of a document.
    ///
    /// # Errors
    /// What the writer says.
    pub fn add(&mut self, record: &Record) -> Result<(), csv::Error> {
        for row in self.table.rows(record) {
            self.out.write_record(row.into_iter().map(|v| field(v, self.dialect)))?;
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> Result<(), csv::Error> {
        self.out.flush()?;
        Ok(())
    }
}

fn field(value: Value, dialect: Dialect) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Text(text) if dialect == Dialect::Spreadsheet => harmless(text),
        Value::Text(text) => text,
    }
}

/// A text that no spreadsheet takes for a formula, also behind white space and marks of direction,
/// which spreadsheets skip.
fn harmless(text: String) -> String {
    let skipped = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let first = text.chars().find(|&c| !skipped(c));
    let control = text.starts_with(['\t', '\r', '\n']);
    if control || matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::worklist::tests::record;
    use super::*;

    fn written(dialect: Dialect) -> String {
        let record = record("a", "1402-01-10", "شورا", "شهرداری", "=جمع، «پل» 🙂 را\u{200c} بسازد", "");
        let mut bytes = Vec::new();
        let mut table = CsvTable::new(Table::Tasks, dialect, &mut bytes).expect("begun");
        table.add(&record).expect("written");
        table.finish().expect("ended");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn plain_keeps_values_and_spreadsheets_get_theirs() {
        let plain = written(Dialect::Plain);
        assert!(plain.starts_with("document,task,class,") && plain.contains(",=جمع، «پل» 🙂"), "{plain}");
        assert!(!plain.contains('\r'));
        let sheet = written(Dialect::Spreadsheet);
        assert!(sheet.starts_with("\u{feff}document,") && sheet.ends_with("\r\n"), "{sheet}");
        assert!(sheet.contains(",'=جمع"), "{sheet}");
    }

    #[test]
    fn formulas_hide_behind_nothing() {
        for text in ["=1+1", "+98", "-2", "@a", "\t=1", " =1", "\u{200f}=1", "\u{feff}@"] {
            assert_eq!(harmless(text.into()), format!("'{text}"));
        }
        for text in ["۱=۱", "شهرداری", "", "«=»"] {
            assert_eq!(harmless(text.into()), text);
        }
    }
}
