//! What can be bought and sold at a market, and for how much: what arbitrageurs reckon with.

use crate::observation::MarketView;

/// One side of a market as an arbitrageur sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Venue {
    /// A pool of constant product: tokens x, money y, and the share g of what comes in that is left after the fee.
    Pool {
        /// x.
        tokens: f64,
        /// y, numeraire.
        money: f64,
        /// g.
        keeps: f64,
    },
    /// A price, fees included, for at most so many tokens.
    Price {
        /// Numeraire per token.
        price: f64,
        /// Tokens.
        size: f64,
    },
}

/// A pool's price may be this far, relatively, from its reserves' ratio and is still one of constant product.
const RATIO: f64 = 1e-6;

impl Venue {
    /// The side on which one buys, if anything is offered; `size` is assumed where the market tells none.
    #[must_use]
    pub fn to_buy(seen: &MarketView<'_>, size: f64) -> Option<Self> {
        let fee = 1.0 + seen.buy_fee;
        Self::of(seen, fee, 1.0 / fee, seen.quotes.ask.map(|ask| (ask, seen.quotes.ask_size)), size)
    }

    /// The side on which one sells, if anything is wanted.
    #[must_use]
    pub fn to_sell(seen: &MarketView<'_>, size: f64) -> Option<Self> {
        let keeps = 1.0 - seen.sell_fee;
        Self::of(seen, keeps, keeps, seen.quotes.bid.map(|bid| (bid, seen.quotes.bid_size)), size)
    }

    fn of(seen: &MarketView<'_>, factor: f64, keeps: f64, touch: Option<(f64, f64)>, size: f64) -> Option<Self> {
        let proper = |price: f64| price > 0.0 && price.is_finite();
        if seen.halted || !proper(seen.price) {
            return None;
        }
        let rests = seen.quotes.bid.is_some() || seen.quotes.ask.is_some();
        if seen.shares_out > 0 && !rests && seen.inventory > 0.0 && seen.reserve > 0.0 {
            let ratio = seen.reserve / seen.inventory / seen.price;
            if (ratio - 1.0).abs() <= RATIO {
                return Some(Self::Pool { tokens: seen.inventory, money: seen.reserve, keeps });
            }
        }
        // Where only orders at rest trade, and none is there, nothing is offered.
        let is_book = seen.tick > 0.0 && seen.depth.is_some();
        let (price, size) = if rests || is_book { touch? } else { (seen.price, size) };
        proper(price).then_some(Self::Price { price: price * factor, size })
    }

    /// What the next token costs or returns, fees included.
    #[must_use]
    pub fn price(&self, buys: bool) -> f64 {
        match *self {
            Self::Pool { tokens, money, keeps } if buys => money / tokens / keeps,
            Self::Pool { tokens, money, keeps } => money / tokens * keeps,
            Self::Price { price, .. } => price,
        }
    }

    /// What `tokens` cost here, fees included; infinite where there are not so many.
    #[must_use]
    pub fn cost(&self, tokens: f64) -> f64 {
        match *self {
            Self::Pool { tokens: x, money, keeps } if tokens < x => money * tokens / (x - tokens) / keeps,
            Self::Pool { .. } => f64::INFINITY,
            Self::Price { price, .. } => price * tokens,
        }
    }

    /// What `tokens` return here, fees taken off.
    #[must_use]
    pub fn proceeds(&self, tokens: f64) -> f64 {
        match *self {
            Self::Pool { tokens: x, money, keeps } => money * keeps * tokens / (x + keeps * tokens),
            Self::Price { price, .. } => price * tokens,
        }
    }

    /// How many tokens `money` buys here.
    #[must_use]
    pub fn bought(&self, money: f64) -> f64 {
        match *self {
            Self::Pool { tokens, money: y, keeps } => tokens * keeps * money / (y + keeps * money),
            Self::Price { price, .. } => money / price,
        }
    }

