//! `millrace verify`: whether an index is right, by looking at every box of its sources; or whether a
//! deployment is.

use super::address::is_url;
use super::cutting::Indexing;
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
use millrace::base::chunk::Chunk;
use millrace::index::{Index, Media, Source, Stream, Track};
use millrace::scan::Way;
use serde_json::json;
use std::fmt::{self, Display};
use std::path::PathBuf;

/// Prove that an index is right, or what a deployment serves.
///
/// Walks every box of every source, without trusting the tables that indexing trusts, and compares
/// what it finds with the index: sources, streams, levels, and the time and place of every
/// fragment. At a store, that is a read for every fragment.
///
/// Then reads the media through, and looks into every sample: H.264 and HEVC must be NAL units that
/// fill it, AAC be no larger than a frame can be, Dolby Digital begin as it must. What is encrypted
/// says nothing of itself.
///
/// With the address of a presentation at a deployment, compares the client manifest and some
/// fragments that are served there with the files below --root, byte for byte.
///
/// Ends with 1 and the first difference in each if there is one.
///
///     millrace verify library
///     millrace verify https://media.example.com/films/tears.ism --root library
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = ELSEWHERE)]
pub(super) struct Arguments {
    /// Server manifests, or what they lie in, here or at a store; or, if there is no --index, addresses of
    /// presentations at a deployment.
    #[arg(value_name = "DIR|X.ism|URL", required = true)]
    presentations: Vec<String>,

    /// The index, of one presentation [default: where `millrace index` writes it]
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,

    #[command(flatten)]
    keys: KeyArguments,

    /// With an address: how many fragments to compare, taken at random.
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

/// What is verified.
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
        entry.place
    );
    let index = show::read(file)?;
    let found = presentation.build(Way::Boxes, arguments.indexing.rules(), session)?;
    compare(&index, &found.index)?;
    let fragments: usize =
        index.streams.iter().map(|stream| stream.timeline.len() * stream.tracks.len()).sum();
    let samples = presentation.prove(&found.index.sources, session)?;
    Ok(format!("the index is right, {fragments} fragments verified, {samples} samples looked into"))
}

/// The first thing in which `index` differs from what was `found`.
fn compare(index: &Index, found: &Index) -> Result<()> {
    for (source, there) in index.sources.iter().zip(&found.sources) {
        ensure!(
            source == there,
            "the index is of {}, but there is {}{}",
            told(source),
            told(there),
            way_out(source, there)
        );
    }
    same("sources", index.sources.len(), found.sources.len())?;
    for (stream, there) in index.streams.iter().zip(&found.streams) {
        compare_streams(index, stream, there)?;
    }
    same("streams", index.streams.len(), found.streams.len())
}

fn compare_streams(index: &Index, stream: &Stream, found: &Stream) -> Result<()> {
    let name = &stream.name;
    ensure!(*name == found.name, "the index has a stream {name}, the sources {}", found.name);
    let tolerance = u64::from(stream.timescale.ticks_per_second() / 1000);
    for (at, (chunk, there)) in stream.timeline.iter().zip(found.timeline.iter()).enumerate() {
        let time = stream.timescale.seconds(chunk.start);
        let lasts = |chunk: Chunk| stream.timescale.seconds(chunk.duration);
        ensure!(
            chunk.start.abs_diff(there.start) <= tolerance
                && chunk.duration.abs_diff(there.duration) <= tolerance,
            "stream {name}, chunk {at}: the index says that it starts at {time} and lasts {}, the boxes {} and {}",
            lasts(chunk),
            stream.timescale.seconds(there.start),
            lasts(there)
        );
    }
    same(&format!("chunks of stream {name}"), stream.timeline.len(), found.timeline.len())?;
    for (track, there) in stream.tracks.iter().zip(&found.tracks) {
        compare_tracks(index, stream, track, there)?;
    }
    same(&format!("levels of stream {name}"), stream.tracks.len(), found.tracks.len())
}

fn compare_tracks(index: &Index, stream: &Stream, track: &Track, found: &Track) -> Result<()> {
    let key = index.sources.get(track.source).map_or("?", |source| &source.key);
    if let (Media::Fragments { extents, .. }, Media::Fragments { extents: there, .. }) =
        (&track.media, &found.media)
    {
        for (chunk, (range, there)) in stream.timeline.iter().zip(extents.iter().zip(there.iter()))
        {
            let time = stream.timescale.seconds(chunk.start);
            ensure!(
                range == there,
                "{key}, track {}, fragment at {time}: the index says bytes {range}, the boxes {there}",
                track.track_id
            );
        }
    }
    ensure!(
        track.media == found.media,
        "{key}, track {}: the index says other fragments than the boxes",
        track.track_id
    );
    same(&format!("bit/s in track {} of {key}", track.track_id), track.bitrate, found.bitrate)?;
    ensure!(
        track.track_id == found.track_id,
        "{key}: the index says track {}, the boxes {}",
        track.track_id,
        found.track_id
    );
    ensure!(
        track.format == found.format,
        "{key}, track {}: the index says another codec or size of it than the boxes",
        track.track_id
    );
    Ok(())
}

/// What to do where an index is of other sources than there are.
fn way_out(source: &Source, there: &Source) -> &'static str {
    if source.key != there.key {
        "; say --root and --as as they were when it was indexed"
    } else if source.size == there.size && source.etag.contains('-') {
        "; it was uploaded in parts, and such a version can be told where it lies alone: name it there"
    } else {
        ""
    }
}

fn told(source: &Source) -> String {
    format!("{}, {} bytes of version {}", source.key, source.size, source.etag)
}

fn same<T: PartialEq + Display>(what: &str, index: T, found: T) -> Result<()> {
    ensure!(index == found, "the index has {index} {what}, the sources have {found}");
    Ok(())
}
