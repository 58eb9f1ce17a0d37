//! A folder for Neo4j: one CSV file for each kind of node and edge, with the header conventions of
//! `neo4j-admin database import`, and a Cypher script that loads the same files into a running database.

use std::io::{self, Write};

use super::columns::{self, EDGE};
use crate::graph::{EdgeKind, Graph, NodeKind, Value, ValueType};

/// Stands between the items of a list. No text has it, since labels and properties are free of control
/// characters: so any other sign may stand in an item.
const BETWEEN: &str = "\u{1f}";

/// One of the files.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Nodes(NodeKind),
    Edges(EdgeKind),
}

impl Table {
    /// All files.
    pub const ALL: [Self; 16] = {
        let mut all = [Self::Nodes(NodeKind::Person); 16];
        let mut i = 0;
        while i < 7 {
            all[i] = Self::Nodes(NodeKind::ALL[i]);
            i += 1;
        }
        while i < 16 {
            all[i] = Self::Edges(EdgeKind::ALL[i - 7]);
            i += 1;
        }
        all
    };

    /// Name of the file.
    pub fn file(self) -> String {
        match self {
            Self::Nodes(kind) => format!("nodes-{}.csv", kind.name().to_lowercase()),
            Self::Edges(kind) => format!("edges-{}.csv", kind.name().to_lowercase()),
        }
    }

    /// Properties with their types, without ids and labels.
    fn columns(self) -> Vec<(&'static str, ValueType)> {
        match self {
            Self::Nodes(kind) => kind.properties().iter().map(|p| (p.name(), p.value_type())).collect(),
            Self::Edges(EdgeKind::Holds) => EDGE.to_vec(),
            Self::Edges(_) => {
                EDGE.iter().filter(|(n, _)| !["since", "until", "former"].contains(n)).copied().collect()
            }
        }
    }

    /// Writes the file.
    pub fn write(self, graph: &Graph, out: impl Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        let columns = self.columns();
        let typed = columns.iter().map(|(name, of)| typed(name, *of));
        match self {
            Self::Nodes(kind) => {
                let head = ["id:ID", "name"].map(str::to_owned);
                csv.write_record(head.into_iter().chain(typed).chain([":LABEL".to_owned()]))?;
                for node in graph.nodes.iter().filter(|n| n.kind == kind) {
                    let cells = kind.properties().iter().map(|p| cell(node.get(*p)));
                    let start = [node.id.to_string(), node.label.to_string()];
                    csv.write_record(start.into_iter().chain(cells).chain([labels(kind)]))?;
                }
            }
            Self::Edges(kind) => {
                let head = [":START_ID", ":END_ID", "id"].map(str::to_owned);
                csv.write_record(head.into_iter().chain(typed).chain([":TYPE".to_owned()]))?;
                for edge in graph.edges.iter().filter(|e| e.kind == kind) {
                    let values = columns::edge(graph, edge);
                    let cells = EDGE.iter().zip(&values).filter(|(c, _)| columns.contains(c));
                    let ends = [edge.source, edge.target].map(|n| graph.node(n).id.to_string());
                    let start = ends.into_iter().chain([columns::edge_id(graph, edge)]);
                    let cells = cells.map(|(_, value)| cell(value.as_ref()));
                    csv.write_record(start.chain(cells).chain([kind.name().to_owned()]))?;
                }
            }
        }
        csv.flush()
    }

    /// The Cypher statement that loads the file.
    fn statement(self) -> String {
        let sets: Vec<String> = self.columns().iter().map(|(name, of)| setting(name, *of)).collect();
        let sets = sets.join(",\n    ");
        let body = match self {
            Self::Nodes(kind) => {
                format!(
                    "MERGE (x:{ANY} {{id: row.`id:ID`}})\n  SET x:{}, x.name = row.name,\n    {sets}",
                    kind.name()
                )
            }
            Self::Edges(kind) => format!(
                "MATCH (a:{ANY} {{id: row.`:START_ID`}}), (b:{ANY} {{id: row.`:END_ID`}})\n  \
                 MERGE (a)-[x:{} {{id: row.id}}]->(b)\n  SET {sets}",
                kind.name()
            ),
        };
        format!(
            ":auto LOAD CSV WITH HEADERS FROM 'file:///{}' AS row\nCALL {{\n  WITH row\n  {body}\n}} IN TRANSACTIONS OF 10000 ROWS;\n",
            self.file()
        )
    }
}

/// A label of all nodes, so that one index finds the ends of any edge.
const ANY: &str = "Thing";

fn labels(kind: NodeKind) -> String {
    format!("{}{BETWEEN}{ANY}", kind.name())
}

fn typed(name: &str, of: ValueType) -> String {
    let of = match of {
        ValueType::Text => return name.to_owned(),
        ValueType::List => "string[]",
        ValueType::Number => "int",
        ValueType::Score => "double",
        ValueType::Flag => "boolean",
        ValueType::Day => "date",
    };
    format!("{name}:{of}")
}

fn cell(value: Option<&Value>) -> String {
    value.map(|value| columns::text(value, BETWEEN)).unwrap_or_default()
}

fn setting(name: &str, of: ValueType) -> String {
    let field = format!("row.`{}`", typed(name, of));
    let value = match of {
        ValueType::Text => field.clone(),
        ValueType::List => format!("split({field}, '\\u001F')"),
        ValueType::Number => format!("toInteger({field})"),
        ValueType::Score => format!("toFloat({field})"),
        ValueType::Flag => format!("toBoolean({field})"),
        ValueType::Day => format!("date({field})"),
    };
    // An empty field is no value; a property that is set to null is not there.
    format!("x.{name} = CASE WHEN coalesce({field}, '') = '' THEN null ELSE {value} END")
}

/// Writes the Cypher script.
pub(super) fn script(mut out: impl Write) -> io::Result<()> {
    let (nodes, edges): (Vec<Table>, Vec<Table>) =
        Table::ALL.into_iter().partition(|t| matches!(t, Table::Nodes(_)));
    writeln!(out, "// Into an empty, stopped database, from the folder of this file (fast):")?;
    writeln!(out, "//")?;
    writeln!(
        out,
        "//   neo4j-admin database import full neo4j --array-delimiter=U+001F --overwrite-destination \\"
    )?;
    let files = |option: &str, tables: &[Table]| {
        tables.iter().map(|t| format!("--{option}={}", t.file())).collect::<Vec<_>>().join(" ")
    };
    writeln!(out, "//     {} \\", files("nodes", &nodes))?;
    writeln!(out, "//     {}", files("relationships", &edges))?;
    writeln!(out, "//")?;
    writeln!(
        out,
        "// and then the constraints below. Into a running one, with the files in its import folder: all of"
    )?;
    writeln!(
        out,
        "// this script (`cypher-shell --file load.cypher`, Neo4j 5). LOAD CSV reads a backslash before a quote"
    )?;
    writeln!(out, "// as an escape unless dbms.import.csv.legacy_quote_escaping=false is set.\n")?;
    for name in NodeKind::ALL.map(NodeKind::name).into_iter().chain([ANY]) {
        let lower = name.to_lowercase();
        writeln!(out, "CREATE CONSTRAINT {lower}_id IF NOT EXISTS FOR (n:{name}) REQUIRE n.id IS UNIQUE;")?;
    }
    writeln!(out, "CREATE INDEX task_due IF NOT EXISTS FOR (n:Task) ON (n.due);")?;
    for table in nodes.into_iter().chain(edges) {
        writeln!(out, "\n{}", table.statement())?;
    }
    Ok(())
}
