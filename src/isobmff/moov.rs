//! Movies: the tracks that the `moov` of a file declares, and what it says of all of them.

use super::{BoxError, BoxRef, BoxType, MovieTrack, Pssh, UnreadTrack};
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
    /// The tracks that cannot be read.
    pub unread: Vec<UnreadTrack>,
    /// Whether it may have fragments: whether there is an `mvex` (`ISO/IEC 14496-12` 8.8.1).
    pub is_fragmented: bool,
    /// Licence data of its protected tracks, in the order of the file.
    pub protections: Vec<Pssh<'a>>,
    moov: BoxRef<'a>,
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
