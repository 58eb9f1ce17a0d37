//! Persons of a document: which names stand for one person.

use super::reading::Reading;
use crate::document::MentionType;
use crate::lexicon::{Lexicon, list, pieces};

/// A person and the places that name them.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    /// The pieces of the fullest name, folded, without «سید».
    pub name: Vec<String>,
    /// The fullest name as written, normalized.
    pub written: String,
    /// Places in [`Reading::places`].
    pub places: Vec<usize>,
}

/// The persons of a document, and for each place the person that it names.
pub(super) fn persons(reading: &Reading) -> (Vec<Person>, Vec<Option<usize>>) {
    let mut persons: Vec<Person> = Vec::new();
    let mut of_place = vec![None; reading.places.len()];
    for (index, place) in reading.places.iter().enumerate() {
        if place.kind != MentionType::Per {
            continue;
        }
        let written = reading.text(place.pieces.clone());
        let name = name_key(&written);
        if name.is_empty() {
            continue;
        }
        // The latest person that the name fits: of two with one surname, the one last spoken of.
        let fits = |p: &Person| same(&p.name, &name);
        let known = persons
            .iter()
            .enumerate()
            .filter(|(_, p)| fits(p))
            .max_by_key(|(_, p)| (p.name == name, p.places.last().copied()))
            .map(|(i, _)| i);
        let person = known.unwrap_or_else(|| {
            persons.push(Person::default());
            persons.len() - 1
        });
        let entry = &mut persons[person];
        if (weight(&name), written.len()) > (weight(&entry.name), entry.written.len()) {
            entry.name = name;
            entry.written = written;
        }
        entry.places.push(index);
        of_place[index] = Some(person);
    }
    (persons, of_place)
}

/// The pieces of a name, folded, without «سید» and titles that some write into it.
pub(crate) fn name_key(name: &str) -> Vec<String> {
    let all: Vec<String> = pieces(name).map(|p| p.into_owned()).collect();
    let lexicon = Lexicon::builtin();
    let title = |p: &String| lexicon.words.listed(lexicon.symbols.get(p), list::NAME_TITLE);
    let kept: Vec<String> = all.iter().filter(|p| !title(p)).cloned().collect();
    if kept.is_empty() { all } else { kept }
}

fn weight(name: &[String]) -> usize {
    name.iter().map(|p| p.chars().count()).sum()
}

/// Whether two names can stand for one person: equal but for spaces, or one is the end of the other.
pub(super) fn same(left: &[String], right: &[String]) -> bool {
    let (long, short) = if weight(left) >= weight(right) { (left, right) } else { (right, left) };
    if long.is_empty() || short.is_empty() {
        return false;
    }
    let end = joined(short);
    (0..long.len()).any(|from| joined(&long[from..]) == end)
}

/// The pieces of a name as one word, without «سید» at its beginning: equal for two spellings.
pub(crate) fn joined(pieces: &[String]) -> String {
    let name = pieces.concat();
    match name.strip_prefix("سید").filter(|rest| rest.chars().count() > 2) {
        Some(rest) => rest.to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surname_stands_for_the_full_name_and_a_first_name_does_not() {
        let key = |s: &str| name_key(s);
        assert!(same(&key("رحیم نیک‌پور"), &key("نیک پور")));
        assert!(same(&key("سیدجواد بهرامی"), &key("سید جواد بهرامی")));
        assert!(same(&key("محمد جواد بهرامی"), &key("محمدجواد بهرامی")));
        assert!(!same(&key("رحیم نیک‌پور"), &key("رحیم")));
        assert!(!same(&key("جواد بهرامی"), &key("سعید بهرامی")));
    }
}
