//! The access record of a request, and the log line of one that failed.

use super::stopwatch::Spent;
use crate::url::{FragmentRequest, Frames, LevelPart, ManifestFormat, Noun, Request};
use http::StatusCode;
use serde_json::{Map, Value};
use std::fmt::Display;

/// Sees what an origin does, and has the clock that it does it by.
pub trait Observer {
    /// The time now, in milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// Something failed that is not the client's fault.
    fn failed(&self, failure: &Failure<'_>);

    /// A GET or HEAD was answered, well or not.
    fn answered(&self, record: &AccessRecord<'_>);
}

/// The subject of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject<'a> {
    /// The key of the server manifest, or of a file.
    pub presentation: &'a str,
    /// What is wanted of it, in a word.
    pub kind: &'static str,
    /// Which fragment, if it is one.
    pub fragment: Option<FragmentName<'a>>,
}

/// A fragment as its URL names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FragmentName<'a> {
    /// The stream.
    pub stream: &'a str,
    /// The quality level.
    pub bitrate: u32,
    /// When it starts, in ticks of the stream's timescale.
    pub start: u64,
}

impl<'a> Subject<'a> {
    /// What `request` is about; `None` if about nothing that is stored.
    pub fn of(request: &'a Request<'_>) -> Option<Self> {
        if let Request::File(file) = request {
            return Some(Self { presentation: &file.key, kind: "file", fragment: None });
        }
        let presentation = request.presentation()?;
        let (kind, fragment) = match request {
            Request::ClientAccessPolicy | Request::CrossDomain | Request::File(_) => return None,
            Request::Presentation(_) => ("presentation", None),
            Request::Manifest(request) => (kind_of_manifest(request.format), None),
            Request::Chapters(_) => ("chapters", None),
            Request::Level(request) => (kind_of_part(request.part), None),
            Request::Fragment(request) => (kind_of(request.noun), Some(name_of(request))),
        };
        Some(Self { presentation, kind, fragment })
    }
}

fn kind_of_manifest(format: ManifestFormat) -> &'static str {
    match format {
        ManifestFormat::Smooth(_) => "manifest",
        ManifestFormat::Hls => "hls",
        ManifestFormat::Dash => "dash",
    }
}

fn kind_of_part(part: LevelPart) -> &'static str {
    match part {
        LevelPart::Playlist(Frames::All(_), _) => "playlist",
        LevelPart::Playlist(Frames::Key, _) => "key-playlist",
        LevelPart::Init => "init",
    }
}

fn kind_of(noun: Noun) -> &'static str {
    match noun {
        Noun::Fragments => "fragment",
        Noun::FragmentInfo => "info",
        Noun::RawFragments => "raw",
        Noun::KeyFrames => "keys",
        Noun::Segment => "segment",
        Noun::KeySegment => "key-segment",
        Noun::WebVtt => "webvtt",
    }
}

fn name_of<'a>(request: &'a FragmentRequest<'_>) -> FragmentName<'a> {
    let FragmentRequest { bitrate, start, .. } = *request;
    FragmentName { stream: &request.stream, bitrate, start }
}

/// A failure, and what it befell.
#[derive(Clone, Copy)]
pub struct Failure<'a> {
    /// What was asked for.
    pub subject: Option<Subject<'a>>,
    /// What the client was answered; `None` if it was answered well all the same.
    pub status: Option<StatusCode>,
    /// What went wrong.
    pub error: &'a dyn Display,
}

impl Failure<'_> {
    /// As one line of a log.
    pub fn to_json(&self) -> Value {
        let mut line = Map::new();
        if let Some(status) = self.status {
            line.insert("status".into(), status.as_u16().into());
        }
        line.insert("error".into(), self.error.to_string().into());
        if let Some(subject) = self.subject {
            line.insert("presentation".into(), subject.presentation.into());
            if let Some(FragmentName { stream, bitrate, start }) = subject.fragment {
                line.insert("stream".into(), stream.into());
                line.insert("bitrate".into(), bitrate.into());
                line.insert("time".into(), start.into());
            }
        }
        Value::Object(line)
    }
}

/// The record of a request and its answer.
#[derive(Clone, Copy, Debug)]
pub struct AccessRecord<'a> {
    /// What was asked for.
    pub subject: Option<Subject<'a>>,
    /// What was answered.
    pub status: StatusCode,
    /// How many bytes the body has.
    pub bytes: u64,
    /// What was waited for.
    pub spent: Spent,
    /// Whether a cache gave the answer.
    pub is_hit: bool,
}

impl<'a> AccessRecord<'a> {
    /// The record of an answer that a cache gave to `request` instead of the origin.
    pub fn of_hit(request: &'a Request<'_>, status: StatusCode, bytes: u64) -> Self {
        let subject = Subject::of(request);
        Self { subject, status, bytes, spent: Spent::default(), is_hit: true }
    }
}
