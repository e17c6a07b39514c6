//! The price that an aggressiveness means, and back: what adaptive-aggressive traders reckon with.

use walras_numerics::elementary::{exp_m1, ln_1p};

/// One trader's way from aggressiveness to target price, with prices as a buyer sees them: higher is more aggressive.
///
/// At r = 0 the target is the estimated equilibrium p* (its own limit ℓ where that is below), at 1 it is ℓ and at −1
/// nothing. θ bends the way: the lower, the sooner a small aggressiveness gives up much.
#[derive(Debug, Clone, Copy)]
pub struct Aggressiveness {
    /// ℓ.
    limit: f64,
    /// The target at r = 0.
    base: f64,
    /// θ.
    theta: f64,
}

/// (e^(rθ) − 1)/(e^θ − 1), from 0 at r = 0 to 1 at r = 1.
fn rise(r: f64, theta: f64) -> f64 {
    if theta.abs() < THETA_FLAT { r } else { exp_m1(r * theta) / exp_m1(theta) }
}

/// The r at which [`rise`] is `share`.
fn rise_to(share: f64, theta: f64) -> f64 {
    if theta.abs() < THETA_FLAT { share } else { ln_1p(share * exp_m1(theta)) / theta }
}

/// Below this θ the way is straight to the precision of its formula.
const THETA_FLAT: f64 = 1e-9;

/// The θ of the passive half is within ± this.
const THETA_MAX: f64 = 600.0;

/// x/(e^x − 1), the steepness at 0 of [`rise`], and its derivative.
fn steepness(x: f64) -> (f64, f64) {
    if x.abs() < 1e-4 {
        return (1.0 - x / 2.0 + x * x / 12.0, -0.5 + x / 6.0);
    }
    let e = exp_m1(x);
    (x / e, (1.0 - x * (e + 1.0) / e) / e)
}

impl Aggressiveness {
    /// The way of a trader with this limit when the equilibrium is believed to be `equilibrium`.
    #[must_use]
    pub fn new(limit: f64, equilibrium: f64, theta: f64) -> Self {
        Self { limit, base: equilibrium.min(limit), theta }
    }

    /// The θ of the passive half: for a trader within the margin the one that joins the halves without a kink,
    /// θ'·p*/(e^θ' − 1) = θ·(ℓ − p*)/(e^θ − 1), else the same.
    fn passive_theta(&self) -> f64 {
        let room = self.limit - self.base;
        if room <= 0.0 || self.base <= 0.0 {
            return self.theta;
        }
        let wanted = steepness(self.theta).0 * room / self.base;
        // The steepness x/(e^x − 1) falls and is convex, so that it is above its tangent 1 − x/2 at 0: where that is as
        // wanted lies left of the solution, and from there Newton's steps never pass it.
        let mut theta = (2.0 * (1.0 - wanted)).max(-THETA_MAX);
        for _ in 0..100 {
            let (value, slope) = steepness(theta);
            let step = (value - wanted) / slope;
            theta = (theta - step).clamp(-THETA_MAX, THETA_MAX);
            if step.abs() <= 1e-12 * theta.abs().max(1.0) {
                break;
            }
        }
        theta
    }

    /// The target price at aggressiveness `r` from −1 to 1.
    #[must_use]
    pub fn target(&self, r: f64) -> f64 {
        if r >= 0.0 {
            self.base + (self.limit - self.base) * rise(r, self.theta)
        } else {
            self.base * (1.0 - rise(-r, self.passive_theta()))
        }
    }

    /// The aggressiveness whose target is `price`; the nearest where none is.
    #[must_use]
    pub fn of(&self, price: f64) -> f64 {
        let r = if price > self.base {
            let room = self.limit - self.base;
            if room > 0.0 { rise_to(((price - self.base) / room).min(1.0), self.theta) } else { 0.0 }
        } else if self.base > 0.0 {
            -rise_to((1.0 - price / self.base).min(1.0), self.passive_theta())
        } else {
            0.0
        };
        r.clamp(-1.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle_are_those_of_the_definition() {
        for theta in [-8.0, -1.0, 0.0, 2.0] {
            let inside = Aggressiveness::new(120.0, 80.0, theta);
            let ends = [-1.0, 0.0, 1.0].map(|r| inside.target(r));
            assert!(
                ends.iter().zip([0.0, 80.0, 120.0]).all(|(found, sought)| (found - sought).abs() < 1e-9),
                "{ends:?}"
            );
            // Outside the margin nothing is given up beyond the limit.
            let outside = Aggressiveness::new(70.0, 80.0, theta);
            assert_eq!([0.0, 0.5, 1.0].map(|r| outside.target(r)), [70.0; 3]);
        }
        // θ = 0 is a straight line; at θ = 2 and r = ½ the share is (e − 1)/(e² − 1) = 1/(e + 1).
        assert_eq!(Aggressiveness::new(120.0, 80.0, 0.0).target(0.5), 100.0);
        let bent = Aggressiveness::new(120.0, 80.0, 2.0).target(0.5);
        assert!((bent - (80.0 + 40.0 / (std::f64::consts::E + 1.0))).abs() < 1e-12, "{bent}");
    }

    #[test]
    fn aggressiveness_and_target_are_each_others_inverse_and_join_without_a_kink() {
        for theta in [-8.0, -2.0, 0.0, 2.0] {
            for (limit, equilibrium) in [(120.0, 80.0), (300.0, 20.0), (60.0, 80.0)] {
                let way = Aggressiveness::new(limit, equilibrium, theta);
                for n in -10..=10 {
                    let r = f64::from(n) / 10.0;
                    let back = way.of(way.target(r));
                    // Steep as it is, the way is at nothing long before −1 to all the digits there are.
                    let flat = limit < equilibrium && r > 0.0 || way.target(r) < 1e-6 * equilibrium;
                    assert!(flat || (back - r).abs() < 1e-6, "θ {theta}, ℓ {limit}: {r} came back as {back}");
                }
                let slopes = [way.target(1e-6) - way.target(0.0), way.target(0.0) - way.target(-1e-6)];
                let kink = (slopes[0] - slopes[1]).abs() / slopes[1];
                assert!(limit < equilibrium || kink < 1e-3, "θ {theta}, ℓ {limit}: {slopes:?}");
            }
        }
    }
}
