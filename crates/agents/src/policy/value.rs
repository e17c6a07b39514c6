//! Value traders: a Bayesian estimate of the fundamental value from noisy looks at it.

use walras_catalog::{Bounds, entry};
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::draw::unit;
use walras_numerics::elementary::pow;
use walras_numerics::{CHUNK, Column};

use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Looks at the fundamental value through noise, learns it by Bayes' rule, buys below and sells above its estimate.
    ///
    /// The value is believed to return to its mean by a share κ in each step and to be shocked by σ_s; what an agent knew
    /// grows old by that, and a look with noise σ_n makes it new. It trades at once when the market's best order (or,
    /// where none rests, its price) leaves a surplus above the threshold after fees, at a limit that leaves just that.
    /// Otherwise, with probability `patience`, it bids or asks that limit, by a coin.
    pub struct Value = "value" {
        formula: "m' = κ_δ·μ + (1 − κ_δ)·m, s' = (1 − κ)^(2δ)·s + σ_s²·(1 − (1 − κ)^(2δ))/(1 − (1 − κ)²), 1 − κ_δ = (1 − κ)^δ; m = (σ_n²·m' + s'·o)/(σ_n² + s'), s = σ_n²·s'/(σ_n² + s'); v = m after `horizon` more steps",
        source: "D. Byrd, M. Hybinette and T. H. Balch, \"ABIDES: towards high-fidelity multi-agent market simulation\", 2020; the estimate: M. P. Wellman and E. Wah, \"Strategic agent-based modeling of financial markets\", 2017",
        /// σ_n: the standard deviation of a look.
        noise: PerAsset = PerAsset::constant(0.1), within Bounds::from(0.0..), unit "numeraire/token";
        /// κ: the share of its distance from the mean that the value is believed to lose in a step.
        reversion: PerAgent = PerAgent::constant(0.0), within 0.0..=1.0;
        /// μ: the mean that the value is believed to return to; absent, what the agent saw at its first look.
        mean: Option<PerAsset>, within Bounds::from(0.0..), unit "numeraire/token";
        /// σ_s: the standard deviation of the value's shock in a step, as it is believed to be.
        shock: PerAsset = PerAsset::constant(0.01), within Bounds::from(0.0..), unit "numeraire/token";
        /// How far ahead is the value that it estimates.
        horizon: PerAgent = PerAgent::constant(0.0), within 0.0..=1e9, unit "steps";
        /// The surplus it wants, as a share of its estimate.
        surplus: PerAgent = PerAgent::constant(0.0), within 0.0..1.0;
        /// Probability of an order at its limit when nothing is to be had at once.
        patience: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// Probability of looking, and acting on it, in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large orders are; a share is of what could be spent at the price seen.
        order_size: OrderSize = OrderSize::default();
    }
}

struct ValuePolicy {
    noise: Vec<Column>,
    reversion: Column,
    mean: Option<Vec<Column>>,
    shock: Vec<Column>,
    horizon: Column,
    surplus: Column,
    patience: Column,
    activity: Column,
    sizes: Sizes,
}

/// Memory columns for each market: the estimate m, its variance s, the step of the last look (−1 before the first), and
/// the mean.
const COLUMNS: usize = 4;

/// The draws of a market in a step: whether to look, what is seen, and what to do when nothing is to be had.
const DRAWS: u16 = 3;

impl Build for Value {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(ValuePolicy {
            noise: self.noise.parameters("noise", setup)?,
            reversion: setup.parameter("reversion", &self.reversion)?,
            mean: self.mean.as_ref().map(|mean| mean.parameters("mean", setup)).transpose()?,
            shock: self.shock.parameters("shock", setup)?,
            horizon: setup.parameter("horizon", &self.horizon)?,
            surplus: setup.parameter("surplus", &self.surplus)?,
            patience: setup.parameter("patience", &self.patience)?,
            activity: setup.parameter("activity", &self.activity)?,
            sizes: Sizes::new(&self.order_size, None, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        true
    }
}

/// What an agent believes of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Belief {
    /// m.
    estimate: f64,
    /// s.
    variance: f64,
}

impl Belief {
    /// The belief `steps` later, without a look.
    fn aged(self, steps: f64, reversion: f64, mean: f64, shock: f64) -> Self {
        let keep = pow(1.0 - reversion, steps);
        let shocks =
            if reversion > 0.0 { (1.0 - keep * keep) / (1.0 - (1.0 - reversion) * (1.0 - reversion)) } else { steps };
        Self {
            estimate: (1.0 - keep) * mean + keep * self.estimate,
            variance: keep * keep * self.variance + shocks * shock * shock,
        }
    }

