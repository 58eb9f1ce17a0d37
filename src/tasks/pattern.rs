//! The language of patterns. A pattern is a row of elements over the items of a sentence (words, verb
//! groups, actors):
//!
//! | written | matches |
//! |---|---|
//! | `مقرر` | the word |
//! | `شدن.past` | a form of the verb; features: tenses, `neg`/`any`, `1` `2` `3`, `sg` `pl`, `passive` |
//! | `*.subj` | a form of any verb |
//! | `@reporting` | a word of that class of the rule files |
//! | `<ORG>` | a mention of that type; `<actor>`: one that can act, with its coordinated fellows; `<subject>`: one that no word before it governs |
//! | `..4` | at most four items of the same clause (no finite verb among them); `...4`: at most four items of any kind |
//! | `^` `$` | the sentence's start and end |
//! | `!x` | one item that `x` does not match |
//! | `a?` `(a b \| c)` `&name` | optional, alternatives, a named pattern of the rule files |
//! | `assignee:x` | what `x` matches fills the slot |

use std::collections::BTreeMap;

use crate::lexicon::verbs::{self, Features};

/// A pattern as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// One after the other.
    Sequence(Vec<Node>),
    /// One of several.
    Choice(Vec<Node>),
    /// There or not.
    Optional(Box<Node>),
    /// Fills a slot.
    Capture(Capture, Box<Node>),
    /// At most so many items; `true`: without leaving the clause.
    Gap(u8, bool),
    /// One item.
    One(Test),
    /// One item that the test does not match.
    Not(Test),
}

/// What one item must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// A word, folded.
    Word(String),
    /// A form of a verb (`None`: any) with features from each of the sets.
    Verb(Option<String>, u32),
    /// A word of a class.
    Class(String),
    /// A mention: a set of bits, see [`super::items`].
    Mention(u16),
    /// Something that can act.
    Actor,
    /// Something that can act, where a subject may stand.
    Subject,
    /// The start of the sentence.
    Start,
    /// The end of the sentence.
    End,
}

/// What a capture fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capture {
    /// Who must do it.
    Assignee,
    /// With whom.
    Collaborator,
    /// Who decided, ordered or asked.
    Issuer,
    /// Who speaks.
    Speaker,
    /// The words that make the sentence a task, where they are not the whole match.
    Trigger,
    /// The act.
    Act,
    /// Where it is to be done.
    Place,
    /// For whom it is done.
    Beneficiary,
    /// Words that say that it has been done.
    Done,
    /// Words that say that it is being done.
    UnderWay,
}

impl Capture {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Assignee,
        Self::Collaborator,
        Self::Issuer,
        Self::Speaker,
        Self::Trigger,
        Self::Act,
        Self::Place,
        Self::Beneficiary,
        Self::Done,
        Self::UnderWay,
    ];
    /// Their number.
    pub const COUNT: usize = Self::ALL.len();

    /// The name in patterns.
    pub fn name(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::Collaborator => "collaborator",
            Self::Issuer => "issuer",
            Self::Speaker => "speaker",
            Self::Trigger => "trigger",
            Self::Act => "act",
            Self::Place => "place",
            Self::Beneficiary => "beneficiary",
            Self::Done => "done",
            Self::UnderWay => "under-way",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// Why a pattern cannot be read: what is wrong, and the byte of the pattern where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct PatternError {
    /// What is wrong and what would be right.
    pub what: String,
    /// Byte offset in the pattern.
    pub at: usize,
}

/// Named patterns.
pub type Names = BTreeMap<String, Node>;

/// Reads a pattern; `names` are the named patterns that it may use.
///
/// # Errors
/// Where the text is no pattern.
pub fn parse(text: &str, names: &Names) -> Result<Node, PatternError> {
    let tokens = tokens(text);
    let mut parser = Parser { tokens: &tokens, at: 0, names, end: text.len() };
    let node = parser.choice()?;
    match parser.peek() {
        None => Ok(node),
        Some((at, token)) => Err(PatternError { what: format!("«{token}» is not expected here"), at }),
    }
}

