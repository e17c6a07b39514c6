//! Jobs at random.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::{exp, ln, sqrt};
use walras_numerics::{Column, Keys, Purpose};

use super::{Arrivals, BuildArrivals, Job, SIZE_MAX};
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Jobs arrive at random, on average `rate` in a step for each agent, and take lognormal amounts.
    ///
    /// Times between two arrivals are exponential, so that a step brings a Poisson number of jobs. An amount has mean `size` and a coefficient of
    /// variation of `variation`.
    pub struct Poisson = "poisson" {
        formula: "gap ~ Exp(rate),  size_k ~ Lognormal(mean size_k, variation)",
        source: "A. K. Erlang, \"The theory of probabilities and telephone conversations\", 1909",
        /// Jobs of each agent in a step, on average.
        rate: PerAgent, within Bounds::above_to(0.0, 1e6), unit "jobs/step";
        /// What a job takes of each asset, on average.
        size: PerAsset, within 0.0..=1e12, unit "units";
        /// The standard deviation of a size over its mean.
        variation: f64 = 1.0, within 0.0..=100.0;
        /// Steps after its arrival by which a job should be finished; absent for no deadline.
        slack: Option<PerAgent>, within 0.0..=1e9, unit "steps";
    }
}

#[derive(Debug)]
struct Drawn {
    keys: Keys,
    entity: u64,
    rate: Column,
    /// Mean sizes in atoms, by asset.
    size: Vec<Column>,
    /// Deviation of the logarithm of a size.
    deviation: f64,
    slack: Option<Column>,
}

impl BuildArrivals for Poisson {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Arrivals>, String> {
        let rate = setup.parameter("rate", &self.rate)?;
        let units = self.size.parameters("size", setup)?;
        let size = units.iter().zip(setup.markets).map(|(column, asset)| column.map(|units| units * asset.token_scale));
        Ok(Box::new(Drawn {
            keys: setup.keys,
            entity: setup.entity,
            rate,
            size: size.collect(),
            deviation: sqrt(ln(1.0 + self.variation * self.variation)),
            slack: self.slack.as_ref().map(|slack| setup.parameter("slack", slack)).transpose()?,
        }))
    }
}

/// What is drawn of each job: the gap before it, then its sizes. Jobs are told apart where others tell steps apart.
const GAP: u16 = 1 << 12;

impl Arrivals for Drawn {
    fn job(&self, row: usize, number: u64, before: f64) -> Option<Job> {
        let job = u32::try_from(number).ok()?;
        let draw = self.keys.stream(Purpose::request(GAP), self.entity + row as u64, job).open_unit();
        let time = before - ln(draw) / self.rate.get(row);
        let slack = self.slack.as_ref().map_or(f64::INFINITY, |slack| slack.get(row));
        (time < f64::from(u32::MAX)).then_some(Job { time, slack })
    }

    fn size(&self, row: usize, number: u64, asset: usize) -> i64 {
        let (mean, job) = (self.size[asset].get(row), number as u32);
        let normal = self.keys.stream(Purpose::request(GAP + 1 + asset as u16), self.entity + row as u64, job).normal();
        let atoms = mean * exp(self.deviation * normal - self.deviation * self.deviation / 2.0);
        atoms.ceil().clamp(0.0, SIZE_MAX) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of jobs in a step have the mean and the variance of the Poisson law, sizes their mean and variation, within
    /// four standard errors.
    #[test]
    fn counts_and_sizes_follow_their_laws() {
        let (rate, variation) = (0.7, 0.5_f64);
        let drawn = Drawn {
            keys: Keys::new(5),
            entity: 1 << 20,
            rate: Column::constant(rate),
            size: vec![Column::constant(1e6)],
            deviation: sqrt(ln(1.0 + variation * variation)),
            slack: None,
        };
        let (agents, steps) = (400, 100.0);
        let (mut counts, mut sizes) = (vec![0.0; agents * 100], Vec::new());
        for row in 0..agents {
            let (mut number, mut before) = (0, 0.0);
            while let Some(job) = drawn.job(row, number, before).filter(|job| job.time < steps) {
                counts[row * 100 + job.time as usize] += 1.0;
                sizes.push(drawn.size(row, number, 0) as f64);
                (number, before) = (number + 1, job.time);
            }
        }
        let moments = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64)
        };
        let (mean, variance) = moments(&counts);
        assert!((mean - rate).abs() < 4.0 * (rate / counts.len() as f64).sqrt(), "{mean}");
        assert!(
            (variance - rate).abs() < 4.0 * ((rate + 2.0 * rate * rate) / counts.len() as f64).sqrt(),
            "{variance}"
        );
        let (mean, variance) = moments(&sizes);
        assert!((mean / 1e6 - 1.0).abs() < 4.0 * variation / (sizes.len() as f64).sqrt(), "{mean}");
        assert!((variance.sqrt() / mean / variation - 1.0).abs() < 0.05);
    }
}
