//! The entities of a corpus: JSON lines of the schema `dabir-entities/1`, or a table for the terminal.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::calendar::Date;
use crate::resolve::{Alias, Evidence, Holder, Occurrence, Organization, Person, Post, Resolution};

/// The name of the schema.
pub const SCHEMA: &str = "dabir-entities/1";

#[derive(Serialize)]
struct PersonLine<'a> {
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    name: &'a str,
    aliases: &'a [Alias],
    posts: &'a [String],
    organizations: &'a [String],
    documents: Vec<OccurrenceLine<'a>>,
}

#[derive(Serialize)]
struct PostLine<'a> {
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    name: &'a str,
    role: &'a str,
    organization: Option<&'a str>,
    collective: bool,
    local: bool,
    aliases: &'a [Alias],
    holders: Vec<HolderLine<'a>>,
    documents: Vec<OccurrenceLine<'a>>,
}

#[derive(Serialize)]
struct OrganizationLine<'a> {
    schema: &'static str,
    #[serde(rename = "type")]
    entity: &'static str,
    id: &'a str,
    name: &'a str,
    kind: Option<&'a str>,
    part_of: Option<&'a str>,
    inferred: bool,
    local: bool,
    aliases: &'a [Alias],
    documents: Vec<OccurrenceLine<'a>>,
}

#[derive(Serialize)]
struct HolderLine<'a> {
    person: &'a str,
    first: Option<String>,
    last: Option<String>,
    since: Option<String>,
    until: Option<String>,
    former: bool,
    documents: Vec<OccurrenceLine<'a>>,
}

#[derive(Serialize)]
struct OccurrenceLine<'a> {
    id: &'a str,
    date: Option<String>,
    record: &'a str,
    evidence: Evidence,
    score: f64,
    spans: Vec<[usize; 2]>,
}

fn day(date: Option<Date>) -> Option<String> {
    date.map(Date::to_iso)
}

fn occurrences(all: &[Occurrence]) -> Vec<OccurrenceLine<'_>> {
    all.iter()
        .map(|o| OccurrenceLine {
            id: &o.document,
            date: day(o.date),
            record: &o.record,
            evidence: o.evidence,
            score: (f64::from(o.score) * 1000.0).round() / 1000.0,
            spans: o.spans.iter().map(|s| [s.start, s.end]).collect(),
        })
        .collect()
}

fn holder(holder: &Holder) -> HolderLine<'_> {
    HolderLine {
        person: &holder.person,
        first: day(holder.first),
        last: day(holder.last),
        since: day(holder.since),
        until: day(holder.until),
        former: holder.former,
        documents: occurrences(&holder.occurrences),
    }
}

/// Writes all entities, one JSON object a line: people, posts, organizations, each sorted by id.
///
/// # Errors
/// What the writer says.
pub fn json_lines(out: &mut impl Write, resolution: &Resolution) -> io::Result<()> {
    for person in &resolution.people {
        line(out, &person_line(person))?;
    }
    for post in &resolution.posts {
        line(out, &post_line(post))?;
    }
    for organization in &resolution.organizations {
        line(out, &organization_line(organization))?;
    }
    Ok(())
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn person_line(person: &Person) -> PersonLine<'_> {
    PersonLine {
        schema: SCHEMA,
        kind: "person",
        id: &person.id,
        name: &person.name,
        aliases: &person.aliases,
        posts: &person.posts,
        organizations: &person.organizations,
        documents: occurrences(&person.occurrences),
    }
}

fn post_line(post: &Post) -> PostLine<'_> {
    PostLine {
        schema: SCHEMA,
        kind: "post",
        id: &post.id,
        name: &post.name,
        role: &post.role,
        organization: post.organization.as_deref(),
        collective: post.collective,
        local: post.local,
        aliases: &post.aliases,
        holders: post.holders.iter().map(holder).collect(),
        documents: occurrences(&post.occurrences),
    }
}

fn organization_line(organization: &Organization) -> OrganizationLine<'_> {
    OrganizationLine {
        schema: SCHEMA,
        entity: "organization",
        id: &organization.id,
        name: &organization.name,
        kind: organization.kind.as_deref(),
        part_of: organization.part_of.as_deref(),
        inferred: organization.inferred,
        local: organization.local,
        aliases: &organization.aliases,
        documents: occurrences(&organization.occurrences),
    }
}

/// The entities as a table for a terminal of `width` columns: what, name, posts or holders, number of
/// documents; the most named first. What is known only within one document is left out, but for
/// people. With `bidi`, marks of direction keep the cells of a line apart.
pub fn table(resolution: &Resolution, width: u16, bidi: bool) -> String {
    let people: HashMap<&str, &str> =
        resolution.people.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
    let posts: HashMap<&str, &str> =
        resolution.posts.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
    let mut rows: Vec<(usize, usize, [String; 3])> = Vec::new();
    for person in &resolution.people {
        let held: Vec<&str> = person.posts.iter().filter_map(|id| posts.get(id.as_str()).copied()).collect();
        let cells = [KINDS[0].to_owned(), person.name.clone(), held.join("؛ ")];
        rows.push((0, person.occurrences.len(), cells));
    }
    for post in resolution.posts.iter().filter(|p| !p.local) {
        let held: Vec<String> = post.holders.iter().map(|h| dated(h, &people)).collect();
        rows.push((1, post.occurrences.len(), [KINDS[1].to_owned(), post.name.clone(), held.join("؛ ")]));
    }
    for organization in resolution.organizations.iter().filter(|o| !o.local) {
        let kind = organization.kind.clone().unwrap_or_default();
        let cells = [KINDS[2].to_owned(), organization.name.clone(), kind];
        rows.push((2, organization.occurrences.len(), cells));
    }
    rows.sort_by(|a, b| (a.0, Reverse(a.1), &a.2).cmp(&(b.0, Reverse(b.1), &b.2)));
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::UTF8_FULL)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_width(width.max(60))
        .set_header(HEADINGS);
    for (_, count, [kind, name, more]) in rows {
        table.add_row([kind, name, more, count.to_string()]);
    }
    let text = table.to_string();
    if bidi { text.replace(['│', '┆'], "\u{200e}┆\u{200e}") } else { text }
}

const KINDS: [&str; 3] = ["شخص", "سمت", "دستگاه"];
const HEADINGS: [&str; 4] = ["نوع", "نام", "سمت‌ها، دارندگان یا گونه", "سندها"];

/// «رحیم نیک‌پور 1394-02-11–1395-02-12»: since when to when the holder is known in office, Jalali.
fn dated(holder: &Holder, people: &HashMap<&str, &str>) -> String {
    let name = people.get(holder.person.as_str()).copied().unwrap_or_default();
    match (holder.since.or(holder.first), holder.until.or(holder.last)) {
        (Some(from), Some(to)) if from != to => {
            format!("{name} {}–{}", from.to_jalali_iso(), to.to_jalali_iso())
        }
        (Some(day), _) | (None, Some(day)) => format!("{name} {}", day.to_jalali_iso()),
        (None, None) => name.to_owned(),
    }
}
