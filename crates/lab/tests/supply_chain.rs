//! The bullwhip effect: orders of the supply chain's stages against what theory says of them.

use std::path::Path;

use walras_engine::{Scratch, step};
use walras_scenario::Loaded;

/// Orders swing in before the variance is taken.
const BEFORE: usize = 200;

/// What was asked of each resource in each step, in units, the customers' first.
fn orders(overrides: &[String]) -> [Vec<f64>; 4] {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/supply-chain.toml");
    let loaded = Loaded::from_file(&path, overrides).unwrap_or_else(|error| panic!("{error}"));
    let mut world = loaded.build(loaded.scenario.run.seed, 1 << 33).unwrap_or_else(|error| panic!("{error}")).world;
    let mut scratch = Scratch::default();
    let mut asked: [Vec<f64>; 4] = Default::default();
    for _ in 0..loaded.scenario.run.steps {
        let resources = &step(&mut world, &mut scratch).unwrap().record.resources;
        for (series, figures) in asked.iter_mut().zip(resources.iter().rev()) {
            assert_eq!(
                figures.requested,
                figures.granted,
                "step {}: the formula knows no stock that runs out",
                series.len()
            );
            series.push(figures.requested as f64 / 1e6);
        }
    }
    asked
}

fn variance(series: &[f64]) -> f64 {
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    series.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (series.len() - 1) as f64
}

/// q(t) = D(t − 1) + L·α·(D(t − 1) − F(t − 1)): orders up to L·F + safety, F smoothed exponentially.
fn ordered(demand: &[f64], expected: f64, periods: f64, smoothing: f64) -> Vec<f64> {
    let mut forecast = expected;
    let mut orders = vec![expected];
    for &demand in demand {
        orders.push(demand + periods * smoothing * (demand - forecast));
        forecast += smoothing * (demand - forecast);
    }
    orders.pop();
    orders
}

/// Variance of the orders of stage after stage over that of independent demand, by the impulse response of the rule.
fn amplified(stages: usize, periods: f64, smoothing: f64) -> Vec<f64> {
    let mut response = vec![0.0; 2000];
    response[0] = 1.0;
    let mut all = Vec::new();
    for _ in 0..stages {
        response = ordered(&response, 0.0, periods, smoothing);
        all.push(response.iter().map(|weight| weight * weight).sum());
    }
    all
}

/// Chen, Ryan and Simchi-Levi, "The impact of exponential smoothing forecasts on the bullwhip effect", Naval Research
/// Logistics 47, 2000: for demand that does not depend on its past, Var(q)/Var(D) = 1 + 2Lα + 2L²α²/(2 − α).
fn chen(periods: f64, smoothing: f64) -> f64 {
    1.0 + 2.0 * periods * smoothing + 2.0 * (periods * smoothing).powi(2) / (2.0 - smoothing)
}

#[test]
fn each_stage_orders_as_the_rule_says_and_amplifies_as_theory_says() {
    for (smoothing, steps) in [(0.2, 4000), (0.05, 4000)] {
        let mut overrides: Vec<String> = ["shops", "wholesalers", "brewers"]
            .iter()
            .map(|cohort| format!("cohorts.{cohort}.demand.requests.smoothing={smoothing}"))
            .collect();
        overrides.push(format!("run.steps={steps}"));
        let asked = orders(&overrides);
        for stage in 0..3 {
            let expected = ordered(&asked[stage], 1000.0, 3.0, smoothing);
            let pairs = expected.iter().zip(&asked[stage + 1]).enumerate().skip(1);
            for (t, (expected, found)) in pairs {
                assert!((expected - found).abs() < 1e-3, "stage {stage}, step {t}: {found}, not {expected}");
            }
        }
        let variances: Vec<f64> = asked.iter().map(|series| variance(&series[BEFORE..])).collect();
        let theory = amplified(3, 3.0, smoothing);
        assert!((theory[0] - chen(3.0, smoothing)).abs() < 1e-9);
        for (stage, theory) in theory.iter().enumerate() {
            let found = variances[stage + 1] / variances[0];
            println!(
                "smoothing {smoothing}, stage {stage}: {found:.3} times the customers' variance, theory {theory:.3}"
            );
            // Both variances are of one series; theirs is a ratio's sampling error of a few per cent.
            assert!((found / theory - 1.0).abs() < 0.1, "stage {stage}: {found} times, theory {theory}");
        }
    }
}
