//! Proofs as files: JSON that holds all that a check needs save the head to be trusted.
//!
//! ```json
//! {
//!   "format": 1,
//!   "hash": "SHA-256 (RFC 9162)",
//!   "proof": "inclusion",
//!   "entry": "{\"entry\":2,\"step\":0,\"institution\":\"referral\",\"act\":\"paid\"}",
//!   "index": 2,
//!   "size": 3,
//!   "path": ["…64 hexadecimal digits…"],
//!   "root": "…64 hexadecimal digits…"
//! }
//! ```
//!
//! and with `"proof": "consistency"` the heads `first` and `second` (`size`, `root`) and the `path`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ConsistencyProof, InclusionProof, LogHash, ProofError, TreeHead};
use crate::RecordError;
use crate::atomic::write_whole;

/// The format version written by this crate.
const FORMAT: u64 = 1;
/// How leaves and nodes are hashed.
const HASH: &str = "SHA-256 (RFC 9162)";
/// No proof file is longer, in bytes: twice the longest entry, as JSON in JSON.
const FILE_BYTES_MAX: u64 = 1 << 22;

/// A proof with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofFile {
    /// An entry is in the log.
    Inclusion {
        /// The entry's line.
        entry: String,
        /// The way from it to the root.
        proof: InclusionProof,
        /// The root.
        root: LogHash,
    },
    /// A log only appended to what it was.
    Consistency {
        /// The hashes from which both roots follow.
        proof: ConsistencyProof,
        /// The root of the earlier log.
        first: LogHash,
        /// The root of the later log.
        second: LogHash,
    },
}

impl ProofFile {
    /// The head of the log that the proof is of, as the file says: the later one of two.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        match self {
            Self::Inclusion { proof, root, .. } => TreeHead { size: proof.size, root: *root },
            Self::Consistency { proof, second, .. } => TreeHead { size: proof.second, root: *second },
        }
    }

    /// The head of the earlier log that a consistency proof is of, as the file says.
    #[must_use]
    pub fn first_head(&self) -> Option<TreeHead> {
        match self {
            Self::Inclusion { .. } => None,
            Self::Consistency { proof, first, .. } => Some(TreeHead { size: proof.first, root: *first }),
        }
    }

    /// Checks the proof against the head of the log, known from elsewhere. What a consistency proof then shows is that
    /// this log begins with all entries of the one with the [`first_head`](Self::first_head).
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, head: &TreeHead) -> Result<(), ProofError> {
        let said = self.head();
        if said.root != head.root {
            return Err(ProofError::OtherHead { proof: said.root, wanted: head.root });
        }
        match self {
            Self::Inclusion { entry, proof, .. } => proof.verify(entry.as_bytes(), head),
            Self::Consistency { proof, first, .. } => proof.verify(&TreeHead { size: proof.first, root: *first }, head),
        }
    }

    /// The file's text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (format, hash) = (FORMAT, HASH.to_owned());
        let text = match self.clone() {
            Self::Inclusion { entry, proof: InclusionProof { index, size, path }, root } => {
                let proof = INCLUSION.to_owned();
                serde_json::to_string_pretty(&Inclusion { format, hash, proof, entry, index, size, path, root })
            }
            Self::Consistency { proof: ConsistencyProof { first, second, path }, first: from, second: to } => {
                let (first, second) = (TreeHead { size: first, root: from }, TreeHead { size: second, root: to });
                let proof = CONSISTENCY.to_owned();
                serde_json::to_string_pretty(&Consistency { format, hash, proof, first, second, path })
            }
        };
        // Texts and whole numbers cannot fail to become JSON.
        text.unwrap_or_default() + "\n"
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// What is wrong with it, with the line where there is one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Kind { format, hash, proof } = of_json(text)?;
        if format != FORMAT {
            return Err(format!("it is in format {format}; this Walras reads format {FORMAT}"));
        }
        if hash != HASH {
            return Err(format!("its `hash` is `{hash}`; it must be `{HASH}`"));
        }
        match proof.as_str() {
            INCLUSION => {
                let Inclusion { entry, index, size, path, root, .. } = of_json(text)?;
                Ok(Self::Inclusion { entry, proof: InclusionProof { index, size, path }, root })
            }
            CONSISTENCY => {
                let Consistency { first, second, path, .. } = of_json(text)?;
                let proof = ConsistencyProof { first: first.size, second: second.size, path };
                Ok(Self::Consistency { proof, first: first.root, second: second.root })
            }
            other => Err(format!("its `proof` is `{other}`; it must be `{INCLUSION}` or `{CONSISTENCY}`")),
        }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When there is none, or it is no proof.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        let file = File::open(path).map_err(RecordError::io(path, "read"))?;
        let mut bytes = Vec::new();
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(RecordError::io(path, "read"))?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(RecordError::malformed(path, "it is longer than any proof"));
        }
        let text = str::from_utf8(&bytes).map_err(|error| RecordError::malformed(path, error))?;
        Self::parse(text).map_err(|message| RecordError::malformed(path, message))
    }

    /// Writes the file at `path`, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), RecordError> {
        write_whole(path, self.to_json().as_bytes())
    }
}

const INCLUSION: &str = "inclusion";
const CONSISTENCY: &str = "consistency";

#[derive(Deserialize)]
struct Kind {
    format: u64,
    hash: String,
    proof: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inclusion {
    format: u64,
    hash: String,
    proof: String,
    entry: String,
    index: u64,
    size: u64,
    path: Vec<LogHash>,
    root: LogHash,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Consistency {
    format: u64,
    hash: String,
    proof: String,
    first: TreeHead,
    second: TreeHead,
    path: Vec<LogHash>,
}

fn of_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
