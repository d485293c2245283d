//! The tracks that a file declares.

use super::{BoxError, BoxRef, BoxType, EditList, Pssh, SampleEntry};
use crate::base::matrix::Matrix;
use crate::base::time::Timescale;

/// The most tracks a file may have.
pub const MAX_TRACKS: usize = 64;

/// The most licence systems that a file may have data for.
const MAX_PROTECTIONS: usize = 16;

/// A movie (`ISO/IEC 14496-12` 8.2.1, `[MS-SSTR]` 2.2.7.4).
#[derive(Clone, Debug)]
pub struct Movie<'a> {
    /// The tracks in the order of the file, but for those that cannot be read.
    pub tracks: Vec<MovieTrack<'a>>,
    /// Those that cannot.
    pub unread: Vec<UnreadTrack>,
    /// Whether it may have fragments: whether there is an `mvex` (`ISO/IEC 14496-12` 8.8.1).
    pub is_fragmented: bool,
    /// Licence data of its protected tracks, in the order of the file.
    pub protections: Vec<Pssh<'a>>,
    moov: BoxRef<'a>,
}

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
    trak: BoxRef<'a>,
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

impl<'a> Movie<'a> {
    /// The `moov` that `bytes` consist of; they lie at `offset` in their source.
    pub fn parse(bytes: &'a [u8], offset: u64) -> Result<Self, BoxError> {
        let moov = BoxRef::whole(bytes, offset)?;
        if moov.kind() != BoxType::Code(*b"moov") {
            return Err(moov.error("it stands where a 'moov' should"));
        }
        let (mut tracks, mut unread) = (Vec::new(), Vec::new());
        let mut protections = Vec::new();
        for child in moov.children() {
            let child = child?;
            protections.extend(Pssh::of(&child)?);
            if protections.len() > MAX_PROTECTIONS {
                return Err(moov.error("it tells of more than 16 licence systems"));
            }
            if child.kind() == BoxType::Code(*b"trak") {
                if tracks.len().saturating_add(unread.len()) == MAX_TRACKS {
                    return Err(moov.error("it has more than 64 tracks"));
                }
                match MovieTrack::parse(&child) {
                    Ok(track) => tracks.push(track),
                    Err(problem) => unread.push(UnreadTrack::of(&child, problem)),
                }
            }
        }
        let mvex = moov.child(BoxType::Code(*b"mvex"))?;
        if let Some(mvex) = mvex {
            apply_defaults(&mvex, &mut tracks)?;
        }
        Ok(Self { tracks, unread, is_fragmented: mvex.is_some(), protections, moov })
    }

    /// Whether another track says that this one holds its chapters (`chap` in a `tref`, QuickTime
    /// File Format, "Track Reference Atoms").
    pub fn has_chapters_in(&self, track_id: u32) -> bool {
        self.tracks.iter().any(|track| track.names_chapters(track_id))
    }

    /// How what `track` shows is turned: by itself, and then with the whole movie (`mvhd`,
    /// `ISO/IEC 14496-12` 8.2.2).
    pub fn matrix(&self, track: &MovieTrack<'_>) -> Result<Matrix, BoxError> {
        let tkhd = track.trak.expect(b"tkhd", "it has no 'tkhd'")?;
        let own = matrix(&tkhd, [36, 48])?;
        let movie = match self.moov.child(BoxType::Code(*b"mvhd"))? {
            Some(mvhd) => matrix(&mvhd, [32, 44])?,
            None => Matrix::IDENTITY,
        };
        own.then(movie).ok_or(tkhd.error("its matrix has numbers that are too large"))
    }

    /// Ticks a second of what is said of all tracks together (`mvhd`, `ISO/IEC 14496-12` 8.2.2).
    pub fn timescale(&self) -> Result<Timescale, BoxError> {
        let mvhd = self.moov.expect(b"mvhd", "it has no 'mvhd'")?;
        let mut fields = mvhd.fields();
        let (version, _) = fields.known_version()?;
        fields.skip(if version == 0 { 8 } else { 16 })?;
        Timescale::new(fields.u32()?).ok_or(mvhd.error("its timescale is zero"))
    }
}

