//! Whether an equilibrium is the only one: what can be said without finding the others.

use super::excess_demand::{ExcessDemand, Undefined, difference_slopes, free_goods};
use super::matrix::{Factors, Matrix};

/// The slopes ∂z_j/∂p_k, in closed form where the market has one.
///
/// # Errors
/// When z is not defined there.
pub fn slopes(market: &dyn ExcessDemand, prices: &[f64]) -> Result<Matrix, Undefined> {
    let n = market.goods();
    let mut slopes = Matrix::zeros(n, n);
    if !market.slopes(prices, &mut slopes)? {
        difference_slopes(market, prices, &mut slopes)?;
    }
    Ok(slopes)
}

/// Two goods of which a dearer one makes the other less wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complements {
    /// The good whose excess demand falls.
    pub wanted: usize,
    /// The good whose price rises.
    pub dearer: usize,
}

/// Whether goods are gross substitutes at `prices`: no good's excess demand falls when another's price rises. The first
/// pair that are not, up to slopes of 10⁻¹² of the supply for a price doubled.
///
/// Where they are so at all prices, and strictly, equilibrium prices are unique up to scale and every tâtonnement with
/// short enough steps finds them (Arrow, Block and Hurwicz 1959). At one point it is a hint.
///
/// # Errors
/// When z is not defined there.
pub fn complements(market: &dyn ExcessDemand, prices: &[f64]) -> Result<Option<Complements>, Undefined> {
    let slopes = slopes(market, prices)?;
    let n = market.goods();
    let negligible = |wanted: usize| -1e-12 * market.supply()[wanted];
    let pairs = (0..n).flat_map(|wanted| (0..n).map(move |dearer| Complements { wanted, dearer }));
    let mut found = pairs.filter(|pair| pair.wanted != pair.dearer);
    Ok(found.find(|pair| slopes[(pair.wanted, pair.dearer)] * prices[pair.dearer] < negligible(pair.wanted)))
}

/// The index of an equilibrium: the sign of det(−∂z_j/∂p_k) with one good, the numeraire, and all free goods left out
/// of rows and columns; zero where the matrix is singular to working precision.
///
/// The indices of all equilibria of a regular economy sum to 1 (E. Dierker, "Two remarks on the number of equilibria
/// of an economy", Econometrica 40, 1972). So their number is odd, one of index −1 is never alone, and where all
/// equilibria must have the index 1 there is only one. A single index of 1 proves nothing.
///
/// # Errors
/// When z is not defined there.
pub fn index(market: &dyn ExcessDemand, equilibrium: &[f64]) -> Result<i8, Undefined> {
    let n = market.goods();
    let slopes = slopes(market, equilibrium)?;
    let worth = |good: usize| equilibrium[good] * market.supply()[good];
    let numeraire = (1..n).fold(0, |most, good| if worth(good) > worth(most) { good } else { most });
    let free = free_goods(equilibrium, market.supply());
    let others: Vec<usize> = (0..n).filter(|&good| good != numeraire && !free[good]).collect();
    if others.is_empty() {
        return Ok(1);
    }
    let mut reduced = Matrix::zeros(others.len(), others.len());
    for (row, &j) in others.iter().enumerate() {
        for (column, &k) in others.iter().enumerate() {
            reduced[(row, column)] = -slopes[(j, k)] * equilibrium[k] / market.supply()[j];
        }
    }
    Ok(Factors::of(&reduced).map_or(0, |factors| factors.sign()))
}
