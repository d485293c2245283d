//! The encryption that many samples share.

use super::{BoxError, BoxType, Fields};
use thiserror::Error;

/// What a `tenc` says of a track and a `seig` entry of a group of samples (`ISO/IEC 23001-7` 8.2 and
/// 6). In PIFF, a `uuid` says it of a track, and the box with the initialisation vectors of a
/// fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Encryption {
    /// How many blocks of sixteen bytes are encrypted, and how many behind them are not, as one byte
    /// has them; 0 where all are.
    pub pattern: u8,
    /// Where initialisation vectors come from; `None` where samples are in the clear.
    pub vectors: Option<Vectors>,
    /// Names the key.
    pub key_id: [u8; 16],
}

/// The source of initialisation vectors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vectors {
    /// Each sample has its own, of eight bytes.
    Own8,
    /// Each sample has its own, of sixteen.
    Own16,
    /// All samples have this one.
    Same8([u8; 8]),
    /// All samples have this one.
    Same16([u8; 16]),
}

/// Why it is not told how samples are encrypted.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ProtectionError {
    /// The boxes cannot be read.
    #[error(transparent)]
    Broken(#[from] BoxError),
    /// It is not common encryption as CMAF has it.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
}

/// Protection other than by the schemes `cenc` and `cbcs` (`ISO/IEC 23000-19` 8.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SchemeError {
    /// Another scheme.
    #[error("it is protected by the scheme {}, where HLS and DASH have cenc or cbcs", BoxType::Code(*.0))]
    UnknownScheme([u8; 4]),
    /// An algorithm that is not that of the scheme: 2 is PIFF's AES-CBC.
    #[error("it is encrypted by algorithm {0} of PIFF, where HLS and DASH have AES-CTR")]
    UnknownAlgorithm(u8),
}

impl Encryption {
    /// Bytes of all but a common initialisation vector.
    pub const LEN: usize = 20;

    /// The fields behind version and flags. PIFF's differ in name alone: its `AlgorithmID` of three
    /// bytes ends where `isProtected` stands.
    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, ProtectionError> {
        fields.skip(1)?;
        let pattern = fields.u8()?;
        let algorithm = fields.u8()?;
        let size = fields.u8()?;
        let key_id = fields.array()?;
        let vectors = match algorithm {
            0 => None,
            1 => Some(Vectors::read(size, fields)?),
            other => return Err(SchemeError::UnknownAlgorithm(other).into()),
        };
        Ok(Self { pattern, vectors, key_id })
    }

    /// The fields as they are written.
    pub fn bytes(&self) -> Vec<u8> {
        let vectors = self.vectors;
        let size = vectors.map_or(0, Vectors::own_size);
        let front = [0, self.pattern, u8::from(vectors.is_some()), size];
        let mut bytes = [&front[..], &self.key_id].concat();
        match &vectors {
            Some(Vectors::Same8(vector)) => bytes.extend([&[8], &vector[..]].concat()),
            Some(Vectors::Same16(vector)) => bytes.extend([&[16], &vector[..]].concat()),
            Some(Vectors::Own8 | Vectors::Own16) | None => {}
        }
        bytes
    }
}

impl Vectors {
    fn read(size: u8, fields: &mut Fields<'_>) -> Result<Self, BoxError> {
        match size {
            8 => Ok(Self::Own8),
            16 => Ok(Self::Own16),
            0 => match fields.u8()? {
                8 => fields.array().map(Self::Same8),
                16 => fields.array().map(Self::Same16),
                _ => {
                    Err(fields.error("its common initialisation vector has neither 8 nor 16 bytes"))
                }
            },
            _ => Err(fields.error("its initialisation vectors have neither 8 nor 16 bytes")),
        }
    }

    /// Bytes of the initialisation vector that each sample has for itself.
    pub fn own_size(self) -> u8 {
        match self {
            Self::Own8 => 8,
            Self::Own16 => 16,
            Self::Same8(_) | Self::Same16(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isobmff::BoxRef;
    use crate::media::full_boxed;

    fn read(fields: &[u8]) -> Result<Encryption, ProtectionError> {
        let bytes = full_boxed(b"tenc", 0, 0, fields);
        let mut fields = BoxRef::whole(&bytes, 0).unwrap().fields();
        fields.version_and_flags().unwrap();
        Encryption::read(&mut fields)
    }

    fn of(front: [u8; 4], rest: &[u8]) -> Vec<u8> {
        [&front[..], &[9; 16], rest].concat()
    }

    #[test]
    fn every_kind_of_vector_is_read_and_written() {
        let same = [&[16][..], &[5; 16]].concat();
        for (front, rest, pattern, vectors) in [
            ([0, 0, 1, 8], &[][..], 0, Some(Vectors::Own8)),
            ([0, 0, 1, 16], &[], 0, Some(Vectors::Own16)),
            ([0, 0x19, 1, 0], &same, 0x19, Some(Vectors::Same16([5; 16]))),
            (
                [0, 0, 1, 0],
                &[8, 1, 2, 3, 4, 5, 6, 7, 8],
                0,
                Some(Vectors::Same8([1, 2, 3, 4, 5, 6, 7, 8])),
            ),
            ([0, 0, 0, 0], &[], 0, None),
        ] {
            let bytes = of(front, rest);
            let encryption = read(&bytes).unwrap();
            assert_eq!(encryption, Encryption { pattern, vectors, key_id: [9; 16] });
            assert_eq!(encryption.bytes(), bytes);
        }
    }

    #[test]
    fn what_is_no_size_or_no_algorithm_is_refused() {
        let problem = |bytes: &[u8]| match read(bytes) {
            Err(ProtectionError::Broken(error)) => error.problem,
            other => panic!("{other:?}"),
        };
        for size in [1, 3, 7, 9, 15, 17, 255] {
            assert!(problem(&of([0, 0, 1, size], &[0; 32])).contains("neither 8 nor 16"));
            assert!(
                problem(&of([0, 0, 1, 0], &[&[size][..], &[0; 255]].concat())).contains("neither")
            );
        }
        assert_eq!(problem(&of([0, 0, 1, 0], &[])), "it ends within a field");
        assert_eq!(problem(&of([0, 0, 1, 0], &[16, 0])), "it ends within a field");
        assert_eq!(read(&of([0, 0, 2, 16], &[])), Err(SchemeError::UnknownAlgorithm(2).into()));
    }
}
