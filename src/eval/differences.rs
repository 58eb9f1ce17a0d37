//! What was missed and what was too much, in context: the part of an evaluation that one learns
//! from. Gold and prediction stand under each other, on a terminal and on a page of its own.

mod page;
mod text;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::ner::{NerOptions, pair_sentences};
use super::spans::{Pairing, TypedSpan};
use super::tagged::Tagged;
use crate::eval::error::EvalError;
use crate::span::{ByteSpan, CharIndex, CharSpan};

pub use page::differences_page;
pub(crate) use page::sections;
pub use text::differences_text;

/// What became of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// On both sides, with the same place and type.
    Correct,
    /// On both sides, with another place or type.
    Changed,
    /// In gold only.
    Missed,
    /// In the prediction only.
    Spurious,
}

impl Verdict {
    /// The name in output, and of its class in pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Changed => "changed",
            Self::Missed => "missed",
            Self::Spurious => "spurious",
        }
    }
}

/// A span over the text of its [`Unit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Place in the unit's text.
    pub span: ByteSpan,
    /// Type or slot.
    pub label: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// One layer of marks, on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// Name: `mentions`, `slots`.
    pub name: String,
    /// Marks of gold, sorted by place.
    pub gold: Vec<Mark>,
    /// Marks of the prediction, sorted by place.
    pub pred: Vec<Mark>,
}

/// A difference that is no span: a class, a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What became of it.
    pub verdict: Verdict,
    /// What it is about: `class`, `official`.
    pub about: String,
    /// What is said, or both readings.
    pub what: String,
}

/// A stretch of text with what both sides say about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// Name: number and place of the sentence.
    pub name: String,
    /// The text.
    pub text: String,
    /// Layers of marks.
    pub layers: Vec<Layer>,
    /// Differences that are no spans.
    pub remarks: Vec<Remark>,
}

impl Unit {
    /// How much in it is wrong: missed and spurious things count once, changed ones once a pair.
    pub fn wrong(&self) -> usize {
        let count =
            |marks: &[Mark], wanted: &[Verdict]| marks.iter().filter(|m| wanted.contains(&m.verdict)).count();
        let marks: usize = self
            .layers
            .iter()
            .map(|l| {
                count(&l.gold, &[Verdict::Missed, Verdict::Changed]) + count(&l.pred, &[Verdict::Spurious])
            })
            .sum();
        marks + self.remarks.iter().filter(|r| r.verdict != Verdict::Correct).count()
    }
}

impl Serialize for Unit {
    /// In files spans count code points of the unit's text, and hold their surface.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let index = CharIndex::new(&self.text);
        let marks = |marks: &[Mark]| -> Vec<Value> {
            let mark = |m: &Mark| {
                let CharSpan { start, end } = index.to_chars(&self.text, m.span);
                let (text, verdict) = (m.span.of(&self.text), m.verdict);
                json!({"start": start, "end": end, "text": text, "label": m.label, "verdict": verdict})
            };
            marks.iter().map(mark).collect()
        };
        let layer = |l: &Layer| json!({"name": l.name, "gold": marks(&l.gold), "predicted": marks(&l.pred)});
        let layers: Vec<Value> = self.layers.iter().map(layer).collect();
        json!({"name": self.name, "text": self.text, "layers": layers, "remarks": self.remarks})
            .serialize(serializer)
    }
}

/// A document or sentence with its differences.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its name.
    pub name: String,
    /// The units in which something is wrong.
    pub units: Vec<Unit>,
}

impl Difference {
    /// How much in it is wrong.
    pub fn wrong(&self) -> usize {
        self.units.iter().map(Unit::wrong).sum()
    }
}

/// The `number` worst, the worst first; of equals the one that comes first.
pub fn worst(mut all: Vec<Difference>, number: usize) -> Vec<Difference> {
    all.retain(|d| d.wrong() > 0);
    all.sort_by_key(|d| std::cmp::Reverse(d.wrong()));
    all.truncate(number);
    all
}

