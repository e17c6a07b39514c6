//! Any commands to an order book and to its slow and obvious twin: after each, both have said the same, done the same
//! and hold the same, and the laws of a book hold.

use std::collections::{BTreeMap, VecDeque};

use walras_market::book::{
    Anchor, Band, Book, Closed, Command, Events, Halt, Kind, Order, OrderId, Outcome, Phase, Placed, Rules, SelfTrade,
    Session, Side, Standing, Width,
};
use walras_numerics::{StateError, StateHash, StateHasher, StateVisitor};

#[path = "../../crates/market/tests/book_twin/mod.rs"]
#[allow(unreachable_pub, missing_docs, dead_code)]
pub mod twin;

use twin::Twin;

/// What a book is told that can be shown when it goes wrong.
#[derive(Debug, Clone, Copy)]
enum Action {
    Command(Command),
    BeginStep(u64),
    EndStep,
    Halt(Halt),
    SetReference(i64),
    SaveAndLoad,
}

/// Actions shown when something is wrong.
const SHOWN: usize = 12;

/// What happened how often, by name.
pub type Tally = BTreeMap<&'static str, u64>;

/// Runs the actions that the bytes say; what happened, and under `actions` how many there were.
///
/// # Panics
/// When book and twin differ or a law is broken.
pub fn run(bytes: &[u8]) -> Tally {
    let mut draws = Draws { bytes };
    let rules = draw_rules(&mut draws);
    let mut pair = Pair {
        rules,
        book: Book::new(rules).expect("rules that a book can keep to"),
        twin: Twin::new(rules),
        orders: BTreeMap::new(),
        next_id: 1,
        centre: 100,
        recent: VecDeque::new(),
        tally: Tally::new(),
    };
    while !draws.bytes.is_empty() {
        let action = pair.draw(&mut draws);
        pair.act(action);
    }
    pair.tally
}

/// Bytes read as numbers; zeros once they run out.
struct Draws<'a> {
    bytes: &'a [u8],
}

impl Draws<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        byte
    }

    fn below(&mut self, end: u8) -> u8 {
        self.byte() % end
    }

    fn word(&mut self) -> u64 {
        (0..8).fold(0, |word, _| word << 8 | u64::from(self.byte()))
    }

    /// Mostly what `usual` says, sometimes the end of a range.
    fn number(&mut self, usual: i64, ends: [i64; 4]) -> i64 {
        let byte = self.byte();
        match byte {
            0..248 => usual,
            248 => 0,
            249 => -1,
            250 => i64::MIN,
            251 => i64::MAX,
            _ => ends[usize::from(byte - 252)],
        }
    }
}

fn draw_rules(draws: &mut Draws<'_>) -> Rules {
    let modes = [SelfTrade::Allowed, SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth];
    let sessions = [
        Session::Continuous,
        Session::Continuous,
        Session::CallAuction,
        Session::OpeningAuction { steps: 1 + u32::from(draws.below(3)) },
    ];
    let width = if draws.below(2) == 0 {
        Width::Ticks(draws.below(20).into())
    } else {
        Width::Millionths(u32::from(draws.below(30)) * 10_000)
    };
    let anchor = if draws.below(2) == 0 { Anchor::Reference } else { Anchor::LastTrade };
    let wide = draws.below(4) == 0;
    let (price_max, lots_max) = if wide { (i32::MAX - 1, u32::MAX) } else { (220, 1000) };
    Rules {
        price_max,
        lots_max,
        orders_max: if draws.below(4) == 0 { 12 } else { 1000 },
        traders: (draws.below(2) == 0).then_some(4),
        self_trade: modes[usize::from(draws.below(4))],
        band: (draws.below(3) == 0).then_some(Band { anchor, width }),
        session: sessions[usize::from(draws.below(4))],
        ..Rules::default()
    }
}

/// What an order has been through, by its number.
#[derive(Debug, Clone, Copy)]
struct Account {
    trader: u32,
    side: Side,
    /// The worst price it may trade at; `None` for any.
    limit: Option<i64>,
    open: u64,
}

/// A book, its twin, and what is known of every live order.
struct Pair {
    rules: Rules,
    book: Book,
    twin: Twin,
    orders: BTreeMap<OrderId, Account>,
    next_id: OrderId,
    /// Where most prices are.
    centre: i64,
    recent: VecDeque<Action>,
    tally: Tally,
}

