//! Policies written in Rust one agent at a time: a closure for each agent instead of columns.
//!
//! ```
//! use walras_agents::policy::custom::{Decision, per_agent};
//!
//! // At its only market an agent sells a tenth of what it holds once it has doubled its fundamental value.
//! let policy = per_agent(|agent| {
//!     let market = agent.market(0);
//!     match market.fundamental {
//!         Some(fair) if market.price > 2.0 * fair => [Decision::sell(0.1 * agent.holding(0))],
//!         _ => [Decision::wait()],
//!     }
//! });
//! # let _: &dyn walras_agents::policy::Policy = &policy;
//! ```

use std::fmt;

use walras_ledger::Atoms;
use walras_market::order::{LimitShape, OrdersPart, Rejection, Shape, Side};
use walras_numerics::Stream;

use super::{Build, Desk, Memory, Policy};
use crate::observation::{MarketView, View};
use crate::population::Setup;

/// What one agent sees, in units rather than atoms.
#[derive(Debug, Clone, Copy)]
pub struct AgentView<'a, 'v> {
    view: &'a View<'v>,
    index: usize,
}

impl<'v> AgentView<'_, 'v> {
    /// The step, t.
    #[must_use]
    pub fn step(&self) -> u32 {
        self.view.step
    }

    /// The agent's row in its cohort.
    #[must_use]
    pub fn row(&self) -> usize {
        self.view.rows.start + self.index
    }

    /// Money held, in numeraire.
    #[must_use]
    pub fn balance(&self) -> f64 {
        self.view.balances[self.index] as f64 / self.view.money_scale
    }

    /// Tokens held of the asset of market `market`.
    #[must_use]
    pub fn holding(&self, market: usize) -> f64 {
        self.view.holdings(market)[self.index] as f64 / self.market(market).token_scale
    }

    /// The public state of market `market`.
    #[must_use]
    pub fn market(&self, market: usize) -> &'v MarketView<'v> {
        &self.view.markets[market]
    }

    /// How many markets the cohort trades on.
    #[must_use]
    pub fn market_count(&self) -> usize {
        self.view.markets.len()
    }

    /// Random draws of the agent's own at this step; streams of different `index` differ.
    #[must_use]
    pub fn stream(&self, index: u16) -> Stream {
        self.view.stream(index, self.index)
    }
}

/// What one agent does at one market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    side: i8,
    tokens: f64,
    limit: Option<f64>,
}

impl Decision {
    /// Does nothing.
    #[must_use]
    pub const fn wait() -> Self {
        Self { side: Side::NONE, tokens: 0.0, limit: None }
    }

    /// Buys this many tokens.
    #[must_use]
    pub const fn buy(tokens: f64) -> Self {
        Self { side: Side::BUY, tokens, limit: None }
    }

    /// Sells this many tokens.
    #[must_use]
    pub const fn sell(tokens: f64) -> Self {
        Self { side: Side::SELL, tokens, limit: None }
    }

    /// At this price or a better one, numeraire per token.
    #[must_use]
    pub const fn at(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The order's side, size and limit; a number that is not finite, or a size that cannot be counted, makes a
    /// rejected order of this agent alone.
    fn order(self, token_scale: f64) -> (i8, Atoms, f64) {
        let unlimited = if self.side > 0 { f64::INFINITY } else { 0.0 };
        if self.side == Side::NONE {
            return (Side::NONE, 0, 0.0);
        }
        if !self.tokens.is_finite() || self.limit.is_some_and(|limit| !limit.is_finite()) {
            return (Side::rejected(self.side, Rejection::NotFinite), 0, 0.0);
        }
        let atoms = (self.tokens * token_scale).floor();
        if !(1.0..9.2e18).contains(&atoms) {
            return (Side::rejected(self.side, Rejection::BadSize), 0, 0.0);
        }
        (self.side, atoms as Atoms, self.limit.unwrap_or(unlimited))
    }
}

/// A policy that asks a closure about each agent in turn.
#[derive(Clone)]
pub struct EachAgent<const MARKETS: usize, F> {
    decide: F,
}

/// The policy by which each agent does what `decide` says at each of its cohort's markets, in their order.
///
/// The closure sees one agent at a time and must be a function of what it sees: the same view, the same decision.
pub fn per_agent<const MARKETS: usize, F>(decide: F) -> EachAgent<MARKETS, F>
where
    F: Fn(&AgentView<'_, '_>) -> [Decision; MARKETS] + Send + Sync,
{
    EachAgent { decide }
}

impl<const MARKETS: usize, F> fmt::Debug for EachAgent<MARKETS, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EachAgent on {MARKETS} markets")
    }
}

