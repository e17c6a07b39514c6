//! Economies with contracts: who is reached, what is attributed to whom, and what is posted.

mod shared;

use std::collections::BTreeMap;

use shared::build;
use walras_engine::{Scratch, World, step};
use walras_institutions::contract::{Contract, State};
use walras_ledger::{AssetId, Atoms, Reason};
use walras_scenario::Loaded;

/// A market, a public that may not know of it, and affiliates who are paid for volume.
const PROMOTED: &str = "
[run]
name = 'promoted'
steps = 80
[assets.TOKEN]
[markets.curve]
kind = 'curve'
asset = 'TOKEN'
curve = { kind = 'linear', intercept = 1.0, slope = 0.000_1 }
buy_fee = 0.01
sell_fee = 0.01
[accounts.foundation]
balance = 1000.0
[contacts]
cohorts = ['public']
aware = 0.1
reach = 0.5
[contracts.volume]
primary = 'foundation'
affiliates = 'affiliates'
contribution = 'volume'
market = 'curve'
reward = { kind = 'proportional', rate = 0.02 }
cap = 500.0
epoch = 8
window = 25
[cohorts.affiliates]
size = 12
balance = 20.0
markets = []
promotion = { effort = { kind = 'fixed', effort = 0.4 }, cost = 0.5 }
[cohorts.public]
size = 200
balance = 100.0
policy = { kind = 'logistic', valuation = { kind = 'lognormal', median = 1.2, sigma = 0.4 }, sensitivity = 4.0, activity = 0.4, order_size = { amount = 0.3, unit = 'share' }, slippage = 0.2 }
";

