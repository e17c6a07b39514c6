//! Regression: straight lines through points, with their standard errors.

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_positive, is_positive};
use crate::moments::{mean, standard_deviation};

/// A straight line y = intercept + slope · x through points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regression {
    /// Rise of y for one more x.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
    /// Standard error of the slope, for errors of one variance that are not correlated.
    pub slope_error: f64,
    /// Standard error of the intercept, likewise.
    pub intercept_error: f64,
    /// Part of the variance of y that the line accounts for, in [0, 1]; 0 when y does not vary.
    pub r_squared: f64,
    /// How many points.
    pub observations: usize,
}

/// Describes [`ordinary_least_squares`].
pub const ORDINARY_LEAST_SQUARES: MeasureDescription = MeasureDescription {
    name: "ordinary_least_squares",
    meaning: "the line of least squared distances, with the standard errors of slope and intercept",
    formula: "b = Σ(x−m_x)(y−m_y) / Σ(x−m_x)², SE(b)² = Σe² / ((n−2) Σ(x−m_x)²)",
    unit: "of y per unit of x",
    source: "Greene 2018, Econometric Analysis, §4; certified data: NIST StRD",
};

/// The line of least squares through the points (x, y).
///
/// `None` for columns of unequal length, fewer than three points, a number that is not finite, equal x, or a result
/// beyond an `f64`.
#[must_use]
pub fn ordinary_least_squares(x: &[f64], y: &[f64]) -> Option<Regression> {
    let count = x.len();
    if count != y.len() || count < 3 || !all_finite(x) || !all_finite(y) {
        return None;
    }
    let (centre_x, centre_y) = (mean(x)?, mean(y)?);
    let (dx, dy) = (|i: usize| x[i] - centre_x, |i: usize| y[i] - centre_y);
    let squares_x = sum::sum_by(count, |i| dx(i) * dx(i));
    if !is_positive(squares_x) {
        return None;
    }
    let squares_y = sum::sum_by(count, |i| dy(i) * dy(i));
    let slope = sum::sum_by(count, |i| dx(i) * dy(i)) / squares_x;
    let residual = |i: usize| dy(i) - slope * dx(i);
    let unexplained = sum::sum_by(count, |i| residual(i) * residual(i));
    let variance = unexplained / (count as f64 - 2.0);
    let r_squared = if squares_y > 0.0 { (1.0 - unexplained / squares_y).clamp(0.0, 1.0) } else { 0.0 };
    let regression = Regression {
        slope,
        intercept: centre_y - slope * centre_x,
        slope_error: (variance / squares_x).sqrt(),
        intercept_error: (variance * (1.0 / count as f64 + centre_x * (centre_x / squares_x))).sqrt(),
        r_squared,
        observations: count,
    };
    let Regression { slope, intercept, slope_error, intercept_error, r_squared, .. } = regression;
    all_finite(&[slope, intercept, slope_error, intercept_error, r_squared]).then_some(regression)
}

/// Describes [`log_log_regression`].
pub const LOG_LOG_REGRESSION: MeasureDescription = MeasureDescription {
    name: "log_log_regression",
    meaning: "exponent of a power law y ~ x^b, with its standard error: the slope between logarithms",
    formula: "ln y = a + b ln x, least squares",
    unit: "none",
    source: "Farmer, Patelli and Zovko 2005, PNAS 102(6), for the spread of zero intelligence over δσ/μ",
};

/// The line through the logarithms of the points: its slope is the exponent of a power law, its intercept the logarithm
/// of the factor.
///
/// For scaling relations, such as the zero-intelligence spread sα/μ as a function of δσ/μ, whose exponent is ¾. `None`
/// for a number not above zero, and where [`ordinary_least_squares`] is undefined.
#[must_use]
pub fn log_log_regression(x: &[f64], y: &[f64]) -> Option<Regression> {
    if !all_positive(x) || !all_positive(y) {
        return None;
    }
    let logarithms = |values: &[f64]| values.iter().map(|&value| ln(value)).collect::<Vec<f64>>();
    ordinary_least_squares(&logarithms(x), &logarithms(y))
}

/// Describes [`correlation`].
pub const CORRELATION: MeasureDescription = MeasureDescription {
    name: "correlation",
    meaning: "how far two columns lie on a rising (1) or falling (−1) line",
    formula: "Σ(x−m_x)(y−m_y) / √(Σ(x−m_x)² Σ(y−m_y)²)",
    unit: "none",
    source: "Pearson 1895, Proceedings of the Royal Society 58",
};

