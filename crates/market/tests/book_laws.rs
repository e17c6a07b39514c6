//! The order book against its slow and obvious twin, and the laws that every book keeps.

#[path = "../../../fuzz/src/book.rs"]
#[allow(unreachable_pub)]
mod book;

use book::Tally;
use walras_market::book::{Closure, Rejection};
use walras_numerics::{Keys, Purpose};

/// Commands in all: a hundred thousand, or ten million with `WALRAS_NIGHTLY` set.
fn commands() -> u64 {
    if std::env::var_os("WALRAS_NIGHTLY").is_some() { 10_000_000 } else { 100_000 }
}

/// Says which sequence went wrong.
struct Sequence(u64);

impl Drop for Sequence {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in sequence {}", self.0);
        }
    }
}

/// Runs sequence `number`; what happened.
fn run(number: u64) -> Tally {
    let _shown = Sequence(number);
    // Most are short, since a fresh book is where most can go wrong; some grow large.
    let len = match number % 16 {
        0 => 60_000,
        1..5 => 8000,
        _ => 1 + Keys::new(7).word(Purpose::sample(1), number, 0) as usize % 2000,
    };
    let mut bytes = Vec::with_capacity(len + 4);
    for part in 1.. {
        let mut stream = Keys::new(7).stream(Purpose::sample(1), number, part);
        (0..16_000).for_each(|_| bytes.extend(stream.word().to_le_bytes()));
        if bytes.len() >= len {
            break;
        }
    }
    bytes.truncate(len);
    book::run(&bytes)
}

/// Every outcome, every fill and the whole book after every command. Whatever can happen does.
#[test]
fn the_book_does_what_its_twin_does() {
    let threads = 2;
    let tally = std::thread::scope(|scope| {
        let work = |first: u64| {
            move || {
                let mut tally = Tally::new();
                for number in (first..).step_by(threads) {
                    add(&mut tally, run(number));
                    if tally["actions"] >= commands() / threads as u64 {
                        break;
                    }
                }
                tally
            }
        };
        let working: Vec<_> = (0..threads as u64).map(|first| scope.spawn(work(first))).collect();
        let mut sum = Tally::new();
        working.into_iter().for_each(|thread| add(&mut sum, thread.join().expect("the twins agree")));
        sum
    });
    println!("{tally:?}");
    // What is off the grid is refused before it becomes a command.
    let commanded = Rejection::ALL.into_iter().filter(|why| ![Rejection::OffTick, Rejection::OffLot].contains(why));
    let closures =
        [Closure::Cancelled, Closure::SelfTrade, Closure::Unfilled, Closure::Band, Closure::Expired].map(Closure::name);
    let rest = ["uncrossed", "kept_priority", "lost_priority", "triggered", "traded_with_itself", "fills"];
    for what in commanded.map(Rejection::name).chain(closures).chain(rest) {
        assert!(tally.get(what).is_some_and(|&count| count >= 20), "{what} hardly happened: {tally:?}");
    }
}

fn add(sum: &mut Tally, tally: Tally) {
    tally.into_iter().for_each(|(what, count)| *sum.entry(what).or_default() += count);
}
