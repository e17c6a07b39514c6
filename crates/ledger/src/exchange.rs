//! Column postings of trades: many agents exchange money for tokens with the accounts of one venue.

use rayon::prelude::*;
use walras_numerics::CHUNK;

use crate::Atoms;
use crate::accounts::{AgentAddress, AssetId, CohortId, NamedId};
use crate::ledger::{Broken, Holdings, Ledger};
use crate::reason::Reason;
use crate::statement::Line;

/// The accounts a venue trades from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counterparties {
    /// The asset traded against the numeraire.
    pub asset: AssetId,
    /// Where tokens come from and go to: the issuer where trades mint and burn.
    pub tokens: NamedId,
    /// Where the money of trades goes to and comes from.
    pub money: NamedId,
    /// Who receives fees.
    pub fees: NamedId,
    /// Who receives priority fees.
    pub priority_fees: NamedId,
    /// Who receives tributes.
    pub tributes: NamedId,
}

/// What one trade does to the agent's account; negative amounts leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Payment {
    /// Change of the tokens held.
    pub tokens: Atoms,
    /// Change of money by the trade itself.
    pub trade: Atoms,
    /// Change of money by the fee.
    pub fee: Atoms,
    /// Change of money by the tribute.
    pub tribute: Atoms,
    /// Change of money by the priority fee.
    pub priority_fee: Atoms,
}

impl Payment {
    /// The change of the agent's money.
    #[inline]
    #[must_use]
    pub const fn money(&self) -> Atoms {
        self.trade + self.fee + self.tribute + self.priority_fee
    }
}

/// Columns are worked on in parallel from this many agents.
pub(crate) const PARALLEL_FROM: usize = 16 * CHUNK;

/// What a column posting came to, in atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Posted {
    /// Agents who received tokens.
    pub buyers: u64,
    /// Agents who gave tokens.
    pub sellers: u64,
    /// Tokens received by agents.
    pub bought: i128,
    /// Tokens given by agents.
    pub sold: i128,
    /// Money of trades paid by agents.
    pub paid: i128,
    /// Money of trades received by agents.
    pub received: i128,
    /// Fees, priority fees included, paid by agents.
    pub fees: i128,
    /// Of which priority fees.
    pub priority_fees: i128,
    /// Tributes paid by agents.
    pub tributes: i128,
}

impl Posted {
    #[inline]
    pub(crate) fn add(&mut self, payment: &Payment, times: u64) {
        let n = i128::from(times);
        if payment.tokens > 0 {
            self.buyers += times;
            self.bought += n * i128::from(payment.tokens);
        } else {
            self.sellers += times;
            self.sold -= n * i128::from(payment.tokens);
        }
        if payment.trade < 0 {
            self.paid -= n * i128::from(payment.trade);
        } else {
            self.received += n * i128::from(payment.trade);
        }
        self.fees -= n * i128::from(payment.fee + payment.priority_fee);
        self.priority_fees -= n * i128::from(payment.priority_fee);
        self.tributes -= n * i128::from(payment.tribute);
    }

    /// As [`Posted::add`] once, without branches: sides are random, so a processor could not foresee them.
    #[inline]
    fn add_one(&mut self, payment: &Payment) {
        self.buyers += u64::from(payment.tokens > 0);
        self.sellers += u64::from(payment.tokens <= 0);
        self.bought += i128::from(payment.tokens.max(0));
        self.sold -= i128::from(payment.tokens.min(0));
        self.paid -= i128::from(payment.trade.min(0));
        self.received += i128::from(payment.trade.max(0));
        if payment.fee | payment.priority_fee | payment.tribute != 0 {
            self.fees -= i128::from(payment.fee) + i128::from(payment.priority_fee);
            self.priority_fees -= i128::from(payment.priority_fee);
            self.tributes -= i128::from(payment.tribute);
        }
    }

    /// Both together.
    #[inline]
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.buyers += other.buyers;
        self.sellers += other.sellers;
        self.bought += other.bought;
        self.sold += other.sold;
        self.paid += other.paid;
        self.received += other.received;
        self.fees += other.fees;
        self.priority_fees += other.priority_fees;
        self.tributes += other.tributes;
        self
    }
}

