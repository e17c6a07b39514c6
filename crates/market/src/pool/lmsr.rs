//! The logarithmic market scoring rule.

use walras_catalog::{Problem, entry};
use walras_ledger::Atoms;
use walras_numerics::elementary::{exp, exp_m1, ln_1p};
use walras_numerics::root::greatest;
use walras_numerics::{StateError, StateVisitor};

use super::fee::{AnyFee, Charges, UNIT};
use super::fixed_point::{BITS, exp_of_minus, ln};
use super::state::visit_amounts;
use super::wide::{U256, atoms, wide};
use super::{Design, Pool, Refusal, Swap, check_deposits, refused};

entry! {
    /// A maker of bets on one of several outcomes, who loses at most what it was given.
    ///
    /// Asset 0 is the money, assets 1 to n are the outcomes, one atom of which pays one atom of money if it comes true.
    /// The pool issues them. It opens with the money that the maker may lose; b is that over ln n.
    pub struct Lmsr = "lmsr" {
        formula: "C(q) = b·ln Σ e^(q_i/b), p_i = e^(q_i/b)/Σ e^(q_j/b); a trade costs C(q') − C(q)",
        check: Lmsr::check,
        source: "R. Hanson, \"Logarithmic market scoring rules for modular combinatorial information aggregation\", J. Prediction Markets 1(1), 2007",
        /// n: how many outcomes there are.
        outcomes: u32 = 2, within 2.0..=64.0;
        /// The fee on money paid in and paid out.
        fee: AnyFee = AnyFee::fixed(0.0);
        /// The protocol's part of the fee.
        protocol_share: f64 = 0.0, within 0.0..=1.0;
    }
}

impl Lmsr {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if !(2..=64).contains(&self.outcomes) {
            return Err(("outcomes", format!("{} outcomes: give 2 to 64", self.outcomes)));
        }
        if self.fee.sees_balances() {
            return Err(("fee", "outcomes are issued, not held: the fee cannot follow their balance".to_owned()));
        }
        Ok(())
    }
}

impl Design for Lmsr {
    fn assets(&self, _: usize) -> usize {
        self.outcomes as usize + 1
    }

    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        self.check().map_err(|(_, message)| refused(message))?;
        check_deposits(deposits, 1..=1)?;
        let outcomes = self.outcomes as usize;
        let liquidity = liquidity(wide(deposits[0]), outcomes);
        let liquidity = atoms(liquidity).filter(|liquidity| *liquidity > 0);
        let Some(liquidity) = liquidity else {
            return Err(refused(format!("{} atoms for {outcomes} outcomes are too little or too much", deposits[0])));
        };
        let mut balances = vec![0; outcomes + 1];
        balances[0] = deposits[0];
        let charges = Charges::new(self.fee.clone(), self.protocol_share, &balances);
        let out = vec![0; outcomes];
        Ok(Box::new(Maker { liquidity, funding: deposits[0], money: deposits[0], out, resolved: 0, charges }))
    }
}

/// b = ⌊funding/ln n⌋: then b·ln n, all that can be lost, is within the funding.
#[must_use]
pub fn liquidity(funding: U256, outcomes: usize) -> U256 {
    (funding << BITS) / (ln(U256::from(outcomes) << BITS) + U256::from(1))
}

/// Bits after the point of a cost.
pub const COST_BITS: usize = 48;

/// A bound on the error of [`cost`] in units of 2⁻⁴⁸ atoms, for b below 2⁶³: 64 exponentials and one logarithm, each off
/// by 2⁻¹¹¹, times b.
pub const COST_ERROR: u64 = 1 << 8;

/// C(q) = b·ln Σ e^(q_i/b) in units of 2⁻⁴⁸ atoms. The same whole number wherever the trades before came from, so that
/// costs of trades one after another add up exactly.
///
/// Computed as max q + b·ln Σ e^−((max q − q_i)/b), whose exponentials lie in (0, 1].
#[must_use]
pub fn cost(out: &[i128], liquidity: U256) -> i128 {
    let most = out.iter().copied().max().unwrap_or(0);
    let sum = out.iter().fold(U256::ZERO, |sum, &one| {
        sum + exp_of_minus((U256::from((most - one).cast_unsigned()) << BITS) / liquidity)
    });
    let above = (liquidity * ln(sum)) >> (BITS - COST_BITS);
    (most << COST_BITS) + above.to::<i128>()
}

