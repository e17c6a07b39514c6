//! Latent liquidity: intentions to trade one order each, at reservation prices that wander.

use walras_catalog::{Bounds, entry};
use walras_market::command::Action;
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::draw::unit;
use walras_numerics::elementary::{exp, exp_bulk};
use walras_numerics::{CHUNK, Column};

use super::gaussian::fill_normals;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

entry! {
    /// Intends to buy or to sell one order at a reservation price that walks at random, until it trades or gives up.
    ///
    /// An agent without an intention comes to one with probability `deposition`: anywhere within `band` of the price, to
    /// buy below it and to sell above it, with the same probability. In each step it orders at its reservation price. With
    /// probability `cancellation` it gives up; when its holding has changed it has traded. Either way it has no intention
    /// for at least a step. What it has resting is taken back when it has no intention or does not reveal it.
    ///
    /// Where buyers and sellers meet they leave in pairs, so that little is offered at the price and more the farther away:
    /// in proportion to the distance, much nearer than an intention wanders in its lifetime, σ/√(2ν). A large order that
    /// is worked off faster than they meet of themselves moves the price as the square root of its size. Best where orders
    /// stand for a step, as in a call auction. Buyers need money for an order, sellers tokens.
    pub struct LatentLiquidity = "latent_liquidity" {
        formula: "ln r ← ln r + σ·ε, ε standard normal; new: r = P·e^(b·u), u uniform in (−1, 1), to buy if u < 0 and to sell if u > 0; given up with probability ν, new with probability λ",
        check: |liquidity| liquidity.order_size.in_tokens(),
        source: "B. Tóth et al., \"Anomalous price impact and the critical nature of liquidity in financial markets\", Physical Review X 1, 2011; J. Donier, J. Bonart, I. Mastromatteo and J.-P. Bouchaud, \"A fully consistent, minimal model for non-linear market impact\", Quantitative Finance 15, 2015",
        /// σ: the standard deviation of a step of the logarithm of the reservation price.
        volatility: PerAgent = PerAgent::constant(0.001), within 0.0..=1.0, unit "per √step";
        /// ν: probability of giving up an intention in a step.
        cancellation: PerAgent = PerAgent::constant(0.001), within 0.0..=1.0;
        /// λ: probability that an agent without an intention comes to one in a step.
        deposition: PerAgent = PerAgent::constant(0.1), within 0.0..=1.0;
        /// b: how far from the price new intentions are at most, in its logarithm.
        band: PerAgent = PerAgent::constant(0.1), within Bounds::above_to(0.0, 10.0);
        /// How far from the price an intention becomes an order at most, in its logarithm; absent for any distance.
        reveal: Option<f64>, within Bounds::above(0.0);
        /// How large orders are, in tokens.
        order_size: OrderSize = OrderSize::default();
    }
}

struct LatentLiquidityPolicy {
    volatility: Column,
    cancellation: Column,
    deposition: Column,
    band: Column,
    reveal: Option<f64>,
    sizes: Sizes,
    markets: usize,
}

/// Memory columns for each market: the reservation price, below zero to sell and 0 without an intention, and the
/// holding by which a trade is told.
const COLUMNS: usize = 2;

/// The draws of a market in a step: whether an intention comes or goes, and where it comes or how it moves.
const DRAWS: u16 = 2;

impl Build for LatentLiquidity {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(LatentLiquidityPolicy {
            volatility: setup.parameter("volatility", &self.volatility)?,
            cancellation: setup.parameter("cancellation", &self.cancellation)?,
            deposition: setup.parameter("deposition", &self.deposition)?,
            band: setup.parameter("band", &self.band)?,
            reveal: self.reveal,
            sizes: Sizes::new(&self.order_size, None, setup)?,
            markets: setup.markets.len(),
        }))
    }
}

