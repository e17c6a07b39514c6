//! What every rule of voting and the course of every proposal keep.

use proptest::prelude::*;
use walras_catalog::{Bounds, Node, Read, Table, Value};
use walras_ledger::Atoms;
use walras_numerics::{StateError, StateHasher, StateVisitor};

use super::*;

fn entry(name: &str, parameters: &[(&str, f64)]) -> AnyVoting {
    let mut table = Table::default();
    table.set("kind", Default::default(), Value::made(Node::Text(name.to_owned())));
    for &(key, number) in parameters {
        table.set(key, Default::default(), Value::made(Node::Float(number)));
    }
    AnyVoting::read(&Value::made(Node::Table(table)), None).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

/// Every rule, with its defaults where it has them.
fn every_entry() -> Vec<AnyVoting> {
    let made = |description: walras_catalog::Description| {
        let needed = description.parameters.iter().filter(|parameter| parameter.default.is_none());
        entry(description.name, &needed.map(|parameter| (parameter.name, 5.0)).collect::<Vec<_>>())
    };
    AnyVoting::catalog().into_iter().map(made).collect()
}

const BOUNDS: Bounds = Bounds { low: 0.0, high: 1.0, above_low: false, below_high: false };

const TERMS: Terms = Terms { voting_period: 3, timelock: 2, grace: 1, snapshot: Snapshot::Opening, live_most: 4 };

fn proposal(value: f64) -> Proposal {
    Proposal { lever: 0, before: 0.5, value, requested: 0.0, proposer: Proposal::NOBODY }
}

fn now(weights: &[Atoms]) -> Ballots<'_> {
    Ballots { weights, scale: 1.0, ..Ballots::default() }
}

/// A body of some voters, all on the council.
fn body(rule: &AnyVoting, weights: &[Atoms]) -> Proceedings {
    let mut body = Proceedings::new(weights.len());
    body.seat(0..weights.len() as u32);
    if let Some(credits) = rule.credits() {
        body.give_credits(&credits, 0, weights, 1.0);
    }
    body
}

/// Opens a proposal, casts `strengths` and counts until it is decided. Returns whether it passed.
fn decide(rule: &AnyVoting, weights: &[Atoms], strengths: &[f64]) -> bool {
    let mut body = body(rule, weights);
    let index = body.open(&**rule, &TERMS, &proposal(0.7), &BOUNDS, 0, weights).unwrap();
    for (voter, &strength) in strengths.iter().enumerate() {
        body.cast(&**rule, index, voter, strength).unwrap();
    }
    for step in 0..3 {
        body.count(&**rule, &TERMS, &now(weights), step);
    }
    body.status(index) == Status::Queued
}

