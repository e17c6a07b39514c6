//! A launch on a constant product with virtual reserves.

use walras_catalog::{Bounds, Problem, entry};
use walras_ledger::Atoms;
use walras_numerics::elementary::ln;
use walras_numerics::{StateError, StateVisitor};

use super::wide::{U256, atoms, mul_div, to_f64, wide};
use super::{Design, Pool, Refusal, Swap, constant_product, refused};
use crate::terms::Rate;

entry! {
    /// Sells a token from nothing along a constant product, until all that is for sale is sold.
    ///
    /// It opens with tokens and no money, and quotes as if it held a virtual reserve of money and some more tokens. When
    /// its tokens are gone it closes; what it has raised then opens a pool elsewhere. Asset 0 is the token, asset 1 the
    /// money. All fees leave the pool at once; they come on top of a buyer's cost, and are kept back from a seller.
    pub struct Launch = "launch" {
        formula: "(x + x0)·(y + y0) = k with x tokens and y money held",
        check: Launch::check,
        source: "pump.fun, public documentation and SDK 2.0.0, 2025",
        /// y0: the virtual reserve of money.
        virtual_money: u64, within Bounds::above(0.0), unit "atoms";
        /// x + x0 at the opening: the virtual reserve of tokens, at least those for sale.
        virtual_tokens: u64, within Bounds::above(0.0), unit "atoms";
        /// The protocol's fee on the money of every trade.
        fee: f64 = 0.01, within 0.0..1.0;
        /// The creator's fee on the money of every trade.
        creator_fee: f64 = 0.0, within 0.0..1.0;
    }
}

impl Launch {
    fn check(&self) -> Result<(), (&'static str, String)> {
        for (name, amount) in [("virtual_money", self.virtual_money), ("virtual_tokens", self.virtual_tokens)] {
            if amount == 0 || Atoms::try_from(amount).is_err() {
                return Err((name, format!("{amount} is not an amount between 1 and {}", Atoms::MAX)));
            }
        }
        if self.fee + self.creator_fee >= 1.0 {
            return Err(("creator_fee", "both fees together must leave something: below 1".to_owned()));
        }
        Ok(())
    }
}

impl Design for Launch {
    fn assets(&self, _: usize) -> usize {
        2
    }

    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        let money = deposits.get(1).copied().unwrap_or(0);
        let Some(&tokens) = deposits.first() else { return Err(refused("a launch opens with tokens to sell")) };
        if deposits.len() > 2 || tokens <= 0 || money < 0 {
            return Err(refused(format!("a launch opens with tokens to sell and perhaps money, not {deposits:?}")));
        }
        Ok(Box::new(self.sale(tokens, money)?))
    }
}

impl Launch {
    /// As [`Design::open`], the sale by its own type.
    ///
    /// # Errors
    /// When more tokens are for sale than there are virtual ones, or the reserves do not fit.
    pub fn sale(&self, tokens: Atoms, money: Atoms) -> Result<Sale, Problem> {
        self.check().map_err(|(_, message)| refused(message))?;
        let rate = |share| Rate::new(share).ok_or_else(|| refused(format!("a fee of {share}")));
        let (virtual_tokens, virtual_money) = (self.virtual_tokens.cast_signed(), self.virtual_money.cast_signed());
        if virtual_tokens < tokens {
            return Err(refused(format!("{tokens} tokens are for sale, but only {virtual_tokens} virtual ones")));
        }
        if virtual_money.checked_add(money).is_none() {
            return Err(refused("the reserves of money do not fit"));
        }
        Ok(Sale {
            tokens,
            money,
            token_offset: virtual_tokens - tokens,
            money_offset: virtual_money,
            rate: rate(self.fee + self.creator_fee)?,
        })
    }
}

/// A launch under way.
#[derive(Debug, Clone)]
pub struct Sale {
    tokens: Atoms,
    money: Atoms,
    token_offset: Atoms,
    money_offset: Atoms,
    /// Of both fees together. Rounded up each for itself, they would leave an atom less of some amounts than of smaller ones,
    /// and a seller in parts an atom more than a seller of the whole.
    rate: Rate,
}

/// The token's place.
const TOKEN: usize = 0;
/// The money's place.
const MONEY: usize = 1;

impl Sale {
    /// Virtual reserves of tokens and of money.
    #[must_use]
    pub fn virtual_reserves(&self) -> (Atoms, Atoms) {
        (self.tokens + self.token_offset, self.money + self.money_offset)
    }

