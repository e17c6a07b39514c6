//! `walras book`: a file of events goes through an order book.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use walras_market::book::flow::{FlowError, HEADER_BYTES, Header, RECORD_BYTES, Replay};
use walras_market::book::{Book, Side};
use walras_report::number::count;

use crate::failure::{Exit, Failure};
use crate::layout::pairs;
use crate::terminal::Terminal;

/// Replay a file of events through an order book, and say what it traded and how fast.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file of events: docs/book.md says what is in it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Records read at a time.
const BLOCK: usize = 1 << 16;

/// A replayed file.
struct Done {
    header: Header,
    replay: Replay,
    /// How long the events after the first ones took, reading the file aside.
    time: Duration,
}

impl Arguments {
    /// Replays it.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let done = self.replay()?;
        if terminal.json {
            terminal.object(&done.json())?;
        } else {
            terminal.write(&done.text())?;
        }
        Ok(Exit::Success)
    }

    fn replay(&self) -> Result<Done, Failure> {
        let shown = self.file.display();
        let unreadable = |error: &io::Error| Failure::bad_input(format!("cannot read {shown}: {error}"));
        let damaged = |error: FlowError| Failure::bad_input(format!("{shown}: {error}"));
        let mut file = File::open(&self.file).map_err(|error| unreadable(&error))?;
        let bytes = file.metadata().map_err(|error| unreadable(&error))?.len();
        let mut block = vec![0; HEADER_BYTES];
        let found = read_up_to(&mut file, &mut block).map_err(|error| unreadable(&error))?;
        let header = Header::read(&block[..found], bytes).map_err(damaged)?;
        let replay = Replay::new(header).map_err(|error| Failure::bad_input(format!("{shown}: {error}")))?;
        let mut done = Done { header, replay, time: Duration::ZERO };
        block.resize(BLOCK * RECORD_BYTES, 0);
        let records = header.prefill + header.events;
        while done.replay.taken() < records {
            // What only fills the book is not timed, so no block holds both.
            let taken = done.replay.taken();
            let fills = taken < header.prefill;
            let end = if fills { header.prefill } else { records };
            let wanted = (end - taken).min(BLOCK as u64) as usize * RECORD_BYTES;
            let found = read_up_to(&mut file, &mut block[..wanted]).map_err(|error| unreadable(&error))?;
            if found == 0 {
                return Err(Failure::bad_input(format!("{shown} has become shorter while it was read")));
            }
            let start = Instant::now();
            done.replay.take(&block[..found]).map_err(damaged)?;
            if !fills {
                done.time += start.elapsed();
            }
        }
        Ok(done)
    }
}

/// Fills `block` unless the file ends before; how many bytes there were.
fn read_up_to(file: &mut File, block: &mut [u8]) -> io::Result<usize> {
    let mut found = 0;
    while found < block.len() {
        match file.read(&mut block[found..]) {
            Ok(0) => break,
            Ok(more) => found += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

impl Done {
    fn events_per_second(&self) -> f64 {
        self.header.events as f64 / self.time.as_secs_f64().max(1e-9)
    }

    fn nanoseconds_per_event(&self) -> f64 {
        self.time.as_secs_f64() * 1e9 / self.header.events.max(1) as f64
    }

    fn json(&self) -> Value {
        let Self { header, replay, .. } = self;
        let (book, totals) = (&replay.book, &replay.totals);
        // JSON numbers of more than 64 bits are read wrong by many, so such a sum is a text.
        let notional = u64::try_from(totals.notional).map_or_else(|_| json!(totals.notional.to_string()), Value::from);
        json!({
            "limit": totals.limit,
            "limit_cross": totals.limit_cross,
            "cancel": totals.cancel,
            "cancel_late": totals.cancel_late,
            "market": totals.market,
            "trades": totals.trades,
            "bbo_moves": totals.bbo_moves,
            "volume": totals.volume,
            "notional": notional,
            "filled_orders": totals.filled_orders,
            "hash": format!("{:016x}", totals.hash.0),
            "best_bid": book.best_bid(),
            "best_ask": book.best_ask(),
            "live": book.live(),
            "live_qty": live_lots(book),
            "levels": Side::BOTH.map(|side| book.levels(side)),
            "min_price": header.price_min,
            "max_price": header.price_max,
            "max_id": header.id_max,
            "n_prefill": header.prefill,
            "n_events": header.events,
            "seed": header.seed,
            "events_per_second": self.events_per_second(),
            "nanoseconds_per_event": self.nanoseconds_per_event(),
        })
    }

    fn text(&self) -> String {
        let Self { header, replay, .. } = self;
        let (book, totals) = (&replay.book, &replay.totals);
        let price = |price: Option<i64>| price.map_or_else(|| "none".to_owned(), |price| price.to_string());
        let late = count(totals.cancel_late);
        let orders = format!("{} in {} bid and {} ask prices", count(book.live().into()), book.levels(Side::Buy), {
            book.levels(Side::Sell)
        });
        let rows = [
            ("Events", format!("{} after {} that fill the book", count(header.events), count(header.prefill))),
            ("Limit orders", count(totals.limit + totals.limit_cross)),
            ("Cancellations", format!("{}, {late} of them too late", count(totals.cancel))),
            ("Market orders", count(totals.market)),
            ("Trades", count(totals.trades)),
            ("Volume", format!("{} lots", count(totals.volume))),
            ("Notional", format!("{} ticks × lots", totals.notional)),
            ("Best bid", price(book.best_bid())),
            ("Best ask", price(book.best_ask())),
            ("Live orders", orders),
            ("Hash of fills", format!("{:016x}", totals.hash.0)),
            ("Rate", format!("{} events/s", count(self.events_per_second() as u64))),
            ("Each event", format!("{:.1} ns", self.nanoseconds_per_event())),
        ];
        pairs(&rows, 2)
    }
}

/// Lots shown by all orders.
fn live_lots(book: &Book) -> u64 {
    Side::BOTH.into_iter().flat_map(|side| book.depth(side)).map(|depth| depth.lots).sum()
}
