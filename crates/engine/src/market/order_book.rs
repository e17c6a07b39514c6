//! A market on a limit order book.

use walras_catalog::{Bounds, Problem, Reference, choice, entry};
use walras_market::arrival::Arrival;
use walras_market::book::{Anchor, Band, Book, Grid, Rules, SelfTrade, Session, Side, Width};
use walras_market::terms::Rate;

use super::{Maker, Mechanism, Opening, fees};
use crate::venue::book::BookPrice;
use crate::venue::{Market, OnBook, Venue};

choice! {
    /// When the orders in a book trade.
    pub enum Trading {
        /// When they arrive.
        Continuous = "continuous",
        /// At the end of each step, all at the price of the greatest volume.
        CallAuction = "call_auction",
        /// Collected for the first steps, then all at one price, then when they arrive.
        OpeningAuction = "opening_auction",
    }
}

choice! {
    /// What happens when an agent's order meets another of its own.
    pub enum SelfTradeRule {
        /// They trade.
        Allowed = "allowed",
        /// What is left of the new one is cancelled.
        CancelNewest = "cancel_newest",
        /// The old one is cancelled.
        CancelOldest = "cancel_oldest",
        /// Both are cancelled.
        CancelBoth = "cancel_both",
    }
}

entry! {
    /// A market where agents' limit orders rest in a book and trade by price and time priority.
    ///
    /// What a resting order could cost moves from its agent's account to `clearing_house:NAME` until it trades or
    /// leaves. An order's price is rounded to the tick and its size down to the lot, in its agent's favour.
    pub struct OrderBookMarket = "order_book" {
        formula: "the best price first; at one price the earliest order first",
        check: |this| match (this.trading, this.opening_steps) {
            (Trading::OpeningAuction, 0) => Err(("opening_steps", "an opening auction takes at least one step".to_owned())),
            _ if this.maker.is_some() && this.best_only => {
                Err(("best_only", "a maker quotes several prices, and only the best would stand".to_owned()))
            }
            _ => Ok(()),
        },
        source: "L. Harris, \"Trading and Exchanges\", 2003, chapters 4 to 6",
        /// The asset traded.
        asset: Reference;
        /// The price of a token before the first trade.
        reference: f64, within Bounds::above(0.0), unit "numeraire/token";
        /// The smallest step of prices.
        tick: f64 = 0.01, within Bounds::above(0.0), unit "numeraire/token";
        /// The smallest step of sizes.
        lot: f64 = 1.0, within Bounds::above(0.0), unit "tokens";
        /// The highest price that an order may name; absent for a thousand times the reference.
        highest_price: Option<f64>, within Bounds::above(0.0), unit "numeraire/token";
        /// When orders trade.
        trading: Trading = Trading::Continuous;
        /// Steps of the opening auction.
        opening_steps: u32 = 1, unit "steps";
        /// Steps for which orders are collected after a halt, before all trade at one price; 0 to go on at once.
        reopening_steps: u32 = 0, unit "steps";
        /// Steps that an order stands after the one in which it came, 0 to leave at its end; absent until it is replaced.
        lifetime: Option<u32>, unit "steps";
        /// Whether an agent's new order takes the place of what it has in the book.
        replace: bool = true;
        /// Whether only the best bid and ask stand: a worse order is refused, a better one takes its place.
        best_only: bool = false;
        /// Whether a trade takes all other orders from the book.
        clear_on_trade: bool = false;
        /// What happens when an agent would trade with itself.
        self_trade: SelfTradeRule = SelfTradeRule::CancelOldest;
        /// How far from the last trade's price an order may be, as a share of it; absent for any.
        band: Option<f64>, within Bounds::above(0.0);
        /// Fee on what an order that waited in the book trades.
        maker_fee: f64 = 0.0, within 0.0..1.0;
        /// Fee on what an order that came trades; in an auction all pay it.
        taker_fee: f64 = 0.0, within 0.0..1.0;
        /// A bonding curve of the same asset that quotes into the book.
        maker: Option<Maker>;
        /// Which price is the market's.
        price: BookPrice = BookPrice::Last;
        /// Who is served first among the orders of one step.
        arrival: Arrival = Arrival::Shuffled;
    }
}

