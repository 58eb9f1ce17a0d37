//! From layers to a record. A person may have worked on them: labels may be new, relations missing, an
//! official without a note has the name that its mentions say.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::{Layers, Sheet, Span, label, note, relation};
use crate::calendar::Date;
use crate::document::{MentionType, SentenceClass, Source};
use crate::eval::labels::LabelMap;
use crate::normalize::normalize;
use crate::record::{
    DeadlineRecord, MentionRecord, OfficialRecord, OrganizationRecord, Place, Record, SCHEMA, SentenceRecord,
    SlotRecord, TaskRecord, TenureRecord,
};

/// The class that a label names: `decision`, `Decision`, `sentence_decision`; `Some(None)` for a sentence
/// without a class, `None` where the label is no sentence at all.
pub(crate) fn class_of(written: &str) -> Option<Option<SentenceClass>> {
    let name = written.to_lowercase();
    if name == label::SENTENCE {
        return Some(None);
    }
    let name = name.strip_prefix("sentence").map_or(name.as_str(), |n| n.trim_start_matches(['_', '-', ':']));
    SentenceClass::ALL.into_iter().find(|c| c.name() == name).map(Some)
}

/// The value that serde reads from a name.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

fn score_of(span: &Span) -> f64 {
    span.note(note::SCORE).and_then(|s| s.parse().ok()).filter(|s: &f64| s.is_finite()).unwrap_or(1.0)
}

impl Sheet {
    /// The record that the layers say. Labels that mean nothing here are left out, with a warning in
    /// the record. `labels` says what other names of types stand for.
    pub fn into_record(self, labels: &LabelMap) -> Record {
        let (spans, mut warnings) = self.sorted(labels);
        let text: Vec<char> = self.text.chars().collect();
        let surface = |span: &Span| -> String {
            text.get(span.start..span.end.min(text.len())).unwrap_or_default().iter().collect()
        };
        let entities = Entities::read(&self.layers, &spans, &surface);
        let mentions = spans
            .mentions
            .iter()
            .enumerate()
            .map(|(i, &(at, kind))| {
                let span = &self.layers.spans[at];
                MentionRecord {
                    id: format!("m{}", i + 1),
                    kind,
                    start: span.start,
                    end: span.end,
                    text: surface(span),
                    entity: entities.of.get(&at).cloned(),
                    source: span.note(note::SOURCE).and_then(named).unwrap_or(Source::Rule),
                    score: score_of(span),
                }
            })
            .collect();
        let sentences: Vec<SentenceRecord> = spans
            .sentences
            .iter()
            .map(|&(at, class)| {
                let span = &self.layers.spans[at];
                SentenceRecord {
                    start: span.start,
                    end: span.end,
                    number: span.note(note::NUMBER).map(str::to_owned),
                    class,
                    score: score_of(span),
                    rule: span.note(note::RULE).map(str::to_owned),
                    gold: span.note(note::GOLD).is_some(),
                }
            })
            .collect();
        let mut tasks = Vec::new();
        for (at, act) in self.layers.spans.iter().enumerate().filter(|(_, s)| s.label == label::ACT) {
            match task(&self.layers, at, act, &sentences, &entities, &surface) {
                Some(task) => tasks.push(TaskRecord { id: format!("t{}", tasks.len() + 1), ..task }),
                None => warnings.push(format!(
                    "the act at {}..{} stands in no sentence and was left out",
                    act.start, act.end
                )),
            }
        }
        Record {
            schema: SCHEMA.into(),
            id: self.id,
            format: self.format,
            meta: self.meta,
            text: self.text,
            blocks: self.blocks,
            sentences,
            mentions,
            officials: entities.officials,
            organizations: entities.organizations,
            tasks,
            warnings,
        }
    }

