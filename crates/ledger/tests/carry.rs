//! Postings that are carried against the same ones posted at once.

mod shared;

use std::sync::Arc;

use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::{ASSETS, Economy, MONEY, TOKEN, assert_same, payment, sides, stream};
use walras_ledger::carry::{Accounts, Delivered};
use walras_ledger::exchange::Payment;
use walras_ledger::{Account, AgentAddress, Atoms, Reason, Transfer};
use walras_numerics::{CHUNK, Stream};

/// Sides of any number of agents, from as many draws as one stream has for a test.
fn many_sides(size: usize, draws: &mut Stream) -> Vec<i8> {
    sides(997.min(size), draws).into_iter().cycle().take(size).collect()
}

/// Visits all accounts in pieces of chunks and reads each after it has been delivered to.
fn visit_all(mut accounts: Accounts<'_>) -> (Vec<Atoms>, Delivered) {
    let size = accounts.rows().len();
    if size > 2 * CHUNK {
        let (a, b) = accounts.split_at(CHUNK);
        let ((mut seen, a), (more, b)) = (visit_all(a), visit_all(b));
        seen.extend(more);
        return (seen, a.and(b));
    }
    let (mut seen, mut delivered) = (Vec::new(), Delivered::default());
    for start in (0..size).step_by(CHUNK) {
        let within = start..(start + CHUNK).min(size);
        accounts.deliver(within.clone(), &mut delivered);
        seen.extend_from_slice(accounts.column(MONEY, within));
    }
    (seen, delivered)
}

/// Everything that can happen to a cohort that carries postings, and nothing shows a difference.
#[test]
fn carried_and_immediate_postings_come_to_the_same() {
    for seed in 0..60_u64 {
        let size = [1, 7, 1024, 2500, 40_000][seed as usize % 5];
        let (mut late, mut now) = (Economy::new(&[size, 3], 90_000, 90_000), Economy::new(&[size, 3], 90_000, 90_000));
        let cohort = late.cohorts[0];
        let agent = AgentAddress { cohort, row: size as u32 / 2 };
        late.ledger.watch(Some(agent));
        now.ledger.watch(Some(agent));
        for round in 0..6 {
            let mut draws = stream(1000 * seed + round);
            for _ in 0..1 + draws.word() % 2 {
                let side = many_sides(size, &mut draws);
                let (buyer, seller) = (payment(true, &mut draws), payment(false, &mut draws));
                let posted =
                    late.ledger.carry_uniform(cohort, &late.with, Arc::new(side.clone()), buyer, seller).unwrap();
                assert_eq!(posted, now.ledger.exchange_uniform(cohort, &now.with, &side, buyer, seller).unwrap());
            }
            assert_eq!(late.flows(), now.flows());
            assert_eq!(late.ledger.check(), Ok(()));
            // At the step at which it was posted.
            assert_eq!(late.ledger.take_watched(), now.ledger.take_watched());
            let side = many_sides(size, &mut draws);
            let paid = payment(true, &mut draws);
            match draws.word() % 6 {
                0 => late.ledger.deliver().unwrap(),
                1 => {
                    let seen = late.ledger.visit(cohort, visit_all).unwrap();
                    assert_eq!(Some(&*seen), now.ledger.column(cohort, MONEY));
                }
                2 => [&mut late, &mut now].into_iter().for_each(|economy| {
                    let (from, to) = (agent.into(), economy.with.fees.into());
                    let gift = Transfer { asset: TOKEN, from, to, amount: 5, reason: Reason::Shock };
                    economy.ledger.post(gift).unwrap();
                }),
                3 => [&mut late, &mut now].into_iter().for_each(|economy| {
                    let half = |_, held: Atoms| -held / 2;
                    economy.ledger.post_column(cohort, MONEY, economy.with.fees, Reason::Shock, half).unwrap();
                }),
                4 => [&mut late, &mut now].into_iter().for_each(|economy| {
                    economy.ledger.exchange_each(cohort, &economy.with, &side, |_| paid).unwrap();
                }),
                _ => [&mut late, &mut now].into_iter().for_each(|economy| {
                    economy.ledger.exchange_rows(&economy.with, [(agent, paid)].into_iter()).unwrap();
                }),
            }
            assert_same(&mut late, &mut now);
            assert_eq!(late.ledger.take_watched(), now.ledger.take_watched());
        }
    }
}

