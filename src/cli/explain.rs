//! `dabir explain`: why a sentence has its class and its tasks.

use std::path::PathBuf;

use anyhow::{Result, bail};
use dabir::document::{Document, SentenceClass};
use dabir::read::{self, Inputs, Options};
use dabir::tasks::{
    Analysis, Capture, Rule, RuleSet, Surroundings, Weighed, Weighing, analyses, weighings, why_not,
};

use super::Outcome;
use super::rules::load;
use super::run::Stages;

/// Show which rules fired in a sentence, with what, which lost, and why a named rule did not fire
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A text, or a file
    #[arg(value_name = "TEXT|FILE")]
    input: String,
    #[command(flatten)]
    stages: Stages,
    /// Only this sentence, counted from 1
    #[arg(long, value_name = "N")]
    sentence: Option<usize>,
    /// Say of this rule why it fired or did not
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let rules = load(args.stages.rules.as_deref())?;
    let named = match &args.rule {
        Some(id) => match rules.rules.iter().find(|r| r.id == *id) {
            Some(rule) => Some(rule.clone()),
            None => bail!("there is no rule {id}; `dabir rules list` shows them all"),
        },
        None => None,
    };
    let pipeline = args.stages.build()?;
    let mut documents = Vec::new();
    let path = PathBuf::from(&args.input);
    if path.exists() {
        for input in Inputs::new(&[path], Options::default())? {
            documents.push(input.read(Options::default())?);
        }
    } else {
        documents.push(read::read("text", args.input.clone(), dabir::document::Format::Text)?);
    }
    for document in &mut documents {
        pipeline.annotate(document)?;
        let weighed = weighings(&rules, document);
        for (index, around, analysis) in analyses(&rules, document) {
            // Names in forms and cells are no sentences of the output, so they have no number.
            let sentences = &document.sentences;
            if sentences.get(index).is_none_or(|s| s.fragment) {
                continue;
            }
            let number = sentences[..=index].iter().filter(|s| !s.fragment).count();
            if args.sentence.is_none_or(|n| n == number) {
                print(&rules, document, index, number, around, &analysis, named.as_ref());
                if let Some(found) = weighed.iter().find(|w| w.sentence == index) {
                    print_evidence(document, found);
                }
            }
        }
    }
    Ok(Outcome::Done)
}

fn print(
    rules: &RuleSet,
    document: &Document,
    index: usize,
    number: usize,
    around: Surroundings,
    analysis: &Analysis,
    named: Option<&Rule>,
) {
    let Some(sentence) = document.sentences.get(index) else { return };
    println!("{number}. {}", document.surface(sentence.span).trim());
    let rule = analysis.rule_id(rules).unwrap_or_else(|| "no rule".into());
    println!("   class {} ({:.2}) by {rule}", analysis.class.name(), analysis.score);
    for class in SentenceClass::ALL {
        let i = class as usize;
        let evidence = analysis.evidence[i];
        let opinion = sentence.prediction.as_ref().map(|p| p.class[i]);
        if evidence > 0.0 || opinion.is_some_and(|p| p >= 0.05) {
            let opinion = opinion.map_or_else(String::new, |p| format!(", recognizer {p:.2}"));
            let sum = analysis.probabilities[i];
            println!("     {:<10} rules {evidence:>4.0}{opinion}, together {sum:.2}", class.name());
        }
    }
    let decider = analysis.decider(rules).map(|f| f.rule);
    for firing in &analysis.fired {
        let Some(rule) = rules.rules.get(firing.rule) else { continue };
        let words = |items: std::ops::Range<usize>| {
            let items = analysis.items.get(items).unwrap_or(&[]);
            let (first, last) = (items.first(), items.last());
            let range = first.map_or(0, |i| i.words.start)..last.map_or(0, |i| i.words.end);
            document.surface(document.span_of_words(range)).to_owned()
        };
        let outcome = if Some(firing.rule) == decider {
            "won"
        } else if rule.class == analysis.class {
            "agreed"
        } else {
            "lost"
        };
        println!(
            "     {outcome:<6} {} ({:.0}) «{}»",
            rule.id,
            rule.priority,
            words(firing.found.start..firing.found.end)
        );
        for capture in Capture::ALL {
            if let Some(items) = firing.found.captured(capture) {
                println!("            {}: {}", capture.name(), words(items));
            }
        }
    }
    let speaker = around.speaker.and_then(|o| document.officials.get(o)).and_then(|o| o.role.as_deref());
    if let Some(rule) = named {
        match why_not(rules, rule, document, index, around, analysis) {
            None => {
                println!("     {} fired", rule.id);
                if let Some(speaker) = speaker.filter(|_| !rule.speaker.is_empty()) {
                    let offices: Vec<_> = rule.speaker.iter().map(ToString::to_string).collect();
                    println!(
                        "            asks for the speaker's office: {}; it is «{speaker}»",
                        offices.join(", ")
                    );
                }
            }
            Some(refusal) => println!("     {} did not fire: {refusal}", rule.id),
        }
    }
    for task in document.tasks.iter().filter(|t| t.sentence == index) {
        let names = |slots: &[dabir::document::Slot]| {
            slots.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("، ")
        };
        println!("     task «{}»", document.surface(task.span));
        if let Some(act) = &task.act {
            println!("            act: {act}");
        }
        if !task.assignees.is_empty() {
            println!("            assignees: {}", names(&task.assignees));
        }
        if !task.collaborators.is_empty() {
            println!("            collaborators: {}", names(&task.collaborators));
        }
        if !task.beneficiaries.is_empty() {
            println!("            beneficiaries: {}", names(&task.beneficiaries));
        }
        if let Some(place) = &task.place {
            println!("            place: {}", place.text);
        }
        if let Some(status) = task.status {
            println!("            status: {status:?}");
        }
        if let Some(issuer) = &task.issuer {
            println!("            issuer: {}", issuer.text);
        }
        if let Some(deadline) = &task.deadline {
            let due = deadline.due.map_or_else(String::new, |d| format!(" = {d:?}"));
            println!("            deadline: {}{due}", document.surface(deadline.span));
        }
    }
}

/// Who was weighed for the slots of the tasks, with what speaks for and against him.
fn print_evidence(document: &Document, found: &Weighing) {
    let list = |title: String, all: &[Weighed]| {
        if all.is_empty() {
            return;
        }
        println!("     {title} (evidence must be above 0)");
        for one in all {
            let traits = one.traits.iter().map(|(name, weight)| format!("{name} {weight:+.2}"));
            let opinion = one.opinion.map(|o| format!("recognizer {o:+.2}"));
            let parts: Vec<String> = traits.chain(opinion).collect();
            println!("            {:+.2} «{}» {}", one.sum, one.text, one.verdict);
            println!("                  {}", parts.join(", "));
        }
    };
    for act in &found.acts {
        let text = document.surface(act.span);
        list(format!("who does «{text}»"), &act.doers);
        if let Some(we) = &act.ourselves {
            println!("            «{we}» chosen, whom the verb's first person stands for");
        }
        list(format!("by when «{text}»"), &act.deadlines);
    }
    list("by whose will".to_owned(), &found.issuers);
    let row = document.tasks.iter().any(|t| t.sentence == found.sentence && t.row.is_some());
    if row {
        println!("     what the other cells of the row say counts before this");
    }
}
