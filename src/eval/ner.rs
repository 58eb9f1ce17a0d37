//! Scores of named-entity recognition on tagged tokens. Persian papers report "F1" and mean
//! different things by it; here every measure has its name, and all are computed at once.

use std::collections::BTreeMap;

use super::error::EvalError;
use super::figures::{Counts, Figure, Formula, Sample};
use super::labels::LabelMap;
use super::spans::{Criterion, Pairing, TypedSpan};
use super::tagged::Tagged;
use super::tags::{Prefix, Reading, Tag, TagScheme, detect, read_entities};

/// Ways of scoring tagged tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Same span and type; entities read as the scheme says.
    Strict,
    /// Same span, whatever the type.
    Exact,
    /// Same span counts 1, an overlap ½, whatever the type.
    Partial,
    /// Any overlap of the same type.
    Type,
    /// Tokens inside entities, by type.
    Token,
    /// Same span and type; entities read as `conlleval` reads them.
    Lenient,
}

impl Measure {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 6] =
        [Self::Strict, Self::Exact, Self::Partial, Self::Type, Self::Token, Self::Lenient];

    /// The name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Exact => "exact",
            Self::Partial => "partial",
            Self::Type => "type",
            Self::Token => "token",
            Self::Lenient => "lenient",
        }
    }

    /// What it counts, in words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Strict => "same span and same type; tags read strictly by their scheme",
            Self::Exact => "same span, whatever the type (SemEval-2013)",
            Self::Partial => "same span counts 1, an overlap ½, whatever the type (SemEval-2013)",
            Self::Type => "an overlap of the same type (SemEval-2013)",
            Self::Token => "tokens inside entities, by type, without regard to where entities begin",
            Self::Lenient => "same span and same type; tags read leniently, as conlleval reads them",
        }
    }

    fn criterion(self) -> Option<Criterion> {
        match self {
            Self::Strict | Self::Lenient => Some(Criterion::Strict),
            Self::Exact => Some(Criterion::Exact),
            Self::Partial => Some(Criterion::Partial),
            Self::Type => Some(Criterion::Type),
            Self::Token => None,
        }
    }
}

/// Which types are scored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Types {
    /// Those that occur in gold: a corpus says nothing about types that it does not annotate.
    #[default]
    OfGold,
    /// All that occur on either side.
    All,
    /// These.
    Only(Vec<String>),
}

impl Types {
    /// The types to score, sorted, from those that occur in gold and in the prediction.
    pub fn choose<'a>(
        &self,
        gold: impl Iterator<Item = &'a str>,
        pred: impl Iterator<Item = &'a str>,
    ) -> Vec<String> {
        let mut types: Vec<String> = match self {
            Self::OfGold => gold.map(str::to_owned).collect(),
            Self::All => gold.chain(pred).map(str::to_owned).collect(),
            Self::Only(types) => types.clone(),
        };
        types.sort();
        types.dedup();
        types
    }
}

/// How tagged tokens are to be scored.
#[derive(Debug, Clone)]
pub struct NerOptions {
    /// Names of types.
    pub labels: LabelMap,
    /// Which types count.
    pub types: Types,
    /// How tags are read for `exact`, `partial` and `type`.
    pub reading: Reading,
    /// Scheme of the tags, where it is not to be told from the files.
    pub scheme: Option<TagScheme>,
}

impl Default for NerOptions {
    fn default() -> Self {
        Self { labels: LabelMap::built_in(), types: Types::default(), reading: Reading::Strict, scheme: None }
    }
}

/// The scores of one prediction.
#[derive(Debug, Clone)]
pub struct NerScore {
    /// Types that were scored, sorted.
    pub types: Vec<String>,
    /// Scheme of the gold tags and of the predicted ones.
    pub schemes: (TagScheme, TagScheme),
    /// Number of tokens.
    pub tokens: usize,
    /// Entities of types that are not scored: in gold, predicted.
    pub left_out: BTreeMap<String, (usize, usize)>,
    /// Tokens whose tag breaks its scheme, so that the strict reading drops them: in gold, predicted.
    pub broken: (usize, usize),
    /// Pairs of gold type (row) and predicted type (column) of matched entities; the last column is
    /// "missed", the last row "spurious".
    pub confusion: Vec<Vec<u64>>,
    /// Counts of every sentence.
    pub sample: Sample,
}

