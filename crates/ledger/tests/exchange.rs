//! The column postings against a slow and obvious twin that moves every amount by a single transfer.

mod shared;

use shared::{ASSETS, Economy, MONEY, TOKEN, assert_same, payment, sides, stream};
use walras_ledger::exchange::Payment;
use walras_ledger::statement::{Decomposition, Line};
use walras_ledger::{Account, AgentAddress, Atoms, Category, Ledger, NamedId, PostError, Reason, Transfer};
use walras_numerics::{Keys, Purpose, StateError, StateVisitor};

#[test]
fn the_same_payment_for_each_side_is_what_single_transfers_make() {
    for seed in 0..40 {
        let mut draws = stream(seed);
        let size = [1, 7, 1024, 2500][seed as usize % 4];
        let (mut fast, mut slow) = (Economy::new(&[size, 3], 1000, 1000), Economy::new(&[size, 3], 1000, 1000));
        let cohort = fast.cohorts[0];
        for _ in 0..4 {
            let side = sides(size, &mut draws);
            let (buyer, seller) = (payment(true, &mut draws), payment(false, &mut draws));
            fast.ledger.exchange_uniform(cohort, &fast.with, &side, buyer, seller).unwrap();
            for (row, &side) in (0..).zip(&side).filter(|(_, side)| side.abs() == 1) {
                slow.post(AgentAddress { cohort, row }, if side > 0 { &buyer } else { &seller }).unwrap();
            }
            assert_same(&mut fast, &mut slow);
        }
    }
}

#[test]
fn a_payment_for_each_agent_is_what_single_transfers_make() {
    for seed in 0..40 {
        let mut draws = stream(seed);
        let size = [1, 7, 1024, 2500][seed as usize % 4];
        let (mut fast, mut slow) = (Economy::new(&[3, size], 1000, 1000), Economy::new(&[3, size], 1000, 1000));
        let cohort = fast.cohorts[1];
        let side = sides(size, &mut draws);
        let payments: Vec<Payment> = side.iter().map(|&side| payment(side > 0, &mut draws)).collect();
        fast.ledger.exchange_each(cohort, &fast.with, &side, |row| payments[row]).unwrap();
        for (row, _) in (0..).zip(&side).filter(|(_, side)| side.abs() == 1) {
            slow.post(AgentAddress { cohort, row }, &payments[row as usize]).unwrap();
        }
        assert_same(&mut fast, &mut slow);
    }
}

#[test]
fn payments_in_a_given_order_are_what_single_transfers_make() {
    for seed in 0..40 {
        let mut draws = stream(seed);
        let sizes = [5, 1100];
        let (mut fast, mut slow) = (Economy::new(&sizes, 10_000, 10_000), Economy::new(&sizes, 10_000, 10_000));
        let rows: Vec<(AgentAddress, Payment)> = (0..600)
            .map(|_| {
                let cohort = draws.word() as usize % 2;
                let row = draws.word() % sizes[cohort] as u32;
                let buys = draws.word().is_multiple_of(2);
                (AgentAddress { cohort: fast.cohorts[cohort], row }, payment(buys, &mut draws))
            })
            .collect();
        fast.ledger.exchange_rows(&fast.with, rows.iter().copied()).unwrap();
        for (agent, paid) in &rows {
            slow.post(*agent, paid).unwrap();
        }
        assert_same(&mut fast, &mut slow);
    }
}

