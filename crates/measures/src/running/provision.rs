//! What a pool's providers gain and lose, in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::defined;

/// A pool against its providers' alternatives: the same deposits held, and the pool's own holdings traded at market
/// prices. Deposits and withdrawals on the way count at the prices of their step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunningProvision {
    count: u64,
    /// The price of each token.
    prices: Vec<f64>,
    /// What the pool holds: money, then each token.
    holds: Vec<f64>,
    /// What the deposits less the withdrawals were: money, then each token.
    held: Vec<f64>,
    /// The value put in less what was taken out, at the prices of their step.
    paid_in: f64,
    /// Gains of rebalancing to the pool's holdings at market prices.
    rebalancing: f64,
    /// True once a number was not finite.
    is_undefined: bool,
}

impl RunningProvision {
    /// Takes the next step: the prices of the pool's tokens at its end, what the pool then holds, and what of that was
    /// deposited in the step, less withdrawals; money first. What the pool holds at the first call is deposited then. What a
    /// maker sold that issues its tokens it holds less than nothing of. Columns of other lengths than at first leave
    /// everything undefined.
    pub fn push(&mut self, prices: &[f64], holds: &[f64], deposited: &[f64]) {
        let deposited = if self.count == 0 { holds } else { deposited };
        self.count += 1;
        let fits = holds.len() == prices.len() + 1
            && deposited.len() == holds.len()
            && (self.count == 1 || self.holds.len() == holds.len());
        if self.is_undefined || !fits {
            self.is_undefined = true;
            return;
        }
        let mut rebalancing = self.rebalancing;
        for ((&price, &last), &tokens) in prices.iter().zip(&self.prices).zip(self.holds.iter().skip(1)) {
            rebalancing += tokens * (price - last);
        }
        let paid_in = self.paid_in + worth(deposited, prices);
        if ![rebalancing, paid_in].iter().chain(prices).chain(holds).all(|it| it.is_finite()) {
            self.is_undefined = true;
            return;
        }
        self.held.resize(holds.len(), 0.0);
        for (held, more) in self.held.iter_mut().zip(deposited) {
            *held += more;
        }
        prices.clone_into(&mut self.prices);
        holds.clone_into(&mut self.holds);
        (self.paid_in, self.rebalancing) = (paid_in, rebalancing);
    }

    /// What the pool holds is worth now.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        if self.is_undefined || self.count == 0 { None } else { defined(worth(&self.holds, &self.prices)) }
    }

    /// What the deposits would be worth now, less withdrawals, had they been held.
    #[must_use]
    pub fn value_if_held(&self) -> Option<f64> {
        if self.is_undefined || self.count == 0 { None } else { defined(worth(&self.held, &self.prices)) }
    }

    /// As [`crate::provision::loss_versus_rebalancing`], deposits on the way not counted as gains.
    #[must_use]
    pub fn loss_versus_rebalancing(&self) -> Option<f64> {
        if self.count < 2 { None } else { defined(self.rebalancing - (self.value()? - self.paid_in)) }
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        for (name, values) in [("prices", &mut self.prices), ("holds", &mut self.holds), ("held", &mut self.held)] {
            v.f64s(&format!("{prefix}.{name}"), values)?;
        }
        let len = self.holds.len();
        if self.held.len() != len || self.prices.len() != len.saturating_sub(1) {
            return Err(StateError(format!("{prefix}: of another pool")));
        }
        v.f64(&format!("{prefix}.paid in"), &mut self.paid_in)?;
        v.f64(&format!("{prefix}.rebalancing"), &mut self.rebalancing)?;
        v.bool(&format!("{prefix}.is_undefined"), &mut self.is_undefined)
    }
}

/// What money and tokens are worth at these prices of the tokens.
fn worth(amounts: &[f64], prices: &[f64]) -> f64 {
    let Some((money, tokens)) = amounts.split_first() else { return 0.0 };
    tokens.iter().zip(prices).fold(*money, |sum, (tokens, price)| sum + tokens * price)
}
