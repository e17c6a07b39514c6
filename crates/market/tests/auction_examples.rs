//! Worked examples, and every refusal.

use walras_market::auction::{
    AllPay, Auction, Bids, CallAuction, Conditions, EnglishClock, FirstPrice, KDouble, LIMIT_MAX, MARKET_BUY, Margin,
    McAfee, Outcome, PayAsBid, Price, Pricing, Refusal, SecondPrice, Tick, UniformPrice, Vickrey,
};

const SALE: Conditions = Conditions { offered: 6, reserve: 0, reference: None, tick: Tick::UNIT };

/// Three bidders for six units, worked out by hand: the winning bids are 50, 47, 45, 42, 40
/// and 35, so that the bidders win 3, 1 and 2 units. The highest losing bid is 32. Bidder 1 displaces 28, 24 and 20 of the
/// others, bidder 2 displaces 32, bidder 3 displaces 32 and 28.
const WANTS: [[i64; 6]; 3] = [[50, 47, 40, 32, 15, 5], [42, 28, 20, 12, 7, 3], [45, 35, 24, 14, 9, 6]];

/// What each of the three bidders gets and pays.
fn sold(auction: &dyn Auction) -> [(i64, i64); 3] {
    let limit: Vec<i64> = WANTS.concat();
    let trader: Vec<u32> = (0..18).map(|row| row / 6).collect();
    let (side, quantity, arrival) = ([1; 18], [1; 18], [0; 18]);
    let bids = Bids { trader: &trader, side: &side, quantity: &quantity, limit: &limit, arrival: &arrival };
    let outcome = auction.hold(&bids, &SALE).unwrap();
    [0, 1, 2].map(|bidder| {
        let rows = 6 * bidder..6 * bidder + 6;
        (outcome.filled[rows.clone()].iter().sum(), outcome.paid[rows].iter().sum())
    })
}

#[test]
fn three_bidders_for_six_units_pay_by_each_rule() {
    let uniform = |pricing| UniformPrice { pricing, margin: Margin::Time };
    assert_eq!(sold(&PayAsBid { margin: Margin::Time }), [(3, 137), (1, 42), (2, 80)]);
    assert_eq!(sold(&uniform(Pricing::HighestLosing)), [(3, 96), (1, 32), (2, 64)]);
    assert_eq!(sold(&uniform(Pricing::LowestWinning)), [(3, 105), (1, 35), (2, 70)]);
    assert_eq!(sold(&Vickrey {}), [(3, 72), (1, 32), (2, 60)]);
}

/// Bids above zero, asks below, one lot of two atoms each.
fn dealt(auction: &dyn Auction, quotes: &[i64]) -> Outcome {
    let side: Vec<i8> = quotes.iter().map(|quote| quote.signum() as i8).collect();
    let limit: Vec<i64> = quotes.iter().map(|quote| quote.abs()).collect();
    let trader: Vec<u32> = (0..quotes.len() as u32).collect();
    let quantity = vec![2; quotes.len()];
    let bids = Bids { trader: &trader, side: &side, quantity: &quantity, limit: &limit, arrival: &trader };
    auction.hold(&bids, &SALE).unwrap()
}

/// Chatterjee and Samuelson: a bid of 10 meets an ask of 6 a quarter of the way up, at 7.
#[test]
fn a_bid_and_an_ask_trade_between_them() {
    let outcome = dealt(&KDouble { k: 0.25 }, &[10, -6]);
    assert_eq!((outcome.filled, outcome.paid), (vec![2, 2], vec![14, -14]));
    assert_eq!(outcome.price.map(Price::to_f64), Some(7.0));
    assert_eq!(dealt(&KDouble { k: 0.25 }, &[5, -6]).filled, [0, 0]);
}