impl<const MARKETS: usize, F> Build for EachAgent<MARKETS, F>
where
    F: Fn(&AgentView<'_, '_>) -> [Decision; MARKETS] + Clone + Send + Sync + 'static,
{
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        if setup.markets.len() != MARKETS {
            return Err(format!(
                "the policy decides for {MARKETS} markets, but the cohort trades on {}",
                setup.markets.len()
            ));
        }
        Ok(Box::new(self.clone()))
    }
}

impl<const MARKETS: usize, F> Policy for EachAgent<MARKETS, F>
where
    F: Fn(&AgentView<'_, '_>) -> [Decision; MARKETS] + Send + Sync,
{
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) }
    }

    /// # Panics
    /// When the cohort trades on another number of markets than the closure decides for.
    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        assert_eq!(view.markets.len(), MARKETS, "the cohort trades on another number of markets");
        for index in 0..view.len() {
            let decisions = (self.decide)(&AgentView { view, index });
            for (market, decision) in decisions.into_iter().enumerate() {
                let OrdersPart { side, size, limit, .. } = desk.market(market);
                let order = decision.order(view.markets[market].token_scale);
                (side[index], size[index], limit[index]) = order;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_market::order::Limit;
    use walras_numerics::Column;

    use super::*;
    use crate::bench::Bench;

    #[test]
    fn decisions_become_orders_in_atoms() {
        let mut bench = Bench::new(4, 2);
        bench.markets[1].price = 3.0;
        let entry = per_agent(|agent| match agent.row() {
            0 => [Decision::buy(agent.balance() / agent.market(1).price), Decision::wait()],
            1 => [Decision::wait(), Decision::sell(0.5 * agent.holding(1)).at(2.5)],
            _ => [Decision::wait(); 2],
        });
        let policy = bench.start(&entry).unwrap();
        let orders = bench.decide(&*policy);
        assert_eq!((&orders[0].side[..], &orders[1].side[..]), (&[1, 0, 0, 0][..], &[0, -1, 0, 0][..]));
        assert_eq!(orders[0].size, Column::Each(vec![333_333_333, 0, 0, 0]));
        assert_eq!(orders[1].size, Column::Each(vec![0, 5_000_000, 0, 0]));
        assert_eq!(orders[0].limit, Limit::Each(vec![f64::INFINITY, 0.0, 0.0, 0.0]));
        assert_eq!(orders[1].limit, Limit::Each(vec![0.0, 2.5, 0.0, 0.0]));
    }

    #[test]
    fn what_is_not_a_number_rejects_the_order_of_that_agent_alone() {
        let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let entry = per_agent(move |agent| match agent.row() {
            row @ 0..3 => [Decision::buy(bad[row])],
            row @ 3..6 => [Decision::sell(1.0).at(bad[row - 3])],
            6 => [Decision::buy(-1.0)],
            7 => [Decision::sell(1e-9)],
            8 => [Decision::buy(1e300)],
            _ => [Decision::buy(1.0)],
        });
        let mut bench = Bench::new(12, 1);
        let policy = bench.start(&entry).unwrap();
        let orders = bench.decide(&*policy).remove(0);
        let (not_finite, bad_size) = (Some(Rejection::NotFinite), Some(Rejection::BadSize));
        let found: Vec<_> = orders.side.iter().map(|&side| (side.signum(), Side::rejection(side))).collect();
        let mut expected = [[(1, not_finite); 3], [(-1, not_finite); 3]].concat();
        expected.extend([(1, bad_size), (-1, bad_size), (1, bad_size), (1, None), (1, None), (1, None)]);
        assert_eq!(found, expected);
        let Limit::Each(limits) = orders.limit else { panic!("each order has its own limit") };
        assert!(limits.iter().all(|limit| !limit.is_nan()));
    }

    #[test]
    fn a_cohort_with_another_number_of_markets_is_refused() {
        let entry = per_agent(|_| [Decision::wait()]);
        let message = Bench::new(1, 2).start(&entry).err().unwrap();
        assert_eq!(message, "the policy decides for 1 markets, but the cohort trades on 2");
    }
}
