//! What a licence system has to be told.

use super::{BoxError, BoxRef, BoxType};

/// The same in PIFF: `d08a4f18-10f3-4a82-b6c8-32d8aba183d3`.
const PIFF: BoxType = BoxType::Uuid([
    0xd0, 0x8a, 0x4f, 0x18, 0x10, 0xf3, 0x4a, 0x82, 0xb6, 0xc8, 0x32, 0xd8, 0xab, 0xa1, 0x83, 0xd3,
]);

/// A header for one licence system (`pssh`, `ISO/IEC 23001-7` 8.1; in PIFF a `uuid`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pssh<'a> {
    /// Which system.
    pub system_id: [u8; 16],
    /// What it alone understands: for PlayReady a PlayReady object.
    pub data: &'a [u8],
}

impl<'a> Pssh<'a> {
    /// The header that `header` is, if it is one.
    pub(super) fn of(header: &BoxRef<'a>) -> Result<Option<Self>, BoxError> {
        if ![BoxType::Code(*b"pssh"), PIFF].contains(&header.kind()) {
            return Ok(None);
        }
        let mut fields = header.fields();
        let (version, _) = fields.known_version()?;
        let system_id = fields.array()?;
        if version == 1 {
            for _ in 0..fields.u32()? {
                fields.skip(16)?;
            }
        }
        let len = usize::try_from(fields.u32()?).unwrap_or(usize::MAX);
        Ok(Some(Self { system_id, data: fields.bytes(len)? }))
    }

    /// The `pssh` that says it. One of no data, as the common system's is, can say nothing but which
    /// keys it is of, and names these; others leave that to their data.
    pub fn bytes(&self, key_ids: &[[u8; 16]]) -> Vec<u8> {
        let mut fields = self.system_id.to_vec();
        let version = u32::from(self.data.is_empty());
        if self.data.is_empty() {
            fields.extend(length(key_ids.len()));
            fields.extend(key_ids.iter().flatten());
        }
        fields.extend(length(self.data.len()));
        fields.extend(self.data);
        let size = length(fields.len().saturating_add(12));
        [&size[..], b"pssh", &(version << 24).to_be_bytes(), &fields].concat()
    }
}

/// As 32 bits hold it: what an index keeps of all systems is far less.
fn length(len: usize) -> [u8; 4] {
    u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{full_boxed, uuid_boxed};

    fn of(bytes: &[u8]) -> Result<Option<Pssh<'_>>, &'static str> {
        Pssh::of(&BoxRef::whole(bytes, 0).unwrap()).map_err(|error| error.problem)
    }

    #[test]
    fn both_versions_and_piff() {
        let data = [&[0, 0, 0, 3][..], b"abc"].concat();
        let expected = Ok(Some(Pssh { system_id: [7; 16], data: b"abc" }));
        assert_eq!(of(&full_boxed(b"pssh", 0, 0, &[&[7; 16][..], &data].concat())), expected);
        let keys = [&[0, 0, 0, 2][..], &[9; 32]].concat();
        assert_eq!(
            of(&full_boxed(b"pssh", 1, 0, &[&[7; 16][..], &keys, &data].concat())),
            expected
        );
        let BoxType::Uuid(piff) = PIFF else { panic!("not a uuid") };
        let header = [&[0; 4][..], &[7; 16], &data].concat();
        assert_eq!(of(&uuid_boxed(piff, &header)), expected);
        assert_eq!(of(&full_boxed(b"free", 0, 0, &[])), Ok(None));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let told = Pssh { system_id: [7; 16], data: b"abc" };
        let bytes = told.bytes(&[[1; 16]]);
        assert_eq!((bytes[8], of(&bytes)), (0, Ok(Some(told))));
        let common = Pssh { system_id: [7; 16], data: b"" };
        let bytes = common.bytes(&[[1; 16], [2; 16]]);
        assert_eq!((bytes[8], of(&bytes)), (1, Ok(Some(common))));
        assert_eq!(bytes[28..64], [&[0, 0, 0, 2][..], &[1; 16], &[2; 16]].concat());
    }

    #[test]
    fn what_claims_more_than_it_has_is_refused() {
        let short = Err("it ends within a field");
        let keys = [&[7; 16][..], &[0xff; 4], &[0; 40]].concat();
        assert_eq!(of(&full_boxed(b"pssh", 1, 0, &keys)), short);
        let data = [&[7; 16][..], &[0, 0, 0, 9], b"abc"].concat();
        assert_eq!(of(&full_boxed(b"pssh", 0, 0, &data)), short);
    }
}
