//! The records of officials and organizations, made from what was linked.

use std::collections::BTreeMap;

use super::grammar;
use super::link::{Links, Post, link, office_key};
use super::parts::owner;
use super::persons::Person;
use super::reading::Reading;
use super::tenure::Tenures;
use crate::document::{Entity, Mention, MentionType, Official, Organization};
use crate::lexicon::{Lexicon, Rank, key, list};

/// Makes the records and sets the mentions' entities.
pub(super) fn records(reading: &Reading, mentions: &mut [Mention]) -> (Vec<Official>, Vec<Organization>) {
    let plural = plural_places(reading);
    let links = link(reading, &plural);
    let mut organizations = Organizations::collect(reading);
    let mut officials = Vec::new();
    people(reading, &links, &mut organizations, &mut officials);
    offices(reading, &links, &mut organizations, &mut officials);
    organizations.part(reading.lexicon);
    officials.sort_by_key(|o: &Official| o.mentions.iter().min().copied());
    for (index, official) in officials.iter().enumerate() {
        for &mention in &official.mentions {
            mentions[mention].entity = Some(Entity::Official(index));
        }
    }
    for (index, organization) in organizations.list.iter().enumerate() {
        for &mention in &organization.mentions {
            mentions[mention].entity = Some(Entity::Organization(index));
        }
    }
    (officials, organizations.list)
}

/// For each `ROLE` mention, whether it names many.
fn plural_places(reading: &Reading) -> BTreeMap<usize, bool> {
    let roles = reading.places.iter().filter(|p| p.kind == MentionType::Role);
    roles
        .map(|place| {
            let (start, end) = (place.pieces.start, place.pieces.end);
            let head = reading.lexicon.roles.at(reading.symbols(start, end));
            (place.mention, head.is_some_and(|h| h.plural))
        })
        .collect()
}

fn people(
    reading: &Reading,
    links: &Links,
    organizations: &mut Organizations,
    officials: &mut Vec<Official>,
) {
    let tenures = Tenures::find(reading, links);
    for (number, (person, bound)) in links.persons.iter().zip(&links.offices_of).enumerate() {
        let Some(main) = main_post(links, bound) else {
            if let Some(body) = delegate(reading, person) {
                let mentions = person.places.iter().map(|&p| reading.places[p].mention).collect();
                let organization = organizations.of_place[body];
                let name = Some(person.written.clone());
                officials.push(Official { name, organization, mentions, ..Official::default() });
            }
            continue;
        };
        // Of spellings the one beside the name: «رئیس جمهوری», «رئیس جمهور».
        let text = |place: usize| reading.text(reading.places[place].pieces.clone());
        let beside = bound.iter().copied().find(|&place| {
            links.post_of[place] == Some(main) && office_key(&text(place)) == links.posts[main].key
        });
        let role = text(beside.unwrap_or(links.posts[main].fullest));
        let mut mentions: Vec<usize> = person.places.iter().map(|&p| reading.places[p].mention).collect();
        for &office in bound {
            let Some(post) = links.post_of[office] else { continue };
            let sole = links.posts[post].holders.len() == 1;
            let places = if sole { links.posts[post].places.clone() } else { vec![office] };
            mentions.extend(places.iter().map(|&p| reading.places[p].mention));
        }
        mentions.sort_unstable();
        mentions.dedup();
        let organization = organizations
            .of_office(reading, links.posts[main].fullest)
            .or_else(|| bound.iter().find_map(|&o| organizations.of_office(reading, o)));
        let (since, until) = tenures.of(number, main);
        officials.push(Official {
            name: Some(person.written.clone()),
            role: Some(role),
            organization,
            collective: false,
            since,
            until,
            mentions,
        });
    }
}

/// The place of the body that a person without an office speaks for: «رحیم نیک‌پور از سازمان آب،» in a
/// list. Where the sentence goes on, «از» may belong to its verb.
fn delegate(reading: &Reading, person: &Person) -> Option<usize> {
    person.places.iter().find_map(|&place| {
        let from = reading.places[place].pieces.end;
        let sentence = reading.sentences.get(reading.sentence_of(from - 1))?;
        if reading.piece(from) != "از" || from + 1 >= sentence.end {
            return None;
        }
        let body = reading.place_at(from + 1).filter(|p| p.kind == MentionType::Org)?;
        let end = body.pieces.end;
        let listed = end >= sentence.end || matches!(reading.piece(end), "،" | "؛" | ")" | ".");
        let body = reading.places.iter().position(|p| p.kind == MentionType::Org && p.pieces == body.pieces);
        body.filter(|_| listed)
    })
}

/// The post that a person is recorded with: the one named first, but not a rank that only goes with
/// another post («معاون رئیس جمهور و رئیس سازمان …»).
fn main_post(links: &Links, bound: &[usize]) -> Option<usize> {
    let posts = bound.iter().filter_map(|&place| links.post_of[place]);
    posts.min_by_key(|&post| {
        let key = links.posts[post].key.as_str();
        let rank = links.posts[post].rank == Rank::Rank;
        (
            matches!(key, "معاون رییس جمهور"),
            key.contains(" این "),
            rank,
            links.posts[post].places.first().copied(),
        )
    })
}

