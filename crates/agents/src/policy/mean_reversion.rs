//! Mean reversion: buys what has fallen below its average, sells what has risen above it.

use walras_catalog::entry;
use walras_market::order::Shape;
use walras_numerics::{CHUNK, Column};

use super::activity::Activity;
use super::moving_average::Crossing;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

entry! {
    /// Bets on a return to the mean: buys while the fast average of the price is below the slow one, sells while above.
    ///
    /// Averages are simple, over the last steps, the one now included; while fewer have passed, over all of them.
    pub struct MeanReversion = "mean_reversion" {
        formula: "buy if m < −threshold, sell if m > threshold, m = MA_fast/MA_slow − 1; each with probability activity",
        source: "J. M. Poterba and L. H. Summers, \"Mean reversion in stock prices\", 1988",
        /// The fast average's window; fractions of a step are dropped.
        fast: PerAgent = PerAgent::constant(5.0), within 1.0..=100_000.0, unit "steps";
        /// The slow average's window, longer than the fast one's; fractions of a step are dropped.
        slow: PerAgent = PerAgent::constant(20.0), within 2.0..=100_000.0, unit "steps";
        /// How far apart the averages must be, as a share of the slow one, before an agent acts.
        threshold: PerAgent = PerAgent::constant(0.0), within 0.0..=100.0;
        /// Probability of acting in a step when the averages say so.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large orders are.
        order_size: OrderSize = OrderSize::default();
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct MeanReversionPolicy {
    crossing: Crossing,
    threshold: Column,
    activity: Activity,
    sizes: Sizes,
}

impl Build for MeanReversion {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(MeanReversionPolicy {
            crossing: Crossing::new(&self.fast, &self.slow, setup)?,
            threshold: setup.parameter("threshold", &self.threshold)?,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, self.slippage, setup)?,
        }))
    }
}

impl Policy for MeanReversionPolicy {
    fn shape(&self, market: usize) -> Shape {
        self.sizes.shape(market)
    }

    fn lookback(&self) -> usize {
        self.crossing.longest()
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let mut signal = [0.0; CHUNK];
        let threshold = self.threshold.chunk(view.rows.clone());
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            self.crossing.signal(view, seen.history, &mut signal);
            for ((side, &signal), &threshold) in orders.side.iter_mut().zip(&signal).zip(threshold) {
                *side = i8::from(signal < -threshold) - i8::from(signal > threshold);
            }
            self.activity.thin(view, market as u16, orders.side);
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::{Bench, assert_share, count, policy};

    #[test]
    fn sells_into_a_rise_and_buys_into_a_fall() {
        let mut bench = Bench::new(1, 1);
        let text = "kind = 'mean_reversion'\nfast = 2\nslow = 4\nthreshold = 0.05";
        let policy = bench.start(&*policy(text)).unwrap();
        // The averages over two and four steps, from the third price on: 1.15/1.1, 1.3/1.175, 1.25/1.2, 0.95/1.125,
        // 0.8/1.025.
        let sides = [1.1, 1.2, 1.4, 1.1, 0.8, 0.8].map(|price| {
            bench.advance(&[price]);
            bench.decide(&*policy)[0].side[0]
        });
        assert_eq!(sides, [0, 0, -1, 0, 1, 1]);
    }

    #[test]
    fn before_anything_has_happened_nobody_acts() {
        let mut bench = Bench::new(100, 1);
        let policy = bench.start(&*policy("kind = 'mean_reversion'")).unwrap();
        assert_eq!(count(&bench.decide(&*policy)[0].side), (0, 0));
    }

    #[test]
    fn the_idle_wait() {
        let mut bench = Bench::new(50_000, 1);
        let policy = bench.start(&*policy("kind = 'mean_reversion'\nfast = 1\nslow = 2\nactivity = 0.2")).unwrap();
        bench.advance(&[2.0]);
        let (buyers, sellers) = count(&bench.decide(&*policy)[0].side);
        assert_share(buyers + sellers, 50_000, 0.2);
        assert_eq!(buyers.min(sellers), 0);
    }
}
