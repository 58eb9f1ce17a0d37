//! The graph of small corpora made here.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::record::Record;
use crate::resolve::ResolveOptions;

/// A part of a text, and the type and entity of the mention that it is.
type Part<'a> = (&'a str, Option<(&'a str, Option<&'a str>)>);

/// A record whose text is `parts`, joined.
fn record(id: &str, date: &str, parts: &[Part], rest: Json) -> Record {
    let (mut text, mut mentions) = (String::new(), Vec::new());
    for (part, mention) in parts {
        let start = text.chars().count();
        text.push_str(part);
        if let Some((kind, entity)) = mention {
            let end = text.chars().count();
            mentions.push(json!({"id": format!("m{}", mentions.len() + 1), "type": kind, "start": start,
                "end": end, "text": part, "entity": entity, "source": "rule", "score": 0.9}));
        }
    }
    let mut whole = json!({"schema": "dabir/1", "id": id, "format": "news", "text": text,
        "meta": {"date": date, "categories": [], "tags": []}, "mentions": mentions});
    for (key, value) in rest.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).expect("a record")
}

/// A governor who is named, and whose office is given a task by a minister.
pub(crate) fn governor(id: &str, date: &str) -> Record {
    let parts = [
        ("رحیم نیک‌پور", Some(("PER", Some("p1")))),
        ("، ", None),
        ("استاندار گیلان", Some(("ROLE", Some("p1")))),
        (" گفت: ", None),
        ("استانداری گیلان", Some(("ORG", Some("o1")))),
        (" باید ", None),
        ("پل را بسازد", None),
        (" در ", None),
        ("شهر رشت", Some(("LOC", None))),
    ];
    let at = |n: usize| parts[..n].iter().map(|(p, _)| p.chars().count()).sum::<usize>();
    record(
        id,
        date,
        &parts,
        json!({
            "sentences": [{"start": 0, "end": at(9), "class": "directive"}],
            "officials": [{"id": "p1", "name": "رحیم نیک‌پور", "role": "استاندار گیلان", "organization": "o1",
                "mentions": ["m1", "m2"]}],
            "organizations": [{"id": "o1", "name": "استانداری گیلان", "kind": "province_government",
                "mentions": ["m3"]}],
            "tasks": [{"id": "t1", "class": "directive", "sentence": 0, "start": at(6), "end": at(7),
                "text": parts[6].0, "score": 0.8, "rule": "directive.must",
                "assignees": [{"start": at(4), "end": at(5), "text": parts[4].0, "entity": "o1"}],
                "collaborators": [{"start": at(0), "end": at(1), "text": parts[0].0, "entity": "p1"}],
                "issuer": {"start": at(2), "end": at(3), "text": parts[2].0, "entity": "p1"},
                "deadline": {"start": 0, "end": 4, "text": "فردا", "kind": "date",
                    "due": "2023-05-31", "due_jalali": "1402-03-10"}}]
        }),
    )
}

pub(crate) fn graph<'a>(records: impl IntoIterator<Item = &'a Record>) -> Graph {
    let mut builder = Builder::new(ResolveOptions::default());
    for record in records {
        assert!(builder.add(record));
    }
    builder.finish()
}

/// `kind: source → target` of all edges, by label.
fn said(graph: &Graph) -> Vec<String> {
    let name = |n| graph.node(n).label.to_string();
    graph
        .edges
        .iter()
        .map(|e| format!("{}: {} → {}", e.kind.name(), name(e.source), name(e.target)))
        .collect()
}

#[test]
fn what_a_text_says_becomes_edges() {
    let graph = graph([&governor("a", "2023-05-01"), &governor("b", "2023-05-09")]);
    let said = said(&graph);
    for edge in [
        "HOLDS: رحیم نیک‌پور → استاندار گیلان",
        "POST_IN: استاندار گیلان → استانداری گیلان",
        "ASSIGNED_TO: پل را بسازد → استانداری گیلان",
        "COLLABORATES_ON: رحیم نیک‌پور → پل را بسازد",
        "ISSUED_BY: پل را بسازد → استاندار گیلان",
        "LOCATED_IN: استانداری گیلان → استان گیلان",
    ] {
        assert!(said.contains(&edge.to_owned()), "{edge} is not in {said:#?}");
    }
    let holds = graph.edges.iter().find(|e| e.kind == EdgeKind::Holds).expect("an edge");
    assert_eq!(holds.weight(), 2);
    let days = (holds.first.map(|d| d.to_iso()), holds.last.map(|d| d.to_iso()));
    assert_eq!(days, (Some("2023-05-01".to_owned()), Some("2023-05-09".to_owned())));
    // The office and the name stand together: one place that holds both.
    let evidence = graph.evidence_of(holds)[0];
    assert_eq!((evidence.start, evidence.end, evidence.score), (0, 28, 0.9));
    assert_eq!(&*graph.source(&evidence).id, "a");
}