impl NerScore {
    /// The cell of a measure for a type (an index into `types`), or for all types together.
    pub fn cell(&self, measure: Measure, kind: Option<usize>) -> usize {
        measure as usize * (self.types.len() + 1) + kind.unwrap_or(self.types.len())
    }

    /// The cell of the accuracy over all tokens.
    pub fn accuracy_cell(&self) -> usize {
        Measure::ALL.len() * (self.types.len() + 1)
    }

    /// Micro and macro F1 of every measure, and the accuracy of tokens.
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for measure in Measure::ALL {
            let name = measure.name();
            figures.push(Figure::new(format!("{name} micro F1"), Formula::F1(self.cell(measure, None))));
            figures.push(Figure::new(format!("{name} macro F1"), self.macro_f1(measure)));
        }
        figures.push(Figure::new("token accuracy", Formula::F1(self.accuracy_cell())));
        figures
    }

    /// F1 of every type by one measure.
    pub fn type_figures(&self, measure: Measure) -> Vec<Figure> {
        let figure = |(kind, name): (usize, &String)| {
            Figure::new(format!("{} {name} F1", measure.name()), Formula::F1(self.cell(measure, Some(kind))))
        };
        self.types.iter().enumerate().map(figure).collect()
    }

    /// Mean over the types that occur on either side; the others would count as 0 for nothing.
    fn macro_f1(&self, measure: Measure) -> Formula {
        let totals = self.sample.total();
        let cells = (0..self.types.len()).map(|k| self.cell(measure, Some(k)));
        Formula::MeanF1(cells.filter(|&c| totals.get(c).is_some_and(|t| !t.is_zero())).collect())
    }
}

/// One side of the comparison, with its types turned into those that are scored.
struct Side<'a> {
    tagged: &'a Tagged,
    scheme: TagScheme,
    /// Number of the scored type for each written one.
    kinds: Vec<Option<u16>>,
}

impl<'a> Side<'a> {
    fn new(tagged: &'a Tagged, scheme: TagScheme, types: &[String], labels: &LabelMap) -> Self {
        let number = |name: &String| {
            let mapped = labels.map(name)?;
            types.iter().position(|t| t == mapped).and_then(|k| u16::try_from(k).ok())
        };
        Self { tagged, scheme, kinds: tagged.kinds().iter().map(number).collect() }
    }

    fn kind(&self, tag: Tag) -> Option<u16> {
        if tag.prefix == Prefix::Outside {
            return None;
        }
        self.kinds.get(tag.kind as usize).copied().flatten()
    }

    /// Entities of the scored types. Types are mapped after reading, so that two written types
    /// that stand for one never melt into one entity.
    fn entities(&self, sentence: usize, reading: Reading, out: &mut Vec<TypedSpan>) {
        read_entities(self.tagged.tags_of(sentence), self.scheme, reading, out);
        out.retain_mut(|span| match self.kinds.get(span.kind as usize).copied().flatten() {
            Some(kind) => {
                span.kind = kind;
                true
            }
            None => false,
        });
    }
}

fn scheme_of(tagged: &Tagged, asked: Option<TagScheme>, other: Option<TagScheme>) -> TagScheme {
    if let Some(scheme) = asked {
        return scheme;
    }
    let found = detect(tagged.all_tags());
    match (found, other) {
        // A tagger that was taught BIO and leaves out a B- has made an error, not another scheme.
        (TagScheme::Io | TagScheme::Iob1, Some(TagScheme::Bio)) => TagScheme::Bio,
        // A prediction without a single longer entity looks like BIO; it is the gold's scheme.
        (TagScheme::Bio, Some(TagScheme::Bioes))
            if !tagged.all_tags().flatten().any(|t| t.prefix == Prefix::Inside) =>
        {
            TagScheme::Bioes
        }
        _ => found,
    }
}

