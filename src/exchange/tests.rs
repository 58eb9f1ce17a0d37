//! Round trips: what a format can hold comes back as it was, whatever the text is made of.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::{FileNames, Relation, Sheet, Span, brat, conll, doccano, label, labelstudio, note, relation};
use crate::document::Format;
use crate::eval::labels::LabelMap;
use crate::record::Record;

/// Letters, half-spaces, marks of direction, emoji and other wide characters, white space.
const TEXT: &str = "[ابپوه ۱a.🙂𐎠\u{200c}\u{200f}\u{64b}\u{1f3fb}\n\t«»]{2,60}";
const VALUE: &str = "[ا=;: \\\\\n🙂\"'،\u{200c}]{0,8}";
const LABELS: [&str; 8] =
    ["PER", "ROLE", "ORG", "decision", "sentence", label::ACT, label::DEADLINE, label::ACTOR];
const NOTES: [&str; 5] = [note::NAME, note::DUE, note::RULE, note::ROW, note::TEXT];

/// A sheet made of decisions that are numbers, so that it fits its text.
fn sheet(
    text: String,
    spans: &[(u16, u16, u8)],
    links: &[(u8, u8, u8)],
    notes: &[(u8, u8, String)],
) -> Sheet {
    let chars: Vec<char> = text.chars().collect();
    let mut sheet = Sheet::new("خبر-۱", text);
    let breaks = |at: usize| matches!(chars[at], '\n' | '\t');
    let mut seen = BTreeSet::new();
    for &(a, b, kind) in spans {
        let (a, b) = (usize::from(a) % chars.len(), usize::from(b) % chars.len());
        let (start, end) = (a.min(b), a.max(b) + 1);
        let name = LABELS[usize::from(kind) % LABELS.len()];
        // No program lets a selection begin or end with a line break.
        if !breaks(start) && !breaks(end - 1) && seen.insert((name, start, end)) {
            sheet.layers.spans.push(Span::new(name, start, end));
        }
    }
    let count = sheet.layers.spans.len();
    if count > 0 {
        for &(name, from, to) in links {
            let label = relation::ALL[usize::from(name) % relation::ALL.len()].to_owned();
            sheet.layers.relations.push(Relation {
                label,
                from: usize::from(from) % count,
                to: usize::from(to) % count,
            });
        }
        for (at, name, value) in notes {
            let span = &mut sheet.layers.spans[usize::from(*at) % count];
            span.notes.insert(NOTES[usize::from(*name) % NOTES.len()].to_owned(), value.clone());
        }
    }
    sheet
}

fn sheets() -> impl Strategy<Value = Sheet> {
    let spans = prop::collection::vec(any::<(u16, u16, u8)>(), 0..12);
    let links = prop::collection::vec(any::<(u8, u8, u8)>(), 0..8);
    let notes = prop::collection::vec((any::<u8>(), any::<u8>(), VALUE), 0..6);
    (TEXT, spans, links, notes).prop_map(|(text, s, l, n)| sheet(text, &s, &l, &n))
}

