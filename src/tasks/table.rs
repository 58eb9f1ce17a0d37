//! Tables of resolutions: a row is a decision, its assignee column says who must act and its deadline
//! column by when. The text of the row speaks where a cell is empty.

use std::ops::Range;

use super::act;
use super::actors::{mention_words, mentions_of};
use super::classify::Analysis;
use super::deadlines;
use super::rules::RuleSet;
use crate::document::{
    Block, BlockKind, ColumnRole, Document, MentionType, Sentence, SentenceClass, Slot, Task,
};
use crate::lexicon::whole;
use crate::span::ByteSpan;

/// Rule id of a task that stands in a table of resolutions.
pub const RESOLUTION: &str = "table.resolution";

fn role(document: &Document, sentence: &Sentence) -> Option<ColumnRole> {
    document.blocks.get(sentence.block).filter(|b| b.kind == BlockKind::Cell)?.role
}

/// What stands in the column of resolutions is a decision, whatever its words; other cells and
/// fragments state nothing.
pub fn adjust(document: &Document, index: usize, analysis: &mut Analysis) {
    let Some(sentence) = document.sentences.get(index) else { return };
    if role(document, sentence) == Some(ColumnRole::Resolution) {
        if analysis.class != SentenceClass::Decision {
            analysis.class = SentenceClass::Decision;
            analysis.forced = Some(RESOLUTION);
        }
        analysis.score = 1.0;
    } else if sentence.fragment {
        analysis.class = SentenceClass::None;
        analysis.forced = None;
        analysis.score = 1.0;
    }
}

/// Gives the tasks of each row what the row's other cells say.
pub fn fill(rules: &RuleSet, document: &Document, tasks: &mut Vec<Task>) {
    let mut rows: Vec<u32> = Vec::new();
    for block in document.blocks.iter().filter(|b| b.role == Some(ColumnRole::Resolution)) {
        if let Some(row) = block.row.filter(|r| !rows.contains(r)) {
            rows.push(row);
        }
    }
    let issuer = body_in_session(document);
    for row in rows {
        let assignees = cell(document, row, ColumnRole::Assignee)
            .map_or_else(Vec::new, |b| assignees(rules, document, b.span));
        let deadline =
            cell(document, row, ColumnRole::Deadline).and_then(|b| deadlines::of_cell(document, b.span));
        let in_row = |t: &Task| {
            document
                .sentences
                .get(t.sentence)
                .and_then(|s| document.blocks.get(s.block))
                .is_some_and(|b| b.row == Some(row) && b.role == Some(ColumnRole::Resolution))
        };
        let place = tasks.iter().position(in_row).unwrap_or(tasks.len());
        let mut own: Vec<Task> = tasks.extract_if(.., |t| in_row(t)).collect();
        drop_opening(document, &mut own);
        own = match assignees.len() {
            0 => own,
            1 => merged(rules, document, own)
                .into_iter()
                .map(|t| Task { assignees: assignees.clone(), ..t })
                .collect(),
            _ => shared(rules, document, own, &assignees),
        };
        for task in &mut own {
            task.row = Some(row);
            if issuer.is_some() {
                task.issuer.clone_from(&issuer);
            }
            if deadline.is_some() {
                task.deadline.clone_from(&deadline);
            }
        }
        tasks.splice(place..place, own);
    }
}

/// The body whose session the table records: the first one that the subject or a heading names.
fn body_in_session(document: &Document) -> Option<Slot> {
    let headings = document.blocks.iter().filter(|b| matches!(b.kind, BlockKind::Title | BlockKind::Heading));
    let mention = headings
        .flat_map(|b| document.mentions.iter().filter(|m| b.span.contains(m.span)))
        .find(|m| m.kind == MentionType::Org)?;
    let text = document.surface(mention.span).to_owned();
    Some(Slot { span: Some(mention.span), text, entity: mention.entity })
}

fn cell(document: &Document, row: u32, role: ColumnRole) -> Option<&Block> {
    document.blocks.iter().find(|b| b.row == Some(row) && b.role == Some(role))
}

/// «مقرر گردید:» that was cut off as a sentence of its own opens the row and is no act; what follows
/// keeps its rule and its trigger.
fn drop_opening(document: &Document, tasks: &mut Vec<Task>) {
    let opens = |t: &Task| {
        let sentence = document.sentences.get(t.sentence);
        t.trigger.is_some_and(|trigger| {
            sentence.is_some_and(|s| s.words.len() <= document.words_in(trigger).len() + 1)
        })
    };
    if tasks.len() < 2 || !opens(&tasks[0]) {
        return;
    }
    let opening = tasks.remove(0);
    for task in tasks {
        task.trigger = opening.trigger;
        task.rule.clone_from(&opening.rule);
    }
}

