//! Where votes moved a body's levers.

use super::canvas::Dash;
use super::course::{Line, Place, keys, over_time, recorded};
use super::figure::{RIGHT, figure, legend};
use crate::data::{Body, ReportData};

/// Levers whose lines fit in a panel.
const LINES_MAX: usize = 3;
const DASHES: [Dash; 3] = [Dash::Solid, Dash::Dashed, Dash::Solid];

/// The share of the votes cast that was for each decided proposal, above the levers' values; the latter alone where nothing
/// was decided.
pub(super) fn votes(data: &ReportData, body: &Body) -> Option<String> {
    let decided = body.proposals.iter().filter(|proposal| proposal.status != "open" && !proposal.yes_share.is_nan());
    let (steps, shares): (Vec<u64>, Vec<f64>) = decided.map(|it| (it.ended, it.yes_share)).unzip();
    let (steps, shares) = in_order(&steps, &shares);
    let shares = [("for, of votes cast", 1, Dash::Solid, shares.as_slice())];
    let shares = recorded(&shares).filter(|_| steps.len() > 1);
    let paths = &body.paths[..body.paths.len().min(LINES_MAX)];
    let all = merged(paths.iter().map(|path| path.step.as_slice()));
    let values: Vec<Vec<f64>> = paths.iter().map(|path| along(&all, &path.step, &path.value)).collect();
    let each = paths.iter().zip(&values).enumerate();
    let lines: Vec<Line> =
        each.map(|(at, (path, values))| (path.parameter.as_str(), at + 2, DASHES[at], values.as_slice())).collect();
    let lines = recorded(&lines);
    if lines.is_none() && shares.is_none() {
        return None;
    }
    Some(figure(data, &format!("Votes of {}", body.name), |canvas| {
        let mut drawn = Vec::new();
        if let Some(shares) = &shares {
            let place = if lines.is_some() { Place::UPPER } else { Place::WHOLE };
            over_time(canvas, &steps, shares, &place, "for, of votes cast".to_owned(), true);
            drawn.extend(keys(shares));
        }
        if let Some(lines) = &lines {
            let place = if shares.is_some() { Place::LOWER } else { Place::WHOLE };
            over_time(canvas, &all, lines, &place, "value in force".to_owned(), false);
            drawn.extend(keys(lines));
        }
        legend(canvas, &drawn, RIGHT, 84.0);
    }))
}

fn in_order(steps: &[u64], values: &[f64]) -> (Vec<u64>, Vec<f64>) {
    let mut pairs: Vec<(u64, f64)> = steps.iter().copied().zip(values.iter().copied()).collect();
    pairs.sort_by_key(|&(step, _)| step);
    pairs.into_iter().unzip()
}

/// All steps of several paths in order, each twice, so that a jump within a step has both its ends.
pub(crate) fn merged<'a>(paths: impl Iterator<Item = &'a [u64]>) -> Vec<u64> {
    let mut steps: Vec<u64> = paths.flatten().copied().collect();
    steps.sort_unstable();
    steps.dedup();
    steps.into_iter().flat_map(|step| [step, step]).collect()
}

/// A path's values at the steps of [`merged`]: before and after what happened in each.
pub(crate) fn along(all: &[u64], step: &[u64], value: &[f64]) -> Vec<f64> {
    let before = |at: u64| step.iter().zip(value).rev().find(|(step, _)| **step < at).map(|(_, value)| *value);
    let after = |at: u64| step.iter().zip(value).rev().find(|(step, _)| **step <= at).map(|(_, value)| *value);
    let first = value.first().copied().unwrap_or(f64::NAN);
    let pair = |steps: &[u64]| [before(steps[0]).unwrap_or(first), after(steps[0]).unwrap_or(first)];
    all.chunks_exact(2).flat_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::LeverPath;

    /// A lever at 1 that is moved to 2 in step 5 and to 3 in step 8 of ten.
    #[test]
    fn a_path_has_corners_where_it_moves() {
        let mut path = LeverPath::starting("fee", "main.fee", 1.0);
        path.moved(5, 2.0);
        path.moved(8, 3.0);
        path.end(10, 3.0);
        let all = merged([path.step.as_slice()].into_iter());
        assert_eq!(all, [0, 0, 5, 5, 8, 8, 10, 10]);
        assert_eq!(along(&all, &path.step, &path.value), [1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0]);
    }
}