fn voters() -> impl Strategy<Value = Vec<(Atoms, f64)>> {
    let strength = prop_oneof![Just(0.0), Just(1.0), Just(-1.0), -1.0..1.0_f64];
    prop::collection::vec((0..1_000_000_i64, strength), 5..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Nobody's vote for is needed when all vote for, and none suffices where all vote against; one more vote for never
    /// defeats a proposal.
    #[test]
    fn votes_for_only_help(voters in voters(), turned in any::<prop::sample::Index>()) {
        let (weights, mut strengths): (Vec<Atoms>, Vec<f64>) = voters.into_iter().map(|(w, s)| (w + 1, s)).unzip();
        for rule in every_entry() {
            let before = decide(&rule, &weights, &strengths);
            let turned = turned.index(weights.len());
            let said = std::mem::replace(&mut strengths[turned], 1.0);
            let after = decide(&rule, &weights, &strengths);
            prop_assert!(after || !before, "{}", rule.name());
            strengths[turned] = said;
            prop_assert!(!decide(&rule, &weights, &vec![-1.0; weights.len()]), "{}", rule.name());
            prop_assert!(!decide(&rule, &weights, &vec![0.0; weights.len()]), "{}", rule.name());
            if rule.council().is_none() {
                prop_assert!(decide(&rule, &weights, &vec![1.0; weights.len()]), "{}", rule.name());
            }
        }
    }

    /// An identity split into several accounts that vote alike decides the same by tokens, with and without delegates.
    #[test]
    fn tokens_cannot_be_multiplied_by_splitting(
        voters in voters(), parts in 2..5_usize, quorum in 0.0..1.0_f64, threshold in 0.0..1.0_f64,
    ) {
        for name in ["token_weighted", "delegated"] {
            let rule = entry(name, &[("quorum", quorum), ("threshold", threshold)]);
            let (weights, strengths): (Vec<Atoms>, Vec<f64>) = voters.iter().copied().unzip();
            let (mut more_weights, mut more_strengths) = (weights.clone(), strengths.clone());
            let part = weights[0] / parts as Atoms;
            more_weights[0] -= part * (parts - 1) as Atoms;
            more_weights.resize(weights.len() + parts - 1, part);
            more_strengths.resize(weights.len() + parts - 1, strengths[0]);
            prop_assert_eq!(decide(&rule, &weights, &strengths), decide(&rule, &more_weights, &more_strengths));
        }
    }

    /// Nothing passes without its quorum, and the votes cast are those of the voters who cast them.
    #[test]
    fn no_quorum_no_decision(voters in voters(), quorum in 0.0..1.0_f64) {
        let (weights, strengths): (Vec<Atoms>, Vec<f64>) = voters.into_iter().unzip();
        let all: Atoms = weights.iter().sum();
        let cast: Atoms = weights.iter().zip(&strengths).filter(|(_, s)| **s != 0.0).map(|(w, _)| w).sum();
        let many = strengths.iter().filter(|s| **s != 0.0).count() as f64;
        for (name, turnout) in [
            ("token_weighted", cast as f64 / all as f64),
            ("delegated", cast as f64 / all as f64),
            ("one_agent_one_vote", many / weights.len() as f64),
            ("quadratic", many / weights.len() as f64),
        ] {
            let passed = decide(&entry(name, &[("quorum", quorum)]), &weights, &strengths);
            prop_assert!(!passed || turnout >= quorum - 1e-12, "{} with {} of {}", name, turnout, quorum);
        }
    }

    /// However votes are delegated, each atom is counted once: for, against, or not at all.
    #[test]
    fn delegation_conserves_weight(
        voters in prop::collection::vec((0..1_000_i64, prop_oneof![Just(0.0), Just(1.0), Just(-1.0)], any::<prop::sample::Index>()), 1..30),
    ) {
        let weights: Vec<Atoms> = voters.iter().map(|voter| voter.0).collect();
        let marks: Vec<f64> = voters.iter().map(|voter| voter.1).collect();
        let delegates: Vec<u32> = voters.iter().map(|voter| voter.2.index(voters.len()) as u32).collect();
        let ends = delegation::casters(&delegates, |row| marks[row] != 0.0);
        let lost: Atoms = ends.iter().zip(&weights).filter(|(end, _)| **end == delegation::NOWHERE).map(|(_, w)| w).sum();
        let ballots = Ballots { marks: &marks, weights: &weights, delegates: &delegates, ..Ballots::default() };
        let tally = entry("delegated", &[]).count(&ballots, &mut []);
        prop_assert_eq!(tally.yes + tally.no + lost as f64, weights.iter().sum::<Atoms>() as f64);
        // Who delegates nowhere votes as by tokens alone.
        let own: Vec<u32> = (0..voters.len() as u32).collect();
        let alone = entry("delegated", &[]).count(&Ballots { delegates: &own, ..ballots }, &mut []);
        let by_tokens = entry("token_weighted", &[]).count(&ballots, &mut []);
        prop_assert_eq!(alone, by_tokens);
    }

    /// Credits are spent and never borrowed: however often a voter votes, Σv² is at most what it was given.
    #[test]
    fn votes_never_cost_more_than_the_credits(strengths in prop::collection::vec(-2.0..2.0_f64, 1..4)) {
        let rule = entry("quadratic", &[("credits", 100.0)]);
        let mut body = body(&rule, &[1]);
        let mut spent = 0.0;
        for &strength in &strengths {
            let index = body.open(&*rule, &TERMS, &proposal(0.9), &BOUNDS, 0, &[1]).unwrap();
            body.cast(&*rule, index, 0, strength).unwrap();
            spent += body.marks(index).unwrap()[0] * body.marks(index).unwrap()[0];
        }
        prop_assert!(spent <= 100.0 + 1e-9 && (spent + body.credits()[0] - 100.0).abs() < 1e-9);
    }

    /// No value out of its bounds is ever voted on, so none is ever decided.
    #[test]
    fn votes_cannot_push_a_parameter_past_its_bounds(value in prop_oneof![any::<f64>(), -1.0..2.0]) {
        for rule in every_entry() {
            let mut body = body(&rule, &[1; 5]);
            let opened = body.open(&*rule, &TERMS, &proposal(value), &BOUNDS, 0, &[1; 5]);
            prop_assert_eq!(opened.is_ok(), BOUNDS.contain(value) && value != 0.5);
            if !BOUNDS.contain(value) {
                prop_assert_eq!(opened, Err(RefusedProposal::OutOfBounds));
                prop_assert!(body.is_empty() && body.due(100).is_empty());
            }
        }
    }
}

#[test]
fn nobody_votes_twice() {
    for rule in every_entry() {
        let mut body = body(&rule, &[10, 10, 10, 10, 10]);
        let index = body.open(&*rule, &TERMS, &proposal(0.7), &BOUNDS, 0, &[10; 5]).unwrap();
        body.cast(&*rule, index, 1, 0.5).unwrap();
        let said = body.marks(index).unwrap().to_vec();
        let again = body.cast(&*rule, index, 1, 1.0);
        assert_eq!(again.is_ok(), rule.revisable(), "{}", rule.name());
        if !rule.revisable() {
            assert_eq!(again, Err(RefusedBallot::AlreadyVoted));
        }
        assert_eq!(body.marks(index).unwrap(), said, "{}", rule.name());
        assert_eq!(body.cast(&*rule, index, 2, f64::NAN), Err(RefusedBallot::NotANumber));
        assert_eq!(body.cast(&*rule, index + 1, 2, 1.0), Err(RefusedBallot::Closed));
    }
}

#[test]
fn only_the_council_votes_in_its_place() {
    let rule = entry("council", &[]);
    let mut body = body(&rule, &[1; 9]);
    body.seat([2, 4]);
    let index = body.open(&*rule, &TERMS, &proposal(0.7), &BOUNDS, 0, &[1; 9]).unwrap();
    assert_eq!(body.cast(&*rule, index, 1, 1.0), Err(RefusedBallot::NoSeat));
    assert_eq!(body.cast(&*rule, index, 4, 1.0), Ok(()));
}

/// Opened at step 10 with a period of 3, counted at the end of step 12, executed from step 14 on, expired after 15.
#[test]
fn a_proposal_takes_its_course() {
    let rule = entry("token_weighted", &[]);
    let weights = [3, 2];
    let opened = |strength: f64| {
        let mut body = body(&rule, &weights);
        let index = body.open(&*rule, &TERMS, &proposal(0.7), &BOUNDS, 10, &weights).unwrap();
        body.cast(&*rule, index, 0, strength).unwrap();
        for step in 10..12 {
            assert_eq!(body.count(&*rule, &TERMS, &now(&weights), step), [] as [usize; 0]);
            assert_eq!(body.status(index), Status::Open);
        }
        assert_eq!(body.count(&*rule, &TERMS, &now(&weights), 12), [index]);
        (body, index)
    };
    let (mut body, index) = opened(-1.0);
    assert_eq!((body.status(index), body.due(100)), (Status::Failed, vec![]));
    body.forget();
    assert_eq!(body.marks(index), None);

    let (mut body, index) = opened(1.0);
    assert_eq!((body.status(index), body.due(13)), (Status::Queued, vec![]));
    body.forget();
    assert_eq!(body.marks(index).unwrap(), [1.0, 0.0]);
    assert_eq!(body.due(14), [index]);
    assert_eq!(body.executed(&TERMS, index, 14, false), Status::Queued);
    let mut late = body.clone();
    assert_eq!(late.executed(&TERMS, index, 15, false), Status::Expired);
    assert_eq!(body.executed(&TERMS, index, 15, true), Status::Executed);
    assert_eq!(body.due(16), [] as [usize; 0]);
}

/// A voter who holds 90 of 100 for one step decides if weights are taken at the count, and not if at the opening.
#[test]
fn borrowed_tokens_count_only_when_counted_late() {
    let rule = entry("token_weighted", &[]);
    let (before, lent) = ([1, 99, 0], [91, 9, 0]);
    for (snapshot, expected) in [(Snapshot::Opening, Status::Failed), (Snapshot::Counting, Status::Queued)] {
        let terms = Terms { snapshot, voting_period: 1, ..TERMS };
        let mut body = body(&rule, &before);
        let index = body.open(&*rule, &terms, &proposal(0.7), &BOUNDS, 0, &before).unwrap();
        body.cast(&*rule, index, 0, 1.0).unwrap();
        body.cast(&*rule, index, 1, -1.0).unwrap();
        body.count(&*rule, &terms, &now(&lent), 0);
        assert_eq!(body.status(index), expected);
    }
}

/// Half of a voter's tokens stay with each of two proposals that it supports, and all of them with one.
#[test]
fn conviction_divides_a_voters_tokens() {
    let rule = entry("conviction", &[("half_life", 5.0), ("weight", 1.0)]);
    let terms = Terms { voting_period: 100, ..TERMS };
    let mut body = body(&rule, &[100, 900]);
    let open = |body: &mut Proceedings| body.open(&*rule, &terms, &proposal(0.7), &BOUNDS, 0, &[100, 900]).unwrap();
    let (one, other) = (open(&mut body), open(&mut body));
    body.cast(&*rule, one, 0, 1.0).unwrap();
    body.count(&*rule, &terms, &now(&[100, 900]), 0);
    assert_eq!((body.tally(one).yes, body.tally(other).yes), (100.0, 0.0));
    body.cast(&*rule, other, 0, 1.0).unwrap();
    body.count(&*rule, &terms, &now(&[100, 900]), 1);
    assert_eq!((body.tally(one).yes, body.tally(other).yes), (100.0 * Decay::of_half_life(5.0).kept + 50.0, 50.0));
    body.cast(&*rule, one, 0, 0.0).unwrap();
    body.count(&*rule, &terms, &now(&[100, 900]), 2);
    assert_eq!(body.tally(other).yes, 50.0 * Decay::of_half_life(5.0).kept + 100.0);
}

#[test]
fn no_more_are_under_way_than_may_be() {
    let rule = entry("token_weighted", &[]);
    let mut body = body(&rule, &[1]);
    let open = |body: &mut Proceedings, step| body.open(&*rule, &TERMS, &proposal(0.7), &BOUNDS, step, &[1]);
    for _ in 0..4 {
        open(&mut body, 0).unwrap();
    }
    assert_eq!(open(&mut body, 0), Err(RefusedProposal::TooMany));
    body.count(&*rule, &TERMS, &now(&[1]), 2);
    body.forget();
    assert_eq!(open(&mut body, 3), Ok(4));
    assert_eq!(body.open(&*rule, &TERMS, &proposal(0.5), &BOUNDS, 3, &[1]), Err(RefusedProposal::NoChange));
}

/// Everything that can change is in the hash, and a body that was saved goes on as the original.
#[test]
fn all_state_is_visited() {
    let hash = |body: &mut Proceedings| {
        let mut hasher = StateHasher::default();
        body.visit_state("governance.dao", &mut hasher).unwrap();
        hasher.finish()
    };
    for rule in every_entry() {
        let mut body = body(&rule, &[5; 6]);
        let mut seen = vec![hash(&mut body)];
        let index = body.open(&*rule, &TERMS, &proposal(0.7), &BOUNDS, 0, &[5; 6]).unwrap();
        seen.push(hash(&mut body));
        body.cast(&*rule, index, 3, 1.0).unwrap();
        seen.push(hash(&mut body));
        body.count(&*rule, &TERMS, &now(&[5; 6]), 2);
        seen.push(hash(&mut body));
        body.forget();
        seen.push(hash(&mut body));
        for at in 1..seen.len() - 1 {
            assert_ne!(seen[at - 1], seen[at], "{} at {at}", rule.name());
        }
    }
}

/// Loads every column one number short.
struct Cut;

impl StateVisitor for Cut {
    fn u64(&mut self, _: &str, _: &mut u64) -> Result<(), StateError> {
        Ok(())
    }

    fn i64s(&mut self, _: &str, _: &mut Vec<i64>) -> Result<(), StateError> {
        Ok(())
    }

    fn f64s(&mut self, _: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        values.pop();
        Ok(())
    }
}

#[test]
fn a_saved_body_whose_columns_were_cut_is_refused() {
    let mut body = body(&entry("token_weighted", &[]), &[5; 6]);
    let message = body.visit_state("governance.dao", &mut Cut).unwrap_err();
    assert!(message.0.contains("governance.dao"), "{message}");
}
