//! Resources in whole economies: nothing appears or vanishes, nobody gets more than there is or than it asked or can pay
//! for, what perishes is gone, what is carried is paid for and arrives when it should, and the bits are the same whatever
//! the number of threads and wherever a run is taken up again.

mod shared;

use walras_engine::{Scratch, World, advance, step};
use walras_ledger::{AssetId, Reason};
use walras_numerics::{StateError, StateVisitor};

/// A resource of two assets, one perishable, and three cohorts who want them for different reasons.
fn economy(rule: &str, more: &str) -> String {
    format!(
        "[run]\nname = 'resources'\nsteps = 50\n[numeraire]\ndecimals = 3\n\
         [assets.CPU]\ndecimals = 2\nrole = 'resource'\ndecay = 1.0\n\
         [assets.DISK]\ndecimals = 0\nrole = 'resource'\ndecay = 0.1\n\
         [resources.cluster]\ncapacity = {{ CPU = {{ kind = 'failing', nodes = 10, each = 15.5, up = 20.0, down = 5.0 }}, DISK = 40 }}\n\
         rule = {rule}\nprice = {{ CPU = 0.5, DISK = 2.0 }}\n\
         [cohorts.firms]\nsize = 150\nbalance = 60.0\nincome = 1.0\ndemand = {{ weight = {{ kind = 'uniform', low = 1.0, high = 3.0 }}, \
         requests = {{ kind = 'elastic', need = {{ kind = 'uniform', low = 0.5, high = 3.0 }}, reference = 1.0 }}, \
         need = {{ kind = 'random_walk', deviation = 0.2, reversion = 0.1 }} }}\n\
         [cohorts.queues]\nsize = 70\nbalance = 100.0\ndemand = {{ priority = 3, budget = 0.3, \
         requests = {{ kind = 'jobs', arrivals = {{ kind = 'poisson', rate = 0.3, size = {{ CPU = 4.0, DISK = 1.0 }}, slack = 5.0 }}, worth = {{ CPU = 1.0, DISK = 3.0 }} }} }}\n\
         [cohorts.hoarders]\nsize = 5\nbalance = 500.0\ndemand = {{ reporting = {{ kind = 'hoarding', steps = 5.0 }}, quota = 30.0, \
         requests = {{ kind = 'cobb_douglas', most = 4.0 }} }}\n{more}"
    )
}

const RULES: [&str; 10] = [
    "'equal_share'",
    "'proportional'",
    "'max_min'",
    "'strict_priority'",
    "'lottery'",
    "'first_come_first_served'",
    "'uniform_price'",
    "'pay_as_bid'",
    "{ kind = 'posted_price', rationing = 'proportional', adjustment = { kind = 'exponential', gain = 0.2 } }",
    "{ kind = 'posted_price', rationing = 'max_min', adjustment = { kind = 'tanh', gain = 0.1 } }",
];

const NETWORK: &str = "[network]\ntopology = { kind = 'small_world', places = 12 }\ncost = 0.05\nlatency = 1\ncapacity = 30.0\n\
                       [resources.far]\nplace = '3'\ncapacity = { SAND = 60.0 }\nprice = { SAND = 0.2 }\nrule = RULE\n\
                       [resources.near]\nplace = '9'\ncapacity = { SAND = 45.0 }\nprice = { SAND = 0.3 }\nrule = RULE\n\
                       [assets.SAND]\ndecimals = 1\nrole = 'resource'\ndecay = 0.05\n\
                       [cohorts.builders]\nsize = 40\nbalance = 30.0\nincome = 1.0\ndemand = { resources = ['far', 'near'], choice = 'CHOICE', \
                       requests = { kind = 'fixed', need = { kind = 'uniform', low = 1.0, high = 5.0 } } }\n";

fn networked(rule: &str, choice: &str) -> String {
    let only = economy("'max_min'", &NETWORK.replace("RULE", rule).replace("CHOICE", choice));
    only.replace("demand = { weight", "demand = { resources = ['cluster'], weight")
        .replace("demand = { priority", "demand = { resources = ['cluster'], priority")
        .replace("demand = { reporting", "demand = { resources = ['cluster'], reporting")
}

