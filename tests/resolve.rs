//! `dabir resolve` with the real binary in temporary folders.

use std::error::Error;
use std::fs;

use assert_cmd::Command;
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn Error>>;

fn dabir() -> Result<Command, Box<dyn Error>> {
    Ok(Command::cargo_bin("dabir")?)
}

/// An annotated document in which somebody holds an office.
fn annotated(id: &str, date: &str, name: &str, role: &str, body: &str) -> String {
    let record = json!({
        "schema": "dabir/1", "id": id, "format": "text", "text": format!("{name} {role}"),
        "meta": {"date": date, "categories": [], "tags": []},
        "mentions": [{"id": "m1", "type": "PER", "start": 0, "end": name.chars().count(), "text": name,
            "entity": "p1", "source": "model"}],
        "officials": [{"id": "p1", "name": name, "role": role, "organization": "o1", "mentions": ["m1"]}],
        "organizations": [{"id": "o1", "name": body, "kind": "organization", "inferred": true, "mentions": []}],
    });
    format!("{record}\n")
}

fn lines(bytes: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    bytes.split(|&b| b == b'\n').filter(|l| !l.is_empty()).map(|l| Ok(serde_json::from_slice(l)?)).collect()
}

#[test]
fn entities_of_a_corpus() -> Outcome {
    let folder = tempfile::tempdir()?;
    let first = annotated("a", "2020-01-01", "رحیم نیک‌پور", "رئیس سازمان آب", "سازمان آب");
    let second = annotated("b", "2021-01-01", "دکتر نيک پور", "رييس محترم سازمان آب", "سازمان آب");
    let third = annotated("c", "2024-01-01", "سعید بهرامی", "رئیس سازمان آب", "سازمان آب");
    fs::write(folder.path().join("one.jsonl"), format!("{first}{second}"))?;
    fs::write(folder.path().join("two.jsonl"), format!("\n{third}"))?;
    let run = |arguments: &[&str]| -> Result<std::process::Output, Box<dyn Error>> {
        Ok(dabir()?.current_dir(&folder).arg("resolve").args(arguments).output()?)
    };
    let output = run(&["one.jsonl", "two.jsonl"])?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let entities = lines(&output.stdout)?;
    assert!(entities.iter().all(|e| e["schema"] == "dabir-entities/1"));
    let of = |kind: &str| entities.iter().filter(|e| e["type"] == kind).collect::<Vec<_>>();
    let (people, posts) = (of("person"), of("post"));
    assert_eq!((people.len(), posts.len(), of("organization").len()), (2, 1, 1));
    assert_eq!(posts[0]["holders"][0]["first"], "2020-01-01");
    assert_eq!(posts[0]["holders"][0]["last"], "2021-01-01");
    assert_eq!(posts[0]["holders"][1]["first"], "2024-01-01");
    assert_eq!(posts[0]["organization"], of("organization")[0]["id"]);
    let known = people.iter().find(|p| p["name"] == "رحیم نیک‌پور").ok_or("no such person")?;
    assert_eq!(known["documents"][1]["evidence"], "short_name_and_post");
    assert_eq!(known["documents"][0]["spans"], json!([[0, 12]]));
    // Another order, a file instead of standard output: the same bytes.
    run(&["two.jsonl", "one.jsonl", "-o", "entities.jsonl"])?;
    assert_eq!(fs::read(folder.path().join("entities.jsonl"))?, output.stdout);
    // A surname is less certain than the threshold asks for.
    let strict = lines(&run(&["one.jsonl", "two.jsonl", "--threshold", "0.8"])?.stdout)?;
    assert_eq!(strict.iter().filter(|e| e["type"] == "person").count(), 3);
    let table = String::from_utf8(run(&["one.jsonl", "--format", "table"])?.stdout)?;
    assert!(table.contains("رحیم نیک‌پور") && table.contains("رئیس سازمان آب"), "{table}");
    Ok(())
}

#[test]
fn other_names_come_from_the_lexicon_of_the_user() -> Outcome {
    let folder = tempfile::tempdir()?;
    let first = annotated("a", "", "رحیم نیک‌پور", "رئیس سازمان آب", "سازمان آب");
    let second = annotated("b", "", "رحیم نیک‌پور", "رئیس بنیاد آبان", "بنیاد آبان");
    fs::write(folder.path().join("in.jsonl"), format!("{first}{second}"))?;
    fs::write(folder.path().join("names.tsv"), "ORG\torganization\tسازمان آب\tبنیاد آبان\n")?;
    let count = |arguments: &[&str]| -> Result<usize, Box<dyn Error>> {
        let output = dabir()?.current_dir(&folder).args(["resolve", "in.jsonl"]).args(arguments).output()?;
        Ok(lines(&output.stdout)?.iter().filter(|e| e["type"] == "organization").count())
    };
    assert_eq!(count(&[])?, 2);
    assert_eq!(count(&["--lexicon", "names.tsv"])?, 1);
    Ok(())
}

#[test]
fn bad_lines_are_told_and_the_rest_is_done() -> Outcome {
    let good = annotated("a", "", "رحیم نیک‌پور", "رئیس سازمان آب", "سازمان آب");
    let output =
        dabir()?.args(["resolve", "-"]).write_stdin(format!("{good}{{\"id\":1}}\n{good}")).output()?;
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr)?;
    assert!(errors.contains("<stdin>:2: no dabir/1 record"), "{errors}");
    assert!(errors.contains("<stdin>:3: a document «a» was read before"), "{errors}");
    assert_eq!(lines(&output.stdout)?.len(), 3);
    dabir()?.args(["resolve", "-"]).write_stdin("").assert().code(2);
    dabir()?.args(["resolve", "no-such-file"]).assert().code(2);
    dabir()?.args(["resolve", "--threshold", "2", "-"]).write_stdin("").assert().code(2);
    Ok(())
}
