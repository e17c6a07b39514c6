//! The call auction against published order books, and against a slow twin that tries every price.

use walras_ledger::Atoms;
use walras_market::auction::call::{Called, Candidates};
use walras_market::auction::crossing::{Columns, Depth};
use walras_market::auction::{
    Auction, Bids, CallAuction, Conditions, LIMIT_MAX, MARKET_BUY, MARKET_SELL, Margin, Tick,
};
use walras_market::order::Side;
use walras_numerics::{Keys, Purpose};

/// Orders as columns that own their rows.
#[derive(Debug, Default, Clone)]
struct Book {
    side: Vec<i8>,
    quantity: Vec<Atoms>,
    limit: Vec<i64>,
    arrival: Vec<u32>,
}

impl Book {
    fn of(buys: &[(i64, Atoms)], sells: &[(i64, Atoms)]) -> Self {
        let mut book = Self::default();
        for (side, orders) in [(Side::BUY, buys), (Side::SELL, sells)] {
            for &(limit, quantity) in orders {
                book.push(side, quantity, limit);
            }
        }
        book
    }

    fn push(&mut self, side: i8, quantity: Atoms, limit: i64) {
        self.arrival.push(self.side.len() as u32);
        self.side.push(side);
        self.quantity.push(quantity);
        self.limit.push(limit);
    }

    fn bids(&self) -> Bids<'_> {
        // Traders do not matter to a call auction.
        Bids {
            trader: &self.arrival,
            side: &self.side,
            quantity: &self.quantity,
            limit: &self.limit,
            arrival: &self.arrival,
        }
    }

    fn depth(&self, price: i64) -> Depth {
        let sum = |suits: &dyn Fn(usize) -> bool| -> i128 {
            (0..self.side.len()).filter(|&row| suits(row)).map(|row| i128::from(self.quantity[row])).sum()
        };
        let demand = sum(&|row| self.side[row] == Side::BUY && self.limit[row] >= price);
        let supply = sum(&|row| self.side[row] == Side::SELL && self.limit[row] <= price);
        Depth { price, demand, supply }
    }
}

fn auction(margin: Margin, candidates: Candidates) -> CallAuction {
    CallAuction { margin, candidates }
}

/// The price and volume of a call in which the orders' own limits are candidates.
fn call(book: &Book, reference: Option<i64>) -> Option<(i64, i128)> {
    let called = auction(Margin::Time, Candidates::Limits).price(&book.bids(), reference)?;
    Some((called.depth.price, called.depth.volume()))
}

/// Both cases of the project's reference numbers: 290 trade at 12400; of two prices at which 150 trade, with 30 and
/// with nothing left over, the one with nothing.
#[test]
fn published_books_give_their_published_prices() {
    let buys = [
        (13000, 45),
        (12900, 95),
        (12800, 25),
        (12700, 35),
        (12600, 25),
        (12500, 55),
        (12400, 200),
        (12300, 80),
        (12200, 60),
    ];
    let sells = [
        (13100, 35),
        (13000, 50),
        (12900, 10),
        (12800, 15),
        (12700, 10),
        (12600, 20),
        (12500, 90),
        (12400, 155),
        (12300, 125),
        (12200, 10),
    ];
    assert_eq!(call(&Book::of(&buys, &sells), None), Some((12400, 290)));
    let tied = Book::of(&[(102, 150), (101, 30)], &[(101, 150)]);
    assert_eq!(call(&tied, None), Some((102, 150)));
}

/// BNB Chain's match examples 1, 2, 3, 4, 5.1 and 6 (bnb-chain.github.io, docs/beaconchain/match-examples.md). The other
/// examples of step 5 use that chain's own bound on the distance from the last price.
#[test]
fn bnb_chains_match_examples_hold() {
    let one = Book::of(&[(100, 150), (98, 150)], &[(98, 250), (97, 50)]);
    assert_eq!(call(&one, None), Some((98, 300)));
    let two = Book::of(&[(100, 150), (99, 50), (97, 300)], &[(97, 200), (96, 100)]);
    assert_eq!(call(&two, None), Some((97, 300)));
    let three = Book::of(&[(102, 300), (100, 100), (99, 200), (98, 300)], &[(98, 250), (97, 250), (96, 1000)]);
    assert_eq!(call(&three, None), Some((96, 900)));
    let four = Book::of(&[(102, 30), (101, 10), (99, 50), (96, 15)], &[(98, 10), (97, 50), (95, 50)]);
    assert_eq!(call(&four, None), Some((97, 90)));
    let five = Book::of(&[(102, 10), (97, 10)], &[(95, 50)]);
    assert_eq!(call(&five, Some(80)), Some((95, 20)));
    let six = Book::of(&[(100, 25), (97, 25)], &[(98, 25), (95, 25)]);
    assert_eq!(call(&six, Some(99)), Some((99, 25)));
    assert_eq!(call(&six, Some(97)), Some((97, 25)));
}

