//! The stage that tags the words of a document, and the same for words that are given.

use std::ops::Range;
use std::sync::Mutex;

use super::backend::{Backend, Batch, Logits};
use super::decode::{Decoder, Tagset};
use super::model::{Head, HeadKind, Model, ModelError};
use super::subwords::Cache;
use super::window::{Window, shown, windows};
use super::{BackendError, cut};
use crate::document::{Document, Mention, MentionType, Prediction, SentenceClass, SlotKind, Source};
use crate::pipeline::{Layer, Stage, StageError};
use crate::span::ByteSpan;

/// Tokens that are computed together: enough that the weights are read seldom, few enough that the
/// activations stay in the processor's cache and that a document of some length makes several batches,
/// which threads without a document of their own take over.
const BATCH: usize = 384;

/// Longest window, special tokens included: the longest sequence that the model is trained on.
const WINDOW: usize = 256;

/// What the stage reads from a head that tags words. Other heads of a model are for
/// [`Recognizer::tag_sentences`] alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Named entities as the public corpora label them.
    Ner,
    /// Persons, organizations and places by our own guide.
    Domain,
    /// Offices.
    Role,
    /// Slots of a task.
    Slot,
    /// The act of a task.
    Act,
}

impl Use {
    fn of(head: &str) -> Option<Self> {
        match head {
            "ner" => Some(Self::Ner),
            "domain" => Some(Self::Domain),
            "role" => Some(Self::Role),
            "slot" => Some(Self::Slot),
            "act" => Some(Self::Act),
            _ => None,
        }
    }
}

/// Why words could not be tagged.
#[derive(Debug, thiserror::Error)]
pub enum RecognizeError {
    /// The tokenizer failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The encoder failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The model lacks the head.
    #[error("the model {model} has no head {head:?} that tags words; it has {heads}")]
    NoHead {
        /// Name of the model.
        model: String,
        /// What was asked for.
        head: String,
        /// Names of those that there are.
        heads: String,
    },
}

/// A head that tags words, with its types translated.
#[derive(Debug)]
struct Tagger {
    head: Head,
    tagset: Tagset,
    /// For every type the mention that it makes here, if any.
    mentions: Vec<Option<MentionType>>,
    /// For every type the slot that it makes here, if any.
    slots: Vec<Option<SlotKind>>,
}

impl Tagger {
    /// Whether the stage takes anything from it.
    fn speaks(&self) -> bool {
        self.mentions.iter().any(Option::is_some) || self.slots.iter().any(Option::is_some)
    }
}

/// Finds mentions and classifies sentences with a [`Model`]. Shared by all threads.
pub struct Recognizer {
    model: Model,
    taggers: Vec<Tagger>,
    /// The head of sentence classes, and for each of its labels the class.
    classes: Option<(Head, Vec<Option<usize>>)>,
    pool: Mutex<Vec<Workspace>>,
}

/// A batch, the sentence and window of each of its sequences, and its result.
#[derive(Default)]
struct Job {
    batch: Batch,
    queue: Vec<(usize, Window)>,
    logits: Logits,
}

/// Memory of one document, used again for the next.
#[derive(Default)]
struct Workspace {
    cache: Cache,
    /// Ids of all words, one after the other, and where each word's end.
    ids: Vec<u32>,
    ends: Vec<usize>,
    /// The words of each sentence.
    sentences: Vec<Range<usize>>,
    lengths: Vec<usize>,
    windows: Vec<Window>,
    /// Batches that are computed at the same time; the first `waiting` are filled.
    jobs: Vec<Job>,
    waiting: usize,
    /// A row of logits for every word.
    rows: Vec<f32>,
    /// For every sentence the sum of its windows' class probabilities, and their number.
    classes: Vec<([f32; 6], u32)>,
    decoder: Decoder,
}

impl Workspace {
    fn clear(&mut self) {
        self.ids.clear();
        self.ends.clear();
        self.sentences.clear();
    }

    fn push_sentence<'a>(
        &mut self,
        model: &Model,
        words: impl Iterator<Item = &'a str>,
    ) -> Result<(), ModelError> {
        let start = self.ends.len();
        for word in words {
            self.cache.encode(model.subwords(), word, &mut self.ids)?;
            self.ends.push(self.ids.len());
        }
        self.sentences.push(start..self.ends.len());
        Ok(())
    }

    fn begin_batch(&mut self) {
        if self.waiting == self.jobs.len() {
            self.jobs.push(Job::default());
        }
        self.waiting += 1;
    }

    fn ids_of(&self, word: usize) -> Range<usize> {
        let start = if word == 0 { 0 } else { self.ends[word - 1] };
        start..self.ends[word]
    }
}

