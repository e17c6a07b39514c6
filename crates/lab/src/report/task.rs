//! What boards of tasks came to.

use walras_catalog::words::in_words;
use walras_record::Run;
use walras_record::table::{Columns as _, TaskColumns};
use walras_report::data::{Board, BoardSeries};

use super::resource::Chosen;
use crate::error::RunError;
use crate::summary::{Summary, TaskSummary};

/// Every board, in the scenario's order.
pub(super) fn boards(run: &Run, summary: Option<&Summary>) -> Result<Vec<Board>, RunError> {
    let mut found: Vec<Board> = summary.map_or(&[][..], |summary| &summary.tasks).iter().map(of_summary).collect();
    if found.is_empty() {
        return Ok(found);
    }
    let chosen = Chosen::of(run, found.len());
    let mut before = vec![[0.0; 3]; found.len()];
    for columns in run.table::<TaskColumns>()? {
        let columns = columns?;
        for row in (0..columns.len()).filter(|&row| chosen.takes(columns.step[row])) {
            let name = columns.board.name(row);
            let Some(at) = found.iter().position(|board| board.name == name) else { continue };
            push(&mut found[at].series, &mut before[at], &columns, row);
        }
    }
    Ok(found)
}

fn of_summary(summary: &TaskSummary) -> Board {
    Board {
        name: summary.name.clone(),
        assignment: in_words(&summary.assignment),
        posted: summary.posted,
        completed: summary.completed,
        found_false: summary.found_false,
        paid_false: summary.paid_false,
        late: summary.late,
        untaken: summary.untaken,
        paid: summary.paid,
        cost_per_completion: summary.cost_per_completion.unwrap_or(f64::NAN),
        utilisation: summary.utilisation.unwrap_or(f64::NAN),
        series: BoardSeries::default(),
    }
}

fn push(series: &mut BoardSeries, before: &mut [f64; 3], columns: &TaskColumns, row: usize) {
    let sum = |columns: &[&Vec<u32>]| columns.iter().map(|column| f64::from(column[row])).sum::<f64>();
    let now = [
        sum(&[&columns.completed]),
        sum(&[&columns.paid_false, &columns.found_false]),
        sum(&[&columns.late, &columns.untaken]),
    ];
    let steps = Chosen::steps_to(columns.step[row], series.step.last().copied());
    let [completed, false_deliveries, expired] = std::array::from_fn(|it| (now[it] - before[it]) / steps);
    *before = now;
    series.step.push(u64::from(columns.step[row]) + 1);
    series.open.push(f64::from(columns.open[row]));
    series.at_work.push(f64::from(columns.at_work[row]));
    series.completed.push(completed);
    series.false_deliveries.push(false_deliveries);
    series.expired.push(expired);
}
