//! What is asked of a capacity, as columns.

use walras_ledger::Atoms;

use super::Refusal;

/// What there is to share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// C: atoms of the resource, not negative.
    pub capacity: Atoms,
    /// The least price at which an auction sells, numeraire atoms for one atom; finite and not negative. Not read by
    /// rules without bids.
    pub reserve: f64,
    /// Atoms of the resource in one unit.
    pub unit: f64,
    /// Numeraire atoms in one unit of the numeraire.
    pub money_unit: f64,
}

impl Offer {
    /// So many atoms, and no reserve.
    #[must_use]
    pub fn of(capacity: Atoms) -> Self {
        Self { capacity, reserve: 0.0, unit: 1.0, money_unit: 1.0 }
    }

    /// Numeraire atoms for one atom at a price of 1 numeraire for one unit.
    #[must_use]
    pub fn per_atom(&self) -> f64 {
        self.money_unit / self.unit
    }
}

/// Requests for one capacity, one row each. Every column but the first may be empty, and then says the same of all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Requests<'a> {
    /// d: atoms asked, not negative.
    pub amount: &'a [Atoms],
    /// Whose it is, where a requester has several rows; empty: each row is another's.
    pub requester: &'a [u32],
    /// w: how much a row counts beside others, finite and above zero; empty: all alike.
    pub weight: &'a [f64],
    /// What the row bids for one atom, in numeraire atoms, finite and not negative. Rules that sell need it.
    pub bid: &'a [f64],
    /// When the request came; the lower, the earlier. Empty: in the order of the rows.
    pub arrival: &'a [u64],
    /// Who goes first; the higher, the sooner. Empty: all alike.
    pub priority: &'a [i64],
    /// A keyed draw for each row. Rules that draw lots need it.
    pub lot: &'a [u32],
    /// The most that the row may get, not negative; empty: no quota.
    pub quota: &'a [Atoms],
}

/// Requests that are checked and held to their quotas.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What there is to share.
    pub offer: Offer,
    /// The requests; no amount is above its row's quota.
    pub requests: Requests<'a>,
    /// D: atoms asked by all.
    pub total: i128,
    /// The greatest amount; zero when there are no rows.
    pub most: Atoms,
}

impl<'a> Requests<'a> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.amount.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.amount.is_empty()
    }

    /// The weight of a row.
    #[must_use]
    pub fn weight_of(&self, row: usize) -> f64 {
        self.weight.get(row).copied().unwrap_or(1.0)
    }

    /// Whose `row` is.
    #[must_use]
    pub fn requester_of(&self, row: usize) -> u32 {
        self.requester.get(row).copied().unwrap_or(row as u32)
    }

    /// Checks every column; `held` keeps the amounts where quotas hold them.
    pub(super) fn checked(mut self, offer: &Offer, held: &'a mut Vec<Atoms>) -> Result<Asked<'a>, Refusal> {
        self.check_lengths()?;
        if offer.capacity < 0 {
            return Err(Refusal::Capacity(offer.capacity));
        }
        if !(offer.reserve.is_finite() && offer.reserve >= 0.0) {
            return Err(Refusal::Reserve(offer.reserve));
        }
        // The least above zero.
        if let Some(row) = first_outside(self.weight, f64::from_bits(1)) {
            return Err(Refusal::Weight { row, weight: self.weight[row] });
        }
        if let Some(row) = first_outside(self.bid, 0.0) {
            return Err(Refusal::Bid { row, bid: self.bid[row] });
        }
        if let Some(row) = self.quota.iter().position(|&quota| quota < 0) {
            return Err(Refusal::Quota { row, quota: self.quota[row] });
        }
        let (total, least, most) = sums(self.amount);
        if least < 0 {
            let row = self.amount.iter().position(|&amount| amount < 0).unwrap_or_default();
            return Err(Refusal::Amount { row, amount: self.amount[row] });
        }
        if self.quota.is_empty() {
            return Ok(Asked { offer: *offer, requests: self, total, most });
        }
        held.clear();
        held.extend(self.amount.iter().zip(self.quota).map(|(&amount, &quota)| amount.min(quota)));
        self.amount = held;
        let (total, _, most) = sums(self.amount);
        Ok(Asked { offer: *offer, requests: self, total, most })
    }

    fn check_lengths(&self) -> Result<(), Refusal> {
        let rows = self.len();
        if u32::try_from(rows).is_err() {
            return Err(Refusal::Rows(rows));
        }
        let columns = [
            ("requester", self.requester.len()),
            ("weight", self.weight.len()),
            ("bid", self.bid.len()),
            ("arrival", self.arrival.len()),
            ("priority", self.priority.len()),
            ("lot", self.lot.len()),
            ("quota", self.quota.len()),
        ];
        match columns.into_iter().find(|&(_, found)| found != 0 && found != rows) {
            Some((column, found)) => Err(Refusal::Length { column, found, rows }),
            None => Ok(()),
        }
    }
}

impl Asked<'_> {
    /// The column of bids.
    pub(super) fn bids(&self) -> Result<&[f64], Refusal> {
        if self.requests.bid.is_empty() && !self.requests.is_empty() {
            return Err(Refusal::Missing("bid"));
        }
        Ok(self.requests.bid)
    }

    /// Whether everybody can have all.
    pub(super) fn is_enough(&self) -> bool {
        self.total <= i128::from(self.offer.capacity)
    }
}

/// The first that is less than `least` or not finite.
fn first_outside(column: &[f64], least: f64) -> Option<usize> {
    let is_within = |value: f64| value >= least && value <= f64::MAX;
    if are_within(column, least) { None } else { column.iter().position(|&value| !is_within(value)) }
}

/// Whether all are `least` or more, and finite. Without a way out, so that it runs over several at once.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn are_within(column: &[f64], least: f64) -> bool {
    column.iter().fold(true, |all, &value| all & (value >= least) & (value <= f64::MAX))
}

/// The sum, the least and the greatest.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
pub(super) fn sums(amounts: &[Atoms]) -> (i128, Atoms, Atoms) {
    // The halves add up apart, so that sixty-four bits hold the sums of 2³² rows.
    let (mut low, mut high, mut least, mut most) = (0_u64, 0_i64, 0, 0);
    for &amount in amounts {
        low += u64::from(amount as u32);
        high += amount >> 32;
        least = amount.min(least);
        most = amount.max(most);
    }
    ((i128::from(high) << 32) + i128::from(low), least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_out_of_range_is_told() {
        let column = |wrong: f64| [vec![1.0; 2000], vec![wrong, wrong]].concat();
        for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
            assert_eq!(first_outside(&column(wrong), 0.0), Some(2000), "{wrong}");
        }
        for wrong in [0.0, -0.0] {
            assert_eq!(first_outside(&column(wrong), 0.0), None);
            assert_eq!(first_outside(&column(wrong), f64::from_bits(1)), Some(2000));
        }
        assert_eq!(first_outside(&column(f64::from_bits(1)), f64::from_bits(1)), None);
        assert_eq!(first_outside(&column(f64::MAX), f64::from_bits(1)), None);
    }

    #[test]
    fn sums_beyond_an_amount_are_exact() {
        assert_eq!(sums(&[i64::MAX, i64::MAX, 5]), (2 * i128::from(i64::MAX) + 5, 0, i64::MAX));
        assert_eq!(sums(&[-3, 1 << 40]), ((1 << 40) - 3, -3, 1 << 40));
    }
}
