//! A sample entry as it can stand in any file.

use super::{BoxError, BoxRef, BoxType, Esds, Layout, SampleEntry};

/// What lies in QuickTime's `wave` that belongs into the entry itself: how audio is coded, and protected.
const CONFIGURATIONS: [&[u8; 4]; 6] = [b"esds", b"dac3", b"dec3", b"dOps", b"dfLa", b"sinf"];

/// The bytes of `entry`, which is of video of these `dimensions` if it is of video, as they are to stand
/// in an `stsd` of version 0: those that are stored, except that
///
/// * audio has ISO's fixed part, where QuickTime's is longer, and nothing is in a `wave`;
/// * MPEG-2 AAC is called MPEG-4 audio, which the same samples are, and the only name that players know;
/// * video that says it is 0 pixels wide or high has its dimensions.
pub fn portable(entry: &SampleEntry<'_>, dimensions: (u32, u32)) -> Result<Vec<u8>, BoxError> {
    let stored = entry.bytes()?;
    match entry.layout {
        Layout::Audio { channels, sample_rate, version } => {
            let has_layer = matches!(entry.child(b"wave"), Ok(Some(_)));
            let bytes = match version == 0 && !has_layer {
                true => stored.to_vec(),
                false => iso_sound(entry, channels, sample_rate)?,
            };
            as_mpeg_4(bytes)
        }
        Layout::Visual { width: 0, .. } | Layout::Visual { height: 0, .. } => {
            const BEHIND_DIMENSIONS: usize = 50;
            let (width, height) = dimensions;
            let dimensions = [width, height].map(|it| u16::try_from(it).unwrap_or_default());
            let behind = entry.tail().len().saturating_add(BEHIND_DIMENSIONS);
            let at = stored.len().saturating_sub(behind).saturating_sub(4);
            let mut bytes = stored.to_vec();
            let place = bytes.iter_mut().skip(at);
            place
                .zip(dimensions.map(u16::to_be_bytes).as_flattened())
                .for_each(|(to, from)| *to = *from);
            Ok(bytes)
        }
        Layout::Visual { .. } | Layout::Other => Ok(stored.to_vec()),
    }
}

/// An `AudioSampleEntry` (`ISO/IEC 14496-12` 12.2.3) with the boxes of `entry`, and the configurations in its
/// `wave`.
fn iso_sound(
    entry: &SampleEntry<'_>,
    channels: u16,
    sample_rate: u32,
) -> Result<Vec<u8>, BoxError> {
    const BITS: u16 = 16;
    let code = entry.bytes()?.get(4..8).unwrap_or_default();
    // A rate that has no room is left to the decoder's configuration.
    let sample_rate = u16::try_from(sample_rate).unwrap_or_default();
    let mut payload = [
        &[0; 6][..],
        &entry.data_reference_index.to_be_bytes(),
        &[0; 8],
        &channels.to_be_bytes(),
        &BITS.to_be_bytes(),
        &[0; 4],
        &sample_rate.to_be_bytes(),
        &[0; 2],
    ]
    .concat();
    for child in entry.children() {
        let child = child?;
        match child.kind() {
            BoxType::Code(code) if &code == b"wave" => {
                for inner in child.children() {
                    let inner = inner?;
                    if is_configuration(&inner) {
                        payload.extend(inner.bytes());
                    }
                }
            }
            // QuickTime's layout of channels, which nothing else knows.
            BoxType::Code(code) if &code == b"chan" => {}
            _ => payload.extend(child.bytes()),
        }
    }
    let size = u32::try_from(payload.len().saturating_add(8));
    let size = size.map_err(|_| entry.error("it has more than 4 GiB"))?;
    Ok([&size.to_be_bytes(), code, &payload].concat())
}

fn is_configuration(child: &BoxRef<'_>) -> bool {
    CONFIGURATIONS.iter().any(|&&code| child.kind() == BoxType::Code(code))
}

/// The same sample entry of audio, with the object type of MPEG-4 audio if it has one of MPEG-2 AAC.
fn as_mpeg_4(mut bytes: Vec<u8>) -> Result<Vec<u8>, BoxError> {
    let esds = SampleEntry::parse(&bytes, *b"soun")?.child(b"esds").ok().flatten();
    let esds = esds.and_then(|esds| Esds::parse(&esds).ok());
    let Some(at) = esds
        .filter(|esds| Esds::MPEG_2_AAC.contains(&esds.object_type))
        .map(|esds| esds.object_type_at)
    else {
        return Ok(bytes);
    };
    if let Some(object_type) = bytes.get_mut(at) {
        *object_type = Esds::MPEG_4_AUDIO;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{
        audio_entry, avcc, boxed, esds, protected_entry, quicktime_1, quicktime_2, visual_entry,
    };

    fn of(entry: &[u8], handler: &[u8; 4]) -> Vec<u8> {
        portable(&SampleEntry::parse(entry, *handler).unwrap(), (640, 360)).unwrap()
    }

    #[test]
    fn quicktime_sound_becomes_iso_sound() {
        let esds = esds(0x40, &[0x11, 0x90]);
        let frma = boxed(b"frma", b"mp4a");
        let inner = [frma, boxed(b"mp4a", &[0; 4]), esds.clone(), vec![0, 0, 0, 8, 0, 0, 0, 0]];
        let wave = boxed(b"wave", &inner.concat());
        let (channels, rates) = (boxed(b"chan", &[0; 12]), boxed(b"btrt", &[0; 12]));
        let tail = [&channels[..], &rates, &wave, &[0; 4]].concat();
        let expected = audio_entry(b"mp4a", 2, 48_000, &[&rates[..], &esds].concat());
        let mut expected = expected;
        expected[27] = 16;
        assert_eq!(of(&quicktime_1(b"mp4a", 2, 48_000, &tail), b"soun"), expected);
        assert_eq!(of(&quicktime_2(b"mp4a", 2, 48_000.0, 0, &tail), b"soun"), expected);
        let mut fast = audio_entry(b"mp4a", 2, 0, &esds);
        fast[27] = 16;
        assert_eq!(of(&quicktime_2(b"mp4a", 2, 96_000.0, 0, &esds), b"soun"), fast);
    }

    #[test]
    fn mpeg_2_aac_is_called_mpeg_4_audio() {
        let entry =
            |object_type| audio_entry(b"mp4a", 2, 48_000, &esds(object_type, &[0x11, 0x90]));
        for object_type in [0x40, 0x66, 0x67, 0x68] {
            assert_eq!(of(&entry(object_type), b"soun"), entry(0x40));
        }
        assert_eq!(of(&entry(0x6b), b"soun"), entry(0x6b));
        let encrypted = |object_type| {
            protected_entry(&entry(object_type), (b"enca", b"mp4a"), b"cenc", [7; 16])
        };
        assert_eq!(of(&encrypted(0x67), b"soun"), encrypted(0x40));
        let dolby = audio_entry(b"ec-3", 2, 48_000, &boxed(b"dec3", &[0; 5]));
        assert_eq!(of(&dolby, b"soun"), dolby);
    }

    #[test]
    fn video_without_dimensions_gets_them() {
        let entry = |width, height| {
            visual_entry(b"avc1", width, height, &avcc(&[&[0x67, 100, 0, 31]], &[&[0x68]]))
        };
        for (width, height) in [(0, 0), (640, 0), (0, 360)] {
            assert_eq!(of(&entry(width, height), b"vide"), entry(640, 360));
        }
        assert_eq!(of(&entry(320, 180), b"vide"), entry(320, 180));
    }
}
