//! When a search for prices runs in circles.

use super::super::excess_demand::on_sphere;

/// Loops that must be alike before they count as a cycle.
const LOOPS: usize = 3;

/// How much the greatest residual of two loops may differ, as a share, if they are alike.
const ALIKE: f64 = 1e-5;

/// Watches for prices that come back to where they were, again and again, without coming nearer to an equilibrium.
///
/// Prices are compared on the sphere, since only their ratios matter. The anchor is set anew at steps that are powers
/// of two (R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20, 1980), so that a cycle is found
/// whenever it starts. Coming back proves little by itself (a spiral passes near its start too): only [`LOOPS`] loops
/// in a row whose greatest residuals agree are a cycle.
pub(super) struct Recurrence {
    /// Whether prices move along a line, so that they come back between two steps, or leap from place to place.
    continuous: bool,
    anchor: Vec<f64>,
    previous: Vec<f64>,
    /// The greatest distance from the anchor in this loop.
    furthest: f64,
    /// The greatest distance from the anchor in any loop: it has not been away before it is half as far again.
    reach: f64,
    /// The greatest residual of this loop, and the last two residuals.
    peak: f64,
    last: [f64; 2],
    step: u64,
    loop_start: u64,
    /// The peaks and lengths of the loops since the anchor was set.
    loops: Vec<(f64, u64)>,
}

impl Recurrence {
    pub(super) fn new(continuous: bool, prices: &[f64], residual: f64) -> Self {
        let anchor = on_sphere(prices);
        let previous = anchor.clone();
        let last = [residual; 2];
        Self {
            continuous,
            anchor,
            previous,
            furthest: 0.0,
            reach: 0.0,
            peak: 0.0,
            last,
            step: 0,
            loop_start: 0,
            loops: Vec::new(),
        }
    }

    /// Sees the prices after one more step; the length of the cycle when there is one.
    pub(super) fn observe(&mut self, prices: &[f64], residual: f64) -> Option<u64> {
        let point = on_sphere(prices);
        self.step += 1;
        let share = if self.continuous { 1e-2 } else { 1e-9 };
        let distance = self.distance(&point);
        let away = self.furthest > 0.0 && self.furthest >= 0.5 * self.reach;
        let back = away && distance <= share * self.furthest;
        self.peak = self.peak.max(if self.continuous { self.crest(residual) } else { residual });
        self.last = [self.last[1], residual];
        self.furthest = self.furthest.max(apart(&point, &self.anchor));
        self.reach = self.reach.max(self.furthest);
        self.previous = point;
        if back {
            self.loops.push((self.peak, self.step - self.loop_start));
            self.begin();
            return self.cycle();
        }
        if self.step.is_power_of_two() {
            self.loops.clear();
            self.reach = 0.0;
            self.anchor.clone_from(&self.previous);
            self.begin();
        }
        None
    }

    fn begin(&mut self) {
        (self.peak, self.furthest, self.loop_start) = (0.0, 0.0, self.step);
    }

    /// How near the anchor the last move came.
    fn distance(&self, point: &[f64]) -> f64 {
        if !self.continuous {
            return apart(point, &self.anchor);
        }
        // The foot of the anchor on the line from the previous point to this one.
        let (mut along, mut length) = (0.0, 0.0);
        for ((now, before), anchor) in point.iter().zip(&self.previous).zip(&self.anchor) {
            along += (now - before) * (anchor - before);
            length += (now - before) * (now - before);
        }
        let share = if length > 0.0 { (along / length).clamp(0.0, 1.0) } else { 0.0 };
        let foot: Vec<f64> =
            point.iter().zip(&self.previous).map(|(now, before)| before + share * (now - before)).collect();
        apart(&foot, &self.anchor)
    }

    /// The top of the parabola through the last three residuals where the middle one is the greatest; zero elsewhere.
    fn crest(&self, residual: f64) -> f64 {
        let [before, middle] = self.last;
        if middle < before || middle < residual {
            return 0.0;
        }
        let bend = before - 2.0 * middle + residual;
        let slope = residual - before;
        if bend < 0.0 { middle - slope * slope / (8.0 * bend) } else { middle }
    }

    fn cycle(&self) -> Option<u64> {
        let recent = &self.loops[self.loops.len().saturating_sub(LOOPS)..];
        let (first, _) = *recent.first()?;
        let alike = |&(peak, _): &(f64, u64)| (peak - first).abs() <= ALIKE * first;
        let period = recent.iter().map(|(_, length)| length).sum::<u64>() / LOOPS as u64;
        (recent.len() == LOOPS && first > 0.0 && recent.iter().all(alike)).then_some(period)
    }
}

/// The greatest difference of any coordinate.
fn apart(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_numerics::elementary::{cos, sin};

    /// Prices on a circle around equal ones, its radius times `growth` for each step.
    fn circle(steps: u64, per_step: f64, growth: f64, continuous: bool) -> Option<u64> {
        let mut radius = 0.1;
        let at = |step: u64, radius: f64| {
            let angle = per_step * step as f64;
            [1.0 + radius * cos(angle), 1.0 + radius * sin(angle), 1.0]
        };
        let mut recurrence = Recurrence::new(continuous, &at(0, radius), 1.0);
        (1..steps).find_map(|step| {
            radius *= growth;
            recurrence.observe(&at(step, radius), radius * (2.0 + cos(per_step * step as f64)))
        })
    }

    #[test]
    fn a_circle_is_a_cycle_and_a_slow_spiral_is_not() {
        // 2π/0.01 = 628.3 steps a loop.
        assert!((627..=629).contains(&circle(10_000, 0.01, 1.0, true).unwrap()));
        assert_eq!(circle(10_000, 0.01, 1.0 + 1e-6, true), None);
        assert_eq!(circle(10_000, 0.01, 1.0 - 1e-6, true), None);
        // Leaps that hit the same five points.
        assert_eq!(circle(1000, std::f64::consts::TAU / 5.0, 1.0, false), Some(5));
        assert_eq!(circle(1000, std::f64::consts::TAU / 5.0, 0.999, false), None);
    }
}
