//! What a board keeps whatever is asked of it.

use proptest::prelude::*;
use walras_ledger::Atoms;
use walras_numerics::StateHasher;

use super::*;

/// Something that is asked of a board; numbers may name what is not there.
#[derive(Debug, Clone)]
enum Act {
    Post { primary: u32, work: i64, reward: Atoms, check: Atoms, lasts: u32 },
    Take { number: u64, by: By, price: Atoms, stake: Atoms, lies: bool },
    Work { number: u64, amount: i64 },
    Settle { number: u64, delivery: Delivery },
    Wait { steps: u32 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let by = (0..3_u32, 0..4_u32).prop_map(|(workforce, row)| By { workforce, row });
    let amount = || prop_oneof![5 => 0..100_i64, 1 => Just(0), 1 => -3..0_i64];
    let delivery = (any::<bool>(), any::<bool>(), any::<bool>());
    let act = prop_oneof![
        (0..3_u32, amount(), amount(), amount(), 0..9_u32)
            .prop_map(|(primary, work, reward, check, lasts)| Act::Post { primary, work, reward, check, lasts }),
        (0..12_u64, by, amount(), amount(), any::<bool>()).prop_map(|(number, by, price, stake, lies)| Act::Take {
            number,
            by,
            price,
            stake,
            lies
        }),
        (0..12_u64, amount()).prop_map(|(number, amount)| Act::Work { number, amount }),
        (0..12_u64, delivery).prop_map(|(number, (right, checked, found_false))| Act::Settle {
            number,
            delivery: Delivery { right, checked, found_false }
        }),
        (0..4_u32).prop_map(|steps| Act::Wait { steps }),
    ];
    prop::collection::vec(act, 1..80)
}

/// The board's accounts and everyone else's.
#[derive(Default)]
struct Purses {
    escrow: i128,
    stakes: i128,
    primaries: i128,
    workers: i128,
    checker: i128,
}

impl Purses {
    fn pay(&mut self, dues: &[Due]) {
        for &Due { from, to, amount, .. } in dues {
            assert!(amount > 0);
            let amount = i128::from(amount);
            *(if from == Pool::Escrow { &mut self.escrow } else { &mut self.stakes }) -= amount;
            *match to {
                Party::Primary(_) => &mut self.primaries,
                Party::Worker(_) => &mut self.workers,
                Party::Checker => &mut self.checker,
            } += amount;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No sequence of acts pays twice, pays more than was set aside, loses an atom, or has a worker do two tasks at once;
    /// and what is refused changes nothing.
    #[test]
    fn nothing_is_paid_twice_and_nothing_is_lost(acts in acts(), late_slash in prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64]) {
        let mut board = Board::new(&[3, 2], late_slash);
        let (mut purses, mut now, mut dues, mut expired) = (Purses::default(), 0, Vec::new(), Vec::new());
        for act in acts {
            let before = board.clone();
            dues.clear();
            let done = match act {
                Act::Post { primary, work, reward, check, lasts } => {
                    let posted = board.post(primary, work, (reward, check), now + lasts).map(|_| ());
                    if posted.is_ok() {
                        purses.escrow += i128::from(reward) + i128::from(check);
                        purses.primaries -= i128::from(reward) + i128::from(check);
                    }
                    posted
                }
                Act::Take { number, by, price, stake, lies } => {
                    let taken = board.take(number, by, price, stake, lies);
                    if taken.is_ok() {
                        purses.stakes += i128::from(stake);
                        purses.workers -= i128::from(stake);
                        prop_assert!(board.task_of(by).is_some_and(|task| task.number == number));
                    }
                    taken
                }
                Act::Work { number, amount } => board.work(number, amount).map(|_| ()),
                Act::Settle { number, delivery } => board.settle(number, delivery, &mut dues),
                Act::Wait { steps } => {
                    now += steps;
                    board.expire(now, &mut dues, &mut expired);
                    prop_assert!(board.tasks().iter().all(|task| task.deadline >= now));
                    Ok(())
                }
            };
            if done.is_err() {
                prop_assert_eq!(&board, &before);
                prop_assert!(dues.is_empty());
            }
            purses.pay(&dues);
            prop_assert_eq!(purses.escrow, board.escrow());
            prop_assert_eq!(purses.stakes, board.stakes());
            let counts = board.counts;
            prop_assert_eq!(counts.escrowed, counts.paid + counts.check_costs + counts.refunded + board.escrow());
            prop_assert_eq!(counts.staked, counts.returned + counts.slashed + board.stakes());
            prop_assert_eq!(counts.paid + counts.returned, purses.workers + counts.staked);
            let ended = counts.completed + counts.paid_false + counts.found_false + counts.late + counts.untaken;
            prop_assert_eq!(counts.posted, ended + board.tasks().len() as u64);
            let mut hands: Vec<By> = board.tasks().iter().filter_map(|task| task.taken).map(|taken| taken.by).collect();
            hands.sort_unstable();
            prop_assert!(hands.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }

    /// What is visited is all there is: a board read back from its own visit is the same, and hashes the same.
    #[test]
    fn a_board_is_visited_whole(acts in acts()) {
        let mut board = Board::new(&[3, 2], 0.5);
        for act in acts {
            let _ = match act {
                Act::Post { primary, work, reward, check, lasts } => board.post(primary, work, (reward, check), lasts).map(|_| ()),
                Act::Take { number, by, price, stake, lies } => board.take(number, by, price, stake, lies),
                Act::Work { number, amount } => board.work(number, amount).map(|_| ()),
                Act::Settle { number, delivery } => board.settle(number, delivery, &mut Vec::new()),
                Act::Wait { .. } => Ok(()),
            };
        }
        let before = board.clone();
        let mut hasher = StateHasher::default();
        board.visit_state("board", &mut hasher).unwrap();
        prop_assert_eq!(&board, &before);
    }

    /// By sorting.
    #[test]
    fn the_lowest_ask_wins(
        asks in prop::collection::vec((0..30_i64, 0..3_u32), 0..12),
        most in 0..30_i64,
    ) {
        let asks: Vec<Ask> = (0..).zip(&asks).map(|(row, &(amount, lot))| Ask { amount, lot, by: By { workforce: 0, row } }).collect();
        let mut sorted: Vec<Ask> = asks.iter().copied().filter(|ask| ask.amount <= most).collect();
        sorted.sort_unstable();
        let own = lowest_ask(asks.iter().copied(), most, Pays::Own);
        prop_assert_eq!(own, sorted.first().map(|first| (first.by, first.amount)));
        let second = sorted.get(1).map_or(most, |second| second.amount);
        let paid = lowest_ask(asks.iter().copied(), most, Pays::Second);
        prop_assert_eq!(paid, sorted.first().map(|first| (first.by, second)));
    }
}
