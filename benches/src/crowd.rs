//! A crowd of zero-intelligence traders on an order book: the economy that is measured, and the same by hand.
//!
//! By hand, traders decide in one sweep and lock what their orders could cost in two columns of atoms; the orders go into
//! a bare [`Book`] in the same random order, and fills change the columns at once. Every agent must end with the same
//! atoms as in the engine, which the tests compare.

use std::path::Path;

use walras_engine::{Scratch, World, advance};
use walras_ledger::{AssetId, Atoms};
use walras_market::arrival::{self, Arrival, Ticket};
use walras_market::book::{Book, Command, Events, Kind, Order, Outcome, Rules, Side};
use walras_numerics::{CHUNK, Keys, Purpose};
use walras_scenario::Loaded;

/// The draws of a run.
pub const SEED: u64 = 20_261_125;
/// The lowest and the highest price that anybody quotes.
const RANGE: (f64, f64) = (1.0, 200.0);
/// Between these lie the traders' valuations.
const VALUATIONS: (f64, f64) = (50.0, 150.0);
/// The smallest step of prices: a power of two, so that no price is rounded.
const TICK: f64 = 0.125;
/// Atoms in one unit of money, in one token and in one order.
const SCALE: i64 = 1_000_000;
/// Atoms of money in one tick of the price of a lot.
const TICK_ATOMS: i64 = 125_000;

/// How long orders stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// To the end of the step in which they came.
    OneStep,
    /// Until the agent's next order takes their place, or they trade.
    Replaced,
    /// To the end of so many steps more.
    Steps(u32),
}

/// A crowd.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// How many agents.
    pub agents: usize,
    /// Whether nobody bids above its valuation or asks below it (ZI-C), or everybody quotes anywhere (ZI-U).
    pub constrained: bool,
    /// How long orders stand.
    pub standing: Standing,
    /// Money that each agent begins with.
    pub balance: f64,
    /// Tokens that each agent begins with.
    pub holding: f64,
}

impl Crowd {
    /// Rich enough that nearly every order can be paid for in the first few hundred steps.
    #[must_use]
    pub fn rich(agents: usize, constrained: bool, standing: Standing) -> Self {
        Self { agents, constrained, standing, balance: 1e6, holding: 1e4 }
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> Loaded {
        let standing = match self.standing {
            Standing::OneStep => "lifetime = 0\nreplace = false".to_owned(),
            Standing::Replaced => "replace = true".to_owned(),
            Standing::Steps(steps) => format!("lifetime = {steps}\nreplace = false"),
        };
        let constraint = if self.constrained { "constrained" } else { "unconstrained" };
        let ((lowest, highest), (low, high)) = (RANGE, VALUATIONS);
        let total = self.holding * self.agents as f64;
        let text = format!(
            "[run]\nname = 'crowd'\nsteps = 1\nseed = {SEED}\n[assets.TOKEN]\n\
             [markets.book]\nkind = 'order_book'\nasset = 'TOKEN'\nreference = 100.0\ntick = {TICK}\n\
             highest_price = 400.0\n{standing}\n\
             [cohorts.crowd]\nsize = {}\nbalance = {}\n\
             policy = {{ kind = 'zero_intelligence', constraint = '{constraint}', lowest = {lowest}, \
             highest = {highest}, valuation = {{ kind = 'uniform', low = {low}, high = {high} }} }}\n\
             [distributions.genesis]\nasset = 'TOKEN'\ntotal = {total}\nshares = {{ kind = 'uniform' }}\n",
            self.agents, self.balance
        );
        Loaded::from_text("crowd.toml", &text, Path::new(""), &[]).unwrap_or_else(|error| panic!("{error}"))
    }

    /// How many of the last orders can be live at most, as a power of two.
    fn ring(&self) -> usize {
        let steps = if let Standing::Steps(steps) = self.standing { steps as usize } else { 0 };
        (self.agents * (steps + 2)).next_power_of_two()
    }

    /// The world of the scenario.
    #[must_use]
    pub fn world(&self) -> World {
        self.scenario().build(SEED, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world
    }
}

/// What happened over some steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Orders that were given.
    pub orders: u64,
    /// Trades; two orders are matched in each.
    pub trades: u64,
    /// Orders that could not be paid for, or were refused on arrival.
    pub refused: u64,
}

/// Takes the engine's world `steps` steps.
pub fn run(world: &mut World, scratch: &mut Scratch, steps: usize) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..steps {
        let happened = advance(world, scratch).unwrap_or_else(|broken| panic!("{broken}"));
        let figures = &happened.record.markets[0];
        tally.orders += figures.orders;
        tally.trades += (figures.bought / i128::from(SCALE)) as u64;
        tally.refused += figures.rejected.iter().sum::<u64>();
    }
    tally
}

