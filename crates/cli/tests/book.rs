//! `walras book`: what it says of files that are right, and of those that are damaged.

mod shared;

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;
use shared::Workplace;

/// A record: kind, side, number, price, quantity.
type Record = (u8, u8, u32, i32, u32);

/// Two asks and two bids to begin with; then a buyer takes one ask and part of another, a bid is cancelled, an order
/// that is gone is cancelled, and a limit order trades and stands.
const PREFILL: [Record; 4] = [(0, 1, 1, 101, 30), (0, 1, 2, 102, 50), (0, 0, 3, 99, 40), (0, 0, 4, 98, 10)];
const EVENTS: [Record; 4] = [(2, 0, 5, 0, 60), (1, 0, 4, 0, 0), (1, 1, 1, 0, 0), (0, 1, 6, 99, 100)];

fn file(prefill: &[Record], events: &[Record]) -> Vec<u8> {
    let mut bytes = b"LOBFLOW1".to_vec();
    for count in [prefill.len() as u64, events.len() as u64, 7] {
        bytes.extend(count.to_le_bytes());
    }
    bytes.extend(98_i32.to_le_bytes());
    bytes.extend(102_i32.to_le_bytes());
    bytes.extend(6_u32.to_le_bytes());
    bytes.extend([0; 20]);
    for &(kind, side, id, price, lots) in prefill.iter().chain(events) {
        bytes.extend([kind, side, 0, 0]);
        bytes.extend(id.to_le_bytes());
        bytes.extend(price.to_le_bytes());
        bytes.extend(lots.to_le_bytes());
    }
    bytes
}

/// By hand: 30 at 101 and 30 at 102, then 40 at 99: 3030 + 3060 + 3960.
#[test]
fn a_small_file_is_replayed() {
    let workplace = Workplace::new();
    fs::write(workplace.path("small.bin"), file(&PREFILL, &EVENTS)).unwrap();
    let said = workplace.json(&["book", "small.bin"]);
    let expected = [
        ("trades", 3),
        ("volume", 100),
        ("notional", 10_050),
        ("limit", 0),
        ("limit_cross", 1),
        ("cancel", 2),
        ("cancel_late", 1),
        ("market", 1),
        ("filled_orders", 2),
        ("best_ask", 99),
        ("live", 2),
        ("live_qty", 80),
        ("max_id", 6),
        ("n_prefill", 4),
        ("n_events", 4),
        ("seed", 7),
    ];
    for (key, value) in expected {
        assert_eq!(said[key], value, "{key}: {said}");
    }
    assert_eq!((&said["best_bid"], &said["levels"]), (&Value::Null, &serde_json::json!([0, 2])));
    let fills: [(u64, u64, u64); 3] = [(1, 101, 30), (2, 102, 30), (3, 99, 40)];
    let hash = fills.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, (maker, price, lots)| {
        let mixed = (hash ^ maker).wrapping_mul(0x100_0000_01B3);
        mixed.wrapping_add(price * 2_654_435_761).wrapping_add(*lots)
    });
    assert_eq!(said["hash"], format!("{hash:016x}"));
    assert!(said["events_per_second"].as_f64().unwrap() > 0.0 && said["nanoseconds_per_event"].as_f64().unwrap() > 0.0);
    let plain = workplace.succeed(&["book", "small.bin"]).out;
    for words in ["Trades", "100 lots", &format!("{hash:016x}"), "1 of them too late", "Best bid       none"] {
        assert!(plain.contains(words), "{words}: {plain}");
    }
}

#[test]
fn damaged_files_are_refused_with_the_place() {
    let workplace = Workplace::new();
    let right = file(&PREFILL, &EVENTS);
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = right.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    // The records start at 64; the first event after the prefill is the fifth, at 128.
    let cases: [(&str, Vec<u8>, &str); 19] = [
        ("empty", Vec::new(), "the header ends after 0 of 64 bytes at byte 0"),
        ("half a header", right[..40].to_vec(), "the header ends after 40 of 64 bytes at byte 40"),
        ("no such format", changed(0, b"LOBFLOW2"), "does not begin with LOBFLOW1 at byte 0"),
        ("cut", right[..right.len() - 5].to_vec(), "the counts do not fit the file"),
        ("longer", [right.as_slice(), &[0; 16]].concat(), "the counts do not fit the file"),
        ("countless", changed(8, &u64::MAX.to_le_bytes()), "the counts do not fit the file"),
        ("free", changed(32, &0_i32.to_le_bytes()), "the lowest price is 0, not above zero at byte 32"),
        ("upside down", changed(36, &5_i32.to_le_bytes()), "the highest price is 5, not from the lowest, 98"),
        ("not zero", changed(50, &[1]), "the rest of the header is not zero at byte 50"),
        ("kind", changed(128, &[3]), "record 5: the kind is 3, not 0, 1 or 2 at byte 128"),
        ("side", changed(129, &[2]), "record 5: the side is 2, not 0 or 1 at byte 129"),
        ("padding", changed(131, &[9]), "record 5: the third and fourth byte are not zero at byte 130"),
        ("id 0", changed(132, &[0]), "record 5: the order number is 0, not from 1 to 6 at byte 132"),
        ("id 7", changed(132, &[7]), "record 5: the order number is 7, not from 1 to 6 at byte 132"),
        ("quantity", changed(140, &[0; 4]), "record 5: the quantity is zero at byte 140"),
        ("prefill", changed(64, &[2]), "record 1: the kind is 2, though the first 4 records are limit orders"),
        ("dear", changed(72, &[103]), "record 1: the price is 103, not from 98 to 102 at byte 72"),
        ("twice", changed(116, &[1]), "record 4 cannot be carried out: duplicate_id at byte 112"),
        ("crossing", changed(120, &[102]), "record 4 cannot be carried out: it crosses the book"),
    ];
    for (name, bytes, message) in cases {
        fs::write(workplace.path("damaged.bin"), bytes).unwrap();
        let said = workplace.walras(&["book", "damaged.bin"]);
        assert!(said.code == Some(2) && said.out.is_empty(), "{name}: {said:?}");
        let words = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("damaged.bin") && words.contains(message), "{name}: {}", said.err);
    }
    for (file, message) in [("absent.bin", "cannot read absent.bin"), (".", "cannot read .")] {
        let said = workplace.walras(&["book", file, "--json"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        let error: Value = serde_json::from_str(&said.err).unwrap();
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
}

/// A flow drawn elsewhere, with what another book answered to it.
#[test]
fn it_answers_as_another_book_does() {
    let tool = shared::root().join("../../shared/tools/order_flow.py");
    let tool = if tool.is_file() { tool } else { shared::root().join("../shared/tools/order_flow.py") };
    let workplace = Workplace::new();
    let mut python = Command::new("python3");
    python.arg(&tool).args(["flow", "--events", "40000", "--prefill", "3000", "--seed", "11"]);
    let made = tool.is_file()
        && python.current_dir(workplace.path(".")).stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if !made {
        println!("skipped: the tool that draws flows, or python3, is not present");
        return;
    }
    let expected: Value = serde_json::from_str(&workplace.read("flow.json")).unwrap();
    let said = workplace.json(&["book", "flow.bin"]);
    // What the file does not hold is left aside.
    let unknown = ["improve", "mix", "target"];
    for (key, value) in expected.as_object().unwrap().iter().filter(|(key, _)| !unknown.contains(&key.as_str())) {
        assert_eq!(&said[key], value, "{key}");
    }
    assert!(said["trades"].as_u64().unwrap() > 5000);
}
