//! The form in which words are compared. Persian is written with and without half-spaces, with and
//! without hamza: «رئیس‌جمهور», «رییس جمهور». A word is therefore cut at its half-spaces into pieces,
//! and a piece is compared without hamza and without final forms that only spelling chooses.

use std::borrow::Cow;

/// The compared form of one piece of a normalized word.
///
/// ```
/// use dabir::lexicon::fold;
/// assert_eq!(fold("رئیس"), fold("رییس"));
/// assert_ne!(fold("وزیر"), fold("وزیری"));
/// ```
pub fn fold(piece: &str) -> Cow<'_, str> {
    if piece.chars().any(|c| plain(c) != Some(c)) {
        Cow::Owned(piece.chars().filter_map(plain).collect())
    } else {
        Cow::Borrowed(piece)
    }
}

/// What a character counts as; `None` where it counts for nothing.
fn plain(c: char) -> Option<char> {
    match c {
        'ئ' | 'ي' | 'ى' => Some('ی'),
        'أ' | 'إ' => Some('ا'),
        'ؤ' => Some('و'),
        'ۀ' | 'ة' => Some('ه'),
        'ك' => Some('ک'),
        'ٔ' | 'ٰ' | '\u{64b}'..='\u{652}' => None,
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10),
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
        _ => Some(c),
    }
}

/// The pieces of a text, folded: cut at spaces, half-spaces and signs; signs are left out.
pub fn pieces(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split(|c: char| !(c.is_alphanumeric() || is_mark(c))).filter(|p| !p.is_empty()).map(fold)
}

/// The pieces of a text, folded and joined by spaces: equal for two spellings of one name.
///
/// ```
/// use dabir::lexicon::key;
/// assert_eq!(key("رئیس‌جمهور"), key("رییس جمهور"));
/// ```
pub fn key(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for piece in pieces(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&piece);
    }
    joined
}

/// The compared form of a whole word: its pieces folded and joined without half-spaces, since
/// «استان‌ها» and «استانها» are the same word.
///
/// ```
/// use dabir::lexicon::whole;
/// assert_eq!(whole("استان\u{200c}ها"), whole("استانها"));
/// ```
pub fn whole(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    whole_into(word, &mut out);
    out
}

/// [`whole`] into a buffer that is emptied before.
pub fn whole_into(word: &str, out: &mut String) {
    out.clear();
    out.extend(word.chars().filter(|c| !is_joiner(*c)).filter_map(plain));
}

/// [`whole`] without a copy where the word is written so already; else in the buffer.
pub fn whole_in<'a>(word: &'a str, buffer: &'a mut String) -> &'a str {
    if word.chars().all(|c| !is_joiner(c) && plain(c) == Some(c)) {
        return word;
    }
    whole_into(word, buffer);
    buffer
}

/// The half-space, and its counterpart that joins.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_mark(c: char) -> bool {
    matches!(c, 'ٔ' | 'ٰ' | '\u{64b}'..='\u{652}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_are_equal_and_of_two_are_not() {
        assert_eq!(key("هیأت‌وزیران"), key("هیات وزیران"));
        assert_eq!(key("مسئول"), key("مسيول"));
        assert_ne!(key("مدیر"), key("مدیران"));
    }

    #[test]
    fn a_word_is_copied_only_to_change_it() {
        let mut buffer = String::new();
        for word in ["شهرداری", "رئیس", "استان\u{200c}ها", "۱۲", ":", ""] {
            assert_eq!(whole_in(word, &mut buffer), whole(word));
        }
        assert_eq!(whole_in("شهردار", &mut String::new()).as_ptr(), "شهردار".as_ptr());
    }

    #[test]
    fn signs_and_half_spaces_only_separate() {
        assert_eq!(key("بهداشت، درمان"), "بهداشت درمان");
        assert_eq!(pieces("شهرداری‌ها").count(), 2);
    }
}
