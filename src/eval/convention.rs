//! Whose convention a tagged file follows. Corpora draw the boundaries of the same types
//! differently, and a model can have a head for each; scored under another's head, a model shows
//! how the conventions differ and not how good it is. The names of the types tell the corpus
//! (`conventions.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

/// The head that follows PEYMA, and that every model with public types has.
pub const COMMON_HEAD: &str = "ner";

static TABLE: LazyLock<Vec<Convention>> = LazyLock::new(|| {
    toml::from_str::<Table>(include_str!("conventions.toml")).map(|t| t.convention).unwrap_or_default()
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    convention: Vec<Convention>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Convention {
    corpus: String,
    head: String,
    marks: Vec<String>,
}

/// A head, and why it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Name of the head.
    pub head: String,
    /// The reason, as a clause.
    pub reason: String,
}

/// The head for a file whose types are written as `kinds`: that of the corpus most of whose own
/// type names occur; the common one where none does, where two have as many, or where the model
/// lacks the head.
pub fn choose<S: AsRef<str>>(kinds: &[S], has_head: impl Fn(&str) -> bool) -> Choice {
    let marks_of = |convention: &Convention| -> Vec<String> {
        let mut found: Vec<String> = kinds.iter().map(|k| k.as_ref().to_owned()).collect();
        found.retain(|kind| convention.marks.contains(&kind.to_uppercase()));
        found.sort();
        found.dedup();
        found
    };
    let found: Vec<(&Convention, Vec<String>)> = TABLE.iter().map(|c| (c, marks_of(c))).collect();
    let most = found.iter().map(|(_, marks)| marks.len()).max().unwrap_or(0);
    let mut best = found.iter().filter(|(_, marks)| marks.len() == most);
    let common = |reason: String| Choice { head: COMMON_HEAD.to_owned(), reason };
    match (best.next(), best.next()) {
        (Some((convention, marks)), None) => {
            let reason = match marks.as_slice() {
                [only] => format!("gold's type {only} is of {}", convention.corpus),
                many => format!("gold's types {} are of {}", many.join(", "), convention.corpus),
            };
            if has_head(&convention.head) {
                Choice { head: convention.head.clone(), reason }
            } else {
                common(format!("{reason}, but the model has no head {}", convention.head))
            }
        }
        _ => common("gold's types do not tell one corpus".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(kinds: &[&str]) -> String {
        choose(kinds, |_| true).head
    }

    #[test]
    fn every_corpus_is_told_by_its_types() {
        assert_eq!(TABLE.len(), 3, "the table is read");
        assert_eq!(head(&["ORG", "PER", "DAT", "LOC", "TIM", "MON", "PCT"]), "ner");
        assert_eq!(head(&["pers", "org", "loc", "event", "fac", "pro"]), "arman");
        assert_eq!(head(&["ORG", "PER", "LOC", "NAT", "EVE", "POG"]), "parstwiner");
        // A part of a corpus need not have all of them.
        assert_eq!((head(&["org", "pers"]), head(&["LOC", "POG"])), ("arman".into(), "parstwiner".into()));
        // Names as dabir writes them.
        assert_eq!(head(&["PER", "DATE", "MONEY", "EVENT"]), "ner");
    }

    #[test]
    fn what_tells_nothing_gets_the_common_head() {
        for kinds in [&["PER", "ORG", "LOC"][..], &[], &["DAT", "POG"], &["LAW"]] {
            let choice = choose(kinds, |_| true);
            assert_eq!(choice.head, COMMON_HEAD, "{kinds:?}");
            assert!(choice.reason.contains("do not tell"), "{choice:?}");
        }
    }

    #[test]
    fn a_model_without_the_head_falls_back_and_says_so() {
        let choice = choose(&["pers", "fac"], |name| name == COMMON_HEAD);
        assert_eq!(choice.head, COMMON_HEAD);
        assert_eq!(choice.reason, "gold's types fac, pers are of ARMAN, but the model has no head arman");
        assert_eq!(choose(&["NAT"], |_| true).reason, "gold's type NAT is of ParsTwiNER");
    }
}
