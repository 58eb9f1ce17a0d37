//! GraphML: typed keys for the properties of nodes and edges.

use std::io::{self, Write};

use super::columns::{self, EDGE, NODE, SEPARATOR};
use super::xml::Xml;
use crate::graph::{Graph, ValueType};

fn type_name(value: ValueType) -> &'static str {
    match value {
        ValueType::Number => "int",
        ValueType::Score => "double",
        ValueType::Flag => "boolean",
        ValueType::Text | ValueType::List | ValueType::Day => "string",
    }
}

/// Writes a graph.
pub(super) fn write(graph: &Graph, out: impl Write) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    xml.open(
        "graphml",
        &[
            ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
            ),
        ],
    )?;
    let mut key = |id: &str, domain, name: &str, of: &str| {
        xml.empty("key", &[("id", id), ("for", domain), ("attr.name", name), ("attr.type", of)])
    };
    for name in ["kind", "label"] {
        key(&format!("n_{name}"), "node", name, "string")?;
    }
    for property in NODE {
        let name = property.name();
        key(&format!("n_{name}"), "node", name, type_name(property.value_type()))?;
    }
    for name in ["kind", "label"] {
        key(&format!("e_{name}"), "edge", name, "string")?;
    }
    for (name, of) in EDGE {
        // Tools take the weight for a length or a thickness, which is no whole number to them.
        let of = if name == "weight" { "double" } else { type_name(of) };
        key(&format!("e_{name}"), "edge", name, of)?;
    }
    xml.open("graph", &[("id", "dabir"), ("edgedefault", "directed")])?;
    for node in &graph.nodes {
        xml.open("node", &[("id", &node.id)])?;
        xml.text("data", &[("key", "n_kind")], node.kind.name())?;
        xml.text("data", &[("key", "n_label")], &node.label)?;
        for (property, value) in &node.properties {
            let key = format!("n_{}", property.name());
            xml.text("data", &[("key", &key)], &columns::text(value, SEPARATOR))?;
        }
        xml.close("node")?;
    }
    for edge in &graph.edges {
        let (source, target) = (&graph.node(edge.source).id, &graph.node(edge.target).id);
        let id = columns::edge_id(graph, edge);
        xml.open("edge", &[("id", &id), ("source", source), ("target", target)])?;
        xml.text("data", &[("key", "e_kind")], edge.kind.name())?;
        xml.text("data", &[("key", "e_label")], edge.kind.name())?;
        for ((name, _), value) in EDGE.iter().zip(columns::edge(graph, edge)) {
            if let Some(value) = value {
                let key = format!("e_{name}");
                xml.text("data", &[("key", &key)], &columns::text(&value, SEPARATOR))?;
            }
        }
        xml.close("edge")?;
    }
    xml.close("graph")?;
    xml.close("graphml")?;
    xml.finish()
}
