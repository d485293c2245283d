//! Arguments that say how much is printed beside results.

use super::out::tell;
use std::fmt::Display;

/// The arguments of every command that reads or asks for something.
#[derive(clap::Args, Clone, Copy, Default)]
pub(super) struct Voice {
    /// Print errors only: no result, warning or progress.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,

    /// Also print each read and each request to standard error.
    #[arg(long, short)]
    verbose: bool,
}

impl Voice {
    pub(super) fn is_quiet(self) -> bool {
        self.quiet
    }

    pub(super) fn is_verbose(self) -> bool {
        self.verbose
    }

    /// Tells what only somebody wants to know who asked for all.
    pub(super) fn mention(self, text: impl Display) {
        if self.verbose {
            tell(text);
        }
    }
}
