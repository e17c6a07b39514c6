//! Laws that every policy, distribution and objective keeps. A new entry is under them without a line here: its
//! parameters are filled in from its own description.

mod bench;
mod samples;

use std::ops::Range;

use bench::{Bench, Ramp};
use samples::{Sample, samples};
use walras_agents::objective::{AnyObjective, Wealth};
use walras_agents::observation::{Quotes, Shout};
use walras_agents::policy::custom::{Decision, per_agent};
use walras_agents::policy::{AnyPolicy, Build};
use walras_agents::population::{AnyDistribution, Setup};
use walras_catalog::{Bounds, Read};
use walras_ledger::Atoms;
use walras_market::command::{Action, Command, Quote};
use walras_market::order::{Limit, Orders, Side};
use walras_numerics::{CHUNK, Column, Keys, Purpose};

const N: usize = 2600;
const STEPS: u32 = 12;

/// Every policy with every sample of its parameters, and two closures.
fn policies() -> Vec<(String, Box<dyn Build>)> {
    let mut all: Vec<(String, Box<dyn Build>)> = Vec::new();
    for entry in AnyPolicy::catalog() {
        let mut read = 0;
        for Sample { name, value } in samples(&entry) {
            // A sample that the entry refuses is refused in words; one at least must be accepted.
            match AnyPolicy::read(&value, None) {
                Ok(policy) => {
                    read += 1;
                    all.push((name, Box::new(OfScenario(policy))));
                }
                Err(problem) => assert!(!problem.message.is_empty()),
            }
        }
        assert!(read > 0, "{} accepts none of its samples", entry.name);
    }
    let moody = per_agent(|agent| {
        let tokens = 1.0 + agent.stream(0).open_unit();
        [Decision::buy(tokens).at(agent.market(0).price), Decision::sell(0.5 * agent.holding(1))]
    });
    let broken = per_agent(|agent| [Decision::buy(if agent.row() % 3 == 0 { f64::NAN } else { 1.0 }); 2]);
    all.push(("a closure".to_owned(), Box::new(moody)));
    all.push(("a broken closure".to_owned(), Box::new(broken)));
    all
}

#[derive(Debug)]
struct OfScenario(AnyPolicy);

impl Build for OfScenario {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn walras_agents::policy::Policy>, String> {
        self.0.build(setup)
    }
}

/// Agents that differ in what they own: some have no money, some no tokens, one nearly everything. Their two markets
/// trade one asset: one where orders rest, and a pool.
fn people(size: usize) -> Bench {
    let mut bench = Bench::new(size, 2);
    bench.markets.iter_mut().for_each(|market| "TOKEN".clone_into(&mut market.asset));
    bench.markets[0].tick = 0.001;
    bench.markets[0].fee = 0.001;
    bench.markets[1].shares_out = 1_000_000_000;
    bench.markets[1].inventory = 1000.0;
    bench.shares = vec![Vec::new(), (0..size).map(|row| [0, 5_000_000][row % 2]).collect()];
    for row in 0..size {
        bench.balances[row] = [100_000, 0, 1, 7_000_000, 100_000][row % 5];
        bench.holdings[0][row] = [10_000_000, 5, 0, 0, 40_000_000_000][row % 5];
        bench.holdings[1][row] = [0, 1_000_000, 3_000_000, 0, 10_000_000][row % 5];
    }
    for owned in [bench.balances.last_mut(), bench.holdings[0].last_mut()].into_iter().flatten() {
        *owned = Atoms::MAX / 4;
    }
    bench
}

/// Prices that wander: a rise, a fall and a jump.
fn prices(step: u32) -> [f64; 2] {
    let t = f64::from(step);
    [1.0 + 0.07 * t - 0.011 * t * t, 0.5 + 0.2 * f64::from(step % 4)]
}

