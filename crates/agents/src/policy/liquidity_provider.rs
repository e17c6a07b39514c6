//! Liquidity providers: put money and tokens into a pool, and take them out by rule.

use walras_catalog::{Bounds, choice, entry};
use walras_ledger::Atoms;
use walras_market::command::Action;
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::Column;

use super::{Build, Desk, Memory, Policy, volatility};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

choice! {
    /// Over which prices liquidity is to work.
    pub enum LiquidityRange {
        /// All of them.
        Full = "full",
        /// Those within `width` of the price when it was provided.
        Around = "around",
    }
}

entry! {
    /// Provides a share of what it has to the pools it trades at, and withdraws all when its rules say so.
    ///
    /// It withdraws when the price has left its range, to provide anew around the price in the next step; when the
    /// volatility passes a bound, to come back when it is calm; and at the end. Liquidity that it was given at the start has
    /// the range around the first price it sees. Markets without shares are left alone.
    pub struct LiquidityProvider = "liquidity_provider" {
        formula: "range [P/(1 + width), P·(1 + width)]; out while σ > volatility_max, back at σ ≤ calm·volatility_max",
        source: "H. Adams, N. Zinsmeister, M. Salem, R. Keefer and D. Robinson, \"Uniswap v3 core\", 2021; rebalancing rules: Z. Fan et al., \"Strategic liquidity provision in Uniswap v3\", 2021",
        /// The share of what it may spend at the market, and of the tokens it holds, that it provides.
        share: PerAgent = PerAgent::constant(0.5), within Bounds::above_to(0.0, 1.0);
        /// Over which prices its liquidity works.
        range: LiquidityRange = LiquidityRange::Full;
        /// How far the range reaches, as a share of the price.
        width: PerAgent = PerAgent::constant(0.1), within Bounds::above_to(0.0, 1e6);
        /// The standard deviation of a step's return above which it withdraws; absent for never.
        volatility_max: Option<PerAgent>, within Bounds::above_to(0.0, 1e6), unit "per √step";
        /// The share of that bound at which it comes back.
        calm: PerAgent = PerAgent::constant(0.8), within 0.0..=1.0;
        /// Over how many steps volatility is estimated.
        window: u32 = 100, within 1.0..=100_000.0, unit "steps";
        /// The first step at which it provides; fractions of a step are dropped.
        start: PerAgent = PerAgent::constant(0.0), within 0.0..=4e9, unit "steps";
        /// The step at which it withdraws for good; fractions of a step are dropped; absent for never.
        end: Option<PerAgent>, within 0.0..=4e9, unit "steps";
    }
}

struct LiquidityProviderPolicy {
    markets: usize,
    share: Column,
    range: LiquidityRange,
    width: Column,
    volatility_max: Option<Column>,
    calm: Column,
    window: usize,
    start: Column,
    end: Option<Column>,
}

/// Memory columns for each market: the range's ends, 0 while unknown, and 1 while it is out for the volatility.
const COLUMNS: usize = 3;

impl Build for LiquidityProvider {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let mut given = |name: &str, parameter: &Option<PerAgent>| {
            parameter.as_ref().map(|parameter| setup.parameter(name, parameter)).transpose()
        };
        let volatility_max = given("volatility_max", &self.volatility_max)?;
        let end = given("end", &self.end)?;
        Ok(Box::new(LiquidityProviderPolicy {
            markets: setup.markets.len(),
            share: setup.parameter("share", &self.share)?,
            range: self.range,
            width: setup.parameter("width", &self.width)?,
            volatility_max,
            calm: setup.parameter("calm", &self.calm)?,
            window: self.window as usize,
            start: setup.parameter("start", &self.start)?.map(f64::floor),
            end: end.map(|end| end.map(f64::floor)),
        }))
    }
}

/// An agent's standing at one market.
struct Standing<'a> {
    shares: Atoms,
    low: &'a mut f64,
    high: &'a mut f64,
    /// 1 while it is out for the volatility.
    fled: &'a mut f64,
}

impl Policy for LiquidityProviderPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(1), limit: LimitShape::Market, priority_fee: Some(0) }
    }

    fn memory(&self) -> Vec<f64> {
        vec![0.0; COLUMNS * self.markets]
    }

    fn lookback(&self) -> usize {
        if self.volatility_max.is_some() { self.window + 1 } else { 2 }
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            orders.side.fill(Side::NONE);
            orders.size.fill(1);
            let shares = view.shares(market);
            let priced = seen.price > 0.0 && seen.price.is_finite();
            if shares.is_empty() || seen.halted || !priced {
                continue;
            }
            let sigma = match self.volatility_max {
                Some(_) => volatility::of_returns(seen.history, self.window),
                None => 0.0,
            };
            let [low, high, fled] = memory.columns_from(COLUMNS * market);
            for i in 0..view.len() {
                let standing = Standing { shares: shares[i], low: &mut low[i], high: &mut high[i], fled: &mut fled[i] };
                if let Some(action) = self.act(view, market, i, sigma, standing) {
                    desk.ask(market, i, action);
                }
            }
        }
    }
}

