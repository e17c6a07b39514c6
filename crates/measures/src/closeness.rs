//! Comparison of floats in tests: relative to the expected value, absolute near zero.

/// Asserts that `actual` is within `tolerance` of `expected`, relative to `expected` when that is above 1.
#[track_caller]
pub(crate) fn assert_close(actual: f64, expected: f64, tolerance: f64) {
    let allowed = tolerance * expected.abs().max(1.0);
    assert!((actual - expected).abs() <= allowed, "{actual} is not within {allowed} of {expected}");
}
