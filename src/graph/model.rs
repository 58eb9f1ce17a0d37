//! The graph: nodes and edges in vectors, both sorted, with the evidence of all edges in one vector.

use std::collections::HashMap;
use std::ops::Range;

use super::kinds::{EdgeKind, NodeKind, Property};
use crate::calendar::Date;

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string on one line.
    Text(Box<str>),
    /// Strings, each on one line.
    List(Box<[Box<str>]>),
    /// A whole number.
    Number(u32),
    /// A number from 0 to 1.
    Score(f32),
    /// True or false.
    Flag(bool),
    /// A day.
    Day(Date),
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Unique, without white space and control characters, and the same whatever else is in the corpus:
    /// `kind:…`.
    pub id: Box<str>,
    /// What it is.
    pub kind: NodeKind,
    /// Its name, on one line; for tasks, documents and meetings the beginning of the text.
    pub label: Box<str>,
    /// What else is known, in the order of [`NodeKind::properties`].
    pub properties: Vec<(Property, Value)>,
}

impl Node {
    /// The value of a property.
    pub fn get(&self, property: Property) -> Option<&Value> {
        self.properties.iter().find(|(p, _)| *p == property).map(|(_, value)| value)
    }

    /// The value of a property that is a string.
    pub fn text(&self, property: Property) -> Option<&str> {
        match self.get(property) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The values of a property that is a list; empty where there is none.
    pub fn list(&self, property: Property) -> &[Box<str>] {
        match self.get(property) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    /// The value of a property that is a day.
    pub fn day(&self, property: Property) -> Option<Date> {
        match self.get(property) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// The value of a property that is a whole number.
    pub fn number(&self, property: Property) -> Option<u32> {
        match self.get(property) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The whole text: what the label begins, or the label.
    pub fn full_text(&self) -> &str {
        self.text(Property::Text).unwrap_or(&self.label)
    }

    /// The id without its kind.
    pub fn local_id(&self) -> &str {
        self.id.split_once(':').map_or(&self.id, |(_, rest)| rest)
    }
}

/// A document that evidence comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its id, written as in the id of its node.
    pub id: Box<str>,
    /// Its day.
    pub date: Option<Date>,
}

/// A place in a document that says what an edge says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The document, as an index into [`Graph::sources`].
    pub document: u32,
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Confidence, 0 to 1.
    pub score: f32,
}

/// When a person held a post.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tenure {
    /// Day of appointment, where a text tells it.
    pub since: Option<Date>,
    /// Day of dismissal, where a text tells it.
    pub until: Option<Date>,
    /// Only ever named as a former holder.
    pub former: bool,
}

/// A directed edge. There is at most one of a kind from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// What it says.
    pub kind: EdgeKind,
    /// Index into [`Graph::nodes`].
    pub source: u32,
    /// Index into [`Graph::nodes`].
    pub target: u32,
    /// Its evidence, as a range of [`Graph::evidence`]; never empty.
    pub evidence: Range<u32>,
    /// Day of the earliest document that says so.
    pub first: Option<Date>,
    /// Day of the latest document that says so.
    pub last: Option<Date>,
    /// For [`EdgeKind::Holds`].
    pub tenure: Option<Tenure>,
}

impl Edge {
    /// Number of mentions that say so.
    pub fn weight(&self) -> usize {
        self.evidence.len()
    }
}

/// A graph over a corpus.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// Sorted by kind and id.
    pub nodes: Vec<Node>,
    /// Sorted by kind, source and target.
    pub edges: Vec<Edge>,
    /// The evidence of each edge together, sorted by document and place.
    pub evidence: Vec<Evidence>,
    /// The documents of the evidence, sorted by id; also where they are no nodes of the graph.
    pub sources: Vec<Source>,
}

impl Graph {
    /// The evidence of an edge.
    pub fn evidence_of(&self, edge: &Edge) -> &[Evidence] {
        self.evidence.get(edge.evidence.start as usize..edge.evidence.end as usize).unwrap_or(&[])
    }

    /// The best evidence of an edge: the highest score, of equal ones the first.
    pub fn best_evidence(&self, edge: &Edge) -> Option<Evidence> {
        let all = self.evidence_of(edge).iter().copied();
        all.reduce(|best, next| if next.score > best.score { next } else { best })
    }

    /// Number of documents that say what an edge says.
    pub fn documents_of(&self, edge: &Edge) -> usize {
        self.evidence_of(edge).chunk_by(|a, b| a.document == b.document).count()
    }

    /// A node.
    ///
    /// # Panics
    /// Where the index is not one of this graph.
    pub fn node(&self, index: u32) -> &Node {
        &self.nodes[index as usize]
    }

    /// The document of a piece of evidence.
    ///
    /// # Panics
    /// Where the evidence is not of this graph.
    pub fn source(&self, evidence: &Evidence) -> &Source {
        &self.sources[evidence.document as usize]
    }