/// Puts a market at `price`: the pool holds what makes it so, and at the other there are quotes and shouts around it.
fn put(bench: &mut Bench, step: u32, prices: [f64; 2]) {
    bench.markets.iter_mut().zip(prices).for_each(|(market, price)| market.price = price);
    bench.markets[1].reserve = prices[1] * bench.markets[1].inventory;
    let market = &mut bench.markets[0];
    let (bid, ask) = (0.99 * prices[0], 1.01 * prices[0]);
    let there = |n: u32, price: f64| (step % 4 != n).then_some(price);
    let last = (step > 1).then_some(prices[0]);
    market.quotes = Quotes { bid: there(1, bid), ask: there(2, ask), bid_size: 3.0, ask_size: 2.0, last };
    for (side, price, traded) in [(-1, ask, false), (1, bid, false), (1, prices[0], true), (-1, bid, true)] {
        let traded_size = if traded { 1.25 } else { 0.0 };
        market.tape.push(Shout { side, price, size: 1.5, traded: traded.then_some(price), traded_size });
    }
}

/// What a cohort ordered in each step and what it remembers in the end.
#[derive(Debug, PartialEq)]
struct Course {
    steps: Vec<Vec<Vec<Order>>>,
    /// What was asked beside orders, by trader.
    asked: Vec<Vec<Vec<Command>>>,
    memory: Vec<Vec<u64>>,
}

/// One agent's order at one market: side, size, bits of the limit.
type Order = (i8, Atoms, u64);

fn orders_of(orders: &Orders) -> Vec<Order> {
    let limit = |row: usize| match &orders.limit {
        Limit::Each(limits) => limits[row].to_bits(),
        _ => 0,
    };
    (0..orders.side.len()).map(|row| (orders.side[row], orders.size.get(row), limit(row))).collect()
}

/// Runs the policy for some steps, each stage in these pieces.
fn course(bench: &mut Bench, entry: &dyn Build, pieces: &[Range<usize>]) -> Course {
    let policy = bench.start(entry).unwrap();
    let (mut steps, mut asked) = (Vec::new(), Vec::new());
    for step in 1..=STEPS {
        let orders = bench.decide_in(&*policy, pieces);
        put(bench, step, prices(step));
        bench.learn_in(&*policy, pieces);
        steps.push(orders.iter().map(orders_of).collect());
        bench.commands.iter_mut().for_each(|commands| commands.sort_by_key(|command| command.trader));
        asked.push(bench.commands.clone());
        bench.advance(&prices(step));
    }
    let bits = |column: &Vec<f64>| column.iter().map(|value| value.to_bits()).collect();
    Course { steps, asked, memory: bench.memory.iter().map(bits).collect() }
}

fn chunks(size: usize) -> Vec<Range<usize>> {
    (0..size).step_by(CHUNK).map(|start| start..(start + CHUNK).min(size)).collect()
}

/// The course of the first `size` agents alone.
fn of_the_first(course: Course, size: usize) -> Course {
    let first = |market: Vec<Order>| market.into_iter().take(size).collect();
    let asked = |market: Vec<Command>| market.into_iter().filter(|one| (one.trader as usize) < size).collect();
    Course {
        steps: course.steps.into_iter().map(|step| step.into_iter().map(first).collect()).collect(),
        asked: course.asked.into_iter().map(|step| step.into_iter().map(asked).collect()).collect(),
        memory: course.memory.into_iter().map(|column| column.into_iter().take(size).collect()).collect(),
    }
}

#[test]
fn policies_write_sound_orders() {
    for (name, entry) in policies() {
        let mut acted = 0;
        let course = course(&mut people(N), &*entry, &chunks(N));
        for command in course.asked.iter().flatten().flatten() {
            assert_sound(&name, &command.action);
            acted += 1;
        }
        for (step, markets) in course.steps.iter().enumerate() {
            for &(side, size, limit) in markets.iter().flatten() {
                assert!((-1..=1).contains(&side) || Side::rejection(side).is_some(), "{name} wrote side {side}");
                assert!(side.abs() != 1 || size > 0, "{name} ordered {size} atoms at step {step}");
                let limit = f64::from_bits(limit);
                assert!(limit >= 0.0, "{name} wrote the limit {limit}");
                acted += usize::from(side.abs() == 1);
            }
        }
        assert!(acted > 0, "{name} never ordered anything, so nothing was tested");
    }
}

