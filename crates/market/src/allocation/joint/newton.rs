//! The prices at which everybody's best choice fits the capacities, by Newton's method within a barrier.
//!
//! ```text
//! greatest Σ w_i·ln x_i                                    with Σ_i x_i·b_ij ≤ 1, x ≤ T
//! least    Σ p_j + Σ_i max_x≤T (w_i·ln x − x·b_i·p)        over p ≥ 0
//! ```
//!
//! At prices p a row takes x_i = min(T_i, w_i/(b_i·p)). The dual with the barrier −μ·Σ ln p_j has its least where every
//! resource has μ/p_j to spare, so that the choices fit, and the two programmes are then m·μ apart. μ falls to nothing
//! (S. Boyd and L. Vandenberghe, "Convex optimization", 2004, section 11.3).

use walras_numerics::elementary::{ln, sqrt};

/// Room for the method.
#[derive(Debug, Clone, Default)]
pub(super) struct Newton {
    /// Prices of whole capacities; the weights add up to one.
    pub(super) price: Vec<f64>,
    /// What of each capacity is used at the prices.
    pub(super) used: Vec<f64>,
    trial: Vec<f64>,
    gradient: Vec<f64>,
    direction: Vec<f64>,
    hessian: Vec<f64>,
}

/// Rows that want `weight` by `limit` of tasks which take the shares `needs` (rows × resources) of capacities. Rows of
/// weight zero take no part; the weights add up to one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choices<'a> {
    pub(super) needs: &'a [f64],
    pub(super) weight: &'a [f64],
    pub(super) limit: &'a [f64],
}

/// μ at the end, as a share of all weights: so far from the best the answer is, for each resource.
const LEAST: f64 = 1e-14;
/// The most steps, which no case met needs.
const STEPS_MAX: usize = 1000;

impl Newton {
    /// Looks for the prices of `resources`, all of which somebody needs, and returns how far the choices at them are from
    /// the best that fits.
    pub(super) fn solve(&mut self, choices: &Choices<'_>, resources: usize) -> f64 {
        self.price.clear();
        self.price.resize(resources, 1.0 / resources.max(1) as f64);
        for column in [&mut self.used, &mut self.trial, &mut self.gradient, &mut self.direction] {
            column.clear();
            column.resize(resources, 0.0);
        }
        self.hessian.resize(resources * resources, 0.0);
        let (mut barrier, least) = (0.1 / resources.max(1) as f64, LEAST);
        for _ in 0..STEPS_MAX {
            let decrement = self.step(choices, barrier);
            let last = barrier <= least;
            // What is left to gain is about half the decrement; while the barrier falls, close is close enough.
            if decrement <= if last { 1e-4 * least } else { 0.1 * barrier } {
                if last {
                    break;
                }
                barrier = (barrier * 0.1).max(least);
            }
        }
        slope(choices, &self.price, 0.0, &mut self.used, &mut self.gradient, None);
        let spare = self.price.iter().zip(&self.used).map(|(price, used)| price * (1.0 - used).max(0.0));
        let over = self.used.iter().copied().fold(1.0, f64::max);
        spare.sum::<f64>() + ln(over)
    }

    /// One step for this barrier. Returns the Newton decrement, squared, before it.
    fn step(&mut self, choices: &Choices<'_>, barrier: f64) -> f64 {
        let resources = self.price.len();
        slope(choices, &self.price, barrier, &mut self.used, &mut self.gradient, Some(&mut self.hessian));
        self.direction.copy_from_slice(&self.gradient);
        descend(&mut self.hessian, &mut self.direction);
        let along = |gradient: &[f64], direction: &[f64]| -> f64 {
            gradient.iter().zip(direction).map(|(gradient, direction)| gradient * direction).sum()
        };
        let decrement = -along(&self.gradient, &self.direction);
        // Prices stay positive; the step is halved while it goes far beyond the least along its way.
        let mut length: f64 = 1.0;
        for (price, direction) in self.price.iter().zip(&self.direction) {
            if *direction < 0.0 {
                length = length.min(-0.99 * price / direction);
            }
        }
        for _ in 0..60 {
            for resource in 0..resources {
                self.trial[resource] = self.price[resource] + length * self.direction[resource];
            }
            slope(choices, &self.trial, barrier, &mut self.used, &mut self.gradient, None);
            if along(&self.gradient, &self.direction) <= 0.1 * decrement {
                break;
            }
            length *= 0.5;
        }
        std::mem::swap(&mut self.price, &mut self.trial);
        decrement
    }
}

/// What is used at these prices, and the dual's slope and, where asked, its curvature (the lower triangle).
fn slope(
    choices: &Choices<'_>,
    price: &[f64],
    barrier: f64,
    used: &mut [f64],
    gradient: &mut [f64],
    mut hessian: Option<&mut [f64]>,
) {
    let resources = price.len();
    used.fill(0.0);
    if let Some(hessian) = hessian.as_deref_mut() {
        hessian.fill(0.0);
    }
    let rows = choices.weight.iter().zip(choices.limit).zip(choices.needs.chunks_exact(resources.max(1)));
    for ((&weight, &limit), needs) in rows.filter(|((weight, _), _)| **weight > 0.0) {
        let cost: f64 = needs.iter().zip(price).map(|(need, price)| need * price).sum();
        let tasks = (weight / cost).min(limit);
        for (used, need) in used.iter_mut().zip(needs) {
            *used += tasks * need;
        }
        let Some(hessian) = hessian.as_deref_mut() else { continue };
        if tasks < limit {
            let curve = weight / (cost * cost);
            for one in (0..resources).filter(|&one| needs[one] > 0.0) {
                for other in 0..=one {
                    hessian[one * resources + other] += curve * needs[one] * needs[other];
                }
            }
        }
    }
    for resource in 0..resources {
        let price = price[resource];
        gradient[resource] = 1.0 - used[resource] - barrier / price;
        if let Some(hessian) = hessian.as_deref_mut() {
            hessian[resource * resources + resource] += barrier / (price * price);
        }
    }
}

/// Replaces `right` by minus the solution of H·x = right, by Cholesky's method in the lower triangle of `matrix`.
fn descend(matrix: &mut [f64], right: &mut [f64]) {
    let size = right.len();
    for row in 0..size {
        for column in 0..=row {
            let (left, above) = (row * size, column * size);
            let done: f64 = (0..column).map(|at| matrix[left + at] * matrix[above + at]).sum();
            let rest = matrix[left + column] - done;
            matrix[left + column] = if row == column {
                // Positive but for roundings, where the direction does not matter much.
                sqrt(rest.max(f64::MIN_POSITIVE))
            } else {
                rest / matrix[above + column]
            };
        }
    }
    for row in 0..size {
        let done: f64 = (0..row).map(|at| matrix[row * size + at] * right[at]).sum();
        right[row] = (right[row] - done) / matrix[row * size + row];
    }
    for row in (0..size).rev() {
        let done: f64 = (row + 1..size).map(|at| matrix[at * size + row] * right[at]).sum();
        right[row] = (right[row] - done) / matrix[row * size + row];
    }
    right.iter_mut().for_each(|value| *value = -*value);
}
