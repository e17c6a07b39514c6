//! What pools that hold reserves share: swaps with their fee, and liquidity against shares.
//!
//! The first deposit is worth as many shares as its size (√(xy), Σ r x, Π x^w or D, in atoms), of which a thousand belong
//! to nobody for ever. A share is therefore never worth so much that a later deposit rounds to none of it, and since
//! a pool counts its balances itself, nothing can be given to it to make it so (the inflation of a first share).

use walras_catalog::Problem;
use walras_ledger::Atoms;
use walras_numerics::elementary::ln;
use walras_numerics::root::greatest;
use walras_numerics::{StateError, StateVisitor};

use super::fee::{AnyFee, Charges, Net, UNIT};
use super::fixed_point::{BITS, one};
use super::share::Fraction;
use super::state::visit_amounts;
use super::wide::{U256, atoms, mul_div, mul_div_up, to_f64, wide};
use super::{Added, Pool, Refusal, Swap, refused};

/// Shares that nobody ever has.
pub const SHARES_BURNT: Atoms = 1000;

/// A mechanism over reserves. `balances` are those of the whole pool, all above zero unless said otherwise.
pub trait Kept: std::fmt::Debug + Clone + Send + Sync + 'static {
    /// Whether the fee is taken from what goes out.
    const FEE_ON_OUTPUT: bool = false;

    /// The size of what no swap makes smaller, in atoms, rounded down.
    fn size(&self, balances: &[Atoms]) -> Option<U256>;

    /// The ratio of the sizes of `after` and `before`, in units of 2⁻¹²⁰, rounded down.
    fn growth(&self, before: &[Atoms], after: &[Atoms]) -> Option<U256>;

    /// What `net` of `from` moves of `to`, rounded down.
    fn out(&self, balances: &[Atoms], from: usize, to: usize, net: Net) -> Result<Atoms, Refusal>;

    /// How many parts of `unit` in an atom of `from` move `amount` of `to`, rounded up.
    fn needed(&self, balances: &[Atoms], from: usize, to: usize, amount: Atoms, unit: u64) -> Result<u128, Refusal>;

    /// As [`Pool::price`].
    fn price(&self, balances: &[Atoms], of: usize, against: usize) -> f64;

    /// As [`Pool::slope`].
    fn slope(&self, balances: &[Atoms], of: usize, against: usize) -> f64;
}

/// Shares that give a protocol `part` of the growth of a pool from size `before` to `now`, of which `shares` are out,
/// rounded down: φ·S·(now − before)/((1 − φ)·now + φ·before), as Uniswap v2's `_mintFee` with φ = 1/6.
#[must_use]
pub fn protocol_shares(shares: U256, before: U256, now: U256, part: Fraction) -> Option<U256> {
    if now <= before || part.numerator == 0 {
        return Some(U256::ZERO);
    }
    let (taken, whole) = (U256::from(part.numerator), U256::from(part.denominator));
    let divisor = (whole - taken).checked_mul(now)?.checked_add(taken.checked_mul(before)?)?;
    mul_div(shares, (now - before).checked_mul(taken)?, divisor)
}

/// A pool that holds reserves of each asset.
#[derive(Debug, Clone)]
pub struct ReservePool<K> {
    kept: K,
    balances: Vec<Atoms>,
    shares: Atoms,
    charges: Charges,
    /// Where the protocol is paid in shares: its part of the growth, the size when last paid, its shares so far.
    as_shares: Option<(Fraction, U256)>,
    protocol_shares: Atoms,
}

impl<K: Kept> ReservePool<K> {
    /// Opens with a first deposit.
    ///
    /// # Errors
    /// When it is worth no more shares than are burnt, or more than fit.
    pub fn open(kept: K, deposits: &[Atoms], fee: &AnyFee, protocol: f64) -> Result<Self, Problem> {
        let size = kept.size(deposits).ok_or_else(|| refused("the pool would be too unbalanced to be computed"))?;
        let shares = atoms(size).ok_or_else(|| refused("the first deposit is too large to be counted in shares"))?;
        if shares <= SHARES_BURNT {
            let message = format!("the first deposit is worth {shares} shares: it takes more than {SHARES_BURNT}");
            return Err(refused(message));
        }
        let charges = Charges::new(fee.clone(), protocol, deposits);
        Ok(Self { kept, balances: deposits.to_vec(), shares, charges, as_shares: None, protocol_shares: 0 })
    }

