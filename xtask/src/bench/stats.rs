//! What is kept of a series of measurements.

use serde::{Deserialize, Serialize};

/// A series: its order statistics, and the samples themselves for the charts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stats {
    pub(crate) median: f64,
    pub(crate) average: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// The distance between the quartiles, as a share of the median.
    pub(crate) spread: f64,
    pub(crate) iterations: usize,
    /// In the order in which they were taken.
    pub(crate) samples: Vec<f64>,
}

impl Stats {
    /// `None` when there are no samples.
    pub(crate) fn of(samples: Vec<f64>) -> Option<Self> {
        let mut sorted = samples.clone();
        sorted.sort_by(f64::total_cmp);
        let (&min, &max) = (sorted.first()?, sorted.last()?);
        let median = quantile(&sorted, 0.5);
        let between = quantile(&sorted, 0.75) - quantile(&sorted, 0.25);
        Some(Self {
            median,
            average: sorted.iter().sum::<f64>() / sorted.len() as f64,
            min,
            max,
            spread: if median == 0.0 { 0.0 } else { between / median.abs() },
            iterations: samples.len(),
            samples,
        })
    }
}

/// Linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan); `sorted` is not empty.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = share * (sorted.len() - 1) as f64;
    let (low, high) = (rank.floor() as usize, rank.ceil() as usize);
    sorted[low] + (sorted[high] - sorted[low]) * rank.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_average_and_spread() {
        let check = |samples: &[f64], median: f64, average: f64, spread: f64| {
            let stats = Stats::of(samples.to_vec()).unwrap();
            assert_eq!((stats.median, stats.average), (median, average), "{samples:?}");
            assert!((stats.spread - spread).abs() < 1e-12, "{samples:?}: spread {}", stats.spread);
            assert_eq!(stats.iterations, samples.len());
        };
        check(&[7.0], 7.0, 7.0, 0.0);
        check(&[1.0, 3.0], 2.0, 2.0, 0.5);
        check(&[5.0, 1.0, 3.0, 2.0, 4.0], 3.0, 3.0, 2.0 / 3.0);
        check(&[0.0, 0.0, 0.0], 0.0, 0.0, 0.0);
        check(&[-4.0, -2.0], -3.0, -3.0, 1.0 / 3.0);
    }

    #[test]
    fn keeps_the_order_of_the_samples() {
        let stats = Stats::of(vec![3.0, 1.0, 2.0]).unwrap();
        assert_eq!((stats.min, stats.max, stats.samples), (1.0, 3.0, vec![3.0, 1.0, 2.0]));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert_eq!(Stats::of(Vec::new()), None);
    }
}
