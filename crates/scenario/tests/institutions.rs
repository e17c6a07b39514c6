//! Economies with institutions: what treasuries pay and collect, what controllers drive, what formulas look at.

mod shared;

use shared::build;
use walras_engine::stage::foresee;
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Reason};
use walras_scenario::Loaded;

/// Traders on a curve, taxed on what they trade.
const TAXED: &str = "
[run]
name = 'taxed trades'
steps = 60
[assets.TOKEN]
[markets.curve]
kind = 'curve'
asset = 'TOKEN'
curve = { kind = 'linear', intercept = 1.0, slope = 0.000_01 }
buy_fee = 0.01
[cohorts.traders]
size = 50
balance = 1000.0
policy = { kind = 'logistic', valuation = { kind = 'lognormal', median = 1.5, sigma = 0.4 }, sensitivity = 4.0, activity = 0.5, order_size = { amount = 0.2, unit = 'share' }, slippage = 0.05 }
[accounts.treasury]
balance = 5.0
holdings = { TOKEN = 2.5 }
[incentives.tax]
rule = { kind = 'transaction_tax', rate = 0.02 }
treasury = 'treasury'
";

fn run(world: &mut World, steps: u32) -> usize {
    let mut scratch = Scratch::default();
    let mut entries = 0;
    for _ in 0..steps {
        let happened = step(world, &mut scratch).unwrap();
        entries += happened.events.entries.len();
    }
    entries
}

#[test]
fn a_tax_moves_to_the_treasury_what_the_traders_pay() {
    let mut world = build(TAXED, &[], 7);
    let treasury = world.accounts[0].id;
    assert_eq!(world.ledger.held(treasury, AssetId::NUMERAIRE), 5_000_000);
    assert_eq!(world.ledger.held(treasury, AssetId(1)), 2_500_000);
    let entries = run(&mut world, 60);
    let cohort = world.cohorts[0].id;
    let paid = -world.ledger.cohort_flow(cohort, AssetId::NUMERAIRE, Reason::Penalty);
    let fees = -world.ledger.cohort_flow(cohort, AssetId::NUMERAIRE, Reason::Fee);
    // Fees are a hundredth of what buyers pay, the tax two hundredths of what both sides trade.
    assert!(paid > 2 * fees && fees > 0 && entries > 0);
    assert_eq!(i128::from(world.ledger.held(treasury, AssetId::NUMERAIRE)), 5_000_000 + paid);
    world.ledger.check_fully().unwrap();
}

/// A controller drives a tax as high as a formula says, and a fee to what a schedule says.
#[test]
fn controllers_drive_incentives_and_fees() {
    let controllers = "
[controllers.tax]
incentive = 'tax'
parameter = 'rate'
watch = 'curve.volume / 100'
controller = { kind = 'proportional_integral', target = 1.0, proportional_gain = 0.001, low = 0.0, high = 0.5, action = 'direct' }
[controllers.fee]
market = 'curve'
parameter = 'fee'
controller = { kind = 'schedule', points = [[10, 0.05]], interpolation = 'step' }
";
    let mut world = build(&format!("{TAXED}{controllers}"), &[], 7);
    run(&mut world, 30);
    assert_ne!(world.incentives[0].number("rate"), 0.02);
    assert_eq!(world.venues[0].terms.sell_fee.share(), 0.05);
}

/// Two looks ahead from one moment see the same, and what is looked at does not change what looks.
#[test]
fn a_copy_goes_on_as_the_economy_itself_would() {
    let text = format!("{TAXED}condition = 'mean(price, 3) > 0'\n");
    let (mut world, mut twin) = (build(&text, &[], 3), build(&text, &[], 3));
    run(&mut world, 10);
    let mut copy = world.clone();
    foresee::go_on(&mut copy, 20).unwrap();
    let before = world.hash().unwrap();
    assert_ne!(copy.hash().unwrap(), before);
    run(&mut twin, 10);
    assert_eq!(twin.hash().unwrap(), before);
    run(&mut world, 20);
    assert_eq!(world.hash().unwrap(), copy.hash().unwrap());
}