/// Every asset's supply changed by what was provided less what was used or perished, and by nothing else.
fn check_supply(world: &World, before: &[i64]) {
    for (asset, before) in before.iter().enumerate().skip(1) {
        let id = AssetId(asset as u16);
        let issuer = world.ledger.issuer(id);
        let flow = |reason| -world.ledger.named_flow(issuer, id, reason);
        let (provided, consumed, decayed) = (flow(Reason::Capacity), flow(Reason::Consumption), flow(Reason::Decay));
        assert!(provided >= 0 && consumed <= 0 && decayed <= 0);
        let change = i128::from(world.ledger.supply(id) - before);
        assert_eq!(change, provided + consumed + decayed, "{}", world.assets[asset].name);
    }
}

fn economies() -> Vec<(String, String)> {
    let alone = RULES.iter().map(|rule| ((*rule).to_owned(), economy(rule, "")));
    let choices = ["cheapest", "nearest", "least_loaded", "any"];
    let posted = RULES[8];
    let placed = choices.iter().flat_map(|choice| {
        ["'max_min'", "'pay_as_bid'", posted].map(|rule| (format!("{choice}, {rule}"), networked(rule, choice)))
    });
    let together = TOGETHER.iter().map(|rule| {
        ((*rule).to_owned(), economy("'max_min'", "").replace("rule = 'max_min'", &format!("together = {rule}")))
    });
    let leased = LEASES.iter().map(|rule| ((*rule).to_owned(), leases(rule)));
    alone.chain(placed).chain(together).chain(leased).collect()
}

const TOGETHER: [&str; 7] = [
    "'dominant_resource_fairness'",
    "{ kind = 'dominant_resource_fairness', tasks = 'whole' }",
    "'asset_fairness'",
    "'max_min_tasks'",
    "'proportional_fairness'",
    "'linear_fisher'",
    "'cobb_douglas_fisher'",
];

const LEASES: [&str; 3] = ["{}", "{ backfilling = 'off' }", "{ preemption = 'resume' }"];

/// Machines leased for several steps, of which some fail, to cohorts of two priorities.
fn leases(rule: &str) -> String {
    format!(
        "[run]\nname = 'leases'\nsteps = 50\n[numeraire]\ndecimals = 3\n[assets.MACHINE]\ndecimals = 0\ndecay = 1.0\n\
         [resources.hall]\ncapacity = {{ MACHINE = {{ kind = 'failing', nodes = 12, each = 2.0, up = 30.0, down = 5.0 }} }}\n\
         leases = {rule}\n\
         [cohorts.low]\nsize = 30\ndemand = {{ lease = {{ kind = 'uniform', low = 1.0, high = 9.0 }}, \
         requests = {{ kind = 'fixed', need = {{ kind = 'uniform', low = 1.0, high = 5.0 }} }} }}\n\
         [cohorts.high]\nsize = 5\ndemand = {{ priority = 1, lease = 4, requests = {{ kind = 'jobs', arrivals = {{ kind = 'poisson', rate = 0.1, size = 8.0 }} }} }}\n"
    )
}

#[test]
fn nothing_appears_or_vanishes_and_nobody_gets_more_than_there_is() {
    for (name, text) in economies() {
        let mut world = shared::build(&text, &[], 7);
        let mut scratch = Scratch::default();
        let before: Vec<i64> = (0..world.assets.len()).map(|a| world.ledger.supply(AssetId(a as u16))).collect();
        world.ledger.reset_flows();
        for at in 0..50 {
            let happened = step(&mut world, &mut scratch).unwrap_or_else(|why| panic!("{name}, step {at}: {why}"));
            for figures in &happened.record.resources {
                assert!(figures.granted <= i128::from(figures.capacity), "{name}, step {at}: {figures:?}");
                assert!(figures.granted <= figures.requested, "{name}, step {at}: {figures:?}");
            }
            world.ledger.check_fully().unwrap();
            let perishable = world.ledger.supply(AssetId(1));
            assert_eq!(perishable, 0, "{name}, step {at}: what perishes is gone");
        }
        check_supply(&world, &before);
        let used: f64 =
            world.cohorts.iter().filter_map(|it| it.demand.as_ref()).map(|it| it.utility.iter().sum::<f64>()).sum();
        assert!(used > 0.0, "{name}: nobody got anything");
    }
}

#[test]
fn bits_are_the_same_on_any_number_of_threads() {
    let hash = |text: &str, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut world = shared::build(text, &["cohorts.firms.size=20000"], 3);
            let mut scratch = Scratch::default();
            for _ in 0..5 {
                advance(&mut world, &mut scratch).unwrap();
            }
            world.hash().unwrap()
        })
    };
    for text in [economy(RULES[8], ""), networked(RULES[8], "any")] {
        assert_eq!(hash(&text, 1), hash(&text, 4));
    }
}

