//! One number that a study measures, beside what it should be.

use std::fmt;

use walras_measures::regression::mean_estimate;

/// What a number should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// This number, up to a tolerance.
    Near {
        /// The number.
        value: f64,
        /// How far from it still counts.
        tolerance: f64,
    },
    /// From `low` to `high`.
    Within {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
    },
    /// No more than this.
    AtMost(f64),
    /// More than this.
    Above(f64),
}

impl Target {
    /// Just this number.
    #[must_use]
    pub const fn exactly(value: f64) -> Self {
        Self::Near { value, tolerance: 0.0 }
    }

    /// Whether `value` is what it should be.
    #[must_use]
    pub fn met_by(&self, value: f64) -> bool {
        match *self {
            Self::Near { value: target, tolerance } => (value - target).abs() <= tolerance,
            Self::Within { low, high } => (low..=high).contains(&value),
            Self::AtMost(most) => value <= most,
            Self::Above(least) => value > least,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Near { value, tolerance: 0.0 } => write!(f, "{}", number(value)),
            Self::Near { value, tolerance } => write!(f, "{} ± {}", number(value), number(tolerance)),
            Self::Within { low, high } => write!(f, "{} to {}", number(low), number(high)),
            Self::AtMost(most) => write!(f, "at most {}", number(most)),
            Self::Above(least) => write!(f, "above {}", number(least)),
        }
    }
}

/// A number that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was measured, with its unit.
    pub quantity: String,
    /// What came out.
    pub value: f64,
    /// The standard error of that by independent seeds; `None` for what no chance enters.
    pub error: Option<f64>,
    /// What it should be.
    pub target: Target,
}

impl Finding {
    /// A number that no chance enters.
    #[must_use]
    pub fn exact(quantity: impl Into<String>, value: f64, target: Target) -> Self {
        Self { quantity: quantity.into(), value, error: None, target }
    }

    /// The mean of one number for each seed, with its standard error. Without two seeds it is no number, which meets no
    /// target.
    #[must_use]
    pub fn mean(quantity: impl Into<String>, of_seeds: &[f64], target: Target) -> Self {
        let (value, error) =
            mean_estimate(of_seeds).map_or((f64::NAN, f64::NAN), |mean| (mean.value, mean.standard_error));
        Self { quantity: quantity.into(), value, error: Some(error), target }
    }

    /// Whether it is what it should be.
    #[must_use]
    pub fn reproduced(&self) -> bool {
        self.target.met_by(self.value)
    }

    /// The value, to the second digit of its standard error.
    #[must_use]
    pub fn value(&self) -> String {
        match self.error {
            Some(error) if error > 0.0 && error.is_finite() => {
                let decimals = usize::try_from(1 - error.log10().floor() as i32).unwrap_or(0);
                format!("{:.decimals$}", self.value)
            }
            _ => number(self.value),
        }
    }

    /// The standard error, to its second digit.
    #[must_use]
    pub fn standard_error(&self) -> String {
        match self.error {
            None => "none".to_owned(),
            Some(error) if error > 0.0 && error.is_finite() => {
                let decimals = usize::try_from(1 - error.log10().floor() as i32).unwrap_or(0);
                format!("{error:.decimals$}")
            }
            Some(error) => number(error),
        }
    }

    /// The verdict in words.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        if self.reproduced() { "reproduced" } else { "not reproduced" }
    }
}

/// A number as people write it: eight digits that count, or all of a whole number.
#[must_use]
pub fn number(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e9 {
        return format!("{value}");
    }
    if value.abs() < 1e-4 || value.abs() >= 1e9 {
        return format!("{value:.2e}");
    }
    let digits = value.abs().log10().floor() as i32;
    let decimals = usize::try_from(7 - digits).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let cases = [(90.0, "90"), (0.320_377_019_6, "0.32037702"), (14.510_4, "14.5104"), (1e-12, "1.00e-12")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(Target::Near { value: 0.5, tolerance: 0.05 }.to_string(), "0.5 ± 0.05");
    }

    #[test]
    fn what_is_no_number_meets_no_target() {
        for target in [Target::exactly(1.0), Target::Within { low: 0.0, high: 1.0 }, Target::AtMost(1.0)] {
            assert!(!Finding::mean("nothing", &[1.0], target).reproduced());
        }
    }
}