    /// Whether all tokens are sold.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.tokens == 0
    }

    /// What `supply` tokens are worth at the present price, rounded down.
    #[must_use]
    pub fn market_cap(&self, supply: Atoms) -> Option<Atoms> {
        let (x, y) = self.virtual_reserves();
        mul_div(wide(y), wide(supply), wide(x)).and_then(atoms)
    }

    /// Both fees on an amount of money, rounded up.
    fn fee(&self, money: Atoms) -> Atoms {
        self.rate.of(money)
    }

    fn check(&self, from: usize, to: usize, amount: Atoms) -> Result<bool, Refusal> {
        if self.is_complete() {
            return Err(Refusal::Closed);
        }
        if amount <= 0 {
            return Err(Refusal::BadAmount);
        }
        match (from, to) {
            (MONEY, TOKEN) => Ok(true),
            (TOKEN, MONEY) => Ok(false),
            _ => Err(Refusal::NoSuchAsset),
        }
    }

    fn buying(&self, tokens: Atoms, cost: Atoms, fee: Atoms, exact_out: bool) -> Result<Swap, Refusal> {
        let paid = cost.checked_add(fee).ok_or(Refusal::TooLarge)?;
        if cost > Atoms::MAX - self.money - self.money_offset {
            return Err(Refusal::TooLarge);
        }
        let swap = Swap {
            from: MONEY,
            to: TOKEN,
            paid,
            received: tokens,
            exact_out,
            fee_asset: MONEY,
            fee,
            protocol_fee: fee,
        };
        Ok(swap)
    }

    /// What the last `tokens` cost without fee, rounded up and past what is exact.
    fn cost_of(&self, tokens: Atoms) -> Result<Atoms, Refusal> {
        if tokens > self.tokens {
            return Err(Refusal::NotEnoughHeld);
        }
        let (x, y) = self.virtual_reserves();
        let needed = constant_product::needed(wide(y), wide(x), wide(tokens), U256::from(1));
        needed.and_then(atoms).ok_or(Refusal::TooLarge)
    }

    /// What `tokens` return before fee, rounded down.
    fn return_of(&self, tokens: Atoms) -> Result<Atoms, Refusal> {
        let (x, y) = self.virtual_reserves();
        if tokens > Atoms::MAX - x {
            return Err(Refusal::TooLarge);
        }
        let money = constant_product::out(wide(x), wide(y), wide(tokens), U256::from(1)).and_then(atoms);
        money.filter(|money| *money <= self.money).ok_or(Refusal::NotEnoughHeld)
    }
}

impl Pool for Sale {
    fn duplicate(&self) -> Box<dyn Pool> {
        Box::new(self.clone())
    }

    fn balances(&self) -> Vec<Atoms> {
        vec![self.tokens, self.money]
    }

    fn price(&self, of: usize, against: usize) -> f64 {
        let (x, y) = self.virtual_reserves();
        let reserves = [x as f64, y as f64];
        if self.is_complete() { 0.0 } else { reserves[against] / reserves[of] }
    }

    fn slope(&self, of: usize, against: usize) -> f64 {
        let (x, y) = self.virtual_reserves();
        2.0 * self.price(of, against) / [x as f64, y as f64][of]
    }

    fn fee_share(&self, from: usize, _: usize) -> f64 {
        let on_top = self.rate.share();
        // A fee of φ on top of the cost is φ/(1 + φ) of what is paid.
        if from == MONEY { on_top / (1.0 + on_top) } else { on_top }
    }

    fn amount_out(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        if !self.check(from, to, amount)? {
            let gross = self.return_of(amount)?;
            // Up, in favour of the protocol; never more than there is.
            let fee = self.fee(gross).min(gross);
            let received = gross - fee;
            return Ok(Swap {
                from,
                to,
                paid: amount,
                received,
                exact_out: false,
                fee_asset: MONEY,
                fee,
                protocol_fee: fee,
            });
        }
        // One atom less, so that the fee rounded up still fits.
        let unit = U256::from(1_000_000_000_u64);
        let cost = mul_div(wide(amount - 1), unit, unit + U256::from((self.rate.share() * 1e9).round() as u64))
            .and_then(atoms)
            .unwrap_or(0);
        let (x, y) = self.virtual_reserves();
        // Down, in favour of the pool.
        let tokens = constant_product::out(wide(y), wide(x), wide(cost), U256::from(1)).and_then(atoms).unwrap_or(0);
        if tokens >= self.tokens {
            // The last tokens cost what they cost; the rest of the money is not taken.
            let cost = self.cost_of(self.tokens)?;
            let fee = self.fee(cost);
            if cost.checked_add(fee).is_some_and(|paid| paid <= amount) {
                return self.buying(self.tokens, cost, fee, false);
            }
        }
        let fee = self.fee(cost);
        self.buying(tokens.min(self.tokens), amount - fee, fee, false)
    }

