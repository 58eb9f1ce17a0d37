//! `dabir explain` and `dabir rules` with the real binary.

use std::error::Error;
use std::fs;

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
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
fn explain_weighs_who_does_it_and_by_whose_will() -> Outcome {
    let text =
        "در جلسه شورای شهر کرج مقرر شد شهرداری کرج با همکاری اداره کل راه گزارش را تا پایان آبان تهیه کند.";
    let out = dabir()?.args(["explain", text]).output()?;
    let out = String::from_utf8(out.stdout)?;
    let after = |title: &str| out.split_once(title).map_or("", |(_, rest)| rest);
    assert!(after("who does «").contains("«شهرداری کرج» chosen"), "{out}");
    assert!(after("«اداره کل راه» not chosen").contains("rule.collaborator -"), "{out}");
    assert!(after("by when «").contains("«پایان آبان» chosen"), "{out}");
    let will = after("by whose will (evidence must be above 0)");
    assert!(will.contains("«شورای شهر کرج» chosen") && will.contains("after.session +"), "{out}");
    assert!(will.contains("bias ") && will.contains("recognizer "), "{out}");
    // What states no task has nobody who does it.
    dabir()?.args(["explain", "هوا سرد است."]).assert().success().stdout(contains("who does").not());
    Ok(())
}

/// A rule that holds only in the mouth of an official with a certain office.
fn rule_of_a_speaker(office: &str) -> String {
    format!(
        r#"[[rule]]
id = "mine.governor"
class = "directive"
priority = 99
note = "what a governor says shall be seen to is an order"
pattern = ["رسیدگی کردن.pres"]
speaker = ["{office}"]
match = [
  "[PER رضا نادری] [ROLE استاندار بهار] گفت: اداره راه به محله رسیدگی می‌کند.",
  "[ROLE استاندار محترم بهار] گفت: اداره راه به روستا رسیدگی می‌کند.",
]
no-match = [
  "[ROLE معاون استاندار بهار] گفت: اداره راه به محله رسیدگی می‌کند.",
  "اداره راه به محله رسیدگی می‌کند.",
]
"#
    )
}

#[test]
fn a_rule_may_ask_for_the_office_of_who_speaks() -> Outcome {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("mine.toml"), rule_of_a_speaker("استاندار"))?;
    let rules = folder.path().to_str().unwrap_or_default();
    dabir()?.args(["rules", "test", "--rules", rules]).assert().success().stdout(contains(" 0 failures"));
    let explain = |text: &str| -> Result<String, Box<dyn Error>> {
        let out = dabir()?.args(["explain", text, "--rules", rules, "--rule", "mine.governor"]).output()?;
        Ok(String::from_utf8(out.stdout)?)
    };
    let out = explain("رضا نادری استاندار کرمان گفت: شهرداری به مشکل محله‌ها رسیدگی می‌کند.")?;
    assert!(out.contains("mine.governor (99)") && out.contains("mine.governor fired"), "{out}");
    assert!(out.contains("asks for the speaker's office: «استاندار»; it is «استاندار کرمان»"), "{out}");
    // The next sentence is in his mouth too.
    let out = explain("استاندار کرمان گفت: بودجه کافی است. وی افزود: شهرداری به محله‌ها رسیدگی می‌کند.")?;
    assert!(out.contains("mine.governor fired"), "{out}");
    let out = explain("رضا نادری فرماندار کرج گفت: شهرداری به مشکل محله‌ها رسیدگی می‌کند.")?;
    assert!(out.contains("did not fire: it is in the mouth of another office: «فرماندار کرج»"), "{out}");
    let out = explain("شهرداری به مشکل محله‌ها رسیدگی می‌کند.")?;
    assert!(out.contains("did not fire: it is in the mouth of no official"), "{out}");
    // Its own examples fail where the office is another.
    fs::write(folder.path().join("mine.toml"), rule_of_a_speaker("@rank"))?;
    dabir()?.args(["rules", "test", "--rules", rules]).assert().code(1).stdout(contains("mine.governor"));
    for (wrong, told) in [("درخت", "begins with no office"), ("@chief", "@sole")] {
        fs::write(folder.path().join("mine.toml"), rule_of_a_speaker(wrong))?;
        let check = dabir()?.args(["rules", "check", "--rules", rules]).assert().code(2);
        check.stderr(contains("mine.toml:7")).stderr(contains(told));
    }
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
