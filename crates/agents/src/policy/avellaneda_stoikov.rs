//! Avellaneda–Stoikov market makers: quotes about a reservation price that leans against the inventory.

use walras_catalog::{Bounds, entry};
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::Column;
use walras_numerics::elementary::{ln, ln_1p};

use super::around::Around;
use super::quoting::Quoting;
use super::sizing::OrderSize;
use super::{Build, Desk, Memory, Policy, volatility};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

entry! {
    /// Quotes on both sides of a reservation price, the price s less what its inventory risks.
    ///
    /// The inventory q is the holding beyond `inventory_target`, in tokens. With a `horizon` the agent cares for its
    /// wealth at the end of sessions of so many steps, the first beginning at step 0, and time to the end is counted in
    /// steps; without, it reckons with no end and the reservation prices of each side are those of the infinite
    /// horizon, of which the bound is `inventory_max`. Where `around` is the middle and nobody else quotes, the middle is
    /// the agent's own and follows it.
    pub struct AvellanedaStoikov = "avellaneda_stoikov" {
        formula: "r = s − q·γ·σ²·(T − t), spread = γ·σ²·(T − t) + (2/γ)·ln(1 + γ/k); no end: r_a = s + ln(1 + (1 − 2q)/((q_max + 1)² − q²))/γ, r_b = s + ln(1 + (−1 − 2q)/((q_max + 1)² − q²))/γ, each + or − ln(1 + γ/k)/γ",
        source: "M. Avellaneda and S. Stoikov, \"High-frequency trading in a limit order book\", Quantitative Finance 8, 2008 (3.17, 3.18; without an end 2.9, with ω = γ²σ²(q_max + 1)²/2)",
        /// γ: risk aversion.
        risk_aversion: PerAgent = PerAgent::constant(0.1), within Bounds::above_to(0.0, 1e9), unit "1/numeraire";
        /// k: how fast the chance of a fill falls with the distance, e^(−k·δ).
        intensity: PerAgent = PerAgent::constant(1.5), within Bounds::above_to(0.0, 1e12), unit "token/numeraire";
        /// σ: the standard deviation of a step's change of the price; absent, that of the last steps.
        volatility: Option<PerAgent>, within Bounds::from(0.0..), unit "numeraire/token per √step";
        /// Over how many steps it is estimated where it is not given.
        window: u32 = 100, within 1.0..=100_000.0, unit "steps";
        /// T: how long a session is; absent for no end.
        horizon: Option<u32>, within 1.0..=4e9, unit "steps";
        /// The holding at which it has no inventory.
        inventory_target: PerAgent = PerAgent::constant(0.0), within Bounds::from(0.0..), unit "tokens";
        /// The holding below which it does not sell.
        inventory_min: PerAgent = PerAgent::constant(0.0), within Bounds::from(0.0..), unit "tokens";
        /// The holding above which it does not buy; its distance from the target is q_max.
        inventory_max: PerAgent = PerAgent::constant(1e9), within Bounds::from(0.0..), unit "tokens";
        /// s: the price it quotes about.
        around: Around = Around::Middle;
        /// Quotes stay while neither would move by more than this share and the holding is what it was.
        tolerance: PerAgent = PerAgent::constant(0.0), within 0.0..=1.0;
        /// How large quotes are; a share is of what could be spent or is held.
        order_size: OrderSize = OrderSize::default();
    }
}

struct AvellanedaStoikovPolicy {
    markets: usize,
    risk_aversion: Column,
    intensity: Column,
    volatility: Option<Column>,
    window: usize,
    horizon: Option<u32>,
    target: Column,
    /// q_max.
    bound: Column,
    around: Around,
    quoting: Quoting,
}

