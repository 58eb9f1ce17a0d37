use proptest::prelude::*;

use super::*;
use crate::eval::labelled::load_predictions;

/// Reads records, one a line.
fn records(lines: &str) -> Collection {
    let file = tempfile::Builder::new().suffix(".jsonl").tempfile().expect("a file");
    std::fs::write(file.path(), lines).expect("written");
    load_predictions(file.path()).expect("records")
}

fn score(gold: &Collection, pred: &Collection) -> CorpusScore {
    score_corpus(gold, pred, &CorpusOptions::default()).expect("documents that meet")
}

fn counts(score: &CorpusScore, cell: &str) -> Counts {
    score.counts(cell).unwrap_or_else(|| panic!("no cell {cell}"))
}

// «فرماندار نطنز موظف شد تا پایان هفته گزارش دهد. هوا سرد بود.»
const TEXT: &str = "فرماندار نطنز موظف شد تا پایان هفته گزارش دهد. هوا سرد بود.";

fn gold() -> Collection {
    records(&format!(
        r#"{{"schema":"dabir/1","id":"الف","text":"{TEXT}","sentences":[{{"start":0,"end":46,"class":"directive"}},{{"start":47,"end":59,"class":"none"}}],"mentions":[{{"type":"ROLE","start":0,"end":13}},{{"type":"LOC","start":9,"end":13}}],"officials":[{{"name":null,"role":"فرماندار نطنز"}}],"tasks":[{{"sentence":0,"start":36,"end":45,"assignees":[{{"start":0,"end":13,"text":"فرماندار نطنز"}}],"deadline":{{"start":25,"end":35,"text":"پایان هفته","kind":"date","due_jalali":"1402-05-06"}}}}]}}"#
    ))
}

#[test]
fn the_same_on_both_sides_is_perfect() {
    let score = score(&gold(), &gold());
    let totals = score.sample.total();
    for figure in score.figures().iter().filter(|f| f.name != "class macro F1") {
        let wanted = match figure.name.as_str() {
            // Nobody is named, nobody works with anybody, nobody ordered it.
            "officials name F1" | "collaborators F1" | "issuer F1" => 0.0,
            _ => 1.0,
        };
        assert_eq!(figure.formula.value(&totals), wanted, "{}", figure.name);
    }
    // Classes that occur nowhere count as 0 in the macro mean over the six.
    let macro_f1 = score.figures().into_iter().find(|f| f.name == "class macro F1").expect("a figure");
    assert!((macro_f1.formula.value(&totals) - 2.0 / 6.0).abs() < 1e-12);
}

#[test]
fn each_layer_has_its_own_faults() {
    let pred = records(&format!(
        r#"{{"schema":"dabir/1","id":"الف.txt","text":"{TEXT}","sentences":[{{"start":0,"end":59,"class":"plan"}}],"mentions":[{{"type":"ROLE","start":0,"end":8,"text":"فرماندار"}},{{"type":"DATE","start":25,"end":35}}],"officials":[{{"name":null,"role":"فرماندار محترم نطنز"}},{{"name":null,"role":"شهردار"}}],"tasks":[{{"sentence":0,"start":36,"end":41,"assignees":[{{"text":"فرماندارِ نطنز"}},{{"text":"فرماندار نطنز"}}],"deadline":{{"start":22,"end":35,"text":"تا پایان هفته","kind":"event","due_jalali":null}}}}]}}"#
    ));
    let score = score(&gold(), &pred);
    assert_eq!(counts(&score, "boundaries"), Counts::of_sets(0, 1, 2));
    // The long sentence stands for both gold ones.
    assert_eq!(counts(&score, "task sentence"), Counts::of_sets(1, 2, 1));
    assert_eq!(counts(&score, "class accuracy"), Counts::of_answers(0, 2));
    assert_eq!(score.types, ["LOC", "ROLE"]);
    assert_eq!(score.left_out, 1);
    assert_eq!(counts(&score, "mentions strict"), Counts::new(0, 1, 0, 1, 0));
    assert_eq!(counts(&score, "mentions type"), Counts::new(1, 0, 0, 1, 0));
    assert_eq!(counts(&score, "ROLE overlap P"), Counts::of_sets(1, 1, 1));
    assert_eq!(counts(&score, "officials name+role"), Counts::of_sets(1, 2, 1));
    assert_eq!(counts(&score, "task count"), Counts::of_sets(1, 1, 1));
    assert_eq!(counts(&score, "acts exact"), Counts::of_sets(0, 1, 1));
    assert_eq!(counts(&score, "acts overlap"), Counts::of_sets(1, 1, 1));
    assert_eq!(counts(&score, "assignees"), Counts::of_sets(1, 2, 1));
    assert_eq!(counts(&score, "deadline"), Counts::of_sets(1, 1, 1));
    assert_eq!(counts(&score, "deadline kind"), Counts::of_sets(0, 1, 1));
    assert_eq!(counts(&score, "deadline kind date"), Counts::of_sets(0, 0, 1));
    assert_eq!(counts(&score, "deadline due"), Counts::of_sets(0, 0, 1));
    let kinds = score.kinds.expect("kinds are labelled");
    assert_eq!(kinds.counts[0][2], 1, "a date taken for an event");
}