/// Marks of both sides of a pairing; `place` turns the spans into places in the unit's text.
pub(crate) fn layer(
    name: &str,
    pairing: &Pairing,
    types: &[String],
    place: impl Fn(TypedSpan) -> ByteSpan,
) -> Layer {
    let mark = |span: &TypedSpan, verdict| Mark {
        span: place(*span),
        label: types.get(span.kind as usize).cloned().unwrap_or_default(),
        verdict,
    };
    let mut gold: Vec<Mark> = pairing.gold().iter().map(|s| mark(s, Verdict::Missed)).collect();
    let mut pred: Vec<Mark> = pairing.pred().iter().map(|s| mark(s, Verdict::Spurious)).collect();
    for (g, p) in pairing.pairs() {
        let same = pairing.gold()[g] == pairing.pred()[p];
        let verdict = if same { Verdict::Correct } else { Verdict::Changed };
        gold[g].verdict = verdict;
        pred[p].verdict = verdict;
    }
    Layer { name: name.to_owned(), gold, pred }
}

/// The differences of tagged tokens, sentence by sentence; only sentences with one are given.
///
/// # Errors
/// Where the two sides do not hold the same sentences.
pub fn ner_differences(
    gold: &Tagged,
    pred: &Tagged,
    options: &NerOptions,
) -> Result<Vec<Difference>, EvalError> {
    let mut found = Vec::new();
    pair_sentences(gold, pred, options, |sentence, pairing, types| {
        let mut text = String::new();
        let mut tokens = Vec::new();
        for token in gold.tokens_of(sentence) {
            if !text.is_empty() {
                text.push(' ');
            }
            tokens.push(ByteSpan::new(text.len(), text.len() + token.len()));
            text.push_str(token);
        }
        let place = |span: TypedSpan| match (tokens.get(span.start), tokens.get(span.end.saturating_sub(1))) {
            (Some(first), Some(last)) => first.cover(*last),
            _ => ByteSpan::default(),
        };
        let layers = vec![layer("entities", pairing, types, place)];
        let name = format!("sentence {} (line {})", sentence + 1, gold.line(sentence));
        let unit = Unit { name: String::new(), text, layers, remarks: Vec::new() };
        if unit.wrong() > 0 {
            found.push(Difference { name, units: vec![unit] });
        }
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn tagged(text: &str) -> Tagged {
        Tagged::parse(Path::new("آزمون"), text.replace('/', "\t")).expect("a tagged text")
    }

    pub(super) fn example() -> Vec<Difference> {
        let gold = tagged(
            "همه/O\nآمدند/O\n\nسارا/B-PER\nنادری/I-PER\nدر/O\nیزد/B-LOC\n\nوزارت/B-ORG\nنیرو/I-ORG\nو/O\nقم/B-LOC\n",
        );
        let pred = tagged(
            "همه/O\nآمدند/B-PER\n\nسارا/B-PER\nنادری/O\nدر/B-ORG\nیزد/O\n\nوزارت/B-ORG\nنیرو/I-ORG\nو/O\nقم/B-LOC\n",
        );
        ner_differences(&gold, &pred, &NerOptions::default()).expect("parallel")
    }

    #[test]
    fn the_worst_come_first_and_the_faultless_not_at_all() {
        let all = example();
        assert_eq!(all.len(), 2);
        let worst = worst(all, 1);
        assert_eq!(worst[0].name, "sentence 2 (line 4)");
        assert_eq!(worst[0].wrong(), 3);
        let unit = &worst[0].units[0];
        let verdicts = |marks: &[Mark]| {
            marks
                .iter()
                .map(|m| format!("{} {}", m.verdict.name(), m.span.of(&unit.text)))
                .collect::<Vec<_>>()
        };
        assert_eq!(verdicts(&unit.layers[0].gold), ["changed سارا نادری", "missed یزد"]);
        assert_eq!(verdicts(&unit.layers[0].pred), ["changed سارا", "spurious در"]);
    }
}
