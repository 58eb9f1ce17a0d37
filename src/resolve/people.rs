//! People of a corpus. Records with one name are one person unless they hold offices at the same time
//! that one person does not hold together; a surname alone joins only where office and organization
//! agree. Names are looked up by their keys and by the keys of their ends, never compared in pairs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::names::Name;
use super::posts::Offices;
use super::resolution::Evidence;
use super::seen::Seen;
use super::strings::Sym;
use crate::calendar::Date;
use crate::lexicon::Lexicon;

/// Same name, office and organization: of a surname alone, and of a full name.
const POST: [f32; 2] = [0.65, 0.95];
/// Same name and same organization.
const ORGANIZATION: f32 = 0.9;
/// Same name of two words, and of more.
const NAME: [f32; 2] = [0.7, 0.8];
/// Added where the office is the same in another organization.
const OFFICE: f32 = 0.05;
/// Taken off where two offices were held at the same time by the name.
const CONFLICT: f32 = 0.25;
/// The end of a name with the same office and organization: a surname, or more than one word.
const SHORT: [f32; 2] = [0.65, 0.8];

/// A person with the officials that were joined to it.
#[derive(Debug)]
pub(super) struct Person {
    pub key: String,
    /// Key of the name that the preferred one must have.
    pub name: String,
    /// Index into [`Seen::officials`], with the evidence.
    pub members: Vec<(u32, Evidence, f32)>,
    /// Posts, with the days of the documents that name the person in them.
    posts: BTreeMap<usize, Option<(Date, Date)>>,
    bodies: BTreeSet<usize>,
}

/// Officials of one name that hold one post or, inside a document, none that is certain.
#[derive(Debug, Default)]
struct Cluster {
    members: Vec<u32>,
    posts: BTreeMap<usize, Option<(Date, Date)>>,
    bodies: BTreeSet<usize>,
    first: Option<Date>,
    /// What orders clusters and tells persons of one name apart.
    mark: String,
}

/// Joins the named officials of all documents.
pub(super) struct Joiner<'a> {
    pub seen: &'a Seen,
    pub lexicon: &'a Lexicon,
    pub offices: &'a Offices,
    /// For each seen body, its organization.
    pub body_of: &'a [usize],
    pub threshold: f32,
    pub people: Vec<Person>,
    /// Persons by the key of an end of their name and a post.
    by_end: HashMap<(String, usize), Vec<usize>>,
}

impl<'a> Joiner<'a> {
    pub fn new(
        seen: &'a Seen,
        lexicon: &'a Lexicon,
        offices: &'a Offices,
        body_of: &'a [usize],
        threshold: f32,
    ) -> Self {
        Self { seen, lexicon, offices, body_of, threshold, people: Vec::new(), by_end: HashMap::new() }
    }

    /// Does it; `order` is the order of the documents.
    pub fn join(mut self, order: &[u32]) -> Vec<Person> {
        let mut read: HashMap<Sym, Option<Name>> = HashMap::new();
        let mut blocks: BTreeMap<String, (Name, Vec<u32>)> = BTreeMap::new();
        for &document in order {
            for index in self.seen.documents[document as usize].officials.clone() {
                let official = &self.seen.officials[index as usize];
                let Some(written) = official.name.filter(|_| !official.collective) else { continue };
                let name =
                    read.entry(written).or_insert_with(|| Name::read(self.lexicon, self.seen.text(written)));
                let Some(name) = name else { continue };
                let block = blocks.entry(name.key.clone()).or_insert_with(|| (name.clone(), Vec::new()));
                if name.pieces.len() > block.0.pieces.len() {
                    block.0 = name.clone();
                }
                block.1.push(index);
            }
        }
        // Longer names first, for shorter ones look for them.
        let mut names: Vec<&String> = blocks.keys().collect();
        names.sort_by_key(|key| (usize::MAX - blocks[*key].0.pieces.len(), *key));
        for key in names {
            let (name, officials) = &blocks[key];
            let ends: Vec<String> = name.ends().filter(|end| blocks.contains_key(end)).collect();
            let from = self.people.len();
            self.block(name, officials);
            self.register(from, &ends);
        }
        self.people
    }

