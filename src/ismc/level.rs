//! A quality level of a client manifest (`[MS-SSTR]` 2.2.2.5).

use super::error::{ClientManifestError, number};
use super::names;
use crate::base::digits::from_hex;
use crate::base::whole::whole;
use crate::base::xml::Element;
use crate::index::Attribute;
use std::str::FromStr;

/// The longest `CodecPrivateData` that is read, in bytes.
const MAX_PRIVATE: usize = 4096;

/// A quality level. What says how it is coded only stands in where the file itself does not say,
/// so it is 0 or empty where it is missing or not to be understood.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QualityLevel {
    /// `Bitrate`.
    pub bitrate: Option<u32>,
    /// `CodecPrivateData`.
    pub codec_private_data: Vec<u8>,
    /// `MaxWidth`.
    pub width: u32,
    /// `MaxHeight`.
    pub height: u32,
    /// `SamplingRate`.
    pub sampling_rate: u32,
    /// `Channels`.
    pub channels: u16,
    /// `BitsPerSample`.
    pub bits_per_sample: u16,
    /// `PacketSize`.
    pub packet_size: u32,
    /// `AudioTag`.
    pub audio_tag: u16,
    /// `CustomAttributes` (`[MS-SSTR]` 2.2.2.5.1).
    pub custom_attributes: Vec<Attribute>,
    /// Attributes that the protocol does not know.
    pub attributes: Vec<Attribute>,
}

impl QualityLevel {
    pub(super) fn read(element: &Element<'_, '_>) -> Result<Self, ClientManifestError> {
        let mut level = Self::default();
        for attribute in element.attributes() {
            let (name, value) = attribute?;
            match name {
                "Bitrate" => level.bitrate = Some(number("Bitrate", &value)?),
                "CodecPrivateData" => {
                    level.codec_private_data = private_data(&value).unwrap_or_default()
                }
                "MaxWidth" => level.width = or_zero(&value),
                "MaxHeight" => level.height = or_zero(&value),
                "SamplingRate" => level.sampling_rate = or_zero(&value),
                "Channels" => level.channels = or_zero(&value),
                "BitsPerSample" => level.bits_per_sample = or_zero(&value),
                "PacketSize" => level.packet_size = or_zero(&value),
                "AudioTag" => level.audio_tag = or_zero(&value),
                name if names::is_foreign(name, names::LEVEL) => {
                    names::keep(&mut level.attributes, name, &value);
                }
                _ => {}
            }
        }
        Ok(level)
    }

    /// Takes an `Attribute` of its `CustomAttributes`.
    pub(super) fn read_custom(
        &mut self,
        element: &Element<'_, '_>,
    ) -> Result<(), ClientManifestError> {
        let (mut name, mut content) = (String::new(), String::new());
        for attribute in element.attributes() {
            match attribute? {
                ("Name", value) => name = value.into_owned(),
                ("Value", value) => content = value.into_owned(),
                _ => {}
            }
        }
        if !name.is_empty() {
            names::keep(&mut self.custom_attributes, &name, &content);
        }
        Ok(())
    }
}

fn or_zero<T: FromStr + Default>(value: &str) -> T {
    whole(value).unwrap_or_default()
}

fn private_data(value: &str) -> Option<Vec<u8>> {
    let digits = value.trim();
    (digits.len() <= 2 * MAX_PRIVATE).then(|| from_hex(digits))?
}

#[cfg(test)]
mod tests {
    use super::private_data;

    #[test]
    fn private_data_has_its_limit() {
        assert_eq!(private_data(" 00aB\n"), Some(vec![0, 0xab]));
        assert_eq!(private_data(&"00".repeat(4096)), Some(vec![0; 4096]));
        assert_eq!(private_data(&"00".repeat(4097)), None);
    }
}
