//! What is known about a corpus: its people, posts and organizations, each with an id that depends only
//! on what it names, and the evidence for every record that was joined to it.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::calendar::Date;
use crate::span::CharSpan;

/// Why a record of a document was joined to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The same name, apart from letters, spaces and forms of address.
    Name,
    /// The lexicon lists its name as another name of the entity.
    Listed,
    /// The same name, and the same office in the same organization.
    NameAndPost,
    /// The same name, and the same organization.
    NameAndOrganization,
    /// The end of the name (a surname), and the same office in the same organization.
    ShortNameAndPost,
    /// A shorter name of the one organization in its document that it fits.
    ShortNameInDocument,
    /// Nothing joins it to other documents.
    Document,
}

/// A record of one document that was joined to an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The document's id.
    pub document: Arc<str>,
    /// The document's date.
    pub date: Option<Date>,
    /// The id of the record in the document: `p1`, `o1`, ….
    pub record: Arc<str>,
    /// Why it was joined.
    pub evidence: Evidence,
    /// How sure that is, 0 to 1.
    pub score: f32,
    /// Where the document names it, in code points of its text.
    pub spans: Vec<CharSpan>,
}

/// A form of a name, and how many mentions have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// The form, normalized.
    pub text: String,
    /// Number of mentions.
    pub count: usize,
}

/// A person of the corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// `person:…`.
    pub id: String,
    /// Preferred name: the most frequent of the fullest forms.
    pub name: String,
    /// All forms, the most frequent first.
    pub aliases: Vec<Alias>,
    /// Ids of the posts that they hold or held, sorted.
    pub posts: Vec<String>,
    /// Ids of the organizations that they speak for or hold a post in, sorted.
    pub organizations: Vec<String>,
    /// Records of documents, by document id.
    pub occurrences: Vec<Occurrence>,
}

/// A post: an office in an organization, whoever holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// `post:…`.
    pub id: String,
    /// Preferred name of the office with its organization: «رئیس سازمان آب».
    pub name: String,
    /// The office without its organization: «رئیس».
    pub role: String,
    /// Id of the organization.
    pub organization: Option<String>,
    /// A plural office: «استانداران».
    pub collective: bool,
    /// Known only within one document, since nothing says which of many such posts it is.
    pub local: bool,
    /// All forms, the most frequent first.
    pub aliases: Vec<Alias>,
    /// Who holds or held it, the earliest first.
    pub holders: Vec<Holder>,
    /// Records of documents, by document id.
    pub occurrences: Vec<Occurrence>,
}

/// Someone who holds or held a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// Id of the person.
    pub person: String,
    /// Date of the first document that names them in office (not as a former holder).
    pub first: Option<Date>,
    /// Date of the last one.
    pub last: Option<Date>,
    /// Day of appointment, where a document tells it.
    pub since: Option<Date>,
    /// Day of dismissal or resignation, where a document tells it.
    pub until: Option<Date>,
    /// Only ever named as a former holder.
    pub former: bool,
    /// The records that say so, by document id.
    pub occurrences: Vec<Occurrence>,
}

/// An organization of the corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    /// `org:…`.
    pub id: String,
    /// Preferred name: the listed one, else the most frequent.
    pub name: String,
    /// Kind (`ministry`, `municipality`, …).
    pub kind: Option<String>,
    /// Id of the organization that it is a part of.
    pub part_of: Option<String>,
    /// No document names it: it follows from offices.
    pub inferred: bool,
    /// Known only within one document: «شهرداری» without a place.
    pub local: bool,
    /// All forms, the most frequent first.
    pub aliases: Vec<Alias>,
    /// Records of documents, by document id.
    pub occurrences: Vec<Occurrence>,
}

/// What a record of a document stands for, as indexes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Link {
    pub person: Option<usize>,
    pub post: Option<usize>,
    pub organization: Option<usize>,
}

/// The entities of a corpus, each list sorted by id.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// People.
    pub people: Vec<Person>,
    /// Posts.
    pub posts: Vec<Post>,
    /// Organizations.
    pub organizations: Vec<Organization>,
    /// For each document id, its records with what they stand for.
    pub(super) links: HashMap<Arc<str>, Vec<(Arc<str>, Link)>>,
}

impl Resolution {
    fn link(&self, document: &str, record: &str) -> Option<Link> {
        let records = self.links.get(document)?;
        records.iter().find(|(id, _)| &**id == record).map(|(_, link)| *link)
    }

    /// The id of the person whom an official of a document is (`p1`, …); `None` for an office
    /// without a name.
    pub fn person_of(&self, document: &str, official: &str) -> Option<&str> {
        let index = self.link(document, official)?.person?;
        self.people.get(index).map(|p| p.id.as_str())
    }

    /// The id of the post that an official of a document holds; `None` where the text names no office.
    pub fn post_of(&self, document: &str, official: &str) -> Option<&str> {
        let index = self.link(document, official)?.post?;
        self.posts.get(index).map(|p| p.id.as_str())
    }

    /// The id of an organization of a document (`o1`, …).
    pub fn organization_of(&self, document: &str, organization: &str) -> Option<&str> {
        let index = self.link(document, organization)?.organization?;
        self.organizations.get(index).map(|o| o.id.as_str())
    }
}

/// A readable id that depends only on the kind and the canonical key: `person:` + the words of the name
/// + the first 8 hexadecimal digits of the key's SHA-256.
pub(crate) fn id(kind: &str, name: &str, key: &str) -> String {
    let words: Vec<_> = crate::lexicon::pieces(name).take(8).collect();
    let digest = Sha256::digest(key.as_bytes());
    let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    if words.is_empty() { format!("{kind}:{hash}") } else { format!("{kind}:{}-{hash}", words.join("-")) }
}
