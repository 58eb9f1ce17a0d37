//! The recognizer's bodies, persons and places, mended to the annotation guide: forms of address off
//! names, head nouns onto places, coordinated bodies apart, what lies inside a body dropped, and
//! listed bodies that were missed added.

use std::ops::Range;

use super::body;
use super::joints;
use super::reading::Reading;
use crate::document::{Mention, MentionType, Source};
use crate::lexicon::class;

/// A mention while it is being mended.
#[derive(Debug, Clone)]
struct Item {
    mention: Mention,
    pieces: Range<usize>,
}

/// Mends the mentions of bodies, persons and places; other mentions stay as they are.
pub(super) fn repair(reading: &Reading, mentions: &mut Vec<Mention>) {
    let (named, mut rest): (Vec<Mention>, Vec<Mention>) = std::mem::take(mentions)
        .into_iter()
        .partition(|m| matches!(m.kind, MentionType::Org | MentionType::Per | MentionType::Loc));
    let looked = !named.is_empty();
    let mut items: Vec<Item> = named
        .into_iter()
        .map(|mention| Item { pieces: reading.pieces_in(mention.span), mention })
        .filter(|item| !item.pieces.is_empty())
        .collect();
    items = items.into_iter().flat_map(|item| mended(reading, item)).collect();
    for item in items.iter_mut().filter(|i| i.mention.kind == MentionType::Org) {
        item.pieces.end = joints::whole_end(reading, &item.pieces);
        item.pieces.end = joints::listed_end(reading, &item.pieces).max(item.pieces.start + 1);
    }
    widen(reading, &mut items);
    join_parts(reading, &mut items);
    join_places(reading, &mut items);
    add_listed(reading, &mut items, looked);
    drop_inner(&mut items);
    for item in &mut items {
        // A boundary inside a word stays where the recognizer saw it.
        if reading.pieces_in(item.mention.span) != item.pieces {
            item.mention.span = reading.span(item.pieces.clone());
        }
    }
    rest.extend(items.into_iter().map(|item| item.mention));
    rest.sort_by_key(|m| (m.span.start, usize::MAX - m.span.end, m.kind));
    rest.dedup_by(|a, b| a.kind == b.kind && a.span == b.span);
    *mentions = rest;
}

fn mended(reading: &Reading, mut item: Item) -> Vec<Item> {
    // «تهران، ری، شمیرانات»: a listed place in a list of places is no person.
    let (start, end) = (item.pieces.start, item.pieces.end);
    if item.mention.kind == MentionType::Per
        && start > 0
        && reading.is(start - 1, class::COMMA | class::AND)
        && reading.entry(start, end).is_some_and(|(e, entry)| e == end && entry.kind == MentionType::Loc)
    {
        item.mention.kind = MentionType::Loc;
    }
    match item.mention.kind {
        MentionType::Per => person(reading, item).into_iter().collect(),
        MentionType::Org => bodies(reading, item),
        _ => place(reading, item).into_iter().collect(),
    }
}

/// A name without forms of address before it and without an office after it.
fn person(reading: &Reading, mut item: Item) -> Option<Item> {
    let end = item.pieces.end;
    while let Some(after) = reading.honorific(item.pieces.start, end) {
        if after >= end {
            return None;
        }
        item.pieces.start = after;
    }
    while item.pieces.start < end && reading.is(item.pieces.start, class::SIGN) {
        item.pieces.start += 1;
    }
    while item.pieces.end > item.pieces.start && reading.is(item.pieces.end - 1, class::SIGN) {
        item.pieces.end -= 1;
    }
    if item.pieces.start > 0 && reading.piece(item.pieces.start - 1) == "سید" {
        item.pieces.start -= 1;
    }
    (!item.pieces.is_empty()).then_some(item)
}

/// A place that is more than «کشور» or «استان» alone.
fn place(reading: &Reading, item: Item) -> Option<Item> {
    let generic = |p: usize| reading.is(p, class::GENERIC_PLACE | class::PLACE_HEAD | class::PLURAL);
    let named = item.pieces.clone().any(|p| !generic(p));
    named.then_some(item)
}

/// A body, without words before its name, cut where another body begins; none for «این سازمان» and
/// for «سازمان» alone.
fn bodies(reading: &Reading, mut item: Item) -> Vec<Item> {
    while item.pieces.len() > 1 && reading.piece(item.pieces.start) == "خبرنگار" {
        item.pieces.start += 1;
    }
    if reading.is(item.pieces.start, class::DEMONSTRATIVE) {
        return Vec::new();
    }
    let generic = |p: usize| {
        matches!(
            reading.piece(p),
            "دستگاه" | "نهاد" | "ادارات" | "ارگان" | "سازمان‌ها" | "نهادها" | "دستگاه‌ها"
        ) || reading.is(p, class::PLURAL)
    };
    if item.pieces.clone().all(generic) {
        return Vec::new();
    }
    split(reading, item)
}

