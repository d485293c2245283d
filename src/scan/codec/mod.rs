//! How a track is coded: from its sample entry to what a client manifest says of it
//! (`[MS-SSTR]` 2.2.2.5).

mod aac;
mod dolby;
mod video;
mod windows;

use crate::index::{Format, FourCc, TextFormat};
use crate::isobmff::{BoxError, BoxType, SampleEntry};

/// The format of samples that `entry` describes.
pub(super) fn format(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let unknown = entry.error("it is of no codec that can be served");
    let BoxType::Code(code) = entry.format else { return Err(unknown) };
    match &code {
        b"avc1" | b"avc3" => video::avc(entry),
        b"hvc1" | b"hev1" => video::hevc(entry),
        b"vc-1" | b"ovc1" => windows::vc1(entry),
        b"mp4a" => aac::aac(entry),
        b"ac-3" => dolby::ac3(entry),
        b"ec-3" => dolby::eac3(entry),
        b"wma " | b"owma" => windows::wma(entry),
        b"stpp" | b"dfxp" => Ok(Format::Text(TextFormat { four_cc: four_cc(entry, b"TTML")? })),
        _ => Err(unknown),
    }
}

fn four_cc(entry: &SampleEntry<'_>, code: &[u8; 4]) -> Result<FourCc, BoxError> {
    FourCc::new(*code).ok_or(entry.error("its FourCC cannot be printed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{AudioFormat, VideoFormat};
    use crate::isobmff::Movie;
    use crate::media::{
        Track, audio_entry, avcc, boxed, esds, hvcc, moov, text_entry, visual_entry,
    };

    fn scan(handler: &[u8; 4], entry: Vec<u8>) -> Result<Format, String> {
        let bytes = moov(&[Track { handler: *handler, entry, ..Track::video(1) }]);
        let movie = Movie::parse(&bytes, 0).map_err(|error| error.to_string())?;
        format(&movie.tracks[0].entry).map_err(|error| error.problem.to_owned())
    }

    fn video(code: &[u8; 4], tail: &[u8]) -> VideoFormat {
        match scan(b"vide", visual_entry(code, 640, 360, tail)) {
            Ok(Format::Video(format)) => format,
            other => panic!("{other:?}"),
        }
    }

    fn audio(code: &[u8; 4], tail: &[u8]) -> AudioFormat {
        match scan(b"soun", audio_entry(code, 2, 48_000, tail)) {
            Ok(Format::Audio(format)) => format,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn h264_is_its_parameter_sets_behind_start_codes() {
        let format = video(b"avc1", &avcc(&[&[0x67, 1]], &[&[0x68, 2], &[0x68, 3]]));
        assert_eq!((format.four_cc.as_str(), format.nal_length_size), ("H264", 4));
        assert_eq!((format.width, format.height), (640, 360));
        let expected = [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x68, 3];
        assert_eq!(format.codec_private_data, expected);
        assert_eq!(
            scan(b"vide", visual_entry(b"avc3", 640, 360, &avcc(&[], &[]))),
            Err("it holds no parameter sets".into())
        );
    }

    #[test]
    fn hevc_leaves_out_the_video_parameter_set() {
        let format = video(b"hvc1", &hvcc(&[(32, &[0x40]), (33, &[0x42]), (34, &[0x44])]));
        assert_eq!(format.four_cc.as_str(), "hev1");
        assert_eq!(format.codec_private_data, [0, 0, 0, 1, 0x42, 0, 0, 0, 1, 0x44]);
    }

    #[test]
    fn aac_loses_its_extension_and_he_aac_keeps_all() {
        let lc = audio(b"mp4a", &esds(0x40, &[0x11, 0x90, 0x56, 0xe5, 0x00]));
        assert_eq!((lc.four_cc.as_str(), lc.audio_tag, lc.packet_size), ("AACL", 255, 4));
        assert_eq!((lc.sampling_rate, lc.channels, lc.bits_per_sample), (48_000, 2, 16));
        assert_eq!(lc.codec_private_data, [0x11, 0x90]);

        let he = audio(b"mp4a", &esds(0x40, &[0xeb, 0x09, 0x88, 0x00]));
        assert_eq!((he.four_cc.as_str(), he.sampling_rate, he.channels), ("AACH", 48_000, 2));
        assert_eq!(he.codec_private_data, [0xeb, 0x09, 0x88, 0x00]);

        let other = |object_type, info: &[u8]| {
            scan(b"soun", audio_entry(b"mp4a", 2, 48_000, &esds(object_type, info)))
        };
        assert_eq!(other(0x6b, &[]), Err("its MPEG-4 object type is not AAC".into()));
        assert_eq!(other(0x40, &[0x0a, 0x10]), Err("it is AAC of an unknown profile".into()));
        assert_eq!(other(0x40, &[]), Err("its AudioSpecificConfig is malformed".into()));
    }

    #[test]
    fn dolby_is_the_tail_of_an_extensible_wave_format() {
        let e_ac_3 = audio(b"ec-3", &boxed(b"dec3", &[0x06, 0x00, 0x20, 0x0f, 0x00]));
        assert_eq!((e_ac_3.four_cc.as_str(), e_ac_3.audio_tag), ("EC-3", 65_534));
        assert_eq!((e_ac_3.channels, e_ac_3.packet_size), (6, 768));
        let hex: String = e_ac_3.codec_private_data.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "00063f000000af87fba7022dfb42a4d405cd93843bdd0600200f00");

        let ac_3 = audio(b"ac-3", &boxed(b"dac3", &[0x10, 0x11, 0x40]));
        assert_eq!((ac_3.four_cc.as_str(), ac_3.channels, ac_3.packet_size), ("AC-3", 2, 768));
        let hex: String = ac_3.codec_private_data.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "0006030000002c806de046dbcf11b4d100805f6cbbea101140");
    }

    #[test]
    fn windows_media_keeps_its_own_data() {
        let headers = [0, 0, 1, 0x0f, 0xd3];
        let dvc1 = boxed(b"dvc1", &[&[0xc0, 0, 0, 0, 0, 0, 0][..], &headers].concat());
        let format = video(b"vc-1", &dvc1);
        assert_eq!(format.four_cc.as_str(), "WVC1");
        assert_eq!(format.codec_private_data, headers);

        let wave = [0x62, 1, 6, 0, 0x44, 0xac, 0, 0, 1, 0, 0, 0, 0, 0x10, 24, 0, 2, 0, 8, 9];
        let format = audio(b"owma", &wave);
        assert_eq!((format.four_cc.as_str(), format.audio_tag), ("WMAP", 0x162));
        assert_eq!((format.channels, format.sampling_rate), (6, 44_100));
        assert_eq!((format.bits_per_sample, format.packet_size), (24, 4096));
        assert_eq!(format.codec_private_data, [8, 9]);
    }

    #[test]
    fn text_and_the_unknown() {
        let text = scan(b"subt", text_entry(b"stpp"));
        assert!(matches!(text, Ok(Format::Text(text)) if text.four_cc.as_str() == "TTML"));
        let bytes = moov(&[Track { entry: visual_entry(b"vp09", 1, 1, &[]), ..Track::video(1) }]);
        let error = format(&Movie::parse(&bytes, 0).unwrap().tracks[0].entry).unwrap_err();
        assert!(error.to_string().starts_with("box 'vp09' at "), "{error}");
    }
}
