//! The extended header that gives a track fragment its time in PIFF.

use super::{BoxError, BoxRef, BoxType};
use crate::base::chunk::Chunk;

pub(super) const TFXD: BoxType = BoxType::Uuid(Tfxd::UUID);

/// Start and duration of a fragment (`[MS-SSTR]` 2.2.4.4, `TfxdBox`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tfxd {
    /// Ticks from the start of the presentation. Written unsigned, but encoders that begin with
    /// priming samples write times before zero, in two's complement.
    pub time: i64,
    /// Ticks.
    pub duration: u64,
}

impl Tfxd {
    /// Its extended type, `6d1d9b05-42d5-44e6-80e2-141daff757b2`.
    pub const UUID: [u8; 16] = [
        0x6d, 0x1d, 0x9b, 0x05, 0x42, 0xd5, 0x44, 0xe6, 0x80, 0xe2, 0x14, 0x1d, 0xaf, 0xf7, 0x57,
        0xb2,
    ];

    /// Bytes of the box as it is written, of version 1.
    pub const LENGTH: u32 = 44;

    pub(super) fn parse(tfxd: &BoxRef<'_>) -> Result<Self, BoxError> {
        let mut fields = tfxd.fields();
        let (version, _) = fields.known_version()?;
        let time = match version {
            0 => i64::from(fields.u32()?),
            _ => fields.u64()?.cast_signed(),
        };
        Ok(Self { time, duration: fields.sized(version)? })
    }

    /// The box that says when `chunk` plays.
    pub fn write(chunk: Chunk) -> impl Iterator<Item = u8> {
        let version_and_flags = 0x0100_0000u32;
        Self::LENGTH
            .to_be_bytes()
            .into_iter()
            .chain(*b"uuid")
            .chain(Self::UUID)
            .chain(version_and_flags.to_be_bytes())
            .chain(chunk.start.to_be_bytes())
            .chain(chunk.duration.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media;

    fn parse(bytes: &[u8]) -> Result<Tfxd, BoxError> {
        Tfxd::parse(&BoxRef::whole(bytes, 0).unwrap())
    }

    #[test]
    fn both_versions_and_a_time_before_zero() {
        let tfxd = Tfxd { time: -213_333, duration: 20_053_333 };
        assert_eq!(parse(&media::tfxd(18_446_744_073_709_338_283, 20_053_333)), Ok(tfxd));
        let version_0 = [&[0; 4][..], &7u32.to_be_bytes(), &u32::MAX.to_be_bytes()].concat();
        let expected = Tfxd { time: 7, duration: u64::from(u32::MAX) };
        assert_eq!(parse(&media::uuid_boxed(Tfxd::UUID, &version_0)), Ok(expected));
    }
}
