//! A market on a liquidity pool: traders swap against what the pool holds, and providers own shares of it.

use std::ops::Range;

use walras_ledger::exchange::Payment;
use walras_ledger::{AssetId, Atoms, NamedId};
use walras_market::order::Rejection;
use walras_market::pool::concentrated::tick_math::TICK_MAX;
use walras_market::pool::{Pool, Refusal, Swap};
use walras_numerics::elementary::ln;
use walras_numerics::{StateError, StateVisitor};

use super::results::{Arrived, Moved, ProtocolFee, Results, Trade};

/// The number of the money among the pool's assets.
pub const MONEY: usize = 0;
/// The number of the asset traded among the assets of a pool of two.
pub const TOKEN: usize = 1;

/// The pool and its providers.
#[derive(Debug, Clone)]
pub struct OnPool {
    /// The mechanism's name.
    pub name: &'static str,
    /// The pool, the money first. Where several venues share it, each has a copy, and all are alike between turns.
    pub pool: Box<dyn Pool>,
    /// The number of the asset traded among the pool's assets.
    pub token: usize,
    /// The venues that share the pool, one for each asset, as indices into the world's.
    pub family: Range<usize>,
    /// The asset that its liquidity shares are.
    pub shares: AssetId,
    /// Owns the shares of the first deposit, and receives protocol fees.
    pub protocol: NamedId,
    /// Positions of those who provide over ranges of prices.
    pub positions: Vec<Position>,
    /// Where liquidity is provided over ranges of prices, the number of ticks whose multiples bound them.
    pub tick_spacing: Option<i32>,
}

/// One provider's liquidity over a range of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its number in the pool.
    pub id: u64,
    /// Whose it is: the trader's place among all traders of the market.
    pub place: u32,
    /// Its liquidity, which is as many atoms of the share asset.
    pub liquidity: Atoms,
}

impl OnPool {
    /// The price at the margin before fees, numeraire atoms for one atom of the asset.
    #[must_use]
    pub fn price(&self) -> f64 {
        self.pool.price(self.token, MONEY)
    }

    /// What selling `holding` at once would pay, in atoms; nothing where the pool cannot take it.
    #[must_use]
    pub fn liquidation(&self, holding: Atoms) -> Atoms {
        self.pool.proceeds(self.token, MONEY, holding).map_or(0, |swap| swap.received)
    }

    /// The shares of the money paid and of the tokens given that a buyer and a seller pay as fees now.
    #[must_use]
    pub fn fee_shares(&self) -> [f64; 2] {
        [self.pool.fee_share(MONEY, self.token), self.pool.fee_share(self.token, MONEY)]
    }

