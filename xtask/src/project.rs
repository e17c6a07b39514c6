//! Where things are, and how cargo is called.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::stage::{Doing, Failure, Outcome};

/// The checkout and the folder it is built in.
pub(crate) struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Asks cargo where the workspace is built.
    pub(crate) fn find() -> Outcome<Self> {
        let mut project = Self { root: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), target: PathBuf::new() };
        let metadata = project.metadata(&["--no-deps"])?;
        let path = |key: &str| metadata[key].as_str().map(PathBuf::from);
        let (Some(root), Some(target)) = (path("workspace_root"), path("target_directory")) else {
            return Err(Failure("cargo metadata names no workspace".to_owned()));
        };
        (project.root, project.target) = (root, target);
        Ok(project)
    }

    /// The command `cargo ARGUMENTS`, to be run at the root.
    pub(crate) fn cargo<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Whether `cargo SUBCOMMAND` exists here.
    pub(crate) fn has(&self, subcommand: &str) -> bool {
        let asked = self.cargo(&[subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    }

    /// What `cargo metadata` says.
    pub(crate) fn metadata(&self, arguments: &[&str]) -> Outcome<Value> {
        let mut command = self.cargo(&["metadata", "--format-version", "1"]);
        let text = output(command.args(arguments))?;
        serde_json::from_str(&text).doing(|| "reading what cargo metadata says".to_owned())
    }

    /// The command as users build it.
    pub(crate) fn release(&self) -> Outcome<PathBuf> {
        self.build_walras("release", &["--release", "--package", "walras"])
    }

    /// Builds the `walras` command with these arguments and puts a copy of it under `name`, since the next build may
    /// overwrite it.
    pub(crate) fn build_walras(&self, name: &str, arguments: &[&str]) -> Outcome<PathBuf> {
        let mut command = self.cargo(&["build", "--message-format", "json-render-diagnostics"]);
        let messages = output(command.args(arguments))?;
        let mut executables = messages.lines().filter_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            let is_it = message["reason"] == "compiler-artifact" && message["target"]["name"] == "walras";
            message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
        });
        let Some(executable) = executables.next_back() else {
            return Err(Failure("cargo built no executable `walras`".to_owned()));
        };
        let copy = self.scratch("bin")?.join(format!("walras-{name}{}", std::env::consts::EXE_SUFFIX));
        fs::copy(&executable, &copy).doing(|| format!("copying {}", executable.display()))?;
        Ok(copy)
    }

    /// The scenarios of a folder that can be run here. One whose data files are not a part of the project is named and
    /// left out where they are not there.
    pub(crate) fn scenarios(&self, walras: &Path, folder: &str) -> Outcome<Vec<PathBuf>> {
        let mut scenarios = Vec::new();
        for path in self.files(folder, "toml")? {
            match missing_file(walras, &path)? {
                None => scenarios.push(path),
                Some(file) => println!("{}: skipped, {file} is not present", path.display()),
            }
        }
        Ok(scenarios)
    }

    /// A folder for what checks write, under the build folder. It is there afterwards, with what it held.
    pub(crate) fn scratch(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.target.join("xtask").join(name);
        fs::create_dir_all(&folder).doing(|| format!("making {}", folder.display()))?;
        Ok(folder)
    }

    /// The same, empty.
    pub(crate) fn empty_scratch(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.scratch(name)?;
        fs::remove_dir_all(&folder).doing(|| format!("emptying {}", folder.display()))?;
        self.scratch(name)
    }

    /// The pages that users read: README.md and docs/*.md.
    pub(crate) fn pages(&self) -> Outcome<Vec<PathBuf>> {
        let mut pages = vec![self.root.join("README.md")];
        pages.extend(self.files("docs", "md")?);
        Ok(pages)
    }

    /// The files with this extension in a folder of the project, in order of their names.
    pub(crate) fn files(&self, folder: &str, extension: &str) -> Outcome<Vec<PathBuf>> {
        let folder = self.root.join(folder);
        let listing = fs::read_dir(&folder).doing(|| format!("listing {}", folder.display()))?;
        let mut files: Vec<PathBuf> = listing
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect();
        files.sort();
        Ok(files)
    }
}

/// A data file that a scenario names and that is not there, as `walras check --json` says.
pub(crate) fn missing_file(walras: &Path, scenario: &Path) -> Outcome<Option<String>> {
    let doing = || format!("checking {}", scenario.display());
    let run =
        Command::new(walras).args(["check", "--json"]).arg(scenario).stdin(Stdio::null()).output().doing(doing)?;
    if run.status.success() || run.stdout.is_empty() {
        return Ok(None);
    }
    let said: Value = serde_json::from_slice(&run.stdout).doing(doing)?;
    Ok(said["missing_files"][0].as_str().map(str::to_owned))
}

/// Runs `command` with its output shown.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn show(command: &mut Command) -> Outcome {
    println!("$ {}", in_words(command));
    let status = command.status().doing(|| format!("starting {}", in_words(command)))?;
    if status.success() { Ok(()) } else { Err(Failure(format!("`{}` did not succeed ({status})", in_words(command)))) }
}

/// What `command` prints. Its error output is shown.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let run = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let run = run.doing(|| format!("starting {}", in_words(command)))?;
    if !run.status.success() {
        return Err(Failure(format!("`{}` did not succeed ({})", in_words(command), run.status)));
    }
    Ok(String::from_utf8_lossy(&run.stdout).into_owned())
}

/// A command as one would type it.
pub(crate) fn in_words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}