impl Recognizer {
    /// A recognizer of `model`.
    ///
    /// # Errors
    /// Where a head that tags words has labels that are not of the form `O`, `B-…`, `I-…`.
    pub fn new(model: Model) -> Result<Self, ModelError> {
        let mut taggers = Vec::new();
        let domain = model.heads().get("domain", HeadKind::Token);
        for head in model.heads().iter().filter(|h| h.kind == HeadKind::Token) {
            let tagset = Tagset::new(&head.labels)
                .map_err(|label| {
                    ModelError::Config(format!("heads.{}: {label:?} is no BIO label", head.name))
                })?
                .with_transitions(&head.transitions);
            let of = Use::of(&head.name);
            let mentions = tagset.types().iter().map(|t| mention(of?, t, domain)).collect();
            let slots = tagset.types().iter().map(|t| slot(of?, t)).collect();
            taggers.push(Tagger { head: head.clone(), tagset, mentions, slots });
        }
        let classes = model.heads().get("class", HeadKind::Sequence).map(|head| {
            let number = |label: &String| SentenceClass::ALL.iter().position(|c| c.name() == label);
            (head.clone(), head.labels.iter().map(number).collect())
        });
        Ok(Self { model, taggers, classes, pool: Mutex::new(Vec::new()) })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    fn with_workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let pool = || self.pool.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut workspace = pool().pop().unwrap_or_default();
        workspace.clear();
        let result = work(&mut workspace);
        pool().push(workspace);
        result
    }

    /// Computes the logits of all words in the workspace, and the classes of its sentences.
    fn compute(&self, w: &mut Workspace) -> Result<(), BackendError> {
        let room = WINDOW.min(self.model.config().max_positions) - 2;
        let width = self.model.heads().width(HeadKind::Token);
        w.rows.clear();
        w.rows.resize(w.ends.len() * width, 0.0);
        w.classes.clear();
        w.classes.resize(w.sentences.len(), ([0.0; 6], 0));
        w.waiting = 0;
        for sentence in 0..w.sentences.len() {
            let words = w.sentences[sentence].clone();
            if words.is_empty() {
                continue;
            }
            w.lengths.clear();
            for word in words.clone() {
                let length = w.ids_of(word).len();
                w.lengths.push(length);
            }
            let mut found = std::mem::take(&mut w.windows);
            windows(&w.lengths, room, &mut found);
            for mut window in found.drain(..) {
                let used: usize = w.lengths[window.words.clone()].iter().map(|&l| shown(l, room)).sum();
                let full = |job: &Job| job.batch.ids().len() + used + 2 > BATCH;
                if w.jobs[..w.waiting].last().is_none_or(full) {
                    if w.waiting == rayon::current_num_threads() {
                        self.flush(w, room, width)?;
                    }
                    w.begin_batch();
                }
                for range in [&mut window.words, &mut window.keep] {
                    *range = range.start + words.start..range.end + words.start;
                }
                let Workspace { jobs, waiting, ids, ends, .. } = w;
                let special = self.model.config().special;
                let inner = window.words.clone().flat_map(|word| {
                    let start = if word == 0 { 0 } else { ends[word - 1] };
                    let seen = shown(ends[word] - start, room);
                    ids[start..start + seen].iter().copied()
                });
                if let Some(job) = jobs[..*waiting].last_mut() {
                    job.batch.push(std::iter::once(special.bos).chain(inner).chain([special.eos]));
                    job.queue.push((sentence, window));
                }
            }
            w.windows = found;
        }
        self.flush(w, room, width)
    }

    /// Computes the batches and puts their logits where they belong.
    fn flush(&self, w: &mut Workspace, room: usize, width: usize) -> Result<(), BackendError> {
        let filled = std::mem::take(&mut w.waiting);
        let mut jobs = std::mem::take(&mut w.jobs);
        let result = run_all(self.model.backend(), &mut jobs[..filled]);
        for job in &mut jobs[..filled] {
            if result.is_ok() {
                self.place(w, job, room, width);
            }
            job.batch.clear();
            job.queue.clear();
        }
        w.jobs = jobs;
        result
    }

