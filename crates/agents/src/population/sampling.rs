//! What the tests of distributions share: a sample, and its agreement with theory within sampling error.

use walras_catalog::{Node, Problem, Read, Span, Table, Value};
use walras_numerics::sum::{mean, sum_by};
use walras_numerics::{Column, Keys, Purpose};

use super::{Data, Distribution, NoData, Setup};

const SAMPLE: usize = 40_000;

pub(super) fn setup(size: usize, data: &mut dyn Data) -> Setup<'_> {
    Setup { keys: Keys::new(11), entity: 1 << 20, size, markets: &[], money_scale: 100.0, data, drawn: 0 }
}

pub(super) fn try_draw(entry: &impl Distribution) -> Result<Vec<f64>, String> {
    let column = entry.draw(Purpose::parameter(0), &mut setup(SAMPLE, &mut NoData))?;
    Ok(match column {
        Column::Each(values) => values,
        Column::Constant(value, _) => vec![value; SAMPLE],
    })
}

pub(super) fn draw(entry: &impl Distribution) -> Vec<f64> {
    try_draw(entry).unwrap()
}

pub(super) fn read<T: Read>(numbers: &[(&str, f64)]) -> Result<T, Problem> {
    let mut table = Table::default();
    for &(name, number) in numbers {
        table.set(name, Span::default(), Value::made(Node::Float(number)));
    }
    T::read(&Value::made(Node::Table(table)), None)
}

pub(super) fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(p * values.len() as f64) as usize]
}

/// The sample's mean and variance are within five standard errors of theory; the error of the variance is
/// estimated from the sample's own fourth moment.
pub(super) fn assert_moments(values: &[f64], expected_mean: f64, expected_variance: f64) {
    let n = values.len() as f64;
    let found = mean(values);
    let error = 5.0 * (expected_variance / n).sqrt();
    assert!((found - expected_mean).abs() < error, "mean {found} instead of {expected_mean} ± {error}");
    let square = |i: usize| (values[i] - expected_mean) * (values[i] - expected_mean);
    let variance = sum_by(values.len(), square) / n;
    let fourth = sum_by(values.len(), |i| square(i) * square(i)) / n;
    let error = 5.0 * ((fourth - variance * variance) / n).sqrt();
    assert!(
        (variance - expected_variance).abs() < error,
        "variance {variance} instead of {expected_variance} ± {error}"
    );
}

/// The share of the sample below each of the theory's quantiles is right within five standard errors.
pub(super) fn assert_quantiles(values: &[f64], inverse: impl Fn(f64) -> f64) {
    let n = values.len() as f64;
    for p in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99] {
        let below = values.iter().filter(|&&x| x < inverse(p)).count() as f64 / n;
        let error = 5.0 * (p * (1.0 - p) / n).sqrt();
        assert!((below - p).abs() < error, "{below} of the sample is below the quantile of {p}");
    }
}
