//! Economies with boards of tasks: what is set aside, paid, refunded and slashed, and who gets which task.

mod shared;

use std::path::Path;

use shared::build;
use walras_engine::task::Standing;
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Reason};
use walras_scenario::Loaded;

/// Clients who post tasks, and workers, liars among them, who need compute for them.
const BOARD: &str = "
[run]
name = 'tasks'
steps = 100
[assets.COMPUTE]
role = 'resource'
decay = 1.0
[resources.cluster]
capacity = { COMPUTE = 40.0 }
rule = 'max_min'
[cohorts.clients]
size = 20
balance = 300.0
[cohorts.workers]
size = 15
balance = 20.0
demand = { requests = 'inputs' }
[cohorts.liars]
size = 5
balance = 20.0
demand = { requests = 'inputs' }
[tasks.jobs]
primaries = 'clients'
arrivals = { kind = 'poisson', rate = 0.1, size = 5.0, variation = 0.6, slack = 12 }
reward = 2.0
goods = { COMPUTE = 0.5 }
stake = 0.3
late_slash = 0.5
checked = 0.8
detection = 0.7
check_cost = 0.1
[tasks.jobs.workers.workers]
policy = { kind = 'cost_plus', markup = 0.2 }
skill = { kind = 'uniform', low = 0.8, high = 2.5 }
cost = { kind = 'uniform', low = 0.4, high = 1.4 }
reliability = 0.9
availability = 0.8
[tasks.jobs.workers.liars]
policy = 'dishonest'
cost = 1.0
";

/// Takes steps, and holds the board's accounts against the board after each.
fn run(world: &mut World, steps: u32) {
    let mut scratch = Scratch::default();
    for _ in 0..steps {
        step(world, &mut scratch).unwrap();
        assert!(world.tasks.iter().all(|standing| standing.agrees(&world.ledger)), "after step {}", world.step);
    }
    world.ledger.check_fully().unwrap();
}

fn jobs(world: &World) -> &Standing {
    &world.tasks[0]
}

/// Whatever the board's terms, the money posted is paid, refunded or held, and stakes are returned, lost or held.
#[test]
fn no_atom_is_lost_whatever_the_terms() {
    let (mut taken, mut slashed, mut late) = (0, 0, 0);
    for seed in 0..12 {
        for terms in [
            &[][..],
            &["tasks.jobs.assignment=\"auction\""],
            &["tasks.jobs.assignment=\"auction\"", "tasks.jobs.pays=\"second\"", "tasks.jobs.stake=1.5"],
            &["tasks.jobs.checked=0.0", "tasks.jobs.reward=1e-6", "numeraire.decimals=7"],
            &[
                "cohorts.clients.balance=12.0",
                "tasks.jobs.late_slash=1.0",
                "tasks.jobs.workers.workers.availability=0.2",
            ],
            &["tasks.jobs.workers.workers.policy=\"greedy\"", "resources.cluster.capacity.COMPUTE=1.0"],
        ] {
            let mut world = build(BOARD, terms, seed);
            run(&mut world, 60);
            let counts = jobs(&world).board.counts;
            assert!(counts.posted > 0, "{terms:?}");
            taken += counts.taken;
            slashed += u64::from(counts.slashed > 0);
            late += counts.late;
            let given = -world.ledger.cohort_flow(world.cohorts[0].id, AssetId::NUMERAIRE, Reason::Escrow);
            assert_eq!(given, counts.escrowed - counts.refunded);
        }
    }
    assert!(taken > 1000 && slashed > 20 && late > 100, "{taken} {slashed} {late}");
}

/// Where everyone works and is reliable, every task that is taken is completed in time for the reward that was posted, and
/// uses just the goods that it takes.
#[test]
fn honest_work_is_done_and_paid() {
    let set = [
        "tasks.jobs.workers.workers.reliability=1.0",
        "tasks.jobs.workers.workers.availability=1.0",
        "tasks.jobs.workers.liars.policy=\"greedy\"",
        "resources.cluster.capacity.COMPUTE=1000.0",
    ];
    let mut world = build(BOARD, &set, 3);
    run(&mut world, 100);
    let (board, counts) = (&jobs(&world).board, jobs(&world).board.counts);
    let at_work = board.tasks().iter().filter(|task| task.taken.is_some()).count() as u64;
    assert!(counts.completed > 100 && counts.taken == counts.completed + at_work, "{counts:?}");
    assert_eq!((counts.late, counts.found_false, counts.paid_false, counts.slashed), (0, 0, 0, 0));
    // Two units of money for a unit of work, which takes half a unit of compute.
    let used: i128 =
        [1, 2].iter().map(|&c| world.ledger.cohort_flow(world.cohorts[c].id, AssetId(1), Reason::Input)).sum();
    let under_way: i64 = board.tasks().iter().filter_map(|task| task.taken).map(|taken| taken.done).sum();
    let done = -used as f64 - 0.5 * under_way as f64;
    // An atom for each step of work, of ten at most, and for each payment.
    let atoms = 11.0 * (counts.completed + at_work) as f64;
    assert!((counts.paid as f64 / 2.0 * 0.5 - done).abs() <= atoms, "{} paid for {done}", counts.paid);
}

