//! What many agents set aside with a venue, and get back from it, posted together.

use walras_numerics::CHUNK;

use crate::Atoms;
use crate::accounts::{AgentAddress, AssetId};
use crate::exchange::{Counterparties, check_sign};
use crate::ledger::{Broken, Ledger};
use crate::reason::Reason;
use crate::statement::Line;

impl Ledger {
    /// Changes what agents hold of money and of a venue's asset by what `rows` say, in their order, against the venue's
    /// accounts of both. As many single transfers for one `reason` would, but that the venue's accounts are looked at in
    /// the end.
    ///
    /// # Errors
    /// When an agent or, in the end, one of the venue's accounts falls below zero or passes the largest amount.
    pub fn move_rows(
        &mut self,
        with: &Counterparties,
        reason: Reason,
        rows: impl Iterator<Item = (AgentAddress, [Atoms; 2])>,
    ) -> Result<(), Broken> {
        let watched = self.watch.as_ref().map(|watch| watch.address);
        let mut rows = rows.peekable();
        while let Some(&(AgentAddress { cohort, .. }, _)) = rows.peek() {
            // A run of one cohort's agents, so that its columns are looked up once.
            let (money, tokens) = self.pair(cohort, with.asset)?;
            let (mut sums, mut below_zero, mut seen) = ([0_i128; 2], 0, Vec::new());
            while let Some((agent, change)) = rows.next_if(|(agent, _)| agent.cohort == cohort) {
                let row = agent.row as usize;
                for ((column, change), sum) in [&mut *money, &mut *tokens].into_iter().zip(change).zip(&mut sums) {
                    let atoms = &mut column.atoms[row];
                    // Past the largest amount a sum wraps below zero, which is looked for.
                    *atoms = atoms.wrapping_add(change);
                    below_zero |= *atoms;
                    column.totals[row / CHUNK] += i128::from(change);
                    *sum += i128::from(change);
                }
                if watched == Some(agent) {
                    seen.push(change);
                }
            }
            check_sign(below_zero < 0, cohort, with.asset)?;
            let assets = [AssetId::NUMERAIRE, with.asset];
            if let (Some(agent), Some(watch)) = (watched, &mut self.watch) {
                let lines = seen.iter().flat_map(|change| assets.into_iter().zip(*change));
                lines.for_each(|(asset, amount)| watch.note(agent, Line { asset, reason, amount }));
            }
            for ((asset, account), sum) in assets.into_iter().zip([with.money, with.tokens]).zip(sums) {
                self.add_flow(cohort.index(), asset, reason, sum);
                self.add_named(account, asset, reason, -sum)?;
            }
        }
        self.check_named()
    }
}
