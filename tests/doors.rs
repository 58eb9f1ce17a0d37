//! The real binary on annotated documents: filters, exports, imports, follow-up, database.

use std::error::Error;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn Error>>;

fn dabir(folder: &Path) -> Result<Command, Box<dyn Error>> {
    let mut command = Command::cargo_bin("dabir")?;
    command.current_dir(folder);
    Ok(command)
}

fn run(folder: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = dabir(folder)?.args(arguments).output()?;
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// An annotated document of one sentence, in which `assignee` must do `act`.
fn record(id: &str, date: &str, issuer: &str, assignee: &str, act: &str, due: Option<(&str, &str)>) -> Value {
    let text = format!("🙂 {issuer} مقرر کرد {assignee} {act}.");
    let place = |part: &str| {
        let at = text.find(part).map_or(0, |byte| text[..byte].chars().count());
        json!({"start": at, "end": at + part.chars().count(), "text": part})
    };
    let with = |mut object: Value, more: Value| {
        for (name, value) in more.as_object().into_iter().flatten() {
            object[name] = value.clone();
        }
        object
    };
    let mention = |id: &str, entity: &str, part: &str| {
        with(place(part), json!({"id": id, "type": "ORG", "entity": entity, "source": "model", "score": 0.9}))
    };
    let slot = |part: &str, entity: &str| with(place(part), json!({"entity": entity}));
    let deadline = due.map(|(jalali, gregorian)| {
        with(place("مقرر"), json!({"kind": "date", "due_jalali": jalali, "due": gregorian}))
    });
    json!({
        "schema": "dabir/1", "id": id, "format": "minutes", "text": text,
        "meta": {"title": format!("نشست {issuer}"), "date": date, "categories": [], "tags": []},
        "blocks": [],
        "sentences": [{"start": 0, "end": text.chars().count(), "class": "decision", "score": 1.0, "rule": "decision.resolved"}],
        "mentions": [mention("m1", "o1", issuer), mention("m2", "o2", assignee)],
        "officials": [],
        "organizations": [{"id": "o1", "name": issuer, "kind": null, "mentions": ["m1"]},
            {"id": "o2", "name": assignee, "kind": "municipality", "mentions": ["m2"]}],
        "tasks": [with(place(act), json!({"id": "t1", "class": "decision", "sentence": 0, "trigger": place("مقرر کرد"),
            "assignees": [slot(assignee, "o2")], "collaborators": [], "issuer": slot(issuer, "o1"),
            "deadline": deadline, "act": "build", "row": null, "score": 0.9, "rule": "decision.resolved"}))],
        "warnings": []
    })
}

/// Three meetings; the first two speak of one bridge.
fn corpus(folder: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let all = vec![
        record(
            "نشست-۱",
            "2023-03-30",
            "شورای ترافیک",
            "شهرداری کرج",
            "پل عابر میدان مادر را احداث کند",
            Some(("1402-03-31", "2023-06-21")),
        ),
        record(
            "نشست-۲",
            "2023-07-01",
            "شورای ترافیک",
            "شهرداری کرج",
            "احداث پل عابر میدان مادر را تسریع کند",
            Some(("1402-06-31", "2023-09-22")),
        ),
        record(
            "نشست-۳",
            "2023-08-01",
            "شورای آموزش",
            "اداره\u{200c}کل نوسازی",
            "مدرسه\u{200c}ها را بازسازی کند",
            None,
        ),
    ];
    let lines: Vec<String> = all.iter().map(Value::to_string).collect();
    fs::write(folder.join("a.jsonl"), lines.join("\n") + "\n")?;
    Ok(all)
}

fn documents(json: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let rows: Value = serde_json::from_str(json)?;
    let name = |row: &Value| row["document"].as_str().unwrap_or_default().to_owned();
    Ok(rows.as_array().into_iter().flatten().map(name).collect())
}

#[test]
fn tasks_of_annotated_documents_are_filtered_sorted_and_grouped() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let found = |arguments: &[&str]| -> Result<Vec<String>, Box<dyn Error>> {
        documents(&run(folder.path(), &[&["tasks", "a.jsonl", "--format", "json"][..], arguments].concat())?)
    };
    assert_eq!(found(&[])?, ["نشست-۱", "نشست-۲", "نشست-۳"]);
    assert_eq!(found(&["--assignee", "شهرداري كرج", "--due-after", "1402/04/01"])?, ["نشست-۲"]);
    assert_eq!(found(&["--organization", "شورای آموزش"])?, ["نشست-۳"]);
    assert_eq!(found(&["--text", "مدرسه ها"])?, ["نشست-۳"]);
    assert_eq!(found(&["--place", "کرج", "--due-before", "2023-06-21"])?, ["نشست-۱"]);
    assert_eq!(found(&["--class", "request,plan"])?, [""; 0]);
    assert_eq!(found(&["--sort", "assignee"])?, ["نشست-۳", "نشست-۱", "نشست-۲"]);
    let overdue =
        run(folder.path(), &["tasks", "a.jsonl", "--overdue", "--as-of", "1402-04-10", "--format", "csv"])?;
    assert_eq!(overdue.lines().count(), 2);
    assert!(overdue.trim_end().ends_with(",10"), "{overdue}");
    let groups = run(folder.path(), &["tasks", "a.jsonl", "--group-by", "assignee", "--format", "md"])?;
    assert!(groups.starts_with("## شهرداری کرج (2)\n"), "{groups}");
    dabir(folder.path())?.args(["tasks", "a.jsonl", "--due-after", "1402-13-01"]).assert().code(2);
    Ok(())
}

