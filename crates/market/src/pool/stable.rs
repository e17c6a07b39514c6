//! The StableSwap pool.

use walras_catalog::{Problem, entry};
use walras_ledger::Atoms;

use super::fee::{AnyFee, Net};
use super::reserves::{Kept, ReservePool, ratio};
use super::wide::{U256, U512, wide};
use super::{Design, Pool, Refusal, check_deposits, refused};

entry! {
    /// Assets of nearly equal worth: close to a constant sum in balance, to a constant product out of it.
    ///
    /// The amplification says how wide the flat part is: with A → 0 it is the constant product, with A → ∞ the
    /// constant sum. The fee is taken from what goes out. Newton's iterations are those of the contract, in whole numbers.
    pub struct StableSwap = "stable_swap" {
        formula: "A·n·Σx + D = A·n·D + D^(n+1)/(n^n·Πx)",
        check: StableSwap::check,
        source: "M. Egorov, \"StableSwap: efficient mechanism for stablecoin liquidity\", 2019; Curve's 3pool contract (A there is A·n^(n−1) here)",
        /// A: the amplification, as the contract counts it.
        amplification: u64 = 100, within 1.0..=1e6;
        /// What one atom of each asset counts for, to align decimals or to follow a rate; absent where all count the same.
        rates: Option<Vec<u64>>, within 1.0..=1e12;
        /// The fee on what goes out.
        fee: AnyFee = AnyFee::fixed(0.0004);
        /// The protocol's part of the fee.
        protocol_share: f64 = 0.5, within 0.0..=1.0;
    }
}

impl StableSwap {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.amplification == 0 {
            return Err(("amplification", "an amplification of 0 has no price: give at least 1".to_owned()));
        }
        match &self.rates {
            Some(rates) if rates.contains(&0) => Err(("rates", "a rate of 0 gives an asset away".to_owned())),
            _ => Ok(()),
        }
    }
}

impl Design for StableSwap {
    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        self.check().map_err(|(_, message)| refused(message))?;
        check_deposits(deposits, 2..=8)?;
        let rates = self.rates.clone().unwrap_or_else(|| vec![1; deposits.len()]);
        if rates.len() != deposits.len() {
            return Err(refused(format!("{} rates for {} assets", rates.len(), deposits.len())));
        }
        let kept = Amplified { amplification: self.amplification, rates };
        Ok(Box::new(ReservePool::open(kept, deposits, &self.fee, self.protocol_share)?))
    }
}

/// The most Newton steps, as in the contract.
const STEPS_MAX: usize = 255;

fn narrow(number: U512) -> Option<U256> {
    super::wide::quotient(number, U512::from(1))
}

/// D by the contract's Newton iteration over `balances` already multiplied by their rates: next to the exact
/// invariant, save where truncation makes the steps swing about it by a little more. As in the contract the last step stands
/// then. `None` when an intermediate does not fit 512 bits.
#[must_use]
pub fn invariant(balances: &[U256], amplification: u64) -> Option<U256> {
    let count = U512::from(balances.len());
    let sum = balances.iter().fold(U512::ZERO, |sum, &balance| sum + U512::from(balance));
    if sum.is_zero() || balances.contains(&U256::ZERO) {
        return Some(U256::ZERO);
    }
    let amplified = U512::from(amplification) * count;
    let mut d = sum;
    for _ in 0..STEPS_MAX {
        let mut product = d;
        for &balance in balances {
            product = product.checked_mul(d)? / (count * U512::from(balance));
        }
        let above = amplified.checked_mul(sum)?.checked_add(product.checked_mul(count)?)?.checked_mul(d)?;
        let below = (amplified - U512::from(1)).checked_mul(d)? + (count + U512::from(1)).checked_mul(product)?;
        let next = above / below;
        let distance = if next > d { next - d } else { d - next };
        d = next;
        if distance <= U512::from(1) {
            break;
        }
    }
    narrow(d)
}