#[test]
fn a_missing_document_counts_as_missed_unless_told_otherwise() {
    let mut gold = gold();
    gold.extend(records(r#"{"schema":"dabir/1","id":"ب","text":"x","mentions":[]}"#));
    let pred = records(r#"{"schema":"dabir/1","id":"ب","text":"x","mentions":[]}"#);
    let all = score(&gold, &pred);
    assert_eq!(all.missing, ["الف"]);
    assert_eq!(counts(&all, "mentions strict").mis, 2);
    let options = CorpusOptions { skip_missing: true, ..CorpusOptions::default() };
    let some = score_corpus(&gold, &pred, &options).expect("one document meets");
    assert_eq!(some.documents, ["ب"]);
    assert!(score_corpus(&gold, &records(r#"{"schema":"dabir/1","id":"پ","text":"y"}"#), &options).is_err());
}

#[test]
fn layers_that_gold_does_not_know_are_not_scored() {
    let gold = records(r#"{"schema":"dabir/1","id":"الف","text":"فرماندار نطنز","mentions":[]}"#);
    let score = score(&gold, &self::gold());
    assert!(score.cell("task count").is_none() && score.cell("boundaries").is_none());
    assert!(score.cell("mentions strict").is_some());
    assert_eq!(score.text_differs, ["الف"]);
}

#[test]
fn renumbered_documents_meet_by_text() {
    let gold = records(&format!("{{\"id\":12,\"text\":\"{TEXT}\",\"label\":[[9,13,\"LOC\"]]}}"));
    let score = score(&gold, &self::gold());
    assert_eq!(counts(&score, "LOC strict"), Counts::of_sets(1, 1, 1));
}

#[test]
fn differences_tell_what_and_where() {
    let pred = records(&format!(
        r#"{{"schema":"dabir/1","id":"الف","text":"{TEXT}","sentences":[{{"start":0,"end":46,"class":"plan"}},{{"start":47,"end":59,"class":"none"}}],"mentions":[{{"type":"LOC","start":9,"end":13}},{{"type":"LOC","start":47,"end":50}}],"officials":[{{"name":null,"role":"شهردار"}}],"tasks":[{{"sentence":0,"start":36,"end":45,"assignees":[{{"text":"شهردار"}}]}}]}}"#
    ));
    let found = differences::corpus_differences(&gold(), &pred, &CorpusOptions::default());
    let text = crate::eval::differences::differences_text(&found, &Default::default());
    for line in [
        "sentence 1 (0–46)",
        "missed    ROLE         ⟦فرماندار نطنز⟧ موظف",
        "missed    deadline     فرماندار نطنز موظف شد تا ⟦پایان هفته⟧ گزارش دهد.",
        "spurious  assignees    «شهردار»",
        "changed   class        directive → plan",
        "spurious  LOC          ⟦هوا⟧ سرد بود.",
        "missed    official     – / فرماندار نطنز",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(differences::corpus_differences(&gold(), &gold(), &CorpusOptions::default()).is_empty());
}

proptest! {
    /// The order of mentions, officials, tasks and fillers in a file is no part of what it says.
    #[test]
    fn the_order_of_records_does_not_matter(order in Just((0..4usize).collect::<Vec<_>>()).prop_shuffle()) {
        let mentions = [("ROLE", 0, 13), ("LOC", 9, 13), ("ROLE", 0, 8), ("DATE", 25, 35)];
        let fillers = [(0, 8), (9, 13), (0, 13), (25, 35)];
        let list = |item: &dyn Fn(usize) -> String| order.iter().map(|&i| item(i)).collect::<Vec<_>>().join(",");
        let line = format!(
            r#"{{"schema":"dabir/1","id":"الف","text":"{TEXT}","sentences":[{{"start":0,"end":46,"class":"plan"}}],"mentions":[{}],"officials":[{}],"tasks":[{}]}}"#,
            list(&|i| format!(r#"{{"type":"{}","start":{},"end":{}}}"#, mentions[i].0, mentions[i].1, mentions[i].2)),
            list(&|i| format!(r#"{{"name":null,"role":"{}"}}"#, ["شهردار", "فرماندار نطنز", "شهردار", "وزیر"][i])),
            list(&|i| format!(
                r#"{{"start":{0},"end":{1},"assignees":[{{"start":{0},"end":{1}}}],"deadline":{{"start":{0},"end":{1},"kind":"{2}"}}}}"#,
                fillers[i].0, fillers[i].1, ["date", "event", "vague", "date"][i]
            )),
        );
        let totals = score(&gold(), &records(&line)).sample.total();
        // Whatever order came first is what the others are held against.
        prop_assert_eq!(&totals, FIRST.get_or_init(|| totals.clone()));
    }
}

static FIRST: std::sync::OnceLock<Vec<Counts>> = std::sync::OnceLock::new();
