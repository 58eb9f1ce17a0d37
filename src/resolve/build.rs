//! From joined numbers to the entities that are handed out: ids, preferred names, evidence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::bodies::Bodies;
use super::names::Name;
use super::people;
use super::posts::{Held, Office, Offices};
use super::resolution::{
    Alias, Evidence, Holder, Link, Occurrence, Organization, Person, Post, Resolution, id,
};
use super::seen::{Mark, Seen};
use super::strings::Sym;
use crate::calendar::Date;
use crate::document::MentionType;
use crate::lexicon::{Lexicon, class, pieces};

/// Makes the entities.
pub(super) struct Builder<'a> {
    pub seen: &'a Seen,
    pub lexicon: &'a Lexicon,
    pub bodies: &'a Bodies,
    pub offices: &'a Offices,
    pub people: &'a [people::Person],
}

/// Entities in the order of their ids, and for each index before the sorting its index after it.
fn sorted<T>(mut entities: Vec<T>, id: impl Fn(&T) -> &str) -> (Vec<T>, Vec<usize>) {
    let mut order: Vec<usize> = (0..entities.len()).collect();
    order.sort_by(|&a, &b| id(&entities[a]).cmp(id(&entities[b])));
    let mut place = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    entities.sort_by(|a, b| id(a).cmp(id(b)));
    (entities, place)
}

fn earliest(known: Option<Date>, day: Option<Date>) -> Option<Date> {
    known.into_iter().chain(day).min()
}

