//! An index as one stored value: `docs/index-format.md`, which changes whenever this file does.

use super::model::{
    AudioFormat, Format, FourCc, Index, Media, Protection, Source, Stream, StreamKind, TextFormat,
    Track, VideoFormat,
};
use super::wire::{Reader, Writer};
use super::{
    Attribute, BitRates, Carriage, Cues, Extents, Extras, FORMAT_VERSION, Folder, Generation,
    Labels, Pages, Rewriting, Timeline,
};
use crate::base::frame_rate::FrameRate;
use crate::base::matrix::Matrix;
use crate::base::time::Timescale;
use std::rc::Rc;

pub use super::wire::FormatError;

const MAGIC: [u8; 4] = *b"MRIX";

/// The most bytes that a sample entry may have.
const MAX_SAMPLE_ENTRY_LEN: usize = 64 << 10;

impl Index {
    /// An index of `streams` in `sources` with nothing beside them; its generation follows from all that it is
    /// given.
    pub fn new(
        attributes: Vec<Attribute>,
        protections: Vec<Protection>,
        sources: Vec<Source>,
        streams: Vec<Stream>,
    ) -> Self {
        let (generation, extras) = (Generation::from_bytes([0; 8]), Extras::default());
        let index = Self { generation, attributes, protections, sources, streams, extras };
        index.with(Extras::default())
    }

    /// The same with these `extras`, under the generation that follows.
    #[must_use]
    pub fn with(mut self, extras: Extras) -> Self {
        self.extras = extras;
        self.generation = Generation::of(&self.content());
        self
    }

    /// The stored form.
    pub fn encode(&self) -> Vec<u8> {
        [&MAGIC[..], &self.generation.bytes(), &self.content()].concat()
    }

    /// The index stored as `bytes`. Nothing is reserved on the word of a count that the bytes
    /// themselves could not fill.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut from = Reader::new(bytes);
        if from.array() != Ok(MAGIC) {
            return Err(FormatError::Magic);
        }
        let generation = Generation::from_bytes(from.array()?);
        let content = from.rest();
        known_version(&mut from)?;
        if Generation::of(content) != generation {
            return Err(FormatError::Digest);
        }
        let attributes = from.list(Attribute::decode)?;
        let protections = from.list(|from| {
            Ok(Protection {
                system_id: from.array()?,
                key_ids: from.list(Reader::array)?,
                data: from.blob()?.to_vec(),
            })
        })?;
        let sources = from.list(source)?;
        let streams = from.list(|from| stream(from, &sources))?;
        let extras = Extras::decode(&mut from)?;
        from.finish()?;
        Ok(Self { generation, attributes, protections, sources, streams, extras })
    }

    /// Everything that the generation is a digest of.
    fn content(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u8(FORMAT_VERSION);
        out.list(&self.attributes, |out, attribute| attribute.encode(out));
        out.list(&self.protections, |out, protection| {
            out.bytes(&protection.system_id);
            out.list(&protection.key_ids, |out, key_id| out.bytes(key_id));
            out.blob(&protection.data);
        });
        out.list(&self.sources, |out, source| {
            out.string(&source.key);
            out.varint(source.size);
            out.string(&source.etag);
            if let Some(folder) = &source.folder {
                folder.encode(out);
            }
        });
        out.list(&self.streams, put_stream);
        self.extras.encode(&mut out);
        out.out
    }
}

/// Passes over the version, if it is the one that this build reads.
pub(super) fn known_version(from: &mut Reader<'_>) -> Result<(), FormatError> {
    match from.u8()? {
        FORMAT_VERSION => Ok(()),
        version => Err(FormatError::Version(version)),
    }
}

fn put_stream(out: &mut Writer, stream: &Stream) {
    out.u8(match stream.kind {
        StreamKind::Video => 0,
        StreamKind::Audio => 1,
        StreamKind::Text => 2,
    });
    out.string(&stream.name);
    out.string(&stream.subtype);
    out.string(&stream.language);
    stream.labels.encode(out);
    out.varint(stream.timescale.ticks_per_second().into());
    stream.timeline.encode(out);
    out.list(&stream.attributes, |out, attribute| attribute.encode(out));
    out.list(&stream.tracks, put_track);
}

