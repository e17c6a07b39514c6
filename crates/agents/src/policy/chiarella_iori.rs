//! Traders in part fundamentalist, in part chartist, in part noise, who place limit orders by the return they expect.

use walras_catalog::{Bounds, choice, entry};
use walras_market::command::Action;
use walras_market::order::{LimitShape, OrdersPart, Shape, Side};
use walras_numerics::draw::unit;
use walras_numerics::elementary::{exp_bulk, ln, pow};
use walras_numerics::{CHUNK, Column};

use super::activity::Activity;
use super::cara_demand::{CaraDemand, Situation};
use super::gaussian::normal;
use super::moving_average::Windows;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick, volatility};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

choice! {
    /// How much is ordered and at which limit.
    pub enum Demand {
        /// An order of `order_size`, at the expected price less or plus a random margin (2002).
        Fixed = "fixed",
        /// What constant absolute risk aversion demands at a random price that the agent could pay (2009).
        Cara = "cara",
    }
}

entry! {
    /// Expects a return that mixes reversion to the fundamental value, the past trend and noise; orders at a limit by it.
    ///
    /// Who expects a rise bids somewhat below the price it expects, who expects a fall asks somewhat above it. An order
    /// that rests is taken back when its lifetime is over. With `demand = "cara"` an agent draws a price between the one at
    /// which it would put all its money into the token and the one at which it would hold none, and orders what
    /// separates its holding from its demand there; the returns' variance is that over the trend's window. With a
    /// `volatility_elasticity` noise and margin grow with the volatility that an agent has seen over its own window, so
    /// that volatility feeds on itself; where windows are spread over decades it does so at all scales at once and
    /// remembers itself for long, the longer the nearer the elasticity comes to 1, beyond which it has no bound.
    pub struct ChiarellaIori = "chiarella_iori" {
        formula: "r̂ = g1·ln(F/P)/τ_f + g2·ln(P/P_−L)/L + n·ε, divided by g1 + |g2| + n where `normalised`; p̂ = P·e^(r̂·τ); bid p̂·(1 − k) if r̂ > 0, ask p̂·(1 + k) if r̂ < 0, k uniform up to `margin`; ε and k times (σ_L/σ̄)^γ; CARA: π(p) = ln(p̂/p)/(α·V·p)",
        source: "C. Chiarella and G. Iori, \"A simulation analysis of the microstructure of double auction markets\", Quantitative Finance 2, 2002; C. Chiarella, G. Iori and J. Perelló, \"The impact of heterogeneous trading rules on the limit order book and order flows\", Journal of Economic Dynamics and Control 33, 2009; the spread of limits that goes with past volatility (γ = 1): M. Raberto, S. Cincotti, S. M. Focardi and M. Marchesi, \"Agent-based simulation of a financial market\", Physica A 299, 2001",
        /// g1: the weight of the way back to the fundamental value.
        fundamentalist: PerAgent = PerAgent::constant(1.0), within 0.0..=1e6;
        /// g2: the weight of the trend; below zero against it.
        chartist: PerAgent = PerAgent::constant(1.0), within -1e6..=1e6;
        /// n: the weight of noise.
        noise: PerAgent = PerAgent::constant(1.0), within 0.0..=1e6;
        /// The standard deviation of ε, a return per step.
        noise_deviation: PerAgent = PerAgent::constant(0.01), within 0.0..=10.0;
        /// Whether the weights are divided by the sum of their sizes.
        normalised: bool = true;
        /// τ_f: in how many steps the price is expected to be back at the fundamental value.
        reversion_time: PerAgent = PerAgent::constant(1.0), within Bounds::above_to(0.0, 1e9), unit "steps";
        /// L: over how many past steps the trend and the volatility σ_L are measured; fractions of a step are dropped.
        window: PerAgent = PerAgent::constant(10.0), within 1.0..=100_000.0, unit "steps";
        /// τ: how far ahead the expected price is.
        horizon: PerAgent = PerAgent::constant(1.0), within Bounds::above_to(0.0, 1e6), unit "steps";
        /// How long an order stays; fractions of a step are dropped.
        lifetime: PerAgent = PerAgent::constant(50.0), within 1.0..=4e9, unit "steps";
        /// How orders are sized and priced.
        demand: Demand = Demand::Fixed;
        /// The largest k.
        margin: PerAgent = PerAgent::constant(0.05), within 0.0..1.0;
        /// γ: how noise and margin grow with the volatility seen, by this power of it; 0 for not at all.
        volatility_elasticity: PerAgent = PerAgent::constant(0.0), within 0.0..=2.0;
        /// σ̄: the volatility at which noise and margin are what `noise_deviation` and `margin` say.
        usual_volatility: PerAgent = PerAgent::constant(0.01), within Bounds::above_to(0.0, 10.0), unit "per √step";
        /// α: absolute risk aversion, for CARA demand.
        risk_aversion: PerAgent = PerAgent::constant(0.1), within Bounds::above_to(0.0, 1e9), unit "1/numeraire";
        /// The least standard deviation of returns that CARA demand, noise and margin reckon with.
        least_volatility: f64 = 0.001, within Bounds::above_to(0.0, 10.0), unit "per √step";
        /// Probability of ordering in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large orders are, where they are fixed; a share is of what could be spent at the price seen.
        order_size: OrderSize = OrderSize::default();
    }
}

