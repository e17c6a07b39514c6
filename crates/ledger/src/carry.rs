//! Column postings that are carried: booked at once, and delivered to the agents when they are next visited.
//!
//! In a step at one price every balance is needed twice: when its order is locked, and when its trade is posted, which
//! is known only after everybody's order. A posting that is carried to the next visit saves one of the two sweeps over
//! memory. The named accounts, the flows, the statement of a watched agent and the check of the sum count it from the
//! moment it is posted; only the agents' columns do not show it yet, and reading them is refused until
//! [`Ledger::deliver`] or a visit of all chunks has brought them up to date. Everything else that changes a column
//! delivers to it first.

use std::ops::Range;
use std::sync::Arc;

use walras_numerics::CHUNK;
use walras_numerics::prefetch::prefetch;

use crate::Atoms;
use crate::accounts::{AssetId, CohortId};
use crate::exchange::{Counterparties, PARALLEL_FROM, Payment, Posted, sweep_uniform};
use crate::ledger::{Broken, Holdings, Ledger};

/// A posting whose agents have not been visited since.
#[derive(Debug, Clone)]
pub(crate) struct Carried {
    asset: AssetId,
    /// What buyers and what sellers are posted.
    payments: [Payment; 2],
    /// Who buys and who sells.
    side: Arc<Vec<i8>>,
    /// How many buy and how many sell.
    counts: [u64; 2],
}

impl Carried {
    /// What all agents together are yet to receive of `asset`, a number of the ledger's assets.
    pub(crate) fn total(&self, asset: usize) -> i128 {
        let of = |amount: fn(&Payment) -> Atoms| total(&self.payments, self.counts, amount);
        if asset == AssetId::NUMERAIRE.index() {
            of(Payment::money)
        } else if asset == self.asset.index() {
            of(|payment| payment.tokens)
        } else {
            0
        }
    }

    /// What is wrong when the columns of `cohort` are needed now.
    pub(crate) fn undelivered(&self, cohort: CohortId) -> String {
        let [buyers, sellers] = self.counts;
        let asset = self.asset.0;
        format!("cohort {} still carries a posting of asset {asset} to {buyers} buyers, {sellers} sellers", cohort.0)
    }

    /// Posts to one chunk.
    fn deliver(&self, rows: Range<usize>, money: &mut Run<'_>, tokens: &mut Run<'_>, at: usize) -> Found {
        let within = at..at + rows.len();
        let [buyer, seller] = &self.payments;
        let (cash, goods) = ([buyer.money(), seller.money()], [buyer.tokens, seller.tokens]);
        let columns = (&mut money.atoms[within.clone()], &mut tokens.atoms[within]);
        let swept = sweep_uniform(columns.0, columns.1, &self.side[rows], cash, goods);
        let counts = [u64::from(swept.buyers), u64::from(swept.sellers)];
        let (money, tokens) = (&mut money.totals[at / CHUNK], &mut tokens.totals[at / CHUNK]);
        let due = [
            *money + total(&self.payments, counts, Payment::money),
            *tokens + total(&self.payments, counts, |payment| payment.tokens),
        ];
        (*money, *tokens) = (swept.money, swept.tokens);
        Found { counts, below_zero: swept.below_zero, miscounted: due != [swept.money, swept.tokens] }
    }
}

fn total(payments: &[Payment; 2], counts: [u64; 2], amount: impl Fn(&Payment) -> Atoms) -> i128 {
    i128::from(counts[0]) * i128::from(amount(&payments[0])) + i128::from(counts[1]) * i128::from(amount(&payments[1]))
}

/// What delivering one posting to some chunks found.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    counts: [u64; 2],
    below_zero: bool,
    miscounted: bool,
}

/// What has been delivered to the chunks visited so far; to be handed back to the ledger.
#[derive(Debug, Default)]
pub struct Delivered {
    /// One for each posting that is carried.
    postings: Vec<Found>,
}

impl Delivered {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self.postings.is_empty() {
            return other;
        }
        for (mine, theirs) in self.postings.iter_mut().zip(other.postings) {
            mine.add(&theirs);
        }
        self
    }
}

impl Found {
    fn add(&mut self, other: &Self) {
        self.counts = [self.counts[0] + other.counts[0], self.counts[1] + other.counts[1]];
        self.below_zero |= other.below_zero;
        self.miscounted |= other.miscounted;
    }
}

