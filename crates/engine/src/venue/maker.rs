//! A bonding curve that makes the market of an order book: a trader of the book that has no agent.

use walras_ledger::Atoms;
use walras_ledger::exchange::Counterparties;
use walras_market::book::{Command, Fill, Kind, Order, OrderId, Phase, Side};
use walras_market::curve::in_turn::Standing;
use walras_market::curve::quotes::{Level, Quoted, Spacing};
use walras_market::curve::{AnyCurve, Curve, Exact};
use walras_market::terms::Terms;

use super::results::{Made, Results};
use super::{Moment, OnBook, Venue};

/// What stands of a book's maker. Its orders are in the book; all else is known anew in every turn.
#[derive(Debug, Clone)]
pub struct OnMaker {
    /// The curve's market, an index into the world's.
    pub curve: usize,
    /// The accounts of that market.
    pub accounts: Counterparties,
    /// Whether agents may also trade there.
    pub direct: bool,
    levels: u32,
    spacing: Spacing,
    /// The curve as it stands; `None` when it does not trade.
    desk: Option<Desk>,
    /// What it bought and sold, and has not yet minted or burned: lots, money, and the book's fee.
    bought: [i64; 3],
    sold: [i64; 3],
    ladder: Vec<Level>,
}

/// A curve as it stands in a turn.
#[derive(Debug, Clone)]
struct Desk {
    curve: AnyCurve,
    anchor: f64,
    decimals: (u32, u32),
    terms: Terms,
    standing: Standing,
    maximum_supply: Atoms,
}

impl Desk {
    fn exact(&self) -> Exact<'_, dyn Curve> {
        Exact::new(&*self.curve, self.decimals.0, self.decimals.1, self.anchor)
    }
}

impl OnMaker {
    /// The maker that is the curve of market number `curve`, before its first quote.
    #[must_use]
    pub fn new(curve: usize, accounts: Counterparties, levels: u32, spacing: Spacing, direct: bool) -> Self {
        let (bought, sold) = ([0; 3], [0; 3]);
        Self { curve, accounts, direct, levels, spacing, desk: None, bought, sold, ladder: Vec::new() }
    }

    /// Where the curve stands after what it traded in the book; `None` when it does not trade.
    #[must_use]
    pub fn standing(&self) -> Option<(Atoms, Atoms)> {
        self.desk.as_ref().map(|desk| (desk.standing.supply, desk.standing.reserve))
    }

    /// Notes a trade of the maker: `side` is the maker's.
    pub(super) fn note(&mut self, side: Side, fill: &Fill, money: Atoms, fee: Atoms) {
        let sums = if side == Side::Buy { &mut self.bought } else { &mut self.sold };
        for (sum, more) in sums.iter_mut().zip([fill.lots.into(), money, fee]) {
            *sum = sum.saturating_add(more);
        }
    }

    /// Mints and burns what was traded since the last call, as one order at the curve. Whether anything was.
    fn carry_out(&mut self, lot: Atoms, results: &mut Results) -> bool {
        let mut made = false;
        for (side, sums) in [(Side::Sell, &mut self.sold), (Side::Buy, &mut self.bought)] {
            let [lots, money, market_fee] = std::mem::take(sums);
            let Some(desk) = self.desk.as_mut().filter(|_| lots > 0) else { continue };
            let (tokens, Standing { supply, reserve }) = (lots.saturating_mul(lot), desk.standing);
            // What cannot be counted leaves a fee below zero, at which the posting breaks off.
            let trade = match side {
                Side::Sell => desk.exact().cost(supply, reserve, tokens).unwrap_or(Atoms::MAX),
                Side::Buy => -desk.exact().proceeds(supply, reserve, tokens).unwrap_or(0),
            };
            let (signed, own) = match side {
                Side::Sell => (tokens, desk.terms.bought(tokens, trade, 0)),
                Side::Buy => (-tokens, Some(desk.terms.sold(tokens, -trade, 0))),
            };
            let (tribute, least_fee) = own.map_or((0, Atoms::MAX), |own| (-own.tribute, -own.fee));
            let paid = if side == Side::Sell { money } else { -money };
            // All that the book's price leaves beyond the curve's own cost and tribute.
            let fee = paid.saturating_sub(market_fee).saturating_sub(trade).saturating_sub(tribute);
            results.made.push(Made {
                curve: self.curve,
                tokens: signed,
                paid,
                trade,
                tribute,
                fee,
                least_fee,
                market_fee,
            });
            desk.standing = Standing { supply: supply.saturating_add(signed), reserve: reserve.saturating_add(trade) };
            made = true;
        }
        made
    }
}

