//! Output: results go to standard output, everything else to standard error.

use anyhow::Result;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use thiserror::Error;

/// The exit code of a command whose output nobody reads any more, as shells have it.
pub(super) const CLOSED: u8 = 141;

/// Whoever read the output has seen enough, as `head` has.
#[derive(Debug, Error)]
#[error("nobody reads the output any more")]
pub(super) struct ClosedError;

/// Prints `text` to standard output, as it is.
pub(super) fn print(text: impl Display) -> Result<()> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(ClosedError.into()),
        written => Ok(written?),
    }
}

/// Prints `text` and a line end.
pub(super) fn print_line(text: impl Display) -> Result<()> {
    print(format_args!("{text}\n"))
}

/// Tells people something in a line on standard error. If nobody reads that, it is not said.
pub(super) fn tell(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