/// The balances, the flows, and every line of the statement of an agent that is watched.
#[test]
fn moves_of_money_and_tokens_are_what_single_transfers_make() {
    for seed in 0..40 {
        let mut draws = stream(seed);
        let sizes = [5, 1100];
        let (mut fast, mut slow) = (Economy::new(&sizes, 10_000, 10_000), Economy::new(&sizes, 10_000, 10_000));
        let watched = AgentAddress { cohort: fast.cohorts[0], row: 2 };
        fast.ledger.watch(Some(watched));
        slow.ledger.watch(Some(watched));
        let rows: Vec<(AgentAddress, [Atoms; 2])> = (0..600)
            .map(|_| {
                let cohort = draws.word() as usize % 2;
                let agent = AgentAddress { cohort: fast.cohorts[cohort], row: draws.word() % sizes[cohort] as u32 };
                (agent, [0; 2].map(|_: Atoms| Atoms::from(draws.word() % 31) - 15))
            })
            .collect();
        fast.ledger.move_rows(&fast.with, Reason::Order, rows.iter().copied()).unwrap();
        for &(agent, changes) in &rows {
            let accounts = [slow.with.money, slow.with.tokens].map(Account::from);
            for ((asset, account), change) in [MONEY, TOKEN].into_iter().zip(accounts).zip(changes) {
                let agent = Account::from(agent);
                let (from, to) = if change > 0 { (account, agent) } else { (agent, account) };
                let transfer = Transfer { asset, from, to, amount: change.abs(), reason: Reason::Order };
                slow.ledger.post(transfer).unwrap();
            }
        }
        assert_eq!(fast.ledger.take_watched(), slow.ledger.take_watched());
        assert_same(&mut fast, &mut slow);
    }
}

#[test]
fn nobody_is_moved_below_zero() {
    let agent = |economy: &Economy| AgentAddress { cohort: economy.cohorts[0], row: 0 };
    for changes in [[-101, 0], [0, -101], [Atoms::MAX, 0]] {
        let mut economy = Economy::new(&[1], 100, 100);
        let row = (agent(&economy), changes);
        assert!(economy.ledger.move_rows(&economy.with, Reason::Order, [row].into_iter()).is_err(), "{changes:?}");
    }
    // The venue's own account, which has no more than was issued to it.
    let mut economy = Economy::new(&[1], 100, 100);
    let row = (agent(&economy), [(1 << 60) + 1, 0]);
    assert!(economy.ledger.move_rows(&economy.with, Reason::Order, [row].into_iter()).is_err());
}

/// What a posting says it came to, counted again from the payments.
#[test]
fn a_posting_says_what_it_came_to() {
    let mut draws = stream(1);
    let mut economy = Economy::new(&[1500], 1000, 1000);
    let cohort = economy.cohorts[0];
    let side = sides(1500, &mut draws);
    let payments: Vec<Payment> = side
        .iter()
        .map(|&side| {
            // At least one token, so that a side can be told from the payment.
            let paid = payment(side > 0, &mut draws);
            Payment { tokens: paid.tokens + Atoms::from(side.signum()), ..paid }
        })
        .collect();
    let posted = economy.ledger.exchange_each(cohort, &economy.with, &side, |row| payments[row]).unwrap();
    let of = |sign: i8| side.iter().zip(&payments).filter(move |(side, _)| **side == sign).map(|(_, paid)| paid);
    let total = |sign: i8, amount: fn(&Payment) -> Atoms| of(sign).map(|paid| i128::from(amount(paid))).sum::<i128>();
    let both = |amount: fn(&Payment) -> Atoms| total(1, amount) + total(-1, amount);
    assert_eq!((posted.buyers as usize, posted.sellers as usize), (of(1).count(), of(-1).count()));
    assert_eq!((posted.bought, posted.sold), (total(1, |p| p.tokens), -total(-1, |p| p.tokens)));
    assert_eq!((posted.paid, posted.received), (-total(1, |p| p.trade), total(-1, |p| p.trade)));
    assert_eq!((posted.tributes, posted.priority_fees), (-both(|p| p.tribute), -both(|p| p.priority_fee)));
    assert_eq!(posted.fees, -both(|p| p.fee + p.priority_fee));
}

