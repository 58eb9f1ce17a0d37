//! Tags of sequence labelling (`B-PER`, `I-PER`, `O`, …) and the two ways to read entities from
//! them. Corpora and taggers break their own schemes now and then, and what a reader does with a
//! broken sequence moves scores by whole points; so the reading is named with every score.
//!
//! *Strict*: what the scheme allows and nothing else; a stray `I-` is no entity.
//! *Lenient*: what the `conlleval` script of the CoNLL shared tasks reads: any change of type and
//! any stray `I-` or `E-` begins an entity.

use super::spans::TypedSpan;

/// Place of a token in its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// In no entity.
    Outside,
    /// First token.
    Begin,
    /// Any further token.
    Inside,
    /// Last token of several (also written `L-`).
    End,
    /// The only token (also written `U-`).
    Single,
}

/// A tag: prefix and number of the type in the table of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// Place in the entity.
    pub prefix: Prefix,
    /// Number of the type; meaningless where `prefix` is [`Prefix::Outside`].
    pub kind: u16,
}

impl Tag {
    /// The tag of a token in no entity.
    pub const OUTSIDE: Self = Self { prefix: Prefix::Outside, kind: 0 };
}

/// Tagging schemes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagScheme {
    /// `B-` on every first token, `I-` on the others (IOB2).
    Bio,
    /// As `Bio`, with `E-` on the last token and `S-` on an only one; BILOU likewise.
    Bioes,
    /// No mark of the beginning: adjacent tokens of one type are one entity.
    Io,
    /// `B-` only where an entity follows one of its own type (CoNLL-2003 as first published).
    Iob1,
}

impl TagScheme {
    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bio => "BIO",
            Self::Bioes => "BIOES",
            Self::Io => "IO",
            Self::Iob1 => "IOB1",
        }
    }
}

/// How entities are read from tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// What the scheme allows and nothing else.
    Strict,
    /// As `conlleval` reads.
    Lenient,
}

/// Splits a written tag into prefix and type: `B-PER`, `B_PER`, `O`, and the bare `PER`, which is
/// read as `I-PER`.
pub fn split_tag(tag: &str) -> (Prefix, &str) {
    if tag == "O" || tag.is_empty() {
        return (Prefix::Outside, "");
    }
    let bytes = tag.as_bytes();
    if bytes.len() > 2 && matches!(bytes[1], b'-' | b'_') {
        let prefix = match bytes[0] {
            b'B' => Some(Prefix::Begin),
            b'I' => Some(Prefix::Inside),
            b'E' | b'L' => Some(Prefix::End),
            b'S' | b'U' => Some(Prefix::Single),
            _ => None,
        };
        if let Some(prefix) = prefix {
            return (prefix, &tag[2..]);
        }
    }
    (Prefix::Inside, tag)
}

/// The scheme of a file, told from the tags of its sentences.
pub fn detect<'a>(sentences: impl Iterator<Item = &'a [Tag]>) -> TagScheme {
    let (mut begin, mut ends, mut bare_start, mut begin_after_other) = (false, false, false, false);
    for sentence in sentences {
        let mut previous = Tag::OUTSIDE;
        for &tag in sentence {
            let same = previous.prefix != Prefix::Outside && previous.kind == tag.kind;
            match tag.prefix {
                Prefix::Begin => {
                    begin = true;
                    begin_after_other |= !same;
                }
                Prefix::Inside => bare_start |= !same,
                Prefix::End | Prefix::Single => ends = true,
                Prefix::Outside => {}
            }
            previous = tag;
        }
    }
    match (ends, begin) {
        (true, _) => TagScheme::Bioes,
        (_, false) if bare_start => TagScheme::Io,
        // Every B- stands where IOB1 needs one, and other entities begin with I-.
        (_, true) if bare_start && !begin_after_other => TagScheme::Iob1,
        _ => TagScheme::Bio,
    }
}

/// Reads the entities of one sentence into `out`, in order. Spans count tokens.
pub fn read_entities(tags: &[Tag], scheme: TagScheme, reading: Reading, out: &mut Vec<TypedSpan>) {
    out.clear();
    match (reading, scheme) {
        (Reading::Strict, TagScheme::Bio) => strict_bio(tags, out),
        (Reading::Strict, TagScheme::Bioes) => strict_bioes(tags, out),
        // Nothing can be broken in these two, so both readings are one.
        (Reading::Strict, TagScheme::Io | TagScheme::Iob1) | (Reading::Lenient, _) => lenient(tags, out),
    }
}

