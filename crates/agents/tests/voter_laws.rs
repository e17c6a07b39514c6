//! Laws that every way of voting keeps, and what each of them does with a proposal worked out by hand.

mod bench;
#[allow(dead_code, reason = "shared with other tests, which use the rest")]
mod samples;

use bench::{Ramp, value};
use samples::samples;
use walras_agents::population::Setup;
use walras_agents::voting::{AnyVoter, BallotView, Voter};
use walras_catalog::Read;
use walras_numerics::{CHUNK, Keys};

const N: usize = 2600;

fn build(voter: &AnyVoter) -> Box<dyn Voter> {
    let setup = &mut Setup {
        keys: Keys::new(9),
        entity: 1 << 32,
        size: N,
        markets: &[],
        money_scale: 1.0,
        data: &mut Ramp,
        drawn: 0,
    };
    voter.build(setup).unwrap_or_else(|message| panic!("{}: {message}", voter.name()))
}

fn voter(text: &str) -> Box<dyn Voter> {
    build(&AnyVoter::read(&value(text), None).unwrap_or_else(|problem| panic!("{problem:?}")))
}

/// Every way of voting with every sample of its parameters.
fn every_entry() -> Vec<(String, Box<dyn Voter>)> {
    let mut all = Vec::new();
    for entry in AnyVoter::catalog() {
        let read = samples(&entry).into_iter().map(|sample| {
            let voter =
                AnyVoter::read(&sample.value, None).unwrap_or_else(|problem| panic!("{}: {problem:?}", sample.name));
            (sample.name, build(&voter))
        });
        all.extend(read);
    }
    all
}

/// A proposal to raise a parameter from 2 to 3, of which every agent expects another gain.
fn view(gains: &[f64]) -> BallotView<'_> {
    BallotView {
        proposal: 4,
        opened: 7,
        keys: Keys::new(9),
        entity: 1 << 32,
        rows: 0..gains.len(),
        before: 2.0,
        value: 3.0,
        quantity: 10.0,
        gains,
        paid_for: &[],
        paid_against: &[],
        followed: 1.0,
    }
}

fn gains() -> Vec<f64> {
    (0..N).map(|i| (i as f64 * 37.0) % 11.0 - 5.0).collect()
}

fn ballots(voter: &dyn Voter, view: &BallotView<'_>) -> Vec<f64> {
    let mut ballots = vec![0.0; view.len()];
    voter.vote(view, &mut ballots);
    ballots
}

