//! A folder of its own for a test, and the command run in it.

#![allow(dead_code, reason = "each test uses a part of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A small economy that is right.
pub(crate) const SCENARIO: &str = r#"[run]
name = "Small"
steps = 40
seed = 3

[assets.TOKEN]
fundamental = 1.5

[markets.launch]
kind = "curve"
asset = "TOKEN"
curve = { kind = "linear", slope = 0.001, intercept = 0.5 }
buy_fee = 0.01

[cohorts.traders]
size = 30
balance = 100.0
policy = { kind = "logistic", valuation = 1.5, activity = 0.5 }
"#;

/// The command to test.
pub(crate) const WALRAS: &str = env!("CARGO_BIN_EXE_walras");

/// A folder with the small economy in `small.toml`.
pub(crate) struct Workplace(TempDir);

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        let workplace = Self(TempDir::new().unwrap());
        workplace.write("small.toml", SCENARIO);
        workplace
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(WALRAS);
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn walras(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().unwrap())
    }

    /// Runs what must succeed.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Said {
        let said = self.walras(arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {said:?}");
        said
    }

    /// The object that a command prints with `--json`, which must succeed.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let said = self.succeed(&[arguments, &["--json"]].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", said.out))
    }
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
