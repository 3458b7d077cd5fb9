//! Takes samples in rounds, every subject once a round, so that a disturbance of the machine hits all alike.

use anyhow::Result;

use super::progress::Progress;
use super::results::{Benchmark, Entry, Outcome, Unit};
use super::stats::Stats;
use super::targets;

/// How often each candidate is sampled.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    /// First, to warm caches and to find out what fails.
    pub(crate) uncounted: usize,
    pub(crate) counted: usize,
}

/// Something to measure, or why it cannot be.
pub(crate) struct Candidate<T> {
    pub(crate) subject: String,
    pub(crate) what: Result<T, String>,
}

/// One quantity of those that a sample holds.
pub(crate) struct Quantity {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) unit: Unit,
}

/// Samples every candidate; a sample has one value for each quantity.
/// A candidate that fails is out, with its error as the outcome.
pub(crate) fn interleave<T, const N: usize>(
    progress: &Progress,
    rounds: Rounds,
    candidates: Vec<Candidate<T>>,
    quantities: [Quantity; N],
    mut sample: impl FnMut(&str, &T) -> Result<[f64; N]>,
) -> Vec<Benchmark> {
    interleave_series(progress, rounds, candidates, quantities, |subject, what| {
        Ok(sample(subject, what)?.map(|value| vec![value]))
    })
}

/// The same with programs that take several samples in one run: all of them count.
pub(crate) fn interleave_series<T, const N: usize>(
    progress: &Progress,
    rounds: Rounds,
    candidates: Vec<Candidate<T>>,
    quantities: [Quantity; N],
    mut sample: impl FnMut(&str, &T) -> Result<[Vec<f64>; N]>,
) -> Vec<Benchmark> {
    let mut series: Vec<_> = candidates.into_iter().map(|candidate| Series::<T, N>::new(candidate)).collect();
    let all = rounds.uncounted + rounds.counted;
    for round in 0..all {
        progress.round(round + 1, all);
        // Another one goes first each time: none is always the one after the slowest.
        let first = round % series.len().max(1);
        let (head, tail) = series.split_at_mut(first);
        for one in tail.iter_mut().chain(head) {
            one.take(round >= rounds.uncounted, &mut sample);
        }
    }
    quantities.into_iter().enumerate().map(|(index, quantity)| benchmark(&series, index, quantity)).collect()
}

struct Series<T, const N: usize> {
    candidate: Candidate<T>,
    samples: [Vec<f64>; N],
    failure: Option<String>,
}

impl<T, const N: usize> Series<T, N> {
    fn new(candidate: Candidate<T>) -> Self {
        Self { candidate, samples: std::array::from_fn(|_| Vec::new()), failure: None }
    }

    fn take(&mut self, counts: bool, sample: &mut impl FnMut(&str, &T) -> Result<[Vec<f64>; N]>) {
        let Ok(what) = &self.candidate.what else { return };
        if self.failure.is_some() {
            return;
        }
        match sample(&self.candidate.subject, what) {
            Ok(values) if counts => {
                self.samples.iter_mut().zip(values).for_each(|(samples, more)| samples.extend(more));
            }
            Ok(_) => {}
            Err(error) => self.failure = Some(format!("{error:#}")),
        }
    }

    fn outcome(&self, index: usize) -> Outcome {
        match (&self.candidate.what, &self.failure) {
            (Err(reason), _) => Outcome::Missing(reason.clone()),
            (_, Some(failure)) => Outcome::Failed(failure.clone()),
            _ => Stats::of(self.samples[index].clone())
                .map_or_else(|| Outcome::Failed("no rounds were asked for".to_owned()), Outcome::Measured),
        }
    }
}

fn benchmark<T, const N: usize>(series: &[Series<T, N>], index: usize, quantity: Quantity) -> Benchmark {
    let entry =
        |one: &Series<T, N>| Entry { subject: one.candidate.subject.clone(), outcome: one.outcome(index) };
    Benchmark {
        id: quantity.id.to_owned(),
        title: quantity.title.to_owned(),
        about: quantity.about.to_owned(),
        unit: quantity.unit,
        entries: series.iter().map(entry).collect(),
        goals: targets::goals(quantity.id),
        notes: Vec::new(),
        bytes: None,
        chart: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_is_sampled_once_a_round_and_one_that_fails_is_out() {
        let candidate = |subject: &str, what| Candidate { subject: subject.to_owned(), what };
        let candidates = vec![
            candidate("a", Ok(1.0)),
            candidate("b", Ok(2.0)),
            candidate("gone", Err("not installed".to_owned())),
        ];
        let quantity = |id| Quantity { id, title: "", about: "", unit: Unit::Bytes };
        let mut order = Vec::new();
        let benchmarks = interleave(
            &Progress::silent(),
            Rounds { uncounted: 1, counted: 2 },
            candidates,
            [quantity("one"), quantity("two")],
            |subject, what| {
                order.push(subject.to_owned());
                anyhow::ensure!(order.len() < 5 || subject != "b", "worn out");
                Ok([*what, what * 10.0])
            },
        );
        assert_eq!(order, ["a", "b", "b", "a", "a", "b"]);
        assert_eq!(benchmarks[1].stats("a").unwrap().samples, [10.0, 10.0]);
        assert!(matches!(&benchmarks[0].entries[1].outcome, Outcome::Failed(why) if why == "worn out"));
        assert!(matches!(&benchmarks[0].entries[2].outcome, Outcome::Missing(why) if why == "not installed"));
    }

    #[test]
    fn all_samples_of_a_run_count_unless_the_run_does_not() {
        let candidates = vec![Candidate { subject: "a".to_owned(), what: Ok(()) }];
        let quantity = Quantity { id: "one", title: "", about: "", unit: Unit::Nanoseconds };
        let mut runs = 0.0;
        let benchmarks = interleave_series(
            &Progress::silent(),
            Rounds { uncounted: 1, counted: 2 },
            candidates,
            [quantity],
            |_, ()| {
                runs += 1.0;
                Ok([vec![runs, runs + 0.5]])
            },
        );
        assert_eq!(benchmarks[0].stats("a").unwrap().samples, [2.0, 2.5, 3.0, 3.5]);
    }
}
