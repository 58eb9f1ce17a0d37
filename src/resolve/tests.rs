//! Made-up corpora: who must be joined, who must not, and that the order of documents does not matter.

use proptest::prelude::*;
use serde_json::json;

use super::{Evidence, Resolution, ResolveOptions, Resolver};
use crate::record::Record;

/// A document in which someone holds an office of an organization; empty strings are left out.
fn document(id: &str, date: &str, officials: &[(&str, &str, &str)]) -> Record {
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let mut bodies: Vec<&str> = officials.iter().map(|o| o.2).filter(|o| !o.is_empty()).collect();
    bodies.dedup();
    let mut mentions = Vec::new();
    let mut mention = |kind: &str, text: &str, entity: &str| {
        let id = format!("m{}", mentions.len() + 1);
        let (start, end) = (10 * mentions.len(), 10 * mentions.len() + 5);
        mentions.push(json!({"id": id, "type": kind, "start": start, "end": end, "text": text,
            "entity": entity, "source": "model"}));
        id
    };
    let mut records = Vec::new();
    for (index, (name, role, body)) in officials.iter().enumerate() {
        let entity = format!("p{}", index + 1);
        let mut own = Vec::new();
        for (kind, form) in [("PER", *name), ("ROLE", *role)] {
            if !form.is_empty() {
                own.push(mention(kind, form, &entity));
            }
        }
        let body = bodies.iter().position(|b| b == body).map(|b| format!("o{}", b + 1));
        records.push(json!({"id": entity, "name": text(name), "role": text(role), "organization": body, "mentions": own}));
    }
    let bodies: Vec<_> = bodies
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let entity = format!("o{}", i + 1);
            let own = mention("ORG", name, &entity);
            json!({"id": entity, "name": name, "mentions": [own]})
        })
        .collect();
    serde_json::from_value(json!({
        "schema": "dabir/1", "id": id, "format": "text", "text": "",
        "meta": {"date": date, "categories": [], "tags": []},
        "mentions": mentions, "officials": records, "organizations": bodies,
    }))
    .unwrap_or_else(|error| panic!("{error}"))
}

fn resolve(documents: &[Record], threshold: f32) -> Resolution {
    let mut resolver = Resolver::new(ResolveOptions { threshold, lexicon: None });
    for document in documents {
        assert!(resolver.add(document));
    }
    resolver.finish()
}

/// How many people, posts and organizations a corpus has.
fn counts(documents: &[Record]) -> [usize; 3] {
    let found = resolve(documents, 0.6);
    [found.people.len(), found.posts.len(), found.organizations.len()]
}

#[test]
fn spellings_of_a_name_an_office_and_a_body_are_one() {
    let documents = [
        document(
            "a",
            "2020-01-01",
            &[("رحیم نیک‌پور", "رئیس سازمان برنامه و بودجه", "سازمان برنامه و بودجه")],
        ),
        document("b", "2020-01-02", &[("رحيم نيک پور", "رییس محترم سازمان برنامه", "سازمان برنامه")]),
        document(
            "c",
            "2020-01-03",
            &[("نیک‌پور", "رئيس سازمان برنامه و بودجه كشور", "سازمان برنامه و بودجه كشور")],
        ),
    ];
    assert_eq!(counts(&documents), [1, 1, 1]);
    let found = resolve(&documents, 0.6);
    let person = &found.people[0];
    assert_eq!((person.name.as_str(), person.occurrences.len()), ("رحیم نیک‌پور", 3));
    assert!(person.id.starts_with("person:رحیم-نیک-پور-"), "{}", person.id);
    assert_eq!(person.posts, [found.posts[0].id.clone()]);
    assert_eq!(found.organizations[0].name, "سازمان برنامه و بودجه");
    assert_eq!(person.occurrences[2].evidence, Evidence::ShortNameAndPost);
    assert_eq!(found.person_of("c", "p1"), Some(person.id.as_str()));
    assert_eq!(found.organization_of("b", "o1"), Some(found.organizations[0].id.as_str()));
    assert_eq!(found.person_of("c", "p9"), None);
}

