//! Economies whose requesters are pointed to idle capacity, and contracts that pay for it and for completed tasks.

mod shared;

use std::path::Path;

use shared::build;
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Reason};
use walras_scenario::Loaded;

/// A large and a small cluster, users who turn to any, and two guides who are paid for what they steer to the large one.
const GUIDED: &str = "
[run]
name = 'guided'
steps = 100
[assets.COMPUTE]
role = 'resource'
decay = 1.0
[resources.large]
capacity = { COMPUTE = 300.0 }
rule = 'max_min'
[resources.small]
capacity = { COMPUTE = 100.0 }
rule = 'max_min'
[cohorts.users]
size = 100
[cohorts.users.demand]
choice = 'any'
requests = { kind = 'fixed', need = 3.0 }
[cohorts.guides]
size = 2
[steering.guides]
affiliates = 'guides'
listens = 0.5
[accounts.operator]
balance = 1000.0
[contracts.large]
primary = 'operator'
affiliates = 'guides'
contribution = 'utilisation'
resource = 'large'
reward = { kind = 'proportional', rate = 0.01 }
cap = 900.0
";

fn run(world: &mut World, steps: u32) {
    let mut scratch = Scratch::default();
    for _ in 0..steps {
        step(world, &mut scratch).unwrap();
    }
    world.ledger.check_fully().unwrap();
}

/// Where everybody is pointed to the least loaded cluster, all crowd it in turn, and the other is idle. Where shares adapt and
/// all listen, what is steered is all that is granted at the less loaded cluster; where nobody listens, nothing is.
#[test]
fn what_is_steered_is_what_listeners_were_granted_where_there_was_room() {
    let all = ["steering.guides.listens=1.0", "cohorts.guides.size=1", "steering.guides.pointing=\"least_loaded\""];
    let mut world = build(GUIDED, &all, 4);
    let mut scratch = Scratch::default();
    for number in 0..50 {
        let happened = step(&mut world, &mut scratch).unwrap();
        let granted: Vec<i128> = happened.record.resources.iter().map(|figures| figures.granted).collect();
        // In the first step nobody knows of any load.
        assert!(number == 0 || (granted.contains(&0) && world.steering[0].steered.is_empty()), "{number}: {granted:?}");
    }
    let mut world = build(GUIDED, &["steering.guides.listens=0.0"], 4);
    run(&mut world, 50);
    assert_eq!(world.steering[0].total, [0.0, 0.0]);
    let mut world = build(GUIDED, &["steering.guides.listens=1.0"], 4);
    for _ in 0..50 {
        let happened = step(&mut world, &mut scratch).unwrap();
        let figures = &happened.record.resources;
        let load = |at: usize| figures[at].requested as f64 / figures[at].capacity as f64;
        let under = if load(0) < load(1) { 0 } else { 1 };
        let expected = if load(0) == load(1) { 0 } else { figures[under].granted };
        let found: i128 = world.steering[0].steered.iter().map(|one| i128::from(one.atoms)).sum();
        assert_eq!(found, expected);
    }
}

/// A contract pays its rate for each unit that was steered to its resource, within an atom for each epoch and guide.
#[test]
fn guides_are_paid_for_each_unit() {
    let mut world = build(GUIDED, &[], 4);
    let mut scratch = Scratch::default();
    let mut steered = 0;
    for _ in 0..100 {
        step(&mut world, &mut scratch).unwrap();
        // What is steered in the step in which it is funded counts from the next on.
        if world.step > 1 {
            let to_large = world.steering[0].steered.iter().filter(|one| one.resource == 0);
            steered += to_large.map(|one| i128::from(one.atoms)).sum::<i128>();
        }
    }
    let paid = world.ledger.cohort_flow(world.cohorts[1].id, AssetId::NUMERAIRE, Reason::Reward);
    assert!(steered > 1_000_000_000, "{steered}");
    assert!((paid - steered / 100).abs() <= 2 * 100, "{paid} for {steered}");
}

/// A contract pays for each task that one of its affiliates completed.
#[test]
fn workers_are_paid_for_each_completion() {
    let text = "
[run]
name = 'bonus'
steps = 100
[cohorts.clients]
size = 10
balance = 1000.0
[cohorts.workers]
size = 10
balance = 10.0
[tasks.jobs]
primaries = 'clients'
arrivals = { kind = 'poisson', rate = 0.2, size = 3.0, slack = 20 }
reward = 1.0
[tasks.jobs.workers.workers]
policy = 'greedy'
reliability = 0.8
[accounts.fund]
balance = 500.0
[contracts.bonus]
primary = 'fund'
affiliates = 'workers'
contribution = 'tasks'
tasks = 'jobs'
reward = { kind = 'proportional', rate = 0.25 }
cap = 500.0
";
    let mut world = build(text, &[], 2);
    run(&mut world, 100);
    let counts = world.tasks[0].board.counts;
    let paid = world.ledger.named_flow(world.contracts[0].escrow, AssetId::NUMERAIRE, Reason::Reward);
    assert!(counts.completed > 50 && counts.found_false > 10, "{counts:?}");
    assert_eq!(-paid, i128::from(counts.completed) * 250_000);
}

#[test]
fn advice_that_nobody_can_follow_is_told() {
    let told = |set: &[&str]| {
        let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
        let loaded = Loaded::from_text("test.toml", GUIDED, Path::new(""), &set);
        match loaded.and_then(|loaded| loaded.build(1, u64::MAX).map(|_| ())) {
            Ok(()) => panic!("nothing is wrong with {set:?}"),
            Err(error) => error.to_string(),
        }
    };
    for (set, expected) in [
        (&["cohorts.users.demand.resources=[\"large\"]"][..], "nobody can listen to `guides`"),
        (&["steering.guides.requesters=[\"guides\"]"], "have no resources to choose among"),
        (&["steering.guides.affiliates=\"guide\""], "there is no cohort called `guide`"),
        (&["steering.others.affiliates=\"guides\""], "listen to others already"),
        (&["contracts.large.affiliates=\"users\""], "nobody of `users` can contribute"),
    ] {
        let said = told(set);
        assert!(said.contains(expected), "{set:?}: {said}");
    }
}
