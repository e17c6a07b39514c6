//! The portfolio rebalancer: keeps each asset near a target share of wealth.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_market::order::{OrdersPart, Shape};
use walras_numerics::{CHUNK, Column};

use super::moving_average::Windows;
use super::sizing::{atoms_per_money, limit_shape};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Holds fixed shares of wealth in its assets and in cash, and trades back when a share has strayed too far.
    ///
    /// Wealth is marked to market. A purchase is cut to what the agent may spend at that market at the worst price its
    /// slippage allows, so a long way is gone in several steps.
    pub struct Rebalancer = "rebalancer" {
        formula: "target_j = w_j/(Σ_k w_k + cash); trade (target_j·W − H_j·P_j)/P_j if |H_j·P_j/W − target_j| > band, W = B + Σ_k H_k·P_k",
        source: "R. C. Merton, \"Lifetime portfolio selection under uncertainty\", 1969 (constant shares); A. F. Perold and W. F. Sharpe, \"Dynamic strategies for asset allocation\", 1988",
        /// w_j: the weight of each asset, a number for all or one by asset name.
        weights: PerAsset = PerAsset::constant(1.0), within 0.0..=1e6;
        /// The weight of cash.
        cash: PerAgent = PerAgent::constant(1.0), within 0.0..=1e6;
        /// How far a share of wealth may stray from its target, 0.05 for five points, before the agent trades.
        band: PerAgent = PerAgent::constant(0.05), within 0.0..=1.0;
        /// Looks once in so many steps; fractions of a step are dropped.
        period: PerAgent = PerAgent::constant(1.0), within 1.0..=1e9, unit "steps";
        /// The first step at which it looks is this one within the period; fractions of a step are dropped.
        offset: PerAgent = PerAgent::constant(0.0), within 0.0..=1e9, unit "steps";
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct RebalancerPolicy {
    /// The target share of wealth in each market's asset.
    targets: Vec<Column>,
    band: Column,
    period: Windows,
    offset: Windows,
    slippage: Option<f64>,
}

impl Build for Rebalancer {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let weights = self.weights.parameters("weights", setup)?;
        let cash = setup.parameter("cash", &self.cash)?;
        Ok(Box::new(RebalancerPolicy {
            targets: targets(&weights, &cash, setup.size)?,
            band: setup.parameter("band", &self.band)?,
            period: Windows::new("period", &self.period, setup)?,
            offset: Windows::new("offset", &self.offset, setup)?,
            slippage: self.slippage,
        }))
    }
}

/// Each weight as a share of all, cash included.
fn targets(weights: &[Column], cash: &Column, size: usize) -> Result<Vec<Column>, String> {
    let total = |row: usize| weights.iter().fold(cash.get(row), |sum, weight| sum + weight.get(row));
    if let Some(row) = (0..size).find(|&row| total(row) <= 0.0) {
        return Err(format!("agent {row} has no weight above zero, neither for an asset nor for cash"));
    }
    let alike = cash.shared().is_some() && weights.iter().all(|weight| weight.shared().is_some());
    let target = |weight: &Column| {
        if alike && size > 0 {
            Column::constant(weight.get(0) / total(0))
        } else {
            Column::Each((0..size).map(|row| weight.get(row) / total(row)).collect())
        }
    };
    Ok(weights.iter().map(target).collect())
}

impl Policy for RebalancerPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: limit_shape(self.slippage), priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let mut wealth = [0.0; CHUNK];
        for (wealth, &balance) in wealth.iter_mut().zip(view.balances) {
            *wealth = balance as f64;
        }
        for market in 0..view.markets.len() {
            let worth = atom_worth(view, market);
            for (wealth, &holding) in wealth.iter_mut().zip(view.holdings(market)) {
                *wealth += holding as f64 * worth;
            }
        }
        let mut looks = [false; CHUNK];
        let (period, offset) = (self.period.chunk(view.rows.clone()), self.offset.chunk(view.rows.clone()));
        for (i, looks) in looks[..view.len()].iter_mut().enumerate() {
            *looks = view.step % period[i] == offset[i] % period[i];
        }
        for market in 0..view.markets.len() {
            self.order(view, market, &wealth, &looks, &mut desk.market(market));
        }
    }
}

