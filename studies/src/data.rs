//! Where shared data lie: beside the project or above it.

use std::path::{Path, PathBuf};

/// The file `shared/data/NAME` beside the project or in a folder above.
///
/// # Errors
/// Says that it is absent.
pub fn shared(name: &str) -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = from.ancestors().map(|folder| folder.join("shared/data").join(name));
    places.into_iter().find(|path| path.is_file()).ok_or_else(|| format!("shared/data/{name} is not present"))
}