/// The crowd by hand.
#[derive(Debug, Clone)]
pub struct ByHand {
    constrained: bool,
    standing: Standing,
    /// Private valuations, in ticks.
    valuation: Vec<f64>,
    /// Money that can be spent, in atoms.
    pub money: Vec<Atoms>,
    /// Tokens that can be sold, in atoms.
    pub tokens: Vec<Atoms>,
    /// Where orders are replaced: the number of each agent's live order, 0 for none.
    live: Vec<u64>,
    /// Likewise: its price in ticks, below zero for an ask; 0 for none.
    stands: Vec<i32>,
    /// The same when the step began.
    stood: Vec<i32>,
    /// The prices of the last orders by number, in ticks: a ring that holds all that can be live.
    prices: Vec<i32>,
    /// What each agent asks: a price in ticks, below zero for an ask; 0 for nothing.
    asked: Vec<i32>,
    entity: u64,
    book: Book,
    events: Events,
    tickets: Vec<Ticket>,
    spare: Vec<Ticket>,
    next: u64,
    step: u32,
}

impl ByHand {
    /// Begins where `world`, the one of `crowd`, stands at its start.
    #[must_use]
    pub fn new(crowd: &Crowd, world: &World) -> Self {
        let cohort = &world.cohorts[0];
        let venue = &world.venues[0];
        let on = venue.book().unwrap_or_else(|| panic!("a crowd trades on a book"));
        let column = |asset| world.ledger.column(cohort.id, asset).unwrap_or_default().to_vec();
        // The valuations that the cohort drew: the same distribution, drawn again.
        let draw = |row: u64| {
            let u = Keys::new(SEED).stream(Purpose::parameter(0), cohort.entity + row, 0).open_unit();
            VALUATIONS.0 * (1.0 - u) + VALUATIONS.1 * u
        };
        Self {
            constrained: crowd.constrained,
            standing: crowd.standing,
            valuation: (0..crowd.agents as u64).map(|row| draw(row) / TICK).collect(),
            money: column(AssetId::NUMERAIRE),
            tokens: column(venue.asset),
            live: vec![0; crowd.agents],
            stands: vec![0; crowd.agents],
            stood: vec![0; crowd.agents],
            prices: vec![0; crowd.ring()],
            asked: vec![0; crowd.agents],
            entity: cohort.entity,
            book: empty(*on.book.rules()),
            events: Events::default(),
            tickets: Vec::new(),
            spare: Vec::new(),
            next: 1,
            step: 0,
        }
    }

    /// Takes `steps` steps.
    pub fn run(&mut self, steps: usize) -> Tally {
        let mut tally = Tally::default();
        for _ in 0..steps {
            self.decide(&mut tally);
            self.book.begin_step(self.step.into(), &mut self.events);
            self.give_back_closed();
            arrival::sort(Arrival::Shuffled, &mut self.tickets, &mut self.spare, |_| 0);
            let tickets = std::mem::take(&mut self.tickets);
            for ticket in &tickets {
                self.serve(ticket.place, &mut tally);
            }
            self.tickets = tickets;
            if self.standing == Standing::OneStep {
                self.clear();
            }
            self.step += 1;
        }
        tally
    }

    /// Lets everybody quote, and drops what cannot be paid for.
    fn decide(&mut self, tally: &mut Tally) {
        let Self { valuation, money, tokens, asked, stands, stood, tickets, constrained, entity, step, .. } = self;
        let keys = Keys::new(SEED);
        let (lowest, highest) = (RANGE.0 / TICK, RANGE.1 / TICK);
        let (mut sides, mut prices, mut arrivals) = ([0; CHUNK], [0; CHUNK], [0; CHUNK]);
        tickets.clear();
        stood.copy_from_slice(stands);
        for first in (0..asked.len()).step_by(CHUNK) {
            let rows = first..(first + CHUNK).min(asked.len());
            let len = rows.len();
            keys.fill(Purpose::decision(0), *entity + first as u64, *step, &mut sides[..len]);
            keys.fill(Purpose::decision(1), *entity + first as u64, *step, &mut prices[..len]);
            keys.fill(Purpose::arrival(0), *entity + first as u64, *step, &mut arrivals[..len]);
            for (i, row) in rows.enumerate() {
                let unit = |word: u32| f64::from(word) * (1.0 / 4_294_967_296.0);
                let bids = unit(sides[i]) < 0.5;
                let high = if bids && *constrained { valuation[row].floor() } else { highest };
                let low = if !bids && *constrained { valuation[row].ceil() } else { lowest };
                let price = low + (unit(prices[i]) * (high - low + 1.0)).floor();
                let cost = price * TICK_ATOMS as f64 * (1.0 + 1e-12) + 4.0;
                let purse = money[row] + i64::from(stood[row].max(0)) * TICK_ATOMS;
                let stock = tokens[row] + if stood[row] < 0 { SCALE } else { 0 };
                let pays = if bids { cost <= purse as f64 * (1.0 - 1e-12) } else { stock >= SCALE };
                tally.orders += 1;
                tally.refused += u64::from(!pays);
                asked[row] = if !pays {
                    0
                } else if bids {
                    price as i32
                } else {
                    -(price as i32)
                };
                if pays {
                    tickets.push(Ticket { key: arrivals[i], place: row as u32 });
                }
            }
        }
    }