/// One task for a row whose assignee is one.
fn merged(rules: &RuleSet, document: &Document, tasks: Vec<Task>) -> Option<Task> {
    let span = tasks.iter().map(|t| t.span).reduce(ByteSpan::cover)?;
    let deadline = tasks.iter().find_map(|t| t.deadline.clone());
    let first = tasks.into_iter().next()?;
    Some(Task { span, deadline, act: Some(act::kind(rules, document, span)), ..first })
}

/// The tasks of a row with several assignees: each act keeps the one that the text gives it; where
/// the text does not tell them apart, all share one task.
fn shared(rules: &RuleSet, document: &Document, tasks: Vec<Task>, assignees: &[Slot]) -> Vec<Task> {
    let same = |a: &Slot, b: &Slot| plain(&a.text) == plain(&b.text);
    let told = tasks.len() > 1
        && tasks.iter().all(|t| t.assignees.iter().any(|a| assignees.iter().any(|b| same(a, b))))
        && assignees.iter().all(|b| tasks.iter().any(|t| t.assignees.iter().any(|a| same(a, b))));
    if !told {
        let all = merged(rules, document, tasks);
        return all.into_iter().map(|t| Task { assignees: assignees.to_vec(), ..t }).collect();
    }
    tasks
        .into_iter()
        .map(|mut t| {
            t.assignees =
                assignees.iter().filter(|b| t.assignees.iter().any(|a| same(a, b))).cloned().collect();
            t
        })
        .collect()
}

fn plain(text: &str) -> String {
    whole(text).replace("محترم", "").split_whitespace().collect()
}

/// Those named in a cell of assignees. Without separators each head of an office or a body begins a
/// new one.
pub fn assignees(rules: &RuleSet, document: &Document, span: ByteSpan) -> Vec<Slot> {
    let words = document.words_in(span);
    if words.is_empty() {
        return Vec::new();
    }
    let known = rules.vocabulary.look_up(document, words.clone());
    let c = &rules.actor_classes;
    let is = |i: usize, class: u64| known[i - words.start].classes & class != 0;
    let named = outer_mentions(document, words.clone());
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut open: Option<usize> = None;
    for i in words.clone() {
        let separator = is(i, c.comma)
            || document.word(i) == "-"
            || is(i, c.and) && (is_head(rules, document, i + 1, &named) && i + 1 < words.end);
        let inside = named.iter().any(|r| r.start < i && i < r.end);
        if separator && !inside {
            out.extend(open.take().map(|from| from..i));
        } else if restarts(rules, document, open, i)
            || open.is_some()
                && !inside
                && is_office_head(rules, document, i)
                && !is_complement(rules, document, i)
        {
            let end = if is(i - 1, c.and) { i - 1 } else { i };
            out.extend(open.replace(i).map(|from| from..end));
        } else if open.is_none() {
            open = Some(i);
        }
    }
    out.extend(open.map(|from| from..words.end));
    out.into_iter()
        .map(|range| {
            let span = document.span_of_words(range);
            let best = document.mentions.iter().find(|m| m.span == span);
            let inside = || document.mentions.iter().find(|m| span.contains(m.span) && m.entity.is_some());
            let entity = best.or_else(inside).and_then(|m| m.entity);
            Slot { span: Some(span), text: document.surface(span).to_owned(), entity }
        })
        .collect()
}

/// Whether another name begins at `word`, though the recognizer saw one: the word that the open name
/// began with comes again («اداره کل … اداره کل …»), or after «محترم» comes an office with a «محترم» of
/// its own.
fn restarts(rules: &RuleSet, document: &Document, open: Option<usize>, word: usize) -> bool {
    open.is_some_and(|from| {
        word > from + 1
            && (document.word(word) == document.word(from)
                || document.word(word - 1) == "محترم"
                    && is_office_head(rules, document, word)
                    && document.word(word + 1) == "محترم")
    })
}

/// Offices and bodies in the words that no other mention contains.
fn outer_mentions(document: &Document, words: Range<usize>) -> Vec<Range<usize>> {
    let block = document.span_of_words(words);
    let Some(sentence) = document.sentence_at(block.start).and_then(|i| document.sentences.get(i)) else {
        return Vec::new();
    };
    mentions_of(document, sentence)
        .filter(|&m| matches!(document.mentions[m].kind, MentionType::Role | MentionType::Org))
        .map(|m| mention_words(document, m))
        .collect()
}

fn is_head(rules: &RuleSet, document: &Document, word: usize, named: &[Range<usize>]) -> bool {
    named.iter().any(|r| r.start == word) || is_office_head(rules, document, word)
}

fn is_office_head(rules: &RuleSet, document: &Document, word: usize) -> bool {
    rules.vocabulary.get(&whole(document.word(word))).classes & rules.office != 0
}

/// A head right behind another one is its complement («معاون شهردار», «رئیس دانشگاه»).
fn is_complement(rules: &RuleSet, document: &Document, word: usize) -> bool {
    word > 0
        && (is_office_head(rules, document, word - 1)
            || document.word(word - 1) == "محترم" && word > 1 && is_office_head(rules, document, word - 2))
}
