//! How an order gets into a book: what it is in ticks and lots, whether it is let in, and what it takes.
//!
//! What an agent asks one order at a time (place, take back, replace) is here too. Each such wish draws first on what was
//! locked for it and then on what the agent's earlier wishes of the turn have freed, which is known only here: an order that
//! was to be taken back may have traded since its agent decided.

use walras_ledger::Atoms;
use walras_market::book::rules::SLICES_MAX;
use walras_market::book::{Command, Kind, Order, Outcome, Phase, Placed, Session, Side, Standing, Step};
use walras_market::command::Placement;
use walras_market::manner::{Execution, Manner};
use walras_market::order::{Rejection, Side as Sign};
use walras_market::terms::Terms;

use super::book::{OnBook, reason};
use super::results::{Declared, Results};

/// An order as it is asked for; prices in numeraire atoms for one atom of the asset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) side: Side,
    pub(super) size: Atoms,
    pub(super) limit: f64,
    /// Whether it has no limit of its own, and the one above is what its trader can pay.
    pub(super) at_any_price: bool,
    pub(super) stop: Option<f64>,
    pub(super) manner: Manner,
}

impl Asked {
    /// An order of a cohort that declared how its orders are carried out; `unit` is numeraire atoms for one atom in one
    /// numeraire per token.
    pub(super) fn of(declared: &Declared, side: Side, limit: f64, size: Atoms, unit: f64) -> Self {
        let sign = if side == Side::Buy { Sign::BUY } else { Sign::SELL };
        let stop = declared.stop(sign).map(|stop| stop * unit);
        let limit = limit * unit;
        Self { side, size, limit, at_any_price: false, stop, manner: declared.manner }
    }
}

/// An order in ticks and lots, that a book can carry out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wished {
    pub(super) side: Side,
    pub(super) price: i64,
    pub(super) lots: i64,
    at_any_price: bool,
    stop: Option<i64>,
    /// Lots shown at a time, where not all are.
    display: Option<i64>,
    manner: Manner,
}

impl Wished {
    /// Whether nothing of it can stand.
    fn never_stands(&self) -> bool {
        self.at_any_price || self.manner.is_fleeting()
    }

    /// The kind of order that it is for the book, in an auction or not.
    fn kind(&self, auction: bool) -> Kind {
        let Self { side, price, at_any_price, manner, .. } = *self;
        let fleeting = manner.is_fleeting();
        match (self.stop, manner.execution) {
            (Some(stop), _) if at_any_price && side == Side::Sell => Kind::Stop { stop },
            (Some(stop), _) if at_any_price || fleeting => Kind::StopImmediate { stop, price },
            (Some(stop), _) => Kind::StopLimit { stop, price },
            (None, Execution::FillOrKill) => Kind::FillOrKill { price },
            (None, _) if auction && at_any_price => Kind::Limit { price },
            (None, _) if at_any_price || fleeting => Kind::ImmediateOrCancel { price },
            (None, Execution::PostOnly) => Kind::PostOnly { price },
            _ => match self.display {
                Some(display) => Kind::Iceberg { price, display },
                None => Kind::Limit { price },
            },
        }
    }
}

/// What an order that is added may take.
#[derive(Debug, Clone, Copy)]
pub struct Funds {
    /// Atoms of money and of the asset that were locked for it.
    pub locked: [Atoms; 2],
    /// What the market takes from trades.
    pub terms: Terms,
    /// Atoms of money that fees rounded up may come to for one atom of the asset.
    pub rounding: f64,
}

impl OnBook {
    /// The order in ticks and lots: a limit is rounded in its trader's favour, a stop away from the market, sizes down.
    pub(super) fn wished(&self, asked: &Asked) -> Result<Wished, Rejection> {
        let Asked { side, size, at_any_price, manner, .. } = *asked;
        manner.check(asked.stop.is_some()).map_err(|_| Rejection::NotOffered)?;
        let (mut price, lots) = self.on_grid(side, asked.limit, size)?;
        if at_any_price && asked.stop.is_none() {
            // At any price that the market allows.
            let (low, high) = self.book.band();
            price = if side == Side::Buy { price.min(high) } else { price.max(low) };
        }
        let stop = asked.stop.map(|stop| self.stop_on_grid(side, stop)).transpose()?;
        let display = manner.displayed.map(|displayed| displayed / self.grid().lot()).filter(|&shown| shown < lots);
        if display.is_some_and(|shown| shown == 0 || lots > shown.saturating_mul(SLICES_MAX.into())) {
            return Err(Rejection::BadSize);
        }
        Ok(Wished { side, price, lots, at_any_price, stop, display, manner })
    }

    fn stop_on_grid(&self, side: Side, stop: f64) -> Result<i64, Rejection> {
        if !stop.is_finite() {
            return Err(Rejection::NotFinite);
        }
        let highest = i64::from(self.book.rules().price_max);
        // A buyer's stop is rounded up and a seller's down: neither enters before the price it named.
        let ticks = self.grid().ticks_within(side.opposite(), stop);
        ticks.filter(|&ticks| ticks <= highest).ok_or(Rejection::OffGrid)
    }

