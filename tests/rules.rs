//! `dabir explain` and `dabir rules` with the real binary.

use std::error::Error;
use std::fs;

use assert_cmd::Command;
use predicates::str::contains;

type Outcome = Result<(), Box<dyn Error>>;

fn dabir() -> Result<Command, Box<dyn Error>> {
    Ok(Command::cargo_bin("dabir")?)
}

#[test]
fn explain_names_the_rule_and_what_lost() -> Outcome {
    dabir()?
        .args(["explain", "مقرر شد شهرداری کرج پل را بازسازی کند.", "--rule", "directive.must"])
        .assert()
        .success()
        .stdout(contains("class decision"))
        .stdout(contains("won    decision.resolved"))
        .stdout(contains("directive.must did not fire: none of its patterns matches"))
        .stdout(contains("assignees: شهرداری کرج"));
    dabir()?
        .args(["explain", "متن.", "--rule", "no.such"])
        .assert()
        .code(2)
        .stderr(contains("no rule no.such"));
    Ok(())
}

#[test]
fn the_built_in_rules_hold() -> Outcome {
    dabir()?.args(["rules", "check"]).assert().success();
    dabir()?.args(["rules", "test"]).assert().success().stdout(contains("0 failures"));
    dabir()?.args(["rules", "list"]).assert().success().stdout(contains("| decision.resolved |"));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/dev");
    dabir()?.args(["rules", "coverage", folder]).assert().success().stdout(contains("| decision.resolved |"));
    Ok(())
}

#[test]
fn weights_fitted_on_labelled_documents_are_rules() -> Outcome {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets");
    let (learned, unseen) = (format!("{data}/dev"), format!("{data}/test"));
    let folder = tempfile::tempdir()?;
    for which in ["doers", "issuers"] {
        let fit = dabir()?.args(["rules", "fit", which, &learned, "--held-out", &unseen]).output()?;
        assert!(fit.status.success(), "{}", String::from_utf8_lossy(&fit.stderr));
        fs::write(folder.path().join(format!("{which}.toml")), &fit.stdout)?;
        let text = String::from_utf8(fit.stdout)?;
        assert!(text.contains("\"model.odds\" = ") && text.contains("bias = "), "{text}");
    }
    dabir()?.args(["rules", "check", "--rules"]).arg(folder.path()).assert().success();
    let empty = tempfile::tempdir()?;
    dabir()?
        .args(["rules", "fit", "doers"])
        .arg(empty.path())
        .assert()
        .code(2)
        .stderr(contains("no labelled document"));
    Ok(())
}

#[test]
fn a_wrong_rule_is_shown_with_its_place() -> Outcome {
    let folder = tempfile::tempdir()?;
    let rule = "[[rule]]\nid = \"my.rule\"\nclass = \"decision\"\npriority = 50\nnote = \"x\"\n\
        pattern = [\"مقرر (شدن.past\"]\nmatch = [\"مقرر شد.\", \"مقرر گردید.\"]\nno-match = [\"متن.\", \"خبر.\"]\n";
    fs::write(folder.path().join("mine.toml"), rule)?;
    dabir()?
        .args(["rules", "check", "--rules"])
        .arg(folder.path())
        .assert()
        .code(2)
        .stderr(contains("mine.toml"))
        .stderr(contains("mine.toml:6"));
    Ok(())
}