fn take(world: &mut World, steps: u32, mut each: impl FnMut(&World, &walras_engine::step::Happened<'_>)) {
    let mut scratch = Scratch::default();
    for _ in 0..steps {
        let happened = step(world, &mut scratch).unwrap();
        each(world, &happened);
    }
}

/// Attribution recomputed from all trades and a diary of touches: the last affiliate that reached the trader within the
/// window gets its whole volume.
fn twin(settings: &[&str]) {
    let mut world = build(PROMOTED, settings, 3);
    let mut known: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    let (mut epoch, mut total, mut was_active) = (0_i64, 0_i64, false);
    take(&mut world, 80, |world, happened| {
        let now = world.step - 1;
        // Who trades without having heard.
        let contacts = world.contacts.as_ref().unwrap();
        happened.fills.each(&world.cohorts, |fill| {
            assert_eq!(world.cohorts[fill.cohort].name, "public");
            let touched = known.get(&fill.row).filter(|(_, when)| now - when <= 25);
            if was_active && touched.is_some() {
                epoch += fill.payment.trade.abs();
            }
        });
        let group = &world.contracts[0];
        if group.terms.ends_epoch(now) {
            total += epoch;
            epoch = 0;
            assert_eq!(group.contribution, [total, 0], "at step {now}");
        }
        was_active = group.contracts[0].state() == State::Active;
        for slot in 0..contacts.touches.len() {
            let last = contacts.touches.of(slot).last().unwrap();
            known.insert(contacts.touches.agent(slot), (last.affiliate, last.step));
        }
    });
    assert!(total > 0);
    let money = world.contracts[0].contracts[0].money();
    assert!(money.paid > 0 && money.paid <= 500_000_000);
    let paid = world.ledger.cohort_flow(world.cohorts[0].id, AssetId::NUMERAIRE, Reason::Reward);
    assert_eq!(paid, i128::from(money.paid));
    world.ledger.check_fully().unwrap();
}

#[test]
fn contributions_are_what_reached_agents_traded() {
    twin(&[]);
    // Served one after another, and with one agent at a time.
    twin(&["markets.curve.settlement=\"sequential\""]);
    twin(&["run.order_of_events=\"shuffled\""]);
    // Rules differ in who gets it, not in how much there is.
    twin(&["contracts.volume.attribution=\"linear\""]);
    twin(&["contracts.volume.attribution={kind=\"time_decay\", half_life=5.0}"]);
    twin(&["contracts.volume.attribution=\"shapley\""]);
    twin(&["contracts.volume.attribution=\"removal\""]);
}

#[test]
fn nobody_trades_before_having_heard_and_approaching_costs() {
    let mut world = build(PROMOTED, &["contacts.aware=0.0", "contracts.volume.starts=40"], 4);
    let mut reached = 0;
    take(&mut world, 60, |world, happened| {
        let contacts = world.contacts.as_ref().unwrap();
        assert!(contacts.aware() >= reached);
        let mut trades = 0;
        happened.fills.each(&world.cohorts, |_| trades += 1);
        assert!(trades <= reached, "{trades} of {reached} who had heard traded");
        reached = contacts.aware();
    });
    assert!(reached > 30);
    let spent = -world.ledger.cohort_flow(world.cohorts[0].id, AssetId::NUMERAIRE, Reason::Expense);
    // Half a unit each, as far as they had it; half of those who were approached were reached.
    assert_eq!(spent % 500_000, 0);
    assert!(spent <= 240_000_000 && spent / 500_000 >= reached as i128, "{spent}");
}

/// An agent that is never reached changes nobody's draws, and a cohort that knows trades as if there were no contacts.
#[test]
fn contacts_change_nothing_for_those_who_know() {
    let plain: String = PROMOTED.split("[contacts]").next().unwrap().to_owned()
        + "[cohorts.public]"
        + PROMOTED.split("[cohorts.public]").nth(1).unwrap();
    let prices = |text: &str, set: &[&str]| {
        let mut world = build(text, set, 9);
        let mut prices = Vec::new();
        take(&mut world, 40, |world, _| prices.push(world.price(AssetId(1)).to_bits()));
        prices
    };
    assert_eq!(prices(PROMOTED, &["contacts.aware=1.0"]), prices(&plain, &[]));
    assert_ne!(prices(PROMOTED, &[]), prices(&plain, &[]));
}

/// Every primary of a cohort has a contract of its own, and affiliates are spread over them.
#[test]
fn each_primary_has_a_contract() {
    let text = PROMOTED.replace("primary = 'foundation'", "primary = 'makers'").replace("cap = 500.0", "cap = 5.0")
        + "[cohorts.makers]\nsize = 5\nbalance = 7.0\nmarkets = []\n";
    let mut world = build(&text, &[], 3);
    take(&mut world, 60, |_, _| {});
    let group = &world.contracts[0];
    assert_eq!(group.contracts.len(), 5);
    let joined: Vec<Vec<u32>> =
        group.contracts.iter().map(|contract| contract.affiliates().map(|it| it.who).collect()).collect();
    assert_eq!(joined, [vec![0, 5, 10], vec![1, 6, 11], vec![2, 7], vec![3, 8], vec![4, 9]]);
    let held: Atoms = group.contracts.iter().map(|contract| contract.money().held()).sum();
    assert_eq!(held, world.ledger.held(group.escrow, AssetId::NUMERAIRE));
    assert!(group.contracts.iter().map(|contract| contract.money().paid).sum::<Atoms>() > 0);
}

/// A primary without the money never gets past its proposal, which is told once, and one that pays in a token pays tokens.
#[test]
fn escrow_comes_first() {
    let mut world = build(PROMOTED, &["accounts.foundation.balance=499.0"], 3);
    let mut told = Vec::new();
    take(&mut world, 40, |_, happened| {
        let unfunded = happened.events.list.iter().filter(|event| event.kind == "contract_unfunded");
        told.extend(unfunded.map(|event| (event.subject.clone(), event.amount)));
    });
    assert_eq!(told, [("volume".to_owned(), Some(1))]);
    assert_eq!(world.contracts[0].contracts[0].state(), State::Proposed);
    assert_eq!(world.contracts[0].contribution, [0, 0]);
    let set = [
        "accounts.foundation.holdings={TOKEN=600.0}",
        "contracts.volume.asset=\"TOKEN\"",
        "contracts.volume.stake=0.0",
    ];
    let mut world = build(PROMOTED, &set, 3);
    take(&mut world, 40, |_, _| {});
    let (token, cohort) = (AssetId(1), world.cohorts[0].id);
    let got: Atoms = world.ledger.column(cohort, token).unwrap().iter().sum();
    assert_eq!(got, world.contracts[0].contracts[0].money().paid);
    assert!(got > 0);
}

/// Conditions, levers and formulas: a contract that is active only while a condition holds, whose rate a controller sets.
#[test]
fn conditions_suspend_and_controllers_set_rates() {
    let text = PROMOTED.to_owned()
        + "[controllers.rate]\ncontract = 'volume'\nparameter = 'rate'\n\
           controller = { kind = 'schedule', points = [[24, 0.005]] }\n";
    let mut world = build(&text, &["contracts.volume.condition=\"step < 47 or step > 60\""], 3);
    let mut states = Vec::new();
    take(&mut world, 80, |world, _| states.push(world.contracts[0].contracts[0].state()));
    assert_eq!(world.contracts[0].number("rate"), 0.005);
    assert_eq!(
        [states[0], states[46], states[47], states[59]],
        [State::Active, State::Active, State::Escrowed, State::Escrowed]
    );
    assert_eq!(*states.last().unwrap(), State::Active);
    let by_formula = "contracts.volume.reward={kind=\"formula\", earns=\"min(contribution, 10) * price\"}";
    let mut world = build(PROMOTED, &[by_formula], 3);
    take(&mut world, 40, |_, _| {});
    assert!(world.contracts[0].contracts[0].money().paid > 0);
}

/// Each transition and each payment is an entry of the log, and the entries add up to what was posted.
#[test]
fn the_log_has_every_payment() {
    let set = ["contracts.volume.expires=60", "contracts.volume.stake=3.0"];
    let mut world = build(PROMOTED, &set, 3);
    let mut sums: BTreeMap<&'static str, (usize, Atoms)> = BTreeMap::new();
    take(&mut world, 80, |_, happened| {
        for entry in &happened.events.entries {
            assert_eq!(&*entry.institution, "contracts.volume");
            let (count, atoms) = sums.entry(entry.act).or_default();
            *count += 1;
            *atoms += entry.amount.unwrap_or(0);
        }
    });
    let money = *world.contracts[0].contracts[0].money();
    assert_eq!(sums["funded"], (1, 500_000_000));
    assert_eq!((sums["paid"].1, sums["refunded"].1), (money.paid, money.refunded));
    assert_eq!(sums["measured"].1, money.earned);
    assert_eq!((sums["staked"], sums["stake_returned"]), ((12, 36_000_000), (12, 36_000_000)));
    assert_eq!([sums["escrowed"].0, sums["activated"].0, sums["settled"].0], [1, 1, 1]);
    assert_eq!(money.funded, money.paid + money.refunded);
    assert!(world.contracts[0].contracts.iter().all(Contract::is_over));
}

/// What cannot be is refused with what to do.
#[test]
fn contracts_that_cannot_be_are_refused() {
    let refused = |set: &[&str]| {
        let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
        let loaded = Loaded::from_text("test.toml", PROMOTED, std::path::Path::new(""), &set);
        match loaded.and_then(|loaded| loaded.build(1, u64::MAX)) {
            Ok(_) => panic!("{set:?} is not refused"),
            Err(error) => error.to_string(),
        }
    };
    let cases = [
        ("contracts.volume.primary=\"nobody\"", "nobody"),
        ("contracts.volume.affiliates=\"afiliates\"", "no cohort called `afiliates`"),
        ("contracts.volume.market=\"curv\"", "no market called `curv`"),
        ("contracts.volume.cap=1e15", "cannot be counted"),
        ("contracts.volume.epoch_cap=501.0", "more than the cap"),
        ("contracts.volume.condition=\"pirce > 1\"", "nothing called `pirce`"),
        ("contracts.volume.attribution=\"counterfactual\"", "compares runs"),
        ("contacts.word_of_mouth=0.5", "have no network"),
        (
            "contacts.topology={kind=\"ring\", places=10}",
            "10 places for 200 agents who can be reached and 12 who promote",
        ),
    ];
    for (set, said) in cases {
        let error = refused(&[set]);
        assert!(error.contains(said), "{set}: {error}");
    }
}
