//! A homotopy: one consumer whose equilibrium is known makes way for the economy.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, ln, sqrt};
use walras_numerics::sum;

use super::super::excess_demand::{ExcessDemand, Undefined, check_prices, on_simplex, residual};
use super::super::matrix::{Factors, Matrix};
use super::{Derivatives, Ending, Outcome, Search, Solver};

entry! {
    /// An economy whose equilibrium is known is turned into the one to be solved, and the equilibrium followed.
    ///
    /// The known economy has one Cobb–Douglas consumer who owns all there is and whose shares make the starting prices
    /// its equilibrium, the only one. Each mixture of the two obeys Walras's law and wants without bound what costs
    /// nothing, so that the path of its equilibria cannot leave through a price of zero, nor come back to the
    /// start: from almost every start it reaches an equilibrium of the economy itself, whether or not a
    /// tâtonnement does. It may turn on the way, so t need not rise. The path is followed by
    /// tangents and Newton corrections at right angles to them. Where excess demand has kinks a correction may fail
    /// at any length of step, and the search says that it has stalled.
    pub struct Homotopy = "homotopy" {
        formula: "t·z(p) + (1 − t)·z⁰(p) = 0 from t = 0 to 1, z⁰_j = s_j·(p⁰_j·(p·s)/(p_j·(p⁰·s)) − 1)",
        source: "S. Smale, \"A convergent process of price adjustment and global Newton methods\", 1976; B. C. Eaves, K. Schmedders, \"General equilibrium models and homotopy methods\", 1999; E. L. Allgower, K. Georg, \"Numerical Continuation Methods\", 1990, chapters 4 and 6",
        /// Where slopes come from.
        derivatives: Derivatives = Derivatives::Analytic;
        /// The length of the first step, in logarithms of prices and t together.
        step: f64 = 0.1, within 1e-9..=1.0;
        /// The longest step.
        step_max: f64 = 0.5, within 1e-9..=10.0;
        /// The greatest excess demand left, as a share of supply.
        tolerance: f64 = 1e-12, within 1e-15..=1.0;
        /// The most steps along the path.
        steps_max: u64 = 10_000, within 1.0..=1e12, unit "steps";
    }
}

/// The excess demand left when a correction counts as done, as a share of supply: of the size of roundings for the
/// last one, rough on the way.
const ON_PATH: f64 = 1e-7;

/// Newton steps of one correction; the length of the next step aims at half of them.
const CORRECTIONS_MAX: u32 = 6;

/// The shortest step along the path.
const STEP_MIN: f64 = 1e-10;

/// The least cosine of the angle between one tangent and the next: a sharper turn could be a leap to another path.
const COSINE_MIN: f64 = 0.9;

/// Steps along the path that the landing at t = 1 may take.
const LANDINGS_MAX: u32 = 60;

/// How near t is to one before it is held there.
const NEAR_END: f64 = 1e-6;

/// The path: points (ln p, t) with the logarithms' sum fixed, one coordinate more than there are equations.
struct Path<'a> {
    search: Search<'a>,
    derivatives: Derivatives,
    /// p⁰_j/(p⁰·s).
    known: Vec<f64>,
    /// The fixed mean of the logarithms of prices.
    level: f64,
}

/// The equations at a point, and their slopes in (ln p, t).
struct Linearised {
    /// What is left of each equation, as a share of supply; the last good's is replaced by the level.
    left: Vec<f64>,
    slopes: Matrix,
    residual: f64,
}

