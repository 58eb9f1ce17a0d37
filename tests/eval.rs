//! `dabir eval` with the real binary in temporary folders.

use std::error::Error;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

const GOLD: &str = "مهندس\tO\nسعید\tB-PER\nکاظمی\tI-PER\nشهردار\tO\nملایر\tB-LOC\n\nشورای\tB-ORG\nشهر\tI-ORG\nملایر\tI-ORG\nتشکیل\tO\nشد\tO\n";
const GOOD: &str = "مهندس\tO\nسعید\tB-PER\nکاظمی\tI-PER\nشهردار\tO\nملایر\tB-LOC\n\nشورای\tB-ORG\nشهر\tI-ORG\nملایر\tB-LOC\nتشکیل\tO\nشد\tO\n";
const POOR: &str = "مهندس\tB-PER\nسعید\tI-PER\nکاظمی\tI-PER\nشهردار\tO\nملایر\tO\n\nشورای\tO\nشهر\tO\nملایر\tI-LOC\nتشکیل\tO\nشد\tB-DATE\n";

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Result<Self, Box<dyn Error>> {
        let folder = Self(tempfile::tempdir()?);
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            fs::write(path, text)?;
        }
        Ok(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn eval(&self, args: &[&str]) -> Result<Command, Box<dyn Error>> {
        let mut command = Command::cargo_bin("dabir")?;
        command.current_dir(self.path()).arg("eval").args(args);
        Ok(command)
    }

    /// The report as JSON.
    fn report(&self, args: &[&str]) -> Result<Value, Box<dyn Error>> {
        let output = self.eval(args)?.args(["--format", "json", "--bootstrap", "50"]).output()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn read(&self, name: &str) -> Result<String, Box<dyn Error>> {
        Ok(fs::read_to_string(self.path().join(name))?)
    }
}

fn table<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    let tables = report["tables"].as_array().map_or(&[][..], Vec::as_slice);
    let found = tables.iter().find(|t| t["name"] == name);
    found.and_then(|t| t["rows"].as_array()).map_or(&[], Vec::as_slice)
}

fn tagged() -> Result<Folder, Box<dyn Error>> {
    Folder::new(&[("gold.conll", GOLD), ("good.conll", GOOD), ("poor.conll", POOR)])
}

/// The folder of a small random model with the heads `ner` and `arman`.
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny-model");

#[test]
fn the_head_follows_the_convention_of_gold_or_what_is_asked() -> Outcome {
    let arman = GOLD.replace("PER", "pers").replace("LOC", "fac");
    let tweets = GOLD.replace("LOC", "NAT");
    let files = [("gold.conll", GOLD), ("arman.conll", &arman), ("tweets.conll", &tweets)];
    let folder = Folder::new(&files)?;
    let note = |args: &[&str]| -> Result<String, Box<dyn Error>> {
        let report = folder.report(&[args, &["--model", MODEL]].concat())?;
        let head = report["notes"][0].as_str().unwrap_or("").to_owned();
        assert!(report["title"].as_str().is_some_and(|t| t.contains("tiny (int8, head ")), "{report}");
        Ok(head)
    };
    assert_eq!(
        note(&["ner", "arman.conll"])?,
        "tagged by the head arman: gold's types fac, pers are of ARMAN"
    );
    assert_eq!(note(&["ner", "arman.conll", "--head", "domain"])?, "tagged by the head domain: as asked");
    assert_eq!(note(&["ner", "gold.conll"])?, "tagged by the head ner: gold's types do not tell one corpus");
    assert!(note(&["ner", "tweets.conll"])?.ends_with("of ParsTwiNER, but the model has no head parstwiner"));
    let unknown = ["ner", "gold.conll", "--model", MODEL, "--head", "class"];
    folder.eval(&unknown)?.assert().failure().stderr(contains("has no head \"class\" that tags words"));
    folder.eval(&["ner", "gold.conll", "gold.conll", "--head", "ner"])?.assert().failure();
    Ok(())
}

