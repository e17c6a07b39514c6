//! All stylised facts of one price series in one go.

use super::{decay_exponent, excess_kurtosis_by_interval, leverage_effect, volume_volatility_correlation};
use crate::MeasureDescription;
use crate::autocorrelation::autocorrelation_function;
use crate::regression::Estimate;
use crate::returns::log_returns;
use crate::tail::hill_estimate;

/// What to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct StylisedFactsSettings {
    /// The greatest lag of correlations and leverage.
    pub greatest_lag: usize,
    /// The first lag of the fitted decay.
    pub first_decay_lag: usize,
    /// The part of the largest absolute returns that make the tail, above 0 and below 1.
    pub tail_fraction: f64,
    /// The intervals over which returns are added up for the kurtosis, in steps.
    pub intervals: Vec<usize>,
}

impl Default for StylisedFactsSettings {
    fn default() -> Self {
        Self { greatest_lag: 100, first_decay_lag: 1, tail_fraction: 0.05, intervals: vec![1, 5, 10, 50, 100] }
    }
}

/// The stylised facts of one series, those that can be told; each is its own measure.
#[derive(Debug, Clone, PartialEq)]
pub struct StylisedFacts {
    /// Autocorrelation of returns from lag 0: near zero from lag 3 on where nothing can be foretold.
    pub return_autocorrelation: Vec<f64>,
    /// Autocorrelation of absolute returns from lag 0: fades slowly where volatility comes in clusters.
    pub absolute_autocorrelation: Vec<f64>,
    /// Exponent of that fading.
    pub absolute_decay: Option<Estimate>,
    /// Tail index of absolute returns (Hill): from 2 to 5 in most markets.
    pub tail_index: Option<Estimate>,
    /// Excess kurtosis for each interval: falls as they grow.
    pub excess_kurtosis: Vec<Option<f64>>,
    /// Correlation of volume with absolute returns.
    pub volume_volatility: Option<f64>,
    /// Leverage at lags from 1: below zero where losses raise volatility.
    pub leverage: Vec<f64>,
}

/// Describes [`stylised_facts`].
pub const STYLISED_FACTS: MeasureDescription = MeasureDescription {
    name: "stylised_facts",
    meaning: "what prices of nearly all markets have in common: no linear memory, clusters, heavy tails, and so on",
    formula: "each as its own measure says, of r_t = ln(P_t / P_{t−1}) and |r_t|",
    unit: "various",
    source: "Cont 2001, Quantitative Finance 1(2)",
};

/// The stylised facts of prices and the volumes of their steps.
///
/// `volumes` has one entry for each return, one fewer than prices; anything else leaves that fact untold. `None` for a
/// price that is not finite and above zero, equal returns, or no more returns than the greatest lag.
#[must_use]
pub fn stylised_facts(prices: &[f64], volumes: &[f64], settings: &StylisedFactsSettings) -> Option<StylisedFacts> {
    let returns = log_returns(prices)?;
    let sizes: Vec<f64> = returns.iter().map(|r| r.abs()).collect();
    let absolute_autocorrelation = autocorrelation_function(&sizes, settings.greatest_lag)?;
    let tail = settings.tail_fraction * sizes.len() as f64;
    Some(StylisedFacts {
        return_autocorrelation: autocorrelation_function(&returns, settings.greatest_lag)?,
        absolute_decay: decay_exponent(&absolute_autocorrelation, settings.first_decay_lag),
        absolute_autocorrelation,
        tail_index: hill_estimate(&sizes, tail.floor() as usize),
        excess_kurtosis: excess_kurtosis_by_interval(&returns, &settings.intervals)?,
        volume_volatility: volume_volatility_correlation(volumes, &returns),
        leverage: leverage_effect(&returns, settings.greatest_lag).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::{Samples, prices_of};

    #[test]
    fn of_a_garch_process_they_are_its_moments() {
        // σ²_t = ω + 0.1 r² + 0.8 σ², normal innovations (Bollerslev 1986): excess kurtosis
        // 6α²/(1 − 3α² − 2αβ − β²) = 0.06/0.17; squares correlate by ρ₁ = α(1 − αβ − β²)/(1 − 2αβ − β²) = 0.14 and
        // ρ_k = ρ₁ 0.9^(k−1).
        let mut draws = Samples::new(24);
        let (mut variance, mut last) = (1e-4, 0.0);
        let returns: Vec<f64> = (0..400_000)
            .map(|_| {
                variance = 1e-5 + 0.1 * last * last + 0.8 * variance;
                last = f64::sqrt(variance) * draws.normal();
                last
            })
            .collect();
        let volumes: Vec<f64> = returns.iter().map(|r| 5.0 + r.abs() * 1e3).collect();
        let settings = StylisedFactsSettings { greatest_lag: 10, ..StylisedFactsSettings::default() };
        let found = stylised_facts(&prices_of(&returns), &volumes, &settings).unwrap();
        assert_close(found.excess_kurtosis[0].unwrap(), 0.06 / 0.17, 0.05);
        assert!(found.return_autocorrelation[1..].iter().all(|rho| rho.abs() <= 0.02));
        assert!(found.absolute_autocorrelation[1..].windows(2).all(|pair| pair[0] > pair[1] && pair[1] > 0.04));
        assert_close(found.volume_volatility.unwrap(), 1.0, 1e-9);
        assert!(found.leverage.iter().all(|l| l.abs() < 1.5), "{:?}", found.leverage);
        assert!(found.tail_index.unwrap().value > 4.0 && found.absolute_decay.unwrap().value > 0.0);
        let squares: Vec<f64> = returns.iter().map(|r| r * r).collect();
        let rho = autocorrelation_function(&squares, 4).unwrap();
        for (k, rho) in rho.iter().enumerate().skip(1) {
            assert_close(*rho, 0.14 * 0.9_f64.powi(k as i32 - 1), 0.012);
        }
    }

    #[test]
    fn what_cannot_be_told_is_left_out() {
        let prices = Samples::new(25).walk(200, 0.01);
        let found = stylised_facts(&prices, &[], &StylisedFactsSettings::default()).unwrap();
        assert_eq!(found.volume_volatility, None);
        assert_eq!(found.excess_kurtosis.len(), 5);
        assert_eq!(stylised_facts(&prices[..100], &[], &StylisedFactsSettings::default()), None);
        let odd =
            StylisedFactsSettings { tail_fraction: f64::NAN, greatest_lag: 0, ..StylisedFactsSettings::default() };
        let found = stylised_facts(&prices, &[], &odd).unwrap();
        assert!(found.tail_index.is_none() && found.leverage.is_empty());
    }
}
