//! What each kind of order does, worked out by hand, and what a book takes memory for.

use walras_market::book::{
    Aggressor, Anchor, Band, Book, Closure, Command, Events, Grid, Kind, Locked, Order, Outcome, Placed, Rejection,
    Rules, RulesError, SelfTrade, Side, Width,
};
use walras_numerics::{Keys, Purpose, StateError, StateVisitor};

struct Desk {
    book: Book,
    events: Events,
    next: u64,
}

impl Desk {
    fn new(rules: Rules) -> Self {
        Self { book: Book::new(rules).unwrap(), events: Events::default(), next: 1 }
    }

    fn place(&mut self, trader: u32, side: Side, kind: Kind, lots: i64) -> Outcome {
        let order = Order::new(self.next, trader, side, kind, lots);
        self.next += 1;
        self.book.apply(&Command::Place(order), &mut self.events)
    }

    fn buy(&mut self, price: i64, lots: i64) -> Outcome {
        self.place(1, Side::Buy, Kind::Limit { price }, lots)
    }

    fn sell(&mut self, price: i64, lots: i64) -> Outcome {
        self.place(2, Side::Sell, Kind::Limit { price }, lots)
    }

    /// Maker, price and lots of each fill since the last look.
    fn fills(&mut self) -> Vec<(u64, i32, u32)> {
        self.events.fills.drain(..).map(|fill| (fill.maker, fill.price, fill.lots)).collect()
    }
}

const fn resting(filled: u32, resting: u32) -> Outcome {
    Outcome::Placed(Placed { filled, resting, cancelled: 0, why: None })
}

const fn cancelled(filled: u32, cancelled: u32, why: Closure) -> Outcome {
    Outcome::Placed(Placed { filled, resting: 0, cancelled, why: Some(why) })
}

#[test]
fn price_goes_before_time_and_makers_set_the_price() {
    let mut desk = Desk::new(Rules::default());
    desk.sell(102, 10);
    desk.sell(101, 10);
    desk.sell(101, 10);
    assert_eq!(desk.buy(102, 35), resting(30, 5));
    assert_eq!(desk.fills(), [(2, 101, 10), (3, 101, 10), (1, 102, 10)]);
    assert_eq!((desk.book.best_bid(), desk.book.best_ask()), (Some(102), None));
}

#[test]
fn orders_that_do_not_stand() {
    let mut desk = Desk::new(Rules::default());
    desk.sell(101, 10);
    desk.sell(103, 10);
    let within = |price| Kind::ImmediateOrCancel { price };
    assert_eq!(desk.place(1, Side::Buy, within(102), 15), cancelled(10, 5, Closure::Unfilled));
    let whole = |price| Kind::FillOrKill { price };
    assert_eq!(desk.place(1, Side::Buy, whole(103), 11), Outcome::Rejected(Rejection::CannotFill));
    assert_eq!(desk.place(1, Side::Buy, whole(103), 9), resting(9, 0));
    assert_eq!(desk.place(1, Side::Buy, Kind::Market, 5), cancelled(1, 4, Closure::Unfilled));
    assert_eq!(desk.place(1, Side::Buy, Kind::Market, 5), cancelled(0, 5, Closure::Unfilled));
    assert_eq!((desk.book.live(), desk.fills().len()), (0, 3));
}

#[test]
fn a_post_only_order_never_takes() {
    let mut desk = Desk::new(Rules::default());
    desk.sell(101, 10);
    let post = |price| Kind::PostOnly { price };
    assert_eq!(desk.place(1, Side::Buy, post(101), 5), Outcome::Rejected(Rejection::WouldTake));
    assert_eq!(desk.place(1, Side::Buy, post(100), 5), resting(0, 5));
    let replace = Command::Replace { id: 3, trader: 1, price: 101, lots: 5 };
    assert_eq!(desk.book.apply(&replace, &mut desk.events), Outcome::Rejected(Rejection::WouldTake));
    assert_eq!(desk.book.get(3).unwrap().price, Some(100));
}

#[test]
fn a_new_slice_of_an_iceberg_goes_to_the_end() {
    let mut desk = Desk::new(Rules::default());
    desk.place(2, Side::Sell, Kind::Iceberg { price: 100, display: 10 }, 25);
    desk.sell(100, 10);
    assert_eq!(desk.book.lots_at(Side::Sell, 100), 20);
    desk.buy(100, 12);
    assert_eq!(desk.fills(), [(1, 100, 10), (2, 100, 2)]);
    desk.buy(100, 20);
    assert_eq!(desk.fills(), [(2, 100, 8), (1, 100, 10), (1, 100, 2)]);
    assert_eq!((desk.book.get(1).unwrap().shown, desk.book.get(1).unwrap().hidden), (3, 0));
}