/// Whether an office without a holder is a record: one that acts in the text, or one that has a
/// single holder by nature. «یک عضو شورا» and a member, deputy or manager named in passing are not.
fn stands_alone(reading: &Reading, links: &Links, post: &Post) -> bool {
    let acts = links.subjects.iter().any(|s| s.place.is_some_and(|p| post.places.contains(&p)));
    let place = &reading.places[post.fullest].pieces;
    let Some(head) = reading.lexicon.roles.at(reading.symbols(place.start, place.end)) else {
        return acts;
    };
    let bare = place.len() == head.length;
    let some = place.start > 0 && reading.listed(place.start - 1, list::SOME);
    match head.head.rank {
        Rank::Sole => true,
        Rank::Head => !some && (!bare || acts),
        Rank::Rank => acts && !some && !bare,
    }
}

fn offices(
    reading: &Reading,
    links: &Links,
    organizations: &mut Organizations,
    officials: &mut Vec<Official>,
) {
    for post in &links.posts {
        if !post.holders.is_empty() || !post.plural && !stands_alone(reading, links, post) {
            continue;
        }
        let mut mentions: Vec<usize> = post.places.iter().map(|&p| reading.places[p].mention).collect();
        mentions.sort_unstable();
        officials.push(Official {
            name: None,
            role: Some(reading.text(reading.places[post.fullest].pieces.clone())),
            organization: organizations.of_office(reading, post.fullest),
            collective: post.plural,
            mentions,
            ..Official::default()
        });
    }
}

/// The bodies of a document, with the index of their names.
struct Organizations {
    list: Vec<Organization>,
    by_key: BTreeMap<String, usize>,
    /// For each place, its body.
    of_place: Vec<Option<usize>>,
}

impl Organizations {
    fn collect(reading: &Reading) -> Self {
        let mut all =
            Self { list: Vec::new(), by_key: BTreeMap::new(), of_place: vec![None; reading.places.len()] };
        for (index, place) in reading.places.iter().enumerate() {
            if place.kind == MentionType::Org {
                let name = reading.text(place.pieces.clone());
                let organization = all.named(reading.lexicon, &name, false);
                all.list[organization].mentions.push(place.mention);
                all.of_place[index] = Some(organization);
            }
        }
        all
    }

    /// The record of a name; made where it is new.
    fn named(&mut self, lexicon: &Lexicon, name: &str, inferred: bool) -> usize {
        let canonical = lexicon.named(name).map_or_else(|| key(name), |entry| key(&entry.name));
        if let Some(&known) = self.by_key.get(&canonical) {
            return known;
        }
        let index = self.list.len();
        let kind = lexicon.kind_of_body(name).map(str::to_owned);
        self.list.push(Organization { name: name.to_owned(), kind, inferred, ..Organization::default() });
        self.by_key.insert(canonical, index);
        index
    }

    /// The body that the office at a place belongs to.
    fn of_office(&mut self, reading: &Reading, place: usize) -> Option<usize> {
        let pieces = reading.places[place].pieces.clone();
        let named = reading.places_in(pieces.clone()).find_map(|i| self.of_place[i]);
        named.or_else(|| self.inferred(reading, pieces))
    }

    /// Says of each body which one it is a part of; an owner that no mention names gets a record.
    fn part(&mut self, lexicon: &Lexicon) {
        let mut at = 0;
        while at < self.list.len() {
            if let Some(owner) = owner(lexicon, &self.list[at].name) {
                let owner = self.named(lexicon, &owner, true);
                self.list[at].part_of = (owner != at).then_some(owner);
            }
            at += 1;
        }
    }

    /// «وزیر کشور» heads «وزارت کشور», «استاندار البرز» heads «استانداری البرز».
    fn inferred(&mut self, reading: &Reading, pieces: std::ops::Range<usize>) -> Option<usize> {
        let office = grammar::office(reading, pieces.start, pieces.end).filter(|o| !o.plural)?;
        let body = office.body?;
        let rest = reading.text(office.head.end..pieces.end);
        let words = &reading.lexicon.words;
        let passing = |w: &str| words.listed(reading.lexicon.symbols.get(w), list::PASSING);
        let rest: Vec<&str> = rest.split(' ').filter(|w| !passing(w)).collect();
        if rest.is_empty() || rest.concat().is_empty() {
            return None;
        }
        let name = format!("{body} {}", rest.join(" "));
        let foreign =
            body == "وزارت" && reading.places_in(pieces).any(|i| reading.places[i].kind == MentionType::Loc);
        if foreign { None } else { Some(self.named(reading.lexicon, &name, true)) }
    }
}
