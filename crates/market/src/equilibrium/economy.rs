//! An exchange economy: consumers who own goods and want goods.

use std::ops::Deref;

use walras_catalog::entry;
use walras_numerics::sum;

use super::excess_demand::{ExcessDemand, Undefined, check_prices};
use super::matrix::Matrix;
use super::preference::{AnyPreference, Preference, Slopes, Tie};
use super::solver::simplicial::Corner;

/// The most goods of one economy.
pub const GOODS_MAX: usize = 4096;

/// How far what a consumer demands may cost from his income, as a share of it, before Walras's law counts as
/// broken. What remains below are the roundings of one sum over the goods.
pub const BUDGET_TOLERANCE: f64 = 1e-12;

entry! {
    /// A consumer: what it wants, and what it owns before trade.
    pub struct Consumer = "consumer" {
        formula: "",
        source: "K. J. Arrow, G. Debreu, \"Existence of an equilibrium for a competitive economy\", Econometrica 22, 1954",
        /// What it wants.
        preference: AnyPreference;
        /// ω_j: what it owns of each good.
        endowment: Vec<f64>, within 0.0..=1e18, unit "good";
    }
}

/// An exchange economy of Arrow and Debreu. A good may stand for a thing at a place, date and state of the world.
///
/// Preferences are entries of the catalogue, or whatever dereferences to a [`Preference`].
#[derive(Debug, Clone)]
pub struct Economy<P = AnyPreference> {
    preferences: Vec<P>,
    endowments: Vec<Vec<f64>>,
    supply: Vec<f64>,
}

/// What each consumer takes home: one bundle for each consumer, one amount for each good.
pub type Allocation = Vec<Vec<f64>>;

impl Economy {
    /// The economy of `consumers`.
    ///
    /// # Errors
    /// See [`Economy::of`].
    pub fn new(consumers: Vec<Consumer>) -> Result<Self, String> {
        Self::of(consumers.into_iter().map(|consumer| (consumer.preference, consumer.endowment)).collect())
    }
}

impl<P: Deref<Target = dyn Preference>> Economy<P> {
    /// The economy of consumers with these preferences and endowments.
    ///
    /// # Errors
    /// When there is no consumer or no good, when consumers differ in how many goods they know, when an endowment is
    /// negative or not finite, and when nobody owns any of some good: no price could clear its market.
    pub fn of(consumers: Vec<(P, Vec<f64>)>) -> Result<Self, String> {
        let Some(goods) = consumers.first().map(|(preference, _)| preference.goods()) else {
            return Err("an economy needs at least one consumer".to_owned());
        };
        if goods == 0 || goods > GOODS_MAX {
            return Err(format!("an economy has 1 to {GOODS_MAX} goods, not {goods}"));
        }
        for (consumer, (preference, endowment)) in consumers.iter().enumerate() {
            if preference.goods() != goods {
                let found = preference.goods();
                return Err(format!("consumer {consumer} has a preference over {found} goods, the first over {goods}"));
            }
            if endowment.len() != goods {
                return Err(format!("consumer {consumer} has {} endowments for {goods} goods", endowment.len()));
            }
            if let Some(good) = endowment.iter().position(|&amount| !(amount >= 0.0 && amount.is_finite())) {
                return Err(format!("consumer {consumer} owns {} of good {good}", endowment[good]));
            }
        }
        let (preferences, endowments): (Vec<P>, Vec<Vec<f64>>) = consumers.into_iter().unzip();
        let total = |good: usize| sum::sum_by(endowments.len(), |consumer| endowments[consumer][good]);
        let supply: Vec<f64> = (0..goods).map(total).collect();
        if let Some(good) = supply.iter().position(|&amount| !(amount > 0.0 && amount.is_finite())) {
            return Err(format!("nobody owns any of good {good}, so no price clears its market"));
        }
        Ok(Self { preferences, endowments, supply })
    }

    /// How many consumers.
    #[must_use]
    pub fn consumers(&self) -> usize {
        self.preferences.len()
    }

    /// What consumer `consumer` wants.
    #[must_use]
    pub fn preference(&self, consumer: usize) -> &dyn Preference {
        &*self.preferences[consumer]
    }

    /// What consumer `consumer` owns before trade.
    #[must_use]
    pub fn endowment(&self, consumer: usize) -> &[f64] {
        &self.endowments[consumer]
    }

    /// What consumer `consumer`'s endowment is worth.
    #[must_use]
    pub fn income(&self, consumer: usize, prices: &[f64]) -> f64 {
        let endowment = &self.endowments[consumer];
        sum::sum_by(prices.len(), |good| prices[good] * endowment[good])
    }

    /// What every consumer demands at `prices`.
    ///
    /// # Errors
    /// When a price is not positive, a demand is not one finite bundle, or it misses its budget by more than
    /// [`BUDGET_TOLERANCE`].
    pub fn demands(&self, prices: &[f64]) -> Result<Allocation, Undefined> {
        check_prices(prices)?;
        (0..self.consumers()).map(|consumer| self.demand(consumer, prices)).collect()
    }