/// Writes all state down, and reads it back.
#[derive(Default)]
struct Tape {
    written: Vec<Vec<u64>>,
    at: Option<usize>,
}

impl Tape {
    fn turn(&mut self, now: Vec<u64>) -> Vec<u64> {
        match &mut self.at {
            None => {
                self.written.push(now.clone());
                now
            }
            Some(at) => {
                *at += 1;
                self.written[*at - 1].clone()
            }
        }
    }
}

impl StateVisitor for Tape {
    fn u64(&mut self, _: &str, value: &mut u64) -> Result<(), StateError> {
        *value = self.turn(vec![*value])[0];
        Ok(())
    }

    fn f64(&mut self, _: &str, value: &mut f64) -> Result<(), StateError> {
        *value = f64::from_bits(self.turn(vec![value.to_bits()])[0]);
        Ok(())
    }

    fn i64s(&mut self, _: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        let now = values.iter().map(|value| value.cast_unsigned()).collect();
        *values = self.turn(now).iter().map(|value| value.cast_signed()).collect();
        Ok(())
    }

    fn f64s(&mut self, _: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        let now = values.iter().map(|value| value.to_bits()).collect();
        *values = self.turn(now).iter().map(|value| f64::from_bits(*value)).collect();
        Ok(())
    }
}

/// Whatever a step leaves behind for the next is state: a fresh world that is given it goes on alike.
#[test]
fn a_run_taken_up_again_goes_on_alike() {
    for (name, text) in economies() {
        let mut world = shared::build(&text, &[], 5);
        let mut scratch = Scratch::default();
        for _ in 0..20 {
            step(&mut world, &mut scratch).unwrap();
        }
        let mut tape = Tape::default();
        world.visit_state(&mut tape).unwrap();
        let mut again = shared::build(&text, &[], 5);
        tape.at = Some(0);
        again.visit_state(&mut tape).unwrap();
        let mut fresh = Scratch::default();
        for _ in 0..10 {
            step(&mut world, &mut scratch).unwrap();
            step(&mut again, &mut fresh).unwrap();
        }
        assert_eq!(world.hash().unwrap(), again.hash().unwrap(), "{name}");
    }
}

/// Two places and a link that takes two steps and costs a tenth: what is granted at step t is there at t + 2, and is paid
/// for with the way when it is granted.
#[test]
fn what_takes_time_arrives_when_it_should() {
    let text = "[run]\nname = 'way'\nsteps = 5\n[numeraire]\ndecimals = 2\n[assets.SAND]\ndecimals = 0\n\
                [network]\ntopology = { kind = 'ring', places = 3 }\ncost = 0.1\nlatency = 2\n\
                [resources.pit]\nplace = '0'\ncapacity = { SAND = 10 }\nprice = { SAND = 1.0 }\n\
                rule = 'posted_price'\n\
                [cohorts.here]\nsize = 1\nbalance = 100.0\ndemand = { places = ['0'], requests = { kind = 'fixed', need = 3.0 } }\n\
                [cohorts.there]\nsize = 1\nbalance = 100.0\ndemand = { places = ['1'], requests = { kind = 'fixed', need = 3.0 } }\n";
    let mut world = shared::build(text, &[], 1);
    let mut scratch = Scratch::default();
    let mut seen = Vec::new();
    for _ in 0..4 {
        step(&mut world, &mut scratch).unwrap();
        let utility = |c: usize| world.cohorts[c].demand.as_ref().unwrap().utility[0];
        let balance = |c: usize| world.ledger.column(world.cohorts[c].id, AssetId::NUMERAIRE).unwrap()[0];
        seen.push((utility(0), balance(0), utility(1), balance(1)));
    }
    // Three units at a dollar here; there at a dollar and a dime, used two steps later. Who has what it wants asks for
    // nothing.
    let expected = [(3.0, 9700, 0.0, 9670), (6.0, 9400, 0.0, 9340), (9.0, 9100, 3.0, 9340), (12.0, 8800, 6.0, 9340)];
    assert_eq!(seen, expected);
    assert_eq!(world.ledger.held(world.carriage.as_ref().unwrap().account, AssetId::NUMERAIRE), 60);
}

