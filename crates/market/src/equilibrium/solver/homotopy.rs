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
    /// The known economy has one Cobb–Douglas consumer who owns all there is and whose shares make the starting
    /// prices its equilibrium, the only one. Each mixture of the two obeys Walras's law and wants without bound what
    /// costs nothing, so that the path of its equilibria cannot leave through a price of zero, nor come back to the
    /// start: from almost every start it reaches an equilibrium of the economy itself, whether or not a tâtonnement
    /// does. It may turn on the way, so t need not rise. The path is followed in the logarithms of prices and of 1 −
    /// t by tangents and Newton corrections at right angles to them, so that a good that is free in equilibrium leads
    /// along a straight line to a price of nothing. At a kink of excess demand the path turns as the slopes beyond it
    /// say; where no step gets around one, the search says that it has stalled.
    pub struct Homotopy = "homotopy" {
        formula: "t·z(p) + (1 − t)·z⁰(p) = 0 from t = 0 to 1, z⁰_j = s_j·(p⁰_j·(p·s)/(p_j·(p⁰·s)) − 1)",
        source: "S. Smale, \"A convergent process of price adjustment and global Newton methods\", 1976; B. C. Eaves, K. Schmedders, \"General equilibrium models and homotopy methods\", 1999; E. L. Allgower, K. Georg, \"Numerical Continuation Methods\", 1990, chapters 4 and 6",
        /// Where slopes come from.
        derivatives: Derivatives = Derivatives::Analytic;
        /// The length of the first step, in logarithms of prices and of 1 − t together.
        step: f64 = 0.1, within 1e-9..=1.0;
        /// The longest step.
        step_max: f64 = 1.0, within 1e-9..=10.0;
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

/// The length of a step from where on what stands in the way is taken for a kink of excess demand.
const KINK: f64 = 1e-4;

/// τ from where on a landing at t = 1 is tried: 1 − t is then below a thousandth.
const LANDING: f64 = 7.0;

/// τ from where on corrections are as fine as the answer is to be: what is left of the known economy, where a free
/// good keeps the path from landing, is then of the size of roundings.
const SETTLING: f64 = 26.0;

/// The furthest that a landing may move the logarithm of a price.
const LANDING_MAX: f64 = 0.1;

/// τ where the path is given up: beyond it nothing of the known economy is left.
const TAU_MAX: f64 = 80.0;

/// The path: points (ln p, τ), where 1 − t = e^(−τ), with the logarithms' sum fixed: one coordinate more than there are
/// equations.
struct Path<'a> {
    search: Search<'a>,
    derivatives: Derivatives,
    /// p⁰_j/(p⁰·s).
    known: Vec<f64>,
    /// The fixed mean of the logarithms of prices.
    level: f64,
    /// The excess demand left in the end, as a share of supply.
    tolerance: f64,
}

