//! What the table-like formats say of an edge, and values as strings.

use sha2::{Digest, Sha256};

use crate::calendar::Date;
use crate::graph::{Edge, Graph, Property, Tenure, Value, ValueType};

/// Columns of edges besides id, ends and kind, with their types.
pub(super) const EDGE: [(&str, ValueType); 12] = [
    ("weight", ValueType::Number),
    ("documents", ValueType::Number),
    ("document", ValueType::Text),
    ("start", ValueType::Number),
    ("end", ValueType::Number),
    ("score", ValueType::Score),
    ("evidence", ValueType::List),
    ("first", ValueType::Day),
    ("last", ValueType::Day),
    ("since", ValueType::Day),
    ("until", ValueType::Day),
    ("former", ValueType::Flag),
];

/// The values of an edge in the order of [`EDGE`].
pub(super) fn edge(graph: &Graph, edge: &Edge) -> [Option<Value>; 12] {
    let best = graph.best_evidence(edge);
    let Tenure { since, until, former } = edge.tenure.unwrap_or_default();
    let day = |date: Option<Date>| date.map(Value::Day);
    [
        Some(Value::Number(edge.weight() as u32)),
        Some(Value::Number(graph.documents_of(edge) as u32)),
        best.map(|e| Value::Text(graph.source(&e).id.clone())),
        best.map(|e| Value::Number(e.start)),
        best.map(|e| Value::Number(e.end)),
        best.map(|e| Value::Score(e.score)),
        Some(Value::List(evidence(graph, edge))),
        day(edge.first),
        day(edge.last),
        day(since),
        day(until),
        former.then_some(Value::Flag(true)),
    ]
}

/// The evidence of an edge as strings `document:start-end:score`.
pub(super) fn evidence(graph: &Graph, edge: &Edge) -> Box<[Box<str>]> {
    let one = |e: &crate::graph::Evidence| {
        format!("{}:{}-{}:{}", graph.source(e).id, e.start, e.end, score(e.score)).into()
    };
    graph.evidence_of(edge).iter().map(one).collect()
}

/// The id of an edge: its kind and a number that depends only on its ends.
pub(super) fn edge_id(graph: &Graph, edge: &Edge) -> String {
    let (source, target) = (graph.node(edge.source), graph.node(edge.target));
    format!("{}-{}", edge.kind.name().to_lowercase().replace('_', "-"), digest(&[&source.id, &target.id]))
}

/// 16 hexadecimal digits that depend on strings.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A score as a decimal number: the shortest that is the same number.
pub(super) fn score(score: f32) -> String {
    score.to_string()
}

/// A value as one string; lists are joined by `separator`.
pub(super) fn text(value: &Value, separator: &str) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::List(list) => list.join(separator),
        Value::Number(number) => number.to_string(),
        Value::Score(s) => score(*s),
        Value::Flag(flag) => flag.to_string(),
        Value::Day(day) => day.to_iso(),
    }
}

/// The properties of all kinds of nodes, each once, in a fixed order.
pub(super) const NODE: [Property; 32] = Property::ALL;

/// What joins the items of a list where a format has no lists.
pub(super) const SEPARATOR: &str = " | ";