/// An agent that cannot pay for what it wants asks for what it can pay for, and the record says so.
#[test]
fn requests_are_cut_to_what_can_be_paid() {
    let text = "[run]\nname = 'poor'\nsteps = 1\n[numeraire]\ndecimals = 2\n[assets.CPU]\ndecimals = 0\ndecay = 1.0\n\
                [resources.cluster]\ncapacity = { CPU = 100 }\nprice = { CPU = 2.0 }\n\
                rule = 'posted_price'\n\
                [cohorts.poor]\nsize = 1\nbalance = 20.5\ndemand = { requests = { kind = 'fixed', need = 30.0 } }\n";
    let mut world = shared::build(text, &[], 1);
    let mut scratch = Scratch::default();
    let happened = step(&mut world, &mut scratch).unwrap();
    let figures = &happened.record.resources[0];
    assert_eq!((figures.requested, figures.granted, figures.paid, figures.cut), (10, 10, 2000, 1));
    assert!(happened.events.list.iter().any(|event| event.kind == "cut_to_budget" && event.amount == Some(1)));
}

/// Of alike resources, requests are counted as cut where they were made.
#[test]
fn cut_requests_count_at_the_resource_chosen() {
    let text = "[run]\nname = 'poor'\nsteps = 1\n[numeraire]\ndecimals = 2\n[assets.CPU]\ndecimals = 0\ndecay = 1.0\n\
                [resources.dear]\ncapacity = { CPU = 100 }\nprice = { CPU = 3.0 }\nrule = 'posted_price'\n\
                [resources.fair]\ncapacity = { CPU = 100 }\nprice = { CPU = 2.0 }\nrule = 'posted_price'\n\
                [cohorts.poor]\nsize = 4\nbalance = 20.5\ndemand = { requests = { kind = 'fixed', need = 30.0 }, \
                choice = 'cheapest' }\n";
    let mut world = shared::build(text, &[], 1);
    let mut scratch = Scratch::default();
    let happened = step(&mut world, &mut scratch).unwrap();
    let cut: Vec<u64> = happened.record.resources.iter().map(|figures| figures.cut).collect();
    assert_eq!(cut, [0, 4]);
    let told = happened.events.list.iter().filter(|event| event.kind == "cut_to_budget");
    assert!(told.map(|event| event.amount).eq([Some(4)]));
}

/// The load is what was asked for over what there is, and is kept where somebody chooses by it.
#[test]
fn the_load_is_kept_where_it_decides() {
    let loads = |choice: &str| {
        let mut world = shared::build(&networked("'max_min'", choice), &[], 1);
        let mut scratch = Scratch::default();
        for _ in 0..3 {
            step(&mut world, &mut scratch).unwrap();
        }
        let load = |name: &str| world.resources.iter().find(|source| source.name == name).unwrap().load;
        ["cluster", "far", "near"].map(load)
    };
    assert_eq!(loads("nearest"), [0.0; 3]);
    let [cluster, far, near] = loads("least_loaded");
    // All may have turned to the same.
    assert!(cluster == 0.0 && far.max(near) > 0.0, "{cluster} {far} {near}");
}

/// What is wrong is said in words, with its place.
#[test]
fn what_cannot_be_is_refused() {
    let whole = economy("'max_min'", "");
    let change = |from: &str, to: &str| whole.replace(from, to);
    for (text, words) in [
        (change("DISK = 40 }", "DISK = -1.0 }"), "must be"),
        (change("DISK = 40 }", "TAPE = 40 }").replace("DISK = 2.0", "TAPE = 2.0"), "TAPE"),
        (change("'max_min'", "'max_mean'"), "max_min"),
        (change("need = { kind = 'uniform', low = 0.5", "need = { kind = 'uniform', low = -0.5"), "drew"),
        (change("demand = { priority", "demand = { resources = ['grid'], priority"), "grid"),
        (change("demand = { priority", "demand = { places = ['1'], priority"), "no network"),
        (change("rule = 'max_min'", "rule = 'max_min'\nplace = '1'"), "no network"),
        (leases("{}\nplace = '1'"), "lease what is everywhere"),
        (change("price = { CPU = 0.5", "price = { RAM = 0.5"), "RAM"),
        (networked("'max_min'", "any").replace("place = '3'", "place = '99'"), "place of the network"),
        (
            networked("'max_min'", "any")
                .replace("kind = 'small_world', places = 12", "kind = 'random', places = 12, probability = 0.05"),
            "no way from",
        ),
        (
            networked("'max_min'", "any").replace("decimals = 1\nrole = 'resource'\ndecay = 0.05", "decay = 1.0"),
            "on its way",
        ),
    ] {
        let loaded = walras_scenario::Loaded::from_text("test.toml", &text, std::path::Path::new(""), &[]);
        let said = match loaded {
            Err(error) => error.to_string() + &walras_scenario::show::show(&error, walras_scenario::show::Form::Plain),
            Ok(loaded) => match loaded.build(1, u64::MAX) {
                Err(error) => {
                    error.to_string() + &walras_scenario::show::show(&error, walras_scenario::show::Form::Plain)
                }
                Ok(_) => panic!("accepted, and should say {words}"),
            },
        };
        assert!(said.contains(words), "{said} does not say {words}");
    }
}

