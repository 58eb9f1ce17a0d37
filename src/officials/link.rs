//! Which person holds which office: apposition, «به عنوان», and the way news introduce a speaker
//! (the office in one sentence, the name in the next).

use std::collections::BTreeMap;

use super::persons::{Person, persons};
use super::reading::{Place, Reading};
use super::subject::{Subject, subjects};
use crate::document::MentionType;
use crate::lexicon::{Cue, Lexicon, Rank, class, list, pieces};

/// An office and who holds it.
#[derive(Debug, Clone, Default)]
pub(super) struct Post {
    /// Its compared form.
    pub key: String,
    /// Places in [`Reading::places`], in order.
    pub places: Vec<usize>,
    /// Whether it names many.
    pub plural: bool,
    /// Persons bound to it, in order of binding.
    pub holders: Vec<usize>,
    /// The place that names it most fully.
    pub fullest: usize,
    /// One in the state under several titles, who is bound to a name only where both stand together.
    pub sovereign: bool,
    /// How many hold it.
    pub rank: Rank,
}

/// An office whose holder has not been named yet.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    place: usize,
    sentence: usize,
    speaks: bool,
}

/// The outcome of linking.
#[derive(Debug, Default)]
pub(super) struct Links {
    pub persons: Vec<Person>,
    /// For each place, its person.
    pub person_of: Vec<Option<usize>>,
    pub posts: Vec<Post>,
    /// For each place, its post.
    pub post_of: Vec<Option<usize>>,
    /// Places of offices bound to each person, in order of binding.
    pub offices_of: Vec<Vec<usize>>,
    /// Persons and places of offices that «به عنوان» joins: an appointment, where the verb says so.
    pub appointed: Vec<(usize, usize)>,
    /// The subject of each sentence.
    pub subjects: Vec<Subject>,
}

/// Links the persons and offices of a document.
pub(super) fn link(reading: &Reading, plural: &BTreeMap<usize, bool>) -> Links {
    let (persons, person_of) = persons(reading);
    let mut links =
        Links { offices_of: vec![Vec::new(); persons.len()], persons, person_of, ..Links::default() };
    links.collect_posts(reading, plural);
    links.subjects = subjects(reading);
    links.appositions(reading);
    links.named_offices(reading);
    links.speakers(reading);
    links.left_over(reading);
    links.last_two();
    links
}

/// How many sentences after the only office without a holder a speaker without an office may follow.
const NEAR: usize = 3;

/// How many sentences a text takes to say whom it is about.
const LEAD: usize = 3;

/// Whether a folded word is in a list of the project's own.
fn listed(word: &str, bits: u64) -> bool {
    let lexicon = Lexicon::builtin();
    lexicon.words.listed(lexicon.symbols.get(word), bits)
}

/// The compared form of an office: without «محترم», «جمهوری» as «جمهور».
pub(crate) fn office_key(role: &str) -> String {
    let words = &Lexicon::builtin().words;
    let folded: Vec<String> = pieces(role)
        .filter(|p| !listed(p, list::RESPECT))
        .map(|p| words.variants.get(p.as_ref()).cloned().unwrap_or_else(|| p.into_owned()))
        .collect();
    folded.join(" ")
}