#[test]
fn every_measure_is_named_and_counted() -> Outcome {
    let report = tagged()?.report(&["ner", "gold.conll", "good.conll"])?;
    assert_eq!(report["schema"], "dabir-eval/1");
    let of = |measure: &str| {
        let rows = table(&report, "scores").iter();
        rows.clone().find(|r| r["measure"] == measure).cloned().unwrap_or_default()
    };
    let counts = |measure: &str| ["COR", "INC", "PAR", "MIS", "SPU"].map(|c| of(measure)[c].as_u64());
    assert_eq!(counts("strict"), [Some(2), Some(1), Some(0), Some(0), Some(1)]);
    assert_eq!(counts("exact"), [Some(2), Some(1), Some(0), Some(0), Some(1)]);
    assert_eq!(counts("partial"), [Some(2), Some(0), Some(1), Some(0), Some(1)]);
    assert_eq!(counts("type"), [Some(3), Some(0), Some(0), Some(0), Some(1)]);
    assert_eq!(counts("lenient"), counts("strict"));
    assert_eq!(counts("token"), [Some(5), Some(1), Some(0), Some(0), Some(0)]);
    assert_eq!(of("strict")["P"], json!(0.5));
    assert!(of("strict")["95 %"].is_array());
    Ok(())
}

#[test]
fn other_dresses_and_names_give_the_same_scores() -> Outcome {
    let piped = GOLD.replace('\t', "|").replace("B-", "B_").replace("I-", "I_");
    let arman = GOLD.replace("PER", "pers").replace("LOC", "fac").replace("ORG", "org").replace('\t', " ");
    let bioes = "مهندس\tO\nسعید\tB-PER\nکاظمی\tE-PER\nشهردار\tO\nملایر\tS-LOC\n\nشورای\tB-ORG\nشهر\tI-ORG\nملایر\tE-ORG\nتشکیل\tO\nشد\tO\n";
    let folder = Folder::new(&[
        ("gold.conll", GOLD),
        ("piped.conll", &piped),
        ("arman.conll", &arman),
        ("bioes.conll", bioes),
        ("good.conll", GOOD),
        ("map.toml", "[map]\nfac = \"BUILDING\"\n"),
    ])?;
    let wanted = folder.report(&["ner", "gold.conll", "good.conll"])?["figures"].clone();
    for gold in ["piped.conll", "arman.conll", "bioes.conll"] {
        assert_eq!(folder.report(&["ner", gold, "good.conll"])?["figures"], wanted, "{gold}");
    }
    let mapped = folder.report(&["ner", "arman.conll", "good.conll", "--map", "map.toml"])?;
    assert!(table(&mapped, "types").iter().any(|r| r["type"] == "BUILDING"));
    Ok(())
}

#[test]
fn two_predictions_are_compared() -> Outcome {
    let folder = tagged()?;
    let report = folder.report(&["ner", "gold.conll", "good.conll", "--against", "poor.conll"])?;
    let row = &table(&report, "comparison")[0];
    assert_eq!(row["figure"], "strict micro F1");
    assert!(row["difference"].as_f64() > Some(0.0) && row["first better in"].as_f64() > Some(0.8), "{row}");
    let again = folder.report(&["ner", "gold.conll", "good.conll", "--against", "poor.conll"])?;
    assert_eq!(report, again, "the seed decides");
    Ok(())
}

#[test]
fn every_form_and_the_errors() -> Outcome {
    let folder = tagged()?;
    let args = ["ner", "gold.conll", "poor.conll", "--errors", "1", "--errors-html", "errors.html"];
    folder
        .eval(&args)?
        .assert()
        .success()
        .stdout(contains("sentence 1 (line 1): 2 wrong"))
        .stdout(contains("missed    LOC          مهندس سعید کاظمی شهردار ⟦ملایر⟧"))
        .stdout(contains("DATE is not scored: 0 entities in gold and 1 predicted"))
        .stdout(contains("warning: 1 tokens of the prediction have a tag that breaks its scheme"));
    let page = folder.read("errors.html")?;
    assert!(page.starts_with("<!doctype html>") && page.contains("dir=\"rtl\"") && !page.contains("http"));
    for (form, sign) in [("md", "| measure |"), ("html", "<!doctype html>"), ("json", "\"differences\"")] {
        folder.eval(&args)?.args(["--format", form]).assert().success().stdout(contains(sign));
    }
    Ok(())
}

