//! FollowTheMoney entities, one JSON object a line, as OpenAleph and its tools load them. Tasks are
//! projects and whoever has to do with them is a participant; a post is no legal person and therefore joined
//! by an unknown link.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::columns;
use crate::calendar::Date;
use crate::graph::{Edge, EdgeKind, Graph, Node, NodeKind, Property};

/// Kinds of bodies that are not public.
const PRIVATE: [&str; 5] = ["company", "bank", "party", "press_agency", "charity"];

/// Whether bodies of a kind are public ones.
pub(super) fn is_public(kind: &str) -> bool {
    !PRIVATE.contains(&kind)
}

fn id(of: &str) -> String {
    format!("dabir-{}", columns::digest(&[of]))
}

/// An entity while it is put together.
struct Entity {
    id: String,
    schema: &'static str,
    properties: Map<String, Json>,
}

impl Entity {
    fn new(id: String, schema: &'static str) -> Self {
        Self { id, schema, properties: Map::new() }
    }

    fn add(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        let mut values: Vec<String> = values.into_iter().filter(|v| !v.is_empty()).collect();
        values.sort();
        values.dedup();
        if !values.is_empty() {
            self.properties.insert(name.to_owned(), json!(values));
        }
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        self.add(name, text.map(str::to_owned));
    }

    fn day(&mut self, name: &str, day: Option<Date>) {
        self.add(name, day.map(Date::to_iso));
    }

    fn write(self, out: &mut impl Write) -> io::Result<()> {
        let entity = json!({"id": self.id, "schema": self.schema, "properties": self.properties});
        serde_json::to_writer(&mut *out, &entity)?;
        out.write_all(b"\n")
    }
}

/// Writes a graph.
pub(super) fn write(graph: &Graph, mut out: impl Write) -> io::Result<()> {
    for (index, node) in (0..).zip(&graph.nodes) {
        entity(graph, index, node).write(&mut out)?;
    }
    for edge in &graph.edges {
        if let Some(entity) = link(graph, edge) {
            entity.write(&mut out)?;
        }
    }
    Ok(())
}

/// The ends of the edges of a kind from a node.
fn ends(graph: &Graph, kind: EdgeKind, node: u32) -> impl Iterator<Item = &Node> {
    let from = graph.edges.partition_point(|e| (e.kind, e.source) < (kind, node));
    let own = graph.edges[from..].iter().take_while(move |e| (e.kind, e.source) == (kind, node));
    own.map(|e| graph.node(e.target))
}

fn entity(graph: &Graph, index: u32, node: &Node) -> Entity {
    let class = node.text(Property::Class);
    let schema = match node.kind {
        NodeKind::Person => "Person",
        NodeKind::Post => "Position",
        NodeKind::Organization => match class {
            Some("company" | "bank") => "Company",
            Some(kind) if is_public(kind) => "PublicBody",
            _ => "Organization",
        },
        NodeKind::Place => "Address",
        NodeKind::Task => "Project",
        NodeKind::Document => "Document",
        NodeKind::Meeting => "Event",
    };
    let mut entity = Entity::new(id(&node.id), schema);
    let linked = |kind| ends(graph, kind, index).map(|n| id(&n.id)).collect::<Vec<_>>();
    entity.text("name", Some(node.full_text()));
    entity.add("alias", node.list(Property::Aliases).iter().map(|a| a.to_string()));
    match node.kind {
        NodeKind::Post => entity.add("organization", linked(EdgeKind::PostIn)),
        NodeKind::Organization => {
            entity.text("classification", class);
            entity.add("parent", linked(EdgeKind::PartOf));
            entity.add("addressEntity", linked(EdgeKind::LocatedIn));
        }
        NodeKind::Place => entity.text("full", Some(&node.label)),
        NodeKind::Task => {
            entity.text("projectId", Some(node.local_id()));
            entity.text("status", class);
            entity.day("startDate", node.day(Property::Date));
            entity.day("endDate", node.day(Property::Due));
            entity.text("summary", node.text(Property::Deadline));
            entity.add("proof", ends(graph, EdgeKind::MentionedIn, index).map(|n| id(&n.id)));
        }
        NodeKind::Document => {
            entity.text("fileName", Some(node.local_id()));
            entity.text("title", Some(node.full_text()));
            entity.day("date", node.day(Property::Date));
            let address = node.text(Property::Url).filter(|u| u.starts_with("http") && u.is_ascii());
            entity.text("sourceUrl", address.filter(|u| !u.contains([' ', '<', '>', '"'])));
        }
        NodeKind::Meeting => {
            entity.day("date", node.day(Property::Date));
            entity.text("location", node.text(Property::Venue));
            entity.add("addressEntity", linked(EdgeKind::LocatedIn));
            entity.add("proof", ends(graph, EdgeKind::MentionedIn, index).map(|n| id(&n.id)));
        }
        NodeKind::Person => {}
    }
    entity
}

/// The entity that stands for an edge; `None` for edges that are properties of an entity.
fn link(graph: &Graph, edge: &Edge) -> Option<Entity> {
    let (from, to) = (graph.node(edge.source), graph.node(edge.target));
    let at = id(&columns::edge_id(graph, edge));
    let mut entity = match edge.kind {
        EdgeKind::PostIn | EdgeKind::PartOf | EdgeKind::LocatedIn => return None,
        EdgeKind::Holds => {
            let mut entity = Entity::new(at, "Occupancy");
            let tenure = edge.tenure.unwrap_or_default();
            entity.add("holder", [id(&from.id)]);
            entity.add("post", [id(&to.id)]);
            entity.day("startDate", tenure.since);
            entity.day("endDate", tenure.until);
            entity.add("date", [edge.first, edge.last].into_iter().flatten().map(Date::to_iso));
            entity.text(
                "status",
                Some(if tenure.former || tenure.until.is_some() { "ended" } else { "unknown" }),
            );
            entity
        }
        EdgeKind::MentionedIn => {
            let mut entity = Entity::new(at, "Documentation");
            entity.add("document", [id(&to.id)]);
            entity.add("entity", [id(&from.id)]);
            entity.text("role", Some("mentioned"));
            entity
        }
        EdgeKind::AssignedTo | EdgeKind::IssuedBy | EdgeKind::CollaboratesOn | EdgeKind::DecidedIn => {
            let (task, other, role) = match edge.kind {
                EdgeKind::AssignedTo => (from, to, "assignee"),
                EdgeKind::IssuedBy => (from, to, "issuer"),
                EdgeKind::CollaboratesOn => (to, from, "collaborator"),
                _ => (from, to, "decided in"),
            };
            let legal = matches!(other.kind, NodeKind::Person | NodeKind::Organization);
            let (schema, subject, object) = if legal {
                ("ProjectParticipant", "participant", "project")
            } else {
                ("UnknownLink", "subject", "object")
            };
            let mut entity = Entity::new(at, schema);
            entity.add(subject, [id(&other.id)]);
            entity.add(object, [id(&task.id)]);
            entity.text("role", Some(role));
            entity
        }
    };
    entity.add("summary", columns::evidence(graph, edge).iter().map(|e| e.to_string()));
    Some(entity)
}
