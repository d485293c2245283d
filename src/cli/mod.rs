//! Commands, and what they say to people.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod access;
mod address;
mod alias;
mod audit;
mod bucket;
mod bucket_error;
mod bulk;
mod check;
mod client;
mod clock;
mod compare;
mod compose;
mod configuration;
mod connection;
#[cfg(test)]
mod contract;
mod cost;
mod cutting;
mod deployment;
mod difference;
mod folder;
mod help;
mod index;
mod keys;
mod library;
mod list;
mod media;
mod names;
mod only;
mod out;
mod place;
mod presentation;
mod progress;
mod publish;
mod purge;
mod reading;
mod reference;
mod served;
mod session;
mod show;
mod sign;
mod sweep;
mod table;
mod tls;
mod verify;
mod voice;

use clap::{CommandFactory, Parser, Subcommand};
use out::{CLOSED, ClosedError, tell};
use session::{INTERRUPTED, InterruptedError};
use std::process::ExitCode;

/// Index Smooth Streaming presentations, so that millrace can serve them from whole files, and
/// operate a deployment.
///
/// A presentation is a server manifest (.ism) and the media files that it names. Its index says
/// where every fragment lies in these files. The Worker keeps the index in Workers KV and
/// answers each request with range reads of the files: one read for a stored fragment.
///
///     millrace check film_*.mp4
///     millrace compose film_*.mp4 film.en.vtt -o film.ism
///     millrace publish film.ism --host https://media.example.com
#[derive(Parser)]
#[command(name = "millrace", version, propagate_version = true, arg_required_else_help = true)]
#[command(verbatim_doc_comment, after_help = help::EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Arguments),
    Compose(compose::Arguments),
    Index(index::Arguments),
    Show(show::Arguments),
    Verify(verify::Arguments),
    Audit(audit::Arguments),
    Compare(compare::Arguments),
    Publish(publish::Arguments),
    List(list::Arguments),
    Sign(sign::Arguments),
    Purge(purge::Arguments),
    Alias(alias::Arguments),
    Cost(cost::Arguments),
    Completions(reference::CompletionArguments),
    /// Print the man page.
    ///
    ///     millrace man > ~/.local/share/man/man1/millrace.1
    #[command(verbatim_doc_comment)]
    Man,
}

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    tls::prepare();
    let done = match Arguments::parse().command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Compose(arguments) => compose::run(&arguments),
        Command::Index(arguments) => index::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Sign(arguments) => sign::run(&arguments),
        Command::Purge(arguments) => purge::run(&arguments),
        Command::Alias(arguments) => alias::run(&arguments),
        Command::Cost(arguments) => cost::run(&arguments),
        Command::Completions(arguments) => reference::completions(&arguments, Arguments::command()),
        Command::Man => reference::man(&Arguments::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if error.is::<ClosedError>() {
                return ExitCode::from(CLOSED);
            }
            tell(format_args!("millrace: {error:#}"));
            match error.is::<InterruptedError>() {
                true => ExitCode::from(INTERRUPTED),
                false => ExitCode::FAILURE,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::*;

    /// The width that help is set in.
    const COLUMNS: usize = 100;

    #[test]
    fn what_help_says_of_a_command_is_not_set_anew() {
        for command in Arguments::command().get_subcommands() {
            let about = command.get_long_about().map(ToString::to_string).unwrap_or_default();
            for line in about.lines() {
                assert!(line.chars().count() <= COLUMNS, "{}: {line}", command.get_name());
            }
        }
    }
}
