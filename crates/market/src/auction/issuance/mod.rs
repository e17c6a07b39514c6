//! Issuance by gradual Dutch auctions: units are sold one after another at prices that fall as time passes and rise as
//! units are sold.
//!
//! All take the time since the sale began, in the unit that their rates are in, and how many units are sold; prices are in
//! numeraire for one unit. [`cost_in_atoms`] turns them into money, rounded up in the issuer's favour.

mod gradual_continuous;
mod gradual_discrete;
mod vrgda_linear;
mod vrgda_logistic;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;
use walras_numerics::elementary::pow10;

pub use gradual_continuous::GradualContinuous;
pub use gradual_discrete::GradualDiscrete;
pub use vrgda_linear::VrgdaLinear;
pub use vrgda_logistic::VrgdaLogistic;

/// A rule of issuance.
pub trait Issuance: Debug + Send + Sync {
    /// The price of the next unit when `sold` units are sold, `time` after the start; `None` when none is left, or none
    /// on offer yet. Infinite where the formula exceeds any number: then nothing can be bought.
    fn price(&self, sold: f64, time: f64) -> Option<f64>;

    /// What the next `quantity` units cost together, bought at once; `None` when so many are not on offer. For rules
    /// of whole units the sum of their prices, for continuous ones the integral.
    fn cost(&self, sold: f64, quantity: f64, time: f64) -> Option<f64>;

    /// How many units are on offer at `time` when `sold` are sold; infinite when as many as anyone pays for.
    fn available(&self, _sold: f64, _time: f64) -> f64 {
        f64::INFINITY
    }
}

entries! {
    /// Any rule of issuance.
    pub enum AnyIssuance: dyn Issuance = "issuance" {
        VrgdaLinear(VrgdaLinear),
        VrgdaLogistic(VrgdaLogistic),
        GradualDiscrete(GradualDiscrete),
        GradualContinuous(GradualContinuous),
    }
}

/// What `cost` of the numeraire, of these decimals, is in atoms: raised by what computing it may have lost, then rounded
/// up, and at least one atom. `None` when it does not fit.
#[must_use]
pub fn cost_in_atoms(cost: f64, decimals: u32) -> Option<Atoms> {
    // Exponentials, sums and products here stay within 2⁻⁴⁰ of the formula; the issuer keeps that much.
    let atoms = (cost * pow10(decimals) * (1.0 + 1.0 / (1_u64 << 40) as f64)).ceil();
    (atoms < 9_223_372_036_854_775_808.0).then_some((atoms as Atoms).max(1))
}
