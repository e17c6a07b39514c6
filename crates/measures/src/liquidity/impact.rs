//! Impact: how far trades move the price.

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, defined};
use crate::moments::{mean, standard_deviation};
use crate::regression::{Regression, log_log_regression, ordinary_least_squares};

/// Describes [`kyle_lambda`].
pub const KYLE_LAMBDA: MeasureDescription = MeasureDescription {
    name: "kyle_lambda",
    meaning: "how far one more unit bought moves the price: the inverse of depth",
    formula: "Δp_t = a + λ q_t + e_t, least squares",
    unit: "money per unit, per unit of signed volume",
    source: "Kyle 1985, Econometrica 53(6)",
};

/// The regression of price changes on signed volume; its slope is λ.
///
/// Undefined where [`ordinary_least_squares`] is.
#[must_use]
pub fn kyle_lambda(signed_volumes: &[f64], price_changes: &[f64]) -> Option<Regression> {
    ordinary_least_squares(signed_volumes, price_changes)
}

/// Describes [`amihud_illiquidity`].
pub const AMIHUD_ILLIQUIDITY: MeasureDescription = MeasureDescription {
    name: "amihud_illiquidity",
    meaning: "size of the return for one unit of money traded, on average over steps with trade",
    formula: "(1/n) Σ |r_t| / V_t, V_t > 0 the money traded",
    unit: "1 / money",
    source: "Amihud 2002, Journal of Financial Markets 5(1)",
};

/// The mean of |return| over money traded. Steps without trade do not count.
///
/// `None` for columns of unequal length, a number that is not finite, a negative volume, or no trade at all.
#[must_use]
pub fn amihud_illiquidity(returns: &[f64], money_traded: &[f64]) -> Option<f64> {
    if returns.len() != money_traded.len() || !all_finite(returns) || !all_non_negative(money_traded) {
        return None;
    }
    let ratios: Vec<f64> =
        returns.iter().zip(money_traded).filter(|(_, volume)| **volume > 0.0).map(|(r, v)| r.abs() / v).collect();
    mean(&ratios)
}

/// Trades of about one size, and how the price moved with them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImpactBin {
    /// Mean volume of the trades.
    pub volume: f64,
    /// Mean return.
    pub mean_return: f64,
    /// Standard error of the mean return; 0 for a single trade.
    pub standard_error: f64,
    /// How many trades.
    pub count: usize,
}

/// Describes [`impact_curve`].
pub const IMPACT_CURVE: MeasureDescription = MeasureDescription {
    name: "impact_curve",
    meaning: "mean return for trades of each size, in bins of equally many trades",
    formula: "R(q) = E[ r | signed volume q ]",
    unit: "of the returns",
    source: "Lillo, Farmer and Mantegna 2003, Nature 421",
};

/// The mean return in bins of signed volume, from the largest sales to the largest purchases.
///
/// Trades are sorted by volume and cut into `bins` groups whose sizes differ by one at most; equal volumes keep their
/// order. `None` for columns of unequal length, a number that is not finite, no bins, or more bins than trades.
#[must_use]
pub fn impact_curve(signed_volumes: &[f64], returns: &[f64], bins: usize) -> Option<Vec<ImpactBin>> {
    let count = signed_volumes.len();
    if count != returns.len() || bins == 0 || bins > count || !all_finite(signed_volumes) || !all_finite(returns) {
        return None;
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| signed_volumes[a].total_cmp(&signed_volumes[b]));
    // u128: no product of two counts overflows.
    let edge = |bin: usize| (bin as u128 * count as u128 / bins as u128) as usize;
    let bin = |bin: usize| {
        let of = |column: &[f64]| order[edge(bin)..edge(bin + 1)].iter().map(|&i| column[i]).collect::<Vec<f64>>();
        let (volumes, returns) = (of(signed_volumes), of(returns));
        let count = returns.len();
        let spread = if count > 1 { standard_deviation(&returns)? } else { 0.0 };
        let standard_error = defined(spread / (count as f64).sqrt())?;
        Some(ImpactBin { volume: mean(&volumes)?, mean_return: mean(&returns)?, standard_error, count })
    };
    (0..bins).map(bin).collect()
}

/// Describes [`impact_exponent`].
pub const IMPACT_EXPONENT: MeasureDescription = MeasureDescription {
    name: "impact_exponent",
    meaning: "exponent of the power law by which impact grows with size; ½ is the square-root law",
    formula: "ln E[ sign(q) r ] = ln Y + δ ln |q| over bins of |q|, least squares",
    unit: "none",
    source: "Almgren et al. 2005, Risk 18(7); Sato and Kanazawa 2024, arXiv 2411.13965 (δ = 0.489 ± 0.0015)",
};