/// Of 1001 lots shown one at a time each could be a trade: two such orders of all the lots there are never ended.
#[test]
fn an_iceberg_comes_to_a_thousand_slices_at_most() {
    let mut desk = Desk::new(Rules::default());
    let iceberg = |display| Kind::Iceberg { price: 100, display };
    assert_eq!(desk.place(2, Side::Sell, iceberg(1), 1001), Outcome::Rejected(Rejection::BadDisplay));
    assert_eq!(desk.place(2, Side::Sell, iceberg(1), u32::MAX.into()), Outcome::Rejected(Rejection::BadDisplay));
    assert_eq!(desk.place(2, Side::Sell, iceberg(1), 1000), resting(0, 1000));
    let grow = Command::Replace { id: 3, trader: 2, price: 100, lots: 1001 };
    assert_eq!(desk.book.apply(&grow, &mut desk.events), Outcome::Rejected(Rejection::BadDisplay));
    desk.buy(100, 2000);
    assert_eq!(desk.fills().len(), 1000);
}

#[test]
fn a_replaced_order_keeps_its_place_only_when_it_shrinks() {
    let mut desk = Desk::new(Rules::default());
    (0..3).for_each(|_| _ = desk.sell(100, 10));
    let mut replace = |id, price, lots| {
        let command = Command::Replace { id, trader: 2, price, lots };
        match desk.book.apply(&command, &mut desk.events) {
            Outcome::Replaced { kept_priority, .. } => kept_priority,
            other => panic!("{other:?}"),
        }
    };
    assert!(replace(1, 100, 4));
    assert!(!replace(2, 100, 11));
    assert!(!replace(3, 101, 1));
    desk.buy(101, 100);
    assert_eq!(desk.fills(), [(1, 100, 4), (2, 100, 11), (3, 101, 1)]);
}

#[test]
fn only_its_own_trader_takes_an_order_back() {
    let mut desk = Desk::new(Rules::default());
    desk.sell(100, 10);
    let mut cancel = |trader| desk.book.apply(&Command::Cancel { id: 1, trader }, &mut desk.events);
    assert_eq!(cancel(1), Outcome::Rejected(Rejection::NotOwned));
    assert_eq!(cancel(2), Outcome::Cancelled { lots: 10 });
    assert_eq!(cancel(2), Outcome::Rejected(Rejection::UnknownId));
}

/// The trader's own ask of 10 at 101 stands before another's at 102.
#[test]
fn self_trades_are_prevented_as_the_rules_say() {
    let after = |self_trade| {
        let mut desk = Desk::new(Rules { self_trade, ..Rules::default() });
        desk.place(1, Side::Sell, Kind::Limit { price: 101 }, 10);
        desk.sell(102, 10);
        (desk.buy(102, 15), desk.fills().len(), desk.book.live(), desk.events.closed.len())
    };
    assert_eq!(after(SelfTrade::Allowed), (resting(15, 0), 2, 1, 0));
    assert_eq!(after(SelfTrade::CancelNewest), (cancelled(0, 15, Closure::SelfTrade), 0, 2, 0));
    assert_eq!(after(SelfTrade::CancelOldest), (resting(10, 5), 1, 1, 1));
    assert_eq!(after(SelfTrade::CancelBoth), (cancelled(0, 15, Closure::SelfTrade), 0, 1, 1));
}

#[test]
fn a_band_bounds_what_orders_may_name() {
    let band = Some(Band { anchor: Anchor::Reference, width: Width::Millionths(50_000) });
    let mut desk = Desk::new(Rules { band, ..Rules::default() });
    desk.sell(107, 10);
    // Five per cent of 101 are 5.05: from 96 to 106.
    desk.book.set_reference(101).unwrap();
    assert_eq!(desk.book.band(), (96, 106));
    assert_eq!(desk.buy(107, 1), Outcome::Rejected(Rejection::OutsideBand));
    assert_eq!(desk.sell(95, 1), Outcome::Rejected(Rejection::OutsideBand));
    desk.sell(106, 10);
    assert_eq!(desk.place(1, Side::Buy, Kind::Market, 15), cancelled(10, 5, Closure::Band));
}