    fn sorted(&self, labels: &LabelMap) -> (Sorted, Vec<String>) {
        let mut sorted = Sorted::default();
        let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, span) in self.layers.spans.iter().enumerate() {
            if label::PARTS.contains(&span.label.as_str()) {
                continue;
            }
            if let Some(class) = class_of(&span.label) {
                sorted.sentences.push((at, class));
            } else if let Some(name) = labels.map(&span.label) {
                match named::<MentionType>(&name.to_uppercase()) {
                    Some(kind) => sorted.mentions.push((at, kind)),
                    None => *unknown.entry(&span.label).or_default() += 1,
                }
            }
        }
        sorted.mentions.sort_by_key(|&(at, _)| self.layers.spans[at].start);
        sorted.sentences.sort_by_key(|&(at, _)| self.layers.spans[at].start);
        let warn = |(name, count): (&str, usize)| {
            format!("label «{name}» is unknown and was left out ({count} spans)")
        };
        (sorted, unknown.into_iter().map(warn).collect())
    }
}

/// Spans by what they are, each list in the order of the text.
#[derive(Default)]
struct Sorted {
    mentions: Vec<(usize, MentionType)>,
    sentences: Vec<(usize, Option<SentenceClass>)>,
}

/// Officials and organizations, and which spans belong to them.
#[derive(Default)]
struct Entities {
    officials: Vec<OfficialRecord>,
    organizations: Vec<OrganizationRecord>,
    of: BTreeMap<usize, String>,
}

impl Entities {
    fn read(layers: &Layers, spans: &Sorted, surface: &impl Fn(&Span) -> String) -> Self {
        let mut groups = Groups((0..layers.spans.len()).collect());
        for r in layers.relations.iter().filter(|r| r.label == relation::SAME) {
            groups.join(r.from, r.to);
        }
        // Whoever is joined, named or has an organization is an official or an organization.
        let mut wanted: BTreeSet<usize> = BTreeSet::new();
        for r in &layers.relations {
            if [relation::SAME, relation::ORGANIZATION, relation::PART_OF].contains(&r.label.as_str()) {
                wanted.extend([groups.of(r.from), groups.of(r.to)]);
            }
        }
        for (at, span) in layers.spans.iter().enumerate() {
            if !label::PARTS.contains(&span.label.as_str())
                && [note::NAME, note::ROLE, note::COLLECTIVE].iter().any(|n| span.notes.contains_key(*n))
            {
                wanted.insert(groups.of(at));
            }
        }
        let mut out = Self::default();
        let mut bodies: BTreeMap<usize, String> = BTreeMap::new();
        let mut persons: BTreeMap<usize, usize> = BTreeMap::new();
        for &(at, kind) in &spans.mentions {
            let group = groups.of(at);
            if !wanted.contains(&group) {
                continue;
            }
            if kind == MentionType::Org && !bodies.contains_key(&group) {
                let id = format!("o{}", out.organizations.len() + 1);
                let members = || layers.spans.iter().enumerate().filter(|&(i, _)| groups.peek(i) == group);
                let noted =
                    |name: &str| members().filter(|(_, s)| s.label == "ORG").find_map(|(_, s)| s.note(name));
                out.organizations.push(OrganizationRecord {
                    id: id.clone(),
                    name: noted(note::NAME)
                        .map_or_else(|| normalize(&surface(&layers.spans[at])), str::to_owned),
                    kind: noted(note::KIND).map(str::to_owned),
                    inferred: false,
                    part_of: None,
                    mentions: Vec::new(),
                });
                bodies.insert(group, id);
            } else if matches!(kind, MentionType::Per | MentionType::Role) && !persons.contains_key(&group) {
                persons.insert(group, out.officials.len());
                let official = official(layers, spans, &groups, group, surface);
                out.officials
                    .push(OfficialRecord { id: format!("p{}", out.officials.len() + 1), ..official });
            }
        }
        for (i, &(at, kind)) in spans.mentions.iter().enumerate() {
            let group = groups.of(at);
            let mention = format!("m{}", i + 1);
            let person = persons.get(&group).filter(|_| kind != MentionType::Org);
            if let Some(official) = person.and_then(|&p| out.officials.get_mut(p)) {
                official.mentions.push(mention);
                out.of.insert(at, official.id.clone());
            } else if let Some(id) = bodies.get(&group) {
                if let Some(body) = out.organizations.iter_mut().find(|o| &o.id == id) {
                    body.mentions.push(mention);
                }
                out.of.insert(at, id.clone());
            }
        }
        for (at, _) in layers.spans.iter().enumerate().filter(|(_, s)| s.label == label::ACTOR) {
            let group = groups.of(at);
            let id = persons.get(&group).map(|&p| out.officials[p].id.clone());
            if let Some(id) = id.or_else(|| bodies.get(&group).cloned()) {
                out.of.insert(at, id);
            }
        }
        out.bind(layers, &groups, &bodies, &persons);
        out.tenures(layers, &groups, &persons, surface);
        out
    }

