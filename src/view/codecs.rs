//! `CODECS` of a track (`RFC 6381`).

use crate::base::digits::hex;
use crate::isobmff::{
    AudioSpecificConfig, Av1Config, AvcC, BoxError, BoxType, Colour, Esds, HvcC, SampleEntry,
    VpConfig,
};
use std::fmt::Write;

/// The codec that `entry` names with its profile, such as `avc1.64001f`; `None` for one that CMAF has no
/// place for, or that cannot be read.
pub(super) fn codec(entry: &SampleEntry<'_>) -> Option<String> {
    let BoxType::Code(code) = entry.format else { return None };
    let codec = match &code {
        b"avc1" | b"avc3" => avc(entry).ok()??,
        b"hvc1" | b"hev1" => hevc(entry).ok()?,
        b"av01" => av1(entry).ok()?,
        b"vp09" => vp9(entry).ok()?,
        b"mp4a" => return aac(entry).ok()?,
        b"Opus" => return Some("opus".to_owned()),
        b"ac-3" | b"ec-3" | b"fLaC" => String::new(),
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

/// Profile, level with tier, and depth; and what follows, where something of that is not as in most video
/// (AV1 in ISOBMFF, 5).
fn av1(entry: &SampleEntry<'_>) -> Result<String, BoxError> {
    const USUAL: Colour = Colour { primaries: 1, transfer: 1, matrix: 1, is_full_range: false };
    let config = Av1Config::parse(&entry.expect(b"av1C", "it has no 'av1C'")?)?;
    let tier = if config.is_high_tier { 'H' } else { 'M' };
    let mut codec =
        format!(".{}.{:02}{tier}.{:02}", config.profile, config.level, config.bit_depth);
    let colour = config.sequence.and_then(|sequence| sequence.colour).unwrap_or(USUAL);
    // Where chroma samples lie is of interest where they lie between others.
    let [across, down, position] = config.chroma;
    let position = if across + down == 2 { position } else { 0 };
    let chroma = (config.is_monochrome, [across, down, position]);
    if chroma != (false, [1, 1, 0]) || colour != USUAL {
        let is_monochrome = u8::from(config.is_monochrome);
        let _ = write!(codec, ".{is_monochrome}.{across}{down}{position}");
        let range = u8::from(colour.is_full_range);
        let _ = write!(codec, ".{}.{range}", numbers(colour));
    }
    Ok(codec)
}

/// Profile, level and depth; and what follows, where something of that is not as in most video (VP codec
/// ISO media file format binding, 4).
fn vp9(entry: &SampleEntry<'_>) -> Result<String, BoxError> {
    const USUAL_CHROMA: u8 = 1;
    let config = VpConfig::parse(&entry.expect(b"vpcC", "it has no 'vpcC'")?)?;
    let VpConfig { profile, level, bit_depth, chroma, colour } = config;
    let mut codec = format!(".{profile:02}.{level:02}.{bit_depth:02}");
    let is_usual = |part: u8| part == 1 || part == UNSPECIFIED;
    let usual = [colour.primaries, colour.transfer, colour.matrix].into_iter().all(is_usual);
    if chroma > USUAL_CHROMA || !usual || colour.is_full_range {
        let range = u8::from(colour.is_full_range);
        let _ = write!(codec, ".{chroma:02}.{}.{range:02}", numbers(colour));
    }
    Ok(codec)
}

/// A number of `ISO/IEC 23091-2` that says nothing.
const UNSPECIFIED: u8 = 2;

/// Primaries, transfer characteristics and matrix.
fn numbers(colour: Colour) -> String {
    let Colour { primaries, transfer, matrix, .. } = colour;
    format!("{primaries:02}.{transfer:02}.{matrix:02}")
}

/// MPEG-4 audio with its object type (`RFC 6381` 3.3): of HE-AAC its own, also where an extension of
/// AAC-LC says that it is that (`ISO/IEC 14496-3` 1.6.6.1).
fn aac(entry: &SampleEntry<'_>) -> Result<Option<String>, BoxError> {
    let esds = Esds::parse(&entry.expect(b"esds", "it has no 'esds'")?)?;
    let config = match esds.object_type {
        Esds::MPEG_4_AUDIO => AudioSpecificConfig::parse(esds.specific_info),
        _ => None,
    };
    Ok(config.map(|config| format!("mp4a.40.{}", config.output_object_type())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{audio_entry, avcc, boxed, esds, full_boxed, text_entry, visual_entry};

    fn coded(handler: &[u8; 4], entry: &[u8]) -> Option<String> {
        codec(&SampleEntry::parse(entry, *handler).unwrap())
    }

    fn video(code: &[u8; 4], tail: &[u8]) -> Option<String> {
        coded(b"vide", &visual_entry(code, 640, 360, tail))
    }

    fn audio(code: &[u8; 4], tail: &[u8]) -> Option<String> {
        coded(b"soun", &audio_entry(code, 2, 48_000, tail))
    }

    #[test]
    fn video_by_its_configuration() {
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
    fn audio_by_its_configuration() {
        let mpeg_4 = |config: &[u8]| audio(b"mp4a", &esds(0x40, config));
        assert_eq!(mpeg_4(&[0x11, 0x90]).as_deref(), Some("mp4a.40.2"));
        assert_eq!(mpeg_4(&[0x2b, 0x11, 0x88, 0]).as_deref(), Some("mp4a.40.5"));
        let extended = [0x13, 0x10, 0x56, 0xe5, 0x98];
        assert_eq!(mpeg_4(&extended).as_deref(), Some("mp4a.40.5"));
        assert_eq!(audio(b"mp4a", &esds(0x6b, &[])), None);
        assert_eq!(audio(b"ec-3", &[]).as_deref(), Some("ec-3"));
        assert_eq!(audio(b"wma ", &[]), None);
        assert_eq!(coded(b"subt", &text_entry(b"stpp")), None);
        assert_eq!(audio(b"Opus", &[]).as_deref(), Some("opus"));
        assert_eq!(audio(b"fLaC", &[]).as_deref(), Some("fLaC"));
    }

    #[test]
    fn protection_is_looked_through() {
        let sinf = boxed(b"sinf", &boxed(b"frma", b"mp4a"));
        let entry = audio_entry(b"enca", 2, 48_000, &[esds(0x40, &[0x11, 0x90]), sinf].concat());
        assert_eq!(coded(b"soun", &entry).as_deref(), Some("mp4a.40.2"));
    }

    #[test]
    fn av1_says_more_where_it_is_not_as_most() {
        let av1 = |config: &[u8]| video(b"av01", &boxed(b"av1C", config));
        assert_eq!(av1(&[0x81, 0x08, 0x0c, 0]).as_deref(), Some("av01.0.08M.08"));
        assert_eq!(av1(&[0x81, 0x4d, 0xfc, 0]).as_deref(), Some("av01.2.13H.12.1.110.01.01.01.0"));
        assert_eq!(av1(&[0x81, 0x28, 0x01, 0]).as_deref(), Some("av01.1.08M.08.0.000.01.01.01.0"));
        let pq = [
            0x81, 0, 0x4e, 0, 0x0a, 0x0e, 0, 0, 0, 0x04, 0x3d, 0x06, 0xd4, 0xda, 0xf9, 0x50, 0x91,
            0, 0x90, 0x40,
        ];
        assert_eq!(av1(&pq).as_deref(), Some("av01.0.00M.10.0.112.09.16.09.0"));
        assert_eq!(video(b"av01", &[]), None);
    }

    #[test]
    fn vp9_says_more_where_it_is_not_as_most() {
        let vp9 = |config: [u8; 8]| video(b"vp09", &full_boxed(b"vpcC", 1, 0, &config));
        let usual = vp9([0, 10, 0x82, 2, 2, 2, 0, 0]);
        assert_eq!(usual.as_deref(), Some("vp09.00.10.08"));
        let full = vp9([2, 31, 0xa3, 9, 16, 9, 0, 0]);
        assert_eq!(full.as_deref(), Some("vp09.02.31.10.01.09.16.09.01"));
        let full_chroma = vp9([1, 31, 0x86, 2, 2, 2, 0, 0]);
        assert_eq!(full_chroma.as_deref(), Some("vp09.01.31.08.03.02.02.02.00"));
    }
}