impl Policy for LatentLiquidityPolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn memory(&self) -> Vec<f64> {
        vec![0.0; COLUMNS * self.markets]
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let [reservation, owned] = memory.columns_from(COLUMNS * market);
            let mut left = [false; CHUNK];
            self.intend(view, market, seen, reservation, owned, &mut left);
            let orders = desk.market(market);
            let reach = self.reveal.map_or(f64::INFINITY, exp);
            let (lowest, highest) = (seen.price / reach, seen.price * reach);
            for (i, &signed) in reservation.iter().enumerate() {
                let side = side_of(signed);
                let revealed = (signed >= lowest) | (signed < 0.0 && -signed <= highest);
                // Most are far away: the grid is looked at for the few who are not.
                let limit = if revealed { tick::no_worse(side, signed.abs(), seen.tick) } else { 0.0 };
                let orders_now = limit > 0.0 && limit.is_finite();
                orders.side[i] = if orders_now { side } else { Side::NONE };
                orders.limit[i] = if orders_now { limit } else { 0.0 };
            }
            self.sizes.write(view, market, orders.side, orders.size);
            // Where nothing rests there is nothing to take back.
            if seen.quotes.bid.is_some() || seen.quotes.ask.is_some() {
                for (i, &signed) in reservation.iter().enumerate() {
                    let hides = signed != 0.0 && desk.market(market).side[i] == Side::NONE;
                    if left[i] || hides {
                        desk.ask(market, i, Action::Cancel);
                    }
                }
            }
        }
    }
}

/// Whether an intention with this signed reservation price is to buy or to sell.
#[inline]
fn side_of(signed: f64) -> i8 {
    i8::from(signed > 0.0) - i8::from(signed < 0.0)
}

impl LatentLiquidityPolicy {
    /// Lets intentions come, move and go; `left` are those whose intention went.
    fn intend(
        &self,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        reservation: &mut [f64],
        owned: &mut [f64],
        left: &mut [bool; CHUNK],
    ) {
        let (mut chances, mut moves) = ([0; CHUNK], [0; CHUNK]);
        view.fill(DRAWS * market as u16, &mut chances);
        view.fill(DRAWS * market as u16 + 1, &mut moves);
        let mut factors = [0.0; CHUNK];
        let rows = || view.rows.clone();
        let (volatility, band) = (self.volatility.chunk(rows()), self.band.chunk(rows()));
        let (cancellation, deposition) = (self.cancellation.chunk(rows()), self.deposition.chunk(rows()));
        fill_normals(&moves[..view.len()], &mut factors);
        walk(volatility, &mut factors[..view.len()]);
        for i in 0..view.len() {
            let (now, chance) = (view.owned(market, i) as f64, unit(chances[i]));
            let traded = now != owned[i];
            owned[i] = now;
            let next = if reservation[i] == 0.0 {
                // The middle of the word's interval, so that no intention is at the price itself.
                let away = 2.0 * ((f64::from(moves[i]) + 0.5) * (1.0 / 4_294_967_296.0)) - 1.0;
                let price = seen.price * exp_bulk(band[i] * away);
                if chance < deposition[i] { if away < 0.0 { price } else { -price } } else { 0.0 }
            } else if traded || chance < cancellation[i] {
                left[i] = true;
                0.0
            } else {
                reservation[i] * factors[i]
            };
            reservation[i] = if next.abs() > 0.0 && next.is_finite() { next } else { 0.0 };
        }
    }
}

