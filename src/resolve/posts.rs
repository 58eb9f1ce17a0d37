//! Posts of a corpus: an office in an organization. «رئیس سازمان برنامه» and «رئیس محترم سازمان برنامه و
//! بودجه» are one post, whoever holds it; an office without an organization is one only where the
//! state has one of it, else it stays inside its document.

use std::collections::HashMap;

use super::bodies::{Bodies, BodyName};
use super::seen::{Seen, SeenOfficial};
use super::strings::Sym;
use crate::document::MentionType;
use crate::lexicon::{Found, Lexicon, Rank, class, list, takes};
use crate::officials::office_key;

/// An office as it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OfficeName {
    /// The office without its organization.
    pub core: String,
    /// Key of its organization.
    pub body: Option<String>,
    /// Whether core and organization say which post it is.
    pub certain: bool,
    /// «سابق», «پیشین».
    pub former: bool,
    /// One person holds it at a time.
    pub single: bool,
}

impl OfficeName {
    /// The compared form of a written office. `body` are the keys of its organization.
    pub fn read(lexicon: &Lexicon, written: &str, body: Option<(&str, &str)>, threshold: f32) -> Self {
        let all = office_key(written);
        let flags = |p: &str| lexicon.words.of(lexicon.symbols.get(p));
        let former = all.split(' ').any(|p| flags(p) & class::FORMER != 0);
        let words: Vec<&str> = all.split(' ').filter(|p| flags(p) & class::STATUS == 0).collect();
        let symbols: Vec<u32> = words.iter().map(|p| lexicon.symbols.get(p)).collect();
        let head = lexicon.roles.at(symbols.iter().copied());
        let single = head.as_ref().is_some_and(|h| h.head.rank != Rank::Rank);
        let reader = Reader { lexicon, words: &words, symbols: &symbols, threshold };
        let made = |core: &[&str], body: Option<String>, certain: bool| {
            let core: Vec<&str> =
                trimmed(core).iter().copied().filter(|w| !matches!(*w, "و" | "مردم")).collect();
            Self { core: core.join(" "), body, certain, former, single }
        };
        if let Some(one) = head.as_ref().and_then(|h| h.head.one.as_deref()) {
            return Self { core: office_key(one), body: None, certain: true, former, single };
        }
        // «وزیر کشور» heads «وزارت کشور», also as «معاون … وزیر کشور».
        let length = head.as_ref().map_or(0, |h| h.length);
        for at in std::iter::once(0).chain(length.max(1)..words.len()) {
            if let Some((length, key)) = reader.headed(at) {
                let core = if at == 0 { &words[..length] } else { &words[..at] };
                return made(core, Some(key), true);
            }
        }
        let state = head.as_ref().is_some_and(|h| of_the_state(h));
        if let Some((joined, own)) = body {
            let core = reader.without(&[joined, own]);
            // A body that the words do not name may belong to another office of its holder.
            if core.len() < words.len() || !state {
                return made(&core, Some(joined.to_owned()), true);
            }
        }
        let words = if state { reader.without_state(&words) } else { words.clone() };
        let certain = state || head.is_some_and(|h| reader.names_a_place(h.length));
        made(&words, None, certain)
    }
}

struct Reader<'a> {
    lexicon: &'a Lexicon,
    words: &'a [&'a str],
    symbols: &'a [u32],
    threshold: f32,
}

impl<'a> Reader<'a> {
    /// The office at a word that heads a body of the same complement: the length of its head, and
    /// the key of the body.
    fn headed(&self, at: usize) -> Option<(usize, String)> {
        let found = self.lexicon.roles.at(self.symbols[at..].iter().copied())?;
        let noun = found.head.body.as_deref().filter(|_| !found.plural)?;
        let rest = trimmed(&self.words[at + found.length..]);
        if rest.is_empty() {
            return None;
        }
        let name = |rest: &[&str]| format!("{noun} {}", rest.join(" "));
        // «دادستان کل کشور» heads «دادستانی کل کشور».
        let whole = name(trimmed(&self.words[at + 1..]));
        let listed = self.lexicon.named(&whole).is_some_and(|e| e.kind == MentionType::Org);
        let name = if listed { whole } else { name(rest) };
        Some((found.length, BodyName::read(self.lexicon, &name, self.threshold).key))
    }

