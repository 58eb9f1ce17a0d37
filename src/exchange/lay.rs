//! From a record to layers.

use std::collections::BTreeMap;

use super::{Layers, Relation, Sheet, Span, label, note, relation};
use crate::record::{Record, SlotRecord, TaskRecord};

impl From<&Record> for Sheet {
    fn from(record: &Record) -> Self {
        Self {
            id: record.id.clone(),
            format: record.format,
            meta: record.meta.clone(),
            blocks: record.blocks.clone(),
            text: record.text.clone(),
            layers: Layer::new(record).lay(),
        }
    }
}

struct Layer<'a> {
    record: &'a Record,
    layers: Layers,
    /// First mention of each official and organization.
    heads: BTreeMap<&'a str, usize>,
    /// Spans that stand for someone, by place.
    known: BTreeMap<(usize, usize), usize>,
}

/// The name that serde writes for a value of an enumeration.
fn written(value: impl serde::Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Some(name),
        _ => None,
    }
}

/// A score worth noting.
fn score(score: f64) -> Option<String> {
    (score != 1.0).then(|| score.to_string())
}

impl<'a> Layer<'a> {
    fn new(record: &'a Record) -> Self {
        Self { record, layers: Layers::default(), heads: BTreeMap::new(), known: BTreeMap::new() }
    }

    fn lay(mut self) -> Layers {
        let record = self.record;
        for mention in &record.mentions {
            let span = Span::new(mention.kind.name(), mention.start, mention.end)
                .with_some(note::SOURCE, written(mention.source))
                .with_some(note::SCORE, score(mention.score));
            self.known.entry((span.start, span.end)).or_insert(self.layers.spans.len());
            self.layers.spans.push(span);
        }
        self.organizations();
        self.officials();
        for sentence in &record.sentences {
            let class = sentence.class.map_or(label::SENTENCE, |c| c.name());
            let span = Span::new(class, sentence.start, sentence.end)
                .with_some(note::NUMBER, sentence.number.as_ref())
                .with_some(note::RULE, sentence.rule.as_ref())
                .with_some(note::SCORE, score(sentence.score))
                .with_some(note::GOLD, sentence.gold.then_some("yes"));
            self.layers.spans.push(span);
        }
        for task in &record.tasks {
            self.task(task);
        }
        self.layers
    }

    /// Joins the mentions of one official or organization; gives its head.
    fn entity(&mut self, id: &'a str, mentions: &[String]) -> Option<usize> {
        let index = |wanted: &String| self.record.mentions.iter().position(|m| &m.id == wanted);
        let places: Vec<usize> = mentions.iter().filter_map(index).collect();
        let (&head, others) = places.split_first()?;
        for &other in others {
            self.relate(relation::SAME, head, other);
        }
        self.heads.insert(id, head);
        Some(head)
    }

    fn relate(&mut self, label: &str, from: usize, to: usize) {
        self.layers.relations.push(Relation { label: label.to_owned(), from, to });
    }