#[test]
fn a_fall_below_the_baseline_is_exit_status_1() -> Outcome {
    let folder = tagged()?;
    folder.eval(&["ner", "gold.conll", "good.conll", "--save", "base.json"])?.assert().success();
    folder.eval(&["ner", "gold.conll", "good.conll", "--baseline", "base.json"])?.assert().success();
    folder
        .eval(&["ner", "gold.conll", "poor.conll", "--baseline", "base.json", "--max-drop", "0.5"])?
        .assert()
        .code(1)
        .stderr(contains("strict micro F1 was 57.14 and is 0.00, 57.14 points less"));
    let loose = ["ner", "gold.conll", "poor.conll", "--baseline", "base.json", "--max-drop", "100"];
    folder.eval(&loose)?.assert().success();
    Ok(())
}

#[test]
fn what_cannot_be_compared_is_exit_status_2() -> Outcome {
    let folder = tagged()?;
    fs::write(folder.path().join("short.conll"), "مهندس\tO\n")?;
    let cases: [(&[&str], &str); 4] = [
        (&["ner", "gold.conll", "short.conll"], "sentence 1 has 5 tokens in gold.conll"),
        (&["ner", "gold.conll", "missing.conll"], "missing.conll: "),
        (&["corpus", ".", "gold.conll"], "gold.conll:1: no JSON"),
        (&["ner", "gold.conll", "good.conll", "--baseline", "gold.conll"], "no saved figures"),
    ];
    for (args, message) in cases {
        folder.eval(args)?.assert().code(2).stderr(contains(message));
    }
    Ok(())
}

const TEXT: &str = "فرماندار نطنز موظف شد تا پایان هفته گزارش دهد. هوا سرد بود.";

fn documents() -> Result<Folder, Box<dyn Error>> {
    let record = |class: &str, end: usize, due: &str| {
        json!({"schema": "dabir/1", "id": "جلسه.txt", "format": "text", "text": TEXT,
            "sentences": [{"start": 0, "end": 46, "class": class}, {"start": 47, "end": 59, "class": "none"}],
            "mentions": [{"id": "m1", "type": "ROLE", "start": 0, "end": end}, {"id": "m2", "type": "LOC", "start": 9, "end": 13}],
            "officials": [{"id": "p1", "name": null, "role": "فرماندار نطنز"}],
            "tasks": [{"id": "t1", "sentence": 0, "start": 36, "end": 45, "text": "گزارش دهد",
                "assignees": [{"start": 0, "end": 13, "text": "فرماندار نطنز"}],
                "deadline": {"start": 25, "end": 35, "text": "پایان هفته", "kind": "date", "due_jalali": due}}]})
        .to_string()
    };
    let gold = json!({"id": "جلسه", "sentences": [[0, 46, "directive"], [47, 59, "none"]],
        "entities": [["ROLE", 0, 13], ["LOC", 9, 13]],
        "officials": [{"name": null, "role": [0, 13], "organization": null}],
        "tasks": [{"sentence": 0, "text": [36, 45], "assignees": [[0, 13]], "collaborators": [], "issuer": null,
            "deadline": [25, 35], "deadline_kind": "date", "due_jalali": "1402-05-06"}]});
    let doccano = json!({"id": 4, "text": TEXT, "label": [[9, 13, "LOC"]]}).to_string();
    Folder::new(&[
        ("gold/جلسه.txt", TEXT),
        ("gold/جلسه.gold.json", &gold.to_string()),
        ("brat/جلسه.txt", TEXT),
        ("brat/جلسه.ann", "T1\tROLE 0 13\tفرماندار نطنز\nT2\tLOC 9 13\tنطنز\n"),
        ("doccano.jsonl", &doccano),
        ("right.jsonl", &record("directive", 13, "1402-05-06")),
        ("wrong.jsonl", &record("plan", 8, "1402-05-07")),
    ])
}

