//! Runs the examples that rules carry. In an example a mention is written `[ROLE شهردار کرج]`.

use super::classify::{Analysis, Surroundings, analyse};
use super::context::captured_members;
use super::pattern::Capture;
use super::rules::{Example, Rule, RuleSet};
use super::slots::words_of;
use super::speaker;
use crate::document::{Block, BlockKind, Document, Format, Mention, MentionType, Source};
use crate::normalize::Normalizer;
use crate::officials::{OfficialsStage, Speakers};
use crate::pipeline::Stage;
use crate::segment::Segmenter;
use crate::span::ByteSpan;

/// An example that does not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// Its file.
    pub file: String,
    /// The example.
    pub text: String,
    /// What is wrong.
    pub what: String,
}

/// A document of one sentence with the mentions that are written in it.
pub fn example_document(marked: &str) -> Document {
    let types = [
        MentionType::Per,
        MentionType::Role,
        MentionType::Org,
        MentionType::Loc,
        MentionType::Date,
        MentionType::Time,
        MentionType::Event,
    ];
    let mut text = String::new();
    let mut mentions = Vec::new();
    let mut rest = marked;
    while let Some(at) = rest.find('[') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        text.push_str(before);
        rest = after;
        let Some((inner, tail)) = after.split_once(']') else { continue };
        let Some((name, surface)) = inner.split_once(' ') else { continue };
        let Some(kind) = types.iter().find(|t| t.name() == name) else { continue };
        let start = text.len();
        text.push_str(surface);
        mentions.push(Mention {
            kind: *kind,
            span: ByteSpan::new(start, text.len()),
            entity: None,
            source: Source::Lexicon,
            score: 1.0,
        });
        rest = tail;
    }
    text.push_str(rest);
    let block = Block::new(BlockKind::NumberedSentence, ByteSpan::new(0, text.len()));
    let mut document = Document::new("example", Format::Text, text, vec![block]);
    for stage in [&Normalizer::default() as &dyn Stage, &Segmenter] {
        if let Err(e) = stage.run(&mut document) {
            document.warnings.push(e.to_string());
        }
    }
    document.mentions = mentions;
    document
}

/// An example of a rule, in the surroundings that the rule asks for. Who speaks must be seen in the
/// example itself.
fn example_of(rule: &Rule, marked: &str) -> (Document, Surroundings) {
    let mut document = example_document(marked);
    if let Some(&kind) = rule.blocks.first() {
        document.blocks[0].kind = kind;
    }
    let mut around =
        Surroundings { session: rule.session.unwrap_or(false), first: rule.first, speaker: None };
    if !rule.speaker.is_empty() {
        if let Err(e) = OfficialsStage::default().run(&mut document) {
            document.warnings.push(e.to_string());
        }
        around.speaker = speaker::official(&Speakers::of(&document), 0);
    }
    (document, around)
}

/// Runs all examples; what comes back are those that fail.
pub fn run_examples(rules: &RuleSet) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (number, rule) in rules.rules.iter().enumerate() {
        let mut fail = |text: &str, what: String| {
            failures.push(Failure {
                rule: rule.id.clone(),
                file: rule.file.clone(),
                text: text.into(),
                what,
            });
        };
        for example in &rule.examples {
            let full = example.full();
            let (document, around) = example_of(rule, &full.text);
            let Some(analysis) = analyse(rules, &document, 0, around) else {
                fail(&full.text, "holds no sentence".into());
                continue;
            };
            match analysis.fired.iter().find(|f| f.rule == number) {
                None => fail(&full.text, "must match and does not".into()),
                Some(f) => {
                    if let Some(what) = wrong(&document, &analysis, std::slice::from_ref(&f.found), example) {
                        fail(&full.text, what);
                    }
                }
            }
        }
        for text in &rule.counterexamples {
            let (document, around) = example_of(rule, text);
            if analyse(rules, &document, 0, around).is_some_and(|a| a.fired.iter().any(|f| f.rule == number))
            {
                fail(text, "must not match and does".into());
            }
        }
    }
    for slot in &rules.slots {
        let mut fail = |text: &str, what: String| {
            failures.push(Failure {
                rule: slot.id.clone(),
                file: slot.file.clone(),
                text: text.into(),
                what,
            });
        };
        let found = |text: &str| {
            let document = example_document(text);
            let analysis = analyse(rules, &document, 0, Surroundings::default())?;
            let own = analysis.matches.iter().filter(|m| slot.patterns.contains(&m.pattern));
            let own: Vec<_> = own.cloned().collect();
            Some((document, analysis, own))
        };
        for example in &slot.examples {
            let full = example.full();
            match found(&full.text) {
                Some((document, analysis, own)) if !own.is_empty() => {
                    if let Some(what) = wrong(&document, &analysis, &own, example) {
                        fail(&full.text, what);
                    }
                }
                _ => fail(&full.text, "must match and does not".into()),
            }
        }
        for text in &slot.counterexamples {
            if found(text).is_some_and(|(_, _, own)| !own.is_empty()) {
                fail(text, "must not match and does".into());
            }
        }
    }
    failures
}

/// What an example expects and the matches do not give.
fn wrong(
    document: &Document,
    analysis: &Analysis,
    matches: &[super::Match],
    example: &Example,
) -> Option<String> {
    let full = example.full();
    let surface = |range| document.surface(document.span_of_words(range)).to_owned();
    let captured = |capture| -> Vec<String> {
        let members = matches.iter().flat_map(|m| captured_members(analysis, m, capture));
        let mut out: Vec<String> = Vec::new();
        for member in members {
            let text = surface(member.words.clone());
            if !out.contains(&text) {
                out.push(text);
            }
        }
        out
    };
    let one = |wanted: Option<String>| wanted.map(|w| vec![w]);
    let slots = [
        (Capture::Assignee, full.assignee.clone()),
        (Capture::Collaborator, full.collaborator.clone()),
        (Capture::Issuer, one(full.issuer.clone())),
        (Capture::Speaker, one(full.speaker.clone())),
        (Capture::Beneficiary, full.beneficiary.clone()),
    ];
    for (capture, wanted) in slots {
        if let Some(wanted) = wanted {
            let found = captured(capture);
            if found != wanted {
                return Some(format!("{} should be {wanted:?} and is {found:?}", capture.name()));
            }
        }
    }
    let wanted = full.trigger?;
    let triggers: Vec<String> = matches
        .iter()
        .map(|m| {
            let items = m.captured(Capture::Trigger).unwrap_or(m.start..m.end);
            surface(words_of(&analysis.items, items))
        })
        .collect();
    (!triggers.contains(&wanted)).then(|| format!("the trigger should be {wanted:?} and is {triggers:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_does_what_its_examples_say() {
        let rules = RuleSet::built_in().unwrap_or_else(|e| panic!("{e}"));
        let failures: Vec<String> =
            run_examples(&rules).iter().map(|f| format!("{} «{}»: {}", f.rule, f.text, f.what)).collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        assert!(rules.len() >= 60, "{} rules", rules.len());
    }
}
