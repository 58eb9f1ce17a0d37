//! Labelled documents, whatever file they come from. Gold and prediction are both files, so spans
//! here are what files hold: code points. A form that says nothing about a layer leaves it `None`,
//! and what depends on that layer is then not scored; an empty list means "there is none".

mod brat;
mod dabir;
mod doccano;
mod layers;
mod load;
mod news;
mod offsets;

use crate::document::{DeadlineKind, SentenceClass};
use crate::span::{CharIndex, CharSpan};

pub use load::{Collection, load, load_predictions};

/// A document with what somebody, or something, said about it.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Identifier.
    pub id: String,
    text: String,
    index: CharIndex,
    /// Sentences, sorted by place.
    pub sentences: Option<Vec<LabelledSentence>>,
    /// Mentions.
    pub mentions: Option<Vec<LabelledMention>>,
    /// Officials, without collective ones.
    pub officials: Option<Vec<LabelledOfficial>>,
    /// Tasks.
    pub tasks: Option<Vec<LabelledTask>>,
    /// Sentences marked as stating an action, where only such marks are known.
    pub marked: Option<Vec<CharSpan>>,
    /// How many spans were given with a text that does not stand there.
    pub surface_differs: usize,
}

/// A sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelledSentence {
    /// Place.
    pub span: CharSpan,
    /// What it states.
    pub class: Option<SentenceClass>,
}

/// A mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledMention {
    /// Type.
    pub kind: String,
    /// Place.
    pub span: CharSpan,
}

/// A person in office, or an office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledOfficial {
    /// Personal name.
    pub name: Option<String>,
    /// Office.
    pub role: Option<String>,
    /// Body.
    pub organization: Option<String>,
}

/// A filled slot of a task.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelledSlot {
    /// Place, where the text says it.
    pub span: Option<CharSpan>,
    /// Surface, or the name it was resolved to.
    pub text: String,
}

/// A time limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledDeadline {
    /// Where and what.
    pub slot: LabelledSlot,
    /// Kind, where it was labelled.
    pub kind: Option<DeadlineKind>,
    /// Jalali day due, in ISO shape: `None` where nobody labelled it, `Some(None)` where it cannot
    /// be computed.
    pub due: Option<Option<String>>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledTask {
    /// Place of the act.
    pub span: Option<CharSpan>,
    /// Index of its sentence, where the file says it.
    pub sentence: Option<usize>,
    /// Who must do it.
    pub assignees: Vec<LabelledSlot>,
    /// With whom.
    pub collaborators: Vec<LabelledSlot>,
    /// Who decided, ordered or asked.
    pub issuer: Option<LabelledSlot>,
    /// By when.
    pub deadline: Option<LabelledDeadline>,
}

impl Labelled {
    /// A document about which nothing is said.
    pub fn new(id: impl Into<String>, text: String) -> Self {
        let index = CharIndex::new(&text);
        Self {
            id: id.into(),
            text,
            index,
            sentences: None,
            mentions: None,
            officials: None,
            tasks: None,
            marked: None,
            surface_differs: 0,
        }
    }

    /// A document in which every layer is known and empty: what stands in for a prediction that
    /// was not made.
    pub fn empty(id: impl Into<String>, text: String) -> Self {
        Self {
            sentences: Some(Vec::new()),
            mentions: Some(Vec::new()),
            officials: Some(Vec::new()),
            tasks: Some(Vec::new()),
            ..Self::new(id, text)
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of code points of the text.
    pub fn chars(&self) -> usize {
        self.index.len()
    }

    /// Byte offset of a code point offset.
    pub fn byte(&self, char: usize) -> usize {
        self.index.byte_of(&self.text, char)
    }

    /// The surface at `span`.
    pub fn surface(&self, span: CharSpan) -> &str {
        self.index.to_bytes(&self.text, span).of(&self.text)
    }

    /// The name under which gold and prediction meet: the last part of the id's path, without the
    /// extension of a document file.
    pub fn key(&self) -> &str {
        key(&self.id)
    }

    fn slot(&self, span: CharSpan) -> LabelledSlot {
        LabelledSlot { span: Some(span), text: self.surface(span).to_owned() }
    }

    /// Puts sentences in the order of the text. Tasks keep pointing at theirs.
    fn sort_sentences(&mut self) {
        let Some(sentences) = &mut self.sentences else { return };
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        order.sort_by_key(|&i| (sentences[i].span, i));
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        *sentences = order.iter().map(|&i| sentences[i]).collect();
        for task in self.tasks.iter_mut().flatten() {
            task.sentence = task.sentence.and_then(|s| place.get(s).copied());
        }
    }

    /// Checks that a span lies in the text.
    fn check(&self, start: usize, end: usize) -> Result<CharSpan, String> {
        if start <= end && end <= self.chars() {
            Ok(CharSpan { start, end })
        } else {
            Err(format!(
                "{}: span {start}..{end} does not lie in the text of {} code points",
                self.id,
                self.chars()
            ))
        }
    }
}

fn key(id: &str) -> &str {
    let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
    match name.rsplit_once('.') {
        Some((stem, "txt" | "json" | "jsonl" | "html" | "htm" | "ann" | "tsv" | "conll"))
            if !stem.is_empty() =>
        {
            stem.strip_suffix(".gold").unwrap_or(stem)
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lose_path_and_extension_only() {
        assert_eq!(key("دبیرخانه/نشست-3.txt"), "نشست-3");
        assert_eq!(key("a.gold.json"), "a");
        assert_eq!(key("1398.12.01"), "1398.12.01");
        assert_eq!(key(".txt"), ".txt");
    }

    #[test]
    fn sorting_sentences_keeps_tasks_with_theirs() {
        let mut doc = Labelled::empty("a", "یک. دو.".into());
        let at = |start, end| LabelledSentence { span: CharSpan { start, end }, class: None };
        doc.sentences = Some(vec![at(4, 7), at(0, 3)]);
        doc.tasks = Some(vec![LabelledTask {
            span: None,
            sentence: Some(0),
            assignees: vec![],
            collaborators: vec![],
            issuer: None,
            deadline: None,
        }]);
        doc.sort_sentences();
        assert_eq!(doc.tasks.as_ref().and_then(|t| t[0].sentence), Some(1));
        assert_eq!(doc.sentences.as_ref().map(|s| s[0].span.start), Some(0));
    }
}
