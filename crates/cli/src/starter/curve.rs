//! One set of parameters for each curve: a price of about 1 at the start that has about tripled when a usual number
//! of tokens is out.

use super::{BALANCE_MEDIAN, Setting};
use crate::folders::number;

/// Parameters of a curve and what else its market needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    /// The curve's parameters.
    pub(crate) curve: Vec<Setting>,
    /// Keys of its market.
    pub(crate) market: Vec<Setting>,
    /// What is there before the first step, for curves that cannot start from nothing.
    pub(crate) opening: Option<Opening>,
}

/// Where a market starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// Tokens given out.
    pub(crate) supply: f64,
    /// Money in the reserve.
    pub(crate) reserve: f64,
    /// Where the money comes from, for the comment.
    from: &'static str,
}

/// The tokens that are usually out when this many agents trade: half their money then stands in the reserve.
pub(crate) fn usual_supply(agents: u64) -> f64 {
    agents as f64 * BALANCE_MEDIAN / 4.0
}

/// Parameters for the curve `name` when about `supply` tokens will be out.
pub(crate) fn sample(name: &str, supply: f64) -> Option<Sample> {
    let s = supply;
    let curve = match name {
        "linear" => vec![("slope", rounded(2.0 / s)), ("intercept", rounded(1.0))],
        // ln 3 = 1.1: tripled at the usual supply.
        "exponential" => vec![("base", rounded(1.0)), ("growth", rounded(1.1 / s))],
        "sigmoid" => {
            vec![("maximum", rounded(4.0)), ("steepness", rounded(4.0 / s)), ("midpoint", rounded(0.5 * s))]
        }
        "algebraic_sigmoid" => {
            let width = 0.25 * s;
            vec![("maximum", rounded(4.0)), ("midpoint", rounded(0.5 * s)), ("width_squared", rounded(width * width))]
        }
        "power" => {
            vec![("coefficient", rounded(2.0 / (s * s))), ("exponent", rounded(2.0)), ("offset", rounded(1.0))]
        }
        "square_root" => vec![("coefficient", rounded(2.0 / s.sqrt())), ("offset", rounded(1.0))],
        // ln(1 + 9) = 2.3.
        "logarithmic" => {
            vec![("coefficient", rounded(0.87)), ("growth", rounded(9.0 / s)), ("offset", rounded(1.0))]
        }
        "piecewise_linear" => {
            let point = |supply: f64, price: f64| format!("[{}, {}]", rounded(supply), rounded(price));
            let points = [point(0.0, 1.0), point(0.5 * s, 1.5), point(s, 3.0), point(2.0 * s, 6.0)];
            vec![("points", format!("[{}]", points.join(", ")))]
        }
        "constant_reserve_ratio" => return Some(constant_reserve_ratio(s)),
        "augmented" => return Some(augmented(s)),
        _ => return None,
    };
    Some(Sample { curve, ..Sample::default() })
}

/// A price of 1 with half the usual supply out, P = R/(S·F).
fn constant_reserve_ratio(s: f64) -> Sample {
    let (supply, ratio) = (0.5 * s, 0.5);
    let reserve = supply * ratio;
    Sample {
        curve: vec![("reserve_ratio", rounded(ratio))],
        market: vec![("initial_reserve", rounded(reserve))],
        opening: Some(Opening { supply, reserve, from: "`initial_reserve` above" }),
    }
}

/// A hatch sells half the usual supply at 0.5 and a quarter of its money goes to the funding pool, so the price
/// opens at κ·R/S = 0.75.
fn augmented(s: f64) -> Sample {
    let (supply, kappa, hatch_price, theta) = (0.5 * s, 2.0, 0.5, 0.25);
    let curve = [
        ("kappa", kappa),
        ("hatch_price", hatch_price),
        ("theta", theta),
        ("entry_tribute", 0.02),
        ("exit_tribute", 0.05),
    ];
    Sample {
        curve: curve.map(|(key, value)| (key, rounded(value))).to_vec(),
        market: Vec::new(),
        opening: Some(Opening {
            supply,
            reserve: (1.0 - theta) * hatch_price * supply,
            from: "what they were sold for in the hatch",
        }),
    }
}

impl Sample {
    /// The curve as an inline table.
    pub(crate) fn inline(&self, name: &str) -> String {
        let settings: String = self.curve.iter().map(|(key, value)| format!(", {key} = {value}")).collect();
        format!("{{ kind = \"{name}\"{settings} }}")
    }

    /// The distribution of the tokens out at the start, where there must be some.
    pub(super) fn distribution(&self) -> String {
        let Some(Opening { supply, from, .. }) = self.opening else { return String::new() };
        format!(
            "# The price is a ratio of reserve to supply, so both must be there from the start: these tokens, and
# {from}.
[distributions.opening]
asset = \"TOKEN\"
total = {}
shares = \"uniform\"

",
            rounded(supply)
        )
    }
}

/// A number to three digits, as a scenario has it.
fn rounded(value: f64) -> String {
    let three: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    number(three)
}
