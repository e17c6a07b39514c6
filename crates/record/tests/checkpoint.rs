//! A checkpoint holds exactly what was saved, or says that it does not.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walras_numerics::state::{StateError, StateHash, StateHasher, StateVisitor};
use walras_record::{CheckpointHeader, CheckpointReader, CheckpointWriter, RecordError, TableProgress};

/// A state with every kind of section.
#[derive(Debug, Default, Clone)]
struct State {
    step: u64,
    debt: i64,
    price: f64,
    halted: bool,
    balances: Vec<i64>,
    values: Vec<f64>,
}

impl State {
    fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.u64("step", &mut self.step)?;
        visitor.i64("debt", &mut self.debt)?;
        visitor.f64("price", &mut self.price)?;
        visitor.bool("halted", &mut self.halted)?;
        visitor.i64s("balances", &mut self.balances)?;
        visitor.f64s("values", &mut self.values)
    }

    fn hash(&mut self) -> StateHash {
        let mut hasher = StateHasher::default();
        self.visit_state(&mut hasher).unwrap();
        hasher.finish()
    }
}

fn awkward() -> State {
    State {
        step: u64::MAX,
        debt: i64::MIN,
        price: -0.0,
        halted: true,
        balances: vec![i64::MIN, -1, 0, 1, i64::MAX],
        values: vec![f64::from_bits(0x7ff8_0000_dead_beef), f64::NEG_INFINITY, 5e-324],
    }
}

fn header() -> CheckpointHeader {
    let table = |name: &str, parts, rows| TableProgress { name: name.to_owned(), parts, rows };
    CheckpointHeader {
        scenario_hash: std::array::from_fn(|byte| u8::try_from(byte).unwrap()),
        step: 1_000,
        tables: vec![table("markets", 3, 3_000), table("events", 0, 0)],
    }
}

fn save(path: &Path, state: &State) {
    let mut writer = CheckpointWriter::create(path, &header()).unwrap();
    state.clone().visit_state(&mut writer).unwrap();
    writer.finish().unwrap();
}

fn load(path: &Path) -> Result<State, RecordError> {
    let mut reader = CheckpointReader::open(path)?;
    let mut state = State::default();
    state.visit_state(&mut reader).unwrap();
    reader.finish()?;
    Ok(state)
}

fn directory() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("checkpoint.walras");
    (directory, path)
}

#[test]
fn a_state_comes_back_bit_for_bit() {
    let (_directory, path) = directory();
    save(&path, &awkward());
    assert_eq!(CheckpointReader::open(&path).unwrap().header(), &header());
    // The hash covers every name, length and bit, NaN payloads and the sign of zero included.
    assert_eq!(load(&path).unwrap().hash(), awkward().hash());
}

/// Columns longer than the block in which numbers are converted, and not a multiple of it.
#[test]
fn long_columns_come_back() {
    let (_directory, path) = directory();
    let balances: Vec<i64> =
        (0..100_003).map(|i: i64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed())).collect();
    let values = balances.iter().map(|&bits| f64::from_bits(bits.cast_unsigned())).collect();
    let mut state = State { balances, values, ..awkward() };
    save(&path, &state);
    assert_eq!(load(&path).unwrap().hash(), state.hash());
    // Loading replaces what was there, shorter or longer.
    let mut reader = CheckpointReader::open(&path).unwrap();
    let mut used = State { balances: vec![7; 200_000], ..State::default() };
    used.visit_state(&mut reader).unwrap();
    assert_eq!(used.hash(), state.hash());
}

