//! What a scan knows of a track before it has seen any of its fragments.

use super::coding::{Coding, check_ids, edit, kind};
use super::gathered::Gathering;
use super::left_out::{self, LeftOut};
use super::manner::{ClearStart, FirstSample, Manner, Share};
use super::pace::frame_rate;
use super::pair;
use super::placed::{self, Placed};
use super::timing::{self, TrackTime};
use super::{DecodeError, Edit, Samples, ScanError, ScannedMedia, ScannedTrack};
use crate::base::frame_rate::{FrameRate, Pace};
use crate::base::time::{Seconds, Timescale};
use crate::index::{EntryPair, Format, Protection};
use crate::isobmff::{EncryptionBoxes, Movie, MovieTrack, Pssh, Traf};
use std::rc::Rc;

/// A fragment is believed to have so many frames when their rate is taken: a count can claim any number.
const MAX_PACED: usize = 1 << 14;

/// A track as `moov` declares it.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    /// Of no meaning where the track is not played.
    pub(super) timescale: Timescale,
    /// Ticks of a sample where a fragment does not say.
    pub(super) default_sample_duration: u32,
    /// Bytes of a sample where a fragment does not say.
    pub(super) default_sample_size: u32,
    /// `sample_flags` of a sample where a fragment does not say.
    pub(super) default_sample_flags: u32,
    language: Option<String>,
    /// None where the track is not played: it is of another kind, or left out.
    coding: Option<Coding>,
    /// By the first of its fragments that was read, if they are of video.
    frame_rate: Option<FrameRate>,
    /// Its licence data, if it is protected.
    protections: Rc<Vec<Protection>>,
    manner: Manner,
    /// Whether any of its fragments was read.
    is_begun: bool,
    /// Which entry of its `stsd` describes a sample where a fragment does not say.
    pub(super) default_entry: u32,
    /// How a fragment says that it is in the clear, if it is protected and some may be.
    entries: Option<EntryPair>,
    /// What all of its fragments lack that were read, but for those in the clear; `None` if none was.
    lack: Option<Option<DecodeError>>,
}

/// Whether a track is of a kind that is played, and not the chapters of another.
pub(super) fn is_played(movie: &Movie<'_>, track: &MovieTrack<'_>) -> bool {
    kind(track.handler).is_some() && !movie.has_chapters_in(track.track_id)
}

/// The tracks of a movie, all of whose samples lie in fragments; and those of them that are left out,
/// which are among the first as well, as their fragments have to be distinguished from others.
pub(super) fn tracks(movie: &Movie<'_>) -> Result<(Vec<Track>, Vec<LeftOut>), ScanError> {
    check_ids(movie.tracks.iter())?;
    let protections = Rc::new(protections(movie)?);
    let mut left_out = LeftOut::unread(movie);
    let mut tracks = Vec::with_capacity(movie.tracks.len());
    for track in &movie.tracks {
        let (entry, entries) = pair::entry(track);
        let coding = left_out::coding(movie, track, |movie, track| Coding::of(movie, track, entry));
        let coding = coding.unwrap_or_else(|left| {
            left_out.push(left);
            None
        });
        tracks.push(Track {
            id: track.track_id,
            timescale: track.timescale,
            default_sample_duration: track.default_sample_duration,
            default_sample_size: track.default_sample_size,
            default_sample_flags: track.default_sample_flags,
            language: track.language.clone(),
            coding,
            frame_rate: None,
            protections: Rc::clone(&protections),
            manner: Manner::plain(edit(movie, track)),
            is_begun: false,
            default_entry: track.default_sample_description_index,
            entries,
            lack: None,
        });
    }
    tracks.extend(movie.unread.iter().map(|unread| Track {
        id: unread.track_id,
        timescale: Timescale::SMOOTH,
        default_sample_duration: 0,
        default_sample_size: 0,
        default_sample_flags: 0,
        language: None,
        coding: None,
        frame_rate: None,
        protections: Rc::clone(&protections),
        manner: Manner::plain(Ok(Edit::default())),
        is_begun: false,
        default_entry: 1,
        entries: None,
        lack: None,
    }));
    Ok((tracks, left_out))
}

/// The licence data of a movie. An index keeps it, so it must not be large.
fn protections(movie: &Movie<'_>) -> Result<Vec<Protection>, ScanError> {
    let len = |pssh: &Pssh<'_>| pssh.data.len().saturating_add(pssh.key_ids.as_flattened().len());
    let all = movie.protections.iter().map(len).fold(0, usize::saturating_add);
    if all > Protection::MAX_TOGETHER {
        return Err(ScanError::Protections(all));
    }
    let kept = |pssh: &Pssh<'_>| Protection {
        system_id: pssh.system_id,
        key_ids: pssh.key_ids.to_vec(),
        data: pssh.data.to_vec(),
    };
    Ok(movie.protections.iter().map(kept).collect())
}

impl Track {
    /// `ticks` of this track, for people to read.
    pub(super) fn seconds(&self, ticks: u64) -> Seconds {
        self.timescale.seconds(ticks)
    }

    pub(super) fn is_video(&self) -> bool {
        self.coding.as_ref().is_some_and(Coding::is_video)
    }

    /// Whether decoding can begin with a fragment of it. With audio and text it always can.
    pub(super) fn begins_with_sync(&self, traf: &Traf<'_>) -> bool {
        !self.is_video() || traf.begins_with_sync(self.default_sample_flags)
    }

