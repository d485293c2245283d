//! Samples that are encrypted otherwise than their track says.

use super::{BoxError, BoxRef, Encryption, ProtectionError};

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
pub fn group_encryptions(sgpd: &BoxRef<'_>) -> Result<Vec<Encryption>, ProtectionError> {
    let mut fields = sgpd.fields();
    let (version, _) = fields.version_and_flags()?;
    if version != 1 {
        return Err(fields.error("it is of an unknown version").into());
    }
    fields.skip(4)?;
    let len = fields.u32()?;
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
    Ok(encryptions)
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
        let expected = Ok(vec![
            Encryption { pattern: 0, vectors: Some(Vectors::Own8), key_id: [9; 16] },
            Encryption { pattern: 0, vectors: None, key_id: [0; 16] },
        ]);
        assert_eq!(of(1, &[&words(&[20, 2])[..], &entry, &clear].concat()), expected);
        let each = [&words(&[0, 2, 20])[..], &entry, &words(&[20]), &clear].concat();
        assert_eq!(of(1, &each), expected);
        assert!(of(1, &[&words(&[21, 1])[..], &entry, &[0]].concat()).is_err());
        assert!(of(1, &[&words(&[20, u32::MAX])[..], &entry].concat()).is_err());
        assert!(of(0, &[&words(&[1])[..], &entry].concat()).is_err());
    }
}
