//! Numbers of twice the digits: unevaluated sums of two `f64`s (Dekker 1971; Hida, Li and Bailey 2001).

use std::ops::{Add, Div, Mul, Sub};

/// `high + low`, where `low` is at most half a unit in the last place of `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Double {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

/// The sum and its rounding error (Knuth).
fn two_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let shadow = high - a;
    Double { high, low: (a - (high - shadow)) + (b - shadow) }
}

/// The product and its rounding error (Dekker, Veltkamp).
fn two_product(a: f64, b: f64) -> Double {
    let split = |x: f64| {
        let shifted = 134_217_729.0 * x;
        let high = shifted - (shifted - x);
        (high, x - high)
    };
    let high = a * b;
    let ((a1, a0), (b1, b0)) = (split(a), split(b));
    Double { high, low: ((a1 * b1 - high) + a1 * b0 + a0 * b1) + a0 * b0 }
}

impl From<f64> for Double {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl From<i64> for Double {
    fn from(whole: i64) -> Self {
        // Both halves fit an f64 exactly.
        two_sum(((whole >> 32) as f64) * 4_294_967_296.0, (whole & 0xFFFF_FFFF) as f64)
    }
}

impl Add for Double {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (high, low) = (two_sum(self.high, other.high), two_sum(self.low, other.low));
        let sum = two_sum(high.high, high.low + low.high);
        two_sum(sum.high, sum.low + low.low)
    }
}

impl Sub for Double {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { high: -other.high, low: -other.low }
    }
}

impl Mul for Double {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        two_sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Double {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * Self::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Self::from(second);
        two_sum(first, second) + Self::from(rest.high / other.high)
    }
}

impl Double {
    pub(crate) fn max(self, other: Self) -> Self {
        if (self - other).high >= 0.0 { self } else { other }
    }

    pub(crate) fn min(self, other: Self) -> Self {
        if (self - other).high <= 0.0 { self } else { other }
    }

    /// One step of Newton's method doubles the digits of the processor's root.
    pub(crate) fn sqrt(self) -> Self {
        if self.high <= 0.0 {
            return Self::from(0.0);
        }
        let root = Self::from(self.high.sqrt());
        root + (self - root * root) / (root + root)
    }

    /// e^x: the Taylor series of x/2⁹ less its multiple of ln 2, squared nine times.
    pub(crate) fn exp(self) -> Self {
        if self.high < -700.0 {
            return Self::from(0.0);
        }
        assert!(self.high < 709.0, "e^{} is beyond any number", self.high);
        let ln_2 = Self { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };
        let twos = (self.high / ln_2.high).round();
        let rest = (self - ln_2 * Self::from(twos)) * Self::from(1.0 / 512.0);
        // e^r − 1, which keeps its digits under (1 + y)² − 1 = y·(y + 2).
        let (mut term, mut growth) = (rest, Self::from(0.0));
        for i in 2..14 {
            growth = growth + term;
            term = term * rest / Self::from(f64::from(i));
        }
        for _ in 0..9 {
            growth = growth * (growth + Self::from(2.0));
        }
        let power = Self::from(walras_numerics::elementary::pow(2.0, twos));
        (growth + Self::from(1.0)) * power
    }

    /// The natural logarithm, by Newton's method on the exponential.
    pub(crate) fn ln(self) -> Self {
        let mut root = Self::from(walras_numerics::elementary::ln(self.high));
        for _ in 0..2 {
            root = root + self * (Self::from(0.0) - root).exp() - Self::from(1.0);
        }
        root
    }

    /// ln(1 + x): for a small x, twice the series of the inverse hyperbolic tangent of x/(2 + x).
    pub(crate) fn ln_1p(self) -> Self {
        if self.high.abs() > 0.01 {
            return (self + Self::from(1.0)).ln();
        }
        let t = self / (self + Self::from(2.0));
        let square = t * t;
        let series = (0..8)
            .rev()
            .fold(Self::from(0.0), |tail, i| tail * square + Self::from(1.0) / Self::from(f64::from(2 * i + 1)));
        Self::from(2.0) * t * series
    }

    pub(crate) fn pow(self, exponent: Self) -> Self {
        if self.high <= 0.0 {
            return Self::from(if exponent.high == 0.0 { 1.0 } else { 0.0 });
        }
        (exponent * self.ln()).exp()
    }
}

/// Nodes and weights on (−1, 1) of the twenty-point rule of Gauss and Legendre: the roots of the Legendre polynomial,
/// from Tricomi's estimate by Newton's method.
pub(crate) fn legendre() -> Vec<(Double, Double)> {
    const N: u32 = 20;
    let one = Double::from(1.0);
    let rule = (1..=N).map(|i| {
        let angle = std::f64::consts::PI * (f64::from(i) - 0.25) / (f64::from(N) + 0.5);
        let mut node = Double::from(walras_numerics::elementary::cos(angle));
        let mut slope = one;
        for _ in 0..8 {
            let (mut before, mut value) = (one, node);
            for k in 2..=N {
                let k = f64::from(k);
                let next =
                    (Double::from(2.0 * k - 1.0) * node * value - Double::from(k - 1.0) * before) / Double::from(k);
                (before, value) = (value, next);
            }
            slope = Double::from(f64::from(N)) * (node * value - before) / (node * node - one);
            node = node - value / slope;
        }
        (node, Double::from(2.0) / ((one - node * node) * slope * slope))
    });
    rule.collect()
}
