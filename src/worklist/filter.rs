//! Which tasks are wanted. Values of one kind are alternatives; all kinds that are given must hold.

use super::{Actor, Item, Name};
use crate::calendar::Date;
use crate::document::SentenceClass;

/// What a task must be like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// An official who must do it, helps, or asked for it: by name or by office.
    pub officials: Vec<Name>,
    /// A body that must do it, helps, or asked for it; also the body of an official.
    pub organizations: Vec<Name>,
    /// Who must do it, of either kind.
    pub assignees: Vec<Name>,
    /// Classes.
    pub classes: Vec<SentenceClass>,
    /// Due on this day or later.
    pub due_after: Option<Date>,
    /// Due on this day or earlier.
    pub due_before: Option<Date>,
    /// Due before this day.
    pub overdue_at: Option<Date>,
    /// A place in its sentence, in the place of the meeting, or in the name of who must do it.
    pub places: Vec<Name>,
    /// Words of the act.
    pub texts: Vec<Name>,
}

fn any(wanted: &[Name], holds: impl Fn(&Name) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(holds)
}

fn is_official(actor: &Actor, name: &Name) -> bool {
    let known = [&actor.name, &actor.role].into_iter().flatten();
    !actor.is_organization && (name.is_in(&actor.text) || known.into_iter().any(|n| name.is_in(n)))
}

fn is_organization(actor: &Actor, name: &Name) -> bool {
    let person = actor.name.is_some() || actor.role.is_some();
    !person && name.is_in(&actor.text) || actor.organization.as_deref().is_some_and(|o| name.is_in(o))
}

impl Filter {
    /// Whether the task is wanted. A task without a day due is in no span of days.
    pub fn admits(&self, item: &Item) -> bool {
        let actors = || item.assignees.iter().chain(&item.collaborators).chain(&item.issuer);
        let dated = |holds: fn(Date, Date) -> bool, limit: Option<Date>| {
            limit.is_none_or(|limit| item.due.is_some_and(|due| holds(due, limit)))
        };
        (self.classes.is_empty() || self.classes.contains(&item.task.class))
            && dated(|due, limit| due >= limit, self.due_after)
            && dated(|due, limit| due <= limit, self.due_before)
            && dated(|due, limit| due < limit, self.overdue_at)
            && any(&self.officials, |n| actors().any(|a| is_official(a, n)))
            && any(&self.organizations, |n| actors().any(|a| is_organization(a, n)))
            && any(&self.assignees, |n| {
                item.assignees.iter().any(|a| is_official(a, n) || is_organization(a, n))
            })
            && any(&self.places, |n| {
                item.places.iter().any(|p| n.is_in(p)) || item.assignees.iter().any(|a| n.is_in(&a.text))
            })
            && any(&self.texts, |n| n.is_in(&item.task.text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{items, tests::record};
    use super::*;

    #[test]
    fn every_kind_of_condition() {
        let record =
            record("a", "1402-01-10", "استاندار فارس", "شهرداری شیراز", "پل را بازسازی کند", "1402-03-31");
        let item = &items(&record, false)[0];
        let names = |name: &str| vec![Name::new(name)];
        let admits = |filter: Filter| filter.admits(item);
        assert!(admits(Filter::default()));
        assert!(admits(Filter { assignees: names("شهرداري شيراز"), ..Filter::default() }));
        assert!(!admits(Filter { assignees: names("استاندار"), ..Filter::default() }));
        assert!(admits(Filter { officials: names("استاندار"), ..Filter::default() }));
        assert!(admits(Filter { organizations: names("شهرداری"), ..Filter::default() }));
        assert!(admits(Filter { places: names("شیراز"), ..Filter::default() }));
        assert!(!admits(Filter { places: names("یزد"), ..Filter::default() }));
        assert!(admits(Filter { texts: names("بازسازی"), ..Filter::default() }));
        assert!(!admits(Filter { classes: vec![SentenceClass::Plan], ..Filter::default() }));
        let day = Date::from_jalali(1402, 3, 31);
        assert!(admits(Filter { due_after: day, due_before: day, ..Filter::default() }));
        assert!(!admits(Filter { overdue_at: day, ..Filter::default() }));
        let next = day.and_then(|d| d.add_days(1));
        assert!(admits(Filter { overdue_at: next, ..Filter::default() }));
        assert!(!admits(Filter { due_after: next, ..Filter::default() }));
        assert_eq!(next.and_then(|d| item.overdue(d)), Some(1));
    }

    #[test]
    fn a_task_without_a_day_is_never_overdue() {
        let record = record("a", "1402-01-10", "شورا", "شهرداری", "گزارش دهد", "");
        let filter = Filter { overdue_at: Date::from_jalali(1500, 1, 1), ..Filter::default() };
        assert!(!filter.admits(&items(&record, false)[0]));
    }
}
