//! A simplicial method: prices are boxed in by ever smaller simplices.

use walras_catalog::entry;
use walras_numerics::sum;

use super::super::excess_demand::{ExcessDemand, Undefined, check_prices, on_simplex};
use super::super::matrix::{Factors, Matrix};
use super::{Ending, Outcome, Search, Solver};

entry! {
    /// The price simplex is cut into small simplices, and one is found over which excess demand averages to zero.
    ///
    /// Merrill's restart algorithm on Freudenthal's triangulation: a layer below carries a function whose one zero is
    /// the present guess, the layer above the value p_j·z_j of each good's excess demand, and linear programming's
    /// pivots lead from a simplex of the one to a simplex of the other. Each further round starts from the answer of
    /// the last with a finer mesh. It uses no slopes, so neither kinks nor jumps stop it: where demand is a set, as a
    /// linear consumer's is, it still closes in on the prices, and `approximate` gives the corners and weights at
    /// which the demands clear together. The solver proper asks for a zero of excess demand itself and says that it
    /// has stalled where there is none. It does not find equilibria with free goods.
    pub struct Simplicial = "simplicial" {
        formula: "Σ λ_v·p_j(v)·z_j(p(v)) = 0 over the corners v of a simplex, Σ λ_v = 1, λ ≥ 0",
        source: "O. H. Merrill, \"Applications and extensions of an algorithm that computes fixed points\", 1972; H. Scarf, \"The Computation of Economic Equilibria\", 1973; M. J. Todd, \"The Computation of Fixed Points and Applications\", 1976",
        /// The edge of the first simplices, as a share of an equal price.
        mesh: f64 = 0.2, within 1e-6..=1.0;
        /// By what the edge shrinks from round to round.
        refinement: f64 = 0.1, within 0.001..=0.9;
        /// The edge at which refining ends, as a share of an equal price.
        mesh_min: f64 = 1e-9, within 1e-12..=1.0;
        /// The greatest excess demand left, as a share of supply.
        tolerance: f64 = 1e-10, within 1e-15..=1.0;
        /// The most pivots, over all rounds.
        steps_max: u64 = 1_000_000, within 1.0..=1e12, unit "pivots";
    }
}

/// A corner of a simplex of prices.
#[derive(Debug, Clone, PartialEq)]
pub struct Corner {
    /// Its weight λ.
    pub weight: f64,
    /// Its prices, which sum to one.
    pub prices: Vec<f64>,
}

/// A simplex of prices over which excess demand averages to zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Approximation {
    /// The average of the corners' prices.
    pub prices: Vec<f64>,
    /// The corners with a weight.
    pub corners: Vec<Corner>,
    /// The greatest average excess demand over the corners, as a share of supply: of the size of the mesh.
    pub residual: f64,
    /// The edge of the simplex, in prices that sum to one.
    pub edge: f64,
    /// How many pivots were made.
    pub steps: u64,
    /// How often excess demand was evaluated.
    pub evaluations: u64,
}

/// One simplex of Freudenthal's triangulation of prices and two layers, K1: the base corner and the order in which the
/// coordinates go up from it, the last coordinate being the layer.
struct Walk<'a, 'b> {
    search: &'b mut Search<'a>,
    /// The guess that the lower layer has its zero at, in the prices of all goods but the last.
    guess: Vec<f64>,
    edge: f64,
    base: Vec<i64>,
    order: Vec<usize>,
    /// The labels of the corners, in the order of the walk up from the base.
    labels: Vec<Vec<f64>>,
}

impl<'a, 'b> Walk<'a, 'b> {
    /// The simplex whose lower face has the guess at its centre. Its last corner, in the upper layer, has no label yet.
    fn new(search: &'b mut Search<'a>, guess: Vec<f64>, edge: f64) -> Self {
        let m = guess.len();
        let mut walk = Self { search, guess, edge, base: vec![0; m + 1], order: (0..=m).collect(), labels: Vec::new() };
        walk.labels = (0..=m).map(|position| walk.lower_label(&walk.point(position))).collect();
        walk.labels.push(vec![0.0; m]);
        walk
    }

    /// The layer of a corner: 0 below, 1 above.
    fn layer(&self, position: usize) -> i64 {
        let m = self.guess.len();
        self.base[m] + i64::from(self.order[..position].contains(&m))
    }

