//! The shares of income that a preference of constant elasticity spends on each good.

use walras_numerics::elementary::{exp, ln};
use walras_numerics::sum;

use super::Slopes;

/// Writes s_j ∝ w_j·p_j^(1 − σ), summing to one. Through logarithms, so that no power under- or overflows: the
/// largest of them is one.
pub(super) fn fill(weights: &[f64], elasticity: f64, prices: &[f64], shares: &mut [f64]) {
    let mut top = f64::NEG_INFINITY;
    for ((share, &weight), &price) in shares.iter_mut().zip(weights).zip(prices) {
        *share = if weight > 0.0 { ln(weight) + (1.0 - elasticity) * ln(price) } else { f64::NEG_INFINITY };
        top = top.max(*share);
    }
    for share in shares.iter_mut() {
        *share = exp(*share - top);
    }
    let total = sum::sum(shares);
    for share in shares.iter_mut() {
        *share /= total;
    }
}

/// Writes the slopes of x_j = s_j·m/p_j, where ∂s_j/∂p_k = (1 − σ)·s_j·(δ_jk − s_k)/p_k.
pub(super) fn slopes(shares: &[f64], elasticity: f64, prices: &[f64], income: f64, slopes: &mut Slopes) {
    for (j, (&share, &price)) in shares.iter().zip(prices).enumerate() {
        let row = slopes.by_price.row_mut(j);
        let amount = share * income / price;
        for (k, value) in row.iter_mut().enumerate() {
            let own = if j == k { 1.0 } else { 0.0 };
            *value = amount * ((1.0 - elasticity) * (own - shares[k]) - own) / prices[k];
        }
        slopes.by_income[j] = share / price;
    }
}
