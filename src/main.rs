//! The `millrace` command line: makes, shows and verifies indexes.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
