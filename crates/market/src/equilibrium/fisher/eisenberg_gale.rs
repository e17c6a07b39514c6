//! The convex programme whose solution is a Fisher market's equilibrium.
//!
//! ```text
//! greatest Σ B_i·ln u_i(x_i)                               with Σ_i x_ij ≤ s_j, x ≥ 0
//! least    Σ p_j·s_j + Σ B_i·ln(B_i·v_i(p)) − Σ B_i        over p > 0
//! ```
//!
//! where v_i(p) is the most utility that one unit of money buys. Neither can pass the other, and they meet just in
//! equilibrium: then each u_i(x_i) = B_i·v_i(p), so that buyers get what they want most, and Σ p_j·s_j = Σ B_i
//! (E. Eisenberg, D. Gale, "Consensus of subjective probabilities: the pari-mutuel method", 1959; E. Eisenberg,
//! "Aggregation of utility functions", Management Science 7, 1961).

use std::ops::Deref;

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use super::super::preference::Preference;
use super::Fisher;

/// How far prices and an allocation are from an equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Check {
    /// The dual's value less the primal's, as a share of all money; for a feasible allocation never below zero, up to
    /// roundings. Infinite when a buyer gets nothing of use.
    pub gap: f64,
    /// The most that is handed out beyond supply, as a share of it; not above zero for a feasible allocation.
    pub excess: f64,
    /// The worth of what is left over of any one good, as a share of all money: the greatest.
    pub unsold: f64,
    /// The most that any buyer's utility falls short of what its budget buys at these prices, as a share of that.
    pub regret: f64,
}

/// Checks prices and an allocation. A good with the price zero must be wanted by nobody, or be there in plenty: it
/// counts as the least positive price.
#[must_use]
pub fn check<P: Deref<Target = dyn Preference>>(market: &Fisher<P>, prices: &[f64], allocation: &[Vec<f64>]) -> Check {
    let (money, supply) = (market.money(), market.supply());
    // Utility of money asks for positive prices; what nobody wants does not weigh in it.
    let positive: Vec<f64> = prices.iter().map(|price| price.max(f64::MIN_POSITIVE)).collect();
    let mut regret: f64 = 0.0;
    let mut shortfalls = Vec::new();
    for (buyer, bundle) in allocation.iter().enumerate() {
        let preference = market.preference(buyer);
        let bought = market.budgets()[buyer] * preference.utility_of_money(&positive).unwrap_or(f64::NAN);
        let share = preference.utility(bundle) / bought;
        regret = regret.max(1.0 - share);
        shortfalls.push(-market.budgets()[buyer] * ln(share));
    }
    let worth = sum::sum_by(prices.len(), |good| prices[good] * supply[good]);
    // Dual less primal: the terms B·ln(B·v) and B·ln u go together, so that little cancels.
    let gap = (worth - money + sum::sum(&shortfalls)) / money;
    let given = |good: usize| sum::sum_by(allocation.len(), |buyer| allocation[buyer][good]);
    let (mut excess, mut unsold) = (f64::NEG_INFINITY, 0.0);
    for good in 0..prices.len() {
        let over = given(good) / supply[good] - 1.0;
        excess = excess.max(over);
        unsold = f64::max(unsold, -over * prices[good] * supply[good] / money);
    }
    Check { gap, excess, unsold, regret }
}