    /// Whether other venues trade other assets with the same pool.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.family.len() > 1
    }

    /// Begins a step: fees that look at prices and volumes look.
    pub fn open(&mut self) {
        self.pool.begin_step();
    }

    /// Serves a plain order; `unit` is numeraire atoms for one atom in one numeraire per token.
    pub fn arrive(&mut self, order: &Arrived, unit: f64, results: &mut Results) {
        let (place, limit) = (order.place, order.limit * unit * order.size as f64);
        let quoted = if order.side > 0 {
            self.pool.cost(self.token, MONEY, order.size)
        } else {
            self.pool.proceeds(self.token, MONEY, order.size)
        };
        match quoted {
            Ok(swap) if within(order.side, &swap, limit) => {
                let middle = self.price();
                self.pool.settle(&swap);
                let payment = payment(&swap, order.priority_fee);
                let (tokens, money) =
                    if order.side > 0 { (swap.received, swap.paid) } else { (swap.paid, swap.received) };
                results.taken.push(order.side, tokens as f64, money as f64, middle);
                results.trades.push(Trade { place, payment });
                results.filled += 1;
                if swap.fee_asset == self.token {
                    results.token_fees.push(swap.fee, middle);
                }
                if swap.protocol_fee > 0 {
                    let money = swap.fee_asset == MONEY;
                    results.protocol_fees.push(ProtocolFee { money, amount: swap.protocol_fee });
                }
            }
            Ok(_) => results.refuse(place, Rejection::LimitNotReached),
            Err(why) => results.refuse(place, reason(why)),
        }
    }

    /// Takes what a provider brings, at most `money` and `tokens`; `range` is in numeraire atoms for one atom.
    pub fn provide(
        &mut self,
        place: u32,
        [money, tokens]: [Atoms; 2],
        range: Option<(f64, f64)>,
        results: &mut Results,
    ) {
        let added = if let Some(spacing) = self.tick_spacing {
            self.provide_over(place, [money, tokens], ticks(range, spacing))
        } else if range.is_some() {
            Err(Refusal::NotOffered)
        } else if self.is_shared() {
            let mut deposit = vec![0; self.pool.balances().len()];
            (deposit[MONEY], deposit[self.token]) = (money, tokens);
            self.pool.add_unbalanced(&deposit).map(|added| Moved {
                place,
                money: added.taken[MONEY],
                tokens: added.taken[self.token],
                shares: -added.shares,
            })
        } else {
            self.pool.add(&[money, tokens]).map(|added| Moved {
                place,
                money: added.taken[MONEY],
                tokens: added.taken[TOKEN],
                shares: -added.shares,
            })
        };
        match added {
            Ok(moved) => results.liquidity.push(moved),
            Err(why) => results.refuse_command(place, reason(why)),
        }
    }

    fn provide_over(&mut self, place: u32, most: [Atoms; 2], ticks: Option<(i32, i32)>) -> Result<Moved, Refusal> {
        let (lower, upper) = ticks.ok_or(Refusal::OutOfRange)?;
        let before = self.pool.clone();
        let ranged = self.pool.add_range(lower, upper, most)?;
        let Ok(liquidity) = Atoms::try_from(ranged.liquidity) else {
            // More liquidity than its shares can count.
            self.pool = before;
            return Err(Refusal::TooLarge);
        };
        self.positions.push(Position { id: ranged.position, place, liquidity });
        Ok(Moved { place, money: ranged.taken[MONEY], tokens: ranged.taken[TOKEN], shares: -liquidity })
    }

    /// Returns to a provider this `share` of its liquidity, of which it holds `held` atoms, with all fees it earned.
    pub fn withdraw(&mut self, place: u32, held: Atoms, share: f64, results: &mut Results) {
        if !(share > 0.0 && share <= 1.0) {
            return results.refuse_command(place, Rejection::BadSize);
        }
        let part = |whole: Atoms| if share == 1.0 { whole } else { (whole as f64 * share) as Atoms };
        if self.tick_spacing.is_some() {
            return self.withdraw_from_ranges(place, part, results);
        }
        let shares = part(held);
        if self.is_shared() {
            // A provider meets the pool at the venue of one asset and may have no account for others: it gets money.
            return match self.pool.remove_single(shares, MONEY) {
                Ok(money) => results.liquidity.push(Moved { place, money: -money, tokens: 0, shares }),
                Err(why) => results.refuse_command(place, reason(why)),
            };
        }
        match self.pool.remove(shares) {
            Ok(out) => results.liquidity.push(Moved { place, money: -out[MONEY], tokens: -out[TOKEN], shares }),
            Err(why) => results.refuse_command(place, reason(why)),
        }
    }

    fn withdraw_from_ranges(&mut self, place: u32, part: impl Fn(Atoms) -> Atoms, results: &mut Results) {
        let mut moved = Moved { place, money: 0, tokens: 0, shares: 0 };
        for position in self.positions.iter_mut().filter(|position| position.place == place) {
            let liquidity = part(position.liquidity);
            let collected = self
                .pool
                .remove_range(position.id, liquidity.unsigned_abs().into())
                .and_then(|()| self.pool.collect(position.id));
            match collected {
                Ok([money, tokens]) => {
                    position.liquidity -= liquidity;
                    moved.money -= money;
                    moved.tokens -= tokens;
                    moved.shares += liquidity;
                }
                Err(why) => results.refuse_command(place, reason(why)),
            }
        }
        self.positions.retain(|position| position.liquidity > 0);
        if moved.shares > 0 || moved.money < 0 || moved.tokens < 0 {
            results.liquidity.push(moved);
        } else {
            results.refuse_command(place, Rejection::NoLiquidity);
        }
    }

    /// What a provider's `held` shares would return now: atoms of money and of the asset, fees earned included.
    #[must_use]
    pub fn worth(&self, place: u32, held: Atoms) -> [Atoms; 2] {
        if held <= 0 {
            return [0, 0];
        }
        let mut trial = self.clone();
        let mut results = Results::default();
        trial.withdraw(place, held, 1.0, &mut results);
        results.liquidity.first().map_or([0, 0], |moved| [-moved.money, -moved.tokens])
    }

    /// Visits the pool and its positions.
    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.pool.visit_state(visitor)?;
        let mut flat: Vec<i64> = self
            .positions
            .iter()
            .flat_map(|position| [position.id.cast_signed(), i64::from(position.place), position.liquidity])
            .collect();
        visitor.i64s("positions", &mut flat)?;
        if !flat.len().is_multiple_of(3) {
            return Err(StateError(format!("{} numbers are no whole positions", flat.len())));
        }
        let position =
            |three: &[i64]| Position { id: three[0].cast_unsigned(), place: three[1] as u32, liquidity: three[2] };
        self.positions = flat.chunks(3).map(position).collect();
        Ok(())
    }
}

