//! All the equilibria that many starts find.

use walras_numerics::elementary::ln;
use walras_numerics::{Keys, Purpose};

use super::excess_demand::{ExcessDemand, Undefined, on_simplex};
use super::solver::Solver;
use super::uniqueness::index;

/// An equilibrium that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its prices on the simplex.
    pub prices: Vec<f64>,
    /// Its index, see [`index`].
    pub index: i8,
    /// The greatest excess demand there, as a share of supply.
    pub residual: f64,
    /// How many starts led to it.
    pub starts: u64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Equilibria {
    /// The equilibria, by the price of the first good, then the second, ….
    pub found: Vec<Found>,
    /// How many starts led to none.
    pub failed: u64,
}

impl Equilibria {
    /// Whether what was found could be all there is: the indices of a regular economy's equilibria sum to one. When
    /// this is false some are missing, or one is not regular; when it is true a pair of opposite indices may still
    /// be.
    #[must_use]
    pub fn indices_sum_to_one(&self) -> bool {
        self.found.iter().all(|found| found.index != 0)
            && self.found.iter().map(|found| i32::from(found.index)).sum::<i32>() == 1
    }
}

/// Two prices on the simplex this near to each other, as a share, are one equilibrium.
const SAME: f64 = 1e-6;

/// Starts `solver` at equal prices and then at `starts` points drawn uniformly from the simplex (for given `keys`
/// always the same), and lists the different equilibria it reaches.
///
/// # Errors
/// When slopes are not defined at an equilibrium that was found, so that it has no index.
pub fn all_equilibria(
    market: &dyn ExcessDemand,
    solver: &dyn Solver,
    starts: u64,
    keys: Keys,
) -> Result<Equilibria, Undefined> {
    let n = market.goods();
    let mut equilibria = Equilibria { found: Vec::new(), failed: 0 };
    for start in 0..=starts {
        let mut stream = keys.stream(Purpose::sample(0), start, 0);
        // Exponential numbers over their sum are uniform on the simplex.
        let drawn: Vec<f64> = (0..n).map(|_| if start == 0 { 1.0 } else { -ln(stream.open_unit()) }).collect();
        let outcome = solver.solve(market, &on_simplex(&drawn));
        let Some(prices) = outcome.equilibrium().map(on_simplex) else {
            equilibria.failed += 1;
            continue;
        };
        let same = |found: &&mut Found| {
            found.prices.iter().zip(&prices).all(|(known, new)| (known - new).abs() <= SAME * known.max(*new))
        };
        match equilibria.found.iter_mut().find(same) {
            Some(known) => {
                known.starts += 1;
                if outcome.residual < known.residual {
                    (known.prices, known.residual) = (prices, outcome.residual);
                }
            }
            None => equilibria.found.push(Found { prices, index: 0, residual: outcome.residual, starts: 1 }),
        }
    }
    for found in &mut equilibria.found {
        found.index = index(market, &found.prices)?;
    }
    equilibria.found.sort_by(|one, other| {
        let differ = one.prices.iter().zip(&other.prices).map(|(one, other)| one.total_cmp(other));
        differ.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    Ok(equilibria)
}
