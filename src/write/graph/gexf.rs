//! GEXF 1.3, as Gephi opens it: typed attributes, a colour for each kind, sizes by mentions, and days, so
//! that Gephi's timeline shows who held which post when, and which tasks were open.

use std::io::{self, Write};

use super::columns::{self, EDGE, NODE, SEPARATOR};
use super::xml::Xml;
use crate::calendar::Date;
use crate::graph::{Edge, Graph, Node, NodeKind, Property, ValueType};

fn type_name(value: ValueType) -> &'static str {
    match value {
        ValueType::Number => "integer",
        ValueType::Score => "double",
        ValueType::Flag => "boolean",
        ValueType::Text | ValueType::List | ValueType::Day => "string",
    }
}

/// Red, green and blue of each kind: colours that people with any colour vision tell apart (Okabe and Ito).
pub(super) fn colour(kind: NodeKind) -> (u8, u8, u8) {
    match kind {
        NodeKind::Person => (213, 94, 0),
        NodeKind::Post => (230, 159, 0),
        NodeKind::Organization => (0, 114, 178),
        NodeKind::Place => (0, 158, 115),
        NodeKind::Task => (204, 121, 167),
        NodeKind::Document => (153, 153, 153),
        NodeKind::Meeting => (86, 180, 233),
    }
}

/// From when to when there is something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Spell {
    start: Option<Date>,
    end: Option<Date>,
}

impl Spell {
    /// Gephi refuses a spell that ends before it starts: then only the start is known.
    fn new(start: Option<Date>, end: Option<Date>) -> Self {
        let end = end.filter(|end| start.is_none_or(|start| start <= *end));
        Self { start, end }
    }

    /// A task is open from the day it was given to the day it is due, a document or meeting has its day;
    /// everything else is always there.
    fn of_node(node: &Node) -> Self {
        match node.kind {
            NodeKind::Task => Self::new(node.day(Property::Date), node.day(Property::Due)),
            NodeKind::Document | NodeKind::Meeting => Self::new(node.day(Property::Date), None),
            _ => Self::default(),
        }
    }

    /// A post is held from the day of the appointment, or the first day that a text says so, to the day of
    /// the dismissal, or the last day that a text says so.
    fn of_edge(edge: &Edge) -> Self {
        edge.tenure.map_or(Self::default(), |tenure| {
            Self::new(tenure.since.or(edge.first), tenure.until.or(edge.last))
        })
    }

    fn write<W: Write>(self, xml: &mut Xml<W>) -> io::Result<()> {
        let (start, end) = (self.start.map(Date::to_iso), self.end.map(Date::to_iso));
        let days = [("start", start.as_deref()), ("end", end.as_deref())];
        let days: Vec<(&str, &str)> = days.into_iter().filter_map(|(n, d)| Some((n, d?))).collect();
        if days.is_empty() {
            return Ok(());
        }
        xml.open("spells", &[])?;
        xml.empty("spell", &days)?;
        xml.close("spells")
    }
}

/// Writes a graph.
pub(super) fn write(graph: &Graph, out: impl Write) -> io::Result<()> {
    let mut xml = Xml::new(out)?;
    xml.open(
        "gexf",
        &[
            ("xmlns", "http://gexf.net/1.3"),
            ("xmlns:viz", "http://gexf.net/1.3/viz"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", "http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd"),
            ("version", "1.3"),
        ],
    )?;
    xml.open("meta", &[])?;
    xml.text("creator", &[], "dabir")?;
    xml.text("description", &[], "Who must do what by when, and who is who")?;
    xml.close("meta")?;
    xml.open(
        "graph",
        &[
            ("defaultedgetype", "directed"),
            ("mode", "dynamic"),
            ("timeformat", "date"),
            ("timerepresentation", "interval"),
        ],
    )?;
    attributes(&mut xml)?;
    xml.open("nodes", &[])?;
    for node in &graph.nodes {
        write_node(&mut xml, node)?;
    }
    xml.close("nodes")?;
    xml.open("edges", &[])?;
    for edge in &graph.edges {
        write_edge(&mut xml, graph, edge)?;
    }
    xml.close("edges")?;
    xml.close("graph")?;
    xml.close("gexf")?;
    xml.finish()
}

fn attributes<W: Write>(xml: &mut Xml<W>) -> io::Result<()> {
    xml.open("attributes", &[("class", "node"), ("mode", "static")])?;
    xml.empty("attribute", &[("id", "kind"), ("title", "kind"), ("type", "string")])?;
    for property in NODE {
        let name = property.name();
        xml.empty("attribute", &[("id", name), ("title", name), ("type", type_name(property.value_type()))])?;
    }
    xml.close("attributes")?;
    xml.open("attributes", &[("class", "edge"), ("mode", "static")])?;
    xml.empty("attribute", &[("id", "kind"), ("title", "kind"), ("type", "string")])?;
    // The weight is an attribute of GEXF's own.
    for (name, of) in EDGE.iter().filter(|(name, _)| *name != "weight") {
        xml.empty("attribute", &[("id", name), ("title", name), ("type", type_name(*of))])?;
    }
    xml.close("attributes")
}

fn write_node<W: Write>(xml: &mut Xml<W>, node: &Node) -> io::Result<()> {
    xml.open("node", &[("id", &node.id), ("label", &node.label)])?;
    xml.open("attvalues", &[])?;
    xml.empty("attvalue", &[("for", "kind"), ("value", node.kind.name())])?;
    for (property, value) in &node.properties {
        let value = columns::text(value, SEPARATOR);
        xml.empty("attvalue", &[("for", property.name()), ("value", &value)])?;
    }
    xml.close("attvalues")?;
    Spell::of_node(node).write(xml)?;
    let mentions = node.number(Property::Mentions).unwrap_or(1);
    // By area: four times the mentions, twice the width.
    let size = format!("{:.1}", 4.0 + 2.0 * f64::from(mentions).sqrt());
    xml.empty("viz:size", &[("value", &size)])?;
    let (r, g, b) = colour(node.kind);
    let [r, g, b] = [r, g, b].map(|c| c.to_string());
    xml.empty("viz:color", &[("r", &r), ("g", &g), ("b", &b)])?;
    xml.close("node")
}

fn write_edge<W: Write>(xml: &mut Xml<W>, graph: &Graph, edge: &Edge) -> io::Result<()> {
    let (source, target) = (&graph.node(edge.source).id, &graph.node(edge.target).id);
    let (id, weight) = (columns::edge_id(graph, edge), edge.weight().to_string());
    let name = edge.kind.name();
    // `kind` lets Gephi keep two edges between the same nodes apart.
    let ends = [
        ("id", id.as_str()),
        ("source", source),
        ("target", target),
        ("kind", name),
        ("label", name),
        ("weight", &weight),
    ];
    xml.open("edge", &ends)?;
    xml.open("attvalues", &[])?;
    xml.empty("attvalue", &[("for", "kind"), ("value", name)])?;
    for ((name, _), value) in EDGE.iter().zip(columns::edge(graph, edge)).filter(|((n, _), _)| *n != "weight")
    {
        if let Some(value) = value {
            xml.empty("attvalue", &[("for", name), ("value", &columns::text(&value, SEPARATOR))])?;
        }
    }
    xml.close("attvalues")?;
    Spell::of_edge(edge).write(xml)?;
    xml.close("edge")
}
