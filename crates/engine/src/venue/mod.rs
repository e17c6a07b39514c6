//! Markets as the engine hosts them: the mechanism with its state, its accounts, and what the public sees of it.
//!
//! Each kind of market is one file. A market that is a counterparty of its own (a curve, a pool) trades from its
//! accounts; one that brings traders together (a book, an auction, a clearing) passes money and assets through them,
//! so that its accounts hold just what resting orders have set aside.

pub mod auction;
pub mod book;
pub mod clearing;
pub mod curve;
pub mod maker;
pub mod placing;
pub mod pool;
pub mod results;
pub mod router;
pub mod seen;

use std::ops::Range;

use walras_agents::observation::{History, Quotes, Tape};
use walras_catalog::words::in_words;
use walras_ledger::exchange::{Counterparties, Posted};
use walras_ledger::{AssetId, Atoms, Ledger};
use walras_market::arrival::Arrival;
use walras_market::book::{Grid, Halt};
use walras_market::clearing::Setting;
use walras_market::command::{Action, Command};
use walras_market::curve::Exact;
use walras_market::order::Rejection;
use walras_market::terms::{Rate, Terms};
use walras_numerics::{StateError, StateVisitor};

pub use auction::OnAuction;
pub use book::OnBook;
pub use clearing::OnClearing;
pub use curve::OnCurve;
pub use maker::OnMaker;
use placing::Funds;
pub use pool::OnPool;
pub use results::{Arrived, Declared, Made, Results, TokenFees};
pub use router::{Offer, OnRouter};
pub use seen::{Glimpses, Seen};

/// One market.
#[derive(Debug, Clone)]
pub struct Venue {
    /// Its name.
    pub name: String,
    /// The asset traded.
    pub asset: AssetId,
    /// How its price forms, with its state.
    pub market: Market,
    /// Fees and tributes.
    pub terms: Terms,
    /// Who is served first.
    pub arrival: Arrival,
    /// The accounts it trades from.
    pub accounts: Counterparties,
    /// Whether it refuses orders in this step.
    pub halted: bool,
    /// Decimals of the numeraire and of the asset.
    pub decimals: (u32, u32),
    /// Prices at the end of the last steps.
    pub history: History,
    /// Money traded in each of the last steps, in the numeraire.
    pub volumes: History,
    /// What was shouted and traded lately, as far as anybody listens.
    pub tape: Tape,
    /// What could be seen at the beginning of the last steps, as far as anybody sees it late.
    pub glimpses: Glimpses,
}

/// A mechanism and its state.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "markets are few and stay where they are")]
pub enum Market {
    /// Mints and burns along a bonding curve.
    Curve(OnCurve),
    /// Swaps against what a pool holds.
    Pool(OnPool),
    /// Brings traders together in a limit order book.
    Book(OnBook),
    /// Holds auctions.
    Auction(OnAuction),
    /// Clears each step's orders at one price.
    Clearing(OnClearing),
    /// Sends orders on to other markets.
    Router(OnRouter),
}

/// What a market needs to know of the rest of the world while it serves orders.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The step.
    pub step: u32,
    /// Numeraire atoms for one atom of the asset in one numeraire per token.
    pub unit: f64,
    /// Atoms of the asset out, and atoms of money that the market holds, before the orders of this turn.
    pub standing: (Atoms, Atoms),
    /// The most atoms of the asset that may be out.
    pub maximum_supply: Atoms,
}

impl Moment {
    /// What `venue` needs to know as the world stands now; money is the first of `assets`.
    #[must_use]
    pub fn of(venue: &Venue, step: u32, ledger: &Ledger, assets: &[crate::world::Asset]) -> Self {
        let asset = &assets[venue.asset.index()];
        let (unit, maximum_supply) = (assets[0].scale / asset.scale, asset.maximum_supply);
        Self { step, unit, standing: venue.standing(ledger), maximum_supply }
    }
}

