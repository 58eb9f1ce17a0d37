//! The real binary in temporary folders: formats, order, failures, exit statuses, resuming.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use serde_json::Value;

type Outcome = Result<(), Box<dyn Error>>;

fn dabir() -> Result<Command, Box<dyn Error>> {
    Ok(Command::cargo_bin("dabir")?)
}

fn records(bytes: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    bytes.split(|&b| b == b'\n').filter(|l| !l.is_empty()).map(|l| Ok(serde_json::from_slice(l)?)).collect()
}

/// Every reported surface is what the text has at the reported code points.
fn surfaces_hold(record: &Value) {
    let text: Vec<char> = record["text"].as_str().unwrap_or("").chars().collect();
    let check = |place: &Value| {
        let (Some(start), Some(end)) = (place["start"].as_u64(), place["end"].as_u64()) else { return };
        let surface: String = text[start as usize..end as usize].iter().collect();
        if let Some(reported) = place["text"].as_str() {
            assert_eq!(surface, reported);
        }
        assert!(!surface.trim().is_empty(), "{place}");
    };
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    for layer in ["blocks", "sentences", "mentions", "tasks"] {
        list(&record[layer]).iter().for_each(check);
    }
    for task in list(&record["tasks"]) {
        check(&task["trigger"]);
        check(&task["deadline"]);
    }
}

const MINUTES: &str = "اداره کل راه استان\t\tموضوع: جلسه ایمنی راه\t\t\n\
    تاریخ تشکیل:\tروز:\tساعت:\tمحل تشکیل جلسه:\tشماره دعوتنامه:\tتاریخ دعوتنامه:\n\
    ۱۴۰۲/۰۲/۱۰\tیکشنبه\t۹\tسالن شهید همت\t۱۱/۲۲\t۱۴۰۲/۰۲/۰۵\n\
    دستور کار: ایمنی گردنه‌ها\t\t\n\
    <p>جلسه با ریاست فرماندار برگزار شد 🙂.</p>\t\t\n\n\
    ردیف\tمصوبات جلسه:\tاقدام کننده\tزمان اقدام\n\
    ۱\tمقرر گردید: اداره راه نسبت به نصب تابلوها اقدام نماید.\tاداره راه\tیک ماه\n\
    ۲\tمقرر گردید: گزارش هفتگی تهیه شود.\t\tهفتگی\n";

fn corpus(folder: &Path) -> Outcome {
    fs::create_dir(folder.join("in"))?;
    let put = |name: &str, body: &[u8]| fs::write(folder.join("in").join(name), body);
    put("a-minutes.txt", MINUTES.as_bytes())?;
    put(
        "b-news.txt",
        "خبر_۱###نشست 🙂 شورا###https://example.ir/1###['استان']###2021-05-01 08:30:00###۱###[]\n2\n1\tشورا تشکیل شد.\n2\tمقرر شد شهرداری پل را تا پایان خرداد بسازد.\n"
            .as_bytes(),
    )?;
    put(
        "c-page.html",
        "<!doctype html><html><body><h1>خبر</h1><p>استاندار گفت: کار تمام شد.</p></body></html>".as_bytes(),
    )?;
    put("d-bom-crlf.txt", "\u{feff}عنوان\r\nشهردار باید گزارش دهد.\r\n".as_bytes())?;
    put("e-records.jsonl", "{\"id\":\"r1\",\"text\":\"وزیر کشور تاکید کرد.\"}\n{\"id\":\"r2\"}\n{\"id\":\"r3\",\"text\":\"پایان 🙂 کار.\",\"date\":\"1401-01-01\"}\n".as_bytes())?;
    put("f-cp1256.txt", b"\xd4\xe6\xd1\xc7 \xca\xd4\xdf\xed\xe1 \xd4\xcf.")?;
    put("ignored.bin", &[0, 1, 2])?;
    Ok(())
}