#[test]
fn an_office_keeps_its_identity_over_its_holders() {
    let documents = [
        document("a", "2015-05-01", &[("رحیم نیک‌پور", "وزیر کشور", "وزارت کشور")]),
        document("b", "2016-05-01", &[("نیک‌پور", "وزیر محترم کشور", "وزارت کشور")]),
        document("c", "2020-05-01", &[("سعید بهرامی", "وزیر کشور", "وزارت کشور")]),
        document("d", "2020-06-01", &[("رحیم نیک‌پور", "وزیر سابق کشور", "وزارت کشور")]),
        document("e", "2020-07-01", &[("", "وزیر کشور", "")]),
    ];
    let found = resolve(&documents, 0.6);
    assert_eq!((found.people.len(), found.posts.len()), (2, 1));
    let post = &found.posts[0];
    assert_eq!((post.name.as_str(), post.role.as_str(), post.local), ("وزیر کشور", "وزیر", false));
    let days: Vec<_> = post
        .holders
        .iter()
        .map(|h| (h.first.map(|d| d.to_iso()), h.last.map(|d| d.to_iso()), h.occurrences.len()))
        .collect();
    let day = |d: &str| Some(d.to_owned());
    assert_eq!(
        days,
        [(day("2015-05-01"), day("2016-05-01"), 3), (day("2020-05-01"), day("2020-05-01"), 1)],
        "being named as a former holder is no evidence for holding it then"
    );
    assert_eq!(found.post_of("e", "p1"), Some(post.id.as_str()));
    assert_eq!(found.person_of("e", "p1"), None);
}

#[test]
fn how_an_office_is_held_makes_no_other_post() {
    let posts = |role: &str| {
        let first = document("a", "2020-01-01", &[("رحیم نیک‌پور", "رئیس سازمان آب", "سازمان آب")]);
        counts(&[first, document("b", "2024-01-01", &[("سعید بهرامی", role, "سازمان آب")])])[1]
    };
    assert_eq!(posts("رئیس جدید سازمان آب"), 1);
    assert_eq!(posts("رئیس سابق سازمان آب"), 1);
    assert_eq!(posts("رئیس فنی سازمان آب"), 2);
}

#[test]
fn two_people_of_one_surname_stay_two() {
    let documents = [
        document("a", "2020-01-01", &[("رحیم بهرامی", "رئیس سازمان آب", "سازمان آب")]),
        document("b", "2020-01-01", &[("سعید بهرامی", "رئیس سازمان برق", "سازمان برق")]),
        document("c", "2020-01-01", &[("بهرامی", "رئیس سازمان گاز", "سازمان گاز")]),
        document("d", "2020-01-01", &[("بهرامی", "رئیس سازمان برق", "سازمان برق")]),
        document("e", "2020-01-01", &[("بهرامی", "مدیر", "")]),
    ];
    let found = resolve(&documents, 0.6);
    assert_eq!(found.person_of("d", "p1"), found.person_of("b", "p1"));
    assert_eq!(found.people.len(), 4, "رحیم, سعید, one of the gas company, one of nothing");
}

#[test]
fn one_name_in_two_offices_at_once_is_not_one_person() {
    let at = |date: &str, role: &str, body: &str| {
        ("سعید بهرامی", role.to_owned(), body.to_owned(), date.to_owned())
    };
    let both = |left: (&str, String, String, String), right: (&str, String, String, String)| {
        let made = |id: &str, (name, role, body, date): &(&str, String, String, String)| {
            document(id, date, &[(name, role, body)])
        };
        resolve(&[made("a", &left), made("b", &right)], 0.6).people.len()
    };
    let karaj = at("2020-01-01", "شهردار کرج", "شهرداری کرج");
    assert_eq!(both(karaj.clone(), at("2020-01-01", "فرماندار اهر", "فرمانداری اهر")), 2);
    assert_eq!(both(karaj.clone(), at("2024-01-01", "فرماندار اهر", "فرمانداری اهر")), 1);
    // What one document says of one person holds for all.
    let one = document("c", "2020-01-01", &[("سعید بهرامی", "شهردار کرج", "شهرداری کرج")]);
    assert_eq!(
        resolve(&[one.clone(), document("d", "2020-01-01", &[("سعید بهرامی", "", "شهرداری کرج")])], 0.6)
            .people
            .len(),
        1
    );
}

#[test]
fn offices_that_nothing_places_stay_in_their_document() {
    let documents = [
        document("a", "2020-01-01", &[("", "استاندار", ""), ("", "استاندار گیلان", "")]),
        document("b", "2020-01-01", &[("", "استاندار", ""), ("", "رئیس‌جمهور", "")]),
        document("c", "2020-01-01", &[("", "استاندار محترم گیلان", ""), ("", "رییس جمهوری", "")]),
    ];
    let found = resolve(&documents, 0.6);
    assert_ne!(found.post_of("a", "p1"), found.post_of("b", "p1"));
    assert_eq!(found.post_of("a", "p2"), found.post_of("c", "p1"));
    assert_eq!(found.post_of("b", "p2"), found.post_of("c", "p2"));
    assert_eq!(found.posts.iter().filter(|p| p.local).count(), 2);
}