/// What one atom of the market's asset is worth, in atoms of the numeraire; 0 where there is no price.
fn atom_worth(view: &View<'_>, market: usize) -> f64 {
    let seen = &view.markets[market];
    if seen.price > 0.0 && seen.price.is_finite() { seen.price / seen.token_scale * view.money_scale } else { 0.0 }
}

impl RebalancerPolicy {
    fn order(
        &self,
        view: &View<'_>,
        market: usize,
        wealth: &[f64; CHUNK],
        looks: &[bool; CHUNK],
        orders: &mut OrdersPart<'_>,
    ) {
        let worth = atom_worth(view, market);
        let per_money = atoms_per_money(view, market, self.slippage);
        let (targets, band) = (self.targets[market].chunk(view.rows.clone()), self.band.chunk(view.rows.clone()));
        let holdings = view.holdings(market);
        for i in 0..view.len() {
            let excess = targets[i] - holdings[i] as f64 * worth / wealth[i];
            let trades = looks[i] && worth > 0.0 && wealth[i] > 0.0 && excess.abs() > band[i];
            let wanted = excess * wealth[i] / worth;
            let bought = wanted.min(view.balances[i] as f64 * per_money) as Atoms;
            let sold = (-wanted as Atoms).min(holdings[i]);
            let size = if !trades {
                0
            } else if excess > 0.0 {
                bought
            } else {
                sold
            }
            .max(0);
            orders.size[i] = size;
            orders.side[i] = if size == 0 {
                0
            } else if excess > 0.0 {
                1
            } else {
                -1
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_ledger::Atoms;
    use walras_market::order::Orders;
    use walras_numerics::Column;

    use crate::bench::{Bench, policy};

    fn order(orders: &Orders) -> (i8, Atoms) {
        let Column::Each(size) = &orders.size else { panic!("sizes differ") };
        (orders.side[0], size[0])
    }

    /// Wealth is 1,000 of money, 100 tokens at 2 and 10 tokens at 10: 1,300 in all.
    fn bench() -> Bench {
        let mut bench = Bench::new(1, 2);
        bench.markets[0].price = 2.0;
        bench.markets[1].price = 10.0;
        bench.holdings[0][0] = 100_000_000;
        bench
    }

    #[test]
    fn trades_what_separates_each_holding_from_its_target() {
        let mut bench = bench();
        let text = "kind = 'rebalancer'\nweights = {TOKEN0 = 1, TOKEN1 = 4}\ncash = 15";
        let policy = bench.start(&*policy(text)).unwrap();
        let orders = bench.decide(&*policy);
        // A twentieth of 1,300 is 65: the first asset is 135 too many, 67.5 tokens; the second 160 too few, 16 tokens.
        assert_eq!(order(&orders[0]), (-1, 67_500_000));
        assert_eq!(order(&orders[1]), (1, 16_000_000));
    }

    #[test]
    fn spends_no_more_than_its_budget_at_the_worst_price() {
        let mut bench = bench();
        let policy = bench.start(&*policy("kind = 'rebalancer'\ncash = 0\nslippage = 0.25")).unwrap();
        // The second asset is 550 short, but half of the money is 500, at 10·1.25 each.
        assert_eq!(order(&bench.decide(&*policy)[1]), (1, 40_000_000));
    }

    #[test]
    fn within_the_band_or_between_its_periods_it_waits() {
        let mut bench = bench();
        // Shares are 2/13 and 1/13: 0.18 and 0.26 below a third.
        let entry = policy("kind = 'rebalancer'\nband = 0.2\nperiod = 3\noffset = 7");
        let policy = bench.start(&*entry).unwrap();
        let mut sides = Vec::new();
        for _ in 0..6 {
            let orders = bench.decide(&*policy);
            sides.push((orders[0].side[0], orders[1].side[0]));
            bench.advance(&[2.0, 10.0]);
        }
        assert_eq!(sides, [(0, 0), (0, 1), (0, 0), (0, 0), (0, 1), (0, 0)]);
    }

    #[test]
    fn weights_that_are_all_zero_are_refused() {
        let entry = policy("kind = 'rebalancer'\nweights = 0\ncash = 0");
        let message = Bench::new(2, 1).start(&*entry).err().unwrap();
        assert_eq!(message, "agent 0 has no weight above zero, neither for an asset nor for cash");
    }
}
