//! What an agent of constant absolute risk aversion demands, and the order it makes of that.

use walras_market::order::Side;
use walras_numerics::Column;
use walras_numerics::elementary::{exp, ln};

use super::tick;
use crate::observation::MarketView;

/// The demand of a cohort's agents, π(p) = ln(p̂/p)/(α·V·p) tokens.
///
/// Chiarella, Iori and Perelló, "The impact of heterogeneous trading rules on the limit order book and order flows", 2009,
/// equations 6 to 10.
#[derive(Debug, Clone)]
pub struct CaraDemand {
    /// α.
    risk_aversion: Column,
}

/// What an agent's demand depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// p̂: the price it expects, numeraire per token.
    pub expected: f64,
    /// V: the variance of returns.
    pub variance: f64,
    /// Money it may spend, numeraire.
    pub money: f64,
    /// Tokens it holds.
    pub tokens: f64,
}

impl CaraDemand {
    /// The demand of agents with these risk aversions, per numeraire.
    #[must_use]
    pub fn new(risk_aversion: Column) -> Self {
        Self { risk_aversion }
    }

    /// The order of the agent at `row` whose random number in [0, 1) is `u`: its side, tokens and limit.
    ///
    /// The price is drawn between the one at which the agent would spend all its money and p̂, at which it wants nothing.
    /// An order that the best one of the other side meets is for what it demands at that one's price, and limited to it.
    #[must_use]
    pub fn order(&self, row: usize, of: &Situation, u: f64, seen: &MarketView<'_>) -> Option<(i8, f64, f64)> {
        let aversion = self.risk_aversion.get(row) * of.variance;
        if !(of.expected > 0.0 && of.expected.is_finite() && aversion > 0.0 && aversion.is_finite()) {
            return None;
        }
        let lowest = of.expected * exp(-price_spending(of, aversion, of.money)?);
        let content = of.expected * exp(-price_spending(of, aversion, 0.0)?);
        let drawn = lowest + (of.expected - lowest) * u;
        let side = if drawn < content { Side::BUY } else { Side::SELL };
        let opposite = if side == Side::BUY { seen.quotes.ask } else { seen.quotes.bid };
        let met = opposite.filter(|&price| f64::from(side) * (drawn - price) >= 0.0);
        let limit = met.unwrap_or_else(|| tick::no_worse(side, drawn, seen.tick));
        if !(limit > 0.0 && limit.is_finite()) {
            return None;
        }
        let wanted = f64::from(side) * (ln(of.expected / limit) / (aversion * limit) - of.tokens);
        let most = if side == Side::BUY { of.money / limit } else { of.tokens };
        let tokens = wanted.min(most);
        (tokens > 0.0).then_some((side, tokens, limit))
    }
}

/// y = ln(p̂/p) of the price p at which what is missing to the demand costs `money`: y/(α·V) = money + S·p̂·e^(−y).
fn price_spending(of: &Situation, aversion: f64, money: f64) -> Option<f64> {
    let worth = of.tokens * of.expected;
    let (mut y, most) = (aversion * money, aversion * (money + worth));
    if !most.is_finite() {
        return None;
    }
    // What is missing rises with y and is concave: from below Newton's steps never pass the solution.
    for _ in 0..60 {
        let held = worth * exp(-y);
        let step = (money + held - y / aversion) / (1.0 / aversion + held);
        y = (y + step).min(most);
        if step <= 1e-13 * y {
            break;
        }
    }
    Some(y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    /// p̂ = 10, α·V = 0.02: at p = 8 the demand is ln(1.25)/(0.02·8) = 1.3946 tokens.
    fn order(money: f64, tokens: f64, u: f64, quotes: (Option<f64>, Option<f64>)) -> Option<(i8, f64, f64)> {
        let demand = CaraDemand::new(Column::constant(0.5));
        let mut bench = Bench::new(1, 1);
        (bench.markets[0].quotes.bid, bench.markets[0].quotes.ask) = quotes;
        let mut found = None;
        bench.see(|view| {
            let of = Situation { expected: 10.0, variance: 0.04, money, tokens };
            found = demand.order(0, &of, u, &view.markets[0]);
        });
        found
    }

    #[test]
    fn orders_are_what_separates_holding_and_demand_at_a_price_that_can_be_paid() {
        // With 1.3946 tokens an agent is content at 8: below it buys, above it sells.
        let tokens = 1.25_f64.ln() / 0.16;
        for n in 0..20 {
            let (side, size, limit) = order(5.0, tokens, f64::from(n) / 20.0, (None, None)).unwrap();
            assert_eq!(side, if limit < 8.0 { 1 } else { -1 });
            let demand = (10.0 / limit).ln() / (0.02 * limit);
            assert!((size - (demand - tokens).abs()).abs() < 1e-6, "{size} at {limit}");
            assert!(side < 0 || size * limit <= 5.0 + 1e-9);
        }
        // At the lowest price the whole money goes.
        let (_, size, limit) = order(5.0, tokens, 0.0, (None, None)).unwrap();
        assert!((size * limit - 5.0).abs() < 1e-6);
    }

    #[test]
    fn an_order_that_is_met_is_for_the_demand_at_the_other_sides_price() {
        let (side, size, limit) = order(1000.0, 0.0, 0.9, (None, Some(8.0))).unwrap();
        assert_eq!((side, limit), (1, 8.0));
        assert!((size - 1.25_f64.ln() / 0.16).abs() < 1e-9);
        // One who holds nothing has nothing to sell.
        assert!((0..100).all(|n| order(1.0, 0.0, f64::from(n) / 100.0, (None, None)).is_none_or(|order| order.0 == 1)));
    }
}
