//! Whether every dependency may be used by anyone: its licence against a list of permissive ones.

use serde_json::Value;

use crate::project::Project;
use crate::stage::{Failure, Outcome};

/// Licences that ask for no more than attribution. Nothing here obliges a user to publish their own work.
const PERMISSIVE: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Reads the licence of every package in `Cargo.lock`, on all platforms, tests and build scripts included.
///
/// # Errors
/// When a package names no licence, or none that is permitted.
pub(crate) fn check(project: &Project) -> Outcome {
    let metadata = project.metadata(&["--locked", "--all-features"])?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    if packages.is_empty() {
        return Err(Failure("cargo metadata lists no packages".to_owned()));
    }
    let refused: Vec<String> = packages.iter().filter_map(refusal).collect();
    if refused.is_empty() {
        println!("{} packages, all under permissive licences", packages.len());
        return Ok(());
    }
    Err(Failure(format!("these packages cannot be used:\n  {}", refused.join("\n  "))))
}

fn refusal(package: &Value) -> Option<String> {
    let name = format!("{} {}", text(package, "name"), text(package, "version"));
    match package["license"].as_str() {
        None => Some(format!("{name} names no licence")),
        Some(expression) => match permitted(expression) {
            Some(true) => None,
            Some(false) => Some(format!("{name} is under {expression}")),
            None => Some(format!("{name}: the licence `{expression}` cannot be read")),
        },
    }
}

/// A text of a JSON object; empty when it is not there.
pub(crate) fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

/// Whether an SPDX expression can be satisfied by permissive licences alone; `None` when it is not one.
fn permitted(expression: &str) -> Option<bool> {
    // Older packages write `MIT/Apache-2.0` for a choice.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let answer = any(&mut rest)?;
    rest.is_empty().then_some(answer)
}

fn any(rest: &mut &[&str]) -> Option<bool> {
    let mut answer = all(rest)?;
    while let ["OR", tail @ ..] = *rest {
        *rest = tail;
        answer |= all(rest)?;
    }
    Some(answer)
}

fn all(rest: &mut &[&str]) -> Option<bool> {
    let mut answer = one(rest)?;
    while let ["AND", tail @ ..] = *rest {
        *rest = tail;
        answer &= one(rest)?;
    }
    Some(answer)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let answer = any(rest)?;
            let [")", tail @ ..] = *rest else { return None };
            *rest = tail;
            Some(answer)
        }
        [")" | "OR" | "AND" | "WITH", ..] | [] => None,
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            Some(PERMISSIVE.contains(&format!("{licence} WITH {exception}").as_str()))
        }
        [licence, tail @ ..] => {
            *rest = tail;
            Some(PERMISSIVE.contains(licence))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_needs_one_permissive_licence_and_a_sum_all() {
        for (expression, expected) in [
            ("MIT", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("MIT OR Apache-2.0 OR LGPL-2.1-or-later", Some(true)),
            ("MIT AND LGPL-2.1-or-later", Some(false)),
            ("(MIT OR GPL-2.0-only) AND Unicode-3.0", Some(true)),
            ("MIT OR GPL-2.0-only AND MPL-2.0", Some(true)),
            ("GPL-2.0-only OR MIT AND MPL-2.0", Some(false)),
            ("Unlicense/MIT", Some(true)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Some(false)),
            ("", None),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT Apache-2.0", None),
        ] {
            assert_eq!(permitted(expression), expected, "{expression}");
        }
    }
}
