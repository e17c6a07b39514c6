//! Markets as the engine hosts them: the mechanism with its state, its accounts, and what the public sees of it.
//!
//! Each kind of market is one file. A market that is a counterparty of its own (a curve, a pool) trades from its
//! accounts; one that brings traders together (a book, an auction, a clearing) passes money and assets through them,
//! so that its accounts hold just what resting orders have set aside.

pub mod curve;

use walras_agents::observation::{History, Tape};
use walras_ledger::exchange::Counterparties;
use walras_ledger::{AssetId, Atoms, Ledger};
use walras_market::arrival::Arrival;
use walras_market::curve::Exact;
use walras_market::terms::Terms;
use walras_numerics::{StateError, StateVisitor};

pub use curve::OnCurve;

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
}

/// A mechanism and its state.
#[derive(Debug, Clone)]
pub enum Market {
    /// Mints and burns along a bonding curve.
    Curve(OnCurve),
}

impl Venue {
    /// The bonding curve it mints and burns along, where it does.
    #[must_use]
    pub fn curve(&self) -> Option<&OnCurve> {
        match &self.market {
            Market::Curve(curve) => Some(curve),
        }
    }

    /// The same, to be changed.
    pub fn curve_mut(&mut self) -> Option<&mut OnCurve> {
        match &mut self.market {
            Market::Curve(curve) => Some(curve),
        }
    }

    /// The curve in whole atoms, where there is one.
    #[must_use]
    pub fn exact(&self) -> Option<Exact<'_, dyn walras_market::curve::Curve>> {
        self.curve().map(|curve| curve.exact(self.decimals))
    }

    /// Atoms of the asset out and atoms of money held against them.
    #[must_use]
    pub fn standing(&self, ledger: &Ledger) -> (Atoms, Atoms) {
        (ledger.supply(self.asset), ledger.held(self.accounts.money, AssetId::NUMERAIRE))
    }

    /// The price now, numeraire per token: of the next token where the market always quotes one.
    #[must_use]
    pub fn price(&self, ledger: &Ledger) -> f64 {
        let (supply, reserve) = self.standing(ledger);
        match &self.market {
            Market::Curve(curve) => curve.exact(self.decimals).price(supply, reserve),
        }
    }

    /// What selling `holding` at once would pay after fees, if nobody else traded.
    #[must_use]
    pub fn liquidation(&self, ledger: &Ledger, holding: Atoms) -> Atoms {
        let (supply, reserve) = self.standing(ledger);
        match &self.market {
            Market::Curve(curve) => {
                let proceeds = curve.exact(self.decimals).proceeds(supply, reserve, holding).unwrap_or(0);
                self.terms.sold(holding, proceeds, 0).money()
            }
        }
    }

    /// Its mechanism in words, `linear curve` for instance.
    #[must_use]
    pub fn mechanism(&self) -> String {
        match &self.market {
            Market::Curve(curve) => format!("{} curve", curve.curve.name().replace('_', " ")),
        }
    }

    /// How the orders of one step settle, in one word.
    #[must_use]
    pub fn settlement(&self) -> &'static str {
        match &self.market {
            Market::Curve(curve) => curve.settlement.name(),
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
        }
        visitor.bool("halted", &mut self.halted)?;
        self.history.visit_state(visitor)?;
        self.volumes.visit_state(visitor)?;
        self.tape.visit_state(visitor)
    }
}
