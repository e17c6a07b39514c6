//! Every accumulator against its whole-series function, and through a save and a load.

use std::collections::VecDeque;

use proptest::prelude::*;
use walras_numerics::{StateError, StateHash, StateHasher, StateVisitor};

use super::*;
use crate::closeness::assert_close;
use crate::{drawdown, moments, quantile, reserve, slippage, turnover, volatility};

/// Prices and other amounts, now and then one that makes a measure undefined.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        200 => 0.01..1000.0_f64,
        20 => Just(7.5),
        4 => Just(0.0),
        1 => Just(-1.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
    ]
}

fn amounts() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(amount(), 0..60)
}

/// Both undefined, or both defined and equal to rounding.
#[track_caller]
fn assert_agree(running: Option<f64>, whole: Option<f64>) {
    match (running, whole) {
        (Some(actual), Some(expected)) => assert_close(actual, expected, 1e-9),
        _ => assert_eq!(running, whole),
    }
}

/// Both undefined, or the same bits.
#[track_caller]
fn assert_same(running: Option<f64>, whole: Option<f64>) {
    assert_eq!(running.map(f64::to_bits), whole.map(f64::to_bits), "{running:?} {whole:?}");
}

proptest! {
    #[test]
    fn moments_agree_after_every_value(values in amounts()) {
        let mut running = RunningMoments::default();
        assert_eq!(running.mean(), None);
        for (t, &value) in values.iter().enumerate() {
            running.push(value);
            let so_far = &values[..=t];
            prop_assert_eq!(running.count(), so_far.len() as u64);
            assert_agree(running.mean(), moments::mean(so_far));
            assert_agree(running.population_variance(), moments::population_variance(so_far));
            assert_agree(running.sample_variance(), moments::sample_variance(so_far));
            assert_agree(running.standard_deviation(), moments::standard_deviation(so_far));
        }
    }

    #[test]
    fn drawdowns_agree_after_every_value(values in amounts()) {
        let mut running = RunningDrawdown::default();
        assert_eq!(running.maximum(), None);
        for (t, &value) in values.iter().enumerate() {
            running.push(value);
            let so_far = &values[..=t];
            prop_assert_eq!(running.maximum(), drawdown::maximum_drawdown(so_far));
            prop_assert_eq!(running.time_under_water(), drawdown::time_under_water(so_far));
            assert_same(running.current(), drawdown::drawdown_series(so_far).map(|series| series[t]));
            assert_agree(running.ulcer_index(), drawdown::ulcer_index(so_far));
        }
    }

    #[test]
    fn extents_are_the_outer_quantiles(values in amounts()) {
        let mut running = RunningExtent::default();
        assert_eq!((running.smallest(), running.largest()), (None, None));
        for (t, &value) in values.iter().enumerate() {
            running.push(value);
            assert_same(running.smallest(), quantile::quantile(&values[..=t], 0.0));
            assert_same(running.largest(), quantile::quantile(&values[..=t], 1.0));
        }
    }

    #[test]
    fn rolling_windows_have_the_same_bits(values in amounts(), window in 0..12_usize) {
        let whole = volatility::rolling_log_return_volatility(&values, window);
        let mut returns = RollingReturnVolatility::new(window);
        let mut levels = RollingDeviation::new(window);
        for (t, &value) in values.iter().enumerate() {
            returns.push(value);
            levels.push(value);
            assert_same(returns.volatility(), whole[t]);
            let level = if t + 1 >= window { moments::standard_deviation(&values[t + 1 - window..=t]) } else { None };
            assert_same(levels.standard_deviation(), level);
        }
    }

    #[test]
    fn returns_agree_after_every_price(prices in amounts()) {
        let mut running = RunningReturns::default();
        for (t, &price) in prices.iter().enumerate() {
            running.push(price);
            let so_far = &prices[..=t];
            assert_agree(running.log_return_volatility(), volatility::log_return_volatility(so_far));
            assert_agree(running.realised_variance(), volatility::realised_variance(so_far));
            assert_agree(running.realised_volatility(), volatility::realised_volatility(so_far));
        }
    }

    #[test]
    fn exponential_weights_have_the_same_bits(returns in amounts(), decay in -0.1..1.1_f64) {
        let mut running = RunningEwmaVolatility::new(decay);
        assert_eq!(running.volatility(), None);
        for (t, &value) in returns.iter().enumerate() {
            running.push(value);
            assert_same(running.volatility(), volatility::ewma_volatility(&returns[..=t], decay));
        }
    }

    #[test]
    fn columns_agree_after_every_row(rows in prop::collection::vec((amount(), amount(), amount()), 0..40)) {
        let a: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let b: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let c: Vec<f64> = rows.iter().map(|row| row.2).collect();
        // Every other fill is a sale.
        let q: Vec<f64> = a.iter().enumerate().map(|(i, x)| if i % 2 == 0 { *x } else { -x }).collect();
        let mut lowest = RunningReserveRatio::default();
        let mut slipped = RunningSlippage::default();
        let mut turned = RunningTurnover::default();
        assert_eq!((slipped.paid(), turned.volume()), (Some(0.0), Some(0.0)));
        for t in 0..rows.len() {
            lowest.push(a[t], b[t], c[t]);
            slipped.push(q[t], b[t], c[t]);
            turned.push(a[t], b[t]);
            let n = t + 1;
            assert_same(lowest.minimum(), reserve::minimum_reserve_ratio(&a[..n], &b[..n], &c[..n]));
            let whole = slippage::volume_weighted_slippage(&q[..n], &b[..n], &c[..n]);
            assert_agree(slipped.volume_weighted(), whole);
            assert_agree(turned.average_turnover(), turnover::average_turnover(&a[..n], &b[..n]));
        }
    }
}

