//! What came back from an annotation tool (brat, doccano), as labelled documents: a label that names a
//! sentence class is a sentence, any other a mention, whatever types there are. Tasks and officials are
//! known only where the layers speak of them; a corpus that was annotated for names alone says nothing
//! about the rest.

use super::{Labelled, LabelledMention, LabelledSentence, dabir::Scored};
use crate::eval::labels::LabelMap;
use crate::exchange::{Sheet, class_of, label, note, relation};

/// The labelled document. The error says which span does not fit the text.
pub(super) fn labelled(sheet: Sheet, labels: &LabelMap) -> Result<Labelled, String> {
    let mut doc = Labelled::new(sheet.id.clone(), sheet.text.clone());
    let (mut mentions, mut sentences) = (Vec::new(), Vec::new());
    for span in &sheet.layers.spans {
        let place = doc.check(span.start, span.end)?;
        if label::PARTS.contains(&span.label.as_str()) {
            continue;
        }
        match class_of(&span.label) {
            Some(class) => sentences.push(LabelledSentence { span: place, class }),
            None => {
                if let Some(kind) = labels.map(&span.label) {
                    mentions.push(LabelledMention { kind: kind.to_owned(), span: place });
                }
            }
        }
    }
    doc.mentions = Some(mentions);
    doc.sentences = (!sentences.is_empty()).then_some(sentences);
    doc.sort_sentences();
    let names = [note::NAME, note::ROLE];
    let of_entities = [relation::SAME, relation::ORGANIZATION];
    let tasks = sheet.layers.spans.iter().any(|s| s.label == label::ACT);
    let officials = sheet.layers.relations.iter().any(|r| of_entities.contains(&r.label.as_str()))
        || sheet.layers.spans.iter().any(|s| names.iter().any(|n| s.notes.contains_key(*n)));
    if tasks || officials {
        let record = serde_json::to_value(sheet.into_record(labels)).map_err(|e| e.to_string())?;
        let scored: Scored = serde_json::from_value(record).map_err(|e| e.to_string())?;
        // Its sentences are these, in the same order, so that its tasks point at the right ones.
        let whole = scored.into_labelled()?;
        doc.tasks = whole.tasks.filter(|_| tasks);
        doc.officials = whole.officials.filter(|_| officials);
    }
    Ok(doc)
}