    /// Gives officials their organizations: by relation, as one group, or by a note.
    fn bind(
        &mut self,
        layers: &Layers,
        groups: &Groups,
        bodies: &BTreeMap<usize, String>,
        persons: &BTreeMap<usize, usize>,
    ) {
        for (&group, &person) in persons {
            self.officials[person].organization = bodies.get(&group).cloned();
        }
        for r in layers.relations.iter().filter(|r| r.label == relation::ORGANIZATION) {
            let person = persons.get(&groups.peek(r.from));
            if let (Some(&person), Some(body)) = (person, bodies.get(&groups.peek(r.to))) {
                self.officials[person].organization = Some(body.clone());
            }
        }
        for r in layers.relations.iter().filter(|r| r.label == relation::PART_OF) {
            let (part, whole) = (bodies.get(&groups.peek(r.from)), bodies.get(&groups.peek(r.to)));
            if let (Some(part), Some(whole)) = (part, whole.filter(|w| Some(*w) != part)) {
                let part = self.organizations.iter_mut().find(|o| &o.id == part);
                part.into_iter().for_each(|o| o.part_of = Some(whole.clone()));
            }
        }
        for (at, span) in layers.spans.iter().enumerate() {
            let group = groups.peek(at);
            if let (Some(name), Some(&person)) = (span.note(note::ORGANIZATION), persons.get(&group)) {
                let id = self.unmentioned(name, span.note(note::ORGANIZATION_KIND));
                self.officials[person].organization = Some(id);
            }
            if let (Some(name), Some(part)) = (span.note(note::PART_OF), bodies.get(&group)) {
                let id = self.unmentioned(name, span.note(note::PART_OF_KIND));
                let part = self.organizations.iter_mut().find(|o| &o.id == part);
                part.into_iter().for_each(|o| o.part_of = Some(id.clone()));
            }
        }
    }

    /// The organization of this name, which is made where there is none.
    fn unmentioned(&mut self, name: &str, kind: Option<&str>) -> String {
        if let Some(known) = self.organizations.iter().find(|o| o.name == name) {
            return known.id.clone();
        }
        let id = format!("o{}", self.organizations.len() + 1);
        self.organizations.push(OrganizationRecord {
            id: id.clone(),
            name: name.to_owned(),
            kind: kind.map(str::to_owned),
            inferred: true,
            part_of: None,
            mentions: Vec::new(),
        });
        id
    }

    /// Gives officials the words that tell since and until when they hold their office.
    fn tenures(
        &mut self,
        layers: &Layers,
        groups: &Groups,
        persons: &BTreeMap<usize, usize>,
        surface: &impl Fn(&Span) -> String,
    ) {
        for r in &layers.relations {
            let (Some(&person), Some(span)) = (persons.get(&groups.peek(r.from)), layers.spans.get(r.to))
            else {
                continue;
            };
            let date = span.note(note::DUE).and_then(Date::parse);
            let tenure = TenureRecord {
                start: span.start,
                end: span.end,
                text: surface(span),
                date_jalali: date.map(Date::to_jalali_iso),
                date: date.map(Date::to_iso),
            };
            match r.label.as_str() {
                relation::SINCE => self.officials[person].since = Some(tenure),
                relation::UNTIL => self.officials[person].until = Some(tenure),
                _ => {}
            }
        }
    }
}

