//! Bodies that vote and rounds that match gifts, over whole runs: what is decided, paid, lent, bought and left.

mod shared;

use std::fs;
use std::path::Path;

use shared::build;
use walras_engine::entry::Entry;
use walras_engine::{Scratch, World, advance, step};
use walras_institutions::voting::Status;
use walras_ledger::{AssetId, Atoms, Reason};
use walras_scenario::Loaded;

const MONEY: AssetId = AssetId::NUMERAIRE;

fn scenario(name: &str, set: &[&str]) -> World {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(format!("{name}.toml"));
    build(&fs::read_to_string(path).unwrap(), set, 1)
}

/// Runs and collects what institutions did.
fn run(world: &mut World, steps: u32) -> Vec<Entry> {
    let mut scratch = Scratch::default();
    let mut entries = Vec::new();
    for _ in 0..steps {
        entries.extend(step(world, &mut scratch).unwrap().events.entries.iter().cloned());
    }
    world.ledger.check_fully().unwrap();
    entries
}

fn acts(entries: &[Entry], act: &str) -> usize {
    entries.iter().filter(|entry| entry.act == act).count()
}

fn account(world: &World, name: &str) -> walras_ledger::NamedId {
    world.accounts.iter().find(|account| account.name == name).unwrap().id
}

fn money(world: &World, name: &str) -> Atoms {
    world.ledger.held(account(world, name), MONEY)
}

fn statuses(world: &World) -> Vec<Status> {
    let proceedings = &world.bodies[0].proceedings;
    (0..proceedings.len()).map(|index| proceedings.status(index)).collect()
}

/// A small body that votes on a curve's fee.
const FEE: &str = "
[run]
name = 'fee'
steps = 40
[assets.TOKEN]
[assets.GOV]
[markets.curve]
kind = 'curve'
asset = 'TOKEN'
curve = { kind = 'linear', intercept = 1.0, slope = 0.000_1 }
buy_fee = 0.01
sell_fee = 0.01
[cohorts.traders]
size = 20
balance = 100.0
policy = { kind = 'logistic', valuation = { kind = 'lognormal', median = 1.2, sigma = 0.4 }, sensitivity = 4.0, activity = 0.5, order_size = { amount = 0.2, unit = 'share' }, slippage = 0.1 }
[cohorts.members]
size = 30
[distributions.founding]
asset = 'GOV'
total = 300
cohorts = ['members']
shares = 'uniform'
[governance.dao]
cohorts = ['members']
asset = 'GOV'
voting_period = 3
timelock = 2
levers.fee = { aim = { market = 'curve', parameter = 'fee' }, low = 0.0, high = 0.05 }
proposals.raise = { at = 4, lever = 'fee', value = 0.04 }
";

/// Opened at step 4, counted at the end of step 6, carried out at the end of step 8: in force from step 9 on.
#[test]
fn what_passes_is_in_force_after_its_timelock() {
    let mut world = build(&format!("{FEE}voters.members = {{ kind = 'random', support = 1.0 }}"), &[], 1);
    let fee = |world: &World| world.venues[0].terms.buy_fee.share();
    let entries = run(&mut world, 8);
    assert_eq!((acts(&entries, "proposed"), acts(&entries, "voted"), acts(&entries, "passed")), (1, 30, 1));
    assert_eq!((fee(&world), statuses(&world)), (0.01, vec![Status::Queued]));
    let entries = run(&mut world, 1);
    assert_eq!((acts(&entries, "parameter_changed"), acts(&entries, "executed")), (1, 1));
    assert_eq!((fee(&world), statuses(&world)), (0.04, vec![Status::Executed]));
    let tally = world.bodies[0].proceedings.tally(0);
    assert_eq!((tally.yes, tally.no, tally.voters), (300e6, 0.0, 30));
}

#[test]
fn what_is_voted_down_or_by_too_few_changes_nothing() {
    for (voters, quorum) in [("support = 0.0", 0.0), ("support = 1.0, turnout = 0.2", 0.9)] {
        let text = format!(
            "{FEE}voters.members = {{ kind = 'random', {voters} }}\nrule = {{ kind = 'token_weighted', quorum = {quorum} }}"
        );
        let mut world = build(&text, &[], 1);
        let entries = run(&mut world, 20);
        assert_eq!((acts(&entries, "failed"), acts(&entries, "parameter_changed")), (1, 0));
        assert_eq!(world.venues[0].terms.buy_fee.share(), 0.01);
    }
}