/// Buyers' stops before sellers', the nearest first; what they trade triggers the next.
#[test]
fn stops_enter_one_after_another() {
    let mut desk = Desk::new(Rules::default());
    for price in [100, 101, 102, 103] {
        desk.sell(price, 10);
    }
    for stop in [102, 101, 101] {
        assert_eq!(desk.place(1, Side::Buy, Kind::Stop { stop }, 10), Outcome::Waiting);
    }
    assert_eq!(desk.place(1, Side::Buy, Kind::StopLimit { stop: 104, price: 104 }, 7), Outcome::Waiting);
    // It takes 100 and one lot of 101: both stops at 101 enter, and what they trade triggers the one at 102.
    desk.buy(101, 11);
    let entered: Vec<u64> = desk.events.triggered.iter().map(|triggered| triggered.id).collect();
    assert_eq!(entered, [6, 7, 5]);
    assert_eq!(
        desk.fills(),
        [(1, 100, 10), (2, 101, 1), (2, 101, 9), (3, 102, 1), (3, 102, 9), (4, 103, 1), (4, 103, 9)]
    );
    assert_eq!(desk.book.stops(Side::Buy).map(|stop| stop.id).collect::<Vec<u64>>(), [8]);
}

#[test]
fn an_order_lives_through_its_last_step() {
    let mut desk = Desk::new(Rules::default());
    let order = Order { until: 3, ..Order::new(1, 1, Side::Buy, Kind::Limit { price: 5 }, 2) };
    desk.book.apply(&Command::Place(order), &mut desk.events);
    desk.book.begin_step(3, &mut desk.events);
    assert_eq!(desk.book.live(), 1);
    desk.book.begin_step(4, &mut desk.events);
    assert_eq!((desk.book.live(), desk.events.closed[0].why), (0, Closure::Expired));
    let late = Command::Place(Order { id: 2, ..order });
    assert_eq!(desk.book.apply(&late, &mut desk.events), Outcome::Rejected(Rejection::AlreadyExpired));
}

#[test]
fn what_a_trader_has_locked_is_the_sum_of_its_orders() {
    for traders in [None, Some(3)] {
        let grid = Grid::new(10, 7).unwrap();
        let rules = Rules { grid, traders, price_max: 1_000_000, lots_max: 1_000_000, ..Rules::default() };
        let mut desk = Desk::new(rules);
        desk.buy(100, 3);
        desk.place(1, Side::Buy, Kind::Iceberg { price: 90, display: 1 }, 5);
        desk.place(1, Side::Buy, Kind::Stop { stop: 120 }, 4);
        desk.place(1, Side::Sell, Kind::Limit { price: 110 }, 6);
        desk.sell(111, 9);
        let locked = desk.book.locked(1);
        assert_eq!(locked.money, (100 * 3 + 90 * 5) * 7);
        assert_eq!((locked.lots_bought_at_any_price, locked.lots_sold), (4, 6));
        let mut ids = Vec::new();
        desk.book.orders_of(1, &mut ids);
        assert_eq!(ids, [1, 2, 3, 4]);
        assert_eq!(desk.book.ahead_of(2), Some((0, 0)));
        // Three lots at 100 and one at 90 are shown on the one side, six and nine on the other.
        assert_eq!(desk.book.imbalance(2), Some((4.0 - 15.0) / (4.0 + 15.0)));
    }
}

/// Orders of all kinds, most of which stand or wait, from step 1 on.
fn crowd(desk: &mut Desk, steps: u64) {
    for step in desk.book.step() + 1..=desk.book.step() + steps {
        desk.book.begin_step(step, &mut desk.events);
        let mut draws = Keys::new(5).stream(Purpose::sample(1), 0, step as u32);
        for _ in 0..200 {
            let side = Side::BOTH[draws.word() as usize % 2];
            let price = 1000 + i64::from(draws.word() % 80) - 40;
            let kind = match draws.word() % 8 {
                0 => Kind::Iceberg { price, display: 2 },
                1 => Kind::Stop { stop: price },
                2 => Kind::StopLimit { stop: price, price },
                _ => Kind::Limit { price },
            };
            let until =
                if draws.word().is_multiple_of(2) { step + u64::from(draws.word() % 4) } else { Order::FOREVER };
            let lots = 2 + i64::from(draws.word() % 20);
            let order = Order { until, ..Order::new(desk.next, draws.word() % 50, side, kind, lots) };
            desk.next += 1;
            desk.book.apply(&Command::Place(order), &mut desk.events);
        }
    }
}

