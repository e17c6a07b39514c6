//! Who gets the credit for what an agent did after several affiliates had reached it.
//!
//! - [`Touch`]es before a [`Conversion`] form a path; an epoch's paths, those that led to nothing included, are [`Paths`]
//! - one by one, when it happens: [`LastTouch`], [`FirstTouch`], [`Linear`], [`TimeDecay`]
//! - by all paths of an epoch: [`Removal`], [`Shapley`]
//! - by the same run without each affiliate: [`Counterfactual`]
//! - [`game`]: the Shapley value of any game
//!
//! Credit is whole atoms that add up to what is shared, by largest remainder, equal ones to the first.

mod counterfactual;
mod first_touch;
pub mod game;
mod last_touch;
mod linear;
mod paths;
mod refusal;
mod removal;
mod shapley;
mod time_decay;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use counterfactual::Counterfactual;
pub use first_touch::FirstTouch;
pub use last_touch::LastTouch;
pub use linear::Linear;
pub use paths::{Conversion, Paths, Touch, within};
pub use refusal::Refusal;
pub use removal::Removal;
pub use shapley::{Coalition, Shapley};
pub use time_decay::TimeDecay;

use crate::distribution::split;
use game::Draws;

/// A rule that gives credit.
pub trait Attribution: Debug + Send + Sync {
    /// What it has to see.
    fn basis(&self) -> Basis;

    /// Cuts the value of one conversion: `shares` becomes one amount for each touch, adding up to the value. Of a
    /// conversion without touches it becomes empty, and nobody gets the value.
    ///
    /// # Errors
    /// When the rule has to see more than one conversion, and when the value is negative.
    fn share(&self, conversion: &Conversion<'_>, shares: &mut Vec<Atoms>) -> Result<(), Refusal>;

    /// Credits each affiliate for an epoch: writes every slot of `credits`, which has one for each affiliate.
    ///
    /// The credits add up to the value of all conversions that were touched; by the rules that compare runs, to what
    /// they say.
    ///
    /// # Errors
    /// When a touch names an affiliate that is not there, an amount is negative, the sum does not fit an amount, or
    /// what the rule has to see is missing. Then nobody gets anything.
    fn credit(&self, epoch: &Epoch<'_>, credits: &mut [Atoms]) -> Result<(), Refusal> {
        credits.fill(0);
        epoch.checked(credits.len())?;
        let mut shares = Vec::new();
        for conversion in epoch.paths.iter() {
            self.share(&conversion, &mut shares)?;
            for (touch, share) in conversion.touches.iter().zip(&shares) {
                // The sum of all was checked to fit.
                credits[touch.affiliate as usize] += share;
            }
        }
        Ok(())
    }
}

/// What a rule has to see before it can give credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// One conversion and its touches: credit can be given at once.
    Conversion,
    /// All paths of an epoch.
    Epoch,
    /// The same run again without each affiliate: [`Epoch::outcome`] and [`Epoch::without`].
    Runs,
}

entries! {
    /// Any rule that gives credit.
    pub enum AnyAttribution: dyn Attribution = "attribution" {
        LastTouch(LastTouch),
        FirstTouch(FirstTouch),
        Linear(Linear),
        TimeDecay(TimeDecay),
        Removal(Removal),
        Shapley(Shapley),
        Counterfactual(Counterfactual),
    }
}

/// What happened in an epoch.
#[derive(Debug, Clone, Copy)]
pub struct Epoch<'a> {
    /// Every path that ended in it.
    pub paths: &'a Paths,
    /// What came of it in all, for [`Basis::Runs`] alone.
    pub outcome: Atoms,
    /// What would have come of it without each affiliate, for [`Basis::Runs`] alone; empty for others.
    pub without: &'a [Atoms],
    /// Random numbers, for rules that sample.
    pub draws: Draws,
}

impl Epoch<'_> {
    /// The value of all conversions that were touched, where every path is as it must be.
    fn checked(&self, affiliates: usize) -> Result<Atoms, Refusal> {
        let mut total: Atoms = 0;
        for conversion in self.paths.iter() {
            if conversion.value < 0 {
                return Err(Refusal::Value(conversion.value));
            }
            if let Some(touch) = conversion.touches.iter().find(|touch| touch.affiliate as usize >= affiliates) {
                return Err(Refusal::Affiliate { found: touch.affiliate, affiliates });
            }
            if !conversion.touches.is_empty() {
                total = total.checked_add(conversion.value).ok_or(Refusal::TooMuch)?;
            }
        }
        Ok(total)
    }
}

/// Cuts `total` by `weights` into `credits`; nothing where there is nothing to cut.
fn cut(total: Atoms, weights: &[f64], credits: &mut [Atoms]) -> Result<(), Refusal> {
    if total > 0 {
        credits.copy_from_slice(&split(total, weights).map_err(|_| Refusal::Weights)?);
    }
    Ok(())
}

/// Gives the whole value to one touch.
fn all_to(touch: Option<usize>, conversion: &Conversion<'_>, shares: &mut Vec<Atoms>) -> Result<(), Refusal> {
    conversion.begin(shares)?;
    if let Some(touch) = touch {
        shares[touch] = conversion.value;
    }
    Ok(())
}
