//! How likely an offer is to be taken, judged from recent shouts: what Gjerstad–Dickhaut traders reckon with.

use walras_market::order::Side;
use walras_numerics::root::bracketed;

use super::tick;
use crate::observation::MarketView;

/// The most shouts that are remembered.
pub const SHOUTS_MAX: usize = 512;

/// Prices as one side of the market sees them: for a seller as they are, for a buyer counted downwards from the highest,
/// so that in either case a higher price is better for it and less likely to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Mirror {
    /// The side, a code of [`Side`].
    pub side: i8,
    /// The highest price, M.
    pub highest: f64,
}

impl Mirror {
    /// A price as the side sees it, and back again.
    #[inline]
    #[must_use]
    pub fn turn(self, price: f64) -> f64 {
        if self.side > 0 { self.highest - price } else { price }
    }
}

/// One price in memory.
#[derive(Debug, Clone, Copy, Default)]
struct Remembered {
    price: f64,
    /// Offers of the own side at this price that were taken, and of the other side that were made.
    for_it: f64,
    /// Offers of the own side at this price that were not taken.
    against: f64,
}

/// The shouts that led to the last trades, as one side sees them.
pub struct Recollection {
    mirror: Mirror,
    prices: [Remembered; SHOUTS_MAX + 2],
    len: usize,
}

impl Recollection {
    /// Everything shouted since the trade before the last `trades` ones. An offer that rested and then was taken counts as
    /// taken at its price, and its taker as no offer of its own.
    #[must_use]
    pub fn of(seen: &MarketView<'_>, trades: u32, mirror: Mirror) -> Self {
        let mut all = Self { mirror, prices: [Remembered::default(); SHOUTS_MAX + 2], len: 0 };
        let from = seen.tape.count().saturating_sub(SHOUTS_MAX as u64);
        let (mut kept, mut traded) = (0, 0);
        for shout in seen.tape.since(from).rev() {
            traded += u32::from(shout.traded.is_some());
            if traded > trades {
                break;
            }
            kept += 1;
        }
        for shout in seen.tape.since(seen.tape.count() - kept) {
            let own = shout.side == mirror.side;
            match shout.traded {
                None => all.add(shout.price, own, false),
                Some(at) if all.take(at, !own) => {}
                Some(at) if at == shout.price => all.add(at, own, true),
                Some(at) => all.add(at, !own, true),
            }
        }
        all
    }

    /// Remembers one offer of the own side or the other's.
    fn add(&mut self, price: f64, own: bool, taken: bool) {
        let price = self.mirror.turn(price);
        if self.len < SHOUTS_MAX && price > 0.0 && price < self.mirror.highest {
            let counts = f64::from(u8::from(!own || taken));
            self.prices[self.len] = Remembered { price, for_it: counts, against: 1.0 - counts };
            self.len += 1;
        }
    }

    /// Marks the last offer at this price that was not taken as taken; whether there was one. An offer of the other side
    /// counts alike, taken or not.
    fn take(&mut self, price: f64, own: bool) -> bool {
        let at = self.mirror.turn(price);
        let same = |one: &&mut Remembered| (one.price - at).abs() <= 1e-9 * self.mirror.highest;
        let Some(found) = self.prices[..self.len].iter_mut().rev().find(same) else { return false };
        if own && found.against > 0.0 {
            (found.for_it, found.against) = (1.0, 0.0);
            return true;
        }
        !own && found.for_it > 0.0
    }

    /// A price at which trade is sure, as where a market quotes one itself.
    pub fn add_price(&mut self, price: f64) {
        self.add(price, true, true);
        self.add(price, false, true);
    }

    /// What the side believes, given the best order of the other side (surely taken up to there) and the best of its own
    /// side where an offer must be better than that.
    #[must_use]
    pub fn belief(&self, opposite: Option<f64>, to_better: Option<f64>) -> Belief {
        let mut sorted = self.prices;
        let mut len = self.len;
        let within = |price: Option<f64>| {
            price.map(|price| self.mirror.turn(price)).filter(|price| *price > 0.0 && *price < self.mirror.highest)
        };
        let (opposite, to_better) = (within(opposite), within(to_better));
        for price in opposite.into_iter().chain(to_better) {
            sorted[len] = Remembered { price, ..Remembered::default() };
            len += 1;
        }
        let sorted = &mut sorted[..len];
        sorted.sort_unstable_by(|a, b| a.price.total_cmp(&b.price));
        let mut above: f64 = sorted.iter().map(|one| one.for_it).sum();
        let mut belief = Belief { mirror: self.mirror, prices: [0.0; POINTS], odds: [1.0; POINTS], len: 1 };
        let mut below = 0.0;
        for same in sorted.chunk_by(|a, b| a.price == b.price) {
            let price = same[0].price;
            below += same.iter().map(|one| one.against).sum::<f64>();
            let odds = if to_better.is_some_and(|best| price >= best) {
                0.0
            } else if opposite.is_some_and(|best| price <= best) || above + below <= 0.0 {
                1.0
            } else {
                above / (above + below)
            };
            belief.push(price, odds);
            above -= same.iter().map(|one| one.for_it).sum::<f64>();
        }
        belief.push(self.mirror.highest, 0.0);
        belief
    }
}

