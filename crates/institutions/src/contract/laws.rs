//! What every contract keeps, whatever happens to it.

use std::sync::Arc;

use proptest::prelude::*;
use walras_catalog::{Node, Read, Reference, Table, Value};
use walras_formula::Scope;
use walras_ledger::Atoms;
use walras_numerics::{StateError, StateHasher, StateVisitor};

use super::reward::{AnyReward, Proportional, Rate, Tiered, Units};
use super::*;
use crate::attribution::{AnyAttribution, LastTouch};

/// Terms with a proportional reward of 1, paid at once, that the tests change.
pub(super) fn plain(cap: Atoms) -> Terms {
    let units = Units { contribution: 1.0, paid: 1.0 };
    let reward = AnyReward::Proportional(Proportional { rate: 1.0 });
    let terms = ContractTerms {
        primary: Reference::to("primary"),
        affiliates: Reference::to("affiliates"),
        asset: None,
        contribution: Contribution::Volume,
        market: Some(Reference::to("market")),
        resource: None,
        tasks: None,
        reward,
        cap: cap as f64,
        epoch_cap: None,
        affiliate_cap: None,
        epoch: 1,
        vesting: None,
        attribution: AnyAttribution::LastTouch(LastTouch {}),
        own_trades: true,
        accomplices: None,
        window: 100,
        clawback: None,
        chain: None,
        stake: 0.0,
        starts: 0,
        expires: None,
        condition: None,
        dispute: None,
    };
    terms.in_atoms(units, |own| own).unwrap()
}

/// `terms`, funded and active, with affiliates 0 to `n`, each sponsored by the one before it in a chain if `chained`.
pub(super) fn active(terms: Terms, n: u32, chained: bool) -> Contract {
    let (cap, starts) = (terms.cap, terms.starts);
    let (mut contract, mut outcome) = (Contract::new(Arc::new(terms)), Outcome::default());
    contract.fund(cap, &mut outcome).unwrap();
    contract.activate(starts, &mut outcome).unwrap();
    for who in 0..n {
        contract.join(who, who.checked_sub(1).filter(|_| chained), &mut outcome).unwrap();
    }
    contract
}

/// The purses around a contract, which move only as dues say.
#[derive(Default)]
struct Purses {
    primary: i128,
    affiliates: i128,
    escrow: i128,
    stakes: i128,
    payouts: i128,
}

