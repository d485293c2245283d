//! `millrace completions` and `millrace man`: the arguments, for shells and for readers of manuals.

use super::out::print;
use anyhow::Result;
use clap::Command;
use clap_complete::Shell;
use std::io::Write;

/// Print a completion script for a shell.
///
///     millrace completions bash > ~/.local/share/bash-completion/completions/millrace
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct CompletionArguments {
    shell: Shell,
}

pub(super) fn completions(arguments: &CompletionArguments, mut command: Command) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "millrace", &mut text);
    print(String::from_utf8(text)?)
}

/// One page: the command, and behind it each of its commands with all their arguments.
pub(super) fn man(command: &Command) -> Result<()> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands() {
        let name = format!("millrace {}", sub.get_name());
        let man = clap_mangen::Man::new(sub.clone().bin_name(&name).display_name(&name));
        writeln!(text, ".SH \"{}\"", name.to_uppercase())?;
        man.render_description_section(&mut text)?;
        man.render_synopsis_section(&mut text)?;
        man.render_options_section(&mut text)?;
        man.render_extra_section(&mut text)?;
    }
    print(String::from_utf8(text)?)
}