/// The product-moment correlation, in [−1, 1].
///
/// `None` for columns of unequal length, fewer than two entries, a number that is not finite, or equal numbers in one.
#[must_use]
pub fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || !all_finite(x) || !all_finite(y) {
        return None;
    }
    let scaled = |values: &[f64]| {
        let centre = mean(values)?;
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max((value - centre).abs()));
        // In units of the largest deviation no square overflows.
        is_positive(largest).then(|| values.iter().map(|value| (value - centre) / largest).collect::<Vec<f64>>())
    };
    let (x, y) = (scaled(x)?, scaled(y)?);
    let product = |a: &[f64], b: &[f64]| sum::sum_by(a.len(), |i| a[i] * b[i]);
    let scale = (product(&x, &x) * product(&y, &y)).sqrt();
    is_positive(scale).then(|| (product(&x, &y) / scale).clamp(-1.0, 1.0))
}

/// A number and how far chance may have moved it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error: about two thirds of such estimates are nearer to the truth than this.
    pub standard_error: f64,
}

impl Estimate {
    /// The estimate, when both numbers are finite.
    pub(crate) fn defined(value: f64, standard_error: f64) -> Option<Self> {
        all_finite(&[value, standard_error]).then_some(Self { value, standard_error })
    }
}

/// Describes [`mean_estimate`].
pub const MEAN_ESTIMATE: MeasureDescription = MeasureDescription {
    name: "mean_estimate",
    meaning: "mean of independent draws with its standard error",
    formula: "m ± s/√n, s² = (1/(n−1)) Σ (x_i − m)²",
    unit: "of the values",
    source: "standard",
};

/// The mean of independent draws, of a Monte Carlo experiment for instance, with its standard error.
///
/// `None` for fewer than two values, or one that is not finite.
#[must_use]
pub fn mean_estimate(values: &[f64]) -> Option<Estimate> {
    Estimate::defined(mean(values)?, standard_deviation(values)? / (values.len() as f64).sqrt())
}

