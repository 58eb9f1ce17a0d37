//! Fitting the weights that tell who does an act (`rules/doers.toml`), by whose will
//! (`rules/issuers.toml`) and by when (`rules/deadlines.toml`) on labelled documents: logistic
//! regression with a penalty on great weights, by majorization (Böhning & Lindsay 1988), and a cut that
//! is good for F1 (Lipton, Elkan & Naryanaswamy 2014: half the F1 that can be reached).

use std::collections::BTreeMap;

use super::rules::RuleSet;
use super::slots;
use super::stage::walk;
use super::weights::TraitWeights;
use crate::document::{Document, SentenceClass, Slot, SlotKind};
use crate::span::ByteSpan;

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitted {
    /// Who does an act.
    Doers,
    /// By whose will.
    Issuers,
    /// By when.
    Deadlines,
}

/// One, or a time, that may fill a slot, and whether it does.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Number of the document.
    pub document: usize,
    /// Number of the sentence, or of the act where each has its own: one of a group at most is an issuer,
    /// or a time limit.
    pub group: usize,
    /// Class of the sentence.
    pub class: SentenceClass,
    /// What is seen of him.
    pub traits: Vec<String>,
    /// The recognizer's log-odds that he does something; `None` without a recognizer.
    pub odds: Option<f32>,
    /// Whether he does the act.
    pub does: bool,
}

/// How well the weights tell who does an act, on documents that they were not fitted on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fit {
    /// Those that may do an act.
    pub observations: usize,
    /// Those that do it.
    pub doers: usize,
    /// F1 of the decision, cross-validated by document where the weights come from the same ones.
    pub f1: f64,
}

/// What a rule that names who fills the slot weighs before anything is seen of it: the rule is
/// knowledge of the language, and a rare one keeps most of this.
const NAMED: f64 = 1.5;
/// A trait that is seen more rarely gets no weight.
const RARE: usize = 8;
/// Words that say of a time that it limits something, and such as say that it does not: known before
/// anything is seen, like what rules name.
const LIMITS: [&str; 8] = [
    "intro.until",
    "intro.within",
    "intro.at-most",
    "intro.term",
    "time.immediate",
    "time.vague",
    "time.every",
    "time.steady",
];
const NO_LIMITS: [&str; 3] = ["intro.compared", "past", "time.ago"];
/// Pull of the recognizer's weights to where its opinion counts as much as the evidence.
const EVEN: f64 = 30.0;
/// A smaller weight is left out.
const SMALL: f32 = 0.1;
/// Traits whose weights stay as they are: the phrases of resolutions («X نسبت به … اقدام کند»، «توسط X
/// انجام شود»), which labelled news hardly has.
const KEPT: [&str; 2] = ["slot.toward", "slot.to-be-done-by"];
const ROUNDS: usize = 1500;
const FOLDS: usize = 10;
/// Families of traits that may tell something else in each class.
const BY_CLASS: [&str; 7] = ["place.", "after.", "subject.", "rule.", "slot.", "side.", "carried."];

impl Fitted {
    /// Penalty on the square of a weight: greater where there is less to learn from.
    const fn penalty(self) -> f64 {
        match self {
            Self::Doers | Self::Issuers => 0.5,
            Self::Deadlines => 2.0,
        }
    }

    /// What a trait weighs before anything is seen of it; `None` for most.
    fn prior(self, class: Option<SentenceClass>, name: &str) -> Option<f64> {
        let named = match self {
            Self::Doers => name == "rule.assignee" || name.starts_with("slot."),
            Self::Issuers => name == "rule.issuer" || name.starts_with("slot."),
            Self::Deadlines => LIMITS.contains(&name),
        };
        match () {
            () if class.is_some() => None,
            () if named => Some(NAMED),
            () if self == Self::Deadlines && NO_LIMITS.contains(&name) => Some(-NAMED),
            () => None,
        }
    }

