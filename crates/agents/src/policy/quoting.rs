//! Quotes on both sides, as large as money, tokens and bounds on the inventory allow: a part of what market makers say.

use walras_ledger::Atoms;
use walras_market::command::{Action, Quote};
use walras_market::order::Side;
use walras_numerics::Column;

use super::sizing::{OrderSize, Sizes};
use super::{Desk, Memory, tick};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

/// How a cohort's agents turn two prices into quotes.
#[derive(Debug, Clone)]
pub struct Quoting {
    sizes: Sizes,
    /// The least and the greatest inventory, tokens.
    least: Column,
    greatest: Column,
    /// The relative move of a price below which quotes stay.
    tolerance: Column,
}

impl Quoting {
    /// How many memory columns an agent needs for each market: bid, ask and holding when it last quoted.
    pub const COLUMNS: usize = 3;
    /// The initial values of these columns: no quotes, so that it quotes at once.
    pub const MEMORY: [f64; Self::COLUMNS] = [-1.0, -1.0, 0.0];

    /// Draws what limits a cohort's quotes.
    ///
    /// # Errors
    /// When a parameter cannot be drawn.
    pub fn new(
        size: &OrderSize,
        [least, greatest]: [&PerAgent; 2],
        tolerance: &PerAgent,
        setup: &mut Setup<'_>,
    ) -> Result<Self, String> {
        let sizes = Sizes::new(size, None, setup)?;
        let least = setup.parameter("inventory_min", least)?;
        let greatest = setup.parameter("inventory_max", greatest)?;
        let tolerance = setup.parameter("tolerance", tolerance)?;
        match (0..setup.size).find(|&row| least.get(row) > greatest.get(row)) {
            None => Ok(Self { sizes, least, greatest, tolerance }),
            Some(row) => Err(format!(
                "agent {row} has an `inventory_min` of {} tokens, above its `inventory_max` of {}",
                least.get(row),
                greatest.get(row)
            )),
        }
    }

    /// How far the greatest inventory of the agent at `row` is above `target`, in tokens.
    #[must_use]
    pub fn reach(&self, row: usize, target: f64) -> f64 {
        self.greatest.get(row) - target
    }

    /// Where a holding is between the bounds: −1 at the least or below, 0 at `target`, 1 at the greatest or above.
    #[must_use]
    pub fn fullness(&self, row: usize, holding: f64, target: f64) -> f64 {
        let away = holding - target;
        let room = if away > 0.0 { self.greatest.get(row) - target } else { target - self.least.get(row) };
        if room > 0.0 { (away / room).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// Asks for quotes of the chunk's agent `i` at these prices or the next on the grid farther apart; `None` and prices
    /// that are none quote nothing on that side. Quotes that would hardly move stay as they are.
    pub fn quote(
        &self,
        view: &View<'_>,
        market: usize,
        i: usize,
        [bid, ask]: [Option<f64>; 2],
        memory: &mut Memory<'_, '_>,
        desk: &mut Desk<'_, '_>,
    ) {
        let seen = &view.markets[market];
        let proper = |price: &f64| *price > 0.0 && price.is_finite();
        let ask = ask.map(|price| tick::at_least(price, seen.tick)).filter(proper);
        let bid = bid.map(|price| tick::at_most(price, seen.tick)).filter(proper);
        let bid = bid.filter(|bid| ask.is_none_or(|ask| *bid < ask));
        let quoted = |price: Option<f64>, size: Atoms| price.filter(|_| size > 0).map(|price| Quote { price, size });
        let bid = bid.and_then(|price| quoted(Some(price), self.size(view, market, i, Side::BUY, price)));
        let ask = ask.and_then(|price| quoted(Some(price), self.size(view, market, i, Side::SELL, price)));
        let [last_bid, last_ask, last_holding] = memory.columns_from(Self::COLUMNS * market);
        let (holding, tolerance) = (view.holdings(market)[i] as f64, self.tolerance.get(view.rows.start + i));
        let prices = [bid, ask].map(|quote| quote.map_or(0.0, |quote| quote.price));
        let stays = |last: f64, now: f64| (now - last).abs() <= tolerance * last && (last > 0.0) == (now > 0.0);
        let quotes = tolerance <= 0.0
            || holding != last_holding[i]
            || !(stays(last_bid[i], prices[0]) && stays(last_ask[i], prices[1]));
        if quotes {
            (last_bid[i], last_ask[i], last_holding[i]) = (prices[0], prices[1], holding);
            desk.ask(market, i, Action::Quote { bid, ask });
        }
    }

    /// How many atoms the agent may quote on a side at `price`.
    fn size(&self, view: &View<'_>, market: usize, i: usize, side: i8, price: f64) -> Atoms {
        let (seen, row) = (&view.markets[market], view.rows.start + i);
        let holding = view.holdings(market)[i];
        let affordable = view.balances[i] as f64 / view.money_scale * seen.budget_share * seen.token_scale
            / (price * (1.0 + seen.buy_fee));
        let wanted = self.sizes.wanted(row, side, affordable, holding as f64, seen.token_scale);
        let (least, greatest) = (self.least.get(row) * seen.token_scale, self.greatest.get(row) * seen.token_scale);
        let room = if side > 0 { greatest - holding as f64 } else { holding as f64 - least };
        let most = if side > 0 { affordable } else { holding as f64 };
        let size = wanted.min(room).min(most).max(0.0) as Atoms;
        if side > 0 { size } else { size.min(holding) }
    }
}
