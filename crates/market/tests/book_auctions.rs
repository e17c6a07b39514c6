//! Auctions and sessions of an order book, by published and hand-worked examples.

use walras_market::book::{
    Aggressor, Book, Closure, Command, Crossed, Crossing, Events, Halt, Kind, Order, Outcome, Phase, Rejection, Rules,
    Session, SessionError, Side,
};

fn book(session: Session) -> Book {
    Book::new(Rules { session, ..Rules::default() }).unwrap()
}

fn place(book: &mut Book, id: u64, side: Side, kind: Kind, lots: i64) -> (Outcome, Events) {
    let mut events = Events::default();
    let outcome = book.apply(&Command::Place(Order::new(id, id as u32, side, kind, lots)), &mut events);
    (outcome, events)
}

fn limit(book: &mut Book, id: u64, side: Side, price: i64, lots: i64) {
    let (outcome, _) = place(book, id, side, Kind::Limit { price }, lots);
    assert!(matches!(outcome, Outcome::Placed(placed) if placed.resting > 0), "{outcome:?}");
}

fn crossed(bids: &[(i64, u64)], asks: &[(i64, u64)], reference: Option<i64>) -> Crossed {
    Crossed { bids: bids.to_vec(), asks: asks.to_vec(), reference, ..Crossed::default() }
}

