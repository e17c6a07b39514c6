//! The `walras` command.
//!
//! - [`command`]: one file for each subcommand
//! - [`terminal`]: where results go, and [`layout`]: how they are laid out
//! - [`failure`]: what can go wrong, and the exit code of each
//! - [`progress`] and [`interrupt`]: how a long run shows itself, and how it is stopped
//! - [`folders`]: every entry of every catalogue; [`starter`]: first scenarios made of them; [`plot`]: a curve drawn
//! - [`memory`]: how much of it may be used
//!
//! *Invariant:* results go to standard output and everything else to standard error. Whatever was typed, the
//! command ends with a message and one of the documented exit codes.

mod command;
mod failure;
mod folders;
mod interrupt;
mod layout;
mod memory;
mod plot;
mod progress;
mod starter;
mod terminal;

use std::panic;
use std::process::ExitCode;

use clap::Parser as _;

use command::Arguments;
use failure::Exit;
use terminal::Terminal;

fn main() -> ExitCode {
    panic::set_hook(Box::new(failure::say_defect));
    let code = panic::catch_unwind(|| match Arguments::try_parse() {
        Ok(arguments) => run(&arguments),
        Err(usage) => failure::end_of_usage(&usage),
    });
    code.unwrap_or(Exit::Failed).into()
}

fn run(arguments: &Arguments) -> Exit {
    let mut terminal = Terminal::new(arguments.json);
    let end = arguments.command.run(&mut terminal).and_then(|exit| terminal.flush().map(|()| exit));
    end.unwrap_or_else(|failure| failure.show(&terminal))
}