    /// Takes from one of its fragments how they are written; `share` of it is the track's, if it holds
    /// others too. Its `mdat` says no size if it `is_endless`.
    pub(super) fn note(&mut self, traf: &Traf<'_>, share: Option<Share>, is_endless: bool) {
        let lack = self.lack_of(traf);
        if !self.is_clear(traf) {
            self.lack = Some(self.lack.map_or(lack, |before| before.and(lack)));
        }
        if !self.is_begun {
            self.manner.first = FirstSample::of(traf, self.default_sample_duration);
            self.is_begun = true;
        }
        self.manner.has_absolute_offsets |= traf.base_data_offset.is_some();
        self.manner.has_other_entries |= lack == Some(DecodeError::OtherEntry);
        self.manner.is_divided |= traf.is_divided();
        self.manner.is_endless |= is_endless;
        if traf.lacks_durations() {
            self.manner.defaults.duration = self.default_sample_duration;
        }
        if traf.lacks_sizes() {
            self.manner.defaults.size = self.default_sample_size;
        }
        if let Some(share) = share {
            self.manner.share.get_or_insert_default().add(share);
        }
        self.note_frames(traf);
    }

    /// What a fragment of it lacks to be decoded.
    fn lack_of(&self, traf: &Traf<'_>) -> Option<DecodeError> {
        let EncryptionBoxes { senc, sbgp, sgpd, .. } = &traf.encryption;
        let is_told = senc.is_some() || sbgp.is_some() || sgpd.is_some();
        let takes_vectors = self.coding.as_ref().is_some_and(|coding| coding.vector_size > 0);
        let is_known = match self.entries {
            Some(entries) => entries.is_clear(traf.sample_description_index).is_some(),
            None => traf.sample_description_index.unwrap_or(self.default_entry) <= 1,
        };
        match is_known {
            false => Some(DecodeError::OtherEntry),
            true if takes_vectors && !is_told && !self.is_clear(traf) => {
                Some(DecodeError::NoVectors)
            }
            true => None,
        }
    }

    /// Whether a fragment of it is in the clear though it is protected.
    pub(super) fn is_clear(&self, traf: &Traf<'_>) -> bool {
        let entries = self.entries;
        entries.and_then(|entries| entries.is_clear(traf.sample_description_index)) == Some(true)
    }

    /// Takes the frame rate of one of its fragments, if it has none yet.
    fn note_frames(&mut self, traf: &Traf<'_>) {
        if self.is_video() && self.frame_rate.is_none() {
            let mut pace = Pace::new(self.timescale);
            let durations = traf.durations(self.default_sample_duration);
            durations.take(MAX_PACED).for_each(|duration| pace.push(duration));
            self.frame_rate = pace.frame_rate();
        }
    }

    /// Whether it is played: whether anything is to be known of its fragments but where they end.
    pub(super) fn is_played(&self) -> bool {
        self.coding.is_some()
    }

    /// The track with its fragments, which lie here; `None` if it is not played. If some may be in the clear, those
    /// that start before `clear_until` are.
    pub(super) fn scanned(
        &self,
        timed: bool,
        placed: &[Placed],
        clear_until: u64,
    ) -> Result<Option<ScannedTrack>, ScanError> {
        let Some(coding) = self.coding.clone() else { return Ok(None) };
        if let Some(lack) = self.lack.flatten() {
            return Err(ScanError::Lacking { track_id: self.id, lack });
        }
        let Coding { mut format, sample_entry, is_protected, .. } = coding;
        let (early, placed) = placed::from_zero(placed);
        let fragments = timing::chunks(self.time(), &placed)?;
        if let Format::Video(video) = &mut format {
            video.frame_rate = self.frame_rate;
        }
        let timed = timed && early == 0;
        let clear = self.entries.map(|entries| ClearStart { entries, until: clear_until });
        let manner = Manner { timed, clear, ..self.manner.clone() }.earlier(early);
        Ok(Some(ScannedTrack {
            track_id: self.id,
            timescale: self.timescale,
            language: self.language.clone(),
            format,
            sample_entry,
            protections: if is_protected { self.protections.to_vec() } else { Vec::new() },
            media: ScannedMedia::Fragments { manner, fragments },
        }))
    }

    /// What its times are checked by.
    pub(super) fn time(&self) -> TrackTime {
        let Self { id, timescale, .. } = *self;
        TrackTime { id, timescale, is_clear: self.check_clear().is_ok() }
    }

    /// Checks that its samples can be indexed one by one: that they are in the clear.
    pub(super) fn check_clear(&self) -> Result<(), ScanError> {
        match self.coding.as_ref().is_some_and(|coding| coding.is_protected) {
            true => Err(ScanError::Protected(self.id)),
            false => Ok(()),
        }
    }

    /// The track with its samples, one by one; `None` if it is not of a kind that is played, or has none.
    pub(super) fn gathered(&self, samples: Gathering) -> Result<Option<ScannedTrack>, ScanError> {
        let Some(Coding { mut format, sample_entry, .. }) = self.coding.clone() else {
            return Ok(None);
        };
        if samples.len() == 0 {
            return Ok(None);
        }
        let fault = |problem| ScanError::Track { track_id: self.id, time: None, problem };
        let samples = Samples::gathered(samples, self.manner.edit.clone().map_err(fault)?);
        if let Format::Video(video) = &mut format {
            video.frame_rate = frame_rate(&samples, self.timescale);
        }
        Ok(Some(ScannedTrack {
            track_id: self.id,
            timescale: self.timescale,
            language: self.language.clone(),
            format,
            sample_entry,
            protections: Vec::new(),
            media: ScannedMedia::Samples(samples),
        }))
    }
}
