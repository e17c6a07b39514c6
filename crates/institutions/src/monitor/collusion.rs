//! Trades that move together.

use walras_catalog::entry;
use walras_numerics::elementary::sqrt;

use super::{Monitor, Seen, Verdict, Watches, memory_of};

entry! {
    /// An alert while traders' imbalances, purchases less sales, move together more than those of independent traders
    /// would. It points to those who move with the others.
    ///
    /// The statistic is standard normal where the traders are independent, so that a limit of 3 is passed once in 740 looks.
    /// Traders who answer to the same price or the same news move together, too, without a word between them: it
    /// shows dependence, not guilt. Those who never changed within the window are left out.
    pub struct Collusion = "collusion" {
        formula: "CD = √(2T/(n(n−1)))·Σ_{i<j} ρ_ij over imbalances of the last T steps; alert where CD > limit; pointed where √(T/(n−1))·Σ_{j≠i} ρ_ij > limit",
        source: "M. H. Pesaran, \"General diagnostic tests for cross section dependence in panels\", Cambridge Working Papers in Economics 0435, 2004",
        /// T: steps over which imbalances are compared.
        window: u32 = 30, within 4.0..=4096.0, unit "step";
        /// The greatest dependence that is in order.
        limit: f64 = 3.0, within 0.0..=1e9, unit "standard deviations";
    }
}

/// Where the count of steps seen stands; each row's imbalances follow, a ring of the window.
const COUNT: usize = 0;

impl Monitor for Collusion {
    fn watches(&self) -> Watches<'_> {
        Watches::Trades
    }

    fn memory(&self, rows: usize) -> Result<Vec<f64>, String> {
        memory_of(rows, self.window, COUNT + 1)
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Seen::Trades { bought, sold } = *seen else { return Verdict::Quiet };
        let window = self.window as usize;
        let slot = memory[COUNT] as usize % window;
        memory[COUNT] += 1.0;
        for (row, ring) in memory[COUNT + 1..].chunks_exact_mut(window).enumerate() {
            ring[slot] = bought[row] as f64 - sold[row] as f64;
        }
        if memory[COUNT] < window as f64 {
            return Verdict::Quiet;
        }
        let rings = || memory[COUNT + 1..].chunks_exact(window).map(Standardised::of);
        let mut together = vec![0.0; window];
        let mut count = 0.0;
        for ring in rings().flatten() {
            let Standardised { ring, mean, scale } = ring;
            together.iter_mut().zip(ring).for_each(|(sum, value)| *sum += (value - mean) * scale);
            count += 1.0;
        }
        if count < 2.0 {
            return Verdict::Quiet;
        }
        // Each ring's squares sum to T, so that what is left of the square of the sums are the pairs, each twice.
        let length = window as f64;
        let pairs = (together.iter().fold(0.0, |sum, value| sum + value * value) / length - count) / 2.0;
        let verdict = Verdict::above(sqrt(2.0 * length / (count * (count - 1.0))) * pairs, self.limit);
        if verdict.is_alert() {
            let with_others = |ring: &Standardised<'_>| {
                let all = together.iter().enumerate().fold(0.0, |sum, (slot, value)| sum + ring.at(slot) * value);
                sqrt(length / (count - 1.0)) * (all / length - 1.0)
            };
            let moves = |ring: Option<Standardised<'_>>| ring.is_some_and(|ring| with_others(&ring) > self.limit);
            pointed.extend(rings().enumerate().filter(|(_, ring)| moves(ring.clone())).map(|(row, _)| row as u32));
        }
        verdict
    }
}

/// A ring in units of its own deviation from its own mean.
#[derive(Clone)]
struct Standardised<'a> {
    ring: &'a [f64],
    mean: f64,
    /// One over its deviation.
    scale: f64,
}