/// Euronext: an order without a limit against one limit trades at the reference where that suits the limit. Xetra keeps
/// to the orders' limits. With orders without a limit alone the price is the reference in both.
#[test]
fn orders_without_a_limit_trade_at_the_reference_or_the_limit() {
    let book = Book::of(&[(MARKET_BUY, 40)], &[(998, 40)]);
    let price =
        |candidates| auction(Margin::Time, candidates).price(&book.bids(), Some(1000)).map(|called| called.depth.price);
    assert_eq!((price(Candidates::Limits), price(Candidates::Ticks)), (Some(998), Some(1000)));
    let unlimited = Book::of(&[(MARKET_BUY, 40)], &[(MARKET_SELL, 30)]);
    assert_eq!((call(&unlimited, Some(1000)), call(&unlimited, None)), (Some((1000, 30)), None));
}

/// Every price that could be chosen, tried one by one.
fn slow_price(book: &Book, candidates: Candidates, reference: Option<i64>) -> Option<Depth> {
    let mut limits: Vec<i64> = book.limit.iter().copied().filter(|limit| limit.unsigned_abs() < 1 << 62).collect();
    limits.sort_unstable();
    limits.dedup();
    if limits.is_empty() {
        return reference.map(|price| book.depth(price)).filter(|depth| depth.volume() > 0);
    }
    let (low, high) = (limits[0], limits[limits.len() - 1]);
    let prices: Vec<i64> = match candidates {
        Candidates::Limits => limits,
        Candidates::Ticks => (low..=high).collect(),
    };
    let mut left: Vec<Depth> = prices.iter().map(|&price| book.depth(price)).collect();
    let most = left.iter().map(Depth::volume).max()?;
    left.retain(|depth| depth.volume() == most);
    let least = left.iter().map(|depth| depth.excess().abs()).min()?;
    left.retain(|depth| depth.excess().abs() == least);
    let (first, last) = (left[0], left[left.len() - 1]);
    if most == 0 {
        return None;
    }
    if least > 0 && left.iter().all(|depth| depth.excess() > 0) {
        return Some(last);
    }
    if least > 0 && left.iter().all(|depth| depth.excess() < 0) {
        return Some(first);
    }
    let price = match reference {
        // Beyond the limits nothing may change, and then the reference itself is as good.
        Some(reference) if candidates == Candidates::Ticks && least == 0 && book.depth(reference).excess() == 0 => {
            reference
        }
        Some(reference) => reference.clamp(first.price, last.price),
        None => (first.price + last.price).div_euclid(2),
    };
    Some(book.depth(price))
}

/// Fills by walking down the price levels of each side.
fn slow_fill(book: &Book, margin: Margin, at: Depth) -> Vec<Atoms> {
    let mut filled = vec![0; book.side.len()];
    for side in [Side::BUY, Side::SELL] {
        let suits = |row: &usize| {
            let better = if side == Side::BUY { book.limit[*row] >= at.price } else { book.limit[*row] <= at.price };
            book.side[*row] == side && better
        };
        let mut rows: Vec<usize> = (0..book.side.len()).filter(suits).collect();
        rows.sort_by_key(|&row| {
            let limit = i128::from(book.limit[row]);
            (if side == Side::BUY { -limit } else { limit }, book.arrival[row], row)
        });
        let mut left = at.volume();
        for level in rows.chunk_by(|&a, &b| book.limit[a] == book.limit[b]) {
            let asked: i128 = level.iter().map(|&row| i128::from(book.quantity[row])).sum();
            let share = |row: usize| i128::from(book.quantity[row]) * left / asked;
            let rest = |row: usize| i128::from(book.quantity[row]) * left % asked;
            if asked <= left {
                level.iter().for_each(|&row| filled[row] = book.quantity[row]);
                left -= asked;
                continue;
            }
            match margin {
                Margin::Time => {
                    for &row in level {
                        filled[row] = left.min(i128::from(book.quantity[row])) as Atoms;
                        left -= i128::from(filled[row]);
                    }
                }
                Margin::ProRata => {
                    let mut by_rest = level.to_vec();
                    by_rest.sort_by_key(|&row| (-rest(row), book.arrival[row], row));
                    level.iter().for_each(|&row| filled[row] = share(row) as Atoms);
                    let more = left - level.iter().map(|&row| share(row)).sum::<i128>();
                    by_rest.iter().take(more as usize).for_each(|&row| filled[row] += 1);
                }
            }
            break;
        }
    }
    filled
}