/// Each `trex` to its track (`ISO/IEC 14496-12` 8.8.3).
fn apply_defaults(mvex: &BoxRef<'_>, tracks: &mut [MovieTrack<'_>]) -> Result<(), BoxError> {
    for child in mvex.children() {
        let child = child?;
        if child.kind() == BoxType::Code(*b"trex") {
            let mut fields = child.fields();
            fields.version_and_flags()?;
            let track_id = fields.u32()?;
            let entry = fields.u32()?;
            let [duration, size, flags] = [fields.u32()?, fields.u32()?, fields.u32()?];
            if let Some(track) = tracks.iter_mut().find(|track| track.track_id == track_id) {
                track.default_sample_description_index = entry;
                track.default_sample_duration = duration;
                track.default_sample_size = size;
                track.default_sample_flags = flags;
            }
        }
    }
    Ok(())
}

impl<'a> MovieTrack<'a> {
    fn parse(trak: &BoxRef<'a>) -> Result<Self, BoxError> {
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

    /// That something is wrong with it.
    pub fn error(&self, problem: &'static str) -> BoxError {
        self.trak.error(problem)
    }

    fn names_chapters(&self, track_id: u32) -> bool {
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
    fn of(trak: &BoxRef<'_>, problem: BoxError) -> Self {
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

/// The matrix of a `tkhd` or an `mvhd`, so many bytes behind their flags in versions 0 and 1.
fn matrix(header: &BoxRef<'_>, [short, long]: [usize; 2]) -> Result<Matrix, BoxError> {
    let mut fields = header.fields();
    let (version, _) = fields.known_version()?;
    fields.skip(if version == 0 { short } else { long })?;
    let mut numbers = [0; 9];
    for number in &mut numbers {
        *number = fields.i32()?;
    }
    Ok(Matrix::new(numbers))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{self, Track};

    #[test]
    fn reads_what_each_track_says() {
        let video = Track::video(1);
        let audio = Track { language: *b"deu", trex_duration: 1024, ..Track::audio(7) };
        let bytes = media::moov(&[video, audio]);
        let movie = Movie::parse(&bytes, 0).unwrap();
        assert!(movie.is_fragmented);
        let [video, audio] = movie.tracks.as_slice() else { panic!("two tracks") };
        assert_eq!((video.track_id, &video.handler), (1, b"vide"));
        assert_eq!((video.timescale, video.language.as_deref()), (Timescale::SMOOTH, None));
        assert_eq!((audio.track_id, audio.language.as_deref()), (7, Some("deu")));
        assert_eq!((audio.default_sample_duration, audio.sample_count), (1024, 0));
    }

    #[test]
    fn quicktime_language_codes_are_no_language() {
        let track = Track { language: [0x60; 3], ..Track::video(1) };
        let bytes = media::moov(&[track]);
        assert_eq!(Movie::parse(&bytes, 0).unwrap().tracks[0].language, None);
    }

    #[test]
    fn too_many_tracks_are_refused() {
        let many: Vec<_> = (0..65).map(Track::video).collect();
        let error = Movie::parse(&media::moov(&many), 0).unwrap_err();
        assert_eq!(error.problem, "it has more than 64 tracks");
    }

    #[test]
    fn a_track_that_cannot_be_read_leaves_the_others_alone() {
        let broken = Track { handler: *b"meta", timescale: 0, ..Track::audio(9) };
        let bytes = media::moov(&[Track::video(1), broken, Track::audio(2)]);
        let movie = Movie::parse(&bytes, 0).unwrap();
        let ids: Vec<_> = movie.tracks.iter().map(|track| track.track_id).collect();
        assert_eq!(ids, [1, 2]);
        let [unread] = movie.unread.as_slice() else { panic!("one track") };
        assert_eq!((unread.track_id, unread.handler), (9, Some(*b"meta")));
        assert_eq!(unread.problem.problem, "its timescale is zero");
    }
}