impl Links {
    fn collect_posts(&mut self, reading: &Reading, plural: &BTreeMap<usize, bool>) {
        self.post_of = vec![None; reading.places.len()];
        let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
        let mut posts: Vec<Post> = Vec::new();
        for (index, place) in reading.places.iter().enumerate() {
            if place.kind != MentionType::Role {
                continue;
            }
            let key = key_of(reading, place);
            let post = *by_key.entry(key.clone()).or_insert_with(|| {
                let head = reading.lexicon.roles.at(reading.symbols(place.pieces.start, place.pieces.end));
                posts.push(Post {
                    key,
                    fullest: index,
                    sovereign: head.is_some_and(|h| h.head.one.is_some()),
                    rank: head.map_or(Rank::Head, |h| h.head.rank),
                    ..Post::default()
                });
                posts.len() - 1
            });
            posts[post].places.push(index);
            posts[post].plural |= plural.get(&place.mention).copied().unwrap_or(false);
        }
        // A shorter word for an office joins the fullest that it fits.
        let fullest = fullest(reading, &posts);
        let kept: Vec<usize> = (0..posts.len()).map(|post| root(&fullest, post)).collect();
        let mut number = vec![0; posts.len()];
        for post in (0..posts.len()).filter(|&post| kept[post] == post) {
            number[post] = self.posts.len();
            self.posts.push(posts[post].clone());
        }
        for post in 0..posts.len() {
            let kept_as = number[kept[post]];
            for &place in &posts[post].places {
                self.post_of[place] = Some(kept_as);
            }
            if kept[post] != post {
                self.posts[kept_as].places.extend(&posts[post].places);
            }
        }
        for post in &mut self.posts {
            post.places.sort_unstable();
        }
    }

    /// Binds a person to the office at a place.
    fn bind(&mut self, person: usize, place: usize) {
        let Some(post) = self.post_of.get(place).copied().flatten() else { return };
        if self.posts[post].plural {
            return;
        }
        if !self.posts[post].holders.contains(&person) {
            self.posts[post].holders.push(person);
        }
        if !self.offices_of[person].contains(&place) {
            self.offices_of[person].push(place);
        }
    }

    /// «رحیم نیک‌پور، رئیس سازمان …», «رئیس سازمان …، رحیم نیک‌پور».
    fn appositions(&mut self, reading: &Reading) {
        let mut pairs = Vec::new();
        let outer: Vec<usize> = (0..reading.places.len())
            .filter(|&i| self.person_of[i].is_some() || self.post_of[i].is_some())
            .collect();
        for pair in outer.windows(2) {
            let (left, right) = (pair[0], pair[1]);
            let (person, office, name_first) = match (self.person_of[left], self.post_of[right]) {
                (Some(_), Some(_)) => (left, right, true),
                _ if self.post_of[left].is_some() && self.person_of[right].is_some() => (right, left, false),
                _ => continue,
            };
            if self.post_of[office].is_some_and(|p| self.posts[p].plural) {
                continue;
            }
            if let Some(cost) = gap(reading, left, right, name_first) {
                pairs.push((cost, left, person, office));
            }
        }
        pairs.sort_unstable();
        let mut used = vec![false; reading.places.len()];
        for (_, _, person, office) in pairs {
            if used[person] || used[office] {
                continue;
            }
            used[person] = true;
            used[office] = true;
            if let Some(holder) = self.person_of[person] {
                self.bind(holder, office);
                if person < office {
                    for next in self.joined_offices(reading, office) {
                        if !std::mem::replace(&mut used[next], true) {
                            self.bind(holder, next);
                        }
                    }
                }
            }
        }
    }

    /// The offices that «و» or a comma joins to the one at `office`, up to one that a name follows:
    /// «نیک‌پور، رئیس … و عضو …».
    fn joined_offices(&self, reading: &Reading, office: usize) -> Vec<usize> {
        let mut joined = Vec::new();
        let mut last = office;
        for next in office + 1..reading.places.len() {
            let (a, b) = (reading.places[last].pieces.end, reading.places[next].pieces.start);
            if b < a {
                continue;
            }
            let and = b == a + 1
                && (reading.is(a, class::AND)
                    || reading.is(a, class::COMMA) && !self.list_of_people(reading, next));
            let after = reading.places[next].pieces.end;
            let named = reading.place_at(after).is_some_and(|p| p.kind == MentionType::Per)
                || reading.honorific(after, after + 4).is_some();
            if !and || self.post_of[next].is_none() || named {
                break;
            }
            joined.push(next);
            last = next;
        }
        joined
    }

