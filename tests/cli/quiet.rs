//! A pipe that nobody reads any more ends the command without a message.

use crate::ffmpeg::Workshop;
use std::process::{Command, Stdio};

#[test]
fn output_that_nobody_reads_any_more_ends_it_without_a_word() {
    let workshop = Workshop::new("cli-quiet");
    for arguments in [&["man"][..], &["cost"], &["completions", "bash"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        command.current_dir(workshop.path("")).args(arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(141), ""), "{arguments:?}");
    }
}
