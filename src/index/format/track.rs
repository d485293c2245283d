//! A track of an index as it is stored: its format, its sample entry, and where its media lie.

use crate::base::frame_rate::FrameRate;
use crate::base::matrix::Matrix;
use crate::index::wire::{Reader, Writer};
use crate::index::{
    Attribute, AudioFormat, BitRates, Carriage, Clear, Cues, Extents, Format, FormatError, FourCc,
    Media, Pages, Rewriting, StreamKind, TextFormat, Track, VideoFormat,
};

/// The most bytes that a sample entry may have.
const MAX_SAMPLE_ENTRY_LEN: usize = 64 << 10;

pub(super) fn put_track(out: &mut Writer, track: &Track) {
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
        Media::Fragments { carriage, clear, extents } => {
            match *carriage {
                Carriage::Stored { timed } => out.u8(timed.into()),
                Carriage::Rewritten(rewriting) => {
                    out.u8(4);
                    rewriting.encode(out);
                }
            }
            Clear::encode(*clear, out);
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

pub(super) fn track(
    from: &mut Reader<'_>,
    kind: StreamKind,
    count: usize,
) -> Result<Track, FormatError> {
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
    let clear = Clear::decode(from, count)?;
    Ok(Media::Fragments { carriage, clear, extents: Extents::decode(from, count)? })
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
