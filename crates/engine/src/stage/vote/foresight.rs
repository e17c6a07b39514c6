//! Voters look ahead: copies of the economy go on with and without a proposal carried out.

use walras_institutions::voting::proposer::Candidate;
use walras_ledger::{AssetId, Broken, Reason, Transfer};

use crate::governance::Body;
use crate::stage::Events;
use crate::stage::foresee::{fork, go_on};
use crate::stage::settle::Settled;
use crate::utility::utilities;
use crate::world::World;

/// Lets voters who look ahead see what each of the proposals just opened would bring them.
pub(super) fn foresee_each(body: &mut Body, world: &World, settled: &Settled, opened: &[usize]) -> Result<(), Broken> {
    let mut horizons: Vec<u32> = body.members.iter().filter_map(|members| members.horizon).collect();
    horizons.sort_unstable();
    horizons.dedup();
    if horizons.is_empty() || opened.is_empty() {
        return Ok(());
    }
    let failed = course(body, fork(world, settled)?, &horizons)?;
    for &index in opened {
        let mut copy = fork(world, settled)?;
        carry_out_in(body, &mut copy, index);
        let passed = course(body, copy, &horizons)?;
        let mut gains = vec![f64::NAN; body.size];
        for members in &body.members {
            let Some(horizon) = members.horizon else { continue };
            let place = horizons.partition_point(|&other| other < horizon);
            for row in members.rows() {
                gains[row] = passed[place][row] - failed[place][row];
            }
        }
        body.memory.foreseen.push(index as i64);
        body.memory.gains.append(&mut gains);
    }
    Ok(())
}

/// The candidate from which some voter gains most, and that voter; nothing where nobody gains.
pub(super) fn best(
    body: &Body,
    world: &World,
    settled: &Settled,
    candidates: &[Candidate],
    horizon: u32,
) -> Result<Option<(Candidate, u32)>, Broken> {
    if candidates.is_empty() {
        return Ok(None);
    }
    let before = course(body, fork(world, settled)?, &[horizon])?;
    let (mut best, mut most) = (None, 0.0);
    for candidate in candidates {
        let mut copy = fork(world, settled)?;
        body.levers[candidate.lever].lever.set(&mut copy, candidate.value, &body.institution, &mut Events::default());
        let after = course(body, copy, &[horizon])?;
        for (voter, (after, before)) in after[0].iter().zip(&before[0]).enumerate() {
            // Of equal gains the first counts.
            if after - before > most {
                (best, most) = (Some((*candidate, voter as u32)), after - before);
            }
        }
    }
    Ok(best)
}

/// The voters' utilities in a copy at each of some horizons, in ascending order.
fn course(body: &Body, mut copy: World, horizons: &[u32]) -> Result<Vec<Vec<f64>>, Broken> {
    let (mut all, mut gone) = (Vec::with_capacity(horizons.len()), 0);
    for &horizon in horizons {
        go_on(&mut copy, horizon - gone)?;
        gone = horizon;
        all.push(body.members.iter().flat_map(|members| utilities(&copy, members.cohort)).collect());
    }
    Ok(all)
}

/// Does in a copy what proposal number `index` asks for, as far as it can be done.
fn carry_out_in(body: &Body, copy: &mut World, index: usize) {
    let proposal = body.proceedings.proposal(index);
    if let Some(lever) = body.levers.get(proposal.lever as usize) {
        lever.lever.set(copy, proposal.value, &body.institution, &mut Events::default());
    }
    let planned = usize::try_from(body.memory.planned[index]).ok().map(|planned| &body.planned[planned]);
    if let Some((planned, treasury)) = planned.zip(body.treasury)
        && let Some(recipient) = planned.recipient
    {
        let (from, to, amount) = (treasury.into(), recipient.into(), planned.requested);
        // What cannot be paid is not paid: the copy shows just that.
        let _ = copy.ledger.post(Transfer { asset: AssetId::NUMERAIRE, from, to, amount, reason: Reason::Funding });
    }
}