fn stream(from: &mut Reader<'_>, sources: &[Source]) -> Result<Stream, FormatError> {
    let kind = match from.u8()? {
        0 => StreamKind::Video,
        1 => StreamKind::Audio,
        2 => StreamKind::Text,
        _ => return Err(FormatError::Malformed("a stream is of no known kind")),
    };
    let name = from.string()?;
    let subtype = from.string()?;
    let language = from.string()?;
    let labels = Labels::decode(from)?;
    let timescale =
        Timescale::new(from.narrow()?).ok_or(FormatError::Malformed("a timescale is zero"))?;
    let timeline = Timeline::decode(from)?;
    let attributes = from.list(Attribute::decode)?;
    let tracks = from.list(|from| {
        let track = track(from, kind, timeline.len())?;
        let lies_in = sources.get(track.source);
        let lies_in = lies_in.ok_or(FormatError::Malformed("a track lies in no source"))?;
        match is_torn(&track.media, lies_in) {
            true => Err(FormatError::Malformed("a fragment lies in several objects")),
            false => Ok(track),
        }
    })?;
    if tracks.is_empty() {
        return Err(FormatError::Malformed("a stream has no track"));
    }
    Ok(Stream { kind, name, subtype, language, labels, timescale, timeline, attributes, tracks })
}

/// Whether a stored fragment of a folder does not lie in one of its objects.
fn is_torn(media: &Media, source: &Source) -> bool {
    match media {
        Media::Fragments { extents, .. } if source.folder.is_some() => {
            extents.iter().any(|range| !range.is_empty() && !source.is_of_one_object(range))
        }
        Media::Fragments { .. } | Media::Samples(_) | Media::Cues(_) => false,
    }
}

fn put_track(out: &mut Writer, track: &Track) {
    out.varint(track.bitrate.into());
    out.count(track.source);
    out.varint(track.track_id.into());
    match &track.format {
        Format::Video(video) => {
            out.bytes(&video.four_cc.bytes());
            out.varint(video.width.into());
            out.varint(video.height.into());
            out.u8(video.nal_length_size);
            out.blob(&video.codec_private_data);
            put_frame_rate(out, video.frame_rate);
            put_matrix(out, video.matrix);
        }
        Format::Audio(audio) => {
            out.bytes(&audio.four_cc.bytes());
            out.varint(audio.sampling_rate.into());
            out.varint(audio.channels.into());
            out.varint(audio.bits_per_sample.into());
            out.varint(audio.packet_size.into());
            out.varint(audio.audio_tag.into());
            out.blob(&audio.codec_private_data);
        }
        Format::Text(text) => out.bytes(&text.four_cc.bytes()),
    }
    out.blob(&track.sample_entry);
    out.list(&track.custom_attributes, |out, attribute| attribute.encode(out));
    out.list(&track.attributes, |out, attribute| attribute.encode(out));
    track.rates.encode(out);
    match &track.media {
        Media::Fragments { carriage, extents } => {
            match *carriage {
                Carriage::Stored { timed } => out.u8(timed.into()),
                Carriage::Rewritten(rewriting) => {
                    out.u8(4);
                    rewriting.encode(out);
                }
            }
            extents.encode(out);
        }
        Media::Samples(pages) => {
            out.u8(2);
            pages.encode(out);
        }
        Media::Cues(cues) => {
            out.u8(3);
            cues.encode(out);
        }
    }
}

fn track(from: &mut Reader<'_>, kind: StreamKind, count: usize) -> Result<Track, FormatError> {
    Ok(Track {
        bitrate: from.narrow()?,
        source: from.narrow()?,
        track_id: from.narrow()?,
        format: format(from, kind)?,
        sample_entry: sample_entry(from)?,
        custom_attributes: from.list(Attribute::decode)?,
        attributes: from.list(Attribute::decode)?,
        rates: BitRates::decode(from)?,
        media: media(from, count)?,
    })
}

fn sample_entry(from: &mut Reader<'_>) -> Result<Vec<u8>, FormatError> {
    match from.blob()? {
        entry if entry.len() <= MAX_SAMPLE_ENTRY_LEN => Ok(entry.to_vec()),
        _ => Err(FormatError::Malformed("a sample entry is too long")),
    }
}