    /// Whether an order is let in, asked before anything is taken back for it where `clears` says that something is.
    pub(super) fn admits(&self, place: u32, wished: &Wished, clears: bool) -> Result<(), Rejection> {
        let phase = self.book.phase();
        if phase == Phase::Closed {
            return Err(Rejection::Halted);
        }
        let Wished { side, price, at_any_price, manner, .. } = *wished;
        let call = self.book.rules().session == Session::CallAuction;
        if wished.stop.is_some() {
            // Where all trade at once, an order that trades at once or never has no moment to enter in.
            return if call && wished.never_stands() && !(at_any_price && side == Side::Sell) {
                Err(Rejection::NotOffered)
            } else {
                Ok(())
            };
        }
        let (low, high) = self.book.band();
        let worse = self.best_only && !wished.never_stands() && self.is_worse(side, price);
        if !(low..=high).contains(&price) || worse {
            return Err(Rejection::OutsideBand);
        }
        let whole = manner.execution == Execution::FillOrKill;
        if phase == Phase::Auction {
            // An order at any price takes part in the auction as it can.
            let impossible = whole || manner.is_fleeting() && !at_any_price;
            return if impossible { Err(Rejection::NotOffered) } else { Ok(()) };
        }
        if manner.execution == Execution::PostOnly
            && (at_any_price || clears && self.meets(place, wished).next().is_some())
        {
            return Err(Rejection::WouldTake);
        }
        if whole && clears {
            let mut lots = 0;
            let fills = self.meets(place, wished).any(|order| {
                lots += i64::from(order.open());
                lots >= wished.lots
            });
            return if fills { Ok(()) } else { Err(Rejection::CannotFill) };
        }
        Ok(())
    }