/// Whatever random proposals pass, the fee is never out of the bounds that the body was given.
#[test]
fn votes_never_push_a_parameter_past_its_bounds() {
    let text = format!(
        "{FEE}voters.members = {{ kind = 'random', support = 0.8 }}\nproposer = {{ kind = 'random_step', every = 1, step = 1.0 }}\nproposals_most = 20"
    );
    let mut world = build(&text, &[], 1);
    let (mut changes, mut scratch) = (0, Scratch::default());
    for _ in 0..200 {
        changes += acts(&step(&mut world, &mut scratch).unwrap().events.entries, "parameter_changed");
        let fee = world.venues[0].terms.buy_fee.share();
        assert!((0.0..=0.05).contains(&fee), "{fee}");
    }
    assert!(changes > 50, "{changes}");
}

/// Members who get the fees' worth of the treasury climb towards what raises it; the goal is the curve's own price here.
#[test]
fn hill_climbing_turns_where_the_goal_falls() {
    let text = format!(
        "{FEE}voters.members = {{ kind = 'random', support = 1.0 }}\nproposer = {{ kind = 'hill_climbing', every = 8, step = 0.2 }}\ngoal = '0 - abs(step - 40)'\nvoting_period = 1\ntimelock = 0",
    );
    let text = text.replacen("voting_period = 3\ntimelock = 2\n", "", 1).replacen(
        "proposals.raise = { at = 4, lever = 'fee', value = 0.04 }\n",
        "",
        1,
    );
    let mut world = build(&text, &[], 1);
    let mut path = Vec::new();
    for _ in 0..9 {
        run(&mut world, 8);
        path.push((world.venues[0].terms.buy_fee.share() * 1000.0).round());
    }
    // Proposed at 8, 16, 24, 32 and 40 while the goal rises, and turned round at every occasion from 48 on.
    assert_eq!(path, [10.0, 20.0, 30.0, 40.0, 50.0, 40.0, 50.0, 40.0, 50.0]);
}

