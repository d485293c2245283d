//! Samples that are encrypted otherwise than their track says.

use super::write::full_box_with;
use super::{BoxError, BoxRef, Encryption, Fields, ProtectionError};

/// The kind of groups that samples are encrypted by (`ISO/IEC 23001-7` 6).
pub(super) const SEIG: u32 = u32::from_be_bytes(*b"seig");

/// Which group each sample belongs to (`sbgp`, `ISO/IEC 14496-12` 8.9.2): by runs, how many samples
/// and the group's index, of which 0 is none, and those from 0x10001 are of the same `traf`.
pub fn sample_groups(sbgp: &BoxRef<'_>) -> Result<Vec<(u32, u32)>, BoxError> {
    let mut fields = sbgp.fields();
    let (version, _) = fields.known_version()?;
    fields.skip(if version == 1 { 8 } else { 4 })?;
    let runs = fields.entries::<8>()?;
    Ok(runs
        .iter()
        .map(|&[a, b, c, d, e, f, g, h]| {
            (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
        })
        .collect())
}

/// How the samples of each group are encrypted (`sgpd`, `ISO/IEC 14496-12` 8.9.3, of `seig`,
/// `ISO/IEC 23001-7` 6).
///
/// Version 2 has in addition the group of those samples that nothing is said of. Some editions leave out of
/// it how long entries are: it is read as the one or the other, whichever fills the box.
pub fn group_encryptions(sgpd: &BoxRef<'_>) -> Result<Groups, ProtectionError> {
    let mut fields = sgpd.fields();
    let (version, _) = fields.version_and_flags()?;
    fields.skip(4)?;
    match version {
        1 => {
            let len = fields.u32()?;
            Ok(Groups { of_others: 0, encryptions: sized(fields, len)?.0 })
        }
        2 => {
            let mut with_lengths = fields.clone();
            let (len, of_others) = (with_lengths.u32()?, with_lengths.u32()?);
            if let Ok((encryptions, true)) = sized(with_lengths, len) {
                return Ok(Groups { of_others, encryptions });
            }
            let of_others = fields.u32()?;
            let mut encryptions = Vec::new();
            for _ in 0..fields.u32()? {
                encryptions.push(Encryption::read(&mut fields)?);
            }
            Ok(Groups { of_others, encryptions })
        }
        _ => Err(fields.error("it is of an unknown version").into()),
    }
}

/// An `sgpd` of groups that are encrypted like this, of version 1, which all players know; `None` if a size does
/// not fit its field.
pub fn write_groups(groups: &[Encryption]) -> Option<Vec<u8>> {
    const VERSION_1: u32 = 1 << 24;
    let entries: Vec<Vec<u8>> = groups.iter().map(Encryption::bytes).collect();
    let len = |entry: &Vec<u8>| u32::try_from(entry.len()).ok();
    let shared = entries.first().filter(|first| entries.iter().all(|it| it.len() == first.len()));
    let (same, each) = match shared {
        Some(first) => (len(first), Some(entries.concat())),
        None => {
            let sized = |entry| Some([&len(entry)?.to_be_bytes()[..], entry].concat());
            let each: Option<Vec<Vec<u8>>> = entries.iter().map(sized).collect();
            (Some(0), each.map(|each| each.concat()))
        }
    };
    let count = u32::try_from(groups.len()).ok()?;
    full_box_with(b"sgpd", VERSION_1, &[SEIG, same?, count], &each?)
}

/// The groups of a fragment's samples, and the encryption of each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Groups {
    /// The group, from 1, of samples that nothing is said of; 0 for none.
    pub of_others: u32,
    /// How the samples of each group are encrypted, in the order of groups.
    pub encryptions: Vec<Encryption>,
}

/// Entries of `len` bytes each, or, if that is 0, of as many as each says; and whether nothing follows them.
fn sized(mut fields: Fields<'_>, len: u32) -> Result<(Vec<Encryption>, bool), ProtectionError> {
    let mut encryptions = Vec::new();
    for _ in 0..fields.u32()? {
        let len = if len == 0 { fields.u32()? } else { len };
        let before = fields.rest().len();
        encryptions.push(Encryption::read(&mut fields)?);
        let read = before.saturating_sub(fields.rest().len());
        if usize::try_from(len) != Ok(read) {
            return Err(fields.error("an entry is not as long as it says").into());
        }
    }
    Ok((encryptions, fields.rest().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isobmff::Vectors;
    use crate::media::full_boxed;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn groups_are_counted_by_runs() {
        let runs = words(&[2, 10, 0x10001, 3, 0]);
        let of = |version, front: &[u8]| {
            let bytes = full_boxed(b"sbgp", version, 0, &[front, &runs].concat());
            sample_groups(&BoxRef::whole(&bytes, 0).unwrap())
        };
        let expected = Ok(vec![(10, 0x10001), (3, 0)]);
        assert_eq!(of(0, b"seig"), expected);
        assert_eq!(of(1, b"seig\0\0\0\0"), expected);
        assert!(of(2, b"seig").is_err());
        let lying = full_boxed(b"sbgp", 0, 0, &[&b"seig"[..], &[0xff; 4]].concat());
        assert!(sample_groups(&BoxRef::whole(&lying, 0).unwrap()).is_err());
    }

    #[test]
    fn entries_have_the_length_that_is_said_of_them() {
        let entry = [&[0, 0, 1, 8][..], &[9; 16]].concat();
        let clear = [0; 20];
        let of = |version, fields: &[u8]| {
            let bytes = full_boxed(b"sgpd", version, 0, &[b"seig", fields].concat());
            group_encryptions(&BoxRef::whole(&bytes, 0).unwrap())
        };
        let encryptions = vec![
            Encryption { pattern: 0, vectors: Some(Vectors::Own8), key_id: [9; 16] },
            Encryption { pattern: 0, vectors: None, key_id: [0; 16] },
        ];
        let expected = Ok(Groups { of_others: 0, encryptions: encryptions.clone() });
        assert_eq!(of(1, &[&words(&[20, 2])[..], &entry, &clear].concat()), expected);
        let each = [&words(&[0, 2, 20])[..], &entry, &words(&[20]), &clear].concat();
        assert_eq!(of(1, &each), expected);
        let with_default = Ok(Groups { of_others: 2, encryptions });
        assert_eq!(of(2, &[&words(&[2, 2])[..], &entry, &clear].concat()), with_default);
        assert_eq!(of(2, &[&words(&[20, 2, 2])[..], &entry, &clear].concat()), with_default);
        let each = [&words(&[0, 2, 2, 20])[..], &entry, &words(&[20]), &clear].concat();
        assert_eq!(of(2, &each), with_default);
        assert!(of(3, &words(&[20, 0])).is_err());
        assert!(of(1, &[&words(&[21, 1])[..], &entry, &[0]].concat()).is_err());
        assert!(of(1, &[&words(&[20, u32::MAX])[..], &entry].concat()).is_err());
        assert!(of(0, &[&words(&[1])[..], &entry].concat()).is_err());
    }
}