    /// Puts the logits of a batch where they belong.
    fn place(&self, w: &mut Workspace, job: &Job, room: usize, width: usize) {
        let Job { batch, queue, logits } = job;
        let classes = self.model.heads().width(HeadKind::Sequence);
        for (i, ((sentence, window), tokens)) in queue.iter().zip(batch.sequences()).enumerate() {
            let mut token = tokens.start + 1;
            for word in window.words.clone() {
                if window.keep.contains(&word) {
                    w.rows[word * width..(word + 1) * width]
                        .copy_from_slice(&logits.token[token * width..(token + 1) * width]);
                }
                token += shown(w.ids_of(word).len(), room);
            }
            if let Some((head, numbers)) = &self.classes {
                let row = head.of(&logits.sequence[i * classes..(i + 1) * classes]);
                let (sum, windows) = &mut w.classes[*sentence];
                for (probability, number) in softmax(row).zip(numbers) {
                    if let Some(number) = number {
                        sum[*number] += probability;
                    }
                }
                *windows += 1;
            }
        }
    }

    /// The labels that the head of that name gives to each word of each sentence. Words are taken as they are
    /// given; one of several parts («۳/۵») is labelled at its first.
    ///
    /// # Errors
    /// Where the model lacks the head, or fails.
    pub fn tag_sentences<S: AsRef<str>>(
        &self,
        sentences: &[Vec<S>],
        head: &str,
    ) -> Result<Vec<Vec<String>>, RecognizeError> {
        let Some(tagger) = self.taggers.iter().find(|t| t.head.name == head) else {
            let names: Vec<&str> = self.taggers.iter().map(|t| t.head.name.as_str()).collect();
            let model = self.model.config().name.clone();
            return Err(RecognizeError::NoHead { model, head: head.to_owned(), heads: names.join(", ") });
        };
        self.with_workspace(|w| {
            let mut firsts = Vec::with_capacity(sentences.len());
            for sentence in sentences {
                let (mut pieces, mut first) = (Vec::new(), Vec::with_capacity(sentence.len()));
                for word in sentence {
                    // A blank inside a given word is a half-space that someone lost.
                    let word = word.as_ref().trim().replace(' ', "\u{200c}");
                    first.push(pieces.len());
                    let before = pieces.len();
                    pieces.extend(cut::words(&word).map(|range| word[range].to_owned()));
                    if pieces.len() == before {
                        pieces.push(word);
                    }
                }
                w.push_sentence(&self.model, pieces.iter().map(String::as_str))?;
                firsts.push(first);
            }
            self.compute(w)?;
            let width = self.model.heads().width(HeadKind::Token);
            let Workspace { rows, decoder, sentences, .. } = w;
            let tagged = firsts.iter().zip(sentences).map(|(first, words)| {
                let row = |&f: &usize| {
                    let at = (words.start + f) * width;
                    tagger.head.of(&rows[at..at + width])
                };
                let labels = decoder.labels(&tagger.tagset, first.iter().map(row));
                labels.iter().map(|&l| tagger.tagset.label(l).to_owned()).collect()
            });
            Ok(tagged.collect())
        })
    }

    /// The same for one sentence.
    ///
    /// # Errors
    /// As of [`Recognizer::tag_sentences`].
    pub fn tag_words(&self, words: &[&str], head: &str) -> Result<Vec<String>, RecognizeError> {
        Ok(self.tag_sentences(&[words.to_vec()], head)?.pop().unwrap_or_default())
    }

    fn recognize(&self, document: &mut Document) -> Result<(), RecognizeError> {
        self.with_workspace(|w| {
            let mut places: Vec<ByteSpan> = Vec::new();
            let text = document.view.text();
            for sentence in &document.sentences {
                let span = document.view.to_view(sentence.span);
                let start = places.len();
                places.extend(
                    cut::words(span.of(text))
                        .map(|r| ByteSpan::new(span.start + r.start, span.start + r.end)),
                );
                w.push_sentence(&self.model, places[start..].iter().map(|p| p.of(text)))?;
            }
            self.compute(w)?;
            let mut mentions = Vec::new();
            for index in 0..document.sentences.len() {
                document.sentences[index].prediction =
                    Some(self.sentence(w, index, &places, document, &mut mentions));
            }
            document.mentions.append(&mut mentions);
            document.mentions.sort_by_key(|m| (m.span.start, m.span.end, m.kind));
            Ok(())
        })
    }