impl Venue {
    /// The bonding curve it mints and burns along, where it does.
    #[must_use]
    pub fn curve(&self) -> Option<&OnCurve> {
        if let Market::Curve(curve) = &self.market { Some(curve) } else { None }
    }

    /// The same, to be changed.
    pub fn curve_mut(&mut self) -> Option<&mut OnCurve> {
        if let Market::Curve(curve) = &mut self.market { Some(curve) } else { None }
    }

    /// The pool it swaps against, where it does.
    #[must_use]
    pub fn pool(&self) -> Option<&OnPool> {
        if let Market::Pool(pool) = &self.market { Some(pool) } else { None }
    }

    /// The venues that share its pool, itself among them, where there are others.
    #[must_use]
    pub fn family(&self) -> Option<Range<usize>> {
        self.pool().filter(|pool| pool.is_shared()).map(|pool| pool.family.clone())
    }

    /// The markets it sends orders on to, where it does.
    #[must_use]
    pub fn router(&self) -> Option<&OnRouter> {
        if let Market::Router(router) = &self.market { Some(router) } else { None }
    }

    /// The book in which its orders rest, where they do.
    #[must_use]
    pub fn book(&self) -> Option<&OnBook> {
        if let Market::Book(book) = &self.market { Some(book) } else { None }
    }