    fn differs_by_class(self, name: &str) -> bool {
        match self {
            Self::Doers | Self::Issuers => BY_CLASS.iter().any(|family| name.starts_with(family)),
            Self::Deadlines => name.starts_with("side."),
        }
    }
}

/// All that may do an act in the tasks of a document. `does` tells whether, in the sentence at a
/// place, any of some does the act at a second place.
pub fn observe_doers(
    rules: &RuleSet,
    document: &Document,
    number: usize,
    does: impl Fn(ByteSpan, &[Slot], ByteSpan) -> bool,
) -> Vec<Observation> {
    let mut out = Vec::new();
    walk(rules, document, |index, _, analysis, context| {
        let Some(sentence) = document.sentences.get(index).filter(|_| analysis.class.is_task()) else {
            return;
        };
        let here = |act: ByteSpan, who: &[Slot]| does(sentence.span, who, act);
        for act in slots::act_candidates(rules, document, index, analysis, context, here) {
            // Of one who stands for nobody that is known («وی» at the start) nothing can be learned.
            let known = act.candidates.iter().filter(|(_, who, _)| !who.is_empty());
            out.extend(known.map(|(place, who, candidate)| Observation {
                document: number,
                group: index,
                class: analysis.class,
                traits: candidate.traits.iter().map(|t| (*t).to_owned()).collect(),
                odds: sentence.prediction.as_ref().map(|p| p.odds(SlotKind::Assignee, *place)),
                does: here(act.span, who),
            }));
        }
    });
    out
}

/// All by whose will the tasks of a document may be, plans left out. `wills` tells whether the tasks of
/// the sentence at a place are by the will of somebody.
pub fn observe_issuers(
    rules: &RuleSet,
    document: &Document,
    number: usize,
    wills: impl Fn(ByteSpan, &Slot) -> bool,
) -> Vec<Observation> {
    let mut out = Vec::new();
    walk(rules, document, |index, _, analysis, context| {
        let ordered = analysis.class.is_task() && analysis.class != SentenceClass::Plan;
        let Some(sentence) = document.sentences.get(index).filter(|_| ordered) else { return };
        let odds = |place: ByteSpan| sentence.prediction.as_ref().map(|p| p.odds(SlotKind::Issuer, place));
        let all = slots::issuer_candidates(rules, document, index, analysis, context);
        out.extend(all.into_iter().map(|candidate| Observation {
            document: number,
            group: index,
            class: analysis.class,
            traits: candidate.traits.iter().map(|t| (*t).to_owned()).collect(),
            odds: candidate.place.and_then(odds),
            does: wills(sentence.span, &candidate.slot),
        }));
    });
    out
}

/// All times that may limit the acts of a document. `limits` tells whether, in the sentence at a place,
/// the time at a second place limits the act at a third.
pub fn observe_deadlines(
    rules: &RuleSet,
    document: &Document,
    number: usize,
    limits: impl Fn(ByteSpan, ByteSpan, ByteSpan) -> bool,
) -> Vec<Observation> {
    let mut out = Vec::new();
    let mut group = 0;
    walk(rules, document, |index, _, analysis, context| {
        let Some(sentence) = document.sentences.get(index).filter(|_| analysis.class.is_task()) else {
            return;
        };
        for (act, times) in slots::deadline_candidates(rules, document, index, analysis, context) {
            group += 1;
            out.extend(times.into_iter().map(|(place, candidate)| Observation {
                document: number,
                group,
                class: analysis.class,
                traits: candidate.traits.iter().map(|t| (*t).to_owned()).collect(),
                odds: sentence.prediction.as_ref().map(|p| p.odds(SlotKind::Deadline, place)),
                does: limits(sentence.span, place, act),
            }));
        }
    });
    out
}

/// The columns of a regression: for each observation those that are 1.
struct Table {
    names: Vec<(Option<SentenceClass>, String)>,
    /// The weights that the penalty pulls to.
    prior: Vec<f64>,
    penalty: f64,
    rows: Vec<Vec<usize>>,
}

