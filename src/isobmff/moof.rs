//! Movie fragments: the track fragments of a `moof`, and what the data offsets of each count from.

use super::{BoxError, BoxRef, BoxType, Traf};

/// A movie fragment (`ISO/IEC 14496-12` 8.8.4, `[MS-SSTR]` 2.2.4.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moof<'a> {
    /// `sequence_number` of the `mfhd` (`ISO/IEC 14496-12` 8.8.5).
    pub sequence_number: u32,
    /// The track fragments. A fragment of Smooth Streaming has exactly one.
    pub trafs: Vec<Traf<'a>>,
}

impl<'a> Moof<'a> {
    /// The `moof` that `bytes` consist of; they lie at `offset` in their source.
    /// Places in it count from the first of `bytes`.
    pub fn parse(bytes: &'a [u8], offset: u64) -> Result<Self, BoxError> {
        let moof = BoxRef::whole(bytes, offset)?;
        if moof.kind() != BoxType::Code(*b"moof") {
            return Err(moof.error("it stands where a 'moof' should"));
        }
        let (mut sequence_number, mut trafs) = (None, Vec::new());
        for child in moof.children() {
            let child = child?;
            match child.kind() {
                BoxType::Code(code) if code == *b"mfhd" => {
                    let mut fields = child.fields();
                    fields.version_and_flags()?;
                    sequence_number = Some(fields.u32()?);
                }
                BoxType::Code(code) if code == *b"traf" => trafs.push(Traf::parse(&child)?),
                _ => {}
            }
        }
        let sequence_number = sequence_number.ok_or(moof.error("it has no 'mfhd'"))?;
        Ok(Self { sequence_number, trafs })
    }

    /// The track fragment of this track.
    pub fn traf_of(&self, track_id: u32) -> Option<&Traf<'a>> {
        self.trafs.iter().find(|traf| traf.track_id == track_id)
    }

    /// Where in the source the data offsets of `traf` count from, which is one of this `moof`'s, which
    /// begins at `offset` (`ISO/IEC 14496-12` 8.8.7); `None` beyond 2^64.
    pub fn base_of(&self, traf: &Traf<'_>, offset: u64) -> Option<u64> {
        let mut end = offset;
        for each in &self.trafs {
            let unsaid = if each.base_is_moof { offset } else { end };
            let base = each.base_data_offset.unwrap_or(unsaid);
            if each.place == traf.place {
                return Some(base);
            }
            end = each.data_end(base)?;
        }
        None
    }

    /// The track fragment, where there is exactly one.
    pub fn only_traf(&self) -> Option<&Traf<'a>> {
        match self.trafs.as_slice() {
            [traf] => Some(traf),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isobmff::Tfxd;
    use crate::media::{self, Piece, boxed, full_boxed};

    #[test]
    fn says_all_that_inserting_a_tfxd_needs() {
        let bytes = Piece { tfdt: Some(7), tfxd: Some((9, 10)), ..Piece::of(1, 2) }.moof();
        let moof = Moof::parse(&bytes, 5000).unwrap();
        let traf = moof.only_traf().unwrap();
        assert_eq!(traf.place.end, bytes.len());
        assert_eq!(&bytes[traf.place.start + 4..][..4], b"traf");
        assert_eq!((traf.track_id, traf.tfdt), (1, Some(7)));
        assert_eq!(traf.tfxd, Some(Tfxd { time: 9, duration: 10 }));
        let data_offset = traf.truns[0].data_offset.unwrap();
        assert_eq!(&bytes[data_offset.at..][..4], data_offset.value.to_be_bytes());
        assert_eq!(usize::try_from(data_offset.value).unwrap(), bytes.len() + 8);
    }

    #[test]
    fn data_offsets_count_from_the_moof_or_from_the_end_of_the_traf_before() {
        let words =
            |words: &[u32]| words.iter().flat_map(|it| it.to_be_bytes()).collect::<Vec<_>>();
        let traf = |flags: u32, header: &[u32], offset: u32| {
            let tfhd = full_boxed(b"tfhd", 0, flags, &words(header));
            let trun = full_boxed(b"trun", 0, 0x201, &words(&[2, offset, 10, 20]));
            boxed(b"traf", &[tfhd, trun].concat())
        };
        let mfhd = full_boxed(b"mfhd", 0, 0, &words(&[1]));
        let trafs = [
            traf(0, &[1], 500),
            traf(0, &[2], 0),
            traf(0x2_0000, &[3], 700),
            traf(1, &[4, 0, 9], 0),
        ];
        let bytes = boxed(b"moof", &[mfhd, trafs.concat()].concat());
        let moof = Moof::parse(&bytes, 1000).unwrap();
        let bases: Vec<_> = moof.trafs.iter().map(|traf| moof.base_of(traf, 1000)).collect();
        assert_eq!(bases, [Some(1000), Some(1530), Some(1000), Some(9)]);
    }

    #[test]
    fn counts_its_track_fragments() {
        let two = media::moof(&[Piece::of(1, 1), Piece::of(2, 1)]);
        let moof = Moof::parse(&two, 0).unwrap();
        assert_eq!(moof.trafs.len(), 2);
        assert_eq!(moof.only_traf(), None);
    }

    #[test]
    fn names_what_is_missing() {
        let error = |bytes: &[u8]| Moof::parse(bytes, 100).unwrap_err().to_string();
        assert_eq!(error(&boxed(b"moof", &[])), "box 'moof' at 100: it has no 'mfhd'");
        let no_tfhd = boxed(b"moof", &boxed(b"traf", &[]));
        assert_eq!(error(&no_tfhd), "box 'traf' at 108: it has no 'tfhd'");
        assert_eq!(
            error(&boxed(b"free", &[])),
            "box 'free' at 100: it stands where a 'moof' should"
        );
    }
}
