//! The parts of an answer, now that the front of the stored fragment is known.

use super::{Recipe, Way};
use crate::fragment::encryption;
use crate::fragment::placed::{self, Placed};
use crate::fragment::retime::Retimed;
use crate::fragment::stored;
use crate::fragment::taken::Taken;
use crate::fragment::{FragmentError, Head, MakeError, Part, Parts, UnsupportedError, timed};
use crate::index::Defaults;
use crate::isobmff::{
    CLEAR_ENTRY, Dialect, Moof, ProtectionError, SampleEncryption, TRACK_ID, Traf,
};
use crate::protection;
use crate::url::Noun;

impl Recipe<'_> {
    /// The parts, now that the front of the stored fragment is known.
    pub fn parts(self, head: &Head) -> Result<Parts, MakeError> {
        match self.noun {
            // Of text as such, `Text` makes the answer.
            Noun::Segment | Noun::KeySegment | Noun::WebVtt => self.segment(head),
            Noun::KeyFrames => match self.key_frames(head)? {
                Some(parts) => Ok(parts),
                None => self.fragment(head),
            },
            Noun::Fragments => self.fragment(head),
            Noun::FragmentInfo => Ok(Parts::generated(match self.way {
                Way::Stored { .. } => self.moof(&head.moof)?,
                Way::Rewritten { .. } => {
                    self.taken(&moof(head)?, head, Dialect::Piff)?.moof()?.moof
                }
            })),
            Noun::RawFragments => match self.way {
                Way::Stored { .. } => Ok(Parts::stored(head.payload)),
                Way::Rewritten { .. } => {
                    let taken = self.taken(&moof(head)?, head, Dialect::Piff)?;
                    Ok(placed::behind(Parts::default(), &taken.samples))
                }
            },
        }
    }

    fn fragment(self, head: &Head) -> Result<Parts, MakeError> {
        match self.way {
            Way::Stored { .. } => {
                let front = [&self.moof(&head.moof)?[..], &head.mdat_header].concat();
                Ok(Parts::generated(front).and(Part::Stored(head.payload)))
            }
            Way::Rewritten { .. } => Ok(self.taken(&moof(head)?, head, Dialect::Piff)?.parts()?),
        }
    }

    fn moof(self, moof: &[u8]) -> Result<Vec<u8>, FragmentError> {
        if self.is_to_be_timed() { timed::insert(moof, self.chunk) } else { Ok(moof.to_vec()) }
    }

    /// The keyframes under a new `moof`; `None` if all samples are keyframes, as in audio: the fragment is answered
    /// as it is then.
    fn key_frames(self, head: &Head) -> Result<Option<Parts>, MakeError> {
        let moof = moof(head)?;
        if self.samples(head, &moof)?.iter().all(|placed| placed.sample.is_sync()) {
            return Ok(None);
        }
        let mut taken = self.taken(&moof, head, Dialect::Piff)?;
        let is_kept = taken.samples.iter().map(|placed| placed.sample.is_sync());
        taken.encryption = taken.encryption.map(|told| told.only(is_kept));
        (taken.chunk, taken.samples) = placed::key_frames(taken.samples, taken.chunk)?;
        Ok(Some(taken.parts()?))
    }

    /// All samples, or a keyframe, under a new `moof`: where the stored one follows PIFF, CMAF has it
    /// otherwise.
    fn segment(self, head: &Head) -> Result<Parts, MakeError> {
        let moof = moof(head)?;
        let mut taken = self.taken(&moof, head, Dialect::Cmaf)?;
        if self.noun == Noun::KeySegment {
            let (place, key_frame) = placed::key_frame(&taken.samples, self.chunk)?;
            let is_kept = (0..taken.samples.len()).map(|at| at == place);
            taken.encryption = taken.encryption.map(|told| told.only(is_kept));
            taken.samples = vec![key_frame];
        }
        Ok(taken.parts()?)
    }

    /// What is sent of a fragment with this `moof`, as clients of this `dialect` have it.
    fn taken<'m>(
        self,
        moof: &Moof<'m>,
        head: &Head,
        dialect: Dialect,
    ) -> Result<Taken<'m>, MakeError> {
        let traf = self.traf(moof)?;
        let is_clear = self.is_clear(traf, dialect)?;
        let stored = self.samples(head, moof)?;
        let mut encryption = if is_clear { None } else { self.encryption(traf, &stored)? };
        let (chunk, samples) = match self.way {
            Way::Stored { .. } => (self.chunk, stored),
            Way::Rewritten { retiming, .. } => {
                let Retimed { chunk, samples, left_out } =
                    retiming.samples(dialect, &placed::samples(&stored))?;
                let is_kept = (0..stored.len()).map(|at| at >= left_out);
                let places = stored.iter().skip(left_out).map(|placed| placed.range);
                let samples = placed::placed(samples, places);
                encryption = encryption.map(|told| told.only(is_kept));
                (chunk, samples)
            }
        };
        let track_id = if dialect == Dialect::Cmaf { TRACK_ID } else { traf.track_id };
        // A client of Smooth Streaming knows one entry, and what is in the clear by what tells of no encryption.
        let entry = (is_clear && dialect == Dialect::Cmaf).then_some(CLEAR_ENTRY);
        let sequence_number = moof.sequence_number;
        Ok(Taken { dialect, sequence_number, track_id, entry, chunk, samples, encryption })
    }

    /// Whether the samples of `traf` are in the clear though the track is protected; an error if clients of this
    /// `dialect` are not told how they are coded.
    fn is_clear(self, traf: &Traf<'_>, dialect: Dialect) -> Result<bool, UnsupportedError> {
        let stated = traf.sample_description_index;
        if let Some(entries) = self.entries {
            return entries.is_clear(stated).ok_or(UnsupportedError::Entry);
        }
        let is_new = dialect == Dialect::Cmaf || matches!(self.way, Way::Rewritten { .. });
        match is_new && stated.is_some_and(|index| index > 1) {
            true => Err(UnsupportedError::Entry),
            false => Ok(false),
        }
    }

    /// What the `moof` says of the track.
    fn traf<'t, 'm>(self, moof: &'t Moof<'m>) -> Result<&'t Traf<'m>, FragmentError> {
        match self.way {
            Way::Stored { .. } => moof.only_traf().ok_or(FragmentError::Trafs(moof.trafs.len())),
            Way::Rewritten { track_id, .. } => {
                moof.traf_of(track_id).ok_or(FragmentError::Track(track_id))
            }
        }
    }

    /// The track's samples as they are stored, in ticks of the file.
    fn samples(self, head: &Head, moof: &Moof<'_>) -> Result<Vec<Placed>, FragmentError> {
        let (defaults, chunk) = match self.way {
            Way::Stored { .. } => (Defaults::default(), self.chunk),
            Way::Rewritten { retiming, defaults, .. } => (defaults, retiming.stored_chunk()),
        };
        stored::samples(head, (moof, self.traf(moof)?), defaults, chunk, self.kind)
    }

    fn encryption<'m>(
        self,
        traf: &Traf<'m>,
        samples: &[Placed],
    ) -> Result<Option<SampleEncryption<'m>>, MakeError> {
        let track = protection::protection(self.kind, self.sample_entry);
        let track = track.map_err(|error| match error {
            ProtectionError::Broken(error) => FragmentError::Protection(error).into(),
            ProtectionError::Scheme(foreign) => MakeError::from(UnsupportedError::Scheme(foreign)),
        })?;
        encryption::told(&traf.encryption, track, samples)
    }
}

fn moof(head: &Head) -> Result<Moof<'_>, FragmentError> {
    Ok(Moof::parse(&head.moof, 0)?)
}
