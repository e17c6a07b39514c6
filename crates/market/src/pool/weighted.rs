//! The weighted pool.

use walras_catalog::{Bounds, Problem, entry};
use walras_ledger::Atoms;

use super::fee::{AnyFee, Net};
use super::fixed_point::{BITS, ERROR, exp, exp_of_minus, ln, ln_ratio, one};
use super::reserves::{Kept, ReservePool};
use super::wide::{U256, atoms, div_up, mul_div_up, mul_shift, wide};
use super::{Design, Pool, Refusal, check_deposits, constant_product, refused};

entry! {
    /// Several assets, each a fixed share of the pool's worth.
    ///
    /// With two equal weights it is the constant product pool.
    pub struct Weighted = "weighted" {
        formula: "Π x_i^w_i = V; out = ⌊x_out·(1 − (x_in/(x_in + n))^(w_in/w_out))⌋",
        check: Weighted::check,
        source: "F. Martinelli, N. Mushegian, \"A non-custodial portfolio manager, liquidity provider, and price sensor\", Balancer, 2019",
        /// w: the weights, which sum to one; exact to a billionth.
        weights: Vec<f64>, within Bounds::between(0.0, 1.0);
        /// The fee on what comes in.
        fee: AnyFee = AnyFee::fixed(0.003);
        /// The protocol's part of the fee.
        protocol_share: f64 = 0.0, within 0.0..=1.0;
    }
}

/// Weights are counted in billionths.
const BILLION: u64 = 1_000_000_000;

/// The most assets.
const ASSETS_MAX: usize = 8;

impl Weighted {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |message: String| Err(("weights", message));
        if !(2..=ASSETS_MAX).contains(&self.weights.len()) {
            return fail(format!("{} weights: give 2 to {ASSETS_MAX}", self.weights.len()));
        }
        if let Some(small) = self.weights.iter().find(|weight| **weight < 1e-3) {
            return fail(format!("a weight of {small} is below a thousandth"));
        }
        let sum: f64 = self.weights.iter().sum();
        if (sum - 1.0).abs() > 1e-9 {
            return fail(format!("the weights sum to {sum}, not to 1"));
        }
        Ok(())
    }
}

impl Design for Weighted {
    fn assets(&self, _: usize) -> usize {
        self.weights.len()
    }

    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        self.check().map_err(|(_, message)| refused(message))?;
        check_deposits(deposits, self.weights.len()..=self.weights.len())?;
        let mut weights: Vec<u64> =
            self.weights.iter().map(|weight| (weight * BILLION as f64).round() as u64).collect();
        // What rounding left over goes to the last, so that they sum to one exactly.
        let others: u64 = weights[..weights.len() - 1].iter().sum();
        *weights.last_mut().expect("two weights at least") = BILLION - others;
        Ok(Box::new(ReservePool::open(Powers { weights }, deposits, &self.fee, self.protocol_share)?))
    }
}

/// x·numerator/denominator of a fixed-point number, rounded down.
fn scaled(x: U256, numerator: u64, denominator: u64) -> U256 {
    x * U256::from(numerator) / U256::from(denominator)
}

/// What `net` parts of `unit` move, rounded down: y·(1 − (x/(x + n))^(w_in/w_out)). Reserves times unit are below 2¹²⁸.
#[must_use]
pub fn out(x: U256, y: U256, weights: (u64, u64), net: U256, unit: U256) -> Option<U256> {
    if weights.0 == weights.1 {
        return constant_product::out(x, y, net, unit);
    }
    let parts = x.checked_mul(unit)?;
    // Down: the power comes out too great, what is paid too small, by less than 2⁻⁴⁰ atoms for reserves of 63 bits.
    let log = ln_ratio(parts.checked_add(net)?, parts).saturating_sub(U256::from(2 * ERROR));
    let power = exp_of_minus(scaled(log, weights.0, weights.1)) + U256::from(ERROR);
    mul_shift(y, one().saturating_sub(power), BITS)
}

/// How many parts of `unit` move `amount`, rounded up: x·((y/(y − a))^(w_out/w_in) − 1). `None` when there is not
/// that much, or it does not fit.
#[must_use]
pub fn needed(x: U256, y: U256, weights: (u64, u64), amount: U256, unit: U256) -> Option<U256> {
    if weights.0 == weights.1 {
        return constant_product::needed(x, y, amount, unit);
    }
    if amount >= y {
        return None;
    }
    // Up: the power comes out too great.
    let log = ln_ratio(y, y - amount) + U256::from(2 * ERROR);
    let power = exp(scaled(log, weights.1, weights.0) + U256::from(1))?;
    let power = power + (power >> (BITS - 10)) + U256::from(1);
    mul_div_up(x.checked_mul(unit)?, power - one(), one())
}