proptest! {
    #[test]
    fn brat(sheet in sheets()) {
        let read = brat::read(&sheet.text, &brat::write(&sheet)).map_err(|(l, e)| TestCaseError::fail(format!("{l}: {e}")))?;
        prop_assert_eq!(read.surface_differs, 0);
        prop_assert_eq!(read.layers, sheet.layers);
    }

    #[test]
    fn doccano(sheet in sheets()) {
        let mut out = Vec::new();
        doccano::write(&mut out, &sheet)?;
        let line = String::from_utf8(out)?;
        prop_assert_eq!(line.matches('\n').count(), 1);
        prop_assert_eq!(doccano::read(&line, "x").map_err(TestCaseError::fail)?, sheet);
    }

    #[test]
    fn label_studio(sheet in sheets()) {
        let mut out = Vec::new();
        let mut tasks = labelstudio::Tasks::new(&mut out);
        tasks.add(&sheet)?;
        tasks.finish()?;
        let read = labelstudio::read(&String::from_utf8(out)?).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&read, &[(sheet, 0)]);
    }

    #[test]
    fn conll_keeps_mentions_and_their_places(text in "[ابپوه ۱a.🙂𐎠\u{200c}«»]{2,60}", spans in prop::collection::vec(any::<(u16, u16, u8)>(), 0..8)) {
        let chars: Vec<char> = text.chars().collect();
        let mut sheet = sheet(text, &spans, &[], &[]);
        let seen = |c: char| c != ' ' && c != '\u{200c}';
        sheet.layers.spans.retain(|s| ["PER", "ROLE", "ORG"].contains(&s.label.as_str())
            && seen(chars[s.start]) && seen(chars[s.end - 1]));
        let wanted: BTreeSet<(usize, usize, String)> = super::tokens::flat(&sheet)
            .into_iter()
            .map(|i| &sheet.layers.spans[i])
            .map(|s| (s.start, s.end, s.label.clone()))
            .collect();
        let mut out = Vec::new();
        conll::write(&mut out, &sheet)?;
        let written = String::from_utf8(out)?;
        if written.lines().all(|l| l.is_empty() || l.starts_with('-')) {
            return Ok(());
        }
        let back = conll::read(Path::new("a"), &written, "x")?;
        let found = back[0].layers.spans.iter().filter(|s| s.label != label::SENTENCE);
        let found: BTreeSet<(usize, usize, String)> = found.map(|s| (s.start, s.end, s.label.clone())).collect();
        prop_assert_eq!(found, wanted);
        let surface = |s: &(usize, usize, String)| chars[s.0..s.1].iter().collect::<String>();
        for span in super::tokens::flat(&sheet).into_iter().map(|i| &sheet.layers.spans[i]) {
            let old = surface(&(span.start, span.end, String::new()));
            // A half-space between two tokens is no token, and comes back as a space.
            let visible = |text: &str| text.replace([' ', '\u{200c}'], "");
            prop_assert_eq!(visible(&back[0].surface(span)), visible(&old));
        }
    }
}

/// A document with one of everything.
fn full() -> Record {
    let text =
        "🙂 رضا نوری، وزیر نیرو گفت.\nمقرر شد وزارت نیرو با شهرداری سد را تا پایان خرداد بسازد.\nاو رفت.";
    let at = |part: &str, nth: usize| {
        let (byte, _) = text.match_indices(part).nth(nth).expect("a part of the text");
        let start = text[..byte].chars().count();
        (start, start + part.chars().count())
    };
    let place = |part: &str, nth: usize| {
        let (start, end) = at(part, nth);
        serde_json::json!({"start": start, "end": end, "text": part})
    };
    let with = |mut object: serde_json::Value, more: serde_json::Value| {
        for (name, value) in more.as_object().into_iter().flatten() {
            object[name] = value.clone();
        }
        object
    };
    let mention = |id: &str,
                   kind: &str,
                   part: &str,
                   nth: usize,
                   entity: Option<&str>,
                   source: &str,
                   score: f64| {
        with(
            place(part, nth),
            serde_json::json!({"id": id, "type": kind, "entity": entity, "source": source, "score": score}),
        )
    };
    let sentence = |part: &str, class: Option<&str>| {
        let (start, end) = at(part, 0);
        serde_json::json!({"start": start, "end": end, "class": class, "score": 0.75, "rule": "report.past",
            "number": "7", "gold": true})
    };
    let slot = |part: &str, nth: usize, entity: Option<&str>| {
        with(place(part, nth), serde_json::json!({"entity": entity}))
    };
    serde_json::from_value(serde_json::json!({
        "schema": "dabir/1", "id": "خبر-۱", "format": "news", "text": text,
        "meta": {"title": "سد", "date": "2023-05-01", "date_jalali": "1402-02-11", "categories": ["آب"], "tags": [], "place": "قم"},
        "blocks": [{"kind": "paragraph", "start": 0, "end": 27}],
        "sentences": [sentence("🙂 رضا نوری، وزیر نیرو گفت.", Some("report")),
            sentence("مقرر شد وزارت نیرو با شهرداری سد را تا پایان خرداد بسازد.", Some("decision")),
            sentence("او رفت.", None)],
        "mentions": [mention("m1", "PER", "رضا نوری", 0, Some("p1"), "model", 0.98),
            mention("m2", "ROLE", "وزیر نیرو", 0, Some("p1"), "rule", 1.0),
            mention("m3", "ORG", "وزارت نیرو", 0, Some("o1"), "lexicon", 0.5),
            mention("m4", "DATE", "پایان خرداد", 0, None, "rule", 1.0)],
        "officials": [{"id": "p1", "name": "رضا نوری", "role": "وزیر نیرو", "organization": "o1", "mentions": ["m1", "m2"],
            "since": with(place("گفت", 0), serde_json::json!({"date": "2023-05-01", "date_jalali": "1402-02-11"}))}],
        "organizations": [{"id": "o1", "name": "وزارت نیرو", "kind": "ministry", "mentions": ["m3"]}],
        "tasks": [{"id": "t1", "class": "decision", "sentence": 1, "text": "سد را", "act": "build", "row": 3, "score": 0.9,
            "start": at("سد را", 0).0, "end": at("سد را", 0).1, "rule": "decision.resolved",
            "trigger": place("مقرر شد", 0),
            "assignees": [slot("وزارت نیرو", 0, Some("o1")), {"start": null, "end": null, "text": "رضا نوری", "entity": null}],
            "collaborators": [slot("شهرداری", 0, None)],
            "issuer": slot("او", 0, Some("p1")),
            "deadline": with(place("پایان خرداد", 0), serde_json::json!({"kind": "date", "due": "2023-06-21", "due_jalali": "1402-03-31"}))}],
        "warnings": []
    }))
    .expect("a record")
}

