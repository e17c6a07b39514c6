//! A file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::RecordError;

/// Written beside its target under a partial name; [`commit`](Self::commit) syncs it and renames it onto the target.
///
/// Dropped without a commit, it removes what it wrote and leaves the target as it was. A partial file
/// that a crash left behind is ignored by readers and overwritten by the next writer.
pub(crate) struct AtomicFile {
    file: File,
    partial: PathBuf,
    target: PathBuf,
    committed: bool,
}

impl AtomicFile {
    pub(crate) fn create(target: &Path) -> Result<Self, RecordError> {
        let partial = partial_path(target);
        let file = File::create(&partial).map_err(RecordError::io(target, "create"))?;
        Ok(Self { file, partial, target: target.to_path_buf(), committed: false })
    }

    /// The path that the file will have.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Makes the bytes durable, then visible at the target, then the renaming durable.
    pub(crate) fn commit(mut self) -> Result<(), RecordError> {
        let failed = |action| RecordError::io(&self.target, action);
        self.file.sync_all().map_err(failed("write"))?;
        fs::rename(&self.partial, &self.target).map_err(failed("write"))?;
        self.committed = true;
        sync_directory(self.target.parent().unwrap_or(Path::new(".")))
    }
}

/// Writes `bytes` as the whole of the file at `path`.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), RecordError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(RecordError::io(path, "write"))?;
    file.commit()
}

/// `dir/.name.partial` for `dir/name`: hidden, so that tools which read a folder of parts pass it by.
pub(crate) fn partial_path(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.partial"))
}

/// Makes the directory's own entries durable. Only Unix has such an operation; elsewhere renames carry their own.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), RecordError> {
    if cfg!(unix) {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        File::open(directory).and_then(|open| open.sync_all()).map_err(RecordError::io(directory, "sync"))?;
    }
    Ok(())
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl crate::part::PartSink for AtomicFile {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        self.file.set_len(len)?;
        self.file.seek(SeekFrom::Start(len)).map(drop)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.committed {
            // Nothing more can be done about a file that cannot be removed; readers ignore it.
            let _ = fs::remove_file(&self.partial);
        }
    }
}