impl Builder<'_> {
    /// Does it.
    pub fn build(&self) -> Resolution {
        let (mut organizations, body_at) = sorted(self.organizations(), |o| &o.id);
        for body in 0..self.bodies.all.len() {
            let owner = self.owner(body).map(|owner| organizations[body_at[owner]].id.clone());
            organizations[body_at[body]].part_of = owner;
        }
        let body_id = |body: usize| organizations[body_at[body]].id.clone();
        let name = |body: usize| organizations[body_at[body]].name.as_str();
        let post_ids: Vec<String> =
            self.offices.all.iter().map(|o| self.post_id(o, o.body.map(name))).collect();
        let people: Vec<Person> = self.people.iter().map(|p| self.person(p, &post_ids, &body_id)).collect();
        let mut holders: Vec<Vec<Holder>> = vec![Vec::new(); self.offices.all.len()];
        for (person, made) in self.people.iter().zip(&people) {
            for (post, holder) in self.holders(person, &made.id) {
                holders[post].push(holder);
            }
        }
        let mut posts = Vec::with_capacity(self.offices.all.len());
        for (index, office) in self.offices.all.iter().enumerate() {
            let organization = office.body.map(&body_id);
            let holders = std::mem::take(&mut holders[index]);
            posts.push(self.post(index, office, post_ids[index].clone(), organization, holders));
        }
        let (people, person_at) = sorted(people, |p| &p.id);
        let (posts, post_at) = sorted(posts, |p| &p.id);
        let links = self.links(&person_at, &post_at, &body_at);
        Resolution { people, posts, organizations, links }
    }

    fn occurrence(
        &self,
        document: u32,
        record: Sym,
        (evidence, score): (Evidence, f32),
        marks: &[Mark],
        wanted: impl Fn(&Mark) -> bool,
    ) -> Occurrence {
        let seen = &self.seen.documents[document as usize];
        let spans: BTreeSet<_> = marks.iter().filter(|m| wanted(m)).map(Mark::span).collect();
        Occurrence {
            document: Arc::clone(self.seen.strings.get(seen.id)),
            date: seen.date,
            record: Arc::clone(self.seen.strings.get(record)),
            evidence,
            score,
            spans: spans.into_iter().collect(),
        }
    }

    /// Forms with their counts, the most frequent first.
    fn aliases(&self, counts: &HashMap<Sym, usize>) -> Vec<Alias> {
        let mut aliases: Vec<Alias> = counts
            .iter()
            .map(|(&form, &count)| Alias { text: self.seen.text(form).to_owned(), count })
            .collect();
        aliases.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        aliases
    }

    fn organizations(&self) -> Vec<Organization> {
        self.bodies.all.iter().map(|body| self.organization(body)).collect()
    }

    fn organization(&self, body: &super::bodies::Body) -> Organization {
        let mut counts: HashMap<Sym, usize> = HashMap::new();
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let mut occurrences = Vec::with_capacity(body.members.len());
        let mut inferred = true;
        for &(index, evidence, score) in &body.members {
            let seen = &self.seen.bodies[index as usize];
            let marks = self.seen.marks_of(&seen.marks);
            counts.entry(seen.name).or_default();
            marks.iter().for_each(|m| *counts.entry(m.text).or_default() += 1);
            if let Some(kind) = seen.kind {
                *kinds.entry(self.seen.text(kind)).or_default() += 1;
            }
            inferred &= seen.inferred;
            occurrences.push(self.occurrence(seen.document, seen.record, (evidence, score), marks, |_| true));
        }
        let aliases = self.aliases(&counts);
        let listed = aliases.iter().find_map(|a| {
            let entry = self.lexicon.named(&a.text).filter(|e| e.kind == MentionType::Org)?;
            (pieces(&entry.name).collect::<Vec<_>>().concat() == body.key).then(|| entry.name.clone())
        });
        // Of several frequent forms one that is the whole name, not a short one in some document.
        let whole = aliases.iter().find(|a| {
            let key = pieces(&a.text).collect::<Vec<_>>().concat();
            body.key.split('#').next() == Some(key.as_str())
        });
        let first = whole.or(aliases.first()).map(|a| a.text.clone());
        let name = listed.or(first).unwrap_or_default();
        let most = kinds.iter().max_by_key(|(kind, count)| (**count, std::cmp::Reverse(**kind)));
        let kind = most.map(|(kind, _)| (*kind).to_owned());
        Organization {
            id: id("org", &name, &body.key),
            kind: kind.or_else(|| self.lexicon.kind_of_body(&name).map(str::to_owned)),
            part_of: None,
            inferred,
            local: body.local,
            name,
            aliases,
            occurrences,
        }
    }

    /// The organization that most records name as the one that a body is a part of.
    fn owner(&self, body: usize) -> Option<usize> {
        let mut owners: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for &(member, _, _) in &self.bodies.all[body].members {
            let Some(owner) = self.seen.bodies[member as usize].part_of else { continue };
            let owner = self.bodies.of[owner as usize];
            if owner != body {
                owners.entry(&self.bodies.all[owner].key).or_insert((0, owner)).0 += 1;
            }
        }
        let most = owners.into_iter().max_by_key(|(key, (count, _))| (*count, std::cmp::Reverse(*key)));
        most.map(|(_, (_, owner))| owner)
    }

    fn post_id(&self, office: &Office, body: Option<&str>) -> String {
        let name = [&office.core, body.unwrap_or_default()].join(" ");
        id("post", &name, &office.key)
    }

    fn post(
        &self,
        index: usize,
        office: &Office,
        id: String,
        organization: Option<String>,
        mut holders: Vec<Holder>,
    ) -> Post {
        let empty = HashMap::new();
        let aliases = self.aliases(self.offices.forms.get(&index).unwrap_or(&empty));
        let former = |text: &str| {
            let bits = |p: &str| self.lexicon.words.of(self.lexicon.symbols.get(p));
            pieces(text).any(|p| bits(&p) & class::STATUS != 0)
        };
        let plain = aliases.iter().filter(|a| !former(&a.text));
        let best = plain.max_by(|a, b| {
            (a.count, a.text.chars().count())
                .cmp(&(b.count, b.text.chars().count()))
                .then(b.text.cmp(&a.text))
        });
        let name = best.or(aliases.first()).map(|a| a.text.clone()).unwrap_or_default();
        let occurrences = office
            .members
            .iter()
            .map(|&member| {
                let official = &self.seen.officials[member as usize];
                let evidence = if office.local { Evidence::Document } else { Evidence::Name };
                let marks = self.seen.marks_of(&official.marks);
                let body = official.body.map(|b| self.bodies.of[b as usize]);
                let score = official.body.filter(|_| body == office.body).map_or(1.0, |b| self.score_of(b));
                self.occurrence(official.document, official.record, (evidence, score), marks, |m| {
                    m.kind == MentionType::Role
                })
            })
            .collect();
        holders.sort_by(|a, b| {
            (a.first.is_none(), a.first, &a.person).cmp(&(b.first.is_none(), b.first, &b.person))
        });
        Post {
            id,
            name,
            role: office.core.clone(),
            organization,
            collective: office.collective,
            local: office.local,
            aliases,
            holders,
            occurrences,
        }
    }

    /// How sure it is that a seen body is its organization.
    fn score_of(&self, body: u32) -> f32 {
        let members = &self.bodies.all[self.bodies.of[body as usize]].members;
        let at = members.partition_point(|m| self.before(m.0, body));
        members.get(at).filter(|m| m.0 == body).map_or(1.0, |m| m.2)
    }

    /// The order of members: by document id, then as in the document.
    fn before(&self, left: u32, right: u32) -> bool {
        let key = |body: u32| {
            let document = self.seen.bodies[body as usize].document;
            (self.seen.text(self.seen.documents[document as usize].id), body)
        };
        key(left) < key(right)
    }

    fn person(
        &self,
        person: &people::Person,
        posts: &[String],
        body_id: &impl Fn(usize) -> String,
    ) -> Person {
        let mut counts: HashMap<Sym, usize> = HashMap::new();
        let mut held = BTreeSet::new();
        let mut organizations = BTreeSet::new();
        let mut occurrences = Vec::with_capacity(person.members.len());
        for &(index, evidence, score) in &person.members {
            let official = &self.seen.officials[index as usize];
            let marks = self.seen.marks_of(&official.marks);
            counts.extend(official.name.map(|n| (n, counts.get(&n).copied().unwrap_or(0))));
            let names = marks.iter().filter(|m| m.kind == MentionType::Per);
            names.for_each(|m| *counts.entry(m.text).or_default() += 1);
            held.extend(self.held(index).map(|h| posts[h.office].clone()));
            organizations.extend(official.body.map(|b| body_id(self.bodies.of[b as usize])));
            occurrences.push(self.occurrence(
                official.document,
                official.record,
                (evidence, score),
                marks,
                |_| true,
            ));
        }
        occurrences.sort_by(|a, b| (&a.document, &a.record).cmp(&(&b.document, &b.record)));
        let aliases = self.aliases(&counts);
        let whole = aliases
            .iter()
            .filter(|a| Name::read(self.lexicon, &a.text).is_some_and(|n| n.key == person.name));
        let spaces = |a: &Alias| a.text.matches(' ').count();
        let best = whole
            .max_by(|a, b| (a.count, spaces(b)).cmp(&(b.count, spaces(a))).then_with(|| b.text.cmp(&a.text)));
        let name = best.or(aliases.first()).map(|a| a.text.clone()).unwrap_or_default();
        Person {
            id: id("person", &name, &person.key),
            name,
            aliases,
            posts: held.into_iter().collect(),
            organizations: organizations.into_iter().collect(),
            occurrences,
        }
    }

    /// The posts of an official: of its record, and others that its mentions name.
    fn held(&self, official: u32) -> impl Iterator<Item = Held> + '_ {
        let others = self.offices.others.get(&official).map_or(&[][..], Vec::as_slice);
        self.offices.of[official as usize].into_iter().chain(others.iter().copied())
    }

    /// How a person holds each of their posts.
    fn holders(&self, person: &people::Person, id: &str) -> BTreeMap<usize, Holder> {
        let mut holders: BTreeMap<usize, Holder> = BTreeMap::new();
        for &(index, evidence, score) in &person.members {
            let official = &self.seen.officials[index as usize];
            let document = &self.seen.documents[official.document as usize];
            for held in self.held(index) {
                let holder = holders.entry(held.office).or_insert_with(|| Holder {
                    person: id.to_owned(),
                    first: None,
                    last: None,
                    since: None,
                    until: None,
                    former: true,
                    occurrences: Vec::new(),
                });
                if self.offices.of[index as usize] == Some(held) {
                    holder.since = earliest(holder.since, official.since);
                    holder.until = earliest(holder.until, official.until);
                }
                if !held.former {
                    holder.former = false;
                    if let Some(date) = document.date {
                        holder.first = Some(holder.first.map_or(date, |d| d.min(date)));
                        holder.last = Some(holder.last.map_or(date, |d| d.max(date)));
                    }
                }
                let marks = self.seen.marks_of(&official.marks);
                holder.occurrences.push(self.occurrence(
                    official.document,
                    official.record,
                    (evidence, score),
                    marks,
                    |m| m.kind == MentionType::Role,
                ));
            }
        }
        for holder in holders.values_mut() {
            holder.occurrences.sort_by(|a, b| (&a.document, &a.record).cmp(&(&b.document, &b.record)));
        }
        holders
    }

    fn links(
        &self,
        person_at: &[usize],
        post_at: &[usize],
        body_at: &[usize],
    ) -> HashMap<Arc<str>, Vec<(Arc<str>, Link)>> {
        let mut person_of = vec![None; self.seen.officials.len()];
        for (index, person) in self.people.iter().enumerate() {
            for &(official, _, _) in &person.members {
                person_of[official as usize] = Some(person_at[index]);
            }
        }
        let shared = |sym: Sym| Arc::clone(self.seen.strings.get(sym));
        let mut links = HashMap::with_capacity(self.seen.documents.len());
        for document in &self.seen.documents {
            let mut records = Vec::new();
            for index in document.bodies.clone() {
                let organization = Some(body_at[self.bodies.of[index as usize]]);
                let record = shared(self.seen.bodies[index as usize].record);
                records.push((record, Link { organization, ..Link::default() }));
            }
            for index in document.officials.clone() {
                let post = self.offices.of[index as usize].map(|h| post_at[h.office]);
                let record = shared(self.seen.officials[index as usize].record);
                records.push((record, Link { person: person_of[index as usize], post, organization: None }));
            }
            links.insert(shared(document.id), records);
        }
        links
    }
}
