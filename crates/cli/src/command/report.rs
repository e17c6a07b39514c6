//! `walras report`: the page and the charts of a run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Write the report of a run: one HTML page that works offline, and its charts as SVG and PNG.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The directory of the run.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Open the page in the browser.
    #[arg(long)]
    open: bool,
}

impl Arguments {
    /// Writes it.
    ///
    /// # Errors
    /// When it is no run, or the files cannot be written.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let files = walras_lab::report(&self.run)?;
        let opened = self.open && open(&files.html);
        if terminal.json {
            terminal.object(&json!({ "report": files.html, "charts": files.charts, "opened": opened }))?;
            return Ok(Exit::Success);
        }
        let page = format!("Report  {}", terminal.strong(&files.html.display().to_string()));
        terminal.line(&page)?;
        if let Some(folder) = files.charts.first().and_then(|chart| chart.parent()) {
            terminal.line(&format!("Charts  {} in {}", files.charts.len(), folder.display()))?;
        }
        if self.open && !opened {
            terminal.line("No browser could be started; open the page yourself.")?;
        }
        Ok(Exit::Success)
    }
}

/// Opens `page` as the desktop would; whether that could be started.
fn open(page: &Path) -> bool {
    let openers: &[&str] = if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        &["explorer"]
    } else {
        &["xdg-open", "gio"]
    };
    openers.iter().any(|&opener| {
        let mut command = Command::new(opener);
        if opener == "gio" {
            command.arg("open");
        }
        command.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
    })
}