    fn note(&mut self, span: usize, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.layers.spans[span].notes.insert(name.to_owned(), value.to_owned());
        }
    }

    fn organizations(&mut self) {
        for organization in &self.record.organizations {
            if let Some(head) = self.entity(&organization.id, &organization.mentions) {
                self.note(head, note::NAME, Some(&organization.name));
                self.note(head, note::KIND, organization.kind.as_deref());
            }
        }
        for organization in &self.record.organizations {
            let head = self.heads.get(organization.id.as_str()).copied();
            let (Some(head), Some(whole)) = (head, organization.part_of.as_deref()) else { continue };
            if let Some(&whole) = self.heads.get(whole) {
                self.relate(relation::PART_OF, head, whole);
            } else if let Some(whole) = self.record.organizations.iter().find(|o| o.id == whole) {
                self.note(head, note::PART_OF, Some(&whole.name));
                self.note(head, note::PART_OF_KIND, whole.kind.as_deref());
            }
        }
    }

    fn officials(&mut self) {
        for official in &self.record.officials {
            let Some(head) = self.entity(&official.id, &official.mentions) else { continue };
            self.note(head, note::NAME, official.name.as_deref());
            self.note(head, note::ROLE, official.role.as_deref());
            self.note(head, note::COLLECTIVE, official.collective.then_some("yes"));
            for (name, label, tenure) in [
                (relation::SINCE, label::SINCE, &official.since),
                (relation::UNTIL, label::UNTIL, &official.until),
            ] {
                if let Some(tenure) = tenure {
                    self.relate(name, head, self.layers.spans.len());
                    let span = Span::new(label, tenure.start, tenure.end);
                    self.layers.spans.push(
                        span.with_some(note::DUE, tenure.date_jalali.as_ref().or(tenure.date.as_ref())),
                    );
                }
            }
            let Some(id) = official.organization.as_deref() else { continue };
            if let Some(&body) = self.heads.get(id) {
                self.relate(relation::ORGANIZATION, head, body);
            } else if let Some(body) = self.record.organizations.iter().find(|o| o.id == id) {
                self.note(head, note::ORGANIZATION, Some(&body.name));
                self.note(head, note::ORGANIZATION_KIND, body.kind.as_deref());
            }
        }
    }

    fn task(&mut self, task: &TaskRecord) {
        let inside = |i: usize| {
            self.record.sentences.get(i).is_some_and(|s| s.start <= task.start && task.start < s.end)
        };
        let first = (0..self.record.sentences.len()).find(|&i| inside(i));
        let act = self.layers.spans.len();
        let span = Span::new(label::ACT, task.start, task.end)
            .with(note::CLASS, task.class.name())
            .with_some(note::ACT, task.act.as_ref())
            .with_some(note::ROW, task.row)
            .with_some(note::RULE, (!task.rule.is_empty()).then_some(&task.rule))
            .with_some(note::SCORE, score(task.score))
            .with_some(note::SENTENCE, (first != Some(task.sentence)).then_some(task.sentence));
        self.layers.spans.push(span);
        if let Some(trigger) = &task.trigger {
            self.relate(relation::TRIGGER, act, self.layers.spans.len());
            self.layers.spans.push(Span::new(label::TRIGGER, trigger.start, trigger.end));
        }
        for (name, slots) in [
            (relation::ASSIGNEE, task.assignees.as_slice()),
            (relation::COLLABORATOR, &task.collaborators),
            (relation::ISSUER, task.issuer.as_slice()),
        ] {
            for slot in slots {
                self.slot(act, name, slot);
            }
        }
        if let Some(deadline) = &task.deadline {
            self.relate(relation::DUE, act, self.layers.spans.len());
            let due = deadline.due_jalali.as_ref().or(deadline.due.as_ref());
            let span = Span::new(label::DEADLINE, deadline.start, deadline.end)
                .with_some(note::KIND, written(deadline.kind))
                .with_some(note::DUE, due);
            self.layers.spans.push(span);
        }
    }

    fn slot(&mut self, act: usize, name: &str, slot: &SlotRecord) {
        let (Some(start), Some(end)) = (slot.start, slot.end) else {
            let elsewhere = note::ELSEWHERE.iter().find(|(part, _)| *part == name).map(|(_, note)| *note);
            let notes = &mut self.layers.spans[act].notes;
            let names = notes.entry(elsewhere.unwrap_or(name).to_owned()).or_default();
            if !names.is_empty() {
                names.push('\n');
            }
            names.push_str(&slot.text);
            return;
        };
        let head = slot.entity.as_deref().and_then(|id| self.heads.get(id)).copied();
        let surface: String = self.record.text.chars().skip(start).take(end.saturating_sub(start)).collect();
        let known = self.known.get(&(start, end)).copied();
        // A mention stands for the slot only where both mean the same.
        let same = known.filter(|&span| {
            let meant = match self.record.mentions.get(span) {
                Some(mention) => mention.entity.as_deref(),
                None => slot.entity.as_deref(),
            };
            meant == slot.entity.as_deref() && surface == slot.text
        });
        let span = same.unwrap_or_else(|| {
            let new = self.layers.spans.len();
            let text = (surface != slot.text).then_some(&slot.text);
            self.layers.spans.push(Span::new(label::ACTOR, start, end).with_some(note::TEXT, text));
            if let Some(head) = head {
                self.relate(relation::SAME, head, new);
            }
            new
        });
        self.relate(name, act, span);
    }
}
