//! Who can act in a sentence: mentions of persons, offices and bodies, generic bodies («دستگاه‌های
//! اجرایی»), pronouns, and several of them coordinated («دولت و مجلس»).

use std::ops::Range;

use super::items::{Known, bit};
use crate::document::{Document, MentionType, Sentence, WordKind};

/// One or several that act together.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// All words, as a range of [`Document::words`].
    pub words: Range<usize>,
    /// Each of them.
    pub members: Vec<Member>,
}

/// One that can act.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its words.
    pub words: Range<usize>,
    /// What it is.
    pub kind: MemberKind,
}

/// What one that acts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A mention, as an index into [`Document::mentions`].
    Mention(usize),
    /// A generic body («دستگاه‌های اجرایی»).
    Generic,
    /// A pronoun for a person («وی»).
    Pronoun,
    /// A short form for a body named before («این سازمان»).
    This,
}

/// Word classes that actors are made with.
#[derive(Debug, Clone, Copy, Default)]
pub struct ActorClasses {
    /// Heads of generic bodies.
    pub body: u64,
    /// Words before such a head that belong to it («همه»).
    pub all: u64,
    /// Words that end a noun phrase.
    pub stop: u64,
    /// Pronouns.
    pub pronoun: u64,
    /// «این»
    pub this: u64,
    /// Heads after «این» that stand for a body.
    pub head: u64,
    /// «و»
    pub and: u64,
    /// «،»
    pub comma: u64,
    /// «است», «هستند»: what stands before it is no part of the verb.
    pub copula: u64,
}

/// Longest complement of a generic body, in words.
const COMPLEMENT: usize = 6;

/// The word range of a mention.
pub fn mention_words(document: &Document, mention: usize) -> Range<usize> {
    let Some(m) = document.mentions.get(mention) else { return 0..0 };
    let from = document.words.partition_point(|w| w.span.end <= m.span.start);
    let to = document.words.partition_point(|w| w.span.start < m.span.end);
    from..to.max(from)
}

/// Mentions that begin in the sentence, as indexes; [`Document::mentions`] is sorted by place.
pub fn mentions_of(document: &Document, sentence: &Sentence) -> Range<usize> {
    let from = document.mentions.partition_point(|m| m.span.start < sentence.span.start);
    let to = document.mentions.partition_point(|m| m.span.start < sentence.span.end);
    from..to.max(from)
}

/// The types of the mentions over each word of the sentence, as bits.
pub fn mention_bits(document: &Document, sentence: &Sentence) -> Vec<u16> {
    let mut bits = vec![0; sentence.words.len()];
    for m in mentions_of(document, sentence) {
        let words = mention_words(document, m);
        for w in words.start.max(sentence.words.start)..words.end.min(sentence.words.end) {
            bits[w - sentence.words.start] |= bit(document.mentions[m].kind);
        }
    }
    bits
}

/// The actors of a sentence, in order, not overlapping.
pub fn actors(
    document: &Document,
    sentence: &Sentence,
    known: &[Known],
    classes: &ActorClasses,
) -> Vec<Actor> {
    let mut members = named(document, sentence);
    others(document, sentence, known, classes, &mut members);
    members.sort_by_key(|m| (m.words.start, std::cmp::Reverse(m.words.end)));
    members.dedup_by(|later, kept| later.words.start < kept.words.end);
    join(document, sentence, known, classes, members)
}

/// Persons, offices and bodies that no other of them contains.
fn named(document: &Document, sentence: &Sentence) -> Vec<Member> {
    let mut out: Vec<Member> = Vec::new();
    let mut end = 0;
    for m in mentions_of(document, sentence) {
        let mention = &document.mentions[m];
        let acts = matches!(mention.kind, MentionType::Per | MentionType::Role | MentionType::Org);
        if !acts {
            continue;
        }
        let words = mention_words(document, m);
        let words = words.start.max(sentence.words.start)..words.end.min(sentence.words.end);
        if words.is_empty() {
            continue;
        }
        if mention.span.end <= end {
            continue;
        }
        if mention.span.start < end
            || out.last().is_some_and(|l| l.words.start == words.start && l.words.end < words.end)
        {
            out.pop();
        }
        end = mention.span.end;
        out.push(Member { words, kind: MemberKind::Mention(m) });
    }
    out
}

