//! The order book against its slow and obvious twin, side by side: `cargo bench --bench book`.
//!
//! Both read the same events and must end with the same hash over their fills. They take turns, and the median of the
//! ratios is printed, since machines are shared and noisy; where the system tells, it is the time on a processor that
//! counts, not that of the clock. `WALRAS_FLOWS` may name files of events, with spaces between,
//! in place of those made here.

#[path = "../../crates/market/tests/book_twin/mod.rs"]
#[allow(dead_code, missing_docs, unreachable_pub)]
mod book_twin;

use std::time::{Duration, Instant};

use book_twin::Twin;
use walras_benches::clock::timed;
use walras_benches::flow::flow;
use walras_market::book::flow::{Event, FillHash, HEADER_BYTES, Header, RECORD_BYTES};
use walras_market::book::{Book, Command, Events, Outcome};

/// Rounds of which the median is taken.
const ROUNDS: usize = 5;
/// Events of a flow made here.
const EVENTS: usize = 2_000_000;

fn main() {
    println!(
        "{:<34} {:>10} {:>10} {:>8} {:>8} {:>8}   {:>16}",
        "flow", "book ns", "twin ns", "ratio", "p50 ns", "p99 ns", "hash of fills"
    );
    if let Ok(files) = std::env::var("WALRAS_FLOWS") {
        for file in files.split_whitespace() {
            let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
            compare(file, &bytes);
        }
        return;
    }
    compare("shallow: 10,000 orders", &flow(10_000, EVENTS, 20_261_122));
    compare("deep: 490,000 orders", &flow(490_000, EVENTS, 20_261_122));
}

/// Something that events are fed to.
trait Matches: Clone {
    fn new(header: &Header) -> Self;
    fn apply(&mut self, command: &Command, events: &mut Events) -> Outcome;
}

impl Matches for Book {
    fn new(header: &Header) -> Self {
        Self::new(header.rules()).expect("rules of a flow")
    }

    #[inline]
    fn apply(&mut self, command: &Command, events: &mut Events) -> Outcome {
        Self::apply(self, command, events)
    }
}

impl Matches for Twin {
    fn new(header: &Header) -> Self {
        Self::new(header.rules())
    }

    fn apply(&mut self, command: &Command, events: &mut Events) -> Outcome {
        Self::apply(self, command, events)
    }
}

fn compare(name: &str, bytes: &[u8]) {
    let header = Header::read(bytes, bytes.len() as u64).unwrap_or_else(|error| panic!("{name}: {error}"));
    let (fills, filled) = bytes[HEADER_BYTES..].split_at(RECORD_BYTES * header.prefill as usize);
    let mut book = <Book as Matches>::new(&header);
    let mut twin = <Twin as Matches>::new(&header);
    feed(&mut book, &header, fills);
    feed(&mut twin, &header, fills);
    let mut rounds = Vec::new();
    let mut hashes = Vec::new();
    for _ in 0..ROUNDS {
        // A copy of a book that has grown would have to grow again.
        let mut once = <Book as Matches>::new(&header);
        feed(&mut once, &header, fills);
        let (fast, hash) = timed(|| feed(&mut once, &header, filled));
        let mut copy = twin.clone();
        let (slow, other) = timed(|| feed(&mut copy, &header, filled));
        hashes.extend([hash, other]);
        rounds.push((fast.as_secs_f64(), slow.as_secs_f64()));
    }
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{name}: the fills differ: {hashes:x?}");
    rounds.sort_by(|x, y| (x.1 / x.0).total_cmp(&(y.1 / y.0)));
    let (fast, slow) = rounds[ROUNDS / 2];
    let each = |time: f64| time * 1e9 / header.events as f64;
    let latencies = latencies(&mut book, &header, filled);
    let at = |share: usize| latencies[latencies.len() * share / 100].as_nanos();
    println!(
        "{name:<34} {:>10.1} {:>10.1} {:>8.2} {:>8} {:>8}   {:016x}",
        each(fast),
        each(slow),
        slow / fast,
        at(50),
        at(99),
        hashes[0].0
    );
}

fn command(header: &Header, record: &[u8; RECORD_BYTES]) -> Command {
    Event::read(record, header, header.prefill).expect("an event of the flow").command()
}

/// Feeds records, and hashes the fills.
fn feed(book: &mut impl Matches, header: &Header, records: &[u8]) -> FillHash {
    let mut hash = FillHash::default();
    let mut events = Events::default();
    for record in records.as_chunks().0 {
        book.apply(&command(header, record), &mut events);
        for fill in &events.fills {
            hash.add(fill.maker, fill.price.into(), fill.lots);
        }
        events.fills.clear();
    }
    hash
}

/// What each event takes, from the shortest to the longest, the reading of the clock included.
fn latencies(book: &mut Book, header: &Header, records: &[u8]) -> Vec<Duration> {
    let mut events = Events::default();
    let each = records.as_chunks().0.iter().map(|record| {
        let command = command(header, record);
        let start = Instant::now();
        book.apply(&command, &mut events);
        let took = start.elapsed();
        events.fills.clear();
        took
    });
    let mut all: Vec<Duration> = each.collect();
    all.sort_unstable();
    all
}