    /// The officials of one name.
    fn block(&mut self, name: &Name, officials: &[u32]) {
        let from = self.people.len();
        let short = !name.is_full();
        for cluster in self.clusters(name, officials) {
            if let Some((person, score)) = self.fuller(name, &cluster) {
                self.add(person, short, cluster, (Evidence::ShortNameAndPost, score));
                continue;
            }
            let known = self.same_name(name, &cluster, from);
            if let Some((person, evidence, score)) = known {
                self.add(person, short, cluster, (evidence, score));
                continue;
            }
            let certain = cluster.posts.keys().any(|&p| !self.offices.all[p].local);
            let evidence = match (name.listed, name.is_full() || certain) {
                (true, _) => Evidence::Listed,
                (false, true) => Evidence::Name,
                (false, false) => Evidence::Document,
            };
            let mark = cluster.mark.clone();
            self.people.push(Person {
                key: format!("{}@{mark}", name.key),
                name: name.key.clone(),
                members: Vec::new(),
                posts: BTreeMap::new(),
                bodies: BTreeSet::new(),
            });
            let person = self.people.len() - 1;
            self.add(person, short, cluster, (evidence, 1.0));
        }
        // One person of a full name needs nothing to be told apart from others.
        if let [only] = &mut self.people[from..]
            && name.is_full()
        {
            only.key.clone_from(&name.key);
        }
    }

    /// The officials of one name by the posts that they hold, the earliest first.
    fn clusters(&self, name: &Name, officials: &[u32]) -> Vec<Cluster> {
        let joins = POST[usize::from(name.is_full())] >= self.threshold;
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut by_post: HashMap<usize, usize> = HashMap::new();
        let mut moved: Vec<usize> = Vec::new();
        let root = |moved: &[usize], mut at: usize| {
            while moved[at] != at {
                at = moved[at];
            }
            at
        };
        for &index in officials {
            let official = &self.seen.officials[index as usize];
            let document = &self.seen.documents[official.document as usize];
            let others = self.offices.others.get(&index).map_or(&[][..], Vec::as_slice);
            let held = self.offices.of[index as usize].into_iter().chain(others.iter().copied());
            let held: Vec<_> = held.filter(|h| !self.offices.all[h.office].local).collect();
            let mut at = None;
            for post in &held {
                if let Some(&known) = by_post.get(&post.office).filter(|_| joins) {
                    let known = root(&moved, known);
                    match at {
                        None => at = Some(known),
                        Some(first) if first != known => {
                            let taken = std::mem::take(&mut clusters[known]);
                            moved[known] = first;
                            unite(&mut clusters[first], taken);
                        }
                        Some(_) => {}
                    }
                }
            }
            let at = at.unwrap_or_else(|| {
                clusters.push(Cluster::default());
                moved.push(clusters.len() - 1);
                clusters.len() - 1
            });
            let cluster = &mut clusters[at];
            for post in held {
                by_post.insert(post.office, at);
                let days = document.date.filter(|_| !post.former).map(|d| (d, d));
                spread(cluster.posts.entry(post.office).or_default(), days);
            }
            cluster.members.push(index);
            cluster.bodies.extend(official.body.map(|b| self.body_of[b as usize]));
            cluster.first = match (cluster.first, document.date) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            if cluster.posts.is_empty() || !joins {
                let record = self.seen.text(official.record);
                cluster.mark = format!("#{}#{record}", self.seen.text(document.id));
            }
        }
        clusters.retain(|c| !c.members.is_empty());
        for cluster in &mut clusters {
            let least = cluster.posts.keys().map(|&p| self.offices.all[p].key.as_str()).min();
            if let Some(least) = least {
                cluster.mark.insert_str(0, least);
            }
        }
        clusters.sort_by(|a, b| {
            let rank = |c: &Cluster| (c.posts.is_empty(), c.first.is_none(), c.first);
            rank(a).cmp(&rank(b)).then_with(|| a.mark.cmp(&b.mark))
        });
        clusters
    }

    /// The one person of a fuller name who holds a post of the cluster: at the nearest time, where
    /// there are several.
    fn fuller(&self, name: &Name, cluster: &Cluster) -> Option<(usize, f32)> {
        let score = SHORT[usize::from(name.is_full())];
        if score < self.threshold {
            return None;
        }
        let mut candidates: BTreeMap<usize, i64> = BTreeMap::new();
        for (&post, &days) in &cluster.posts {
            for &person in self.by_end.get(&(name.key.clone(), post)).map_or(&[][..], Vec::as_slice) {
                let held = self.people[person].posts.get(&post).copied().flatten();
                let apart = candidates.entry(person).or_insert(i64::MAX);
                *apart = (*apart).min(gap(held, days).unwrap_or(i64::MAX));
            }
        }
        let nearest = candidates.values().copied().min()?;
        let mut best = candidates.iter().filter(|(_, apart)| **apart == nearest);
        let (&person, _) = best.next()?;
        best.next().is_none().then_some((person, score))
    }

