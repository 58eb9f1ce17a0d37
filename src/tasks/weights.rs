//! Numbers by which evidence is put together; their values are data (`rules/words.toml`).

use serde::Deserialize;

/// How the evidence of rules and of the recognizer is put together.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Weights {
    /// Evidence that a sentence is `none` before any rule fired.
    pub none: f32,
    /// Evidence that makes a class e times as likely.
    pub scale: f32,
    /// Weight of the recognizer's log-probability.
    pub model: f32,
    /// Probability of a class from which on the recognizer may decide where no rule of it fired.
    pub second_opinion: f32,
    /// Priority of a slot that the recognizer proposes with probability 1.
    pub slot: f32,
    /// Probability from which on the span of an act that the recognizer proposes is taken.
    pub act: f32,
}

/// How much a time expression looks like the time limit of an act; the strongest one counts.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeadlineWeights {
    /// «تا …»، «ظرف …»، «حداکثر …».
    pub limit: u8,
    /// A time that the act comes before or after («قبل از عید»).
    pub beside: u8,
    /// «در …»، «از …».
    pub at: u8,
    /// No preposition.
    pub bare: u8,
    /// A year or season, unless it is a limit.
    pub long: u8,
    /// «امروز», which mostly dates the news itself, in a plan.
    pub today: u8,
    /// Something that happens («پس از تصویب …»).
    pub event: u8,
    /// «هر هفته».
    pub recurring: u8,
    /// «فوراً».
    pub immediate: u8,
    /// «در اسرع وقت».
    pub vague: u8,
    /// From which on it counts where there is no recognizer.
    pub least: u8,
    /// From which on it counts though the recognizer proposes none.
    pub lone: u8,
    /// Probability from which on words count that are no time expression.
    pub unread: f32,
}