#[test]
fn a_record_comes_back_whole() {
    let record = full();
    record.check().expect("spans that fit");
    let sheet = Sheet::from(&record);
    assert_eq!(sheet.clone().into_record(&LabelMap::built_in()), record);
    // Through the formats that hold everything but what only the record knows.
    let mut line = Vec::new();
    doccano::write(&mut line, &sheet).expect("written");
    let back = doccano::read(&String::from_utf8(line).expect("UTF-8"), "x").expect("read");
    assert_eq!(back.into_record(&LabelMap::built_in()), record);
    let read = brat::read(&sheet.text, &brat::write(&sheet)).expect("read");
    let back = Sheet { layers: read.layers, ..sheet };
    assert_eq!(back.into_record(&LabelMap::built_in()), record);
}

#[test]
fn an_organization_that_only_follows_from_an_office() {
    let mut record = full();
    record.organizations[0].inferred = true;
    record.organizations[0].mentions.clear();
    assert_eq!(record.organizations.len(), 1);
    record.mentions[2].entity = None;
    record.tasks[0].assignees[0].entity = None;
    assert_eq!(Sheet::from(&record).into_record(&LabelMap::built_in()), record);
}

#[test]
fn what_a_person_adds_by_hand_is_understood() {
    let text = "علی کریمی، استاندار قم، گفت شهرداری قم باید پل را بسازد.";
    let ann = "T1\tpers 0 9\tعلی کریمی\nT2\tROLE 11 22\tاستاندار قم\nT3\tdirective 0 56\tx\nT4\tACT 44 49\tپل را\n\
               T5\tORG 28 38\tشهرداری قم\nT6\tLaw 0 3\tعلی\nR1\tsame Arg1:T1 Arg2:T2\nR2\tassignee Arg1:T4 Arg2:T5\n\
               R3\tissuer Arg1:T4 Arg2:T1\n#1\tAnnotatorNotes T4\tdue=1402-03-31\n";
    let mut sheet = Sheet::new("a", text);
    sheet.format = Format::Text;
    sheet.layers = brat::read(text, ann).expect("read").layers;
    let record = sheet.into_record(&LabelMap::built_in());
    assert_eq!(record.officials[0].name.as_deref(), Some("علی کریمی"));
    assert_eq!(record.officials[0].role.as_deref(), Some("استاندار قم"));
    assert_eq!(record.tasks[0].assignees[0].text, "شهرداری قم");
    assert_eq!(record.tasks[0].issuer.as_ref().and_then(|i| i.entity.as_deref()), Some("p1"));
    assert_eq!(record.tasks[0].class.name(), "directive");
    assert_eq!(record.warnings, ["label «Law» is unknown and was left out (1 spans)"]);
}

#[test]
fn file_names_are_clean_and_unique() {
    let mut names = FileNames::default();
    assert_eq!(names.give("خبر/۱: «الف»"), "خبر_۱_ «الف»");
    assert_eq!(names.give("A"), "A");
    assert_eq!(names.give("a"), "a~2");
    assert_eq!(names.give(".."), "document");
    assert!(names.give(&"ن".repeat(300)).len() <= 200);
}
