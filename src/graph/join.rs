//! What joins documents: the entities that their records stand for, and what the mentions and tasks of
//! all documents say about them.

use std::collections::HashMap;

use super::kinds::{EdgeKind, NodeKind, Property};
use super::model::{Evidence, Node, Statement, Tenure};
use super::parts::Wholes;
use super::places;
use super::seen::{Actor, Properties, Seen};
use super::text::{label, one_line};
use crate::document::MentionType;
use crate::lexicon::{Lexicon, key};
use crate::resolve::strings::Sym;
use crate::resolve::{Alias, Resolution};

/// The nodes that an official of a document stands for.
#[derive(Debug, Clone, Copy, Default)]
struct Official {
    person: Option<u32>,
    post: Option<u32>,
}

impl Official {
    /// The person where the text names them, else the post; the other one where there is none.
    fn node(self, by_name: bool) -> Option<u32> {
        if by_name { self.person.or(self.post) } else { self.post.or(self.person) }
    }
}

/// Makes statements about entities.
pub(super) struct Joiner<'a> {
    resolution: &'a Resolution,
    lexicon: &'a Lexicon,
    seen: &'a mut Seen,
    /// Nodes of entities, by id.
    nodes: HashMap<&'a str, u32>,
    officials: Vec<Official>,
    bodies: Vec<Option<u32>>,
    statements: Vec<Statement>,
}

impl<'a> Joiner<'a> {
    /// Makes the nodes of the entities, and finds for each record of a document what it stands for.
    pub fn new(resolution: &'a Resolution, lexicon: &'a Lexicon, seen: &'a mut Seen) -> Self {
        let nodes = entities(resolution, &mut seen.nodes);
        let node = |id: Option<&str>| id.and_then(|id| nodes.get(id).copied());
        let officials = (seen.officials.iter())
            .map(|official| {
                let (document, record) = (seen.document_id(official.document), seen.text(official.record));
                Official {
                    person: node(resolution.person_of(document, record)),
                    post: node(resolution.post_of(document, record)),
                }
            })
            .collect();
        let bodies = (seen.bodies.iter())
            .map(|b| node(resolution.organization_of(seen.document_id(b.document), seen.text(b.record))))
            .collect();
        let statements = std::mem::take(&mut seen.statements);
        Self { resolution, lexicon, seen, nodes, officials, bodies, statements }
    }

    /// All statements, and when who held which post.
    pub fn join(mut self) -> (Vec<Statement>, HashMap<(u32, u32), Tenure>) {
        let mentions = self.mentions();
        self.holders();
        self.slots();
        self.located(&mentions);
        let tenures = self.tenures();
        (self.statements, tenures)
    }

    fn node(&self, id: Option<&str>) -> Option<u32> {
        self.nodes.get(id?).copied()
    }

    fn say(&mut self, kind: EdgeKind, source: u32, target: u32, evidence: Evidence) {
        self.statements.push(Statement { kind, source, target, evidence });
    }

    /// `MENTIONED_IN`, `POST_IN` and `PART_OF`; gives back the mentions of each organization.
    fn mentions(&mut self) -> HashMap<u32, Vec<(Sym, Evidence)>> {
        let (post_in, part_of) = (self.organizations_of_posts(), self.wholes_of_parts());
        let mut of_bodies: HashMap<u32, Vec<(Sym, Evidence)>> = HashMap::new();
        for mention in std::mem::take(&mut self.seen.mentions) {
            let evidence = mention.evidence;
            let (node, more, whole) = match mention.actor {
                Actor::Official(official) => {
                    let official = self.officials[official as usize];
                    (official.node(mention.kind == MentionType::Per), EdgeKind::PostIn, &post_in)
                }
                Actor::Body(body) => (self.bodies[body as usize], EdgeKind::PartOf, &part_of),
            };
            let Some(node) = node else { continue };
            let document = self.seen.documents[evidence.document as usize].node;
            self.say(EdgeKind::MentionedIn, node, document, evidence);
            if let Some(&whole) = whole.get(&node) {
                self.say(more, node, whole, evidence);
            }
            if matches!(mention.actor, Actor::Body(_)) {
                of_bodies.entry(node).or_default().push((mention.text, evidence));
            }
        }
        of_bodies
    }

    fn organizations_of_posts(&self) -> HashMap<u32, u32> {
        let posts = self.resolution.posts.iter();
        posts.filter_map(|p| Some((self.node(Some(&p.id))?, self.node(p.organization.as_deref())?))).collect()
    }