/// The power law through the bins of [`impact_curve`] when purchases and sales are folded onto each other: slope δ with
/// its standard error, intercept ln Y.
///
/// Trades of no size do not count, nor bins whose mean impact is not above zero, which have no logarithm. `None` when
/// fewer than three bins are left, and where [`impact_curve`] is undefined.
#[must_use]
pub fn impact_exponent(signed_volumes: &[f64], returns: &[f64], bins: usize) -> Option<Regression> {
    if signed_volumes.len() != returns.len() {
        return None;
    }
    let trades = || signed_volumes.iter().zip(returns).filter(|(volume, _)| **volume != 0.0);
    let sizes: Vec<f64> = trades().map(|(volume, _)| volume.abs()).collect();
    let impacts: Vec<f64> = trades().map(|(volume, r)| volume.signum() * r).collect();
    let curve = impact_curve(&sizes, &impacts, bins)?;
    let rising = || curve.iter().filter(|bin| bin.mean_return > 0.0);
    let x: Vec<f64> = rising().map(|bin| bin.volume).collect();
    let y: Vec<f64> = rising().map(|bin| bin.mean_return).collect();
    log_log_regression(&x, &y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::Samples;

    #[test]
    fn lambda_of_kyle_s_equilibrium() {
        // Kyle 1985, §2: fundamental N(p0, Σ0), noise N(0, σ²): the insider buys β(v − p0) with β = σ/√Σ0, and the
        // market maker's λ is ½ √Σ0/σ. With √Σ0 = 2 and σ = 5: β = 2.5, λ = 0.2. The regression of v − p0 on the flow
        // is that λ.
        let mut draws = Samples::new(3);
        let (mut flow, mut value) = (Vec::new(), Vec::new());
        for _ in 0..100_000 {
            let surprise = 2.0 * draws.normal();
            flow.push(2.5 * surprise + 5.0 * draws.normal());
            value.push(surprise);
        }
        let line = kyle_lambda(&flow, &value).unwrap();
        assert!((line.slope - 0.2).abs() < 4.0 * line.slope_error && line.slope_error < 0.001, "{line:?}");
        // Half of the information is in the flow.
        assert_close(line.r_squared, 0.5, 0.01);
    }

    #[test]
    fn amihud_by_hand() {
        assert_eq!(amihud_illiquidity(&[0.02, -0.01, 0.5], &[100.0, 200.0, 0.0]), Some((0.0002 + 0.00005) / 2.0));
        assert_eq!(amihud_illiquidity(&[0.02], &[0.0]), None);
        assert_eq!(amihud_illiquidity(&[0.02], &[-1.0]), None);
    }

    #[test]
    fn bins_hold_equally_many_trades() {
        let curve = impact_curve(&[3.0, -2.0, 1.0, -4.0, 5.0], &[0.3, -0.2, 0.1, -0.4, 0.5], 2).unwrap();
        assert_eq!((curve[0].count, curve[1].count), (2, 3));
        assert_close(curve[0].volume, -3.0, 1e-15);
        assert_close(curve[0].mean_return, -0.3, 1e-15);
        // Returns −0.4 and −0.2: deviation 0.1414, over √2.
        assert_close(curve[0].standard_error, 0.1, 1e-15);
        assert_close(curve[1].volume, 3.0, 1e-15);
        assert_eq!(impact_curve(&[1.0], &[1.0], 2), None);
        assert_eq!(impact_curve(&[1.0], &[1.0], 0), None);
    }

    #[test]
    fn the_square_root_law_is_found_again() {
        // r = 0.01 sign(q) |q|^0.489 and noise as large; volumes log-uniform over four decades.
        let mut draws = Samples::new(4);
        let (mut volumes, mut returns) = (Vec::new(), Vec::new());
        for _ in 0..200_000 {
            let side = if draws.uniform() < 0.5 { -1.0 } else { 1.0 };
            let size = 10.0_f64.powf(4.0 * draws.uniform());
            volumes.push(side * size);
            returns.push(side * 0.01 * size.powf(0.489) + 0.01 * draws.normal());
        }
        let law = impact_exponent(&volumes, &returns, 40).unwrap();
        assert_close(law.slope, 0.489, 0.01);
        assert_close(law.intercept, 0.01_f64.ln(), 0.01);
        assert!(law.slope_error < 0.005 && (0.45..=0.55).contains(&law.slope), "{law:?}");
        assert_eq!(impact_exponent(&volumes[..2], &returns[..2], 2), None);
    }
}
