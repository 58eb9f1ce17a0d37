//! `dabir rules fit`: the weights that tell who does an act, by whose will and by when, from labelled documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use dabir::document::Slot;
use dabir::eval::labelled::{Collection, Labelled, LabelledSlot, LabelledTask, load};
use dabir::eval::labels::LabelMap;
use dabir::lexicon::key;
use dabir::pipeline::Pipeline;
use dabir::read::{Inputs, Options};
use dabir::span::{ByteSpan, CharSpan};
use dabir::tasks::{
    Fit, Fitted, Observation, RuleSet, TraitWeights, fit, fit_opinion, observe_deadlines, observe_doers,
    observe_issuers,
};

use super::Outcome;
use super::rules;
use super::run::Stages;

/// Which weights to fit.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Which {
    /// Who does an act
    Doers,
    /// By whose will
    Issuers,
    /// By when
    Deadlines,
}

impl From<Which> for Fitted {
    fn from(which: Which) -> Self {
        match which {
            Which::Doers => Self::Doers,
            Which::Issuers => Self::Issuers,
            Which::Deadlines => Self::Deadlines,
        }
    }
}

/// Fits on the documents of `folder`, weighs the recognizer on those of `held_out`, prints the file.
pub fn run(slot: Fitted, folder: &Path, held_out: &[PathBuf], stages: &Stages) -> Result<Outcome> {
    let rules = rules::load(stages.rules.as_deref())?;
    let pipeline = stages.build()?;
    let learned = observations(&rules, slot, folder, &pipeline)?;
    let (mut weights, all) = fit(&rules, slot, &learned);
    let mut unseen = Vec::new();
    for folder in held_out {
        unseen.extend(observations(&rules, slot, folder, &pipeline)?);
    }
    let opinion = fit_opinion(&mut weights, slot, if held_out.is_empty() { &learned } else { &unseen });
    print!("{}", written(slot, &weights, &all, &opinion));
    Ok(Outcome::Done)
}

/// All that may fill the slot in the documents of a folder.
fn observations(
    rules: &RuleSet,
    slot: Fitted,
    folder: &Path,
    pipeline: &Pipeline,
) -> Result<Vec<Observation>> {
    let mut documents = Vec::new();
    for input in Inputs::new(&[folder.to_owned()], Options::default())? {
        documents.push(input.read(Options::default())?);
    }
    let unlabelled: Vec<Labelled> =
        documents.iter().map(|d| Labelled::empty(d.id.clone(), d.text().to_owned())).collect();
    let keys: Vec<String> = unlabelled.iter().map(|t| t.key().to_owned()).collect();
    // Labels may hold offsets into what the reader makes of a page.
    let texts: Collection = keys.iter().cloned().zip(unlabelled).collect();
    let gold = load(folder, &LabelMap::built_in(), &texts)?;
    let mut out = Vec::new();
    let mut number = 0;
    for (mut document, key) in documents.into_iter().zip(&keys) {
        let Some(gold) = gold.get(key).filter(|g| g.text() == document.text()) else { continue };
        pipeline.annotate(&mut document)?;
        let tasks: Vec<(ByteSpan, &LabelledTask)> =
            gold.tasks.iter().flatten().filter_map(|t| place(gold, t)).collect();
        out.extend(match slot {
            Fitted::Doers => observe_doers(rules, &document, number, |sentence, who, act| {
                does(gold, &tasks, sentence, who, act)
            }),
            Fitted::Issuers => {
                observe_issuers(rules, &document, number, |sentence, one| wills(gold, &tasks, sentence, one))
            }
            Fitted::Deadlines => observe_deadlines(rules, &document, number, |sentence, time, act| {
                limits(gold, &tasks, sentence, time, act)
            }),
        });
        number += 1;
    }
    if number == 0 {
        bail!("{} holds no document with labels beside it (NAME.gold.json or NAME.json)", folder.display());
    }
    Ok(out)
}

/// A labelled task with the place of its sentence, or of its act where the sentence is not known.
fn place<'a>(gold: &Labelled, task: &'a LabelledTask) -> Option<(ByteSpan, &'a LabelledTask)> {
    let sentence = task.sentence.and_then(|s| gold.sentences.as_ref()?.get(s)).map(|s| s.span);
    Some((bytes(gold, sentence.or(task.span)?), task))
}

fn bytes(gold: &Labelled, span: CharSpan) -> ByteSpan {
    ByteSpan::new(gold.byte(span.start), gold.byte(span.end))
}

/// The labelled tasks of an act: those whose acts touch it, or the only one of the sentence.
fn of_act<'a>(
    gold: &'a Labelled,
    tasks: &'a [(ByteSpan, &LabelledTask)],
    sentence: ByteSpan,
    act: ByteSpan,
) -> impl Iterator<Item = &'a LabelledTask> {
    let here = move || tasks.iter().filter(move |(s, _)| s.overlaps(sentence)).map(|(_, t)| *t);
    let touches = move |t: &&LabelledTask| t.span.is_some_and(|s| bytes(gold, s).overlaps(act));
    let near = here().filter(touches).count();
    let lone = near == 0 && here().count() == 1;
    here().filter(move |t| lone || touches(t))
}