/// What must be held of the asset `of`, with D given and the other `balances` as they are: the contract's `get_y`, within
/// one of the exact amount.
#[must_use]
pub fn balance_of(of: usize, balances: &[U256], amplification: u64, d: U256) -> Option<U256> {
    let count = U512::from(balances.len());
    let amplified = U512::from(amplification) * count;
    let d = U512::from(d);
    let (mut c, mut sum) = (d, U512::ZERO);
    for (_, &balance) in balances.iter().enumerate().filter(|(asset, _)| *asset != of) {
        if balance.is_zero() {
            return None;
        }
        sum += U512::from(balance);
        c = c.checked_mul(d)? / (U512::from(balance) * count);
    }
    c = c.checked_mul(d)? / (amplified * count);
    let b = sum + d / amplified;
    let mut y = d;
    for _ in 0..STEPS_MAX {
        let below = (y + y + b).checked_sub(d)?;
        let next = y.checked_mul(y)?.checked_add(c)? / below;
        let distance = if next > y { next - y } else { y - next };
        y = next;
        if distance <= U512::from(1) {
            break;
        }
    }
    narrow(y)
}

/// What an exchange comes to by the contract's own arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// D before.
    pub invariant: U256,
    /// What goes out.
    pub out: U256,
    /// The fee kept back.
    pub fee: U256,
}

/// Exchanges `amount` of asset `from` for asset `to`, with rates in units of `precision` and a fee in 10⁻¹⁰: the
/// contract's `exchange`, which rounds the fee down.
#[must_use]
pub fn exchange(
    balances: &[U256],
    rates: &[U256],
    precision: U256,
    amplification: u64,
    (from, to): (usize, usize),
    amount: U256,
    fee: u64,
) -> Option<Exchange> {
    let scaled = |balance: U256, rate: U256| balance.checked_mul(rate).map(|product| product / precision);
    let mut held: Vec<U256> = balances.iter().zip(rates).map(|(&b, &r)| scaled(b, r)).collect::<Option<_>>()?;
    let invariant = invariant(&held, amplification)?;
    held[from] = scaled(balances[from] + amount, rates[from])?;
    let y = balance_of(to, &held, amplification, invariant)?;
    let moved = held[to].checked_sub(y)?.checked_sub(U256::from(1))?;
    let kept = moved * U256::from(fee) / U256::from(10_000_000_000_u64);
    let unscaled = |amount: U256| amount * precision / rates[to];
    Some(Exchange { invariant, out: unscaled(moved - kept), fee: unscaled(kept) })
}

/// Whether D is at least `d`: (A·n·Σx − (A·n − 1)·d)·n^n·Πx ≥ d^(n+1), with nothing rounded. `None` beyond 1024 bits.
#[must_use]
pub fn reaches(balances: &[U256], amplification: u64, d: U256) -> Option<bool> {
    let sum = balances.iter().fold(U256::ZERO, |sum, &balance| sum + balance);
    // Both sides are below (amplified sum)·(n·max(sum, d))^n.
    let bits = (sum.bit_len().max(d.bit_len()) + 3) * (balances.len() + 1) + 32;
    if bits <= 512 {
        reaches_within::<512, 8>(balances, amplification, d)
    } else {
        reaches_within::<1024, 16>(balances, amplification, d)
    }
}

fn reaches_within<const BITS: usize, const LIMBS: usize>(
    balances: &[U256],
    amplification: u64,
    d: U256,
) -> Option<bool> {
    let exact = |number: U256| ruint::Uint::<BITS, LIMBS>::from(number);
    let count = exact(U256::from(balances.len()));
    let amplified = exact(U256::from(amplification)) * count;
    let sum = balances.iter().fold(exact(U256::ZERO), |sum, &balance| sum + exact(balance));
    let taken = (amplified - exact(U256::from(1))).checked_mul(exact(d))?;
    let Some(mut left) = amplified.checked_mul(sum)?.checked_sub(taken) else { return Some(false) };
    let mut right = exact(d);
    for &balance in balances {
        left = left.checked_mul(count)?.checked_mul(exact(balance))?;
        right = right.checked_mul(exact(d))?;
    }
    Some(left >= right)
}