    /// The belief after a look.
    fn corrected(self, seen: f64, noise: f64) -> Self {
        let all = noise * noise + self.variance;
        if all <= 0.0 {
            return Self { estimate: seen, variance: 0.0 };
        }
        let trust = self.variance / all;
        Self { estimate: self.estimate + trust * (seen - self.estimate), variance: trust * noise * noise }
    }
}

impl Policy for ValuePolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn memory(&self) -> Vec<f64> {
        [0.0, 0.0, -1.0, 0.0].repeat(self.noise.len())
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let (mut looks, mut coins) = ([0; CHUNK], [0; CHUNK]);
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            view.fill(DRAWS * market as u16, &mut looks);
            view.fill(DRAWS * market as u16 + 2, &mut coins);
            let activity = self.activity.chunk(view.rows.clone());
            for i in 0..view.len() {
                let estimate = if unit(looks[i]) < activity[i] { self.look(view, market, i, memory) } else { None };
                let order = estimate.and_then(|value| self.order(view.rows.start + i, seen, value, unit(coins[i])));
                (orders.side[i], orders.limit[i]) = order.unwrap_or((Side::NONE, 0.0));
            }
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

impl ValuePolicy {
    /// Lets the chunk's agent `i` look at the value, and returns its estimate of the one it cares for.
    fn look(&self, view: &View<'_>, market: usize, i: usize, memory: &mut Memory<'_, '_>) -> Option<f64> {
        let row = view.rows.start + i;
        let seen = &view.markets[market];
        let truth = seen.fundamental.unwrap_or(seen.price) * seen.valuation_shift;
        let noise = self.noise[market].get(row);
        let looked = truth + noise * view.stream(DRAWS * market as u16 + 1, i).normal();
        if !looked.is_finite() {
            return None;
        }
        let [estimate, variance, last, mean] = memory.columns_from(COLUMNS * market);
        let (reversion, shock) = (self.reversion.get(row), self.shock[market].get(row));
        let belief = if last[i] < 0.0 {
            mean[i] = self.mean.as_ref().map_or(looked, |means| means[market].get(row));
            Belief { estimate: looked, variance: noise * noise }
        } else {
            let then = Belief { estimate: estimate[i], variance: variance[i] };
            then.aged(f64::from(view.step) - last[i], reversion, mean[i], shock).corrected(looked, noise)
        };
        if !(belief.estimate.is_finite() && belief.variance.is_finite()) {
            return None;
        }
        (estimate[i], variance[i], last[i]) = (belief.estimate, belief.variance, f64::from(view.step));
        Some(belief.aged(self.horizon.get(row), reversion, mean[i], shock).estimate)
    }