/// The price of the first task of a board with four workers whose costs are spread evenly from 0 to 1.
fn first_price(terms: &[&str], seed: u64) -> f64 {
    let text = "
[run]
name = 'one task'
steps = 9
[cohorts.clients]
size = 1
balance = 1000.0
[cohorts.workers]
size = 4
[tasks.jobs]
primaries = 'clients'
arrivals = { kind = 'poisson', rate = 20.0, size = 1.0, variation = 0.0, slack = 9 }
reward = 1.0
assignment = 'auction'
[tasks.jobs.workers.workers]
policy = 'cost_plus'
cost = { kind = 'uniform', low = 0.0, high = 1.0 }
";
    let mut world = build(text, terms, seed);
    run(&mut world, 1);
    let first = &jobs(&world).board.tasks()[0];
    first.taken.expect("whose cost is at most the reward takes it").price as f64 / 1e6
}

/// Paid the second lowest ask who ask for their costs, or their own who shade them as best: the price is the second lowest of
/// four costs on average, 2/5 (W. Vickrey 1961; R. Myerson 1981). Within four standard errors.
#[test]
fn own_and_second_price_come_to_the_same() {
    let shading = "tasks.jobs.workers.workers.policy={kind=\"shading\",rivals=3,highest=1.0}";
    for (terms, variance) in [
        // Of the second lowest of four uniform numbers, 2·3/(5²·6); and of c + (1 − c)/4 at the lowest, (3/4)²·4/(5²·6).
        (&["tasks.jobs.pays=\"second\""][..], 6.0 / 150.0),
        (&[shading], 9.0 / 16.0 * 4.0 / 150.0),
    ] {
        let prices: Vec<f64> = (0..400).map(|seed| first_price(terms, seed)).collect();
        let mean = prices.iter().sum::<f64>() / 400.0;
        let error = (variance / 400.0_f64).sqrt();
        assert!((mean - 0.4).abs() < 4.0 * error, "{terms:?}: {mean} ± {error}");
    }
}

/// A lie costs q·stake/(1 − q): workers lie where that is below the cost of the work, and not beyond; what lies come to is
/// found out as often as it is said.
#[test]
fn lies_stop_where_they_cost_as_much_as_the_work() {
    let lone = ["tasks.jobs.workers.workers.cost=1e9", "tasks.jobs.checked=1.0", "tasks.jobs.detection=0.25"];
    // Work costs 1 a unit, the reward is 2, so that a lie costs 2·stake/3 a unit of work: the work from a stake of 1.5 on.
    for (stake, honest) in [("0.0", false), ("1.4", false), ("1.6", true)] {
        let stake = format!("tasks.jobs.stake={stake}");
        let set: Vec<&str> = lone.iter().copied().chain([stake.as_str(), "cohorts.liars.balance=1e6"]).collect();
        let mut world = build(BOARD, &set, 5);
        run(&mut world, 300);
        let counts = jobs(&world).board.counts;
        let lies = counts.paid_false + counts.found_false;
        if honest {
            assert!(lies == 0 && counts.completed > 100, "{counts:?}");
        } else {
            let found = counts.found_false as f64 / lies as f64;
            let error = (0.25 * 0.75 / lies as f64).sqrt();
            assert!(counts.completed == 0 && lies > 200 && (found - 0.25).abs() < 4.0 * error, "{stake}: {counts:?}");
        }
    }
}

/// Whoever can work in few steps is late; the primary has its reward back, and half of each stake.
#[test]
fn missed_deadlines_are_refunded() {
    let set = [
        "tasks.jobs.workers.workers.availability=0.0",
        "tasks.jobs.workers.liars.policy={kind=\"cost_plus\",markup=1e6}",
        "tasks.jobs.check_cost=0.0",
    ];
    let mut world = build(BOARD, &set, 5);
    run(&mut world, 200);
    let counts = jobs(&world).board.counts;
    assert!(counts.late > 100 && counts.paid == 0, "{counts:?}");
    assert_eq!(counts.escrowed, counts.refunded + jobs(&world).board.escrow());
    let settled = counts.slashed + counts.returned;
    assert!(
        counts.slashed > 0 && (settled - 2 * counts.slashed).unsigned_abs() <= u128::from(counts.late),
        "{counts:?}"
    );
}

/// A world saved after 30 steps and loaded goes the same way as one that went on.
#[test]
fn a_loaded_board_goes_on_as_it_was() {
    let mut straight = build(BOARD, &["tasks.jobs.assignment=\"auction\""], 9);
    run(&mut straight, 30);
    let mut copy = straight.clone();
    assert_eq!(straight.hash().unwrap(), copy.hash().unwrap());
    run(&mut straight, 30);
    run(&mut copy, 30);
    assert_eq!(straight.hash().unwrap(), copy.hash().unwrap());
}

#[test]
fn boards_that_cannot_stand_are_told() {
    let told = |set: &[&str]| {
        let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
        let loaded = Loaded::from_text("test.toml", BOARD, Path::new(""), &set);
        match loaded.and_then(|loaded| loaded.build(1, u64::MAX).map(|_| ())) {
            Ok(()) => panic!("nothing is wrong with {set:?}"),
            Err(error) => error.to_string(),
        }
    };
    for (set, expected) in [
        (&["tasks.jobs.pays=\"second\""][..], "a second price needs an auction"),
        (&["tasks.jobs.primaries=\"liars\""], "would work for what they pay themselves"),
        (&["tasks.jobs.primaries=\"client\""], "there is no cohort called `client`"),
        (&["tasks.jobs.goods.COMPUTE=-1.0"], "-1 is out of range"),
        (&["tasks.jobs.workers.nobody.policy=\"greedy\""], "nobody"),
        (&["assets.WOOD.decimals=0", "tasks.jobs.goods.WOOD=1.0"], "cannot hold"),
        (&["tasks.jobs.detection=2.0"], "2 is out of range"),
    ] {
        let said = told(set);
        assert!(said.contains(expected), "{set:?}: {said}");
    }
}