/// What a trade of `change` in each outcome costs in units of 2⁻⁴⁸ atoms: negative where the trader is paid.
#[must_use]
pub fn net_cost(out: &[i128], change: &[i128], liquidity: U256) -> i128 {
    let after: Vec<i128> = out.iter().zip(change).map(|(one, change)| one + change).collect();
    cost(&after, liquidity) - cost(out, liquidity)
}

/// The price of each outcome.
#[must_use]
pub fn prices(out: &[i128], liquidity: f64) -> Vec<f64> {
    let most = out.iter().copied().max().unwrap_or(0);
    let powers: Vec<f64> = out.iter().map(|&one| exp((one - most) as f64 / liquidity)).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// A market maker and the outcomes it has sold.
///
/// *Invariant:* its money covers the payout of every outcome, since it has taken at least C(q) in all and C(q) > max q.
#[derive(Debug, Clone)]
struct Maker {
    liquidity: Atoms,
    funding: Atoms,
    money: Atoms,
    out: Vec<Atoms>,
    /// The number of the asset that came true; 0 as long as none has.
    resolved: u64,
    charges: Charges,
}

impl Maker {
    fn wide_out(&self) -> Vec<i128> {
        self.out.iter().map(|&one| i128::from(one)).collect()
    }

    /// C after `change` more of one outcome are out, less C now.
    fn moved(&self, outcome: usize, change: Atoms) -> i128 {
        let (before, b) = (self.wide_out(), wide(self.liquidity));
        let mut after = before.clone();
        after[outcome] += i128::from(change);
        cost(&after, b) - cost(&before, b)
    }

    /// What `tokens` of an outcome cost without fee, rounded up: never nothing.
    fn cost_of(&self, outcome: usize, tokens: Atoms) -> Option<Atoms> {
        self.out[outcome].checked_add(tokens)?;
        let moved = self.moved(outcome, tokens);
        // Up, in favour of the maker.
        let whole = (moved + ((1 << COST_BITS) - 1)) >> COST_BITS;
        Atoms::try_from(whole.max(1)).ok()
    }

    /// What `tokens` of an outcome return before fee, rounded down.
    fn return_of(&self, outcome: usize, tokens: Atoms) -> Atoms {
        // Down, in favour of the maker.
        (-self.moved(outcome, -tokens) >> COST_BITS).max(0) as Atoms
    }

    /// About how many tokens of an outcome `money` buys, or must be sold for it where it is negative:
    /// b·ln(1 + (e^(m/b) − 1)/p).
    fn guess(&self, outcome: usize, money: Atoms) -> f64 {
        let b = self.liquidity as f64;
        let price = prices(&self.wide_out(), b)[outcome];
        (b * ln_1p(exp_m1(money as f64 / b) / price)).abs()
    }

    /// The most tokens of an outcome that cost at most `money` without fee.
    fn bought_for(&self, outcome: usize, money: Atoms) -> Atoms {
        let (guess, high) = (self.guess(outcome, money), Atoms::MAX - self.out[outcome]);
        let found = if money > 0 { Along::new(self, outcome).amount(guess, money, high) } else { None };
        found.unwrap_or_else(|| self.bought_by_search(outcome, money))
    }

    fn bought_by_search(&self, outcome: usize, money: Atoms) -> Atoms {
        let within = |tokens| tokens == 0 || self.cost_of(outcome, tokens).is_some_and(|cost| cost <= money);
        near(self.guess(outcome, money), Atoms::MAX - self.out[outcome], within)
    }

    /// The most tokens of an outcome that return less than `gross` before fee.
    fn short_of(&self, outcome: usize, gross: Atoms) -> Atoms {
        let (guess, high) = (self.guess(outcome, -gross), self.out[outcome]);
        let found = if gross > 0 { Along::new(self, outcome).amount(guess, -gross, high) } else { None };
        found.unwrap_or_else(|| self.short_by_search(outcome, gross))
    }

    fn short_by_search(&self, outcome: usize, gross: Atoms) -> Atoms {
        let short = |tokens| self.return_of(outcome, tokens) < gross;
        near(self.guess(outcome, -gross), self.out[outcome], short)
    }

    /// The outcome traded, and whether it is bought.
    fn direction(&self, from: usize, to: usize, amount: Atoms) -> Result<(usize, bool), Refusal> {
        if self.resolved > 0 {
            return Err(Refusal::Closed);
        }
        if from == to || from > self.out.len() || to > self.out.len() {
            return Err(Refusal::NoSuchAsset);
        }
        if amount <= 0 {
            return Err(Refusal::BadAmount);
        }
        match (from, to) {
            (0, outcome) => Ok((outcome - 1, true)),
            (outcome, 0) => Ok((outcome - 1, false)),
            _ => Err(Refusal::NotOffered),
        }
    }

    fn buying(&self, to: usize, paid: Atoms, received: Atoms, exact_out: bool) -> Result<Swap, Refusal> {
        if paid > Atoms::MAX - self.money {
            return Err(Refusal::TooLarge);
        }
        let (fee, protocol_fee) = self.charges.split(self.charges.charge(0, to, 0, &self.balances(), paid));
        Ok(Swap { from: 0, to, paid, received, exact_out, fee_asset: 0, fee, protocol_fee })
    }
}

/// What trades of one outcome cost, the others staying as they are: what is the same for all of them is computed once.
struct Along<'a> {
    out: &'a [Atoms],
    outcome: usize,
    liquidity: Atoms,
    /// The greatest of the others, and Σ e^−((that − q_j)/b) over them.
    most: i128,
    others: U256,
    /// C(q) now.
    now: i128,
}

