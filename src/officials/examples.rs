//! Runs the examples of the rules in `examples.toml`: each rule has texts in which it must act and
//! texts in which it must not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::marked::{Marked, run};
use crate::document::MentionType;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// What is looked at: a type of mention, or `record`.
    of: String,
    /// Texts in which the rule acts, each with what must be found.
    yes: Vec<Vec<String>>,
    /// Texts in which it does not, each with what must be found then.
    no: Vec<Vec<String>>,
}

fn found(marked: &Marked, of: &str) -> Vec<String> {
    match of {
        "PER" => marked.found(MentionType::Per),
        "ORG" => marked.found(MentionType::Org),
        "LOC" => marked.found(MentionType::Loc),
        "ROLE" => marked.found(MentionType::Role),
        _ => {
            let records = marked.records().into_iter();
            records.map(|(name, role, body)| format!("{name} / {role} / {body}")).collect()
        }
    }
}

#[test]
fn every_rule_acts_where_it_must_and_nowhere_else() {
    let file: BTreeMap<String, Rule> =
        toml::from_str(include_str!("examples.toml")).expect("the file is well-formed");
    let mut wrong = Vec::new();
    for (name, rule) in &file {
        assert!(!rule.yes.is_empty() && !rule.no.is_empty(), "{name} lacks an example");
        let texts: BTreeSet<_> = rule.yes.iter().chain(&rule.no).map(|e| &e[0]).collect();
        assert_eq!(texts.len(), rule.yes.len() + rule.no.len(), "{name} has an example twice");
        for example in rule.yes.iter().chain(&rule.no) {
            let found = found(&run(&example[0]), &rule.of);
            if found != example[1..] {
                wrong.push(format!("{name}: {}\n  found {found:?}\n  not   {:?}", example[0], &example[1..]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