/// Whether the labels say that one of `who` does the act. A name that stands elsewhere in the document
/// may be another one of the same name.
fn does(
    gold: &Labelled,
    tasks: &[(ByteSpan, &LabelledTask)],
    sentence: ByteSpan,
    who: &[Slot],
    act: ByteSpan,
) -> bool {
    let is = |a: &LabelledSlot, one: &Slot| {
        let Some(place) = one.span else { return key(&a.text) == key(&one.text) };
        let same_place = a.span.is_some_and(|s| bytes(gold, s).overlaps(place));
        same_place || !place.overlaps(sentence) && key(&a.text) == key(&one.text)
    };
    of_act(gold, tasks, sentence, act).any(|t| t.assignees.iter().any(|a| who.iter().any(|one| is(a, one))))
}

/// Whether the labels say that a time limits the act.
fn limits(
    gold: &Labelled,
    tasks: &[(ByteSpan, &LabelledTask)],
    sentence: ByteSpan,
    time: ByteSpan,
    act: ByteSpan,
) -> bool {
    let limit = |t: &LabelledTask| t.deadline.as_ref().and_then(|d| d.slot.span);
    of_act(gold, tasks, sentence, act).any(|t| limit(t).is_some_and(|s| bytes(gold, s).overlaps(time)))
}

/// Whether the labels say that the tasks of a sentence are by the will of `one`.
fn wills(gold: &Labelled, tasks: &[(ByteSpan, &LabelledTask)], sentence: ByteSpan, one: &Slot) -> bool {
    let here = tasks.iter().filter(|(s, _)| s.overlaps(sentence)).filter_map(|(_, t)| t.issuer.as_ref());
    let same_place =
        |span: Option<CharSpan>| span.zip(one.span).is_some_and(|(a, b)| bytes(gold, a).overlaps(b));
    here.into_iter().any(|i| same_place(i.span) || key(&i.text) == key(&one.text))
}

/// What each family of traits is about.
const FAMILIES: [(&str, &str); 18] = [
    ("", "He did the act before, or another did; several are coordinated; a headline; a news agency."),
    ("after", "What stands before him."),
    ("among", "How he stands among all that the sentence names."),
    ("carried", "Who spoke before, and the body in session."),
    ("class", "The class of the sentence."),
    ("intro", "The preposition before the time."),
    ("kind", "What he is."),
    ("model", "The recognizer: a constant, and times its log-odds that he fills the slot."),
    ("near", "Words and groups between him and the act's verb."),
    ("part", "Which part of a period."),
    ("place", "In the act's clause, before it, in the frame («… گفت:»), behind its verb."),
    ("plural", "The verb is in the plural, and so is he, or not."),
    ("rule", "Class rules that name him, and rules that name him as something else."),
    ("side", "Before, in or behind the words that make the sentence a task."),
    ("slot", "Slot patterns that name him."),
    ("subject", "Where a subject may stand."),
    ("then", "What stands behind him."),
    ("time", "What the time says."),
];

/// The weights as a rule file.
fn written(slot: Fitted, weights: &TraitWeights, all: &Fit, opinion: &Fit) -> String {
    let (name, question) = match slot {
        Fitted::Doers => ("doer", "Who does an act"),
        Fitted::Issuers => ("issuer", "By whose will something is to be done"),
        Fitted::Deadlines => ("deadline", "By when an act is due"),
    };
    let mut out = format!(
        "# {question}: evidence for and against, as log-odds; it must be above 0.\n\
         # Written by `dabir rules fit {name}s` from {} of whom {} are right (F1 {:.2} on folds left out); the\n\
         # recognizer's opinion from {} of whom {} are (F1 {:.2}).\n\n[{name}]\n",
        all.observations, all.doers, all.f1, opinion.observations, opinion.doers, opinion.f1
    );
    let family = |name: &str| name.split_once('.').map_or("", |(f, _)| f).to_owned();
    let mut families: BTreeMap<String, Vec<(&String, f32)>> = BTreeMap::new();
    for (name, weight) in &weights.general {
        families.entry(family(name)).or_default().push((name, *weight));
    }
    for (family, members) in families {
        if let Some((_, about)) = FAMILIES.iter().find(|(f, _)| *f == family) {
            out += &format!("\n# {about}\n");
        }
        out += &lines(members.into_iter());
    }
    let classes = [
        ("decision", &weights.decision),
        ("directive", &weights.directive),
        ("plan", &weights.plan),
        ("request", &weights.request),
    ];
    for (class, own) in classes {
        if !own.is_empty() {
            out += &format!(
                "\n# What a trait says more, or less, in sentences of this class.\n[{name}.{class}]\n"
            );
            out += &lines(own.iter().map(|(n, w)| (n, *w)));
        }
    }
    out
}

fn lines<'a>(weights: impl Iterator<Item = (&'a String, f32)>) -> String {
    let quoted = |name: &str| if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() };
    weights.map(|(name, weight)| format!("{} = {weight:.2}\n", quoted(name))).collect()
}
