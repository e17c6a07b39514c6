//! What a pool takes from a swap: rules for the fee, and what they see of a step.
//!
//! A rule charges in billionths of an atom, so that nothing is rounded before the swap itself is. Every rule is such
//! that cutting an order in parts does not make it cheaper.

mod fixed;
mod imbalance;
mod tiered;
mod volatility;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;
use walras_numerics::elementary::ln;
use walras_numerics::root::greatest;
use walras_numerics::{StateError, StateVisitor};

use super::share::Fraction;
use super::state::visit_amounts;

pub use fixed::Fixed;
pub use imbalance::Imbalance;
pub use tiered::{Basis, Tiered};
pub use volatility::Volatility;

/// Parts of a whole in which rates are counted.
pub const UNIT: u64 = 1_000_000_000;

/// What a rule may look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Atoms of the asset charged that swaps have already brought in this step (for pools whose fee is on what goes
    /// out, that they took out).
    pub volume: Atoms,
    /// Atoms of it that were held when the step began.
    pub depth: Atoms,
    /// The standard deviation of the logarithm of the price over one step, as estimated so far.
    pub volatility: f64,
    /// How far the pool is on the side that this swap pushes it to, from −1 to 1: with r the ratio of what it holds of
    /// the incoming and the outgoing asset, over that ratio at its opening, (r − 1)/(r + 1).
    pub skew: f64,
}

/// How much of what is swapped is fee.
pub trait FeeRule: Debug + Send + Sync {
    /// The rate on the next atom, in parts of [`UNIT`] and below it.
    fn rate(&self, seen: &Seen) -> u64;

    /// The fee on `amount` atoms, in parts of [`UNIT`] of an atom.
    fn charge(&self, amount: Atoms, seen: &Seen) -> u128 {
        u128::from(amount.cast_unsigned()) * u128::from(self.rate(seen))
    }

    /// The highest rate that any atom could be charged in such a state.
    fn dearest(&self, seen: &Seen) -> u64 {
        self.rate(seen)
    }

    /// Whether each order is charged one rate, known before its size is.
    fn is_flat(&self) -> bool {
        true
    }

    /// Whether that rate is the same for all orders of a step.
    fn is_steady(&self) -> bool {
        false
    }

    /// Whether it looks at what the pool holds of each asset.
    fn sees_balances(&self) -> bool {
        false
    }

    /// What estimates of volatility keep of the past each step, below one; `None` where they are not needed.
    fn memory(&self) -> Option<f64> {
        None
    }
}

entries! {
    /// Any rule for a pool's fee.
    pub enum AnyFee: dyn FeeRule = "pool_fee" {
        Fixed(Fixed),
        Tiered(Tiered),
        Volatility(Volatility),
        Imbalance(Imbalance),
    }
}

impl AnyFee {
    /// The same share of every swap.
    #[must_use]
    pub fn fixed(rate: f64) -> Self {
        Self::Fixed(Fixed { rate })
    }
}

/// A share in parts of [`UNIT`], rounded to the nearest.
pub(super) fn parts(share: f64) -> u64 {
    ((share * UNIT as f64).round() as u64).min(UNIT - 1)
}

/// What is left of an amount after the fee: `parts` of `unit` in an atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    /// How many.
    pub parts: u128,
    /// How many make an atom.
    pub unit: u64,
}

/// A rate, and what it leaves as a fraction without common factors.
#[derive(Debug, Clone, Copy)]
struct Steady {
    rate: u64,
    net: u64,
    unit: u64,
}

/// A rule at work in one pool.
#[derive(Debug, Clone)]
pub struct Charges {
    rule: AnyFee,
    protocol: Fraction,
    /// A rate that holds for the whole step.
    steady: Option<Steady>,
    volume: Vec<Atoms>,
    depth: Vec<Atoms>,
    home: Vec<Atoms>,
    variance: f64,
    last_price: f64,
}

impl Charges {
    /// `rule` for a pool that opens with `balances`; of each fee the share `protocol` leaves the pool.
    #[must_use]
    pub fn new(rule: AnyFee, protocol: f64, balances: &[Atoms]) -> Self {
        let mut charges = Self {
            rule,
            protocol: Fraction::new(protocol),
            steady: None,
            volume: vec![0; balances.len()],
            depth: balances.to_vec(),
            home: balances.to_vec(),
            variance: 0.0,
            last_price: 0.0,
        };
        charges.find_steady();
        charges
    }

    fn find_steady(&mut self) {
        let seen = Seen { volume: 0, depth: 0, volatility: self.volatility(), skew: 0.0 };
        self.steady = self.rule.is_steady().then(|| {
            let rate = self.rule.rate(&seen);
            let common = greatest_common_divisor(UNIT - rate, UNIT);
            Steady { rate, net: (UNIT - rate) / common, unit: UNIT / common }
        });
    }

    fn volatility(&self) -> f64 {
        self.variance.sqrt()
    }

    fn seen(&self, from: usize, to: usize, charged: usize, balances: &[Atoms]) -> Seen {
        let held = |asset: usize| balances[asset].abs().max(1) as f64;
        let home = |asset: usize| self.home[asset].abs().max(1) as f64;
        let (now, then) = (held(from) * home(to), held(to) * home(from));
        Seen {
            volume: self.volume[charged],
            depth: self.depth[charged],
            volatility: self.volatility(),
            skew: (now - then) / (now + then),
        }
    }