fn others(
    document: &Document,
    sentence: &Sentence,
    known: &[Known],
    c: &ActorClasses,
    out: &mut Vec<Member>,
) {
    let first = sentence.words.start;
    let taken: Vec<Range<usize>> = out.iter().map(|m| m.words.start - first..m.words.end - first).collect();
    let is = |i: usize, class: u64| known.get(i).is_some_and(|k| k.classes & class != 0);
    let inside = |i: usize| taken.iter().any(|r| r.contains(&i));
    let mut at = 0;
    while at < known.len() {
        if inside(at) {
            at += 1;
            continue;
        }
        if is(at, c.pronoun) {
            out.push(Member { words: first + at..first + at + 1, kind: MemberKind::Pronoun });
        } else if is(at, c.this) && is(at + 1, c.head) && !inside(at + 1) {
            out.push(Member { words: first + at..first + at + 2, kind: MemberKind::This });
            at += 2;
            continue;
        } else if is(at, c.body) {
            let mut start = at;
            while start > 0 && is(start - 1, c.all) && !inside(start - 1) {
                start -= 1;
            }
            let mut end = at + 1;
            // «دستگاه‌ها» has no complement, «دستگاه‌های» has one.
            let takes_complement = !document.word(first + at).ends_with("ها");
            while takes_complement
                && end < known.len()
                && end - at <= COMPLEMENT
                && document.words.get(first + end).is_some_and(|w| w.kind == WordKind::Letters)
                && !inside(end)
                && !is(end, c.stop | c.and | c.comma | c.pronoun)
                && known[end].verb.is_none_or(|v| !v.features.has(crate::lexicon::verbs::Features::FINITE))
            {
                end += 1;
            }
            // The noun before a verb belongs to the verb («گزارش بدهند»).
            if end > at + 1 && known.get(end).is_some_and(|k| k.verb.is_some() && k.classes & c.copula == 0) {
                end -= 1;
            }
            // A name right behind completes it («مسئولان» + «شهرداری»).
            if let Some(r) = taken.iter().find(|r| r.start == end && end - at <= 2) {
                let mention = out.iter().position(|m| m.words.start == first + r.start);
                if let Some(m) = mention {
                    out.remove(m);
                }
                end = r.end;
            }
            out.push(Member { words: first + start..first + end, kind: MemberKind::Generic });
            at = end;
            continue;
        }
        at += 1;
    }
}

/// Joins a name with its office beside it, and coordinated ones.
fn join(
    document: &Document,
    sentence: &Sentence,
    known: &[Known],
    c: &ActorClasses,
    members: Vec<Member>,
) -> Vec<Actor> {
    let first = sentence.words.start;
    let is = |i: usize, class: u64| known.get(i - first).is_some_and(|k| k.classes & class != 0);
    let kind = |m: &Member| match m.kind {
        MemberKind::Mention(i) => document.mentions.get(i).map(|m| m.kind),
        _ => None,
    };
    let mut out: Vec<Actor> = Vec::new();
    for member in members {
        if let Some(last) = out.last_mut() {
            let gap = last.words.end..member.words.start;
            let before = last.members.last().and_then(kind);
            let here = kind(&member);
            let comma = gap.len() == 1 && is(gap.start, c.comma);
            // «رحمانی، وزیر کشور»: the name stands for both.
            if (gap.is_empty() || comma)
                && let (Some(MentionType::Per), Some(MentionType::Role)) = (before, here)
            {
                last.words.end = member.words.end;
                continue;
            }
            if gap.is_empty()
                && let (Some(MentionType::Role), Some(MentionType::Per)) = (before, here)
                && let Some(office) = last.members.last_mut()
            {
                *office = member.clone();
                last.words.end = member.words.end;
                continue;
            }
            let and = gap.len() == 1 && is(gap.start, c.and);
            let alike = before == here || before.is_none() || here.is_none();
            let pronoun = member.kind == MemberKind::Pronoun
                || last.members.iter().any(|m| m.kind == MemberKind::Pronoun);
            if !pronoun && (and && alike || comma && before == here && before != Some(MentionType::Per)) {
                last.words.end = member.words.end;
                last.members.push(member);
                continue;
            }
        }
        out.push(Actor { words: member.words.clone(), members: vec![member] });
    }
    out
}