impl Path<'_> {
    fn goods(&self) -> usize {
        self.known.len()
    }

    fn prices(&self, point: &[f64]) -> Vec<f64> {
        point[..self.goods()].iter().map(|&logarithm| exp(logarithm)).collect()
    }

    /// The equations and their slopes at `point`.
    fn linearise(&mut self, point: &[f64]) -> Result<Linearised, Undefined> {
        let (n, t) = (self.goods(), point[self.goods()]);
        let prices = self.prices(point);
        check_prices(&prices)?;
        let excess = self.search.look(&prices)?;
        let economy = self.search.slopes(&prices, self.derivatives)?;
        let supply = self.search.market.supply();
        let worth = sum::sum_by(n, |good| prices[good] * supply[good]);
        let mut left = vec![0.0; n];
        let mut slopes = Matrix::zeros(n, n + 1);
        for j in 0..n {
            // z⁰_j/s_j + 1, whose slope in ln p_k is itself times (p_k·s_k/(p·s) − δ_jk).
            let wanted = self.known[j] * worth / prices[j];
            let share = excess[j] / supply[j];
            left[j] = t * share + (1.0 - t) * (wanted - 1.0);
            for k in 0..n {
                let own = if j == k { 1.0 } else { 0.0 };
                let known = wanted * (prices[k] * supply[k] / worth - own);
                slopes[(j, k)] = t * economy[(j, k)] * prices[k] / supply[j] + (1.0 - t) * known;
            }
            slopes[(j, n)] = share - (wanted - 1.0);
        }
        let found = residual(&left, &vec![1.0; n]);
        self.replace_one_equation(point, &prices, &mut left, &mut slopes);
        Ok(Linearised { left, slopes, residual: found })
    }

    /// One market's equation follows from the others by Walras's law: the one of most worth makes way for the level.
    fn replace_one_equation(&self, point: &[f64], prices: &[f64], left: &mut [f64], slopes: &mut Matrix) {
        let n = self.goods();
        let supply = self.search.market.supply();
        let worth = |good: usize| prices[good] * supply[good];
        let dropped = (1..n).fold(0, |most, good| if worth(good) > worth(most) { good } else { most });
        left[dropped] = sum::sum(&point[..n]) / n as f64 - self.level;
        let row = slopes.row_mut(dropped);
        row[..n].fill(1.0 / n as f64);
        row[n] = 0.0;
    }

    /// The direction of the path at a linearised point that goes on as `before` went.
    fn tangent(&self, at: &Linearised, before: &[f64]) -> Option<Vec<f64>> {
        let n = self.goods();
        let mut right = vec![0.0; n + 1];
        right[n] = 1.0;
        let tangent = bordered(&at.slopes, before)?.solve(&right);
        let length = sqrt(dot(&tangent, &tangent));
        if length.is_finite() { Some(tangent.iter().map(|part| part / length).collect()) } else { None }
    }

    /// Newton's method from `point` on the hyperplane at right angles to `across`, until what is left is at most
    /// `tolerance`. The point, its linearisation, and how many Newton steps it took; `None` when it does not
    /// get there.
    fn correct(&mut self, mut point: Vec<f64>, across: &[f64], tolerance: f64) -> Option<(Vec<f64>, Linearised, u32)> {
        let n = self.goods();
        let mut last = f64::INFINITY;
        for correction in 0..=CORRECTIONS_MAX {
            let at = self.linearise(&point).ok()?;
            if at.residual <= tolerance {
                return Some((point, at, correction));
            }
            // Each step must at least halve what is left.
            if at.residual > 0.5 * last && correction > 1 {
                return None;
            }
            last = at.residual;
            let mut right: Vec<f64> = at.left.iter().map(|left| -left).collect();
            right.push(0.0);
            let step = bordered(&at.slopes, across)?.solve(&right);
            for (coordinate, change) in point.iter_mut().zip(&step) {
                *coordinate += change;
            }
            debug_assert_eq!(point.len(), n + 1);
        }
        None
    }

    /// Takes one step: the point that the tangent leads to, corrected back onto the path, with its tangent and the
    /// Newton steps it took. `None` when it gets nowhere, turns too sharply, or lands on another path: along one path
    /// the sign of the determinant of slopes and tangent never changes.
    fn step(&mut self, point: &[f64], tangent: &[f64], step: f64, sign: i8) -> Option<(Vec<f64>, Vec<f64>, u32)> {
        let predicted: Vec<f64> = point.iter().zip(tangent).map(|(at, part)| at + step * part).collect();
        let (next, at, corrections) = self.correct(predicted, tangent, ON_PATH)?;
        let turned = self.tangent(&at, tangent)?;
        let same_path = bordered(&at.slopes, &turned)?.sign() == sign;
        (same_path && dot(&turned, tangent) >= COSINE_MIN).then_some((next, turned, corrections))
    }

    /// From a point before t = 1 to one at it, by steps of ever shorter length along the path; `None` when the path turns
    /// back before.
    fn approach(&mut self, mut point: Vec<f64>, mut tangent: Vec<f64>, mut longest: f64, sign: i8) -> Option<Vec<f64>> {
        let n = self.goods();
        for _ in 0..LANDINGS_MAX {
            let missing = 1.0 - point[n];
            if missing.abs() <= NEAR_END {
                return Some(point);
            }
            // As far as the tangent needs, or half of what overshot where the path is nearly level.
            let needed = missing / tangent[n];
            let step = if needed.is_finite() && needed.abs() < longest { needed } else { longest * missing.signum() };
            match self.step(&point, &tangent, step, sign) {
                Some((next, turned, _)) if (1.0 - next[n]).abs() < missing.abs() => (point, tangent) = (next, turned),
                _ => longest = 0.5 * longest.min(step.abs()),
            }
        }
        None
    }

    /// At t = 1, from a point near it. Newton's method with t held; the tolerance is the caller's.
    fn land(mut self, mut point: Vec<f64>, tolerance: f64) -> Outcome {
        let n = self.goods();
        point[n] = 1.0;
        let mut held = vec![0.0; n + 1];
        held[n] = 1.0;
        let landed = self.correct(point.clone(), &held, tolerance);
        let reached = landed.as_ref().map_or(&point, |(point, _, _)| point);
        let prices = on_simplex(&self.prices(reached));
        if let Err(error) = self.search.move_to(&prices) {
            return self.search.end(Ending::Undefined(error));
        }
        // Prices on the simplex round apart from those of the path, by a few units of the last place.
        let ending = if self.search.residual <= tolerance.max(64.0 * n as f64 * f64::EPSILON) {
            Ending::Converged
        } else {
            Ending::Stalled("the path reached the economy but the last correction did not settle")
        };
        self.search.end(ending)
    }

    fn stop(mut self, point: &[f64], ending: Ending) -> Outcome {
        let prices = on_simplex(&self.prices(point));
        match self.search.move_to(&prices) {
            Ok(()) => self.search.end(ending),
            Err(error) => self.search.end(Ending::Undefined(error)),
        }
    }
}