/// Stakes earn, are slashed, come back; nothing of them is lost, and they stay part of what their owners own.
const STAKED: &str = "
[incentives.mining]
rule = { kind = 'holding_reward', rate = 0.001, of = 'tokens' }
asset = 'TOKEN'
treasury = 'treasury'
every = 5
[staking.security]
asset = 'TOKEN'
cohorts = ['traders']
staking = { kind = 'yield_seeking', required = { kind = 'uniform', low = -0.01, high = 0.004 }, most = 0.9 }
treasury = 'treasury'
reward = 0.002
unbonding = 4
fault = 0.01
slash = 0.3
fault_of_all = 'step == 40'
";

#[test]
fn stakes_earn_are_slashed_and_come_back() {
    let text = format!("{TAXED}{STAKED}").replace("holdings = { TOKEN = 2.5 }", "holdings = { TOKEN = 500.0 }");
    let mut world = build(&text, &[], 11);
    let (mut scratch, mut acts) = (Scratch::default(), std::collections::BTreeMap::new());
    for _ in 0..60 {
        let happened = step(&mut world, &mut scratch).unwrap();
        for entry in &happened.events.entries {
            *acts.entry(entry.act).or_insert(0) += 1;
        }
        let pool = &world.pools[0];
        let in_custody: i128 = pool.members.iter().map(|member| member.stakes.total()).sum();
        assert_eq!(i128::from(world.ledger.held(pool.custody, pool.asset)), in_custody);
        assert_eq!(world.committed_in_all(0)[1], in_custody);
    }
    for act in ["staked", "called_back", "slashed", "paid", "collected"] {
        assert!(acts.contains_key(act), "nothing is {act}: {acts:?}");
    }
    // All that have a stake were at fault together once.
    assert!(acts["slashed"] > 50, "{acts:?}");
    let [paid, lost] = world.pools[0].members[0].balance;
    assert!(paid > 0 && lost > 0);
    world.ledger.check_fully().unwrap();
}

/// A treasury that has less than is due pays each the same share of it, and never more than it has.
#[test]
fn a_treasury_pays_no_more_than_it_has() {
    let text = format!(
        "{TAXED}[incentives.bonus]\nrule = {{ kind = 'action_reward', amount = 3.0 }}\ntreasury = 'treasury'\n"
    );
    let text = text.replace("rate = 0.02", "rate = 0.0");
    let mut world = build(&text, &[], 7);
    let mut scratch = Scratch::default();
    let mut short = 0;
    for _ in 0..10 {
        let happened = step(&mut world, &mut scratch).unwrap();
        short += happened.events.list.iter().filter(|event| event.kind == "treasury_short").count();
    }
    assert_eq!(world.ledger.held(world.accounts[0].id, AssetId::NUMERAIRE), 0);
    assert_eq!(world.ledger.cohort_flow(world.cohorts[0].id, AssetId::NUMERAIRE, Reason::Incentive), 5_000_000);
    assert!(short > 0);
}

fn message(text: &str) -> String {
    let loaded = Loaded::from_text("test.toml", text, std::path::Path::new(""), &[]);
    let error = match loaded {
        Err(error) => error,
        Ok(loaded) => match loaded.build(1, u64::MAX) {
            Err(error) => error,
            Ok(_) => panic!("it is accepted"),
        },
    };
    format!("{} {}", error.problem.message, error.problem.help.as_deref().unwrap_or_default())
}

#[test]
fn names_that_do_not_exist_are_told_with_the_nearest() {
    let said = |more: &str| message(&format!("{TAXED}{more}"));
    assert!(said("condition = 'curve.prise > 1'").contains("`curve.price`"));
    assert!(said("asset = 'TOKEN'").contains("reckoned in money"));
    assert!(said("[controllers.c]\nmarket = 'curve'\nparameter = 'fe'\ncontroller = { kind = 'schedule', points = [[10, 0.1]] }").contains("fee"));
    assert!(message(&TAXED.replace("treasury = 'treasury'", "treasury = 'tresury'")).contains("`treasury`"));
}