    /// The prices of all goods but the last at a corner.
    fn point(&self, position: usize) -> Vec<f64> {
        let m = self.guess.len();
        let up = &self.order[..position];
        let coordinate = |i: usize| {
            let steps = self.base[i] + i64::from(up.contains(&i));
            // The base lies below the guess by this share of an edge, so that the face's centre is the guess.
            let share = (m - i) as f64 / (m + 1) as f64;
            self.guess[i] + self.edge * (steps as f64 - share)
        };
        (0..m).map(coordinate).collect()
    }

    fn lower_label(&self, point: &[f64]) -> Vec<f64> {
        self.guess.iter().zip(point).map(|(guess, at)| guess - at).collect()
    }

    fn label(&mut self, position: usize) -> Result<Vec<f64>, Undefined> {
        let point = self.point(position);
        if self.layer(position) == 0 {
            return Ok(self.lower_label(&point));
        }
        let prices = all_prices(&point);
        if check_prices(&prices).is_err() {
            // Beyond the simplex everything leads back to its centre.
            let centre = 1.0 / prices.len() as f64;
            return Ok(point.iter().map(|price| centre - price).collect());
        }
        let excess = self.search.look(&prices)?;
        let supply = self.search.market.supply();
        let worth = sum::sum_by(prices.len(), |good| prices[good] * supply[good]);
        Ok(point.iter().zip(&excess).map(|(price, excess)| price * excess / worth).collect())
    }

    /// Pivots until a face in the upper layer is complete: its corners' positions and weights.
    fn run(&mut self, steps_max: u64) -> Result<Vec<(usize, f64)>, Ending> {
        let mut entering = self.guess.len() + 1;
        loop {
            if self.search.steps == steps_max {
                return Err(Ending::OutOfBudget);
            }
            self.search.steps += 1;
            self.labels[entering] = self.label(entering).map_err(Ending::Undefined)?;
            let (leaving, weights) = self.pivot(entering).ok_or(Ending::Stalled("a simplex has no volume"))?;
            let kept: Vec<(usize, f64)> = weights.into_iter().filter(|&(position, _)| position != leaving).collect();
            if kept.iter().all(|&(position, _)| self.layer(position) == 1) {
                return Ok(kept);
            }
            if kept.iter().all(|&(position, _)| self.layer(position) == 0) {
                return Err(Ending::Stalled("the pivots came back to where they started"));
            }
            entering = self.replace(leaving);
        }
    }

    /// The corner that leaves the complete face when `entering` joins it, and the weights of all afterwards.
    fn pivot(&self, entering: usize) -> Option<(usize, Vec<(usize, f64)>)> {
        let m = self.guess.len();
        let face: Vec<usize> = (0..=m + 1).filter(|&position| position != entering).collect();
        let mut matrix = Matrix::zeros(m + 1, m + 1);
        for (column, &position) in face.iter().enumerate() {
            matrix[(0, column)] = 1.0;
            for row in 0..m {
                matrix[(row + 1, column)] = self.labels[position][row];
            }
        }
        let factors = Factors::of(&matrix)?;
        let mut right = vec![0.0; m + 1];
        right[0] = 1.0;
        let weights = factors.solve(&right);
        right[1..].copy_from_slice(&self.labels[entering]);
        let change = factors.solve(&right);
        let largest = change.iter().fold(0.0, |most: f64, part| most.max(part.abs()));
        let mut best: Option<(f64, usize)> = None;
        for (column, (&weight, &part)) in weights.iter().zip(&change).enumerate() {
            if part > 1e-12 * largest {
                let ratio = weight.max(0.0) / part;
                if best.is_none_or(|(least, _)| ratio < least) {
                    best = Some((ratio, column));
                }
            }
        }
        let (ratio, column) = best?;
        let mut after: Vec<(usize, f64)> = face
            .iter()
            .zip(weights.iter().zip(&change))
            .map(|(&position, (weight, part))| (position, (weight - ratio * part).max(0.0)))
            .collect();
        after.push((entering, ratio));
        Some((face[column], after))
    }

    /// Goes to the neighbour that shares all corners but the one at `leaving`; where the new corner stands.
    fn replace(&mut self, leaving: usize) -> usize {
        let last = self.order.len();
        let blank = vec![0.0; self.guess.len()];
        if leaving == 0 {
            self.base[self.order[0]] += 1;
            self.order.rotate_left(1);
            self.labels.remove(0);
            self.labels.push(blank);
            last
        } else if leaving == last {
            self.base[self.order[last - 1]] -= 1;
            self.order.rotate_right(1);
            self.labels.pop();
            self.labels.insert(0, blank);
            0
        } else {
            self.order.swap(leaving - 1, leaving);
            leaving
        }
    }
}