/// Who has a queue buys no unit for more than it is worth to it; the posted price then comes down to that.
#[test]
fn nobody_buys_what_costs_more_than_it_is_worth() {
    let text = "[run]\nname = 'worth'\nsteps = 40\n[numeraire]\ndecimals = 4\n[assets.CPU]\ndecimals = 0\ndecay = 1.0\n\
                [resources.cluster]\ncapacity = { CPU = 5 }\nprice = { CPU = 3.0 }\n\
                rule = { kind = 'posted_price', adjustment = { kind = 'linear', gain = 0.02 } }\n\
                [cohorts.queue]\nsize = 3\nbalance = 5000.0\ndemand = { requests = { kind = 'jobs', worth = 2.0, \
                arrivals = { kind = 'poisson', rate = 2.0, size = 4.0, variation = 0.0 } } }\n";
    let mut world = shared::build(text, &[], 1);
    let mut scratch = Scratch::default();
    let mut traded = false;
    for _ in 0..40 {
        let happened = step(&mut world, &mut scratch).unwrap();
        let figures = &happened.record.resources[0];
        let price = figures.price.unwrap();
        assert!(price <= 2.0 || figures.granted == 0, "{figures:?}");
        traded |= figures.granted > 0;
    }
    assert!(traded);
}

/// A cap holds whatever the rule, an agent's own quota where that is less.
#[test]
fn nobody_gets_more_than_the_cap() {
    for rule in ["rule = 'proportional'", "rule = 'first_come_first_served'", "together = 'dominant_resource_fairness'"]
    {
        let text = format!(
            "[run]\nname = 'cap'\nsteps = 1\n[assets.CPU]\ndecimals = 0\n[resources.cluster]\ncapacity = {{ CPU = 100 }}\n\
             {rule}\ncap = 0.25\n[cohorts.large]\nsize = 2\ndemand = {{ requests = {{ kind = 'fixed', need = 90.0 }} }}\n\
             [cohorts.small]\nsize = 2\ndemand = {{ quota = 10.0, requests = {{ kind = 'fixed', need = 90.0 }} }}\n"
        );
        let mut world = shared::build(&text, &[], 1);
        step(&mut world, &mut Scratch::default()).unwrap();
        let got = |c: usize| world.cohorts[c].demand.as_ref().unwrap().utility.clone();
        assert_eq!((got(0), got(1)), (vec![25.0; 2], vec![10.0; 2]), "{rule}");
    }
}

/// Two cohorts of jobs, one capacity that is not enough for all at times.
fn jobs(rule: &str, dear: &str, cheap: &str) -> String {
    let cohort = |name: &str, worth: f64, more: &str| {
        format!(
            "[cohorts.{name}]\nsize = 30\nbalance = 1e6\ndemand = {{ {more}requests = {{ kind = 'jobs', worth = {worth:?}, \
             arrivals = {{ kind = 'poisson', rate = 0.3, size = 4.0 }} }} }}\n"
        )
    };
    format!(
        "[run]\nname = 'jobs'\nsteps = 50\n[assets.CPU]\ndecimals = 2\nrole = 'resource'\ndecay = 1.0\n\
         [resources.cluster]\ncapacity = {{ CPU = 75.0 }}\nrule = {rule}\nprice = {{ CPU = 2.0 }}\n{}{}",
        cohort("dear", 3.0, dear),
        cohort("cheap", 1.0, cheap),
    )
}

