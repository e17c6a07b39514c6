//! Laws that every way of requesting resources, every course of needs, every way of reporting and every satisfaction
//! keeps. A new entry is under them without a line here: its parameters are filled in from its own description.

mod bench;
#[allow(dead_code, reason = "shared with other tests, which use the rest")]
mod samples;

use bench::{Ramp, value};
use samples::samples;
use walras_agents::need::{AnyNeed, FACTOR_MAX};
use walras_agents::policy::Memory;
use walras_agents::population::{MarketSetup, Setup};
use walras_agents::reporting::AnyReporting;
use walras_agents::request::{AnyRequests, AssetView, InputView, Requests, ResourceView, Wants};
use walras_agents::satisfaction::AnySatisfaction;
use walras_catalog::{Description, Read};
use walras_ledger::Atoms;
use walras_numerics::{CHUNK, Keys};

const N: usize = 2600;
const STEPS: u32 = 12;
const SCALES: [f64; 2] = [100.0, 1.0];

/// Every entry of a folder with every sample of its parameters that it accepts, one at least.
fn each<T: Read>(catalog: Vec<Description>) -> Vec<(String, T)> {
    let mut all = Vec::new();
    for entry in catalog {
        let read: Vec<_> =
            samples(&entry).into_iter().filter_map(|it| Some((it.name, T::read(&it.value, None).ok()?))).collect();
        assert!(!read.is_empty(), "{} accepts none of its samples", entry.name);
        all.extend(read);
    }
    all
}

/// Every way of requesting; those whose samples need names of assets and files are written out.
fn each_requests() -> Vec<(String, AnyRequests)> {
    let jobs = [
        "kind = 'jobs'\narrivals = { kind = 'poisson', rate = 0.7, size = 30.0, slack = 2.0 }",
        "kind = 'jobs'\nabandon = true\nahead = 0.5\nmost = 40.0\nworth = 3.0\nlate_worth = 0.5\n\
         arrivals = { kind = 'poisson', rate = { kind = 'uniform', low = 0.5, high = 2.0 }, size = 30.0, slack = 2.0 }",
        "kind = 'jobs'\narrivals = { kind = 'trace', file = 'f', time = 't', sizes = { A = 'a', B = 'b' }, repeat = true }",
    ];
    let jobs = jobs.map(|text| (text.to_owned(), AnyRequests::read(&value(text), None).unwrap()));
    each(AnyRequests::catalog().into_iter().filter(|entry| entry.name != "jobs").collect())
        .into_iter()
        .chain(jobs)
        .collect()
}

