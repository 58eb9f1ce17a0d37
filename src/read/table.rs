//! What the columns of a table of resolutions hold, from their headings.

use crate::document::ColumnRole;
use crate::normalize::{ZWNJ, normalize};

/// Words that a heading holds, and what its column is then. The first that fits counts.
const HEADINGS: [(&str, ColumnRole); 15] = [
    ("ردیف", ColumnRole::Number),
    ("شماره", ColumnRole::Number),
    ("اقدام کننده", ColumnRole::Assignee),
    ("اقدامکننده", ColumnRole::Assignee),
    ("مسول", ColumnRole::Assignee),
    ("مجری", ColumnRole::Assignee),
    ("متولی", ColumnRole::Assignee),
    ("زمان", ColumnRole::Deadline),
    ("مهلت", ColumnRole::Deadline),
    ("موعد", ColumnRole::Deadline),
    ("سررسید", ColumnRole::Deadline),
    ("تاریخ اقدام", ColumnRole::Deadline),
    ("مصوب", ColumnRole::Resolution),
    ("تصمیم", ColumnRole::Resolution),
    ("شرح", ColumnRole::Resolution),
];

/// The role of the column with this heading.
pub(super) fn column_role(heading: &str) -> ColumnRole {
    let heading = normalize(heading).replace(ZWNJ, "").replace("مسئو", "مسو").replace("مسوو", "مسو");
    HEADINGS.iter().find(|(word, _)| heading.contains(word)).map_or(ColumnRole::Other, |&(_, role)| role)
}

/// The roles of a heading row, where it is one of a table of resolutions.
pub(super) fn header(cells: &[&str]) -> Option<Vec<ColumnRole>> {
    if cells.len() < 2 || cells.iter().any(|c| c.chars().count() > 40) {
        return None;
    }
    let roles: Vec<ColumnRole> = cells.iter().map(|c| column_role(c)).collect();
    let has = |role| roles.contains(&role);
    (has(ColumnRole::Resolution) && (has(ColumnRole::Number) || has(ColumnRole::Assignee))).then_some(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        use ColumnRole::*;
        assert_eq!(
            header(&["ردیف", "مصوبات جلسه:", "اقدام کننده", "زمان اقدام"]),
            Some(vec![Number, Resolution, Assignee, Deadline])
        );
        assert_eq!(
            header(&["رديف", "شرح تصمیم", "مسئول پیگیری", "مهلت"]),
            Some(vec![Number, Resolution, Assignee, Deadline])
        );
        assert_eq!(header(&["نام", "سمت"]), None);
    }
}