/// The greatest number for which `holds`, sought outwards from `guess`; it holds at zero and once false stays false.
fn greatest_near(guess: U256, holds: impl Fn(U256) -> Option<bool>) -> Option<U256> {
    let (mut low, mut high, mut step) = (guess, guess, U256::from(1));
    if holds(guess)? {
        loop {
            high = low.checked_add(step)?;
            if !holds(high)? {
                break;
            }
            (low, step) = (high, step << 2);
        }
    } else {
        loop {
            low = high.saturating_sub(step);
            if low.is_zero() || holds(low)? {
                break;
            }
            (high, step) = (low, step << 2);
        }
    }
    while high - low > U256::from(1) {
        let middle = low + ((high - low) >> 1);
        if holds(middle)? { low = middle } else { high = middle }
    }
    Some(low)
}

/// ⌊D⌋, exactly.
#[must_use]
pub fn floor(balances: &[U256], amplification: u64) -> Option<U256> {
    let guess = invariant(balances, amplification)?;
    greatest_near(guess, |d| reaches(balances, amplification, d))
}

/// D is kept to so many bits after the point of an atom: in an unbalanced pool a whole one is worth many atoms of what
/// there is too much of.
const FINE: usize = 32;

/// What an atom that counts for `rate` is in the numbers that D is found from.
fn unit(rate: u64) -> U256 {
    U256::from(rate) << FINE
}

/// Keeps D.
#[derive(Debug, Clone)]
pub struct Amplified {
    amplification: u64,
    rates: Vec<u64>,
}

impl Amplified {
    fn counted(&self, balances: &[Atoms]) -> Vec<U256> {
        balances.iter().zip(&self.rates).map(|(&balance, &rate)| wide(balance) * unit(rate)).collect()
    }

    /// The D that a swap must leave at least, above what it is.
    fn next(&self, counted: &[U256]) -> Result<U256, Refusal> {
        Ok(floor(counted, self.amplification).ok_or(Refusal::TooLarge)? + U256::from(1))
    }

    /// ∂F/∂x of each asset over that of the sum: A·n + Q/x with Q = D^(n+1)/(n^n·Πx).
    fn weight(&self, balances: &[Atoms], asset: usize) -> (f64, f64) {
        let counted: Vec<f64> = balances.iter().zip(&self.rates).map(|(&x, &rate)| x as f64 * rate as f64).collect();
        let count = counted.len() as f64;
        let d = invariant(&self.counted(balances), self.amplification).map_or(f64::NAN, super::wide::to_f64)
            / (1_u64 << FINE) as f64;
        let q = counted.iter().fold(d, |q, x| q * (d / (count * x)));
        (self.amplification as f64 * count + q / counted[asset], q)
    }
}

impl Kept for Amplified {
    const FEE_ON_OUTPUT: bool = true;

    fn size(&self, balances: &[Atoms]) -> Option<U256> {
        Some(floor(&self.counted(balances), self.amplification)? >> FINE)
    }

    fn growth(&self, before: &[Atoms], after: &[Atoms]) -> Option<U256> {
        let fine = |balances: &[Atoms]| floor(&self.counted(balances), self.amplification);
        ratio(fine(after)?, fine(before)? + U256::from(1))
    }

    fn out(&self, balances: &[Atoms], from: usize, to: usize, net: Net) -> Result<Atoms, Refusal> {
        debug_assert!(net.unit == 1);
        let mut counted = self.counted(balances);
        let kept = self.next(&counted)?;
        counted[from] += U256::from(net.parts) * unit(self.rates[from]);
        let y = balance_of(to, &counted, self.amplification, kept).ok_or(Refusal::TooLarge)?;
        let rate = unit(self.rates[to]);
        // The most that leaves D no lower by the exact condition, near where Newton's y is; then one less, as the contract.
        let keeps = |out: U256| {
            let mut after = counted.clone();
            match after[to].checked_sub(out.checked_mul(rate)?).filter(|left| !left.is_zero()) {
                Some(left) => after[to] = left,
                None => return Some(false),
            }
            reaches(&after, self.amplification, kept)
        };
        let out = greatest_near(counted[to].saturating_sub(y) / rate, keeps).ok_or(Refusal::TooLarge)?;
        // Down, in favour of the pool.
        super::wide::atoms(out.saturating_sub(U256::from(1))).ok_or(Refusal::TooLarge)
    }