/// Written names of a file's types, mapped; those that are not scored at all left out.
fn mapped<'a>(tagged: &'a Tagged, labels: &'a LabelMap) -> impl Iterator<Item = &'a str> {
    tagged.kinds().iter().filter_map(|k| labels.map(k))
}

/// Scores `pred` against `gold`.
///
/// # Errors
/// Where the two do not hold the same sentences with the same number of tokens.
pub fn score_ner(gold: &Tagged, pred: &Tagged, options: &NerOptions) -> Result<NerScore, EvalError> {
    gold.check_parallel(pred)?;
    let types = options.types.choose(mapped(gold, &options.labels), mapped(pred, &options.labels));
    let gold_scheme = scheme_of(gold, options.scheme, None);
    let pred_scheme = scheme_of(pred, options.scheme, Some(gold_scheme));
    let gold = Side::new(gold, gold_scheme, &types, &options.labels);
    let pred = Side::new(pred, pred_scheme, &types, &options.labels);
    let number = types.len();
    let mut score = NerScore {
        schemes: (gold_scheme, pred_scheme),
        tokens: gold.tagged.tokens(),
        left_out: left_out(&gold, &pred, &options.labels),
        broken: (broken(&gold), broken(&pred)),
        confusion: vec![vec![0; number + 1]; number + 1],
        sample: Sample::new(Measure::ALL.len() * (number + 1) + 1),
        types,
    };
    let (mut strict, mut lenient) = (Pairing::default(), Pairing::default());
    let (mut of_gold, mut of_pred) = (Vec::new(), Vec::new());
    for sentence in 0..gold.tagged.sentences() {
        for (reading, pairing) in [(Reading::Strict, &mut strict), (Reading::Lenient, &mut lenient)] {
            gold.entities(sentence, reading, &mut of_gold);
            pred.entities(sentence, reading, &mut of_pred);
            pairing.load(&of_gold, &of_pred);
        }
        let mut cells = Vec::new();
        for measure in Measure::ALL {
            let pairing = match (measure, options.reading) {
                (Measure::Lenient, _) => &lenient,
                (Measure::Strict, _) | (_, Reading::Strict) => &strict,
                (_, Reading::Lenient) => &lenient,
            };
            if let Some(criterion) = measure.criterion()
                && !(pairing.gold().is_empty() && pairing.pred().is_empty())
            {
                cells.push((score.cell(measure, None), pairing.counts(criterion)));
                for kind in kinds_in(pairing) {
                    let cell = score.cell(measure, Some(kind as usize));
                    cells.push((cell, pairing.counts_of(criterion, kind)));
                }
            }
        }
        count_tokens(&gold, &pred, sentence, &score, &mut cells);
        score.sample.push(cells);
        count_confusion(
            if options.reading == Reading::Strict { &strict } else { &lenient },
            &mut score.confusion,
        );
    }
    Ok(score)
}

