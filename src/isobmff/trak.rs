//! Tracks: what a `trak` says of the samples of one track of a file.

use super::{BoxError, BoxRef, BoxType, EditList, SampleEntry};
use crate::base::time::Timescale;

/// A track (`ISO/IEC 14496-12` 8.3.1).
#[derive(Clone, Debug)]
pub struct MovieTrack<'a> {
    /// `track_ID` of the `tkhd`.
    pub track_id: u32,
    /// Ticks a second, by the `mdhd`.
    pub timescale: Timescale,
    /// The `mdhd`'s ISO 639-2 code, unless it is `und` or none.
    pub language: Option<String>,
    /// What kind of media it is (`hdlr`, `ISO/IEC 14496-12` 8.4.3).
    pub handler: [u8; 4],
    /// How its samples are coded: the first entry of its `stsd`.
    pub entry: SampleEntry<'a>,
    /// The second entry, where there are two that can be read, and no more.
    pub second_entry: Option<SampleEntry<'a>>,
    /// How many of its samples lie outside of fragments.
    pub sample_count: u32,
    /// Which entry of its `stsd` describes a sample, from 1, where a fragment does not say.
    pub default_sample_description_index: u32,
    /// Ticks of a sample where a fragment does not say (`trex`, `ISO/IEC 14496-12` 8.8.3).
    pub default_sample_duration: u32,
    /// Bytes of a sample where a fragment does not say.
    pub default_sample_size: u32,
    /// `sample_flags` of a sample where a fragment does not say.
    pub default_sample_flags: u32,
    /// Its sample tables (`stbl`, `ISO/IEC 14496-12` 8.5.1).
    pub stbl: BoxRef<'a>,
    pub(super) trak: BoxRef<'a>,
    minf: BoxRef<'a>,
}

/// A track that a movie declares, and that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnreadTrack {
    /// `track_ID` of the `tkhd`; 0, which no track may have, if that cannot be read.
    pub track_id: u32,
    /// What kind of media it is (`hdlr`, `ISO/IEC 14496-12` 8.4.3), if it says.
    pub handler: Option<[u8; 4]>,
    /// Why it cannot be read.
    pub problem: BoxError,
}

impl<'a> MovieTrack<'a> {
    /// The track that is this `trak`, without the defaults that an `mvex` may have for it.
    pub(super) fn parse(trak: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mdia = mdia(trak)?;
        let minf = mdia.expect(b"minf", "it has no 'minf'")?;
        let stbl = minf.expect(b"stbl", "it has no 'stbl'")?;
        let (timescale, language) = media_header(&mdia.expect(b"mdhd", "it has no 'mdhd'")?)?;
        let handler = handler(&mdia.expect(b"hdlr", "it has no 'hdlr'")?)?;
        let stsd = stbl.expect(b"stsd", "it has no 'stsd'")?;
        Ok(Self {
            track_id: track_id(&trak.expect(b"tkhd", "it has no 'tkhd'")?)?,
            timescale,
            language,
            handler,
            entry: SampleEntry::first(&stsd, handler)?,
            second_entry: SampleEntry::second(&stsd, handler),
            sample_count: sample_count(&stbl)?,
            default_sample_duration: 0,
            default_sample_description_index: 1,
            default_sample_size: 0,
            default_sample_flags: 0,
            stbl,
            trak: *trak,
            minf,
        })
    }

    /// An error that names the `trak`.
    pub fn error(&self, problem: &'static str) -> BoxError {
        self.trak.error(problem)
    }

    /// Whether it says that the track of this `track_ID` holds its chapters.
    pub(super) fn names_chapters(&self, track_id: u32) -> bool {
        let tref = self.trak.child(BoxType::Code(*b"tref")).ok().flatten();
        let chap = tref.and_then(|tref| tref.child(BoxType::Code(*b"chap")).ok().flatten());
        let ids = chap.map_or(&[][..], |chap| chap.fields().rest().as_chunks().0);
        ids.contains(&track_id.to_be_bytes())
    }

