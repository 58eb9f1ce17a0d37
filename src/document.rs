//! The document that travels through the pipeline. It owns the text as read, which never changes;
//! every layer is a list of small records over byte spans of that text. What files hold is the
//! `dabir/1` record of [`crate::record`], made from this at the border.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::normalize::Aligned;
use crate::span::ByteSpan;

/// Input formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `###` header, `@@@` line, numbered sentences.
    News,
    /// Tab-separated form with a table of resolutions.
    Minutes,
    /// A page; the text is the text of its elements.
    Html,
    /// Plain text.
    Text,
    /// One JSON object a line, with `text`.
    Jsonl,
}

/// What is known about a document besides its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// Headline or subject.
    pub title: Option<String>,
    /// Address the text was taken from.
    pub url: Option<String>,
    /// Time of publication as written, in ISO form where it could be read.
    pub published: Option<String>,
    /// Day of publication or of the meeting: what relative deadlines count from.
    pub date: Option<Date>,
    /// News code or invitation number.
    pub code: Option<String>,
    /// Categories given by the source.
    pub categories: Vec<String>,
    /// Tags given by the source.
    pub tags: Vec<String>,
    /// Any other field, as read (`place`, `agenda`, `unit`, `time`, `weekday`, …).
    pub other: BTreeMap<String, serde_json::Value>,
}

/// What a block of text is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Headline, subject of the minutes.
    Title,
    /// Lead of a news text.
    Abstract,
    /// A heading inside the text.
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A sentence that the file numbers (`news`).
    NumberedSentence,
    /// A field of a form's head: its value.
    Field,
    /// The agenda of minutes.
    Agenda,
    /// A heading cell of a table.
    TableHeader,
    /// A cell of a table, with row and column.
    Cell,
}

/// What a column of a table of resolutions holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// «ردیف»
    Number,
    /// «مصوبات جلسه»
    Resolution,
    /// «اقدام کننده»
    Assignee,
    /// «زمان اقدام»
    Deadline,
    /// Any other column.
    Other,
}

/// A stretch of the text with one function.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its function.
    pub kind: BlockKind,
    /// Where it stands, without markup at its ends.
    pub span: ByteSpan,
    /// Name of the field, or heading of the column.
    pub label: Option<String>,
    /// Number of the table row, as the document numbers it, or counted from 1.
    pub row: Option<u32>,
    /// Number of the column, from 1.
    pub column: Option<u32>,
    /// What the column holds.
    pub role: Option<ColumnRole>,
    /// The number that the file gives to the sentence.
    pub number: Option<String>,
    /// Whether the file marks the sentence as stating an action (`news`, second line).
    pub marked: bool,
    /// Whether HTML tags and entities in it are markup.
    pub markup: bool,
}

impl Block {
    /// A block with nothing but its kind and place.
    pub fn new(kind: BlockKind, span: ByteSpan) -> Self {
        Self {
            kind,
            span,
            label: None,
            row: None,
            column: None,
            role: None,
            number: None,
            marked: false,
            markup: false,
        }
    }
}

/// A word with its place in the original and in the normalized view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Place in the original text.
    pub span: ByteSpan,
    /// Place in the text of the normalized view.
    pub view: ByteSpan,
    /// What the word is made of.
    pub kind: WordKind,
}

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// Letters (with half-spaces inside).
    Letters,
    /// A number, with its separators.
    Number,
    /// A date written with separators, «۱۴۰۱/۰۱/۲۰».
    Date,
    /// A clock time, «۱۳:۳۰».
    Time,
    /// An address or e-mail.
    Url,
    /// A sign of punctuation or a symbol.
    Sign,
}

/// What a sentence states, the strongest first (annotation guide, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentenceClass {
    /// A body resolved that something shall be done.
    Decision,
    /// An order or duty set by a superior, a law or an authority.
    Directive,
    /// What an actor itself will do.
    Plan,
    /// An appeal, recommendation or emphasis.
    Request,
    /// That something was done or is going on.
    Report,
    /// Anything else.
    None,
}

impl SentenceClass {
    /// All classes, in the order of the model's `class` head.
    pub const ALL: [Self; 6] =
        [Self::Decision, Self::Directive, Self::Plan, Self::Request, Self::Report, Self::None];

    /// Whether something is to be done after the text was written.
    pub fn is_task(self) -> bool {
        matches!(self, Self::Decision | Self::Directive | Self::Plan | Self::Request)
    }

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Directive => "directive",
            Self::Plan => "plan",
            Self::Request => "request",
            Self::Report => "report",
            Self::None => "none",
        }
    }
}

