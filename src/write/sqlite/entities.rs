//! The people, posts and organizations of the whole corpus, as [`crate::resolve`] joins them.

use rusqlite::{Connection, params};

use crate::calendar::Date;
use crate::resolve::{Alias, Evidence, Occurrence, Resolution};

/// Fills the tables of the corpus.
pub(super) fn fill(connection: &Connection, resolution: &Resolution) -> rusqlite::Result<()> {
    for person in &resolution.people {
        let one = Entity { id: &person.id, kind: "person", name: &person.name, of: None, organization: None };
        one.add(connection, &person.aliases, &person.occurrences)?;
    }
    for body in &resolution.organizations {
        let of = body.part_of.as_deref();
        let one = Entity {
            id: &body.id,
            kind: "organization",
            name: &body.name,
            of: body.kind.as_deref(),
            organization: of,
        };
        one.add(connection, &body.aliases, &body.occurrences)?;
    }
    let mut holders = connection.prepare_cached("INSERT INTO holders VALUES (?, ?, ?, ?, ?, ?, ?)")?;
    for post in &resolution.posts {
        let of = post.organization.as_deref();
        let one =
            Entity { id: &post.id, kind: "post", name: &post.name, of: Some(&post.role), organization: of };
        one.add(connection, &post.aliases, &post.occurrences)?;
        let day = |date: Option<Date>| date.map(Date::to_iso);
        for h in &post.holders {
            let days = (day(h.first), day(h.last), day(h.since), day(h.until));
            holders.execute(params![post.id, h.person, days.0, days.1, days.2, days.3, h.former])?;
        }
    }
    Ok(())
}

struct Entity<'a> {
    id: &'a str,
    kind: &'a str,
    name: &'a str,
    /// Kind of an organization, office of a post.
    of: Option<&'a str>,
    organization: Option<&'a str>,
}

impl Entity<'_> {
    fn add(
        &self,
        connection: &Connection,
        names: &[Alias],
        occurrences: &[Occurrence],
    ) -> rusqlite::Result<()> {
        let mut documents: Vec<&str> = occurrences.iter().map(|o| &*o.document).collect();
        documents.sort_unstable();
        documents.dedup();
        let count = i64::try_from(documents.len()).unwrap_or(i64::MAX);
        connection.prepare_cached("INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?)")?.execute(params![
            self.id,
            self.kind,
            self.name,
            self.of,
            self.organization,
            count
        ])?;
        let mut statement = connection.prepare_cached("INSERT INTO entity_names VALUES (?, ?, ?)")?;
        for alias in names {
            let count = i64::try_from(alias.count).unwrap_or(i64::MAX);
            statement.execute(params![self.id, alias.text, count])?;
        }
        let mut statement =
            connection.prepare_cached("INSERT OR IGNORE INTO entity_records VALUES (?, ?, ?, ?, ?)")?;
        for o in occurrences {
            let score = f64::from((o.score * 1000.0).round()) / 1000.0;
            statement.execute(params![self.id, &*o.document, &*o.record, evidence(o.evidence), score])?;
        }
        Ok(())
    }
}

/// The name that serde writes for an evidence.
fn evidence(evidence: Evidence) -> Option<String> {
    serde_json::to_value(evidence).ok()?.as_str().map(str::to_owned)
}