    /// The person of the same name, among those from `from` on, whom the cluster is joined to.
    fn same_name(&self, name: &Name, cluster: &Cluster, from: usize) -> Option<(usize, Evidence, f32)> {
        // A surname alone says nothing; equal posts are one cluster already.
        if !name.is_full() {
            return None;
        }
        let mut best: Option<(usize, Evidence, f32)> = None;
        for person in from..self.people.len().min(from + MOST) {
            let other = &self.people[person];
            let mut score = NAME[usize::from(name.words > 2)];
            let mut evidence = Evidence::Name;
            if other.bodies.intersection(&cluster.bodies).next().is_some() {
                (evidence, score) = (Evidence::NameAndOrganization, ORGANIZATION);
            } else if self.same_office(other, cluster) {
                score += OFFICE;
            }
            if self.conflict(other, cluster) {
                score -= CONFLICT;
            }
            if score >= self.threshold && best.is_none_or(|(_, _, s)| score > s) {
                best = Some((person, evidence, score));
            }
        }
        // Without any post or organization in common, one of several persons is none of them.
        let several = self.people.len() - from > 1;
        best.filter(|(_, evidence, _)| {
            !several || *evidence == Evidence::NameAndOrganization || !cluster.posts.is_empty()
        })
    }

    fn same_office(&self, person: &Person, cluster: &Cluster) -> bool {
        let core = |p: &usize| self.offices.all[*p].core.as_str();
        let cores: BTreeSet<&str> = person.posts.keys().map(core).collect();
        cluster.posts.keys().any(|p| cores.contains(core(p)))
    }

    /// Whether the two hold posts at the same time of which one person holds one.
    fn conflict(&self, person: &Person, cluster: &Cluster) -> bool {
        let single = |p: &usize| self.offices.all[*p].single;
        cluster.posts.iter().filter(|(p, _)| single(p)).any(|(_, &days)| {
            person.posts.iter().filter(|(p, _)| single(p)).any(|(_, &held)| gap(held, days) == Some(0))
        })
    }

    fn add(&mut self, person: usize, short: bool, cluster: Cluster, (evidence, score): (Evidence, f32)) {
        let person = &mut self.people[person];
        let anchor = person.members.is_empty();
        for member in cluster.members {
            // Within its cluster a record was joined by the post; the first one begins the person.
            let later = anchor && !person.members.is_empty();
            let (evidence, score) = match (later, cluster.posts.is_empty(), short) {
                (true, false, true) => (Evidence::ShortNameAndPost, POST[0]),
                (true, false, false) => (Evidence::NameAndPost, POST[1]),
                _ => (evidence, score),
            };
            person.members.push((member, evidence, score));
        }
        for (post, days) in cluster.posts {
            spread(person.posts.entry(post).or_default(), days);
        }
        person.bodies.extend(cluster.bodies);
    }

    /// Makes the persons from `from` on known under the ends of their name.
    fn register(&mut self, from: usize, ends: &[String]) {
        for person in from..self.people.len() {
            for end in ends {
                for &post in self.people[person].posts.keys() {
                    self.by_end.entry((end.clone(), post)).or_default().push(person);
                }
            }
        }
    }
}

/// Most persons of one name that a record is compared with.
const MOST: usize = 32;

fn unite(cluster: &mut Cluster, other: Cluster) {
    cluster.members.extend(other.members);
    cluster.bodies.extend(other.bodies);
    for (post, days) in other.posts {
        spread(cluster.posts.entry(post).or_default(), days);
    }
    cluster.first = match (cluster.first, other.first) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

fn spread(known: &mut Option<(Date, Date)>, days: Option<(Date, Date)>) {
    *known = match (*known, days) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (known, days) => known.or(days),
    };
}

/// The days between two stretches of time: 0 where they overlap, `None` where one is unknown.
fn gap(left: Option<(Date, Date)>, right: Option<(Date, Date)>) -> Option<i64> {
    let ((a, b), (c, d)) = (left?, right?);
    Some(c.days_since(b).max(a.days_since(d)).max(0))
}