/// A sentence: the unit of classification and of the recognizer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Place in the original text.
    pub span: ByteSpan,
    /// Its words, as a range of [`Document::words`].
    pub words: Range<usize>,
    /// Its block, as an index into [`Document::blocks`].
    pub block: usize,
    /// A name or value in a form, a header or a table («اقدام کننده»): searched for mentions, but
    /// no sentence of the text, and left out of files.
    pub fragment: bool,
    /// Class, set by the `tasks` stage.
    pub class: Option<SentenceClass>,
    /// Confidence in the class, 0 to 1.
    pub score: f32,
    /// The rule that decided.
    pub rule: Option<String>,
    /// What the recognizer says about the sentence as a whole.
    pub prediction: Option<Prediction>,
}

/// The recognizer's second opinion on one sentence; rules weigh it, it decides nothing alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prediction {
    /// Probability of each class, in the order of [`SentenceClass::ALL`].
    pub class: [f32; 6],
    /// Spans that look like a slot of a task.
    pub slots: Vec<(SlotKind, ByteSpan, f32)>,
    /// Words that may belong to a slot, whether or not they lie in one of the spans, with the
    /// probability that they do; words below [`Prediction::UNLIKELY`] are left out.
    pub likely: Vec<(SlotKind, ByteSpan, f32)>,
}

impl Prediction {
    /// The least probability that [`Prediction::likely`] holds.
    pub const UNLIKELY: f32 = 0.01;

    /// The greatest probability that a word at a place belongs to a slot of the kind.
    pub fn probability(&self, kind: SlotKind, place: ByteSpan) -> f32 {
        let there = self.likely.iter().filter(|(k, span, _)| *k == kind && span.overlaps(place));
        there.map(|&(_, _, p)| p).fold(Self::UNLIKELY, f32::max)
    }

    /// [`Prediction::probability`] as log-odds, about −4.6 to 4.6.
    pub fn odds(&self, kind: SlotKind, place: ByteSpan) -> f32 {
        let p = self.probability(kind, place).min(1.0 - Self::UNLIKELY);
        (p / (1.0 - p)).ln()
    }
}

/// Slots of a task that the recognizer proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// Who must do it.
    Assignee,
    /// With whom.
    Collaborator,
    /// Who decided, ordered or asked.
    Issuer,
    /// By when.
    Deadline,
    /// The act itself.
    Act,
}

/// Types of mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MentionType {
    /// Personal name.
    Per,
    /// Office or post with its complement.
    Role,
    /// Named body that can act.
    Org,
    /// Named place.
    Loc,
    /// Calendar date or part of one.
    Date,
    /// Time of day.
    Time,
    /// Sum of money.
    Money,
    /// Percentage.
    Percent,
    /// Named event.
    Event,
}

impl MentionType {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Per => "PER",
            Self::Role => "ROLE",
            Self::Org => "ORG",
            Self::Loc => "LOC",
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Money => "MONEY",
            Self::Percent => "PERCENT",
            Self::Event => "EVENT",
        }
    }
}

/// Who found a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The recognizer.
    Model,
    /// A rule or grammar.
    Rule,
    /// A word list.
    Lexicon,
}

/// The record that a mention or slot stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    /// Index into [`Document::officials`].
    Official(usize),
    /// Index into [`Document::organizations`].
    Organization(usize),
}

/// A span of text with a type.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Type.
    pub kind: MentionType,
    /// Place in the original text.
    pub span: ByteSpan,
    /// The record it belongs to.
    pub entity: Option<Entity>,
    /// Who found it.
    pub source: Source,
    /// Confidence, 0 to 1.
    pub score: f32,
}

/// A person in office, or an office without a person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Official {
    /// Personal name, normalized.
    pub name: Option<String>,
    /// Office, normalized.
    pub role: Option<String>,
    /// Index into [`Document::organizations`].
    pub organization: Option<usize>,
    /// A plural office («استانداران»).
    pub collective: bool,
    /// Where the text tells that the office was taken up.
    pub since: Option<Tenure>,
    /// Where the text tells that it was left.
    pub until: Option<Tenure>,
    /// Indexes into [`Document::mentions`].
    pub mentions: Vec<usize>,
}

/// The beginning or the end of holding an office.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenure {
    /// The words that say so.
    pub span: ByteSpan,
    /// The day, where the text names it.
    pub date: Option<Date>,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Organization {
    /// Name, normalized.
    pub name: String,
    /// Kind (`ministry`, `municipality`, …; see the lexicon).
    pub kind: Option<String>,
    /// No mention names it: it follows from a role, or closes the name of another body.
    pub inferred: bool,
    /// Index into [`Document::organizations`] of the body that it is a part of.
    pub part_of: Option<usize>,
    /// Indexes into [`Document::mentions`].
    pub mentions: Vec<usize>,
}

/// A filled slot: who or what, and where the text says it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Slot {
    /// Place in the original text, where it stands there.
    pub span: Option<ByteSpan>,
    /// Surface, or the name that a pronoun was resolved to.
    pub text: String,
    /// The record it stands for.
    pub entity: Option<Entity>,
}