fn media(from: &mut Reader<'_>, count: usize) -> Result<Media, FormatError> {
    let carriage = match from.u8()? {
        0 => Carriage::Stored { timed: false },
        1 => Carriage::Stored { timed: true },
        2 => return Pages::decode(from, count).map(Media::Samples),
        3 => return Cues::decode(from, count).map(Media::Cues),
        4 => Carriage::Rewritten(Rewriting::decode(from)?),
        _ => return Err(FormatError::Malformed("a track's media are of no known kind")),
    };
    Ok(Media::Fragments { carriage, extents: Extents::decode(from, count)? })
}

fn format(from: &mut Reader<'_>, kind: StreamKind) -> Result<Format, FormatError> {
    let four_cc =
        FourCc::new(from.array()?).ok_or(FormatError::Malformed("a FourCC is not printable"))?;
    Ok(match kind {
        StreamKind::Video => Format::Video(VideoFormat {
            four_cc,
            width: from.narrow()?,
            height: from.narrow()?,
            nal_length_size: from.u8()?,
            codec_private_data: from.blob()?.to_vec(),
            frame_rate: frame_rate(from)?,
            matrix: matrix(from)?,
        }),
        StreamKind::Audio => Format::Audio(AudioFormat {
            four_cc,
            sampling_rate: from.narrow()?,
            channels: from.narrow()?,
            bits_per_sample: from.narrow()?,
            packet_size: from.narrow()?,
            audio_tag: from.narrow()?,
            codec_private_data: from.blob()?.to_vec(),
        }),
        StreamKind::Text => Format::Text(TextFormat { four_cc }),
    })
}

/// Two zeros where it is not known.
fn put_frame_rate(out: &mut Writer, frame_rate: Option<FrameRate>) {
    out.varint(frame_rate.map_or(0, FrameRate::frames).into());
    out.varint(frame_rate.map_or(0, FrameRate::seconds).into());
}

fn frame_rate(from: &mut Reader<'_>) -> Result<Option<FrameRate>, FormatError> {
    match (from.narrow()?, from.narrow()?) {
        (0, 0) => Ok(None),
        (frames, seconds) => match FrameRate::new(frames, seconds) {
            None => Err(FormatError::Malformed("a frame rate has a zero in it")),
            known => Ok(known),
        },
    }
}

/// Nothing where it is the identity.
fn put_matrix(out: &mut Writer, matrix: Matrix) {
    let numbers = matrix.numbers().map(i32::to_le_bytes);
    out.blob(if matrix == Matrix::IDENTITY { &[] } else { numbers.as_flattened() });
}

fn matrix(from: &mut Reader<'_>) -> Result<Matrix, FormatError> {
    let (numbers, rest) = from.blob()?.as_chunks();
    match (<[_; 9]>::try_from(numbers), numbers, rest) {
        (_, [], []) => Ok(Matrix::IDENTITY),
        (Ok(numbers), _, []) => match Matrix::new(numbers.map(i32::from_le_bytes)) {
            Matrix::IDENTITY => Err(FormatError::Malformed("a matrix turns nothing")),
            turned => Ok(turned),
        },
        _ => Err(FormatError::Malformed("a matrix is not of nine numbers")),
    }
}