    /// The words without the longest stretch that names one of these bodies.
    fn without(&self, keys: &[&str]) -> Vec<&'a str> {
        let count = self.words.len();
        for length in (1..count).rev() {
            for from in 1..=count - length {
                let name = self.words[from..from + length].join(" ");
                let key = BodyName::read(self.lexicon, &name, self.threshold).key;
                if keys.contains(&key.as_str()) {
                    return [&self.words[..from], &self.words[from + length..]].concat();
                }
            }
        }
        self.words.to_vec()
    }

    /// «رئیس جمهور اسلامی ایران» without the words for the own state.
    fn without_state(&self, words: &[&'a str]) -> Vec<&'a str> {
        let state = |word: &&&str| self.lexicon.words.listed(self.lexicon.symbols.get(word), list::STATE);
        let kept = words.iter().rposition(|word| !state(&word)).map_or(words.len(), |at| at + 1);
        words[..kept].to_vec()
    }

    /// «امام جمعه سمنان»: whether a listed place or body stands after the head.
    fn names_a_place(&self, from: usize) -> bool {
        (from..self.symbols.len()).any(|at| {
            let entry = self.lexicon.entries.at(self.symbols[at..].iter().copied());
            entry.is_some_and(|(_, e)| e.kind == MentionType::Loc && !e.needs_head)
        })
    }
}

/// «رئیس جمهور»: an office of which the state has one, and no place or body has.
fn of_the_state(head: &Found) -> bool {
    head.head.rank == Rank::Sole && head.head.takes & (takes::PLACE | takes::BODY | takes::FIELD) == 0
}

/// The words without prepositions at their ends: what is left of «نماینده … در مجلس».
fn trimmed<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    let loose = |w: &&str| matches!(*w, "در" | "و" | "از");
    let from = words.iter().position(|w| !loose(w)).unwrap_or(words.len());
    let to = words.iter().rposition(|w| !loose(w)).map_or(from, |at| at + 1);
    &words[from..to]
}

/// A post.
#[derive(Debug)]
pub(super) struct Office {
    pub key: String,
    pub core: String,
    /// Index into [`Bodies::all`].
    pub body: Option<usize>,
    pub local: bool,
    pub collective: bool,
    pub single: bool,
    /// Officials of documents whose record names it.
    pub members: Vec<u32>,
}

/// An official in a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub office: usize,
    pub former: bool,
}

/// The posts of a corpus.
#[derive(Debug, Default)]
pub(super) struct Offices {
    pub all: Vec<Office>,
    /// For each seen official, the post of its record.
    pub of: Vec<Option<Held>>,
    /// For each seen official, other posts that its mentions name.
    pub others: HashMap<u32, Vec<Held>>,
    /// For each form of a post, how often it stands.
    pub forms: HashMap<usize, HashMap<Sym, usize>>,
}

impl Offices {
    /// Joins the offices of all documents.
    pub fn join(seen: &Seen, order: &[u32], lexicon: &Lexicon, bodies: &Bodies, threshold: f32) -> Self {
        let by_body = bodies.all.iter().enumerate().map(|(i, b)| (b.key.as_str(), i)).collect();
        let mut joiner = Joiner {
            seen,
            lexicon,
            bodies,
            threshold,
            by_body,
            by_key: HashMap::new(),
            read: HashMap::new(),
            offices: Self { of: vec![None; seen.officials.len()], ..Self::default() },
        };
        for &document in order {
            for official in seen.documents[document as usize].officials.clone() {
                joiner.official(official);
            }
        }
        joiner.offices
    }
}

struct Joiner<'a> {
    seen: &'a Seen,
    lexicon: &'a Lexicon,
    bodies: &'a Bodies,
    threshold: f32,
    by_body: HashMap<&'a str, usize>,
    by_key: HashMap<String, usize>,
    read: HashMap<(Sym, Option<(usize, Sym)>), OfficeName>,
    offices: Offices,
}

