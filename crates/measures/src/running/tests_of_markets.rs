//! The accumulators that markets are measured by, against their whole-series functions.

use proptest::prelude::*;

use super::*;
use crate::closeness::assert_close;
use crate::discovery::{price_discovery_error, variance_ratio, volatility_signature};
use crate::liquidity::amihud_illiquidity;
use crate::provision::loss_versus_rebalancing;
use crate::regression::ordinary_least_squares;
use crate::returns::log_returns;

fn rows() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let odd = prop_oneof![Just(f64::NAN), Just(-1.0), Just(0.0)];
    let amount = prop_oneof![300 => 0.5..200.0_f64, 1 => odd];
    prop::collection::vec((amount, -50.0..50.0_f64), 0..60)
}

/// Both undefined, or both defined and equal to rounding.
#[track_caller]
fn assert_agree(running: Option<f64>, whole: Option<f64>, tolerance: f64) {
    match (running, whole) {
        (Some(actual), Some(expected)) => assert_close(actual, expected, tolerance),
        _ => assert_eq!(running, whole),
    }
}

proptest! {
    #[test]
    fn distances_agree_after_every_value(rows in rows()) {
        let mut running = RunningError::default();
        prop_assert_eq!(running.root_mean_square(), None);
        let (mut values, mut should) = (Vec::new(), Vec::new());
        for (value, other) in rows {
            running.push(value, other);
            values.push(value);
            should.push(other);
            assert_agree(running.root_mean_square(), price_discovery_error(&values, &should), 1e-12);
        }
    }

    #[test]
    fn illiquidity_agrees_after_every_step(rows in rows()) {
        let mut running = RunningIlliquidity::default();
        let (mut returns, mut volumes) = (Vec::new(), Vec::new());
        for (volume, price_return) in rows {
            running.push(price_return, volume);
            returns.push(price_return);
            volumes.push(volume);
            assert_agree(running.illiquidity(), amihud_illiquidity(&returns, &volumes), 1e-12);
        }
    }

    #[test]
    fn lines_agree_after_every_point(rows in rows()) {
        let mut running = RunningRegression::default();
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (a, b) in rows {
            running.push(b, a);
            x.push(b);
            y.push(a);
            let whole = ordinary_least_squares(&x, &y);
            assert_agree(running.slope(), whole.map(|line| line.slope), 1e-6);
            assert_agree(running.intercept(), whole.map(|line| line.intercept), 1e-6);
            assert_agree(running.r_squared(), whole.map(|line| line.r_squared), 1e-6);
        }
    }

    #[test]
    fn signatures_and_variance_ratios_agree_after_every_price(rows in rows()) {
        const INTERVALS: [usize; 5] = [1, 2, 5, 12, 0];
        let mut running = RunningSignature::new(&INTERVALS);
        let mut prices = Vec::new();
        for (price, _) in rows {
            running.push(price);
            prices.push(price);
            let whole = volatility_signature(&prices, &INTERVALS);
            for at in 0..INTERVALS.len() {
                assert_agree(running.volatility(at), whole.as_ref().and_then(|whole| whole[at]), 1e-9);
                let ratio = variance_ratio(&prices, INTERVALS[at]).map(|found| found.ratio);
                assert_agree(running.variance_ratio(at), ratio, 1e-6);
            }
        }
        prop_assert!(running.recent_len() <= 12);
    }

    /// Without deposits on the way the loss is that of the whole series, and holding is the first deposit held.
    #[test]
    fn a_pool_without_deposits_agrees_after_every_step(rows in rows()) {
        let mut running = RunningProvision::default();
        let (mut prices, mut holdings, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (price, tokens) in rows.into_iter().filter(|(price, _)| *price > 0.0) {
            let money = 1000.0 / price;
            running.push(&[price], &[money, tokens], &[0.0; 2]);
            prices.push(price);
            holdings.push(tokens);
            values.push(money + tokens * price);
            let whole = loss_versus_rebalancing(&prices, &holdings, &values);
            let scale = values.iter().fold(1e4_f64, |most, value| most.max(value.abs()));
            match (running.loss_versus_rebalancing(), whole) {
                (Some(found), Some(expected)) => prop_assert!((found - expected).abs() < 1e-9 * scale),
                (found, expected) => prop_assert_eq!(found, expected),
            }
            let held = 1000.0 / prices[0] + holdings[0] * price;
            assert_close(running.value_if_held().unwrap(), held, 1e-9);
        }
    }
}

/// xy = 100 from (10, 10). As much again is deposited at price 1, the price goes to 4, and half is withdrawn there:
/// the loss is that of one pool of (20, 20), 20 by hand, and those who withdrew lost no more by it.
#[test]
fn deposits_and_withdrawals_are_no_gains() {
    let mut pool = RunningProvision::default();
    pool.push(&[1.0], &[10.0, 10.0], &[0.0; 2]);
    pool.push(&[1.0], &[20.0, 20.0], &[10.0, 10.0]);
    pool.push(&[4.0], &[40.0, 10.0], &[0.0; 2]);
    assert_eq!(pool.loss_versus_rebalancing(), Some(20.0));
    assert_eq!((pool.value(), pool.value_if_held()), (Some(80.0), Some(100.0)));
    pool.push(&[4.0], &[20.0, 5.0], &[-20.0, -5.0]);
    assert_eq!(pool.loss_versus_rebalancing(), Some(20.0));
    assert_eq!((pool.value(), pool.value_if_held()), (Some(40.0), Some(60.0)));
}

/// A walk of ±1 by turns comes back every second step: there is no variance over two, and the ratio is near zero.
#[test]
fn a_price_that_bounces_has_a_small_variance_ratio() {
    let mut running = RunningSignature::new(&[1, 2]);
    (0..1001).for_each(|t| running.push(if t % 2 == 0 { 10.0 } else { 11.0 }));
    assert!(running.variance_ratio(1).unwrap().abs() < 1e-9);
    assert_eq!(running.volatility(1), Some(0.0));
    let returns = log_returns(&[10.0, 11.0]).unwrap();
    assert_close(running.volatility(0).unwrap(), returns[0], 1e-12);
}

/// A pool of two tokens at weights of a third each: from (8, 8, 8) at prices 1, 1 one token goes to 8, and the pool to
/// (16, 16, 2), worth 48. Rebalancing gains 8·7 = 56 on 24, the pool 24; holding would be worth 80.
#[test]
fn a_pool_of_several_tokens_had_no_figures() {
    let mut pool = RunningProvision::default();
    pool.push(&[1.0, 1.0], &[8.0, 8.0, 8.0], &[0.0; 3]);
    pool.push(&[1.0, 8.0], &[16.0, 16.0, 2.0], &[0.0; 3]);
    assert_eq!((pool.value(), pool.value_if_held()), (Some(48.0), Some(80.0)));
    assert_eq!(pool.loss_versus_rebalancing(), Some(32.0));
    pool.push(&[1.0], &[1.0, 1.0], &[0.0; 2]);
    assert_eq!(pool.value(), None);
}