    /// The others' orders that an order would trade with, the best first.
    fn meets(&self, place: u32, wished: &Wished) -> impl Iterator<Item = Standing> + '_ {
        let (side, limit) = (wished.side, wished.price);
        let within = move |order: &Standing| order.price.is_none_or(|price| side.accepts(limit, price));
        self.book.orders(side.opposite()).take_while(within).filter(move |order| order.trader != place)
    }

    /// Puts an order into the book: what it traded and what stands, or `None` where it waits for a price.
    pub(super) fn place(
        &mut self,
        place: u32,
        wished: &Wished,
        results: &mut Results,
    ) -> Result<Option<Placed>, Rejection> {
        let lifetime = wished.manner.lifetime.or(self.lifetime);
        let step = self.book.step();
        let until = lifetime.map_or(Order::FOREVER, |steps| step + Step::from(steps));
        let auction = self.book.auction_ends();
        let until = match auction {
            Some(end) if wished.at_any_price && wished.stop.is_none() => end,
            _ => until,
        };
        let kind = wished.kind(auction.is_some());
        // Where orders stand to the end of their step, those that say nothing else are cleared then, all at once.
        let cleared = self.lifetime == Some(0) && wished.manner.lifetime.is_none() && until == step;
        let order = Order {
            until: if cleared { Order::FOREVER } else { until },
            ..Order::new(self.next, place, wished.side, kind, wished.lots)
        };
        self.next += 1;
        self.touched.push(place);
        if until == step && auction.is_some() && wished.never_stands() {
            self.fleeting.push((order.id, place));
        }
        match self.carry_out(&Command::Place(order), results) {
            Outcome::Placed(placed) => {
                if self.best_only && placed.resting > 0 {
                    self.keep_only(wished.side, order.id);
                }
                Ok(Some(placed))
            }
            Outcome::Rejected(why) => Err(reason(why)),
            Outcome::Waiting | Outcome::Cancelled { .. } | Outcome::Replaced { .. } => Ok(None),
        }
    }

    /// Adds an order to what a trader has in the book.
    pub(super) fn add(&mut self, place: u32, order: &Placement, funds: &Funds, unit: f64, results: &mut Results) {
        match self.try_to_add(place, order, funds, unit, results) {
            Ok(Some(placed)) if placed.filled == 0 && placed.resting == 0 => {
                results.refuse_command(place, Rejection::Unfilled);
            }
            Ok(placed) => results.filled += u64::from(placed.is_some_and(|placed| placed.filled > 0)),
            Err(why) => results.refuse_command(place, why),
        }
        self.collect(None, results);
    }

    fn try_to_add(
        &mut self,
        place: u32,
        order: &Placement,
        funds: &Funds,
        unit: f64,
        results: &mut Results,
    ) -> Result<Option<Placed>, Rejection> {
        let side = if order.side > 0 { Side::Buy } else { Side::Sell };
        let freed = self.freed_of(place);
        let limit = match (order.limit, side) {
            (Some(limit), _) => limit * unit,
            (None, Side::Sell) => 0.0,
            (None, Side::Buy) => {
                let rounding = (funds.rounding * order.size as f64) as Atoms;
                let money = funds.locked[0].saturating_add(freed[0]) - rounding;
                self.grid().paid_by(funds.terms.cost_within(money) / order.size as f64)
            }
        };
        let wished = self.wished(&Asked {
            side,
            size: order.size,
            limit,
            at_any_price: order.limit.is_none(),
            stop: order.stop.map(|stop| stop * unit),
            manner: order.manner,
        })?;
        self.admits(place, &wished, false)?;
        let need = self.needs(wished.side, wished.price, wished.lots);
        self.draw(place, need, funds.locked)?;
        self.place(place, &wished, results)
    }

    /// Takes back all of a trader's orders at its own wish.
    pub(super) fn take_back(&mut self, place: u32) {
        let before = self.locked(place);
        self.cancel(place);
        self.free(place, before);
    }

    /// Takes back one order at a trader's wish.
    pub(super) fn cancel_order(&mut self, place: u32, id: u64, results: &mut Results) {
        let before = self.locked(place);
        match self.carry_out(&Command::Cancel { id, trader: place }, results) {
            Outcome::Rejected(why) => results.refuse_command(place, reason(why)),
            _ => {
                self.touched.push(place);
                let after = self.locked(place);
                self.free(place, [before[0] - after[0], before[1] - after[1]]);
            }
        }
    }

    /// Gives an order another price, in numeraire atoms for one atom, and size, at a trader's wish.
    pub(super) fn replace_order(
        &mut self,
        place: u32,
        id: u64,
        wished: (f64, Atoms),
        locked: [Atoms; 2],
        results: &mut Results,
    ) {
        match self.try_to_replace(place, id, wished, locked, results) {
            Ok(placed) => results.filled += u64::from(placed.filled > 0),
            Err(why) => results.refuse_command(place, why),
        }
        self.collect(None, results);
    }

    fn try_to_replace(
        &mut self,
        place: u32,
        id: u64,
        (limit, size): (f64, Atoms),
        locked: [Atoms; 2],
        results: &mut Results,
    ) -> Result<Placed, Rejection> {
        let old = self.book.get(id).ok_or(Rejection::UnknownOrder)?;
        if old.trader != place {
            return Err(Rejection::NotOwned);
        }
        let (price, lots) = self.on_grid(old.side, limit, size)?;
        if self.best_only && self.is_worse(old.side, price) {
            return Err(Rejection::OutsideBand);
        }
        let (all, open) = (self.book.locked(place), u64::from(old.open()));
        let more = match (old.side, old.price) {
            (_, None) => return Err(Rejection::NotOffered),
            (Side::Sell, _) => [0, self.grid().amount(lots - i64::from(old.open())).unwrap_or(Atoms::MAX)],
            (Side::Buy, Some(before)) => {
                let tick = i128::from(self.grid().tick());
                let value = |price: i64, lots: i64| i128::from(price) * i128::from(lots) * tick;
                let after = all.money - value(before, i64::from(old.open())) + value(price, lots);
                let bought = all.lots_bought;
                [self.lock(after, bought - open + lots as u64).saturating_sub(self.lock(all.money, bought)), 0]
            }
        };
        self.draw(place, more.map(|more| more.max(0)), locked)?;
        self.touched.push(place);
        match self.carry_out(&Command::Replace { id, trader: place, price, lots }, results) {
            Outcome::Replaced { placed, .. } => {
                if self.best_only && placed.resting > 0 {
                    self.keep_only(old.side, id);
                }
                Ok(placed)
            }
            Outcome::Rejected(why) => Err(reason(why)),
            _ => Ok(Placed::default()),
        }
    }

    /// Atoms of money and of the asset that an order takes at most.
    pub(super) fn needs(&self, side: Side, price: i64, lots: i64) -> [Atoms; 2] {
        match side {
            Side::Buy => {
                [self.lock(i128::from(price) * i128::from(lots) * i128::from(self.grid().tick()), lots as u64), 0]
            }
            Side::Sell => [0, self.grid().amount(lots).unwrap_or(Atoms::MAX)],
        }
    }

    /// What a standing or waiting order has set aside at most.
    #[must_use]
    pub fn set_aside_by(&self, order: &Standing) -> [Atoms; 2] {
        self.needs(order.side, order.price.unwrap_or_default(), order.open().into())
    }

    /// What a trader's wishes have freed in this turn and not taken again.
    pub(super) fn freed_of(&self, place: u32) -> [Atoms; 2] {
        if self.freed.0 == place { self.freed.1 } else { [0, 0] }
    }

    fn free(&mut self, place: u32, amounts: [Atoms; 2]) {
        let [money, tokens] = self.freed_of(place);
        self.freed = (place, [money + amounts[0], tokens + amounts[1]]);
    }

    /// Takes `need` from what was locked for it, and what is missing there from what was freed.
    fn draw(&mut self, place: u32, need: [Atoms; 2], locked: [Atoms; 2]) -> Result<(), Rejection> {
        let freed = self.freed_of(place);
        let missing = [0, 1].map(|i| (need[i] - locked[i]).max(0));
        if missing[0] > freed[0] {
            return Err(Rejection::InsufficientBalance);
        }
        if missing[1] > freed[1] {
            return Err(Rejection::InsufficientHolding);
        }
        self.freed = (place, [freed[0] - missing[0], freed[1] - missing[1]]);
        Ok(())
    }
}