/// A run of neighbouring agents' accounts during a visit of all of a cohort.
#[derive(Debug)]
pub struct Accounts<'a> {
    /// By asset, where the cohort can hold it.
    columns: Vec<Option<Run<'a>>>,
    carried: &'a [Carried],
    /// The rows of the cohort.
    rows: Range<usize>,
}

#[derive(Debug)]
struct Run<'a> {
    atoms: &'a mut [Atoms],
    totals: &'a mut [i128],
}

/// What the accounts of the agents who are visited next hold, by way of what a visit of them will need from memory.
/// Not to be read: nothing has been delivered to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Upcoming<'a> {
    /// Money and the first asset held.
    columns: [&'a [Atoms]; 2],
    /// Who is posted something, if anyone is.
    sides: &'a [i8],
}

impl Upcoming<'_> {
    /// Asks for what the rows `within` the visit need to be brought near. Changes nothing but time.
    #[inline]
    pub fn prefetch(&self, within: Range<usize>) {
        fn part<T>(column: &[T], within: &Range<usize>) {
            prefetch(&column[within.start.min(column.len())..within.end.min(column.len())]);
        }
        self.columns.iter().for_each(|column| part(column, &within));
        part(self.sides, &within);
    }
}

impl<'a> Run<'a> {
    fn all(column: &'a mut Holdings) -> Self {
        Self { atoms: &mut column.atoms, totals: &mut column.totals }
    }

    fn split_at(self, at: usize) -> (Self, Self) {
        let (atoms, totals) = (self.atoms.split_at_mut(at), self.totals.split_at_mut(at / CHUNK));
        (Self { atoms: atoms.0, totals: totals.0 }, Self { atoms: atoms.1, totals: totals.1 })
    }
}

impl Accounts<'_> {
    /// The rows of the cohort whose accounts these are.
    #[must_use]
    pub fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    /// Cuts off the first `at` agents, a multiple of [`CHUNK`].
    #[must_use]
    pub fn split_at(self, at: usize) -> (Self, Self) {
        debug_assert!(at.is_multiple_of(CHUNK));
        let middle = self.rows.start + at;
        let columns = self.columns.into_iter();
        let (before, after) = columns.map(|run| run.map(|run| run.split_at(at)).unzip()).unzip();
        (
            Self { columns: before, carried: self.carried, rows: self.rows.start..middle },
            Self { columns: after, carried: self.carried, rows: middle..self.rows.end },
        )
    }

    /// Delivers what is carried to one chunk: the rows `within` this run, the first a multiple of [`CHUNK`].
    #[inline]
    pub fn deliver(&mut self, within: Range<usize>, delivered: &mut Delivered) {
        if self.carried.is_empty() {
            return;
        }
        delivered.postings.resize(self.carried.len(), Found::default());
        let rows = self.rows.start + within.start..self.rows.start + within.end;
        for (posting, found) in self.carried.iter().zip(&mut delivered.postings) {
            let (first, rest) = self.columns.split_at_mut(1);
            // Both columns were there when it was posted.
            if let (Some(money), Some(tokens)) = (&mut first[0], &mut rest[posting.asset.index() - 1]) {
                found.add(&posting.deliver(rows.clone(), money, tokens, within.start));
            }
        }
    }

    /// What delivering to the rows `within` this run will need, to be brought near meanwhile.
    #[inline]
    #[must_use]
    pub fn upcoming(&self, within: Range<usize>) -> Upcoming<'_> {
        let rows = self.rows.start + within.start..self.rows.start + within.end;
        let mut columns = self.columns.iter().flatten();
        Upcoming {
            columns: [(); 2].map(|()| columns.next().map(|run| &run.atoms[within.clone()]).unwrap_or_default()),
            sides: self.carried.first().map(|posting| &posting.side[rows]).unwrap_or_default(),
        }
    }

    /// What agents hold of `asset`, of the rows `within` this run, to which everything has been delivered.
    #[inline]
    #[must_use]
    pub fn column(&self, asset: AssetId, within: Range<usize>) -> &[Atoms] {
        self.columns[asset.index()].as_ref().map(|run| &run.atoms[within]).unwrap_or_default()
    }
}

