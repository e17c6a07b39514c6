//! What bodies voted on, and where it moved their levers.

use walras_catalog::words::in_words;
use walras_record::Run;
use walras_record::table::{Columns as _, ProposalColumns};
use walras_report::data::{Body, LeverPath, Proposal};

use crate::error::RunError;
use crate::summary::{BodySummary, Summary};

/// Every body, in the scenario's order, with its proposals where the table was written.
pub(super) fn bodies(run: &Run, summary: Option<&Summary>) -> Result<Vec<Body>, RunError> {
    let declared = summary.map_or(&[][..], |summary| summary.governance.as_slice());
    let mut bodies: Vec<Body> = declared.iter().map(body).collect();
    if bodies.is_empty() || !run.manifest.tables.iter().any(|table| table.name == ProposalColumns::NAME) {
        return Ok(bodies);
    }
    for columns in run.table::<ProposalColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            if let Some(body) = bodies.iter_mut().find(|body| body.name == columns.body.get(row)) {
                note(body, &columns, row);
            }
        }
    }
    for (body, summary) in bodies.iter_mut().zip(declared) {
        for (path, lever) in body.paths.iter_mut().zip(&summary.levers) {
            path.end(run.manifest.final_step, lever.last.unwrap_or(f64::NAN));
        }
    }
    Ok(bodies)
}

fn body(summary: &BodySummary) -> Body {
    let path = |lever: &crate::summary::LeverSummary| {
        LeverPath::starting(&lever.name, &lever.parameter, lever.first.unwrap_or(f64::NAN))
    };
    Body {
        name: summary.name.clone(),
        rule: in_words(&summary.rule),
        voters: summary.voters,
        proposals: Vec::new(),
        paths: summary.levers.iter().map(path).collect(),
    }
}

/// Takes what one row says of its proposal, in place of what earlier rows said.
fn note(body: &mut Body, columns: &ProposalColumns, row: usize) {
    let (number, step) = (columns.proposal[row] as usize, u64::from(columns.step[row]) + 1);
    let status = columns.status.get(row);
    if status == "executed"
        && let Some(path) = body.paths.iter_mut().find(|path| path.lever == columns.lever.get(row))
    {
        path.moved(step, columns.value.0[row]);
    }
    let cast = columns.yes[row] + columns.no[row];
    let proposal = Proposal {
        number: number as u64,
        subject: columns.subject.get(row).to_owned(),
        value: columns.value.0[row],
        requested: columns.requested[row],
        ended: step,
        status: status.to_owned(),
        yes_share: if cast > 0.0 { columns.yes[row] / cast } else { f64::NAN },
        turnout: cast / columns.electorate.0[row],
        voters: u64::from(columns.voters[row]),
    };
    match body.proposals.iter_mut().find(|known| known.number == number as u64) {
        Some(known) => *known = proposal,
        None => body.proposals.push(proposal),
    }
}