impl Table {
    fn new(slot: Fitted, all: &[Observation]) -> Self {
        let columns = |o: &Observation| -> Vec<(Option<SentenceClass>, String)> {
            let own = o.traits.iter().map(|t| (None, t.clone()));
            let of_class = o.traits.iter().filter(|t| slot.differs_by_class(t));
            own.chain(of_class.map(|t| (Some(o.class), t.clone()))).collect()
        };
        let mut counts: BTreeMap<(Option<SentenceClass>, String), usize> = BTreeMap::new();
        for name in all.iter().flat_map(columns) {
            *counts.entry(name).or_default() += 1;
        }
        counts.retain(|(class, name), n| *n >= RARE || slot.prior(*class, name).is_some());
        let names: Vec<_> = counts.into_keys().collect();
        let prior = names.iter().map(|(class, name)| slot.prior(*class, name).unwrap_or(0.0)).collect();
        let rows =
            all.iter().map(|o| columns(o).iter().filter_map(|c| names.binary_search(c).ok()).collect());
        let rows = rows.collect();
        Self { names, prior, rows, penalty: slot.penalty() }
    }

    /// Bias and weights after some rounds; each makes the penalized likelihood greater.
    fn regress(&self, wanted: &[bool], taken: impl Fn(usize) -> bool) -> (f64, Vec<f64>) {
        let mut weights = self.prior.clone();
        let mut bias = 0.0;
        let rows: Vec<usize> = (0..self.rows.len()).filter(|&r| taken(r)).collect();
        let mut curvature = vec![self.penalty; weights.len()];
        let mut bias_curvature = 1e-6;
        for &r in &rows {
            let active = (self.rows[r].len() + 1) as f64;
            self.rows[r].iter().for_each(|&c| curvature[c] += active / 4.0);
            bias_curvature += active / 4.0;
        }
        for _ in 0..ROUNDS {
            let mut slope: Vec<f64> =
                weights.iter().zip(&self.prior).map(|(w, prior)| self.penalty * (prior - w)).collect();
            let mut bias_slope = 0.0;
            for &r in &rows {
                let error = f64::from(u8::from(wanted[r])) - logistic(self.sum(bias, &weights, r));
                self.rows[r].iter().for_each(|&c| slope[c] += error);
                bias_slope += error;
            }
            for (w, (s, c)) in weights.iter_mut().zip(slope.iter().zip(&curvature)) {
                *w += s / c;
            }
            bias += bias_slope / bias_curvature;
        }
        (bias, weights)
    }

