//! Audio as HLS and DASH state it: its sampling rate and channels as they come out of a
//! decoder that knows all of the codec.

use crate::index::{AudioFormat, Format, StreamKind, Track};
use crate::isobmff::{
    Ac3Config, AudioSpecificConfig, BoxError, BoxType, Eac3Config, Esds, SampleEntry,
};
use crate::protection::sample_entry;

/// Audio as it comes out of its decoder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Audio {
    /// Samples a second.
    pub sampling_rate: u32,
    /// How many channels.
    pub channels: u16,
    /// Where their loudspeakers stand.
    pub layout: Layout,
    /// The complexity of the objects that E-AC-3 carries beside its channels, where it carries any.
    pub objects: Option<u8>,
}

/// The layout of loudspeakers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// Dolby's custom channel map (`ETSI TS 102 366` I.1.2.1): left is its highest bit.
    Dolby(u16),
    /// A `ChannelConfiguration` (`ISO/IEC 23091-3`).
    Cicp(u8),
    /// One that has no number.
    Unknown,
}

impl Audio {
    /// The audio of `track`, if it is of audio.
    pub fn of(track: &Track) -> Option<Self> {
        let Format::Audio(format) = &track.format else { return None };
        let entry = sample_entry(StreamKind::Audio, &track.sample_entry);
        let configured = entry.and_then(|entry| configured(&entry, format).ok()?);
        Some(configured.unwrap_or(Self {
            sampling_rate: format.sampling_rate,
            channels: format.channels,
            layout: Layout::of_count(format.channels),
            objects: None,
        }))
    }
}

/// What the configuration of the decoder says; `None` if it says no more than the format.
fn configured(entry: &SampleEntry<'_>, format: &AudioFormat) -> Result<Option<Audio>, BoxError> {
    let BoxType::Code(code) = entry.format else { return Ok(None) };
    let AudioFormat { sampling_rate, channels, .. } = *format;
    Ok(match &code {
        b"mp4a" => {
            let esds = Esds::parse(&entry.expect(b"esds", "it has no 'esds'")?)?;
            AudioSpecificConfig::parse(esds.specific_info).and_then(aac)
        }
        b"ac-3" => {
            let config = Ac3Config::parse(&entry.expect(b"dac3", "it has no 'dac3'")?)?;
            let layout = Layout::dolby(config.channel_mode, config.has_lfe, 0);
            Some(Audio { sampling_rate, channels, layout, objects: None })
        }
        b"ec-3" => {
            let config = Eac3Config::parse(&entry.expect(b"dec3", "it has no 'dec3'")?)?;
            let Eac3Config { channel_mode, has_lfe, channel_locations, objects, .. } = config;
            let layout = Layout::dolby(channel_mode, has_lfe, channel_locations);
            Some(Audio { sampling_rate, channels, layout, objects })
        }
        b"Opus" | b"fLaC" => {
            let layout = match channels {
                // Both have two in front and two behind, where the number is of another layout.
                4 => Layout::Cicp(10),
                channels => Layout::of_count(channels),
            };
            Some(Audio { sampling_rate, channels, layout, objects: None })
        }
        _ => None,
    })
}

fn aac(config: AudioSpecificConfig) -> Option<Audio> {
    let channels = config.output_channels()?;
    let layout = match config.channel_configuration {
        // What is listed, or made of another number of channels, has none of its own.
        0 | 1 => Layout::of_count(channels),
        configuration => Layout::Cicp(configuration),
    };
    Some(Audio { sampling_rate: config.output_sampling_rate(), channels, layout, objects: None })
}

impl Layout {
    /// The usual layout of so many channels.
    fn of_count(channels: u16) -> Self {
        match channels {
            7 => Self::Cicp(11),
            8 => Self::Cicp(12),
            24 => Self::Cicp(13),
            channels => match u8::try_from(channels) {
                Ok(count @ 1..=6) => Self::Cicp(count),
                _ => Self::Unknown,
            },
        }
    }

