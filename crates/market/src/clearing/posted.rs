//! A posted price that is adjusted between steps.

use walras_catalog::entry;

use super::adjustment::{AnyAdjustment, Seen};
use super::rationing::{AnyRationing, Proportional};
use super::{Clearing, Setting, Settled, StepOrders, Unpayable, Venue};
use crate::order::Side;

entry! {
    /// Each step's orders trade at the price posted before; the shorter side trades in full, the longer is rationed; then
    /// the price moves with what was left over.
    pub struct Posted = "posted" {
        formula: "traded = min(D(P), O(P));  P' = P + g(D(P) − O(P), S)",
        source: "J.-P. Benassy, \"Neo-Keynesian disequilibrium theory in a monetary economy\", Review of Economic Studies 42(4), 1975",
        /// Who is served on the longer side.
        rationing: AnyRationing = AnyRationing::Proportional(Proportional {});
        /// How the price answers.
        adjustment: AnyAdjustment;
    }
}

impl Clearing for Posted {
    fn memory(&self) -> usize {
        self.adjustment.memory()
    }

    fn settle(&self, orders: &StepOrders<'_>, setting: &Setting, venue: &mut Venue) -> Result<Settled, Unpayable> {
        let price = venue.price;
        let mut filled = vec![0; orders.len()];
        let (mut buyers, mut sellers) = (Vec::new(), Vec::new());
        let (mut demand, mut supply) = (0_i128, 0_i128);
        for (row, slot) in filled.iter_mut().enumerate() {
            let (side, size) = (orders.taking_part(row), orders.size[row]);
            if side == Side::BUY && orders.limit[row] >= price {
                demand += i128::from(size);
                buyers.push(row as u32);
            } else if side == Side::SELL && orders.limit[row] <= price {
                supply += i128::from(size);
                sellers.push(row as u32);
            } else {
                continue;
            }
            *slot = size;
        }
        match demand.cmp(&supply) {
            std::cmp::Ordering::Greater => orders.ration(&*self.rationing, &buyers, supply, &mut filled),
            std::cmp::Ordering::Less => orders.ration(&*self.rationing, &sellers, demand, &mut filled),
            std::cmp::Ordering::Equal => {}
        }
        let settled = Settled::at(orders, setting, price, (demand, supply), filled)?;
        venue.memory.resize(self.memory(), 0.0);
        let seen = Seen {
            price,
            demand: setting.tokens(demand),
            supply: setting.tokens(supply),
            outstanding: setting.tokens(i128::from(setting.outstanding)),
        };
        venue.price = self.adjustment.next(&seen, &mut venue.memory);
        Ok(settled)
    }
}
