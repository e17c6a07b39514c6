//! The public state of a market at one moment, and of the last moments for those who see it late.

use std::collections::VecDeque;

use walras_agents::observation::Quotes;
use walras_ledger::{AssetId, Atoms, Ledger};
use walras_numerics::{StateError, StateVisitor};

use super::{Market, Venue};
use crate::world::Asset;

/// The public state of one market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// The price, numeraire per token: of the next token where the market always quotes one.
    pub price: f64,
    /// Tokens out.
    pub supply: f64,
    /// Money the market holds, numeraire.
    pub reserve: f64,
    /// Tokens the market holds.
    pub inventory: f64,
    /// Liquidity shares out, in atoms.
    pub shares_out: Atoms,
    /// The asset's fundamental value.
    pub fundamental: Option<f64>,
    /// The best orders at rest.
    pub quotes: Quotes,
    /// The shares of cost and of proceeds that a buyer and a seller pay as fees.
    pub fees: [f64; 2],
}

impl Venue {
    /// What everybody can see of the market now.
    #[must_use]
    pub fn seen(&self, ledger: &Ledger, assets: &[Asset]) -> Seen {
        let (supply, reserve) = self.standing(ledger);
        let asset = &assets[self.asset.index()];
        let own = self.accounts.tokens != ledger.issuer(self.asset);
        let inventory = if own { ledger.held(self.accounts.tokens, self.asset) } else { 0 };
        let fees = match &self.market {
            // A pool keeps a share of what comes in, which is more of the cost that is left.
            Market::Pool(pool) => {
                let [buys, sells] = pool.fee_shares();
                [buys / (1.0 - buys), sells]
            }
            _ => [self.terms.buy_fee.share(), self.terms.sell_fee.share()],
        };
        Seen {
            price: self.price(ledger),
            supply: supply as f64 / asset.scale,
            reserve: reserve as f64 / assets[AssetId::NUMERAIRE.index()].scale,
            inventory: inventory as f64 / asset.scale,
            shares_out: self.share_asset().map_or(0, |shares| ledger.supply(shares)),
            fundamental: asset.fundamental,
            quotes: self.quotes(),
            fees,
        }
    }
}

/// What could be seen at the beginning of the last steps, the latest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Glimpses {
    ring: VecDeque<Seen>,
    late_max: usize,
}

/// Numbers in one glimpse.
const WIDTH: usize = 13;

impl Glimpses {
    /// For those who see the market at most `late_max` steps late.
    #[must_use]
    pub fn new(late_max: u32) -> Self {
        Self { ring: VecDeque::new(), late_max: late_max as usize }
    }

    /// The step begins with `seen`.
    pub fn push(&mut self, seen: Seen) {
        if self.late_max == 0 {
            return;
        }
        self.ring.truncate(self.late_max);
        self.ring.push_front(seen);
    }

    /// What those see who see it `late` steps late: the oldest remembered when it was longer ago; `None` at once.
    #[must_use]
    pub fn late(&self, late: u32) -> Option<&Seen> {
        if late == 0 { None } else { self.ring.get(late as usize).or(self.ring.back()) }
    }

    /// Visits every glimpse.
    ///
    /// # Errors
    /// When the visitor fails, or loads another number of glimpses than a market remembers.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        if self.late_max == 0 {
            return Ok(());
        }
        let mut flat: Vec<f64> = self.ring.iter().flat_map(Seen::numbers).collect();
        visitor.f64s("glimpses", &mut flat)?;
        if !flat.len().is_multiple_of(WIDTH) || flat.len() > (self.late_max + 1) * WIDTH {
            return Err(StateError(format!("{} numbers are no glimpses", flat.len())));
        }
        self.ring = flat.chunks(WIDTH).map(Seen::of_numbers).collect();
        Ok(())
    }
}

impl Seen {
    fn numbers(&self) -> [f64; WIDTH] {
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let Quotes { bid, ask, bid_size, ask_size, last } = self.quotes;
        [
            self.price,
            self.supply,
            self.reserve,
            self.inventory,
            f64::from_bits(self.shares_out.cast_unsigned()),
            number(self.fundamental),
            number(bid),
            number(ask),
            bid_size,
            ask_size,
            number(last),
            self.fees[0],
            self.fees[1],
        ]
    }

    fn of_numbers(n: &[f64]) -> Self {
        let value = |number: f64| (!number.is_nan()).then_some(number);
        Self {
            price: n[0],
            supply: n[1],
            reserve: n[2],
            inventory: n[3],
            shares_out: n[4].to_bits().cast_signed(),
            fundamental: value(n[5]),
            quotes: Quotes { bid: value(n[6]), ask: value(n[7]), bid_size: n[8], ask_size: n[9], last: value(n[10]) },
            fees: [n[11], n[12]],
        }
    }
}
