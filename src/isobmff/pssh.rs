//! Licence data: what a player hands to a licence system.

use super::{BoxError, BoxRef, BoxType};

/// The `uuid` box that PIFF has for a `pssh`: `d08a4f18-10f3-4a82-b6c8-32d8aba183d3`.
const PIFF: BoxType = BoxType::Uuid([
    0xd0, 0x8a, 0x4f, 0x18, 0x10, 0xf3, 0x4a, 0x82, 0xb6, 0xc8, 0x32, 0xd8, 0xab, 0xa1, 0x83, 0xd3,
]);

/// A header for one licence system (`pssh`, `ISO/IEC 23001-7` 8.1; in PIFF a `uuid`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pssh<'a> {
    /// Which system.
    pub system_id: [u8; 16],
    /// The keys that it is of, where it names them beside the data.
    pub key_ids: &'a [[u8; 16]],
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
        let key_ids = if version == 0 { &[] } else { fields.entries()? };
        let len = usize::try_from(fields.u32()?).unwrap_or(usize::MAX);
        Ok(Some(Self { system_id, key_ids, data: fields.bytes(len)? }))
    }

    /// The `pssh` that says it.
    pub fn bytes(&self) -> Vec<u8> {
        let mut fields = self.system_id.to_vec();
        let version = u32::from(!self.key_ids.is_empty());
        if !self.key_ids.is_empty() {
            fields.extend(length(self.key_ids.len()));
            fields.extend(self.key_ids.iter().flatten());
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
        let told = Pssh { system_id: [7; 16], key_ids: &[], data: b"abc" };
        let expected = Ok(Some(told));
        assert_eq!(of(&full_boxed(b"pssh", 0, 0, &[&[7; 16][..], &data].concat())), expected);
        let keys = [&[0, 0, 0, 2][..], &[9; 32]].concat();
        assert_eq!(
            of(&full_boxed(b"pssh", 1, 0, &[&[7; 16][..], &keys, &data].concat())),
            Ok(Some(Pssh { key_ids: &[[9; 16]; 2], ..told }))
        );
        let BoxType::Uuid(piff) = PIFF else { panic!("not a uuid") };
        let header = [&[0; 4][..], &[7; 16], &data].concat();
        assert_eq!(of(&uuid_boxed(piff, &header)), expected);
        assert_eq!(of(&full_boxed(b"free", 0, 0, &[])), Ok(None));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let told = Pssh { system_id: [7; 16], key_ids: &[], data: b"abc" };
        let bytes = told.bytes();
        assert_eq!((bytes[8], of(&bytes)), (0, Ok(Some(told))));
        for data in [&b"abc"[..], b""] {
            let told = Pssh { key_ids: &[[1; 16], [2; 16]], data, ..told };
            let bytes = told.bytes();
            assert_eq!((bytes[8], of(&bytes)), (1, Ok(Some(told))));
            assert_eq!(bytes[28..64], [&[0, 0, 0, 2][..], &[1; 16], &[2; 16]].concat());
        }
    }

    #[test]
    fn what_claims_more_than_it_has_is_refused() {
        let short = Err("it ends within a field");
        let keys = [&[7; 16][..], &[0xff; 4], &[0; 40]].concat();
        let many = Err("it states more entries than it has bytes for");
        assert_eq!(of(&full_boxed(b"pssh", 1, 0, &keys)), many);
        let data = [&[7; 16][..], &[0, 0, 0, 9], b"abc"].concat();
        assert_eq!(of(&full_boxed(b"pssh", 0, 0, &data)), short);
    }
}
