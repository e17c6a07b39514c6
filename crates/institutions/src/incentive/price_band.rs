//! Rewards for trades that bring the price back into a band, and penalties for those that drive it out.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment, share_of};

entry! {
    /// While the price at the end of a step is below the band, who bought more than it sold gets a share of the money that
    /// changed hands in its trades, and who sold more owes one; above the band the other way round. Within the band nothing is due.
    pub struct PriceBand = "price_band" {
        formula: "R_i = ρ·V_i for trades toward the band, −π·V_i for trades away from it",
        check: |this| if this.low < this.high { Ok(()) } else {
            Err(("high", format!("the band is empty: {} is not above {}", this.high, this.low)))
        },
        source: "elementary",
        /// The least price within the band.
        low: f64, within 0.0..=1e30, unit "numeraire/token";
        /// The greatest price within the band.
        high: f64, within 0.0..=1e30, unit "numeraire/token";
        /// ρ: the share got for trades toward the band.
        reward: f64 = 0.0, within 0.0..=1.0;
        /// π: the share owed for trades away from it.
        penalty: f64 = 0.0, within 0.0..=1.0;
    }
}

impl Incentive for PriceBand {
    fn looks_at(&self) -> Looks {
        Looks { trades: true }
    }

    fn in_money(&self) -> bool {
        true
    }

    fn due(&self, moment: &Moment, agents: &Agents<'_>, _: &mut [Atoms], due: &mut [Atoms]) {
        // Above zero where buying is wanted.
        let wanted = if moment.price < self.low {
            1
        } else if moment.price > self.high {
            -1
        } else {
            return;
        };
        for (due, traded) in due.iter_mut().zip(agents.traded) {
            let volume = Atoms::try_from(traded.volume).unwrap_or(Atoms::MAX);
            *due = match traded.net.signum() * wanted {
                1 => share_of(self.reward, volume),
                -1 => -share_of(self.penalty, volume),
                _ => 0,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::MOMENT;
    use super::*;
    use crate::incentive::Traded;

    /// At a price of 2.
    #[test]
    fn trades_toward_the_band_are_paid_and_others_pay() {
        let traded = [Traded { count: 1, volume: 1_000, net: 7 }, Traded { count: 1, volume: 500, net: -7 }];
        let due = |low, high| {
            let mut due = [0; 2];
            let band = PriceBand { low, high, reward: 0.1, penalty: 0.2 };
            band.due(&MOMENT, &Agents { traded: &traded, ..Agents::default() }, &mut [], &mut due);
            due
        };
        assert_eq!(due(3.0, 4.0), [100, -100]);
        assert_eq!(due(0.5, 1.0), [-200, 50]);
        assert_eq!(due(1.0, 2.0), [0, 0]);
    }
}