#[test]
fn what_all_have_locked_is_what_each_has() {
    for traders in [None, Some(50)] {
        let mut desk = Desk::new(Rules { traders, ..Rules::default() });
        crowd(&mut desk, 20);
        let mut all = vec![Locked::default(); 50];
        desk.book.each_locked(|trader, locked| all[trader as usize].add(locked));
        for (trader, locked) in (0..).zip(&all) {
            assert_eq!(*locked, desk.book.locked(trader), "trader {trader}");
            // The slow twin: order by order, as anybody can look them up.
            let mut ids = Vec::new();
            desk.book.orders_of(trader, &mut ids);
            let orders: Vec<_> = ids.iter().filter_map(|&id| desk.book.get(id)).collect();
            let sold = orders.iter().filter(|order| order.side == Side::Sell).map(|order| u64::from(order.open()));
            assert_eq!(locked.lots_sold, sold.sum::<u64>());
            let bids = orders.iter().filter(|order| order.side == Side::Buy);
            let cost = bids.map(|order| order.price.map_or(0, |price| i128::from(price) * i128::from(order.open())));
            assert_eq!(locked.money, cost.sum::<i128>());
        }
        assert!(all.iter().any(|locked| locked.lots_bought_at_any_price > 0));
    }
}

/// A cleared book goes on as a new one would that has seen the same last trade.
#[test]
fn a_cleared_book_is_empty_and_serves_on() {
    for traders in [None, Some(50)] {
        let mut desk = Desk::new(Rules { traders, ..Rules::default() });
        crowd(&mut desk, 7);
        let (live, mut gone) = (desk.book.live(), Vec::new());
        desk.book.clear(|trader| gone.push(trader));
        assert_eq!((gone.len(), desk.book.live()), (live as usize, 0));
        assert_eq!((desk.book.best_bid(), desk.book.best_ask()), (None, None));
        assert!((0..50).all(|trader| desk.book.locked(trader) == Locked::default()));
        assert!((1..desk.next).all(|id| desk.book.get(id).is_none()));
        let mut fresh = Desk { next: desk.next, ..Desk::new(Rules { traders, ..Rules::default() }) };
        fresh.book.begin_step(desk.book.step(), &mut fresh.events);
        desk.events.clear();
        crowd(&mut desk, 7);
        crowd(&mut fresh, 7);
        assert_eq!((&desk.events.fills, &desk.events.closed), (&fresh.events.fills, &fresh.events.closed));
        let orders = |book: &Book| Side::BOTH.map(|side| book.orders(side).collect::<Vec<_>>());
        assert_eq!(orders(&desk.book), orders(&fresh.book));
        assert!(live > 100 && desk.events.fills.len() > 100 && !desk.events.closed.is_empty());
    }
}

#[test]
fn orders_with_a_last_step_outlive_those_without_when_a_book_is_cleared_of_them() {
    let mut desk = Desk::new(Rules { traders: Some(50), ..Rules::default() });
    crowd(&mut desk, 7);
    let all: Vec<_> = Side::BOTH.into_iter().flat_map(|side| desk.book.orders(side).collect::<Vec<_>>()).collect();
    let stay: Vec<_> = all.iter().copied().filter(|order| order.until != Order::FOREVER).collect();
    assert!(stay.len() > 10 && all.len() > stay.len() + 10);
    let (live, mut gone) = (desk.book.live(), 0);
    desk.book.clear_unlimited(|_| gone += 1);
    let left: Vec<_> = Side::BOTH.into_iter().flat_map(|side| desk.book.orders(side).collect::<Vec<_>>()).collect();
    assert_eq!(left, stay);
    assert_eq!(gone, live - desk.book.live());
}

#[test]
fn rules_that_cannot_be_kept_are_refused() {
    let refused = |rules: Rules| Book::new(rules).map(drop).unwrap_err();
    assert_eq!(refused(Rules { price_max: 0, ..Rules::default() }), RulesError::PriceMax);
    assert_eq!(refused(Rules { price_max: i32::MAX, ..Rules::default() }), RulesError::PriceMax);
    assert_eq!(refused(Rules { lots_max: 0, ..Rules::default() }), RulesError::LotsMax);
    assert_eq!(refused(Rules { orders_max: 1 << 30, ..Rules::default() }), RulesError::OrdersMax);
    // The largest order at the highest price is worth more than 2⁶³ atoms.
    assert_eq!(refused(Rules { grid: Grid::new(1, 2).unwrap(), ..Rules::default() }), RulesError::ValueMax);
}