/// Enough agents that the columns are worked on in parallel.
#[test]
fn any_number_of_threads_posts_the_same() {
    let size = 40_000;
    let mut hashes = Vec::new();
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut economy = Economy::new(&[size], 1000, 1000);
        let cohort = economy.cohorts[0];
        let keys = Keys::new(4);
        let side: Vec<i8> =
            (0..size as u64).map(|i| [0, 1, -1][keys.word(Purpose::sample(1), i, 0) as usize % 3]).collect();
        let own = |row: usize| {
            let tokens = (keys.word(Purpose::sample(2), row as u64, 0) % 90).into();
            let trade = Payment { tokens, trade: -tokens, fee: -2, tribute: -1, priority_fee: 0 };
            if side[row] > 0 { trade } else { Payment { tokens: -tokens, trade: tokens, ..trade } }
        };
        let (buyer, seller) = (payment(true, &mut stream(5)), payment(false, &mut stream(6)));
        let posted = pool.install(|| {
            let each = economy.ledger.exchange_each(cohort, &economy.with, &side, own).unwrap();
            (each, economy.ledger.exchange_uniform(cohort, &economy.with, &side, buyer, seller).unwrap())
        });
        economy.ledger.check_fully().unwrap();
        hashes.push((posted, economy.flows(), economy.hash()));
    }
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_column_posting_of_one_asset_is_what_single_transfers_make() {
    let (mut fast, mut slow) = (Economy::new(&[1300], 1000, 0), Economy::new(&[1300], 1000, 0));
    let (cohort, treasury) = (fast.cohorts[0], fast.with.money);
    let change = |row: usize| Atoms::from(row as u32 % 7) - 3;
    let total = fast.ledger.post_column(cohort, MONEY, treasury, Reason::Shock, |row, _| change(row)).unwrap();
    for row in 0..1300 {
        let (agent, treasury) = (Account::from(AgentAddress { cohort, row }), Account::from(treasury));
        let change = change(row as usize);
        let (from, to) = if change > 0 { (treasury, agent) } else { (agent, treasury) };
        let transfer = Transfer { asset: MONEY, from, to, amount: change.abs(), reason: Reason::Shock };
        slow.ledger.post(transfer).unwrap();
    }
    assert_eq!(total, (0..1300).map(|row| i128::from(change(row))).sum());
    assert_same(&mut fast, &mut slow);
}

#[test]
fn spending_more_than_is_held_is_a_broken_invariant() {
    let buys = |money: Atoms| Payment { tokens: 1, trade: 1 - money, fee: -1, ..Payment::default() };
    let sells = |tokens: Atoms| Payment { tokens: -tokens, trade: 1, ..Payment::default() };
    for (side, paid, enough) in
        [(1, buys(1000), true), (1, buys(1001), false), (-1, sells(1000), true), (-1, sells(1001), false)]
    {
        let fresh = || Economy::new(&[1030], 1000, 1000);
        let mut sides = vec![0; 1030];
        sides[1029] = side;
        let agent = |economy: &Economy| AgentAddress { cohort: economy.cohorts[0], row: 1029 };
        let (mut uniform, mut each, mut rows) = (fresh(), fresh(), fresh());
        let cohort = uniform.cohorts[0];
        let found = [
            uniform.ledger.exchange_uniform(cohort, &uniform.with, &sides, paid, paid).is_ok(),
            each.ledger.exchange_each(cohort, &each.with, &sides, |_| paid).is_ok(),
            rows.ledger.exchange_rows(&rows.with, [(agent(&rows), paid)].into_iter()).is_ok(),
        ];
        assert_eq!(found, [enough; 3], "side {side} with {paid:?}");
    }
}

#[test]
fn amounts_up_to_the_largest_are_exact_and_beyond_it_broken() {
    let most = Atoms::MAX;
    for (amount, fits) in [(most - 1000, true), (most - 999, false), (most, false)] {
        let paid = Payment { tokens: amount, trade: -1000, ..Payment::default() };
        let fresh = || Economy::new(&[1], 1000, 1000);
        let (mut uniform, mut each, mut rows) = (fresh(), fresh(), fresh());
        // The venue gives what it has instead of minting, so that its issuer's debt is not what overflows.
        for economy in [&mut uniform, &mut each, &mut rows] {
            economy.with.tokens = economy.with.money;
            let lent = economy.with.money;
            economy.issue(TOKEN, lent.into(), most - 1000);
            economy.ledger.reset_flows();
        }
        let cohort = uniform.cohorts[0];
        let agent = AgentAddress { cohort, row: 0 };
        let found = [
            uniform.ledger.exchange_uniform(cohort, &uniform.with, &[1], paid, paid).is_ok(),
            each.ledger.exchange_each(cohort, &each.with, &[1], |_| paid).is_ok(),
            rows.ledger.exchange_rows(&rows.with, [(agent, paid)].into_iter()).is_ok(),
        ];
        assert_eq!(found, [fits; 3], "{amount}");
        if fits {
            assert_eq!(uniform.ledger.balance(agent.into(), TOKEN), Some(most));
            assert_eq!(uniform.balances(), each.balances());
            assert_eq!(uniform.balances(), rows.balances());
            uniform.ledger.check_fully().unwrap();
        }
    }
}

