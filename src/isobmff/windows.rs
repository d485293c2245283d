//! Decoder configurations of Windows Media.

use super::bits::Bits;
use super::{BoxError, BoxRef, SampleEntry};

/// A `WAVEFORMATEX`: little-endian, unlike everything else in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaveFormat<'a> {
    /// `wFormatTag`: the codec.
    pub tag: u16,
    /// `nChannels`.
    pub channels: u16,
    /// `nSamplesPerSec`.
    pub sampling_rate: u32,
    /// `nBlockAlign`: bytes of a packet.
    pub block_align: u16,
    /// `wBitsPerSample`.
    pub bits_per_sample: u16,
    /// What follows: the codec's own data.
    pub extra: &'a [u8],
}

impl<'a> WaveFormat<'a> {
    /// The format of a sample entry: in a `wfex` box as ffmpeg writes it, or bare behind the fixed
    /// part as Microsoft's `owma` has it.
    pub fn of(entry: &SampleEntry<'a>) -> Result<Self, BoxError> {
        let wfex = match entry.child(b"wfex") {
            Ok(Some(wfex)) => wfex.fields().rest(),
            _ => entry.tail(),
        };
        Self::parse(wfex).ok_or(entry.error("it holds no WAVEFORMATEX"))
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (words, _) = bytes.get(..18)?.as_chunks();
        let &[tag, channels, rate_low, rate_high, _, _, block_align, bits_per_sample, extra_len] =
            words
        else {
            return None;
        };
        let word = u16::from_le_bytes;
        Some(Self {
            tag: word(tag),
            channels: word(channels),
            sampling_rate: u32::from(word(rate_high)) << 16 | u32::from(word(rate_low)),
            block_align: word(block_align),
            bits_per_sample: word(bits_per_sample),
            extra: bytes.get(18..)?.get(..word(extra_len).into())?,
        })
    }
}

/// The sequence header and entry point of a `dvc1` (`SMPTE RP 2025`), behind seven bytes that say
/// in short what they say in full.
pub fn vc1_headers<'a>(dvc1: &BoxRef<'a>) -> Result<&'a [u8], BoxError> {
    let mut fields = dvc1.fields();
    let profile = fields.u8()? >> 4;
    if profile != 12 {
        return Err(dvc1.error("it is not of the advanced profile"));
    }
    fields.skip(6)?;
    Ok(fields.rest())
}

/// The sequence header and entry point of an `ovc1`, as Expression Encoder writes it: behind the
/// fixed part a `VIDEOINFOHEADER2` and its `BITMAPINFOHEADER`, then the codec's own data.
pub fn ovc1_headers<'a>(entry: &SampleEntry<'a>) -> Result<&'a [u8], BoxError> {
    const VIDEO_INFO_LEN: usize = 72 + 40;
    let headers = entry.tail().get(VIDEO_INFO_LEN..).filter(|headers| !headers.is_empty());
    headers.ok_or(entry.error("it holds no sequence header"))
}

/// Width and height in pixels that the sequence header of the advanced profile in `headers` says
/// (`SMPTE 421M` 6.1); `None` if there is none.
pub fn vc1_size(headers: &[u8]) -> Option<(u32, u32)> {
    const SEQUENCE_HEADER: [u8; 4] = [0, 0, 1, 0x0f];
    const BEFORE_SIZE: usize = 2 + 3 + 2 + 3 + 5 + 1;
    let at = headers.windows(4).position(|code| code == SEQUENCE_HEADER)?;
    let mut bits = Bits::new(headers.get(at.checked_add(4)?..)?);
    bits.skip(BEFORE_SIZE)?;
    Some((2 * (bits.take(12)? + 1), 2 * (bits.take(12)? + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{audio_entry, boxed, stsd, visual_entry};

    const WMA_PRO: [u8; 22] =
        [0x62, 0x01, 2, 0, 0x80, 0xbb, 0, 0, 0xc1, 0x5d, 0, 0, 0, 0x10, 16, 0, 4, 0, 9, 8, 7, 6];

    fn first<'a>(bytes: &'a [u8], handler: &[u8; 4]) -> SampleEntry<'a> {
        SampleEntry::first(&BoxRef::whole(bytes, 0).unwrap(), *handler).unwrap()
    }

    #[test]
    fn wave_formats_boxed_and_bare() {
        let boxed = audio_entry(b"wma ", 2, 48_000, &boxed(b"wfex", &WMA_PRO));
        for entry in [boxed, audio_entry(b"owma", 2, 48_000, &WMA_PRO)] {
            let bytes = stsd(&entry);
            let format = WaveFormat::of(&first(&bytes, b"soun")).unwrap();
            assert_eq!((format.tag, format.channels), (0x162, 2));
            assert_eq!((format.sampling_rate, format.block_align), (48_000, 4096));
            assert_eq!((format.bits_per_sample, format.extra), (16, &[9, 8, 7, 6][..]));
        }
        let bytes = stsd(&audio_entry(b"owma", 2, 48_000, &WMA_PRO[..21]));
        let error = WaveFormat::of(&first(&bytes, b"soun")).unwrap_err();
        assert_eq!(error.problem, "it holds no WAVEFORMATEX");
    }

    #[test]
    fn vc_1_says_how_large_it_is() {
        // As Expression Encoder writes it of 848 by 476.
        let headers = [0x25, 0, 0, 1, 0x0f, 0xd3, 0xfe, 0x1a, 0x70, 0xed, 0xf0, 0x0d];
        assert_eq!(vc1_size(&headers), Some((848, 476)));
        assert_eq!((vc1_size(&headers[..8]), vc1_size(&[0; 20])), (None, None));
    }

    #[test]
    fn vc_1_headers_boxed_and_bare() {
        let headers = [0x25, 0, 0, 1, 0x0f, 0xd3];
        let dvc1 = boxed(b"dvc1", &[&[0xc0, 0, 0, 0, 0, 0, 0][..], &headers].concat());
        assert_eq!(vc1_headers(&BoxRef::whole(&dvc1, 0).unwrap()), Ok(&headers[..]));
        let ovc1 = stsd(&visual_entry(b"ovc1", 64, 48, &[&[0; 112][..], &headers].concat()));
        assert_eq!(ovc1_headers(&first(&ovc1, b"vide")), Ok(&headers[..]));
    }
}
