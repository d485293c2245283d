//! A check whether the bytes of a sample can be what their track says.

use crate::index::Format;

/// The codec of a track, as far as its samples can be checked without decoding them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coded {
    /// NAL units, each behind its length (`ISO/IEC 14496-15` 4.3.3).
    NalUnits {
        /// Bytes of a length.
        length_size: u8,
    },
    /// A frame of AAC (`ISO/IEC 14496-3` 4.5.3.2).
    Aac {
        /// The most bytes that it may have.
        most: u64,
    },
    /// A frame of AC-3 or E-AC-3 (`ETSI TS 102 366` 4.4.1.1, E.1.2.1).
    Dolby,
    /// Nothing: they are encrypted, or of a coding that says nothing of itself.
    Unknown,
}

/// Bytes that a frame of AAC has at most for each channel: 6144 bits.
const MAX_AAC_BYTES: u64 = 768;

impl Coded {
    /// What can be known of the samples of a track of this format and this sample entry.
    pub fn of(format: &Format, sample_entry: &[u8]) -> Self {
        let is_encrypted = matches!(sample_entry.get(4..8), Some(b"encv" | b"enca"));
        match format {
            _ if is_encrypted => Self::Unknown,
            Format::Video(video) => match video.four_cc.as_str() {
                "H264" | "hev1" => Self::NalUnits { length_size: video.nal_length_size },
                _ => Self::Unknown,
            },
            Format::Audio(audio) => match audio.four_cc.as_str() {
                "AACL" | "AACH" if audio.channels > 0 => {
                    Self::Aac { most: MAX_AAC_BYTES.saturating_mul(audio.channels.into()) }
                }
                "AC-3" | "EC-3" => Self::Dolby,
                _ => Self::Unknown,
            },
            Format::Text(_) => Self::Unknown,
        }
    }

    /// Checks the bytes of a sample. An error says what they are not.
    pub fn check(self, sample: &[u8]) -> Result<(), &'static str> {
        match self {
            Self::NalUnits { length_size } => nal_units(sample, length_size.into()),
            Self::Aac { most } => match u64::try_from(sample.len()).is_ok_and(|len| len <= most) {
                true => Ok(()),
                false => Err("is larger than a frame of AAC can be"),
            },
            Self::Dolby => match sample {
                [0x0b, 0x77, ..] => Ok(()),
                _ => Err("does not begin with the synchronisation word of Dolby Digital"),
            },
            Self::Unknown => Ok(()),
        }
    }
}

/// Checks that a sample is NAL units, each behind its length, from its first byte to its last.
fn nal_units(sample: &[u8], length_size: usize) -> Result<(), &'static str> {
    const FORBIDDEN: u8 = 0x80;
    let mut rest = sample;
    while !rest.is_empty() {
        let (length, behind) =
            rest.split_at_checked(length_size).ok_or("ends within the length of a NAL unit")?;
        let length = length.iter().fold(0usize, |sum, &byte| sum << 8 | usize::from(byte));
        let (unit, behind) =
            behind.split_at_checked(length).ok_or("has a NAL unit that ends beyond it")?;
        match unit.first() {
            None => return Err("has a NAL unit of no bytes"),
            Some(first) if first & FORBIDDEN != 0 => {
                return Err("has a NAL unit whose forbidden bit is set");
            }
            Some(_) => rest = behind,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nal_units_fill_a_sample() {
        let coded = |length_size| Coded::NalUnits { length_size };
        assert_eq!(coded(4).check(&[0, 0, 0, 2, 0x65, 1, 0, 0, 0, 1, 6]), Ok(()));
        assert_eq!(coded(2).check(&[0, 1, 0x65]), Ok(()));
        assert_eq!(coded(1).check(&[1, 0x65]), Ok(()));
        assert_eq!(coded(4).check(&[]), Ok(()));
        let wrong: [(&[u8], _); 5] = [
            (&[0, 0, 0, 2, 0x65], "has a NAL unit that ends beyond it"),
            (&[0, 0, 0, 1, 0x65, 0], "ends within the length of a NAL unit"),
            (&[0xff, 0xff, 0xff, 0xff, 0x65], "has a NAL unit that ends beyond it"),
            (&[0, 0, 0, 0], "has a NAL unit of no bytes"),
            (&[0, 0, 0, 1, 0xe5], "has a NAL unit whose forbidden bit is set"),
        ];
        for (sample, why) in wrong {
            assert_eq!(coded(4).check(sample), Err(why));
        }
    }

    #[test]
    fn audio_is_as_large_as_it_may_be_or_begins_as_it_must() {
        let aac = Coded::Aac { most: 1536 };
        assert_eq!(aac.check(&[0; 1536]), Ok(()));
        assert_eq!(aac.check(&[0; 1537]), Err("is larger than a frame of AAC can be"));
        assert_eq!(Coded::Dolby.check(&[0x0b, 0x77, 1]), Ok(()));
        assert!(Coded::Dolby.check(&[0x77, 0x0b]).is_err());
        assert_eq!(Coded::Unknown.check(&[0xff; 9]), Ok(()));
    }
}