/// Turns standard normal numbers into the factors by which prices move.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn walk(volatility: &[f64], factors: &mut [f64]) {
    for (factor, &volatility) in factors.iter_mut().zip(volatility) {
        *factor = exp_bulk(volatility * *factor);
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::elementary::ln;
    use walras_numerics::sum::sum_by;

    use super::*;
    use crate::bench::{Bench, assert_share, count, policy, read};
    use crate::observation::Quotes;

    const N: usize = 50_000;

    /// `N` agents at a price of 10, whose intentions are as `text` says and of which all come in the first step.
    fn start(text: &str) -> (Bench, Box<dyn Policy>, Vec<f64>) {
        let mut bench = Bench::new(N, 1);
        bench.markets[0].price = 10.0;
        let policy = bench.start(&*policy(&format!("kind = 'latent_liquidity'\ndeposition = 1\n{text}"))).unwrap();
        let signed = step(&mut bench, &*policy);
        (bench, policy, signed)
    }

    /// What each agent orders in the next step: its limit, below zero to sell and 0 for nothing.
    fn step(bench: &mut Bench, policy: &dyn Policy) -> Vec<f64> {
        let orders = bench.decide(policy).remove(0);
        bench.advance(&[10.0]);
        (0..N).map(|row| f64::from(orders.side[row]) * orders.limit_of(row, 0.0)).collect()
    }

    #[test]
    fn intentions_come_anywhere_within_the_band_buyers_below_and_sellers_above() {
        let (_, _, signed) = start("band = 0.2");
        let away: Vec<f64> = signed.iter().map(|signed| -signed.signum() * ln(signed.abs() / 10.0)).collect();
        assert!(away.iter().all(|away| *away > 0.0 && *away < 0.2));
        for tenth in 1..10 {
            let share = f64::from(tenth) / 10.0;
            assert_share(away.iter().filter(|away| **away < 0.2 * share).count(), N, share);
        }
        assert_share(signed.iter().filter(|signed| **signed > 0.0).count(), N, 0.5);
    }

    #[test]
    fn a_part_of_those_without_an_intention_comes_to_one() {
        let mut bench = Bench::new(N, 1);
        let policy = bench.start(&*policy("kind = 'latent_liquidity'\ndeposition = 0.3\ncancellation = 0")).unwrap();
        for passed in 1..4 {
            let (buyers, sellers) = count(&bench.decide(&*policy)[0].side);
            assert_share(buyers + sellers, N, 1.0 - 0.7_f64.powi(passed));
            bench.advance(&[1.0]);
        }
    }

    /// After three steps the logarithm has moved by a normal number of variance 3σ², and nobody has changed sides.
    #[test]
    fn reservation_prices_walk_by_normal_steps() {
        let (mut bench, policy, before) = start("volatility = 0.01\ncancellation = 0");
        let after = (0..3).map(|_| step(&mut bench, &*policy)).last().unwrap();
        let moved = |row: usize| ln(after[row] / before[row]) / (0.01 * 3.0_f64.sqrt());
        let (mean, square) = (sum_by(N, moved) / N as f64, sum_by(N, |row| moved(row) * moved(row)) / N as f64);
        assert!(mean.abs() < 5.0 / (N as f64).sqrt(), "{mean}");
        assert!((square - 1.0).abs() < 5.0 * (2.0 / N as f64).sqrt(), "{square}");
    }

    #[test]
    fn intentions_are_given_up_and_what_rests_is_taken_back() {
        let (mut bench, policy, _) = start("cancellation = 0.2");
        bench.markets[0].quotes = Quotes { bid: Some(9.0), ..Quotes::default() };
        let after = step(&mut bench, &*policy);
        let gone = after.iter().filter(|signed| **signed == 0.0).count();
        assert_share(gone, N, 0.2);
        assert_eq!(bench.commands[0].len(), gone);
        assert!(bench.commands[0].iter().all(|command| command.action == Action::Cancel));
    }

    /// Whoever has traded has no intention in the next step, and a new one after it.
    #[test]
    fn who_has_traded_leaves_for_a_step() {
        let (mut bench, policy, _) = start("cancellation = 0");
        (0..N).step_by(5).for_each(|row| bench.holdings[0][row] += 1);
        let after = step(&mut bench, &*policy);
        assert!((0..N).all(|row| (after[row] == 0.0) == (row % 5 == 0)));
        assert!(step(&mut bench, &*policy).iter().all(|signed| *signed != 0.0));
    }

    #[test]
    fn what_is_far_from_the_price_is_not_revealed_until_it_is_near() {
        // A buyer that has walked above the price, and a seller below it, is nearer than any other.
        let near = |signed: &f64| -signed.signum() * ln(signed.abs() / 10.0) <= 0.05;
        let text = "band = 0.2\ncancellation = 0\nvolatility = 0.02";
        let ((mut bench, all, first), (mut hidden, some, revealed)) =
            (start(text), start(&format!("{text}\nreveal = 0.05")));
        let same = |all: &[f64], revealed: &[f64]| {
            all.iter().zip(revealed).all(|(all, revealed)| *revealed == if near(all) { *all } else { 0.0 })
        };
        assert!(same(&first, &revealed));
        hidden.markets[0].quotes = Quotes { bid: Some(9.0), ..Quotes::default() };
        let (second, revealed) = (step(&mut bench, &*all), step(&mut hidden, &*some));
        assert!(same(&second, &revealed) && second.iter().zip(&first).any(|(now, then)| near(now) && !near(then)));
        // What rests from when it was near is taken back.
        assert_eq!(hidden.commands[0].len(), second.iter().filter(|signed| !near(signed)).count());
    }

    #[test]
    fn orders_are_numbers_of_tokens() {
        let problem = read::<LatentLiquidity>("order_size = {amount = 0.5, unit = 'share'}").unwrap_err();
        assert_eq!(problem.message, "a unit is a number of tokens, not a share");
    }
}
