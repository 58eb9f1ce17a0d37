//! From logits to labels and spans: the best sequence of labels among those that are legal, where
//! an inside label only follows the begin or inside label of its own type. A model may bring scores
//! for one label after another (a linear chain, as in Lample et al. 2016), which are added to the logits.

use std::ops::Range;

/// What a label says of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// In no span.
    Outside,
    /// First of a span of the type.
    Begin(usize),
    /// Any further word of a span of the type.
    Inside(usize),
}

/// The labels of a head that tags words.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagset {
    labels: Vec<String>,
    tags: Vec<Tag>,
    types: Vec<String>,
    /// For every label the two that may stand before it, where not all may.
    before: Vec<Option<[Option<usize>; 2]>>,
    /// Labels × labels: the score of the second after the first; a last row for first words. May be empty.
    transitions: Vec<f32>,
}

/// Words of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Index into [`Tagset::types`].
    pub kind: usize,
    /// The words.
    pub words: Range<usize>,
    /// Mean probability of their labels.
    pub score: f32,
}

/// Memory of a decoding, for the next.
#[derive(Debug, Default)]
pub struct Decoder {
    /// For every word and label, the label before on the best way.
    from: Vec<u16>,
    /// Score of the best way to each label of the last word, and of the word before.
    now: Vec<f32>,
    then: Vec<f32>,
    path: Vec<usize>,
    probabilities: Vec<f32>,
}

impl Tagset {
    /// The tagset of BIO labels.
    ///
    /// # Errors
    /// The label that is none.
    pub fn new(labels: &[String]) -> Result<Self, String> {
        let mut types: Vec<String> = Vec::new();
        let mut tags = Vec::with_capacity(labels.len());
        for label in labels {
            let mut number = |name: &str| {
                types.iter().position(|t| t == name).unwrap_or_else(|| {
                    types.push(name.to_owned());
                    types.len() - 1
                })
            };
            tags.push(match label.split_once('-') {
                None if label == "O" => Tag::Outside,
                Some(("B", name)) => Tag::Begin(number(name)),
                Some(("I", name)) => Tag::Inside(number(name)),
                _ => return Err(label.clone()),
            });
        }
        let place = |tag| tags.iter().position(|t| *t == tag);
        let before = tags
            .iter()
            .map(|tag| match *tag {
                Tag::Inside(kind) => Some([place(Tag::Begin(kind)), place(Tag::Inside(kind))]),
                _ => None,
            })
            .collect();
        Ok(Self { labels: labels.to_vec(), tags, types, before, transitions: Vec::new() })
    }

    /// The tagset with scores of one label after another: a row for each label before, and one for first words.
    #[must_use]
    pub fn with_transitions(mut self, rows: &[Vec<f32>]) -> Self {
        self.transitions = rows.concat();
        self
    }

    /// What is added to the score of a label because of the one before, if there is one.
    fn step(&self, before: Option<usize>, label: usize) -> f32 {
        let n = self.tags.len();
        self.transitions.get(before.unwrap_or(n) * n + label).copied().unwrap_or(0.0)
    }

    /// Names of the types, in the order of the labels.
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// The label of that number.
    pub fn label(&self, number: usize) -> &str {
        self.labels.get(number).map_or("O", String::as_str)
    }
}

impl Decoder {
    /// The best legal labels of some words, whose logits are the `rows`.
    pub fn labels<'a>(&mut self, tagset: &Tagset, rows: impl Iterator<Item = &'a [f32]>) -> &[usize] {
        let n = tagset.tags.len();
        self.from.clear();
        self.path.clear();
        self.probabilities.clear();
        self.now.clear();
        for (word, row) in rows.enumerate() {
            let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = row.iter().map(|v| (v - most).exp()).sum();
            std::mem::swap(&mut self.now, &mut self.then);
            self.now.clear();
            let best = best_of(&self.then);
            for (label, before) in tagset.before.iter().enumerate() {
                let log_probability = row.get(label).map_or(f32::NEG_INFINITY, |v| v - most) - sum.ln();
                let then = &self.then;
                let step = |l: usize| (l, then[l] + tagset.step(Some(l), label));
                let better = |a: (usize, f32), b: (usize, f32)| if b.1 > a.1 { b } else { a };
                let way = match before {
                    None if word == 0 => Some((label, tagset.step(None, label))),
                    Some(_) if word == 0 => None,
                    None if tagset.transitions.is_empty() => Some((best, then[best])),
                    None => (0..n).map(step).reduce(better),
                    Some(two) => two.iter().flatten().copied().map(step).reduce(better),
                };
                let (from, score) = way.unwrap_or((0, f32::NEG_INFINITY));
                self.from.push(from as u16);
                self.now.push(score + log_probability);
                self.probabilities.push(log_probability.exp());
            }
        }
        let words = self.from.len() / n.max(1);
        if words > 0 {
            let mut label = best_of(&self.now);
            for word in (0..words).rev() {
                self.path.push(label);
                label = usize::from(self.from[word * n + label]);
            }
            self.path.reverse();
        }
        &self.path
    }

    /// The probability that a word of the last decoding has one of the labels of a type, whatever its
    /// neighbours have.
    pub fn probability(&self, tagset: &Tagset, word: usize, kind: usize) -> f32 {
        let row = self.probabilities.chunks_exact(tagset.tags.len().max(1)).nth(word).unwrap_or_default();
        let of_kind = |tag: &Tag| matches!(*tag, Tag::Begin(k) | Tag::Inside(k) if k == kind);
        tagset.tags.iter().zip(row).filter(|(tag, _)| of_kind(tag)).map(|(_, p)| p).sum()
    }

    /// The spans of the best legal labels.
    pub fn spans<'a>(&mut self, tagset: &Tagset, rows: impl Iterator<Item = &'a [f32]>) -> Vec<Span> {
        self.labels(tagset, rows);
        let n = tagset.tags.len();
        let mut spans: Vec<Span> = Vec::new();
        for (word, &label) in self.path.iter().enumerate() {
            let probability = self.probabilities[word * n + label];
            match (tagset.tags[label], spans.last_mut()) {
                (Tag::Begin(kind), _) => spans.push(Span { kind, words: word..word + 1, score: probability }),
                (Tag::Inside(_), Some(open)) => {
                    open.words.end = word + 1;
                    open.score += probability;
                }
                _ => {}
            }
        }
        for span in &mut spans {
            span.score = (span.score / span.words.len() as f32).min(1.0);
        }
        spans
    }
}

