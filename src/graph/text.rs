//! Ids and labels: strings that every format can hold.

use std::fmt::Write;

/// Code points that a label may have before it is cut.
const LABEL: usize = 80;

/// A text on one line: white space and control characters become single spaces.
///
/// ```
/// assert_eq!(dabir::graph::one_line(" پل \n\u{1} شهر "), "پل شهر");
/// ```
pub fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    words.fold(String::with_capacity(text.len()), |mut line, word| {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        line
    })
}

/// The beginning of a line, cut between words, with «…» where something was cut.
pub(super) fn label(line: &str) -> String {
    let Some((cut, _)) = line.char_indices().nth(LABEL) else { return line.to_owned() };
    let end = line[..cut].rfind(' ').unwrap_or(cut);
    format!("{}…", line[..end].trim_end())
}

/// A string as part of an id, one to one: what may not stand in an IRI (RFC 3987), `%`, `#` and `?` become
/// percent signs with hexadecimal bytes. Letters of any script, half-spaces and emoji stay.
pub(super) fn escaped(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for c in id.chars() {
        if stands_in_ids(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn stands_in_ids(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' | ':'
        | '@' | '/' => true,
        // Marks of direction would turn around what stands beside the id.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        _ if c.is_whitespace() || c.is_control() => false,
        '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}' => true,
        '\u{10000}'..='\u{dffff}' => (c as u32 & 0xffff) < 0xfffe,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_end_at_a_word() {
        assert_eq!(label("کوتاه"), "کوتاه");
        let long = "واژه ".repeat(30);
        let cut = label(one_line(&long).as_str());
        assert!(cut.ends_with("واژه…"), "{cut}");
        assert!(cut.chars().count() <= LABEL + 1);
    }

    #[test]
    fn ids_keep_letters_and_lose_what_breaks() {
        assert_eq!(escaped("خبر\u{200c}ها-۱🙂"), "خبر\u{200c}ها-۱🙂");
        assert_eq!(escaped("a b%\"<\u{200f}"), "a%20b%25%22%3C%E2%80%8F");
    }

    proptest! {
        #[test]
        fn different_ids_stay_different(a in "(?s).{0,12}", b in "(?s).{0,12}") {
            prop_assert_eq!(a == b, escaped(&a) == escaped(&b));
            let iri = format!("urn:dabir:document:{}", escaped(&a));
            prop_assert!(oxrdf::NamedNode::new(iri).is_ok());
        }
    }
}