impl<'a> Along<'a> {
    fn new(maker: &'a Maker, outcome: usize) -> Self {
        let (out, liquidity) = (&maker.out[..], maker.liquidity);
        let mut along = Self { out, outcome, liquidity, most: 0, others: U256::ZERO, now: 0 };
        along.most = along.each_other().max().unwrap_or(0);
        along.others = along.sum_from(along.most);
        along.now = along.cost(out[outcome].into());
        along
    }

    fn each_other(&self) -> impl Iterator<Item = i128> {
        let outcome = self.outcome;
        self.out.iter().enumerate().filter(move |(j, _)| *j != outcome).map(|(_, &one)| i128::from(one))
    }

    /// e^−((most − q)/b).
    fn power(&self, most: i128, one: i128) -> U256 {
        exp_of_minus((U256::from((most - one).cast_unsigned()) << BITS) / wide(self.liquidity))
    }

    /// Σ e^−((most − q_j)/b) over the others.
    fn sum_from(&self, most: i128) -> U256 {
        self.each_other().fold(U256::ZERO, |sum, one| sum + self.power(most, one))
    }

    /// [`cost`] with `one` of this outcome out: the same whole number, as sums of whole numbers do not depend on their
    /// order.
    fn cost(&self, one: i128) -> i128 {
        let (most, others) = if one > self.most { (one, self.sum_from(one)) } else { (self.most, self.others) };
        let above = (wide(self.liquidity) * ln(others + self.power(most, one))) >> (BITS - COST_BITS);
        (most << COST_BITS) + above.to::<i128>()
    }

    /// C after `change` more are out, less C now.
    fn moved(&self, change: Atoms) -> i128 {
        self.cost(i128::from(self.out[self.outcome]) + i128::from(change)) - self.now
    }

    /// The greatest of `0..=high` tokens that cost at most `money` atoms, bought where `money` is positive; that return less
    /// than −`money` atoms, sold where it is negative. `None` where an atom's price is so low that the last bits of the cost
    /// may hide it.
    ///
    /// From the formula, b·ln(1 + (e^(m/b) − 1)/p), by one step of Newton's with the exact cost, to within an atom or two;
    /// the rest exactly.
    fn amount(&self, guess: f64, money: Atoms, high: Atoms) -> Option<Atoms> {
        let sign = money.signum();
        let whole = |tokens: Atoms| {
            let moved = self.moved(sign * tokens);
            // As in `cost_of` and `return_of`.
            let holds = if sign > 0 {
                ((moved + ((1 << COST_BITS) - 1)) >> COST_BITS).max(1) <= i128::from(money)
            } else {
                (-moved >> COST_BITS).max(0) < -i128::from(money)
            };
            (moved, tokens == 0 || holds)
        };
        let start = (guess as Atoms).clamp(0, high);
        let b = self.liquidity as f64;
        // 1/p = Σ e^((q_j − q)/b).
        let one = (i128::from(self.out[self.outcome]) + i128::from(sign * start)) as f64;
        let others = (self.others >> (BITS - 60)).to::<u128>() as f64 / (1_u64 << 60) as f64;
        let price = 1.0 / (1.0 + exp((self.most as f64 - one) / b) * others);
        // An atom more or less then moves the cost by far more than its bits are unsure of.
        if price.is_nan() || price < PRICE_LEAST {
            return None;
        }
        let (moved, mut held) = whole(start);
        let missing = ((i128::from(money) << COST_BITS) - moved) as f64 / (1_i64 << COST_BITS) as f64;
        let step = (f64::from(sign as i32) * missing / price) as Atoms;
        let mut at = start.saturating_add(step).clamp(0, high);
        if at != start {
            held = whole(at).1;
        }
        // Outwards in doubling strides until what holds and what does not enclose the end, and inwards from there.
        let mut stride = 1;
        if held {
            while at < high {
                let next = at.saturating_add(stride).min(high);
                if !whole(next).1 {
                    return if next - at == 1 { Some(at) } else { greatest(at, next - 1, |tokens| whole(tokens).1) };
                }
                (at, stride) = (next, stride.saturating_mul(2));
            }
            return Some(high);
        }
        loop {
            let next = at.saturating_sub(stride).max(0);
            if whole(next).1 {
                return if at - next == 1 { Some(next) } else { greatest(next, at - 1, |tokens| whole(tokens).1) };
            }
            (at, stride) = (next, stride.saturating_mul(2));
        }
    }
}