fn setup<T>(build: impl FnOnce(&mut Setup<'_>) -> Result<T, String>) -> Result<T, String> {
    let markets = [("A", SCALES[0]), ("B", SCALES[1])];
    let markets: Vec<_> =
        markets.map(|(asset, token_scale)| MarketSetup { asset: asset.to_owned(), token_scale }).into();
    build(&mut Setup {
        keys: Keys::new(9),
        entity: 1 << 32,
        size: N,
        markets: &markets,
        money_scale: 1000.0,
        data: &mut Ramp,
        drawn: 0,
    })
}

/// What the agents of a cohort see at one step.
struct World {
    step: u32,
    prices: [Vec<f64>; 2],
    held: [Vec<Atoms>; 2],
    budgets: Vec<f64>,
    usable: Vec<Atoms>,
    contained: Vec<f64>,
}

impl World {
    fn at(step: u32) -> Self {
        let spread = |i: usize, many: usize| ((i * 37 + step as usize * 11) % many) as f64;
        Self {
            step,
            prices: [(0..N).map(|i| spread(i, 7)).collect(), (0..N).map(|i| 0.5 * spread(i, 5)).collect()],
            held: [(0..N).map(|i| spread(i, 300) as Atoms).collect(), vec![0; N]],
            budgets: (0..N).map(|i| spread(i, 100)).collect(),
            usable: (0..N).map(|i| spread(i, 40) as Atoms).collect(),
            contained: (0..N).map(|i| spread(i, 13)).collect(),
        }
    }

    /// Calls `with` for each chunk of the rows cut at `first`, so that chunks can be cut in several ways.
    fn each_chunk(&self, first: usize, mut with: impl FnMut(&ResourceView<'_>)) {
        let cuts = std::iter::once(0).chain((first..N).step_by(CHUNK)).collect::<Vec<_>>();
        for (at, &start) in cuts.iter().enumerate() {
            let rows = start..cuts.get(at + 1).copied().unwrap_or(N);
            let asset = |k: usize| AssetView {
                price: &self.prices[k][rows.clone()],
                held: &self.held[k][rows.clone()],
                scale: SCALES[k],
                capacity: 1000.0,
                input: InputView { usable: &self.usable[rows.clone()], contained: &self.contained[rows.clone()] },
            };
            with(&ResourceView {
                step: self.step,
                keys: Keys::new(9),
                entity: (1 << 32) + rows.start as u64,
                rows: rows.clone(),
                budgets: &self.budgets[rows.clone()],
                assets: &[asset(0), asset(1)],
            });
        }
    }
}

#[derive(Debug, PartialEq)]
struct Wanted {
    amounts: [Vec<Atoms>; 2],
    worth: [Vec<f64>; 2],
    since: Vec<f64>,
}

fn want(requests: &dyn Requests, world: &World, first: usize, memory: &mut [Vec<f64>], needs: f64) -> Wanted {
    let mut all = Wanted { amounts: Default::default(), worth: Default::default(), since: Vec::new() };
    world.each_chunk(first, |view| {
        let (mut a, mut b) = (vec![0; view.len()], vec![0; view.len()]);
        let (mut c, mut d) = (vec![f64::INFINITY; view.len()], vec![f64::INFINITY; view.len()]);
        let mut since = vec![f64::from(view.step); view.len()];
        let mut tasks = vec![1; view.len()];
        let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
        let mut memory = Memory::new(&mut columns, view.rows.clone());
        let (mut amounts, mut worth) = ([&mut a[..], &mut b[..]], [&mut c[..], &mut d[..]]);
        let mut wants = Wants { amounts: &mut amounts, worth: &mut worth, since: &mut since, tasks: &mut tasks };
        requests.want(view, &vec![needs; view.len()], &mut memory, &mut wants);
        for (all, new) in all.amounts.iter_mut().zip([a, b]) {
            all.extend(new);
        }
        for (all, new) in all.worth.iter_mut().zip([c, d]) {
            all.extend(new);
        }
        all.since.extend(since);
    });
    all
}

fn memory_of(requests: &dyn Requests) -> Vec<Vec<f64>> {
    requests.memory().iter().map(|&value| vec![value; N]).collect()
}

#[test]
fn wants_can_be_counted_and_do_not_depend_on_chunks() {
    for (name, entry) in each_requests() {
        let requests = setup(|setup| entry.build(setup)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let (mut one, mut two) = (memory_of(&*requests), memory_of(&*requests));
        let mut some = false;
        for step in 0..STEPS {
            let mut world = World::at(step);
            // Enough for whatever a sample's parameters come to.
            world.budgets.iter_mut().for_each(|budget| *budget *= 1e16);
            let wanted = want(&*requests, &world, CHUNK, &mut one, 5.0);
            assert_eq!(wanted, want(&*requests, &world, 77, &mut two, 5.0), "{name}, step {step}");
            for (k, worth) in wanted.worth.iter().enumerate() {
                assert!(wanted.amounts[k].iter().all(|&atoms| atoms >= 0), "{name}");
                assert!(worth.iter().all(|worth| *worth >= 0.0), "{name}");
                some |= wanted.amounts[k].iter().any(|&atoms| atoms > 0);
            }
            assert!(wanted.since.iter().all(|&since| (0.0..=f64::from(step)).contains(&since)), "{name}");
            let half = |atoms: &Vec<Atoms>| atoms.iter().map(|atoms| atoms - atoms / 2).collect::<Vec<_>>();
            let used = [half(&wanted.amounts[0]), half(&wanted.amounts[1])];
            for memory in [&mut one, &mut two] {
                let before = world.step;
                world.each_chunk(CHUNK, |view| {
                    let rows = view.rows.clone();
                    let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
                    let mut memory = Memory::new(&mut columns, rows.clone());
                    let mut utility = vec![0.0; view.len()];
                    let used = [&used[0][rows.clone()], &used[1][rows]];
                    requests.used(view, &used, &mut memory, &mut utility);
                    assert!(utility.iter().all(|utility| utility.is_finite() && *utility >= 0.0), "{name}, {before}");
                });
            }
            assert_eq!(one, two, "{name}, step {step}");
        }
        assert!(some, "{name} wants nothing ever");
    }
}

/// Nothing is wanted by who needs nothing.
#[test]
fn nothing_is_wanted_without_a_need() {
    for (name, entry) in each_requests() {
        let requests = setup(|setup| entry.build(setup)).unwrap();
        let wanted = want(&*requests, &World::at(0), CHUNK, &mut memory_of(&*requests), 0.0);
        assert!(wanted.amounts.iter().flatten().all(|&atoms| atoms == 0), "{name}");
    }
}

#[test]
fn needs_are_factors_that_do_not_depend_on_chunks() {
    for (name, entry) in each::<AnyNeed>(AnyNeed::catalog()) {
        let need = setup(|setup| entry.build(setup)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let begin = || need.memory().iter().map(|&value| vec![value; N]).collect::<Vec<_>>();
        let (mut one, mut two) = (begin(), begin());
        for step in [0, 1, 2, 3, 50, 1_000_000] {
            let factors = |first: usize, memory: &mut Vec<Vec<f64>>| {
                let mut all = Vec::new();
                World::at(step).each_chunk(first, |view| {
                    let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
                    let mut factors = vec![f64::NAN; view.len()];
                    need.factors(view, &mut Memory::new(&mut columns, view.rows.clone()), &mut factors);
                    all.extend(factors);
                });
                all
            };
            let found = factors(CHUNK, &mut one);
            assert_eq!(found, factors(300, &mut two), "{name}, step {step}");
            assert!(found.iter().all(|factor| (0.0..=FACTOR_MAX).contains(factor)), "{name}, step {step}");
        }
    }
}

#[test]
fn reports_can_be_counted_and_pass_on_what_cannot() {
    for (name, entry) in each::<AnyReporting>(AnyReporting::catalog()) {
        let reporting = setup(|setup| entry.build(setup)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let world = World::at(3);
        world.each_chunk(CHUNK, |view| {
            let mut wanted: Vec<Atoms> = (0..view.len() as Atoms).collect();
            wanted[5] = Wants::NOT_A_NUMBER;
            let mut asked = wanted.clone();
            let mut worth = vec![2.0; view.len()];
            reporting.report(view, 0, &wanted, &mut asked, &mut worth);
            assert_eq!(asked[5], Wants::NOT_A_NUMBER, "{name}");
            assert!(asked.iter().enumerate().all(|(i, &atoms)| i == 5 || atoms >= 0), "{name}");
            assert!(worth.iter().all(|worth| worth.is_finite() && *worth >= 0.0), "{name}");
        });
    }
}

#[test]
fn more_use_is_no_less_satisfaction_and_diminishes() {
    for (name, entry) in each::<AnySatisfaction>(AnySatisfaction::catalog()) {
        let satisfaction = setup(|setup| entry.build(setup)).unwrap_or_else(|why| panic!("{name}: {why}"));
        for row in [0, 17, N - 1] {
            let at = |used: f64| satisfaction.utility(row, &[used, 2.0 * used], &[10.0, 20.0]);
            let levels: Vec<f64> = (0..=10).map(|used| at(f64::from(used))).collect();
            assert!(levels.iter().all(|level| level.is_finite()), "{name}");
            let rises: Vec<f64> = levels.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(rises.iter().all(|rise| *rise >= 0.0), "{name}");
            assert!(rises.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9 * pair[0].abs()), "{name}: {rises:?}");
        }
    }
}

fn requests(text: &str) -> Box<dyn Requests> {
    let entry = AnyRequests::read(&value(text), None).unwrap();
    setup(|setup| entry.build(setup)).unwrap()
}

/// Demands within a budget spend all of it, but for less than an atom of each asset, and are the same where prices and
/// budgets are counted in other money.
#[test]
fn budgets_are_spent_whatever_money_is_counted_in() {
    let all = [
        "kind = 'cobb_douglas'\nweights = { A = 3.0, B = 1.0 }\nmost = 1e12",
        "kind = 'ces'\nweights = { A = 3.0, B = 1.0 }\nsubstitution = 0.5\nmost = 1e12",
        "kind = 'ces'\nweights = { A = 3.0, B = 1.0 }\nsubstitution = 2.0\nmost = 1e12",
        "kind = 'leontief'\nper_task = { A = 3.0, B = 1.0 }\ntasks = 1e12",
    ];
    for text in all {
        let requests = requests(text);
        let mut world = World::at(1);
        for prices in &mut world.prices {
            prices.iter_mut().for_each(|price| *price += 0.25);
        }
        let found = want(&*requests, &world, CHUNK, &mut memory_of(&*requests), 1.0);
        for i in 0..N {
            let cost = |k: usize| found.amounts[k][i] as f64 / SCALES[k] * world.prices[k][i];
            let slack: f64 = (0..2).map(|k| world.prices[k][i] / SCALES[k]).sum();
            let left = world.budgets[i] - cost(0) - cost(1);
            assert!(left > -1e-9 && left <= slack + 1e-9, "{text}: {left} is left of {}", world.budgets[i]);
        }
        world.budgets.iter_mut().chain(world.prices.iter_mut().flatten()).for_each(|money| *money *= 4.0);
        assert_eq!(found, want(&*requests, &world, CHUNK, &mut memory_of(&*requests), 1.0), "{text}");
    }
}

/// A demand of constant elasticity of substitution at σ = 1 is that of Cobb and Douglas; two goods worked out by hand.
#[test]
fn substitution_at_one_is_cobb_douglas() {
    let ces = requests("kind = 'ces'\nweights = { A = 3.0, B = 1.0 }\nsubstitution = 1.0\nmost = 1e12");
    let shares = requests("kind = 'cobb_douglas'\nweights = { A = 3.0, B = 1.0 }\nmost = 1e12");
    let mut world = World::at(2);
    world.prices = [vec![2.0; N], vec![0.5; N]];
    world.budgets = vec![80.0; N];
    for requests in [ces, shares] {
        let found = want(&*requests, &world, CHUNK, &mut memory_of(&*requests), 1.0);
        // Three quarters of 80 at a price of 2, a quarter at .5.
        assert_eq!((found.amounts[0][0], found.amounts[1][0]), (3000, 40));
    }
}

/// One per cent on the price takes ε per cent from what is wanted.
#[test]
fn demand_is_as_elastic_as_it_says() {
    let requests = requests("kind = 'elastic'\nneed = 1e6\nreference = 2.0\nelasticity = 0.5");
    let mut world = World::at(2);
    world.prices = [vec![2.0; N], vec![8.0; N]];
    let found = want(&*requests, &world, CHUNK, &mut memory_of(&*requests), 1.0);
    assert_eq!((found.amounts[0][0], found.amounts[1][0]), (100_000_000, 500_000));
}

/// A queue worked out by hand: jobs of 3, 5 and 2 in steps 0, 0 and 2 and four units of capacity a step finish at the
/// ends of steps 0, 1 and 2; the second waits two steps and is late by a deadline of the step it came in.
#[test]
fn a_queue_finishes_jobs_in_the_order_of_arrival() {
    let text = "kind = 'jobs'\nlate_worth = 0.5\nworth = 2.0\n\
                arrivals = { kind = 'trace', file = 'jobs.csv', time = 'time', sizes = { A = 'a' }, slack = 0 }";
    struct Rows;
    impl walras_agents::population::Data for Rows {
        fn column(&mut self, _: &str, _: &str) -> Result<std::sync::Arc<[f64]>, String> {
            Ok([3.0, 5.0, 2.0].into())
        }

        fn texts(&mut self, _: &str, _: &str) -> Result<std::sync::Arc<[String]>, String> {
            Ok(["10.0", "10.9", "12.5"].map(str::to_owned).into())
        }
    }
    let entry = AnyRequests::read(&value(text), None).unwrap();
    let markets = [MarketSetup { asset: "A".to_owned(), token_scale: 1.0 }];
    let (keys, money_scale) = (Keys::new(1), 1.0);
    let mut setup = Setup { keys, entity: 0, size: 1, markets: &markets, money_scale, data: &mut Rows, drawn: 0 };
    let requests = entry.build(&mut setup).unwrap();
    let mut memory: Vec<Vec<f64>> = requests.memory().iter().map(|&value| vec![value]).collect();
    let (mut wanted_in_all, mut utility_in_all) = (Vec::new(), Vec::new());
    for step in 0..4 {
        let asset = AssetView { price: &[0.0], held: &[0], scale: 1.0, capacity: 4.0, input: InputView::default() };
        let view = ResourceView { step, keys, entity: 0, rows: 0..1, budgets: &[0.0], assets: &[asset] };
        let (mut amounts, mut worth, mut since, mut tasks) = ([0], [f64::INFINITY], [f64::from(step)], [1]);
        let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
        let mut memory = Memory::new(&mut columns, 0..1);
        let mut wants = Wants {
            amounts: &mut [&mut amounts[..]],
            worth: &mut [&mut worth[..]],
            since: &mut since,
            tasks: &mut tasks,
        };
        requests.want(&view, &[1.0], &mut memory, &mut wants);
        let mut utility = [0.0];
        requests.used(&view, &[&[amounts[0].min(4)]], &mut memory, &mut utility);
        wanted_in_all.push(amounts[0]);
        utility_in_all.push(utility[0]);
    }
    assert_eq!(wanted_in_all, [8, 4, 2, 0]);
    assert_eq!(utility_in_all, [6.0, 5.0, 4.0, 0.0]);
    let backlog = requests.backlog(&memory).unwrap();
    assert_eq!((backlog.arrived, backlog.finished, backlog.waiting), (3.0, 3.0, 0.0));
    assert_eq!((backlog.in_time, backlog.late, backlog.waited), (2.0, 1.0, 4.0));
}

/// What is wrong with a trace is said with its row.
#[test]
fn a_wrong_trace_is_refused_by_row() {
    struct Rows(Vec<&'static str>);
    impl walras_agents::population::Data for Rows {
        fn column(&mut self, _: &str, _: &str) -> Result<std::sync::Arc<[f64]>, String> {
            Ok([3.0, 5.0, -2.0].into())
        }

        fn texts(&mut self, _: &str, _: &str) -> Result<std::sync::Arc<[String]>, String> {
            Ok(self.0.iter().map(|&text| text.to_owned()).collect())
        }
    }
    let text = "kind = 'jobs'\narrivals = { kind = 'trace', file = 'jobs.csv', time = 'time', sizes = { A = 'a' } }";
    let entry = AnyRequests::read(&value(text), None).unwrap();
    let markets = [MarketSetup { asset: "A".to_owned(), token_scale: 1.0 }];
    for (times, words) in [
        (["10", "9", "12"], "data row 2: `9` comes before the row above it"),
        (["10", "9000", "9001"], "data row 2: 8990 seconds have passed since the row above it"),
        (["10", "noon", "12"], "data row 2: `noon` is no time"),
        (
            ["2023-11-16 18:15:46", "2023-11-16 18:15:47Z", "2023-11-16 18:15:48"],
            "data row 2: the first row does not name",
        ),
        (["10", "11", "12"], "column `a`, data row 3: a job cannot take -2"),
    ] {
        let mut rows = Rows(times.to_vec());
        let (keys, money_scale) = (Keys::new(1), 1.0);
        let mut setup = Setup { keys, entity: 0, size: 2, markets: &markets, money_scale, data: &mut rows, drawn: 0 };
        let why = entry.build(&mut setup).err().unwrap();
        assert!(why.contains(words), "{why}");
    }
}
