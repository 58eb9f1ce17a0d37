//! The order of tasks, and groups of them.

use std::collections::BTreeMap;

use super::{Item, names::plain};

/// What tasks are sorted by; those that do not have it come last, equal ones stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// Document and place in it, as read.
    Document,
    /// Day due.
    Due,
    /// Day of the document.
    Date,
    /// First assignee.
    Assignee,
    /// Class, the strongest first.
    Class,
    /// Score, the highest first.
    Score,
}

/// Sorts tasks.
pub fn sort(items: &mut [Item], by: SortBy) {
    match by {
        SortBy::Document => {}
        SortBy::Due => items.sort_by_key(|i| (i.due.is_none(), i.due)),
        SortBy::Date => items.sort_by_key(|i| (i.date.is_none(), i.date)),
        SortBy::Assignee => items.sort_by_cached_key(|i| {
            let first = i.assignees.first().map(|a| plain(&a.text));
            (first.is_none(), first)
        }),
        SortBy::Class => items.sort_by_key(|i| i.task.class),
        SortBy::Score => items.sort_by(|a, b| b.task.score.total_cmp(&a.task.score)),
    }
}

/// What tasks are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Assignee; a task of two stands in both groups.
    Assignee,
    /// Who decided, ordered or asked.
    Issuer,
    /// Class.
    Class,
    /// Document.
    Document,
    /// Jalali month of the day due.
    Month,
}

/// Groups of tasks by name, the largest first; those without a name come last, under «—». A name is
/// written as it is written most often.
pub fn grouped(items: Vec<Item>, by: GroupBy) -> Vec<(String, Vec<Item>)> {
    let mut groups: BTreeMap<String, (BTreeMap<String, usize>, Vec<Item>)> = BTreeMap::new();
    for item in items {
        let mut names: Vec<(String, String)> = match by {
            GroupBy::Assignee => item.assignees.iter().map(|a| (plain(&a.text), one_line(&a.text))).collect(),
            GroupBy::Issuer => item.issuer.iter().map(|a| (plain(&a.text), one_line(&a.text))).collect(),
            GroupBy::Class => vec![(item.task.class.name().into(), item.task.class.name().into())],
            GroupBy::Document => vec![(item.document.clone(), item.document.clone())],
            GroupBy::Month => {
                item.due.iter().map(|d| d.to_jalali_iso()[..7].to_owned()).map(|m| (m.clone(), m)).collect()
            }
        };
        names.retain(|(key, _)| !key.is_empty());
        names.sort();
        names.dedup_by(|a, b| a.0 == b.0);
        if names.is_empty() {
            names.push((String::new(), "—".into()));
        }
        for (key, name) in names {
            let group = groups.entry(key).or_default();
            *group.0.entry(name).or_default() += 1;
            group.1.push(item.clone());
        }
    }
    let mut out: Vec<(String, String, Vec<Item>)> = groups
        .into_iter()
        .map(|(key, (names, items))| {
            // The first of the most frequent ones in the order of the map.
            let best = names.iter().rev().max_by_key(|(_, count)| **count);
            (key, best.map(|(name, _)| name.clone()).unwrap_or_default(), items)
        })
        .collect();
    let by_size = !matches!(by, GroupBy::Month | GroupBy::Class | GroupBy::Document);
    out.sort_by_key(|(key, _, items)| {
        (key.is_empty(), if by_size { usize::MAX - items.len() } else { 0 }, key.clone())
    });
    out.into_iter().map(|(_, name, items)| (name, items)).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::{items, tests::record};
    use super::*;

    fn three() -> Vec<Item> {
        [
            record("a", "1402-01-10", "شورا", "شهرداری قم", "گزارش دهد", "1402-06-01"),
            record("b", "1402-01-11", "شورا", "اداره راه", "پل بسازد", ""),
            record("c", "1402-01-12", "شورا", "شهرداري محترم قم", "خیابان را آسفالت کند", "1402-02-01"),
        ]
        .iter()
        .flat_map(|r| items(r, false))
        .collect()
    }

    #[test]
    fn sorting() {
        let order = |by| {
            let mut all = three();
            sort(&mut all, by);
            all.into_iter().map(|i| i.document).collect::<String>()
        };
        assert_eq!(order(SortBy::Document), "abc");
        assert_eq!(order(SortBy::Due), "cab");
        assert_eq!(order(SortBy::Assignee), "bac");
    }

    #[test]
    fn one_assignee_in_two_spellings_is_one_group() {
        let groups = grouped(three(), GroupBy::Assignee);
        let names: Vec<(&str, usize)> = groups.iter().map(|(n, i)| (n.as_str(), i.len())).collect();
        assert_eq!(names, [("شهرداري محترم قم", 2), ("اداره راه", 1)]);
        let months = grouped(three(), GroupBy::Month);
        assert_eq!(months.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>(), ["1402-02", "1402-06", "—"]);
    }
}