#[test]
fn annotated_documents_and_texts_side_by_side() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    fs::write(folder.path().join("b.txt"), "عنوان\nمقرر شد شهرداری قم پل را بازسازی کند.\n")?;
    let json =
        run(folder.path(), &["tasks", "a.jsonl", "b.txt", "--format", "json", "--assignee", "شهرداری"])?;
    assert_eq!(documents(&json)?, ["نشست-۱", "نشست-۲", "b"]);
    // A broken record is reported, and the others are done.
    fs::write(folder.path().join("bad.jsonl"), "{\"schema\":\"dabir/1\",\"id\":\"x\"}\n")?;
    let output = dabir(folder.path())?.args(["tasks", "bad.jsonl", "a.jsonl"]).output()?;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr)?.contains("bad.jsonl:1: line 1: no dabir/1 record"));
    Ok(())
}

#[test]
fn out_to_a_tool_and_back() -> Outcome {
    let folder = tempfile::tempdir()?;
    let all = corpus(folder.path())?;
    for (format, out) in
        [("doccano", "d.jsonl"), ("labelstudio", "l.json"), ("brat", "brat"), ("conll", "c.conll")]
    {
        run(folder.path(), &["export", "a.jsonl", "--to", format, "-o", out])?;
        run(folder.path(), &["import", "--from", format, out, "-o", "back.jsonl"])?;
        let back = fs::read_to_string(folder.path().join("back.jsonl"))?;
        let back: Vec<Value> = back.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        assert_eq!(back.len(), 3, "{format}");
        for (old, new) in all.iter().zip(&back) {
            // Formats that keep other fields bring everything back; brat keeps what stands in the text.
            let fields: &[&str] = match format {
                "brat" => &["id", "text", "sentences", "mentions", "organizations", "tasks"],
                "conll" => &["id", "text"],
                _ => &["id", "text", "format", "meta", "sentences", "mentions", "organizations", "tasks"],
            };
            for field in fields {
                assert_eq!(normal(&old[field]), normal(&new[field]), "{format} {field}");
            }
        }
        let scores = run(
            folder.path(),
            &["eval", "corpus", "back.jsonl", "a.jsonl", "--bootstrap", "0", "--format", "json"],
        )?;
        let scores: Value = serde_json::from_str(&scores)?;
        assert_eq!(scores["figures"]["mentions strict F1"], 1.0, "{format}: {scores}");
    }
    // Gold that still lies in the tool's own form.
    for gold in ["brat", "d.jsonl"] {
        let scores =
            run(folder.path(), &["eval", "corpus", gold, "a.jsonl", "--bootstrap", "0", "--format", "json"])?;
        let scores: Value = serde_json::from_str(&scores)?;
        for figure in [
            "sentence boundaries F1",
            "mentions strict F1",
            "acts exact F1",
            "assignees F1",
            "deadline due F1",
        ] {
            assert_eq!(scores["figures"][figure], 1.0, "{gold} {figure}: {scores}");
        }
    }
    Ok(())
}

/// Absent fields and nulls are the same.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().filter(|(_, v)| !v.is_null()).map(|(n, v)| (n.clone(), normal(v))).collect()
        }
        Value::Array(all) => all.iter().map(normal).collect(),
        other => other.clone(),
    }
}

#[test]
fn folders_with_work_in_them_are_not_overwritten() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    run(folder.path(), &["export", "a.jsonl", "--to", "brat", "-o", "brat"])?;
    assert!(folder.path().join("brat/annotation.conf").is_file());
    let ann = folder.path().join("brat/نشست-۱.ann");
    fs::write(&ann, "T1\tORG 2 14\tشورای ترافیک\n")?;
    let output = dabir(folder.path())?.args(["export", "a.jsonl", "--to", "brat", "-o", "brat"]).output()?;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr)?.contains("--force"));
    assert_eq!(fs::read_to_string(&ann)?.lines().count(), 1);
    run(folder.path(), &["export", "a.jsonl", "--to", "brat", "-o", "brat", "--force"])?;
    assert!(fs::read_to_string(&ann)?.lines().count() > 1);
    Ok(())
}

