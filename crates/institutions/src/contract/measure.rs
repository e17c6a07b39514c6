//! The end of an epoch: contributions become claims, held to the caps.

use walras_ledger::Atoms;

use super::act::{AffiliateId, Outcome, Refusal};
use super::claims::{Claim, ClaimState, Part};
use super::reward::Measured;
use super::state::{Contract, State};
use super::terms::Charged;

/// What a contribution would earn if there were money enough.
struct Wanted {
    row: usize,
    sponsor: Option<usize>,
    contribution: Atoms,
    own: Atoms,
    chain: Atoms,
}

impl Contract {
    /// The epoch that ends with `step` is measured: `contributions` are affiliates in rising order and what each
    /// contributed in it, in atoms; `series` are those of the scope.
    ///
    /// Only what is above zero earns anything, and only for affiliates that have joined and have not lost their stake.
    /// Where all together would earn more than there is room for, each gets the same share of it, rounded down.
    ///
    /// # Errors
    /// When the contract is not active, no epoch ends, it has been measured already, or the list is out of order.
    pub fn measure(
        &mut self,
        step: u32,
        contributions: &[(AffiliateId, Atoms)],
        series: &[&[f64]],
        outcome: &mut Outcome,
    ) -> Result<(), Refusal> {
        self.needs("be measured", State::Active)?;
        if !self.terms.ends_epoch(step) {
            let epoch = self.terms.epoch;
            let next = u64::from(self.terms.starts) + u64::from(self.terms.epoch_of(step) + 1) * u64::from(epoch) - 1;
            return Err(Refusal::Early { from: u32::try_from(next).unwrap_or(u32::MAX) });
        }
        if step < self.measured_to {
            return Err(Refusal::MeasuredTwice);
        }
        if let Some(pair) = contributions.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(Refusal::Twice(pair[1].0));
        }
        self.measured_to = step.saturating_add(1);
        let mut wanted = self.wanted(step, contributions, series, outcome);
        self.share_with_sponsors(&mut wanted);
        self.hold_to_room(&mut wanted);
        self.money.earned_last = 0;
        for wanted in wanted {
            self.claim_for(step, &wanted, outcome);
        }
        Ok(())
    }

    /// What each affiliate's contribution earns, held to what it may still earn.
    fn wanted(
        &mut self,
        step: u32,
        contributions: &[(AffiliateId, Atoms)],
        series: &[&[f64]],
        outcome: &mut Outcome,
    ) -> Vec<Wanted> {
        let above_zero = || contributions.iter().filter(|(_, own)| *own > 0);
        let total: i128 = above_zero().map(|&(_, own)| i128::from(own)).sum();
        let counted = i128::from(self.money.contribution) + total;
        self.money.contribution = Atoms::try_from(counted).unwrap_or(Atoms::MAX);
        let (epoch, paid) = (self.terms.epoch_of(step), self.money.paid);
        let mut wanted = Vec::new();
        for &(who, own) in above_zero() {
            let Some(row) = self.members.row(who).filter(|&row| self.is_in_good_standing(row)) else { continue };
            match self.terms.reward.earned(&Measured { own, total, epoch, paid, series }) {
                Ok(earned) => {
                    let own_part = earned.min(self.room_of(row));
                    wanted.push(Wanted { row, sponsor: None, contribution: own, own: own_part, chain: 0 });
                }
                Err(why) => outcome.undefined.push((who, why)),
            }
        }
        wanted
    }

    /// Whether it has the stake that the contract asks.
    fn is_in_good_standing(&self, row: usize) -> bool {
        self.terms.stake == 0 || self.members.staked[row] > 0
    }

    /// What a row may still earn under the cap for each.
    fn room_of(&self, row: usize) -> Atoms {
        let standing = self.members.earned[row] - self.members.clawed_back[row];
        (self.terms.affiliate_cap - standing).max(0)
    }

    /// Gives sponsors their shares, held to what they may still earn besides their own.
    fn share_with_sponsors(&self, wanted: &mut [Wanted]) {
        let Some((share, charged)) = self.terms.chain else { return };
        let mut room: Vec<Atoms> = (0..self.members.len()).map(|row| self.room_of(row)).collect();
        for wanted in wanted.iter() {
            room[wanted.row] -= wanted.own;
        }
        for wanted in wanted {
            let sponsor = self.members.sponsor(wanted.row).filter(|&row| self.is_in_good_standing(row));
            let Some(sponsor) = sponsor else { continue };
            wanted.chain = share.of(wanted.own).min(room[sponsor]);
            wanted.sponsor = Some(sponsor);
            room[sponsor] -= wanted.chain;
            if charged == Charged::Affiliate {
                wanted.own -= wanted.chain;
            }
        }
    }

    /// Cuts what is wanted to what the escrow, the cap and the epoch's cap leave, in proportion.
    fn hold_to_room(&self, wanted: &mut [Wanted]) {
        let under_cap = self.terms.cap - self.money.paid - self.money.committed;
        let room = i128::from(under_cap.min(self.money.free()).min(self.terms.epoch_cap).max(0));
        let all: i128 = wanted.iter().map(|wanted| i128::from(wanted.own) + i128::from(wanted.chain)).sum();
        if all <= room {
            return;
        }
        // Rounded down; below what was wanted.
        let cut = |atoms: Atoms| (i128::from(atoms) * room / all) as Atoms;
        for wanted in wanted {
            (wanted.own, wanted.chain) = (cut(wanted.own), cut(wanted.chain));
        }
    }

    /// Makes a claim of what a contribution earns, less what the affiliate and its sponsor owe.
    fn claim_for(&mut self, step: u32, wanted: &Wanted, outcome: &mut Outcome) {
        if wanted.own == 0 && wanted.chain == 0 {
            return;
        }
        let own = self.earn(wanted.row, wanted.own);
        let chain = wanted.sponsor.map(|sponsor| self.earn(sponsor, wanted.chain)).unwrap_or_default();
        outcome.act(ClaimState::Measured.name(), Some(self.members.id(wanted.row)), wanted.own + wanted.chain);
        self.claims.push(Claim {
            id: self.next_claim,
            state: ClaimState::Measured,
            row: wanted.row,
            sponsor: wanted.sponsor,
            step,
            contribution: wanted.contribution,
            churned: 0,
            own,
            chain,
        });
        self.next_claim += 1;
    }

    /// A row earns `atoms`, of which what it owes is kept back.
    fn earn(&mut self, row: usize, atoms: Atoms) -> Part {
        let kept = atoms.min(self.members.debt[row]);
        self.members.debt[row] -= kept;
        self.members.earned[row] += atoms;
        self.members.clawed_back[row] += kept;
        self.money.earned += atoms;
        self.money.earned_last += atoms;
        self.money.clawed_back += kept;
        self.money.committed += atoms - kept;
        Part { amount: atoms, taken: kept, churned: 0, released: 0 }
    }
}