impl Pair {
    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn draw(&mut self, draws: &mut Draws<'_>) -> Action {
        match draws.below(64) {
            0..44 => Action::Command(Command::Place(self.draw_order(draws))),
            44..50 => {
                let id = self.draw_id(draws);
                Action::Command(Command::Cancel { id, trader: self.draw_owner(id, draws) })
            }
            50..56 => {
                let id = self.draw_id(draws);
                let (mut price, lots) = (self.draw_price(draws), self.draw_lots(draws));
                if draws.below(2) == 0 {
                    price = self.orders.get(&id).and_then(|order| order.limit).unwrap_or(price);
                }
                Action::Command(Command::Replace { id, trader: self.draw_owner(id, draws), price, lots })
            }
            56 => Action::Command(Command::CancelAll { trader: draws.below(4).into() }),
            57..60 => Action::BeginStep(self.book.step() + u64::from(draws.below(3))),
            60 | 61 => Action::EndStep,
            62 => match draws.below(3) {
                0 => Action::Halt(Halt { closed: draws.below(3).into(), auction: draws.below(3).into() }),
                _ => {
                    if self.rules.price_max > 1_000_000 {
                        // Prices walk beyond any array of them.
                        self.centre = 100 + i64::from(draws.byte()) * 300;
                    }
                    Action::SetReference(self.centre - 10 + i64::from(draws.below(20)))
                }
            },
            _ => Action::SaveAndLoad,
        }
    }

    fn draw_price(&self, draws: &mut Draws<'_>) -> i64 {
        let near = self.centre + i64::from(draws.below(13)) - 6;
        let max = i64::from(self.rules.price_max);
        let far = 1 + i64::from(draws.byte()) % max;
        let usual = if draws.below(16) == 0 { far } else { near };
        // Far enough from all others to lie outside any array of prices.
        let middle = if max > 1_000_000 { 1_000_000 } else { 150 };
        draws.number(usual, [1, max, max + 1, middle])
    }

    fn draw_lots(&self, draws: &mut Draws<'_>) -> i64 {
        let max = i64::from(self.rules.lots_max);
        let usual = 1 + i64::from(draws.below(24));
        draws.number(usual, [max, max + 1, max - 1, 1])
    }

    /// A live order's number, mostly, or one that has been, or any.
    fn draw_id(&self, draws: &mut Draws<'_>) -> OrderId {
        let byte = draws.byte();
        let live = self.orders.len();
        match byte {
            0..240 if live > 0 => *self.orders.keys().nth(usize::from(byte) % live).unwrap_or(&1),
            0..250 => self.next_id.saturating_sub(byte.into()),
            250 => draws.word(),
            _ => self.next_id,
        }
    }

    /// Whose the order is, mostly.
    fn draw_owner(&self, id: OrderId, draws: &mut Draws<'_>) -> u32 {
        match self.orders.get(&id) {
            Some(order) if draws.below(16) > 0 => order.trader,
            _ => draws.below(4).into(),
        }
    }

    fn draw_order(&mut self, draws: &mut Draws<'_>) -> Order {
        let side = if draws.below(2) == 0 { Side::Buy } else { Side::Sell };
        let (price, stop) = (self.draw_price(draws), self.draw_price(draws));
        let kind = match draws.below(24) {
            0..10 => Kind::Limit { price },
            10..12 => Kind::Market,
            12 | 13 => Kind::ImmediateOrCancel { price },
            14 | 15 => Kind::FillOrKill { price },
            16 => Kind::PostOnly { price },
            17..20 => {
                Kind::Iceberg { price, display: draws.number(i64::from(draws.bytes.len() as u8 % 7), [1, 2, 3, 4]) }
            }
            20 | 21 => Kind::Stop { stop },
            22 => Kind::StopLimit { stop, price },
            _ => Kind::StopImmediate { stop, price },
        };
        let id = match draws.byte() {
            0..6 => self.draw_id(draws),
            6 => draws.word(),
            _ => self.next_id,
        };
        if id == self.next_id {
            self.next_id += 1;
        }
        let step = self.book.step();
        let until = match draws.below(16) {
            0 => step.saturating_sub(1),
            1..5 => step + u64::from(draws.below(4)),
            _ => Order::FOREVER,
        };
        let trader = u32::from(draws.below(2)) + if draws.below(32) == 0 { 3 } else { 0 };
        Order { id, trader, side, kind, lots: self.draw_lots(draws), until }
    }