impl Purses {
    fn post(&mut self, outcome: &Outcome) {
        for due in &outcome.dues {
            let atoms = i128::from(due.atoms);
            assert!(atoms > 0, "{due:?}");
            match (due.why, due.party) {
                (Why::Payout, Party::Affiliate(_)) => {
                    (self.escrow, self.affiliates) = (self.escrow - atoms, self.affiliates + atoms);
                    self.payouts += atoms;
                }
                (Why::Refund, Party::Primary) => {
                    (self.escrow, self.primary) = (self.escrow - atoms, self.primary + atoms);
                }
                (Why::Stake, Party::Affiliate(_)) => {
                    (self.affiliates, self.stakes) = (self.affiliates - atoms, self.stakes + atoms);
                }
                (Why::StakeReturned, Party::Affiliate(_)) => {
                    (self.stakes, self.affiliates) = (self.stakes - atoms, self.affiliates + atoms);
                }
                (Why::Slash, Party::Primary) => {
                    (self.stakes, self.primary) = (self.stakes - atoms, self.primary + atoms);
                }
                _ => panic!("{due:?} goes nowhere"),
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Event {
    Fund(Atoms),
    FundTheRest,
    Activate,
    Join(u32, Option<u32>),
    Measure(Vec<(u32, Atoms)>),
    Dispute(usize),
    Resolve(usize, bool),
    Churn(u32, Atoms),
    Advance(u32, bool),
}

fn event() -> impl Strategy<Value = Event> {
    let who = 0_u32..5;
    let contributions = prop::collection::btree_map(who.clone(), -50_i64..400, 0..5);
    prop_oneof![
        1 => (-5_i64..700).prop_map(Event::Fund),
        2 => Just(Event::FundTheRest),
        1 => Just(Event::Activate),
        2 => (who.clone(), prop::option::of(0_u32..5)).prop_map(|(who, sponsor)| Event::Join(who, sponsor)),
        5 => contributions.prop_map(|list| Event::Measure(list.into_iter().collect())),
        2 => (0_usize..4).prop_map(Event::Dispute),
        2 => (0_usize..4, any::<bool>()).prop_map(|(at, proven)| Event::Resolve(at, proven)),
        2 => (who, 1_i64..500).prop_map(|(who, atoms)| Event::Churn(who, atoms)),
        6 => (0_u32..4, prop::bool::weighted(0.9)).prop_map(|(steps, holds)| Event::Advance(steps, holds)),
    ]
}

/// Events in any order; mostly after the contract was funded and joined, so that much happens.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let begun = || {
        let joined = (0..5).map(|who| Event::Join(who, (who % 2 == 1).then(|| who - 1)));
        [Event::FundTheRest, Event::Activate].into_iter().chain(joined)
    };
    (prop::bool::weighted(0.8), prop::collection::vec(event(), 0..60))
        .prop_map(move |(ready, rest)| if ready { begun().chain(rest).collect() } else { rest })
}

fn terms() -> impl Strategy<Value = Terms> {
    let caps = (1_i64..1500, 1_i64..1500, 1_i64..1500);
    let times = (1_u32..4, 0_u32..4, 0_u32..6, 0_u32..3, prop::option::of(5_u32..40));
    let clawback = prop::option::of((1_u32..10, 0.0..=1.0));
    let chain = prop::option::of((0.0..=1.0, any::<bool>()));
    (caps, times, clawback, chain, 0_i64..80, 0.0..2.0).prop_map(|(caps, times, clawback, chain, stake, rate)| {
        let mut terms = plain(caps.0);
        let reward = Tiered { brackets: vec![(0.0, rate), (100.0, 2.0 - rate)] };
        terms.reward = reward::BuildReward::build(&reward, terms.units, &Scope::default()).unwrap();
        (terms.epoch_cap, terms.affiliate_cap) = (caps.1.min(caps.0), caps.2.min(caps.0));
        (terms.epoch, terms.cliff, terms.challenge) = (times.0, times.1, times.3);
        terms.duration = times.1 + times.2;
        terms.expires = times.4;
        terms.clawback = clawback.map(|(within, share)| (within, Rate::new(share)));
        let charged = |affiliate| if affiliate { Charged::Affiliate } else { Charged::Contract };
        terms.chain = chain.map(|(share, affiliate)| (Rate::new(share), charged(affiliate)));
        terms.stake = stake;
        terms
    })
}

/// Lets `event` happen, and says what it came to.
fn apply(contract: &mut Contract, step: &mut u32, event: &Event, outcome: &mut Outcome) -> Result<(), Refusal> {
    let claim = |contract: &Contract, at: usize| contract.claims().get(at).map_or(u64::MAX, Claim::id);
    match event {
        Event::Fund(atoms) => contract.fund(*atoms, outcome),
        Event::FundTheRest => contract.fund(contract.terms().cap - contract.money().funded, outcome),
        Event::Activate => contract.activate(*step, outcome),
        Event::Join(who, sponsor) => contract.join(*who, *sponsor, outcome),
        Event::Measure(list) => contract.measure(*step, list, &[], outcome),
        Event::Dispute(at) => contract.dispute(claim(contract, *at), outcome),
        Event::Resolve(at, proven) => contract.resolve(claim(contract, *at), *proven, outcome),
        Event::Churn(who, atoms) => contract.churn(*who, *atoms, *step, outcome).map(|_| ()),
        Event::Advance(steps, holds) => {
            contract.advance(*step, *holds, outcome);
            *step += steps;
            Ok(())
        }
    }
}

fn hash(contract: &mut Contract) -> walras_numerics::StateHash {
    let mut hasher = StateHasher::default();
    contract.visit_state(&mut hasher).unwrap();
    hasher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever happens in whatever order: no atom is paid twice, lost or made; nothing is earned before the escrow
    /// covers the cap; caps hold; what is refused changes nothing; and at the end nothing is held.
    #[test]
    fn every_atom_is_accounted_for(terms in terms(), events in events()) {
        let (cap, epoch_cap, affiliate_cap) = (terms.cap, terms.epoch_cap, terms.affiliate_cap);
        let (mut contract, mut purses, mut step) = (Contract::new(Arc::new(terms)), Purses::default(), 0);
        let mut covered = false;
        // In the end everybody is resolved and time passes.
        let end = [Event::Resolve(0, false), Event::Advance(3, true)];
        let mut outcome = Outcome::default();
        for event in events.iter().chain(end.iter().cycle().take(120)) {
            outcome.clear();
            let before = hash(&mut contract);
            let held = contract.money().funded;
            match apply(&mut contract, &mut step, event, &mut outcome) {
                Ok(()) => {
                    let paid_in = contract.money().funded - held;
                    (purses.primary, purses.escrow) =
                        (purses.primary - i128::from(paid_in), purses.escrow + i128::from(paid_in));
                    purses.post(&outcome);
                }
                Err(_) => {
                    prop_assert_eq!(hash(&mut contract), before, "{:?}", event);
                    prop_assert!(outcome.dues.is_empty() && outcome.acts.is_empty());
                }
            }
            prop_assert_eq!(contract.check(), Ok(()), "{:?}", event);
            let money = *contract.money();
            prop_assert_eq!(i128::from(money.held()), purses.escrow);
            prop_assert_eq!(i128::from(money.staked), purses.stakes);
            prop_assert_eq!(purses.primary + purses.affiliates + purses.escrow + purses.stakes, 0);
            prop_assert!(purses.payouts <= i128::from(money.funded) && money.funded <= cap);
            covered |= money.funded == cap;
            prop_assert!(covered || money.earned == 0, "earned before the escrow covered the cap");
            prop_assert!(money.earned_last <= epoch_cap);
            for standing in contract.affiliates() {
                prop_assert!(standing.earned - standing.clawed_back <= affiliate_cap);
            }
        }
        if contract.terms().expires.is_some() {
            prop_assert!(contract.is_over(), "{:?}", contract.state());
            prop_assert_eq!((purses.escrow, purses.stakes), (0, 0));
        }
    }

    /// Nothing vests before the cliff, the rest in proportion to time, and all of it by the end.
    #[test]
    fn nothing_vests_before_the_cliff(
        amount in 1_i64..1_000_000, cliff in 0_u32..20, more in 0_u32..20, window in 0_u32..30,
    ) {
        let mut terms = plain(amount);
        (terms.cliff, terms.duration, terms.challenge) = (cliff, cliff + more, window);
        let mut contract = active(terms, 1, false);
        let mut outcome = Outcome::default();
        contract.measure(0, &[(0, amount)], &[], &mut outcome).unwrap();
        for step in 0..60 {
            contract.advance(step, true, &mut outcome);
            let paid = contract.money().paid;
            prop_assert!(step >= cliff.max(window) || paid == 0, "{paid} at step {step}");
            let accrued = i128::from(amount) * i128::from(step) / i128::from((cliff + more).max(1));
            prop_assert!(step >= cliff + more || i128::from(paid) <= accrued);
            prop_assert!(step < (cliff + more).max(window) || paid == amount);
        }
    }

    /// Under split-proof terms one who appears as many is paid no more than as one, whatever others contribute and
    /// however little there is.
    #[test]
    fn nobody_gains_by_appearing_as_many(
        parts in prop::collection::vec(1_i64..5_000, 1..6), others in 0_i64..5_000, cap in 1_i64..6_000, rate in 0.0..3.0,
    ) {
        let paid = |mine: &[Atoms]| {
            let mut terms = plain(cap);
            let reward = AnyReward::Proportional(Proportional { rate });
            assert!(reward.split_proof());
            terms.reward = reward.build(terms.units, &Scope::default()).unwrap();
            let mut contract = active(terms, 7, false);
            let mut list = vec![(0, others)];
            list.extend((1..).zip(mine.iter().copied()));
            let mut outcome = Outcome::default();
            contract.measure(0, &list, &[], &mut outcome).unwrap();
            contract.advance(0, true, &mut outcome);
            contract.affiliates().filter(|standing| standing.who > 0).map(|standing| standing.paid).sum::<Atoms>()
        };
        prop_assert!(paid(&parts) <= paid(&[parts.iter().sum()]));
    }

    /// All state is in one visit: a contract that was saved and loaded goes the same way.
    #[test]
    fn a_loaded_contract_goes_the_same_way(terms in terms(), events in events()) {
        let mut contract = Contract::new(Arc::new(terms.clone()));
        let (mut step, mut outcome) = (0, Outcome::default());
        let (first, second) = events.split_at(events.len() / 2);
        for event in first {
            let _ = apply(&mut contract, &mut step, event, &mut outcome);
        }
        let mut tape = Tape::default();
        contract.visit_state(&mut tape).unwrap();
        tape.loads = true;
        let mut loaded = Contract::new(Arc::new(terms));
        loaded.visit_state(&mut tape).unwrap();
        let mut other_step = step;
        for event in second {
            let (mut one, mut other) = (Outcome::default(), Outcome::default());
            prop_assert_eq!(
                apply(&mut contract, &mut step, event, &mut one),
                apply(&mut loaded, &mut other_step, event, &mut other)
            );
            prop_assert_eq!(one, other);
        }
        prop_assert_eq!(hash(&mut contract), hash(&mut loaded));
    }
}

/// Saves what it visits, then loads it.
#[derive(Default)]
struct Tape {
    loads: bool,
    words: std::collections::VecDeque<u64>,
    columns: std::collections::VecDeque<Vec<i64>>,
}

impl StateVisitor for Tape {
    fn u64(&mut self, _: &str, value: &mut u64) -> Result<(), StateError> {
        if self.loads {
            *value = self.words.pop_front().unwrap();
        } else {
            self.words.push_back(*value);
        }
        Ok(())
    }

    fn i64s(&mut self, _: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        if self.loads {
            *values = self.columns.pop_front().unwrap();
        } else {
            self.columns.push_back(values.clone());
        }
        Ok(())
    }

    fn f64s(&mut self, name: &str, _: &mut Vec<f64>) -> Result<(), StateError> {
        panic!("a contract has no floats: {name}")
    }
}

/// A quarter of what was brought leaves: of 100 earned with a share of one half, 12 are kept back of what has not
/// vested, in the latest instalments; once paid, they are owed and kept from later rewards, then from the stake.
#[test]
fn churn_is_kept_back_then_owed_then_taken_from_the_stake() {
    let mut terms = plain(1000);
    (terms.duration, terms.stake, terms.expires) = (4, 50, Some(30));
    terms.clawback = Some((20, Rate::new(0.5)));
    let mut contract = active(terms, 1, false);
    let mut outcome = Outcome::default();
    contract.measure(0, &[(0, 100)], &[], &mut outcome).unwrap();
    assert_eq!(contract.churn(0, 25, 0, &mut outcome), Ok(12));
    let paid: Vec<Atoms> = (0..6)
        .map(|step| {
            contract.advance(step, true, &mut outcome);
            contract.money().paid
        })
        .collect();
    assert_eq!(paid, [0, 25, 50, 75, 88, 88]);
    // ⌊100·50/100/2⌋ − 12 = 13 more, all of it paid: owed.
    assert_eq!(contract.churn(0, 25, 5, &mut outcome), Ok(13));
    contract.measure(6, &[(0, 8)], &[], &mut outcome).unwrap();
    contract.advance(20, true, &mut outcome);
    let standing = contract.affiliates().next().unwrap();
    assert_eq!((standing.paid, standing.clawed_back, standing.owes), (88, 20, 5));
    outcome.clear();
    contract.advance(29, true, &mut outcome);
    assert_eq!(contract.state(), State::Paid);
    let due = |why, of| outcome.dues.iter().find(|due| due.why == why && due.of == of).map(|due| due.atoms);
    assert_eq!(due(Why::Slash, Some(0)), Some(5));
    assert_eq!(due(Why::StakeReturned, None), Some(45));
    assert_eq!(due(Why::Refund, None), Some(1000 - 88));
}

/// Fraud that is proven voids the claim and costs the stake; without a stake nothing more is earned.
#[test]
fn proven_fraud_costs_claim_and_stake() {
    let mut terms = plain(1000);
    (terms.challenge, terms.stake) = (3, 50);
    let mut contract = active(terms, 2, false);
    let mut outcome = Outcome::default();
    contract.measure(0, &[(0, 100), (1, 100)], &[], &mut outcome).unwrap();
    contract.dispute(0, &mut outcome).unwrap();
    contract.dispute(1, &mut outcome).unwrap();
    contract.resolve(0, true, &mut outcome).unwrap();
    contract.resolve(1, false, &mut outcome).unwrap();
    assert_eq!(contract.resolve(1, true, &mut outcome), Err(Refusal::Claim { event: "resolved", is: "vesting" }));
    contract.advance(1, true, &mut outcome);
    contract.measure(2, &[(0, 100), (1, 100)], &[], &mut outcome).unwrap();
    let standings: Vec<_> = contract.affiliates().map(|affiliate| (affiliate.earned, affiliate.staked)).collect();
    assert_eq!(standings, [(100, 0), (200, 50)]);
    assert_eq!(contract.money().slashed, 50);
    assert!(outcome.dues.contains(&Due { party: Party::Primary, atoms: 50, why: Why::Slash, of: Some(0) }));
}

/// What all want beyond what is left is shared in proportion: of 90 left, 2 : 1 gives 60 and 30.
#[test]
fn what_is_left_is_shared_in_proportion() {
    let mut terms = plain(1000);
    terms.epoch_cap = 90;
    let mut contract = active(terms, 2, false);
    contract.measure(0, &[(0, 200), (1, 100)], &[], &mut Outcome::default()).unwrap();
    assert_eq!(contract.affiliates().map(|affiliate| affiliate.earned).collect::<Vec<_>>(), [60, 30]);
}

/// Every illegal transition is refused with its reason.
#[test]
fn illegal_transitions_say_why() {
    let mut terms = plain(100);
    (terms.starts, terms.epoch, terms.expires) = (5, 2, Some(9));
    let (mut contract, mut outcome) = (Contract::new(Arc::new(terms)), Outcome::default());
    let refused = |result: Result<(), Refusal>| result.expect_err("refused").to_string();
    assert_eq!(refused(contract.fund(0, &mut outcome)), "0 atoms are not between 1 and 100");
    contract.fund(40, &mut outcome).unwrap();
    assert_eq!(refused(contract.activate(5, &mut outcome)), "the escrow is 60 atoms short of the cap");
    assert_eq!(refused(contract.fund(61, &mut outcome)), "61 atoms are not between 1 and 60");
    contract.fund(60, &mut outcome).unwrap();
    assert_eq!(refused(contract.activate(4, &mut outcome)), "not before step 5");
    assert_eq!(refused(contract.measure(6, &[], &[], &mut outcome)), "a contract that is escrowed cannot be measured");
    contract.activate(5, &mut outcome).unwrap();
    assert_eq!(refused(contract.join(1, Some(1), &mut outcome)), "affiliate 1 cannot be its own sponsor");
    assert_eq!(refused(contract.join(1, Some(2), &mut outcome)), "affiliate 2 has not joined");
    contract.join(1, None, &mut outcome).unwrap();
    assert_eq!(refused(contract.join(1, None, &mut outcome)), "affiliate 1 has joined already");
    assert_eq!(refused(contract.measure(5, &[], &[], &mut outcome)), "not before step 6");
    assert_eq!(
        refused(contract.measure(6, &[(1, 1), (1, 1)], &[], &mut outcome)),
        "affiliate 1 is out of order: each once, rising"
    );
    contract.measure(6, &[(1, 10)], &[], &mut outcome).unwrap();
    assert_eq!(refused(contract.measure(6, &[(1, 10)], &[], &mut outcome)), "the epoch has been measured already");
    assert_eq!(refused(contract.dispute(7, &mut outcome)), "there is no open claim 7");
    assert_eq!(refused(contract.resolve(0, true, &mut outcome)), "a claim that is measured cannot be resolved");
    contract.advance(8, true, &mut outcome);
    assert_eq!(contract.state(), State::Paid);
    assert_eq!(refused(contract.fund(1, &mut outcome)), "a contract that is paid cannot be funded");
    assert_eq!(refused(contract.join(2, None, &mut outcome)), "a contract that is paid cannot be joined");
}

/// A checkpoint that is none of a contract is refused, not believed.
#[test]
fn what_does_not_fit_is_not_loaded() {
    let mut contract = active(plain(10), 1, false);
    contract.measure(0, &[(0, 5)], &[], &mut Outcome::default()).unwrap();
    let mut saved = Tape::default();
    contract.visit_state(&mut saved).unwrap();
    let claims = saved.columns.len() - 1;
    let spoilt = |change: &dyn Fn(&mut Tape)| {
        let mut tape = Tape { loads: true, words: saved.words.clone(), columns: saved.columns.clone() };
        change(&mut tape);
        contract.clone().visit_state(&mut tape)
    };
    assert_eq!(spoilt(&|_| {}), Ok(()));
    assert!(spoilt(&|tape| tape.words[0] = 6).is_err());
    assert!(spoilt(&|tape| tape.columns[0].push(3)).is_err());
    assert!(spoilt(&|tape| tape.columns[1][0] = 1).is_err());
    for (at, wrong) in [(1, 5), (2, 1), (2, -1), (3, 1), (4, -1)] {
        assert!(spoilt(&|tape| tape.columns[claims][at] = wrong).is_err(), "{at}");
    }
    assert!(spoilt(&|tape| tape.columns[claims].push(0)).is_err());
}

/// A condition may speak of the contract's own numbers, first in the scope.
#[test]
fn conditions_know_the_contract() {
    let condition = walras_formula::Formula::parse("epoch < 2 and paid + earned < 10").unwrap();
    let condition = condition.condition(&names(Scope::default())).unwrap();
    assert_eq!(condition.holds(&[1.0, 4.0, 5.0], &[]), Ok(true));
    assert_eq!(condition.holds(&[1.0, 4.0, 6.0], &[]), Ok(false));
    let table = Value::made(Node::Table(Table::default()));
    assert!(ContractTerms::read(&table, None).is_err());
}
