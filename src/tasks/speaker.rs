//! The condition on who speaks: what a governor says his staff should do is an order, what a columnist
//! says is not. The officials stage knows in whose mouth each sentence is; here a rule's `speaker` is held
//! against the office of that official.

use crate::document::{Document, Entity};
use crate::lexicon::{Lexicon, Rank, list, pieces};
use crate::officials::Speakers;

/// An office that a rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Office {
    /// One whose name begins with these words, folded; words of respect do not count.
    Words(Vec<String>),
    /// One of the rank that the lexicon gives to its head («@sole»: «استاندار», «رئیس جمهور»).
    Rank(Rank),
}

/// The ranks of the lexicon, with the names that rules call them by.
const RANKS: [(&str, Rank); 3] = [("@sole", Rank::Sole), ("@head", Rank::Head), ("@rank", Rank::Rank)];

impl Office {
    /// Reads what a rule asks for: the first words of an office, or `@` and a rank.
    ///
    /// # Errors
    /// Where there is no such rank, or no office begins so; the text says what would be right.
    pub fn parse(written: &str) -> Result<Self, String> {
        if written.starts_with('@') {
            let rank = RANKS.iter().find(|(name, _)| *name == written).map(|(_, rank)| Self::Rank(*rank));
            return rank.ok_or_else(|| {
                format!(
                    "there is no rank «{written}» of offices: write @sole (one in the state or its place), @head \
                     (one in each body) or @rank (many)"
                )
            });
        }
        let lexicon = Lexicon::builtin();
        if lexicon.roles.at(lexicon.symbols_of(written)).is_none() {
            return Err(format!(
                "«{written}» begins with no office of the lexicon: write the first words of an office \
                 («استاندار», «مدیرکل راه») or a rank (@sole, @head, @rank)"
            ));
        }
        Ok(Self::Words(words(written)))
    }

    /// Whether the office `role` is one of these.
    fn takes_in(&self, role: &str) -> bool {
        match self {
            Self::Words(first) => words(role).starts_with(first),
            Self::Rank(rank) => {
                let lexicon = Lexicon::builtin();
                lexicon.roles.at(lexicon.symbols_of(role)).is_some_and(|found| found.head.rank == *rank)
            }
        }
    }
}

impl std::fmt::Display for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Words(words) => write!(f, "«{}»", words.join(" ")),
            Self::Rank(rank) => {
                let name = RANKS.iter().find(|(_, r)| r == rank).map_or("", |(name, _)| name);
                write!(f, "{name}")
            }
        }
    }
}

/// The words of an office, folded, without those of respect.
fn words(office: &str) -> Vec<String> {
    let lexicon = Lexicon::builtin();
    let respect = |word: &str| lexicon.words.listed(lexicon.symbols.get(word), list::RESPECT);
    pieces(office).filter(|p| !respect(p)).map(|p| p.into_owned()).collect()
}

/// The official in whose mouth a sentence is, as an index into [`Document::officials`].
pub(super) fn official(speakers: &Speakers, sentence: usize) -> Option<usize> {
    match speakers.at(sentence)? {
        Entity::Official(official) => Some(official),
        Entity::Organization(_) => None,
    }
}

/// Whether an official holds one of the offices that a rule asks for.
pub(super) fn holds(offices: &[Office], document: &Document, official: Option<usize>) -> bool {
    let role = official.and_then(|o| document.officials.get(o)).and_then(|o| o.role.as_deref());
    role.is_some_and(|role| offices.iter().any(|office| office.takes_in(role)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_asked_for_by_its_first_words_or_its_rank() {
        let takes = |written: &str, role: &str| Office::parse(written).is_ok_and(|o| o.takes_in(role));
        assert!(takes("استاندار", "استاندار کرمان"));
        assert!(takes("وزیر کشور", "وزیر محترم کشور"));
        assert!(takes("رئیس", "رییس سازمان بهار"));
        assert!(!takes("استاندار", "معاون استاندار کرمان"), "his deputy is another");
        assert!(!takes("وزیر کشور", "وزیر نیرو"));
        assert!(!takes("استاندار", "استانداران"));
        assert!(takes("@sole", "فرماندار بهار") && !takes("@sole", "معاون فرماندار بهار"));
        assert!(takes("@rank", "معاون فرماندار بهار") && !takes("@head", "فرماندار بهار"));
    }

    #[test]
    fn what_is_no_office_is_told() {
        for (written, told) in [("@chief", "@sole"), ("", "no office"), ("درخت", "«درخت»")] {
            let error = Office::parse(written).err().unwrap_or_default();
            assert!(error.contains(told), "{written}: {error}");
        }
    }
}