#[test]
fn offices_and_bodies_of_the_state() {
    let one = |left: (&str, &str), right: (&str, &str)| {
        let documents =
            [document("a", "", &[("", left.0, left.1)]), document("b", "", &[("", right.0, right.1)])];
        let found = resolve(&documents, 0.6);
        found.post_of("a", "p1") == found.post_of("b", "p1")
    };
    assert!(one(("رئیس جمهور", ""), ("رئیس جمهوری اسلامی ایران", "")));
    assert!(!one(("رئیس جمهور", ""), ("رئیس جمهور فرانسه", "")));
    assert!(one(("رئیس جمهور", "سازمان آب"), ("رئیس‌جمهور", "")));
    assert!(one(("وزیر نفت", ""), ("وزیر نفت ایران", "وزارت نفت ایران")));
    assert!(one(("معاون وزیر نفت", ""), ("معاون وزارت نفت", "وزارت نفت")));
    assert!(one(("دبیرکل سازمان ملل", "سازمان ملل"), ("دبیر کل سازمان ملل متحد", "سازمان ملل متحد")));
    assert!(one(("دادستان کل کشور", ""), ("دادستان کل", "دادستانی کل کشور")));
    assert!(one(("مدیر خبرگزاری فارس", "خبرگزاری فارس"), ("مدیر فارس", "فارس")));
    assert!(!one(("نخست وزیر انگلیس", ""), ("نخست وزیر فرانسه", "")));
    assert!(!one(("رئیس سازمان آب", "سازمان آب"), ("رئیس سازمان آب ایران", "سازمان آب ایران")));
}

#[test]
fn a_name_that_many_bodies_share_is_the_one_of_its_document() {
    let documents = [
        document("a", "", &[("", "", "شهرداری کرج"), ("", "", "شهرداری")]),
        document("b", "", &[("", "", "شهرداری ساری"), ("", "", "شهرداری")]),
        document("c", "", &[("", "", "شهرداری")]),
        document("d", "", &[("", "", "شهرداری ساری"), ("", "", "شهرداری کرج"), ("", "", "شهرداری")]),
        document("e", "", &[("", "", "شورای شهر کرج"), ("", "", "شورای شهر")]),
        document("f", "", &[("", "", "شورای شهر ساری"), ("", "", "شورای شهر تازه")]),
    ];
    let found = resolve(&documents, 0.6);
    assert_eq!(found.organization_of("a", "o2"), found.organization_of("d", "o2"));
    assert_eq!(found.organization_of("b", "o2"), found.organization_of("d", "o1"));
    let local = |document: &str, id: &str| {
        let id = found.organization_of(document, id);
        found.organizations.iter().any(|o| Some(o.id.as_str()) == id && o.local)
    };
    assert!(local("c", "o1") && local("d", "o3") && !local("a", "o2"));
    assert_eq!(found.organization_of("e", "o2"), found.organization_of("e", "o1"));
    assert_ne!(found.organization_of("f", "o2"), found.organization_of("f", "o1"));
}

#[test]
fn the_threshold_decides_what_is_joined() {
    let documents = [
        document("a", "", &[("سعید بهرامی", "رئیس سازمان آب", "سازمان آب")]),
        document("b", "", &[("سعید بهرامی", "رئیس بنیاد کتاب", "بنیاد کتاب")]),
        document("c", "", &[("بهرامی", "رئیس سازمان آب", "سازمان آب")]),
    ];
    let people = |threshold| resolve(&documents, threshold).people.len();
    assert_eq!([people(0.0), people(0.6), people(0.68), people(0.9), people(1.0)], [1, 1, 2, 3, 3]);
}

