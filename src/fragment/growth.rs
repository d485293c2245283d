//! Bytes by which an HLS or DASH segment is longer than the stored fragment that it is made of.

use super::encryption::ENCRYPTED_GROWTH;
use crate::base::chunk::Chunk;
use crate::base::frame_rate::FrameRate;
use crate::base::time::Timescale;
use crate::index::Format;
use crate::protection::is_protected;

/// A segment of CMAF is longer than the stored fragment that it is made of by no more bytes than these: a
/// `tfdt`, a data offset, and defaults that the fragment leaves to its track. Of each sample it says what
/// differs and nothing else, which a fragment of one run cannot say in less.
pub(super) const GROWTH: u64 = 40;

/// The boxes and the document around what is said, about: text is written anew.
const AROUND_TEXT: u64 = 1000;

/// How many bytes longer at most the segment is than the stored fragment that plays at a chunk, of a track
/// that is coded in this `format`, as its file says it in `sample_entry`. That is read once, for it may be
/// long, and chunks are many.
pub fn growth(
    format: &Format,
    sample_entry: &[u8],
    timescale: Timescale,
) -> impl Fn(Chunk) -> u64 + use<> {
    let encrypted = is_protected(format.kind(), sample_entry);
    let (always, pictures) = match format {
        Format::Text(_) => (AROUND_TEXT, None),
        _ if !encrypted => (0, None),
        Format::Audio(_) => (ENCRYPTED_GROWTH, None),
        Format::Video(format) => (ENCRYPTED_GROWTH, format.frame_rate.or(FrameRate::new(120, 1))),
    };
    move |chunk| {
        let pictures = pictures.map_or(0, |rate| rate.frames_in(chunk.duration, timescale));
        GROWTH.saturating_add(always).saturating_add(pictures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::matrix::Matrix;
    use crate::index::{FourCc, TextFormat, VideoFormat};
    use crate::media::{avcc, protected_entry, text_entry, visual_entry};

    fn of(format: Format, entry: &[u8]) -> u64 {
        growth(&format, entry, Timescale::SMOOTH)(Chunk { start: 0, duration: 20_000_000 })
    }

    #[test]
    fn pictures_count_where_they_are_encrypted() {
        let pictures = |frame_rate| {
            Format::Video(VideoFormat {
                four_cc: FourCc::new(*b"H264").unwrap(),
                width: 640,
                height: 360,
                codec_private_data: vec![],
                nal_length_size: 4,
                frame_rate,
                matrix: Matrix::IDENTITY,
            })
        };
        let clear = visual_entry(b"avc1", 640, 360, &avcc(&[&[0x67, 100, 0, 31]], &[&[0x68]]));
        let encrypted = protected_entry(&clear, (b"encv", b"avc1"), b"cenc", [7; 16]);
        assert_eq!(of(pictures(None), &clear), GROWTH);
        let rate = FrameRate::new(25, 1);
        assert_eq!(of(pictures(rate), &encrypted), GROWTH + ENCRYPTED_GROWTH + 51);
        assert_eq!(of(pictures(None), &encrypted), GROWTH + ENCRYPTED_GROWTH + 241, "of 120 Hz");
    }

    #[test]
    fn text_has_a_document_around_it() {
        let text = Format::Text(TextFormat { four_cc: FourCc::new(*b"TTML").unwrap() });
        assert_eq!(of(text, &text_entry(b"stpp")), GROWTH + AROUND_TEXT);
    }
}