/// Numbers visited, by name: saves them, then loads them in the same order.
#[derive(Default)]
struct Tape {
    words: VecDeque<(String, u64)>,
    columns: VecDeque<(String, Vec<f64>)>,
    loading: bool,
}

impl StateVisitor for Tape {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        if self.loading {
            let (saved_name, saved) = self.words.pop_front().unwrap();
            assert_eq!(saved_name, name);
            *value = saved;
        } else {
            assert!(self.words.iter().all(|(earlier, _)| earlier != name), "{name} stands twice");
            self.words.push_back((name.to_owned(), *value));
        }
        Ok(())
    }

    fn i64s(&mut self, name: &str, _: &mut Vec<i64>) -> Result<(), StateError> {
        panic!("no accumulator holds a column of whole numbers: {name}")
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        if self.loading {
            let (saved_name, saved) = self.columns.pop_front().unwrap();
            assert_eq!(saved_name, name);
            *values = saved;
        } else {
            self.columns.push_back((name.to_owned(), values.clone()));
        }
        Ok(())
    }
}

/// All accumulators as one state, each fed from the same row.
struct Everything {
    moments: RunningMoments,
    drawdown: RunningDrawdown,
    extent: RunningExtent,
    deviation: RollingDeviation,
    rolling: RollingReturnVolatility,
    returns: RunningReturns,
    ewma: RunningEwmaVolatility,
    reserve: RunningReserveRatio,
    slippage: RunningSlippage,
    turnover: RunningTurnover,
    error: RunningError,
    illiquidity: RunningIlliquidity,
    regression: RunningRegression,
    signature: RunningSignature,
    provision: RunningProvision,
    jain: RunningJain,
    congestion: RunningCongestion,
}

impl Everything {
    fn new() -> Self {
        Self {
            moments: RunningMoments::default(),
            drawdown: RunningDrawdown::default(),
            extent: RunningExtent::default(),
            deviation: RollingDeviation::new(5),
            rolling: RollingReturnVolatility::new(4),
            returns: RunningReturns::default(),
            ewma: RunningEwmaVolatility::new(0.94),
            reserve: RunningReserveRatio::default(),
            slippage: RunningSlippage::default(),
            turnover: RunningTurnover::default(),
            error: RunningError::default(),
            illiquidity: RunningIlliquidity::default(),
            regression: RunningRegression::default(),
            signature: RunningSignature::new(&[1, 3]),
            provision: RunningProvision::default(),
            jain: RunningJain::default(),
            congestion: RunningCongestion::default(),
        }
    }

    fn push(&mut self, value: f64) {
        self.moments.push(value);
        self.drawdown.push(value);
        self.extent.push(value);
        self.deviation.push(value);
        self.rolling.push(value);
        self.returns.push(value);
        self.ewma.push(value);
        self.reserve.push(value, 2.0, 3.0);
        self.slippage.push(value, value, 5.0);
        self.turnover.push(value, 100.0);
        self.error.push(value, 4.0);
        self.illiquidity.push(value, value);
        self.regression.push(value, self.moments.count() as f64);
        self.signature.push(value);
        self.provision.push(&[value], &[value, 2.0], &[0.5, 0.0]);
        self.jain.push(value);
        self.congestion.push(value, value > 7.5);
    }

    fn visit_state(&mut self, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.moments.visit_state("moments", v)?;
        self.drawdown.visit_state("drawdown", v)?;
        self.extent.visit_state("extent", v)?;
        self.deviation.visit_state("deviation", v)?;
        self.rolling.visit_state("rolling", v)?;
        self.returns.visit_state("returns", v)?;
        self.ewma.visit_state("ewma", v)?;
        self.reserve.visit_state("reserve", v)?;
        self.slippage.visit_state("slippage", v)?;
        self.turnover.visit_state("turnover", v)?;
        self.error.visit_state("error", v)?;
        self.illiquidity.visit_state("illiquidity", v)?;
        self.regression.visit_state("regression", v)?;
        self.signature.visit_state("signature", v)?;
        self.provision.visit_state("provision", v)?;
        self.jain.visit_state("jain", v)?;
        self.congestion.visit_state("congestion", v)
    }

