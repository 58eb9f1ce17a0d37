//! `dabir graph` with the real binary.

use std::error::Error;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::json;

type Outcome = Result<(), Box<dyn Error>>;

fn dabir(folder: &Path) -> Result<Command, Box<dyn Error>> {
    let mut command = Command::cargo_bin("dabir")?;
    command.current_dir(folder);
    Ok(command)
}

fn line(id: &str, date: &str) -> String {
    let text = "رحیم نیک‌پور، وزیر کشور 🙂 گفت.";
    let record = json!({"schema": "dabir/1", "id": id, "format": "news", "text": text,
        "meta": {"title": "خبر", "date": date, "categories": [], "tags": []},
        "mentions": [
            {"id": "m1", "type": "PER", "start": 0, "end": 12, "text": "رحیم نیک‌پور", "entity": "p1",
                "source": "model", "score": 0.9},
            {"id": "m2", "type": "ROLE", "start": 14, "end": 23, "text": "وزیر کشور", "entity": "p1",
                "source": "rule", "score": 1.0}],
        "officials": [{"id": "p1", "name": "رحیم نیک‌پور", "role": "وزیر کشور", "organization": "o1",
            "mentions": ["m1", "m2"]}],
        "organizations": [{"id": "o1", "name": "وزارت کشور", "kind": "ministry", "inferred": true,
            "mentions": []}]});
    format!("{record}\n")
}

fn corpus(folder: &Path) -> Outcome {
    fs::write(folder.join("a.jsonl"), line("a", "2023-05-01") + &line("b", "2023-06-01"))?;
    fs::write(folder.join("c.jsonl"), line("c", "2023-07-01"))?;
    Ok(())
}

#[test]
fn all_formats_by_extension() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    for (name, start) in [
        ("g.graphml", "<?xml"),
        ("g.gexf", "<?xml"),
        ("g.dot", "digraph"),
        ("g.ttl", "@prefix"),
        ("g.jsonld", "{\"@context\""),
        ("g.ftm.json", "{\"id\""),
    ] {
        let made = dabir(folder.path())?.args(["graph", "a.jsonl", "c.jsonl", "-o", name]).assert();
        made.success().stderr(contains("from 3 documents"));
        let text = fs::read_to_string(folder.path().join(name))?;
        assert!(text.starts_with(start), "{name}: {}", &text[..80]);
        assert!(text.contains("رحیم نیک\u{200c}پور"), "{name}");
    }
    for (format, file) in [("neo4j", "load.cypher"), ("parquet", "evidence.parquet")] {
        let made = dabir(folder.path())?.args(["graph", "a.jsonl", "-o", "out", "--format", format]).assert();
        made.success();
        assert!(folder.path().join("out").join(file).is_file());
    }
    assert!(fs::read_dir(&folder)?.flatten().all(|f| !f.file_name().to_string_lossy().contains("partial")));
    Ok(())
}

#[test]
fn any_order_gives_the_same_bytes() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    for (out, inputs) in [("x.gexf", ["a.jsonl", "c.jsonl"]), ("y.gexf", ["c.jsonl", "a.jsonl"])] {
        dabir(folder.path())?.args(["graph", "-q", "-o", out]).args(inputs).assert().success();
    }
    assert_eq!(fs::read(folder.path().join("x.gexf"))?, fs::read(folder.path().join("y.gexf"))?);
    Ok(())
}

#[test]
fn filters() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let text = |arguments: &[&str]| -> Result<String, Box<dyn Error>> {
        let command = ["graph", "-q", "a.jsonl", "c.jsonl", "-o", "g.dot"];
        dabir(folder.path())?.args(command).args(arguments).assert().success();
        Ok(fs::read_to_string(folder.path().join("g.dot"))?)
    };
    let people = text(&["--types", "person,post"])?;
    assert!(people.contains("HOLDS") && !people.contains("MENTIONED_IN"));
    assert_eq!(text(&["--since", "1402-03-01"])?.matches("kind=\"Document\"").count(), 2);
    assert_eq!(text(&["--until", "2023-05-31"])?.matches("kind=\"Document\"").count(), 1);
    let near = text(&["--ego", "رحيم نيك پور", "--types", "person,post,organization"])?;
    assert_eq!(near.matches("kind=").count(), 2);
    Ok(())
}

#[test]
fn errors_say_what_to_do() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let graph = |arguments: &[&str]| -> Result<assert_cmd::assert::Assert, Box<dyn Error>> {
        Ok(dabir(folder.path())?.arg("graph").args(arguments).assert())
    };
    graph(&["a.jsonl", "-o", "g.txt"])?.code(2).stderr(contains("--format"));
    graph(&["a.jsonl", "-o", "g.gexf", "--ego", "نیک‌پور"])?
        .code(2)
        .stderr(contains("did you mean رحیم نیک\u{200c}پور"));
    graph(&["a.jsonl", "-o", "g.gexf", "--since", "فردا"])?.code(2).stderr(contains("1402-01-31"));
    graph(&["a.jsonl", "a.jsonl", "-o", "g.gexf"])?
        .code(1)
        .stderr(contains("a.jsonl:1").and(contains("was read before")));
    fs::write(folder.path().join("raw.jsonl"), "{\"id\":\"r\",\"text\":\"وزیر کشور گفت.\"}\n")?;
    graph(&["raw.jsonl", "-o", "g.gexf"])?.code(2).stderr(contains("dabir annotate"));
    graph(&["a.jsonl", "raw.jsonl", "-o", "g.gexf"])?.code(1).stderr(contains("raw.jsonl:1"));
    Ok(())
}

use predicates::prelude::PredicateBooleanExt;
