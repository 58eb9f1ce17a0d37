//! Organizations of a corpus: one for each listed or written name. A name that many bodies share
//! («شهرداری», «شورای شهر») stands for the one fuller name in its document, or for itself there alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::resolution::Evidence;
use super::seen::Seen;
use super::strings::Sym;
use crate::document::MentionType;
use crate::lexicon::{Lexicon, class, list, pieces};

/// Joined because the lexicon lists another name.
pub(super) const LISTED: f32 = 0.95;
/// A shorter name that one organization of the document fits.
const SHORT: f32 = 0.7;

/// The name of a body as it is compared.
#[derive(Debug, Clone)]
pub(super) struct BodyName {
    pub key: String,
    pub evidence: Evidence,
    pub score: f32,
    pieces: Vec<String>,
    /// The first noun of a body and nothing more.
    generic: bool,
    /// Number of pieces before the place at its end, without and with the place's head noun; all
    /// of them where there is none.
    stems: [usize; 2],
}

impl BodyName {
    /// The compared form of a written name. Names that the lexicon lists as one are equal where
    /// `threshold` allows it.
    pub fn read(lexicon: &Lexicon, written: &str, threshold: f32) -> Self {
        let mut own: Vec<String> = pieces(written).map(|p| p.into_owned()).collect();
        let flags = |p: &str| lexicon.words.of(lexicon.symbols.get(p));
        own.retain(|p| flags(p) & class::STATUS == 0);
        let symbols: Vec<u32> = own.iter().map(|p| lexicon.symbols.get(p)).collect();
        let entry = lexicon.entries.exact(&symbols).filter(|e| e.kind == MentionType::Org);
        let key = own.concat();
        if let Some(entry) = entry
            && threshold <= LISTED
        {
            let full: Vec<String> = pieces(&entry.name).map(|p| p.into_owned()).collect();
            let listed = full.concat();
            let same = listed == key;
            let generic = entry.class.as_deref().is_some_and(of_a_place) && generic(lexicon, &symbols);
            return Self {
                key: listed,
                evidence: if same { Evidence::Name } else { Evidence::Listed },
                score: if same { 1.0 } else { LISTED },
                stems: [full.len(); 2],
                pieces: full,
                generic,
            };
        }
        if threshold <= LISTED
            && let Some(fuller) =
                Self::of_the_state(lexicon, &own, threshold).or_else(|| Self::press(lexicon, &own))
        {
            return fuller;
        }
        let generic = entry.is_none() && generic(lexicon, &symbols);
        let stems = stems(lexicon, &symbols);
        Self { key, evidence: Evidence::Name, score: 1.0, pieces: own, generic, stems }
    }
}

impl BodyName {
    /// «سازمان هواشناسی کشور», «وزارت نفت ایران»: that a body is one of the state needs no saying. Of
    /// a body that no list knows only «کشور» and «کشورمان» are left out.
    fn of_the_state(lexicon: &Lexicon, own: &[String], threshold: f32) -> Option<Self> {
        let state = |p: &String| lexicon.words.listed(lexicon.symbols.get(p), list::STATE);
        let least = own.iter().rposition(|p| !state(p)).map_or(0, |at| at + 1).max(1);
        let listed = |length: &usize| {
            let symbols: Vec<u32> = own[..*length].iter().map(|p| lexicon.symbols.get(p)).collect();
            lexicon.entries.exact(&symbols).is_some_and(|e| e.kind == MentionType::Org)
        };
        let country = own.len() > 2 && own.last().is_some_and(|p| p.starts_with("کشور"));
        let length = (least..own.len()).rev().find(listed).or(country.then(|| own.len() - 1))?;
        let shorter = Self::read(lexicon, &own[..length].join(" "), threshold);
        Some(Self { evidence: Evidence::Listed, score: LISTED, ..shorter })
    }

    /// «فارس» for «خبرگزاری فارس», where the lexicon lists that.
    fn press(lexicon: &Lexicon, own: &[String]) -> Option<Self> {
        lexicon.words.press.iter().find_map(|noun| {
            let name = format!("{noun} {}", own.join(" "));
            let entry = lexicon.named(&name).filter(|e| e.kind == MentionType::Org)?;
            let full: Vec<String> = pieces(&entry.name).map(|p| p.into_owned()).collect();
            Some(Self {
                key: full.concat(),
                evidence: Evidence::Listed,
                score: LISTED,
                stems: [full.len(); 2],
                pieces: full,
                generic: false,
            })
        })
    }
}

/// Kinds of bodies of which every place has one.
fn of_a_place(kind: &str) -> bool {
    matches!(kind, "municipality" | "province_government" | "county_government")
}

