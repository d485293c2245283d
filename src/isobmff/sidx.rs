//! The segment index of CMAF and DASH files.

use super::{BoxError, BoxRef, BoxType};

/// A segment index (`ISO/IEC 14496-12` 8.16.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sidx {
    /// The track that times and durations are of.
    pub track_id: u32,
    /// Ticks a second of those times.
    pub timescale: u32,
    /// Presentation time of the first subsegment.
    pub earliest_time: u64,
    /// Bytes from the end of the box to the first subsegment.
    pub first_offset: u64,
    /// The subsegments, which follow each other without a gap.
    pub references: Vec<SidxReference>,
}

/// One subsegment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SidxReference {
    /// Whether it is another `sidx` rather than media.
    pub is_index: bool,
    /// Bytes.
    pub size: u32,
    /// Ticks.
    pub duration: u32,
    /// Whether it is said to begin with a sample at which decoding can begin.
    pub starts_with_sap: bool,
}

impl Sidx {
    /// The `sidx` that `bytes` consist of; they lie at `offset` in their source.
    pub fn parse(bytes: &[u8], offset: u64) -> Result<Self, BoxError> {
        let sidx = BoxRef::whole(bytes, offset)?;
        if sidx.kind() != BoxType::Code(*b"sidx") {
            return Err(sidx.error("it stands where a 'sidx' should"));
        }
        let mut fields = sidx.fields();
        let (version, _) = fields.known_version()?;
        let track_id = fields.u32()?;
        let timescale = fields.u32()?;
        let earliest_time = fields.sized(version)?;
        let first_offset = fields.sized(version)?;
        fields.skip(2)?;
        let count = fields.u16()?;
        let references = (0..count).map(|_| {
            let reference = fields.u32()?;
            let duration = fields.u32()?;
            let starts_with_sap = fields.u32()? >> 31 != 0;
            let (is_index, size) = (reference >> 31 != 0, reference & 0x7fff_ffff);
            Ok(SidxReference { is_index, size, duration, starts_with_sap })
        });
        let references = references.collect::<Result<_, BoxError>>()?;
        Ok(Self { track_id, timescale, earliest_time, first_offset, references })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media;

    #[test]
    fn reads_references() {
        let bytes = media::sidx(1, 48_000, 7, &[(1000, 96_000), (0x8000_0000 | 900, 95_000)]);
        let sidx = Sidx::parse(&bytes, 0).unwrap();
        assert_eq!((sidx.track_id, sidx.timescale, sidx.earliest_time), (1, 48_000, 7));
        assert_eq!(sidx.first_offset, 0);
        let starts_with_sap = true;
        let reference =
            |is_index, size, duration| SidxReference { is_index, size, duration, starts_with_sap };
        assert_eq!(sidx.references, [reference(false, 1000, 96_000), reference(true, 900, 95_000)]);
        let cut = media::boxed(b"sidx", &bytes[8..bytes.len() - 1]);
        assert_eq!(Sidx::parse(&cut, 0).unwrap_err().problem, "it ends within a field");
    }
}
