//! Documents for tests, written with their mentions: `P{…}`, `O{…}`, `L{…}` are what the recognizer
//! gives, `M{…}` an office that it gives, `E{…}` an event, `R{…}` an office that the stage must find;
//! they may stand in one another.

use super::OfficialsStage;
use crate::document::{Block, BlockKind, Document, Format, Mention, MentionType, Source};
use crate::normalize::Normalizer;
use crate::pipeline::Stage;
use crate::segment::Segmenter;
use crate::span::ByteSpan;

/// A marked text, read.
pub struct Marked {
    /// The document with the recognizer's mentions, after the stage.
    pub document: Document,
    /// The offices that must be found.
    pub offices: Vec<String>,
}

/// Reads a marked text and runs the stage on it.
pub fn run(marked: &str) -> Marked {
    run_with(marked, &OfficialsStage::default())
}

/// The same with another stage than the built-in one.
pub fn run_with(marked: &str, stage: &OfficialsStage) -> Marked {
    let mut text = String::new();
    let mut open = Vec::new();
    let mut mentions = Vec::new();
    let mut expected = Vec::new();
    let mut rest = marked;
    while let Some(c) = rest.chars().next() {
        let kind = match rest.get(..2) {
            Some("P{") => Some(Some(MentionType::Per)),
            Some("O{") => Some(Some(MentionType::Org)),
            Some("L{") => Some(Some(MentionType::Loc)),
            Some("E{") => Some(Some(MentionType::Event)),
            Some("M{") => Some(Some(MentionType::Role)),
            Some("R{") => Some(None),
            _ => None,
        };
        if let Some(kind) = kind {
            open.push((kind, text.len()));
            rest = &rest[2..];
        } else {
            match (c, open.last()) {
                ('}', Some(&(kind, from))) => {
                    let span = ByteSpan::new(from, text.len());
                    match kind {
                        Some(kind) => mentions.push((kind, span)),
                        None => expected.push(span),
                    }
                    open.pop();
                }
                _ => text.push(c),
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    let mut blocks = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let span = ByteSpan::new(at, at + line.len()).trim(&text);
        if !span.is_empty() {
            blocks.push(Block::new(BlockKind::Paragraph, span));
        }
        at += line.len() + 1;
    }
    mentions.sort_by_key(|(_, span)| (span.start, usize::MAX - span.end));
    expected.sort_by_key(|span| (span.start, usize::MAX - span.end));
    let offices = expected.iter().map(|span| span.of(&text).to_owned()).collect();
    let mut document = Document::new("test", Format::Text, text, blocks);
    let stages: [&dyn Stage; 2] = [&Normalizer::default(), &Segmenter];
    for stage in stages {
        assert!(stage.run(&mut document).is_ok());
    }
    document.mentions = mentions
        .into_iter()
        .map(|(kind, span)| Mention { kind, span, entity: None, source: Source::Model, score: 0.9 })
        .collect();
    assert!(stage.run(&mut document).is_ok());
    Marked { document, offices }
}

impl Marked {
    /// The surfaces of the mentions of one type.
    pub fn found(&self, kind: MentionType) -> Vec<String> {
        let mentions = self.document.mentions.iter().filter(|m| m.kind == kind);
        mentions.map(|m| self.document.surface(m.span).to_owned()).collect()
    }

    /// Name, role and body of each record that is not collective.
    pub fn records(&self) -> Vec<(String, String, String)> {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let officials = self.document.officials.iter().filter(|o| !o.collective);
        officials
            .map(|o| {
                let body = o.organization.map(|i| self.document.organizations[i].name.clone());
                (text(&o.name), text(&o.role), text(&body))
            })
            .collect()
    }
}