    fn amount_in(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        if self.check(from, to, amount)? {
            let cost = self.cost_of(amount)?;
            return self.buying(amount, cost, self.fee(cost), true);
        }
        // The least gross of which the fees leave the amount.
        let short = |gross: Atoms| gross - self.fee(gross) < amount;
        let gross = walras_numerics::root::greatest(0, self.money, short).map_or(0, |gross| gross + 1);
        let (x, y) = self.virtual_reserves();
        if gross > self.money {
            return Err(Refusal::NotEnoughHeld);
        }
        let tokens = constant_product::needed(wide(x), wide(y), wide(gross), U256::from(1)).and_then(atoms);
        let tokens = tokens.filter(|tokens| *tokens <= Atoms::MAX - x).ok_or(Refusal::TooLarge)?;
        let fee = gross - amount;
        Ok(Swap { from, to, paid: tokens, received: amount, exact_out: true, fee_asset: MONEY, fee, protocol_fee: fee })
    }

    fn settle(&mut self, swap: &Swap) {
        self.tokens += swap.change(TOKEN);
        self.money += swap.change(MONEY);
    }

    fn invariant(&self) -> f64 {
        let (x, y) = self.virtual_reserves();
        ln(to_f64(constant_product::size(wide(x), wide(y))))
    }

    fn begin_step(&mut self) {}

    fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.i64("tokens", &mut self.tokens)?;
        visitor.i64("money", &mut self.money)?;
        visitor.i64("token_offset", &mut self.token_offset)?;
        visitor.i64("money_offset", &mut self.money_offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Order;

    fn design() -> Launch {
        Launch { virtual_money: 30_000_000_000, virtual_tokens: 1_073_000_000_000_000, fee: 0.01, creator_fee: 0.0 }
    }

    /// Selling all 793.1 M of 1,073 M virtual tokens raises 30·793.1/279.9 = 85.005359… of money, and the sale closes.
    #[test]
    fn the_sale_closes_when_all_is_sold() {
        let mut sale = design().sale(793_100_000_000_000, 0).unwrap();
        let swap = sale.swap(&Order::exact_in(MONEY, TOKEN, 100_000_000_000)).unwrap();
        assert_eq!((swap.received, swap.traded_in()), (793_100_000_000_000, 85_005_359_057));
        assert!(sale.is_complete());
        assert_eq!(sale.swap(&Order::exact_in(MONEY, TOKEN, 1000)), Err(Refusal::Closed));
        assert_eq!(sale.balances(), vec![0, 85_005_359_057]);
    }

    #[test]
    fn more_for_sale_than_virtual_is_refused() {
        assert!(design().open(&[1_073_000_000_000_001]).is_err());
        assert!(design().open(&[0, 5]).is_err());
        assert!(Launch { virtual_money: 0, ..design() }.open(&[1000]).is_err());
    }

    /// Of 4,610,201 two fees rounded up one by one left an atom less than of 4,610,200: in parts one paid less for as much,
    /// and got more for as much.
    #[test]
    fn two_fees_left_less_of_more() {
        let mut sale = Launch { fee: 0.3, creator_fee: 0.005, ..design() }.sale(793_100_000_000_000, 0).unwrap();
        sale.swap(&Order::exact_in(MONEY, TOKEN, 50_000_000)).unwrap();
        let nets: Vec<Atoms> = (4_610_190..4_610_210).map(|gross| gross - sale.fee(gross)).collect();
        assert!(nets.is_sorted(), "{nets:?}");
        let pay = |pool: &mut dyn Pool, money| pool.swap(&Order::exact_out(TOKEN, MONEY, money)).unwrap().paid;
        let mut parts = sale.duplicate();
        let (first, second) = (pay(&mut *parts, 457_727), pay(&mut *parts, 3_204_089 - 457_727));
        assert!(pay(&mut *sale.duplicate(), 3_204_089) <= first + second);
    }

    #[test]
    fn fees_that_leave_nothing_are_refused() {
        assert!(Launch { fee: 0.7, creator_fee: 0.3, ..design() }.open(&[1000]).is_err());
    }
}
