//! What it takes to move the price that a constant product pool shows, for someone who reads it to be deceived.

use walras_numerics::elementary::sqrt;

/// A push of the price and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manipulation {
    /// What must be paid in.
    pub paid: f64,
    /// What is bought with it.
    pub bought: f64,
    /// What is lost when it is sold back at once.
    pub lost: f64,
}

/// Moves the price of the other asset to `factor` times, by paying into the first of `reserves` (paid, bought).
///
/// Without the fee y becomes y·√factor. The fee is paid on top and stays in the pool, which makes the price a little
/// higher still.
#[must_use]
pub fn to_factor((x, y): (f64, f64), fee: f64, factor: f64) -> Manipulation {
    let keep = 1.0 - fee;
    let net = x * (sqrt(factor) - 1.0);
    let paid = net / keep;
    let bought = y * net / (x + net);
    let (left, held) = (y - bought, x + paid);
    let back = held * keep * bought / (left + keep * bought);
    Manipulation { paid, bought, lost: paid - back }
}
