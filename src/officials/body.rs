//! Where the name of a body ends that no mention covers: its first noun, its field and its place.

use super::reading::Reading;
use crate::document::MentionType;
use crate::lexicon::{class, list};

/// The end of a listed body that begins at `at` and whose listed name ends at `end`: plural ending,
/// «کشور», and the place that it works in are added.
pub(super) fn end(reading: &Reading, at: usize, end: usize, limit: usize) -> usize {
    let mut end = end;
    if end < limit && reading.is(end, class::PLURAL) {
        end += 1;
    }
    if end < limit && reading.is(at, class::BODY_HEAD) {
        end = place_after(reading, end, limit);
    }
    end.min(limit)
}

/// The end of a body that no list knows and that begins with a body noun at `at`; `at + 1` where
/// nothing follows that makes it a name.
pub(super) fn unlisted(reading: &Reading, at: usize, limit: usize) -> usize {
    let mut end = at + 1;
    while end < limit {
        let flags = reading.flags(end);
        if reading.place_at(end).is_some() || reading.in_person(end) {
            break;
        }
        if flags & (class::AND | class::COMMA) != 0 {
            let next = reading.flags(end + 1);
            if next & class::FIELD == 0 || next & (class::STOP | class::BODY_HEAD) != 0 || end == at + 1 {
                break;
            }
            end += 2;
            continue;
        }
        if flags & (class::FIELD | class::PLURAL) == 0
            || flags & (class::STOP | class::SIGN | class::PERSON | class::DEMONSTRATIVE) != 0
        {
            break;
        }
        end += 1;
    }
    if end > at + 1 { place_after(reading, end, limit) } else { end }
}

fn place_after(reading: &Reading, end: usize, limit: usize) -> usize {
    if end >= limit {
        return end;
    }
    if let Some(place) = reading.place_at(end) {
        return if place.kind == MentionType::Loc { place.pieces.end } else { end };
    }
    if reading.is(end, class::PLACE_HEAD)
        && let Some((after, entry)) = reading.entry(end + 1, limit)
        && entry.kind == MentionType::Loc
    {
        return after;
    }
    if reading.listed(end, list::WHOLE_PLACE) {
        return end + 1;
    }
    match reading.entry(end, limit) {
        Some((after, entry)) if entry.kind == MentionType::Loc && !entry.needs_head => after,
        _ => end,
    }
}
