//! The constant sum pool.

use walras_catalog::{Problem, entry};
use walras_ledger::Atoms;

use super::fee::{AnyFee, Net};
use super::reserves::{Kept, ReservePool, ratio};
use super::wide::{U256, wide};
use super::{Design, Pool, Refusal, check_deposits, refused};

entry! {
    /// Assets that trade at fixed rates until one runs out.
    ///
    /// Whoever knows a better price outside takes the whole of the asset that is too cheap here.
    pub struct ConstantSum = "constant_sum" {
        formula: "Σ r_i·x_i = k; out = ⌊n·r_in/r_out⌋",
        check: ConstantSum::check,
        source: "G. Angeris, T. Chitra, \"Improved price oracles: constant function market makers\", 2020",
        /// r: what one atom of each asset is worth, in a common unit; absent where all are worth the same.
        rates: Option<Vec<u64>>, within 1.0..=1e12;
        /// The fee on what comes in.
        fee: AnyFee = AnyFee::fixed(0.0005);
        /// The protocol's part of the fee.
        protocol_share: f64 = 0.0, within 0.0..=1.0;
    }
}

impl ConstantSum {
    fn check(&self) -> Result<(), (&'static str, String)> {
        match &self.rates {
            Some(rates) if rates.contains(&0) => Err(("rates", "a rate of 0 gives an asset away".to_owned())),
            _ => Ok(()),
        }
    }
}

impl Design for ConstantSum {
    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        check_deposits(deposits, 2..=16)?;
        let rates = self.rates.clone().unwrap_or_else(|| vec![1; deposits.len()]);
        if rates.len() != deposits.len() {
            return Err(refused(format!("{} rates for {} assets", rates.len(), deposits.len())));
        }
        Ok(Box::new(ReservePool::open(Sum { rates }, deposits, &self.fee, self.protocol_share)?))
    }
}

/// Keeps the worth of what is held at fixed rates. Balances may be zero.
#[derive(Debug, Clone)]
pub(super) struct Sum {
    rates: Vec<u64>,
}

impl Sum {
    fn worth(&self, balances: &[Atoms]) -> U256 {
        let parts = balances.iter().zip(&self.rates).map(|(&balance, &rate)| wide(balance) * U256::from(rate));
        parts.fold(U256::ZERO, |sum, part| sum + part)
    }
}

impl Kept for Sum {
    fn size(&self, balances: &[Atoms]) -> Option<U256> {
        Some(self.worth(balances))
    }

    fn growth(&self, before: &[Atoms], after: &[Atoms]) -> Option<U256> {
        ratio(self.worth(after), self.worth(before))
    }

    fn out(&self, balances: &[Atoms], from: usize, to: usize, net: Net) -> Result<Atoms, Refusal> {
        let worth = U256::from(net.parts) * U256::from(self.rates[from]);
        // Down, in favour of the pool.
        let out = worth / (U256::from(net.unit) * U256::from(self.rates[to]));
        if out > wide(balances[to]) { Err(Refusal::NotEnoughHeld) } else { Ok(out.to()) }
    }

    fn needed(&self, balances: &[Atoms], from: usize, to: usize, amount: Atoms, unit: u64) -> Result<u128, Refusal> {
        if amount > balances[to] {
            return Err(Refusal::NotEnoughHeld);
        }
        let worth = wide(amount) * U256::from(self.rates[to]) * U256::from(unit);
        // Up, in favour of the pool.
        u128::try_from(super::wide::div_up(worth, U256::from(self.rates[from]))).map_err(|_| Refusal::TooLarge)
    }

    fn price(&self, _: &[Atoms], of: usize, against: usize) -> f64 {
        self.rates[of] as f64 / self.rates[against] as f64
    }

    fn slope(&self, _: &[Atoms], _: usize, _: usize) -> f64 {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Order;

    /// Three of the first are worth two of the second.
    #[test]
    fn rates_are_exact_and_rounded_for_the_pool() {
        let design = ConstantSum { rates: Some(vec![2, 3]), fee: AnyFee::fixed(0.0), protocol_share: 0.0 };
        let mut pool = design.open(&[3000, 2000]).unwrap();
        assert_eq!(pool.amount_out(0, 1, 10).unwrap().received, 6);
        assert_eq!(pool.amount_in(0, 1, 7).unwrap().paid, 11);
        assert_eq!(pool.swap(&Order::exact_out(0, 1, 2001)), Err(Refusal::NotEnoughHeld));
        assert_eq!(pool.swap(&Order::exact_out(0, 1, 2000)).unwrap().paid, 3000);
        assert_eq!(pool.balances(), vec![6000, 0]);
        assert_eq!((pool.price(0, 1), pool.slope(0, 1)), (2.0 / 3.0, 0.0));
        // Liquidity can be added to a side that is empty.
        assert_eq!(pool.add_unbalanced(&[0, 1000]).unwrap().shares, 3000);
    }
}
