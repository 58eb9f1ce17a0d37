//! DOT, for Graphviz: shapes and colours by kind, and the properties as attributes that Graphviz carries
//! along without using them.

use std::io::{self, Write};

use super::columns::{self, EDGE, SEPARATOR};
use super::gexf::colour;
use crate::graph::{Graph, NodeKind};

/// A string in quotes. A backslash would begin an escape sequence of labels; control characters end up in
/// no picture.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Person => "ellipse",
        NodeKind::Post => "hexagon",
        NodeKind::Organization => "box",
        NodeKind::Place => "diamond",
        NodeKind::Task => "note",
        NodeKind::Document => "folder",
        NodeKind::Meeting => "octagon",
    }
}

/// Writes a graph.
pub(super) fn write(graph: &Graph, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "digraph dabir {{")?;
    writeln!(out, "  graph [charset=\"UTF-8\", overlap=false];")?;
    writeln!(out, "  node [style=filled, fontcolor=\"#000000\"];")?;
    for node in &graph.nodes {
        let (r, g, b) = colour(node.kind);
        write!(
            out,
            "  {} [label={}, kind={}, shape={}, fillcolor=\"#{r:02x}{g:02x}{b:02x}80\"",
            quoted(&node.id),
            quoted(&node.label),
            quoted(node.kind.name()),
            shape(node.kind)
        )?;
        for (property, value) in &node.properties {
            write!(out, ", d_{}={}", property.name(), quoted(&columns::text(value, SEPARATOR)))?;
        }
        writeln!(out, "];")?;
    }
    for edge in &graph.edges {
        let (source, target) = (graph.node(edge.source), graph.node(edge.target));
        write!(
            out,
            "  {} -> {} [id={}, label={}",
            quoted(&source.id),
            quoted(&target.id),
            quoted(&columns::edge_id(graph, edge)),
            quoted(edge.kind.name())
        )?;
        for ((name, _), value) in EDGE.iter().zip(columns::edge(graph, edge)) {
            // Only `weight` means the same to Graphviz.
            let prefix = if *name == "weight" { "" } else { "d_" };
            if let Some(value) = value {
                write!(out, ", {prefix}{name}={}", quoted(&columns::text(&value, SEPARATOR)))?;
            }
        }
        writeln!(out, "];")?;
    }
    writeln!(out, "}}")
}
