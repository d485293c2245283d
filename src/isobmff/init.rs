//! The init segment of a track, written.

use super::write::{boxed, container, full_box};
use crate::base::matrix::Matrix;
use crate::base::time::Timescale;

/// The `track_ID` of every track that is sent with an init segment of its own.
pub const TRACK_ID: u32 = 1;

/// Number of the sample entry for samples in the clear, where an init segment has one.
pub const CLEAR_ENTRY: u32 = 2;

/// An `ftyp` of version 6 of the file format, which has `default-base-is-moof` and signed composition offsets.
fn ftyp() -> Option<Vec<u8>> {
    boxed(b"ftyp", b"iso6\0\0\0\0iso6cmfcmp41")
}

/// The init segment of a track (`ISO/IEC 23000-19` 7.3.1): a movie of one track, all of whose samples are in
/// fragments.
#[derive(Clone, Copy, Debug)]
pub struct InitSegment<'a> {
    /// What the track is of: `vide`, `soun` or `subt`.
    pub handler: [u8; 4],
    /// Ticks a second of the track and of its segments.
    pub timescale: Timescale,
    /// An ISO 639-2 code; anything else is written as `und`.
    pub language: &'a str,
    /// How video is turned before it is shown.
    pub matrix: Matrix,
    /// Width and height of video in pixels.
    pub size: (u32, u32),
    /// How many ticks come before what is shown first.
    pub early: u64,
    /// How its samples are coded.
    pub entry: &'a [u8],
    /// The sample entry of the samples in the clear, in a track of which others are not.
    pub clear_entry: Option<&'a [u8]>,
    /// Every `pssh`.
    pub protections: &'a [u8],
}

impl InitSegment<'_> {
    /// `ftyp` and `moov`; `None` if a size does not fit its field.
    pub fn write(&self) -> Option<Vec<u8>> {
        Some([ftyp()?, self.moov()?].concat())
    }

    fn moov(&self) -> Option<Vec<u8>> {
        let next_track = TRACK_ID + 1;
        let rate_and_volume = [0x1_0000, 0x100_0000, 0, 0];
        let matrix = numbers(Matrix::IDENTITY);
        let mvhd = [&[0, 0, self.timescale(), 0][..], &rate_and_volume, &matrix, &[0; 6]].concat();
        let trex = [TRACK_ID, 1, 0, 0, 0];
        container(
            b"moov",
            [
                full_box(b"mvhd", 0, &[&mvhd[..], &[next_track]].concat()),
                container(b"trak", [self.tkhd(), self.edts(), self.mdia()]),
                container(b"mvex", [full_box(b"trex", 0, &trex)]),
                Some(self.protections.to_vec()),
            ],
        )
    }

    fn tkhd(&self) -> Option<Vec<u8>> {
        const ENABLED_IN_MOVIE: u32 = 0x3;
        const FULL_VOLUME: u32 = 0x100_0000;
        let volume = if self.handler == *b"soun" { FULL_VOLUME } else { 0 };
        let (width, height) = (self.size.0.checked_shl(16)?, self.size.1.checked_shl(16)?);
        let matrix = numbers(self.matrix);
        let fields = [&[0, 0, TRACK_ID, 0, 0, 0, 0, 0, volume][..], &matrix, &[width, height]];
        full_box(b"tkhd", ENABLED_IN_MOVIE, &fields.concat())
    }

    /// An `edts` that hides what comes before the first shown sample: one edit from there on, however long it lasts
    /// (`ISO/IEC 23000-19` 7.5.13). Empty where everything is shown.
    fn edts(&self) -> Option<Vec<u8>> {
        const NORMAL_RATE: u32 = 0x1_0000;
        match self.early {
            0 => Some(Vec::new()),
            early => {
                let media_time = u32::try_from(early).ok().filter(|&it| it < 1 << 31)?;
                let elst = full_box(b"elst", 0, &[1, 0, media_time, NORMAL_RATE]);
                container(b"edts", [elst])
            }
        }
    }

    fn mdia(&self) -> Option<Vec<u8>> {
        let language = u32::from(packed(self.language)) << 16;
        let mdhd = [0, 0, self.timescale(), 0, language];
        container(b"mdia", [full_box(b"mdhd", 0, &mdhd), self.hdlr(), self.minf()])
    }

    fn hdlr(&self) -> Option<Vec<u8>> {
        boxed(b"hdlr", &[&[0; 8], &self.handler[..], &[0; 13]].concat())
    }

    fn minf(&self) -> Option<Vec<u8>> {
        const SELF_CONTAINED: u32 = 1;
        let kind = match &self.handler {
            b"vide" => full_box(b"vmhd", 1, &[0, 0]),
            b"soun" => full_box(b"smhd", 0, &[0]),
            _ => full_box(b"sthd", 0, &[]),
        };
        let url = full_box(b"url ", SELF_CONTAINED, &[])?;
        let dref = boxed(b"dref", &counted(&[&url]));
        container(b"minf", [kind, container(b"dinf", [dref]), self.stbl()])
    }

    /// Tables of no sample, but of how samples are coded.
    fn stbl(&self) -> Option<Vec<u8>> {
        let entries: Vec<&[u8]> = [self.entry].into_iter().chain(self.clear_entry).collect();
        container(
            b"stbl",
            [
                boxed(b"stsd", &counted(&entries)),
                full_box(b"stts", 0, &[0]),
                full_box(b"stsc", 0, &[0]),
                full_box(b"stsz", 0, &[0, 0]),
                full_box(b"stco", 0, &[0]),
            ],
        )
    }

    fn timescale(&self) -> u32 {
        self.timescale.ticks_per_second()
    }
}

fn numbers(matrix: Matrix) -> [u32; 9] {
    matrix.numbers().map(i32::cast_unsigned)
}

/// Version and flags of 0, the count, and the entries: one or two.
fn counted(entries: &[&[u8]]) -> Vec<u8> {
    let count = u8::try_from(entries.len()).unwrap_or(u8::MAX);
    [&[0, 0, 0, 0, 0, 0, 0, count][..], &entries.concat()].concat()
}

/// A language in the fifteen bits that it has there: an ISO 639-2 code, else `und`.
fn packed(language: &str) -> u16 {
    let is_code = language.len() == 3 && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let code = if is_code { language } else { "und" };
    code.bytes().fold(0, |packed, letter| (packed << 5) | u16::from(letter & 0x1f))
}

/// A sample entry of TTML (`ISO/IEC 14496-12` 12.6.3.2), of documents without a schema and without other media.
pub fn stpp() -> Option<Vec<u8>> {
    const NAMESPACE: &[u8] = b"http://www.w3.org/ns/ttml\0";
    const NO_SCHEMA_AND_NO_OTHER_MEDIA: [u8; 2] = [0, 0];
    let data_reference = [0, 0, 0, 0, 0, 0, 0, 1];
    boxed(b"stpp", &[&data_reference, NAMESPACE, &NO_SCHEMA_AND_NO_OTHER_MEDIA].concat())
}