impl Joiner<'_> {
    fn official(&mut self, index: u32) {
        let official = &self.seen.officials[index as usize];
        let main = self.role(official).map(|role| {
            let held = self.held(official, role, official.body);
            self.offices.all[held.office].members.push(index);
            held
        });
        self.offices.of[index as usize] = main;
        if let (Some(main), Some(role)) = (main, official.role) {
            self.form(main, role, 0);
        }
        for mark in self.seen.marks_of(&official.marks) {
            if mark.kind != MentionType::Role {
                continue;
            }
            // The form in the text may leave the organization out that the record knows.
            if mark.body.is_none()
                && let Some(main) = main.filter(|m| self.alike(mark.text, m.office))
            {
                self.form(main, mark.text, 1);
                continue;
            }
            let held = self.held(official, mark.text, mark.body);
            let office = &self.offices.all[held.office];
            let other = match main {
                Some(main) => office.body != self.offices.all[main.office].body,
                None => true,
            };
            if main.is_some_and(|m| m.office == held.office) {
                self.form(held, mark.text, 1);
            } else if other && !office.local && !official.collective && official.name.is_some() {
                self.form(held, mark.text, 1);
                let others = self.offices.others.entry(index).or_default();
                if !others.iter().any(|o| o.office == held.office) {
                    others.push(held);
                }
            }
        }
    }

    /// The form that says most of which state an office is one of: «رئیس جمهور فرانسه» where the
    /// record has «رئیس جمهور».
    fn role(&self, official: &SeenOfficial) -> Option<Sym> {
        let role = official.role?;
        let key = office_key(self.seen.text(role));
        let symbols = self.lexicon.symbols_of(&key);
        let head = self.lexicon.roles.at(symbols.iter().copied());
        if !head.is_some_and(|h| of_the_state(&h) && h.length == symbols.len()) {
            return Some(role);
        }
        let marks = self.seen.marks_of(&official.marks).iter().filter(|m| m.kind == MentionType::Role);
        let fuller = marks.filter(|m| {
            office_key(self.seen.text(m.text)).strip_prefix(&key).is_some_and(|rest| rest.starts_with(' '))
        });
        Some(fuller.map(|m| m.text).next().unwrap_or(role))
    }

    /// Whether a form begins with the head of a post.
    fn alike(&self, text: Sym, office: usize) -> bool {
        let key = office_key(self.seen.text(text));
        key.split(' ').next() == self.offices.all[office].core.split(' ').next()
    }

    fn form(&mut self, held: Held, text: Sym, count: usize) {
        *self.offices.forms.entry(held.office).or_default().entry(text).or_default() += count;
    }

    /// The post that a form of an office names for an official.
    fn held(&mut self, official: &SeenOfficial, text: Sym, body: Option<u32>) -> Held {
        let joined = body.map(|b| (self.bodies.of[b as usize], self.seen.bodies[b as usize].name));
        let own = body.map(|b| self.bodies.keys(self.seen, b));
        let (lexicon, threshold, seen) = (self.lexicon, self.threshold, self.seen);
        let name = self
            .read
            .entry((text, joined))
            .or_insert_with(|| OfficeName::read(lexicon, seen.text(text), own, threshold));
        let id = seen.text(seen.documents[official.document as usize].id);
        let mut key = format!("{}@{}", name.core, name.body.as_deref().unwrap_or(""));
        let index = name.body.as_deref().and_then(|b| self.by_body.get(b).copied());
        let mut local = index.is_some_and(|b| self.bodies.all[b].local);
        if official.collective {
            key.push('*');
        } else if !name.certain {
            key = format!("{key}#{id}");
            local = true;
        }
        let (core, single, former) = (name.core.clone(), name.single, name.former);
        let offices = &mut self.offices.all;
        let office = *self.by_key.entry(key).or_insert_with_key(|key| {
            offices.push(Office {
                key: key.clone(),
                core,
                body: index,
                local,
                collective: official.collective,
                single,
                members: Vec::new(),
            });
            offices.len() - 1
        });
        Held { office, former }
    }
}