/// The first of the greatest values.
fn best_of(scores: &[f32]) -> usize {
    let mut best = 0;
    for (i, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tagset() -> Tagset {
        let labels = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG"].map(String::from);
        Tagset::new(&labels).unwrap()
    }

    fn legal(tagset: &Tagset, path: &[usize]) -> bool {
        path.iter().enumerate().all(|(i, &label)| match tagset.tags[label] {
            Tag::Inside(kind) => {
                i > 0 && [Tag::Begin(kind), Tag::Inside(kind)].contains(&tagset.tags[path[i - 1]])
            }
            _ => true,
        })
    }

    #[test]
    fn an_illegal_label_gives_way() {
        let rows = [[0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.9, 0.0, 2.0], [3.0, 0.0, 0.0, 0.0, 0.0]];
        let spans = Decoder::default().spans(&tagset(), rows.iter().map(|r| r.as_slice()));
        assert_eq!(spans.len(), 1);
        assert_eq!((spans[0].kind, spans[0].words.clone()), (0, 0..2));
        assert!(spans[0].score > 0.3 && spans[0].score < 0.6);
    }

    #[test]
    fn a_word_may_belong_to_a_type_though_no_span_has_it() {
        let rows = [[1.0, 0.5, 0.5, 0.0, 0.0]];
        let (tagset, mut decoder) = (tagset(), Decoder::default());
        assert!(decoder.spans(&tagset, rows.iter().map(|r| r.as_slice())).is_empty());
        let each = [0, 1].map(|kind| decoder.probability(&tagset, 0, kind));
        assert!(each[0] > 0.35 && each[0] < 0.5, "{each:?}");
        assert!(each[1] > 0.2 && each[1] < each[0], "{each:?}");
        assert_eq!(decoder.probability(&tagset, 1, 0), 0.0);
    }

    #[test]
    fn two_spans_may_touch() {
        let rows = [[0.0, 5.0, 0.0, 0.0, 0.0], [0.0, 5.0, 0.0, 0.0, 0.0]];
        let spans = Decoder::default().spans(&tagset(), rows.iter().map(|r| r.as_slice()));
        assert_eq!(spans.iter().map(|s| s.words.clone()).collect::<Vec<_>>(), [0..1, 1..2]);
    }

    #[test]
    fn a_label_that_is_none_is_named() {
        assert_eq!(Tagset::new(&["O".into(), "S-PER".into()]), Err("S-PER".into()));
    }

    proptest! {
        #[test]
        fn no_legal_way_is_better(
            rows in prop::collection::vec(prop::array::uniform5(-4.0_f32..4.0), 0..5),
            transitions in prop::option::of(prop::array::uniform6(prop::array::uniform5(-3.0_f32..3.0))),
        ) {
            let transitions: Vec<Vec<f32>> = transitions.iter().flatten().map(|r| r.to_vec()).collect();
            let tagset = tagset().with_transitions(&transitions);
            let mut decoder = Decoder::default();
            let path = decoder.labels(&tagset, rows.iter().map(|r| r.as_slice())).to_vec();
            prop_assert_eq!(path.len(), rows.len());
            prop_assert!(legal(&tagset, &path));
            let score = |path: &[usize]| -> f32 {
                let before = |i: usize| if i == 0 { 5 } else { path[i - 1] };
                let step = |i: usize, l: usize| transitions.get(before(i)).map_or(0.0, |row| row[l]);
                path.iter().zip(&rows).enumerate().map(|(i, (&l, r))| r[l] + step(i, l)).sum()
            };
            for number in 0..5_usize.pow(rows.len() as u32) {
                let other: Vec<usize> =
                    (0..rows.len()).map(|i| number / 5_usize.pow(i as u32) % 5).collect();
                if legal(&tagset, &other) {
                    prop_assert!(score(&other) <= score(&path) + 1e-3);
                }
            }
        }
    }
}