/// Cuts «وزارت …، سازمان … و بانک …» into its bodies.
fn split(reading: &Reading, item: Item) -> Vec<Item> {
    let whole = item.pieces.clone();
    if reading.entry(whole.start, whole.end).is_some_and(|(end, _)| end == whole.end) {
        return vec![item];
    }
    let mut parts = Vec::new();
    let mut from = whole.start;
    let mut at = whole.start + 1;
    while at + 1 < whole.end {
        let joint = reading.is(at, class::AND | class::COMMA);
        let head = joint && starts_body(reading, at + 1, whole.end);
        if head && at > from {
            parts.push(from..at);
            from = at + 1;
        }
        at += 1;
    }
    parts.push(from..whole.end);
    parts.into_iter().map(|pieces| Item { mention: item.mention.clone(), pieces }).collect()
}

/// Whether a body of its own begins here: a noun that opens names of bodies and hardly anything else.
fn starts_body(reading: &Reading, at: usize, limit: usize) -> bool {
    at < limit
        && matches!(
            reading.piece(at),
            "وزارت"
                | "سازمان"
                | "بانک"
                | "دانشگاه"
                | "شرکت"
                | "اداره"
                | "استانداری"
                | "شهرداری"
                | "بنیاد"
                | "ستاد"
                | "کمیته"
                | "بیمارستان"
        )
        && !reading.is(at + 1, class::PLURAL)
}

/// Takes the head noun before a place or body into it, and «کشور» after a body.
fn widen(reading: &Reading, items: &mut [Item]) {
    let taken = covered(reading, items);
    for item in items.iter_mut() {
        let start = item.pieces.start;
        let before = start.wrapping_sub(1);
        if start == 0 || taken[before] {
            continue;
        }
        match item.mention.kind {
            MentionType::Loc
                if takes_place(reading, before)
                    && !(before > 0 && matches!(reading.piece(before - 1), "رئیس" | "رییس" | "وزیر")) =>
            {
                item.pieces.start = before;
            }
            MentionType::Org if takes_body(reading, before) && !reading.is(start, class::BODY_HEAD) => {
                item.pieces.start = before;
            }
            _ => {}
        }
    }
    for item in items.iter_mut().filter(|i| i.mention.kind == MentionType::Org) {
        let end = item.pieces.end;
        if end < reading.pieces.len()
            && !taken[end]
            && reading.piece(end) == "کشور"
            && matches!(reading.piece(item.pieces.start), "سازمان" | "شورای" | "دیوان" | "ستاد" | "اورژانس")
            && !taken.get(end + 1).copied().unwrap_or(false)
        {
            item.pieces.end += 1;
        }
    }
}

fn covered(reading: &Reading, items: &[Item]) -> Vec<bool> {
    let mut taken = vec![false; reading.pieces.len()];
    for item in items {
        taken[item.pieces.clone()].fill(true);
    }
    taken
}

fn takes_place(reading: &Reading, before: usize) -> bool {
    matches!(
        reading.piece(before),
        "استان"
            | "شهرستان"
            | "شهر"
            | "روستای"
            | "منطقه"
            | "بخش"
            | "بندر"
            | "جزیره"
            | "خیابان"
            | "میدان"
            | "جمهوری"
    )
}

fn takes_body(reading: &Reading, before: usize) -> bool {
    matches!(
        reading.piece(before),
        "وزارت"
            | "سازمان"
            | "خبرگزاری"
            | "روزنامه"
            | "شرکت"
            | "بانک"
            | "باشگاه"
            | "فدراسیون"
            | "حزب"
            | "دانشگاه"
            | "بنیاد"
    )
}

/// Joins overlapping bodies, the parts of one name of a body, and the parts of one personal name.
fn join_parts(reading: &Reading, items: &mut Vec<Item>) {
    items.sort_by_key(|i| (i.pieces.start, usize::MAX - i.pieces.end));
    let mut at = 0;
    while at + 1 < items.len() {
        let (left, right) = (&items[at], &items[at + 1]);
        let (a, b) = (&left.pieces, &right.pieces);
        let joined = match (left.mention.kind, right.mention.kind) {
            (MentionType::Org, MentionType::Org) => b.start < a.end || joints::one_body(reading, a, b),
            (MentionType::Per, MentionType::Per) => b.start <= a.end,
            _ => false,
        };
        if joined {
            items[at].pieces.end = a.end.max(b.end);
            items.remove(at + 1);
        } else {
            at += 1;
        }
    }
}