/// The coefficients of y on several columns at once, and the residuals, by Householder's reflections.
///
/// A column for the constant is the caller's to add. `None` for fewer rows than columns, numbers that are not finite,
/// or columns of which one depends on the others.
pub(crate) fn least_squares(columns: &[Vec<f64>], y: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
    let (rows, count) = (y.len(), columns.len());
    if rows < count || columns.iter().any(|column| column.len() != rows || !all_finite(column)) || !all_finite(y) {
        return None;
    }
    let mut matrix: Vec<Vec<f64>> = columns.to_vec();
    let mut right = y.to_vec();
    for k in 0..count {
        let length = sum::sum_by(rows - k, |i| matrix[k][k + i] * matrix[k][k + i]).sqrt();
        let whole = sum::sum_by(rows, |i| columns[k][i] * columns[k][i]).sqrt();
        if !is_positive(length) || length <= 1e-12 * whole {
            return None;
        }
        let pivot = if matrix[k][k] > 0.0 { -length } else { length };
        let mut reflector: Vec<f64> = matrix[k][k..].to_vec();
        reflector[0] -= pivot;
        let scale = sum::sum_by(reflector.len(), |i| reflector[i] * reflector[i]);
        let reflect = |target: &mut [f64]| {
            let along = 2.0 * sum::sum_by(reflector.len(), |i| reflector[i] * target[i]) / scale;
            target.iter_mut().zip(&reflector).for_each(|(value, part)| *value -= along * part);
        };
        matrix[k..].iter_mut().for_each(|column| reflect(&mut column[k..]));
        reflect(&mut right[k..]);
    }
    let mut coefficients = vec![0.0; count];
    for k in (0..count).rev() {
        let known: f64 = (k + 1..count).fold(0.0, |sum, j| sum + matrix[j][k] * coefficients[j]);
        coefficients[k] = (right[k] - known) / matrix[k][k];
    }
    let fitted = |i: usize| (0..count).fold(0.0, |sum, k| sum + coefficients[k] * columns[k][i]);
    let residuals: Vec<f64> = (0..rows).map(|i| y[i] - fitted(i)).collect();
    (all_finite(&coefficients) && all_finite(&residuals)).then_some((coefficients, residuals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::Samples;

    /// NIST StRD, data set Norris: certified to 15 digits.
    const NORRIS: [(f64, f64); 36] = [
        (0.1, 0.2),
        (338.8, 337.4),
        (118.1, 118.2),
        (888.0, 884.6),
        (9.2, 10.1),
        (228.1, 226.5),
        (668.5, 666.3),
        (998.5, 996.3),
        (449.1, 448.6),
        (778.9, 777.0),
        (559.2, 558.2),
        (0.3, 0.4),
        (0.1, 0.6),
        (778.1, 775.5),
        (668.8, 666.9),
        (339.3, 338.0),
        (448.9, 447.5),
        (10.8, 11.6),
        (557.7, 556.0),
        (228.3, 228.1),
        (998.0, 995.8),
        (888.8, 887.6),
        (119.6, 120.2),
        (0.3, 0.3),
        (0.6, 0.3),
        (557.6, 556.8),
        (339.3, 339.1),
        (888.0, 887.2),
        (998.5, 999.0),
        (778.9, 779.0),
        (10.2, 11.1),
        (117.6, 118.3),
        (228.9, 229.2),
        (668.4, 669.1),
        (449.2, 448.9),
        (0.2, 0.5),
    ];

    #[test]
    fn certified_values_of_norris() {
        let (y, x): (Vec<f64>, Vec<f64>) = NORRIS.into_iter().unzip();
        let line = ordinary_least_squares(&x, &y).unwrap();
        assert_close(line.intercept, -0.262_323_073_774_029, 1e-11);
        assert_close(line.slope, 1.002_116_818_020_45, 1e-13);
        assert_close(line.intercept_error, 0.232_818_234_301_152, 1e-12);
        assert_close(line.slope_error / 0.429_796_848_199_937e-3, 1.0, 1e-11);
        assert_close(line.r_squared, 0.999_993_745_883_712, 1e-12);
        let (coefficients, residuals) = least_squares(&[vec![1.0; 36], x], &y).unwrap();
        assert_close(coefficients[0], line.intercept, 1e-11);
        assert_close(coefficients[1], line.slope, 1e-13);
        // Residual standard deviation, certified.
        let squares: f64 = residuals.iter().map(|e| e * e).sum();
        assert_close((squares / 34.0).sqrt(), 0.884_796_396_144_373, 1e-11);
    }

    #[test]
    fn standard_errors_are_what_repetition_shows() {
        // y = 2 − 3x + e: the slopes of many samples deviate by the standard error of one.
        let mut draws = Samples::new(1);
        let x: Vec<f64> = (0..50).map(|i| f64::from(i) / 10.0).collect();
        let lines: Vec<Regression> = (0..2000)
            .map(|_| {
                let y: Vec<f64> = x.iter().map(|x| 2.0 - 3.0 * x + draws.normal()).collect();
                ordinary_least_squares(&x, &y).unwrap()
            })
            .collect();
        let slopes: Vec<f64> = lines.iter().map(|line| line.slope).collect();
        // Σ(x − m)² is 50 (50² − 1)/12 · 0.01 = 104.125.
        assert_close(standard_deviation(&slopes).unwrap(), 1.0 / 104.125_f64.sqrt(), 0.006);
        let errors: Vec<f64> = lines.iter().map(|line| line.slope_error).collect();
        assert_close(mean(&errors).unwrap(), 1.0 / 104.125_f64.sqrt(), 0.001);
        let estimate = mean_estimate(&slopes).unwrap();
        assert!((estimate.value + 3.0).abs() < 4.0 * estimate.standard_error);
    }

    #[test]
    fn the_spread_of_zero_intelligence_has_its_exponent_back() {
        // ŝ = 0.28 + 1.86 ε^(3/4) (Farmer, Patelli and Zovko 2005); above ε = 1 the constant hardly matters.
        let epsilon: Vec<f64> = (0..20).map(|i| f64::from(1 << i)).collect();
        let spread: Vec<f64> = epsilon.iter().map(|e| 1.86 * e.powf(0.75)).collect();
        let line = log_log_regression(&epsilon, &spread).unwrap();
        assert_close(line.slope, 0.75, 1e-13);
        assert_close(line.intercept, 1.86_f64.ln(), 1e-12);
        assert!(line.slope_error < 1e-12 && line.r_squared > 1.0 - 1e-12);
        assert_eq!(log_log_regression(&[0.0, 1.0, 2.0], &[1.0; 3]), None);
    }

    #[test]
    fn correlations_by_hand() {
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[5.0, 7.0, 9.0]), Some(1.0));
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[-1e300, -2e300, -3e300]), Some(-1.0));
        // Deviations (−1, 0, 1) and (−1/3, 2/3, −1/3): the product is zero.
        assert_close(correlation(&[1.0, 2.0, 3.0], &[0.0, 1.0, 0.0]).unwrap(), 0.0, 1e-15);
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(correlation(&[], &[]), None);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(ordinary_least_squares(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(ordinary_least_squares(&[1.0; 4], &[1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(ordinary_least_squares(&[1.0, 2.0, 3.0], &[1.0, 2.0]), None);
        let level = ordinary_least_squares(&[1.0, 2.0, 3.0], &[4.0; 3]).unwrap();
        assert_eq!((level.slope, level.intercept, level.r_squared), (0.0, 4.0, 0.0));
        assert_eq!(mean_estimate(&[1.0]), None);
        let twice = vec![vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0]];
        assert_eq!(least_squares(&twice, &[1.0, 2.0, 3.0]), None);
    }
}