/// The equations at a point, and their slopes in (ln p, τ).
struct Linearised {
    /// What is left of each equation, as a share of supply; the last good's is replaced by the level.
    left: Vec<f64>,
    slopes: Matrix,
    /// The greatest that is left of any market's equation.
    residual: f64,
    /// The residual of the economy itself.
    unsettled: f64,
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
        let n = self.goods();
        let known_share = exp(-point[n]);
        let t = 1.0 - known_share;
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
            left[j] = t * share + known_share * (wanted - 1.0);
            for k in 0..n {
                let own = if j == k { 1.0 } else { 0.0 };
                let known = wanted * (prices[k] * supply[k] / worth - own);
                slopes[(j, k)] = t * economy[(j, k)] * prices[k] / supply[j] + known_share * known;
            }
            slopes[(j, n)] = known_share * (share - (wanted - 1.0));
        }
        let greatest = left.iter().fold(0.0, |most: f64, left| most.max(left.abs()));
        let unsettled = residual(&prices, &excess, supply);
        self.replace_one_equation(point, &prices, &mut left, &mut slopes);
        Ok(Linearised { left, slopes, residual: greatest, unsettled })
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
        }
        None
    }

    /// What may be left of the equations next to `point`.
    fn on_path(&self, point: &[f64]) -> f64 {
        if point[self.goods()] < SETTLING { ON_PATH } else { ON_PATH.min(self.tolerance) }
    }

    /// Takes one step: the point that the tangent leads to, corrected back onto the path, its tangent, the Newton
    /// steps it took, and the residual of the economy there. `None` when it gets nowhere, turns too sharply, or lands
    /// on another path: along one path the sign of the determinant of slopes and tangent never changes.
    fn step(&mut self, point: &[f64], tangent: &[f64], step: f64, sign: i8) -> Option<Step> {
        let predicted: Vec<f64> = point.iter().zip(tangent).map(|(at, part)| at + step * part).collect();
        let (next, at, corrections) = self.correct(predicted, tangent, self.on_path(point))?;
        let turned = self.tangent(&at, tangent)?;
        let same_path = bordered(&at.slopes, &turned)?.sign() == sign;
        let unsettled = at.unsettled;
        let step = Step { point: next, tangent: turned, corrections, unsettled };
        (same_path && dot(&step.tangent, tangent) >= COSINE_MIN).then_some(step)
    }

    /// Takes one short step around a kink: in the direction that the slopes beyond it give, by whatever angle that
    /// differs from the one before. Its sense is that of the determinant's sign, which is the same on both sides.
    fn turn(&mut self, point: &[f64], tangent: &[f64], step: f64, sign: i8) -> Option<Step> {
        let moved =
            |along: &[f64]| -> Vec<f64> { point.iter().zip(along).map(|(at, part)| at + step * part).collect() };
        let beyond = self.linearise(&moved(tangent)).ok()?;
        let mut turned = self.tangent(&beyond, tangent)?;
        if bordered(&beyond.slopes, &turned)?.sign() != sign {
            turned.iter_mut().for_each(|part| *part = -*part);
        }
        let (next, at, corrections) = self.correct(moved(&turned), &turned, self.on_path(point))?;
        let tangent = self.tangent(&at, &turned)?;
        let same_path = bordered(&at.slopes, &tangent)?.sign() == sign;
        same_path.then_some(Step { point: next, tangent, corrections, unsettled: at.unsettled })
    }

    /// The equilibrium of the economy itself next to a point near the path's end: by Newton's method at t = 1, to
    /// half the tolerance, since prices on the simplex round apart from those of the path. `None` when there is none
    /// so near, or when it lies on another path.
    fn land(&mut self, from: &Step, sign: i8) -> Option<Vec<f64>> {
        let n = self.goods();
        let mut point = from.point.clone();
        point[n] = f64::INFINITY;
        let mut held = vec![0.0; n + 1];
        held[n] = 1.0;
        let (landed, at, _) = self.correct(point, &held, 0.5 * self.tolerance)?;
        let near = landed[..n].iter().zip(&from.point).all(|(to, from)| (to - from).abs() <= LANDING_MAX);
        let forward = if from.tangent[n] > 0.0 { 1 } else { -1 };
        (near && bordered(&at.slopes, &held)?.sign() == sign * forward).then_some(landed)
    }

    /// Ends at `point`: an equilibrium if the economy itself is settled there.
    fn arrive(mut self, point: &[f64]) -> Outcome {
        let prices = on_simplex(&self.prices(point));
        if let Err(error) = self.search.move_to(&prices) {
            return self.search.end(Ending::Undefined(error));
        }
        let ending = if self.search.residual <= self.tolerance {
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

/// One step along the path.
struct Step {
    point: Vec<f64>,
    tangent: Vec<f64>,
    /// The Newton steps that brought it back onto the path.
    corrections: u32,
    /// The residual of the economy itself.
    unsettled: f64,
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
            let mut taken = path.step(&point, &tangent, step, sign);
            if taken.is_none() && step <= KINK {
                taken = path.turn(&point, &tangent, step, sign);
            }
            let Some(taken) = taken else {
                step *= 0.5;
                if step < STEP_MIN {
                    return path.stop(&point, Ending::Stalled("no step along the path can be corrected back onto it"));
                }
                continue;
            };
            if taken.unsettled <= 0.5 * self.tolerance {
                return path.arrive(&taken.point);
            }
            let tau = taken.point[n];
            if tau >= LANDING
                && let Some(end) = path.land(&taken, sign)
            {
                return path.arrive(&end);
            }
            if tau < 0.0 {
                return path.stop(&point, Ending::Stalled("the path came back to its start"));
            }
            if tau > TAU_MAX {
                return path.stop(&point, Ending::Stalled("prices run away where the path should end"));
            }
            step *= if taken.corrections <= CORRECTIONS_MAX / 2 { 1.5 } else { 0.75 };
            step = step.min(self.step_max);
            (point, tangent) = (taken.point, taken.tangent);
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
            let settled = search.residual <= self.tolerance;
            return search.end(if settled { Ending::Converged } else { Ending::Stalled("a single good has no price") });
        }
        let worth = sum::sum_by(start.len(), |good| start[good] * market.supply()[good]);
        let known = start.iter().map(|price| price / worth).collect();
        let mut point: Vec<f64> = start.iter().map(|&price| ln(price)).collect();
        let level = sum::sum(&point) / start.len() as f64;
        point.push(0.0);
        self.follow(Path { search, derivatives: self.derivatives, known, level, tolerance: self.tolerance }, point)
    }
}