const POINTS: usize = SHOUTS_MAX + 4;

/// The probability that an offer is taken, over its price: 1 at nothing, 0 at the highest price, the shares observed at
/// the prices remembered, and between them a cubic that is level at both ends.
pub struct Belief {
    mirror: Mirror,
    prices: [f64; POINTS],
    odds: [f64; POINTS],
    len: usize,
}

/// A piece of the belief between two neighbouring prices.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: f64,
    width: f64,
    odds: f64,
    change: f64,
}

impl Piece {
    fn at(&self, t: f64) -> f64 {
        self.odds + self.change * t * t * (3.0 - 2.0 * t)
    }

    /// Calls `found` with each place in the piece, from 0 to 1, at which the expected surplus of a seller of cost `cost`
    /// stands still: (x − c)·p(x) has as its derivative in t the cubic h·p + (x0 − c + h·t)·Δ·6t(1 − t).
    fn stationary(&self, cost: f64, mut found: impl FnMut(f64)) {
        let (gain, h) = (self.from - cost, self.width);
        let slope = |t: f64| h * self.at(t) + (gain + h * t) * self.change * 6.0 * t * (1.0 - t);
        // The slope of the slope is 6Δ·(gain + (3h − 2·gain)·t − 4h·t²): between its roots the cubic is monotone.
        let (b, root) = (3.0 * h - 2.0 * gain, (3.0 * h - 2.0 * gain) * (3.0 * h - 2.0 * gain) + 16.0 * h * gain);
        let turn = |sign: f64| if root > 0.0 { ((b + sign * root.sqrt()) / (8.0 * h)).clamp(0.0, 1.0) } else { 0.0 };
        let cuts = [0.0, turn(-1.0), turn(1.0), 1.0];
        for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
            if let Some(t) = bracketed(slope, pair[0], pair[1], 1e-12) {
                found(t);
            }
        }
    }
}

impl Belief {
    fn push(&mut self, price: f64, odds: f64) {
        self.prices[self.len] = price;
        self.odds[self.len] = odds;
        self.len += 1;
    }

    fn piece(&self, n: usize) -> Piece {
        let (from, odds) = (self.prices[n], self.odds[n]);
        Piece { from, width: self.prices[n + 1] - from, odds, change: self.odds[n + 1] - odds }
    }

    /// The probability that an offer at `price` is taken.
    #[must_use]
    pub fn at(&self, price: f64) -> f64 {
        let price = self.mirror.turn(price);
        if price <= 0.0 {
            return 1.0;
        }
        if price >= self.mirror.highest {
            return 0.0;
        }
        let after = self.prices[..self.len].partition_point(|&known| known <= price);
        let piece = self.piece(after - 1);
        piece.at((price - piece.from) / piece.width)
    }

    /// The price on the grid of `tick` with the greatest expected surplus for a trader to whom the unit is worth `worth`,
    /// and that surplus; `None` where none is above zero.
    #[must_use]
    pub fn best(&self, worth: f64, tick: f64) -> Option<(f64, f64)> {
        let cost = self.mirror.turn(worth);
        let mut best = (0.0, 0.0);
        let consider = |offer: f64, best: &mut (f64, f64)| {
            let price = self.mirror.turn(offer);
            for price in [tick::at_most(price, tick), tick::at_least(price, tick)] {
                let surplus = (self.mirror.turn(price) - cost) * self.at(price);
                if price > 0.0 && surplus > best.1 {
                    *best = (price, surplus);
                }
            }
        };
        for n in 0..self.len - 1 {
            let piece = self.piece(n);
            // Nowhere in a piece is there more than its greatest gain at its best odds. A price on the grid may lie in
            // the next one, whose own ends are considered.
            if (piece.from + piece.width - cost) * piece.odds > best.1 {
                consider(piece.from, &mut best);
                piece.stationary(cost, |t| consider(piece.from + t * piece.width, &mut best));
            }
        }
        (best.1 > 0.0).then_some(best)
    }
}

/// The best orders of the other side and of the own one.
#[must_use]
pub fn touch(seen: &MarketView<'_>, side: i8) -> (Option<f64>, Option<f64>) {
    let (bid, ask) = (seen.quotes.bid, seen.quotes.ask);
    if side == Side::BUY { (ask, bid) } else { (bid, ask) }
}
