//! The vocabulary of the graph: kinds of nodes and edges, and the properties they can have, each with
//! the name and type that every output format gives it.

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// Someone with a name.
    Person,
    /// An office in an organization, whoever holds it.
    Post,
    /// A body.
    Organization,
    /// A named place.
    Place,
    /// Something to be done.
    Task,
    /// A text.
    Document,
    /// A meeting of which there are minutes.
    Meeting,
}

impl NodeKind {
    /// All kinds, in the order in which nodes are written.
    pub const ALL: [Self; 7] = [
        Self::Person,
        Self::Post,
        Self::Organization,
        Self::Place,
        Self::Task,
        Self::Document,
        Self::Meeting,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Post => "Post",
            Self::Organization => "Organization",
            Self::Place => "Place",
            Self::Task => "Task",
            Self::Document => "Document",
            Self::Meeting => "Meeting",
        }
    }

    /// Whether it can be the same in several documents.
    pub fn is_entity(self) -> bool {
        matches!(self, Self::Person | Self::Post | Self::Organization | Self::Place)
    }

    /// The properties that a node of this kind can have, in the order in which they are written.
    pub fn properties(self) -> &'static [Property] {
        use Property as P;
        match self {
            Self::Person => &[P::Aliases, P::Mentions, P::Documents, P::First, P::Last],
            Self::Post => {
                &[P::Aliases, P::Role, P::Collective, P::Local, P::Mentions, P::Documents, P::First, P::Last]
            }
            Self::Organization => {
                &[P::Aliases, P::Class, P::Inferred, P::Local, P::Mentions, P::Documents, P::First, P::Last]
            }
            Self::Place => &[P::Aliases, P::Class, P::Mentions, P::Documents, P::First, P::Last],
            Self::Task => &[
                P::Text,
                P::Class,
                P::Act,
                P::Assignees,
                P::Collaborators,
                P::Issuer,
                P::Deadline,
                P::DeadlineKind,
                P::Due,
                P::DueJalali,
                P::Date,
                P::Row,
                P::Document,
                P::Start,
                P::End,
                P::Score,
                P::Rule,
            ],
            Self::Document => &[P::Text, P::Date, P::DateJalali, P::Url, P::Code, P::Format],
            Self::Meeting => &[P::Text, P::Date, P::DateJalali, P::Code, P::Unit, P::Venue],
        }
    }
}

/// What an edge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Person → Post.
    Holds,
    /// Post → Organization.
    PostIn,
    /// Organization → Organization.
    PartOf,
    /// Task → Person, Post or Organization that must do it.
    AssignedTo,
    /// Person, Post or Organization → Task that they help with.
    CollaboratesOn,
    /// Task → Person, Post or Organization that decided, ordered or asked.
    IssuedBy,
    /// Task → Meeting.
    DecidedIn,
    /// Anything but a document → Document.
    MentionedIn,
    /// Organization or Meeting → Place.
    LocatedIn,
}

impl EdgeKind {
    /// All kinds, in the order in which edges are written.
    pub const ALL: [Self; 9] = [
        Self::Holds,
        Self::PostIn,
        Self::PartOf,
        Self::AssignedTo,
        Self::CollaboratesOn,
        Self::IssuedBy,
        Self::DecidedIn,
        Self::MentionedIn,
        Self::LocatedIn,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "HOLDS",
            Self::PostIn => "POST_IN",
            Self::PartOf => "PART_OF",
            Self::AssignedTo => "ASSIGNED_TO",
            Self::CollaboratesOn => "COLLABORATES_ON",
            Self::IssuedBy => "ISSUED_BY",
            Self::DecidedIn => "DECIDED_IN",
            Self::MentionedIn => "MENTIONED_IN",
            Self::LocatedIn => "LOCATED_IN",
        }
    }
}

/// How the values of a property are typed in formats that have types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A string.
    Text,
    /// Several strings.
    List,
    /// A whole number.
    Number,
    /// A number from 0 to 1.
    Score,
    /// True or false.
    Flag,
    /// A day.
    Day,
}

