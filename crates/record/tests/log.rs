//! The log's file holds whole entries only, goes on where a checkpoint left it, and its proofs stand on their own.

mod shared;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use shared::manifest;
use tempfile::TempDir;
use walras_record::log::{LogEntry, LogHeads, LogReader, MerkleLog, ProofError, ProofFile, TreeHead};
use walras_record::{LogProgress, LogWriter, Manifest, RecordError, Run, RunDirectory};

fn line(entry: u64) -> Vec<u8> {
    let mut line = Vec::new();
    LogEntry {
        entry,
        step: (entry / 2) as u32,
        institution: "referral".into(),
        act: if entry.is_multiple_of(2) { "paid" } else { "settled" }.into(),
        cohort: Some("affiliates".into()),
        agent: Some(entry % 5),
        asset: Some("CASH".into()),
        amount: Some(100 - entry.cast_signed()),
        value: (!entry.is_multiple_of(3)).then_some(entry as f64 / 3.0),
        detail: "".into(),
    }
    .write_line(&mut line);
    line
}

fn run() -> (TempDir, RunDirectory) {
    let directory = TempDir::new().unwrap();
    let run = RunDirectory::at(directory.path());
    (directory, run)
}

fn append(writer: &mut LogWriter, entries: std::ops::Range<u64>) {
    entries.for_each(|entry| writer.append(&line(entry)).unwrap());
}

fn tree_of(path: &Path) -> MerkleLog {
    LogReader::open(path).unwrap().tree(None).unwrap().0
}

