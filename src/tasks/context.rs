//! What is carried from sentence to sentence: who speaks, and which body is in session.

use super::actors::{Member, MemberKind};
use super::automaton::Match;
use super::classify::{Analysis, Surroundings};
use super::items::Known;
use super::pattern::Capture;
use super::rules::RuleSet;
use crate::document::{Document, Entity, Mention, MentionType, Slot};

/// How many sentences a body in session stays the source of what is told.
const SESSION_REACH: usize = 4;

/// State while the sentences of a document are read in order.
#[derive(Debug, Default)]
pub struct Context {
    /// Who spoke last.
    pub speaker: Option<Slot>,
    /// The mention behind the speaker.
    speaker_mention: Option<usize>,
    /// The body in session that was named last, as a mention.
    body: Option<usize>,
    last_session: Option<usize>,
    session_document: bool,
}

impl Context {
    /// The context at the start of a document.
    pub fn new(document: &Document) -> Self {
        // Minutes are the record of a session as a whole.
        let session_document = document.format == crate::document::Format::Minutes;
        Self { session_document, ..Self::default() }
    }

    /// What the sentences up to `index`, this one included, say about it; `known` are its words.
    pub fn surroundings(&mut self, rules: &RuleSet, index: usize, known: &[Known]) -> Surroundings {
        if known.iter().any(|k| k.classes & rules.session != 0) {
            self.last_session = Some(index);
        }
        let near = self.last_session.is_some_and(|at| index - at <= SESSION_REACH);
        Surroundings { session: near || self.session_document, first: index == 0, speaker: None }
    }

    /// Takes note of who speaks in a sentence and which body it names.
    pub fn update(&mut self, rules: &RuleSet, document: &Document, analysis: &Analysis) {
        for m in &analysis.matches {
            if let Some(member) = captured_members(analysis, m, Capture::Speaker).first()
                && let MemberKind::Mention(i) = member.kind
                && !is_agency(rules, analysis, member)
            {
                self.speaker = named_slot(document, i);
                self.speaker_mention = Some(i);
            }
        }
        for actor in &analysis.actors {
            for member in &actor.members {
                if let MemberKind::Mention(i) = member.kind
                    && document.mentions.get(i).is_some_and(|m| m.kind == MentionType::Org)
                    && analysis.classes_of(member.words.clone()) & rules.council != 0
                {
                    self.body = Some(i);
                }
            }
        }
    }

    /// The body in session that was named last.
    pub fn body(&self, document: &Document) -> Option<Slot> {
        slot_of_mention(document, self.body?)
    }

    /// The body that the speaker speaks for: «ما» in the speaker's mouth.
    pub fn speakers_body(&self, document: &Document) -> Option<Slot> {
        let speaker = document.mentions.get(self.speaker_mention?)?;
        if let Some(Entity::Official(o)) = speaker.entity
            && let Some(number) = document.officials.get(o)?.organization
        {
            let body = document.organizations.get(number)?;
            let at = body.mentions.iter().find_map(|&m| document.mentions.get(m));
            return Some(Slot {
                span: at.map(|m| m.span),
                text: at.map_or_else(|| body.name.clone(), |m| document.surface(m.span).to_owned()),
                entity: Some(Entity::Organization(number)),
            });
        }
        // The body named in the office, or the office beside the name.
        let is_near = |m: &&Mention| {
            m.kind == MentionType::Org
                && (speaker.span.contains(m.span)
                    || m.span.start >= speaker.span.end && m.span.start - speaker.span.end < 120)
        };
        document.mentions.iter().find(is_near).map(|m| slot(document, m))
    }

    /// The body that «این سازمان» stands for: the one named last before `byte` whose name holds the
    /// same head word.
    pub fn this_body(&self, document: &Document, head: &str, byte: usize) -> Option<Slot> {
        let before = document.mentions.iter().rev().filter(|m| m.span.end <= byte);
        let mut bodies = before.filter(|m| m.kind == MentionType::Org);
        bodies.find(|m| document.normalized(m.span).contains(head)).map(|m| slot(document, m))
    }
}

/// The members of the actors in a captured stretch.
pub fn captured_members<'a>(analysis: &'a Analysis, m: &Match, capture: Capture) -> Vec<&'a Member> {
    let Some(range) = m.captured(capture) else { return Vec::new() };
    let Some(items) = analysis.items.get(range) else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| analysis.actors.get(item.actor?))
        .flat_map(|actor| &actor.members)
        .collect()
}

/// News agencies are quoted; they do not speak for themselves.
pub fn is_agency(rules: &RuleSet, analysis: &Analysis, member: &Member) -> bool {
    analysis.classes_of(member.words.clone()) & rules.agency != 0
}

/// A slot filled with who a mention stands for: the fullest personal name of the same official, or of
/// the same surname, that the text has.
fn named_slot(document: &Document, mention: usize) -> Option<Slot> {
    let own = document.mentions.get(mention)?;
    let same_official = |m: &&Mention| own.entity.is_some() && m.entity == own.entity;
    let surname = document.normalized(own.span);
    let same_name =
        |m: &&Mention| own.kind == MentionType::Per && document.normalized(m.span).ends_with(surname);
    let names = document.mentions.iter().filter(|m| m.kind == MentionType::Per);
    let fullest = names
        .filter(|m| same_official(m) || same_name(m))
        .rev()
        .max_by_key(|m| document.normalized(m.span).len());
    Some(slot(document, fullest.unwrap_or(own)))
}

/// A slot filled with a mention.
pub fn slot_of_mention(document: &Document, mention: usize) -> Option<Slot> {
    document.mentions.get(mention).map(|m| slot(document, m))
}

fn slot(document: &Document, m: &Mention) -> Slot {
    Slot { span: Some(m.span), text: document.surface(m.span).to_owned(), entity: m.entity }
}