/// Payments in a given order are posted so many at a time.
const AT_ONCE: usize = 512;

/// What one payment does to its agent's columns.
#[derive(Clone, Copy)]
struct Change {
    row: u32,
    money: Atoms,
    tokens: Atoms,
}

/// What one chunk's kernel found.
#[derive(Default, Clone, Copy)]
pub(crate) struct Swept {
    pub(crate) buyers: u32,
    pub(crate) sellers: u32,
    /// The chunk's sums afterwards.
    pub(crate) money: i128,
    pub(crate) tokens: i128,
    pub(crate) below_zero: bool,
}

impl Ledger {
    /// Every buyer (`side` 1) of a cohort is posted `buyer`, every seller (`side` −1) `seller`, anyone else nothing.
    ///
    /// # Errors
    /// When a balance falls below zero or an account passes the largest amount: the caller has not locked what
    /// orders could cost.
    pub fn exchange_uniform(
        &mut self,
        cohort: CohortId,
        with: &Counterparties,
        side: &[i8],
        buyer: Payment,
        seller: Payment,
    ) -> Result<Posted, Broken> {
        let (money, tokens) = self.pair(cohort, with.asset)?;
        let sweep = |(_, ((((m, t), s), mt), tt)): Chunk<'_>| {
            let swept = sweep_uniform(m, t, s, [buyer.money(), seller.money()], [buyer.tokens, seller.tokens]);
            (*mt, *tt) = (swept.money, swept.tokens);
            swept
        };
        let swept = for_each_chunk(money, tokens, side, sweep, |a, b| Swept {
            buyers: a.buyers + b.buyers,
            sellers: a.sellers + b.sellers,
            below_zero: a.below_zero | b.below_zero,
            ..a
        });
        check_sign(swept.below_zero, cohort, with.asset)?;
        let counts = [u64::from(swept.buyers), u64::from(swept.sellers)];
        self.account_for_uniform(cohort, with, side, counts, &[buyer, seller])
    }

    /// What a uniform posting to so many buyers and sellers does besides changing their columns.
    pub(crate) fn account_for_uniform(
        &mut self,
        cohort: CohortId,
        with: &Counterparties,
        side: &[i8],
        counts: [u64; 2],
        payments: &[Payment; 2],
    ) -> Result<Posted, Broken> {
        let mut posted = Posted::default();
        posted.add(&payments[0], counts[0]);
        posted.add(&payments[1], counts[1]);
        if let Some(row) = self.watched_row(cohort) {
            match side[row as usize] {
                1 => self.note_payment(AgentAddress { cohort, row }, with, &payments[0]),
                -1 => self.note_payment(AgentAddress { cohort, row }, with, &payments[1]),
                _ => {}
            }
        }
        self.settle_totals(cohort, with, &posted)?;
        Ok(posted)
    }

    /// Every agent of a cohort whose `side` is 1 or −1 is posted its own `payment(row)`.
    ///
    /// # Errors
    /// As [`Ledger::exchange_uniform`].
    pub fn exchange_each(
        &mut self,
        cohort: CohortId,
        with: &Counterparties,
        side: &[i8],
        payment: impl Fn(usize) -> Payment + Sync + Send,
    ) -> Result<Posted, Broken> {
        let (money, tokens) = self.pair(cohort, with.asset)?;
        let sweep = |(index, ((((m, t), s), mt), tt)): Chunk<'_>| {
            let first = index * CHUNK;
            let (mut posted, mut below_zero) = (Posted::default(), 0);
            for (i, ((m, t), _)) in m.iter_mut().zip(t).zip(s).enumerate().filter(|(_, (_, s))| s.unsigned_abs() == 1) {
                let paid = payment(first + i);
                let money = paid.money();
                // Past the largest amount a sum wraps below zero, which is looked for.
                *m = m.wrapping_add(money);
                *t = t.wrapping_add(paid.tokens);
                below_zero |= *m | *t;
                *mt += i128::from(money);
                *tt += i128::from(paid.tokens);
                posted.add_one(&paid);
            }
            (posted, below_zero < 0)
        };
        let (posted, below_zero) = for_each_chunk(money, tokens, side, sweep, |a, b| (a.0.and(&b.0), a.1 | b.1));
        check_sign(below_zero, cohort, with.asset)?;
        if let Some(row) = self.watched_row(cohort).filter(|&row| side[row as usize].unsigned_abs() == 1) {
            self.note_payment(AgentAddress { cohort, row }, with, &payment(row as usize));
        }
        self.settle_totals(cohort, with, &posted)?;
        Ok(posted)
    }

    /// Posts payments in a given order, agents of any cohorts.
    ///
    /// # Errors
    /// As [`Ledger::exchange_uniform`].
    pub fn exchange_rows(
        &mut self,
        with: &Counterparties,
        rows: impl Iterator<Item = (AgentAddress, Payment)>,
    ) -> Result<Posted, Broken> {
        let mut totals = vec![Posted::default(); self.cohorts.len()];
        let mut seen = Vec::new();
        // With many rows it costs less to count the chunks again afterwards than to keep their sums up row by row.
        let agents: usize = self.cohorts.iter().map(|cohort| cohort.size).sum();
        let recount = rows.size_hint().1.is_some_and(|rows| rows >= agents / 8);
        let watched = self.watch.as_ref().map(|watch| watch.address);
        let mut block = Vec::with_capacity(rows.size_hint().1.map_or(AT_ONCE, |rows| rows.min(AT_ONCE)));
        let mut rows = rows.peekable();
        while let Some(&(AgentAddress { cohort, .. }, _)) = rows.peek() {
            // A run of one cohort's agents, so that its columns are looked up once.
            block.clear();
            let mut posted = Posted::default();
            while let Some((agent, paid)) = rows.next_if(|(agent, _)| agent.cohort == cohort) {
                block.push(Change { row: agent.row, money: paid.money(), tokens: paid.tokens });
                posted.add_one(&paid);
                if watched == Some(agent) {
                    seen.push(paid);
                }
                if block.len() == AT_ONCE {
                    break;
                }
            }
            let (money, tokens) = self.pair(cohort, with.asset)?;
            let mut below_zero = 0;
            // Nothing else in this loop, so that many of its scattered accesses are under way at a time.
            for change in &block {
                let row = change.row as usize;
                let (m, t) = (&mut money.atoms[row], &mut tokens.atoms[row]);
                *m = m.wrapping_add(change.money);
                *t = t.wrapping_add(change.tokens);
                below_zero |= *m | *t;
            }
            if !recount {
                for change in &block {
                    let chunk = change.row as usize / CHUNK;
                    money.totals[chunk] += i128::from(change.money);
                    tokens.totals[chunk] += i128::from(change.tokens);
                }
            }
            check_sign(below_zero < 0, cohort, with.asset)?;
            let total = &mut totals[cohort.index()];
            *total = total.and(&posted);
        }
        if let Some(agent) = watched {
            seen.iter().for_each(|paid| self.note_payment(agent, with, paid));
        }
        for (cohort, posted) in totals.iter().enumerate().filter(|(_, posted)| **posted != Posted::default()) {
            let id = CohortId(cohort as u16);
            if recount {
                let (money, tokens) = self.pair(id, with.asset)?;
                money.recount();
                tokens.recount();
            }
            self.settle_totals(id, with, posted)?;
        }
        Ok(totals.iter().fold(Posted::default(), Posted::and))
    }

    /// Every agent of a cohort is posted `change(row, held)` of one asset against one named account.
    ///
    /// # Errors
    /// As [`Ledger::exchange_uniform`].
    pub fn post_column(
        &mut self,
        cohort: CohortId,
        asset: AssetId,
        with: NamedId,
        reason: Reason,
        change: impl Fn(usize, Atoms) -> Atoms,
    ) -> Result<i128, Broken> {
        self.deliver_to(cohort)?;
        let watched = self.watched_row(cohort);
        let Some(column) = self.cohorts[cohort.index()].columns[asset.index()].as_mut() else {
            return Err(Broken(format!("cohort {} cannot hold asset {}", cohort.0, asset.0)));
        };
        let (mut total, mut below_zero, mut noted) = (0_i128, 0, 0);
        for (chunk, (atoms, sum)) in column.atoms.chunks_mut(CHUNK).zip(&mut column.totals).enumerate() {
            let before = total;
            for (i, atoms) in atoms.iter_mut().enumerate() {
                let row = chunk * CHUNK + i;
                let change = change(row, *atoms);
                *atoms = atoms.wrapping_add(change);
                below_zero |= *atoms;
                total += i128::from(change);
                if watched == Some(row as u32) {
                    noted = change;
                }
            }
            *sum += total - before;
        }
        check_sign(below_zero < 0, cohort, asset)?;
        if let (Some(row), Some(watch)) = (watched, &mut self.watch) {
            watch.note(AgentAddress { cohort, row }, Line { asset, reason, amount: noted });
        }
        self.add_flow(cohort.index(), asset, reason, total);
        self.add_named(with, asset, reason, -total)?;
        Ok(total)
    }

    pub(crate) fn pair(&mut self, cohort: CohortId, asset: AssetId) -> Result<(&mut Holdings, &mut Holdings), Broken> {
        self.deliver_to(cohort)?;
        let columns = &mut self.cohorts[cohort.index()].columns;
        let (first, rest) = columns.split_at_mut(1);
        match (first[0].as_mut(), rest.get_mut(asset.index().wrapping_sub(1)).and_then(Option::as_mut)) {
            (Some(money), Some(tokens)) => Ok((money, tokens)),
            _ => Err(Broken(format!("cohort {} cannot hold asset {} and trades it", cohort.0, asset.0))),
        }
    }

    fn watched_row(&self, cohort: CohortId) -> Option<u32> {
        self.watch.as_ref().filter(|watch| watch.address.cohort == cohort).map(|watch| watch.address.row)
    }

    fn note_payment(&mut self, agent: AgentAddress, with: &Counterparties, paid: &Payment) {
        let Some(watch) = &mut self.watch else { return };
        let money = |reason, amount| Line { asset: AssetId::NUMERAIRE, reason, amount };
        watch.note(agent, money(Reason::Trade, paid.trade));
        watch.note(agent, money(Reason::Fee, paid.fee));
        watch.note(agent, money(Reason::Tribute, paid.tribute));
        watch.note(agent, money(Reason::PriorityFee, paid.priority_fee));
        watch.note(agent, Line { asset: with.asset, reason: Reason::Trade, amount: paid.tokens });
    }

    /// Gives the venue's accounts the other side of what the agents were posted.
    fn settle_totals(&mut self, cohort: CohortId, with: &Counterparties, posted: &Posted) -> Result<(), Broken> {
        let legs = [
            (with.asset, with.tokens, Reason::Trade, posted.bought - posted.sold),
            (AssetId::NUMERAIRE, with.money, Reason::Trade, posted.received - posted.paid),
            (AssetId::NUMERAIRE, with.fees, Reason::Fee, posted.priority_fees - posted.fees),
            (AssetId::NUMERAIRE, with.tributes, Reason::Tribute, -posted.tributes),
            (AssetId::NUMERAIRE, with.priority_fees, Reason::PriorityFee, -posted.priority_fees),
        ];
        for (asset, account, reason, change) in legs {
            if change != 0 {
                self.add_flow(cohort.index(), asset, reason, change);
                self.add_named(account, asset, reason, -change)?;
            }
        }
        Ok(())
    }
}

