//! `millrace verify`: whether an index is right, by looking at every box of its sources; or whether a
//! deployment is.

use super::address::is_url;
use super::cutting::Indexing;
use super::difference;
use super::help::ELSEWHERE;
use super::index::beside;
use super::keys::KeyArguments;
use super::library::{self, Entry};
use super::out::{print_line, tell};
use super::place::Place;
use super::served;
use super::session::Session;
use super::show;
use super::voice::Voice;
use anyhow::{Result, bail, ensure};
use millrace::scan::Way;
use serde_json::json;
use std::fmt;
use std::path::PathBuf;

/// Verify an index, or what a deployment serves.
///
/// Walks every box of every source, without trusting the tables that indexing trusts, and
/// compares the result with the index: sources, streams, levels, and the time and place of
/// every fragment. At a store, this takes a read for every fragment.
///
/// Then reads the media through and checks every sample: H.264 and HEVC must be NAL units that
/// fill the sample, AAC must be no larger than a frame can be, Dolby Digital must begin with
/// its sync word. Encrypted samples cannot be checked.
///
/// With the address of a presentation at a deployment, compares the client manifest and some
/// fragments from there with the files below --root, byte for byte.
///
/// Prints the first difference in each presentation, and exits with 1 if there is any.
///
///     millrace verify library
///     millrace verify https://media.example.com/films/tears.ism --root library
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = ELSEWHERE)]
pub(super) struct Arguments {
    /// Server manifests, local folders that hold some, or prefixes at a store; or, without --index, addresses
    /// of presentations at a deployment.
    #[arg(value_name = "DIR|X.ism|URL", required = true)]
    presentations: Vec<String>,

    /// The index of the one presentation [default: where `millrace index` writes it]
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,

    #[command(flatten)]
    keys: KeyArguments,

    /// With an address: how many fragments to compare, chosen at random.
    #[arg(long, value_name = "N", default_value = "20")]
    fragments: usize,

    #[command(flatten)]
    indexing: Indexing,

    /// Print JSON, a line for each presentation: whether it is right, and if not, why.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    voice: Voice,
}

/// A deployment or an index to verify.
enum Subject<'a> {
    /// A deployment, by a presentation's address.
    Served(&'a str),
    /// An index, by its server manifest.
    Indexed(Entry),
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Served(url) => f.write_str(url),
            Self::Indexed(entry) => entry.fmt(f),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start(arguments.voice)?;
    let mut subjects = Vec::new();
    for named in &arguments.presentations {
        if is_url(named) && arguments.index.is_none() {
            subjects.push(Subject::Served(named));
        } else {
            let place = Place::parse(named.into())?;
            let entries = library::manifests(&place, &arguments.keys, &session)?;
            subjects.extend(entries.into_iter().map(Subject::Indexed));
        }
    }
    ensure!(
        arguments.index.is_none() || subjects.len() == 1,
        "--index is of one presentation, and there are {} here",
        subjects.len()
    );
    let mut wrong = 0;
    for subject in &subjects {
        let verified = match subject {
            Subject::Served(url) => {
                let rules = (arguments.fragments, arguments.indexing.rules());
                served::run(url, &arguments.keys, rules, &session)
            }
            Subject::Indexed(entry) => verify(entry, arguments, &session),
        };
        session.go_on()?;
        wrong += usize::from(verified.is_err());
        report(subject, verified, arguments)?;
    }
    match wrong {
        0 => Ok(()),
        _ => bail!("{wrong} of {} presentations are not right", subjects.len()),
    }
}

/// Says what came of it.
fn report(subject: &Subject<'_>, verified: Result<String>, arguments: &Arguments) -> Result<()> {
    if arguments.json {
        let (is_right, said) =
            (verified.is_ok(), verified.unwrap_or_else(|error| format!("{error:#}")));
        let told = json!({ "presentation": subject.to_string(), "right": is_right, "said": said });
        return print_line(told);
    }
    match verified {
        Ok(said) if !arguments.voice.is_quiet() => print_line(format_args!("{subject}: {said}")),
        Ok(_) => Ok(()),
        Err(error) => {
            tell(format_args!("millrace: {subject}: {error:#}"));
            Ok(())
        }
    }
}

/// Compares the index of `entry` with what every box of its sources says, and looks into their samples.
fn verify(entry: &Entry, arguments: &Arguments, session: &Session) -> Result<String> {
    let presentation = entry.open(session)?;
    let beside = beside(&entry.place, &presentation.key);
    let file = arguments.index.as_ref().unwrap_or(&beside);
    ensure!(
        file.exists(),
        "there is no index {}; `millrace index {}` makes it, and --index names another",
        file.display(),
        entry.arguments()
    );
    let index = show::read(file)?;
    let found = presentation.build(Way::Boxes, arguments.indexing.rules(), session)?;
    difference::first(&index, &found.index)?;
    let fragments: usize =
        index.streams.iter().map(|stream| stream.timeline.len() * stream.tracks.len()).sum();
    let samples = presentation.prove(&found.index.sources, session)?;
    Ok(format!("the index is right, {fragments} fragments verified, {samples} samples looked into"))
}
