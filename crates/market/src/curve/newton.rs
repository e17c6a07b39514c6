//! The inverse of a curve's integral where it has no closed form.

/// The `x` in `0..=high` with `value(x) = target`, by Newton's method kept inside a shrinking bracket.
///
/// `value` rises from 0 at 0 and `rate` is its derivative; `high` may be infinite. A good `guess` saves steps, a bad
/// one does no harm. The answer is as good as `value` itself, or `high` when `value` stays below `target`.
pub(super) fn rising(value: impl Fn(f64) -> f64, rate: impl Fn(f64) -> f64, target: f64, guess: f64, high: f64) -> f64 {
    if target <= 0.0 {
        return 0.0;
    }
    if high.is_finite() && value(high) <= target {
        return high;
    }
    let mut x = if guess > 0.0 && guess < high { guess } else { high.min(1.0) };
    let (mut low, mut high) = (0.0, high);
    for _ in 0..400 {
        let miss = value(x) - target;
        if miss == 0.0 {
            return x;
        }
        (low, high) = if miss < 0.0 { (x, high) } else { (low, x) };
        let newton = x - miss / rate(x);
        let next = if newton > low && newton < high { newton } else { between(low, high) };
        if (next - x).abs() <= f64::EPSILON * x {
            return next;
        }
        x = next;
    }
    x
}

/// A point inside a bracket that may span many magnitudes or have no end.
fn between(low: f64, high: f64) -> f64 {
    const LEAP: f64 = 1024.0;
    if high.is_infinite() {
        low * LEAP
    } else if low == 0.0 {
        high / LEAP
    } else if high / low > 4.0 {
        low.sqrt() * high.sqrt()
    } else {
        low + 0.5 * (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_roots_from_any_guess() {
        for guess in [0.0, 1e-30, 1.0, 1e200, f64::INFINITY, f64::NAN] {
            for root in [1e-20, 0.3, 7.0, 1e25] {
                let cubic = rising(|x| x * x * x + x, |x| 3.0 * x * x + 1.0, root * root * root + root, guess, 1e30);
                assert!((cubic / root - 1.0).abs() < 1e-15, "{cubic} is not {root} from {guess}");
                let rooted = rising(f64::sqrt, |x| 0.5 / x.sqrt(), root.sqrt(), guess, f64::INFINITY);
                assert!((rooted / root - 1.0).abs() < 1e-14, "{rooted} is not {root} from {guess}");
            }
        }
    }

    #[test]
    fn what_cannot_be_reached_gives_the_end() {
        assert_eq!(rising(|x| x, |_| 1.0, 5.0, 1.0, 3.0), 3.0);
        assert_eq!(rising(|x| x, |_| 1.0, 0.0, 1.0, 3.0), 0.0);
    }
}