struct ChiarellaIoriPolicy {
    markets: usize,
    /// g1/τ_f, g2 and n·(deviation of ε), divided by the sum of the weights where they are normalised, times τ.
    reversion: Column,
    trend: Column,
    noise: Column,
    window: Windows,
    lifetime: Column,
    margin: Column,
    agitation: Option<Agitation>,
    demand: Option<CaraDemand>,
    least_volatility: f64,
    activity: Activity,
    sizes: Sizes,
}

/// How noise and margin go with volatility: γ and σ̄.
struct Agitation {
    elasticity: Column,
    usual: Column,
}

impl Agitation {
    /// `None` where nothing grows with volatility.
    fn new(said: &ChiarellaIori, setup: &mut Setup<'_>) -> Result<Option<Self>, String> {
        let elasticity = setup.parameter("volatility_elasticity", &said.volatility_elasticity)?;
        let usual = setup.parameter("usual_volatility", &said.usual_volatility)?;
        Ok((elasticity.shared() != Some(0.0)).then_some(Self { elasticity, usual }))
    }
}

/// The draws of a market in a step: whether to order, noise, the margin or the price.
const DRAWS: u16 = 3;

/// One column made of several, constant where they all are.
fn combined(size: usize, columns: &[&Column], combine: impl Fn(usize) -> f64) -> Column {
    if size > 0 && columns.iter().all(|column| column.shared().is_some()) {
        Column::constant(combine(0))
    } else {
        Column::Each((0..size).map(combine).collect())
    }
}