/// Members hold money only, which no fee of theirs touches; traders pay the fee, and vote against a higher one.
#[test]
fn who_looks_ahead_votes_by_what_it_would_pay() {
    let text = FEE.replace("cohorts = ['members']\nasset", "asset").replace("cohorts = ['members']\nshares", "shares");
    let text = format!(
        "{text}voters.traders = {{ kind = 'look_ahead', horizon = 10 }}\nvoters.members = {{ kind = 'look_ahead', horizon = 10 }}"
    );
    let mut world = build(&text, &[], 1);
    let entries = run(&mut world, 7);
    let of = |cohort: usize| {
        let id = world.cohorts[cohort].id;
        let votes = entries
            .iter()
            .filter(move |entry| entry.act == "voted" && entry.agent.is_some_and(|agent| agent.cohort == id));
        votes.map(|entry| entry.value.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(of(1), [] as [f64; 0]);
    let against = of(0).iter().filter(|&&mark| mark < 0.0).count();
    assert!(against >= 15 && against > 3 * (of(0).len() - against), "{:?}", of(0));
    assert_eq!(statuses(&world), [Status::Failed]);
}

/// Looking ahead changes nothing but the votes: the economy goes the same way as with voters who do not vote.
#[test]
fn looking_ahead_leaves_the_economy_as_it_is() {
    let text = FEE.replace("cohorts = ['members']\nasset", "asset").replace("cohorts = ['members']\nshares", "shares");
    let balances = |voters: &str| {
        let mut world = build(&format!("{text}voters.traders = {voters}"), &[], 1);
        run(&mut world, 40);
        world.ledger.column(world.cohorts[0].id, MONEY).unwrap().to_vec()
    };
    assert_eq!(balances("{ kind = 'look_ahead', cost = 1e9 }"), balances("'never'"));
}

/// The whole treasury for those who borrow at the count, and nothing where weights were noted at the opening.
#[test]
fn a_flash_loan_decides_only_where_weights_are_taken_at_the_count() {
    for (snapshot, taken) in [("counting", 48_000_000_000), ("opening", 0)] {
        let mut world = scenario("flash-loan-vote", &[&format!("governance.dao.snapshot='{snapshot}'")]);
        let entries = run(&mut world, 30);
        assert_eq!(money(&world, "attacker"), taken, "{snapshot}");
        assert_eq!((acts(&entries, "lent"), acts(&entries, "repaid")), (2, 2));
        // Every token is back, whatever was decided.
        assert_eq!(world.ledger.held(account(&world, "lending_pool"), AssetId(1)), 3_000_000_000);
        let id = world.cohorts[1].id;
        assert_eq!(world.ledger.column(id, AssetId(1)).unwrap(), [0]);
        assert_eq!(world.ledger.cohort_flow(id, AssetId(1), Reason::Loan), 0);
    }
}

/// Members lose more by what they were paid to let pass than they were paid; whoever voted otherwise is paid nothing, and
/// escrow is empty in the end.
#[test]
fn votes_are_bought_for_less_than_they_cost() {
    let mut world = scenario("vote-buying", &[]);
    let entries = run(&mut world, 100);
    let escrow = world.bodies[0].bribes[0].escrow;
    assert_eq!(world.ledger.held(escrow, MONEY), 0);
    let paid: Atoms = entries.iter().filter(|entry| entry.act == "bribed").map(|entry| entry.amount.unwrap()).sum();
    assert!(paid > 0 && 400_000_000 - money(&world, "war_chest") == paid);
    assert!(money(&world, "contractor") > 10 * paid, "{paid}");
    // Only those who voted for, each once for a proposal; 0.75 each unless the escrow had less.
    for entry in entries.iter().filter(|entry| entry.act == "bribed") {
        let proposal = entry.detail.split(':').next().unwrap();
        let vote =
            entries.iter().find(|vote| vote.act == "voted" && vote.agent == entry.agent && vote.detail == proposal);
        assert_eq!(vote.unwrap().value, Some(1.0));
        assert!(entry.amount.unwrap() <= 750_000);
    }
    let guardians = world.cohorts[1].id;
    assert_eq!(world.ledger.cohort_flow(guardians, MONEY, Reason::Bribe), 0);
    let mut unpaid = scenario("vote-buying", &["governance.cooperative.bribes.contractor.budget=0.0"]);
    run(&mut unpaid, 100);
    assert_eq!(money(&unpaid, "contractor"), 0);
}

#[test]
fn a_quorum_stops_what_apathy_leaves_to_a_few() {
    let fees = |set: &[&str]| {
        let mut world = scenario("apathy", set);
        let entries = run(&mut world, 300);
        (acts(&entries, "parameter_changed"), acts(&entries, "passed"), acts(&entries, "failed"))
    };
    let (changed, passed, failed) = fees(&[]);
    assert!(changed == 0 && passed == 0 && failed > 20);
    let (changed, passed, _) = fees(&["governance.dao.rule.quorum=0.0"]);
    assert!(changed > 5 && changed == passed);
}

/// Who voted against leaves with ⌊T·b/S⌋, and who stays has no less for each token.
#[test]
fn dissenters_leave_with_their_share_and_no_more() {
    let text = format!(
        "{FEE}treasury = 'chest'\nexit = {{ when = 'dissent' }}\nvoters.members = {{ kind = 'random', support = 0.7 }}\n[accounts.chest]\nbalance = 1000.0\nholdings = {{ GOV = 50.0 }}"
    );
    let mut world = build(&text, &[], 3);
    let chest = account(&world, "chest");
    let per_token = |world: &World| {
        let others = world.ledger.supply(AssetId(2)) - world.ledger.held(chest, AssetId(2));
        (i128::from(world.ledger.held(chest, MONEY)), i128::from(others))
    };
    let before = per_token(&world);
    assert_eq!(before, (1_000_000_000, 300_000_000));
    let entries = run(&mut world, 10);
    let left = acts(&entries, "left");
    assert!(left > 3 && left == acts(&entries, "paid_out"), "{left}");
    let after = per_token(&world);
    assert_eq!(after.1, before.1 - 10_000_000 * left as i128);
    let difference = after.0 * before.1 - before.0 * after.1;
    // Each payout was rounded down by less than an atom.
    assert!((0..before.1 * left as i128).contains(&difference), "{difference}");
    let dissent = entries.iter().filter(|entry| entry.act == "voted" && entry.value == Some(-1.0)).count();
    assert_eq!(dissent, left);
}

/// Fifteen a token in the chest and a market that pays less: all go at once; where it pays more, nobody does.
#[test]
fn members_leave_when_their_share_is_worth_more_than_the_market_pays() {
    let text = |chest: f64| {
        format!(
            "
[run]
name = 'book value'
steps = 10
[assets.TOKEN]
[markets.curve]
kind = 'curve'
asset = 'TOKEN'
curve = {{ kind = 'linear', intercept = 1.0, slope = 0.001 }}
[cohorts.members]
size = 10
balance = 100.0
policy = {{ kind = 'threshold', buy_below = 0.1, sell_above = 1e6 }}
[accounts.chest]
balance = {chest}
[distributions.founding]
asset = 'TOKEN'
total = 100
shares = 'uniform'
[governance.dao]
asset = 'TOKEN'
treasury = 'chest'
exit = {{ when = 'discount', rule = {{ kept = 0.1 }} }}
"
        )
    };
    for (chest, leavers) in [(130.0, 10), (110.0, 0)] {
        let mut world = build(&text(chest), &[], 1);
        let entries = run(&mut world, 1);
        // The curve's price at 100 tokens is 1.1; 130 in the chest are 1.3 a token, of which leavers get nine tenths.
        assert_eq!(acts(&entries, "left"), leavers, "{chest}");
    }
}

/// Mills of a cohort delegate in turn to two experts, and everyone's tokens are voted by these.
#[test]
fn delegated_tokens_are_voted_by_delegates() {
    let text = FEE
        .replace("[cohorts.members]", "[cohorts.experts]\nsize = 2\n[cohorts.members]")
        .replace("cohorts = ['members']\nasset", "cohorts = ['members', 'experts']\nasset");
    let text = format!(
        "{text}rule = 'delegated'\ndelegations = {{ members = 'experts' }}\nvoters.experts = {{ kind = 'random', support = 1.0 }}"
    );
    let mut world = build(&text, &[], 1);
    run(&mut world, 7);
    let tally = world.bodies[0].proceedings.tally(0);
    assert_eq!((tally.yes, tally.voters, statuses(&world)), (300e6, 2, vec![Status::Queued]));
    // A circle that arises later takes its tokens out of the vote, and no more than these.
    let mut world = build(&text, &[], 1);
    world.bodies[0].delegate(0, 1);
    world.bodies[0].delegate(1, 0);
    run(&mut world, 7);
    assert_eq!(world.bodies[0].proceedings.tally(0).yes, 280e6);
}

/// The whole body follows one agent, some through others, and votes as it does in the last step of the period.
#[test]
fn followers_vote_as_the_one_they_follow() {
    let text = FEE
        .replace("[cohorts.members]", "[cohorts.experts]\nsize = 2\n[cohorts.fans]\nsize = 3\n[cohorts.members]")
        .replace("cohorts = ['members']\nasset", "cohorts = ['members', 'experts', 'fans']\nasset");
    let text = format!(
        "{text}rule = 'one_agent_one_vote'\nvoters.experts = {{ kind = 'random', support = 0.0 }}\nvoters.fans = {{ kind = 'follow', delegate = 'experts:1' }}\nvoters.members = {{ kind = 'follow', delegate = 'fans' }}"
    );
    let mut world = build(&text, &[], 1);
    let before = run(&mut world, 6);
    assert!(acts(&before, "voted") <= 2);
    run(&mut world, 1);
    let tally = world.bodies[0].proceedings.tally(0);
    assert_eq!((tally.yes, tally.no), (0.0, 35.0));
}

/// A council of three, elected for ten steps; only its members vote, and two of three suffice.
#[test]
fn a_council_is_elected_and_decides() {
    for election in ["plurality", "approval", "single_transferable"] {
        let text = format!(
            "{FEE}rule = {{ kind = 'council', seats = 3, every = 10, election = '{election}' }}\ncandidates = 'members'\nvoters.members = {{ kind = 'random', support = 1.0 }}"
        );
        let mut world = build(&text, &[], 1);
        let entries = run(&mut world, 20);
        assert_eq!(
            (acts(&entries, "elected"), acts(&entries, "voted"), acts(&entries, "executed")),
            (6, 3, 1),
            "{election}"
        );
    }
}

/// A tenth of the tokens staked for long passes a proposal that asks for nothing; α = 2^(−1/2), ρ = 0.002, β = 0.2: the
/// threshold is ρ/β² = 0.05 of the limit.
#[test]
fn conviction_passes_what_support_stays_with() {
    let passed_at = |support: f64| {
        let text = format!("{FEE}rule = {{ kind = 'conviction', half_life = 2.0, most_share = 0.2, weight = 0.002 }}\nvoters.members = {{ kind = 'random', support = 1.0, turnout = {support} }}").replace("voting_period = 3", "voting_period = 30");
        let mut world = build(&text, &[], 1);
        let mut scratch = Scratch::default();
        (0..40).position(|_| acts(&step(&mut world, &mut scratch).unwrap().events.entries, "passed") > 0)
    };
    // All at once pass what is above 0.05 in the first step: 1 − α = 0.29 of the limit.
    assert_eq!(passed_at(1.0), Some(4));
    assert!(passed_at(0.12).is_some_and(|step| step > 4));
    assert_eq!(passed_at(0.0), None);
}

/// The pretender's thousand accounts take more than a quarter of the pot for the smallest gifts of all; with one account it is
/// matched by nothing.
#[test]
fn a_crowd_of_one_takes_the_pot() {
    let matched = |set: &[&str]| {
        let mut world = scenario("quadratic-funding", set);
        let entries = run(&mut world, 60);
        assert_eq!(acts(&entries, "matched"), 15);
        let round = &world.funding_rounds[0];
        let all: Atoms = round.projects.iter().map(|project| project.matched).sum();
        assert_eq!(money(&world, "pot"), 6_000_000_000 - all);
        // Nothing stays in between, and each project's cohort has what it was given and matched.
        for project in &round.projects {
            assert_eq!(world.ledger.held(project.account, MONEY), 0);
            let column = world.ledger.column(world.cohorts[project.cohort].id, MONEY).unwrap();
            assert_eq!(column.iter().sum::<Atoms>(), project.given + project.matched);
            assert!(column.iter().max().unwrap() - column.iter().min().unwrap() <= 5);
        }
        let given = |project: usize| round.projects[project].given;
        assert!(given(2) < given(0) && given(2) < given(1));
        round.projects.iter().map(|project| project.matched as f64 / all as f64).collect::<Vec<_>>()
    };
    let (crowd, alone) = (matched(&[]), matched(&["funding_rounds.commons.givers.pretender.accounts=1"]));
    assert!(crowd[2] > 0.25 && alone[2] == 0.0, "{crowd:?} {alone:?}");
    assert!(alone[0] > alone[1], "{alone:?}");
}

/// Every scenario with votes: saved columns, several threads, and steps that carry postings give the same bits.
#[test]
fn bodies_do_not_depend_on_threads_or_on_how_steps_are_taken() {
    for name in ["dao-fee", "flash-loan-vote", "vote-buying", "quadratic-funding"] {
        let hash = |threads: usize, carried: bool| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let (mut world, mut scratch) = (scenario(name, &[]), Scratch::default());
                for _ in 0..60 {
                    if carried { advance(&mut world, &mut scratch) } else { step(&mut world, &mut scratch) }.unwrap();
                }
                world.hash().unwrap()
            })
        };
        let one = hash(1, false);
        assert_eq!(one, hash(3, false), "{name}");
        assert_eq!(one, hash(1, true), "{name}");
    }
}