#[test]
fn tables_calendar_and_tokens() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let csv = run(folder.path(), &["export", "a.jsonl", "--to", "csv", "--table", "mentions"])?;
    assert!(csv.starts_with("document,mention,type,start,end,text,entity,source,score\n"), "{csv}");
    assert_eq!(csv.lines().count(), 7);
    run(folder.path(), &["export", "a.jsonl", "--to", "xlsx-csv", "-o", "tables"])?;
    let tasks = fs::read(folder.path().join("tables/tasks.csv"))?;
    assert!(tasks.starts_with(b"\xef\xbb\xbfdocument,") && tasks.ends_with(b"\r\n"));
    assert_eq!(fs::read_dir(folder.path().join("tables"))?.count(), 7);
    run(folder.path(), &["export", "a.jsonl", "--to", "parquet", "-o", "t.parquet"])?;
    assert!(fs::read(folder.path().join("t.parquet"))?.starts_with(b"PAR1"));
    let ics = run(folder.path(), &["export", "a.jsonl", "--to", "ics", "--assignee", "شهرداری"])?;
    assert_eq!(ics.matches("BEGIN:VTODO").count(), 2);
    assert!(ics.contains("DUE;VALUE=DATE:20230621\r\n"), "{ics}");
    for (format, extension) in [("webanno", "tsv"), ("inception", "json")] {
        run(folder.path(), &["export", "a.jsonl", "--to", format, "-o", format])?;
        assert!(folder.path().join(format).join(format!("نشست-۲.{extension}")).is_file());
    }
    // A name on the command line that no annotated document has.
    fs::write(folder.path().join("t.txt"), "متن")?;
    let output = dabir(folder.path())?.args(["export", "t.txt", "--to", "csv", "-o", "x.csv"]).output()?;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr)?.contains("dabir annotate"));
    assert!(!folder.path().join("x.csv").exists() && !folder.path().join("x.csv.partial").exists());
    Ok(())
}

#[test]
fn a_database_to_ask() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    run(folder.path(), &["export", "a.jsonl", "--to", "sqlite", "-o", "a.sqlite"])?;
    let found =
        |query: &str| documents(&run(folder.path(), &["search", "a.sqlite", query, "--format", "json"])?);
    assert_eq!(found("مدرسه ها")?, ["نشست-۳"]);
    assert_eq!(found("مدرسهها")?, ["نشست-۳"]);
    assert_eq!(found("«پل عابر» تسریع")?, ["نشست-۲"]);
    let text = run(folder.path(), &["search", "a.sqlite", "تسریع"])?;
    assert!(text.starts_with("نشست-۲:1\tdecision\t🙂"), "{text}");
    dabir(folder.path())?.args(["search", "a.jsonl", "پل"]).assert().code(2);
    // Ids must be unique; the first document of a name stays.
    let output = dabir(folder.path())?
        .args(["export", "a.jsonl", "a.jsonl", "--to", "sqlite", "-o", "b.sqlite"])
        .output()?;
    assert_eq!(output.status.code(), Some(1));
    assert!(folder.path().join("b.sqlite").is_file());
    Ok(())
}

#[test]
fn one_task_over_two_meetings() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let json = run(folder.path(), &["follow-up", "a.jsonl", "--as-of", "1402-07-10", "--format", "json"])?;
    let threads: Value = serde_json::from_str(&json)?;
    assert_eq!(threads.as_array().map(Vec::len), Some(1));
    let thread = &threads[0];
    assert_eq!((&thread["body"], &thread["postponed"]), (&json!("شورای ترافیک"), &json!(1)));
    assert_eq!((&thread["due_jalali"], &thread["overdue_days"]), (&json!("1402-06-31"), &json!(10)));
    assert_eq!(thread["steps"].as_array().map(Vec::len), Some(2));
    assert!(thread["steps"][1]["shared_words"].to_string().contains("عابر"));
    assert_eq!(
        run(folder.path(), &["follow-up", "a.jsonl", "--single", "--format", "csv"])?.lines().count(),
        4
    );
    assert!(
        run(folder.path(), &["follow-up", "a.jsonl", "--format", "md"])?.starts_with("## شورای ترافیک · ")
    );
    assert!(run(folder.path(), &["follow-up", "a.jsonl"])?.contains("1402-06-31"));
    Ok(())
}