    /// The protocol is paid in shares, when liquidity changes, not at once.
    #[must_use]
    pub fn with_protocol_in_shares(mut self) -> Self {
        let size = self.kept.size(&self.balances).unwrap_or(U256::ZERO);
        self.as_shares = Some((self.charges.protocol(), size));
        self.charges.keep_all();
        self
    }

    /// The shares that the protocol was paid.
    #[must_use]
    pub fn protocol_shares(&self) -> Atoms {
        self.protocol_shares
    }

    fn check(&self, from: usize, to: usize, amount: Atoms) -> Result<(), Refusal> {
        if from == to || from >= self.balances.len() || to >= self.balances.len() {
            return Err(Refusal::NoSuchAsset);
        }
        if amount <= 0 { Err(Refusal::BadAmount) } else { Ok(()) }
    }

    /// `swap`, when what it leaves can be held.
    #[inline]
    fn fitting(&self, swap: Swap) -> Result<Swap, Refusal> {
        if swap.paid > Atoms::MAX - self.balances[swap.from] { Err(Refusal::TooLarge) } else { Ok(swap) }
    }

    /// Pays the protocol the shares it is due.
    fn accrue(&mut self) {
        let Some((part, before)) = self.as_shares else { return };
        let Some(now) = self.kept.size(&self.balances) else { return };
        // Down, in favour of the providers.
        let due = protocol_shares(wide(self.shares), before, now, part).and_then(atoms).unwrap_or(0);
        if let Some(shares) = self.shares.checked_add(due) {
            self.shares = shares;
            self.protocol_shares += due;
            self.as_shares = Some((part, now));
        }
    }

    /// Notes the size from which the next growth counts.
    fn note_size(&mut self) {
        if let Some((_, size)) = &mut self.as_shares {
            *size = self.kept.size(&self.balances).unwrap_or(*size);
        }
    }

    fn take_in(&mut self, shares: Atoms, taken: Vec<Atoms>) -> Result<Added, Refusal> {
        if shares <= 0 {
            return Err(Refusal::BadAmount);
        }
        let sums: Option<Vec<Atoms>> = self.balances.iter().zip(&taken).map(|(a, b)| a.checked_add(*b)).collect();
        let (Some(balances), Some(all)) = (sums, self.shares.checked_add(shares)) else {
            return Err(Refusal::TooLarge);
        };
        // What is held must still have a size that fits.
        self.kept.size(&balances).and_then(atoms).ok_or(Refusal::TooLarge)?;
        (self.balances, self.shares) = (balances, all);
        self.note_size();
        Ok(Added { shares, taken })
    }

    /// The fee, rounded up, on what of `amount` exceeds `proportional`.
    fn fee_on_excess(&self, amount: Atoms, proportional: Atoms) -> Atoms {
        let rate = self.charges.dearest(&self.balances);
        let excess = u128::from((amount - proportional).max(0).cast_unsigned());
        (excess * u128::from(rate)).div_ceil(u128::from(UNIT)) as Atoms
    }

    fn checked_shares(&self, shares: Atoms) -> Result<(), Refusal> {
        match shares {
            ..=0 => Err(Refusal::BadAmount),
            _ if shares > self.shares - SHARES_BURNT => Err(Refusal::NotEnoughHeld),
            _ => Ok(()),
        }
    }
}

impl<K: Kept> Pool for ReservePool<K> {
    fn duplicate(&self) -> Box<dyn Pool> {
        Box::new(self.clone())
    }

    fn balances(&self) -> Vec<Atoms> {
        self.balances.clone()
    }

    fn price(&self, of: usize, against: usize) -> f64 {
        self.kept.price(&self.balances, of, against)
    }

    fn slope(&self, of: usize, against: usize) -> f64 {
        self.kept.slope(&self.balances, of, against)
    }

