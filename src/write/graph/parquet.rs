//! Parquet: a table of nodes, one of edges, and one with a row for every piece of evidence. Columns are typed,
//! lists are lists, days are dates.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::columns::{self, EDGE, NODE};
use crate::calendar::Date;
use crate::graph::{Graph, Value, ValueType};

/// Rows that are held in memory as columns.
const ROWS: usize = 1 << 16;

type Row = Vec<Option<Value>>;

fn string(text: &str) -> Option<Value> {
    Some(Value::Text(text.into()))
}

/// Writes the table of nodes.
pub(super) fn nodes(graph: &Graph, out: impl Write + Send) -> io::Result<()> {
    let mut columns = vec![("id", ValueType::Text), ("kind", ValueType::Text), ("label", ValueType::Text)];
    columns.extend(NODE.map(|p| (p.name(), p.value_type())));
    let rows = graph.nodes.iter().map(|node| {
        let mut row = vec![string(&node.id), string(node.kind.name()), string(&node.label)];
        row.extend(NODE.map(|p| node.get(p).cloned()));
        row
    });
    table(out, &columns, rows)
}

/// Writes the table of edges.
pub(super) fn edges(graph: &Graph, out: impl Write + Send) -> io::Result<()> {
    let mut columns = ["id", "source", "target", "kind"].map(|name| (name, ValueType::Text)).to_vec();
    columns.extend(EDGE.iter().filter(|(name, _)| *name != "evidence"));
    let rows = graph.edges.iter().map(|edge| {
        let (source, target) = (graph.node(edge.source), graph.node(edge.target));
        let id = columns::edge_id(graph, edge);
        let mut row = [&*id, &source.id, &target.id, edge.kind.name()].map(string).to_vec();
        let values = EDGE.iter().zip(columns::edge(graph, edge));
        row.extend(values.filter(|((name, _), _)| *name != "evidence").map(|(_, value)| value));
        row
    });
    table(out, &columns, rows)
}

/// Writes the table of evidence: for each edge its places in documents.
pub(super) fn evidence(graph: &Graph, out: impl Write + Send) -> io::Result<()> {
    let columns = [
        ("edge", ValueType::Text),
        ("document", ValueType::Text),
        ("start", ValueType::Number),
        ("end", ValueType::Number),
        ("score", ValueType::Score),
    ];
    let rows = graph.edges.iter().flat_map(|edge| {
        let id = columns::edge_id(graph, edge);
        graph.evidence_of(edge).iter().map(move |e| {
            vec![
                string(&id),
                string(&graph.source(e).id),
                Some(Value::Number(e.start)),
                Some(Value::Number(e.end)),
                Some(Value::Score(e.score)),
            ]
        })
    });
    table(out, &columns, rows)
}

fn schema(columns: &[(&str, ValueType)]) -> String {
    let field = |(name, of): &(&str, ValueType)| match of {
        ValueType::Text => format!("optional binary {name} (STRING);"),
        ValueType::List => {
            format!(
                "optional group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"
            )
        }
        ValueType::Number => format!("optional int64 {name};"),
        ValueType::Score => format!("optional double {name};"),
        ValueType::Flag => format!("optional boolean {name};"),
        ValueType::Day => format!("optional int32 {name} (DATE);"),
    };
    format!("message schema {{ {} }}", columns.iter().map(field).collect::<String>())
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}

fn table(
    out: impl Write + Send,
    columns: &[(&str, ValueType)],
    mut rows: impl Iterator<Item = Row>,
) -> io::Result<()> {
    let schema = Arc::new(parse_message_type(&schema(columns)).map_err(failed)?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failed)?;
    loop {
        let some: Vec<Row> = rows.by_ref().take(ROWS).collect();
        if some.is_empty() {
            break;
        }
        let mut group = file.next_row_group().map_err(failed)?;
        for (index, (_, of)) in columns.iter().enumerate() {
            let Some(mut writer) = group.next_column().map_err(failed)? else { break };
            let values = some.iter().map(|row| row.get(index).and_then(Option::as_ref));
            column(&mut writer, *of, values).map_err(failed)?;
            writer.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
    }
    file.close().map_err(failed)?;
    Ok(())
}

/// The values that are there, and for each row whether one is.
fn present<'a, T>(
    values: impl Iterator<Item = Option<&'a Value>>,
    of: impl Fn(&'a Value) -> Option<T>,
) -> (Vec<T>, Vec<i16>) {
    let mut there = Vec::new();
    let levels = values.map(|value| {
        let value = value.and_then(&of);
        let level = i16::from(value.is_some());
        there.extend(value);
        level
    });
    let levels = levels.collect();
    (there, levels)
}

fn column<'a>(
    writer: &mut SerializedColumnWriter,
    of: ValueType,
    values: impl Iterator<Item = Option<&'a Value>>,
) -> Result<(), ParquetError> {
    match of {
        ValueType::Text => {
            let (values, levels) = present(values, |v| match v {
                Value::Text(text) => Some(ByteArray::from(&**text)),
                _ => None,
            });
            writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
        }
        ValueType::Number => {
            let (values, levels) = present(values, |v| match v {
                Value::Number(number) => Some(i64::from(*number)),
                _ => None,
            });
            writer.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
        }
        ValueType::Score => {
            let (values, levels) = present(values, |v| match v {
                // Through its decimal form: 0.9, not 0.8999999761581421.
                Value::Score(score) => columns::score(*score).parse::<f64>().ok(),
                _ => None,
            });
            writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
        }
        ValueType::Flag => {
            let (values, levels) = present(values, |v| match v {
                Value::Flag(flag) => Some(*flag),
                _ => None,
            });
            writer.typed::<BoolType>().write_batch(&values, Some(&levels), None)?;
        }
        ValueType::Day => {
            let epoch = Date::from_gregorian(1970, 1, 1);
            let (values, levels) = present(values, |v| match v {
                Value::Day(day) => i32::try_from(day.days_since(epoch?)).ok(),
                _ => None,
            });
            writer.typed::<Int32Type>().write_batch(&values, Some(&levels), None)?;
        }
        ValueType::List => {
            let (mut items, mut there, mut again) = (Vec::new(), Vec::new(), Vec::new());
            for value in values {
                let Some(Value::List(list)) = value else {
                    there.push(0);
                    again.push(0);
                    continue;
                };
                if list.is_empty() {
                    there.push(1);
                    again.push(0);
                }
                for (index, item) in list.iter().enumerate() {
                    items.push(ByteArray::from(&**item));
                    there.push(2);
                    again.push(i16::from(index > 0));
                }
            }
            writer.typed::<ByteArrayType>().write_batch(&items, Some(&there), Some(&again))?;
        }
    }
    Ok(())
}