/// What writing `entries` entries without interruption comes to.
fn uninterrupted(entries: u64) -> (Vec<u8>, TreeHead) {
    let (_kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    append(&mut writer, 0..entries);
    writer.checkpoint().unwrap();
    (fs::read(run.log()).unwrap(), writer.head())
}

#[test]
fn entries_come_back_under_the_root_that_was_told() {
    let (_kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    append(&mut writer, 0..100);
    let progress = writer.checkpoint().unwrap().clone();
    assert_eq!(progress.bytes, fs::metadata(run.log()).unwrap().len());
    assert_eq!(tree_of(&run.log()).head(), writer.head());
    let mut reader = LogReader::open(&run.log()).unwrap();
    for entry in 0..100 {
        assert_eq!(reader.next_entry().unwrap(), Some(LogEntry::parse(&line(entry)).unwrap()));
    }
    assert_eq!(reader.next_entry().unwrap(), None);
    assert!(!reader.cut_off());
}

#[test]
fn a_log_without_entries_leaves_no_file() {
    let (_kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    assert_eq!(writer.checkpoint().unwrap(), &LogProgress::default());
    assert!(!run.log().exists());
    let error = LogReader::open(&run.log()).unwrap_err();
    assert!(error.to_string().contains("there is no log"), "{error}");
}

#[test]
fn resuming_at_any_checkpoint_gives_the_same_bytes() {
    let (bytes, head) = uninterrupted(20);
    for saved in 0..=20 {
        let (_kept, run) = run();
        let mut writer = LogWriter::create(&run).unwrap();
        append(&mut writer, 0..saved);
        let progress = writer.checkpoint().unwrap().clone();
        append(&mut writer, saved..saved + 3);
        drop(writer);
        // A crash within a line.
        if saved > 0 {
            OpenOptions::new().append(true).open(run.log()).unwrap().write_all(b"{\"entry\":").unwrap();
        }
        let mut writer = LogWriter::resume(&run, progress).unwrap();
        append(&mut writer, saved..20);
        writer.checkpoint().unwrap();
        assert_eq!(fs::read(run.log()).unwrap(), bytes, "saved after {saved}");
        assert_eq!(writer.head(), head);
    }
}

/// A log resumed from nothing was begun by a run that never came to a checkpoint.
#[test]
fn resuming_without_a_checkpoint_starts_over() {
    let (_kept, run) = run();
    append(&mut LogWriter::create(&run).unwrap(), 0..5);
    assert!(LogWriter::create(&run).is_err());
    let mut writer = LogWriter::resume(&run, LogProgress::default()).unwrap();
    assert!(!run.log().exists());
    append(&mut writer, 0..2);
    writer.checkpoint().unwrap();
    assert_eq!(fs::read(run.log()).unwrap(), uninterrupted(2).0);
}

#[test]
fn a_log_changed_behind_a_checkpoint_is_not_gone_on_with() {
    let (_kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    append(&mut writer, 0..9);
    let progress = writer.checkpoint().unwrap().clone();
    drop(writer);
    let whole = fs::read(run.log()).unwrap();
    let refused = |bytes: Option<&[u8]>, message: &str| {
        match bytes {
            Some(bytes) => fs::write(run.log(), bytes).unwrap(),
            None => fs::remove_file(run.log()).unwrap(),
        }
        let error = LogWriter::resume(&run, progress.clone()).unwrap_err();
        assert!(matches!(error, RecordError::Mismatch { .. }) && error.to_string().contains(message), "{error}");
    };
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    refused(Some(&changed), "not there as they were");
    refused(Some(&whole[..whole.len() - 1]), "not there as they were");
    refused(Some(&whole[..whole.len() / 2]), "not there as they were");
    refused(None, "which is not there");
}

#[test]
fn a_line_that_was_cut_off_is_no_entry() {
    let (_kept, run) = run();
    let (bytes, _) = uninterrupted(4);
    fs::write(run.log(), &bytes[..bytes.len() - 1]).unwrap();
    let mut reader = LogReader::open(&run.log()).unwrap();
    let mut entries = 0;
    while reader.next_line().unwrap().is_some() {
        entries += 1;
    }
    assert_eq!((entries, reader.cut_off()), (3, true));
}

#[test]
fn what_is_no_entry_is_said_with_its_line() {
    let (_kept, run) = run();
    let (mut bytes, _) = uninterrupted(2);
    bytes.extend(b"{\"entry\":2}\n");
    fs::write(run.log(), bytes).unwrap();
    let mut reader = LogReader::open(&run.log()).unwrap();
    assert!(reader.next_entry().is_ok() && reader.next_entry().is_ok());
    let error = reader.next_entry().unwrap_err();
    assert!(error.to_string().contains("line 3: missing field `step`"), "{error}");
}

#[test]
fn an_entry_is_one_line_of_bounded_length() {
    let (_kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    for entry in [b"two\nlines".to_vec(), vec![b' '; 1 << 20]] {
        let error = writer.append(&entry).unwrap_err();
        assert!(error.to_string().contains("one line of at most 1048575 bytes"), "{error}");
    }
    let longest = vec![b' '; (1 << 20) - 1];
    writer.append(&longest).unwrap();
    writer.checkpoint().unwrap();
    let mut reader = LogReader::open(&run.log()).unwrap();
    assert_eq!(reader.next_line().unwrap().map(<[u8]>::len), Some(longest.len()));
    fs::write(run.log(), vec![b' '; 1 << 21]).unwrap();
    let error = LogReader::open(&run.log()).unwrap().next_line().unwrap_err();
    assert!(error.to_string().contains("line 1 is longer than any entry can be"), "{error}");
}

fn proofs() -> (ProofFile, ProofFile, TreeHead) {
    let (_kept, run) = run();
    append(&mut LogWriter::create(&run).unwrap(), 0..7);
    let (tree, entry) = LogReader::open(&run.log()).unwrap().tree(Some(4)).unwrap();
    assert_eq!(entry.as_deref(), Some(line(4).as_slice()));
    let head = tree.head();
    let entry = String::from_utf8(entry.unwrap()).unwrap();
    let inclusion = ProofFile::Inclusion { entry, proof: tree.prove_inclusion(4, 7).unwrap(), root: head.root };
    let consistency = ProofFile::Consistency {
        proof: tree.prove_consistency(3, 7).unwrap(),
        first: tree.head_at(3).unwrap().root,
        second: head.root,
    };
    (inclusion, consistency, head)
}

#[test]
fn a_proof_s_file_comes_back_and_holds() {
    let (directory, _) = run();
    let (inclusion, consistency, head) = proofs();
    for proof in [inclusion, consistency] {
        let path = directory.path().join("proof.json");
        proof.write(&path).unwrap();
        let read = ProofFile::read(&path).unwrap();
        assert_eq!(read, proof);
        assert_eq!(read.verify(&head), Ok(()));
        assert_eq!(read.head(), head);
    }
}

/// Every single bit of the file, its punctuation included.
#[test]
fn no_bit_of_a_proof_s_file_can_be_flipped_unnoticed() {
    let (inclusion, consistency, head) = proofs();
    for proof in [inclusion, consistency] {
        let text = proof.to_json();
        for bit in 0..8 * text.len() {
            let mut flipped = text.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let Ok(flipped) = String::from_utf8(flipped) else { continue };
            let found = ProofFile::parse(&flipped).map(|proof| proof.verify(&head));
            assert!(!matches!(found, Ok(Ok(()))), "bit {bit}: {flipped}");
        }
    }
}

#[test]
fn what_is_no_proof_says_why() {
    let (inclusion, ..) = proofs();
    let text = inclusion.to_json();
    let wrong = [
        (text.replace("\"format\": 1", "\"format\": 2"), "it is in format 2"),
        (text.replace("SHA-256", "SHA-512"), "its `hash` is `SHA-512 (RFC 9162)`"),
        (text.replace("\"inclusion\"", "\"absence\""), "its `proof` is `absence`"),
        (text.replace("\"index\": 4", "\"index\": -4"), "expected u64 at line 6"),
        (text.replace("\"size\": 7,", ""), "missing field `size`"),
        (text.replace("\"size\": 7", "\"size\": 7, \"sise\": 7"), "unknown field `sise`"),
        (text.replace("\"root\": \"", "\"root\": \"0"), "this has 65 characters"),
        (text[..text.len() / 2].to_owned(), "EOF while parsing"),
    ];
    for (text, message) in wrong {
        let error = ProofFile::parse(&text).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
    let (directory, _) = run();
    let path = directory.path().join("proof.json");
    let error = ProofFile::read(&path).unwrap_err().to_string();
    assert!(error.contains("no such file"), "{error}");
    fs::write(&path, vec![b' '; (1 << 22) + 1]).unwrap();
    let error = ProofFile::read(&path).unwrap_err().to_string();
    assert!(error.contains("longer than any proof"), "{error}");
}

/// A run with ten entries, two in each of steps 0 to 4, that tells their heads.
fn recorded() -> (TempDir, Run) {
    let (kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    let mut heads = LogHeads::default();
    for step in 0..5 {
        append(&mut writer, 2 * step..2 * step + 2);
        heads.push(step, writer.head());
    }
    writer.checkpoint().unwrap();
    Manifest { log: heads, ..manifest(Vec::new()) }.write(&run.manifest()).unwrap();
    let run = Run::open(kept.path()).unwrap();
    (kept, run)
}

#[test]
fn a_run_proves_its_entries_and_its_growth() {
    let (_kept, run) = recorded();
    let head = run.manifest.log.head();
    for index in 0..10 {
        let proof = run.prove_entry(index).unwrap();
        assert_eq!(proof.verify(&head), Ok(()));
        let ProofFile::Inclusion { entry, .. } = proof else { panic!("{proof:?}") };
        assert_eq!(entry.as_bytes(), line(index));
    }
    for (first, second) in [(0, 4), (1, 2), (2, 2), (4, 4), (3, 99)] {
        let proof = run.prove_consistency(first, second).unwrap();
        assert_eq!(proof.first_head(), Some(run.manifest.log.head_after(first)));
        assert_eq!(proof.verify(&run.manifest.log.head_after(second)), Ok(()));
    }
    let error = run.prove_entry(10).unwrap_err().to_string();
    assert!(error.contains("there is no entry 10; there are 10, numbered from 0"), "{error}");
    let error = run.prove_consistency(3, 1).unwrap_err().to_string();
    assert!(error.contains("step 3 comes after step 1"), "{error}");
}

/// Nobody gets a proof, of any entry, from a log that is not the one under the root.
#[test]
fn a_changed_log_proves_nothing() {
    let (_kept, run) = recorded();
    let path = run.directory().log();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"amount\":100", "\"amount\":101", 1)).unwrap();
    for error in [run.prove_entry(9).unwrap_err(), run.prove_consistency(0, 4).unwrap_err()] {
        assert!(error.to_string().contains("not those of the manifest's root"), "{error}");
    }
}

#[test]
fn an_entry_out_of_turn_is_refused() {
    let (_kept, run) = run();
    let mut writer = LogWriter::create(&run).unwrap();
    let entry = |number| LogEntry::parse(&line(number)).unwrap();
    writer.enter(&entry(0)).unwrap();
    let error = writer.enter(&entry(2)).unwrap_err().to_string();
    assert!(error.contains("entry 2 cannot come after 1 entries"), "{error}");
    writer.enter(&entry(1)).unwrap();
    writer.checkpoint().unwrap();
    assert_eq!(fs::read(run.log()).unwrap(), uninterrupted(2).0);
}

#[test]
fn a_proof_for_another_root_says_so() {
    let (inclusion, _, head) = proofs();
    let other = TreeHead { root: walras_record::log::LogHash::empty(), ..head };
    let error = inclusion.verify(&other).unwrap_err();
    assert_eq!(error, ProofError::OtherHead { proof: head.root, wanted: other.root });
    let error = inclusion.verify(&TreeHead { size: 8, ..head }).unwrap_err();
    assert_eq!(error, ProofError::OtherSize { proof: 7, wanted: 8 });
}