    /// Which part of it is shown, and when, if it says.
    pub fn edit_list(&self) -> Result<Option<EditList<'a>>, BoxError> {
        EditList::of(&self.trak)
    }

    /// Checks that its samples are in this very file (`dref`, `ISO/IEC 14496-12` 8.7.2). Where
    /// nothing says where else they could be, they are.
    pub fn check_own_media(&self) -> Result<(), BoxError> {
        const SELF_CONTAINED: u32 = 1;
        let Some(dinf) = self.minf.child(BoxType::Code(*b"dinf"))? else { return Ok(()) };
        let Some(dref) = dinf.child(BoxType::Code(*b"dref"))? else { return Ok(()) };
        let mut fields = dref.fields();
        fields.skip(8)?;
        let place = usize::from(self.entry.data_reference_index).checked_sub(1);
        let reference = place.and_then(|place| fields.boxes().nth(place)).transpose()?;
        let (_, flags) = match reference {
            Some(reference) => reference.fields().version_and_flags()?,
            None => return Err(dref.error("it does not have the track's data reference")),
        };
        match flags & SELF_CONTAINED {
            0 => Err(dref.error("the track's samples are in another file")),
            _ => Ok(()),
        }
    }
}

impl UnreadTrack {
    /// The `trak` that has this problem.
    pub(super) fn of(trak: &BoxRef<'_>, problem: BoxError) -> Self {
        let tkhd = trak.child(BoxType::Code(*b"tkhd")).ok().flatten();
        let hdlr = mdia(trak).and_then(|mdia| mdia.expect(b"hdlr", "it has no 'hdlr'"));
        Self {
            track_id: tkhd.and_then(|tkhd| track_id(&tkhd).ok()).unwrap_or(0),
            handler: hdlr.and_then(|hdlr| handler(&hdlr)).ok(),
            problem,
        }
    }
}

fn mdia<'a>(trak: &BoxRef<'a>) -> Result<BoxRef<'a>, BoxError> {
    trak.expect(b"mdia", "it has no 'mdia'")
}

/// `track_ID` of a `tkhd` (`ISO/IEC 14496-12` 8.3.2).
fn track_id(tkhd: &BoxRef<'_>) -> Result<u32, BoxError> {
    let mut fields = tkhd.fields();
    let (version, _) = fields.known_version()?;
    fields.skip(if version == 0 { 8 } else { 16 })?;
    fields.u32()
}

/// Timescale and language of an `mdhd` (`ISO/IEC 14496-12` 8.4.2).
fn media_header(mdhd: &BoxRef<'_>) -> Result<(Timescale, Option<String>), BoxError> {
    let mut fields = mdhd.fields();
    let (version, _) = fields.known_version()?;
    fields.skip(if version == 0 { 8 } else { 16 })?;
    let timescale = Timescale::new(fields.u32()?).ok_or(mdhd.error("its timescale is zero"))?;
    fields.sized(version)?;
    let packed = fields.u16()?;
    let letters = [packed >> 10, packed >> 5, packed].map(|bits| bits.to_be_bytes());
    let language: String =
        letters.iter().map(|[_, bits]| char::from(0x60 + (bits & 0x1f))).collect();
    let known = language.bytes().all(|letter| letter.is_ascii_lowercase()) && language != "und";
    Ok((timescale, known.then_some(language)))
}

/// `handler_type` of an `hdlr` (`ISO/IEC 14496-12` 8.4.3).
fn handler(hdlr: &BoxRef<'_>) -> Result<[u8; 4], BoxError> {
    let mut fields = hdlr.fields();
    fields.skip(8)?;
    fields.array()
}

/// `sample_count` of a track's `stsz` or `stz2` (`ISO/IEC 14496-12` 8.7.3); none has no samples.
fn sample_count(stbl: &BoxRef<'_>) -> Result<u32, BoxError> {
    let sizes = match stbl.child(BoxType::Code(*b"stsz"))? {
        Some(stsz) => Some(stsz),
        None => stbl.child(BoxType::Code(*b"stz2"))?,
    };
    let Some(sizes) = sizes else { return Ok(0) };
    let mut fields = sizes.fields();
    fields.skip(8)?;
    fields.u32()
}
