//! The logistic policy: buying and selling probabilities in price against a private valuation.

use std::ops::Range;

use walras_catalog::{Bounds, entry};
use walras_market::order::Shape;
use walras_numerics::Column;
use walras_numerics::draw::unit;
use walras_numerics::elementary::exp_bulk;

use super::reference::Reference;
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
        valuation: PerAsset, within Bounds::above(0.0), unit "numeraire/token or multiples";
        /// Whether valuations are prices or multiples of the fundamental value.
        relative_to: Reference = Reference::Numeraire;
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
    relative_to: Reference,
    sensitivity: Column,
    /// Half the activity: the coin between buying and selling is fair.
    half_activity: Column,
    /// β·spread, unless no agent has a spread.
    spread: Option<Column>,
    inventory: Option<Inventory>,
    sizes: Sizes,
}

struct Inventory {
    aversion: Column,
    target: Column,
}

impl Build for Logistic {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let valuation = self.valuation.parameters("valuation", setup)?;
        let sensitivity = setup.parameter("sensitivity", &self.sensitivity)?;
        let half_activity = setup.parameter("activity", &self.activity)?.map(|activity| 0.5 * activity);
        let spread = setup.parameter("spread", &self.spread)?;
        let aversion = setup.parameter("inventory_aversion", &self.inventory_aversion)?;
        let target = setup.parameter("inventory_target", &self.inventory_target)?;
        let spread = (spread.shared() != Some(0.0)).then(|| product(setup.size, &spread, &sensitivity));
        let inventory = (aversion.shared() != Some(0.0)).then_some(Inventory { aversion, target });
        let sizes = Sizes::new(&self.order_size, self.slippage, setup)?;
        let relative_to = self.relative_to;
        Ok(Box::new(LogisticPolicy { valuation, relative_to, sensitivity, half_activity, spread, inventory, sizes }))
    }

    fn needs_fundamental(&self) -> bool {
        self.relative_to == Reference::Fundamental
    }
}

fn product(size: usize, a: &Column, b: &Column) -> Column {
    match (a.shared(), b.shared()) {
        (Some(a), Some(b)) => Column::constant(a * b),
        _ => Column::Each((0..size).map(|row| a.get(row) * b.get(row)).collect()),
    }
}

impl Policy for LogisticPolicy {
    fn shape(&self, market: usize) -> Shape {
        self.sizes.shape(market)
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            // A price of zero makes any valuation infinitely high; the bound keeps zero sensitivity indifferent.
            let worth = (self.relative_to.unit(seen) / seen.price).min(WORTH_MAX);
            // Room for all of a chunk's words would cost a small cohort as much as its draws.
            let mut words = [0; RUN];
            for start in (0..view.len()).step_by(RUN) {
                let within = start..(start + RUN).min(view.len());
                let words = &mut words[..within.len()];
                let ahead = view.rows.start + start + 2 * RUN;
                self.valuation[market].prefetch(ahead..ahead + RUN);
                view.fill_run(market as u16, start, words);
                self.decide_run(view, market, within.clone(), worth, words, &mut orders.side[within]);
            }
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

/// Agents that are drawn for and decided at a time, a tile of draws: so few that what is prefetched meanwhile comes
/// without waiting.
const RUN: usize = 64;

/// The largest multiple of the price that a valuation counts as.
const WORTH_MAX: f64 = 1e150;

impl LogisticPolicy {
    /// Decides for the chunk's agents `within`, given a word for each of them.
    fn decide_run(
        &self,
        view: &View<'_>,
        market: usize,
        within: Range<usize>,
        worth: f64,
        words: &[u32],
        side: &mut [i8],
    ) {
        let rows = || view.rows.start + within.start..view.rows.start + within.end;
        let valuation = self.valuation[market].chunk(rows());
        let (sensitivity, half_activity) = (self.sensitivity.chunk(rows()), self.half_activity.chunk(rows()));
        if self.spread.is_some() || self.inventory.is_some() {
            let (mut shift, mut stake) = ([0.0; RUN], [0.0; RUN]);
            self.write_shift(rows(), &mut shift);
            self.write_stake(view, market, within, &mut stake);
            for (i, side) in side.iter_mut().enumerate() {
                let against = sensitivity[i] * (1.0 - valuation[i] * worth) + stake[i];
                let (e, f) = (exp_bulk(shift[i] + against), exp_bulk(shift[i] - against));
                *side = choose(words[i], half_activity[i], e, f);
            }
            return;
        }
        match (self.sensitivity.shared(), self.half_activity.shared()) {
            (Some(beta), Some(half)) => decide_alike(words, valuation, beta, half, worth, side),
            _ => decide_plain(words, valuation, sensitivity, half_activity, worth, side),
        }
    }

    /// What speaks against buying and against selling alike: β·spread.
    fn write_shift(&self, rows: Range<usize>, shift: &mut [f64; RUN]) {
        if let Some(spread) = &self.spread {
            shift[..rows.len()].copy_from_slice(spread.chunk(rows));
        }
    }

    /// What speaks against buying and for selling besides the price: γ·(w − w*).
    fn write_stake(&self, view: &View<'_>, market: usize, within: Range<usize>, stake: &mut [f64; RUN]) {
        let rows = || view.rows.start + within.start..view.rows.start + within.end;
        let Some(inventory) = &self.inventory else { return };
        let (aversion, target) = (inventory.aversion.chunk(rows()), inventory.target.chunk(rows()));
        let seen = &view.markets[market];
        let value = seen.price / seen.token_scale * view.money_scale;
        let held = view.balances[within.clone()].iter().zip(&view.holdings(market)[within]);
        for (i, (&balance, &holding)) in held.enumerate() {
            let invested = holding as f64 * value;
            let wealth = invested + balance as f64;
            let share = if wealth > 0.0 { invested / wealth } else { 0.0 };
            stake[i] = aversion[i] * (share - target[i]);
        }
    }
}

/// Buys in the lower part of the unit interval, sells in the upper: with u the word as a number in [0, 1), buys
/// when u < ½·activity·1/(1 + e) and sells when 1 − u ≤ ½·activity·1/(1 + f), multiplied out.
#[inline(always)]
fn choose(word: u32, half_activity: f64, e: f64, f: f64) -> i8 {
    let u = unit(word);
    let buy = u * (1.0 + e) < half_activity;
    let sell = (1.0 - u) * (1.0 + f) <= half_activity;
    i8::from(buy) - i8::from(sell)
}

/// Agents who differ in more than their valuation; see [`side_of`].
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
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
        side[i] = side_of(words[i], valuation[i] * worth, sensitivity[i], half_activity[i]);
    }
}

