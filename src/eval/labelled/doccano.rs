//! Doccano's JSON lines, in both of its shapes: `label` (or `labels`) with `[start, end, name]`, and
//! `entities` with objects. Offsets are code points. A label that names a sentence class is a
//! sentence, any other a mention.

use serde::Deserialize;

use super::brat::class_of;
use super::{Labelled, LabelledMention, LabelledSentence};
use crate::eval::labels::LabelMap;

/// A line of the export.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    id: Option<serde_json::Value>,
    text: String,
    #[serde(alias = "labels")]
    label: Option<Vec<(usize, usize, String)>>,
    entities: Option<Vec<Entity>>,
}

#[derive(Debug, Deserialize)]
struct Entity {
    label: String,
    start_offset: usize,
    end_offset: usize,
}

impl Line {
    /// The labels over the line's text. `name` stands in for a missing id.
    pub(super) fn into_labelled(self, name: &str, labels: &LabelMap) -> Result<Labelled, String> {
        let id = match self.id {
            Some(serde_json::Value::String(id)) => id,
            Some(id @ serde_json::Value::Number(_)) => id.to_string(),
            _ => name.to_owned(),
        };
        let mut doc = Labelled::new(id, self.text);
        let spans = self.label.unwrap_or_default().into_iter();
        let entities = self.entities.unwrap_or_default().into_iter();
        let spans = spans.chain(entities.map(|e| (e.start_offset, e.end_offset, e.label)));
        let (mut mentions, mut sentences) = (Vec::new(), Vec::new());
        for (start, end, label) in spans {
            let span = doc.check(start, end)?;
            match class_of(&label) {
                Some(class) => sentences.push(LabelledSentence { span, class: Some(class) }),
                None => {
                    if let Some(kind) = labels.map(&label) {
                        mentions.push(LabelledMention { kind: kind.to_owned(), span });
                    }
                }
            }
        }
        doc.mentions = Some(mentions);
        doc.sentences = (!sentences.is_empty()).then_some(sentences);
        doc.sort_sentences();
        Ok(doc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes() {
        let old = r#"{"id":7,"text":"🙂 وزارت نیرو","label":[[2,12,"ORG"],[0,12,"none"]]}"#;
        let new = r#"{"text":"🙂 وزارت نیرو","entities":[{"id":1,"label":"org","start_offset":2,"end_offset":12}],
                      "relations":[]}"#;
        for (json, id, classed) in [(old, "7", true), (new, "3", false)] {
            let line: Line = serde_json::from_str(json).expect("a line");
            let doc = line.into_labelled("3", &LabelMap::built_in()).expect("spans that fit");
            let mentions = doc.mentions.as_ref().expect("mentions");
            assert_eq!((doc.id.as_str(), doc.surface(mentions[0].span)), (id, "وزارت نیرو"));
            assert_eq!(mentions[0].kind, "ORG");
            assert_eq!(doc.sentences.is_some(), classed);
        }
    }
}
