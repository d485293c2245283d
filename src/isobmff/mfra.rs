//! The table of fragments at the end of a file.

use super::{BoxError, BoxRef, BoxType};

/// All of a file's random access tables (`ISO/IEC 14496-12` 8.8.9).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mfra {
    /// One for each track that has any.
    pub tables: Vec<Tfra>,
}

/// The random access points of one track (`ISO/IEC 14496-12` 8.8.10).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tfra {
    /// `track_ID`.
    pub track_id: u32,
    /// In the order of the file.
    pub entries: Vec<TfraEntry>,
}

/// A sample at which decoding can begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TfraEntry {
    /// When, in the track's ticks. Composition time by the letter; start of the fragment in PIFF.
    pub time: u64,
    /// Where the sample's `moof` begins.
    pub moof_offset: u64,
    /// Whether it is the first sample of its track in the fragment, so that `time` is the fragment's.
    pub is_first: bool,
}

/// Bytes of an `mfro`, with which a file that has an `mfra` ends.
pub const MFRO_LENGTH: u64 = 16;

/// The size of the `mfra` at the end of a file, by the file's last [`MFRO_LENGTH`] bytes
/// (`ISO/IEC 14496-12` 8.8.11); `None` if they are no `mfro`.
pub fn mfra_size(last: &[u8]) -> Option<u64> {
    let mfro = BoxRef::whole(last, 0).ok().filter(|it| it.kind() == BoxType::Code(*b"mfro"))?;
    let mut fields = mfro.fields();
    fields.version_and_flags().ok()?;
    fields.u32().ok().map(u64::from)
}

impl Mfra {
    /// The `mfra` that `bytes` consist of; they lie at `offset` in their source.
    pub fn parse(bytes: &[u8], offset: u64) -> Result<Self, BoxError> {
        let mfra = BoxRef::whole(bytes, offset)?;
        if mfra.kind() != BoxType::Code(*b"mfra") {
            return Err(mfra.error("it stands where an 'mfra' should"));
        }
        let mut tables = Vec::new();
        for child in mfra.children() {
            let child = child?;
            if child.kind() == BoxType::Code(*b"tfra") {
                tables.push(Tfra::parse(&child)?);
            }
        }
        Ok(Self { tables })
    }
}

impl Tfra {
    fn parse(tfra: &BoxRef<'_>) -> Result<Self, BoxError> {
        let mut fields = tfra.fields();
        let (version, _) = fields.known_version()?;
        let track_id = fields.u32()?;
        let lengths = fields.u32()?;
        let length_at =
            |shift: u32| usize::try_from((lengths >> shift) & 3).map_or(4, |len| len + 1);
        let (traf_len, trun_len, sample_len) = (length_at(4), length_at(2), length_at(0));
        let count = usize::try_from(fields.u32()?).unwrap_or(usize::MAX);
        let entry_len = if version == 0 { 8 } else { 16 } + traf_len + trun_len + sample_len;
        if count.checked_mul(entry_len).is_none_or(|len| len > fields.rest().len()) {
            return Err(fields.error("it has room for fewer entries than it states"));
        }
        let entries = (0..count).map(|_| {
            let (time, moof_offset) = (fields.sized(version)?, fields.sized(version)?);
            // A track has one traf in a fragment, whichever of them that is.
            fields.skip(traf_len)?;
            let trun_number = fields.narrow(trun_len)?;
            let is_first = (trun_number, fields.narrow(sample_len)?) == (1, 1);
            Ok(TfraEntry { time, moof_offset, is_first })
        });
        Ok(Self { track_id, entries: entries.collect::<Result<_, BoxError>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{self, boxed, full_boxed};

    fn entry(time: u64, moof_offset: u64, is_first: bool) -> TfraEntry {
        TfraEntry { time, moof_offset, is_first }
    }

    #[test]
    fn both_versions_and_all_field_lengths() {
        let narrow = [&[0; 3][..], &[1], &[0; 3], &[0b00_00_00], &[0, 0, 0, 1]].concat();
        let narrow = [narrow, vec![0, 0, 0, 5, 0, 0, 0, 6, 1, 1, 1]].concat();
        let wide = [&[0, 0, 0, 2][..], &[0, 0, 0, 0b11_01_10], &[0, 0, 0, 1]].concat();
        let wide = [&wide[..], &(1u64 << 40).to_be_bytes(), &(6u64 << 30).to_be_bytes()].concat();
        let wide = [wide, vec![0, 0, 0, 1, 0, 1, 0, 0, 2]].concat();
        let tables = [full_boxed(b"tfra", 0, 0, &narrow), full_boxed(b"tfra", 1, 0, &wide)];
        let mfra = Mfra::parse(&boxed(b"mfra", &tables.concat()), 0).unwrap();
        assert_eq!(
            mfra.tables,
            [
                Tfra { track_id: 1, entries: vec![entry(5, 6, true)] },
                Tfra { track_id: 2, entries: vec![entry(1 << 40, 6 << 30, false)] },
            ]
        );
    }

    #[test]
    fn the_last_bytes_say_how_large_it_is() {
        let mfra = media::mfra(&[(1, vec![(0, 100), (20, 200)])]);
        let last = &mfra[mfra.len() - 16..];
        assert_eq!(mfra_size(last), u64::try_from(mfra.len()).ok());
        assert_eq!(mfra_size(&last[..15]), None);
        assert_eq!(mfra_size(&[0; 16]), None);
    }

    #[test]
    fn four_billion_entries_in_a_kilobyte_are_refused() {
        let lie = [&[0, 0, 0, 1][..], &[0; 4], &[0xff; 4], &[0; 1000]].concat();
        let bytes = boxed(b"mfra", &full_boxed(b"tfra", 1, 0, &lie));
        let error = Mfra::parse(&bytes, 0).unwrap_err();
        assert_eq!(error.problem, "it has room for fewer entries than it states");
    }
}