/// Below this price of an atom its cost is sought by bisection: 2⁻³⁰ atoms are 2¹⁸ units of a cost, which is off by 2⁸.
const PRICE_LEAST: f64 = 1e-9;

/// The greatest of `0..=high` for which `holds`, which is true at 0 and once false stays false; first sought near
/// `guess`.
fn near(guess: f64, high: Atoms, holds: impl Fn(Atoms) -> bool) -> Atoms {
    let slack = guess * 1e-9 + 8.0;
    // `as` saturates, and makes zero of NaN.
    let bound = |number: f64| (number as Atoms).clamp(0, high);
    let (low, top) = (bound(guess - slack), bound(guess + slack));
    if holds(low) && (top == high || !holds(top)) {
        return greatest(low, top, holds).unwrap_or(low);
    }
    greatest(0, high, holds).unwrap_or(0)
}

impl Pool for Maker {
    fn duplicate(&self) -> Box<dyn Pool> {
        Box::new(self.clone())
    }

    fn balances(&self) -> Vec<Atoms> {
        std::iter::once(self.money).chain(self.out.iter().map(|out| -out)).collect()
    }

    fn price(&self, of: usize, against: usize) -> f64 {
        let prices = match self.resolved {
            0 => prices(&self.wide_out(), self.liquidity as f64),
            came => (1..=self.out.len() as u64).map(|asset| f64::from(u8::from(asset == came))).collect(),
        };
        let price = |asset: usize| asset.checked_sub(1).map_or(1.0, |outcome| prices[outcome]);
        price(of) / price(against)
    }

    /// p·(1 − p)/b against money.
    fn slope(&self, of: usize, against: usize) -> f64 {
        let price = self.price(of.max(against), 0);
        let rise = price * (1.0 - price) / self.liquidity as f64;
        // Selling y of an outcome for money raises the price 1/p of money by dp/p² for each of its p atoms.
        if of == 0 { rise / (price * price * price) } else { rise }
    }

    fn fee_share(&self, from: usize, to: usize) -> f64 {
        self.charges.rate(from, to, 0, &self.balances()) as f64 / UNIT as f64
    }

    fn amount_out(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        let (outcome, buys) = self.direction(from, to, amount)?;
        let balances = self.balances();
        if buys {
            let net = self.charges.net(from, to, &balances, amount);
            // Down: what the fee leaves, in whole atoms.
            let money = (net.parts / u128::from(net.unit)) as Atoms;
            let tokens = self.bought_for(outcome, money);
            return self.buying(to, amount, tokens, false);
        }
        if amount > self.out[outcome] {
            return Err(Refusal::NotEnoughHeld);
        }
        let gross = self.return_of(outcome, amount);
        let (fee, protocol_fee) = self.charges.split(self.charges.charge(from, to, 0, &balances, gross));
        Ok(Swap { from, to, paid: amount, received: gross - fee, exact_out: false, fee_asset: 0, fee, protocol_fee })
    }

