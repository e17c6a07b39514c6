//! One step's orders at a venue, what becomes of them, and what the venue remembers.

use walras_ledger::Atoms;
use walras_numerics::elementary::pow10;
use walras_numerics::{StateError, StateVisitor};

use super::payment::AtomPrice;
use super::rationing::{Claims, Rationing};
use crate::order::{Rejection, Side};

/// One step's orders, one row each.
#[derive(Debug, Clone, Copy)]
pub struct StepOrders<'a> {
    /// [`Side::BUY`], [`Side::SELL`], or anything else for a row that does not take part.
    pub side: &'a [i8],
    /// Atoms of the asset.
    pub size: &'a [Atoms],
    /// The worst acceptable price, numeraire per token, not negative; +∞ for a buy and −∞ for a sale at any price.
    pub limit: &'a [f64],
    /// Who comes first among equals; equal keys go by row.
    pub arrival: &'a [u32],
}

/// What a venue keeps from step to step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Venue {
    /// The price, numeraire per token: the last one, or the one posted for this step.
    pub price: f64,
    /// What its rule remembers.
    pub memory: Vec<f64>,
}

impl Venue {
    /// Visits all that it keeps.
    ///
    /// # Errors
    /// When the visitor does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64("price", &mut self.price)?;
        visitor.f64s("memory", &mut self.memory)
    }
}

/// The asset and the money traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Decimals of the numeraire, at most 18.
    pub numeraire_decimals: u32,
    /// Decimals of the asset, at most 18.
    pub asset_decimals: u32,
    /// Atoms of the asset that are out.
    pub outstanding: Atoms,
}

impl Setting {
    /// `price`, numeraire per token, in atoms for an atom; `None` when it is negative or not finite.
    #[must_use]
    pub fn atom_price(&self, price: f64) -> Option<AtomPrice> {
        AtomPrice::new(price * pow10(self.numeraire_decimals) / pow10(self.asset_decimals))
    }

    /// Atoms as tokens.
    #[must_use]
    pub fn tokens(&self, atoms: i128) -> f64 {
        atoms as f64 / pow10(self.asset_decimals)
    }
}

/// What one step came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The price at which all traded, numeraire per token; without trade the price that stands.
    pub price: f64,
    /// Atoms demanded at this price.
    pub demand: i128,
    /// Atoms offered at this price.
    pub supply: i128,
    /// Atoms traded.
    pub traded: i128,
    /// Atoms of the asset each row bought or sold.
    pub filled: Vec<Atoms>,
    /// Atoms of the numeraire each row pays, rounded up; what a seller receives, rounded down, is negative.
    pub paid: Vec<Atoms>,
}

/// A row's payment does not fit an amount of money; nobody trades and the venue stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpayable(pub usize);

impl Settled {
    /// What the venue keeps: what rounding leaves, less than an atom for each row.
    #[must_use]
    pub fn kept(&self) -> i128 {
        self.paid.iter().map(|&paid| i128::from(paid)).sum()
    }

    /// Fills at `price`, with payments.
    pub(super) fn at(
        orders: &StepOrders<'_>,
        setting: &Setting,
        price: f64,
        (demand, supply): (i128, i128),
        filled: Vec<Atoms>,
    ) -> Result<Self, Unpayable> {
        let atom_price = setting.atom_price(price);
        let pay = |row: usize| match (filled[row], atom_price) {
            (quantity, Some(price)) => price.signed(quantity, orders.side[row]).ok_or(Unpayable(row)),
            (0, None) => Ok(0),
            (_, None) => Err(Unpayable(row)),
        };
        let paid = (0..filled.len()).map(pay).collect::<Result<_, _>>()?;
        Ok(Self { price, demand, supply, traded: demand.min(supply), filled, paid })
    }
}

impl StepOrders<'_> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.side.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.side.is_empty()
    }

    /// Why a row with a side does not take part, if it does not.
    #[must_use]
    pub fn rejection(&self, row: usize) -> Option<Rejection> {
        let (side, limit) = (self.side[row], self.limit[row]);
        if side != Side::BUY && side != Side::SELL {
            return None;
        }
        let unlimited = limit == f64::INFINITY * f64::from(side);
        if self.size[row] <= 0 {
            Some(Rejection::BadSize)
        } else if unlimited || (limit.is_finite() && limit >= 0.0) {
            None
        } else {
            Some(Rejection::NotFinite)
        }
    }

    /// The side of a row that takes part, or zero.
    pub(super) fn taking_part(&self, row: usize) -> i8 {
        let side = self.side[row];
        if (side == Side::BUY || side == Side::SELL) && self.rejection(row).is_none() { side } else { Side::NONE }
    }

    /// Shares `available` atoms among `rows` of one side and writes what each is filled.
    pub(super) fn ration(&self, rule: &dyn Rationing, rows: &[u32], available: i128, filled: &mut [Atoms]) {
        let of = |row: &u32| *row as usize;
        let size: Vec<Atoms> = rows.iter().map(|row| self.size[of(row)]).collect();
        let arrival: Vec<u32> = rows.iter().map(|row| self.arrival[of(row)]).collect();
        let eagerness: Vec<f64> = rows.iter().map(|row| f64::from(self.side[of(row)]) * self.limit[of(row)]).collect();
        let mut granted = vec![0; rows.len()];
        let claims = Claims { size: &size, eagerness: &eagerness, arrival: &arrival };
        rule.grant(&claims, available, &mut granted);
        for (row, granted) in rows.iter().zip(granted) {
            filled[of(row)] = granted;
        }
    }
}