/// Kinds of time limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeadlineKind {
    /// A day or a named part of the calendar.
    Date,
    /// A length of time, counted from the document's date.
    Duration,
    /// After or before something that happens.
    Event,
    /// Again and again.
    Recurring,
    /// At once.
    Immediate,
    /// «در اسرع وقت» and its like.
    Vague,
}

impl DeadlineKind {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Event => "event",
            Self::Recurring => "recurring",
            Self::Immediate => "immediate",
            Self::Vague => "vague",
        }
    }
}

/// The time limit of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadline {
    /// Place in the original text, without the preposition.
    pub span: ByteSpan,
    /// Kind.
    pub kind: DeadlineKind,
    /// Day by which the act is due, where it can be computed.
    pub due: Option<Date>,
}

/// How far an act has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It has been done.
    Done,
    /// It is being done.
    InProgress,
}

impl TaskStatus {
    /// The name that files use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::InProgress => "in_progress",
        }
    }
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Class of its sentence.
    pub class: SentenceClass,
    /// Index into [`Document::sentences`].
    pub sentence: usize,
    /// Place of the act.
    pub span: ByteSpan,
    /// Place of the words that make it a task.
    pub trigger: Option<ByteSpan>,
    /// Who must do it.
    pub assignees: Vec<Slot>,
    /// With whom.
    pub collaborators: Vec<Slot>,
    /// Who decided, ordered or asked.
    pub issuer: Option<Slot>,
    /// By when.
    pub deadline: Option<Deadline>,
    /// Where.
    pub place: Option<Slot>,
    /// For whom.
    pub beneficiaries: Vec<Slot>,
    /// How far it has come, where the document says so.
    pub status: Option<TaskStatus>,
    /// Row of the table it stands in.
    pub row: Option<u32>,
    /// Kind of act (`establish`, `build`, …).
    pub act: Option<String>,
    /// Confidence, 0 to 1.
    pub score: f32,
    /// The rule that found it.
    pub rule: String,
}

/// A text with all that is known about it.
#[derive(Debug, Clone)]
pub struct Document {
    /// Identifier, unique in a run: the file name without its extension, or the record's own.
    pub id: String,
    /// Format it was read from.
    pub format: Format,
    /// What is known besides the text.
    pub meta: Meta,
    text: String,
    /// Stretches of the text, in order, not overlapping.
    pub blocks: Vec<Block>,
    /// Normalized view, set by the `normalize` stage.
    pub view: Aligned,
    /// Words of all sentences, in order.
    pub words: Vec<Word>,
    /// Sentences, in order.
    pub sentences: Vec<Sentence>,
    /// Mentions, sorted by place.
    pub mentions: Vec<Mention>,
    /// Officials, by first mention.
    pub officials: Vec<Official>,
    /// Organizations, by first mention.
    pub organizations: Vec<Organization>,
    /// Tasks, by sentence.
    pub tasks: Vec<Task>,
    /// What the user should know: impossible dates, unreadable fields.
    pub warnings: Vec<String>,
}

impl Document {
    /// A document of `text` with no layer but its blocks.
    pub fn new(id: impl Into<String>, format: Format, text: String, blocks: Vec<Block>) -> Self {
        Self {
            id: id.into(),
            format,
            meta: Meta::default(),
            text,
            blocks,
            view: Aligned::default(),
            words: Vec::new(),
            sentences: Vec::new(),
            mentions: Vec::new(),
            officials: Vec::new(),
            organizations: Vec::new(),
            tasks: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The text as read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The surface at `span`.
    pub fn surface(&self, span: ByteSpan) -> &str {
        span.of(&self.text)
    }

    /// The normalized text of word `index`; empty where there is none.
    pub fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", |w| w.view.of(self.view.text()))
    }

    /// The normalized text at a span of the original.
    pub fn normalized(&self, span: ByteSpan) -> &str {
        self.view.to_view(span).of(self.view.text())
    }

    /// The words that lie wholly inside `span`, as a range of [`Document::words`].
    pub fn words_in(&self, span: ByteSpan) -> Range<usize> {
        let from = self.words.partition_point(|w| w.span.start < span.start);
        let to = self.words.partition_point(|w| w.span.end <= span.end);
        from..to.max(from)
    }

    /// The place that a range of words covers; an empty span for an empty range.
    pub fn span_of_words(&self, words: Range<usize>) -> ByteSpan {
        match self.words.get(words).map(|w| (w.first(), w.last())) {
            Some((Some(first), Some(last))) => first.span.cover(last.span),
            _ => ByteSpan::default(),
        }
    }

    /// The sentence that holds the byte offset.
    pub fn sentence_at(&self, byte: usize) -> Option<usize> {
        let after = self.sentences.partition_point(|s| s.span.start <= byte);
        let index = after.checked_sub(1)?;
        self.sentences.get(index).filter(|s| byte < s.span.end).map(|_| index)
    }
}
