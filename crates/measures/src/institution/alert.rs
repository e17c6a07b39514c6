//! Whether monitors alert when there is something, and only then.

use std::ops::Range;

use crate::MeasureDescription;
use crate::defined::quotient;

/// Describes [`alert_precision`].
pub const ALERT_PRECISION: MeasureDescription = MeasureDescription {
    name: "alert_precision",
    meaning: "share of a monitor's alerts that fell while something was planted",
    formula: "#{ a ∈ alerts : a ∈ ∪ I_k } / #alerts",
    unit: "fraction of alerts",
    source: "Tatbul et al. 2018, NeurIPS 31, with real ranges and alerts of one step",
};

/// The share of `alerts`, by step, that lie in one of the `planted` intervals of steps.
///
/// `None` without alerts, or for an interval without steps.
#[must_use]
pub fn alert_precision(alerts: &[usize], planted: &[Range<usize>]) -> Option<f64> {
    if planted.iter().any(Range::is_empty) {
        return None;
    }
    let right = alerts.iter().filter(|alert| planted.iter().any(|interval| interval.contains(alert))).count();
    quotient(right as f64, alerts.len() as f64)
}

/// Describes [`alert_recall`].
pub const ALERT_RECALL: MeasureDescription = MeasureDescription {
    name: "alert_recall",
    meaning: "share of planted intervals in which a monitor alerted at least once",
    formula: "#{ k : alerts ∩ I_k ≠ ∅ } / #intervals",
    unit: "fraction of intervals",
    source: "Tatbul et al. 2018, NeurIPS 31, by existence alone",
};

/// The share of `planted` intervals of steps with at least one of the `alerts`, by step.
///
/// `None` without intervals, or for one without steps.
#[must_use]
pub fn alert_recall(alerts: &[usize], planted: &[Range<usize>]) -> Option<f64> {
    if planted.iter().any(Range::is_empty) {
        return None;
    }
    let found = planted.iter().filter(|interval| alerts.iter().any(|alert| interval.contains(alert))).count();
    quotient(found as f64, planted.len() as f64)
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    /// Three of four alerts are right, and find two of three intervals.
    #[test]
    fn by_hand() {
        let planted = [10..20, 40..41, 60..80];
        let alerts = [12, 13, 40, 50];
        assert_eq!(alert_precision(&alerts, &planted), Some(0.75));
        assert_eq!(alert_recall(&alerts, &planted), Some(2.0 / 3.0));
    }

    #[test]
    fn an_interval_ends_before_its_end() {
        let planted = 10..20;
        let planted = slice::from_ref(&planted);
        assert_eq!((alert_precision(&[20], planted), alert_recall(&[20], planted)), (Some(0.0), Some(0.0)));
        assert_eq!((alert_precision(&[19], planted), alert_recall(&[10], planted)), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn without_alerts_nothing_is_precise_and_nothing_found() {
        let planted = 10..20;
        let planted = slice::from_ref(&planted);
        assert_eq!((alert_precision(&[], planted), alert_recall(&[], planted)), (None, Some(0.0)));
        assert_eq!((alert_precision(&[3], &[]), alert_recall(&[3], &[])), (Some(0.0), None));
        let empty = 5..5;
        let empty = slice::from_ref(&empty);
        assert_eq!((alert_precision(&[5], empty), alert_recall(&[5], empty)), (None, None));
    }
}
