//! A fragment as it is sent: its media, and what is said of each sample.

use super::difference::{Class, Difference};
use anyhow::{Context, Result};
use millrace::isobmff::{Header, Moof};
use sha2::{Digest, Sha256};

/// A fragment as a client gets it.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Fragment {
    /// Movie fragments.
    Boxes {
        /// Digest of the contents of every `mdat`, in order.
        media: [u8; 32],
        /// What the `moof`s say, sample by sample.
        samples: Vec<Sample>,
    },
    /// An MPEG transport stream.
    TransportStream,
    /// Something else, such as captions: of all of it.
    Other([u8; 32]),
}

/// The fields of a sample; `None` where its fragment leaves them to the track.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Sample {
    size: Option<u32>,
    duration: Option<u32>,
    flags: Option<u32>,
    composition_offset: i32,
}

impl Fragment {
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        const SYNC: u8 = 0x47;
        const PACKET: usize = 188;
        if bytes.first() == Some(&SYNC) && bytes.len().is_multiple_of(PACKET) {
            return Ok(Self::TransportStream);
        }
        let is_boxes = [b"moof", b"styp", b"sidx", b"emsg", b"prft"];
        let begins = bytes.get(4..8).unwrap_or_default();
        if !is_boxes.iter().any(|code| code.as_slice() == begins) {
            return Ok(Self::Other(Sha256::digest(bytes).into()));
        }
        let (mut media, mut samples, mut rest) = (Sha256::new(), Vec::new(), bytes);
        let mut at = 0u64;
        while !rest.is_empty() {
            let header = Header::parse(rest).ok().context("a box of it has no header")?;
            let size = header.size.map(usize::try_from).transpose()?.unwrap_or(rest.len());
            let (whole, behind) = rest.split_at_checked(size).context("it is cut short")?;
            match &header.code {
                b"moof" => samples.extend(self::samples(&Moof::parse(whole, at)?)),
                b"mdat" => {
                    let header_len = usize::try_from(header.length)?;
                    media.update(whole.get(header_len..).unwrap_or_default());
                }
                _ => {}
            }
            at = at.saturating_add(u64::try_from(size)?);
            rest = behind;
        }
        Ok(Self::Boxes { media: media.finalize().into(), samples })
    }

    /// In what `now` differs, which is sent in its place.
    pub(super) fn compare(&self, now: &Self, place: &str) -> Vec<Difference> {
        match (self, now) {
            (
                Self::Boxes { media, samples },
                Self::Boxes { media: other_media, samples: other_samples },
            ) => {
                let mut found = compare_samples(samples, other_samples, place);
                if media != other_media {
                    found.push(Class::Breaks.at(place, "the media is another (mdat)"));
                }
                found
            }
            (Self::TransportStream, Self::TransportStream) => Vec::new(),
            (Self::Other(one), Self::Other(other)) if one == other => Vec::new(),
            (Self::Other(_), Self::Other(_)) => {
                vec![Class::Differs.at(place, "the bytes are others")]
            }
            (Self::TransportStream, _) => {
                vec![
                    Class::Breaks
                        .at(place, "it was an MPEG transport stream, and is none any more"),
                ]
            }
            _ => vec![Class::Breaks.at(place, "it is of another kind")],
        }
    }
}

fn samples(moof: &Moof<'_>) -> Vec<Sample> {
    let of_traf = moof.trafs.iter().flat_map(|traf| {
        traf.truns.iter().flat_map(|run| run.counted()).map(|sample| Sample {
            size: sample.size.or(traf.default_sample_size),
            duration: sample.duration.or(traf.default_sample_duration),
            flags: sample.flags.or(traf.default_sample_flags),
            composition_offset: sample.composition_offset,
        })
    });
    of_traf.collect()
}

/// What of the samples differs, each thing once. What either side leaves to the track is taken for the same.
fn compare_samples(one: &[Sample], other: &[Sample], place: &str) -> Vec<Difference> {
    if one.len() != other.len() {
        let what = format!("it has {} samples, not {}", other.len(), one.len());
        return vec![Class::Breaks.at(place, what)];
    }
    fn differ(one: Option<u32>, other: Option<u32>) -> bool {
        one.zip(other).is_some_and(|(one, other)| one != other)
    }
    type Rule = fn(&Sample, &Sample) -> bool;
    let rules: [(Class, &str, Rule); 4] = [
        (Class::Breaks, "sizes", |one, other| differ(one.size, other.size)),
        (Class::Breaks, "durations", |one, other| differ(one.duration, other.duration)),
        (Class::Breaks, "composition offsets", |one, other| {
            one.composition_offset != other.composition_offset
        }),
        (Class::Differs, "flags", |one, other| differ(one.flags, other.flags)),
    ];
    let pairs = || one.iter().zip(other);
    let broken = rules.iter().filter_map(|(class, what, differs)| {
        let count = pairs().filter(|(one, other)| differs(one, other)).count();
        (count > 0).then(|| class.at(place, format!("{count} samples have other {what}")))
    });
    broken.collect()
}
