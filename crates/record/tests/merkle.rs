//! The tree gives the hashes and proofs of RFC 9162, and a proof shows what it says and nothing else.

use walras_numerics::state::{StateError, StateHasher, StateVisitor};
use walras_record::log::{ConsistencyProof, Frontier, InclusionProof, LogHash, MerkleLog, ProofError, TreeHead};

/// Sizes up to here are all looked at: every shape of the edge up to seven levels.
const SIZE_MAX: u64 = 65;

/// The definitions of RFC 9162 §2.1 word for word, over the entries themselves.
mod rfc {
    use super::LogHash;

    pub(crate) fn mth(d: &[Vec<u8>]) -> LogHash {
        match d.len() {
            0 => LogHash::empty(),
            1 => LogHash::leaf(&d[0]),
            n => {
                let k = k(n);
                LogHash::node(&mth(&d[..k]), &mth(&d[k..]))
            }
        }
    }

    pub(crate) fn path(m: usize, d: &[Vec<u8>]) -> Vec<LogHash> {
        if d.len() == 1 {
            return Vec::new();
        }
        let k = k(d.len());
        let (mut path, last) =
            if m < k { (path(m, &d[..k]), mth(&d[k..])) } else { (path(m - k, &d[k..]), mth(&d[..k])) };
        path.push(last);
        path
    }

    pub(crate) fn proof(m: usize, d: &[Vec<u8>]) -> Vec<LogHash> {
        subproof(m, d, true)
    }

    fn subproof(m: usize, d: &[Vec<u8>], b: bool) -> Vec<LogHash> {
        if m == d.len() {
            return if b { Vec::new() } else { vec![mth(d)] };
        }
        let k = k(d.len());
        let (mut proof, last) = if m <= k {
            (subproof(m, &d[..k], b), mth(&d[k..]))
        } else {
            (subproof(m - k, &d[k..], false), mth(&d[..k]))
        };
        proof.push(last);
        proof
    }

    /// "The largest power of two smaller than n."
    fn k(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }
}

fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|entry| format!("entry {entry}").into_bytes()).collect()
}

fn log_of(entries: &[Vec<u8>]) -> MerkleLog {
    let mut log = MerkleLog::default();
    entries.iter().for_each(|entry| log.append(entry));
    log
}

fn all() -> (Vec<Vec<u8>>, MerkleLog) {
    let entries = entries(SIZE_MAX);
    let log = log_of(&entries);
    (entries, log)
}

/// Published with RFC 6962's reference implementation: the eight classic entries and the root after each.
#[test]
fn the_classic_entries_have_their_published_roots() {
    let entries: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(MerkleLog::default().head().root.to_string(), empty);
    assert_eq!(Frontier::default().head(), MerkleLog::default().head());
    let (mut log, mut frontier) = (MerkleLog::default(), Frontier::default());
    for (entry, root) in entries.iter().zip(roots) {
        log.append(entry);
        frontier.append(entry);
        assert_eq!(log.head().root.to_string(), root, "{} entries", log.size());
        assert_eq!(frontier.head(), log.head());
    }
}

#[test]
fn every_root_and_proof_is_that_of_the_definitions() {
    let (entries, log) = all();
    let mut frontier = Frontier::default();
    for size in 0..=SIZE_MAX {
        let first = &entries[..size as usize];
        let head = TreeHead { size, root: rfc::mth(first) };
        assert_eq!(log.head_at(size), Some(head));
        assert_eq!(log_of(first).head(), head);
        assert_eq!(frontier.head(), head);
        for index in 0..size {
            let proof = log.prove_inclusion(index, size).unwrap();
            assert_eq!(proof.path, rfc::path(index as usize, first), "entry {index} of {size}");
            assert_eq!(proof.verify(&entries[index as usize], &head), Ok(()), "entry {index} of {size}");
        }
        for earlier in 0..=size {
            let proof = log.prove_consistency(earlier, size).unwrap();
            let expected = if earlier == 0 { Vec::new() } else { rfc::proof(earlier as usize, first) };
            assert_eq!(proof.path, expected, "{earlier} to {size}");
            let from = log.head_at(earlier).unwrap();
            assert_eq!(proof.verify(&from, &head), Ok(()), "{earlier} to {size}");
        }
        frontier.append(&entries.get(size as usize).cloned().unwrap_or_default());
    }
}

