//! UIMA CAS JSON 0.4, which INCEpTION imports («UIMA CAS JSON 0.4.0») and dkpro-cassis reads: the text
//! with sentences, tokens and named entities in the types of DKPro Core, which INCEpTION's built-in
//! layers use. Offsets are UTF-16 code units, as UIMA counts.

use serde_json::{Value, json};

use super::units::Utf16Index;
use super::{Sheet, tokens, webanno};

const SENTENCE: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence";
const TOKEN: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token";
const ENTITY: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
const DOCUMENT: &str = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";

/// The file of a sheet, and the number of spans that cross a sentence's end and were left out.
pub fn write(sheet: &Sheet) -> (Value, usize) {
    let index = Utf16Index::new(&sheet.text);
    let lines = tokens::lines(sheet);
    let (entities, left) = webanno::entities(sheet, &lines);
    let mut all = vec![json!({
        "%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text",
        "sofaString": sheet.text,
    })];
    let mut members = Vec::new();
    let mut add = |kind: &str, start: usize, end: usize, features: &[(&str, &str)]| {
        let id = all.len() + 1;
        let mut fs = json!({
            "%ID": id, "%TYPE": kind, "@sofa": 1, "begin": index.to_utf16(start), "end": index.to_utf16(end),
        });
        for (name, value) in features {
            fs[*name] = json!(value);
        }
        all.push(fs);
        members.push(id);
    };
    let title = sheet.meta.title.as_deref().unwrap_or(&sheet.id);
    let document = [("language", "fa"), ("documentId", sheet.id.as_str()), ("documentTitle", title)];
    add(DOCUMENT, 0, sheet.text.chars().count(), &document);
    for line in &lines {
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            add(SENTENCE, first.start, last.end, &[]);
        }
        for token in line {
            add(TOKEN, token.start, token.end, &[]);
        }
    }
    for (i, _) in entities {
        let span = &sheet.layers.spans[i];
        add(ENTITY, span.start, span.end, &[("value", &span.label)]);
    }
    let kind = |name: &str, parent: &str, features: &[&str]| {
        let mut kind = json!({"%NAME": name, "%SUPER_TYPE": parent});
        for feature in features {
            kind[*feature] = json!({"%NAME": feature, "%RANGE": "uima.cas.String"});
        }
        kind
    };
    let annotation = "uima.tcas.Annotation";
    let cas = json!({
        "%TYPES": {
            DOCUMENT: kind(DOCUMENT, "uima.tcas.DocumentAnnotation", &["documentId", "documentTitle"]),
            SENTENCE: kind(SENTENCE, annotation, &[]),
            TOKEN: kind(TOKEN, annotation, &[]),
            ENTITY: kind(ENTITY, annotation, &["value", "identifier"]),
        },
        "%FEATURE_STRUCTURES": all,
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}},
    });
    (cas, left)
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    #[test]
    fn offsets_are_those_of_java() {
        let mut sheet = Sheet::new("a", "🙂 وزیر نیرو آمد.");
        sheet.layers.spans = vec![Span::new("ROLE", 2, 11)];
        let (cas, left) = write(&sheet);
        assert_eq!(left, 0);
        let all = cas["%FEATURE_STRUCTURES"].as_array().expect("a list");
        let role = all.iter().find(|fs| fs["value"] == "ROLE").expect("the mention");
        assert_eq!((&role["begin"], &role["end"]), (&json!(3), &json!(12)));
        assert_eq!(cas["%VIEWS"]["_InitialView"]["%MEMBERS"].as_array().map(Vec::len), Some(all.len() - 1));
    }
}
