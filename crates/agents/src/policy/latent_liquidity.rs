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
    /// for at least a step, and what it has resting is taken back.
    ///
    /// Where buyers and sellers meet they leave in pairs, so that near the price little is offered, the more the farther
    /// away: as far as an intention wanders in its lifetime, σ/√(2ν), as much as the distance. A large order worked off
    /// among them moves the price as the square root of its size. Longest where orders stand for a step, as in a call
    /// auction; every agent needs money and tokens for an order.
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
            if seen.quotes.bid.is_some() || seen.quotes.ask.is_some() {
                (0..view.len()).filter(|&i| left[i]).for_each(|i| desk.ask(market, i, Action::Cancel));
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