    fn needed(&self, balances: &[Atoms], from: usize, to: usize, amount: Atoms, _: u64) -> Result<u128, Refusal> {
        if amount >= balances[to] {
            return Err(Refusal::NotEnoughHeld);
        }
        let mut counted = self.counted(balances);
        let kept = self.next(&counted)?;
        counted[to] -= wide(amount) * unit(self.rates[to]);
        let x = balance_of(from, &counted, self.amplification, kept).ok_or(Refusal::TooLarge)?;
        let (held, rate) = (counted[from], unit(self.rates[from]));
        let falls_short = |paid: U256| {
            let mut after = counted.clone();
            after[from] = held.checked_add(paid.checked_mul(rate)?)?;
            reaches(&after, self.amplification, kept).map(|reached| !reached)
        };
        // One past the most that leaves D lower by the exact condition, near where Newton's x is; then one more, as the contract.
        let guess = x.saturating_sub(held) / rate;
        let needed = greatest_near(guess, falls_short).ok_or(Refusal::TooLarge)? + U256::from(1);
        // Up, in favour of the pool.
        u128::try_from(needed + U256::from(1)).map_err(|_| Refusal::TooLarge)
    }

    fn price(&self, balances: &[Atoms], of: usize, against: usize) -> f64 {
        let price = self.weight(balances, of).0 / self.weight(balances, against).0;
        price * self.rates[of] as f64 / self.rates[against] as f64
    }

    /// With dx = −1 and dy = P along the invariant, d ln Q = 1/x − P/y.
    fn slope(&self, balances: &[Atoms], of: usize, against: usize) -> f64 {
        let ((weight_of, q), (weight_against, _)) = (self.weight(balances, of), self.weight(balances, against));
        let counted = |asset: usize| balances[asset] as f64 * self.rates[asset] as f64;
        let (x, y) = (counted(of), counted(against));
        let price = weight_of / weight_against;
        let change = 1.0 / x - price / y;
        let rise_of = q / x * (change + 1.0 / x);
        let rise_against = q / y * (change - price / y);
        let rise = (rise_of - price * rise_against) / weight_against;
        let rate = self.rates[of] as f64;
        rise * rate * rate / self.rates[against] as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_balance_everything_is_at_par() {
        let kept = Amplified { amplification: 100, rates: vec![1, 1, 1] };
        let balances = [1_000_000_000; 3];
        assert_eq!(kept.size(&balances), Some(U256::from(3_000_000_000_u64)));
        assert_eq!(kept.price(&balances, 0, 2), 1.0);
        let out = kept.out(&balances, 0, 1, Net { parts: 1_000_000, unit: 1 }).unwrap();
        // y solved for with 50 digits leaves 999990.099…; in whole atoms, less the contract's one.
        assert_eq!(out, 999_989);
    }

    /// The two limits of the amplification, from below and from above.
    #[test]
    fn the_exact_floor_has_the_last_word() {
        for balances in [[1_u64, 1], [1, 1_000_000], [7, 3], [123_456_789, 987_654_321]] {
            let held = balances.map(U256::from);
            for amplification in [1, 10, 1_000_000] {
                let d = floor(&held, amplification).unwrap();
                assert_eq!(reaches(&held, amplification, d), Some(true));
                assert_eq!(reaches(&held, amplification, d + U256::from(1)), Some(false));
            }
        }
    }

    /// The slope is the price's derivative, by central differences along the pool's own trades.
    #[test]
    fn the_slope_is_the_price_s_derivative() {
        let kept = Amplified { amplification: 20, rates: vec![1, 1] };
        let balances = [4_000_000_000_000, 9_000_000_000_000];
        let step = 1_000_000_000;
        let paid = kept.needed(&balances, 1, 0, step, 1).unwrap() as Atoms;
        let moved = kept.price(&[balances[0] - step, balances[1] + paid], 0, 1) - kept.price(&balances, 0, 1);
        let slope = moved / step as f64;
        assert!((slope / kept.slope(&balances, 0, 1) - 1.0).abs() < 1e-3, "{slope} {}", kept.slope(&balances, 0, 1));
    }

    #[test]
    fn no_amplification_is_refused() {
        let design = StableSwap { amplification: 0, rates: None, fee: AnyFee::fixed(0.0), protocol_share: 0.0 };
        assert!(design.check().is_err() && design.open(&[10_000, 10_000]).is_err());
    }
}