impl Build for ChiarellaIori {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let g1 = setup.parameter("fundamentalist", &self.fundamentalist)?;
        let g2 = setup.parameter("chartist", &self.chartist)?;
        let n = setup.parameter("noise", &self.noise)?;
        let deviation = setup.parameter("noise_deviation", &self.noise_deviation)?;
        let reversion_time = setup.parameter("reversion_time", &self.reversion_time)?;
        let horizon = setup.parameter("horizon", &self.horizon)?;
        // The size of the weights, so that one against the trend does not make the sum vanish.
        let whole = |row: usize| g1.get(row) + g2.get(row).abs() + n.get(row);
        let scale = |row: usize| {
            let whole = if self.normalised { whole(row) } else { 1.0 };
            if whole > 0.0 { horizon.get(row) / whole } else { 0.0 }
        };
        let weights = [&g1, &g2, &n, &deviation, &reversion_time, &horizon];
        let column = |weight: &dyn Fn(usize) -> f64| combined(setup.size, &weights, |row| weight(row) * scale(row));
        let reversion = column(&|row| g1.get(row) / reversion_time.get(row));
        let trend = column(&|row| g2.get(row));
        let noise = column(&|row| n.get(row) * deviation.get(row));
        Ok(Box::new(ChiarellaIoriPolicy {
            markets: setup.markets.len(),
            reversion,
            trend,
            noise,
            window: Windows::new("window", &self.window, setup)?,
            lifetime: setup.parameter("lifetime", &self.lifetime)?.map(f64::floor),
            margin: setup.parameter("margin", &self.margin)?,
            demand: match self.demand {
                Demand::Fixed => None,
                Demand::Cara => Some(CaraDemand::new(setup.parameter("risk_aversion", &self.risk_aversion)?)),
            },
            least_volatility: self.least_volatility,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, None, setup)?,
            // Last, since parameters are drawn by their number: the others keep theirs.
            agitation: Agitation::new(self, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        true
    }
}

impl Policy for ChiarellaIoriPolicy {
    fn shape(&self, market: usize) -> Shape {
        let size = if self.demand.is_some() { None } else { self.sizes.shape(market).size };
        Shape { limit: LimitShape::Each, size, ..self.sizes.shape(market) }
    }

    /// For each market the step at which what rests is to be taken back, 0 for none.
    fn memory(&self) -> Vec<f64> {
        vec![0.0; self.markets]
    }

    fn lookback(&self) -> usize {
        self.window.longest() + 1
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let (mut expected, mut agitated) = ([0.0; CHUNK], [1.0; CHUNK]);
        for (market, seen) in view.markets.iter().enumerate() {
            if let Some(agitation) = &self.agitation {
                self.agitate(agitation, view, seen, &mut agitated);
            }
            self.expect(view, market, seen, &agitated, &mut expected);
            let mut orders = desk.market(market);
            match &self.demand {
                None => {
                    self.order(view, market, seen, (&expected, &agitated), orders.side, orders.limit);
                    self.activity.thin(view, DRAWS * market as u16, orders.side);
                    self.sizes.write(view, market, orders.side, orders.size);
                }
                Some(demand) => {
                    self.order_cara(demand, view, market, seen, &expected, &mut orders);
                    self.activity.thin(view, DRAWS * market as u16, orders.side);
                }
            }
            self.take_back(view, market, seen, memory.column(market), desk);
        }
    }
}

impl ChiarellaIoriPolicy {
    /// Writes (σ_L/σ̄)^γ, the factor on noise and margin.
    fn agitate(&self, agitation: &Agitation, view: &View<'_>, seen: &MarketView<'_>, agitated: &mut [f64; CHUNK]) {
        let rows = || view.rows.clone();
        volatility::over_windows(seen.history, self.window.chunk(rows()), &mut agitated[..view.len()]);
        let (elasticity, usual) = (agitation.elasticity.chunk(rows()), agitation.usual.chunk(rows()));
        for i in 0..view.len() {
            agitated[i] = pow(agitated[i].max(self.least_volatility) / usual[i], elasticity[i]);
        }
    }

    /// Writes r̂·τ, the expected return up to the horizon.
    fn expect(
        &self,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        agitated: &[f64; CHUNK],
        expected: &mut [f64; CHUNK],
    ) {
        let rows = || view.rows.clone();
        let gap = ln(seen.fundamental.unwrap_or(seen.price) * seen.valuation_shift / seen.price);
        let gap = if gap.is_finite() { gap } else { 0.0 };
        let mut trend = [0.0; CHUNK];
        self.window.trends(view, seen.history, &mut trend);
        let mut words = [0; CHUNK];
        view.fill(DRAWS * market as u16 + 1, &mut words);
        let (reversion, weight, noise) =
            (self.reversion.chunk(rows()), self.trend.chunk(rows()), self.noise.chunk(rows()));
        for i in 0..view.len() {
            expected[i] = reversion[i] * gap + weight[i] * trend[i] + noise[i] * agitated[i] * normal(words[i]);
        }
    }

    /// Bids below the expected price for a rise, asks above it for a fall.
    fn order(
        &self,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        (expected, agitated): (&[f64; CHUNK], &[f64; CHUNK]),
        side: &mut [i8],
        limit: &mut [f64],
    ) {
        let mut margins = [0; CHUNK];
        view.fill(DRAWS * market as u16 + 2, &mut margins);
        let margin = self.margin.chunk(view.rows.clone());
        for i in 0..view.len() {
            let sign = f64::from(i8::from(expected[i] > 0.0) - i8::from(expected[i] < 0.0));
            // No margin beyond the whole price: bids and asks stay equally likely, however agitated.
            let margin = (margin[i] * agitated[i]).min(1.0);
            let price = seen.price * exp_bulk(expected[i]) * (1.0 - sign * margin * unit(margins[i]));
            let price = if seen.tick > 0.0 { tick::no_worse(sign as i8, price, seen.tick) } else { price };
            let orders = price > 0.0 && price.is_finite();
            side[i] = sign as i8 * i8::from(orders);
            limit[i] = if orders { price } else { 0.0 };
        }
    }

    fn order_cara(
        &self,
        demand: &CaraDemand,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        expected: &[f64; CHUNK],
        orders: &mut OrdersPart<'_>,
    ) {
        let mut draws = [0; CHUNK];
        view.fill(DRAWS * market as u16 + 2, &mut draws);
        let holdings = view.holdings(market);
        let mut known = (0, 0.0);
        for i in 0..view.len() {
            let window = self.window.get(view.rows.start + i) as usize;
            if known.0 != window {
                known = (window, volatility::of_returns(seen.history, window).max(self.least_volatility));
            }
            let situation = Situation {
                expected: seen.price * exp_bulk(expected[i]),
                variance: known.1 * known.1,
                money: view.balances[i] as f64 / view.money_scale * seen.budget_share,
                tokens: holdings[i] as f64 / seen.token_scale,
            };
            let order = demand.order(view.rows.start + i, &situation, unit(draws[i]), seen);
            let (side, tokens, limit) = order.unwrap_or((Side::NONE, 0.0, 0.0));
            let atoms = tokens * seen.token_scale;
            orders.size[i] = if side < 0 { (atoms as i64).min(holdings[i]) } else { atoms as i64 };
            orders.side[i] = side * i8::from(orders.size[i] > 0);
            orders.limit[i] = limit;
        }
    }

    /// Takes back what has rested for its lifetime, and counts the lifetime of new orders. Where nothing rests there is
    /// nothing to take back.
    fn take_back(
        &self,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        ends: &mut [f64],
        desk: &mut Desk<'_, '_>,
    ) {
        let rests = seen.quotes.bid.is_some() || seen.quotes.ask.is_some();
        let (now, lifetime) = (f64::from(view.step), self.lifetime.chunk(view.rows.clone()));
        let mut over = [false; CHUNK];
        for (i, &side) in desk.market(market).side.iter().enumerate() {
            let ended = side == Side::NONE && ends[i] > 0.0 && now >= ends[i];
            over[i] = ended && rests;
            ends[i] = if side != Side::NONE {
                now + lifetime[i]
            } else if ended {
                0.0
            } else {
                ends[i]
            };
        }
        for i in (0..view.len()).filter(|&i| over[i]) {
            desk.ask(market, i, Action::Cancel);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::{Bench, assert_share, policy};
    use crate::observation::Quotes;

    const N: usize = 20_000;

    fn limits(text: &str, prices: &[f64]) -> Vec<(i8, f64)> {
        let mut bench = Bench::new(N, 1);
        bench.markets[0].price = prices[0];
        let policy = bench.start(&*policy(&format!("kind = 'chiarella_iori'\n{text}"))).unwrap();
        prices[1..].iter().for_each(|&price| bench.advance(&[price]));
        bench.markets[0].fundamental = Some(120.0);
        let orders = bench.decide(&*policy).remove(0);
        (0..N).map(|row| (orders.side[row], orders.limit_of(row, 0.0))).collect()
    }

    /// At P = 100 after 80 and 90, F = 120: r̂ = (2·ln(1.2)/4 + ln(100/80)/2)/3 and the price expected in 5 steps is
    /// 100·e^(5·r̂).
    #[test]
    fn the_expected_price_is_that_of_the_formula() {
        let text = "fundamentalist = 2\nnoise = 0\nreversion_time = 4\nwindow = 2\nhorizon = 5\nmargin = 0";
        let expected = 100.0 * (5.0 * (0.5 * 1.2_f64.ln() + 0.5 * 1.25_f64.ln()) / 3.0).exp();
        for (side, limit) in limits(text, &[80.0, 90.0, 100.0]) {
            assert!(side == 1 && (limit - expected).abs() < 1e-9, "{limit}");
        }
        // Not normalised, and against the trend: 2·ln(1.2)/4 − 3·ln(1.25)/2 < 0, so that it asks.
        let text = format!("{text}\nnormalised = false\nchartist = -3");
        let expected = 100.0 * (5.0 * (0.5 * 1.2_f64.ln() - 1.5 * 1.25_f64.ln())).exp();
        for (side, limit) in limits(&text, &[80.0, 90.0, 100.0]) {
            assert!(side == -1 && (limit - expected).abs() < 1e-9, "{limit}");
        }
    }

    #[test]
    fn margins_are_uniform_and_noise_is_normal() {
        let found = limits("chartist = 0\nnoise = 0\nhorizon = 1\nmargin = 0.2", &[100.0]);
        let below = |share: f64| found.iter().filter(|order| order.1 < 120.0 * (1.0 - share)).count();
        assert_share(below(0.05), N, 0.75);
        assert_share(below(0.15), N, 0.25);
        assert_eq!(below(0.2), 0);
        let found = limits("fundamentalist = 0\nchartist = 0\nnoise_deviation = 0.1\nmargin = 0", &[100.0]);
        assert_share(found.iter().filter(|order| order.0 > 0).count(), N, 0.5);
        // One standard deviation up: 15.87 %.
        assert_share(found.iter().filter(|order| order.1 > 100.0 * 0.1_f64.exp()).count(), N, 0.158_655_253_93);
    }

    /// After one step from 100 to 110 the volatility is ln 1.1 over any window: twice the usual one, to the power 0.5.
    #[test]
    fn noise_and_margin_grow_with_the_volatility_seen() {
        let agitated = format!("volatility_elasticity = 0.5\nusual_volatility = {}", 0.5 * 1.1_f64.ln());
        let factor = 2.0_f64.sqrt();
        let text = "fundamentalist = 0\nchartist = 0\nnoise_deviation = 0.1\nmargin = 0";
        let found = limits(&format!("{text}\n{agitated}"), &[100.0, 110.0]);
        let above = |deviation: f64| found.iter().filter(|order| order.1 > 110.0 * deviation.exp()).count();
        assert_share(above(0.1 * factor), N, 0.158_655_253_93);
        let found = limits(&format!("chartist = 0\nnoise = 0\nmargin = 0.2\n{agitated}"), &[100.0, 110.0]);
        let below = |share: f64| found.iter().filter(|order| order.1 < 120.0 * (1.0 - share)).count();
        assert_share(below(0.1 * factor), N, 0.5);
        assert_eq!(below(0.2 * factor), 0);
        // At a price that stood still it is the least volatility.
        let text = format!("{text}\nvolatility_elasticity = 1\nusual_volatility = 0.004\nleast_volatility = 0.002");
        let found = limits(&text, &[100.0, 100.0]);
        assert_share(found.iter().filter(|order| order.1 > 100.0 * 0.05_f64.exp()).count(), N, 0.158_655_253_93);
    }

    #[test]
    fn an_order_is_taken_back_when_its_lifetime_is_over() {
        let text = "kind = 'chiarella_iori'\nactivity = {kind = 'column', file = 'f', column = 'c'}\nlifetime = 3";
        let mut bench = Bench::new(1, 1);
        // The column's first value is 0.25: in some step the agent orders, and then not for a while.
        let policy = bench.start(&*policy(text)).unwrap();
        bench.markets[0].quotes = Quotes { bid: Some(1.0), ..Quotes::default() };
        let mut placed = None;
        for step in 0..200_u32 {
            let ordered = bench.decide(&*policy)[0].side[0] != 0;
            let cancelled = !bench.commands[0].is_empty();
            assert_eq!(cancelled, placed == Some(step.wrapping_sub(3)) && !ordered, "step {step}");
            placed = if ordered { Some(step) } else { placed };
            bench.advance(&[1.0]);
        }
    }
}