impl LiquidityProviderPolicy {
    /// What the chunk's agent `i` does about its liquidity.
    fn act(&self, view: &View<'_>, market: usize, i: usize, sigma: f64, standing: Standing<'_>) -> Option<Action> {
        let (row, seen, now) = (view.rows.start + i, &view.markets[market], f64::from(view.step));
        let Standing { shares, low, high, fled } = standing;
        if let Some(most) = self.volatility_max.as_ref().map(|most| most.get(row)) {
            let bound = if *fled > 0.0 { self.calm.get(row) * most } else { most };
            *fled = f64::from(u8::from(sigma > bound));
        }
        let over = self.end.as_ref().is_some_and(|end| now >= end.get(row));
        let (from, to) = self.range_around(row, seen);
        if shares > 0 {
            if *low <= 0.0 {
                (*low, *high) = (from, to);
            }
            let left = self.range == LiquidityRange::Around && !(*low..=*high).contains(&seen.price);
            return (over || *fled > 0.0 || left).then_some(Action::Withdraw { share: 1.0 });
        }
        (*low, *high) = (0.0, 0.0);
        if over || *fled > 0.0 || now < self.start.get(row) {
            return None;
        }
        let share = self.share.get(row);
        let money = (view.balances[i] as f64 * seen.budget_share * share) as Atoms;
        let held = view.holdings(market)[i];
        let tokens = ((held as f64 * share) as Atoms).min(held);
        let range = (self.range == LiquidityRange::Around).then_some((from, to));
        if money <= 0 || tokens <= 0 || range.is_some_and(|(low, high)| !(0.0 < low && low < high && high.is_finite()))
        {
            return None;
        }
        (*low, *high) = (from, to);
        Some(Action::Provide { money, tokens, range })
    }

    /// The range around the price, its ends within what the memory keeps.
    fn range_around(&self, row: usize, seen: &MarketView<'_>) -> (f64, f64) {
        let reach = 1.0 + self.width.get(row);
        (seen.price / reach, (seen.price * reach).min(f64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, policy};

    /// What one agent asks at these prices, one step each; its shares are there as soon as it has provided.
    fn asked(text: &str, prices: &[f64]) -> Vec<Option<Action>> {
        let mut bench = Bench::new(1, 1);
        bench.shares = vec![vec![0]];
        bench.markets[0].price = prices[0];
        let policy = bench.start(&*policy(&format!("kind = 'liquidity_provider'\n{text}"))).unwrap();
        let mut found = Vec::new();
        for (step, &price) in prices.iter().enumerate() {
            if step > 0 {
                bench.advance(&[price]);
            }
            bench.decide(&*policy);
            let action = bench.commands[0].first().map(|command| command.action);
            match action {
                Some(Action::Provide { .. }) => bench.shares[0][0] = 1000,
                Some(Action::Withdraw { share: 1.0 }) => bench.shares[0][0] = 0,
                _ => {}
            }
            found.push(action);
        }
        found
    }

    const OUT: Option<Action> = Some(Action::Withdraw { share: 1.0 });

    /// Half of 1,000.00 of money and of 10 tokens.
    fn provided(range: Option<(f64, f64)>) -> Option<Action> {
        Some(Action::Provide { money: 50_000, tokens: 5_000_000, range })
    }

    #[test]
    fn full_range_liquidity_stays_until_the_end() {
        let found = asked("start = 1\nend = 4", &[1.0, 2.0, 100.0, 0.1, 1.0, 1.0]);
        assert_eq!(found, [None, provided(None), None, None, OUT, None]);
    }

    #[test]
    fn a_price_that_leaves_the_range_is_followed() {
        let found = asked("range = 'around'\nwidth = 0.25", &[4.0, 5.0, 3.2, 5.1, 6.0, 6.0]);
        let ranges = [provided(Some((3.2, 5.0))), provided(Some((4.8, 7.5)))];
        assert_eq!(found, [ranges[0], None, None, OUT, ranges[1], None]);
    }

    /// Steps of 10 % against a bound of 5 %, over two steps; back when it is at most half of that.
    #[test]
    fn flees_volatility_and_comes_back_when_it_is_calm() {
        let text = "volatility_max = 0.05\ncalm = 0.5\nwindow = 2";
        let prices = [1.0, 1.0, 1.1, 1.1, 1.04, 1.04, 1.04];
        assert_eq!(asked(text, &prices), [provided(None), None, OUT, None, None, None, provided(None)]);
    }

    #[test]
    fn liquidity_given_at_the_start_has_the_range_of_the_first_price() {
        let mut bench = Bench::new(1, 1);
        bench.shares = vec![vec![77]];
        let policy = bench.start(&*policy("kind = 'liquidity_provider'\nrange = 'around'\nwidth = 0.1")).unwrap();
        let mut withdraws = Vec::new();
        for price in [1.0, 1.09, 1.12] {
            bench.markets[0].price = price;
            bench.decide(&*policy);
            withdraws.push(bench.commands[0].len());
        }
        assert_eq!(withdraws, [0, 0, 1]);
        // Where no shares are to be had nothing is asked.
        bench.shares.clear();
        bench.decide(&*policy);
        assert!(bench.commands[0].is_empty());
    }
}