    /// The order of an agent to whom a token is worth `value`; `u` is its coin.
    fn order(&self, row: usize, seen: &MarketView<'_>, value: f64, u: f64) -> Option<(i8, f64)> {
        let surplus = self.surplus.get(row);
        let most = tick::at_most(value * (1.0 - surplus) / (1.0 + seen.buy_fee), seen.tick);
        let least = tick::at_least(value * (1.0 + surplus) / (1.0 - seen.sell_fee), seen.tick);
        if !(most > 0.0 && least.is_finite()) {
            return None;
        }
        let resting = seen.quotes.bid.is_some() || seen.quotes.ask.is_some();
        let at = |quote: Option<f64>| if resting { quote } else { Some(seen.price) };
        if at(seen.quotes.ask).is_some_and(|ask| ask < most) {
            return Some((Side::BUY, most));
        }
        if at(seen.quotes.bid).is_some_and(|bid| bid > least) {
            return Some((Side::SELL, least));
        }
        // One word decides whether and which: the lower half of what is below the patience bids.
        let patience = self.patience.get(row);
        (u < patience).then_some(if u < 0.5 * patience { (Side::BUY, most) } else { (Side::SELL, least) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, assert_share, policy};
    use crate::observation::Quotes;

    /// With m = 10, s = 4, κ = ½, μ = 6, σ_s = 2 and two steps: m' = ¾·6 + ¼·10 = 7, s' = 4/16 + 4·(1 − 1/16)/(¾) = 5.25.
    /// A look of 9 with σ_n² = 1.75 is trusted by three quarters.
    #[test]
    fn beliefs_age_and_are_corrected_by_bayes_rule() {
        let aged = Belief { estimate: 10.0, variance: 4.0 }.aged(2.0, 0.5, 6.0, 2.0);
        assert_eq!(aged, Belief { estimate: 7.0, variance: 5.25 });
        let corrected = aged.corrected(9.0, 1.75_f64.sqrt());
        assert!((corrected.estimate - 8.5).abs() < 1e-12 && (corrected.variance - 0.75 * 1.75).abs() < 1e-12);
        // A random walk: three steps' variance.
        assert_eq!(Belief { estimate: 1.0, variance: 1.0 }.aged(3.0, 0.0, 9.0, 2.0).variance, 13.0);
    }

    /// Without shocks and reversion n looks make the mean of n, whose variance is σ_n²/n.
    #[test]
    fn looks_at_a_value_that_stands_still_average_out() {
        let n = 20_000;
        let mut bench = Bench::new(n, 1);
        bench.markets[0].fundamental = Some(50.0);
        let policy = bench.start(&*policy("kind = 'value'\nnoise = 2\nshock = 0")).unwrap();
        for _ in 0..4 {
            bench.decide(&*policy);
            bench.advance(&[1.0]);
        }
        let deviation = |row: usize| (bench.memory[0][row] - 50.0) * (bench.memory[0][row] - 50.0);
        let variance = walras_numerics::sum::sum_by(n, deviation) / n as f64;
        // The variance of a variance's estimate is 2/n of its square.
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt(), "{variance}");
        assert!(bench.memory[1].iter().all(|variance| (variance - 1.0).abs() < 1e-12));
    }

    /// To an agent that knows the value of 100, wants 2 % and pays fees of 1 %, a token is worth 98/1.01 = 97.03 to buy
    /// and 102/.99 = 103.03 to sell.
    #[test]
    fn trades_where_enough_is_left_after_fees_and_waits_at_its_limits_otherwise() {
        let text = "kind = 'value'\nnoise = 0\nsurplus = 0.02\npatience = 0.5";
        let order = |bid: Option<f64>, ask: Option<f64>| {
            let mut bench = Bench::new(10_000, 1);
            (bench.markets[0].fundamental, bench.markets[0].fee) = (Some(100.0), 0.01);
            (bench.markets[0].price, bench.markets[0].tick) = (97.5, 0.25);
            bench.markets[0].quotes = Quotes { bid, ask, ..Quotes::default() };
            let policy = bench.start(&*policy(text)).unwrap();
            let orders = bench.decide(&*policy).remove(0);
            (0..10_000).map(|row| (orders.side[row], orders.limit_of(row, 0.0))).collect::<Vec<_>>()
        };
        assert!(order(Some(90.0), Some(96.9)).iter().all(|&found| found == (1, 97.0)));
        assert!(order(Some(103.5), None).iter().all(|&found| found == (-1, 103.25)));
        let waits = order(Some(96.0), Some(98.0));
        assert_share(waits.iter().filter(|&&found| found == (1, 97.0)).count(), 10_000, 0.25);
        assert_share(waits.iter().filter(|&&found| found == (-1, 103.25)).count(), 10_000, 0.25);
        assert_share(waits.iter().filter(|&&found| found.0 == 0).count(), 10_000, 0.5);
        // A price of 97.5, where nothing rests, is not cheap enough.
        assert!(order(None, None).iter().any(|&found| found.0 == 0));
    }
}
