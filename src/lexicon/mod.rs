//! Compiled word lists.

pub mod verbs;

/// A word as the lexicons know it: without half-spaces and with plain letters for those with a
/// hamza, which writers use or leave out («تأکید»، «تاکید»).
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    fold_into(word, &mut out);
    out
}

/// [`fold`] into a buffer that is emptied before.
pub fn fold_into(word: &str, out: &mut String) {
    out.clear();
    out.extend(word.chars().filter_map(|c| match c {
        '\u{200c}' | '\u{200d}' | '\u{654}' => None,
        'أ' | 'إ' => Some('ا'),
        'ؤ' => Some('و'),
        'ۀ' | 'ة' => Some('ه'),
        'ي' | 'ى' => Some('ی'),
        'ك' => Some('ک'),
        c => Some(c),
    }));
}
