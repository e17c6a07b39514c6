//! Conviction voting: support that grows while it stays.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::{exp_m1, pow};

use super::{Ballots, Tally, Voting};

entry! {
    /// Voters stake their tokens on what they support and may move them in any step; conviction builds up while tokens
    /// stay, and decays when they leave. A proposal passes as soon as its conviction is above a threshold that grows
    /// without bound as the funds it asks for near the share β of all funds.
    ///
    /// A voter's tokens are divided equally among the open proposals that it supports. Nobody can vote against. A
    /// proposal that asks for no funds has the threshold of r = 0.
    pub struct Conviction = "conviction" {
        formula: "y ← α·y + x,  α = 2^(−1/half_life);  passes ⇔ y > ρ·S/((1 − α)·(β − r/R)²), never where r/R ≥ β",
        source: "J. Emmett, \"Conviction voting: a novel continuous decision making alternative to governance\", 2019; 1Hive, conviction-voting-app, ConvictionVoting.sol",
        /// Steps after which half of the conviction of tokens that left is gone.
        half_life: f64, within Bounds::above_to(0.0, 1e9), unit "step";
        /// β: the share of the funds that no proposal can reach.
        most_share: f64 = 0.2, within Bounds::above_to(0.0, 1.0);
        /// ρ: the weight of the threshold. With ρ = s·β² a proposal that asks for nothing passes in the long run when
        /// more than the share s of the supply stays with it.
        weight: f64 = 0.0025, within Bounds::above_to(0.0, 1.0);
    }
}

/// How fast conviction decays, as two numbers that sum to one, the smaller of them without cancellation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decay {
    /// α: what is kept from a step to the next.
    pub kept: f64,
    /// 1 − α: what is forgotten.
    pub forgotten: f64,
}

impl Decay {
    /// The decay that halves conviction in `half_life` steps.
    #[must_use]
    pub fn of_half_life(half_life: f64) -> Self {
        let forgotten = -exp_m1(-std::f64::consts::LN_2 / half_life);
        Self { kept: pow(2.0, -1.0 / half_life), forgotten }
    }

    /// Conviction after `steps` steps with `staked` tokens, from `conviction`: y·α^t + x·(1 − α^t)/(1 − α).
    #[must_use]
    pub fn after(&self, steps: u32, conviction: f64, staked: f64) -> f64 {
        let kept = pow(self.kept, f64::from(steps));
        conviction * kept + staked * (1.0 - kept) / self.forgotten
    }

    /// The conviction that `staked` tokens tend to: x/(1 − α).
    #[must_use]
    pub fn limit(&self, staked: f64) -> f64 {
        staked / self.forgotten
    }

    /// The conviction that a proposal needs which asks for `requested` of `funds` where the supply is `supply`, with β =
    /// `most_share` and ρ = `weight`; infinite from the share β on.
    #[must_use]
    pub fn threshold(&self, most_share: f64, weight: f64, supply: f64, requested: f64, funds: f64) -> f64 {
        let share = if requested > 0.0 { requested / funds } else { 0.0 };
        let room = most_share - share;
        // Without funds any share is undefined or infinite.
        if room > 0.0 { weight * supply / (self.forgotten * room * room) } else { f64::INFINITY }
    }
}

impl Voting for Conviction {
    fn mark(&self, strength: f64, _: &mut f64) -> f64 {
        if strength > 0.0 { 1.0 } else { 0.0 }
    }

    fn revisable(&self) -> bool {
        true
    }

    fn divides_weight(&self) -> bool {
        true
    }

    fn memory(&self) -> usize {
        1
    }

    fn passes_early(&self) -> bool {
        true
    }

    fn count(&self, ballots: &Ballots<'_>, memory: &mut [f64]) -> Tally {
        let (mut staked, mut supply, mut voters) = (0_i128, 0_i128, 0);
        for (&mark, &weight) in ballots.marks.iter().zip(ballots.weights) {
            supply += i128::from(weight);
            // The mark is the part of the voter's tokens that is staked here; rounded down.
            staked += if mark > 0.0 { (weight as f64 * mark) as i128 } else { 0 };
            voters += u32::from(mark > 0.0);
        }
        let decay = Decay::of_half_life(self.half_life);
        let (staked, supply) = (staked as f64 / ballots.scale, supply as f64 / ballots.scale);
        memory[0] = decay.kept * memory[0] + staked;
        let needed = decay.threshold(self.most_share, self.weight, supply, ballots.requested, ballots.funds);
        let carried = memory[0] > needed;
        Tally { yes: memory[0], no: 0.0, electorate: decay.limit(supply), needed, voters, carried }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A half-life of seven steps, the threshold of a proposal that asks for nothing, and the greatest conviction, of the
    /// commons that the source's application ran with.
    #[test]
    fn published_numbers() {
        let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-14;
        assert_eq!(Decay::of_half_life(7.0).kept, 0.905_723_664_263_906_7);
        // Printed as 0.7937005: a half-life of three.
        let decay = Decay::of_half_life(3.0);
        assert!((decay.kept - 0.793_700_5).abs() < 5e-8);
        let (supply, funds) = (22_392.22, 4867.21);
        let threshold = decay.threshold(0.2, 0.0025, supply, 0.0, funds);
        assert!(close(threshold, 6_783.893_932_236_272), "{threshold}");
        assert!(close(decay.limit(supply), 108_542.302_915_780_37), "{}", decay.limit(supply));
        assert_eq!(decay.threshold(0.2, 0.0025, supply, 0.2 * funds, funds), f64::INFINITY);
        assert_eq!(decay.threshold(0.2, 0.0025, supply, 1.0, 0.0), f64::INFINITY);
        assert!(decay.threshold(0.2, 0.0025, supply, 0.199 * funds, funds).is_finite());
    }

    /// Half of the conviction is gone after a half-life, short and long; and both numbers of a decay sum to one.
    #[test]
    fn a_half_life_halves() {
        for half_life in [1.0, 7.0, 1000.0, 1e6] {
            let decay = Decay::of_half_life(half_life);
            assert!((decay.kept + decay.forgotten - 1.0).abs() < 1e-15);
            let left = decay.after(half_life as u32, 10.0, 0.0);
            assert!((left - 5.0).abs() < 1e-9, "{left}");
        }
    }

    /// Step by step equals the closed form, and tends to its limit from below.
    #[test]
    fn conviction_builds_up_and_decays() {
        let rule = Conviction { half_life: 7.0, most_share: 0.2, weight: 0.0025 };
        let decay = Decay::of_half_life(7.0);
        let (weights, mut memory) = ([60, 40], [0.0]);
        let mut count = |marks: &[f64]| {
            let ballots = Ballots { marks, weights: &weights, scale: 1.0, ..Ballots::default() };
            rule.count(&ballots, &mut memory)
        };
        for step in 1..50 {
            let tally = count(&[1.0, 0.0]);
            let expected = decay.after(step, 0.0, 60.0);
            assert!((tally.yes / expected - 1.0).abs() < 1e-12 && tally.yes < decay.limit(60.0));
        }
        let before = count(&[1.0, 0.0]).yes;
        let after = count(&[0.0, 0.0]);
        assert!((after.yes / (before * decay.kept) - 1.0).abs() < 1e-15 && after.voters == 0);
        // Half of the second voter's tokens.
        let staked = count(&[0.0, 0.5]).yes - after.yes * decay.kept;
        assert!((staked - 20.0).abs() < 1e-9);
    }
}