/// A long flow of orders over a wandering price: once warm, the book asks for no more memory.
#[test]
fn a_warm_book_takes_no_more_memory() {
    let mut desk = Desk::new(Rules { traders: Some(50), ..Rules::default() });
    let mut warm = 0;
    for part in 0..60_u32 {
        let mut draws = Keys::new(3).stream(Purpose::sample(1), 0, part);
        for _ in 0..4000 {
            let (side, trader) =
                (if draws.word().is_multiple_of(2) { Side::Buy } else { Side::Sell }, draws.word() % 50);
            let price = 10_000 + i64::from(draws.word() % 60) + if side == Side::Buy { -40 } else { -20 };
            desk.place(trader, side, Kind::Limit { price }, 1 + i64::from(draws.word() % 20));
            // Every order of a thousand back is taken back, if it still stands.
            let id = desk.next.saturating_sub(1000);
            if let Some(order) = desk.book.get(id) {
                desk.book.apply(&Command::Cancel { id, trader: order.trader }, &mut desk.events);
            }
            desk.events.clear();
        }
        if part == 20 {
            warm = desk.book.capacity();
        }
    }
    assert_eq!(desk.book.capacity(), warm);
    assert!(desk.book.live() > 100);
}

/// A visitor that changes one column on its way.
struct Tamper<F>(F);

impl<F: FnMut(&str, &mut Vec<i64>)> StateVisitor for Tamper<F> {
    fn u64(&mut self, _name: &str, _value: &mut u64) -> Result<(), StateError> {
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        (self.0)(name, values);
        Ok(())
    }

    fn f64s(&mut self, _name: &str, _values: &mut Vec<f64>) -> Result<(), StateError> {
        Ok(())
    }
}

/// A state that no book has is refused, whatever is wrong with it.
#[test]
fn a_state_that_is_none_is_not_loaded() {
    let bad: [(&str, i64, &str); 7] = [
        ("b bids price", 101, "cross"),
        ("b bids price", 0, "order 1"),
        ("b asks id", 1, "order 1"),
        ("b bids shown", 0, "order 1"),
        ("b bids hidden", 5, "order 1"),
        ("b bids trader", -1, "order 1"),
        ("b asks flags", 9, "order 2"),
    ];
    for (column, value, message) in bad {
        let mut desk = Desk::new(Rules::default());
        desk.buy(99, 10);
        desk.sell(101, 10);
        let mut tamper = Tamper(|name: &str, values: &mut Vec<i64>| {
            if name == column {
                values[0] = value;
            }
        });
        let error = desk.book.visit_state("b", &mut tamper).unwrap_err();
        assert!(error.0.contains(message), "{column}: {error}");
    }
}

#[test]
fn fills_say_who_bought_and_who_sold() {
    let mut desk = Desk::new(Rules::default());
    desk.buy(100, 10);
    desk.sell(100, 4);
    let fill = desk.events.fills[0];
    assert_eq!((fill.buyer(), fill.seller(), fill.aggressor), ((1, 1), (2, 2), Aggressor::Seller));
}

/// Prices further apart than the array of prices reaches keep their order.
#[test]
fn far_prices_keep_their_order() {
    let mut desk = Desk::new(Rules::default());
    let prices = [1_000_000, 5, 999_000, 2_000_000_000, 100, 1_004_095, 1_000_001, 994_000, i64::from(i32::MAX) - 1];
    for price in prices {
        desk.sell(price, 1);
    }
    let mut sorted = prices;
    sorted.sort_unstable();
    assert!(desk.book.depth(Side::Sell).map(|depth| depth.price).eq(sorted));
    for price in sorted {
        assert_eq!(desk.book.best_ask(), Some(price));
        assert_eq!(desk.place(1, Side::Buy, Kind::Market, 1), resting(1, 0));
    }
    // Enough orders far from the array move it there.
    for price in 0..2000 {
        desk.buy(50_000_000 + price, 1);
    }
    assert_eq!((desk.book.best_bid(), desk.book.levels(Side::Buy)), (Some(50_001_999), 2000));
    assert!(desk.book.depth(Side::Buy).map(|depth| depth.price).eq((50_000_000..50_002_000).rev()));
}