#[test]
fn documents_are_scored_layer_by_layer() -> Outcome {
    let folder = documents()?;
    let right = folder.report(&["corpus", "gold", "right.jsonl"])?;
    for figure in ["task sentence F1", "mentions strict F1", "assignees F1", "deadline F1", "deadline due F1"]
    {
        assert_eq!(right["figures"][figure], json!(1.0), "{figure}");
    }
    let wrong = folder.report(&["corpus", "gold", "wrong.jsonl", "--errors", "1"])?;
    for (figure, value) in [
        ("class accuracy", 0.5),
        ("task sentence F1", 1.0),
        ("mentions strict F1", 0.5),
        ("mentions type F1", 1.0),
        ("deadline kind F1", 1.0),
        ("deadline due F1", 0.0),
    ] {
        assert_eq!(wrong["figures"][figure], json!(value), "{figure}");
    }
    let units = wrong["differences"][0]["units"].clone();
    assert_eq!(units[0]["remarks"][0]["what"], "directive → plan");
    assert_eq!(units[0]["layers"][0]["gold"][0]["text"], "فرماندار نطنز");
    Ok(())
}

#[test]
fn gold_comes_in_many_forms() -> Outcome {
    let folder = documents()?;
    let brat = folder.report(&["corpus", "brat", "right.jsonl"])?;
    assert_eq!(brat["figures"]["mentions strict F1"], json!(1.0));
    assert!(brat["figures"].get("task sentence F1").is_none(), "brat says nothing about sentences here");
    let doccano = folder.report(&["corpus", "doccano.jsonl", "right.jsonl"])?;
    assert_eq!(doccano["figures"]["LOC strict F1"], json!(1.0));
    assert!(doccano["figures"].get("ROLE strict F1").is_none(), "doccano labels only places here");
    let record = folder.report(&["corpus", "right.jsonl", "wrong.jsonl"])?;
    assert_eq!(record["figures"]["class accuracy"], json!(0.5));
    Ok(())
}

#[test]
fn marks_of_news_are_recalled() -> Outcome {
    let head = "خبر-۱###عنوان###http://example.org###['سیاسی']###2020-03-08 21:08:00###۱۲###['الف']\n";
    let news = format!("{head}2\n1\tهوا خوب است.\n2\tشهردار موظف شد خیابان را بسازد.\n");
    let folder = Folder::new(&[("gold/خبر.txt", &news)])?;
    let at = news[..news.find("شهردار").unwrap_or_default()].chars().count();
    for (class, recall) in [("directive", 1.0), ("none", 0.0)] {
        let record = json!({"schema": "dabir/1", "id": "خبر", "text": news,
            "sentences": [{"start": at, "end": at + 31, "class": class}]});
        fs::write(folder.path().join("pred.jsonl"), record.to_string())?;
        let report = folder.report(&["corpus", "gold", "pred.jsonl"])?;
        assert_eq!(report["figures"]["marked sentences recall"], json!(recall));
        assert!(report["notes"].to_string().contains("sparse"));
    }
    Ok(())
}

#[test]
fn a_document_without_prediction_is_told_and_counted() -> Outcome {
    let folder = documents()?;
    fs::write(folder.path().join("gold/دوم.txt"), "ارومیه")?;
    fs::write(folder.path().join("gold/دوم.json"), r#"{"id":"دوم","entities":[["LOC",0,6]]}"#)?;
    let args = ["corpus", "gold", "right.jsonl", "--bootstrap", "0"];
    let warning = "1 documents have no prediction, all their gold counts as missed: دوم";
    folder.eval(&args)?.assert().code(1).stdout(contains(warning));
    folder.eval(&args)?.arg("--skip-missing").assert().success().stdout(contains("1 documents scored"));
    Ok(())
}

#[test]
fn two_annotators_agree_so_far() -> Outcome {
    let folder = documents()?;
    let report = folder.report(&["agreement", "gold", "wrong.jsonl"])?;
    let rows = table(&report, "agreement");
    let of = |question: &str| rows.iter().find(|r| r["question"] == question).cloned().unwrap_or_default();
    assert_eq!(of("task sentence or not")["kappa"], json!(1.0));
    assert_eq!(of("class of sentences")["alike"], json!(0.5));
    assert_eq!(of("words in LOC")["kappa"], json!(1.0));
    assert_eq!(report["differences"][0]["name"], "جلسه");
    let tokens = tagged()?.report(&["agreement", "gold.conll", "good.conll"])?;
    let kappa = table(&tokens, "agreement")[1]["kappa"].as_f64().unwrap_or_default();
    // Nine of ten types alike; by chance it would be 0.28.
    assert!((kappa - 0.62 / 0.72).abs() < 1e-6, "{kappa}");
    Ok(())
}