    fn act(&mut self, action: Action) {
        self.recent.push_back(action);
        if self.recent.len() > SHOWN {
            self.recent.pop_front();
        }
        self.count("actions");
        let (mut done, mut expected) = (Events::default(), Events::default());
        let (book, twin) = (&mut self.book, &mut self.twin);
        match action {
            Action::Command(command) => {
                let outcome = book.apply(&command, &mut done);
                let same = twin.apply(&command, &mut expected);
                self.assert(outcome == same, &format!("it said {outcome:?}, its twin {same:?}"));
                self.account(&command, outcome, &done);
            }
            Action::BeginStep(step) => {
                book.begin_step(step, &mut done);
                twin.begin_step(step, &mut expected);
            }
            Action::EndStep => {
                let crossing = book.end_step(&mut done);
                let same = twin.end_step(&mut expected);
                self.assert(crossing == same, &format!("it crossed at {crossing:?}, its twin at {same:?}"));
                if crossing.is_some() {
                    self.count("uncrossed");
                }
            }
            Action::Halt(halt) => {
                book.halt(halt);
                twin.halt(halt);
            }
            Action::SetReference(price) => {
                book.set_reference(price).expect("a price within the range");
                twin.set_reference(price);
            }
            Action::SaveAndLoad => self.book = loaded(&mut self.book),
        }
        self.assert(done == expected, &format!("it did {done:#?}\nits twin {expected:#?}"));
        self.settle(&done);
        self.compare();
    }

    fn assert(&self, right: bool, message: &str) {
        assert!(right, "{message}\nby {:?}\nafter …{:#?}", self.rules, self.recent);
    }

    /// Takes in the command's own order.
    fn account(&mut self, command: &Command, outcome: Outcome, events: &Events) {
        match (*command, outcome) {
            (Command::Place(order), Outcome::Placed(_) | Outcome::Waiting) => {
                let limit = match order.kind {
                    Kind::Market | Kind::Stop { .. } => None,
                    Kind::Limit { price }
                    | Kind::ImmediateOrCancel { price }
                    | Kind::FillOrKill { price }
                    | Kind::PostOnly { price }
                    | Kind::Iceberg { price, .. }
                    | Kind::StopLimit { price, .. }
                    | Kind::StopImmediate { price, .. } => Some(price),
                };
                let open = order.lots.unsigned_abs();
                self.orders.insert(order.id, Account { trader: order.trader, side: order.side, limit, open });
                self.placed(order.id, outcome);
            }
            (Command::Cancel { id, .. }, Outcome::Cancelled { lots }) => {
                let account = self.orders.remove(&id).expect("a live order");
                self.assert(account.open == lots, "a cancellation returned another quantity than was open");
            }
            (Command::Replace { id, price, lots, .. }, Outcome::Replaced { placed, kept_priority }) => {
                self.count(if kept_priority { "kept_priority" } else { "lost_priority" });
                let account = self.orders.get_mut(&id).expect("a live order");
                (account.limit, account.open) = (Some(price), lots.unsigned_abs());
                self.placed(id, Outcome::Placed(placed));
            }
            (Command::CancelAll { .. }, Outcome::Cancelled { lots }) => {
                let sum: u64 = events.closed.iter().map(|closed| u64::from(closed.lots)).sum();
                self.assert(sum == lots, "all that was cancelled is not the sum of its parts");
            }
            (_, Outcome::Rejected(why)) => {
                self.count(why.name());
                self.assert(*events == Events::default(), "a rejected command did something");
            }
            _ => self.assert(false, "the outcome is of another command"),
        }
    }

    /// Lots that an order's outcome says were cancelled leave its account; what traded leaves with the fills.
    fn placed(&mut self, id: OrderId, outcome: Outcome) {
        let Outcome::Placed(Placed { filled, resting, cancelled, why }) = outcome else { return };
        if let Some(why) = why {
            self.count(why.name());
        }
        let account = self.orders.get_mut(&id).expect("an order that has an account");
        let whole = account.open == u64::from(filled) + u64::from(resting) + u64::from(cancelled);
        account.open -= u64::from(cancelled);
        self.assert(whole, "filled, resting and cancelled lots are not what was asked");
        self.assert(why.is_some() == (cancelled > 0), "lots were cancelled without a reason");
    }

    /// Takes fills and closures from the accounts: nothing beyond a limit, nothing more than was open.
    fn settle(&mut self, events: &Events) {
        for triggered in &events.triggered {
            self.count("triggered");
            self.placed(triggered.id, Outcome::Placed(triggered.placed));
        }
        for fill in &events.fills {
            self.count(if fill.maker_trader == fill.taker_trader { "traded_with_itself" } else { "fills" });
            for (id, side) in [(fill.buyer().0, Side::Buy), (fill.seller().0, Side::Sell)] {
                let account = *self.orders.get(&id).unwrap_or_else(|| panic!("{id} traded and has no account"));
                let within = account.limit.is_none_or(|limit| side.accepts(limit, fill.price.into()));
                let right = within && account.side == side && account.open >= u64::from(fill.lots) && fill.lots > 0;
                self.assert(right, &format!("{fill:?} is not what {account:?} allows"));
                self.orders.get_mut(&id).expect("it was there").open -= u64::from(fill.lots);
            }
        }
        for Closed { id, lots, why, .. } in &events.closed {
            self.count(why.name());
            let account = self.orders.get_mut(id).expect("an order that closes has an account");
            let right = account.open == u64::from(*lots);
            account.open = 0;
            self.assert(right, "an order closed with another quantity than was open");
        }
        self.orders.retain(|_, account| account.open > 0);
    }

