//! Doccano's JSON lines, as [`crate::exchange::doccano`] reads them.

use super::{Labelled, layers};
use crate::eval::labels::LabelMap;
use crate::exchange::doccano::Line;

/// The labels over the line's text. `name` stands in for a missing id.
pub(super) fn labelled(line: Line, name: &str, labels: &LabelMap) -> Result<Labelled, String> {
    layers::labelled(line.into_sheet(name)?, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes() {
        let old = r#"{"id":7,"text":"🙂 وزارت نیرو","label":[[3,13,"ORG"],[0,13,"none"]]}"#;
        let new = r#"{"text":"🙂 وزارت نیرو","entities":[{"id":1,"label":"org","start_offset":3,"end_offset":13}],
                      "relations":[]}"#;
        for (json, id, classed) in [(old, "7", true), (new, "3", false)] {
            let line: Line = serde_json::from_str(json).expect("a line");
            let doc = labelled(line, "3", &LabelMap::built_in()).expect("spans that fit");
            let mentions = doc.mentions.as_ref().expect("mentions");
            assert_eq!((doc.id.as_str(), doc.surface(mentions[0].span)), (id, "وزارت نیرو"));
            assert_eq!(mentions[0].kind, "ORG");
            assert_eq!(doc.sentences.is_some(), classed);
        }
    }
}