fn source(from: &mut Reader<'_>) -> Result<Source, FormatError> {
    let (key, size, etag) = (from.string()?, from.varint()?, from.string()?);
    if !key.ends_with('/') {
        return Ok(Source { key, size, etag, folder: None });
    }
    let folder = Folder::decode(from)?;
    if folder.size() != size {
        return Err(FormatError::Malformed("a folder has another size than its objects"));
    }
    match folder.etag() == etag {
        true => Ok(Source { key, size, etag, folder: Some(Rc::new(folder)) }),
        false => Err(FormatError::Malformed("a folder has another entity tag than its objects")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chunk::Chunk;
    use crate::base::range::ByteRange;
    use crate::base::target::SegmentTarget;
    use crate::index::{Chapter, Control, Splice, Turn};

    fn two_chunks() -> Index {
        let chunks = [0, 20_000_000].map(|start| Chunk { start, duration: 20_000_000 });
        let ranges = [ByteRange::new(1000, 5000).unwrap(), ByteRange::new(5000, 8500).unwrap()];
        let track = Track {
            bitrate: 3_000_000,
            source: 1,
            track_id: 1,
            format: Format::Video(VideoFormat {
                four_cc: FourCc::new(*b"H264").unwrap(),
                width: 1920,
                height: 1080,
                codec_private_data: vec![0, 0, 0, 1, 0x67],
                nal_length_size: 4,
                frame_rate: FrameRate::new(24_000, 1001),
                matrix: Matrix::new([0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30]),
            }),
            sample_entry: vec![0, 0, 0, 8, b'a', b'v', b'c', b'1'],
            custom_attributes: Vec::new(),
            attributes: Vec::new(),
            rates: BitRates { average: 8, peak: 9, key_peak: 7 },
            media: Media::Fragments {
                carriage: Carriage::Stored { timed: true },
                extents: Extents::new(&ranges).unwrap(),
            },
        };
        let stream = Stream {
            kind: StreamKind::Video,
            name: "video".into(),
            subtype: String::new(),
            language: "eng".into(),
            labels: Labels {
                title: "English".into(),
                accessibility: "description".into(),
                roles: vec!["alternate".into(), "dub".into()],
                is_default: true,
            },
            timescale: Timescale::SMOOTH,
            timeline: Timeline::new(&chunks).unwrap(),
            attributes: Vec::new(),
            tracks: vec![track],
        };
        let source = |key: &str| Source::object(key, 9000, "e");
        let sources = vec![source("a.ism"), source("a.ismv")];
        Index::new(Vec::new(), Vec::new(), sources, vec![stream]).with(extras())
    }

    fn extras() -> Extras {
        let attribute = Attribute { name: "Type".into(), value: "text".into() };
        let control = Control { attributes: vec![attribute], content: "<c t=\"5\"/>".into() };
        let chapter = Chapter { start: 50, language: "ger".into(), title: "Eins".into() };
        let splice =
            |turn| Splice { start: 1 << 40, duration: 9, event: 7, turn, section: vec![0xfc] };
        Extras {
            target: SegmentTarget::new(0),
            controls: vec![control],
            chapters: vec![chapter],
            splices: [Turn::Out, Turn::In, Turn::Other].map(splice).to_vec(),
        }
    }

    #[test]
    fn gives_back_what_went_in() {
        let index = two_chunks();
        assert_eq!(Index::decode(&index.encode()), Ok(index));
    }

    #[test]
    fn another_etag_is_another_generation() {
        let index = two_chunks();
        let mut sources = index.sources.clone();
        sources[1].etag = "f".into();
        let other = Index::new(Vec::new(), Vec::new(), sources, index.streams.clone());
        assert_ne!(other.generation, index.generation);
    }

    #[test]
    fn a_folder_has_the_size_and_the_entity_tag_of_its_objects() {
        let objects = [("header", 1000, "a"), ("0", 4000, "b"), ("20000000", 3500, "c")];
        let right = Source::folder("a/", Folder::of(objects).unwrap());
        let decoded = |folder: &Source| {
            let sources = vec![Source::object("a.ism", 9000, "e"), folder.clone()];
            let index = Index::new(Vec::new(), Vec::new(), sources, two_chunks().streams);
            Index::decode(&index.encode())
        };
        assert_eq!(decoded(&right).unwrap().sources[1], right);
        let wrong = "a folder has another size than its objects";
        let larger = Source { size: right.size + 1, ..right.clone() };
        assert_eq!(decoded(&larger), Err(FormatError::Malformed(wrong)));
        let wrong = "a folder has another entity tag than its objects";
        let other = Source { etag: "0123456789abcdef".to_owned(), ..right };
        assert_eq!(decoded(&other), Err(FormatError::Malformed(wrong)));
    }

    #[test]
    fn every_shorter_or_altered_value_is_refused() {
        let whole = two_chunks().encode();
        for len in 0..whole.len() {
            assert!(Index::decode(&whole[..len]).is_err(), "cut to {len}");
            let mut altered = whole.clone();
            altered[len] ^= 0x10;
            assert!(Index::decode(&altered).is_err(), "altered at {len}");
        }
    }

    #[test]
    fn a_newer_version_is_named() {
        let mut newer = two_chunks().encode();
        newer[12] = FORMAT_VERSION + 1;
        assert_eq!(Index::decode(&newer), Err(FormatError::Version(FORMAT_VERSION + 1)));
    }
}
