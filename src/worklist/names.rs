//! Names and words as users type them, found in texts whatever their spelling: without half-spaces,
//! with Arabic letters, with other digits.

use crate::lexicon::{pieces, whole};

/// A name to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pieces: Vec<String>,
    words: Vec<String>,
}

/// The words of a text, each joined over its half-spaces.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || "،؛؟«»…–—".contains(c))
        .map(whole)
        .filter(|w| !w.is_empty())
        .collect()
}

fn holds(all: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && all.windows(wanted.len()).any(|w| w == wanted)
}

impl Name {
    /// Takes down a name.
    pub fn new(name: &str) -> Self {
        Self { pieces: pieces(name).map(|p| p.into_owned()).collect(), words: words(name) }
    }

    /// Whether the name stands in `text`, as whole words.
    ///
    /// ```
    /// use dabir::worklist::Name;
    /// assert!(Name::new("راه‌آهن").is_in("شرکت راه آهن کشور"));
    /// assert!(!Name::new("راه").is_in("همراه"));
    /// ```
    pub fn is_in(&self, text: &str) -> bool {
        let cut: Vec<String> = pieces(text).map(|p| p.into_owned()).collect();
        holds(&cut, &self.pieces) || holds(&words(text), &self.words)
    }
}

/// Words of courtesy that do not tell two assignees apart.
const COURTESY: [&str; 6] = ["محترم", "محترمه", "آقای", "خانم", "جناب", "سرکار"];

/// What two writings of one assignee have in common.
pub(super) fn plain(text: &str) -> String {
    let kept = pieces(text).filter(|p| !COURTESY.contains(&p.as_ref())).map(|p| p.into_owned());
    kept.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for (name, text) in [
            ("اداره كل راه", "اداره‌کل راه و شهرسازی"),
            ("استانها", "استان‌های کشور، استان‌ها"),
            ("استان‌ها", "همه استانها"),
            ("۲۰ واحد", "ساخت 20 واحد"),
            ("شهردار", "شهردار محترم کرج"),
        ] {
            assert!(Name::new(name).is_in(text), "{name} in {text}");
        }
        for (name, text) in [("شهردار", "شهرداری کرج"), ("", "کرج"), ("کرج", "")] {
            assert!(!Name::new(name).is_in(text), "{name} in {text}");
        }
    }

    #[test]
    fn courtesy_is_no_difference() {
        assert_eq!(plain("استاندار محترم البرز"), plain("استاندار البرز"));
        assert_ne!(plain("استاندار البرز"), plain("استاندار قم"));
    }
}
