//! The command line as people run it: what it says of files, of mistakes, and to whoever stops listening.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "../ffmpeg/mod.rs"]
mod ffmpeg;

mod check;
mod encode;
mod mistakes;
mod progress;
mod quiet;

use ffmpeg::Workshop;
use std::process::{Command, Output};

/// Runs `millrace` in the workshop, without anything of this environment that it would heed.
fn millrace(workshop: &Workshop, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    command.env_remove("MILLRACE_HOST").env_remove("MILLRACE_TOKEN");
    command.current_dir(workshop.path("")).args(arguments).output().unwrap()
}

/// What it printed, and what stood on standard error.
fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}
