//! Float sums with one order: eight lanes over fixed chunks, folded left to right.
//!
//! Floating-point addition is not associative, so a sum's bits depend on its order. Here the order is
//! a function of the length alone, never of the number of threads or the width of a vector register.

/// Elements summed into lanes before they are folded into the running total.
const SUM_CHUNK: usize = 1024;
const LANES: usize = 8;

/// The sum of `values`, in the one fixed order.
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    sum_by(values.len(), |i| values[i])
}

/// The sum of `term(0) + … + term(len - 1)`, in the one fixed order.
#[inline]
pub fn sum_by(len: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut total = 0.0;
    let mut start = 0;
    while start < len {
        let end = (start + SUM_CHUNK).min(len);
        let mut lanes = [0.0; LANES];
        for i in start..end {
            lanes[(i - start) % LANES] += term(i);
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        total += ((a + b) + (c + d)) + ((e + f) + (g + h));
        start = end;
    }
    total
}

/// The arithmetic mean; `NaN` for an empty slice.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_sum_exactly() {
        for n in [0_usize, 1, 7, 8, 1023, 1024, 1025, 5000] {
            let values: Vec<f64> = (1..=n).map(|i| i as f64).collect();
            assert_eq!(sum(&values).to_bits(), ((n * (n + 1) / 2) as f64).to_bits());
        }
    }

    #[test]
    fn the_order_is_by_lanes_within_chunks() {
        let values: Vec<f64> = (0..3000).map(|i| 1.0 / f64::from(i + 1)).collect();
        let mut expected = 0.0;
        for chunk in values.chunks(SUM_CHUNK) {
            let lane = |l: usize| chunk.iter().skip(l).step_by(LANES).fold(0.0, |a, b| a + b);
            expected += ((lane(0) + lane(1)) + (lane(2) + lane(3))) + ((lane(4) + lane(5)) + (lane(6) + lane(7)));
        }
        assert_eq!(sum(&values).to_bits(), expected.to_bits());
    }
}