#[test]
fn a_name_of_the_users_lexicon_is_told_to_act() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("names.tsv"), "ORG\tcompany\tدرخت سبز\t\n")?;
    fs::write(
        folder.path().join("note.txt"),
        "مقرر شد درخت سبز نسبت به تهیه گزارش تا پایان مهر اقدام کند.\n",
    )?;
    let run = |arguments: &[&str]| -> Result<Value, Box<dyn Error>> {
        let output =
            dabir()?.current_dir(&folder).args(["annotate", "-q", "note.txt"]).args(arguments).output()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(records(&output.stdout)?.remove(0))
    };
    let record = run(&["--lexicon", "names.tsv"])?;
    surfaces_hold(&record);
    let assignee = &record["tasks"][0]["assignees"][0];
    assert_eq!(assignee["text"], "درخت سبز", "{}", record["tasks"]);
    let body =
        record["organizations"].as_array().and_then(|all| all.iter().find(|o| o["id"] == assignee["entity"]));
    assert_eq!(body.ok_or("no such body")?["kind"], "company", "the kind that the lexicon gives it");
    // Without the lexicon it is a tree.
    let unknown = run(&[])?;
    assert_eq!(unknown["organizations"].as_array().map(Vec::len), Some(0), "{unknown}");
    assert_eq!(unknown["tasks"][0]["assignees"].as_array().map(Vec::len), Some(0), "{unknown}");
    Ok(())
}

#[test]
fn a_folder_of_everything() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let output = dabir()?.current_dir(&folder).args(["annotate", "in"]).output()?;
    assert_eq!(output.status.code(), Some(1), "two inputs are bad");
    let errors = String::from_utf8(output.stderr)?;
    assert!(errors.contains("e-records.jsonl:2: line 2: the field \"text\" is missing"), "{errors}");
    assert!(errors.contains("f-cp1256.txt: line 1, byte 0: not valid UTF-8"), "{errors}");
    assert!(errors.contains("--encoding windows-1256"), "{errors}");
    let records = records(&output.stdout)?;
    let ids: Vec<_> = records.iter().filter_map(|r| r["id"].as_str()).collect();
    assert_eq!(ids, ["a-minutes", "b-news", "c-page", "d-bom-crlf", "r1", "r3"]);
    let schema: Value = serde_json::from_str(dabir::record::JSON_SCHEMA)?;
    let validator = jsonschema::validator_for(&schema)?;
    for record in &records {
        let errors: Vec<String> =
            validator.iter_errors(record).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        surfaces_hold(record);
    }
    assert_eq!(records[0]["meta"]["date_jalali"], "1402-02-10");
    assert_eq!(records[1]["sentences"].as_array().map(Vec::len), Some(2));
    assert_eq!(records[1]["sentences"][1]["gold"], true);
    assert_eq!(records[3]["text"], "عنوان\r\nشهردار باید گزارش دهد.\r\n");
    Ok(())
}

#[test]
fn the_same_bytes_for_any_number_of_threads() -> Outcome {
    let folder = tempfile::tempdir()?;
    corpus(folder.path())?;
    let run = |threads: &str| -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(dabir()?
            .current_dir(&folder)
            .args(["annotate", "-q", "--threads", threads, "in"])
            .output()?
            .stdout)
    };
    let one = run("1")?;
    assert!(!one.is_empty());
    assert_eq!(run("2")?, one);
    assert_eq!(run("5")?, one);
    Ok(())
}

#[test]
fn standard_input_encoding_and_format() -> Outcome {
    let output = dabir()?.args(["annotate", "-"]).write_stdin("شورا تشکیل شد.").output()?;
    assert_eq!(records(&output.stdout)?[0]["id"], "stdin");
    let output = dabir()?
        .args(["annotate", "--encoding", "windows-1256", "-"])
        .write_stdin(b"\xd4\xe6\xd1\xc7 \xca\xd4\xdf\xed\xe1 \xd4\xcf.".to_vec())
        .output()?;
    assert_eq!(records(&output.stdout)?[0]["text"], "شورا تشكيل شد.");
    let output = dabir()?.args(["annotate", "--format", "text", "-"]).write_stdin(MINUTES).output()?;
    assert_eq!(records(&output.stdout)?[0]["format"], "text");
    Ok(())
}

