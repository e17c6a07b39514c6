//! Market makers with a spread of their choosing that shift their quotes against their inventory.

use walras_catalog::{Bounds, entry};
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::Column;

use super::around::Around;
use super::quoting::Quoting;
use super::sizing::OrderSize;
use super::{Build, Desk, Memory, Policy, volatility};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

entry! {
    /// Quotes a spread around the price, or a multiple of its volatility if that is wider, and leans against its inventory.
    ///
    /// The inventory i runs from −1 at `inventory_min` over 0 at `inventory_target` to 1 at `inventory_max`; beyond these
    /// bounds the agent does not quote the side that would lead farther. Where `around` is the middle and nobody else
    /// quotes, the middle is the agent's own and follows it.
    pub struct InventoryMarketMaker = "inventory_market_maker" {
        formula: "m = P·(1 − skew·i), h = max(spread/2, volatility_multiple·σ); bid m·(1 − h), ask m·(1 + h)",
        source: "Y. Amihud and H. Mendelson, \"Dealership market: market-making with inventory\", Journal of Financial Economics 8, 1980",
        /// The least spread, as a share of the price.
        spread: PerAgent = PerAgent::constant(0.01), within 0.0..1.0;
        /// Half the spread in standard deviations of a step's return, where that is wider; 0 for a fixed spread.
        volatility_multiple: PerAgent = PerAgent::constant(0.0), within 0.0..=1e6;
        /// Over how many steps the volatility is estimated.
        window: u32 = 100, within 1.0..=100_000.0, unit "steps";
        /// By which share of the price the quotes are shifted at a full inventory.
        skew: PerAgent = PerAgent::constant(0.01), within 0.0..1.0;
        /// The holding at which quotes are not shifted.
        inventory_target: PerAgent = PerAgent::constant(10.0), within Bounds::from(0.0..), unit "tokens";
        /// The holding below which it does not sell.
        inventory_min: PerAgent = PerAgent::constant(0.0), within Bounds::from(0.0..), unit "tokens";
        /// The holding above which it does not buy.
        inventory_max: PerAgent = PerAgent::constant(20.0), within Bounds::from(0.0..), unit "tokens";
        /// P: the price it quotes about.
        around: Around = Around::Middle;
        /// Quotes stay while neither would move by more than this share and the holding is what it was.
        tolerance: PerAgent = PerAgent::constant(0.0), within 0.0..=1.0;
        /// How large quotes are; a share is of what could be spent or is held.
        order_size: OrderSize = OrderSize::default();
    }
}

struct InventoryMarketMakerPolicy {
    markets: usize,
    spread: Column,
    volatility_multiple: Column,
    window: usize,
    skew: Column,
    target: Column,
    around: Around,
    quoting: Quoting,
}

impl Build for InventoryMarketMaker {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let bounds = [&self.inventory_min, &self.inventory_max];
        Ok(Box::new(InventoryMarketMakerPolicy {
            markets: setup.markets.len(),
            spread: setup.parameter("spread", &self.spread)?,
            volatility_multiple: setup.parameter("volatility_multiple", &self.volatility_multiple)?,
            window: self.window as usize,
            skew: setup.parameter("skew", &self.skew)?,
            target: setup.parameter("inventory_target", &self.inventory_target)?,
            around: self.around,
            quoting: Quoting::new(&self.order_size, bounds, &self.tolerance, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        self.around == Around::Fundamental
    }
}

impl Policy for InventoryMarketMakerPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(1), limit: LimitShape::Market, priority_fee: Some(0) }
    }

    fn memory(&self) -> Vec<f64> {
        Quoting::MEMORY.repeat(self.markets)
    }

