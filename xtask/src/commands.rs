//! Runs the commands that README and docs show, so that they keep working.
//!
//! A page's ```` ```sh ```` blocks run in order, in a folder of their own that holds a copy of `scenarios/`. A comment
//! `# exit code 2` at a line's end says which exit code is right.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::project::{Project, missing_file};
use crate::stage::{Doing, Failure, Outcome};

/// One command of a page.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    line: usize,
    text: String,
    exit_code: i32,
}

/// What is done about a command.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// Run by the command line tool with these arguments.
    Walras(Vec<String>),
    /// Run elsewhere by `cargo xtask test`, or this very command.
    Elsewhere,
}

/// Runs every command of README.md and docs/*.md.
///
/// # Errors
/// At a command that does not end as the page says, or that nothing here runs.
pub(crate) fn check(project: &Project) -> Outcome {
    let walras = project.release()?;
    for page in project.pages()? {
        let text = std::fs::read_to_string(&page).doing(|| format!("reading {}", page.display()))?;
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let shown = commands_of(&text);
        if shown.is_empty() {
            continue;
        }
        let folder = project.empty_scratch(&format!("commands/{name}"))?;
        copy_scenarios(project, &folder)?;
        for command in shown {
            let at = format!("{name}:{}: `{}`", command.line, command.text);
            match kind(&command.text) {
                Some(Kind::Walras(arguments)) => match missing(&walras, &arguments, &folder)? {
                    None => run(&walras, &arguments, &folder, &command, &at)?,
                    Some(file) => println!("{at} is skipped: {file} is not present"),
                },
                Some(Kind::Elsewhere) => println!("{at} is run elsewhere"),
                None => return Err(Failure(format!("{at} is run by nothing: see xtask/src/commands.rs"))),
            }
        }
    }
    Ok(())
}

/// A data file that is not there of a scenario that a command names.
fn missing(walras: &Path, arguments: &[String], folder: &Path) -> Outcome<Option<String>> {
    let scenarios = arguments.iter().filter(|word| word.ends_with(".toml")).map(|word| folder.join(word));
    for scenario in scenarios.filter(|path| path.is_file()) {
        if let Some(file) = missing_file(walras, &scenario)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn run(walras: &Path, arguments: &[String], folder: &Path, command: &Shown, at: &str) -> Outcome {
    let run = Command::new(walras).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let run = run.doing(|| format!("starting {at}"))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (said(&run.stdout), said(&run.stderr));
    if run.status.code() != Some(command.exit_code) {
        let expected = command.exit_code;
        return Err(Failure(format!("{at} should exit with {expected} ({})\n{stdout}{stderr}", run.status)));
    }
    println!("{at}: exit code {}", command.exit_code);
    if arguments.first().is_some_and(|first| first == "run") && command.exit_code == 0 {
        tells_where_the_report_is(&format!("{stdout}{stderr}"), folder, at)?;
    }
    Ok(())
}

/// The last word on a page of output that names an HTML file names one that is there.
fn tells_where_the_report_is(output: &str, folder: &Path, at: &str) -> Outcome {
    let words = output.split(|letter: char| letter.is_whitespace() || "()'\"`".contains(letter));
    let reports: Vec<PathBuf> = words.filter(|word| word.ends_with(".html")).map(|word| folder.join(word)).collect();
    match reports.last() {
        Some(report) if report.is_file() => Ok(()),
        Some(report) => Err(Failure(format!("{at} names the report {}, which is not there", report.display()))),
        None => Err(Failure(format!("{at} does not say where its report is:\n{output}"))),
    }
}

fn copy_scenarios(project: &Project, folder: &Path) -> Outcome {
    copy(&project.root.join("scenarios"), &folder.join("scenarios"))
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let doing = || format!("copying {} to {}", from.display(), to.display());
    std::fs::create_dir_all(to).doing(doing)?;
    for entry in std::fs::read_dir(from).doing(doing)? {
        let path = entry.doing(doing)?.path();
        let copied = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &copied)?;
        } else {
            std::fs::copy(&path, &copied).doing(doing)?;
        }
    }
    Ok(())
}

/// The commands in a page's `sh` blocks.
fn commands_of(page: &str) -> Vec<Shown> {
    let mut commands = Vec::new();
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("```") {
            inside = !inside && line == "```sh";
            continue;
        }
        if !inside || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (text, comment) = line.split_once(" # ").unwrap_or((line, ""));
        let exit_code = comment.trim().strip_prefix("exit code ").and_then(|code| code.parse().ok()).unwrap_or(0);
        commands.push(Shown { line: number + 1, text: text.trim().to_owned(), exit_code });
    }
    commands
}

fn kind(text: &str) -> Option<Kind> {
    let words = split(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let arguments = |rest: &[&str]| Some(Kind::Walras(rest.iter().map(|&word| word.to_owned()).collect()));
    match words.as_slice() {
        ["cargo", "run", "--release", "--", rest @ ..] | ["walras", rest @ ..] => arguments(rest),
        ["cargo", "install", "--path", "crates/cli"]
        | ["cargo", "xtask", "test" | "docs" | "bench" | "nightly"]
        | ["cargo", "xtask", "test", _] => Some(Kind::Elsewhere),
        _ => None,
    }
}

/// The words of a command; those in quotes are one.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut quote = None;
    let mut open = false;
    for letter in text.chars() {
        match quote {
            Some(mark) if letter == mark => quote = None,
            None if letter == '\'' || letter == '"' => {
                quote = Some(letter);
                if !open {
                    words.push(String::new());
                    open = true;
                }
            }
            None if letter.is_whitespace() => open = false,
            _ => {
                if !open {
                    words.push(String::new());
                    open = true;
                }
                if let Some(word) = words.last_mut() {
                    word.push(letter);
                }
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_in_sh_blocks_only() {
        let page = "text\n```sh\n# first\nwalras run a.toml\n\nwalras check b.toml # exit code 2\n```\n\
                    ```toml\nwalras = 1\n```\n```sh\nwalras list # all of them\n```\n";
        let shown = |line, text: &str, exit_code| Shown { line, text: text.to_owned(), exit_code };
        let expected =
            [shown(4, "walras run a.toml", 0), shown(6, "walras check b.toml", 2), shown(12, "walras list", 0)];
        assert_eq!(commands_of(page), expected);
    }

    #[test]
    fn every_command_is_run_somewhere_or_refused() {
        let walras = |words: &[&str]| Some(Kind::Walras(words.iter().map(|&word| word.to_owned()).collect()));
        assert_eq!(kind("cargo run --release -- run a.toml"), walras(&["run", "a.toml"]));
        assert_eq!(kind("walras run a.toml --set 'x = \"a b\"'"), walras(&["run", "a.toml", "--set", "x = \"a b\""]));
        assert_eq!(kind("cargo xtask test"), Some(Kind::Elsewhere));
        assert_eq!(kind("cargo run -- run a.toml"), None);
        assert_eq!(kind("rm -rf runs"), None);
    }
}