    /// The curve in whole atoms, where there is one.
    #[must_use]
    pub fn exact(&self) -> Option<Exact<'_, dyn walras_market::curve::Curve>> {
        self.curve().map(|curve| curve.exact(self.decimals))
    }

    /// Atoms of the asset out and atoms of money that the market holds.
    #[must_use]
    pub fn standing(&self, ledger: &Ledger) -> (Atoms, Atoms) {
        (ledger.supply(self.asset), ledger.held(self.accounts.money, AssetId::NUMERAIRE))
    }

    /// Numeraire per token for one atom of the numeraire for one atom of the asset.
    #[must_use]
    pub fn per_token(&self) -> f64 {
        let scale = walras_numerics::elementary::pow10;
        scale(self.decimals.1) / scale(self.decimals.0)
    }

    /// The price now, numeraire per token: of the next token where the market always quotes one.
    #[must_use]
    pub fn price(&self, ledger: &Ledger) -> f64 {
        match &self.market {
            Market::Curve(curve) => {
                let (supply, reserve) = self.standing(ledger);
                curve.exact(self.decimals).price(supply, reserve)
            }
            Market::Pool(pool) => pool.price() * self.per_token(),
            Market::Book(book) => book.price() * self.per_token(),
            Market::Auction(auction) => auction.price * self.per_token(),
            Market::Clearing(clearing) => clearing.state.price,
            Market::Router(router) => router.price,
        }
    }

    /// The book in which its orders rest, to be changed.
    pub fn book_mut(&mut self) -> Option<&mut OnBook> {
        if let Market::Book(book) = &mut self.market { Some(book) } else { None }
    }

    /// The market of the curve that quotes into its book, where one does.
    #[must_use]
    pub fn maker_curve(&self) -> Option<usize> {
        self.book().and_then(|book| book.maker.as_ref()).map(|maker| maker.curve)
    }

    /// The best orders at rest.
    #[must_use]
    pub fn quotes(&self) -> Quotes {
        match &self.market {
            Market::Book(book) => book.quotes(self.per_token(), walras_numerics::elementary::pow10(self.decimals.1)),
            _ => Quotes::default(),
        }
    }

    /// Its ticks and lots, where it has any.
    #[must_use]
    pub fn grid(&self) -> Option<Grid> {
        match &self.market {
            Market::Book(book) => Some(book.book.rules().grid),
            Market::Auction(auction) => Some(auction.grid),
            Market::Curve(_) | Market::Pool(_) | Market::Clearing(_) | Market::Router(_) => None,
        }
    }

    /// The smallest step between two limit prices, numeraire per token; 0 where any price may be named.
    #[must_use]
    pub fn tick(&self) -> f64 {
        self.grid().map_or(0.0, |grid| grid.price(1) * self.per_token())
    }

    /// The smallest step between two sizes, tokens; 0 where any size may be named.
    #[must_use]
    pub fn lot(&self) -> f64 {
        self.grid().map_or(0, Grid::lot) as f64 / walras_numerics::elementary::pow10(self.decimals.1)
    }

    /// Whether a stop can wait there for the trade that lets it enter.
    #[must_use]
    pub fn takes_stops(&self) -> bool {
        self.book().is_some_and(|on| on.book.rules().session != walras_market::book::Session::CallAuction)
    }

    /// What selling `holding` at once would pay after fees, if nobody else traded. Where traders only meet each other
    /// at the end of a step, as much as the last price says.
    #[must_use]
    pub fn liquidation(&self, ledger: &Ledger, holding: Atoms) -> Atoms {
        match &self.market {
            Market::Curve(curve) => {
                let (supply, reserve) = self.standing(ledger);
                let proceeds = curve.exact(self.decimals).proceeds(supply, reserve, holding).unwrap_or(0);
                self.terms.sold(holding, proceeds, 0).money()
            }
            Market::Pool(pool) => pool.liquidation(holding),
            Market::Book(book) => book.liquidation(holding),
            Market::Auction(_) | Market::Clearing(_) | Market::Router(_) => {
                let worth = (holding as f64 * self.price(ledger) / self.per_token()).min(9.2e18) as Atoms;
                self.terms.sold(holding, worth, 0).money()
            }
        }
    }

    /// What a trader has committed to the market: atoms of money and of the asset, set aside for orders or provided as
    /// liquidity, of which it holds `shares` atoms.
    #[must_use]
    pub fn committed(&self, place: u32, shares: Atoms) -> [Atoms; 2] {
        match &self.market {
            Market::Pool(pool) => pool.worth(place, shares),
            Market::Book(book) => [book.money_aside[place as usize], book.tokens_aside[place as usize]],
            Market::Curve(_) | Market::Auction(_) | Market::Clearing(_) | Market::Router(_) => [0, 0],
        }
    }

    /// What the orders of these traders have set aside, money and tokens, where a new order takes the place of old ones
    /// and so can spend it again.
    #[must_use]
    pub fn replaced_aside(&self, traders: Range<usize>) -> Option<[&[Atoms]; 2]> {
        let book = self.book().filter(|book| book.replaces)?;
        Some([&book.money_aside[traders.clone()], &book.tokens_aside[traders]])
    }

    /// Atoms of the asset that the orders at rest of these traders have set aside, where a new order takes no other's
    /// place and so cannot spend them; empty for none.
    #[must_use]
    pub fn kept_aside(&self, traders: Range<usize>) -> &[Atoms] {
        self.book().filter(|book| !book.replaces).map_or(&[], |book| &book.tokens_aside[traders])
    }

    /// Atoms of money that fees rounded up, fill by fill, may come to for one atom of the asset.
    #[must_use]
    pub fn rounding(&self) -> f64 {
        match &self.market {
            Market::Book(book) if self.terms.buy_fee != Rate::default() => 1.0 / book.book.rules().grid.lot() as f64,
            _ => 0.0,
        }
    }

    /// Whether traders can commit money or tokens to it.
    #[must_use]
    pub fn takes_commitments(&self) -> bool {
        matches!(self.market, Market::Pool(_) | Market::Book(_))
    }

    /// Whether it, market number `number`, is a curve that trades through one of the books `venues` alone.
    #[must_use]
    pub fn takes_no_orders(&self, number: usize, venues: &[Self]) -> bool {
        let makers = venues.iter().filter_map(Self::book).filter_map(|book| book.maker.as_ref());
        makers.into_iter().any(|maker| maker.curve == number && !maker.direct)
    }

    /// The asset that its liquidity shares are, where it has any.
    #[must_use]
    pub fn share_asset(&self) -> Option<AssetId> {
        self.pool().map(|pool| pool.shares)
    }

    /// Its kind, as scenarios name it: `curve`, `pool`, `order_book`, `auction`, `clearing` or `router`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match &self.market {
            Market::Curve(_) => "curve",
            Market::Pool(_) => "pool",
            Market::Book(_) => "order_book",
            Market::Auction(_) => "auction",
            Market::Clearing(_) => "clearing",
            Market::Router(_) => "router",
        }
    }

    /// Whether traders pay each other through it, rather than it being their counterparty.
    #[must_use]
    pub const fn is_meeting_place(&self) -> bool {
        matches!(self.market, Market::Book(_) | Market::Auction(_) | Market::Clearing(_) | Market::Router(_))
    }

    /// Money traded, in atoms: between traders each trade counts once, though a buyer pays and a seller receives.
    #[must_use]
    pub fn volume(&self, posted: &Posted) -> i128 {
        if self.is_meeting_place() { posted.paid } else { posted.paid + posted.received }
    }

    /// Its mechanism in words, `linear curve` for instance.
    #[must_use]
    pub fn mechanism(&self) -> String {
        match &self.market {
            Market::Curve(curve) => format!("{} curve", in_words(curve.curve.name())),
            Market::Pool(pool) => format!("{} pool", in_words(pool.name)),
            Market::Book(_) => "order book".to_owned(),
            Market::Auction(auction) => format!("{} auction", in_words(auction.auction.name()).replace(" auction", "")),
            Market::Clearing(clearing) => match clearing.rule.name() {
                "clear" => "demand and supply".to_owned(),
                name => format!("{} price", in_words(name)),
            },
            Market::Router(_) => "router".to_owned(),
        }
    }

    /// How the orders of one step settle, in one word.
    #[must_use]
    pub fn settlement(&self) -> &'static str {
        match &self.market {
            Market::Curve(curve) => curve.settlement.name(),
            Market::Pool(_) | Market::Router(_) => "sequential",
            Market::Book(book) => match book.book.rules().session {
                walras_market::book::Session::CallAuction => "call_auction",
                walras_market::book::Session::Continuous | walras_market::book::Session::OpeningAuction { .. } => {
                    "continuous"
                }
            },
            Market::Auction(_) | Market::Clearing(_) => "batch",
        }
    }

    /// Halts it for the step that is about to begin. A book opens again by an auction where `auction` says so, unless its
    /// own terms do already.
    pub fn halt(&mut self, auction: bool) {
        self.halted = true;
        if let Market::Book(on) = &mut self.market
            && auction
            && on.reopening == 0
        {
            // The book still stands in the step before.
            on.book.halt(Halt { closed: 2, auction: 1 });
        }
    }

    /// Begins a step.
    pub fn open(&mut self, moment: &Moment) {
        match &mut self.market {
            Market::Pool(pool) => pool.open(),
            Market::Book(book) => book.open(moment.step, self.halted),
            Market::Curve(_) | Market::Auction(_) | Market::Clearing(_) | Market::Router(_) => {}
        }
    }

    /// Reads what serving these orders will read, while nothing waits for it.
    pub fn look_ahead(&self, orders: &[Arrived]) {
        if let Market::Book(book) = &self.market {
            book.look_ahead(orders);
        }
    }

    /// Serves a plain order, at once or at the end of the step.
    pub fn arrive(&mut self, order: &Arrived, declared: &Declared, moment: &mut Moment, results: &mut Results) {
        let Self { market, terms, decimals, .. } = self;
        match market {
            Market::Curve(curve) => curve.arrive(order, terms, *decimals, moment, results),
            Market::Pool(pool) => pool.arrive(order, moment.unit, results),
            Market::Book(book) => book.arrive(order, declared, moment.unit, results),
            Market::Auction(auction) => auction.arrive(moment.step, order, moment.unit, results),
            Market::Clearing(clearing) => clearing.arrive(order),
            // Orders to a router are sent on: see `stage::send`.
            Market::Router(_) => results.refuse(order.place, Rejection::NotOffered),
        }
    }

    /// Does what else a trader asks. `shares` is what it holds of the market's liquidity shares.
    pub fn obey(
        &mut self,
        place: u32,
        command: &Command,
        declared: &Declared,
        shares: Atoms,
        moment: &Moment,
        results: &mut Results,
    ) {
        results.commands += 1;
        let (terms, rounding) = (self.terms, self.rounding());
        match (&mut self.market, command.action) {
            (Market::Book(book), Action::Quote { bid, ask }) => {
                book.quote(place, [bid, ask], declared, moment.unit, results);
            }
            (Market::Book(book), Action::Cancel) => book.take_back(place),
            (Market::Book(book), Action::Place(order)) => {
                let funds = Funds { locked: command.locked, terms, rounding };
                book.add(place, &order, &funds, moment.unit, results);
            }
            (Market::Book(book), Action::CancelOrder { id }) => book.cancel_order(place, id, results),
            (Market::Book(book), Action::ReplaceOrder { id, price, size }) => {
                book.replace_order(place, id, (price * moment.unit, size), command.locked, results);
            }
            (Market::Pool(pool), Action::Provide { money, tokens, range }) => {
                let range = range.map(|(low, high)| (low * moment.unit, high * moment.unit));
                pool.provide(place, [money, tokens], range, results);
            }
            (Market::Pool(pool), Action::Withdraw { share }) => pool.withdraw(place, shares, share, results),
            _ => results.refuse_command(place, Rejection::NotOffered),
        }
    }

    /// Ends a step: what was collected trades.
    pub fn close(&mut self, moment: &Moment, results: &mut Results) {
        let Self { market, terms, decimals, .. } = self;
        let before = results.trades.len();
        match market {
            Market::Book(book) => book.close(results),
            Market::Auction(auction) if (moment.step + 1).is_multiple_of(auction.every) => {
                auction.close(terms, moment.maximum_supply - moment.standing.0, results);
                results.meet(before);
            }
            Market::Clearing(clearing) => {
                let setting = Setting {
                    numeraire_decimals: decimals.0,
                    asset_decimals: decimals.1,
                    outstanding: moment.standing.0,
                };
                clearing.close(&setting, terms, results);
                results.meet(before);
            }
            Market::Curve(_) | Market::Pool(_) | Market::Auction(_) | Market::Router(_) => {}
        }
    }

    /// Ends a turn: what orders at rest have set aside is reckoned up.
    pub fn reckon(&mut self, results: &mut Results) {
        if let Market::Book(book) = &mut self.market {
            book.reckon(results);
        }
    }

    /// Visits everything that changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads state that does not fit this market.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        match &mut self.market {
            Market::Curve(curve) => {
                if curve.visit_state(visitor)? {
                    self.terms = self.terms.with_tributes(curve.curve.tributes());
                }
            }
            Market::Pool(pool) => pool.visit_state(visitor)?,
            Market::Book(book) => book.visit_state(visitor)?,
            Market::Auction(auction) => auction.visit_state(visitor)?,
            Market::Clearing(clearing) => clearing.visit_state(visitor)?,
            Market::Router(router) => router.visit_state(visitor)?,
        }
        for (name, fee) in [("buy_fee", &mut self.terms.buy_fee), ("sell_fee", &mut self.terms.sell_fee)] {
            let mut share = fee.share();
            visitor.f64(name, &mut share)?;
            *fee = Rate::new(share).ok_or_else(|| StateError(format!("{name} {share} is no share below one")))?;
        }
        visitor.bool("halted", &mut self.halted)?;
        self.history.visit_state(visitor)?;
        self.volumes.visit_state(visitor)?;
        self.tape.visit_state(visitor)?;
        self.glimpses.visit_state(visitor)
    }
}