/// Bids 10, 9, 5 and asks 2, 4, 8: two can trade. The middle of the next pair, (5 + 8)/2, lies between 4 and 9, so both
/// trade at 6.5. With a third ask of 20 it is 12.5, so one trades, the buyer at 9 and the seller at 4.
#[test]
fn mcafees_middle_serves_all_or_all_but_one() {
    let all = dealt(&McAfee {}, &[10, 9, 5, -2, -4, -8]);
    assert_eq!((all.filled, all.paid), (vec![2, 2, 0, 2, 2, 0], vec![13, 13, 0, -13, -13, 0]));
    let fewer = dealt(&McAfee {}, &[10, 9, 5, -2, -4, -20]);
    assert_eq!((&fewer.filled, &fewer.paid), (&vec![2, 0, 0, 2, 0, 0], &vec![18, 0, 0, -8, 0, 0]));
    assert_eq!((fewer.revenue(), fewer.price), (10, None));
}

/// Bids of 30, 20 and 10 for one lot, and a reserve of 15 or 25.
#[test]
fn one_lot_goes_at_each_auctions_own_price() {
    let (trader, side, quantity, limit) = ([0, 1, 2], [1; 3], [6; 3], [30, 20, 10]);
    let bids = Bids { trader: &trader, side: &side, quantity: &quantity, limit: &limit, arrival: &trader };
    let paid = |auction: &dyn Auction, reserve| auction.hold(&bids, &Conditions { reserve, ..SALE }).unwrap().paid;
    assert_eq!(paid(&FirstPrice {}, 15), [180, 0, 0]);
    assert_eq!((paid(&SecondPrice {}, 15), paid(&SecondPrice {}, 25)), (vec![120, 0, 0], vec![150, 0, 0]));
    assert_eq!(paid(&AllPay {}, 15), [180, 120, 0]);
    // From 15 by 4 the clock shows 15, 19, 23, …: at 19 two are there.
    assert_eq!(paid(&EnglishClock { step: 4 }, 15), [114, 0, 0]);
    assert_eq!(paid(&FirstPrice {}, 31), [0, 0, 0]);
}

#[test]
fn what_cannot_be_held_is_refused_with_its_row() {
    let (trader, arrival) = ([0, 1], [0, 0]);
    let held = |auction: &dyn Auction, side: [i8; 2], quantity: [i64; 2], limit: [i64; 2]| {
        let bids = Bids { trader: &trader, side: &side, quantity: &quantity, limit: &limit, arrival: &arrival };
        auction.hold(&bids, &SALE).unwrap_err()
    };
    let call = CallAuction { margin: Margin::Time, candidates: walras_market::auction::call::Candidates::Limits };
    assert_eq!(held(&FirstPrice {}, [1, 1], [6, 5], [3, 4]), Refusal::Lot(1));
    assert_eq!(held(&FirstPrice {}, [1, -1], [6, 6], [3, 4]), Refusal::Side(1));
    assert_eq!(held(&Vickrey {}, [1, 1], [6, 0], [3, 4]), Refusal::Quantity(1));
    assert_eq!(held(&Vickrey {}, [1, 1], [6, 1], [MARKET_BUY, 4]), Refusal::Limit(0));
    assert_eq!(held(&call, [1, -1], [6, 1], [LIMIT_MAX + 1, 4]), Refusal::Limit(0));
    // Only a buy may have the limit of a buy at any price.
    assert_eq!(held(&call, [1, -1], [6, 1], [3, MARKET_BUY]), Refusal::Limit(1));
    assert_eq!(held(&McAfee {}, [1, -1], [6, 5], [3, 4]), Refusal::Lot(1));
    assert_eq!(held(&SecondPrice {}, [1, 1], [6, 6], [LIMIT_MAX, LIMIT_MAX]), Refusal::TooMuch);
    let bids = Bids { trader: &[0], side: &[1], quantity: &[1], limit: &[1], arrival: &[] };
    assert_eq!(call.hold(&bids, &SALE), Err(Refusal::Columns));
    let bids = Bids { arrival: &[0], ..bids };
    assert_eq!(Vickrey {}.hold(&bids, &Conditions { offered: -1, ..SALE }), Err(Refusal::Offered));
}
