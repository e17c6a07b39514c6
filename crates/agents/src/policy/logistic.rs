//! The logistic policy: buying and selling probabilities in price against a private valuation.

use multiversion::multiversion;
use walras_catalog::{Bounds, entry};
use walras_market::order::Shape;
use walras_numerics::elementary::{exp, exp_bulk};
use walras_numerics::{CHUNK, Column};

use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Buys more likely the cheaper the token seems, sells more likely the dearer.
    ///
    /// Each step an agent considers, by a fair coin, either buying or selling; it then acts with probability
    /// activity·h. The valuation v is the agent's own; an event may shift it. With an inventory aversion γ above
    /// zero an agent is the less eager to buy the more its wealth already stands in the token beyond its target w*.
    pub struct Logistic = "logistic" {
        formula: "h_buy = 1/(1 + e^(−z)), h_sell = 1/(1 + e^(z + 2·β·spread)), z = β·((v − P)/P − spread) − γ·(w − w*)",
        source: "logit choice: D. McFadden, \"Conditional logit analysis of qualitative choice behavior\", 1974",
        /// v: what a token is worth to the agent.
        valuation: PerAsset, within Bounds::above(0.0), unit "numeraire/token";
        /// β: how sharply the probabilities answer to the relative mispricing (v − P)/P.
        sensitivity: PerAgent = PerAgent::constant(4.0), within 0.0..=1e6;
        /// Probability of acting when buying or selling is certain to be liked.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// Relative mispricing within which neither side is liked more than by half.
        spread: PerAgent = PerAgent::constant(0.0), within 0.0..=100.0;
        /// γ: how strongly the share of wealth held in the token holds back further buying.
        inventory_aversion: PerAgent = PerAgent::constant(0.0), within 0.0..=1e6;
        /// w*: the share of wealth in the token that the agent is comfortable with.
        inventory_target: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// How large orders are.
        order_size: OrderSize = OrderSize::default();
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct LogisticPolicy {
    valuation: Vec<Column>,
    sensitivity: Column,
    /// Half the activity: the coin between buying and selling is fair.
    half_activity: Column,
    spread: Option<Spread>,
    inventory: Option<Inventory>,
    sizes: Sizes,
    slippage: Option<f64>,
}

struct Spread {
    /// β·spread.
    shift: Column,
    /// e^(2·β·spread).
    odds: Column,
}

struct Inventory {
    aversion: Column,
    target: Column,
}

impl Build for Logistic {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let valuation = self.valuation.columns(setup)?;
        let sensitivity = setup.column(&self.sensitivity)?;
        let half_activity = setup.column(&self.activity)?.map(|activity| 0.5 * activity);
        let spread = setup.column(&self.spread)?;
        let aversion = setup.column(&self.inventory_aversion)?;
        let target = setup.column(&self.inventory_target)?;
        let spread = (spread.shared() != Some(0.0)).then(|| {
            let shift = zip(setup.size, &spread, &sensitivity, |spread, sensitivity| spread * sensitivity);
            let odds = shift.map(|shift| exp((2.0 * shift).min(700.0)));
            Spread { shift, odds }
        });
        let inventory = (aversion.shared() != Some(0.0)).then_some(Inventory { aversion, target });
        let sizes = Sizes::new(&self.order_size, setup)?;
        Ok(Box::new(LogisticPolicy {
            valuation,
            sensitivity,
            half_activity,
            spread,
            inventory,
            sizes,
            slippage: self.slippage,
        }))
    }
}

fn zip(size: usize, a: &Column, b: &Column, f: impl Fn(f64, f64) -> f64) -> Column {
    match (a.shared(), b.shared()) {
        (Some(a), Some(b)) => Column::constant(f(a, b)),
        _ => Column::Each((0..size).map(|row| f(a.get(row), b.get(row))).collect()),
    }
}

impl Policy for LogisticPolicy {
    fn shape(&self, market: usize) -> Shape {
        self.sizes.shape(market, self.slippage)
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let mut words = [0; CHUNK];
        let words = &mut words[..view.len()];
        let rows = || view.rows.clone();
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            view.fill(market as u16, words);
            let valuation = self.valuation[market].chunk(rows());
            let (sensitivity, half_activity) = (self.sensitivity.chunk(rows()), self.half_activity.chunk(rows()));
            if self.spread.is_none() && self.inventory.is_none() {
                let worth = seen.valuation_shift / seen.price;
                decide_plain(words, valuation, sensitivity, half_activity, worth, orders.side);
            } else {
                let mut held_back = [0.0; CHUNK];
                let mut odds = [1.0; CHUNK];
                self.hold_back(view, market, &mut held_back);
                if let Some(spread) = &self.spread {
                    odds[..view.len()].copy_from_slice(spread.odds.chunk(rows()));
                }
                for (i, side) in orders.side.iter_mut().enumerate() {
                    let mispricing = valuation[i] * seen.valuation_shift / seen.price - 1.0;
                    let e = exp_bulk(held_back[i] - sensitivity[i] * mispricing);
                    *side = choose(words[i], half_activity[i], e, odds[i] / e);
                }
            }
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

impl LogisticPolicy {
    /// What speaks against buying besides the price: β·spread + γ·(w − w*).
    fn hold_back(&self, view: &View<'_>, market: usize, held_back: &mut [f64; CHUNK]) {
        let rows = || view.rows.clone();
        if let Some(spread) = &self.spread {
            held_back[..view.len()].copy_from_slice(spread.shift.chunk(rows()));
        }
        let Some(inventory) = &self.inventory else { return };
        let (aversion, target) = (inventory.aversion.chunk(rows()), inventory.target.chunk(rows()));
        let seen = &view.markets[market];
        let value = seen.price / seen.token_scale * view.money_scale;
        for (i, (&balance, &holding)) in view.balances.iter().zip(view.holdings(market)).enumerate() {
            let invested = holding as f64 * value;
            let wealth = invested + balance as f64;
            let share = if wealth > 0.0 { invested / wealth } else { 0.0 };
            held_back[i] += aversion[i] * (share - target[i]);
        }
    }
}

/// Buys in the lower part of the unit interval, sells in the upper: with u the word as a number in [0, 1), buys
/// when u < ½·activity·1/(1 + e) and sells when 1 − u ≤ ½·activity·1/(1 + f), multiplied out.
#[inline(always)]
fn choose(word: u32, half_activity: f64, e: f64, f: f64) -> i8 {
    let u = f64::from(word) * (1.0 / 4_294_967_296.0);
    let buy = u * (1.0 + e) < half_activity;
    let sell = (1.0 - u) * (1.0 + f) <= half_activity;
    i8::from(buy) - i8::from(sell)
}

/// Without spread and inventory one exponential serves both sides: f = 1/e, and (1 + 1/e)·(1 − u) ≤ a is
/// (1 + e)·(1 − u) ≤ a·e.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))]
fn decide_plain(
    words: &[u32],
    valuation: &[f64],
    sensitivity: &[f64],
    half_activity: &[f64],
    worth: f64,
    side: &mut [i8],
) {
    let len = side.len();
    let (words, valuation) = (&words[..len], &valuation[..len]);
    let (sensitivity, half_activity) = (&sensitivity[..len], &half_activity[..len]);
    for i in 0..len {
        let e = exp_bulk(sensitivity[i] * (1.0 - valuation[i] * worth));
        let u = f64::from(words[i]) * (1.0 / 4_294_967_296.0);
        let scale = 1.0 + e;
        let buy = u * scale < half_activity[i];
        let sell = (1.0 - u) * scale <= half_activity[i] * e;
        side[i] = i8::from(buy) - i8::from(sell);
    }
}