/// What is asked beside orders is something, in numbers that a market can take.
fn assert_sound(name: &str, action: &Action) {
    let sound = |quote: &Quote| quote.price > 0.0 && quote.price.is_finite() && quote.size > 0;
    let fine = match action {
        Action::Quote { bid, ask } => {
            let crossed = bid.zip(*ask).is_some_and(|(bid, ask)| bid.price >= ask.price);
            bid.iter().chain(ask).all(sound) && !crossed
        }
        Action::Cancel | Action::CancelOrder { .. } => true,
        Action::Place(order) => {
            let price = |price: Option<f64>| price.is_none_or(|price| price > 0.0 && price.is_finite());
            let whole = order.manner.check(order.stop.is_some()).is_ok() && order.side.abs() == 1;
            order.size > 0 && price(order.limit) && price(order.stop) && whole
        }
        Action::ReplaceOrder { price, size, .. } => *price > 0.0 && price.is_finite() && *size > 0,
        Action::Provide { money, tokens, range } => {
            let ordered = range.is_none_or(|(low, high)| 0.0 < low && low < high && high.is_finite());
            *money >= 0 && *tokens >= 0 && money.max(tokens) > &0 && ordered
        }
        Action::Withdraw { share } => *share > 0.0 && *share <= 1.0,
    };
    assert!(fine, "{name} asked for {action:?}");
}

#[test]
fn policies_write_over_whatever_stood_there() {
    for (name, entry) in policies() {
        let mut bench = people(100);
        let policy = bench.start(&*entry).unwrap();
        let clean = bench.decide(&*policy);
        let mut bench = people(100);
        let policy = bench.start(&*entry).unwrap();
        let soiled = bench.decide_over(&*policy, |orders| {
            orders.side.fill(77);
            if let Column::Each(sizes) = &mut orders.size {
                sizes.fill(-5);
            }
            if let Limit::Each(limits) = &mut orders.limit {
                limits.fill(f64::NAN);
            }
        });
        for (clean, soiled) in clean.iter().zip(&soiled) {
            assert_eq!(orders_of(clean), orders_of(soiled), "{name}");
        }
    }
}

/// An event that scales demand gives every order its own size, even where the policy's agents share one.
#[test]
fn sizes_that_are_shared_are_written_where_each_order_has_its_own() {
    for (name, entry) in policies() {
        let mut bench = people(100);
        let policy = bench.start(&*entry).unwrap();
        for market in 0..2 {
            let Some(shared) = policy.shape(market).size else { continue };
            let orders = bench.decide_over(&*policy, |orders| orders.size = Column::Each(vec![0; 100]));
            for row in (0..100).filter(|&row| orders[market].side[row].abs() == 1) {
                assert_eq!(orders[market].size.get(row), shared, "{name}");
            }
        }
    }
}

#[test]
fn policies_do_the_same_however_the_cohort_is_cut() {
    for (name, entry) in policies() {
        let whole = course(&mut people(N), &*entry, &chunks(N));
        let mut backwards = chunks(N);
        backwards.reverse();
        assert!(whole == course(&mut people(N), &*entry, &backwards), "{name}, backwards");
        let cuts = [0, 1, 2, 70, 134, 1000, 1024, 2000, N];
        let uneven: Vec<_> = cuts.windows(2).map(|pair| pair[0]..pair[1]).collect();
        assert!(whole == course(&mut people(N), &*entry, &uneven), "{name}, in uneven pieces");
        assert!(whole == course(&mut people(N), &*entry, &chunks(N)), "{name}, run again");
    }
}