impl OrderBookMarket {
    fn rules(&self, grid: Grid, reference: i64, opening: &Opening<'_>) -> Result<Rules, Problem> {
        let unit = opening.assets[0].scale / opening.assets[opening.asset.index()].scale;
        let highest = self.highest_price.unwrap_or(1000.0 * self.reference);
        let highest = grid.ticks_within(Side::Buy, highest * unit).unwrap_or(1);
        let Some(price_max) = i32::try_from(highest).ok().filter(|&max| i64::from(max) >= reference) else {
            let message = format!("its prices go up to {highest} ticks");
            let expected = format!("from the reference, {reference}, to {} ticks", i32::MAX - 1);
            return Err(opening.problem(&message, expected).help("give another `tick` or `highest_price`"));
        };
        // The largest order that can always be counted.
        let money = 9.2e18 / (f64::from(price_max) * grid.tick() as f64);
        let lots_max = money.min(9.2e18 / grid.lot() as f64).min(f64::from(u32::MAX)) as u32;
        let rules = Rules {
            grid,
            price_max,
            lots_max,
            self_trade: match self.self_trade {
                SelfTradeRule::Allowed => SelfTrade::Allowed,
                SelfTradeRule::CancelNewest => SelfTrade::CancelNewest,
                SelfTradeRule::CancelOldest => SelfTrade::CancelOldest,
                SelfTradeRule::CancelBoth => SelfTrade::CancelBoth,
            },
            band: self.band.map(|share| {
                let millionths = (share * 1e6).round().min(f64::from(u32::MAX)) as u32;
                Band { anchor: Anchor::LastTrade, width: Width::Millionths(millionths) }
            }),
            session: match self.trading {
                Trading::Continuous => Session::Continuous,
                Trading::CallAuction => Session::CallAuction,
                Trading::OpeningAuction => Session::OpeningAuction { steps: self.opening_steps },
            },
            ..Rules::default()
        };
        rules.check().map_err(|why| opening.problem(&why.to_string(), "another `tick`, `lot` or `highest_price`"))?;
        Ok(rules)
    }
}

impl Mechanism for OrderBookMarket {
    fn assets(&self) -> &[Reference] {
        std::slice::from_ref(&self.asset)
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let grid = opening.grid(self.tick, self.lot)?;
        let unit = opening.assets[0].scale / opening.assets[opening.asset.index()].scale;
        let Some(reference) = grid.ticks_within(Side::Sell, self.reference * unit) else {
            return Err(opening.problem("its reference is beyond all ticks", "a `reference` of at least a tick"));
        };
        let rules = self.rules(grid, reference, opening)?;
        let mut book = Book::new(rules).map_err(|why| opening.problem(&why.to_string(), "other rules"))?;
        if book.set_reference(reference).is_err() {
            return Err(opening.problem("its reference is beyond its prices", "a higher `highest_price`"));
        }
        let rate = |share| Rate::new(share).unwrap_or_default();
        let mut on = OnBook::new(book, 0);
        on.fees = [rate(self.maker_fee), rate(self.taker_fee)];
        (on.lifetime, on.replaces, on.reopening) = (self.lifetime, self.replace, self.reopening_steps);
        (on.best_only, on.clears_on_trade) = (self.best_only, self.clear_on_trade);
        (on.price, on.reference) = (self.price, self.reference * unit);
        on.maker = self.maker.as_ref().map(|maker| maker.open(opening, grid.lot())).transpose()?;
        // What an order locks must cover either fee.
        let most = self.maker_fee.max(self.taker_fee);
        Ok(opening.meeting_place(Market::Book(on), fees(most, most), self.arrival))
    }
}