type Token<'a> = (usize, &'a str);

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        let single = matches!(c, '(' | ')' | '|' | '?');
        if single || c.is_whitespace() {
            if let Some(s) = start.take() {
                out.push((s, &text[s..i]));
            }
            if single {
                out.push((i, &text[i..i + 1]));
            }
        } else if start.is_none() {
            start = Some(i);
        }
        // `assignee:(…)` and `!(`: the prefix is a token of its own.
        if c == ':'
            && let Some(s) = start
            && text[s..i].chars().all(|c| c.is_ascii_lowercase())
        {
            out.push((s, &text[s..=i]));
            start = None;
        }
        if c == '!'
            && let Some(s) = start
            && s == i
        {
            out.push((s, "!"));
            start = None;
        }
    }
    if let Some(s) = start {
        out.push((s, &text[s..]));
    }
    out
}

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    names: &'a Names,
    end: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn choice(&mut self) -> Result<Node, PatternError> {
        let mut arms = vec![self.sequence()?];
        while self.peek().is_some_and(|(_, t)| t == "|") {
            self.at += 1;
            arms.push(self.sequence()?);
        }
        Ok(if arms.len() == 1 { arms.remove(0) } else { Node::Choice(arms) })
    }

    fn sequence(&mut self) -> Result<Node, PatternError> {
        let mut parts = Vec::new();
        while let Some((at, token)) = self.peek() {
            if token == "|" || token == ")" {
                break;
            }
            if token == "?" {
                let Some(last) = parts.pop() else {
                    return Err(PatternError { what: "nothing before «?»".into(), at });
                };
                parts.push(Node::Optional(Box::new(last)));
                self.at += 1;
                continue;
            }
            parts.push(self.element()?);
        }
        match parts.len() {
            0 => Err(PatternError {
                what: "an empty pattern".into(),
                at: self.peek().map_or(self.end, |t| t.0),
            }),
            1 => Ok(parts.remove(0)),
            _ => Ok(Node::Sequence(parts)),
        }
    }

    fn element(&mut self) -> Result<Node, PatternError> {
        let Some((at, token)) = self.peek() else {
            return Err(PatternError { what: "the pattern ends too early".into(), at: self.end });
        };
        self.at += 1;
        if token == "(" {
            let inner = self.choice()?;
            if self.peek().is_none_or(|(_, t)| t != ")") {
                return Err(PatternError { what: "this bracket is not closed".into(), at });
            }
            self.at += 1;
            return Ok(inner);
        }
        if token == "!" {
            return match self.element()? {
                Node::One(test) => Ok(Node::Not(test)),
                _ => Err(PatternError { what: "«!» needs one word, class, verb or mention".into(), at }),
            };
        }
        if let Some(name) = token.strip_suffix(':')
            && !name.is_empty()
            && name.is_ascii()
        {
            let capture = Capture::parse(name).ok_or_else(|| PatternError {
                what: format!("«{name}» is no slot; slots: assignee collaborator issuer speaker trigger act"),
                at,
            })?;
            return Ok(Node::Capture(capture, Box::new(self.element()?)));
        }
        if let Some(name) = token.strip_prefix('&') {
            return self.names.get(name).cloned().ok_or_else(|| PatternError {
                what: format!("there is no named pattern «{name}» (it must be defined before it is used)"),
                at,
            });
        }
        if token.starts_with("..") {
            let any = token.starts_with("...");
            let number = token.trim_start_matches('.');
            let n = if number.is_empty() { Some(6) } else { number.parse().ok().filter(|&n| n <= 24) };
            return n.map(|n| Node::Gap(n, !any)).ok_or_else(|| PatternError {
                what: format!("«{token}» is no gap; write ..4 or ...4, at most 24"),
                at,
            });
        }
        test(token).map(Node::One).map_err(|what| PatternError { what, at })
    }
}

fn test(token: &str) -> Result<Test, String> {
    if let Some(class) = token.strip_prefix('@') {
        return Ok(Test::Class(class.to_owned()));
    }
    if let Some(inner) = token.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        match inner {
            "actor" => return Ok(Test::Actor),
            "subject" => return Ok(Test::Subject),
            _ => {}
        }
        let mut bits = 0;
        for name in inner.split('/') {
            bits |= super::items::mention_bit(name).ok_or_else(|| format!("«{name}» is no mention type"))?;
        }
        return Ok(Test::Mention(bits));
    }
    match token {
        "^" => return Ok(Test::Start),
        "$" => return Ok(Test::End),
        _ => {}
    }
    if let Some((lemma, features)) = token.split_once('.') {
        let mut bits = 0;
        for name in features.split('.') {
            bits |= verbs::feature(name)
                .ok_or_else(|| format!("«{name}» is no feature of a verb (see the table of features)"))?;
        }
        if bits & Features::TENSES == 0 {
            bits |= Features::FINITE;
        }
        if bits & Features::POLARITIES == 0 {
            bits |= Features::POSITIVE;
        }
        for set in [Features::PERSONS, Features::NUMBERS, Features::VOICES] {
            if bits & set == 0 {
                bits |= set;
            }
        }
        return Ok(Test::Verb((lemma != "*").then(|| lemma.to_owned()), bits));
    }
    Ok(Test::Word(crate::lexicon::whole(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_table_says() {
        let names = Names::from([("done".into(), parse("شدن.past", &Names::new()).expect("a pattern"))]);
        for text in [
            "مقرر ..2 &done",
            "(مقرر | به تصویب)? رسیدن.past.any",
            "assignee:<actor> باید",
            "^ !@reporting ...12 *.subj $",
            "issuer:(<ROLE/ORG> | وی) گفتن.past",
        ] {
            assert!(parse(text, &names).is_ok(), "{text}: {:?}", parse(text, &names));
        }
    }

    #[test]
    fn says_where_it_is_wrong() {
        for (text, at) in
            [("مقرر (شد", 9), ("شدن.paste", 0), ("a &b", 2), ("who:<actor>", 0), ("..99", 0), ("", 0)]
        {
            let error = parse(text, &Names::new()).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
        }
    }
}
