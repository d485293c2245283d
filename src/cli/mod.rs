//! Commands, and what they say to people.

mod folder;
mod index;
mod presentation;
mod show;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Index Smooth Streaming presentations, so that an edge can serve them from whole files.
///
/// A presentation is a server manifest (.ism) and the media files that it names. Its index says
/// where every fragment of them lies; the Worker keeps it in Workers KV, and answers each request
/// with one range read of one file.
#[derive(Parser)]
#[command(name = "millrace", version, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Index(index::Arguments),
    Show(show::Arguments),
    Verify(verify::Arguments),
}

/// Runs the command that the arguments name. Exit codes: 0 done, 1 it could not be done (or the
/// index is not right), 2 the arguments cannot be understood.
pub(crate) fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Index(arguments) => index::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("millrace: {error:#}");
            ExitCode::FAILURE
        }
    }
}