#[test]
fn exit_statuses() -> Outcome {
    dabir()?.arg("annotate").assert().code(2);
    dabir()?.args(["annotate", "no-such-file"]).assert().code(2);
    dabir()?.args(["annotate", "-"]).write_stdin("  \n").assert().code(2);
    dabir()?.args(["annotate", "--threads", "0", "-"]).assert().code(2);
    dabir()?.args(["annotate", "-"]).write_stdin("شورا تشکیل شد.").assert().code(0);
    Ok(())
}

#[test]
fn a_closed_pipe_is_no_error() -> Outcome {
    let folder = tempfile::tempdir()?;
    let lines: String =
        (0..300).map(|i| format!("{{\"id\":\"{i}\",\"text\":\"شورا تشکیل شد.\"}}\n")).collect();
    fs::write(folder.path().join("a.jsonl"), lines)?;
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("dabir"))
        .args(["annotate", "a.jsonl"])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop(child.stdout.take());
    let output = child.wait_with_output()?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[test]
fn a_killed_run_is_gone_on_with() -> Outcome {
    let folder = tempfile::tempdir()?;
    let sentence = "مقرر شد شهرداری تا پایان خرداد نسبت به ساخت پل اقدام کند. ".repeat(4);
    let lines: String = (0..120)
        .map(|i| match i % 37 {
            5 => format!("{{\"id\":\"{i}\"}}\n"),
            _ => format!("{{\"id\":\"{i}\",\"text\":\"{sentence}\"}}\n"),
        })
        .collect();
    fs::write(folder.path().join("a.jsonl"), lines)?;
    let arguments = |out| ["annotate", "-q", "a.jsonl", "-o", out];
    let whole = dabir()?.current_dir(&folder).args(arguments("whole")).output()?;
    assert_eq!(whole.status.code(), Some(1));

    let mut child = Process::new(assert_cmd::cargo::cargo_bin("dabir"))
        .args(arguments("resumed"))
        .current_dir(&folder)
        .stderr(Stdio::null())
        .spawn()?;
    // Killed as soon as something was written, if it was not faster.
    let journal = folder.path().join("resumed.journal");
    while child.try_wait()?.is_none() {
        if fs::metadata(&journal).is_ok_and(|m| m.len() > 150) {
            child.kill()?;
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    child.wait()?;
    if journal.exists() {
        assert!(!folder.path().join("resumed").exists(), "a half-written file must not look whole");
    }
    let resumed = dabir()?.current_dir(&folder).args(arguments("resumed")).arg("--resume").output()?;
    assert_eq!(resumed.status.code(), Some(1));
    assert_eq!(fs::read(folder.path().join("whole"))?, fs::read(folder.path().join("resumed"))?);
    assert_eq!(whole.stderr, resumed.stderr, "failures before the kill are told again");
    Ok(())
}

#[test]
fn tables_in_every_form() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("m.txt"), MINUTES)?;
    let run = |format: &str| -> Result<String, Box<dyn Error>> {
        let output = dabir()?.current_dir(&folder).args(["tasks", "m.txt", "--format", format]).output()?;
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    };
    assert!(
        run("csv")?.starts_with("document,row,class,task,assignees,issuer,deadline,kind,due_jalali,due\n")
    );
    assert!(serde_json::from_str::<Value>(&run("json")?)?.is_array());
    assert!(run("md")?.starts_with("| سند | ردیف |"));
    assert!(run("table")?.contains("اقدام کننده"));
    Ok(())
}