/// The bytes are those that the format's description gives.
#[test]
fn the_file_is_laid_out_as_described() {
    let (_directory, path) = directory();
    let head = CheckpointHeader { scenario_hash: [7; 32], step: 2, tables: vec![] };
    let mut writer = CheckpointWriter::create(&path, &head).unwrap();
    writer.i64s("b", &mut vec![-1, 5]).unwrap();
    writer.finish().unwrap();
    let mut expected = b"WALRASCK\x01\0\0\0".to_vec();
    expected.extend([7; 32]);
    expected.extend([2, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend([0; 4]);
    expected.extend(b"i\x01\0\0\0b\x02\0\0\0\0\0\0\0");
    expected.extend([0xff; 8]);
    expected.extend([5, 0, 0, 0, 0, 0, 0, 0]);
    let hash = *blake3::hash(&expected).as_bytes();
    expected.extend(hash);
    assert_eq!(fs::read(&path).unwrap(), expected);
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut() {
    let (_directory, path) = directory();
    save(&path, &awkward());
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [&whole[..], &[0]].concat()).unwrap();
    assert!(CheckpointReader::open(&path).is_err(), "one byte more");
    let file = File::options().write(true).open(&path).unwrap();
    for len in (0..whole.len()).rev() {
        file.set_len(len as u64).unwrap();
        let error = CheckpointReader::open(&path).err();
        assert!(matches!(error, Some(RecordError::Malformed { .. })), "cut to {len}: {error:?}");
    }
}

#[test]
fn any_flipped_bit_is_noticed() {
    let (_directory, path) = directory();
    save(&path, &awkward());
    let bytes = fs::read(&path).unwrap();
    let mut file = File::options().write(true).open(&path).unwrap();
    let mut put = |at: usize, byte: u8| {
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        file.write_all(&[byte]).unwrap();
    };
    for (at, &byte) in bytes.iter().enumerate() {
        for bit in 0..8 {
            put(at, byte ^ (1 << bit));
            assert!(CheckpointReader::open(&path).is_err(), "bit {bit} of byte {at}");
        }
        put(at, byte);
    }
    assert_eq!(load(&path).unwrap().hash(), awkward().hash());
}

/// A checkpoint whose hash is right but whose lengths lie must not make the reader allocate what they claim.
#[test]
fn a_claimed_length_is_bounded_by_the_file() {
    let (_directory, path) = directory();
    let head = CheckpointHeader { scenario_hash: [0; 32], step: 0, tables: vec![] };
    let mut writer = CheckpointWriter::create(&path, &head).unwrap();
    writer.i64s("b", &mut vec![1, 2]).unwrap();
    writer.finish().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 32);
    let count = bytes.len() - 2 * 8 - 8;
    bytes[count..count + 8].copy_from_slice(&(1_u64 << 60).to_le_bytes());
    let hash = *blake3::hash(&bytes).as_bytes();
    bytes.extend(hash);
    fs::write(&path, &bytes).unwrap();
    let mut reader = CheckpointReader::open(&path).unwrap();
    let error = reader.i64s("b", &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("claims 1152921504606846976 values"), "{error}");
}

#[test]
fn a_section_of_another_name_or_kind_is_refused() {
    let (_directory, path) = directory();
    save(&path, &awkward());
    let mut reader = CheckpointReader::open(&path).unwrap();
    let error = reader.u64("tick", &mut 0).unwrap_err().to_string();
    assert!(error.contains("expected a number named `tick`, found a number named `step`"), "{error}");
    let mut reader = CheckpointReader::open(&path).unwrap();
    let error = reader.f64s("step", &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("expected a column of floats named `step`, found a number named `step`"), "{error}");
}

#[test]
fn what_is_left_over_or_lacking_is_told() {
    let (_directory, path) = directory();
    save(&path, &awkward());
    let mut reader = CheckpointReader::open(&path).unwrap();
    reader.u64("step", &mut 0).unwrap();
    let error = reader.finish().unwrap_err().to_string();
    assert!(error.contains("from `debt` on"), "{error}");

    let mut reader = CheckpointReader::open(&path).unwrap();
    awkward().visit_state(&mut reader).unwrap();
    let error = reader.u64("more", &mut 0).unwrap_err().to_string();
    assert!(error.contains("expected a number named `more`, found the end"), "{error}");
}

/// Whatever a crash leaves of an unfinished checkpoint, the old one is read; and the next one replaces both.
#[test]
fn an_unfinished_checkpoint_leaves_the_old_one() {
    let (directory, path) = directory();
    save(&path, &awkward());
    let mut writer = CheckpointWriter::create(&path, &header()).unwrap();
    State::default().visit_state(&mut writer).unwrap();
    std::mem::forget(writer); // as a crash would: neither finished nor cleaned up
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "the unfinished file is there");
    assert_eq!(load(&path).unwrap().hash(), awkward().hash());

    let mut writer = CheckpointWriter::create(&path, &header()).unwrap();
    State::default().visit_state(&mut writer).unwrap();
    drop(writer); // as an error on the way would
    assert_eq!(load(&path).unwrap().hash(), awkward().hash());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");

    save(&path, &State::default());
    assert_eq!(load(&path).unwrap().hash(), State::default().hash());
}

#[test]
fn a_missing_foreign_or_newer_file_is_told_apart() {
    let (_directory, path) = directory();
    let message = |path: &Path| CheckpointReader::open(path).err().unwrap().to_string();
    assert!(message(&path).contains("there is no checkpoint at"));
    fs::write(&path, "seed = 7").unwrap();
    assert!(message(&path).contains("it is not a checkpoint"));
    save(&path, &awkward());
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] = 2;
    fs::write(&path, &bytes).unwrap();
    assert!(message(&path).contains("is in format 2, written by a newer Walras"), "{}", message(&path));
}

#[test]
fn a_full_disk_is_told() {
    let (directory, path) = directory();
    save(&path, &awkward());
    if !Path::new("/dev/full").exists() {
        println!("skipped: /dev/full not present");
        return;
    }
    // The partial file becomes a device that is always full.
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/full", directory.path().join(".checkpoint.walras.partial")).unwrap();
    let mut writer = CheckpointWriter::create(&path, &header()).unwrap();
    let mut large = State { balances: vec![1; 100_000], ..State::default() };
    let error = large.visit_state(&mut writer).unwrap_err().to_string();
    assert_eq!(error, format!("cannot write {}: the disk is full", path.display()));
    drop(writer);
    assert_eq!(load(&path).unwrap().hash(), awkward().hash());
}
