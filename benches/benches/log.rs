//! What the verifiable log costs: `cargo bench --bench log`.
//!
//! An entry as institutions write them, appended: the hashing alone, the tree that proofs are made of, and the whole way
//! from an entry to its line in the file. Then proofs and checks at a million entries, of entries spread over the log.
//! Medians of seven rounds of the thread's time on a processor, since machines are shared and noisy.

use std::hint::black_box;

use walras_benches::clock::timed;
use walras_record::log::{Frontier, LogEntry, LogHash, MerkleLog};
use walras_record::{LogWriter, RunDirectory};

/// Rounds of which the median is taken.
const ROUNDS: usize = 7;
/// Entries of the log.
const ENTRIES: u64 = 1_000_000;
/// Proofs in a round.
const PROOFS: u64 = 1_000;

fn main() {
    let entries: Vec<Vec<u8>> = (0..ENTRIES).map(line).collect();
    let bytes: usize = entries.iter().map(Vec::len).sum();
    println!("{ENTRIES} entries of {} bytes on average", bytes / entries.len());
    append(&entries);
    prove(&entries);
}

fn entry(entry: u64) -> LogEntry<'static> {
    LogEntry {
        entry,
        step: (entry / 100) as u32,
        institution: "referral".into(),
        act: "paid".into(),
        cohort: Some("affiliates".into()),
        agent: Some(entry * 7919 % 10_000),
        asset: Some("CASH".into()),
        amount: Some((entry * 104_729 % 5_000_000).cast_signed()),
        value: Some(entry as f64 / 3.0),
        detail: "".into(),
    }
}

fn line(number: u64) -> Vec<u8> {
    let mut line = Vec::new();
    entry(number).write_line(&mut line);
    line
}

fn append(entries: &[Vec<u8>]) {
    let leaf = median(ENTRIES, || {
        for entry in entries {
            black_box(LogHash::leaf(entry));
        }
    });
    let frontier = median(ENTRIES, || {
        let mut frontier = Frontier::default();
        entries.iter().for_each(|entry| frontier.append(entry));
        black_box(frontier.head());
    });
    let tree = median(ENTRIES, || {
        black_box(tree_of(entries).head());
    });
    let write = median(ENTRIES, || {
        let mut line = Vec::new();
        for number in 0..ENTRIES {
            line.clear();
            entry(number).write_line(&mut line);
            black_box(&line);
        }
    });
    let file = median(ENTRIES, || {
        let directory = tempfile::tempdir().expect("a directory");
        let mut log = LogWriter::create(&RunDirectory::at(directory.path())).expect("a log");
        let mut line = Vec::new();
        for number in 0..ENTRIES {
            line.clear();
            entry(number).write_line(&mut line);
            log.append(&line).expect("room on the disk");
        }
        black_box(log.head());
    });
    println!("ns for each entry:");
    println!("{:<58} {leaf:>9.0}", "  the hash of its line alone");
    println!("{:<58} {frontier:>9.0}", "  appended to the edge of the tree");
    println!("{:<58} {tree:>9.0}", "  appended to the tree that proofs are made of");
    println!("{:<58} {write:>9.0}", "  its line, written");
    println!("{:<58} {file:>9.0}", "  its line, written, into the file and the edge");
}

fn prove(entries: &[Vec<u8>]) {
    let tree = tree_of(entries);
    let head = tree.head();
    let chosen = |proof: u64| proof * (ENTRIES / PROOFS) + 1;
    let proofs: Vec<_> = (0..PROOFS).filter_map(|proof| tree.prove_inclusion(chosen(proof), ENTRIES)).collect();
    let make = median(PROOFS, || {
        for proof in 0..PROOFS {
            black_box(tree.prove_inclusion(chosen(proof), ENTRIES));
        }
    });
    let check = median(PROOFS, || {
        for proof in &proofs {
            let held = proof.verify(&entries[proof.index as usize], &head);
            assert!(black_box(held).is_ok());
        }
    });
    let earlier: Vec<_> = (0..PROOFS).filter_map(|proof| tree.head_at(chosen(proof))).collect();
    let consistency: Vec<_> = earlier.iter().filter_map(|head| tree.prove_consistency(head.size, ENTRIES)).collect();
    let make_consistency = median(PROOFS, || {
        for head in &earlier {
            black_box(tree.prove_consistency(head.size, ENTRIES));
        }
    });
    let check_consistency = median(PROOFS, || {
        for (proof, first) in consistency.iter().zip(&earlier) {
            assert!(black_box(proof.verify(first, &head)).is_ok());
        }
    });
    println!("µs for each proof at {ENTRIES} entries:");
    println!("{:<58} {:>9.2}", "  an inclusion, made", make / 1e3);
    println!("{:<58} {:>9.2}", "  an inclusion, checked", check / 1e3);
    println!("{:<58} {:>9.2}", "  a consistency, made", make_consistency / 1e3);
    println!("{:<58} {:>9.2}", "  a consistency, checked", check_consistency / 1e3);
}

fn tree_of(entries: &[Vec<u8>]) -> MerkleLog {
    let mut tree = MerkleLog::default();
    entries.iter().for_each(|entry| tree.append(entry));
    tree
}

/// The median time of `work`, in nanoseconds for each of its `count` pieces.
fn median(count: u64, mut work: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| timed(&mut work).0.as_secs_f64() * 1e9 / count as f64).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