impl Build for AvellanedaStoikov {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let target = setup.parameter("inventory_target", &self.inventory_target)?;
        let bounds = [&self.inventory_min, &self.inventory_max];
        let quoting = Quoting::new(&self.order_size, bounds, &self.tolerance, setup)?;
        let bound = Column::Each((0..setup.size).map(|row| quoting.reach(row, target.get(row))).collect());
        if let Some(row) = (0..setup.size).find(|&row| bound.get(row) < 0.0) {
            let target = target.get(row);
            return Err(format!("agent {row} has an `inventory_target` of {target} tokens, above its `inventory_max`"));
        }
        Ok(Box::new(AvellanedaStoikovPolicy {
            markets: setup.markets.len(),
            risk_aversion: setup.parameter("risk_aversion", &self.risk_aversion)?,
            intensity: setup.parameter("intensity", &self.intensity)?,
            volatility: self.volatility.as_ref().map(|given| setup.parameter("volatility", given)).transpose()?,
            window: self.window as usize,
            horizon: self.horizon,
            target,
            bound,
            around: self.around,
            quoting,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        self.around == Around::Fundamental
    }
}

impl Policy for AvellanedaStoikovPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(1), limit: LimitShape::Market, priority_fee: Some(0) }
    }

    fn memory(&self) -> Vec<f64> {
        Quoting::MEMORY.repeat(self.markets)
    }

    fn lookback(&self) -> usize {
        if self.volatility.is_some() { 2 } else { self.window + 1 }
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            orders.side.fill(Side::NONE);
            orders.size.fill(1);
            let estimated = match self.volatility {
                Some(_) => 0.0,
                None => volatility::of_changes(seen.history, self.window),
            };
            for i in 0..view.len() {
                let row = view.rows.start + i;
                let sigma = self.volatility.as_ref().map_or(estimated, |given| given.get(row));
                let holding = view.holdings(market)[i] as f64 / seen.token_scale;
                let prices = self.prices(row, view.step, seen, sigma, holding - self.target.get(row));
                self.quoting.quote(view, market, i, prices, memory, desk);
            }
        }
    }
}

impl AvellanedaStoikovPolicy {
    /// The bid and the ask of the agent at `row` with the inventory `q`.
    fn prices(&self, row: usize, step: u32, seen: &MarketView<'_>, sigma: f64, q: f64) -> [Option<f64>; 2] {
        let (gamma, bound) = (self.risk_aversion.get(row), self.bound.get(row));
        let (bid_from, ask_from) = self.around.prices(seen);
        let half_fee = ln_1p(gamma / self.intensity.get(row)) / gamma;
        if let Some(horizon) = self.horizon {
            let left = f64::from(horizon - step % horizon);
            let risk = gamma * sigma * sigma * left;
            let half = 0.5 * risk + half_fee;
            return [Some(bid_from - q * risk - half), Some(ask_from - q * risk + half)];
        }
        let q = q.clamp(-bound, bound);
        let room = (bound + 1.0) * (bound + 1.0) - q * q;
        let premium = |turn: f64| {
            let premium = ln(1.0 + (turn - 2.0 * q) / room) / gamma;
            premium.is_finite().then_some(premium)
        };
        [
            premium(-1.0).filter(|_| q < bound).map(|premium| bid_from + premium - half_fee),
            premium(1.0).filter(|_| q > -bound).map(|premium| ask_from + premium + half_fee),
        ]
    }
}

#[cfg(test)]
mod tests {
    use walras_market::command::{Action, Quote};

    use crate::bench::{Bench, policy};

    /// The prices quoted at a middle of 100 by an agent that holds 10 tokens.
    fn quotes(bench: &mut Bench, text: &str) -> Vec<(Option<f64>, Option<f64>)> {
        let policy = bench.start(&*policy(&format!("kind = 'avellaneda_stoikov'\n{text}"))).unwrap();
        bench.balances.fill(1_000_000_000);
        let mut found = Vec::new();
        for _ in 0..200 {
            bench.markets[0].quotes.bid = Some(99.0);
            bench.markets[0].quotes.ask = Some(101.0);
            bench.decide(&*policy);
            let Action::Quote { bid, ask } = bench.commands[0][0].action else { panic!("it quotes") };
            let price = |quote: Option<Quote>| quote.map(|quote| quote.price);
            found.push((price(bid), price(ask)));
            bench.advance(&[100.0]);
        }
        found
    }