#[test]
fn tasks_are_of_their_document_and_all_else_is_one() {
    let graph = graph([&governor("a", "2023-05-01"), &governor("b", "2023-05-09")]);
    let count = |kind| graph.nodes.iter().filter(|n| n.kind == kind).count();
    assert_eq!((count(NodeKind::Task), count(NodeKind::Document)), (2, 2));
    assert_eq!((count(NodeKind::Person), count(NodeKind::Organization)), (1, 1));
    let task = graph.nodes.iter().find(|n| n.kind == NodeKind::Task).expect("a task");
    assert_eq!(&*task.id, "task:a/t1");
    assert_eq!(task.day(Property::Due).map(|d| d.to_iso()).as_deref(), Some("2023-05-31"));
    let person = graph.nodes.iter().find(|n| n.kind == NodeKind::Person).expect("a person");
    assert_eq!((person.number(Property::Mentions), person.number(Property::Documents)), (Some(2), Some(2)));
}

#[test]
fn a_meeting_is_what_minutes_are_of() {
    let mut minutes = governor("جلسه ۱", "2023-05-01");
    minutes.format = crate::document::Format::Minutes;
    minutes.meta.title = Some("ایمنی راه".to_owned());
    minutes.tasks[0].row = Some(1);
    let graph = graph([&minutes]);
    assert!(said(&graph).contains(&"DECIDED_IN: پل را بسازد → ایمنی راه".to_owned()));
    assert!(graph.nodes.iter().any(|n| &*n.id == "meeting:جلسه%20۱"));
}

#[test]
fn a_document_counts_once() {
    let mut builder = Builder::new(ResolveOptions::default());
    assert!(builder.add(&governor("a", "2023-05-01")));
    assert!(!builder.add(&governor("a", "2023-05-02")));
    assert_eq!(builder.finish().sources.len(), 1);
}

fn filtered(filter: &Filter) -> Graph {
    let graph = graph([&governor("a", "2023-05-01"), &governor("b", "2023-05-09")]);
    filter.apply(graph).expect("a graph")
}

#[test]
fn filters_keep_what_they_say() {
    let sure = filtered(&Filter { min_score: 0.85, ..Filter::default() });
    assert!(sure.nodes.iter().all(|n| n.kind != NodeKind::Task), "tasks are less sure");
    assert!(sure.nodes.iter().any(|n| n.kind == NodeKind::Person));

    let kinds = vec![NodeKind::Person, NodeKind::Post];
    let people = filtered(&Filter { kinds, ..Filter::default() });
    assert_eq!(said(&people), ["HOLDS: رحیم نیک‌پور → استاندار گیلان"]);
    assert_eq!(people.edges[0].weight(), 2);

    let until = crate::calendar::Date::from_gregorian(2023, 5, 5);
    let early = filtered(&Filter { until, ..Filter::default() });
    assert_eq!(early.nodes.iter().filter(|n| n.kind == NodeKind::Document).count(), 1);
    assert!(early.edges.iter().all(|e| e.weight() == 1));
    let person = early.nodes.iter().find(|n| n.kind == NodeKind::Person).expect("a person");
    assert_eq!(person.number(Property::Mentions), Some(1));
}

#[test]
fn around_someone() {
    let ego = |hops| Some(("رحيم نيك پور".to_owned(), hops));
    let near = filtered(&Filter {
        ego: ego(1),
        kinds: vec![NodeKind::Person, NodeKind::Post, NodeKind::Organization],
        ..Filter::default()
    });
    assert_eq!(near.nodes.len(), 2, "the person and the post: {:?}", said(&near));
    let far = filtered(&Filter { ego: ego(2), ..Filter::default() });
    assert!(far.nodes.len() > 6);
    let graph = graph([&governor("a", "2023-05-01")]);
    let none = Filter { ego: Some(("گیلان شهر".to_owned(), 1)), ..Filter::default() };
    let error = none.apply(graph).expect_err("nobody").to_string();
    assert!(error.starts_with("no node is named"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn order_changes_nothing_and_ends_exist(
        (ids, order) in prop::collection::btree_set("[a-zآ-ی \u{200c}🙂]{1,6}", 1..7)
            .prop_map(|ids| ids.into_iter().collect::<Vec<_>>())
            .prop_flat_map(|ids| (Just(ids.clone()), Just(ids).prop_shuffle())),
        name in "[آ-ی\u{200c} ]{1,12}",
    ) {
        let make = |id: &String| {
            let day = 1 + id.chars().map(|c| c as usize).sum::<usize>() % 28;
            let mut record = governor(id, &format!("2023-05-{day:02}"));
            if day % 2 == 0 {
                record.officials[0].name = Some(name.clone());
            }
            record
        };
        let one = graph(&ids.iter().map(make).collect::<Vec<_>>());
        let other = graph(&order.iter().map(make).collect::<Vec<_>>());
        prop_assert_eq!(&one, &other);
        let ids: HashSet<_> = one.nodes.iter().map(|n| &n.id).collect();
        prop_assert_eq!(ids.len(), one.nodes.len(), "ids are unique");
        for edge in &one.edges {
            prop_assert!((edge.source as usize) < one.nodes.len() && (edge.target as usize) < one.nodes.len());
            prop_assert!(!one.evidence_of(edge).is_empty());
            for evidence in one.evidence_of(edge) {
                prop_assert!((evidence.document as usize) < one.sources.len());
            }
        }
    }
}