    /// Builds the sorted graph from nodes, documents and single statements about them in any order.
    /// Entities about which nothing is said are left out.
    pub(super) fn assemble(
        nodes: Vec<Node>,
        sources: Vec<Source>,
        mut statements: Vec<Statement>,
        tenures: &HashMap<(u32, u32), Tenure>,
    ) -> Self {
        let mut said: Vec<bool> = nodes.iter().map(|n| !n.kind.is_entity()).collect();
        for statement in &statements {
            said[statement.source as usize] = true;
            said[statement.target as usize] = true;
        }
        let (nodes, node_at) = sorted(nodes, |n| said[n], |a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        let (sources, source_at) = sorted(sources, |_| true, |a, b| a.id.cmp(&b.id));
        for statement in &mut statements {
            statement.source = node_at[statement.source as usize];
            statement.target = node_at[statement.target as usize];
            statement.evidence.document = source_at[statement.evidence.document as usize];
        }
        let tenures = (tenures.iter())
            .filter(|((person, post), _)| said[*person as usize] && said[*post as usize])
            .map(|((person, post), tenure)| ((node_at[*person as usize], node_at[*post as usize]), *tenure))
            .collect();
        Self::group(nodes, sources, statements, &tenures)
    }

    /// Groups statements about sorted nodes and documents into edges, and counts mentions.
    pub(super) fn group(
        nodes: Vec<Node>,
        sources: Vec<Source>,
        mut statements: Vec<Statement>,
        tenures: &HashMap<(u32, u32), Tenure>,
    ) -> Self {
        statements.sort_unstable_by(|a, b| {
            (a.edge(), a.place())
                .cmp(&(b.edge(), b.place()))
                .then(b.evidence.score.total_cmp(&a.evidence.score))
        });
        // The same place twice is one mention.
        statements.dedup_by_key(|s| (s.edge(), s.place()));
        let mut edges = Vec::new();
        let mut from = 0;
        for same in statements.chunk_by(|a, b| a.edge() == b.edge()) {
            let (kind, source, target) = same[0].edge();
            let dates = || same.iter().filter_map(|s| sources[s.evidence.document as usize].date);
            let to = from + same.len() as u32;
            edges.push(Edge {
                kind,
                source,
                target,
                evidence: from..to,
                first: dates().min(),
                last: dates().max(),
                tenure: (kind == EdgeKind::Holds)
                    .then(|| tenures.get(&(source, target)).copied().unwrap_or_default()),
            });
            from = to;
        }
        let evidence = statements.into_iter().map(|s| s.evidence).collect();
        let mut graph = Self { nodes, edges, evidence, sources };
        graph.count();
        graph
    }

    /// Sets the numbers and days of mentions of the nodes that have such properties.
    fn count(&mut self) {
        let counted = [Property::Mentions, Property::Documents, Property::First, Property::Last];
        let mut from = 0;
        let mentions: Vec<&Edge> = self.edges.iter().filter(|e| e.kind == EdgeKind::MentionedIn).collect();
        for (index, node) in self.nodes.iter_mut().enumerate() {
            while mentions.get(from).is_some_and(|e| (e.source as usize) < index) {
                from += 1;
            }
            if !node.kind.is_entity() {
                continue;
            }
            let own = mentions[from..].iter().take_while(|e| e.source as usize == index);
            let (mut number, mut documents) = (0, 0);
            let (mut first, mut last) = (None::<Date>, None::<Date>);
            for edge in own {
                number += edge.weight() as u32;
                documents += 1;
                first = first.into_iter().chain(edge.first).min();
                last = last.into_iter().chain(edge.last).max();
            }
            node.properties.retain(|(p, _)| !counted.contains(p));
            node.properties.push((Property::Mentions, Value::Number(number)));
            node.properties.push((Property::Documents, Value::Number(documents)));
            node.properties.extend(first.map(|day| (Property::First, Value::Day(day))));
            node.properties.extend(last.map(|day| (Property::Last, Value::Day(day))));
        }
    }
}

/// The items that are kept, sorted, and for each index before the index after.
fn sorted<T>(
    items: Vec<T>,
    kept: impl Fn(usize) -> bool,
    compare: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> (Vec<T>, Vec<u32>) {
    let mut place = vec![0; items.len()];
    let mut numbered: Vec<(usize, T)> = items.into_iter().enumerate().filter(|(n, _)| kept(*n)).collect();
    numbered.sort_unstable_by(|(_, a), (_, b)| compare(a, b));
    for (new, (old, _)) in (0..).zip(&numbered) {
        place[*old] = new;
    }
    (numbered.into_iter().map(|(_, item)| item).collect(), place)
}

/// One place that says one edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement {
    pub kind: EdgeKind,
    pub source: u32,
    pub target: u32,
    pub evidence: Evidence,
}

impl Statement {
    fn edge(&self) -> (EdgeKind, u32, u32) {
        (self.kind, self.source, self.target)
    }

    fn place(&self) -> (u32, u32, u32) {
        (self.evidence.document, self.evidence.start, self.evidence.end)
    }
}