    /// Table 1 of the paper: γ = 0.1, σ = 2, k = 1.5, T = 1 in 200 steps: the spread is 1.49 on average. In steps σ is
    /// 2/√200.
    #[test]
    fn the_average_spread_is_that_of_the_paper() {
        let text = "horizon = 200\nvolatility = 0.1414213562373095\ninventory_target = 10";
        let found = quotes(&mut Bench::new(1, 1), text);
        let spread = |&(bid, ask): &(Option<f64>, Option<f64>)| ask.unwrap() - bid.unwrap();
        let mean = found.iter().map(spread).sum::<f64>() / 200.0;
        assert!((mean - 1.49).abs() < 0.005, "{mean}");
        // At the start 0.4 + 20·ln(1 + 1/15).
        assert!((spread(&found[0]) - (0.4 + 20.0 * (16.0_f64 / 15.0).ln())).abs() < 1e-12);
        assert!(found.iter().all(|(bid, ask)| (bid.unwrap() + ask.unwrap() - 200.0).abs() < 1e-9));
    }

    /// With three tokens too many and σ²·(T − t) = 4 the quotes are 3·0.1·4 lower.
    #[test]
    fn an_inventory_lowers_both_quotes() {
        let text = "horizon = 200\nvolatility = 0.1414213562373095\ninventory_target = 7";
        let (bid, ask) = quotes(&mut Bench::new(1, 1), text)[0];
        assert!((bid.unwrap() + ask.unwrap() - 2.0 * 98.8).abs() < 1e-9);
    }

    /// q_max = 4, q = 2: r_a = 100 + 10·ln(1 − 3/21), r_b = 100 + 10·ln(1 − 5/21); at q = q_max it does not bid.
    #[test]
    fn without_an_end_the_reservation_prices_are_those_of_the_infinite_horizon() {
        let text = "inventory_target = 8\ninventory_max = 12";
        let (bid, ask) = quotes(&mut Bench::new(1, 1), text)[0];
        let half = 10.0 * (16.0_f64 / 15.0).ln();
        assert!((ask.unwrap() - (100.0 + 10.0 * (18.0_f64 / 21.0).ln() + half)).abs() < 1e-9);
        assert!((bid.unwrap() - (100.0 + 10.0 * (16.0_f64 / 21.0).ln() - half)).abs() < 1e-9);
        let (bid, ask) = quotes(&mut Bench::new(1, 1), "inventory_target = 8\ninventory_max = 10")[0];
        assert!(bid.is_none() && ask.is_some());
    }

    #[test]
    fn volatility_is_that_of_the_last_steps_where_it_is_not_given() {
        let mut bench = Bench::new(1, 1);
        bench.markets[0].price = 100.0;
        bench.balances.fill(1_000_000_000);
        let text = "kind = 'avellaneda_stoikov'\nhorizon = 1\nwindow = 2\ninventory_target = 10\naround = 'price'";
        let policy = bench.start(&*policy(text)).unwrap();
        [103.0, 99.0].into_iter().for_each(|price| bench.advance(&[price]));
        bench.decide(&*policy);
        let Action::Quote { bid: Some(bid), ask: Some(ask) } = bench.commands[0][0].action else { panic!("it quotes") };
        // σ² = (9 + 16)/2.
        assert!((ask.price - bid.price - (0.1 * 12.5 + 20.0 * (16.0_f64 / 15.0).ln())).abs() < 1e-9);
    }

    #[test]
    fn a_target_out_of_bounds_is_refused() {
        let entry = policy("kind = 'avellaneda_stoikov'\ninventory_target = 5\ninventory_max = 4");
        let message = Bench::new(1, 1).start(&*entry).err().unwrap();
        assert_eq!(message, "agent 0 has an `inventory_target` of 5 tokens, above its `inventory_max`");
    }
}