    fn fee_share(&self, from: usize, to: usize) -> f64 {
        let charged = if K::FEE_ON_OUTPUT { to } else { from };
        self.charges.rate(from, to, charged, &self.balances) as f64 / UNIT as f64
    }

    #[inline]
    fn amount_out(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        self.check(from, to, amount)?;
        let (balances, charges) = (&self.balances, &self.charges);
        if K::FEE_ON_OUTPUT {
            let gross = self.kept.out(balances, from, to, Net { parts: amount.cast_unsigned().into(), unit: 1 })?;
            // Up, in favour of the pool.
            let (fee, protocol_fee) = charges.split(charges.charge(from, to, to, balances, gross));
            let received = gross - fee;
            return self.fitting(Swap {
                from,
                to,
                paid: amount,
                received,
                exact_out: false,
                fee_asset: to,
                fee,
                protocol_fee,
            });
        }
        let received = self.kept.out(balances, from, to, charges.net(from, to, balances, amount))?;
        let (fee, protocol_fee) = charges.split(charges.charge(from, to, from, balances, amount));
        self.fitting(Swap { from, to, paid: amount, received, exact_out: false, fee_asset: from, fee, protocol_fee })
    }

    fn amount_in(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        self.check(from, to, amount)?;
        let (balances, charges) = (&self.balances, &self.charges);
        if K::FEE_ON_OUTPUT {
            let parts = u128::from(amount.cast_unsigned()) * u128::from(charges.unit());
            let gross = charges.gross(from, to, to, balances, parts).ok_or(Refusal::TooLarge)?;
            let paid = self.kept.needed(balances, from, to, gross, 1)?;
            let paid = Atoms::try_from(paid).map_err(|_| Refusal::TooLarge)?.max(1);
            let (_, protocol_fee) = charges.split(charges.charge(from, to, to, balances, gross));
            let fee = gross - amount;
            return self.fitting(Swap {
                from,
                to,
                paid,
                received: amount,
                exact_out: true,
                fee_asset: to,
                fee,
                protocol_fee,
            });
        }
        let parts = self.kept.needed(balances, from, to, amount, charges.unit())?;
        // Up, in favour of the pool.
        let paid = charges.gross(from, to, from, balances, parts).ok_or(Refusal::TooLarge)?.max(1);
        let (fee, protocol_fee) = charges.split(charges.charge(from, to, from, balances, paid));
        self.fitting(Swap { from, to, paid, received: amount, exact_out: true, fee_asset: from, fee, protocol_fee })
    }

    #[inline]
    fn settle(&mut self, swap: &Swap) {
        self.balances[swap.from] += swap.paid;
        self.balances[swap.to] -= swap.received;
        self.balances[swap.fee_asset] -= swap.protocol_fee;
        let counted = if K::FEE_ON_OUTPUT { swap.traded_out() } else { swap.paid };
        self.charges.count(swap.fee_asset, counted);
    }

    fn shares(&self) -> Atoms {
        self.shares
    }

    fn add(&mut self, most: &[Atoms]) -> Result<Added, Refusal> {
        if most.len() != self.balances.len() {
            return Err(Refusal::NoSuchAsset);
        }
        self.accrue();
        let all = wide(self.shares);
        let held = self.balances.iter().zip(most).filter(|(balance, _)| **balance > 0);
        // Down: the least of what each asset pays for.
        let shares = held
            .map(|(&balance, &most)| mul_div(wide(most.max(0)), all, wide(balance)))
            .try_fold(None, |least: Option<U256>, shares| {
                let shares = shares?;
                Some(Some(least.map_or(shares, |least| least.min(shares))))
            })
            .flatten();
        let shares = shares.and_then(atoms).ok_or(Refusal::TooLarge)?;
        // Up, in favour of those who were there before; never beyond `most`, whose share this is.
        let taken = self.balances.iter().map(|&balance| mul_div_up(wide(balance), wide(shares), all).and_then(atoms));
        let taken: Option<Vec<Atoms>> = taken.collect();
        self.take_in(shares, taken.ok_or(Refusal::TooLarge)?)
    }

