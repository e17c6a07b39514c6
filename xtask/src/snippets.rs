//! Whether the pieces of scenarios that the pages show are valid.
//!
//! A piece is put over a small economy: it replaces the sections that it names. The whole must then pass
//! `walras check`.

use std::fs;
use std::process::Command;

use crate::project::Project;
use crate::stage::{Doing, Failure, Outcome};

/// An economy that has what the pages' pieces refer to.
const BASE: &str = "\
[run]
name = \"A piece of a page\"
steps = 10

[assets.TOKEN]
fundamental = 1.5

[markets.launch]
kind = \"curve\"
asset = \"TOKEN\"
curve = { kind = \"linear\", slope = 0.000_05, intercept = 0.5 }

[cohorts.founders]
size = 5
balance = 100.0
policy = \"buy_and_hold\"
";

/// Checks every ```` ```toml ```` block of README.md and docs/*.md.
///
/// # Errors
/// At the first piece that is not valid, with what the command says about it.
pub(crate) fn check(project: &Project) -> Outcome {
    let walras = project.release()?;
    let folder = project.empty_scratch("snippets")?;
    // A feed on a page needs a file to be there.
    fs::write(folder.join("prices.csv"), "close\n1.5\n1.6\n").doing(|| "writing a series".to_owned())?;
    let mut count = 0;
    for page in project.pages()? {
        let text = fs::read_to_string(&page).doing(|| format!("reading {}", page.display()))?;
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (line, piece) in pieces(&text) {
            let file = folder.join(format!("{name}-{line}.toml"));
            fs::write(&file, over(BASE, &piece)).doing(|| format!("writing {}", file.display()))?;
            let run = Command::new(&walras).arg("check").arg(&file).output().doing(|| "starting walras".to_owned())?;
            if !run.status.success() {
                let why = String::from_utf8_lossy(&run.stderr).into_owned();
                return Err(Failure(format!("{name}:{line}: this piece of a scenario is not valid\n{why}")));
            }
            count += 1;
        }
    }
    println!("{count} pieces of scenarios are valid");
    Ok(())
}

/// The `toml` blocks of a page, with the line each begins on. Excerpts from shipped scenarios are left out: those
/// stand in a scenario of their own.
fn pieces(page: &str) -> Vec<(usize, String)> {
    let mut pieces = Vec::new();
    let mut current: Option<(usize, String)> = None;
    let mut excerpt = false;
    for (number, line) in page.lines().enumerate() {
        if line.starts_with("<!-- ") {
            excerpt = line.starts_with("<!-- generated: excerpt ");
        }
        match &mut current {
            None if line == "```toml" && !excerpt => current = Some((number + 2, String::new())),
            Some(_) if line.starts_with("```") => pieces.extend(current.take()),
            Some((_, text)) => *text += &format!("{line}\n"),
            None => {}
        }
    }
    pieces
}

/// `base` without the sections that `piece` has, and `piece`.
fn over(base: &str, piece: &str) -> String {
    let headers: Vec<&str> = piece.lines().filter(|line| line.starts_with('[')).collect();
    let sections = base.split("\n\n").filter(|section| !section.lines().next().is_some_and(|it| headers.contains(&it)));
    sections.chain([piece]).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_replaces_the_sections_it_names() {
        let page = "a\n```toml\n[b]\nx = 2\n```\n```sh\n[c]\n```\n<!-- generated: excerpt d -->\n```toml\n[d]\n```\n";
        assert_eq!(pieces(page), [(3, "[b]\nx = 2\n".to_owned())]);
        assert_eq!(over("[a]\ny = 1\n\n[b]\nx = 1\nz = 3\n", "[b]\nx = 2\n"), "[a]\ny = 1\n\n[b]\nx = 2\n");
    }
}
