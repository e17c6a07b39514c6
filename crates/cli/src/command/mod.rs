//! The subcommands, one file each.

mod account;
mod book;
mod check;
mod explain;
mod list;
mod log;
mod new;
mod outcome;
mod prove;
mod report;
mod resume;
mod run;
mod schema;
mod verify;
mod verify_proof;

use clap::{Parser, Subcommand};

use crate::failure::{EXIT_CODES, Exit, Failure};
use crate::terminal::Terminal;

/// Simulate economies whose only actors are autonomous agents.
///
/// A scenario is a TOML file that says who the agents are, how they act, and on which markets they meet.
/// `walras new` writes one to begin with, `walras run` runs it and ends with a report.
#[derive(Debug, Parser)]
#[command(name = "walras", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print one JSON object on standard output and nothing else; errors become JSON on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Arguments),
    Resume(resume::Arguments),
    Check(check::Arguments),
    New(new::Arguments),
    List(list::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
    Report(report::Arguments),
    Verify(verify::Arguments),
    Account(account::Arguments),
    Log(log::Arguments),
    Prove(prove::Arguments),
    VerifyProof(verify_proof::Arguments),
    Book(book::Arguments),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Whatever stands in the way.
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        match self {
            Self::Run(arguments) => arguments.run(terminal),
            Self::Resume(arguments) => arguments.run(terminal),
            Self::Check(arguments) => arguments.run(terminal),
            Self::New(arguments) => arguments.run(terminal),
            Self::List(arguments) => arguments.run(terminal),
            Self::Explain(arguments) => arguments.run(terminal),
            Self::Schema(_) => schema::run(terminal),
            Self::Report(arguments) => arguments.run(terminal),
            Self::Verify(arguments) => arguments.run(terminal),
            Self::Account(arguments) => arguments.run(terminal),
            Self::Log(arguments) => arguments.run(terminal),
            Self::Prove(arguments) => arguments.run(terminal),
            Self::VerifyProof(arguments) => arguments.run(terminal),
            Self::Book(arguments) => arguments.run(terminal),
        }
    }
}
