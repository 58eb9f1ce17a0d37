//! Deadline cells of tables: the whole text is a time limit, so less has to be said than in prose.

use std::ops::Range;

use super::find::find_in;
use super::tokens::tokens;
use super::value::TimeExpression;

/// The time limit of a table cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellTime {
    /// Its place in the cell, in bytes; without the preposition before it.
    pub bytes: Range<usize>,
    /// What it says. Its words are those of the cell, cut at spaces and around signs.
    pub expression: TimeExpression,
}

/// Reads a whole cell of a deadline column («دو هفته», «هفتگی», «تا پایان اسفند», «مستمر»). A word that
/// is no limit in prose («مستمر», «اسفند», «۱۴۰۱») is one here. The first expression counts; `None`
/// where there is none. The text need not be normalized but for its half-spaces.
pub fn parse_cell(text: &str) -> Option<CellTime> {
    let places = cut(text);
    let words: Vec<&str> = places.iter().map(|place| &text[place.clone()]).collect();
    let expression = find_in(&tokens(&words), true).into_iter().next()?;
    let first = places.get(expression.words.start)?;
    let last = places.get(expression.words.end.checked_sub(1)?)?;
    Some(CellTime { bytes: first.start..last.end, expression })
}

/// Words at spaces; each sign that is neither letter nor digit by itself.
fn cut(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let inside = c.is_alphanumeric() || c == '\u{200c}' || ('\u{64b}'..='\u{652}').contains(&c);
        match places.last_mut() {
            Some(last) if inside && open => last.end = end,
            _ if !c.is_whitespace() => places.push(at..end),
            _ => {}
        }
        open = inside;
    }
    places
}