fn strict_bio(tags: &[Tag], out: &mut Vec<TypedSpan>) {
    let mut open: Option<TypedSpan> = None;
    for (at, tag) in tags.iter().enumerate() {
        match (tag.prefix, &mut open) {
            (Prefix::Inside, Some(span)) if span.kind == tag.kind => span.end = at + 1,
            (Prefix::Begin, _) => out.extend(open.replace(TypedSpan::new(at, at + 1, tag.kind))),
            _ => out.extend(open.take()),
        }
    }
    out.extend(open);
}

fn strict_bioes(tags: &[Tag], out: &mut Vec<TypedSpan>) {
    let mut open: Option<TypedSpan> = None;
    for (at, tag) in tags.iter().enumerate() {
        let continues = open.is_some_and(|span| span.kind == tag.kind);
        match tag.prefix {
            Prefix::Single => {
                open = None;
                out.push(TypedSpan::new(at, at + 1, tag.kind));
            }
            Prefix::Begin => open = Some(TypedSpan::new(at, at + 1, tag.kind)),
            Prefix::Inside if continues => {}
            Prefix::End if continues => {
                out.extend(open.take().map(|span| TypedSpan { end: at + 1, ..span }));
            }
            _ => open = None,
        }
    }
}

/// `conlleval`'s state machine, for all five prefixes.
fn lenient(tags: &[Tag], out: &mut Vec<TypedSpan>) {
    let mut open: Option<TypedSpan> = None;
    let mut previous = Tag::OUTSIDE;
    for (at, &tag) in tags.iter().enumerate() {
        let outside = tag.prefix == Prefix::Outside;
        let ended = matches!(previous.prefix, Prefix::End | Prefix::Single)
            || outside
            || matches!(tag.prefix, Prefix::Begin | Prefix::Single)
            || previous.kind != tag.kind;
        if ended {
            out.extend(open.take());
        }
        if !outside {
            let span = open.get_or_insert(TypedSpan::new(at, at + 1, tag.kind));
            span.end = at + 1;
        }
        previous = tag;
    }
    out.extend(open);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(line: &str) -> Vec<Tag> {
        line.split(' ')
            .map(|t| {
                let (prefix, kind) = split_tag(t);
                let kind = kind.bytes().next().map_or(0, u16::from);
                Tag { prefix, kind }
            })
            .collect()
    }

    fn read(line: &str, scheme: TagScheme, reading: Reading) -> String {
        let mut out = Vec::new();
        read_entities(&tags(line), scheme, reading, &mut out);
        let show = |s: &TypedSpan| format!("{}{}-{}", s.kind as u8 as char, s.start, s.end);
        out.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_stray_inside_is_an_entity_only_for_the_lenient_reading() {
        let line = "O I-P I-P O B-P I-L I-L B-L I-L";
        assert_eq!(read(line, TagScheme::Bio, Reading::Strict), "P4-5 L7-9");
        assert_eq!(read(line, TagScheme::Bio, Reading::Lenient), "P1-3 P4-5 L5-7 L7-9");
    }

    #[test]
    fn bioes_needs_its_end() {
        let line = "B-P I-P E-P S-L B-O O E-P B-P E-L";
        assert_eq!(read(line, TagScheme::Bioes, Reading::Strict), "P0-3 L3-4");
        assert_eq!(read(line, TagScheme::Bioes, Reading::Lenient), "P0-3 L3-4 O4-5 P6-7 P7-8 L8-9");
    }

    #[test]
    fn schemes_are_told_apart() {
        let scheme = |line: &str| detect([tags(line)].iter().map(Vec::as_slice));
        assert_eq!(scheme("B-P I-P O B-L"), TagScheme::Bio);
        assert_eq!(scheme("P P O L"), TagScheme::Io);
        assert_eq!(scheme("I-P B-P O I-L"), TagScheme::Iob1);
        assert_eq!(scheme("B-P O I-L"), TagScheme::Bio);
        assert_eq!(scheme("S-P O B-L E-L"), TagScheme::Bioes);
        assert_eq!(scheme("U-P O B-L L-L"), TagScheme::Bioes);
        assert_eq!(scheme("O O"), TagScheme::Bio);
    }

    #[test]
    fn written_forms() {
        assert_eq!(split_tag("B_PER"), (Prefix::Begin, "PER"));
        assert_eq!(split_tag("I-pers"), (Prefix::Inside, "pers"));
        assert_eq!(split_tag("LOC"), (Prefix::Inside, "LOC"));
        assert_eq!(split_tag("L-LOC"), (Prefix::End, "LOC"));
        assert_eq!(split_tag("O"), (Prefix::Outside, ""));
    }

    #[test]
    fn io_joins_neighbours() {
        assert_eq!(read("P P L L O P", TagScheme::Io, Reading::Strict), "P0-2 L2-4 P5-6");
    }
}