    /// Whether a name with its office closes the list that an office after a comma stands in: «نیک‌پور
    /// رئیس …، رئیس … و بهرامی رئیس …».
    fn list_of_people(&self, reading: &Reading, office: usize) -> bool {
        let mut at = office;
        loop {
            let end = reading.places[at].pieces.end;
            if !reading.is(end, class::AND | class::COMMA) {
                return false;
            }
            let after = reading.honorific(end + 1, end + 5).unwrap_or(end + 1);
            match self.place_at(reading, after) {
                Some(next) if self.person_of[next].is_some() => return true,
                Some(next) => at = next,
                None => return false,
            }
        }
    }

    /// «… به عنوان رئیس سازمان …»: the nearest name before it in the sentence.
    fn named_offices(&mut self, reading: &Reading) {
        for sentence in &reading.sentences {
            let mut last_person = None;
            let mut at = sentence.start;
            while at < sentence.end {
                if let Some(place) = self.place_at(reading, at) {
                    if let Some(person) = self.person_of[place] {
                        last_person = Some(person);
                    }
                    at = reading.places[place].pieces.end.max(at + 1);
                    continue;
                }
                if let Some((length, Cue::AsOffice)) =
                    reading.lexicon.words.cue(reading.symbols(at, sentence.end))
                {
                    let next = skip_quotes(reading, at + length, sentence.end);
                    let office = self.place_at(reading, next).filter(|&p| self.post_of[p].is_some());
                    if let (Some(person), Some(office)) = (last_person, office) {
                        self.bind(person, office);
                        self.appointed.push((person, office));
                    }
                }
                at += 1;
            }
        }
    }

    fn place_at(&self, reading: &Reading, piece: usize) -> Option<usize> {
        reading.places_at(piece).find(|&i| self.person_of[i].is_some() || self.post_of[i].is_some())
    }

    /// News introduce a speaker by office in one sentence and by name in the next, and call them by
    /// name, office or another office afterwards.
    fn speakers(&mut self, reading: &Reading) {
        let mut waiting: Option<Waiting> = None;
        let mut current: Option<usize> = None;
        for sentence in 0..self.subjects.len() {
            let subject = self.subjects[sentence].clone();
            let Some(place) = subject.place else { continue };
            if let Some(person) = self.person_of[place] {
                let new =
                    self.offices_of[person].is_empty() || self.persons[person].places.first() == Some(&place);
                if let Some(office) = waiting.filter(|w| subject.free && new && sentence - w.sentence <= 6) {
                    self.bind(person, office.place);
                    for next in self.joined_offices(reading, office.place) {
                        self.bind(person, next);
                    }
                }
                if subject.speaks {
                    current = Some(person);
                    waiting = None;
                }
                continue;
            }
            let Some(post) = self.post_of[place] else { continue };
            if self.posts[post].plural || self.posts[post].sovereign {
                continue;
            }
            if let Some(&holder) = self.posts[post].holders.last() {
                current = Some(holder);
                waiting = None;
                continue;
            }
            if !subject.speaks && sentence > 2 {
                continue;
            }
            match current {
                Some(person) if !self.named_soon(sentence, person) => {
                    // Another word for the speaker: «این نماینده مجلس», never a higher office.
                    let bound = self.offices_of[person].iter().filter_map(|&o| self.post_of[o]);
                    let alike = bound.clone().any(|b| alike(&self.posts[b].key, &self.posts[post].key));
                    if self.posts[post].rank == Rank::Rank || bound.count() == 0 || alike {
                        self.bind(person, place);
                        for next in self.joined_offices(reading, place) {
                            self.bind(person, next);
                        }
                    }
                }
                _ => {
                    let kept = waiting.filter(|w| w.speaks);
                    waiting = kept.or(Some(Waiting { place, sentence, speaks: subject.speaks }));
                }
            }
        }
    }