#[test]
fn a_second_office_in_another_body_is_held_too() {
    let mut record = document("a", "2020-01-01", &[("رحیم نیک‌پور", "رئیس سازمان آب", "سازمان آب")]);
    let more = document("x", "", &[("", "عضو شورای عالی کار", "شورای عالی کار")]);
    // The same official has a second office, with its body inside.
    let (mut role, mut body) = (more.mentions[0].clone(), more.mentions[1].clone());
    (role.id, role.start, role.end, role.entity) = ("m8".into(), 100, 118, Some("p1".into()));
    (body.id, body.start, body.end, body.entity) = ("m9".into(), 104, 118, Some("o2".into()));
    let mut organization = more.organizations[0].clone();
    (organization.id, organization.mentions) = ("o2".into(), vec!["m9".into()]);
    record.officials[0].mentions.push("m8".into());
    record.mentions.extend([role, body]);
    record.organizations.push(organization);
    let found = resolve(&[record], 0.6);
    let held: Vec<&str> =
        found.posts.iter().filter(|p| !p.holders.is_empty()).map(|p| p.name.as_str()).collect();
    assert_eq!((held.len(), found.people[0].posts.len()), (2, 2));
    assert!(held.contains(&"عضو شورای عالی کار") && held.contains(&"رئیس سازمان آب"), "{held:?}");
}

#[test]
fn a_document_counts_once() {
    let one = document("a", "", &[("رحیم نیک‌پور", "وزیر کشور", "")]);
    let mut resolver = Resolver::new(ResolveOptions::default());
    assert!(resolver.add(&one));
    assert!(!resolver.add(&one));
    assert_eq!(resolver.documents(), 1);
    assert_eq!(resolver.finish().people, resolve(&[one], 0.6).people);
}

/// A name with an office and its organization.
type Named = (&'static str, (&'static str, &'static str));

/// Any small corpus over names, offices and bodies that are easily confused.
fn corpus() -> impl Strategy<Value = Vec<Record>> {
    let name = prop::sample::select(vec![
        "",
        "رحیم بهرامی",
        "بهرامی",
        "سعید بهرامی",
        "محمد سعید بهرامی",
        "سید رحیم بهرامی",
    ]);
    let office = prop::sample::select(vec![
        ("", ""),
        ("رئیس سازمان آب", "سازمان آب"),
        ("رئیس سازمان برق", "سازمان برق"),
        ("وزیر کشور", ""),
        ("وزیر سابق کشور", "وزارت کشور"),
        ("شهردار", "شهرداری"),
        ("شهردار کرج", "شهرداری کرج"),
        ("مدیر", ""),
        ("", "شهرداری ساری"),
    ]);
    let date = prop::sample::select(vec!["", "2020-01-01", "2020-02-01", "2023-01-01"]);
    let officials = prop::collection::vec((name, office), 0..4);
    prop::collection::vec((date, officials), 0..8).prop_map(|documents| {
        let made = |(index, (date, officials)): (usize, (&str, Vec<Named>))| {
            let officials: Vec<_> =
                officials.iter().map(|(name, (role, body))| (*name, *role, *body)).collect();
            document(&format!("d{index}"), date, &officials)
        };
        documents.into_iter().enumerate().map(made).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_documents_does_not_matter(
        (documents, shuffled) in corpus().prop_flat_map(|c| (Just(c.clone()), Just(c).prop_shuffle())),
        threshold in prop::sample::select(vec![0.0f32, 0.6, 0.75, 1.0]),
    ) {
        let (left, right) = (resolve(&documents, threshold), resolve(&shuffled, threshold));
        prop_assert_eq!(&left.people, &right.people);
        prop_assert_eq!(&left.posts, &right.posts);
        prop_assert_eq!(&left.organizations, &right.organizations);
        for (id, official) in documents.iter().flat_map(|d| d.officials.iter().map(move |o| (&d.id, o))) {
            prop_assert_eq!(left.person_of(id, &official.id), right.person_of(id, &official.id));
            prop_assert_eq!(left.person_of(id, &official.id).is_some(), official.name.is_some());
            prop_assert_eq!(left.post_of(id, &official.id).is_some(), official.role.is_some());
        }
    }

    #[test]
    fn every_record_has_one_entity_and_ids_are_unique(documents in corpus()) {
        let found = resolve(&documents, 0.6);
        let unique = |ids: Vec<&String>| ids.windows(2).all(|pair| pair[0] < pair[1]);
        prop_assert!(unique(found.people.iter().map(|p| &p.id).collect()));
        prop_assert!(unique(found.posts.iter().map(|p| &p.id).collect()));
        prop_assert!(unique(found.organizations.iter().map(|o| &o.id).collect()));
        let members: usize = found.people.iter().map(|p| p.occurrences.len()).sum();
        let named = documents.iter().flat_map(|d| &d.officials).filter(|o| o.name.is_some()).count();
        prop_assert_eq!(members, named);
        let members: usize = found.organizations.iter().map(|o| o.occurrences.len()).sum();
        prop_assert_eq!(members, documents.iter().map(|d| d.organizations.len()).sum::<usize>());
    }
}
