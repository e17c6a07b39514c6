//! What can go wrong, how it is said, and the exit code it ends with.

use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use walras_lab::RunError;
use walras_record::RecordError;
use walras_scenario::ScenarioError;
use walras_scenario::show::show;

use crate::terminal::Terminal;

/// How the command ends. Scripts rely on the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Success = 0,
    /// A run or its verification failed: a broken invariant, a full disk.
    Failed = 1,
    /// The command or a file given to it is wrong.
    BadInput = 2,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The exit codes, for the end of `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
    0  success
    1  the run or its verification failed (a broken invariant, a full disk)
    2  bad input or usage
  130  interrupted";

/// Why a command did not do what it should.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A scenario is wrong.
    Scenario(Box<ScenarioError>),
    /// Something else that was typed is wrong.
    BadInput {
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The work itself failed.
    Failed(String),
    /// Results could not be written.
    Output(io::Error),
}

impl Failure {
    /// Something typed is wrong.
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput { message: message.into(), help: None }
    }

    /// The same with advice.
    pub(crate) fn bad_input_with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::BadInput { message: message.into(), help: Some(help.into()) }
    }

    /// Says it on standard error.
    pub(crate) fn show(&self, terminal: &Terminal) -> Exit {
        let form = terminal.error_form();
        let (exit, text) = match self {
            Self::Scenario(error) => (Exit::BadInput, show(error, form)),
            Self::BadInput { message, help } => (Exit::BadInput, terminal.error(message, help.as_deref())),
            Self::Failed(message) => (Exit::Failed, terminal.error(message, None)),
            // Whoever read the output had enough of it: `walras list | head`.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Success,
            Self::Output(error) => {
                (Exit::Failed, terminal.error(&format!("the output cannot be written: {error}"), None))
            }
        };
        // Where standard error is closed too, there is nobody to tell.
        let _ = io::stderr().write_all(text.as_bytes());
        exit
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Box<ScenarioError>> for Failure {
    fn from(error: Box<ScenarioError>) -> Self {
        Self::Scenario(error)
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        match error {
            // A file where the directory of a run was meant.
            RecordError::Io { action: "read", ref source, .. } if source.kind() == io::ErrorKind::NotADirectory => {
                Self::bad_input(error.to_string())
            }
            RecordError::Missing { .. } | RecordError::Malformed { .. } | RecordError::Newer { .. } => {
                Self::bad_input(error.to_string())
            }
            RecordError::Io { .. } | RecordError::Mismatch { .. } => Self::Failed(error.to_string()),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Scenario(error) => Self::Scenario(error),
            RunError::Record(error) => error.into(),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// Ends a command line that could not be read, or one that asked for help or the version.
pub(crate) fn end_of_usage(usage: &clap::Error) -> Exit {
    let json = usage.use_stderr() && std::env::args_os().any(|argument| argument == "--json");
    if json {
        let message = usage.to_string();
        let object = serde_json::json!({ "message": message.trim_end() });
        let _ = writeln!(io::stderr(), "{object}");
    } else {
        let _ = usage.print();
    }
    if usage.use_stderr() { Exit::BadInput } else { Exit::Success }
}

/// Says that the program itself is wrong, in one line.
pub(crate) fn say_defect(defect: &PanicHookInfo<'_>) {
    let what = defect.payload_as_str().unwrap_or("unknown");
    let place = defect.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    let _ = writeln!(io::stderr(), "walras: this is a defect of Walras, please report it: {what}{place}");
}
