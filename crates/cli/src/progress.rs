//! How a long run shows itself while it runs: a bar on a terminal, a few plain lines elsewhere.

use std::fmt;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use walras_lab::Watch;
use walras_report::number::{count, duration, short};

use crate::interrupt::Interrupt;

/// The most lines where there is no terminal.
const LINES: u64 = 10;
/// The least time between two such lines, seconds; the last is shown however soon it comes.
const LINES_APART_S: f64 = 0.5;

/// Shows a run's progress on standard error and passes Ctrl-C on to it.
pub(crate) struct Progress {
    face: Face,
    interrupt: Interrupt,
    agents: f64,
    told: bool,
}

/// What is shown.
enum Face {
    Nothing,
    Bar(ProgressBar),
    Lines(Lines),
}

/// Progress in plain lines.
struct Lines {
    started: Instant,
    last_s: f64,
    first: Option<u32>,
    next_tenth: u64,
}

impl Progress {
    /// For a run of `agents` agents; shows nothing when `quiet`.
    pub(crate) fn new(agents: u64, quiet: bool, interrupt: Interrupt) -> Self {
        let face = if quiet {
            Face::Nothing
        } else if Term::stderr().is_term() {
            Face::Bar(spinner())
        } else {
            Face::Lines(Lines::new())
        };
        Self { face, interrupt, agents: agents as f64, told: false }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Face::Bar(bar) = &self.face {
            bar.finish_and_clear();
        }
    }

    fn say(&self, line: &str) {
        match &self.face {
            Face::Nothing => {}
            Face::Bar(bar) => bar.println(line),
            Face::Lines(_) => {
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
    }
}

impl Watch for Progress {
    fn step(&mut self, done: u32, of: u32) {
        match &mut self.face {
            Face::Nothing => {}
            Face::Bar(bar) => show_step(bar, u64::from(done), u64::from(of), self.agents),
            Face::Lines(lines) => {
                if let Some(line) = lines.line(done, of, self.agents, lines.started.elapsed().as_secs_f64()) {
                    let _ = writeln!(io::stderr(), "{line}");
                }
            }
        }
    }

    /// Says so the first time, whether the wish came during a step or before the first.
    fn stop(&mut self) -> bool {
        let asked = self.interrupt.asked();
        if asked && !self.told {
            self.told = true;
            self.say("stopping after this step; Ctrl-C again ends at once, and loses what is not saved");
            if let Face::Bar(bar) = &self.face {
                spin(bar, "saving");
            }
        }
        asked
    }

    fn note(&mut self, line: &str) {
        // How a run stopped is said at its end.
        if !self.interrupt.asked() {
            self.say(line);
        }
    }
}

impl Lines {
    fn new() -> Self {
        Self { started: Instant::now(), last_s: 0.0, first: None, next_tenth: 1 }
    }

    /// The line to show now, `elapsed_s` after the start: one at each tenth of the way, unless the last was just now.
    fn line(&mut self, done: u32, of: u32, agents: f64, elapsed_s: f64) -> Option<String> {
        let first = *self.first.get_or_insert(done.saturating_sub(1));
        let tenth = u64::from(done) * LINES / u64::from(of.max(1));
        if tenth < self.next_tenth || (done < of && elapsed_s - self.last_s < LINES_APART_S) {
            return None;
        }
        (self.next_tenth, self.last_s) = (tenth + 1, elapsed_s);
        let rate = f64::from(done - first) / elapsed_s.max(1e-9);
        let time =
            if done < of { format!("{} left", duration(f64::from(of - done) / rate)) } else { duration(elapsed_s) };
        let (done, of, percent) = (count(u64::from(done)), count(u64::from(of)), tenth * 100 / LINES);
        Some(format!("{percent:>3} %  step {done} of {of}, {} agent-steps/s, {time}", short(rate * agents, 3)))
    }
}

/// Before the first step: the world is built, which may take a while.
fn spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    spin(&bar, "building the economy");
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Shows that something goes on whose length is not known.
fn spin(bar: &ProgressBar, what: &'static str) {
    let style = ProgressStyle::with_template("{spinner:.cyan} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_message(what);
}

fn show_step(bar: &ProgressBar, done: u64, of: u64, agents: f64) {
    if bar.length() != Some(of) {
        bar.set_style(stepping(agents));
        bar.set_length(of);
        // What was done before a resume says nothing about this run's speed.
        bar.set_position(done.saturating_sub(1));
        bar.reset_eta();
    }
    bar.set_position(done);
    if done == of {
        spin(bar, "all steps done, writing");
    }
}

fn stepping(agents: f64) -> ProgressStyle {
    let rate = move |state: &ProgressState, out: &mut dyn fmt::Write| {
        let _ = write!(out, "{} agent-steps/s", short(state.per_sec() * agents, 3));
    };
    let left = |state: &ProgressState, out: &mut dyn fmt::Write| {
        let _ = write!(out, "{} left", duration(state.eta().as_secs_f64().ceil().max(1.0)));
    };
    let template = "{percent:>3} % {wide_bar:.cyan/dim} step {pos} of {len}  {rate}  {left}";
    match ProgressStyle::with_template(template) {
        Ok(style) => style.progress_chars("━╸─").with_key("rate", rate).with_key("left", left),
        Err(_) => ProgressStyle::default_bar(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(of: u32, step_s: f64) -> Vec<String> {
        let mut lines = Lines::new();
        (1..=of).filter_map(|done| lines.line(done, of, 5.0, f64::from(done) * step_s)).collect()
    }

    /// A log of a long run stays readable: ten lines, however many steps.
    #[test]
    fn a_slow_run_has_ten_lines_and_a_fast_one_its_last() {
        for of in [10, 11, 999, 100_000] {
            assert_eq!(lines(of, 1.0).len(), 10, "{of}");
            assert_eq!(lines(of, 1e-7).len(), 1, "{of}");
        }
    }

    #[test]
    fn a_line_tells_rate_and_time_left() {
        // 5 agents, 100 steps, 2 s a step: after 10 of them 2.5 agent-steps a second and 180 s to go.
        assert_eq!(
            lines(100, 2.0)[0].replace('\u{202f}', " "),
            " 10 %  step 10 of 100, 2.5 agent-steps/s, 3 min 0 s left"
        );
    }
}
