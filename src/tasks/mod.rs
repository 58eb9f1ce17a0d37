//! Tasks: who must do what by when. Rules that people can read and write (`rules/*.toml`) give each
//! sentence its class and the tasks their slots; the recognizer gives a second opinion that the rules
//! weigh. Every decision can be explained: which rules fired, with what evidence, and which lost.

mod act;
mod actors;
mod automaton;
mod classify;
mod clauses;
mod compile;
mod context;
mod deadlines;
mod doers;
mod examples;
mod fit;
mod issuers;
mod items;
mod masks;
mod pattern;
mod reader;
mod rules;
mod slots;
mod speaker;
mod stage;
mod table;
mod weights;
mod why;

pub use actors::{Actor, Member, MemberKind};
pub use automaton::Match;
pub use classify::{Analysis, Firing, Refusal, SECOND_OPINION, Surroundings, analyse, why_not};
pub use doers::Candidate;
pub use examples::{Failure, example_document, run_examples};
pub use fit::{
    Fit, Fitted, Observation, fit, fit_opinion, observe_deadlines, observe_doers, observe_issuers,
};
pub use items::{Edge, Item};
pub use pattern::{Capture, PatternError};
pub use rules::{Example, FullExample, Rule, RuleError, RuleSet, SlotRule, built_in_files};
pub use speaker::Office;
pub use stage::{TaskStage, analyses};
pub use weights::{Neighbours, TraitWeights, Weights};
pub use why::{Verdict, Weighed, WeighedAct, Weighing, weighings};
