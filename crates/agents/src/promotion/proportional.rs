//! Effort that follows what it brought.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildPromotion, EFFORT_MAX, Promotion, Seen, bounded};
use crate::population::{PerAgent, Setup};

entry! {
    /// Effort in proportion to what a contact earned in the period before.
    ///
    /// It is the answer of an agent whose costs rise with the square of its effort, ½·e²/gain: it works until another
    /// contact costs what it brings. Whoever approached nobody begins again at `start`.
    pub struct Proportional = "proportional" {
        formula: "e' = clamp(gain·R/(e·period), least, most)",
        check: |this| if this.least <= this.most { Ok(()) } else {
            Err(("most", format!("the most, {}, is less than the least, {}", this.most, this.least)))
        },
        source: "B. Holmström and P. Milgrom, \"Aggregation and linearity in the provision of intertemporal incentives\", Econometrica 55(2), 1987: effort under linear rewards and quadratic costs",
        /// Contacts for each unit of money that a contact earned.
        gain: PerAgent, within 0.0..=1e9, unit "contacts/(step·numeraire)";
        /// Contacts approached in a step at first.
        start: PerAgent = PerAgent::constant(1.0), within 0.0..=EFFORT_MAX, unit "contacts/step";
        /// The least effort.
        least: f64 = 0.0, within 0.0..=EFFORT_MAX, unit "contacts/step";
        /// The greatest effort.
        most: f64 = 100.0, within 0.0..=EFFORT_MAX, unit "contacts/step";
    }
}

struct Following {
    gain: Column,
    start: Column,
    least: f64,
    most: f64,
}

impl BuildPromotion for Proportional {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Promotion>, String> {
        Ok(Box::new(Following {
            gain: setup.parameter("gain", &self.gain)?,
            start: setup.parameter("start", &self.start)?,
            least: self.least,
            most: self.most,
        }))
    }
}

impl Promotion for Following {
    fn efforts(&self, seen: &Seen<'_>, efforts: &mut [f64]) {
        for (row, effort) in efforts.iter_mut().enumerate() {
            let wished = if seen.first || *effort == 0.0 {
                self.start.get(row)
            } else {
                self.gain.get(row) * seen.earned[row] / (*effort * f64::from(seen.period))
            };
            *effort = bounded(wished).clamp(self.least, self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three contacts in each of ten steps earned 60, 2 each: a gain of 4 makes it 8, and at most 5.
    #[test]
    fn effort_follows_what_a_contact_earned() {
        let effort = |most| {
            let one = Column::constant;
            let promotion = Following { gain: one(4.0), start: one(3.0), least: 0.5, most };
            let seen = |first, earned| Seen {
                step: 9,
                first,
                earned,
                period: 10,
                cost: 1.0,
                balances: &[0],
                money_scale: 100.0,
            };
            let mut efforts = [0.0];
            promotion.efforts(&seen(true, &[0.0]), &mut efforts);
            assert_eq!(efforts, [3.0]);
            promotion.efforts(&seen(false, &[60.0]), &mut efforts);
            let second = efforts;
            promotion.efforts(&seen(false, &[0.0]), &mut efforts);
            assert_eq!(efforts, [0.5]);
            second[0]
        };
        assert_eq!([effort(100.0), effort(5.0)], [8.0, 5.0]);
    }
}