/// A chunk of the largest balances sums far beyond 64 bits, and the check still counts every atom.
#[test]
fn chunks_of_the_largest_balances_are_summed_exactly() {
    let size = 2000;
    for (column, asset, paid) in [
        ("cohort 0 asset 0", 0, Payment { trade: 10, ..Payment::default() }),
        ("cohort 0 asset 1", 1, Payment { tokens: 10, ..Payment::default() }),
    ] {
        let mut economy = Economy::new(&[size], 0, 0);
        let cohort = economy.cohorts[0];
        let mut fill = Tamper(|name: &str, values: &mut Vec<i64>| {
            if name == column {
                values.fill(Atoms::MAX - 10);
            }
        });
        economy.ledger.visit_state(&mut fill).unwrap();
        let sum = i128::from(Atoms::MAX - 10) * size as i128;
        let off = format!("the accounts of asset {asset} sum to {sum} instead of zero");
        let found = economy.ledger.check().unwrap_err().0;
        assert!(found.contains(&off), "{found}");
        economy.ledger.exchange_uniform(cohort, &economy.with, &vec![1; size], paid, paid).unwrap();
        // Both sides of the posting moved, so the sum is off by as much as before.
        let found = economy.ledger.check_fully().unwrap_err().0;
        assert!(found.contains(&off), "{found}");
    }
}

#[test]
fn the_watched_agents_lines_add_up_to_its_change() {
    let mut economy = Economy::new(&[50, 1500], 50_000, 50_000);
    let watched = AgentAddress { cohort: economy.cohorts[1], row: 1234 };
    economy.ledger.watch(Some(watched));
    let held = |economy: &Economy| ASSETS.map(|asset| economy.ledger.balance(watched.into(), asset).unwrap());
    let mut expected: Vec<Line> = Vec::new();
    let before = held(&economy);
    for round in 0..60 {
        let mut draws = stream(round as u64);
        let mut side = sides(1500, &mut draws);
        side[1234] = [1, -1, 0, 3][round % 4];
        let (buyer, seller) = (payment(true, &mut draws), payment(false, &mut draws));
        let paid = if side[1234] > 0 { buyer } else { seller };
        match round % 3 {
            0 => economy.ledger.exchange_uniform(watched.cohort, &economy.with, &side, buyer, seller),
            1 => economy
                .ledger
                .exchange_each(watched.cohort, &economy.with, &side, |row| if side[row] > 0 { buyer } else { seller }),
            _ => {
                let rows = (0..).zip(&side).filter(|(_, side)| side.abs() == 1);
                let rows = rows.map(|(row, &side)| {
                    (AgentAddress { cohort: watched.cohort, row }, if side > 0 { buyer } else { seller })
                });
                economy.ledger.exchange_rows(&economy.with, rows)
            }
        }
        .unwrap();
        if side[1234].abs() == 1 {
            let money = |reason, amount| Line { asset: MONEY, reason, amount };
            expected.extend([
                money(Reason::Trade, paid.trade),
                money(Reason::Fee, paid.fee),
                money(Reason::Tribute, paid.tribute),
                money(Reason::PriorityFee, paid.priority_fee),
                Line { asset: TOKEN, reason: Reason::Trade, amount: paid.tokens },
            ]);
        }
    }
    let reserve: Account = economy.with.money.into();
    for (from, to, reason) in [(reserve, watched.into(), Reason::Income), (watched.into(), reserve, Reason::Expense)] {
        economy.ledger.post(Transfer { asset: MONEY, from, to, amount: 17, reason }).unwrap();
        let amount = if reason == Reason::Income { 17 } else { -17 };
        expected.push(Line { asset: MONEY, reason, amount });
    }
    let lines = economy.ledger.take_watched();
    for (index, asset) in ASSETS.into_iter().enumerate() {
        let parts = Decomposition::of(&lines, asset);
        assert_eq!(parts.change(), i128::from(held(&economy)[index]) - i128::from(before[index]));
        let of = |category| {
            let lines = expected.iter().filter(|line| line.asset == asset && line.reason.category() == category);
            lines.map(|line| i128::from(line.amount)).sum::<i128>()
        };
        assert_eq!((parts.income, parts.expenses), (of(Category::Income), -of(Category::Expense)));
        assert_eq!((parts.trades, parts.policy_effects), (of(Category::Trade), of(Category::Policy)));
    }
    assert!(Decomposition::of(&lines, TOKEN).trades != 0 && economy.ledger.take_watched().is_empty());
}