/// A property of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// Other forms of the name, the most frequent first.
    Aliases,
    /// The whole text of which the label is the beginning.
    Text,
    /// Post: the office without its organization.
    Role,
    /// Organization, place: kind (`ministry`, `province`, …). Task: class (`decision`, …).
    Class,
    /// Post: a plural office.
    Collective,
    /// Organization: no text names it, it follows from an office.
    Inferred,
    /// Known only within one document, since nothing says which of many it is.
    Local,
    /// Number of mentions.
    Mentions,
    /// Number of documents with a mention.
    Documents,
    /// Day of the earliest document with a mention.
    First,
    /// Day of the latest document with a mention.
    Last,
    /// Task: kind of act.
    Act,
    /// Task: who must do it, as the text says it, also where it is nobody that the graph knows.
    Assignees,
    /// Task: with whom, as the text says it.
    Collaborators,
    /// Task: who decided, ordered or asked, as the text says it.
    Issuer,
    /// Task: the time limit as the text says it.
    Deadline,
    /// Task: kind of the time limit.
    DeadlineKind,
    /// Task: day due, Gregorian.
    Due,
    /// Task: day due, Jalali.
    DueJalali,
    /// Day of the document or meeting.
    Date,
    /// The same day, Jalali.
    DateJalali,
    /// Task: row of the table of resolutions.
    Row,
    /// Task: id of its document.
    Document,
    /// Task: first code point of the act in the document's text.
    Start,
    /// Task: one past the last code point.
    End,
    /// Task: confidence.
    Score,
    /// Task: the rule that found it.
    Rule,
    /// Document: address.
    Url,
    /// Document, meeting: news code or number of the invitation.
    Code,
    /// Document: format it was read from.
    Format,
    /// Meeting: unit that called it.
    Unit,
    /// Meeting: where it was held.
    Venue,
}

impl Property {
    /// All properties.
    pub const ALL: [Self; 32] = [
        Self::Aliases,
        Self::Text,
        Self::Role,
        Self::Class,
        Self::Collective,
        Self::Inferred,
        Self::Local,
        Self::Mentions,
        Self::Documents,
        Self::First,
        Self::Last,
        Self::Act,
        Self::Assignees,
        Self::Collaborators,
        Self::Issuer,
        Self::Deadline,
        Self::DeadlineKind,
        Self::Due,
        Self::DueJalali,
        Self::Date,
        Self::DateJalali,
        Self::Row,
        Self::Document,
        Self::Start,
        Self::End,
        Self::Score,
        Self::Rule,
        Self::Url,
        Self::Code,
        Self::Format,
        Self::Unit,
        Self::Venue,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aliases => "aliases",
            Self::Text => "text",
            Self::Role => "role",
            Self::Class => "class",
            Self::Collective => "collective",
            Self::Inferred => "inferred",
            Self::Local => "local",
            Self::Mentions => "mentions",
            Self::Documents => "documents",
            Self::First => "first",
            Self::Last => "last",
            Self::Act => "act",
            Self::Assignees => "assignees",
            Self::Collaborators => "collaborators",
            Self::Issuer => "issuer",
            Self::Deadline => "deadline",
            Self::DeadlineKind => "deadline_kind",
            Self::Due => "due",
            Self::DueJalali => "due_jalali",
            Self::Date => "date",
            Self::DateJalali => "date_jalali",
            Self::Row => "row",
            Self::Document => "document",
            Self::Start => "start",
            Self::End => "end",
            Self::Score => "score",
            Self::Rule => "rule",
            Self::Url => "url",
            Self::Code => "code",
            Self::Format => "format",
            Self::Unit => "unit",
            Self::Venue => "venue",
        }
    }

    /// The type of its values.
    pub fn value_type(self) -> ValueType {
        match self {
            Self::Aliases | Self::Assignees | Self::Collaborators => ValueType::List,
            Self::Collective | Self::Inferred | Self::Local => ValueType::Flag,
            Self::Mentions | Self::Documents | Self::Row | Self::Start | Self::End => ValueType::Number,
            Self::First | Self::Last | Self::Due | Self::Date => ValueType::Day,
            Self::Score => ValueType::Score,
            _ => ValueType::Text,
        }
    }
}