#[test]
fn the_hash_of_a_state_that_is_carried_is_that_of_the_state_delivered() {
    let (mut late, mut now) = (Economy::new(&[1500], 1000, 1000), Economy::new(&[1500], 1000, 1000));
    let (buyer, seller) = (payment(true, &mut stream(1)), payment(false, &mut stream(2)));
    let side = sides(1500, &mut stream(3));
    late.ledger.carry_uniform(late.cohorts[0], &late.with, Arc::new(side.clone()), buyer, seller).unwrap();
    now.ledger.exchange_uniform(now.cohorts[0], &now.with, &side, buyer, seller).unwrap();
    assert_eq!(late.hash(), now.hash());
}

#[test]
fn accounts_that_still_carry_a_posting_are_not_shown() {
    let mut economy = Economy::new(&[10, 10], 1000, 1000);
    let (cohort, other) = (economy.cohorts[0], economy.cohorts[1]);
    let paid = Payment { tokens: 1, trade: -1, ..Payment::default() };
    economy.ledger.carry_uniform(cohort, &economy.with, Arc::new(vec![1; 10]), paid, paid).unwrap();
    let refused = |read: &dyn Fn()| {
        let told = catch_unwind(AssertUnwindSafe(read)).unwrap_err();
        let told = told.downcast_ref::<String>().unwrap();
        assert!(told.contains("cohort 0 still carries a posting of asset 1 to 10 buyers, 0 sellers"), "{told}");
    };
    let agent = Account::from(AgentAddress { cohort, row: 3 });
    for asset in ASSETS {
        refused(&|| assert!(economy.ledger.column(cohort, asset).is_some()));
        refused(&|| assert!(economy.ledger.balance(agent, asset).is_some()));
        assert!(economy.ledger.column(other, asset).is_some());
    }
    assert!(economy.ledger.check_fully().unwrap_err().0.contains("still carries"));
    economy.ledger.deliver().unwrap();
    assert_eq!(economy.ledger.balance(agent, TOKEN), Some(1001));
    assert_eq!(economy.ledger.check_fully(), Ok(()));
}

#[test]
fn spending_more_than_is_held_is_found_on_delivery() {
    for (trade, enough) in [(-1000, true), (-1001, false)] {
        let paid = Payment { tokens: 1, trade, ..Payment::default() };
        let carrying = || {
            let mut economy = Economy::new(&[1030], 1000, 1000);
            let mut side = vec![0; 1030];
            side[1029] = 1;
            economy
                .ledger
                .carry_uniform(economy.cohorts[0], &economy.with, Arc::new(side.clone()), paid, paid)
                .unwrap();
            economy
        };
        assert_eq!(carrying().ledger.deliver().is_ok(), enough);
        // A single transfer delivers too; what it finds is told by the next check.
        let mut economy = carrying();
        let agent = AgentAddress { cohort: economy.cohorts[0], row: 1 };
        let (from, to) = (agent.into(), economy.with.fees.into());
        economy.ledger.post(Transfer { asset: MONEY, from, to, amount: 1, reason: Reason::Shock }).unwrap();
        assert_eq!(economy.ledger.check().is_ok(), enough);
    }
}

#[test]
fn a_visit_that_leaves_accounts_out_is_a_broken_invariant() {
    let paid = Payment { tokens: 1, trade: -1, ..Payment::default() };
    for pieces in [&[][..], &[0], &[0, 1]] {
        let mut economy = Economy::new(&[2 * CHUNK], 1000, 1000);
        let cohort = economy.cohorts[0];
        economy.ledger.carry_uniform(cohort, &economy.with, Arc::new(vec![1; 2 * CHUNK]), paid, paid).unwrap();
        let visit = |mut accounts: Accounts<'_>| {
            let mut delivered = Delivered::default();
            for piece in pieces {
                accounts.deliver(piece * CHUNK..(piece + 1) * CHUNK, &mut delivered);
            }
            ((), delivered)
        };
        assert_eq!(economy.ledger.visit(cohort, visit).is_ok(), pieces.len() == 2, "{pieces:?}");
    }
}