    /// Both hold the same, and it is what the accounts say.
    fn compare(&self) {
        let (book, twin) = (&self.book, &self.twin);
        for side in Side::BOTH {
            let found: Vec<Standing> = book.orders(side).chain(book.stops(side)).collect();
            let expected = twin.standing(side);
            self.assert(found == expected, &format!("{side:?}: {found:#?}, its twin {expected:#?}"));
            for order in &found {
                let open = self.orders.get(&order.id).map(|account| account.open);
                self.assert(open == Some(order.open().into()), "something was created or lost");
            }
        }
        let numbers = (book.last_price(), book.band(), book.phase());
        self.assert(numbers == twin.numbers(), &format!("{numbers:?}, its twin {:?}", twin.numbers()));
        self.assert((book.best_bid(), book.best_ask()) == (twin.best_bid(), twin.best_ask()), "best prices differ");
        let live = book.live() as usize;
        self.assert(live == self.orders.len() && live == twin.live(), "the number of live orders is wrong");
        let crossed = book.is_crossed() && book.phase() == Phase::Continuous;
        self.assert(!crossed, "the book stands crossed");
        // What is derived from the orders need not be looked at as often as the orders.
        if self.tally["actions"].is_multiple_of(8) {
            self.compare_depth();
        }
    }

    /// Sums over prices and traders are the sums over orders.
    fn compare_depth(&self) {
        for side in Side::BOTH {
            let mut sums: Vec<(i64, u32, u64)> = Vec::new();
            let edge = if side == Side::Buy { i64::from(self.rules.price_max) } else { 1 };
            for order in self.book.orders(side) {
                let price = order.price.unwrap_or(edge);
                match sums.last_mut() {
                    Some(last) if last.0 == price => *last = (price, last.1 + 1, last.2 + u64::from(order.shown)),
                    _ => sums.push((price, 1, order.shown.into())),
                }
            }
            let depth: Vec<(i64, u32, u64)> = self.book.depth(side).map(|at| (at.price, at.orders, at.lots)).collect();
            self.assert(depth == sums, &format!("depth {depth:?}, orders {sums:?}"));
            self.assert(self.book.levels(side) as usize == sums.len(), "the number of prices is wrong");
        }
        let mut ids = Vec::new();
        (0..8).for_each(|trader| self.book.orders_of(trader, &mut ids));
        ids.sort_unstable();
        self.assert(ids.iter().eq(self.orders.keys()), "the traders' orders are not those of the book");
    }
}

/// A new book that has loaded what `book` saved; both have one hash.
fn loaded(book: &mut Book) -> Book {
    let mut tape = Tape::default();
    book.visit_state("book", &mut tape).expect("a tape takes everything");
    let mut again = Book::new(*book.rules()).expect("rules of a book");
    (tape.loads, tape.at) = (true, 0);
    again.visit_state("book", &mut tape).expect("a state of this book");
    assert_eq!(hash(book), hash(&mut again), "the loaded book has another hash");
    again
}

fn hash(book: &mut Book) -> StateHash {
    let mut hasher = StateHasher::default();
    book.visit_state("book", &mut hasher).expect("a hasher takes everything");
    hasher.finish()
}

/// Columns saved and loaded in order.
#[derive(Default)]
struct Tape {
    columns: Vec<Vec<i64>>,
    loads: bool,
    at: usize,
}

impl StateVisitor for Tape {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        let mut column = vec![value.cast_signed()];
        self.i64s(name, &mut column)?;
        *value = column[0].cast_unsigned();
        Ok(())
    }

    fn i64s(&mut self, _name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        if self.loads {
            values.clone_from(&self.columns[self.at]);
        } else {
            self.columns.push(values.clone());
        }
        self.at += 1;
        Ok(())
    }

    fn f64s(&mut self, name: &str, _values: &mut Vec<f64>) -> Result<(), StateError> {
        Err(StateError(format!("a book has no floats, but {name}")))
    }
}
