//! Keeps the scores on the sample documents from falling: the whole pipeline with the shipped model.

use std::error::Error;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn run(arguments: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
    let output =
        Command::cargo_bin("dabir")?.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output()?;
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

#[test]
fn scores_on_the_samples_do_not_fall() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let annotated = folder.path().join("samples.jsonl");
    let annotated = annotated.to_str().ok_or("the temporary folder has a strange name")?;
    run(&["annotate", "-q", "datasets/samples", "-o", annotated])?;
    run(&[
        "eval",
        "corpus",
        "datasets/samples",
        annotated,
        "--bootstrap",
        "0",
        "--baseline",
        "datasets/baselines/samples.json",
        "--max-drop",
        "1.5",
    ])?;
    Ok(())
}

#[test]
fn the_table_of_a_meeting() -> Result<(), Box<dyn Error>> {
    let path = Path::new("datasets/samples/sample-minutes-schools.txt");
    assert!(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path).is_file());
    let table = run(&["tasks", "--format", "json", path.to_str().unwrap_or_default()])?;
    let rows: Value = serde_json::from_slice(&table)?;
    let rows = rows.as_array().ok_or("a JSON array")?;
    let numbers: Vec<_> = rows.iter().filter_map(|r| r["row"].as_str()).collect();
    assert_eq!(numbers, ["1", "2", "3", "4"]);
    assert_eq!(rows[0]["assignees"], "اداره کل نوسازی مدارس");
    assert_eq!(rows[0]["deadline"], "دو هفته");
    assert_eq!(rows[0]["due_jalali"], "1394-04-08");
    assert_eq!(rows[0]["due"], "2015-06-29");
    assert_eq!(rows[3]["kind"], "date");
    Ok(())
}
