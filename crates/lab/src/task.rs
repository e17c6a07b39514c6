//! How boards of tasks stand after a step, as rows.

use walras_engine::World;
use walras_engine::task::Standing;
use walras_record::table::TaskRow;

use crate::error::RunError;
use crate::recorder::Rows;

/// Writes down every board.
///
/// # Errors
/// When a row cannot be written, or a figure is beyond what a table holds.
pub(crate) fn rows(step: u32, world: &World, rows: &mut impl Rows) -> Result<(), RunError> {
    for (number, standing) in world.tasks.iter().enumerate() {
        rows.task(&row(step, number as u32, standing)?)?;
    }
    Ok(())
}

fn row(step: u32, board: u32, standing: &Standing) -> Result<TaskRow, RunError> {
    let counts = &standing.board.counts;
    let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let atoms = |what: &str, amount: i128| {
        i64::try_from(amount).map_err(|_| {
            let name = &standing.name;
            RunError::other(format!("step {step}: the {what} of {name}, {amount} atoms, is beyond what a table holds; use fewer decimals or smaller amounts"))
        })
    };
    let at_work = standing.at_work();
    Ok(TaskRow {
        step,
        board,
        posted: count(counts.posted),
        unfunded: count(counts.unfunded),
        taken: count(counts.taken),
        completed: count(counts.completed),
        paid_false: count(counts.paid_false),
        found_false: count(counts.found_false),
        late: count(counts.late),
        untaken: count(counts.untaken),
        open: count((standing.board.tasks().len() - at_work) as u64),
        at_work: count(at_work as u64),
        escrow: atoms("escrow", standing.board.escrow())?,
        stakes: atoms("stakes", standing.board.stakes())?,
        paid: atoms("rewards", counts.paid)?,
        refunded: atoms("refunds", counts.refunded)?,
        slashed: atoms("stakes lost", counts.slashed)?,
        spent: atoms("cost of work", standing.spent)?,
    })
}