impl<'a> Standardised<'a> {
    /// `None` for a ring that does not vary.
    fn of(ring: &'a [f64]) -> Option<Self> {
        let count = ring.len() as f64;
        let mean = ring.iter().fold(0.0, |sum, value| sum + value) / count;
        let squares = ring.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
        let varies = ring.iter().any(|&value| value != ring[0]) && squares > 0.0;
        varies.then(|| Self { ring, mean, scale: 1.0 / sqrt(squares / count) })
    }

    fn at(&self, slot: usize) -> f64 {
        (self.ring[slot] - self.mean) * self.scale
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    /// Looks at the imbalances of some rows over a window's steps.
    fn look(rows: &[Vec<i64>], limit: f64) -> (Verdict, Vec<u32>) {
        let steps = rows[0].len();
        let monitor = Collusion { window: steps as u32, limit };
        let (mut memory, mut pointed) = (monitor.memory(rows.len()).unwrap(), Vec::new());
        let mut last = Verdict::Quiet;
        for step in 0..steps {
            let part = |sign: i64| rows.iter().map(|row| (sign * row[step]).max(0)).collect::<Vec<_>>();
            let (bought, sold) = (part(1), part(-1));
            last = monitor.look(&Seen::Trades { bought: &bought, sold: &sold }, &mut memory, &mut pointed);
        }
        (last, pointed)
    }

    fn draw(rows: usize, steps: usize, seed: u64) -> Vec<Vec<i64>> {
        let one = |row: u64| {
            let mut stream = Keys::new(seed).stream(Purpose::parameter(0), row, 0);
            (0..steps).map(|_| (1e6 * stream.normal()) as i64).collect()
        };
        (0..rows as u64).map(one).collect()
    }

    /// The statistic from every pair's correlation, one by one.
    fn by_pairs(rows: &[Vec<i64>]) -> f64 {
        let steps = rows[0].len() as f64;
        let mean = |row: &[i64]| row.iter().sum::<i64>() as f64 / steps;
        let product = |a: &[i64], b: &[i64]| -> f64 {
            a.iter().zip(b).map(|(&x, &y)| (x as f64 - mean(a)) * (y as f64 - mean(b))).sum()
        };
        let mut sum = 0.0;
        for (i, a) in rows.iter().enumerate() {
            for b in &rows[..i] {
                sum += product(a, b) / (product(a, a) * product(b, b)).sqrt();
            }
        }
        let count = rows.len() as f64;
        (2.0 * steps / (count * (count - 1.0))).sqrt() * sum
    }

    #[test]
    fn the_statistic_is_that_of_all_pairs() {
        for seed in 0..20 {
            let rows = draw(6, 25, seed);
            let expected = by_pairs(&rows);
            let (verdict, _) = look(&rows, 0.0);
            match verdict {
                Verdict::Alert { value, .. } => assert!((value - expected).abs() < 1e-9, "{value} is not {expected}"),
                Verdict::Quiet => assert!(expected <= 1e-9, "{expected}"),
            }
        }
    }

    /// Under independence the statistic is standard normal: it passes 1.645 in one case of twenty.
    #[test]
    fn independent_traders_pass_a_quantile_as_often_as_it_says() {
        let passed = (0..2000).filter(|&seed| look(&draw(10, 30, seed), 1.645).0.is_alert()).count();
        let error = (2000.0 * 0.05 * 0.95_f64).sqrt();
        assert!((passed as f64 - 100.0).abs() < 5.0 * error, "{passed} of 2000");
    }

    #[test]
    fn a_ring_is_found_and_its_members_are_named() {
        let mut rows = draw(12, 30, 5);
        for member in [2, 7, 9] {
            rows[member] = rows[2].iter().zip(&rows[member]).map(|(lead, own)| lead + own / 5).collect();
        }
        let (verdict, pointed) = look(&rows, 3.0);
        assert!(verdict.is_alert() && pointed == [2, 7, 9], "{verdict:?} {pointed:?}");
        rows.push(vec![4; 30]);
        assert_eq!(look(&rows, 3.0), (verdict, pointed), "who never changes has no say");
    }
}
