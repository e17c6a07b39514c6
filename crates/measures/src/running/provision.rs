//! What a pool's providers gain and lose, in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::defined;

/// A pool against its providers' alternatives: the same deposits held, and the pool's own holdings traded at market
/// prices. Deposits and withdrawals on the way count at the prices of their step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunningProvision {
    count: u64,
    /// The price, and what the pool holds: money and tokens.
    last: [f64; 3],
    /// What the deposits less the withdrawals were: money and tokens.
    held: [f64; 2],
    /// The value put in less what was taken out, at the prices of their step.
    paid_in: f64,
    /// Gains of rebalancing to the pool's holdings at market prices.
    rebalancing: f64,
    /// True once a number was not finite.
    is_undefined: bool,
}

impl RunningProvision {
    /// Takes the next step: the price at its end, what the pool then holds, and what of that was deposited in the step,
    /// less withdrawals; money first. What the pool holds at the first call is deposited then.
    pub fn push(&mut self, price: f64, holds: [f64; 2], deposited: [f64; 2]) {
        let deposited = if self.count == 0 { holds } else { deposited };
        let rebalancing = self.rebalancing + self.last[2] * (price - self.last[0]);
        let paid_in = self.paid_in + deposited[0] + deposited[1] * price;
        let held = [self.held[0] + deposited[0], self.held[1] + deposited[1]];
        self.count += 1;
        if self.is_undefined || ![price, holds[0], holds[1], rebalancing, paid_in].iter().all(|it| it.is_finite()) {
            self.is_undefined = true;
            return;
        }
        (self.last, self.held) = ([price, holds[0], holds[1]], held);
        (self.paid_in, self.rebalancing) = (paid_in, rebalancing);
    }

    /// What the pool holds is worth now.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        let [price, money, tokens] = self.last;
        if self.is_undefined || self.count == 0 { None } else { defined(money + tokens * price) }
    }

    /// What the deposits would be worth now, less withdrawals, had they been held.
    #[must_use]
    pub fn value_if_held(&self) -> Option<f64> {
        if self.is_undefined || self.count == 0 { None } else { defined(self.held[0] + self.held[1] * self.last[0]) }
    }

    /// As [`crate::provision::loss_versus_rebalancing`], deposits on the way not counted as gains.
    #[must_use]
    pub fn loss_versus_rebalancing(&self) -> Option<f64> {
        if self.count < 2 { None } else { defined(self.rebalancing - (self.value()? - self.paid_in)) }
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        for (name, value) in ["price", "money", "tokens"].iter().zip(&mut self.last) {
            v.f64(&format!("{prefix}.{name}"), value)?;
        }
        for (name, value) in ["money held", "tokens held"].iter().zip(&mut self.held) {
            v.f64(&format!("{prefix}.{name}"), value)?;
        }
        v.f64(&format!("{prefix}.paid in"), &mut self.paid_in)?;
        v.f64(&format!("{prefix}.rebalancing"), &mut self.rebalancing)?;
        v.bool(&format!("{prefix}.is_undefined"), &mut self.is_undefined)
    }
}