    fn add_unbalanced(&mut self, deposit: &[Atoms]) -> Result<Added, Refusal> {
        if deposit.len() != self.balances.len() {
            return Err(Refusal::NoSuchAsset);
        }
        if deposit.iter().any(|&amount| amount < 0) {
            return Err(Refusal::BadAmount);
        }
        self.accrue();
        let sum = |part: &dyn Fn(usize) -> Atoms| -> Option<Vec<Atoms>> {
            self.balances.iter().enumerate().map(|(i, balance)| balance.checked_add(part(i))).collect()
        };
        let full = sum(&|i| deposit[i]).ok_or(Refusal::TooLarge)?;
        let growth = self.kept.growth(&self.balances, &full).ok_or(Refusal::TooLarge)?;
        let growth = growth.saturating_sub(one());
        let fees: Vec<Atoms> = (0..deposit.len())
            .map(|i| {
                // Down: less is proportional, more pays.
                let proportional = mul_div(wide(self.balances[i]), growth, one()).and_then(atoms).unwrap_or(0);
                self.fee_on_excess(deposit[i], proportional)
            })
            .collect();
        let net = sum(&|i| deposit[i] - fees[i]).ok_or(Refusal::TooLarge)?;
        let growth = self.kept.growth(&self.balances, &net).ok_or(Refusal::TooLarge)?;
        // Down, in favour of those who were there before.
        let shares = mul_div(wide(self.shares), growth.saturating_sub(one()), one());
        let shares = shares.and_then(atoms).ok_or(Refusal::TooLarge)?;
        self.take_in(shares, deposit.to_vec())
    }

    fn remove(&mut self, shares: Atoms) -> Result<Vec<Atoms>, Refusal> {
        self.checked_shares(shares)?;
        self.accrue();
        let all = wide(self.shares);
        // Down, in favour of those who stay.
        let paid = self.balances.iter().map(|&balance| mul_div(wide(balance), wide(shares), all).and_then(atoms));
        let paid: Vec<Atoms> = paid.collect::<Option<_>>().ok_or(Refusal::TooLarge)?;
        self.balances.iter_mut().zip(&paid).for_each(|(balance, paid)| *balance -= paid);
        self.shares -= shares;
        self.note_size();
        Ok(paid)
    }

    fn remove_single(&mut self, shares: Atoms, asset: usize) -> Result<Atoms, Refusal> {
        self.checked_shares(shares)?;
        let Some(&balance) = self.balances.get(asset) else { return Err(Refusal::NoSuchAsset) };
        self.accrue();
        let all = wide(self.shares);
        // Up: what must stay.
        let left = mul_div_up(wide(self.shares - shares), one(), all).ok_or(Refusal::TooLarge)?;
        let mut after = self.balances.clone();
        let stays = |amount: Atoms| {
            after[asset] = balance - amount;
            self.kept.growth(&self.balances, &after).is_some_and(|growth| growth >= left)
        };
        let gross = greatest(0, balance - 1, stays).unwrap_or(0);
        let proportional = mul_div(wide(balance), wide(shares), all).and_then(atoms).unwrap_or(0);
        let paid = gross - self.fee_on_excess(gross, proportional);
        if paid <= 0 {
            return Err(Refusal::BadAmount);
        }
        self.balances[asset] -= paid;
        self.shares -= shares;
        self.note_size();
        Ok(paid)
    }

    fn invariant(&self) -> f64 {
        ln(self.kept.size(&self.balances).map_or(f64::MAX, to_f64))
    }

    fn begin_step(&mut self) {
        let price = self.price(0, 1);
        self.charges.begin_step(&self.balances, price);
    }

    fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visit_amounts(visitor, "balances", &mut self.balances)?;
        visitor.i64("shares", &mut self.shares)?;
        visitor.i64("protocol_shares", &mut self.protocol_shares)?;
        if let Some((_, size)) = &mut self.as_shares {
            super::state::visit_u256(visitor, "size_paid", size)?;
        }
        self.charges.visit_state(visitor)
    }
}

/// The ratio of two numbers in units of 2⁻¹²⁰, rounded down.
pub(super) fn ratio(after: U256, before: U256) -> Option<U256> {
    mul_div(after, U256::from(1) << BITS, before)
}
