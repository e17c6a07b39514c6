//! Buying just before a victim's order and selling just after it, on a constant product pool.
//!
//! Real numbers: what bounds such an attack is the fee and the victim's slippage, not the atom.

use walras_numerics::elementary::sqrt;
use walras_numerics::root::bracketed;

/// An attack and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sandwich {
    /// What the attacker puts in before the victim.
    pub front: f64,
    /// What the attacker has more in the end; may be negative.
    pub profit: f64,
    /// What the victim would have received without it.
    pub quoted: f64,
    /// What the victim receives.
    pub victim: f64,
}

/// What `amount` gets from reserves (x, y).
fn out((x, y): (f64, f64), fee: f64, amount: f64) -> f64 {
    let net = (1.0 - fee) * amount;
    y * net / (x + net)
}

/// The attack that puts in `front` before a victim who puts in `victim`, of the asset whose reserve is x.
#[must_use]
pub fn with_front((x, y): (f64, f64), fee: f64, victim: f64, front: f64) -> Sandwich {
    let bought = out((x, y), fee, front);
    let between = (x + front, y - bought);
    let received = out(between, fee, victim);
    let after = (between.1 - received, between.0 + victim);
    let profit = out(after, fee, bought) - front;
    Sandwich { front, profit, quoted: out((x, y), fee, victim), victim: received }
}

/// The attack with the greatest front at which the victim still gets at least 1 − `slippage` of what it was quoted.
#[must_use]
pub fn largest(reserves: (f64, f64), fee: f64, victim: f64, slippage: f64) -> Sandwich {
    let still = with_front(reserves, fee, victim, 0.0);
    let margin = |front: f64| with_front(reserves, fee, victim, front).victim - (1.0 - slippage) * still.quoted;
    if slippage <= 0.0 {
        return still;
    }
    // Twice the front always more than halves what is left of the price, so the bracket is found soon.
    let mut high = reserves.0;
    while margin(high) > 0.0 && high < 1e300 {
        high *= 2.0;
    }
    let front = bracketed(margin, 0.0, high, 0.0).unwrap_or(high);
    with_front(reserves, fee, victim, front)
}

/// The most profitable attack within the victim's slippage; one with no front where none profits.
#[must_use]
pub fn best(reserves: (f64, f64), fee: f64, victim: f64, slippage: f64) -> Sandwich {
    let largest = largest(reserves, fee, victim, slippage);
    // The profit rises to one peak and falls after it: where both thirds are on one side, the far one is cut off.
    let (mut low, mut high) = (0.0, largest.front);
    for _ in 0..300 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        let profit = |front| with_front(reserves, fee, victim, front).profit;
        if profit(a) < profit(b) { low = a } else { high = b }
    }
    let inner = with_front(reserves, fee, victim, low + (high - low) / 2.0);
    let best = if largest.profit >= inner.profit { largest } else { inner };
    if best.profit > 0.0 { best } else { with_front(reserves, fee, victim, 0.0) }
}

/// The smallest victim worth attacking, as a share w of the reserve that it pays into: with g = 1 − fee,
/// g²(1 + w)(1 + g·w) = 1, where the first atom of a front earns nothing.
#[must_use]
pub fn smallest_victim(fee: f64) -> f64 {
    let keep = 1.0 - fee;
    let (square, cube) = (keep * keep, keep * keep * keep);
    // The positive root of g³w² + (g² + g³)w − (1 − g²) that does not cancel.
    let (b, c) = (square + cube, fee * (1.0 + keep));
    2.0 * c / (b + sqrt(b * b + 4.0 * cube * c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Law: at the smallest victim the first bit of a front neither earns nor loses, above it it earns.
    #[test]
    fn smaller_victims_are_left_alone() {
        for fee in [0.0005, 0.003, 0.01] {
            let smallest = smallest_victim(fee) * 1000.0;
            for (share, sign) in [(0.9, -1.0), (1.1, 1.0)] {
                let profit = with_front((1000.0, 5e5), fee, share * smallest, 1e-4).profit;
                assert!(profit * sign > 0.0, "{fee} {share} {profit}");
            }
            assert_eq!(best((1000.0, 5e5), fee, 0.9 * smallest, 0.05).front, 0.0);
            assert!(best((1000.0, 5e5), fee, 2.0 * smallest, 0.05).profit > 0.0);
        }
    }

    /// Law: no front on a fine grid within the slippage earns more.
    #[test]
    fn the_best_front_is_the_best_of_a_grid() {
        for (victim, slippage) in [(20.0, 0.01), (20.0, 0.5), (300.0, 0.9)] {
            let found = best((1000.0, 2e6), 0.003, victim, slippage);
            let end = largest((1000.0, 2e6), 0.003, victim, slippage).front;
            for i in 0..=1000 {
                let front = end * f64::from(i) / 1000.0;
                assert!(with_front((1000.0, 2e6), 0.003, victim, front).profit <= found.profit * (1.0 + 1e-9));
            }
            assert!(found.victim >= (1.0 - slippage) * found.quoted * (1.0 - 1e-12));
        }
    }
}
