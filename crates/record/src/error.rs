//! What can go wrong between a run and its directory.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A run could not be written or read. Each variant names the path; `Display` is one plain sentence.
#[derive(Debug)]
pub enum RecordError {
    /// The operating system refused: full disk, no permission, not a directory…
    Io {
        /// The file or directory concerned.
        path: PathBuf,
        /// What was being done, to follow "cannot": "write", "create"…
        action: &'static str,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A file that a run directory must have is not there.
    Missing {
        /// The path looked for.
        path: PathBuf,
        /// What it would have been: "manifest", "checkpoint"…
        what: &'static str,
    },
    /// A file is there but is not what it should be.
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with the line where there is one.
        message: String,
    },
    /// A file was written by a newer Walras in a format that this one does not know.
    Newer {
        /// The file.
        path: PathBuf,
        /// The format version found.
        found: u64,
        /// The newest format version known here.
        known: u64,
    },
    /// Two things that should belong together do not: a row and its table, a checkpoint and its parts.
    Mismatch {
        /// The file or directory concerned.
        path: PathBuf,
        /// What does not fit what.
        message: String,
    },
}

impl RecordError {
    /// The file or directory that the error is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Missing { path, .. }
            | Self::Malformed { path, .. }
            | Self::Newer { path, .. }
            | Self::Mismatch { path, .. } => path,
        }
    }

    /// For `map_err`: an I/O error at `path` while doing `action`.
    pub(crate) fn io<'a>(path: &'a Path, action: &'static str) -> impl FnOnce(io::Error) -> Self + use<'a> {
        move |source| Self::Io { path: path.to_path_buf(), action, source }
    }

    pub(crate) fn malformed(path: &Path, message: impl fmt::Display) -> Self {
        Self::Malformed { path: path.to_path_buf(), message: message.to_string() }
    }

    pub(crate) fn mismatch(path: &Path, message: impl fmt::Display) -> Self {
        Self::Mismatch { path: path.to_path_buf(), message: message.to_string() }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().display();
        match self {
            Self::Io { action, source, .. } => {
                let reason = match source.kind() {
                    io::ErrorKind::StorageFull => "the disk is full".to_owned(),
                    io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
                    io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                    io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
                    io::ErrorKind::NotFound => "no such file or directory".to_owned(),
                    io::ErrorKind::NotADirectory => "a part of the path is not a directory".to_owned(),
                    _ => source.to_string(),
                };
                write!(f, "cannot {action} {path}: {reason}")
            }
            Self::Missing { what, .. } => {
                write!(f, "there is no {what} at {path}; is this the directory of a run?")
            }
            Self::Malformed { message, .. } => write!(f, "{path} cannot be read: {message}"),
            Self::Newer { found, known, .. } => {
                write!(f, "{path} is in format {found}, written by a newer Walras; this one reads up to {known}")
            }
            Self::Mismatch { message, .. } => write!(f, "{path}: {message}"),
        }
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