fn kinds_in(pairing: &Pairing) -> Vec<u16> {
    let mut kinds: Vec<u16> = pairing.gold().iter().chain(pairing.pred()).map(|s| s.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn count_tokens(
    gold: &Side,
    pred: &Side,
    sentence: usize,
    score: &NerScore,
    cells: &mut Vec<(usize, Counts)>,
) {
    let mut right = 0;
    let mut all = Counts::default();
    let mut by_type: BTreeMap<u16, Counts> = BTreeMap::new();
    let (of_gold, of_pred) = (gold.tagged.tags_of(sentence), pred.tagged.tags_of(sentence));
    for (&g, &p) in of_gold.iter().zip(of_pred) {
        let (g, p) = (gold.kind(g), pred.kind(p));
        right += usize::from(g == p);
        match (g, p) {
            (None, None) => {}
            (Some(g), Some(p)) if g == p => {
                all.cor += 1;
                by_type.entry(g).or_default().cor += 1;
            }
            (g, p) => {
                match (g, p) {
                    (Some(_), Some(_)) => all.inc += 1,
                    (Some(_), None) => all.mis += 1,
                    _ => all.spu += 1,
                }
                if let Some(g) = g {
                    by_type.entry(g).or_default().mis += 1;
                }
                if let Some(p) = p {
                    by_type.entry(p).or_default().spu += 1;
                }
            }
        }
    }
    cells.push((score.accuracy_cell(), Counts::of_answers(right, of_gold.len())));
    cells.push((score.cell(Measure::Token, None), all));
    cells.extend(by_type.into_iter().map(|(k, c)| (score.cell(Measure::Token, Some(k as usize)), c)));
}

/// Adds one unit's matched and unmatched spans to a table of confusion.
pub(crate) fn count_confusion(pairing: &Pairing, confusion: &mut [Vec<u64>]) {
    let none = confusion.len().saturating_sub(1);
    let (mut gold_free, mut pred_free) = (vec![true; pairing.gold().len()], vec![true; pairing.pred().len()]);
    for (g, p) in pairing.pairs() {
        confusion[pairing.gold()[g].kind as usize][pairing.pred()[p].kind as usize] += 1;
        gold_free[g] = false;
        pred_free[p] = false;
    }
    for (span, _) in pairing.gold().iter().zip(gold_free).filter(|(_, free)| *free) {
        confusion[span.kind as usize][none] += 1;
    }
    for (span, _) in pairing.pred().iter().zip(pred_free).filter(|(_, free)| *free) {
        confusion[none][span.kind as usize] += 1;
    }
}

fn left_out(gold: &Side, pred: &Side, labels: &LabelMap) -> BTreeMap<String, (usize, usize)> {
    let mut out: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut spans = Vec::new();
    for (side, is_gold) in [(gold, true), (pred, false)] {
        if side.kinds.iter().all(Option::is_some) {
            continue;
        }
        for tags in side.tagged.all_tags() {
            read_entities(tags, side.scheme, Reading::Strict, &mut spans);
            for span in &spans {
                let kind = span.kind as usize;
                if side.kinds.get(kind).copied().flatten().is_none() {
                    let written = side.tagged.kinds().get(kind).map_or("", String::as_str);
                    let entry = out.entry(labels.map(written).unwrap_or(written).to_owned()).or_default();
                    *if is_gold { &mut entry.0 } else { &mut entry.1 } += 1;
                }
            }
        }
    }
    out
}

fn broken(side: &Side) -> usize {
    let mut spans = Vec::new();
    let mut broken = 0;
    for tags in side.tagged.all_tags() {
        read_entities(tags, side.scheme, Reading::Strict, &mut spans);
        let inside = tags.iter().filter(|t| t.prefix != Prefix::Outside).count();
        broken += inside - spans.iter().map(|s| s.end - s.start).sum::<usize>();
    }
    broken
}

/// Entities of one sentence on both sides, paired, as `exact`, `partial` and `type` see them: what
/// lists of errors are made of.
///
/// # Errors
/// As [`score_ner`].
pub fn pair_sentences(
    gold: &Tagged,
    pred: &Tagged,
    options: &NerOptions,
    mut each: impl FnMut(usize, &Pairing, &[String]),
) -> Result<(), EvalError> {
    gold.check_parallel(pred)?;
    let types = options.types.choose(mapped(gold, &options.labels), mapped(pred, &options.labels));
    let gold_scheme = scheme_of(gold, options.scheme, None);
    let pred_scheme = scheme_of(pred, options.scheme, Some(gold_scheme));
    let gold = Side::new(gold, gold_scheme, &types, &options.labels);
    let pred = Side::new(pred, pred_scheme, &types, &options.labels);
    let (mut pairing, mut of_gold, mut of_pred) = (Pairing::default(), Vec::new(), Vec::new());
    for sentence in 0..gold.tagged.sentences() {
        gold.entities(sentence, options.reading, &mut of_gold);
        pred.entities(sentence, options.reading, &mut of_pred);
        pairing.load(&of_gold, &of_pred);
        each(sentence, &pairing, &types);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