/// Agents who differ in their valuation alone; see [`side_of`].
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn decide_alike(words: &[u32], valuation: &[f64], sensitivity: f64, half_activity: f64, worth: f64, side: &mut [i8]) {
    let len = side.len();
    let (words, valuation) = (&words[..len], &valuation[..len]);
    for i in 0..len {
        side[i] = side_of(words[i], valuation[i] * worth, sensitivity, half_activity);
    }
}

/// Without spread and inventory one exponential serves both sides: f = 1/e, and (1 + 1/e)·(1 − u) ≤ a is
/// (1 + e)·(1 − u) ≤ a·e.
#[inline(always)]
fn side_of(word: u32, relative_value: f64, sensitivity: f64, half_activity: f64) -> i8 {
    let e = exp_bulk(sensitivity * (1.0 - relative_value));
    let u = unit(word);
    let scale = 1.0 + e;
    let buy = u * scale < half_activity;
    let sell = (1.0 - u) * scale <= half_activity * e;
    i8::from(buy) - i8::from(sell)
}

#[cfg(test)]
mod tests {
    use walras_numerics::elementary::logistic;
    use walras_numerics::{Keys, Purpose};

    use super::*;
    use crate::bench::{Bench, assert_share, count, policy};

    const N: usize = 100_000;

    /// Sides of `N` alike agents at a price of 1, and how many buy and sell.
    fn sides(text: &str, change: impl Fn(&mut Bench)) -> (Vec<i8>, (usize, usize)) {
        let mut bench = Bench::new(N, 1);
        change(&mut bench);
        let policy = bench.start(&*policy(text)).unwrap();
        let side = bench.decide(&*policy).remove(0).side;
        let counted = count(&side);
        (side.to_vec(), counted)
    }

    #[test]
    fn shares_of_buyers_and_sellers_are_half_the_activity_times_h() {
        for (valuation, sensitivity, activity) in [(1.0, 4.0, 1.0), (1.2, 4.0, 0.6), (0.7, 2.0, 1.0), (3.0, 0.0, 0.3)] {
            let text = format!(
                "kind = 'logistic'\nvaluation = {valuation}\nsensitivity = {sensitivity}\nactivity = {activity}"
            );
            let (_, (buyers, sellers)) = sides(&text, |_| {});
            let h = logistic(sensitivity * (valuation - 1.0));
            assert_share(buyers, N, 0.5 * activity * h);
            assert_share(sellers, N, 0.5 * activity * (1.0 - h));
        }
    }

    #[test]
    fn with_spread_and_inventory_the_shares_are_those_of_the_formula() {
        // Half of an agent's wealth of 20 stands in the token: w − w* = 0.5 − 0.2.
        let text = "kind = 'logistic'\nvaluation = 1.3\nsensitivity = 3.0\nspread = 0.25\ninventory_aversion = 1.5\n\
                    inventory_target = 0.2";
        let (_, (buyers, sellers)) = sides(text, |bench| bench.balances.fill(1_000));
        let z = 3.0 * (0.3 - 0.25) - 1.5 * (0.5 - 0.2);
        assert_share(buyers, N, 0.5 * logistic(z));
        assert_share(sellers, N, 0.5 * logistic(-(z + 2.0 * 3.0 * 0.25)));
    }