#[test]
fn an_agent_acts_the_same_whoever_else_is_there() {
    for (name, entry) in policies() {
        let size = 300;
        // Row N − 1 alone is rich; both cohorts have the same first agents.
        let many = of_the_first(course(&mut people(N), &*entry, &chunks(N)), size - 1);
        let few = of_the_first(course(&mut people(size), &*entry, &chunks(size)), size - 1);
        assert!(many == few, "{name} depends on how many there are");
        let mut others = people(size);
        for row in (0..size).filter(|row| row % 7 != 0) {
            others.balances[row] = 12_345;
            others.holdings[1][row] = 54_321;
        }
        let changed = course(&mut others, &*entry, &chunks(size));
        let base = course(&mut people(size), &*entry, &chunks(size));
        for (base, changed) in base.steps.iter().flatten().zip(changed.steps.iter().flatten()) {
            for row in (0..size - 1).filter(|row| row % 7 == 0) {
                assert_eq!(base[row], changed[row], "{name} depends on what others own");
            }
        }
        let same = |asked: &[Command]| asked.iter().filter(|one| one.trader % 7 == 0).copied().collect::<Vec<_>>();
        for (base, changed) in base.asked.iter().flatten().zip(changed.asked.iter().flatten()) {
            let last = |asked: &mut Vec<Command>| asked.retain(|one| (one.trader as usize) < size - 1);
            let (mut base, mut changed) = (same(base), same(changed));
            last(&mut base);
            last(&mut changed);
            assert_eq!(base, changed, "{name} depends on what others own");
        }
    }
}

#[test]
fn policies_survive_markets_without_price_fundamental_or_trade() {
    for (name, entry) in policies() {
        for price in [0.0, 1e-300, 1e300, f64::MAX, f64::NAN, f64::INFINITY] {
            let mut bench = people(200);
            bench.markets[1].halted = true;
            bench.markets[1].fundamental = None;
            bench.markets[0].valuation_shift = 0.0;
            let policy = bench.start(&*entry).unwrap();
            for next in [price, 1e-300, f64::MAX, 1.0] {
                let decided = bench.decide(&*policy);
                bench.commands.iter().flatten().for_each(|command| assert_sound(&name, &command.action));
                for orders in decided {
                    for (side, size, limit) in orders_of(&orders) {
                        assert!(!f64::from_bits(limit).is_nan(), "{name} wrote no number as a limit at {price}");
                        assert!(side.abs() != 1 || size > 0, "{name} ordered {size} atoms at {price}");
                    }
                }
                put(&mut bench, 3, [next; 2]);
                bench.learn(&*policy);
                bench.advance(&[next, next]);
            }
            let remembered = bench.memory.iter().flatten();
            assert!(!price.is_finite() || remembered.clone().all(|value| value.is_finite()), "{name} at {price}");
        }
    }
}

#[test]
fn an_empty_cohort_is_none_too_small() {
    for (name, entry) in policies() {
        let mut bench = people(0);
        let policy = bench.start(&*entry).unwrap();
        let orders = bench.decide(&*policy);
        bench.learn(&*policy);
        assert!(orders.iter().all(|orders| orders.side.is_empty()), "{name}");
    }
}

/// An entry reads back what it writes.
#[test]
fn entries_read_what_they_write() {
    for entry in [AnyPolicy::catalog(), AnyDistribution::catalog(), AnyObjective::catalog()].concat() {
        for Sample { name, value } in samples(&entry) {
            let again = |node| walras_catalog::Value::made(node);
            match entry.folder {
                "policy" => {
                    let Ok(read) = AnyPolicy::read(&value, None) else { continue };
                    let written = strip_absent(read.write());
                    let twice = AnyPolicy::read(&again(written.clone()), None).unwrap();
                    assert_eq!(strip_absent(twice.write()), written, "{name}");
                }
                "distribution" => {
                    let written = strip_absent(AnyDistribution::read(&value, None).unwrap().write());
                    let twice = AnyDistribution::read(&again(written.clone()), None).unwrap();
                    assert_eq!(strip_absent(twice.write()), written, "{name}");
                }
                _ => {
                    let written = strip_absent(AnyObjective::read(&value, None).unwrap().write());
                    let twice = AnyObjective::read(&again(written.clone()), None).unwrap();
                    assert_eq!(strip_absent(twice.write()), written, "{name}");
                }
            }
        }
    }
}