    fn hash(&mut self) -> StateHash {
        let mut hasher = StateHasher::default();
        self.visit_state(&mut hasher).unwrap();
        hasher.finish()
    }

    /// Every result, so that two states can be compared by what they say.
    fn results(&self) -> Vec<Option<u64>> {
        let results = [
            self.jain.index(),
            self.congestion.volatility(),
            self.moments.mean(),
            self.moments.sample_variance(),
            self.drawdown.maximum().map(|deepest| deepest.depth),
            self.drawdown.maximum().map(|deepest| deepest.peak as f64),
            self.drawdown.maximum().map(|deepest| deepest.trough as f64),
            self.drawdown.current(),
            self.drawdown.ulcer_index(),
            self.drawdown.time_under_water().map(|time| (time.total * 1000 + time.longest) as f64),
            self.extent.smallest(),
            self.extent.largest(),
            self.deviation.standard_deviation(),
            self.rolling.volatility(),
            self.returns.log_return_volatility(),
            self.returns.realised_volatility(),
            self.ewma.volatility(),
            self.reserve.minimum(),
            self.slippage.paid(),
            self.slippage.volume_weighted(),
            self.turnover.average_turnover(),
            self.error.root_mean_square(),
            self.illiquidity.illiquidity(),
            self.regression.slope(),
            self.regression.r_squared(),
            self.signature.volatility(1),
            self.signature.variance_ratio(1),
            self.provision.value_if_held(),
            self.provision.loss_versus_rebalancing(),
        ];
        results.into_iter().map(|result| result.map(f64::to_bits)).collect()
    }
}

proptest! {
    #[test]
    fn a_saved_state_goes_on_as_if_nothing_had_happened(
        before in amounts(), after in amounts(), visits in prop::collection::vec(any::<bool>(), 60),
    ) {
        let mut straight = Everything::new();
        for (&value, visit) in before.iter().zip(visits) {
            straight.push(value);
            // A visit on the way, as for a hash every few steps, must not change what follows.
            if visit {
                straight.hash();
            }
        }
        let mut tape = Tape::default();
        straight.visit_state(&mut tape).unwrap();
        tape.loading = true;
        let mut resumed = Everything::new();
        resumed.visit_state(&mut tape).unwrap();
        prop_assert!(tape.words.is_empty() && tape.columns.is_empty());
        prop_assert_eq!(resumed.hash(), straight.hash());
        for &value in &after {
            straight.push(value);
            resumed.push(value);
            prop_assert_eq!(resumed.results(), straight.results());
        }
        prop_assert_eq!(resumed.hash(), straight.hash());
    }
}

#[test]
fn every_value_shows_in_the_hash() {
    let mut state = Everything::new();
    let mut seen = vec![state.hash()];
    for value in [3.0, 1.0, 4.0, 1.0, 5.0, f64::NAN, 9.0] {
        state.push(value);
        let hash = state.hash();
        assert!(!seen.contains(&hash));
        seen.push(hash);
    }
}

#[test]
fn a_window_that_does_not_fit_is_refused() {
    let mut long = RollingDeviation::new(6);
    (0..6).for_each(|i| long.push(f64::from(i)));
    let mut tape = Tape::default();
    long.visit_state("price", &mut tape).unwrap();
    tape.loading = true;
    let error = RollingDeviation::new(5).visit_state("price", &mut tape).unwrap_err();
    assert_eq!(error.0, "price.recent: 6 values do not fit a window of 5");
}

#[test]
fn a_long_run_far_from_zero_keeps_its_variance() {
    // Σx² − (Σx)²/n would have no digits left: the squares are 10¹⁸ and the variance 1/4.
    let mut running = RunningMoments::default();
    (0..1_000_000).for_each(|i| running.push(1e9 + f64::from(i % 2)));
    assert_close(running.population_variance().unwrap(), 0.25, 1e-9);
    assert_close(running.mean().unwrap(), 1e9 + 0.5, 1e-15);
}

#[test]
fn the_first_of_equal_peaks_and_troughs_counts() {
    let values = [5.0, 5.0, 1.0, 1.0, 5.0, 1.0];
    let mut running = RunningDrawdown::default();
    values.iter().for_each(|&value| running.push(value));
    assert_eq!(running.maximum(), Some(drawdown::MaximumDrawdown { depth: 0.8, peak: 0, trough: 2 }));
    assert_eq!(running.maximum(), drawdown::maximum_drawdown(&values));
}
