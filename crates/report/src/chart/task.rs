//! A chart of each board of tasks: what became of tasks above those that stand.

use super::canvas::Dash;
use super::course::{Line, Place, keys, over_time, recorded};
use super::figure::{RIGHT, figure, legend};
use crate::data::{Board, ReportData};

/// What became of a board's tasks, and how many stand.
pub(super) fn tasks(data: &ReportData, board: &Board) -> Option<String> {
    let series = &board.series;
    let became: [Line; 3] = [
        ("completed", 1, Dash::Solid, &series.completed),
        ("false", 2, Dash::Dashed, &series.false_deliveries),
        ("deadline passed", 3, Dash::Dashed, &series.expired),
    ];
    let happened = |line: &Line| line.3.iter().any(|&value| value > 0.0);
    let became: Vec<Line> = became.into_iter().filter(happened).collect();
    let became = recorded(&became)?;
    let stand: [Line; 2] = [("at work", 5, Dash::Solid, &series.at_work), ("open", 6, Dash::Dashed, &series.open)];
    let stand = recorded(&stand)?;
    Some(figure(data, &format!("What became of tasks at {}", board.name), |canvas| {
        over_time(canvas, &series.step, &became, &Place::UPPER, "tasks per step".to_owned(), true);
        over_time(canvas, &series.step, &stand, &Place::LOWER, "tasks that stand".to_owned(), true);
        legend(canvas, &keys(&became.iter().chain(&stand).copied().collect::<Vec<_>>()), RIGHT, 84.0);
    }))
}
