//! Reading a client manifest, element by element.

use super::chunks::{ChunkError, Chunks, MAX_CHUNKS};
use super::control::Keeping;
use super::error::{ClientManifestError, MAX_LEVELS, MAX_STREAMS, number, wrong};
use super::{ClientManifest, QualityLevel, StreamIndex, names, protection};
use crate::base::time::Timescale;
use crate::base::xml::{self, Element};
use crate::index::StreamKind;
use percent_encoding::percent_decode_str;

/// The most words of a `Role`.
const MAX_ROLES: usize = 8;

/// A client manifest of which a part has been read.
pub(super) struct Reading {
    manifest: ClientManifest,
    timescale: Timescale,
    duration: u64,
    levels: usize,
    /// Chunks that there may still be.
    left: usize,
    /// Those of the last stream, and of how many `c`.
    chunks: Chunks,
    coded: usize,
    /// What it has besides, if it is text; and when its last chunk is said to start, and how long to last.
    keeping: Option<Keeping>,
    said: (Option<u64>, Option<u64>),
    /// What is wrong with its chunks, if that matters only where its samples do not stand in the manifest.
    problem: Option<ClientManifestError>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            manifest: ClientManifest::default(),
            timescale: Timescale::SMOOTH,
            duration: 0,
            levels: 0,
            left: MAX_CHUNKS,
            chunks: Chunks::default(),
            coded: 0,
            keeping: None,
            said: (None, None),
            problem: None,
        }
    }
}

impl Reading {
    /// Takes the next element of the document.
    pub(super) fn element(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        let (root, path) = element.path.split_once('/').unwrap_or((element.path, ""));
        if root != "SmoothStreamingMedia" {
            return Err(ClientManifestError::Root(xml::excerpt(root)));
        }
        match path {
            "StreamIndex/c" => self.chunk(element)?,
            "StreamIndex" => self.stream(element)?,
            _ => {}
        }
        if let (Some(path), Some(keeping)) = (path.strip_prefix("StreamIndex/"), &mut self.keeping)
            && let Some(stream) = self.manifest.streams.last()
        {
            let (start, duration) = self.said;
            let chunk = (start.unwrap_or_else(|| self.chunks.last_start()), duration);
            keeping.element(path, element, chunk, stream.timescale.ticks_per_second().into())?;
        }
        match path {
            "" => self.root(element),
            "Protection/ProtectionHeader" => {
                protection::keep(&mut self.manifest.protections, element)
            }
            "StreamIndex/QualityLevel" => self.level(element),
            "StreamIndex/QualityLevel/CustomAttributes/Attribute" => self.custom(element),
            _ => Ok(()),
        }
    }

