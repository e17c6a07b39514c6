//! How findings are shown: lines on a terminal, and the tables of `docs/studies.md`.

use std::fmt::Write as _;

use crate::{Finding, Size, Study};

/// What one study came to, for a terminal.
#[must_use]
pub fn lines(study: &Study, size: Size) -> String {
    let mut text = format!("{}\n  claim   {}\n  source  {}\n", study.name, study.claim, study.source);
    match (study.run)(size) {
        Err(missing) => {
            let _ = writeln!(text, "  skipped: {missing}");
        }
        Ok(findings) => {
            for finding in &findings {
                let Finding { quantity, target, .. } = finding;
                let (value, error, verdict) = (finding.value(), finding.standard_error(), finding.verdict());
                let _ = writeln!(text, "  {quantity}: {value} (error {error}), target {target}: {verdict}");
            }
        }
    }
    text
}

/// What one study came to, as a section of a page.
#[must_use]
pub fn markdown(study: &Study, size: Size) -> String {
    let mut text = format!("\n## {}\n\n{}\n\n*{}*\n\n", study.name, study.claim, study.source);
    match (study.run)(size) {
        Err(missing) => {
            let _ = writeln!(text, "Not run: {missing}.");
        }
        Ok(findings) => {
            text.push_str("| measured | target | value | standard error | verdict |\n|---|---|---|---|---|\n");
            for finding in &findings {
                let quantity = finding.quantity.replace('|', "\\|");
                let (value, error, verdict) = (finding.value(), finding.standard_error(), finding.verdict());
                let _ = writeln!(text, "| {} | {} | {value} | {error} | {verdict} |", quantity, finding.target);
            }
        }
    }
    text
}