const BIDS: [(i64, u64); 9] = [
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
const ASKS: [(i64, u64); 10] = [
    (12200, 10),
    (12300, 125),
    (12400, 155),
    (12500, 90),
    (12600, 20),
    (12700, 10),
    (12800, 15),
    (12900, 10),
    (13000, 50),
    (13100, 35),
];

/// The example of a published opening auction: 290 at 12400. By hand, 480 are bought and 290 sold there.
#[test]
fn the_published_example_crosses_at_12400() {
    let expected = Some(Crossing { price: 12400, lots: 290 });
    assert_eq!(crossed(&BIDS, &ASKS, None).crossing(), expected);
    let mut book = book(Session::OpeningAuction { steps: 1 });
    for (id, &(price, lots)) in (1..).zip(&BIDS) {
        limit(&mut book, id, Side::Buy, price, lots.cast_signed());
    }
    for (id, &(price, lots)) in (100..).zip(&ASKS) {
        limit(&mut book, id, Side::Sell, price, lots.cast_signed());
    }
    assert!(book.is_crossed() && book.uncrosses());
    let mut events = Events::default();
    assert_eq!(book.end_step(&mut events), expected);
    assert_eq!(events.fills.iter().map(|fill| u64::from(fill.lots)).sum::<u64>(), 290);
    assert!(events.fills.iter().all(|fill| fill.price == 12400 && fill.aggressor == Aggressor::Nobody));
    // Bids of 280 are better than 12400, so 10 of the 200 there trade, and every ask at 12400 or below.
    assert_eq!((book.lots_at(Side::Buy, 12400), book.best_bid(), book.best_ask()), (190, Some(12400), Some(12500)));
    assert_eq!((book.phase(), book.last_price()), (Phase::Continuous, Some(12400)));
}

/// Two prices at which 150 trade, one with a surplus of 30 and one with none.
#[test]
fn the_least_surplus_decides_between_equal_volumes() {
    let tied = crossed(&[(101, 150), (100, 30)], &[(99, 100), (100, 50)], None);
    assert_eq!(tied.crossing(), Some(Crossing { price: 101, lots: 150 }));
}

/// Buyers left over at every tied price take the highest, sellers the lowest, and otherwise the reference decides.
#[test]
fn pressure_then_the_reference_decide() {
    let price = |crossed: Crossed| crossed.crossing().map(|crossing| crossing.price);
    assert_eq!(price(crossed(&[(105, 200)], &[(100, 150)], Some(90))), Some(105));
    assert_eq!(price(crossed(&[(105, 150)], &[(100, 200)], Some(190))), Some(100));
    let even = |reference| crossed(&[(105, 100)], &[(100, 100)], reference);
    assert_eq!(price(even(Some(103))), Some(105));
    assert_eq!(price(even(Some(102))), Some(100));
    assert_eq!(price(even(Some(400))), Some(105));
    assert_eq!(price(even(None)), Some(100));
    assert_eq!(price(crossed(&[(99, 10)], &[(100, 10)], Some(100))), None);
}

/// At the price chosen the earlier order at a limit trades first, and the last in line in part.
#[test]
fn time_decides_at_the_margin() {
    let mut book = book(Session::CallAuction);
    limit(&mut book, 1, Side::Buy, 100, 10);
    limit(&mut book, 2, Side::Buy, 100, 10);
    limit(&mut book, 3, Side::Buy, 101, 10);
    limit(&mut book, 4, Side::Sell, 100, 25);
    let mut events = Events::default();
    assert_eq!(book.end_step(&mut events), Some(Crossing { price: 100, lots: 25 }));
    let fills: Vec<(u64, u64, u32)> = events.fills.iter().map(|fill| (fill.maker, fill.taker, fill.lots)).collect();
    assert_eq!(fills, [(3, 4, 10), (1, 4, 10), (2, 4, 5)]);
    assert_eq!(book.phase(), Phase::Auction);
}

/// A market order trades before every limit, and what is left of it does not outlive the auction.
#[test]
fn market_orders_take_part() {
    let mut book = book(Session::CallAuction);
    limit(&mut book, 1, Side::Buy, 100, 10);
    place(&mut book, 2, Side::Buy, Kind::Market, 30);
    limit(&mut book, 3, Side::Sell, 95, 20);
    let crossed = book.crossed();
    assert_eq!((crossed.bids.as_slice(), crossed.market_bids), ([(100, 10)].as_slice(), 30));
    let mut events = Events::default();
    assert_eq!(book.end_step(&mut events), Some(Crossing { price: 100, lots: 20 }));
    assert_eq!((events.fills[0].maker, events.fills[0].lots), (2, 20));
    assert_eq!((events.closed[0].id, events.closed[0].lots, events.closed[0].why), (2, 10, Closure::Unfilled));
    assert_eq!(book.best_bid(), Some(100));
}

/// An iceberg trades with all it has where it stands; then it shows its next slice at the end of its queue.
#[test]
fn icebergs_take_part_with_what_they_hide() {
    let mut book = book(Session::CallAuction);
    place(&mut book, 1, Side::Sell, Kind::Iceberg { price: 100, display: 5 }, 50);
    limit(&mut book, 2, Side::Sell, 100, 10);
    limit(&mut book, 3, Side::Buy, 100, 35);
    let mut events = Events::default();
    book.end_step(&mut events);
    assert_eq!((events.fills[0].taker, events.fills[0].lots, events.fills.len()), (1, 35, 1));
    let left = book.get(1).unwrap();
    assert_eq!((left.shown, left.hidden, book.ahead_of(1)), (5, 10, Some((1, 10))));
}

/// A price and volume found elsewhere are taken when they can trade.
#[test]
fn another_choice_of_price_is_held_to_the_book() {
    let mut book = book(Session::OpeningAuction { steps: 1 });
    limit(&mut book, 1, Side::Buy, 105, 10);
    limit(&mut book, 2, Side::Buy, 104, 10);
    limit(&mut book, 3, Side::Sell, 100, 20);
    let mut events = Events::default();
    let mut at = |price, lots| {
        let chosen = Some(Crossing { price, lots });
        book.end_step_at(|_| chosen, &mut events)
    };
    assert_eq!(at(105, 20), Err(SessionError::Lots));
    assert_eq!(at(0, 5), Err(SessionError::Price));
    // Ten trade, ten still cross.
    assert_eq!(at(105, 10), Err(SessionError::StillCrossed));
    assert_eq!(at(102, 10), Ok(Some(Crossing { price: 102, lots: 10 })));
    assert_eq!((book.live(), book.phase(), book.last_price()), (0, Phase::Continuous, Some(102)));
    assert_eq!(book.uncross_at(None, Phase::Continuous, &mut events), Err(SessionError::NoAuction));
}

/// Closed for this step and the next, an auction in the third, continuous in the fourth.
#[test]
fn a_halt_ends_with_an_auction() {
    let mut book = book(Session::Continuous);
    limit(&mut book, 1, Side::Buy, 100, 10);
    limit(&mut book, 2, Side::Buy, 99, 10);
    let mut events = Events::default();
    book.halt(Halt { closed: 2, auction: 1 });
    let phases: Vec<Phase> = (0..4)
        .map(|step| {
            book.begin_step(step, &mut events);
            let phase = book.phase();
            let (outcome, _) = place(&mut book, 10 + step, Side::Sell, Kind::Limit { price: 100 }, 4);
            match phase {
                Phase::Closed => assert_eq!(outcome, Outcome::Rejected(Rejection::Closed)),
                Phase::Auction => assert!(book.is_crossed()),
                Phase::Continuous => assert!(!book.is_crossed()),
            }
            book.end_step(&mut events);
            phase
        })
        .collect();
    assert_eq!(phases, [Phase::Closed, Phase::Closed, Phase::Auction, Phase::Continuous]);
    assert_eq!(events.fills.len(), 1);
    let cancel = Command::Cancel { id: 2, trader: 2 };
    book.halt(Halt { closed: 1, auction: 1 });
    assert_eq!(book.apply(&cancel, &mut events), Outcome::Cancelled { lots: 10 });
}

/// The price of the opening triggers a stop, which enters when trading has become continuous.
#[test]
fn the_opening_triggers_stops() {
    let mut book = book(Session::OpeningAuction { steps: 1 });
    limit(&mut book, 1, Side::Buy, 100, 10);
    limit(&mut book, 2, Side::Sell, 100, 10);
    limit(&mut book, 3, Side::Sell, 103, 10);
    assert_eq!(place(&mut book, 4, Side::Buy, Kind::Stop { stop: 100 }, 4).0, Outcome::Waiting);
    let mut events = Events::default();
    book.end_step(&mut events);
    assert_eq!((events.triggered[0].id, events.triggered[0].placed.filled), (4, 4));
    assert_eq!((events.fills[1].price, events.fills[1].aggressor), (103, Aggressor::Buyer));
}