    /// By `acmod`, `lfeon` and `chan_loc`.
    fn dolby(channel_mode: u8, has_lfe: bool, locations: u16) -> Self {
        /// Left, centre, right, left and right surround, and at bit 8 the centre behind.
        const MODES: [u16; 8] = [0xa000, 0x4000, 0xa000, 0xe000, 0xa100, 0xe100, 0xb800, 0xf800];
        const LFE: u16 = 1;
        const LOCATIONS: [u16; 9] =
            [1 << 10, 1 << 9, 1 << 8, 1 << 7, 1 << 6, 1 << 5, 1 << 4, 1 << 3, 2];
        let front = MODES.get(usize::from(channel_mode)).copied().unwrap_or_default();
        let added = LOCATIONS.iter().enumerate().filter(|(bit, _)| (locations >> bit) & 1 != 0);
        let added = added.fold(0, |map, (_, location)| map | location);
        Self::Dolby(front | added | if has_lfe { LFE } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{audio_entry, boxed, esds};
    use crate::view::fixture::{audio_level, other_audio_level};

    fn aac(info: &[u8]) -> Audio {
        let sample_entry = audio_entry(b"mp4a", 2, 48_000, &esds(0x40, info));
        Audio::of(&Track { sample_entry, ..audio_level(64_000) }).unwrap()
    }

    fn other(code: &[u8; 4], channels: u16, tail: &[u8]) -> Audio {
        Audio::of(&other_audio_level(code, channels, tail)).unwrap()
    }

    #[test]
    fn aac_says_what_comes_out_of_it() {
        let said = |info: &[u8]| {
            let Audio { sampling_rate, channels, layout, .. } = aac(info);
            (sampling_rate, channels, layout)
        };
        assert_eq!(said(&[0x11, 0x90]), (48_000, 2, Layout::Cicp(2)));
        assert_eq!(said(&[0x13, 0x10, 0x56, 0xe5, 0x98]), (48_000, 2, Layout::Cicp(2)));
        let stereo = [0x13, 0x08, 0x56, 0xe5, 0x9d, 0x48, 0x80];
        assert_eq!(said(&stereo), (48_000, 2, Layout::Cicp(2)));
        assert_eq!(said(&[0x11, 0xb8]), (48_000, 8, Layout::Cicp(7)), "wide in front");
        assert_eq!(said(&[0x11, 0xe0]), (48_000, 8, Layout::Cicp(12)), "wide behind");
        let listed = [0x11, 0x80, 0x04, 0xc8, 0x44, 0x00, 0x20, 0x00, 0xc4, 0];
        assert_eq!(said(&listed), (48_000, 6, Layout::Cicp(6)));
    }

    #[test]
    fn dolby_says_where_its_channels_are() {
        let layout = |code: &[u8; 4], tail: &[u8]| other(code, 6, tail).layout;
        let ac_3 = |bytes: [u8; 3]| layout(b"ac-3", &boxed(b"dac3", &bytes));
        assert_eq!(ac_3([0x10, 0x3d, 0xe0]), Layout::Dolby(0xf801));
        assert_eq!(ac_3([0x10, 0x11, 0x40]), Layout::Dolby(0xa000));
        let seven_one = boxed(b"dec3", &[0x0c, 0, 0x20, 0x0f, 0x02, 0x02]);
        assert_eq!(layout(b"ec-3", &seven_one), Layout::Dolby(0xfa01));
    }

    #[test]
    fn objects_are_said_beside_channels() {
        let atmos = other(b"ec-3", 6, &boxed(b"dec3", &[0x0c, 0, 0x20, 0x0f, 0, 1, 16]));
        assert_eq!((atmos.channels, atmos.objects), (6, Some(16)));
        assert_eq!(atmos.layout, Layout::Dolby(0xf801));
    }

    #[test]
    fn counts_that_have_no_layout_have_no_number() {
        let layouts = [(1, 1), (4, 10), (6, 6), (7, 11), (8, 12)];
        for (channels, number) in layouts {
            assert_eq!(other(b"Opus", channels, &[]).layout, Layout::Cicp(number));
        }
        assert_eq!(other(b"Opus", 9, &[]).layout, Layout::Unknown);
        assert_eq!(other(b"mp4a", 4, &[]).layout, Layout::Cicp(4));
    }
}