/// Those to whom a unit is worth most go first where priorities or true bids say so: no grants could be worth more. A
/// lottery, and a proportion of what is overstated, give some to others.
#[test]
fn grants_in_order_of_worth_are_efficient_and_others_are_not() {
    let overstated = "reporting = { kind = 'inflated', factor = 10.0 }, ";
    let mean = |rule: &str, dear: &str, cheap: &str| {
        let mut world = shared::build(&jobs(rule, dear, cheap), &[], 7);
        let mut scratch = Scratch::default();
        let mut found = Vec::new();
        for _ in 0..50 {
            let happened = step(&mut world, &mut scratch).unwrap();
            found.extend(happened.record.resources[0].efficiency);
        }
        assert!(found.len() > 40, "{rule}");
        assert!(found.iter().all(|share| (0.0..=1.0 + 1e-12).contains(share)), "{rule}: {found:?}");
        found.iter().sum::<f64>() / found.len() as f64
    };
    for (rule, priority) in [("'strict_priority'", "priority = 1, "), ("'uniform_price'", ""), ("'pay_as_bid'", "")] {
        let best = mean(rule, priority, "");
        assert!((best - 1.0).abs() < 1e-12, "{rule}: {best}");
    }
    let (lottery, honest) = (mean("'lottery'", "", ""), mean("'proportional'", "", ""));
    let cheated = mean("'proportional'", "", overstated);
    assert!(lottery < 0.95 && honest < 0.95, "{lottery} {honest}");
    assert!(cheated < honest - 0.05, "{cheated} is not below {honest}");
}

/// A posted price that a unit is not worth keeps its asker away; it is no request.
#[test]
fn nobody_asks_for_what_costs_more_than_it_is_worth() {
    let mut world = shared::build(&jobs("{ kind = 'posted_price' }", "", ""), &[], 7);
    let mut scratch = Scratch::default();
    for _ in 0..50 {
        let happened = step(&mut world, &mut scratch).unwrap();
        assert_eq!(happened.record.resources[0].cut, 0);
    }
    let used = |cohort: usize| world.cohorts[cohort].demand.as_ref().unwrap().backlog().unwrap().finished;
    assert!(used(0) > 0.0);
    assert_eq!(used(1), 0.0);
}

/// What is held after a step is what those who may request it have, and nothing of what perishes.
#[test]
fn what_is_kept_is_counted() {
    // Who overstates gets twice what it uses, and keeps the rest for later.
    let more = "[cohorts.keepers]\nsize = 5\nbalance = 1.0\ndemand = { priority = 9, reporting = { kind = 'inflated', factor = 3.0 }, \
                requests = { kind = 'fixed', need = 1.5 } }\n";
    let mut world = shared::build(&economy("'strict_priority'", more), &[], 7);
    let mut scratch = Scratch::default();
    let mut kept = 0;
    for _ in 0..50 {
        let happened = step(&mut world, &mut scratch).unwrap();
        let figures: Vec<i128> = happened.record.resources.iter().map(|it| it.held).collect();
        let spread = happened.record.resources.iter().map(|it| it.dominant_spread.unwrap());
        assert!(spread.into_iter().all(|spread| (0.0..=1.0).contains(&spread)));
        let held = |asset| {
            let columns = world.cohorts.iter().filter_map(|cohort| world.ledger.column(cohort.id, AssetId(asset)));
            columns.flatten().map(|&atoms| i128::from(atoms)).sum::<i128>()
        };
        assert_eq!(figures, [held(1), held(2)]);
        assert_eq!(figures[0], 0);
        kept += figures[1];
    }
    assert!(kept > 0);
}

/// Figures of leases counted the weights of those who asked in the step, not of those who held or waited.
#[test]
fn all_who_hold_or_wait_for_a_lease_are_counted() {
    let text = "[run]\nname = 'leases'\nsteps = 2\n[assets.MACHINE]\ndecimals = 0\ndecay = 1.0\n\
                [resources.hall]\ncapacity = { MACHINE = 4 }\nleases = {}\n\
                [cohorts.users]\nsize = 3\ndemand = { lease = 9, requests = { kind = 'fixed', need = 2.0 }, \
                need = { kind = 'growth', rate = -1.0 } }\n";
    let mut world = shared::build(text, &[], 1);
    let mut scratch = Scratch::default();
    // In the second step nobody needs anything; two hold what they have leased, and one still waits.
    for _ in 0..2 {
        let figures = step(&mut world, &mut scratch).unwrap().record.resources[0].clone();
        assert_eq!((figures.requested, figures.granted, figures.requesters, figures.served), (6, 4, 3, 2));
    }
}