fn first(text: &str, change: impl FnOnce(&mut BallotView<'_>)) -> f64 {
    let mut view = view(&[0.5]);
    change(&mut view);
    ballots(&*voter(text), &view)[0]
}

#[test]
fn ballots_are_strengths_and_do_not_depend_on_chunks() {
    let gains = gains();
    for (name, voter) in every_entry() {
        let whole = ballots(&*voter, &view(&gains));
        assert!(whole.iter().all(|ballot| (-1.0..=1.0).contains(ballot)), "{name}");
        for cut in [1, 64, CHUNK] {
            let mut parts = Vec::new();
            for start in std::iter::once(0).chain((cut..N).step_by(CHUNK)) {
                let end = if start == 0 { cut } else { (start + CHUNK).min(N) };
                let part = BallotView {
                    entity: (1 << 32) + start as u64,
                    rows: start..end,
                    gains: &gains[start..end],
                    ..view(&gains)
                };
                parts.extend(ballots(&*voter, &part));
            }
            assert_eq!(parts, whole, "{name} cut at {cut}");
        }
    }
}

/// What is undefined moves nobody to vote, and an answer is always a number.
#[test]
fn undefined_gains_and_quantities_are_no_reason_to_vote() {
    let gains = vec![f64::NAN; N];
    for (name, voter) in every_entry() {
        let undefined = BallotView { quantity: f64::NAN, followed: 0.0, ..view(&gains) };
        let ballots = ballots(&*voter, &undefined);
        assert!(ballots.iter().all(|ballot| ballot.is_finite()), "{name}");
        if name.starts_with("look_ahead") || name.starts_with("bribable") || name.starts_with("follow") {
            assert!(ballots.iter().all(|&ballot| ballot == 0.0), "{name}");
        }
    }
}

/// Of 2600 agents 0.6 · 2600 = 1560 vote and a quarter of these for: within five standard errors.
#[test]
fn chance_has_its_shares() {
    let gains = gains();
    let ballots = ballots(&*voter("kind = 'random'\nsupport = 0.25\nturnout = 0.6"), &view(&gains));
    let yes = ballots.iter().filter(|&&ballot| ballot == 1.0).count() as f64;
    let voted = ballots.iter().filter(|&&ballot| ballot != 0.0).count() as f64;
    assert!((voted - 1560.0).abs() < 5.0 * (2600.0_f64 * 0.6 * 0.4).sqrt(), "{voted}");
    assert!((yes - voted / 4.0).abs() < 5.0 * (voted * 0.25 * 0.75).sqrt(), "{yes} of {voted}");
}

#[test]
fn rules_follow_the_sign_of_the_change() {
    let rule = |more: &str| format!("kind = 'self_interest_rule'\n{more}");
    let of = |more: &str| first(&rule(more), |_| ());
    assert_eq!((of(""), of("wants = 'less'"), of("response = 'falls'")), (1.0, -1.0, -1.0));
    assert_eq!(of("wants = 'less'\nresponse = 'falls'"), 1.0);
    // The quantity stands at 10.
    assert_eq!(of("quantity = 'm.price'\nideal = 12.0"), 1.0);
    assert_eq!((of("quantity = 'm.price'\nideal = 8.0"), of("quantity = 'm.price'\nideal = 10.0")), (-1.0, 0.0));
    // From 2 to 3 comes nearer to 2.6, not to 2.4, and is indifferent to 2.5.
    assert_eq!((of("ideal = 2.6"), of("ideal = 2.4"), of("ideal = 2.5")), (1.0, -1.0, 0.0));
    // A change of one is worth 5.
    assert_eq!((of("worth = 5.0\ncost = 4.9"), of("worth = 5.0\ncost = 5.0")), (1.0, 0.0));
    assert_eq!(of("strength = 0.25"), 0.25);
}

#[test]
fn votes_go_to_whoever_pays_more_than_the_expected_gain() {
    // The agent expects 3 from the proposal.
    let offered = |text: &str, paid_for: f64, paid_against: f64| {
        let (paid_for, paid_against) = ([paid_for], [paid_against]);
        let view = BallotView { gains: &[], paid_for: &paid_for, paid_against: &paid_against, ..view(&[0.0]) };
        ballots(&*voter(text), &view)[0]
    };
    let sold = |paid_for, paid_against| offered("kind = 'bribable'\ngain = 3.0", paid_for, paid_against);
    assert_eq!((sold(0.0, 0.0), sold(0.0, 2.9), sold(0.0, 3.0), sold(0.0, 3.1)), (1.0, 1.0, 0.0, -1.0));
    assert_eq!(sold(1.0, 3.9), 1.0);
    // Who thinks its vote decides once in ten times sells it for a tenth.
    let cheap = |paid_against| offered("kind = 'bribable'\ngain = 3.0\npivotal = 0.1", 0.0, paid_against);
    assert_eq!((cheap(0.29), cheap(0.31)), (1.0, -1.0));
}

#[test]
fn who_looks_ahead_votes_for_its_gain_and_who_follows_for_nothing() {
    assert_eq!((first("kind = 'look_ahead'", |_| ()), first("kind = 'look_ahead'\ncost = 0.5", |_| ())), (1.0, 0.0));
    assert_eq!(first("kind = 'look_ahead'", |view| view.gains = &[-0.1]), -1.0);
    assert_eq!(first("kind = 'follow'\ndelegate = 'experts'", |view| view.followed = -0.3), -1.0);
    assert_eq!(first("kind = 'follow'\ndelegate = 'experts'", |view| view.followed = 0.0), 0.0);
    assert_eq!(first("kind = 'never'", |_| ()), 0.0);
}

/// Two proposals of one step have draws of their own; one proposal has the same in every step.
#[test]
fn proposals_do_not_share_draws() {
    let gains = gains();
    let voter = voter("kind = 'random'");
    let of = |proposal: u32| ballots(&*voter, &BallotView { proposal, ..view(&gains) });
    assert_ne!(of(0), of(1));
    assert_eq!(of(5), of(5));
}