impl OnBook {
    /// The place of the maker: after those of all agents.
    pub(super) fn maker_place(&self) -> Option<u32> {
        self.maker.as_ref().map(|_| self.money_aside.len() as u32)
    }

    /// Quotes for the curve as it stands now; for none while one of the two markets is `halted`.
    pub fn make(&mut self, curve: &Venue, moment: &Moment, halted: bool, results: &mut Results) {
        let Some(maker) = &mut self.maker else { return };
        let (supply, reserve) = moment.standing;
        maker.desk = curve.curve().filter(|_| !halted && !curve.halted).map(|on| Desk {
            curve: on.curve.clone(),
            anchor: on.anchor,
            decimals: curve.decimals,
            terms: curve.terms,
            standing: Standing { supply, reserve },
            maximum_supply: moment.maximum_supply,
        });
        self.requote(results);
        self.collect(None, results);
    }

    /// Quotes anew where the curve was moved to `standing` by orders to its own market.
    pub fn follow(&mut self, (supply, reserve): (Atoms, Atoms), results: &mut Results) {
        let Some(desk) = self.maker.as_mut().and_then(|maker| maker.desk.as_mut()) else { return };
        let standing = Standing { supply, reserve };
        if desk.standing != standing {
            desk.standing = standing;
            self.requote(results);
            self.collect(None, results);
        }
    }

    /// Mints and burns what the maker traded, and quotes anew if it did. Whether it did.
    pub(super) fn answer(&mut self, results: &mut Results) -> bool {
        let lot = self.book.rules().grid.lot();
        let made = self.maker.as_mut().is_some_and(|maker| maker.carry_out(lot, results));
        if made {
            self.requote(results);
        }
        made
    }

    /// Puts the maker's ladder into the book. An order that is there already stays; the others are taken back first. New
    /// ones may trade, and are left out where the book is full or an earlier one has moved its band.
    fn requote(&mut self, results: &mut Results) {
        let Some(place) = self.maker_place() else { return };
        let mut ladder = self.ladder();
        let mut standing: Vec<OrderId> = Vec::new();
        self.book.orders_of(place, &mut standing);
        for id in standing {
            let Some(order) = self.book.get(id) else { continue };
            let same = |level: &Level| {
                (level.side, Some(level.price), level.lots) == (order.side, order.price, order.open().into())
            };
            if let Some(at) = ladder.iter().position(same) {
                ladder.remove(at);
            } else {
                self.book.apply(&Command::Cancel { id, trader: place }, &mut self.events);
            }
        }
        for Level { side, price, lots } in &ladder {
            let order = Order::new(self.next, place, *side, Kind::Limit { price: *price }, *lots);
            self.next += 1;
            self.carry_out(&Command::Place(order), results);
        }
        if let Some(maker) = &mut self.maker {
            maker.ladder = ladder;
        }
    }

    /// The quotes of the curve as it stands.
    fn ladder(&mut self) -> Vec<Level> {
        let rules = *self.book.rules();
        let (band, phase) = (self.book.band(), self.book.phase());
        let fee = if self.fees[0].share() > self.fees[1].share() { self.fees[0] } else { self.fees[1] };
        let Some(maker) = &mut self.maker else { return Vec::new() };
        let mut ladder = std::mem::take(&mut maker.ladder);
        ladder.clear();
        let Some(desk) = maker.desk.as_ref().filter(|_| phase != Phase::Closed) else { return ladder };
        let quoted = Quoted {
            exact: desk.exact(),
            standing: desk.standing,
            maximum_supply: desk.maximum_supply,
            terms: desk.terms,
            grid: rules.grid,
            fee,
            prices: band,
            lots_max: rules.lots_max.into(),
        };
        for side in Side::BOTH {
            quoted.ladder(side, maker.levels, maker.spacing, &mut ladder);
        }
        ladder
    }
}
