//! Places over documents: which surfaces name the same place, and the place in the name of a body.
//! Careful: «شهر تهران» and «کشور قطر» are «تهران» and «قطر», but «استان تهران» is not «تهران».

use crate::document::MentionType;
use crate::lexicon::{Lexicon, class, key};
use crate::normalize::normalize;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Equal for two spellings of one name.
    pub key: String,
    /// The name.
    pub name: String,
    /// `province`, `county`, `city`, `country`; unknown for others, and where a name alone is that of
    /// a province and of its capital.
    pub class: Option<&'static str>,
}

impl Place {
    /// The key without the head noun: «استانداری گیلان» names «استان گیلان» so.
    pub fn bare(&self) -> &str {
        let headed = HEADS.iter().find_map(|(head, _)| self.key.strip_prefix(head)?.strip_prefix(' '));
        headed.unwrap_or(&self.key)
    }
}

/// Head nouns that say nothing but what the lexicon knows of the name after them.
const EMPTY_HEADS: [&str; 2] = ["شهر", "کشور"];
/// Head nouns that make another place of a name.
const HEADS: [(&str, &str); 2] = [("استان", "province"), ("شهرستان", "county")];

/// The place of a mention; `None` where it has no name («استان»).
pub(super) fn of_mention(lexicon: &Lexicon, surface: &str) -> Option<Place> {
    let name = super::one_line(&normalize(surface));
    let whole = key(&name);
    let symbols = lexicon.symbols_of(&name);
    let generic = class::GENERIC_PLACE | class::PLACE_HEAD;
    if symbols.iter().all(|&s| lexicon.words.of(s) & generic != 0) {
        return None;
    }
    let listed = |name: &str| lexicon.named(name).filter(|e| e.kind == MentionType::Loc);
    if let Some((head, rest)) = whole.split_once(' ') {
        if EMPTY_HEADS.contains(&head)
            && let Some(entry) = listed(rest)
        {
            return Some(plain(&entry.name, entry.class.as_deref()));
        }
        if let Some(&(_, class)) = HEADS.iter().find(|(h, _)| *h == head) {
            return Some(Place { key: whole, name, class: Some(class) });
        }
    }
    match listed(&name).filter(|e| !e.needs_head) {
        Some(entry) => Some(plain(&entry.name, entry.class.as_deref())),
        None => Some(Place { key: whole, name, class: None }),
    }
}

fn plain(name: &str, class: Option<&str>) -> Place {
    let class = ["county", "city", "country"].into_iter().find(|known| class == Some(known));
    Place { key: key(name), name: name.to_owned(), class }
}

/// The place that ends the name of a body: «شهرداری کرج», «اداره کل راه استان یزد». A body that governs a
/// province or county is in that province or county.
pub(super) fn of_body(lexicon: &Lexicon, name: &str, kind: Option<&str>) -> Option<Place> {
    let symbols = lexicon.symbols_of(name);
    let from = (1..symbols.len()).find(|&from| {
        let found = lexicon.entries.at(symbols[from..].iter().copied());
        found.is_some_and(|(length, entry)| {
            let headed = lexicon.words.of(symbols[from - 1]) & class::PLACE_HEAD != 0;
            from + length == symbols.len() && entry.kind == MentionType::Loc && (headed || !entry.needs_head)
        })
    })?;
    let whole = key(name);
    let words: Vec<&str> = whole.split(' ').collect();
    let (head, rest) = (words.get(from - 1)?, words.get(from..)?.join(" "));
    let governed = match kind {
        Some("province_government") => Some("استان"),
        Some("county_government") => Some("شهرستان"),
        _ => None,
    };
    let named = HEADS.iter().find(|(h, _)| h == head).map(|(h, _)| *h);
    let entry = lexicon.named(&rest).map_or(rest.clone(), |e| e.name.clone());
    match named.or(governed) {
        Some(head) => of_mention(lexicon, &format!("{head} {entry}")),
        None => of_mention(lexicon, &entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(surface: &str) -> Option<String> {
        of_mention(Lexicon::builtin(), surface).map(|p| p.key)
    }

    fn body(name: &str, kind: &str) -> Option<String> {
        of_body(Lexicon::builtin(), name, Some(kind)).map(|p| p.name)
    }

    #[test]
    fn spellings_and_empty_heads_are_one_place() {
        assert_eq!(mention("ايران"), mention("ایران"));
        assert_eq!(mention("شهر تهران"), mention("تهران"));
        assert_eq!(mention("کشور قطر"), mention("قطر"));
        assert_ne!(mention("استان تهران"), mention("تهران"));
        assert_ne!(mention("میدان آزادی"), mention("آزادی"));
        assert_eq!(mention("استان"), None);
    }

    #[test]
    fn a_body_is_in_the_place_that_ends_its_name() {
        assert_eq!(body("شهرداری کرج", "municipality").as_deref(), Some("کرج"));
        assert_eq!(body("استانداری گیلان", "province_government").as_deref(), Some("استان گیلان"));
        assert_eq!(body("اداره کل راه استان یزد", "directorate").as_deref(), Some("استان یزد"));
        assert_eq!(body("وزارت راه و شهرسازی", "ministry"), None);
        assert_eq!(body("بانک مرکزی", "bank"), None);
        assert_eq!(body("شهرداری", "municipality"), None);
    }
}
