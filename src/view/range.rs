//! The dynamic range of video: HDR, or that of all other video.

use crate::isobmff::{
    Av1Config, AvcC, BoxError, BoxType, HvcC, SampleEntry, Sps, VpConfig, colr_transfer,
};

/// A dynamic range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VideoRange {
    /// Standard dynamic range: all other video.
    Sdr,
    /// Hybrid log-gamma.
    Hlg,
    /// The perceptual quantiser of HDR10.
    Pq,
}

impl VideoRange {
    /// The dynamic range of video with this sample entry; standard, if the entry does not say.
    pub fn of(entry: &SampleEntry<'_>) -> Self {
        match transfer(entry).ok().flatten() {
            Some(16) => Self::Pq,
            Some(18) => Self::Hlg,
            _ => Self::Sdr,
        }
    }

    /// As `VIDEO-RANGE` has it (`draft-pantos-hls-rfc8216bis` 4.4.6.2).
    pub fn name(self) -> &'static str {
        match self {
            Self::Sdr => "SDR",
            Self::Hlg => "HLG",
            Self::Pq => "PQ",
        }
    }

    /// Whether it is one of HDR.
    pub fn is_high(self) -> bool {
        self != Self::Sdr
    }

    /// Its transfer characteristics (`ISO/IEC 23091-2` 8.2); `None` of those that all other video may
    /// have, as they come to the same.
    pub fn transfer(self) -> Option<u8> {
        match self {
            Self::Sdr => None,
            Self::Hlg => Some(18),
            Self::Pq => Some(16),
        }
    }
}

/// The transfer characteristics that a `colr` says, or else the decoder's configuration.
fn transfer(entry: &SampleEntry<'_>) -> Result<Option<u8>, BoxError> {
    const UNSPECIFIED: u8 = 2;
    for child in entry.children() {
        let child = child?;
        let said = match child.kind() {
            BoxType::Code(code) if &code == b"colr" => colr_transfer(&child)?,
            _ => None,
        };
        if let Some(transfer) = said.filter(|&transfer| transfer != UNSPECIFIED) {
            return Ok(Some(transfer));
        }
    }
    let BoxType::Code(code) = entry.format else { return Ok(None) };
    Ok(match &code {
        b"avc1" | b"avc3" => {
            let avcc = AvcC::parse(&entry.expect(b"avcC", "it has no 'avcC'")?)?;
            avcc.sps.first().and_then(|sps| Sps::avc(sps)?.transfer)
        }
        b"hvc1" | b"hev1" => {
            let hvcc = HvcC::parse(&entry.expect(b"hvcC", "it has no 'hvcC'")?)?;
            hvcc.sps.first().and_then(|sps| Sps::hevc(sps)?.transfer)
        }
        b"av01" => {
            let config = Av1Config::parse(&entry.expect(b"av1C", "it has no 'av1C'")?)?;
            config.sequence.and_then(|sequence| Some(sequence.colour?.transfer))
        }
        b"vp09" => {
            let vpcc = entry.expect(b"vpcC", "it has no 'vpcC'")?;
            Some(VpConfig::parse(&vpcc)?.colour.transfer)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{avcc, boxed, from_hex, full_boxed, hvcc, visual_entry};

    fn of(code: &[u8; 4], tail: &[&[u8]]) -> VideoRange {
        let entry = visual_entry(code, 320, 180, &tail.concat());
        VideoRange::of(&SampleEntry::parse(&entry, *b"vide").unwrap())
    }

    /// As x265 and x264 write them.
    const HEVC_PQ: &str = "42010102200000030090000003000003003ca00a080c1f3b6595952930bc05a84880482000000300200000030321";
    const AVC_HLG: &str = "67640015acd941433f2602d4244825000003000100000300321f142996";

    #[test]
    fn parameter_sets_and_configurations_say_it() {
        let pq = hvcc(&[(33, &from_hex(HEVC_PQ)), (34, &[0x44])]);
        assert_eq!(of(b"hvc1", &[&pq]), VideoRange::Pq);
        assert_eq!(of(b"hev1", &[&pq]), VideoRange::Pq);
        assert_eq!(of(b"avc1", &[&avcc(&[&from_hex(AVC_HLG)], &[&[0x68]])]), VideoRange::Hlg);
        let vp9 = |transfer| full_boxed(b"vpcC", 1, 0, &[2, 10, 0xa2, 9, transfer, 9, 0, 0]);
        let ranges = [(16, VideoRange::Pq), (18, VideoRange::Hlg), (14, VideoRange::Sdr)];
        for (transfer, range) in ranges {
            assert_eq!(of(b"vp09", &[&vp9(transfer)]), range);
        }
        let av1 = [
            0x81, 0, 0x4c, 0, 0x0a, 0x0e, 0, 0, 0, 0x04, 0x3d, 0x06, 0xd4, 0xda, 0xf9, 0x50, 0x91,
            0, 0x90, 0x40,
        ];
        assert_eq!(of(b"av01", &[&boxed(b"av1C", &av1)]), VideoRange::Pq);
    }

    #[test]
    fn a_box_says_it_first_unless_it_says_nothing() {
        let pq = hvcc(&[(33, &from_hex(HEVC_PQ)), (34, &[0x44])]);
        let colr =
            |transfer| boxed(b"colr", &[&b"nclx\0\x09\0"[..], &[transfer, 0, 9, 0]].concat());
        assert_eq!(of(b"hvc1", &[&pq, &colr(18)]), VideoRange::Hlg);
        assert_eq!(of(b"hvc1", &[&pq, &colr(2)]), VideoRange::Pq);
        assert_eq!(of(b"hvc1", &[&colr(16)]), VideoRange::Pq);
        let profile = boxed(b"colr", b"prof\0\0");
        assert_eq!(of(b"hvc1", &[&profile, &colr(18), &pq]), VideoRange::Hlg);
        assert_eq!(of(b"hvc1", &[&boxed(b"colr", b"nclx")]), VideoRange::Sdr);
        assert_eq!(of(b"vc-1", &[]), VideoRange::Sdr);
    }
}
