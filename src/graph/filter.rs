//! Parts of a graph: what is sure enough, of some days, of some kinds, or around someone.

use std::collections::{HashMap, VecDeque};

use super::kinds::{NodeKind, Property};
use super::model::{Edge, Graph, Node, Statement, Tenure, Value};
use crate::calendar::Date;
use crate::lexicon::key;
use crate::normalize::normalize;

/// What to keep of a graph. The default keeps everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only evidence with at least this score.
    pub min_score: f32,
    /// Only nodes of these kinds; empty for all.
    pub kinds: Vec<NodeKind>,
    /// Only evidence from documents of this day or later. Documents without a date have none.
    pub since: Option<Date>,
    /// Only evidence from documents of this day or earlier.
    pub until: Option<Date>,
    /// Only what is at most so many edges away from the nodes of this name.
    pub ego: Option<(String, usize)>,
}

/// The name of `ego` names nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no node is named {name:?}{}", hint(near))]
pub struct EgoError {
    /// The name.
    pub name: String,
    /// Labels that are like it.
    pub near: Vec<String>,
}

fn hint(near: &[String]) -> String {
    if near.is_empty() {
        return "; give a label, another name or an id of the graph".to_owned();
    }
    format!("; did you mean {}?", near.join("، "))
}

impl Filter {
    /// The part of `graph` that is kept. Weights and counts are those of the part. Nodes of which nothing
    /// is kept are left out, tasks under the score too.
    ///
    /// # Errors
    /// Where the name of `ego` names no node of the graph.
    pub fn apply(&self, graph: Graph) -> Result<Graph, EgoError> {
        if *self == Self::default() {
            return Ok(graph);
        }
        let dated = self.since.is_some() || self.until.is_some();
        let in_time = |day: Option<Date>| {
            let inside = |d: Date| self.since.is_none_or(|s| s <= d) && self.until.is_none_or(|u| d <= u);
            !dated || day.is_some_and(inside)
        };
        let sure = |node: &Node| match node.get(Property::Score) {
            Some(Value::Score(score)) => *score >= self.min_score,
            _ => true,
        };
        let mut kept: Vec<bool> = graph.nodes.iter().map(sure).collect();
        let document = |n: &Node| n.kind == NodeKind::Document && in_time(n.day(Property::Date));
        let mut alive: Vec<bool> = graph.nodes.iter().map(document).collect();
        let mut statements = statements(&graph);
        statements.retain(|s| {
            let ends = kept[s.source as usize] && kept[s.target as usize];
            ends && s.evidence.score >= self.min_score && in_time(graph.source(&s.evidence).date)
        });
        for statement in &statements {
            alive[statement.source as usize] = true;
            alive[statement.target as usize] = true;
        }
        for ((kept, alive), node) in kept.iter_mut().zip(alive).zip(&graph.nodes) {
            *kept &= alive && (self.kinds.is_empty() || self.kinds.contains(&node.kind));
        }
        statements.retain(|s| kept[s.source as usize] && kept[s.target as usize]);
        if let Some((name, hops)) = &self.ego {
            let near = around(&graph.nodes, &statements, &kept, name, *hops)?;
            statements.retain(|s| near[s.source as usize] && near[s.target as usize]);
            kept = near;
        }
        Ok(part(graph, statements, &kept))
    }
}

fn statements(graph: &Graph) -> Vec<Statement> {
    let of = |edge: &Edge| {
        let (kind, source, target) = (edge.kind, edge.source, edge.target);
        let all = graph.evidence_of(edge).to_vec();
        all.into_iter().map(move |evidence| Statement { kind, source, target, evidence })
    };
    graph.edges.iter().flat_map(of).collect()
}

/// The graph of the kept nodes.
fn part(graph: Graph, mut statements: Vec<Statement>, kept: &[bool]) -> Graph {
    let mut place = vec![0; kept.len()];
    let mut next = 0;
    for (place, kept) in place.iter_mut().zip(kept) {
        *place = next;
        next += u32::from(*kept);
    }
    for statement in &mut statements {
        statement.source = place[statement.source as usize];
        statement.target = place[statement.target as usize];
    }
    let tenures: HashMap<(u32, u32), Tenure> = (graph.edges.iter())
        .filter(|e| kept[e.source as usize] && kept[e.target as usize])
        .filter_map(|e| Some(((place[e.source as usize], place[e.target as usize]), e.tenure?)))
        .collect();
    let nodes = graph.nodes.into_iter().zip(kept).filter_map(|(node, kept)| kept.then_some(node)).collect();
    Graph::group(nodes, graph.sources, statements, &tenures)
}

fn around(
    nodes: &[Node],
    statements: &[Statement],
    kept: &[bool],
    name: &str,
    hops: usize,
) -> Result<Vec<bool>, EgoError> {
    let wanted = key(&normalize(name));
    let named = |node: &Node| {
        let names = std::iter::once(&node.label).chain(node.list(Property::Aliases));
        *node.id == *name || names.map(|n| key(n)).any(|n| n == wanted && !n.is_empty())
    };
    let mut distance: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut queue = VecDeque::new();
    for (index, _) in nodes.iter().enumerate().filter(|(i, n)| kept[*i] && named(n)) {
        distance[index] = Some(0);
        queue.push_back(index);
    }
    if queue.is_empty() {
        let like = nodes.iter().zip(kept).filter(|(n, k)| **k && key(&n.label).contains(&wanted));
        let near = like.take(5).map(|(n, _)| n.label.to_string()).collect();
        return Err(EgoError { name: name.to_owned(), near });
    }
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for statement in statements {
        neighbours[statement.source as usize].push(statement.target);
        neighbours[statement.target as usize].push(statement.source);
    }
    while let Some(node) = queue.pop_front() {
        let Some(steps) = distance[node].filter(|steps| *steps < hops) else { continue };
        for &next in &neighbours[node] {
            if distance[next as usize].is_none() {
                distance[next as usize] = Some(steps + 1);
                queue.push_back(next as usize);
            }
        }
    }
    Ok(distance.iter().map(Option::is_some).collect())
}