/// The last good's price makes the sum one.
fn all_prices(point: &[f64]) -> Vec<f64> {
    let mut prices = point.to_vec();
    prices.push(1.0 - sum::sum(point));
    prices
}

impl Simplicial {
    /// One round: the complete face of the upper layer, and the point it averages to.
    fn round(&self, search: &mut Search<'_>, guess: &[f64], edge: f64) -> Result<(Vec<Corner>, Vec<f64>), Ending> {
        let mut walk = Walk::new(search, guess.to_vec(), edge);
        let face = walk.run(self.steps_max)?;
        let total: f64 = sum::sum_by(face.len(), |i| face[i].1);
        let corner = |&(position, weight): &(usize, f64)| Corner {
            weight: weight / total,
            prices: all_prices(&walk.point(position)),
        };
        let corners: Vec<Corner> = face.iter().map(corner).filter(|corner| corner.weight > 0.0).collect();
        let average = |good: usize| sum::sum_by(corners.len(), |i| corners[i].weight * corners[i].prices[good]);
        let point = (0..guess.len()).map(average).collect();
        Ok((corners, point))
    }

    /// Refines until the economy itself is settled or the mesh is at its finest; the last complete simplex and its
    /// edge.
    fn refine(&self, search: &mut Search<'_>) -> Result<(Vec<Corner>, f64), Ending> {
        let equal = 1.0 / search.prices.len() as f64;
        let mut point = on_simplex(&search.prices);
        point.pop();
        let mut edge = self.mesh * equal;
        loop {
            let (corners, next) = self.round(search, &point, edge)?;
            point = next;
            let prices = all_prices(&point);
            if check_prices(&prices).is_ok() {
                // Where demand is a set there may be no excess demand at the average, only at the corners.
                match search.move_to(&prices) {
                    Ok(()) | Err(Undefined::Tie { .. }) => {}
                    Err(error) => return Err(Ending::Undefined(error)),
                }
                if search.residual <= self.tolerance {
                    return Ok((corners, edge));
                }
            }
            if edge <= self.mesh_min * equal {
                return Ok((corners, edge));
            }
            edge = (edge * self.refinement).max(self.mesh_min * equal);
        }
    }

    /// A simplex of the finest mesh over which excess demand averages to zero, where it may jump in between: demands at
    /// its corners, mixed by its weights, clear the markets to within the mesh.
    ///
    /// # Errors
    /// How the search ended when it found none, as when an equilibrium has free goods.
    pub fn approximate(&self, market: &dyn ExcessDemand, start: &[f64]) -> Result<Approximation, Outcome> {
        let mut search = Search::new(market, start)?;
        if start.len() == 1 {
            return Err(search.end(Ending::Stalled("a single good has no simplex of prices")));
        }
        let (corners, edge) = match self.refine(&mut search) {
            Ok(found) => found,
            Err(ending) => return Err(search.end(ending)),
        };
        let mut average = vec![0.0; start.len()];
        let mut prices = average.clone();
        for corner in &corners {
            let excess = match search.look(&corner.prices) {
                Ok(excess) => excess,
                Err(error) => return Err(search.end(Ending::Undefined(error))),
            };
            for good in 0..start.len() {
                average[good] += corner.weight * excess[good];
                prices[good] += corner.weight * corner.prices[good];
            }
        }
        let share = |(excess, supply): (&f64, &f64)| excess.abs() / supply;
        let residual = average.iter().zip(market.supply()).map(share).fold(0.0, f64::max);
        let Search { steps, evaluations, .. } = search;
        Ok(Approximation { prices, corners, residual, edge, steps, evaluations })
    }
}

impl Solver for Simplicial {
    fn solve(&self, market: &dyn ExcessDemand, start: &[f64]) -> Outcome {
        let mut search = match Search::new(market, start) {
            Ok(search) => search,
            Err(outcome) => return outcome,
        };
        if search.residual <= self.tolerance {
            return search.end(Ending::Converged);
        }
        match self.refine(&mut search) {
            Ok(_) if search.residual <= self.tolerance => search.end(Ending::Converged),
            Ok(_) => {
                search.end(Ending::Stalled("prices are boxed in, but excess demand does not vanish there: it jumps"))
            }
            Err(ending) => search.end(ending),
        }
    }
}