    /// «… با معاون وزیر نیرو دیدار کرد. رحیم نیک‌پور در این دیدار گفت»: a new speaker holds the only
    /// office just before that nobody holds.
    fn left_over(&mut self, reading: &Reading) {
        for sentence in 0..self.subjects.len() {
            let subject = self.subjects[sentence].clone();
            let Some(place) = subject.place.filter(|_| subject.speaks && subject.free) else { continue };
            let Some(person) = self.person_of[place] else { continue };
            let new = self.persons[person]
                .places
                .iter()
                .all(|&p| reading.sentence_of(reading.places[p].pieces.start) + NEAR >= sentence);
            if !self.offices_of[person].is_empty() || !new {
                continue;
            }
            let near = |p: &usize| {
                *p < place && reading.sentence_of(reading.places[*p].pieces.start) + NEAR >= sentence
            };
            let mut free = self
                .posts
                .iter()
                .filter(|post| {
                    post.holders.is_empty() && !post.plural && !post.sovereign && post.key.contains(' ')
                })
                .filter_map(|post| post.places.iter().copied().filter(near).last());
            if let (Some(office), None) = (free.next(), free.next()) {
                self.bind(person, office);
            }
        }
    }

    /// «معاون اول رئیس جمهور ابلاغ کرد … با امضای رحیم نیک‌پور»: where the text is about one office that
    /// nobody holds and names one person without an office, it is theirs.
    fn last_two(&mut self) {
        let mut leads = (0..self.subjects.len().min(LEAD)).filter_map(|sentence| {
            let subject = &self.subjects[sentence];
            let post = &self.posts[self.post_of[subject.place?]?];
            let open = post.holders.is_empty() && !post.plural && !post.sovereign && post.key.contains(' ');
            (open && subject.free && subject.speaks).then_some(subject.place?)
        });
        let Some(office) = leads.next() else { return };
        let mut without = (0..self.persons.len()).filter(|&p| self.offices_of[p].is_empty());
        if let (Some(person), None) = (without.next(), without.next())
            && self.persons[person].places.first().is_some_and(|&p| p > office)
            && self.posts.iter().filter(|p| p.holders.is_empty() && !p.plural && !p.sovereign).count() == 1
        {
            self.bind(person, office);
        }
    }

    /// Whether a new person without an office speaks soon after this sentence, before the known
    /// speaker is named again: the office then is theirs.
    fn named_soon(&self, sentence: usize, current: usize) -> bool {
        for subject in self.subjects.iter().skip(sentence + 1).take(3) {
            if let Some(person) = subject.place.and_then(|p| self.person_of[p]) {
                return person != current && self.offices_of[person].is_empty();
            }
        }
        false
    }
}

/// The compared form of the office at a place.
fn key_of(reading: &Reading, place: &Place) -> String {
    let head = reading.lexicon.roles.at(reading.symbols(place.pieces.start, place.pieces.end));
    match head.and_then(|h| h.head.one.as_deref().filter(|_| h.length == place.pieces.len())) {
        Some(one) => office_key(one),
        None => office_key(&reading.text(place.pieces.clone())),
    }
}

/// For each post the one that names its office most fully; the post itself where there is none fuller.
fn fullest(reading: &Reading, posts: &[Post]) -> Vec<usize> {
    let contents: Vec<Vec<&str>> = posts.iter().map(|post| content(&post.key)).collect();
    // Only posts that begin with the same word can be one.
    let mut alike: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (post, words) in contents.iter().enumerate() {
        alike.entry(words.first().copied()).or_default().push(post);
    }
    let fuller = |post: usize| {
        let (short, own) = (&contents[post], &posts[post]);
        let candidates = alike.get(&short.first().copied())?.iter().copied().filter(|&other| {
            let rival = &posts[other];
            other != post
                && rival.plural == own.plural
                && is_variant(short, &contents[other], own.key.len() < rival.key.len())
                && !abroad(reading, rival, own)
        });
        candidates.max_by_key(|&other| {
            let near = posts[other].places[0].abs_diff(own.places[0]);
            (contents[other].len(), usize::MAX - near)
        })
    };
    (0..posts.len()).map(|post| fuller(post).unwrap_or(post)).collect()
}

