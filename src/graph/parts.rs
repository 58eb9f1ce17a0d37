//! Which body is part of which, as names say it: «روابط عمومی شهرداری کرج» is part of «شهرداری کرج».

use std::collections::HashMap;

use crate::lexicon::{Lexicon, key};
use crate::resolve::Organization;

/// The names that can end the name of a part, with the index of their body; `None` where two bodies
/// share the name.
#[derive(Debug)]
pub(super) struct Wholes(HashMap<String, Option<usize>>);

impl Wholes {
    /// Names of more than one word, or listed ones: «دفتر امور شورا» names no particular council.
    pub fn new(organizations: &[Organization], lexicon: &Lexicon) -> Self {
        let mut names = HashMap::new();
        for (index, organization) in organizations.iter().enumerate().filter(|(_, o)| !o.local) {
            let aliases = organization.aliases.iter().map(|a| &a.text);
            for name in aliases.chain([&organization.name]) {
                let key = key(name);
                if key.contains(' ') || lexicon.named(name).is_some() {
                    let known = names.entry(key).or_insert(Some(index));
                    *known = known.filter(|other| *other == index);
                }
            }
        }
        Self(names)
    }

    /// The body that the body of this name is part of: the one with the longest name at its end.
    pub fn of(&self, index: usize, name: &str) -> Option<usize> {
        let whole = key(name);
        let ends = whole.match_indices(' ').map(|(at, _)| (&whole[..at], &whole[at + 1..]));
        // After «و» stands a second body, not the whole of the first.
        let found = ends.filter(|(before, _)| !before.ends_with(" و")).find_map(|(_, end)| self.0.get(end));
        found.copied().flatten().filter(|other| *other != index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_at_the_end() {
        let names = [
            "شهرداری کرج",
            "روابط عمومی شهرداری کرج",
            "شورا",
            "دفتر شورا",
            "شورای شهر و شهرداری کرج",
            "وزارت کشور",
        ];
        let organizations: Vec<Organization> = names
            .map(|name| Organization {
                id: String::new(),
                name: name.to_owned(),
                kind: None,
                part_of: None,
                inferred: false,
                local: false,
                aliases: Vec::new(),
                occurrences: Vec::new(),
            })
            .into();
        let wholes = Wholes::new(&organizations, Lexicon::builtin());
        let of = |index: usize| wholes.of(index, names[index]);
        assert_eq!(of(1), Some(0));
        assert_eq!((of(0), of(3), of(4), of(5)), (None, None, None, None));
    }
}
