//! What a cohort may see when it decides: its own columns and the public state of its markets.

mod depth;
mod history;
mod own_orders;
mod quotes;
mod tape;

use std::ops::Range;

use walras_ledger::Atoms;
use walras_ledger::carry::Upcoming;
use walras_numerics::{Keys, Purpose, draw};

pub use depth::Depth;
pub use history::{History, Past};
pub use own_orders::{OwnOrder, OwnOrders};
pub use quotes::Quotes;
pub use tape::{Shout, Tape};

/// What one chunk of a cohort sees. All slices have the chunk's length and order.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// The step, t.
    pub step: u32,
    /// The run's keys, for draws.
    pub keys: Keys,
    /// The key of the chunk's first agent in draws; filling columns of draws is fastest from a multiple of
    /// [`draw::TILE`].
    pub entity: u64,
    /// The chunk's rows in the cohort, the index into parameter columns.
    pub rows: Range<usize>,
    /// Money held, in atoms of the numeraire, what the agent's own orders at rest hold back included: new orders take
    /// their place.
    pub balances: &'a [Atoms],
    /// Tokens held, in atoms, one column for each market, what the agent's own orders at rest hold back included; read
    /// through [`View::holdings`].
    pub columns: &'a [&'a [Atoms]],
    /// Liquidity shares held, in atoms, one column for each market, empty where there are none; read through
    /// [`View::shares`].
    pub share_columns: &'a [&'a [Atoms]],
    /// For each market what the agents' orders at rest there have set aside of its asset, as a column like the holdings,
    /// of which it is no part; empty where nothing rests, or where a new order may spend it and it counts as held.
    pub aside_columns: &'a [&'a [Atoms]],
    /// The chunk's rows within `columns`.
    pub column_rows: Range<usize>,
    /// What the next chunk needs from memory, asked for while this one draws run by run.
    pub upcoming: Upcoming<'a>,
    /// The markets the cohort trades on, in the order it declared them.
    pub markets: &'a [MarketView<'a>],
    /// Atoms in one unit of the numeraire.
    pub money_scale: f64,
}

/// The public state of one market, and the cohort's standing in it.
#[derive(Debug, Clone, Copy)]
pub struct MarketView<'a> {
    /// The price of the next token, numeraire per token.
    pub price: f64,
    /// Tokens out.
    pub supply: f64,
    /// Money the market holds against them, numeraire.
    pub reserve: f64,
    /// Tokens that the market itself holds.
    pub inventory: f64,
    /// Liquidity shares of the market that are out, in atoms, where liquidity can be provided.
    pub shares_out: Atoms,
    /// The asset's fundamental value, numeraire per token, where one is declared or fed.
    pub fundamental: Option<f64>,
    /// Whether orders will be refused.
    pub halted: bool,
    /// Factor on this cohort's private valuations, 1 unless an event shifts them.
    pub valuation_shift: f64,
    /// The share of its balance that an agent may spend on this market.
    pub budget_share: f64,
    /// Atoms in one token.
    pub token_scale: f64,
    /// Past prices, up to the last one known.
    pub history: Past<'a>,
    /// The best orders at rest, where the market has any.
    pub quotes: Quotes,
    /// What the cohort's agents have at rest themselves, where orders can rest; read through [`View::own_orders`].
    pub own_orders: Option<OwnOrders<'a>>,
    /// What was shouted and traded lately.
    pub tape: &'a Tape,
    /// The smallest step between two limit prices, numeraire per token; 0 where any price may be named.
    pub tick: f64,
    /// The smallest step between two sizes, tokens; 0 where any size may be named.
    pub lot: f64,
    /// The share of its cost that a buyer pays on top as a fee; f/(1 − f) at a pool that keeps f of what comes in.
    pub buy_fee: f64,
    /// The share of the proceeds that a seller pays as a fee; f at a pool that keeps f of what comes in.
    pub sell_fee: f64,
    /// How many steps late the cohort sees the market.
    pub latency: u32,
    /// What any order to it would cost now, where that is known: at a curve, a pool or a book that is not seen late.
    pub depth: Option<&'a dyn Depth>,
}

impl<'a> View<'a> {
    /// How many agents the chunk has.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.balances.len()
    }

    /// Whether the chunk is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.balances.is_empty()
    }

    /// The chunk's holdings in the asset of market `market`, in atoms.
    #[inline]
    #[must_use]
    pub fn holdings(&self, market: usize) -> &'a [Atoms] {
        &self.columns[market][self.column_rows.clone()]
    }

    /// What the chunk's agent `i` has of the asset of market `market`, in atoms: what it holds, and what its orders at rest
    /// there have set aside. Only trades change it, not orders.
    #[inline]
    #[must_use]
    pub fn owned(&self, market: usize, i: usize) -> Atoms {
        let column = self.aside_columns.get(market).copied().unwrap_or_default();
        let aside = column.get(self.column_rows.start + i).copied().unwrap_or_default();
        self.holdings(market)[i] + aside
    }

    /// The live orders of the chunk's agent `i` at market `market`, by number; none where orders cannot rest. An agent knows
    /// its own orders at once, however late it sees the market.
    #[must_use]
    pub fn own_orders(&self, market: usize, i: usize) -> Vec<OwnOrder> {
        self.markets[market].own_orders.map_or_else(Vec::new, |own| own.of(self.rows.start + i))
    }

    /// The chunk's liquidity shares at market `market`, in atoms; empty where the market has none.
    #[must_use]
    pub fn shares(&self, market: usize) -> &'a [Atoms] {
        let column = self.share_columns.get(market).copied().unwrap_or_default();
        column.get(self.column_rows.clone()).unwrap_or_default()
    }

    /// Fills `words` with one random word for each agent of the chunk; `index` tells apart the draws of a step.
    /// An agent's word is the same however the cohort is cut into chunks.
    #[inline]
    pub fn fill(&self, index: u16, words: &mut [u32]) {
        self.draw(index, 0, &mut words[..self.len()]);
    }

    /// As [`View::fill`], for the agents from the chunk's agent `start`, as many as `words` has room for. To be called run
    /// by run: what the next chunk needs is asked for from memory meanwhile, as much of it as the run is of this chunk,
    /// which costs more than it saves when it is all asked for at once.
    #[inline]
    pub fn fill_run(&self, index: u16, start: usize, words: &mut [u32]) {
        self.upcoming.prefetch(start..start + words.len());
        self.draw(index, start, words);
    }

    #[inline]
    fn draw(&self, index: u16, start: usize, words: &mut [u32]) {
        let (purpose, first) = (Purpose::decision(index), self.entity + start as u64);
        if first.is_multiple_of(draw::TILE as u64) {
            self.keys.fill(purpose, first, self.step, words);
        } else {
            for (word, entity) in words.iter_mut().zip(first..) {
                *word = self.keys.word(purpose, entity, self.step);
            }
        }
    }

    /// A stream of draws for the chunk's agent `i`.
    #[must_use]
    pub fn stream(&self, index: u16, i: usize) -> draw::Stream {
        self.keys.stream(Purpose::decision(index), self.entity + i as u64, self.step)
    }
}