    /// What every consumer demands on average over the corners of a simplex of prices: where demand is a set, the
    /// member of it that clears the markets, to within the simplex's size.
    ///
    /// # Errors
    /// As [`Economy::demands`], at any of the corners.
    pub fn mixed_demands(&self, corners: &[Corner]) -> Result<Allocation, Undefined> {
        let mut mixed = vec![vec![0.0; self.supply.len()]; self.consumers()];
        for corner in corners {
            for (mixed, bundle) in mixed.iter_mut().zip(self.demands(&corner.prices)?) {
                for (sum, amount) in mixed.iter_mut().zip(bundle) {
                    *sum += corner.weight * amount;
                }
            }
        }
        Ok(mixed)
    }

    /// What one consumer demands at positive prices.
    fn demand(&self, consumer: usize, prices: &[f64]) -> Result<Vec<f64>, Undefined> {
        let income = self.income(consumer, prices);
        let mut bundle = vec![0.0; prices.len()];
        self.preferences[consumer].demand(prices, income, &mut bundle).map_err(|tie| undefined(consumer, tie))?;
        if let Some(good) = bundle.iter().position(|amount| !amount.is_finite()) {
            return Err(Undefined::NotFinite { consumer, good });
        }
        let spent = sum::sum_by(prices.len(), |good| prices[good] * bundle[good]);
        if (spent - income).abs() <= BUDGET_TOLERANCE * income {
            Ok(bundle)
        } else {
            Err(Undefined::BudgetMissed { consumer, spent, income })
        }
    }

    /// Whether goods are weak gross substitutes for every consumer: then equilibrium prices are unique up to scale,
    /// as long as the economy does not fall apart into groups that have nothing to trade with each other.
    #[must_use]
    pub fn gross_substitutes(&self) -> bool {
        self.preferences.iter().all(|preference| preference.gross_substitutes())
    }

    /// The utility of every consumer's bundle.
    #[must_use]
    pub fn utilities(&self, allocation: &[Vec<f64>]) -> Vec<f64> {
        let pairs = self.preferences.iter().zip(allocation);
        pairs.map(|(preference, bundle)| preference.utility(bundle)).collect()
    }
}

fn undefined(consumer: usize, tie: Tie) -> Undefined {
    Undefined::Tie { consumer, first: tie.first, second: tie.second }
}

impl<P: Deref<Target = dyn Preference>> ExcessDemand for Economy<P> {
    fn goods(&self) -> usize {
        self.supply.len()
    }

    fn supply(&self) -> &[f64] {
        &self.supply
    }

    /// Consumers are summed in their order, by [`walras_numerics::sum`].
    fn excess_demand(&self, prices: &[f64], into: &mut [f64]) -> Result<(), Undefined> {
        let demands = self.demands(prices)?;
        for (good, excess) in into.iter_mut().enumerate() {
            *excess = sum::sum_by(demands.len(), |consumer| demands[consumer][good] - self.endowments[consumer][good]);
        }
        Ok(())
    }

    /// ∂z_j/∂p_k = Σ_i (∂x_ij/∂p_k + ∂x_ij/∂m·ω_ik): a price moves demand by itself and through income.
    fn slopes(&self, prices: &[f64], into: &mut Matrix) -> Result<bool, Undefined> {
        check_prices(prices)?;
        into.clear();
        let n = prices.len();
        let mut slopes = Slopes::new(n);
        for (consumer, (preference, endowment)) in self.preferences.iter().zip(&self.endowments).enumerate() {
            let income = self.income(consumer, prices);
            preference.slopes(prices, income, &mut slopes).map_err(|tie| undefined(consumer, tie))?;
            for j in 0..n {
                let row = into.row_mut(j);
                for k in 0..n {
                    row[k] += slopes.by_price[(j, k)] + slopes.by_income[j] * endowment[k];
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::preference::CobbDouglas;
    use super::*;

    fn owner(endowment: &[f64]) -> Consumer {
        let preference = AnyPreference::CobbDouglas(CobbDouglas { weights: vec![1.0, 1.0] });
        Consumer { preference, endowment: endowment.to_vec() }
    }

    #[test]
    fn what_is_no_economy_is_refused_with_a_reason() {
        let error = |consumers| Economy::new(consumers).unwrap_err();
        assert!(error(vec![]).contains("at least one consumer"));
        assert!(error(vec![owner(&[1.0])]).contains("1 endowments for 2 goods"));
        assert!(error(vec![owner(&[1.0, 0.0]), owner(&[2.0, 0.0])]).contains("nobody owns any of good 1"));
        assert!(error(vec![owner(&[1.0, -1.0])]).contains("owns -1 of good 1"));
    }

    /// Half of 2·3 + 1·4 buys 2.5 of the first good and 5 of the second.
    #[test]
    fn excess_demand_of_one_consumer_by_hand() {
        let economy = Economy::new(vec![owner(&[3.0, 4.0])]).unwrap();
        let mut excess = [0.0; 2];
        economy.excess_demand(&[2.0, 1.0], &mut excess).unwrap();
        assert_eq!(excess, [-0.5, 1.0]);
        let wrong = economy.excess_demand(&[2.0, 0.0], &mut excess);
        assert_eq!(wrong, Err(Undefined::Price { good: 1, price: 0.0 }));
    }
}
