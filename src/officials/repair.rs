//! The recognizer's bodies, persons and places, mended to the annotation guide: forms of address off
//! names, head nouns onto places, coordinated bodies apart, what lies inside a body dropped, and
//! listed bodies that were missed added.

use std::ops::Range;

use super::body;
use super::cover::Cover;
use super::joints;
use super::reading::Reading;
use super::repeat::repeats;
use crate::document::{Mention, MentionType, Source};
use crate::lexicon::{class, list, takes};

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
    // «پیامبر اکرم (ص)», «امام صادق (ع)» are no persons of the text.
    items.retain(|item| {
        item.mention.kind != MentionType::Per || !reading.listed(item.pieces.end, list::REVERENCE)
    });
    join_places(reading, &mut items);
    add_listed(reading, &mut items, looked);
    add_repeated(reading, &mut items);
    join_parts(reading, &mut items);
    drop_inner(&mut items);
    venues(reading, &mut items);
    for item in &mut items {
        close(reading, item);
        // A boundary inside a word stays where the recognizer saw it.
        let cut = reading.is(item.pieces.end - 1, class::SIGN)
            && reading.span(item.pieces.clone()).end != item.mention.span.end;
        if cut || reading.pieces_in(item.mention.span) != item.pieces {
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
        && reading.lexicon.roles.at(reading.symbols(end, end + 4)).is_none()
        && reading.entry(start, end).is_some_and(|(e, entry)| e == end && entry.kind == MentionType::Loc)
    {
        item.mention.kind = MentionType::Loc;
    }
    unglued(reading, &mut item);
    if item.mention.kind == MentionType::Org {
        abroad(reading, &mut item);
    }
    match item.mention.kind {
        MentionType::Per => person(reading, item).into_iter().collect(),
        MentionType::Org => bodies(reading, item),
        _ => place(reading, item).into_iter().collect(),
    }
}

/// Takes a preposition off that was written to the name, «ازمسکو»; what is left may be a listed place.
fn unglued(reading: &Reading, item: &mut Item) {
    let (start, end) = (item.pieces.start, item.pieces.end);
    let loose = reading.listed(start, list::PREPOSITION)
        && (reading.glued(start + 1) || !reading.is(start, class::AND));
    if item.pieces.len() < 2 || !loose {
        return;
    }
    item.pieces.start += 1;
    let place = reading.entry(start + 1, end);
    if place.is_some_and(|(e, entry)| e == end && entry.kind == MentionType::Loc) {
        item.mention.kind = MentionType::Loc;
    }
}

/// «وزیر» + «دفاع فرانسه»: the country of a foreign minister's department, which is no body.
fn abroad(reading: &Reading, item: &mut Item) {
    let (start, end) = (item.pieces.start, item.pieces.end);
    if start == 0 || item.pieces.len() < 2 || reading.is(start, class::BODY_HEAD) {
        return;
    }
    let head = reading.lexicon.roles.at(reading.symbols(start - 1, start));
    let minister = head.is_some_and(|h| h.head.body.is_some() && h.head.takes & takes::COUNTRY != 0);
    let country = (start + 1..end).find(|&at| {
        reading.entry(at, end).is_some_and(|(e, entry)| {
            e == end && entry.kind == MentionType::Loc && entry.class.as_deref() == Some("country")
        })
    });
    if let Some(country) = country.filter(|_| minister) {
        item.mention.kind = MentionType::Loc;
        item.pieces.start = country;
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
fn place(reading: &Reading, mut item: Item) -> Option<Item> {
    // «شمال بیرجند» is «بیرجند».
    let side = reading.listed(item.pieces.start, list::SIDE);
    let next = reading.entry(item.pieces.start + 1, item.pieces.end);
    if side && next.is_some_and(|(end, entry)| end == item.pieces.end && entry.kind == MentionType::Loc) {
        item.pieces.start += 1;
    }
    while item.pieces.len() > 1 && reading.is(item.pieces.end - 1, class::COMMA) {
        item.pieces.end -= 1;
    }
    let generic = |p: usize| reading.is(p, class::GENERIC_PLACE | class::PLACE_HEAD | class::PLURAL);
    let named = item.pieces.clone().any(|p| !generic(p))
        && !item.pieces.clone().all(|p| reading.is(p, class::NUMBER));
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
        let stem = reading.piece(p).strip_suffix("ها").map(|stem| reading.lexicon.symbols.get(stem));
        let nameless = stem.is_some_and(|s| reading.lexicon.words.listed(s, list::NAMELESS));
        reading.listed(p, list::NAMELESS) || nameless || reading.is(p, class::PLURAL)
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
    // «وزارتخانه‌های صنایع و معادن و بازرگانی»: departments, of which the first takes the noun.
    let departments = reading.is(at, class::PLURAL) && ministries(reading, whole.start);
    while at + 1 < whole.end {
        if let Some((end, _)) = reading.department(at, whole.end).filter(|_| departments) {
            at = end;
            if at + 1 < whole.end && reading.is(at, class::AND | class::COMMA) {
                parts.push(from..at);
                from = at + 1;
                at = from;
            }
            continue;
        }
        let joint = reading.is(at, class::AND | class::COMMA);
        let head = joint && starts_body(reading, at + 1, whole.end);
        let last = at + 2 == whole.end || at + 3 == whole.end && reading.piece(at + 2) == ")";
        let short = reading.piece(at) == "(" && last && abbreviation(reading, at + 1);
        if short && at > from {
            parts.extend([from..at, at + 1..at + 2]);
            from = whole.end;
            break;
        }
        if head && at > from {
            parts.push(from..at);
            from = at + 1;
        } else if reading.piece(at) == "یا" && at > from {
            // What stands after «یا» is a name only where it is one of a body.
            parts.push(from..at);
            from = if reading.is(at + 1, class::BODY_HEAD) { at + 1 } else { whole.end };
            if from == whole.end {
                break;
            }
        }
        at += 1;
    }
    if from < whole.end {
        parts.push(from..whole.end);
    }
    parts.into_iter().map(|pieces| Item { mention: item.mention.clone(), pieces }).collect()
}

/// «وزارت …», «وزارتخانه‌های …».
pub(super) fn ministries(reading: &Reading, at: usize) -> bool {
    let head = reading.lexicon.words.body_heads.longest(reading.symbols(at, at + 1));
    let kind = head.and_then(|(_, kind)| reading.lexicon.words.kinds.get(kind as usize));
    kind.is_some_and(|kind| kind == "ministry")
}

/// Latin letters: «(APO)».
fn abbreviation(reading: &Reading, at: usize) -> bool {
    let text = reading.piece(at);
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Whether a body of its own begins here: a noun that opens names of bodies and hardly anything else.
fn starts_body(reading: &Reading, at: usize, limit: usize) -> bool {
    at < limit && reading.listed(at, list::OPENS_BODY) && !reading.is(at + 1, class::PLURAL)
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
                if reading.listed(before, list::PLACE_NOUN)
                    && !(before > 0 && matches!(reading.piece(before - 1), "رئیس" | "رییس" | "وزیر")) =>
            {
                item.pieces.start = before;
            }
            MentionType::Org => {
                let noun = reading.listed(before, list::BODY_NOUN) && !reading.is(start, class::BODY_HEAD);
                let listed = listed_start(reading, item, &taken);
                item.pieces.start = listed.unwrap_or(if noun { before } else { start });
            }
            _ => {}
        }
    }
    for item in items.iter_mut().filter(|i| i.mention.kind == MentionType::Org) {
        let end = item.pieces.end;
        if end < reading.pieces.len()
            && !taken[end]
            && reading.piece(end) == "کشور"
            && reading.listed(item.pieces.start, list::NATIONAL)
            && !taken.get(end + 1).copied().unwrap_or(false)
        {
            item.pieces.end += 1;
        }
    }
}

/// Where a listed name begins that ends with a body that the recognizer saw the end of: «راهنمایی و
/// رانندگی» «ناجا».
fn listed_start(reading: &Reading, item: &Item, taken: &[bool]) -> Option<usize> {
    let start = item.pieces.start;
    let from = reading.sentences.get(reading.sentence_of(start))?.start.max(start.saturating_sub(5));
    let free = (from..start).rev().take_while(|&at| !taken[at]);
    let ends = |at: &usize| {
        let entry = reading.entry(*at, item.pieces.end);
        entry.is_some_and(|(end, e)| end == item.pieces.end && e.kind == MentionType::Org)
    };
    free.filter(ends).last()
}

fn covered(reading: &Reading, items: &[Item]) -> Vec<bool> {
    let mut taken = vec![false; reading.pieces.len()];
    for item in items {
        taken[item.pieces.clone()].fill(true);
    }
    taken
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
            (MentionType::Per, MentionType::Per) => {
                b.start < a.end
                    || b.start == a.end && reading.sentence_of(a.start) == reading.sentence_of(b.start)
            }
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
    joints::join(reading, &mut bodies);
    for ((index, body), old) in which.into_iter().zip(&bodies).zip(&before) {
        if body != old {
            mentions[index].span = reading.span(body.clone());
        }
    }
    // An office that ends inside a body goes to the body's end.
    for mention in mentions.iter_mut().filter(|m| m.kind == MentionType::Role) {
        let office = reading.pieces_in(mention.span);
        let from = bodies.partition_point(|b| b.start <= office.start);
        let cut = bodies[from..].iter().take_while(|b| b.start < office.end).find(|b| office.end < b.end);
        if let Some(body) = cut {
            mention.span = reading.span(office.start..body.end);
        }
    }
    let grown = Cover::new(bodies.iter().map(|b| reading.span(b.clone())).map(|s| s.start..s.end));
    mentions.retain(|m| {
        let inner = matches!(m.kind, MentionType::Org | MentionType::Loc | MentionType::Per);
        !inner || !grown.holds(&(m.span.start..m.span.end))
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
            && !reading.listed(body.pieces.start, list::PLACELESS)
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
                && reading.listed(at - 1, list::PLACE_NOUN)
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

/// Adds the names that the recognizer saw elsewhere in the document.
fn add_repeated(reading: &Reading, items: &mut Vec<Item>) {
    let seen = items.iter().filter(|i| i.mention.source == Source::Model);
    let named: Vec<_> = seen.map(|i| (i.mention.kind, i.pieces.clone())).collect();
    let taken = covered(reading, items);
    for (kind, pieces) in repeats(reading, &named, &taken) {
        let span = reading.span(pieces.clone());
        let mention = Mention { kind, span, entity: None, source: Source::Rule, score: 0.8 };
        items.push(Item { mention, pieces });
    }
}

/// Whether a place stands in the title of a law or an event: «نمایشگاه کتاب تهران».
pub(super) fn titled(reading: &Reading, at: usize) -> bool {
    let start = reading.sentences.get(reading.sentence_of(at)).map_or(at, |s| s.start);
    for before in (start.max(at.saturating_sub(REACH))..at).rev() {
        if reading.listed(before, list::TITLE) {
            return true;
        }
        let verb = reading.is(before, class::STOP) && !reading.listed(before, list::PREPOSITION);
        let sign = reading.is(before, class::SIGN) && !reading.is(before, class::COMMA);
        if verb || sign {
            return false;
        }
    }
    false
}

/// How many pieces a title goes on at most.
const REACH: usize = 14;

/// Whether a body stands right after the noun of a law or an event: «قانون …», «هفته …».
fn named_after(reading: &Reading, at: usize) -> bool {
    at > 0 && reading.listed(at - 1, list::BEFORE_TITLE)
}

/// «نظام جمهوری اسلامی», which is no place.
fn of_the_system(reading: &Reading, at: usize) -> bool {
    let before = (0..at).rev().find(|&p| !reading.listed(p, list::STATE));
    before.is_some_and(|p| reading.piece(p) == "نظام")
}

fn listed(reading: &Reading, at: usize, limit: usize, looked: bool) -> Option<(MentionType, usize)> {
    if let Some(end) = reading.class_of_bodies(at, limit) {
        return (!looked || !titled(reading, at)).then_some((MentionType::Org, end));
    }
    if let Some((end, entry)) = reading.entry(at, limit) {
        let own = entry.kind;
        match own {
            MentionType::Org
                if !looked
                    || entry.own
                    || end > at + 1
                        && reading.is(at, class::BODY_HEAD)
                        && !named_after(reading, at)
                        && !titled(reading, at) =>
            {
                return Some((own, body::end(reading, at, end, limit)));
            }
            MentionType::Loc if looked && (titled(reading, at) || of_the_system(reading, at)) => {}
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

/// A body as the place where something is held: «در سازمان … برگزار شد», «در محل سازمان …».
fn venues(reading: &Reading, items: &mut [Item]) {
    for item in items.iter_mut().filter(|i| i.mention.kind == MentionType::Org) {
        let (start, end) = (item.pieces.start, item.pieces.end);
        let before = |back: usize| start.checked_sub(back).map_or("", |at| reading.piece(at));
        let held =
            before(1) == "در" && (reading.listed(end, list::HELD) || reading.listed(end + 1, list::HELD));
        let visited =
            before(1) == "در" && before(2) == "حضور" && !reading.listed(start, list::SEAT | list::UNIT);
        let attended = before(1) == "در" && reading.piece(end) == "حضور";
        if held || visited || attended || before(1) == "محل" && before(2) == "در" {
            item.mention.kind = MentionType::Loc;
        }
    }
}

/// Takes the bracket in that closes one inside the name: «(ناسا)».
fn close(reading: &Reading, item: &mut Item) {
    let (mut open, end) = (0, item.pieces.end);
    for at in item.pieces.clone() {
        match reading.piece(at) {
            "(" => open += 1,
            ")" => open -= 1,
            _ => {}
        }
    }
    if open > 0 && reading.piece(end) == ")" && reading.sentence_of(end) == reading.sentence_of(end - 1) {
        item.pieces.end += 1;
    }
}

/// What lies inside a body is not labelled, nor is a name inside a longer one of its type.
fn drop_inner(items: &mut Vec<Item>) {
    let of = |kind: MentionType| {
        Cover::new(items.iter().filter(|i| i.mention.kind == kind).map(|i| i.pieces.clone()))
    };
    let (bodies, places, persons) = (of(MentionType::Org), of(MentionType::Loc), of(MentionType::Per));
    items.retain(|item| {
        let alike = match item.mention.kind {
            MentionType::Loc => &places,
            MentionType::Per => &persons,
            _ => &bodies,
        };
        !bodies.holds(&item.pieces) && !alike.holds(&item.pieces)
    });
}
