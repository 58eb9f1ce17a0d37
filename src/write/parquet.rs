//! Tables as Apache Parquet files, compressed with Snappy: one column for each of the table's, all of
//! them optional.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::tables::{Column, Kind, Table, Value};
use crate::record::Record;

/// Rows of a row group: enough to compress well, few enough to fit in memory with their texts.
const GROUP: usize = 50_000;

/// A table being written.
pub struct ParquetTable<W: Write + Send> {
    table: Table,
    writer: SerializedFileWriter<W>,
    rows: Vec<Vec<Value>>,
    /// Bytes of text that are waiting.
    bytes: usize,
}

impl<W: Write + Send> ParquetTable<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// What the writer says.
    pub fn new(table: Table, out: W) -> Result<Self, ParquetError> {
        let fields = table.columns().map(field).collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder(table.name()).with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        Ok(Self { table, writer, rows: Vec::new(), bytes: 0 })
    }

    /// Adds the rows of a document.
    ///
    /// # Errors
    /// What the writer says.
    pub fn add(&mut self, record: &Record) -> Result<(), ParquetError> {
        for row in self.table.rows(record) {
            let text = |v: &Value| if let Value::Text(text) = v { text.len() } else { 0 };
            self.bytes += row.iter().map(text).sum::<usize>();
            self.rows.push(row);
        }
        if self.rows.len() >= GROUP || self.bytes > 64 << 20 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for (index, column) in self.table.columns().enumerate() {
            let Some(out) = group.next_column()? else { break };
            let values = self.rows.iter().map(|row| &row[index]);
            match column.kind {
                Kind::Text => write::<ByteArrayType>(out, values, |v| match v {
                    Value::Text(text) => Some(ByteArray::from(text.as_str())),
                    _ => None,
                }),
                Kind::Integer => write::<Int64Type>(out, values, |v| match v {
                    Value::Integer(number) => Some(*number),
                    _ => None,
                }),
                Kind::Real => write::<DoubleType>(out, values, |v| match v {
                    Value::Real(number) => Some(*number),
                    _ => None,
                }),
                Kind::Flag => write::<BoolType>(out, values, |v| match v {
                    Value::Flag(flag) => Some(*flag),
                    _ => None,
                }),
            }?;
        }
        group.close()?;
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Ends the table and gives the output back.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> Result<W, ParquetError> {
        self.flush()?;
        self.writer.into_inner()
    }
}

fn field(column: Column) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
    };
    let builder = Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    builder.build().map(Arc::new)
}

fn write<'a, T: DataType>(
    mut out: SerializedColumnWriter<'_>,
    column: impl Iterator<Item = &'a Value>,
    value: impl Fn(&Value) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let mut values = Vec::new();
    let mut levels = Vec::new();
    for cell in column {
        let value = value(cell);
        // A value that is there stands one level deep in an optional column.
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    out.typed::<T>().write_batch(&values, Some(&levels), None)?;
    out.close()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worklist::tests::record;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    #[test]
    fn rows_come_back() {
        let record = record("خبر", "1402-01-10", "شورا", "شهرداری", "پل 🙂 را\u{200c} بسازد", "");
        let file = tempfile::tempfile().expect("a file");
        let mut table = ParquetTable::new(Table::Tasks, file).expect("begun");
        table.add(&record).expect("added");
        let file = table.finish().expect("ended");
        let reader = SerializedFileReader::new(file).expect("a Parquet file");
        let rows: Vec<_> =
            reader.get_row_iter(None).expect("rows").collect::<Result<_, _>>().expect("readable");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].get_string(0).map(String::as_str).expect("text"), "خبر");
        assert_eq!(rows[0].get_string(7).map(String::as_str).expect("text"), "پل 🙂 را\u{200c} بسازد");
        assert!(rows[0].get_string(15).is_err(), "no day due");
    }
}
