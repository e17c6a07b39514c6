//! What choosing among markets gains.

use crate::MeasureDescription;
use crate::defined::{defined, is_non_negative, quotient};

/// Describes [`routing_gain`].
pub const ROUTING_GAIN: MeasureDescription = MeasureDescription {
    name: "routing_gain",
    meaning: "how much more a trade split over several markets gets than in the best single one",
    formula: "received / max_j received_j − 1",
    unit: "fraction",
    source: "Angeris, Evans, Chitra and Boyd 2022, arXiv 2204.05238, optimal routing",
};

/// The gain of a routed trade over the best of what each market alone would have paid for all of it.
///
/// Above zero where the split paid, below where the route was worse than going to one market. `None` for no markets, an
/// amount that is not finite or negative, or when none would have paid anything.
#[must_use]
pub fn routing_gain(received: f64, received_from_each_alone: &[f64]) -> Option<f64> {
    if !is_non_negative(received) || !received_from_each_alone.iter().all(|&amount| is_non_negative(amount)) {
        return None;
    }
    let best = received_from_each_alone.iter().copied().fold(0.0, f64::max);
    defined(quotient(received, best)? - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn two_equal_pools_share_a_trade() {
        // x/(1 + x) from one pool of depth 1: for x = 1, ½ alone, and twice ⅓ when halved.
        let pool = |x: f64| x / (1.0 + x);
        assert_close(routing_gain(2.0 * pool(0.5), &[pool(1.0), pool(1.0)]).unwrap(), 1.0 / 3.0, 1e-15);
        assert_eq!(routing_gain(1.0, &[2.0, 1.0]), Some(-0.5));
        assert_eq!(routing_gain(1.0, &[]), None);
        assert_eq!(routing_gain(1.0, &[0.0]), None);
        assert_eq!(routing_gain(f64::NAN, &[1.0]), None);
    }
}