/// Mends bodies by the offices that they stand in and by their other names in the document.
pub(super) fn complete(reading: &Reading, mentions: &mut Vec<Mention>) {
    let offices: Vec<Range<usize>> =
        mentions.iter().filter(|m| m.kind == MentionType::Role).map(|m| reading.pieces_in(m.span)).collect();
    let which: Vec<usize> = (0..mentions.len()).filter(|&i| mentions[i].kind == MentionType::Org).collect();
    let before: Vec<Range<usize>> = which.iter().map(|&i| reading.pieces_in(mentions[i].span)).collect();
    let mut bodies = before.clone();
    joints::within_offices(reading, &offices, &mut bodies);
    joints::consistent(reading, &mut bodies);
    for ((index, body), old) in which.into_iter().zip(&bodies).zip(&before) {
        if body != old {
            mentions[index].span = reading.span(body.clone());
        }
    }
    let grown: Vec<_> = bodies.iter().map(|b| reading.span(b.clone())).collect();
    mentions.retain(|m| {
        let inner = matches!(m.kind, MentionType::Org | MentionType::Loc | MentionType::Per);
        !inner || !grown.iter().any(|g| g.contains(m.span) && *g != m.span)
    });
}

/// «دانشگاه علوم پزشکی» + «تهران»: a place right after a body names it further.
fn join_places(reading: &Reading, items: &mut Vec<Item>) {
    items.sort_by_key(|i| (i.pieces.start, usize::MAX - i.pieces.end));
    let mut at = 0;
    while at + 1 < items.len() {
        let (body, place) = (&items[at], &items[at + 1]);
        if body.mention.kind == MentionType::Org
            && place.mention.kind == MentionType::Loc
            && reading.is(body.pieces.start, class::BODY_HEAD)
            && !matches!(reading.piece(body.pieces.start), "خبرگزاری" | "باشگاه" | "روزنامه")
            && body.pieces.end == place.pieces.start
        {
            items[at].pieces.end = items[at + 1].pieces.end;
            items.remove(at + 1);
        } else {
            at += 1;
        }
    }
}

/// Adds bodies of the lists that no mention touches; where the recognizer gave nothing at all, also
/// unlisted bodies and listed places.
fn add_listed(reading: &Reading, items: &mut Vec<Item>, looked: bool) {
    let taken = covered(reading, items);
    for sentence in &reading.sentences {
        let mut at = sentence.start;
        while at < sentence.end {
            if taken[at] {
                at += 1;
                continue;
            }
            let Some((kind, end)) = listed(reading, at, sentence.end, looked) else {
                at += 1;
                continue;
            };
            if taken[at..end].iter().any(|&t| t) {
                at += 1;
                continue;
            }
            let from = if kind == MentionType::Loc
                && at > sentence.start
                && !taken[at - 1]
                && takes_place(reading, at - 1)
            {
                at - 1
            } else {
                at
            };
            items.push(Item {
                mention: Mention {
                    kind,
                    span: reading.span(from..end),
                    entity: None,
                    source: Source::Lexicon,
                    score: 0.8,
                },
                pieces: from..end,
            });
            at = end;
        }
    }
}

/// Whether the name stands in the title of a law or an event: «قانون …», «هفته …».
fn titled(reading: &Reading, at: usize) -> bool {
    at > 0
        && matches!(
            reading.piece(at - 1),
            "قانون" | "لایحه" | "هفته" | "منشور" | "تشکیل" | "اساسنامه" | "دو" | "الحاق"
        )
}

fn listed(reading: &Reading, at: usize, limit: usize, looked: bool) -> Option<(MentionType, usize)> {
    if let Some((end, entry)) = reading.entry(at, limit) {
        let own = entry.kind;
        match own {
            MentionType::Org
                if !looked || end > at + 1 && reading.is(at, class::BODY_HEAD) && !titled(reading, at) =>
            {
                return Some((own, body::end(reading, at, end, limit)));
            }
            MentionType::Loc if !entry.needs_head => {
                let agency = at > 0 && matches!(reading.piece(at - 1), "خبرنگار" | "خبرگزاری");
                return Some((if agency { MentionType::Org } else { own }, end));
            }
            MentionType::Per => return Some((own, end)),
            _ => {}
        }
    }
    if !looked && reading.is(at, class::BODY_HEAD) {
        let end = body::unlisted(reading, at, limit);
        if end > at + 1 {
            return Some((MentionType::Org, end));
        }
    }
    None
}

/// What lies inside a body is not labelled, nor is a name inside a longer one of its type.
fn drop_inner(items: &mut Vec<Item>) {
    let all = items.clone();
    items.retain(|item| {
        !all.iter().any(|outer| {
            let holds = outer.pieces.start <= item.pieces.start && item.pieces.end <= outer.pieces.end;
            let longer = outer.pieces.len() > item.pieces.len();
            holds
                && longer
                && (outer.mention.kind == MentionType::Org || outer.mention.kind == item.mention.kind)
        })
    });
}