    /// A spread so wide that e^(β·spread) passes the largest number once made certain sellers of everyone.
    #[test]
    fn behind_a_wide_spread_nobody_acts() {
        let text = "kind = 'logistic'\nvaluation = 1.0\nsensitivity = 1000.0\nspread = 1.0";
        assert_eq!(sides(text, |_| {}).1, (0, 0));
    }

    #[test]
    fn a_spread_and_an_aversion_next_to_nothing_change_nothing() {
        let base = "kind = 'logistic'\nvaluation = {kind = 'uniform', low = 0.5, high = 1.5}";
        let near_zero = format!("{base}\nspread = 1e-13\ninventory_aversion = 1e-13");
        assert_eq!(sides(base, |_| {}).0, sides(&near_zero, |_| {}).0);
    }

    #[test]
    fn valuations_relative_to_the_fundamental_move_with_it_and_with_shifts() {
        let absolute = sides("kind = 'logistic'\nvaluation = 1.8", |_| {}).0;
        let relative = "kind = 'logistic'\nvaluation = 0.6\nrelative_to = 'fundamental'";
        let set = |bench: &mut Bench| {
            bench.markets[0].fundamental = Some(1.5);
            bench.markets[0].valuation_shift = 2.0;
        };
        assert_eq!(absolute, sides(relative, set).0);
        assert!(policy(relative).needs_fundamental());
    }

    #[test]
    fn at_a_price_of_zero_the_indifferent_stay_indifferent_and_the_rest_buy() {
        let free = |bench: &mut Bench| bench.markets[0].price = 0.0;
        let (_, (buyers, sellers)) = sides("kind = 'logistic'\nvaluation = 1.0\nsensitivity = 0.0", free);
        assert_share(buyers, N, 0.25);
        assert_share(sellers, N, 0.25);
        let (_, (buyers, sellers)) = sides("kind = 'logistic'\nvaluation = 1.0", free);
        assert_share(buyers, N, 0.5);
        assert_eq!(sellers, 0);
    }

    /// The kernel as it runs here, vector instructions or not, against the same formula one agent at a time.
    #[test]
    fn the_kernel_gives_the_same_sides_as_a_plain_loop() {
        for len in [1, 7, 64, 1000, 1024] {
            let mut words = vec![0; len];
            Keys::new(3).fill(Purpose::decision(0), 0, 5, &mut words);
            let column = |low: f64, step: f64| (0..len).map(|i| low + step * (i % 97) as f64).collect::<Vec<_>>();
            let (valuation, sensitivity, half) = (column(0.2, 0.03), column(0.0, 0.2), column(0.0, 0.005));
            let mut side = vec![9; len];
            decide_plain(&words, &valuation, &sensitivity, &half, 1.0 / 1.4, &mut side);
            let plain = |i: usize| {
                let e = exp_bulk(sensitivity[i] * (1.0 - valuation[i] * (1.0 / 1.4)));
                let u = f64::from(words[i]) / 4_294_967_296.0;
                if u * (1.0 + e) < half[i] {
                    1
                } else if (1.0 - u) * (1.0 + e) <= half[i] * e {
                    -1
                } else {
                    0
                }
            };
            assert_eq!(side, (0..len).map(plain).collect::<Vec<i8>>());
            let (mut alike, ones) = (vec![9; len], vec![3.0; len]);
            decide_alike(&words, &valuation, 3.0, 0.3, 1.0 / 1.4, &mut alike);
            decide_plain(&words, &valuation, &ones, &vec![0.3; len], 1.0 / 1.4, &mut side);
            assert_eq!(alike, side);
        }
    }

    #[test]
    fn an_order_of_a_share_is_of_what_can_be_spent_or_is_held() {
        let text = "kind = 'logistic'\nvaluation = 1.0\nslippage = 0.25\norder_size = {amount = 0.5, unit = 'share'}";
        let mut bench = Bench::new(N, 2);
        bench.markets[0].price = 2.0;
        let policy = bench.start(&*policy(text)).unwrap();
        let orders = bench.decide(&*policy);
        let walras_numerics::Column::Each(sizes) = &orders[0].size else { panic!("shares differ between sides") };
        // Half of half of 1,000 at 2·1.25 = 100 tokens; half of 10 tokens.
        for (side, &size) in orders[0].side.iter().zip(sizes).filter(|(side, _)| **side != 0) {
            assert_eq!(size, if *side > 0 { 100_000_000 } else { 5_000_000 });
        }
        let (buyers, sellers) = count(&orders[0].side);
        assert!(buyers > 0 && sellers > 0);
    }
}