    /// How many tokens bought here and sold at `to` gain the most, when of the proceeds only the share `counts` counts;
    /// 0 where nothing is gained.
    ///
    /// Between pools (x₁, y₁, g₁) and (x₂, y₂, g₂) money m comes back as A·m/(B + C·m) with A = g₁g₂x₁y₂, B = x₂y₁ and
    /// C = g₁(x₂ + g₂x₁), so that the best is m = (√(A·B) − B)/C. Between a pool and a price one trades until the pool's
    /// price, fees included, has come to the other.
    #[must_use]
    pub fn best_trade(&self, to: &Venue, counts: f64) -> f64 {
        let tokens = match (*self, *to) {
            (Self::Pool { tokens: x1, money: y1, keeps: g1 }, Self::Pool { tokens: x2, money: y2, keeps: g2 }) => {
                let (a, b) = (g1 * g2 * x1 * y2 * counts, x2 * y1);
                self.bought((((a * b).sqrt() - b) / (g1 * (x2 + g2 * x1))).max(0.0))
            }
            (Self::Pool { tokens: x, money: y, keeps: g }, Self::Price { price, size }) => {
                (x - (x * y / (g * price * counts)).sqrt()).min(size)
            }
            (Self::Price { price, size }, Self::Pool { tokens: x, money: y, keeps: g }) => {
                (((x * y * g * counts / price).sqrt() - x) / g).min(size)
            }
            (Self::Price { price, size }, Self::Price { price: other, size: wanted }) => {
                if other * counts > price {
                    size.min(wanted)
                } else {
                    0.0
                }
            }
        };
        if tokens > 0.0 { tokens } else { 0.0 }
    }

    /// The price of the next token before fees, once `tokens` are traded here; `fee` is the factor that a price here has
    /// in it for fees.
    #[must_use]
    pub fn price_after(&self, buys: bool, tokens: f64, fee: f64) -> f64 {
        match *self {
            Self::Pool { tokens: x, money, .. } if buys => money * x / ((x - tokens) * (x - tokens)),
            Self::Pool { tokens: x, money, keeps } => money * x / ((x + keeps * tokens) * (x + keeps * tokens)),
            Self::Price { price, .. } => price / fee,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(tokens: f64, money: f64) -> Venue {
        Venue::Pool { tokens, money, keeps: 0.997 }
    }

    /// Two pools of 1,000 tokens against 2.0 and 2.1 million at 0.3 %, by arithmetic of many digits.
    #[test]
    fn two_pools_give_the_published_trade() {
        let (cheap, dear) = (pool(1000.0, 2.0e6), pool(1000.0, 2.1e6));
        let tokens = cheap.best_trade(&dear, 1.0);
        assert!((cheap.cost(tokens) - 21_718.627_455_9).abs() < 1e-6, "{}", cheap.cost(tokens));
        let profit = dear.proceeds(tokens) - cheap.cost(tokens);
        assert!((profit - 469.578_256_709_12).abs() < 1e-6, "{profit}");
        assert_eq!(dear.best_trade(&cheap, 1.0), 0.0);
    }

    /// Within the fee of the outside price on either side, and at its edge after a trade.
    #[test]
    fn a_pool_is_brought_within_the_fee_of_an_outside_price() {
        let at = |outside: f64| Venue::Price { price: outside, size: f64::INFINITY };
        for outside in [1500.0, 1990.0, 2010.0, 2600.0] {
            let bought = pool(1000.0, 2.0e6).best_trade(&at(outside), 1.0);
            let sold = at(outside).best_trade(&pool(1000.0, 2.0e6), 1.0);
            // What a fee on what comes in leaves in the pool is part of its price afterwards.
            let after = 2.0e6 * 1000.0 / ((1000.0 - bought + 0.997 * sold) * (1000.0 - bought + 0.997 * sold));
            let error = (after / outside).ln().abs();
            assert!(error <= -(0.997_f64.ln()) + 1e-9, "{outside}: {error}");
            let still = (1990.0..=2010.0).contains(&outside) && (2000.0 / outside).ln().abs() < -(0.997_f64.ln());
            assert!(still == (bought + sold == 0.0), "{outside}: {bought} {sold}");
        }
    }

    /// Against trying out: no trade a little larger or smaller gains more.
    #[test]
    fn no_other_trade_gains_more() {
        let price = |price: f64, size: f64| Venue::Price { price, size };
        let pairs = [
            (pool(1000.0, 2.0e6), pool(500.0, 1.2e6)),
            (pool(1000.0, 2.0e6), price(2200.0, 1e9)),
            (price(1800.0, 1e9), pool(1000.0, 2.0e6)),
        ];
        for (from, to) in pairs {
            let tokens = from.best_trade(&to, 0.99);
            let gain = |tokens: f64| 0.99 * to.proceeds(tokens) - from.cost(tokens);
            assert!(gain(tokens) > 0.0 && gain(tokens) >= gain(1.001 * tokens) && gain(tokens) >= gain(0.999 * tokens));
        }
        assert_eq!(price(10.0, 3.0).best_trade(&price(11.0, 2.0), 1.0), 2.0);
        assert_eq!(price(10.0, 3.0).best_trade(&price(11.0, 2.0), 0.9), 0.0);
    }
}
