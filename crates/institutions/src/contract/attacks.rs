//! Scripted attackers, and what terms leave them.

use walras_ledger::Atoms;

use super::laws::{active, plain};
use super::reward::Rate;
use super::*;

/// What a finder and its own sybils above it get when it finds something worth 2000, by the capped chain: the finder is
/// the last of `sybils` + 1 affiliates, each sponsored by the one before.
fn capped_chain(sybils: u32, charged: Charged) -> Atoms {
    let mut terms = plain(10_000);
    terms.chain = Some((Rate::new(0.5), charged));
    let mut contract = active(terms, sybils + 1, true);
    let mut outcome = Outcome::default();
    contract.measure(0, &[(sybils, 2000)], &[], &mut outcome).unwrap();
    contract.advance(0, true, &mut outcome);
    contract.affiliates().map(|affiliate| affiliate.paid).sum()
}

/// The uncapped twin: each member of the chain gets half of what the one below it got.
fn uncapped_chain(sybils: u32) -> Atoms {
    (0..=sybils).map(|above| 2000 >> above).sum()
}

/// Pickard et al. 2011: 2000 to the finder, 1000 to who invited it, 500 to who invited that one. Without a bound a
/// finder has 2000 alone and 3000, 3500 and 3750 with one, two and three sybils of its own; with two members at most
/// the second sybil brings nothing; and where the affiliate bears the share, the first brings nothing either.
#[test]
fn sybils_in_a_halving_chain() {
    assert_eq!([0, 1, 2, 3].map(uncapped_chain), [2000, 3000, 3500, 3750]);
    assert_eq!([0, 1, 2, 3].map(|sybils| capped_chain(sybils, Charged::Contract)), [2000, 3000, 3000, 3000]);
    assert_eq!([0, 1, 2, 3].map(|sybils| capped_chain(sybils, Charged::Affiliate)), [2000; 4]);
}

/// An attacker that trades with itself for as long as a round pays more than it costs. Each round is `volume` traded at
/// a fee; a share of the fee comes back by referral, and the contract pays k for each unit of volume.
struct Ring {
    fee: Rate,
    referral: Rate,
    volume: Atoms,
}

impl Ring {
    /// Trades against a contract that pays `rate` for volume, up to `cap`, for `rounds`. Returns what the attacker has won
    /// or lost, and what the contract has left.
    fn attack(&self, rate: f64, cap: Atoms, rounds: u32) -> (Atoms, Atoms) {
        let mut terms = plain(cap);
        terms.reward = std::sync::Arc::new(Exactly(Rate::new(rate)));
        let mut contract = active(terms, 1, false);
        let mut outcome = Outcome::default();
        let mut won = 0;
        for step in 0..rounds {
            if contract.money().free() == 0 {
                break;
            }
            let fee = self.fee.of(self.volume);
            let paid = contract.money().paid;
            contract.measure(step, &[(0, self.volume)], &[], &mut outcome).unwrap();
            contract.advance(step, true, &mut outcome);
            won += contract.money().paid - paid - fee + self.referral.of(fee);
        }
        (won, contract.money().free())
    }
}

#[derive(Debug)]
struct Exactly(Rate);

impl reward::Reward for Exactly {
    fn earned(&self, measured: &reward::Measured<'_>) -> Result<Atoms, String> {
        Ok(self.0.of(measured.own))
    }
}

/// Wash trading pays iff k > f·(1 − r): at a fee of 0.5 % of which 20 % come back, above 0.4 %. A tenth above, the
/// attacker drains the contract; a tenth below it loses with every round.
#[test]
fn wash_trading_breaks_even_at_the_fee_less_the_referral() {
    let ring = Ring { fee: Rate::new(0.005), referral: Rate::new(0.2), volume: 1_000_000 };
    let break_even = 0.005 * (1.0 - 0.2);
    let cap = 1_000_000;
    let (won, left) = ring.attack(1.1 * break_even, cap, 1000);
    // 4400 a round at a cost of 4000, but for the last, which gets what is left.
    assert_eq!((left, won), (0, cap - 228 * 4000));
    let (won, left) = ring.attack(0.9 * break_even, cap, 100);
    assert!(won < 0 && left > 0, "{won}, {left}");
    assert!((won + 100 * 400).abs() <= 100, "{won}");
}
