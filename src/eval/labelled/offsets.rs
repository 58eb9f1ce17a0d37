//! Gold that holds offsets only, one JSON object a document: lists instead of objects, no text, but
//! the SHA-256 of the text that it belongs to. Such files can be given away where the text cannot.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Labelled, LabelledDeadline, LabelledMention, LabelledOfficial, LabelledSentence, LabelledTask};
use crate::document::{DeadlineKind, SentenceClass};

type Pair = (usize, usize);

/// The file as written.
#[derive(Debug, Deserialize)]
pub(super) struct Offsets {
    pub(super) id: Option<String>,
    pub(super) sha256: Option<String>,
    pub(super) text: Option<String>,
    sentences: Option<Vec<(usize, usize, Option<SentenceClass>)>>,
    entities: Option<Vec<(String, usize, usize)>>,
    officials: Option<Vec<Official>>,
    tasks: Option<Vec<Task>>,
}

#[derive(Debug, Deserialize)]
struct Official {
    name: Option<Pair>,
    role: Option<Pair>,
    organization: Option<Pair>,
    #[serde(default)]
    collective: bool,
}

#[derive(Debug, Deserialize)]
struct Task {
    sentence: Option<usize>,
    text: Option<Pair>,
    #[serde(default)]
    assignees: Vec<Pair>,
    #[serde(default)]
    collaborators: Vec<Pair>,
    issuer: Option<Pair>,
    deadline: Option<Pair>,
    deadline_kind: Option<DeadlineKind>,
    // A null says "cannot be computed", a missing field "not labelled".
    #[serde(default, deserialize_with = "present")]
    due_jalali: Option<Option<String>>,
}

fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// SHA-256 of a text, in hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Offsets {
    /// Whether a text is the one that the offsets count in.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.sha256.as_deref().is_none_or(|sum| sum.eq_ignore_ascii_case(&digest(text)))
    }

    /// The labels over `text`; the error says which span does not fit.
    pub(super) fn over(self, id: String, text: String) -> Result<Labelled, String> {
        let mut doc = Labelled::new(id, text);
        if let Some(sentences) = self.sentences {
            let sentence = |(start, end, class)| Ok(LabelledSentence { span: doc.check(start, end)?, class });
            doc.sentences = Some(sentences.into_iter().map(sentence).collect::<Result<_, String>>()?);
        }
        if let Some(entities) = self.entities {
            let mention = |(kind, start, end)| Ok(LabelledMention { kind, span: doc.check(start, end)? });
            doc.mentions = Some(entities.into_iter().map(mention).collect::<Result<_, String>>()?);
        }
        let slot = |pair: Pair| Ok::<_, String>(doc.slot(doc.check(pair.0, pair.1)?));
        let text_at = |pair: Option<Pair>| pair.map(|p| slot(p).map(|s| s.text)).transpose();
        if let Some(officials) = self.officials {
            let official = |o: Official| {
                let (name, role) = (text_at(o.name)?, text_at(o.role)?);
                Ok(LabelledOfficial { name, role, organization: text_at(o.organization)? })
            };
            let single = officials.into_iter().filter(|o| !o.collective);
            let officials = single.map(official).collect::<Result<_, String>>()?;
            doc.officials = Some(officials);
        }
        let slot = |pair: Pair| Ok::<_, String>(doc.slot(doc.check(pair.0, pair.1)?));
        if let Some(tasks) = self.tasks {
            let task = |t: Task| {
                let deadline = t.deadline.map(slot).transpose()?.map(|slot| LabelledDeadline {
                    slot,
                    kind: t.deadline_kind,
                    due: t.due_jalali,
                });
                Ok(LabelledTask {
                    span: t.text.map(|(start, end)| doc.check(start, end)).transpose()?,
                    sentence: t.sentence,
                    assignees: t.assignees.into_iter().map(slot).collect::<Result<_, String>>()?,
                    collaborators: t.collaborators.into_iter().map(slot).collect::<Result<_, String>>()?,
                    issuer: t.issuer.map(slot).transpose()?,
                    deadline,
                })
            };
            let tasks = tasks.into_iter().map(task).collect::<Result<_, String>>()?;
            doc.tasks = Some(tasks);
        }
        doc.sort_sentences();
        Ok(doc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "شهردار ساوه تا پایان هفته گزارش دهد.";

    fn parse(json: &str) -> Offsets {
        serde_json::from_str(json).expect("offsets")
    }

    #[test]
    fn spans_become_surfaces() {
        let gold = parse(
            r#"{"sentences":[[0,36,"directive"]],"entities":[["ROLE",0,11],["LOC",7,11]],
            "officials":[{"name":null,"role":[0,11],"organization":null}],
            "tasks":[{"sentence":0,"text":[26,35],"assignees":[[0,11]],"collaborators":[],"issuer":null,
            "deadline":[15,25],"deadline_kind":"date","due_jalali":null}]}"#,
        );
        let doc = gold.over("a".into(), TEXT.into()).expect("spans that fit");
        assert_eq!(doc.officials.expect("officials")[0].role.as_deref(), Some("شهردار ساوه"));
        let task = &doc.tasks.expect("tasks")[0];
        let deadline = task.deadline.as_ref().expect("a deadline");
        assert_eq!(deadline.slot.text, "پایان هفته");
        assert_eq!((deadline.kind, &deadline.due), (Some(DeadlineKind::Date), &Some(None)));
    }

    #[test]
    fn what_is_not_labelled_stays_unknown() {
        let doc = parse(r#"{"entities":[]}"#).over("a".into(), TEXT.into()).expect("no span");
        assert!(doc.sentences.is_none() && doc.tasks.is_none());
        assert_eq!(doc.mentions.map(|m| m.len()), Some(0));
    }

    #[test]
    fn a_span_past_the_end_is_told() {
        let error = parse(r#"{"entities":[["LOC",30,99]]}"#).over("سند".into(), TEXT.into());
        assert!(error.expect_err("too far").contains("30..99"));
    }

    #[test]
    fn the_sum_decides_about_the_text() {
        let gold = parse(&format!(r#"{{"sha256":"{}"}}"#, digest(TEXT)));
        assert!(gold.fits(TEXT) && !gold.fits("متن دیگر"));
    }
}