    fn lookback(&self) -> usize {
        if self.volatility_multiple.shared() == Some(0.0) { 2 } else { self.window + 1 }
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            orders.side.fill(Side::NONE);
            orders.size.fill(1);
            let scaled = self.volatility_multiple.shared() != Some(0.0);
            let sigma = if scaled { volatility::of_returns(seen.history, self.window) } else { 0.0 };
            let (bid_from, ask_from) = self.around.prices(seen);
            for i in 0..view.len() {
                let row = view.rows.start + i;
                let half = (0.5 * self.spread.get(row)).max(self.volatility_multiple.get(row) * sigma);
                let holding = view.holdings(market)[i] as f64 / seen.token_scale;
                let shift = 1.0 - self.skew.get(row) * self.quoting.fullness(row, holding, self.target.get(row));
                let prices = [Some(bid_from * shift * (1.0 - half)), Some(ask_from * shift * (1.0 + half))];
                self.quoting.quote(view, market, i, prices, memory, desk);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_market::command::{Action, Command, Quote};

    use crate::bench::{Bench, policy};

    /// What one agent quotes that holds so many tokens, at a price of 100: (price, atoms) to buy and to sell.
    fn quotes(bench: &mut Bench, text: &str, tokens: i64) -> [Option<(f64, i64)>; 2] {
        bench.markets[0].price = 100.0;
        bench.holdings[0][0] = tokens * 1_000_000;
        bench.balances[0] = 100_000_000;
        let policy = bench.start(&*policy(&format!("kind = 'inventory_market_maker'\n{text}"))).unwrap();
        bench.decide(&*policy);
        let [Command { action: Action::Quote { bid, ask }, .. }] = bench.commands[0][..] else { panic!("it quotes") };
        [bid, ask].map(|quote: Option<Quote>| quote.map(|quote| (quote.price, quote.size)))
    }

    fn near(found: [Option<(f64, i64)>; 2], expected: [(f64, i64); 2]) -> bool {
        let same = |(found, expected): (&Option<(f64, i64)>, &(f64, i64))| {
            found.is_some_and(|found| (found.0 - expected.0).abs() < 1e-9 && found.1 == expected.1)
        };
        found.iter().zip(&expected).all(same)
    }

    #[test]
    fn quotes_lean_against_the_inventory_and_stop_at_its_bounds() {
        let text = "spread = 0.02\nskew = 0.1\ninventory_target = 10\ninventory_min = 4\ninventory_max = 30";
        let unit = 1_000_000;
        assert!(near(quotes(&mut Bench::new(1, 1), text, 10), [(99.0, unit), (101.0, unit)]));
        // Half-way to the upper bound: 5 % lower. Half-way to the lower: 5 % higher.
        assert!(near(quotes(&mut Bench::new(1, 1), text, 20), [(95.0 * 0.99, unit), (95.0 * 1.01, unit)]));
        assert!(near(quotes(&mut Bench::new(1, 1), text, 7), [(105.0 * 0.99, unit), (105.0 * 1.01, unit)]));
        assert!(quotes(&mut Bench::new(1, 1), text, 4)[1].is_none());
        assert!(quotes(&mut Bench::new(1, 1), text, 30)[0].is_none());
    }

    #[test]
    fn quotes_are_no_larger_than_money_tokens_and_bounds_allow_and_stand_on_the_grid() {
        let text = "spread = 0.02\nskew = 0\ninventory_max = 22\norder_size = {amount = 50}";
        let mut bench = Bench::new(1, 1);
        bench.markets[0].tick = 4.0;
        let found = quotes(&mut bench, text, 15);
        // Seven more may be bought, fifteen are there to sell; 99 and 101 are moved apart to 96 and 104.
        assert!(near(found, [(96.0, 7_000_000), (104.0, 15_000_000)]), "{found:?}");
        let found =
            quotes(&mut Bench::new(1, 1), "spread = 0.02\nskew = 0\norder_size = {amount = 0.5, unit = 'share'}", 15);
        // A half of what a million buys at 99, but five at most; half of fifteen.
        assert!(near(found, [(99.0, 5_000_000), (101.0, 7_500_000)]), "{found:?}");
    }

    #[test]
    fn a_volatile_price_widens_the_spread() {
        let mut bench = Bench::new(1, 1);
        bench.balances[0] = 100_000_000;
        bench.markets[0].price = 100.0;
        let text = "kind = 'inventory_market_maker'\nspread = 0.002\nvolatility_multiple = 2\nwindow = 1\nskew = 0";
        let policy = bench.start(&*policy(text)).unwrap();
        bench.advance(&[100.0 * 0.05_f64.exp()]);
        bench.decide(&*policy);
        let Action::Quote { bid: Some(bid), ask: Some(ask) } = bench.commands[0][0].action else { panic!("it quotes") };
        assert!((ask.price / bid.price - 1.1 / 0.9).abs() < 1e-9);
    }

    #[test]
    fn quotes_that_would_hardly_move_stay_until_one_is_filled() {
        let mut bench = Bench::new(1, 1);
        let policy = bench.start(&*policy("kind = 'inventory_market_maker'\ntolerance = 0.01")).unwrap();
        let mut asked = Vec::new();
        for (price, bought) in [(1.0, 0), (1.005, 0), (0.995, 0), (1.02, 0), (1.02, 5)] {
            bench.holdings[0][0] += bought;
            bench.advance(&[price]);
            bench.decide(&*policy);
            asked.push(bench.commands[0].len());
        }
        assert_eq!(asked, [1, 0, 0, 1, 1]);
    }
}