impl Ledger {
    /// As [`Ledger::exchange_uniform`], but the agents of the cohort get theirs when they are next visited.
    ///
    /// # Errors
    /// When a named account passes the largest amount. An agent whose balance falls below zero is found on delivery.
    pub fn carry_uniform(
        &mut self,
        cohort: CohortId,
        with: &Counterparties,
        side: Arc<Vec<i8>>,
        buyer: Payment,
        seller: Payment,
    ) -> Result<Posted, Broken> {
        let (asset, id) = (with.asset, cohort.0);
        if asset == AssetId::NUMERAIRE || !self.can_hold(cohort, asset) {
            return Err(Broken(format!("cohort {id} cannot hold asset {} and trades it", asset.0)));
        }
        let row = &self.cohorts[cohort.index()];
        if side.len() != row.size {
            return Err(Broken(format!("cohort {id} has {} agents, not {} as posted", row.size, side.len())));
        }
        let counts = count(&side);
        let payments = [buyer, seller];
        let posted = self.account_for_uniform(cohort, with, &side, counts, &payments)?;
        self.cohorts[cohort.index()].carried.push(Carried { asset, payments, side, counts });
        Ok(posted)
    }

    /// Delivers everything that is carried: afterwards every column can be read.
    ///
    /// # Errors
    /// When a balance falls below zero or what is counted is not what was posted.
    pub fn deliver(&mut self) -> Result<(), Broken> {
        (0..self.cohorts.len()).try_for_each(|cohort| self.deliver_to(CohortId(cohort as u16)))
    }

    /// Delivers what is carried to one cohort.
    ///
    /// # Errors
    /// As [`Ledger::deliver`].
    #[inline]
    pub fn deliver_to(&mut self, cohort: CohortId) -> Result<(), Broken> {
        if self.cohorts[cohort.index()].carried.is_empty() {
            return Ok(());
        }
        self.visit(cohort, |accounts| ((), deliver_all(accounts)))
    }

    /// Lets `visit` go over the accounts of a cohort, chunk by chunk. It delivers to each chunk once, before it reads
    /// there, and returns what has been delivered.
    ///
    /// # Errors
    /// As [`Ledger::deliver`], and when a chunk that something is carried to has not been visited just once.
    pub fn visit<T>(
        &mut self,
        cohort: CohortId,
        visit: impl FnOnce(Accounts<'_>) -> (T, Delivered),
    ) -> Result<T, Broken> {
        let row = &mut self.cohorts[cohort.index()];
        let columns = row.columns.iter_mut().map(|column| column.as_mut().map(Run::all)).collect();
        let (result, delivered) = visit(Accounts { columns, carried: &row.carried, rows: 0..row.size });
        let found = delivered.postings.into_iter().chain(std::iter::repeat(Found::default()));
        for (posting, found) in row.carried.drain(..).zip(found) {
            let (asset, id) = (posting.asset.0, cohort.0);
            if found.below_zero {
                let what = format!("a trade of asset {asset} took an agent of cohort {id} below zero");
                return Err(Broken(what));
            }
            if found.miscounted || found.counts != posting.counts {
                let [buyers, sellers] = found.counts;
                let what = posting.undelivered(cohort);
                return Err(Broken(format!("{what}, of whom {buyers} and {sellers} got what they were posted")));
            }
        }
        Ok(result)
    }
}

fn deliver_all(mut accounts: Accounts<'_>) -> Delivered {
    let size = accounts.rows.len();
    if size >= PARALLEL_FROM && rayon::current_num_threads() > 1 {
        let (a, b) = accounts.split_at(size.div_ceil(CHUNK) / 2 * CHUNK);
        let (a, b) = rayon::join(|| deliver_all(a), || deliver_all(b));
        return a.and(b);
    }
    let mut delivered = Delivered::default();
    for start in (0..size).step_by(CHUNK) {
        accounts.deliver(start..(start + CHUNK).min(size), &mut delivered);
    }
    delivered
}

/// Sides are counted in parallel from this many agents, in pieces of at least half as many.
const COUNTED_AT_ONCE: usize = 256 * CHUNK;

/// Counts the buyers and the sellers.
fn count(side: &[i8]) -> [u64; 2] {
    if side.len() > COUNTED_AT_ONCE && rayon::current_num_threads() > 1 {
        let (a, b) = side.split_at(side.len() / 2);
        let (a, b) = rayon::join(|| count(a), || count(b));
        return [a[0] + b[0], a[1] + b[1]];
    }
    side.chunks(CHUNK).map(count_piece).fold([0, 0], |all, piece| [0, 1].map(|i| all[i] + u64::from(piece[i])))
}

#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn count_piece(side: &[i8]) -> [u32; 2] {
    let (mut buyers, mut sellers) = (0_u32, 0_u32);
    for &side in side {
        buyers += u32::from(side == 1);
        sellers += u32::from(side == -1);
    }
    [buyers, sellers]
}