/// The factors of a matrix with one more row.
fn bordered(slopes: &Matrix, row: &[f64]) -> Option<Factors> {
    let n = slopes.rows();
    let mut matrix = Matrix::zeros(n + 1, n + 1);
    for j in 0..n {
        matrix.row_mut(j).copy_from_slice(slopes.row(j));
    }
    matrix.row_mut(n).copy_from_slice(row);
    Factors::of(&matrix)
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    sum::sum_by(one.len(), |i| one[i] * other[i])
}

impl Homotopy {
    fn follow(&self, mut path: Path<'_>, start: Vec<f64>) -> Outcome {
        let n = path.goods();
        let mut point = start;
        // Into the economy to begin with.
        let mut heading = vec![0.0; n + 1];
        heading[n] = 1.0;
        let mut step = self.step.min(self.step_max);
        let tangent = path.linearise(&point).ok().and_then(|at| {
            let tangent = path.tangent(&at, &heading)?;
            let sign = bordered(&at.slopes, &tangent)?.sign();
            Some((tangent, sign))
        });
        let Some((mut tangent, sign)) = tangent else {
            return path.stop(&point, Ending::Stalled("the path has no direction at its start"));
        };
        loop {
            if path.search.steps == self.steps_max {
                return path.stop(&point, Ending::OutOfBudget);
            }
            path.search.steps += 1;
            let taken = path.step(&point, &tangent, step, sign);
            let Some((next, turned, corrections)) = taken else {
                step *= 0.5;
                if step < STEP_MIN {
                    return path.stop(&point, Ending::Stalled("no step along the path can be corrected back onto it"));
                }
                continue;
            };
            if next[n] >= 1.0 {
                return match path.approach(point.clone(), tangent, step, sign) {
                    Some(end) => path.land(end, self.tolerance),
                    None => {
                        path.stop(&point, Ending::Stalled("the path nears the economy but cannot be brought onto it"))
                    }
                };
            }
            if next[n] < 0.0 {
                return path.stop(&point, Ending::Stalled("the path came back to its start"));
            }
            (point, tangent) = (next, turned);
            step *= if corrections <= CORRECTIONS_MAX / 2 { 1.5 } else { 0.75 };
            step = step.min(self.step_max);
        }
    }
}

impl Solver for Homotopy {
    fn solve(&self, market: &dyn ExcessDemand, start: &[f64]) -> Outcome {
        let search = match Search::new(market, start) {
            Ok(search) => search,
            Err(outcome) => return outcome,
        };
        if start.len() == 1 {
            return search.end(Ending::Converged);
        }
        let worth = sum::sum_by(start.len(), |good| start[good] * market.supply()[good]);
        let known = start.iter().map(|price| price / worth).collect();
        let mut point: Vec<f64> = start.iter().map(|&price| ln(price)).collect();
        let level = sum::sum(&point) / start.len() as f64;
        point.push(0.0);
        self.follow(Path { search, derivatives: self.derivatives, known, level }, point)
    }
}
