//! Steps that drop or add something: diacritics, tatweel, the hamza at the end of «اجراء», and
//! half-spaces where the morphology of Persian makes them certain.

use super::lossless::is_mark;
use super::{Cell, ZWNJ};

/// Drops diacritics and tatweel, and a hamza that ends a word after alef. The letter before stands
/// for what was dropped, so that «فوراً» keeps its sign in the original.
pub fn marks(cells: &mut Vec<Cell>) {
    drop_where(cells, |_, cell, _| is_mark(cell.c) || cell.c == 'ـ');
    // What was dropped may have stood between two spaces or half-spaces, and may have hidden where a word ends.
    super::lossless::spaces(cells);
    drop_where(cells, |before, cell, next| {
        let ends_word = next.is_none_or(|n| !n.c.is_alphanumeric() && n.c != ZWNJ);
        cell.c == 'ء' && before.is_some_and(|b| b.c == 'ا') && ends_word
    });
}

/// Drops the cells that `dropped` tells, by the kept one before and the one behind.
fn drop_where(cells: &mut Vec<Cell>, dropped: impl Fn(Option<&Cell>, &Cell, Option<&Cell>) -> bool) {
    let mut out: Vec<Cell> = Vec::with_capacity(cells.len());
    for (i, cell) in cells.iter().enumerate() {
        if !dropped(out.last(), cell, cells.get(i + 1)) {
            out.push(*cell);
        } else if let Some(before) = out.last_mut().filter(|b| b.original.end == cell.original.start) {
            before.original.end = cell.original.end;
        }
    }
    *cells = out;
}

/// Endings that are always bound to the word before.
const PLURALS: [&str; 13] = [
    "ها",
    "های",
    "هایی",
    "هایم",
    "هایت",
    "هایش",
    "هایمان",
    "هایتان",
    "هایشان",
    "هاست",
    "هایند",
    "هایست",
    "ترین",
];
/// Endings that are bound to a word that ends in «ه».
const AFTER_HEH: [&str; 5] = ["ای", "اند", "ایم", "اید", "ایست"];
/// Short words in «ه» that take no ending.
const NO_STEM: [&str; 12] =
    ["به", "که", "چه", "نه", "همه", "سه", "ده", "اگرچه", "بلکه", "چنانچه", "آنچه", "هرچه"];

/// Puts half-spaces where they are certainly missing: after «می» and «نمی», before «ها» and its
/// like, before «ای» and «اند» after «ه», and in «ههای».
pub fn half_spaces(cells: &mut Vec<Cell>) {
    let words = words(cells);
    let text = |word: &std::ops::Range<usize>| cells[word.clone()].iter().map(|c| c.c).collect::<String>();
    let mut joints = Vec::new();
    for pair in words.windows(2) {
        let (left, right) = (&pair[0], &pair[1]);
        if right.start != left.end + 1 || cells[left.end].c != ' ' || left.is_empty() {
            continue;
        }
        // Only short words decide: most pairs end here, without a string being made.
        let verb = matches!(left.len(), 2 | 3) && matches!(text(left).as_str(), "می" | "نمی");
        let ending = right.len() <= 7 && {
            let right = text(right);
            PLURALS.contains(&right.as_str())
                || AFTER_HEH.contains(&right.as_str())
                    && cells[left.end - 1].c == 'ه'
                    && !NO_STEM.contains(&text(left).as_str())
        };
        if (verb || ending) && cells[left.end - 1].c.is_alphabetic() && cells[right.start].c.is_alphabetic() {
            joints.push(left.end);
        }
    }
    for at in joints {
        cells[at].c = ZWNJ;
    }
    heh_plural(cells);
}

/// «حوزههای»: two «ه» before «ا» at the end of a word can only be a plural.
fn heh_plural(cells: &mut Vec<Cell>) {
    let mut at = Vec::new();
    for word in words(cells) {
        let letters = &cells[word.clone()];
        let Some(i) = letters.windows(3).position(|w| (w[0].c, w[1].c, w[2].c) == ('ه', 'ه', 'ا')) else {
            continue;
        };
        let ending: String = letters[i + 1..].iter().map(|c| c.c).collect();
        if i >= 2 && PLURALS.contains(&ending.as_str()) {
            at.push(word.start + i);
        }
    }
    for i in at.into_iter().rev() {
        let original = cells[i].original;
        cells.insert(i + 1, Cell { c: ZWNJ, original });
    }
}

/// Runs of letters and half-spaces.
fn words(cells: &[Cell]) -> Vec<std::ops::Range<usize>> {
    let inside = |c: char| c.is_alphanumeric() || c == ZWNJ || c == '_';
    let mut words = Vec::new();
    let mut start = None;
    for (i, cell) in cells.iter().enumerate() {
        match (start, inside(cell.c)) {
            (None, true) => start = Some(i),
            (Some(from), false) => {
                words.push(from..i);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..cells.len()));
    words
}