    /// Takes one agent's order to the book.
    fn serve(&mut self, place: u32, tally: &mut Tally) {
        let row = place as usize;
        let asked = self.asked[row];
        let (side, price) = (if asked > 0 { Side::Buy } else { Side::Sell }, i64::from(asked.abs()));
        if self.standing == Standing::Replaced && !self.make_room(place, asked) {
            tally.refused += 1;
            return;
        }
        let until = match self.standing {
            Standing::Steps(steps) => u64::from(self.step) + u64::from(steps),
            Standing::OneStep | Standing::Replaced => Order::FOREVER,
        };
        let mask = self.prices.len() - 1;
        self.prices[self.next as usize & mask] = asked.abs();
        let order = Order { until, ..Order::new(self.next, place, side, Kind::Limit { price }, 1) };
        self.next += 1;
        let Outcome::Placed(placed) = self.book.apply(&Command::Place(order), &mut self.events) else {
            panic!("a plain order is placed")
        };
        // What its order could cost leaves the agent, and comes back as far as it is not needed.
        match side {
            Side::Buy => self.money[row] -= price * TICK_ATOMS,
            Side::Sell => self.tokens[row] -= SCALE,
        }
        for i in 0..self.events.fills.len() {
            let fill = self.events.fills[i];
            let cost = i64::from(fill.price) * TICK_ATOMS;
            let (buyer, seller) = (fill.buyer().1 as usize, fill.seller().1 as usize);
            self.tokens[buyer] += SCALE;
            self.money[seller] += cost;
            if side == Side::Buy {
                self.money[row] += price * TICK_ATOMS - cost;
            }
            self.live[fill.maker_trader as usize] = 0;
            self.stands[fill.maker_trader as usize] = 0;
            tally.trades += 1;
        }
        self.events.fills.clear();
        self.give_back_closed();
        if self.standing == Standing::Replaced {
            let rests = placed.resting > 0;
            (self.live[row], self.stands[row]) = if rests { (self.next - 1, asked) } else { (0, 0) };
        }
    }

    /// Takes back an agent's last order. False where that has traded in this step and what it had locked is needed.
    fn make_room(&mut self, place: u32, asked: i32) -> bool {
        let row = place as usize;
        let (id, stood) = (std::mem::take(&mut self.live[row]), i64::from(self.stood[row]));
        self.stands[row] = 0;
        if id == 0 {
            return stood == 0 || (stood > 0) != (asked > 0);
        }
        self.book.apply(&Command::Cancel { id, trader: place }, &mut self.events);
        if stood > 0 {
            self.money[row] += stood * TICK_ATOMS;
        } else {
            self.tokens[row] += SCALE;
        }
        true
    }

    fn give_back_closed(&mut self) {
        for closed in self.events.closed.drain(..) {
            match closed.side {
                Side::Buy => {
                    let price = self.prices[closed.id as usize & (self.prices.len() - 1)];
                    self.money[closed.trader as usize] += i64::from(price) * TICK_ATOMS;
                }
                Side::Sell => self.tokens[closed.trader as usize] += SCALE,
            }
        }
    }

    /// Empties the book and gives back what its orders have locked.
    fn clear(&mut self) {
        for side in Side::BOTH {
            for order in self.book.orders(side) {
                match order.price {
                    Some(price) if side == Side::Buy => self.money[order.trader as usize] += price * TICK_ATOMS,
                    _ => self.tokens[order.trader as usize] += SCALE,
                }
            }
        }
        self.book = empty(*self.book.rules());
    }
}

fn empty(rules: Rules) -> Book {
    Book::new(Rules { traders: None, ..rules }).unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oracle of the fast path: every agent ends with the same atoms, those that its orders have locked included,
    /// after every few steps, rich crowds and crowds that run out of money and tokens.
    #[test]
    fn the_engine_ends_in_the_same_balances() {
        for standing in [Standing::OneStep, Standing::Replaced, Standing::Steps(3)] {
            for (agents, constrained, balance, holding) in
                [(1, false, 1e6, 1e4), (300, true, 1e6, 1e4), (300, false, 300.0, 3.0), (3000, true, 500.0, 4.0)]
            {
                let crowd = Crowd { agents, constrained, standing, balance, holding };
                let mut engine = crowd.world();
                let mut hand = ByHand::new(&crowd, &engine);
                let mut scratch = Scratch::default();
                for _ in 0..10 {
                    let (ours, theirs) = (run(&mut engine, &mut scratch, 3), hand.run(3));
                    assert_eq!(ours, theirs, "{crowd:?}");
                    engine.ledger.deliver().unwrap();
                    let column = |asset| engine.ledger.column(engine.cohorts[0].id, asset).unwrap().to_vec();
                    let (money, tokens) = (column(AssetId::NUMERAIRE), column(engine.venues[0].asset));
                    assert_eq!((&hand.money, &hand.tokens), (&money, &tokens), "{crowd:?}");
                }
                assert!(agents == 1 || hand.next > 1000);
            }
        }
    }
}