fn generic(lexicon: &Lexicon, symbols: &[u32]) -> bool {
    let head = lexicon.words.body_heads.longest(symbols.iter().copied());
    head.is_some_and(|(length, _)| length == symbols.len())
}

/// Where the name of a place at the end of a name begins, with and without its head noun.
fn stems(lexicon: &Lexicon, symbols: &[u32]) -> [usize; 2] {
    let place = |from: usize| {
        let entry = lexicon.entries.exact(&symbols[from..]);
        entry.is_some_and(|e| e.kind == MentionType::Loc)
    };
    let Some(from) = (1..symbols.len()).find(|&from| place(from)) else {
        return [symbols.len(); 2];
    };
    let head = from > 1 && lexicon.words.of(symbols[from - 1]) & class::PLACE_HEAD != 0;
    [from - usize::from(head), from]
}

/// An organization with the records that were joined to it.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub key: String,
    pub local: bool,
    /// Index into [`Seen::bodies`], with the evidence.
    pub members: Vec<(u32, Evidence, f32)>,
}

/// The organizations of a corpus.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    pub all: Vec<Body>,
    /// For each seen body, its organization.
    pub of: Vec<usize>,
    /// For each seen body, the key of its own name.
    names: HashMap<Sym, BodyName>,
}

impl Bodies {
    /// Joins the bodies of all documents.
    pub fn join(seen: &Seen, order: &[u32], lexicon: &Lexicon, threshold: f32) -> Self {
        let mut names: HashMap<Sym, BodyName> = HashMap::new();
        for body in &seen.bodies {
            names
                .entry(body.name)
                .or_insert_with(|| BodyName::read(lexicon, seen.text(body.name), threshold));
        }
        let shared = shared(&names);
        let mut joined = Self { all: Vec::new(), of: vec![0; seen.bodies.len()], names };
        let mut by_key: HashMap<String, usize> = HashMap::new();
        for &document in order {
            let range = seen.documents[document as usize].bodies.clone();
            let here: BTreeMap<&str, &BodyName> = range
                .clone()
                .map(|b| &joined.names[&seen.bodies[b as usize].name])
                .map(|n| (n.key.as_str(), n))
                .collect();
            let mut found = Vec::new();
            for body in range {
                let name = &joined.names[&seen.bodies[body as usize].name];
                let many = name.generic || shared.contains(&name.key);
                let fuller = if many && threshold <= SHORT { only_fuller(&here, name) } else { None };
                found.push(match (many, fuller) {
                    (_, Some(fuller)) => {
                        (body, fuller.key.clone(), false, Evidence::ShortNameInDocument, SHORT)
                    }
                    (true, None) => {
                        let id = seen.text(seen.documents[document as usize].id);
                        (body, format!("{}#{id}", name.key), true, Evidence::Document, 1.0)
                    }
                    (false, None) => (body, name.key.clone(), false, name.evidence, name.score),
                });
            }
            for (body, key, local, evidence, score) in found {
                let index = *by_key.entry(key).or_insert_with_key(|key| {
                    joined.all.push(Body { key: key.clone(), local, members: Vec::new() });
                    joined.all.len() - 1
                });
                joined.all[index].members.push((body, evidence, score));
                joined.of[body as usize] = index;
            }
        }
        joined
    }

    /// The keys under which a seen body may stand in the name of an office: of the organization
    /// that it was joined to, and of its own name.
    pub fn keys(&self, seen: &Seen, body: u32) -> (&str, &str) {
        let joined = &self.all[self.of[body as usize]].key;
        (joined, &self.names[&seen.bodies[body as usize].name].key)
    }
}

/// Names that are followed by several places in the corpus: «شورای شهر کرج», «شورای شهر ساری».
fn shared(names: &HashMap<Sym, BodyName>) -> BTreeSet<String> {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in names.values().filter(|n| n.stems[0] < n.pieces.len()) {
        for stem in name.stems {
            let place = name.pieces[name.stems[1]..].concat();
            places.entry(name.pieces[..stem].concat()).or_default().insert(place);
        }
    }
    places.into_iter().filter(|(_, places)| places.len() > 1).map(|(stem, _)| stem).collect()
}

/// The one fuller name of a document that `name` is the beginning of.
fn only_fuller<'a>(here: &BTreeMap<&str, &'a BodyName>, name: &BodyName) -> Option<&'a BodyName> {
    let fits = |other: &BodyName| {
        other.pieces.len() > name.pieces.len()
            && other.pieces.starts_with(&name.pieces)
            && !other.pieces.get(name.pieces.len()).is_some_and(|p| p == "ها" || p == "های")
            && (name.generic || other.stems.contains(&name.pieces.len()))
    };
    let mut candidates = here.values().filter(|other| fits(other));
    let only = candidates.next()?;
    candidates.next().is_none().then_some(*only)
}