fn message(text: &str) -> String {
    let loaded = Loaded::from_text("test.toml", text, Path::new(""), &[]);
    let error = match loaded {
        Err(error) => error,
        Ok(loaded) => match loaded.build(1, u64::MAX) {
            Err(error) => error,
            Ok(_) => panic!("it is accepted"),
        },
    };
    format!(
        "{} | {} | {}",
        error.problem.message,
        error.problem.expected,
        error.problem.help.as_deref().unwrap_or_default()
    )
}

#[test]
fn what_cannot_be_voted_on_is_told() {
    let said = |more: &str, part: &str| {
        let message = message(&format!("{FEE}{more}"));
        assert!(message.contains(part), "{message}");
    };
    said(
        "delegations = { 'members:1' = 'members:2', 'members:2' = 'members:4', 'members:4' = 'members:1' }",
        "members:1 → members:2 → members:4 → members:1",
    );
    said("delegations = { 'members:1' = 'members:30' }", "a row from 0 to 29");
    said("voters.membrs = 'never'", "`members`");
    said("voters.members = { kind = 'follow', delegate = 'traders' }", "voting cohort");
    said("proposer = 'hill_climbing'", "needs `goal`");
    said("exit = {}", "`treasury`");
    said("proposals.more = { at = 1, lever = 'fee', value = 0.06 }", "at least 0 and at most 0.05");
    said("proposals.more = { at = 1, lever = 'fees', value = 0.04 }", "`fee`");
    said("proposals.more = { at = 1 }", "nothing is proposed");
    said("proposals.more = { at = 1, requested = 5.0 }", "no `recipient`");
    said("levers.more = { aim = { market = 'curve', parameter = 'fee' }, low = 0.0, high = 2.0 }", "below 1");
    said("rule = 'council'", "`candidates`");
    said("voters.members = { kind = 'self_interest_rule', quantity = 'curve.prise' }", "`curve.price`");
}