    /// The fee on `amount` of `charged`, in parts of [`UNIT`] of an atom, in a swap of `from` for `to`.
    #[must_use]
    pub fn charge(&self, from: usize, to: usize, charged: usize, balances: &[Atoms], amount: Atoms) -> u128 {
        if let Some(steady) = self.steady {
            return u128::from(amount.cast_unsigned()) * u128::from(steady.rate);
        }
        self.rule.charge(amount, &self.seen(from, to, charged, balances))
    }

    /// What the fee leaves of `amount` of `from`.
    #[inline]
    #[must_use]
    pub fn net(&self, from: usize, to: usize, balances: &[Atoms], amount: Atoms) -> Net {
        let gross = u128::from(amount.cast_unsigned());
        match self.steady {
            Some(Steady { net, unit, .. }) => Net { parts: gross * u128::from(net), unit },
            None => {
                let charge = self.charge(from, to, from, balances, amount);
                Net { parts: gross * u128::from(UNIT) - charge, unit: UNIT }
            }
        }
    }

    /// How many parts make an atom in [`Charges::net`].
    #[must_use]
    pub fn unit(&self) -> u64 {
        self.steady.map_or(UNIT, |steady| steady.unit)
    }

    /// The least amount of `charged` of which the fee leaves at least `parts` of [`Charges::unit`].
    #[must_use]
    pub fn gross(&self, from: usize, to: usize, charged: usize, balances: &[Atoms], parts: u128) -> Option<Atoms> {
        if let Some(Steady { net, .. }) = self.steady {
            return Atoms::try_from(parts.div_ceil(u128::from(net))).ok();
        }
        let seen = self.seen(from, to, charged, balances);
        let left =
            |amount: Atoms| u128::from(amount.cast_unsigned()) * u128::from(UNIT) - self.rule.charge(amount, &seen);
        match greatest(0, Atoms::MAX, |amount| left(amount) < parts) {
            None => Some(0),
            Some(most) => most.checked_add(1),
        }
    }

    /// A charge in whole atoms: the fee rounded up, and of what is whole of it the protocol's part rounded down, so
    /// that the pool keeps at least what the swap counted on.
    #[inline]
    #[must_use]
    pub fn split(&self, charge: u128) -> (Atoms, Atoms) {
        if charge == 0 {
            return (0, 0);
        }
        if let Ok(charge) = u64::try_from(charge) {
            let fee = charge.div_ceil(UNIT).cast_signed();
            return (fee, self.protocol.of((charge / UNIT).cast_signed()));
        }
        let fee = charge.div_ceil(u128::from(UNIT)) as Atoms;
        if self.protocol.numerator == 0 {
            return (fee, 0);
        }
        (fee, self.protocol.of((charge / u128::from(UNIT)) as Atoms))
    }

    /// The protocol's part of each fee.
    #[must_use]
    pub fn protocol(&self) -> Fraction {
        self.protocol
    }

    /// Fees stay in the pool: what the protocol is due is counted elsewhere.
    pub fn keep_all(&mut self) {
        self.protocol = Fraction::new(0.0);
    }

    /// The rate on the next atom in a swap of `from` for `to`, in parts of [`UNIT`].
    #[must_use]
    pub fn rate(&self, from: usize, to: usize, charged: usize, balances: &[Atoms]) -> u64 {
        match self.steady {
            Some(steady) => steady.rate,
            None => self.rule.rate(&self.seen(from, to, charged, balances)),
        }
    }

    /// The highest rate of any swap now, in parts of [`UNIT`].
    #[must_use]
    pub fn dearest(&self, balances: &[Atoms]) -> u64 {
        let count = balances.len();
        let pairs = (0..count).flat_map(|from| (0..count).map(move |to| (from, to))).filter(|(from, to)| from != to);
        pairs.map(|(from, to)| self.rule.dearest(&self.seen(from, to, from, balances))).max().unwrap_or(0)
    }

    /// Counts a swap's amount.
    #[inline]
    pub fn count(&mut self, asset: usize, amount: Atoms) {
        if self.steady.is_none() {
            self.volume[asset] = self.volume[asset].saturating_add(amount);
        }
    }

    /// Begins a step with `balances` and the price `price`.
    pub fn begin_step(&mut self, balances: &[Atoms], price: f64) {
        self.volume.fill(0);
        self.depth.copy_from_slice(balances);
        if let Some(memory) = self.rule.memory() {
            if self.last_price > 0.0 && price > 0.0 {
                let change = ln(price / self.last_price);
                self.variance = memory * self.variance + (1.0 - memory) * change * change;
            }
            self.last_price = price;
            self.find_steady();
        }
    }

    /// Visits all state.
    ///
    /// # Errors
    /// As the visitor's.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visit_amounts(visitor, "volume", &mut self.volume)?;
        visit_amounts(visitor, "depth", &mut self.depth)?;
        visit_amounts(visitor, "home", &mut self.home)?;
        visitor.f64("variance", &mut self.variance)?;
        visitor.f64("last_price", &mut self.last_price)?;
        self.find_steady();
        Ok(())
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