    fn sum(&self, bias: f64, weights: &[f64], row: usize) -> f64 {
        bias + self.rows[row].iter().map(|&c| weights[c]).sum::<f64>()
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Fits the weights of all traits that can be learned; the others are those of `rules`. The bias holds
/// the cut: who has evidence above 0 fills the slot.
pub fn fit(rules: &RuleSet, slot: Fitted, observations: &[Observation]) -> (TraitWeights, Fit) {
    let table = Table::new(slot, observations);
    let wanted: Vec<bool> = observations.iter().map(|o| o.does).collect();
    let mut unseen = vec![0.0; observations.len()];
    for fold in 0..FOLDS {
        let here = |r: usize| observations[r].document % FOLDS == fold;
        let (bias, weights) = table.regress(&wanted, |r| !here(r));
        for r in (0..observations.len()).filter(|&r| here(r)) {
            unseen[r] = table.sum(bias, &weights, r);
        }
    }
    let (cut, f1) = decision(slot, observations, &unseen, &wanted);
    let (bias, weights) = table.regress(&wanted, |_| true);
    let mut out = TraitWeights::default();
    out.general.insert("bias".to_owned(), (bias - cut) as f32);
    for ((class, name), weight) in table.names.iter().zip(weights) {
        if (weight as f32).abs() >= SMALL {
            let part = class.and_then(|c| out.class_mut(c)).map(|m| m.insert(name.clone(), weight as f32));
            if part.is_none() && class.is_none() {
                out.general.insert(name.clone(), weight as f32);
            }
        }
    }
    if slot == Fitted::Doers {
        for name in KEPT {
            out.general.insert(name.to_owned(), rules.doer.general(name));
        }
    }
    (out, Fit { observations: wanted.len(), doers: wanted.iter().filter(|w| **w).count(), f1 })
}

/// Fits what the recognizer adds, `model.odds` and `model.bias`, on documents that it was not trained
/// on, and leaves the other weights as they are. Observations without a recognizer are passed over.
pub fn fit_opinion(weights: &mut TraitWeights, slot: Fitted, observations: &[Observation]) -> Fit {
    let mut rows: Vec<(f64, f64, bool)> = Vec::new();
    let seen: Vec<Observation> = observations.iter().filter(|o| o.odds.is_some()).cloned().collect();
    for o in &seen {
        let odds = o.odds.unwrap_or_default();
        rows.push((f64::from(weights.sum(o.class, &o.traits)), f64::from(odds), o.does));
    }
    let (mut a, mut b, mut c) = (1.0, 1.0, 0.0);
    for _ in 0..20 * ROUNDS {
        let (mut slope, mut curvature) = ([EVEN * (1.0 - a), EVEN * (1.0 - b), 0.0], [EVEN, EVEN, 1e-6]);
        for &(evidence, odds, does) in &rows {
            let error = f64::from(u8::from(does)) - logistic(a * evidence + b * odds + c);
            for (k, x) in [evidence, odds, 1.0].into_iter().enumerate() {
                slope[k] += error * x;
                curvature[k] += x.abs() * (evidence.abs() + odds.abs() + 1.0) / 4.0;
            }
        }
        a = (a + slope[0] / curvature[0]).max(0.1);
        b += slope[1] / curvature[1];
        c += slope[2] / curvature[2];
    }
    let wanted: Vec<bool> = rows.iter().map(|r| r.2).collect();
    // The pull keeps the proportion of the two; how sure they are together is left to the data.
    let together: Vec<f64> = rows.iter().map(|r| a * r.0 + b * r.1).collect();
    let (scale, constant) = calibrate(&together, &wanted);
    let scores: Vec<f64> = together.iter().map(|x| scale * x + constant).collect();
    let (cut, f1) = decision(slot, &seen, &scores, &wanted);
    weights.general.insert("model.odds".to_owned(), (b / a) as f32);
    weights.general.insert("model.bias".to_owned(), ((constant - cut) / (scale * a)) as f32);
    Fit { observations: wanted.len(), doers: wanted.iter().filter(|w| **w).count(), f1 }
}

/// Scale and constant that make log-odds of scores (Platt 1999).
fn calibrate(scores: &[f64], wanted: &[bool]) -> (f64, f64) {
    let (mut scale, mut constant) = (1.0, 0.0);
    for _ in 0..20 * ROUNDS {
        let (mut slope, mut curvature) = ([0.0; 2], [1e-6; 2]);
        for (&x, &wanted) in scores.iter().zip(wanted) {
            let error = f64::from(u8::from(wanted)) - logistic(scale * x + constant);
            for (k, by) in [x, 1.0].into_iter().enumerate() {
                slope[k] += error * by;
                curvature[k] += by.abs() * (x.abs() + 1.0) / 4.0;
            }
        }
        scale = (scale + slope[0] / curvature[0]).max(0.1);
        constant += slope[1] / curvature[1];
    }
    (scale, constant)
}

/// [`cut`] where several may fill the slot, or only the best of a sentence.
fn decision(slot: Fitted, observations: &[Observation], scores: &[f64], wanted: &[bool]) -> (f64, f64) {
    if slot == Fitted::Doers {
        return cut(scores, wanted);
    }
    let mut best: BTreeMap<(usize, usize), (f64, bool, bool)> = BTreeMap::new();
    for ((o, score), wanted) in observations.iter().zip(scores).zip(wanted) {
        let entry = best.entry((o.document, o.group)).or_insert((f64::NEG_INFINITY, false, false));
        if *score > entry.0 {
            (entry.0, entry.1) = (*score, *wanted);
        }
        entry.2 |= wanted;
    }
    // Of a sentence whose best one is wrong, a further row stands for the one that is missed.
    let missed = best.values().filter(|b| b.2 && !b.1).map(|_| (f64::NEG_INFINITY, true));
    let rows: Vec<(f64, bool)> = best.values().map(|b| (b.0, b.1)).chain(missed).collect();
    let (scores, wanted): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
    cut(&scores, &wanted)
}

/// The score from which on to decide, and the F1 that this gives: the log-odds of half the greatest
/// F1 that any cut reaches, which hangs less on chance than that cut itself.
fn cut(scores: &[f64], wanted: &[bool]) -> (f64, f64) {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let all = wanted.iter().filter(|w| **w).count();
    let (mut hits, mut best) = (0, 0.0_f64);
    for (n, &i) in order.iter().enumerate() {
        hits += usize::from(wanted[i]);
        best = best.max(2.0 * hits as f64 / (n + 1 + all) as f64);
    }
    let half = (best / 2.0).clamp(0.01, 0.5);
    let cut = (half / (1.0 - half)).ln();
    let taken = scores.iter().filter(|s| **s > cut).count();
    let hits = scores.iter().zip(wanted).filter(|(s, w)| **s > cut && **w).count();
    (cut, 2.0 * hits as f64 / ((taken + all) as f64).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(document: usize, class: SentenceClass, traits: &[&str], does: bool) -> Observation {
        let traits = traits.iter().map(|t| (*t).to_owned()).collect();
        Observation { document, group: 0, class, traits, odds: Some(if does { 2.0 } else { -3.0 }), does }
    }

    #[test]
    fn what_tells_gets_weight_and_what_does_not_gets_none() {
        use SentenceClass::{Decision, Plan};
        let mut all = Vec::new();
        for n in 0..60 {
            let noise = if n % 2 == 0 { "kind.body" } else { "kind.role" };
            all.push(seen(n, Plan, &["after.by", noise], true));
            all.push(seen(n, Plan, &["after.in", noise], false));
            // «در» tells the contrary in decisions.
            all.push(seen(n, Decision, &["after.in", noise], true));
            all.push(seen(n, Decision, &["after.with", noise], false));
        }
        let rules = RuleSet::built_in().unwrap_or_else(|e| panic!("{e}"));
        let (weights, fit) = fit(&rules, Fitted::Doers, &all);
        assert_eq!((fit.observations, fit.doers), (240, 120));
        assert!(fit.f1 > 0.99, "{fit:?}");
        assert!(all.iter().all(|o| (weights.sum(o.class, &o.traits) > 0.0) == o.does));
        assert!(weights.decision["after.in"] > 0.5 && weights.plan["after.in"] < -0.5, "{weights:?}");
        assert!(!weights.general.contains_key("kind.body"), "{weights:?}");
    }

    #[test]
    fn the_recognizer_is_weighed_on_top() {
        let (mut weights, mut all) = (TraitWeights::default(), Vec::new());
        weights.general.insert("bias".to_owned(), -0.2);
        for n in 0..40 {
            all.push(seen(n, SentenceClass::Plan, &["after.by"], n % 2 == 0));
        }
        let fit = fit_opinion(&mut weights, Fitted::Doers, &all);
        assert!(fit.f1 > 0.99 && weights.general("model.odds") > 0.1, "{fit:?} {weights:?}");
        let unsure = fit_opinion(&mut weights, Fitted::Doers, &[]);
        assert_eq!(unsure.observations, 0);
    }

    #[test]
    fn the_cut_is_lower_than_even_where_much_is_unsure() {
        let scores: Vec<f64> = (0..100).map(|i| f64::from(i) / 50.0 - 1.5).collect();
        let wanted: Vec<bool> = (0..100).map(|i| i > 40 && i % 3 == 0).collect();
        let (cut, f1) = cut(&scores, &wanted);
        assert!(cut < -0.3 && f1 > 0.4, "{cut} {f1}");
    }
}