    fn amount_in(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        let (outcome, buys) = self.direction(from, to, amount)?;
        let balances = self.balances();
        if buys {
            let cost = self.cost_of(outcome, amount).ok_or(Refusal::TooLarge)?;
            let parts = u128::from(cost.cast_unsigned()) * u128::from(self.charges.unit());
            let paid = self.charges.gross(from, to, 0, &balances, parts).ok_or(Refusal::TooLarge)?;
            return self.buying(to, paid, amount, true);
        }
        let parts = u128::from(amount.cast_unsigned()) * u128::from(self.charges.unit());
        let gross = self.charges.gross(from, to, 0, &balances, parts).ok_or(Refusal::TooLarge)?;
        let tokens = self.short_of(outcome, gross);
        if tokens >= self.out[outcome] {
            return Err(Refusal::NotEnoughHeld);
        }
        let (_, protocol_fee) = self.charges.split(self.charges.charge(from, to, 0, &balances, gross));
        let fee = gross - amount;
        Ok(Swap { from, to, paid: tokens + 1, received: amount, exact_out: true, fee_asset: 0, fee, protocol_fee })
    }

    fn settle(&mut self, swap: &Swap) {
        self.money += swap.change(0);
        if swap.from == 0 {
            self.out[swap.to - 1] += swap.received;
            self.charges.count(0, swap.paid);
        } else {
            self.out[swap.from - 1] -= swap.paid;
            self.charges.count(0, swap.traded_out());
        }
    }

    /// The worst result of the maker, as a share of its funding: what it has left when the dearest outcome comes true.
    fn invariant(&self) -> f64 {
        let worst = self.money - self.out.iter().copied().max().unwrap_or(0);
        worst as f64 / self.funding as f64
    }

    /// The money covers it: the maker was given b·ln n = C(0) and more, and has since taken C(q) − C(0) and more, so that
    /// it has C(q) = b·ln Σ e^(q_i/b) > max q.
    fn resolve(&mut self, outcome: usize) -> Result<Atoms, Refusal> {
        if self.resolved > 0 {
            return Err(Refusal::Closed);
        }
        if !(1..=self.out.len()).contains(&outcome) {
            return Err(Refusal::NoSuchAsset);
        }
        let paid = self.out[outcome - 1];
        self.resolved = outcome as u64;
        self.money -= paid;
        self.out.fill(0);
        Ok(paid)
    }

    fn resolved(&self) -> Option<usize> {
        (self.resolved > 0).then_some(self.resolved as usize)
    }

    fn begin_step(&mut self) {
        let price = self.price(1, 0);
        let balances = self.balances();
        self.charges.begin_step(&balances, price);
    }

    fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.i64("liquidity", &mut self.liquidity)?;
        visitor.i64("funding", &mut self.funding)?;
        visitor.i64("money", &mut self.money)?;
        visit_amounts(visitor, "out", &mut self.out)?;
        visitor.u64("resolved", &mut self.resolved)?;
        if self.resolved > self.out.len() as u64 {
            return Err(StateError(format!("outcome {} of {}", self.resolved, self.out.len())));
        }
        self.charges.visit_state(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Order;

    fn open(outcomes: u32, funding: Atoms) -> Box<dyn Pool> {
        Lmsr { outcomes, fee: AnyFee::fixed(0.0), protocol_share: 0.0 }.open(&[funding]).unwrap()
    }

    /// b = 1e9/ln 2; 1e9 of one outcome cost b·ln((e^(ln 2) + 1)/2) = 1e9·ln 1.5/ln 2 = 584962500.72.
    #[test]
    fn a_cost_by_hand() {
        let pool = open(2, 1_000_000_000);
        assert_eq!(pool.cost(1, 0, 1_000_000_000).unwrap().paid, 584_962_501);
        assert_eq!(pool.price(1, 0), 0.5);
        let spent = pool.amount_out(0, 1, 584_962_501).unwrap();
        assert!((1_000_000_000..1_000_000_002).contains(&spent.received));
    }

    /// Whatever comes true, the maker has lost no more than b·ln n ≤ its funding.
    #[test]
    fn the_maker_loses_at_most_its_funding() {
        for (outcomes, funding) in [(2, 1_000_000), (5, 777), (64, 1 << 40)] {
            let mut pool = open(outcomes, funding);
            // All the money there is on one outcome drives its price to one.
            while pool.swap(&Order::exact_out(0, 1, funding)).is_ok() && pool.price(1, 0) < 1.0 {}
            assert!(pool.price(1, 0) > 0.999);
            let balances = pool.balances();
            assert!(balances[0] >= -balances[1], "{balances:?}");
        }
    }

    /// The search for how much money buys took nine microseconds, most of them to compute again what stays the same. It finds
    /// the same atom as before, for two to 64 outcomes, from an atom to more than there is, wherever the maker stands.
    #[test]
    fn a_swap_of_exact_money_was_sought_from_afar() {
        let stream = walras_numerics::Keys::new(6);
        let word = |entity: u64, step: u32| u64::from(stream.word(walras_numerics::Purpose::turn(), entity, step));
        let mut found = 0;
        for case in 0..60 {
            let (outcomes, funding) =
                (2 + (word(case, 0) % 63) as usize * usize::from(case % 2 == 0), 1_i64 << (8 + word(case, 1) % 45));
            let liquidity = atoms(liquidity(wide(funding), outcomes)).unwrap();
            let scale = |entity, step, of: Atoms| (word(entity, step) as f64 / 4e9 * of as f64) as Atoms;
            let out: Vec<Atoms> = (0..outcomes as u32).map(|j| scale(case, 10 + j, 12 * liquidity)).collect();
            let charges = Charges::new(AnyFee::fixed(0.0), 0.0, &vec![0; outcomes + 1]);
            let maker = Maker { liquidity, funding, money: funding, out, resolved: 0, charges };
            for trade in 0..12 {
                let outcome = word(case, 100 + trade) as usize % outcomes;
                let most = if trade % 3 == 0 { 100 } else { 3 * liquidity };
                let money = scale(case, 200 + trade, most).max(1);
                assert_eq!(
                    maker.bought_for(outcome, money),
                    maker.bought_by_search(outcome, money),
                    "{maker:?} {money}"
                );
                assert_eq!(maker.short_of(outcome, money), maker.short_by_search(outcome, money), "{maker:?} {money}");
                let along = Along::new(&maker, outcome);
                found += usize::from(along.amount(maker.guess(outcome, money), money, Atoms::MAX / 2).is_some());
                for change in [money, -money.min(maker.out[outcome])] {
                    assert_eq!(along.moved(change), maker.moved(outcome, change));
                }
            }
        }
        assert!(found > 360, "the fast way is the usual one: {found}");
    }

    /// Whatever was bought and sold, each outcome can come true: after it is paid the maker still has what it was given less
    /// b·ln n at most. Then nothing trades, and prices are what an atom was worth.
    #[test]
    fn an_outcome_could_not_come_true() {
        for (outcomes, funding) in [(2, 1_000_000), (5, 777), (64, 1 << 40)] {
            for bought in [0, 1, funding / 3, 20 * funding] {
                let mut before = open(outcomes, funding);
                for outcome in [1, 2] {
                    if bought > 0 {
                        before.swap(&Order::exact_out(0, outcome, bought / outcome as i64 + 1)).unwrap();
                    }
                }
                for outcome in 1..=outcomes as usize {
                    let mut pool = before.clone();
                    let paid = pool.resolve(outcome).unwrap();
                    assert_eq!(paid, -before.balances()[outcome]);
                    let mut left = vec![0; outcomes as usize + 1];
                    left[0] = before.balances()[0] - paid;
                    assert_eq!(pool.balances(), left);
                    assert!(left[0] >= 0, "{outcomes} {bought}: {left:?}");
                    assert_eq!((pool.price(outcome, 0), pool.price(3 - outcome.min(2), 0)), (1.0, 0.0));
                    assert_eq!(pool.amount_out(0, outcome, 10), Err(Refusal::Closed));
                    assert_eq!((pool.resolve(1), pool.resolved()), (Err(Refusal::Closed), Some(outcome)));
                }
                assert_eq!(before.resolve(outcomes as usize + 1), Err(Refusal::NoSuchAsset));
            }
        }
    }

    #[test]
    fn an_atom_is_never_free_and_never_sold_unbought() {
        let mut pool = open(2, 1_000_000);
        pool.swap(&Order::exact_out(0, 2, 50_000_000)).unwrap();
        assert_eq!(pool.amount_in(0, 1, 1).unwrap().paid, 1);
        assert_eq!(pool.amount_out(1, 0, 1), Err(Refusal::NotEnoughHeld));
        assert_eq!(pool.amount_out(1, 2, 1), Err(Refusal::NotOffered));
    }
}
