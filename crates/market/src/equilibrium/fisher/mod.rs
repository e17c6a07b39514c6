//! Fisher's markets: buyers with budgets, and goods that are there.
//!
//! Prices are an equilibrium when every buyer spends its budget on what it wants most and every good that has a price
//! is sold out. For utilities that are homogeneous of degree one such prices and allocations are the two sides of one
//! convex programme, so that a duality gap says how far from an equilibrium any prices and allocation are.

pub mod eisenberg_gale;
mod proportional_response;

use std::ops::Deref;

use walras_catalog::entry;
use walras_numerics::sum;

use super::economy::{Allocation, GOODS_MAX};
use super::preference::{AnyPreference, Preference};

pub use proportional_response::ProportionalResponse;

entry! {
    /// A buyer: what it wants, and the money it will spend.
    pub struct Buyer = "buyer" {
        formula: "",
        source: "W. C. Brainard, H. E. Scarf, \"How to compute equilibrium prices in 1891\", 2000",
        /// What it wants.
        preference: AnyPreference;
        /// B: its money, of no use to it otherwise.
        budget: f64, within walras_catalog::Bounds::above_to(0.0, 1e18), unit "numeraire";
    }
}

/// A market of buyers with budgets.
#[derive(Debug, Clone)]
pub struct Fisher<P = AnyPreference> {
    preferences: Vec<P>,
    budgets: Vec<f64>,
    supply: Vec<f64>,
}

impl Fisher {
    /// The market of `buyers` for `supply` of each good.
    ///
    /// # Errors
    /// See [`Fisher::of`].
    pub fn new(buyers: Vec<Buyer>, supply: Vec<f64>) -> Result<Self, String> {
        Self::of(buyers.into_iter().map(|buyer| (buyer.preference, buyer.budget)).collect(), supply)
    }
}

impl<P: Deref<Target = dyn Preference>> Fisher<P> {
    /// The market of buyers with these preferences and budgets for `supply` of each good.
    ///
    /// # Errors
    /// When there is no buyer or no good, when a preference is over other goods or not homogeneous of degree one
    /// (quasi-linear ones are not), and when a budget or a supply is not above zero.
    pub fn of(buyers: Vec<(P, f64)>, supply: Vec<f64>) -> Result<Self, String> {
        let goods = supply.len();
        if buyers.is_empty() || goods == 0 || goods > GOODS_MAX {
            return Err(format!("a market needs a buyer and 1 to {GOODS_MAX} goods"));
        }
        let positive = |amount: f64| amount > 0.0 && amount.is_finite();
        if let Some(good) = supply.iter().position(|&amount| !positive(amount)) {
            return Err(format!("the supply of good {good} is {}: it must be positive", supply[good]));
        }
        for (buyer, (preference, budget)) in buyers.iter().enumerate() {
            if preference.goods() != goods {
                return Err(format!("buyer {buyer} knows {} goods, the market {goods}", preference.goods()));
            }
            if !positive(*budget) {
                return Err(format!("the budget of buyer {buyer} is {budget}: it must be positive"));
            }
            if preference.utility_of_money(&vec![1.0; goods]).is_none() {
                return Err(format!(
                    "the utility of buyer {buyer} is not homogeneous of degree one, so that no convex programme holds \
                     its equilibrium; an economy takes such consumers"
                ));
            }
        }
        let (preferences, budgets) = buyers.into_iter().unzip();
        Ok(Self { preferences, budgets, supply })
    }

    /// How many buyers.
    #[must_use]
    pub fn buyers(&self) -> usize {
        self.preferences.len()
    }

    /// What buyer `buyer` wants.
    #[must_use]
    pub fn preference(&self, buyer: usize) -> &dyn Preference {
        &*self.preferences[buyer]
    }

    /// The money of each buyer.
    #[must_use]
    pub fn budgets(&self) -> &[f64] {
        &self.budgets
    }

    /// How much of each good there is.
    #[must_use]
    pub fn supply(&self) -> &[f64] {
        &self.supply
    }

    /// All buyers' money.
    #[must_use]
    pub fn money(&self) -> f64 {
        sum::sum(&self.budgets)
    }
}

/// Where a search for a Fisher market's equilibrium ended.
#[derive(Debug, Clone, PartialEq)]
pub struct FisherOutcome {
    /// Whether the duality gap is within the tolerance.
    pub converged: bool,
    /// The prices; zero for a good that nobody wants.
    pub prices: Vec<f64>,
    /// What each buyer gets: in total all there is of each good that has a price.
    pub allocation: Allocation,
    /// What each buyer spends on each good.
    pub bids: Allocation,
    /// The duality gap, as a share of all money.
    pub gap: f64,
    /// How many rounds of bids were made.
    pub rounds: u64,
}