/// The words of an office that say which it is.
fn content(key: &str) -> Vec<&str> {
    key.split(' ').filter(|w| !listed(w, list::WEAK)).collect()
}

/// Whether a shorter word can stand for a fuller one: it begins alike and its words are among the
/// fuller one's; «سابق» must stand in both or in none.
/// Of two with the same words the longer one is the fuller.
fn is_variant(short: &[&str], long: &[&str], longer: bool) -> bool {
    let former = |words: &[&str]| words.iter().any(|w| listed(w, list::PAST));
    (short.len() < long.len() || short.len() == long.len() && longer)
        && short.first() == long.first()
        && former(short) == former(long)
        && short.iter().all(|w| long.contains(w))
        && (short.len() > 1 || !listed(short[0], list::COMMON_HEAD))
}

/// Whether two offices are said alike: one head noun, and half of the shorter one's words shared.
fn alike(left: &str, right: &str) -> bool {
    let (left, right) = (content(left), content(right));
    let shared = left.iter().filter(|w| right.contains(w)).count();
    left.first() == right.first() && shared > 1 && shared * 2 >= left.len().min(right.len())
}

/// Whether the fuller office is one of another country, which the shorter word does not name.
fn abroad(reading: &Reading, long: &Post, short: &Post) -> bool {
    let starts = |start: &str| long.key.starts_with(start);
    if !(starts("رییس جمهور") || starts("وزیر") || starts("نخست وزیر")) {
        return false;
    }
    let names_country = |post: &Post| {
        let office = reading.places[post.fullest].pieces.clone();
        reading.places_in(office).any(|i| reading.places[i].kind == MentionType::Loc)
    };
    names_country(long) && !names_country(short)
}

/// How well a name and an office beside each other fit together: 0 without a sign between them, 1
/// with a comma; `None` where other words stand between.
fn gap(reading: &Reading, left: usize, right: usize, name_first: bool) -> Option<u8> {
    let from = reading.places[left].pieces.end;
    let to = reading.places[right].pieces.start;
    if to < from || to - from > 9 || reading.sentence_of(from.saturating_sub(1)) != reading.sentence_of(to) {
        return None;
    }
    let mut cost = u8::from(!name_first);
    let mut at = from;
    while at < to {
        if let Some(end) = reading.honorific(at, to) {
            at = end;
            continue;
        }
        let text = reading.piece(at);
        if reading.is(at, class::COMMA) {
            cost += 2;
        } else if name_first && text == "یک" && at + 1 == to {
            cost += 1;
        } else if matches!(text, "_" | "«" | "»" | "\"" | "(" | ")" | "-" | "–" | "ـ" | "،" | "“" | "”")
        {
            cost += 1;
        } else {
            return None;
        }
        at += 1;
    }
    Some(cost)
}

fn skip_quotes(reading: &Reading, at: usize, limit: usize) -> usize {
    let mut at = at;
    while at < limit && matches!(reading.piece(at), "«" | "\"" | "“" | "(") {
        at += 1;
    }
    at
}

/// Where the steps from `post` to fuller offices end: at one that is its own fullest, or, where the
/// steps go round in a circle of equals, at the first of these.
fn root(fullest: &[usize], post: usize) -> usize {
    let mut at = post;
    for _ in 0..fullest.len() {
        if fullest[at] == at {
            return at;
        }
        at = fullest[at];
    }
    let mut first = at;
    let mut next = fullest[at];
    while next != at {
        first = first.min(next);
        next = fullest[next];
    }
    first
}

#[cfg(test)]
mod root_tests {
    use super::root;

    #[test]
    fn chains_end_at_their_last_and_circles_at_their_first() {
        let fullest = [1, 2, 2, 4, 3, 3];
        let roots: Vec<usize> = (0..fullest.len()).map(|post| root(&fullest, post)).collect();
        assert_eq!(roots, [2, 2, 2, 3, 3, 3]);
    }
}