impl Holdings {
    /// Sums every chunk anew.
    fn recount(&mut self) {
        for (chunk, total) in self.atoms.chunks(CHUNK).zip(&mut self.totals) {
            *total = sum_wide(chunk);
        }
    }
}

/// The sum of a chunk, which can pass 64 bits.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn sum_wide(atoms: &[i64]) -> i128 {
    let (mut low, mut high) = (0_i64, 0_i64);
    for &atoms in atoms {
        low += atoms & 0xFFFF_FFFF;
        high += atoms >> 32;
    }
    (i128::from(high) << 32) + i128::from(low)
}

pub(crate) fn check_sign(below_zero: bool, cohort: CohortId, asset: AssetId) -> Result<(), Broken> {
    if below_zero {
        return Err(Broken(format!("a trade of asset {} took an agent of cohort {} below zero", asset.0, cohort.0)));
    }
    Ok(())
}

type Chunk<'a> = (usize, ((((&'a mut [Atoms], &'a mut [Atoms]), &'a [i8]), &'a mut i128), &'a mut i128));

/// Runs `sweep` over the chunks of both columns and merges what it returns, in order.
fn for_each_chunk<T: Default + Send>(
    money: &mut Holdings,
    tokens: &mut Holdings,
    side: &[i8],
    sweep: impl Fn(Chunk<'_>) -> T + Sync + Send,
    merge: impl Fn(T, T) -> T + Sync + Send,
) -> T {
    let parallel = side.len() >= PARALLEL_FROM && rayon::current_num_threads() > 1;
    let (money_totals, token_totals) = (&mut money.totals, &mut tokens.totals);
    if parallel {
        let columns = money.atoms.par_chunks_mut(CHUNK).zip(tokens.atoms.par_chunks_mut(CHUNK));
        let columns = columns.zip(side.par_chunks(CHUNK)).zip(money_totals).zip(token_totals);
        columns.enumerate().with_min_len(8).map(sweep).reduce(T::default, merge)
    } else {
        let columns = money.atoms.chunks_mut(CHUNK).zip(tokens.atoms.chunks_mut(CHUNK));
        let columns = columns.zip(side.chunks(CHUNK)).zip(money_totals).zip(token_totals);
        columns.enumerate().map(sweep).fold(T::default(), merge)
    }
}

/// Adds to each account what its side is posted, and counts what the chunk holds afterwards.
pub(crate) fn sweep_uniform(
    money: &mut [i64],
    tokens: &mut [i64],
    side: &[i8],
    cash: [i64; 2],
    goods: [i64; 2],
) -> Swept {
    let Narrow { bits, counts, sums } = add_uniform(money, tokens, side, cash, goods);
    // A chunk of amounts below 2^53 sums to less than 2^63; beyond that it is summed in wider numbers.
    const { assert!(CHUNK <= 1 << 10) };
    let fits = bits >> 53 == 0;
    let [m, t] = if fits { sums.map(i128::from) } else { [sum_wide(money), sum_wide(tokens)] };
    let [buyers, sellers] = counts.map(|count| count as u32);
    Swept { buyers, sellers, money: m, tokens: t, below_zero: bits < 0 }
}

/// What a sweep found in 64 bits.
struct Narrow {
    /// All balances, OR-ed.
    bits: i64,
    counts: [i64; 2],
    /// The sums of money and of tokens, wrapping.
    sums: [i64; 2],
}

#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn add_uniform(money: &mut [i64], tokens: &mut [i64], side: &[i8], cash: [i64; 2], goods: [i64; 2]) -> Narrow {
    let len = side.len().min(money.len()).min(tokens.len());
    let (money, tokens, side) = (&mut money[..len], &mut tokens[..len], &side[..len]);
    let (mut bits, mut buyers, mut sellers, mut money_sum, mut token_sum) = (0_i64, 0_i64, 0_i64, 0_i64, 0_i64);
    for i in 0..len {
        let (buy, sell) = (-i64::from(side[i] == 1), -i64::from(side[i] == -1));
        let m = money[i].wrapping_add((cash[0] & buy) | (cash[1] & sell));
        let t = tokens[i].wrapping_add((goods[0] & buy) | (goods[1] & sell));
        money[i] = m;
        tokens[i] = t;
        bits |= m | t;
        buyers -= buy;
        sellers -= sell;
        money_sum = money_sum.wrapping_add(m);
        token_sum = token_sum.wrapping_add(t);
    }
    Narrow { bits, counts: [buyers, sellers], sums: [money_sum, token_sum] }
}