fn random_book(case: u64) -> (Book, Option<i64>) {
    let mut stream = Keys::new(11).stream(Purpose::sample(8), case, 0);
    let mut below = |n: u32| stream.word() % n;
    let (rows, width, centre) = (1 + below(14), [2, 6, 30][below(3) as usize], [-40, 3, 1000][below(3) as usize]);
    let (unlimited, sizes) = ([0, 4, 2][below(3) as usize], [1, 3, 40][below(3) as usize]);
    let mut book = Book::default();
    for _ in 0..rows {
        let side = [Side::BUY, Side::SELL, Side::BUY, Side::SELL, Side::NONE][below(5) as usize];
        let limit = centre + i64::from(below(width));
        let market = below(10) < unlimited && side != Side::NONE;
        let limit = if !market {
            limit
        } else if side == Side::BUY {
            MARKET_BUY
        } else {
            MARKET_SELL
        };
        book.push(side, 1 + i64::from(below(sizes)), limit);
    }
    for arrival in &mut book.arrival {
        *arrival = below(5);
    }
    let taking_part = (0..book.side.len()).filter(|&row| book.side[row] != Side::NONE).collect::<Vec<_>>();
    let mut only = Book::default();
    for row in taking_part {
        only.push(book.side[row], book.quantity[row], book.limit[row]);
        *only.arrival.last_mut().unwrap() = book.arrival[row];
    }
    (only, (below(3) > 0).then(|| centre - 3 + i64::from(below(width + 6))))
}

#[test]
fn price_and_fills_equal_the_slow_twins() {
    let mut traded = 0;
    for case in 0..60_000 {
        let (book, reference) = random_book(case);
        for candidates in [Candidates::Limits, Candidates::Ticks] {
            let slow = slow_price(&book, candidates, reference);
            let fast = auction(Margin::Time, candidates).price(&book.bids(), reference);
            assert_eq!(fast.map(|called| called.depth), slow, "{candidates:?}, {reference:?}: {book:?}");
            let Some(called) = fast else { continue };
            traded += 1;
            for margin in [Margin::Time, Margin::ProRata] {
                let fast = auction(margin, candidates).fill(&book.bids(), &called);
                assert_eq!(fast, slow_fill(&book, margin, called.depth), "{margin:?} at {called:?}: {book:?}");
            }
        }
    }
    assert!(traded > 50_000, "only {traded} books trade");
}

/// Limits spread over all ticks take several rounds of counting; the crossing is found by sorting as an oracle.
#[test]
fn a_wide_range_of_limits_is_searched_in_rounds() {
    let keys = Keys::new(12);
    for case in 0..40_u32 {
        let mut book = Book::default();
        for row in 0..3000_u64 {
            let word = |index| u64::from(keys.word(Purpose::sample(index), row, case));
            let wide = (word(0) << 29 | word(1)) as i64;
            let limit = match case % 4 {
                0 => wide - (1 << 60),
                // One far order leaves all others in one bucket.
                1 => {
                    if row == 0 {
                        1 << 62
                    } else {
                        wide % 5000
                    }
                }
                2 => wide % 7 * ((1 << 58) - 1),
                _ => wide >> (word(2) % 60),
            };
            let side = if word(3) % 2 == 0 { Side::BUY } else { Side::SELL };
            book.push(side, 1 + (word(4) % 1000) as i64, limit);
        }
        let Called { depth, .. } = auction(Margin::Time, Candidates::Limits).price(&book.bids(), None).unwrap();
        let mut limits = book.limit.clone();
        limits.sort_unstable();
        limits.dedup();
        // The excess falls with the price, so the best limits are the two around its change of sign.
        let at = limits.partition_point(|&limit| book.depth(limit).excess() > 0);
        let near = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|at| limits.get(at));
        let most = near.map(|&limit| book.depth(limit).volume()).max().unwrap();
        assert_eq!((depth.volume(), depth), (most, book.depth(depth.price)), "case {case}");
    }
}

/// Sums of sizes may pass 2⁶³; money may not.
#[test]
fn huge_orders_are_counted_exactly() {
    let book = Book::of(&[(1, i64::MAX), (1, i64::MAX), (1, i64::MAX)], &[(1, i64::MAX), (1, i64::MAX)]);
    assert_eq!(call(&book, None), Some((1, 2 * i128::from(i64::MAX))));
    let conditions = Conditions { offered: 0, reserve: 0, reference: None, tick: Tick::UNIT };
    let outcome = auction(Margin::ProRata, Candidates::Limits).hold(&book.bids(), &conditions).unwrap();
    assert_eq!(outcome.volume(&book.bids()), 2 * i128::from(i64::MAX));
    let dear = Book { limit: vec![2; 5], ..book };
    let refused = auction(Margin::ProRata, Candidates::Limits).hold(&dear.bids(), &conditions);
    assert!(refused.is_err(), "a payment of 2⁶⁴ does not fit");
    let far = Book::of(&[(LIMIT_MAX, 3), (-LIMIT_MAX, 2)], &[(-LIMIT_MAX, 2), (LIMIT_MAX, 9)]);
    // Three trade at the top, where eight are left over; at the bottom two would.
    assert_eq!(call(&far, None), Some((LIMIT_MAX, 3)));
    assert_eq!(Columns { side: &[], quantity: &[], limit: &[] }.cross().limits, None);
}
