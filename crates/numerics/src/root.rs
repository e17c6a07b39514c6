//! Bracketed root finding: always converges, the same steps everywhere.

/// The root of `f` between `low` and `high`, where `f` changes sign.
///
/// The ITP method (Oliveira and Takahashi, "An enhancement of the bisection method average performance
/// preserving minmax optimality", ACM TOMS 47(1), 2020): never slower than bisection, usually as fast as
/// the secant method. Returns `None` when `f` has the same sign at both ends or is not finite there. The
/// result is within `tolerance` (at least one unit in the last place) of a sign change.
pub fn bracketed(mut f: impl FnMut(f64) -> f64, low: f64, high: f64, tolerance: f64) -> Option<f64> {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return Some(a);
    }
    if fb == 0.0 {
        return Some(b);
    }
    if !(fa.is_finite() && fb.is_finite()) || (fa > 0.0) == (fb > 0.0) {
        return None;
    }
    let mut budget = (b - a) / 2.0;
    for _ in 0..2200 {
        let middle = a + (b - a) / 2.0;
        if b - a <= 2.0 * tolerance || middle <= a || middle >= b {
            break;
        }
        let secant = (fb * a - fa * b) / (fb - fa);
        // Truncate towards the middle, then project into the interval that bisection would allow.
        let step = 0.2 / (high - low) * (b - a) * (b - a);
        let sigma = if middle >= secant { 1.0 } else { -1.0 };
        let truncated = if step <= (middle - secant).abs() { secant + sigma * step } else { middle };
        let reach = budget - (b - a) / 2.0;
        let reach = if reach > 0.0 { reach } else { 0.0 };
        let x = if (truncated - middle).abs() <= reach { truncated } else { middle - sigma * reach };
        let x = if x > a && x < b { x } else { middle };
        let fx = f(x);
        if fx == 0.0 {
            return Some(x);
        }
        if (fx > 0.0) == (fb > 0.0) {
            (b, fb) = (x, fx);
        } else {
            (a, fa) = (x, fx);
        }
        budget /= 2.0;
        // Keep one bisection in hand, as the method's slack n0 = 1.
        if budget < (b - a) / 4.0 {
            budget = (b - a) / 2.0;
        }
    }
    Some(a + (b - a) / 2.0)
}

/// The greatest whole number in `low..=high` for which `holds`, when it holds at `low` and, once false,
/// stays false; `None` when it does not hold at `low`, or the range is empty.
pub fn greatest(low: i64, high: i64, mut holds: impl FnMut(i64) -> bool) -> Option<i64> {
    if low > high || !holds(low) {
        return None;
    }
    let (mut yes, mut no) = (low, i128::from(high) + 1);
    while no - i128::from(yes) > 1 {
        let middle = (i128::from(yes) + (no - i128::from(yes)) / 2) as i64;
        if holds(middle) { yes = middle } else { no = i128::from(middle) }
    }
    Some(yes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elementary::exp;

    #[test]
    fn finds_known_roots() {
        let cube = bracketed(|x| x * x * x - 2.0, 0.0, 2.0, 0.0).unwrap();
        assert!((cube - 2.0_f64.cbrt()).abs() < 1e-15);
        // The omega constant, x e^x = 1.
        let omega = bracketed(|x| x * exp(x) - 1.0, 0.0, 1.0, 0.0).unwrap();
        assert!((omega - 0.567_143_290_409_783_8).abs() < 1e-15);
        assert_eq!(bracketed(|x| x * x + 1.0, -1.0, 1.0, 0.0), None);
        let steep = bracketed(|x| exp(x) - 1e300, 0.0, 708.0, 0.0).unwrap();
        assert!((steep - 690.775_527_898_213_7).abs() < 1e-12);
    }

    #[test]
    fn greatest_finds_the_boundary_up_to_the_ends_of_i64() {
        assert_eq!(greatest(0, 100, |x| x <= 37), Some(37));
        assert_eq!(greatest(0, 100, |_| true), Some(100));
        assert_eq!(greatest(0, i64::MAX, |x| x < i64::MAX), Some(i64::MAX - 1));
        assert_eq!(greatest(5, 100, |x| x < 5), None);
        assert_eq!(greatest(1, 0, |_| unreachable!()), None);
    }
}
