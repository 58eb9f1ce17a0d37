//! `dabir/1` records as gold or prediction. Only what is scored is read, and every field may be
//! missing, so that the output of other tools and of older versions can be scored too.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Labelled, LabelledDeadline, LabelledMention, LabelledOfficial, LabelledSentence, LabelledSlot,
    LabelledTask,
};
use crate::document::{DeadlineKind, SentenceClass};
use crate::span::CharSpan;

/// The scored part of a record.
#[derive(Debug, Deserialize)]
pub(super) struct Scored {
    pub(super) id: String,
    text: String,
    sentences: Option<Vec<Sentence>>,
    mentions: Option<Vec<Mention>>,
    officials: Option<Vec<Official>>,
    #[serde(default)]
    organizations: Vec<Organization>,
    tasks: Option<Vec<Task>>,
}

#[derive(Debug, Deserialize)]
struct Sentence {
    start: usize,
    end: usize,
    class: Option<SentenceClass>,
}

#[derive(Debug, Deserialize)]
struct Mention {
    #[serde(rename = "type")]
    kind: String,
    start: usize,
    end: usize,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Official {
    name: Option<String>,
    role: Option<String>,
    organization: Option<String>,
    #[serde(default)]
    collective: bool,
}

#[derive(Debug, Deserialize)]
struct Organization {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Slot {
    start: Option<usize>,
    end: Option<usize>,
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Deadline {
    #[serde(flatten)]
    slot: Slot,
    kind: Option<DeadlineKind>,
    due_jalali: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Task {
    sentence: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    text: Option<String>,
    #[serde(default)]
    assignees: Vec<Slot>,
    #[serde(default)]
    collaborators: Vec<Slot>,
    issuer: Option<Slot>,
    deadline: Option<Deadline>,
}

impl Scored {
    /// The record as a labelled document; the error says which span does not fit the text.
    pub(super) fn into_labelled(self) -> Result<Labelled, String> {
        let mut doc = Labelled::new(self.id, self.text);
        let mut differs = 0;
        let mut surface = |doc: &Labelled, span: CharSpan, text: &Option<String>| {
            differs += usize::from(text.as_deref().is_some_and(|t| t != doc.surface(span)));
        };
        let sentence =
            |s: Sentence| Ok(LabelledSentence { span: doc.check(s.start, s.end)?, class: s.class });
        let sentences =
            self.sentences.map(|all| all.into_iter().map(sentence).collect::<Result<_, String>>());
        let sentences = sentences.transpose()?;
        let mention = |m: Mention| {
            let span = doc.check(m.start, m.end)?;
            surface(&doc, span, &m.text);
            Ok(LabelledMention { kind: m.kind, span })
        };
        let mentions = self.mentions.map(|all| all.into_iter().map(mention).collect::<Result<_, String>>());
        let mentions = mentions.transpose()?;
        let task = |t: Task| {
            let span = match (t.start, t.end) {
                (Some(start), Some(end)) => Some(doc.check(start, end)?),
                _ => None,
            };
            if let Some(span) = span {
                surface(&doc, span, &t.text);
            }
            Ok(LabelledTask {
                span,
                sentence: t.sentence,
                assignees: t.assignees.into_iter().map(|s| s.over(&doc)).collect::<Result<_, String>>()?,
                collaborators: t
                    .collaborators
                    .into_iter()
                    .map(|s| s.over(&doc))
                    .collect::<Result<_, String>>()?,
                issuer: t.issuer.map(|s| s.over(&doc)).transpose()?,
                deadline: t.deadline.map(|d| d.over(&doc)).transpose()?,
            })
        };
        let tasks =
            self.tasks.map(|all| all.into_iter().map(task).collect::<Result<_, String>>()).transpose()?;
        let names: BTreeMap<String, String> =
            self.organizations.into_iter().map(|o| (o.id, o.name)).collect();
        let official = |o: Official| LabelledOfficial {
            name: o.name,
            role: o.role,
            organization: o.organization.map(|id| names.get(&id).cloned().unwrap_or(id)),
        };
        doc.officials =
            self.officials.map(|all| all.into_iter().filter(|o| !o.collective).map(official).collect());
        doc.surface_differs = differs;
        (doc.sentences, doc.mentions, doc.tasks) = (sentences, mentions, tasks);
        doc.sort_sentences();
        Ok(doc)
    }
}

impl Slot {
    fn over(self, doc: &Labelled) -> Result<LabelledSlot, String> {
        let span = match (self.start, self.end) {
            // A slot that stands nowhere in the text is written without a place, or as 0..0.
            (Some(start), Some(end)) if end > 0 => Some(doc.check(start, end)?),
            _ => None,
        };
        let text = self.text.or_else(|| span.map(|s| doc.surface(s).to_owned())).unwrap_or_default();
        Ok(LabelledSlot { span, text })
    }
}

impl Deadline {
    fn over(self, doc: &Labelled) -> Result<LabelledDeadline, String> {
        // A date without a kind was labelled all the same; neither of the two is no label at all.
        let due = (self.kind.is_some() || self.due_jalali.is_some()).then_some(self.due_jalali);
        Ok(LabelledDeadline { slot: self.slot.over(doc)?, kind: self.kind, due })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_with_everything_and_one_with_little() {
        let record: Scored = serde_json::from_str(
            r#"{"schema":"dabir/1","id":"a","text":"استاندار فارس دستور داد.",
            "sentences":[{"start":0,"end":24,"class":"directive","score":0.5}],
            "mentions":[{"id":"m1","type":"ROLE","start":0,"end":13,"text":"استاندار یزد"}],
            "officials":[{"id":"p1","name":null,"role":"استاندار فارس","organization":"o1"},
                         {"id":"p2","name":null,"role":"استانداران","collective":true}],
            "organizations":[{"id":"o1","name":"استانداری فارس"}],
            "tasks":[{"sentence":0,"start":14,"end":19,"text":"دستور","assignees":[{"text":"فرماندار"}],
                      "issuer":{"start":0,"end":13,"text":"استاندار فارس"},
                      "deadline":{"start":0,"end":8,"text":"x","kind":"date","due_jalali":"1400-01-01"}}]}"#,
        )
        .expect("a record");
        let doc = record.into_labelled().expect("spans that fit");
        assert_eq!(doc.surface_differs, 1);
        let officials = doc.officials.expect("officials");
        assert_eq!(officials.len(), 1);
        assert_eq!(officials[0].organization.as_deref(), Some("استانداری فارس"));
        let task = &doc.tasks.expect("tasks")[0];
        assert_eq!(task.assignees[0], LabelledSlot { span: None, text: "فرماندار".into() });
        let due = task.deadline.as_ref().and_then(|d| d.due.clone());
        assert_eq!(due, Some(Some("1400-01-01".into())));

        let bare: Scored = serde_json::from_str(r#"{"id":"b","text":"متن"}"#).expect("a record");
        let doc = bare.into_labelled().expect("nothing to fit");
        assert!(doc.mentions.is_none() && doc.tasks.is_none());
    }
}
