//! RDF: posts and who holds them in W3C ORG, people in FOAF, tasks, places and documents in schema.org,
//! meetings and evidence in PROV, places in texts in NIF. The triples are made once; Turtle and JSON-LD are
//! two serializations of them.
//!
//! An edge is a triple, and besides a resource of its own that says how often, how sure and where: an
//! `org:Membership` for who holds a post, an `rdf:Statement` for all else. Each is derived from excerpts of
//! documents.

use std::io::{self, Write};

use oxjsonld::JsonLdSerializer;
use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{GraphName, Literal, NamedNode, NamedNodeRef, Term, Triple};
use oxttl::TurtleSerializer;

use super::columns::{edge_id, score};
use crate::calendar::Date;
use crate::graph::{Edge, EdgeKind, Evidence, Graph, Node, NodeKind, Property, Value};

const DABIR: &str = "urn:dabir:";
const TERMS: &str = "urn:dabir:terms:";
const ORG: &str = "http://www.w3.org/ns/org#";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";
const SCHEMA: &str = "https://schema.org/";
const PROV: &str = "http://www.w3.org/ns/prov#";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const TIME: &str = "http://www.w3.org/2006/time#";
const NIF: &str = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#";

const PREFIXES: [(&str, &str); 11] = [
    ("dabir", TERMS),
    ("foaf", FOAF),
    ("nif", NIF),
    ("org", ORG),
    ("prov", PROV),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", SCHEMA),
    ("skos", SKOS),
    ("time", TIME),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Writes Turtle.
pub(super) fn turtle(graph: &Graph, out: impl Write) -> io::Result<()> {
    let mut serializer = TurtleSerializer::new();
    for (name, iri) in PREFIXES {
        serializer = serializer.with_prefix(name, iri).map_err(io::Error::other)?;
    }
    let mut serializer = serializer.for_writer(out);
    triples(graph, &mut |triple| serializer.serialize_triple(triple))?;
    serializer.finish().map(drop)
}

/// Writes JSON-LD.
pub(super) fn json_ld(graph: &Graph, out: impl Write) -> io::Result<()> {
    let mut serializer = JsonLdSerializer::new();
    for (name, iri) in PREFIXES {
        serializer = serializer.with_prefix(name, iri).map_err(io::Error::other)?;
    }
    let mut serializer = serializer.for_writer(out);
    triples(graph, &mut |triple| {
        serializer.serialize_quad(&triple.clone().in_graph(GraphName::DefaultGraph))
    })?;
    let mut out = serializer.finish()?;
    out.write_all(b"\n")
}

type Sink<'a> = dyn FnMut(&Triple) -> io::Result<()> + 'a;

/// A resource about which triples are made.
struct About<'a, 'b> {
    subject: NamedNode,
    sink: &'a mut Sink<'b>,
}

fn iri(text: String) -> io::Result<NamedNode> {
    NamedNode::new(&text).map_err(|e| io::Error::other(format!("no IRI: {text}: {e}")))
}

fn term(namespace: &str, name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{namespace}{name}"))
}

fn node_iri(node: &Node) -> io::Result<NamedNode> {
    iri(format!("{DABIR}{}", node.id))
}

fn document_iri(graph: &Graph, evidence: &Evidence) -> io::Result<NamedNode> {
    iri(format!("{DABIR}document:{}", graph.source(evidence).id))
}

fn excerpt_iri(graph: &Graph, evidence: &Evidence) -> io::Result<NamedNode> {
    iri(format!("{DABIR}excerpt:{}/{}-{}", graph.source(evidence).id, evidence.start, evidence.end))
}

impl<'a, 'b> About<'a, 'b> {
    fn new(subject: NamedNode, sink: &'a mut Sink<'b>) -> Self {
        Self { subject, sink }
    }

    fn say(&mut self, predicate: NamedNode, object: impl Into<Term>) -> io::Result<()> {
        (self.sink)(&Triple::new(self.subject.clone(), predicate, object))
    }

    fn is(&mut self, namespace: &str, class: &str) -> io::Result<()> {
        self.say(rdf::TYPE.into_owned(), term(namespace, class))
    }

    fn text(&mut self, namespace: &str, name: &str, text: Option<&str>) -> io::Result<()> {
        match text {
            Some(text) => self.say(term(namespace, name), Literal::new_simple_literal(text)),
            None => Ok(()),
        }
    }

    fn typed(&mut self, predicate: NamedNode, text: String, of: NamedNodeRef) -> io::Result<()> {
        self.say(predicate, Literal::new_typed_literal(text, of))
    }

    fn day(&mut self, namespace: &str, name: &str, day: Option<Date>) -> io::Result<()> {
        match day {
            Some(day) => self.typed(term(namespace, name), day.to_iso(), xsd::DATE),
            None => Ok(()),
        }
    }

    fn number(&mut self, namespace: &str, name: &str, number: u32) -> io::Result<()> {
        self.typed(term(namespace, name), number.to_string(), xsd::NON_NEGATIVE_INTEGER)
    }
}

fn triples(graph: &Graph, sink: &mut Sink) -> io::Result<()> {
    for node in &graph.nodes {
        describe(node, &mut About::new(node_iri(node)?, sink))?;
    }
    for edge in &graph.edges {
        relate(graph, edge, sink)?;
    }
    let mut excerpts: Vec<&Evidence> = graph.evidence.iter().collect();
    excerpts.sort_unstable_by_key(|e| (e.document, e.start, e.end));
    excerpts.dedup_by_key(|e| (e.document, e.start, e.end));
    for excerpt in excerpts {
        let document = document_iri(graph, excerpt)?;
        let mut about = About::new(excerpt_iri(graph, excerpt)?, sink);
        about.is(PROV, "Entity")?;
        about.say(term(PROV, "wasQuotedFrom"), document)?;
        about.number(NIF, "beginIndex", excerpt.start)?;
        about.number(NIF, "endIndex", excerpt.end)?;
    }
    Ok(())
}

fn describe(node: &Node, about: &mut About) -> io::Result<()> {
    about.say(rdfs::LABEL.into_owned(), Literal::new_simple_literal(&*node.label))?;
    let names = match node.kind {
        NodeKind::Person => {
            about.is(FOAF, "Person")?;
            about.is(SCHEMA, "Person")?;
            FOAF
        }
        NodeKind::Organization => {
            about.is(ORG, "Organization")?;
            about.is(FOAF, "Organization")?;
            let public = node.text(Property::Class).is_some_and(super::ftm::is_public);
            about.is(SCHEMA, if public { "GovernmentOrganization" } else { "Organization" })?;
            FOAF
        }
        NodeKind::Post => {
            about.is(ORG, "Post")?;
            about.text(TERMS, "role", node.text(Property::Role))?;
            SCHEMA
        }
        NodeKind::Place => {
            about.is(SCHEMA, "Place")?;
            SCHEMA
        }
        NodeKind::Task => {
            about.is(PROV, "Plan")?;
            about.is(SCHEMA, "Action")?;
            about.day(SCHEMA, "endTime", node.day(Property::Due))?;
            about.text(TERMS, "dueJalali", node.text(Property::DueJalali))?;
            about.text(TERMS, "deadline", node.text(Property::Deadline))?;
            if let Some(Value::Score(value)) = node.get(Property::Score) {
                about.typed(term(TERMS, "score"), score(*value), xsd::DECIMAL)?;
            }
            SCHEMA
        }
        NodeKind::Document => {
            about.is(FOAF, "Document")?;
            about.is(SCHEMA, "CreativeWork")?;
            about.is(PROV, "Entity")?;
            about.day(SCHEMA, "datePublished", node.day(Property::Date))?;
            about.text(SCHEMA, "url", node.text(Property::Url))?;
            about.text(SCHEMA, "identifier", node.text(Property::Code))?;
            SCHEMA
        }
        NodeKind::Meeting => {
            about.is(PROV, "Activity")?;
            about.is(SCHEMA, "Event")?;
            about.day(SCHEMA, "startDate", node.day(Property::Date))?;
            about.text(SCHEMA, "location", node.text(Property::Venue))?;
            about.text(SCHEMA, "identifier", node.text(Property::Code))?;
            SCHEMA
        }
    };
    about.text(names, "name", Some(node.full_text()))?;
    for alias in node.list(Property::Aliases) {
        about.text(SKOS, "altLabel", Some(alias))?;
    }
    about.text(TERMS, "class", node.text(Property::Class))?;
    match node.number(Property::Mentions) {
        Some(mentions) => about.number(TERMS, "mentions", mentions),
        None => Ok(()),
    }
}

/// Subject, predicate and object that say what an edge says.
fn triple(graph: &Graph, edge: &Edge) -> io::Result<(NamedNode, NamedNode, NamedNode)> {
    let (from, to) = (node_iri(graph.node(edge.source))?, node_iri(graph.node(edge.target))?);
    Ok(match edge.kind {
        EdgeKind::Holds => (from, term(ORG, "holds"), to),
        EdgeKind::PostIn => (from, term(ORG, "postIn"), to),
        EdgeKind::PartOf => (from, term(ORG, "subOrganizationOf"), to),
        EdgeKind::AssignedTo => (from, term(SCHEMA, "agent"), to),
        EdgeKind::CollaboratesOn => (to, term(SCHEMA, "participant"), from),
        EdgeKind::IssuedBy => (from, term(PROV, "wasAttributedTo"), to),
        EdgeKind::DecidedIn => (from, term(PROV, "wasGeneratedBy"), to),
        EdgeKind::MentionedIn => (to, term(SCHEMA, "mentions"), from),
        EdgeKind::LocatedIn => (from, term(SCHEMA, "location"), to),
    })
}

fn relate(graph: &Graph, edge: &Edge, sink: &mut Sink) -> io::Result<()> {
    let (subject, predicate, object) = triple(graph, edge)?;
    sink(&Triple::new(subject.clone(), predicate.clone(), object.clone()))?;
    let id = iri(format!("{DABIR}edge:{}", edge_id(graph, edge)))?;
    let mut about = About::new(id.clone(), sink);
    about.is(PROV, "Entity")?;
    match edge.tenure {
        None => {
            about.is("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "Statement")?;
            about.say(rdf::SUBJECT.into_owned(), subject)?;
            about.say(rdf::PREDICATE.into_owned(), predicate)?;
            about.say(rdf::OBJECT.into_owned(), object)?;
        }
        Some(tenure) => {
            about.is(ORG, "Membership")?;
            about.say(term(ORG, "member"), subject)?;
            about.say(term(TERMS, "post"), object)?;
            let post_in = |e: &&Edge| e.kind == EdgeKind::PostIn && e.source == edge.target;
            // Edges are sorted by kind and source.
            let from = graph.edges.partition_point(|e| (e.kind, e.source) < (EdgeKind::PostIn, edge.target));
            if let Some(body) = graph.edges.get(from).filter(post_in) {
                about.say(term(ORG, "organization"), node_iri(graph.node(body.target))?)?;
            }
            about.day(TERMS, "firstSeen", edge.first)?;
            about.day(TERMS, "lastSeen", edge.last)?;
            if tenure.former {
                about.typed(term(TERMS, "former"), "true".to_owned(), xsd::BOOLEAN)?;
            }
            if tenure.since.is_some() || tenure.until.is_some() {
                let interval = iri(format!("{}:interval", id.as_str()))?;
                about.say(term(ORG, "memberDuring"), interval.clone())?;
                about.subject = interval.clone();
                about.is(TIME, "Interval")?;
                for (name, day) in [("hasBeginning", tenure.since), ("hasEnd", tenure.until)] {
                    let Some(day) = day else { continue };
                    let instant = iri(format!("{}:{name}", interval.as_str()))?;
                    about.subject = interval.clone();
                    about.say(term(TIME, name), instant.clone())?;
                    about.subject = instant;
                    about.is(TIME, "Instant")?;
                    about.day(TIME, "inXSDDate", Some(day))?;
                }
                about.subject = id;
            }
        }
    }
    about.number(TERMS, "weight", edge.weight() as u32)?;
    if let Some(best) = graph.best_evidence(edge) {
        about.typed(term(TERMS, "score"), score(best.score), xsd::DECIMAL)?;
    }
    for evidence in graph.evidence_of(edge) {
        about.say(term(PROV, "wasDerivedFrom"), excerpt_iri(graph, evidence)?)?;
    }
    Ok(())
}