/// A loader that puts something else into the columns it is shown.
struct Tamper<F>(F);

impl<F: FnMut(&str, &mut Vec<i64>)> StateVisitor for Tamper<F> {
    fn u64(&mut self, _: &str, _: &mut u64) -> Result<(), StateError> {
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        (self.0)(name, values);
        Ok(())
    }

    fn f64s(&mut self, _: &str, _: &mut Vec<f64>) -> Result<(), StateError> {
        Ok(())
    }
}

fn tampered(change: impl FnMut(&str, &mut Vec<i64>)) -> (Ledger, Result<(), StateError>) {
    let mut ledger = Economy::new(&[1100], 1000, 1000).ledger;
    let loaded = ledger.visit_state(&mut Tamper(change));
    (ledger, loaded)
}

#[test]
fn the_check_finds_a_tampered_state() {
    let (whole, _) = tampered(|_, _| {});
    assert_eq!(whole.check_fully(), Ok(()));
    let (one_more, _) = tampered(|name, values| values[0] += i64::from(name == "cohort 0 asset 0"));
    assert!(one_more.check().unwrap_err().0.contains("asset 0 sum to 1 instead of zero"));
    let (lent, _) = tampered(|name, values| match name {
        "fees" => values[0] = -5,
        "reserve" => values[0] += 5,
        _ => {}
    });
    assert!(lent.check().unwrap_err().0.contains("the account fees holds -5 of asset 0"));
    let (owing, _) = tampered(|name, values| {
        if name == "cohort 0 asset 1" {
            values[1050] -= 2000;
            values[3] += 2000;
        }
    });
    assert!(owing.check_fully().unwrap_err().0.contains("agent 1050 of cohort 0 holds -1000 of asset 1"));
}

#[test]
fn a_state_of_another_shape_is_refused() {
    let (_, longer) = tampered(|name, values| {
        if name == "cohort 0 asset 0" {
            values.push(0);
        }
    });
    assert!(longer.unwrap_err().0.contains("another number of agents"));
    let (_, fewer) = tampered(|name, values| {
        if name == "fees" {
            values.truncate(1);
        }
    });
    assert!(fewer.unwrap_err().0.contains("another number of assets"));
}

#[test]
fn single_transfers_refuse_what_cannot_be_and_move_nothing() {
    let mut economy = Economy::new(&[2], 10, 0);
    let agent = |row| Account::from(AgentAddress { cohort: economy.cohorts[0], row });
    let (a, b) = (agent(0), agent(1));
    let issuer = Account::from(economy.ledger.issuer(TOKEN));
    let before = economy.balances();
    let mut post =
        |asset, from, to, amount| economy.ledger.post(Transfer { asset, from, to, amount, reason: Reason::Shock });
    assert_eq!(post(MONEY, a, b, 11), Err(PostError::Insufficient { held: 10 }));
    assert_eq!(post(MONEY, a, b, -1), Err(PostError::Negative));
    assert_eq!(post(MONEY, agent_beyond(a), b, 1), Err(PostError::NotHeld));
    assert_eq!(post(MONEY, a, a, 11), Err(PostError::Insufficient { held: 10 }));
    assert_eq!(post(MONEY, a, a, 10), Ok(()));
    assert_eq!(post(TOKEN, NamedId(0).into(), b, 1), Err(PostError::Insufficient { held: 0 }));
    assert_eq!(post(TOKEN, issuer, a, Atoms::MAX), Ok(()));
    assert_eq!(post(TOKEN, issuer, b, 1), Err(PostError::TooLarge));
    assert_eq!(post(TOKEN, a, issuer, Atoms::MAX), Ok(()));
    assert_eq!(economy.balances(), before);
}

fn agent_beyond(account: Account) -> Account {
    match account {
        Account::Agent(address) => AgentAddress { row: 1000, ..address }.into(),
        named @ Account::Named(_) => named,
    }
}
