//! Fragments: a `moof` of pieces of tracks.

use super::boxes::{boxed, full_boxed, uuid_boxed, words};

/// One track's part of a fragment.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) track: u32,
    pub(crate) samples: u32,
    /// One a sample, or none at all.
    pub(crate) durations: Vec<u32>,
    /// One a sample too, or none.
    pub(crate) sizes: Vec<u32>,
    pub(crate) default_duration: Option<u32>,
    /// Which sample entry its samples are of, if it says.
    pub(crate) entry: Option<u32>,
    /// `first_sample_flags`.
    pub(crate) first_flags: Option<u32>,
    pub(crate) tfdt: Option<u64>,
    /// Time and duration.
    pub(crate) tfxd: Option<(u64, u64)>,
}

impl Piece {
    pub(crate) fn of(track: u32, samples: u32) -> Self {
        Self {
            track,
            samples,
            durations: Vec::new(),
            sizes: Vec::new(),
            default_duration: None,
            entry: None,
            first_flags: None,
            tfdt: None,
            tfxd: None,
        }
    }

    /// A fragment of `duration` ticks, made of ten samples, with no time of its own.
    pub(crate) fn lasting(track: u32, duration: u32) -> Self {
        let mut durations = vec![duration / 10; 10];
        durations[9] += duration % 10;
        Self { durations, ..Self::of(track, 10) }
    }

    /// The whole `moof` of a fragment of this alone.
    pub(crate) fn moof(self) -> Vec<u8> {
        moof(&[self])
    }

    fn traf(&self, data_offset: u32) -> Vec<u8> {
        let said = [(0x2, self.entry), (0x8, self.default_duration)];
        let said = said.iter().filter_map(|&(flag, value)| Some((flag, value?)));
        let flags = said.clone().fold(0x2_0000, |flags, (flag, _)| flags | flag);
        let fields: Vec<u32> =
            [self.track].into_iter().chain(said.map(|(_, value)| value)).collect();
        let mut payload = full_boxed(b"tfhd", 0, flags, &words(&fields));
        if let Some(time) = self.tfdt {
            payload.extend(full_boxed(b"tfdt", 1, 0, &time.to_be_bytes()));
        }
        let flag = |column: &[u32], flag| if column.is_empty() { 0 } else { flag };
        let flags = flag(&self.durations, 0x100) | flag(&self.sizes, 0x200);
        let flags = flags | self.first_flags.map_or(0, |_| 0x4);
        let mut run = vec![self.samples, data_offset];
        run.extend(self.first_flags);
        for at in 0..self.durations.len().max(self.sizes.len()) {
            run.extend(self.durations.get(at));
            run.extend(self.sizes.get(at));
        }
        payload.extend(full_boxed(b"trun", 0, 1 | flags, &words(&run)));
        if let Some((time, duration)) = self.tfxd {
            payload.extend(tfxd(time, duration));
        }
        boxed(b"traf", &payload)
    }
}

pub(crate) fn tfxd(time: u64, duration: u64) -> Vec<u8> {
    const TFXD: u128 = 0x6d1d9b05_42d5_44e6_80e2_141daff757b2;
    let payload = [&words(&[0x0100_0000])[..], &time.to_be_bytes(), &duration.to_be_bytes()];
    uuid_boxed(TFXD.to_be_bytes(), &payload.concat())
}

/// Of several pieces, whose samples lie behind each other as far as they have sizes.
pub(crate) fn moof(pieces: &[Piece]) -> Vec<u8> {
    let with = |data_offset: u32| {
        let mut payload = full_boxed(b"mfhd", 0, 0, &words(&[1]));
        let mut offset = data_offset;
        for piece in pieces {
            payload.extend(piece.traf(offset));
            offset += piece.sizes.iter().sum::<u32>();
        }
        boxed(b"moof", &payload)
    };
    let size = with(0).len();
    with(u32::try_from(size).unwrap() + 8)
}

/// The same `moof`, of one track, with `more` at the end of its `traf`.
pub(crate) fn with_box(mut moof: Vec<u8>, more: &[u8]) -> Vec<u8> {
    let by = u32::try_from(more.len()).unwrap();
    let place = |moof: &[u8], code: &[u8; 4]| moof.windows(4).position(|it| it == code).unwrap();
    // The sizes of both, and the data offset behind the header, the flags and the count of samples.
    let places = [(b"moof", 0), (b"traf", 0), (b"trun", 16)]
        .map(|(code, behind)| place(&moof, code) - 4 + behind);
    for at in places {
        let number = u32::from_be_bytes(moof[at..at + 4].try_into().unwrap()) + by;
        moof[at..at + 4].copy_from_slice(&number.to_be_bytes());
    }
    moof.extend(more);
    moof
}