/// The ticks that bound a range of prices (numeraire atoms for one atom of the asset) from outside; all there are
/// without a range. Ticks count the price of money in the asset, which is the first of the pool's: p = 1.0001^−tick.
fn ticks(range: Option<(f64, f64)>, spacing: i32) -> Option<(i32, i32)> {
    let most = TICK_MAX / spacing * spacing;
    let Some((low, high)) = range else { return Some((-most, most)) };
    if !(low > 0.0 && high > low && high.is_finite()) {
        return None;
    }
    let steps = |price: f64| -ln(price) / (ln(1.0001) * f64::from(spacing));
    let (lower, upper) = (steps(high).floor() as i32 * spacing, steps(low).ceil() as i32 * spacing);
    (lower >= -most && upper <= most && lower < upper).then_some((lower, upper))
}

/// Whether a swap is within the limit, in atoms of money for the whole order.
fn within(side: i8, swap: &Swap, limit: f64) -> bool {
    // A pool's fee is part of its price, so the limit counts with it; an order then costs at most what it locked.
    if side > 0 { swap.paid as f64 <= limit } else { swap.received as f64 >= limit }
}

/// What a swap is to the trader's account. A fee that is taken in the asset is part of what is given.
fn payment(swap: &Swap, priority_fee: Atoms) -> Payment {
    let buys = swap.from == MONEY;
    let fee = if swap.fee_asset == MONEY { swap.fee } else { 0 };
    let (tokens, trade) = if buys { (swap.received, fee - swap.paid) } else { (-swap.paid, swap.received + fee) };
    Payment { tokens, trade, fee: -fee, tribute: 0, priority_fee: -priority_fee }
}

/// The market's word for a pool's.
fn reason(why: Refusal) -> Rejection {
    match why {
        Refusal::BadAmount | Refusal::TooLarge | Refusal::NoSuchAsset => Rejection::BadSize,
        Refusal::NotEnoughHeld | Refusal::NoSuchPosition => Rejection::NoLiquidity,
        Refusal::LimitNotReached => Rejection::LimitNotReached,
        Refusal::OutOfRange => Rejection::OffGrid,
        Refusal::NotOffered => Rejection::NotOffered,
        Refusal::Closed => Rejection::Halted,
    }
}
