//! Where results and messages go: how wide it is, whether it takes colour, whether a person or a program reads.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};

use console::{Style, Term};
use serde_json::Value;
use walras_catalog::Problem;
use walras_scenario::ScenarioError;
use walras_scenario::show::{Form, show};
use walras_scenario::text::Sources;

use crate::failure::Failure;

/// Columns of text where there is no terminal to ask.
const WIDTH_ELSEWHERE: usize = 100;
/// Text is not laid out narrower than this.
const WIDTH_MIN: usize = 40;
/// Lines longer than this are hard to read, however wide the window.
const WIDTH_MAX: usize = 120;

/// Standard output and what is known of it.
pub(crate) struct Terminal {
    out: BufWriter<Stdout>,
    /// Whether one object for programs is asked for.
    pub(crate) json: bool,
    /// Columns to lay text out in.
    pub(crate) width: usize,
    colour: bool,
}

impl Terminal {
    /// The terminal, or whatever stands in its place.
    pub(crate) fn new(json: bool) -> Self {
        let width = width_of(&Term::stdout());
        Self { out: BufWriter::new(io::stdout()), json, width, colour: console::colors_enabled() }
    }

    /// Writes `text` as it is.
    ///
    /// # Errors
    /// When nobody takes it.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Writes one line.
    ///
    /// # Errors
    /// As [`Terminal::write`].
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.write(text)?;
        self.write("\n")
    }

    /// Writes the one object that `--json` promises.
    ///
    /// # Errors
    /// As [`Terminal::write`].
    pub(crate) fn object(&mut self, object: &Value) -> Result<(), Failure> {
        self.line(&format!("{object:#}"))
    }

    /// Sends what was written on its way.
    ///
    /// # Errors
    /// As [`Terminal::write`].
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// `text` as a heading.
    pub(crate) fn strong(&self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// `text` that matters less.
    pub(crate) fn faint(&self, text: &str) -> String {
        self.styled(Style::new().dim(), text)
    }

    /// `text` as something that can be typed.
    pub(crate) fn name(&self, text: &str) -> String {
        self.styled(Style::new().cyan(), text)
    }

    /// `text` as good news.
    pub(crate) fn good(&self, text: &str) -> String {
        self.styled(Style::new().green(), text)
    }

    /// `text` as bad news.
    pub(crate) fn bad(&self, text: &str) -> String {
        self.styled(Style::new().red().bold(), text)
    }

    fn styled(&self, style: Style, text: &str) -> String {
        style.force_styling(self.colour).apply_to(text).to_string()
    }

    /// How errors are written on standard error.
    pub(crate) fn error_form(&self) -> Form {
        let stderr = Term::stderr();
        if self.json {
            Form::Json
        } else if stderr.is_term() && console::colors_enabled_stderr() {
            Form::Terminal { width: width_of(&stderr) }
        } else {
            Form::Plain
        }
    }

    /// An error that is of no place in a scenario.
    pub(crate) fn error(&self, message: &str, help: Option<&str>) -> String {
        if self.json {
            return format!("{}\n", serde_json::json!({ "message": message, "help": help }));
        }
        let problem = Problem { help: help.map(str::to_owned), ..Problem::nowhere(message) };
        show(&ScenarioError { problem, sources: Sources::new("", "") }, self.error_form())
    }
}

/// Whether a person sits at both ends, so that questions can be asked.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn width_of(term: &Term) -> usize {
    let columns = if term.is_term() { usize::from(term.size().1) } else { WIDTH_ELSEWHERE };
    columns.clamp(WIDTH_MIN, WIDTH_MAX)
}