/// Π x_i^w_i for weights in billionths, rounded down, in units of 2⁻³²; each x is from 1 to below 2¹²⁸.
#[must_use]
pub fn size(balances: &[U256], weights: &[u64]) -> Option<U256> {
    const FINE: usize = 32;
    let logs = balances.iter().zip(weights).map(|(&x, &weight)| {
        // ln of a number above 2¹³⁵⁻¹²⁰ takes it apart: x = 2^k·m.
        let doublings = x.bit_len().saturating_sub(1);
        let mantissa = (x << BITS) >> doublings;
        scaled(ln(mantissa) + ln(one() << 1) * U256::from(doublings), weight, BILLION)
    });
    let sum = logs.fold(U256::ZERO, |sum, log| sum + log).saturating_sub(U256::from(ERROR * 200));
    let power = exp(sum)?;
    Some((power - (power >> (BITS - 10))) >> (BITS - FINE))
}

/// Keeps the product of powers of the reserves.
#[derive(Debug, Clone)]
pub struct Powers {
    weights: Vec<u64>,
}

impl Powers {
    fn pair(&self, from: usize, to: usize) -> (u64, u64) {
        (self.weights[from], self.weights[to])
    }
}

impl Kept for Powers {
    fn size(&self, balances: &[Atoms]) -> Option<U256> {
        let balances: Vec<U256> = balances.iter().map(|&balance| wide(balance)).collect();
        Some(size(&balances, &self.weights)? >> 32)
    }

    fn growth(&self, before: &[Atoms], after: &[Atoms]) -> Option<U256> {
        let (mut up, mut down) = (U256::ZERO, U256::from(2 * ERROR * ASSETS_MAX as u64));
        for ((&before, &after), &weight) in before.iter().zip(after).zip(&self.weights) {
            if after >= before {
                up += scaled(ln_ratio(wide(after), wide(before)), weight, BILLION);
            } else {
                let log = ln_ratio(wide(before), wide(after));
                down += div_up(log * U256::from(weight), U256::from(BILLION));
            }
        }
        // Down, by the bounds on the errors.
        if up >= down {
            let power = exp(up - down)?;
            Some(power - (power >> (BITS - 10)))
        } else {
            Some(exp_of_minus(down - up).saturating_sub(U256::from(ERROR)))
        }
    }

    fn out(&self, balances: &[Atoms], from: usize, to: usize, net: Net) -> Result<Atoms, Refusal> {
        let (x, y) = (wide(balances[from]), wide(balances[to]));
        let out = out(x, y, self.pair(from, to), U256::from(net.parts), U256::from(net.unit));
        // One atom always stays.
        Ok(out.and_then(atoms).ok_or(Refusal::TooLarge)?.min(balances[to] - 1))
    }

    fn needed(&self, balances: &[Atoms], from: usize, to: usize, amount: Atoms, unit: u64) -> Result<u128, Refusal> {
        if amount >= balances[to] {
            return Err(Refusal::NotEnoughHeld);
        }
        let (x, y) = (wide(balances[from]), wide(balances[to]));
        let parts = needed(x, y, self.pair(from, to), wide(amount), U256::from(unit)).ok_or(Refusal::TooLarge)?;
        u128::try_from(parts).map_err(|_| Refusal::TooLarge)
    }

    fn price(&self, balances: &[Atoms], of: usize, against: usize) -> f64 {
        let per_weight = |asset: usize| balances[asset] as f64 / self.weights[asset] as f64;
        per_weight(against) / per_weight(of)
    }

    /// P·(P·w/x + w'/x')… with both reserves moving along the invariant: P·(P/x_against + 1/x_of).
    fn slope(&self, balances: &[Atoms], of: usize, against: usize) -> f64 {
        let price = self.price(balances, of, against);
        price * (price / balances[against] as f64 + 1.0 / balances[of] as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A weight of one to four: selling as much as is held leaves (1/2)^(1/4) of the other side.
    #[test]
    fn powers_of_unequal_weights() {
        let design = Weighted { weights: vec![0.2, 0.8], fee: AnyFee::fixed(0.0), protocol_share: 0.0 };
        let pool = design.open(&[1_000_000_000, 1_000_000_000_000]).unwrap();
        // 1e12·(1 − 2^(−1/4)) = 159103584746.29, by 30-digit arithmetic.
        assert_eq!(pool.amount_out(0, 1, 1_000_000_000).unwrap().received, 159_103_584_746);
        assert_eq!(pool.amount_in(0, 1, 159_103_584_746).unwrap().paid, 1_000_000_000);
        assert_eq!(pool.price(1, 0), 0.004);
        // 1e9^0.2·1e12^0.8 = 10^11.4 = 251188643150.958.
        assert_eq!(pool.shares(), 251_188_643_150);
    }

    #[test]
    fn weights_that_do_not_sum_to_one_are_refused() {
        for weights in [vec![0.5, 0.6], vec![1.0], vec![0.5, 0.4], vec![0.9999, 0.0001]] {
            let design = Weighted { weights, fee: AnyFee::fixed(0.0), protocol_share: 0.0 };
            assert!(design.check().is_err() && design.open(&[1_000_000, 1_000_000]).is_err());
        }
    }

    #[test]
    fn two_equal_weights_are_the_constant_product() {
        let (x, y) = (U256::from(123_456_789_u64), U256::from(987_654_321_u64));
        let net = U256::from(1_000_000_u64);
        assert_eq!(out(x, y, (5, 5), net, U256::from(1)), constant_product::out(x, y, net, U256::from(1)));
    }
}
