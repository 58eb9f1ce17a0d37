//! `dabir` (دبیر) reads Persian government news and meeting minutes and writes down who must do
//! what by when, with the exact place in the text that says so.
//!
//! A text goes one way: it is read into a [`document::Document`], seen through a normalized view
//! ([`normalize::Aligned`]), cut into sentences and words, searched for mentions, linked into
//! officials and organizations, and searched for tasks. Every result is a span over the text as
//! read, which never changes.

pub mod calendar;
pub mod document;
pub mod eval;
pub mod exchange;
pub mod graph;
pub mod lexicon;
pub mod ner;
pub mod normalize;
pub mod officials;
pub mod pipeline;
pub mod read;
pub mod record;
pub mod resolve;
pub mod segment;
pub mod span;
pub mod tasks;
pub mod worklist;
pub mod write;

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
