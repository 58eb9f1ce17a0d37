//! One JSON object a line: `id`, `text`, and optionally `title`, `date`, `url`; any other field is
//! kept in the document's `meta`.

use serde_json::Value;

use super::{ReadError, head, text};
use crate::document::{Document, Format};

/// Reads one record, which stands in `line` of its file. `id` is used where it has none.
pub(super) fn read(id: &str, record: &str, line: usize) -> Result<Document, ReadError> {
    let malformed = |reason: String| ReadError::Malformed { line, reason };
    let value: Value =
        serde_json::from_str(record).map_err(|e| malformed(format!("not a JSON object: {e}")))?;
    let Value::Object(mut fields) = value else {
        return Err(malformed("expected a JSON object with a field \"text\"".into()));
    };
    let body = match fields.remove("text") {
        Some(Value::String(body)) => body,
        Some(_) => return Err(malformed("the field \"text\" is no string".into())),
        None => return Err(malformed("the field \"text\" is missing".into())),
    };
    if body.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    let id = match fields.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => id,
        Some(Value::Number(id)) => id.to_string(),
        _ => id.to_owned(),
    };
    let mut document = text::read(&id, body);
    document.format = Format::Jsonl;
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("title", Value::String(title)) => document.meta.title = Some(title),
            ("url", Value::String(url)) => document.meta.url = Some(url),
            ("date", Value::String(date)) => {
                document.meta.date = head::date(&date);
                if document.meta.date.is_none() {
                    document.warnings.push(format!("field \"date\": no such day: {date}"));
                }
                document.meta.published = Some(head::published(&date));
            }
            (_, value) => {
                document.meta.other.insert(name, value);
            }
        }
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() -> Result<(), ReadError> {
        let document =
            read("x", r#"{"id":7,"text":"شورا تشکیل شد.","date":"۱۴۰۱/۰۱/۰۲","desk":"استان"}"#, 1)?;
        assert_eq!(document.id, "7");
        assert_eq!(document.meta.date.map(|d| d.to_jalali_iso()).as_deref(), Some("1401-01-02"));
        assert_eq!(document.meta.other["desk"], "استان");
        Ok(())
    }

    #[test]
    fn errors_name_line_and_reason() {
        for (record, reason) in [
            (r#"{"id":"a"}"#, "line 3: the field \"text\" is missing"),
            (r#"{"text":5}"#, "line 3: the field \"text\" is no string"),
            ("[]", "line 3: expected a JSON object"),
            ("{", "line 3: not a JSON object"),
        ] {
            let error = read("x", record, 3).map(|d| d.id).unwrap_err().to_string();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
