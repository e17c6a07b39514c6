//! Proportional response.

use std::ops::Deref;

use walras_catalog::entry;
use walras_numerics::sum;

use super::super::preference::Preference;
use super::eisenberg_gale::check;
use super::{Fisher, FisherOutcome};

entry! {
    /// Buyers bid their whole budgets, get goods in proportion to bids, and bid anew.
    ///
    /// A buyer of substitutes bids for each good in proportion to the utility it got from it; a buyer of complements
    /// bids what it would spend at the prices just seen. No buyer knows more than its own budget, bundle and the
    /// prices. It converges for linear utilities, all constant elasticities and Leontief's: geometrically between
    /// the two ends, and with the gap falling at least as one over the rounds for linear and Leontief's (where a
    /// budget may be just indifferent). The gap is measured in every round, so the answer carries its own proof.
    pub struct ProportionalResponse = "proportional_response" {
        formula: "p_j = Σ_i b_ij/s_j, x_ij = b_ij/p_j; b_ij ← B_i·a_ij·x_ij/u_i (linear utilities)",
        source: "L. Zhang, \"Proportional response dynamics in the Fisher market\", 2011; B. Birnbaum, N. Devanur, L. Xiao, \"Distributed algorithms via gradient descent for Fisher markets\", EC 2011; Y. K. Cheung, R. Cole, Y. Tao, \"Dynamics of distributed updating in Fisher markets\", EC 2018",
        /// The greatest duality gap left, as a share of all money.
        tolerance: f64 = 1e-9, within 1e-15..=1.0;
        /// The most rounds of bids.
        rounds_max: u64 = 100_000, within 1.0..=1e12, unit "rounds";
    }
}

impl ProportionalResponse {
    /// Looks for the equilibrium of `market`, every buyer's first bids being the same for all goods it has a use for.
    ///
    /// # Errors
    /// When a buyer has no proportional response.
    pub fn solve<P: Deref<Target = dyn Preference>>(&self, market: &Fisher<P>) -> Result<FisherOutcome, String> {
        let goods = market.supply().len();
        let mut bids: Vec<Vec<f64>> =
            market.budgets().iter().map(|budget| vec![budget / goods as f64; goods]).collect();
        let mut rounds = 0;
        loop {
            let (prices, allocation) = sell(market, &bids);
            // What the first bids say of goods that a buyer has no use for is not yet an equilibrium's.
            let gap = if rounds == 0 { f64::INFINITY } else { check(market, &prices, &allocation).gap };
            let converged = gap <= self.tolerance;
            if converged || rounds == self.rounds_max {
                return Ok(FisherOutcome { converged, prices, allocation, bids, gap, rounds });
            }
            rounds += 1;
            // A price of zero is one that nobody bids: those who do not want the good need some price to ignore.
            let seen: Vec<f64> = prices.iter().map(|price| price.max(f64::MIN_POSITIVE)).collect();
            for (buyer, bids) in bids.iter_mut().enumerate() {
                let mut next = vec![0.0; goods];
                if !market.preference(buyer).response(bids, &allocation[buyer], &seen, &mut next) {
                    return Err(format!("buyer {buyer} has a preference without a proportional response"));
                }
                // Hold the bids to the budget, whatever roundings have gathered.
                let total = sum::sum(&next);
                for (bid, new) in bids.iter_mut().zip(next) {
                    *bid = new / total * market.budgets()[buyer];
                }
            }
        }
    }
}

/// Prices at which the bids buy all there is, and what each buyer then gets.
fn sell<P: Deref<Target = dyn Preference>>(market: &Fisher<P>, bids: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let supply = market.supply();
    let price = |good: usize| sum::sum_by(bids.len(), |buyer| bids[buyer][good]) / supply[good];
    let prices: Vec<f64> = (0..supply.len()).map(price).collect();
    let share = |(bid, price): (&f64, &f64)| if *price > 0.0 { bid / price } else { 0.0 };
    let allocation = bids.iter().map(|bids| bids.iter().zip(&prices).map(share).collect()).collect();
    (prices, allocation)
}
