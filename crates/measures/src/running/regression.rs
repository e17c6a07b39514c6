//! A line of least squares in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::{defined, is_positive};

/// The line of least squares through all points so far, by Welford's update of means, squares and products.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningRegression {
    count: u64,
    /// Means of x and y.
    means: [f64; 2],
    /// Sums of squared deviations of x and y from their means, and of the product of both.
    squares: [f64; 3],
    /// False once a number or an intermediate result was not finite.
    is_defined: bool,
}

impl Default for RunningRegression {
    fn default() -> Self {
        Self { count: 0, means: [0.0; 2], squares: [0.0; 3], is_defined: true }
    }
}

impl RunningRegression {
    /// Takes the next point.
    pub fn push(&mut self, x: f64, y: f64) {
        self.count += 1;
        let count = self.count as f64;
        let [mean_x, mean_y] = self.means;
        let (dx, dy) = (x - mean_x, y - mean_y);
        let means = [mean_x + dx / count, mean_y + dy / count];
        let [xx, yy, xy] = self.squares;
        let squares = [xx + dx * (x - means[0]), yy + dy * (y - means[1]), xy + dx * (y - means[1])];
        if self.is_defined && means.iter().chain(&squares).all(|value| value.is_finite()) {
            (self.means, self.squares) = (means, squares);
        } else {
            self.is_defined = false;
        }
    }

    /// As the slope of [`crate::regression::ordinary_least_squares`].
    #[must_use]
    pub fn slope(&self) -> Option<f64> {
        let [xx, _, xy] = self.squares;
        if self.is_defined && self.count >= 3 && is_positive(xx) { defined(xy / xx) } else { None }
    }

    /// As the intercept of [`crate::regression::ordinary_least_squares`].
    #[must_use]
    pub fn intercept(&self) -> Option<f64> {
        defined(self.means[1] - self.slope()? * self.means[0])
    }

    /// As the part of the variance of [`crate::regression::ordinary_least_squares`].
    #[must_use]
    pub fn r_squared(&self) -> Option<f64> {
        let (slope, [_, yy, xy]) = (self.slope()?, self.squares);
        if yy > 0.0 { defined((slope * xy / yy).clamp(0.0, 1.0)) } else { Some(0.0) }
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        for (name, value) in ["mean x", "mean y"].iter().zip(&mut self.means) {
            v.f64(&format!("{prefix}.{name}"), value)?;
        }
        for (name, value) in ["xx", "yy", "xy"].iter().zip(&mut self.squares) {
            v.f64(&format!("{prefix}.{name}"), value)?;
        }
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