/// Absent keys are written as the text `none`, which stands for nothing that could be read.
fn strip_absent(node: walras_catalog::Node) -> walras_catalog::Node {
    use walras_catalog::Node;
    match node {
        Node::Table(mut table) => {
            table.entries.retain(|entry| entry.value.node != Node::Text("none".to_owned()));
            for entry in &mut table.entries {
                entry.value.node = strip_absent(entry.value.node.clone());
            }
            Node::Table(table)
        }
        other => other,
    }
}

fn draw(entry: &AnyDistribution, keys: Keys, entity: u64, size: usize) -> Vec<f64> {
    let mut setup = Setup { keys, entity, size, markets: &[], money_scale: 1.0, data: &mut Ramp, drawn: 0 };
    let column = entry.draw(Purpose::parameter(3), &mut setup).unwrap();
    (0..size).map(|row| column.get(row)).collect()
}

#[test]
fn distributions_are_finite_repeatable_and_blind_to_the_cohorts_size() {
    for entry in AnyDistribution::catalog() {
        for Sample { name, value } in samples(&entry) {
            let spread = AnyDistribution::read(&value, None).unwrap();
            let values = draw(&spread, Keys::new(8), 256, 3000);
            assert!(values.iter().all(|value| value.is_finite()), "{name}");
            assert_eq!(values, draw(&spread, Keys::new(8), 256, 3000), "{name}");
            assert_eq!(values[..50], draw(&spread, Keys::new(8), 256, 50), "{name} depends on the cohort's size");
            assert!(draw(&spread, Keys::new(8), 256, 0).is_empty());
            let random = values.iter().any(|&value| value != values[0]) && spread.name() != "column";
            assert!(!random || values != draw(&spread, Keys::new(9), 256, 3000), "{name} ignores the seed");
            assert!(!random || values != draw(&spread, Keys::new(8), 1 << 20, 3000), "{name} ignores the cohort");
        }
    }
}

/// What a description says of a least and a greatest value holds for every draw.
#[test]
fn distributions_keep_the_bounds_they_name() {
    for entry in AnyDistribution::catalog() {
        for Sample { name, value } in samples(&entry) {
            let values = draw(&AnyDistribution::read(&value, None).unwrap(), Keys::new(8), 0, 3000);
            for (low, high) in [("low", "high"), ("minimum", "maximum")] {
                let low = samples::number(&value, low).unwrap_or(f64::MIN);
                let high = samples::number(&value, high).unwrap_or(f64::MAX);
                let bounds = Bounds::from(low..=high);
                assert!(values.iter().all(|&value| bounds.contain(value)), "{name} leaves {}", bounds.words());
            }
        }
    }
}

/// More of everything is never worth less, and utilities are numbers whatever an agent owns.
#[test]
fn objectives_are_finite_and_rise_with_wealth() {
    let amounts = [-1e12, -1.0, 0.0, 1e-300, 1e-9, 0.5, 1.0, 2.0, 1e3, 1e9, 1e18, 1e300];
    for entry in AnyObjective::catalog() {
        for Sample { name, value } in samples(&entry) {
            let objective = AnyObjective::read(&value, None).unwrap();
            objective.fits(2).unwrap();
            let columns: [&[f64]; 2] = [&amounts, &amounts];
            let weights = [1.0, 2.0];
            let wealth = Wealth {
                marked: &amounts,
                liquidation: &amounts,
                money: &amounts,
                holdings: &columns,
                weights: &weights,
            };
            let mut utility = [f64::NAN; 12];
            objective.utility(&wealth, &mut utility);
            assert!(utility.iter().all(|utility| utility.is_finite()), "{name} gave {utility:?}");
            assert!(utility.is_sorted(), "{name} is not monotone: {utility:?}");
            assert!(utility[11] > utility[2], "{name} does not care for wealth");
        }
    }
}