    fn root(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        for attribute in element.attributes() {
            match attribute? {
                ("TimeScale", value) => self.timescale = timescale(&value)?,
                ("Duration", value) => self.duration = number("Duration", &value)?,
                (name, value) if names::is_foreign(name, names::ROOT) => {
                    names::keep(&mut self.manifest.attributes, name, &value);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn stream(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        self.finish_stream()?;
        if self.manifest.streams.len() == MAX_STREAMS {
            return Err(ClientManifestError::TooMuch);
        }
        let mut stream = StreamIndex {
            kind: StreamKind::Video,
            name: None,
            url_name: None,
            subtype: None,
            language: None,
            accessibility: None,
            roles: Vec::new(),
            timescale: self.timescale,
            levels: Vec::new(),
            chunks: Vec::new(),
            attributes: Vec::new(),
            controls: None,
        };
        let mut kind = None;
        for attribute in element.attributes() {
            match attribute? {
                ("Type", value) => kind = Some(stream_kind(&value)?),
                ("Name", value) => stream.name = text(&value),
                ("Url", value) => stream.url_name = url_name(&value),
                ("Subtype", value) => stream.subtype = text(&value),
                ("Language", value) => stream.language = text(&value),
                ("Accessibility", value) => stream.accessibility = text(&value),
                ("Role", value) => stream.roles = roles(&value),
                ("TimeScale", value) => stream.timescale = timescale(&value)?,
                (name, value) if names::is_foreign(name, names::STREAM) => {
                    names::keep(&mut stream.attributes, name, &value);
                }
                _ => {}
            }
        }
        stream.kind = kind.map_or_else(|| stream_kind(""), Ok)?;
        if stream.kind == StreamKind::Text {
            self.keeping = Some(Keeping::new(element)?);
        }
        self.manifest.streams.push(stream);
        Ok(())
    }

    fn chunk(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        let (mut t, mut d, mut r) = (None, None, 1);
        for attribute in element.attributes() {
            match attribute? {
                ("t", value) => t = Some(number("t", &value)?),
                ("d", value) => d = Some(number("d", &value)?),
                ("r", value) => r = number("r", &value)?,
                _ => {}
            }
        }
        self.said = (t, d);
        if let Err(why) = self.chunks.push(t, d, r, &mut self.left) {
            self.refuse(self.coded, why)?;
        }
        self.coded += 1;
        Ok(())
    }

    fn level(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        if self.levels == MAX_LEVELS {
            return Err(ClientManifestError::TooMuch);
        }
        self.levels += 1;
        let level = QualityLevel::read(element)?;
        if let Some(stream) = self.manifest.streams.last_mut() {
            stream.levels.push(level);
        }
        Ok(())
    }

    fn custom(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        let streams = self.manifest.streams.last_mut();
        match streams.and_then(|stream| stream.levels.last_mut()) {
            Some(level) => level.read_custom(element),
            None => Ok(()),
        }
    }

    /// The manifest, at the end of the document.
    pub(super) fn finish(mut self) -> Result<ClientManifest, ClientManifestError> {
        self.finish_stream()?;
        Ok(self.manifest)
    }

    /// Ends the stream that was read last.
    fn finish_stream(&mut self) -> Result<(), ClientManifestError> {
        let coded = std::mem::take(&mut self.coded);
        let chunks = std::mem::take(&mut self.chunks);
        let Some(stream) = self.manifest.streams.last_mut() else { return Ok(()) };
        let duration = self.timescale.rescale(self.duration, stream.timescale).unwrap_or(0);
        match chunks.finish(duration) {
            Ok(chunks) => stream.chunks = chunks,
            Err(why) => self.refuse(coded.saturating_sub(1), why)?,
        }
        let controls = self.keeping.take().and_then(Keeping::finish);
        let problem = self.problem.take();
        let Some(stream) = self.manifest.streams.last_mut() else { return Ok(()) };
        match (controls, problem) {
            (None, Some(problem)) => return Err(problem),
            (controls, None) => stream.controls = controls,
            (controls, Some(_)) => {
                stream.controls = controls;
                stream.chunks.clear();
            }
        }
        Ok(())
    }

    /// Takes note of what is wrong with a chunk of the last stream. Samples that stand in the manifest may start together,
    /// and need not last; if they do turns out at the end of the stream.
    fn refuse(&mut self, chunk: usize, why: ChunkError) -> Result<(), ClientManifestError> {
        let error = self.chunk_error(chunk, why);
        let is_of_time =
            matches!(why, ChunkError::Order | ChunkError::NoStart | ChunkError::NoDuration);
        if !is_of_time || self.keeping.is_none() {
            return Err(error);
        }
        self.problem.get_or_insert(error);
        Ok(())
    }

    fn chunk_error(&self, chunk: usize, why: ChunkError) -> ClientManifestError {
        let stream = self.manifest.streams.len().saturating_sub(1);
        ClientManifestError::Chunk { chunk, stream, why }
    }
}

fn stream_kind(value: &str) -> Result<StreamKind, ClientManifestError> {
    let kinds = [StreamKind::Video, StreamKind::Audio, StreamKind::Text];
    let kind = kinds.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(value.trim()));
    kind.ok_or_else(|| wrong("Type", value, "video, audio or text"))
}

/// The words of a `Role`, each once, in any case.
fn roles(value: &str) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    for word in value.split_whitespace() {
        if roles.len() < MAX_ROLES && !roles.iter().any(|role| role.eq_ignore_ascii_case(word)) {
            roles.push(word.to_owned());
        }
    }
    roles
}

fn timescale(value: &str) -> Result<Timescale, ClientManifestError> {
    let ticks = number("TimeScale", value)?;
    Timescale::new(ticks).ok_or_else(|| wrong("TimeScale", value, "above zero"))
}

fn text(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The `NAME` of `QualityLevels({bitrate})/Fragments(NAME={start time})` (`[MS-SSTR]` 2.2.2.4).
pub(super) fn url_name(url: &str) -> Option<String> {
    let (_, fragments) = url.rsplit_once("/Fragments(")?;
    let (name, _) = fragments.rsplit_once('=')?;
    text(&percent_decode_str(name).decode_utf8().ok()?)
}
