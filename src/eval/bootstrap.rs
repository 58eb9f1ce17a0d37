//! How sure a score is. Units (sentences, or documents where there are sections of text instead)
//! are drawn again with replacement many times, and the figures are computed on every draw: the
//! middle 95 % of them are the interval (Efron and Tibshirani 1993, percentile method). For two
//! predictions of the same gold both are computed on the same draws (paired bootstrap, Koehn 2004).
//! Every draw has a generator of its own, so the result depends on the seed alone and not on the
//! number of threads.

use rayon::prelude::*;

use super::figures::{Figure, Sample};

/// How often to draw, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// Number of draws; 0: no intervals.
    pub number: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for Draws {
    fn default() -> Self {
        Self { number: 1000, seed: 1 }
    }
}

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// 2.5th percentile.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// A comparison of two predictions in one figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// Value for the first prediction.
    pub first: f64,
    /// Value for the second.
    pub second: f64,
    /// 95 % interval of `first - second`.
    pub difference: Interval,
    /// Share of draws in which the first is better; draws in which both are equal count half.
    pub first_better: f64,
    /// Two-sided p-value of "both are equally good".
    pub p: f64,
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, and the same on every machine.
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// A generator.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0. The bias of the multiplication is below
    /// `bound / 2^64`.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }
}

fn draw(units: usize, draws: Draws, number: usize) -> Vec<usize> {
    let mut seeds = SplitMix64::new(draws.seed ^ (number as u64).wrapping_mul(0xA076_1D64_78BD_642F));
    let mut random = SplitMix64::new(seeds.next_u64());
    (0..units).map(|_| random.below(units)).collect()
}

/// 95 % intervals of the figures, in their order; none where no draws are asked for or there are
/// fewer than two units.
pub fn intervals(sample: &Sample, figures: &[Figure], draws: Draws) -> Vec<Option<Interval>> {
    if draws.number == 0 || sample.len() < 2 {
        return vec![None; figures.len()];
    }
    let values: Vec<Vec<f64>> = (0..draws.number)
        .into_par_iter()
        .map(|number| {
            let totals = sample.total_of(draw(sample.len(), draws, number));
            figures.iter().map(|f| f.formula.value(&totals)).collect()
        })
        .collect();
    (0..figures.len()).map(|f| Some(interval(values.iter().map(|v| v[f]).collect()))).collect()
}

/// Compares two predictions of the same units, figure by figure.
pub fn paired(first: &Sample, second: &Sample, figures: &[Figure], draws: Draws) -> Vec<Paired> {
    let (total_first, total_second) = (first.total(), second.total());
    let units = first.len().min(second.len());
    let values: Vec<Vec<f64>> = (0..draws.number)
        .into_par_iter()
        .map(|number| {
            let drawn = draw(units, draws, number);
            let one = first.total_of(drawn.iter().copied());
            let two = second.total_of(drawn);
            figures.iter().map(|f| f.formula.value(&one) - f.formula.value(&two)).collect()
        })
        .collect();
    let compare = |(f, figure): (usize, &Figure)| {
        let differences: Vec<f64> = values.iter().map(|v| v[f]).collect();
        let number = differences.len().max(1) as f64;
        let better = differences.iter().filter(|&&d| d > 0.0).count() as f64 / number;
        let worse = differences.iter().filter(|&&d| d < 0.0).count() as f64 / number;
        let equal = if differences.is_empty() { 1.0 } else { 1.0 - better - worse };
        Paired {
            first: figure.formula.value(&total_first),
            second: figure.formula.value(&total_second),
            first_better: better + equal / 2.0,
            p: (2.0 * (better.min(worse) + equal)).min(1.0),
            difference: interval(differences),
        }
    };
    figures.iter().enumerate().map(compare).collect()
}

fn interval(mut values: Vec<f64>) -> Interval {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        // Linear between the two nearest values.
        let place = share * values.len().saturating_sub(1) as f64;
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        match (values.get(low), values.get(high)) {
            (Some(a), Some(b)) => a + (b - a) * (place - low as f64),
            _ => 0.0,
        }
    };
    Interval { low: at(0.025), high: at(0.975) }
}

#[cfg(test)]
mod tests {
    use super::super::figures::{Counts, Formula};
    use super::*;

    fn sample(right: usize, of: usize) -> Sample {
        let mut sample = Sample::new(1);
        for unit in 0..of {
            // Spread the hits so that two samples differ in a stretch of units.
            sample.push([(0, Counts::of_sets(usize::from(unit < right), 1, 1))]);
        }
        sample
    }

    fn f1() -> Vec<Figure> {
        vec![Figure::new("F1", Formula::F1(0))]
    }

    #[test]
    fn the_interval_of_a_share_is_that_of_the_binomial() {
        let found = intervals(&sample(800, 1000), &f1(), Draws { number: 2000, seed: 3 });
        let Some(Some(found)) = found.first() else { panic!("no interval") };
        // 0.8 ± 1.96·√(0.8·0.2/1000) = 0.775 … 0.825
        assert!((found.low - 0.775).abs() < 0.004, "{found:?}");
        assert!((found.high - 0.825).abs() < 0.004, "{found:?}");
    }

    #[test]
    fn the_seed_decides_and_the_threads_do_not() {
        let run = |threads: usize, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| intervals(&sample(30, 50), &f1(), Draws { number: 200, seed }))
        };
        assert_eq!(run(1, 7), run(3, 7));
        assert_ne!(run(1, 7), run(1, 8));
    }

    #[test]
    fn a_clear_difference_is_found_and_none_is_not_invented() {
        let draws = Draws { number: 500, seed: 1 };
        let clear = &paired(&sample(90, 100), &sample(60, 100), &f1(), draws)[0];
        assert!(clear.first_better > 0.99 && clear.p < 0.02 && clear.difference.low > 0.0, "{clear:?}");
        let same = &paired(&sample(70, 100), &sample(70, 100), &f1(), draws)[0];
        assert_eq!((same.first_better, same.p), (0.5, 1.0));
    }

    #[test]
    fn no_draws_no_interval() {
        assert_eq!(intervals(&sample(1, 2), &f1(), Draws { number: 0, seed: 1 }), [None]);
        assert_eq!(intervals(&Sample::new(1), &f1(), Draws::default()), [None]);
    }

    #[test]
    fn known_numbers() {
        // Published test vector of SplitMix64 for seed 1234567.
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }
}
