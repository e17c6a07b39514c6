//! Agents that switch between believing in the fundamental value and following the trend.

use walras_catalog::entry;
use walras_market::order::Shape;
use walras_numerics::draw::unit;
use walras_numerics::elementary::exp_bulk;
use walras_numerics::{CHUNK, Column};

use super::activity::Activity;
use super::moving_average::Windows;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

entry! {
    /// Forecasts the return either as a fundamentalist or as a chartist, and switches to whichever has paid.
    ///
    /// A fundamentalist expects the price to close a part of its gap to the fundamental value F; a chartist expects it
    /// to move on away from its average. Agents buy when the forecast is above the threshold and sell when it is
    /// below minus the threshold. A strategy's fitness is what its demand, proportional to its forecast, would
    /// have earned, with older profits fading; a fundamentalist also pays for information. Choice is by logit, so
    /// that only the difference of the two fitnesses matters: that is what an agent remembers, over all its markets.
    pub struct Switching = "switching" {
        formula: "e_f = α·(F − P)/P, e_c = g·(P − MA)/MA; U_f − U_c ← η·(U_f − U_c) + Σ_j r_j·(e_f − e_c) − cost; Pr(fundamentalist) = 1/(1 + e^(−β·(U_f − U_c)))",
        source: "W. A. Brock and C. H. Hommes, \"Heterogeneous beliefs and routes to chaos in a simple asset pricing model\", 1998; C. Chiarella, \"The dynamics of speculative behaviour\", 1992",
        /// α: the part of the gap to the fundamental value that a fundamentalist expects to close in a step.
        reversion: PerAgent = PerAgent::constant(0.5), within 0.0..=10.0;
        /// g: how much of the price's lead over its average a chartist expects it to gain in a step.
        extrapolation: PerAgent = PerAgent::constant(0.5), within 0.0..=10.0;
        /// The window of a chartist's average; fractions of a step are dropped.
        window: PerAgent = PerAgent::constant(10.0), within 1.0..=100_000.0, unit "steps";
        /// β: the intensity of choice; it also stands for the inverse of risk aversion times variance.
        intensity: PerAgent = PerAgent::constant(1000.0), within 0.0..=1e12;
        /// η: the weight of past fitness.
        memory: PerAgent = PerAgent::constant(0.9), within 0.0..=1.0;
        /// What a fundamentalist pays for information in a step, in the units of fitness (a squared return).
        cost: PerAgent = PerAgent::constant(0.0), within 0.0..=1e6;
        /// Probability that an agent starts as a fundamentalist.
        fundamentalists: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// Probability of choosing its strategy anew after a step.
        reconsider: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// The forecast return below which an agent does not bother.
        threshold: PerAgent = PerAgent::constant(0.0), within 0.0..=100.0;
        /// Probability of acting in a step when the forecast says so.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large orders are.
        order_size: OrderSize = OrderSize::default();
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct SwitchingPolicy {
    markets: usize,
    reversion: Column,
    extrapolation: Column,
    window: Windows,
    intensity: Column,
    memory: Column,
    cost: Column,
    fundamentalists: Column,
    reconsider: Column,
    threshold: Column,
    activity: Activity,
    sizes: Sizes,
}

/// Memory column: 1 for a fundamentalist, −1 for a chartist, 0 before the first choice.
const STRATEGY: usize = 0;
/// Memory column: U_f − U_c.
const ADVANTAGE: usize = 1;
/// Memory columns for each market: the price when deciding, and how far the fundamentalist's forecast exceeded the
/// chartist's.
const PRICE: usize = 2;
const LEAD: usize = 3;
const COLUMNS_PER_MARKET: usize = 2;

impl Build for Switching {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(SwitchingPolicy {
            markets: setup.markets.len(),
            reversion: setup.parameter("reversion", &self.reversion)?,
            extrapolation: setup.parameter("extrapolation", &self.extrapolation)?,
            window: Windows::new("window", &self.window, setup)?,
            intensity: setup.parameter("intensity", &self.intensity)?,
            memory: setup.parameter("memory", &self.memory)?,
            cost: setup.parameter("cost", &self.cost)?,
            fundamentalists: setup.parameter("fundamentalists", &self.fundamentalists)?,
            reconsider: setup.parameter("reconsider", &self.reconsider)?,
            threshold: setup.parameter("threshold", &self.threshold)?,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, self.slippage, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        true
    }
}

impl Policy for SwitchingPolicy {
    fn shape(&self, market: usize) -> Shape {
        self.sizes.shape(market)
    }

    fn memory(&self) -> Vec<f64> {
        vec![0.0; PRICE + COLUMNS_PER_MARKET * self.markets]
    }

    fn lookback(&self) -> usize {
        self.window.longest()
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let (mut strategy, mut fundamental, mut chart) = ([0.0; CHUNK], [0.0; CHUNK], [0.0; CHUNK]);
        let strategy = &mut strategy[..view.len()];
        self.start(view, memory.column(STRATEGY));
        strategy.copy_from_slice(memory.column(STRATEGY));
        let threshold = self.threshold.chunk(view.rows.clone());
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            self.forecast(view, seen, &mut fundamental, &mut chart);
            for (i, side) in orders.side.iter_mut().enumerate() {
                let forecast = if strategy[i] > 0.0 { fundamental[i] } else { chart[i] };
                *side = i8::from(forecast > threshold[i]) - i8::from(forecast < -threshold[i]);
            }
            memory.column(PRICE + COLUMNS_PER_MARKET * market).fill(seen.price);
            for (i, lead) in memory.column(LEAD + COLUMNS_PER_MARKET * market).iter_mut().enumerate() {
                *lead = fundamental[i] - chart[i];
            }
            self.activity.thin(view, market as u16, orders.side);
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }

    fn learn(&self, view: &View<'_>, memory: &mut Memory<'_, '_>) {
        let (mut gain, mut returns) = ([0.0; CHUNK], [0.0; CHUNK]);
        for (market, seen) in view.markets.iter().enumerate() {
            for (r, &before) in returns.iter_mut().zip(&*memory.column(PRICE + COLUMNS_PER_MARKET * market)) {
                *r = change(seen.price, before);
            }
            let lead = memory.column(LEAD + COLUMNS_PER_MARKET * market);
            for ((gain, r), lead) in gain.iter_mut().zip(returns).zip(lead) {
                *gain += r * *lead;
            }
        }
        let (fading, cost) = (self.memory.chunk(view.rows.clone()), self.cost.chunk(view.rows.clone()));
        for (i, advantage) in memory.column(ADVANTAGE).iter_mut().enumerate() {
            *advantage = (fading[i] * *advantage + gain[i] - cost[i]).clamp(-FINITE, FINITE);
        }
        self.choose(view, memory);
    }
}

/// Returns and fitness are held within ± this, so that no price path makes them infinite.
const FINITE: f64 = 1e100;

/// The relative change from a price to another, 0 when either is none.
fn change(to: f64, from: f64) -> f64 {
    if from > 0.0 && to.is_finite() { (to / from - 1.0).min(FINITE) } else { 0.0 }
}

impl SwitchingPolicy {
    /// Gives a strategy to those that have none yet.
    fn start(&self, view: &View<'_>, strategy: &mut [f64]) {
        if strategy.iter().all(|&strategy| strategy != 0.0) {
            return;
        }
        let mut words = [0; CHUNK];
        view.fill(self.markets as u16 + 2, &mut words);
        let fundamentalists = self.fundamentalists.chunk(view.rows.clone());
        for (i, strategy) in strategy.iter_mut().enumerate().filter(|(_, strategy)| **strategy == 0.0) {
            *strategy = if unit(words[i]) < fundamentalists[i] { 1.0 } else { -1.0 };
        }
    }

    /// Writes the return that a fundamentalist and a chartist expect; 0 at a market without a price.
    fn forecast(
        &self,
        view: &View<'_>,
        seen: &MarketView<'_>,
        fundamental: &mut [f64; CHUNK],
        chart: &mut [f64; CHUNK],
    ) {
        let fair = seen.fundamental.unwrap_or(seen.price) * seen.valuation_shift;
        let gap = change(fair, seen.price);
        let reversion = self.reversion.chunk(view.rows.clone());
        let extrapolation = self.extrapolation.chunk(view.rows.clone());
        self.window.averages(view, seen.history, chart);
        for i in 0..view.len() {
            fundamental[i] = reversion[i] * gap;
            chart[i] = extrapolation[i] * change(seen.price, chart[i]);
        }
    }

    /// Those that reconsider choose their strategy by logit.
    fn choose(&self, view: &View<'_>, memory: &mut Memory<'_, '_>) {
        let (mut asked, mut chosen) = ([0; CHUNK], [0; CHUNK]);
        view.fill(self.markets as u16, &mut asked);
        view.fill(self.markets as u16 + 1, &mut chosen);
        let (intensity, reconsider) =
            (self.intensity.chunk(view.rows.clone()), self.reconsider.chunk(view.rows.clone()));
        let [strategy, advantage] = memory.columns();
        for (i, strategy) in strategy.iter_mut().enumerate() {
            let probability = 1.0 / (1.0 + exp_bulk(-intensity[i] * advantage[i]));
            let choice = if unit(chosen[i]) < probability { 1.0 } else { -1.0 };
            *strategy = if unit(asked[i]) < reconsider[i] { choice } else { *strategy };
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::elementary::logistic;

    use super::*;
    use crate::bench::{Bench, assert_share, count, policy};

    const N: usize = 50_000;

    fn fundamentalists(bench: &Bench) -> usize {
        bench.memory[STRATEGY].iter().filter(|&&strategy| strategy == 1.0).count()
    }

    /// Two steps by hand: at P = 1, F = 1.2 and MA = 1 the forecasts are 0.5·0.2 and 0; the price goes to 1.1. Then
    /// they are 0.5·(1.2/1.1 − 1) and 0.4·(1.1/1.05 − 1), and it goes to 0.99.
    #[test]
    fn fitness_and_choice_follow_the_formula_over_two_steps() {
        let text = "kind = 'switching'\nreversion = 0.5\nextrapolation = 0.4\nwindow = 2\nintensity = 100\n\
                    memory = 0.8\ncost = 0.002";
        let mut bench = Bench::new(N, 1);
        bench.markets[0].fundamental = Some(1.2);
        let policy = bench.start(&*policy(text)).unwrap();
        bench.decide(&*policy);
        assert_share(fundamentalists(&bench), N, 0.5);
        bench.markets[0].price = 1.1;
        bench.learn(&*policy);
        let first = 0.1 * 0.5 * 0.2 - 0.002;
        assert!((bench.memory[ADVANTAGE][7] - first).abs() < 1e-15);
        assert_share(fundamentalists(&bench), N, logistic(100.0 * first));
        bench.advance(&[1.1]);
        bench.decide(&*policy);
        bench.markets[0].price = 0.99;
        bench.learn(&*policy);
        let second = 0.8 * first - 0.1 * (0.5 * (1.2 / 1.1 - 1.0) - 0.4 * (1.1 / 1.05 - 1.0)) - 0.002;
        assert!((bench.memory[ADVANTAGE][7] - second).abs() < 1e-15);
        assert_share(fundamentalists(&bench), N, logistic(100.0 * second));
    }

    #[test]
    fn fundamentalists_trade_towards_the_fundamental_and_chartists_with_the_trend() {
        for (share, expected) in [(1, (0, N)), (0, (N, 0))] {
            let mut bench = Bench::new(N, 1);
            let text = format!("kind = 'switching'\nfundamentalists = {share}\nreconsider = 0");
            let policy = bench.start(&*policy(&text)).unwrap();
            bench.decide(&*policy);
            bench.learn(&*policy);
            // Risen above its average of 1.1 and above the fundamental of 1.
            bench.advance(&[1.2]);
            assert_eq!(count(&bench.decide(&*policy)[0].side), expected);
        }
    }

    #[test]
    fn profits_of_all_markets_count() {
        let mut bench = Bench::new(10, 2);
        bench.markets[0].fundamental = Some(1.2);
        bench.markets[1].fundamental = Some(0.5);
        let policy = bench.start(&*policy("kind = 'switching'\nreversion = 1")).unwrap();
        bench.decide(&*policy);
        bench.markets[0].price = 1.5;
        bench.markets[1].price = 0.8;
        bench.learn(&*policy);
        assert!((bench.memory[ADVANTAGE][0] - (0.5 * 0.2 + 0.2 * 0.5)).abs() < 1e-15);
    }

    #[test]
    fn only_those_that_reconsider_switch() {
        let mut bench = Bench::new(N, 1);
        bench.markets[0].fundamental = Some(2.0);
        let text = "kind = 'switching'\nfundamentalists = 0\nreconsider = 0.25\nintensity = 1e9";
        let policy = bench.start(&*policy(text)).unwrap();
        bench.decide(&*policy);
        bench.markets[0].price = 1.5;
        bench.learn(&*policy);
        assert_share(fundamentalists(&bench), N, 0.25);
    }
}