    /// As the resolution says, else as names say.
    fn wholes_of_parts(&self) -> HashMap<u32, u32> {
        let all = &self.resolution.organizations;
        let wholes = Wholes::new(all, self.lexicon);
        let pair = |(index, part): (usize, &crate::resolve::Organization)| {
            let named = || wholes.of(index, &part.name).map(|whole| all[whole].id.as_str());
            let whole = part.part_of.as_deref().or_else(named);
            Some((self.node(Some(&part.id))?, self.node(whole)?))
        };
        all.iter().enumerate().filter_map(pair).collect()
    }

    fn holders(&mut self) {
        for index in 0..self.officials.len() {
            let Official { person, post } = self.officials[index];
            if let (Some(person), Some(post), Some(evidence)) =
                (person, post, self.seen.officials[index].together)
            {
                self.say(EdgeKind::Holds, person, post, evidence);
            }
        }
    }

    fn slots(&mut self) {
        for slot in std::mem::take(&mut self.seen.slots) {
            let node = match slot.actor {
                Actor::Official(official) => self.officials[official as usize].node(slot.by_name),
                Actor::Body(body) => self.bodies[body as usize],
            };
            let Some(node) = node else { continue };
            let (source, target) = match slot.kind {
                EdgeKind::CollaboratesOn => (node, slot.task),
                _ => (slot.task, node),
            };
            self.say(slot.kind, source, target, slot.evidence);
        }
    }

    /// `LOCATED_IN` of organizations: the mentions that name the place, or all where none does.
    fn located(&mut self, mentions: &HashMap<u32, Vec<(Sym, Evidence)>>) {
        let organizations = &self.resolution.organizations;
        for organization in organizations {
            let place = places::of_body(self.lexicon, &organization.name, organization.kind.as_deref());
            let (Some(place), Some(node)) = (place, self.node(Some(&organization.id))) else { continue };
            let Some(mentions) = mentions.get(&node) else { continue };
            let names_it = |text: Sym| key(self.seen.text(text)).ends_with(place.bare());
            let mut evidence: Vec<Evidence> =
                mentions.iter().filter(|(text, _)| names_it(*text)).map(|(_, e)| *e).collect();
            if evidence.is_empty() {
                evidence = mentions.iter().map(|(_, e)| *e).collect();
            }
            let place = self.seen.place_node(place);
            for evidence in evidence {
                self.say(EdgeKind::LocatedIn, node, place, evidence);
            }
        }
    }

    fn tenures(&self) -> HashMap<(u32, u32), Tenure> {
        let holders = self.resolution.posts.iter().flat_map(|p| p.holders.iter().map(move |h| (p, h)));
        holders
            .filter_map(|(post, holder)| {
                let ends = (self.node(Some(&holder.person))?, self.node(Some(&post.id))?);
                Some((ends, Tenure { since: holder.since, until: holder.until, former: holder.former }))
            })
            .collect()
    }
}

/// Makes nodes of the people, posts and organizations; gives back where each id is.
fn entities<'a>(resolution: &'a Resolution, nodes: &mut Vec<Node>) -> HashMap<&'a str, u32> {
    let mut found = HashMap::new();
    let mut add = |id: &'a str, kind, name: &str, properties: Properties| {
        found.insert(id, nodes.len() as u32);
        let name = one_line(name);
        let label = label(if name.is_empty() { id } else { &name }).into();
        nodes.push(Node { id: id.into(), kind, label, properties: properties.0 });
    };
    for person in &resolution.people {
        let mut properties = Properties::default();
        properties.list(Property::Aliases, others(&person.name, &person.aliases));
        add(&person.id, NodeKind::Person, &person.name, properties);
    }
    for post in &resolution.posts {
        let mut properties = Properties::default();
        properties.list(Property::Aliases, others(&post.name, &post.aliases));
        properties.text(Property::Role, Some(&post.role));
        properties.flag(Property::Collective, post.collective);
        properties.flag(Property::Local, post.local);
        add(&post.id, NodeKind::Post, &post.name, properties);
    }
    for organization in &resolution.organizations {
        let mut properties = Properties::default();
        properties.list(Property::Aliases, others(&organization.name, &organization.aliases));
        properties.text(Property::Class, organization.kind.as_deref());
        properties.flag(Property::Inferred, organization.inferred);
        properties.flag(Property::Local, organization.local);
        add(&organization.id, NodeKind::Organization, &organization.name, properties);
    }
    found
}

fn others(name: &str, aliases: &[Alias]) -> Vec<String> {
    aliases.iter().map(|a| one_line(&a.text)).filter(|a| a != name).collect()
}