fn official(
    layers: &Layers,
    spans: &Sorted,
    groups: &Groups,
    group: usize,
    surface: &impl Fn(&Span) -> String,
) -> OfficialRecord {
    let members =
        || spans.mentions.iter().filter(|&&(at, kind)| groups.peek(at) == group && kind != MentionType::Org);
    let noted = |name: &str| members().find_map(|&(at, _)| layers.spans[at].note(name).map(str::to_owned));
    // The fullest of the ways in which the text names someone; the first of equal ones.
    let longest = |wanted: MentionType| {
        let all = members()
            .filter(|&&(_, kind)| kind == wanted)
            .map(|&(at, _)| normalize(&surface(&layers.spans[at])));
        all.reduce(|best, next| if next.chars().count() > best.chars().count() { next } else { best })
    };
    // Notes are all there is to know where they are; without any, the mentions speak.
    let (name, role) = (noted(note::NAME), noted(note::ROLE));
    let silent = name.is_none() && role.is_none();
    OfficialRecord {
        id: String::new(),
        name: if silent { longest(MentionType::Per) } else { name },
        role: if silent { longest(MentionType::Role) } else { role },
        organization: None,
        collective: noted(note::COLLECTIVE).is_some(),
        since: None,
        until: None,
        mentions: Vec::new(),
    }
}

/// Disjoint groups of spans (union by smallest member).
struct Groups(Vec<usize>);

impl Groups {
    fn peek(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn of(&mut self, at: usize) -> usize {
        let root = self.peek(at);
        self.0[at] = root;
        root
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        let root = a.min(b);
        self.0[a.max(b)] = root;
    }
}

fn task(
    layers: &Layers,
    at: usize,
    act: &Span,
    sentences: &[SentenceRecord],
    entities: &Entities,
    surface: &impl Fn(&Span) -> String,
) -> Option<TaskRecord> {
    let noted: Option<usize> = act.note(note::SENTENCE).and_then(|n| n.parse().ok());
    let found = sentences.iter().position(|s| s.start <= act.start && act.start < s.end);
    let sentence = noted.filter(|&n| n < sentences.len()).or(found)?;
    let linked = |name: &'static str| {
        let from = layers.relations.iter().filter(move |r| r.from == at && r.label == name);
        from.filter_map(|r| layers.spans.get(r.to).map(|s| (r.to, s)))
    };
    let slots = |name: &'static str| -> Vec<SlotRecord> {
        let placed = linked(name).map(|(to, span)| SlotRecord {
            start: Some(span.start),
            end: Some(span.end),
            text: span.note(note::TEXT).map_or_else(|| surface(span), str::to_owned),
            entity: entities.of.get(&to).cloned(),
        });
        let elsewhere = note::ELSEWHERE.iter().find(|(part, _)| *part == name);
        let names = elsewhere.and_then(|(_, n)| act.note(n)).unwrap_or_default().lines();
        let unplaced = names.map(|n| SlotRecord { start: None, end: None, text: n.to_owned(), entity: None });
        placed.chain(unplaced).collect()
    };
    let place = |span: &Span| Place { start: span.start, end: span.end, text: surface(span) };
    let class = act.note(note::CLASS).and_then(|c| class_of(c).flatten());
    let class = class.or(sentences[sentence].class).unwrap_or(SentenceClass::Decision);
    let deadline = linked(relation::DUE).next().map(|(_, span)| {
        let due = span.note(note::DUE).and_then(Date::parse);
        let kind = span.note(note::KIND).and_then(named);
        DeadlineRecord {
            start: span.start,
            end: span.end,
            text: surface(span),
            kind: kind.unwrap_or(if due.is_some() {
                crate::document::DeadlineKind::Date
            } else {
                crate::document::DeadlineKind::Vague
            }),
            due_jalali: due.map(Date::to_jalali_iso),
            due: due.map(Date::to_iso),
        }
    });
    Some(TaskRecord {
        id: String::new(),
        class,
        sentence,
        start: act.start,
        end: act.end,
        text: surface(act),
        trigger: linked(relation::TRIGGER).next().map(|(_, s)| place(s)),
        assignees: slots(relation::ASSIGNEE),
        collaborators: slots(relation::COLLABORATOR),
        issuer: slots(relation::ISSUER).into_iter().next(),
        deadline,
        act: act.note(note::ACT).map(str::to_owned),
        row: act.note(note::ROW).and_then(|r| r.parse().ok()),
        score: score_of(act),
        rule: act.note(note::RULE).unwrap_or_default().to_owned(),
    })
}