#[test]
fn what_the_log_does_not_hold_has_no_proof() {
    let log = log_of(&entries(5));
    assert_eq!(log.head_at(6), None);
    assert_eq!(log.prove_inclusion(5, 5), None);
    assert_eq!(log.prove_inclusion(0, 6), None);
    assert_eq!(log.prove_consistency(4, 6), None);
    assert_eq!(log.prove_consistency(4, 3), None);
}

/// `bytes` with each of its bits flipped in turn.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + use<> {
    let bytes = bytes.to_vec();
    (0..8 * bytes.len()).map(move |bit| {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

fn flipped_numbers(number: u64) -> impl Iterator<Item = u64> {
    (0..64).map(move |bit| number ^ (1 << bit))
}

fn flipped_hashes(hash: LogHash) -> impl Iterator<Item = LogHash> {
    flips(&hash.0).map(|flipped| LogHash(flipped.try_into().unwrap()))
}

/// Paths that differ from `path` in one bit, by a hash more or less, or in the order of two.
fn wrong_paths(path: &[LogHash]) -> Vec<Vec<LogHash>> {
    let mut wrong = Vec::new();
    for place in 0..path.len() {
        for hash in flipped_hashes(path[place]) {
            let mut other = path.to_vec();
            other[place] = hash;
            wrong.push(other);
        }
        let mut shorter = path.to_vec();
        shorter.remove(place);
        wrong.push(shorter);
        if place > 0 {
            let mut swapped = path.to_vec();
            swapped.swap(place - 1, place);
            wrong.push(swapped);
        }
    }
    for place in 0..=path.len() {
        let mut longer = path.to_vec();
        longer.insert(place, path.first().copied().unwrap_or_else(LogHash::empty));
        wrong.push(longer);
    }
    wrong
}

/// Sizes whose every bit is flipped.
const FLIPPED: [u64; 9] = [1, 2, 3, 4, 5, 7, 8, 11, 65];

#[test]
fn any_flipped_bit_spoils_a_proof_of_inclusion() {
    let (entries, log) = all();
    for size in FLIPPED {
        let head = log.head_at(size).unwrap();
        for index in (0..size).step_by(if size > 11 { 8 } else { 1 }) {
            let entry = &entries[index as usize];
            let proof = log.prove_inclusion(index, size).unwrap();
            assert_eq!(proof.verify(entry, &head), Ok(()));
            let holds = |proof: &InclusionProof, entry: &[u8], head: &TreeHead| proof.verify(entry, head).is_ok();
            for flipped in flips(entry) {
                assert!(!holds(&proof, &flipped, &head), "entry {index} of {size} became {flipped:?}");
            }
            for index in flipped_numbers(index) {
                assert!(!holds(&InclusionProof { index, ..proof.clone() }, entry, &head), "index {index}");
            }
            for other in flipped_numbers(size) {
                assert!(!holds(&InclusionProof { size: other, ..proof.clone() }, entry, &head), "size {other}");
                assert!(!holds(&proof, entry, &TreeHead { size: other, ..head }), "size {other}");
            }
            for root in flipped_hashes(head.root) {
                assert!(!holds(&proof, entry, &TreeHead { root, ..head }), "root {root}");
            }
            for path in wrong_paths(&proof.path) {
                assert!(!holds(&InclusionProof { path, ..proof.clone() }, entry, &head), "entry {index} of {size}");
            }
        }
    }
}

#[test]
fn any_flipped_bit_spoils_a_proof_of_consistency() {
    let (_, log) = all();
    for second in FLIPPED {
        for first in (1..=second).step_by(if second > 11 { 8 } else { 1 }) {
            let (from, to) = (log.head_at(first).unwrap(), log.head_at(second).unwrap());
            let proof = log.prove_consistency(first, second).unwrap();
            assert_eq!(proof.verify(&from, &to), Ok(()));
            for size in flipped_numbers(first) {
                let wrong = ConsistencyProof { first: size, ..proof.clone() };
                assert!(wrong.verify(&from, &to).is_err(), "{first} to {second}: {size}");
            }
            for size in flipped_numbers(second) {
                let wrong = ConsistencyProof { second: size, ..proof.clone() };
                assert!(wrong.verify(&from, &to).is_err(), "{first} to {second}: {size}");
            }
            for root in flipped_hashes(from.root) {
                assert!(proof.verify(&TreeHead { root, ..from }, &to).is_err(), "{first} to {second}");
            }
            for root in flipped_hashes(to.root) {
                assert!(proof.verify(&from, &TreeHead { root, ..to }).is_err(), "{first} to {second}");
            }
            for path in wrong_paths(&proof.path) {
                let wrong = ConsistencyProof { path, ..proof.clone() };
                assert!(wrong.verify(&from, &to).is_err(), "{first} to {second}");
            }
        }
    }
}

/// Two logs that differ in one early entry: no proof leads from one to the other, though each is right for itself.
#[test]
fn a_log_that_was_rewritten_is_not_consistent_with_what_it_was() {
    let before = entries(SIZE_MAX);
    for changed in [0, 1, 7, 31] {
        let mut after = before.clone();
        after[changed].push(b'!');
        let (before, after) = (log_of(&before), log_of(&after));
        for first in changed as u64 + 1..SIZE_MAX {
            let proof = after.prove_consistency(first, SIZE_MAX).unwrap();
            assert!(proof.verify(&before.head_at(first).unwrap(), &after.head()).is_err(), "{changed} {first}");
        }
    }
}

/// Why a proof is held to a head: the hashes that prove entry 0 of three entries prove it under the same root for four.
#[test]
fn a_root_alone_does_not_tell_the_size() {
    let (entries, log) = all();
    let head = log.head_at(4).unwrap();
    let proof = log.prove_inclusion(0, 4).unwrap();
    let of_three = InclusionProof { size: 3, ..proof };
    assert_eq!(of_three.verify(&entries[0], &TreeHead { size: 3, root: head.root }), Ok(()));
    assert_eq!(of_three.verify(&entries[0], &head), Err(ProofError::OtherSize { proof: 3, wanted: 4 }));
}

/// Saves a state's numbers and gives them back.
#[derive(Default)]
struct Saved {
    numbers: Vec<Vec<i64>>,
    loading: bool,
}

impl Saved {
    fn visit(&mut self, values: &mut Vec<i64>) {
        if self.loading {
            *values = self.numbers.remove(0);
        } else {
            self.numbers.push(values.clone());
        }
    }
}

impl StateVisitor for Saved {
    fn u64(&mut self, _: &str, value: &mut u64) -> Result<(), StateError> {
        let mut values = vec![value.cast_signed()];
        self.visit(&mut values);
        *value = values[0].cast_unsigned();
        Ok(())
    }

    fn i64s(&mut self, _: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        self.visit(values);
        Ok(())
    }

    fn f64s(&mut self, _: &str, _: &mut Vec<f64>) -> Result<(), StateError> {
        Ok(())
    }
}

#[test]
fn an_edge_that_was_saved_goes_on_as_if_it_had_not_been() {
    let entries = entries(SIZE_MAX);
    for size in 0..=SIZE_MAX as usize {
        let mut frontier = Frontier::default();
        entries[..size].iter().for_each(|entry| frontier.append(entry));
        let mut saved = Saved::default();
        frontier.visit_state("log", &mut saved).unwrap();
        let mut loaded = Frontier::default();
        loaded.visit_state("log", &mut Saved { loading: true, ..saved }).unwrap();
        assert_eq!(loaded, frontier);
        entries[size..].iter().for_each(|entry| loaded.append(entry));
        assert_eq!(loaded.head(), log_of(&entries).head());
    }
}

#[test]
fn an_edge_that_cannot_be_is_refused() {
    for numbers in [vec![vec![3], vec![0; 4]], vec![vec![2], vec![0; 5]], vec![vec![0], vec![0; 4]]] {
        let mut frontier = Frontier::default();
        let error = frontier.visit_state("log", &mut Saved { numbers, loading: true }).unwrap_err();
        assert!(error.0.contains("not the edge of a tree"), "{error}");
    }
}

#[test]
fn the_edge_is_part_of_a_state_s_hash() {
    let hash = |entries: &[Vec<u8>]| {
        let (mut frontier, mut hasher) = (Frontier::default(), StateHasher::default());
        entries.iter().for_each(|entry| frontier.append(entry));
        frontier.visit_state("log", &mut hasher).unwrap();
        hasher.finish()
    };
    let mut changed = entries(6);
    changed[3].push(b'!');
    assert_ne!(hash(&entries(6)), hash(&changed));
}
