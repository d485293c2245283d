//! A start time for fragments that carry none.
//!
//! The tools that wrote most of what is stored put neither `tfxd` nor `tfdt` into their fragments,
//! and left the times to `mfra`. Clients that go by the fragment alone then drop nearly all of it.

use super::FragmentError;
use crate::base::chunk::Chunk;
use crate::isobmff::{Moof, Tfxd};

/// Bytes that [`insert`] adds.
pub(super) const LENGTH: u64 = Tfxd::LENGTH as u64;

/// `moof` with a `tfxd` of `chunk` in it.
///
/// It goes to the very end of the `traf`, so that nothing in front of it moves: offsets from the
/// `moof` to boxes in it (`saio`, `ISO/IEC 14496-12` 8.7.9) stay right, and only those to samples
/// behind it grow. A `moof` that carries a time after all is left as it is.
pub(super) fn insert(moof: &[u8], chunk: Chunk) -> Result<Vec<u8>, FragmentError> {
    let parsed = Moof::parse(moof, 0)?;
    let traf = parsed.only_traf().ok_or(FragmentError::Trafs(parsed.trafs.len()))?;
    if traf.is_timed() {
        return Ok(moof.to_vec());
    }
    let mut timed = moof.to_vec();
    grow(&mut timed, 0)?;
    grow(&mut timed, traf.place.start)?;
    // Offsets that count from the start of the file are not touched: they are wrong anyway in a
    // fragment on its own, and readers of Smooth Streaming go by the moof.
    if traf.base_data_offset.is_none() {
        for offset in traf.truns.iter().filter_map(|run| run.data_offset) {
            let moved = offset
                .value
                .checked_add_unsigned(Tfxd::LENGTH)
                .ok_or(FragmentError::Size("the data offset of a trun"))?;
            put(&mut timed, offset.at, moved.to_be_bytes())?;
        }
    }
    let end = traf.place.end;
    if end > timed.len() {
        return Err(FragmentError::Size("traf"));
    }
    timed.splice(end..end, Tfxd::write(chunk));
    Ok(timed)
}

/// Adds to the size that the box at `at` states, in 32 bits or in 64.
fn grow(bytes: &mut [u8], at: usize) -> Result<(), FragmentError> {
    let misfit = || FragmentError::Size("a box with its grown size");
    let after = at.checked_add(8).ok_or_else(misfit)?;
    match u32::from_be_bytes(take(bytes, at)?) {
        1 => {
            let grown = u64::from_be_bytes(take(bytes, after)?).checked_add(LENGTH);
            put(bytes, after, grown.ok_or_else(misfit)?.to_be_bytes())
        }
        size => put(bytes, at, size.checked_add(Tfxd::LENGTH).ok_or_else(misfit)?.to_be_bytes()),
    }
}

fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], FragmentError> {
    bytes.get(at..).and_then(|rest| rest.first_chunk().copied()).ok_or(FragmentError::Size("moof"))
}

fn put<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) -> Result<(), FragmentError> {
    let place = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut());
    *place.ok_or(FragmentError::Size("moof"))? = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{self, Piece};

    const CHUNK: Chunk = Chunk { start: 40_000_000, duration: 20_000_000 };

    #[test]
    fn every_size_and_offset_still_fits() {
        let moof = Piece::of(1, 3).moof();
        let timed = insert(&moof, CHUNK).unwrap();
        assert_eq!(timed.len(), moof.len() + 44);
        let (before, after) = (Moof::parse(&moof, 0).unwrap(), Moof::parse(&timed, 0).unwrap());
        let (before, after) = (before.only_traf().unwrap(), after.only_traf().unwrap());
        assert_eq!(after.tfxd, Some(Tfxd { time: 40_000_000, duration: 20_000_000 }));
        let offset = |at: usize| before.truns[at].data_offset.unwrap().value + 44;
        assert_eq!(after.truns[0].data_offset.unwrap().value, offset(0));
        assert!(before.truns[0].samples().eq(after.truns[0].samples()));
        assert_eq!(before.place.end + 44, after.place.end);
    }

    #[test]
    fn a_moof_that_knows_its_time_is_left_alone() {
        for piece in [
            Piece { tfxd: Some((1, 2)), ..Piece::of(1, 3) },
            Piece { tfdt: Some(1), ..Piece::of(1, 3) },
        ] {
            let moof = piece.moof();
            assert_eq!(insert(&moof, CHUNK), Ok(moof));
        }
    }

    #[test]
    fn two_tracks_have_no_one_time() {
        let moof = media::moof(&[Piece::of(1, 1), Piece::of(2, 1)]);
        assert_eq!(insert(&moof, CHUNK), Err(FragmentError::Trafs(2)));
    }

    #[test]
    fn no_cut_of_a_moof_panics() {
        let moof = Piece::of(1, 3).moof();
        for len in 0..moof.len() {
            assert!(insert(&moof[..len], CHUNK).is_err());
        }
    }
}
