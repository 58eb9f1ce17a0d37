//! Which body a body is a part of, where its name says so: «دفتر اجتماعی استانداری البرز».

use crate::document::MentionType;
use crate::lexicon::{Lexicon, key, list};

/// The name of the body that closes a name: the largest that begins after the first word.
pub(super) fn owner(lexicon: &Lexicon, name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let symbol = |word: &str| lexicon.symbols.get(&key(word));
    (1..words.len()).find_map(|at| {
        let before = words[at - 1];
        let joined = before == "و" || before.ends_with(['،', ',', '(', '-']);
        if joined || !lexicon.words.listed(symbol(words[at]), list::OWNER) {
            return None;
        }
        let owner = words[at..].join(" ");
        let listed = || lexicon.named(&owner).is_some_and(|e| e.kind == MentionType::Org);
        (words.len() - at > 1 || listed()).then_some(owner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_names_the_body_that_it_is_a_part_of() {
        let owner = |name: &str| owner(Lexicon::builtin(), name).unwrap_or_default();
        assert_eq!(owner("دفتر اجتماعی استانداری البرز"), "استانداری البرز");
        assert_eq!(owner("دفتر آب معاونت عمرانی استانداری البرز"), "معاونت عمرانی استانداری البرز");
        assert_eq!(owner("کمیسیون عمران مجلس"), "مجلس");
        assert_eq!(owner("روابط عمومی وزارت کشور"), "وزارت کشور");
    }

    #[test]
    fn a_name_of_one_body_has_no_part() {
        for name in [
            "سازمان برنامه و بودجه",
            "وزارت کشور",
            "شهرداری کرج",
            "سازمان شهرداری‌ها و دهیاری‌ها",
            "وزارت نفت و شرکت گاز",
        ] {
            assert_eq!(owner(Lexicon::builtin(), name), None, "{name}");
        }
    }
}
