//! How a track is coded, in the words of `RFC 6381`.

use crate::index::StreamKind;
use crate::isobmff::{AudioSpecificConfig, AvcC, BoxError, BoxType, Esds, HvcC, SampleEntry};
use crate::protection;
use std::fmt::Write;

/// The codec that `sample_entry` names with its profile, such as `avc1.64001f`; `None` for one that
/// CMAF has no place for, or that cannot be read.
pub(super) fn codec(kind: StreamKind, sample_entry: &[u8]) -> Option<String> {
    let entry = protection::sample_entry(kind, sample_entry)?;
    let BoxType::Code(code) = entry.format else { return None };
    let codec = match &code {
        b"avc1" | b"avc3" => avc(&entry).ok()??,
        b"hvc1" | b"hev1" => hevc(&entry).ok()?,
        b"mp4a" => return aac(&entry).ok()?,
        b"ac-3" | b"ec-3" => String::new(),
        _ => return None,
    };
    Some(format!("{}{codec}", std::str::from_utf8(&code).ok()?))
}

/// Profile, constraints and level, as the first sequence parameter set has them behind its header
/// (`RFC 6381` 3.3).
fn avc(entry: &SampleEntry<'_>) -> Result<Option<String>, BoxError> {
    let avcc = AvcC::parse(&entry.expect(b"avcC", "it has no 'avcC'")?)?;
    let profile = avcc.sps.first().and_then(|sps| sps.get(1..4));
    Ok(profile.map(|profile| format!(".{}", hex(profile))))
}

/// Profile, compatibility, tier with level, and constraints (`ISO/IEC 14496-15` E.3).
fn hevc(entry: &SampleEntry<'_>) -> Result<String, BoxError> {
    let hvcc = HvcC::parse(&entry.expect(b"hvcC", "it has no 'hvcC'")?)?;
    let [first, c0, c1, c2, c3, constraints @ .., level] = hvcc.profile;
    let space = ["", "A", "B", "C"].get(usize::from(first >> 6)).copied().unwrap_or_default();
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let compatibility = u32::from_be_bytes([c0, c1, c2, c3]).reverse_bits();
    let mut codec = format!(".{space}{}.{compatibility:x}.{tier}{level}", first & 0x1f);
    let said = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    for byte in constraints.iter().take(said) {
        let _ = write!(codec, ".{byte:x}");
    }
    Ok(codec)
}

/// The MPEG-4 object type, and for MPEG-4 sound its audio object type (`RFC 6381` 3.3).
fn aac(entry: &SampleEntry<'_>) -> Result<Option<String>, BoxError> {
    const MPEG_4: u8 = 0x40;
    let esds = Esds::parse(&entry.expect(b"esds", "it has no 'esds'")?)?;
    Ok(match esds.object_type {
        MPEG_4 => AudioSpecificConfig::parse(esds.specific_info)
            .map(|config| format!("mp4a.40.{}", config.object_type)),
        other => Some(format!("mp4a.{other:x}")),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{audio_entry, avcc, boxed, esds, visual_entry};

    fn video(code: &[u8; 4], tail: &[u8]) -> Option<String> {
        codec(StreamKind::Video, &visual_entry(code, 640, 360, tail))
    }

    fn audio(code: &[u8; 4], tail: &[u8]) -> Option<String> {
        codec(StreamKind::Audio, &audio_entry(code, 2, 48_000, tail))
    }

    #[test]
    fn pictures() {
        let avcc = avcc(&[&[0x67, 0x4d, 0x40, 0x1f, 9]], &[&[0x68]]);
        assert_eq!(video(b"avc1", &avcc).as_deref(), Some("avc1.4d401f"));
        assert_eq!(video(b"vc-1", &[]), None);
        // The two examples of the standard: Main, and Main 10 of the high tier with constraints.
        let hvcc =
            |profile: [u8; 12]| boxed(b"hvcC", &[&[1][..], &profile, &[0; 8], &[0xff, 0]].concat());
        let main = hvcc([1, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93]);
        assert_eq!(video(b"hvc1", &main).as_deref(), Some("hvc1.1.6.L93.b0"));
        let high = hvcc([0x62, 0x20, 0, 0, 0, 0xb0, 0x23, 0, 0, 0, 0, 120]);
        assert_eq!(video(b"hev1", &high).as_deref(), Some("hev1.A2.4.H120.b0.23"));
    }

    #[test]
    fn sound() {
        let mpeg_4 = |config: &[u8]| audio(b"mp4a", &esds(0x40, config));
        assert_eq!(mpeg_4(&[0x11, 0x90]).as_deref(), Some("mp4a.40.2"));
        assert_eq!(mpeg_4(&[0x2b, 0x11, 0x88, 0]).as_deref(), Some("mp4a.40.5"));
        assert_eq!(audio(b"mp4a", &esds(0x67, &[0x11, 0x90])).as_deref(), Some("mp4a.67"));
        assert_eq!(audio(b"ec-3", &[]).as_deref(), Some("ec-3"));
        assert_eq!(audio(b"wma ", &[]), None);
        assert_eq!(codec(StreamKind::Text, b"no box"), None);
    }

    #[test]
    fn protection_is_looked_through() {
        let sinf = boxed(b"sinf", &boxed(b"frma", b"mp4a"));
        let entry = audio_entry(b"enca", 2, 48_000, &[esds(0x40, &[0x11, 0x90]), sinf].concat());
        assert_eq!(codec(StreamKind::Audio, &entry).as_deref(), Some("mp4a.40.2"));
    }
}