    /// Decodes all heads for one sentence.
    fn sentence(
        &self,
        w: &mut Workspace,
        index: usize,
        places: &[ByteSpan],
        document: &Document,
        mentions: &mut Vec<Mention>,
    ) -> Prediction {
        let width = self.model.heads().width(HeadKind::Token);
        let Workspace { rows, decoder, sentences, classes, .. } = w;
        let words = sentences[index].clone();
        let (mut slots, mut likely) = (Vec::new(), Vec::new());
        for tagger in self.taggers.iter().filter(|t| t.speaks()) {
            let rows = rows[words.start * width..words.end * width].chunks_exact(width);
            for span in decoder.spans(&tagger.tagset, rows.map(|row| tagger.head.of(row))) {
                let first = places[words.start + span.words.start];
                let last = places[words.start + span.words.end - 1];
                let place = document.view.to_original(first.cover(last)).trim(document.text());
                if place.is_empty() {
                    continue;
                }
                if let Some(kind) = tagger.mentions[span.kind] {
                    let (source, score) = (Source::Model, span.score);
                    mentions.push(Mention { kind, span: place, entity: None, source, score });
                }
                if let Some(kind) = tagger.slots[span.kind] {
                    slots.push((kind, place, span.score));
                }
            }
            for (number, kind) in tagger.slots.iter().enumerate() {
                let Some(kind) = kind.filter(|k| *k != SlotKind::Act) else { continue };
                for word in 0..words.len() {
                    let p = decoder.probability(&tagger.tagset, word, number);
                    if p >= Prediction::UNLIKELY {
                        let place = document.view.to_original(places[words.start + word]);
                        likely.push((kind, place.trim(document.text()), p));
                    }
                }
            }
        }
        slots.sort_by_key(|(_, span, _)| *span);
        likely.sort_by_key(|(_, span, _)| *span);
        let class = match classes[index] {
            (sum, windows) if windows > 0 => sum.map(|p| p / windows as f32),
            // A sentence without words states nothing.
            _ => SentenceClass::ALL.map(|c| f32::from(u8::from(c == SentenceClass::None))),
        };
        Prediction { class, slots, likely }
    }
}

impl Stage for Recognizer {
    fn name(&self) -> &'static str {
        "recognize"
    }

    fn needs(&self) -> &'static [Layer] {
        &[Layer::View, Layer::Sentences]
    }

    fn gives(&self) -> &'static [Layer] {
        &[Layer::Mentions]
    }

    fn run(&self, document: &mut Document) -> Result<(), StageError> {
        self.recognize(document).map_err(|e| StageError { stage: self.name(), reason: e.to_string() })
    }
}

/// The mention that a type of a head makes. Persons, organizations and places come from the head
/// that follows our guide, where the model has it.
fn mention(of: Use, name: &str, domain: Option<&Head>) -> Option<MentionType> {
    let kind = [
        MentionType::Per,
        MentionType::Role,
        MentionType::Org,
        MentionType::Loc,
        MentionType::Date,
        MentionType::Time,
        MentionType::Money,
        MentionType::Percent,
        MentionType::Event,
    ]
    .into_iter()
    .find(|k| k.name() == name)?;
    let begin = format!("B-{name}");
    let wanted = match of {
        Use::Ner => kind != MentionType::Role && !domain.is_some_and(|d| d.labels.contains(&begin)),
        Use::Domain => kind != MentionType::Role,
        Use::Role => kind == MentionType::Role,
        Use::Slot | Use::Act => false,
    };
    wanted.then_some(kind)
}

/// The slot that a type of a head makes.
fn slot(of: Use, name: &str) -> Option<SlotKind> {
    match (of, name) {
        (Use::Slot, "ASSIGNEE") => Some(SlotKind::Assignee),
        (Use::Slot, "COLLABORATOR") => Some(SlotKind::Collaborator),
        (Use::Slot, "ISSUER") => Some(SlotKind::Issuer),
        (Use::Slot, "DEADLINE") => Some(SlotKind::Deadline),
        (Use::Act, "ACT") => Some(SlotKind::Act),
        _ => None,
    }
}

/// Computes all batches; threads of the pool that have nothing else to do take some over. The error is
/// that of the first batch that failed, whoever computed it.
fn run_all(backend: &dyn Backend, jobs: &mut [Job]) -> Result<(), BackendError> {
    match jobs {
        [] => Ok(()),
        [job] => backend.run(&job.batch, &mut job.logits),
        _ => {
            let (first, second) = jobs.split_at_mut(jobs.len() / 2);
            let (first, second) = rayon::join(|| run_all(backend, first), || run_all(backend, second));
            first.and(second)
        }
    }
}

fn softmax(row: &[f32]) -> impl Iterator<Item = f32> + '_ {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = row.iter().map(|v| (v - most).exp()).sum();
    row.iter().map(move |v| (v - most).exp() / sum)
}

#[cfg(test)]
#[path = "recognizer_tests.rs"]
mod tests;
