//! How a track is coded: from its sample entry to what a client manifest says of it
//! (`[MS-SSTR]` 2.2.2.5).

mod aac;
mod dolby;
mod four_cc;
mod open;
mod video;
mod windows;

use crate::index::{Format, TextFormat};
use crate::isobmff::{BoxError, BoxType, SampleEntry};
use four_cc::four_cc;

/// The format of samples that `entry` describes.
pub(super) fn format(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let unknown = entry.error("it is of no codec that can be served");
    let BoxType::Code(code) = entry.format else { return Err(unknown) };
    match &code {
        b"avc1" | b"avc3" => video::avc(entry),
        b"hvc1" | b"hev1" => video::hevc(entry),
        b"vc-1" | b"ovc1" => windows::vc1(entry),
        b"av01" => open::av1(entry),
        b"vp09" => open::vp9(entry),
        b"mp4a" => aac::aac(entry),
        b"ac-3" => dolby::ac3(entry),
        b"ec-3" => dolby::eac3(entry),
        b"Opus" => open::opus(entry),
        b"fLaC" => open::flac(entry),
        b"wma " | b"owma" => windows::wma(entry),
        b"stpp" | b"dfxp" => Ok(Format::Text(TextFormat { four_cc: four_cc(entry, b"TTML")? })),
        _ => Err(unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digits::hex;
    use crate::index::{AudioFormat, VideoFormat};
    use crate::isobmff::Movie;
    use crate::media::{
        Track, audio_entry, avcc, boxed, esds, full_boxed, hvcc, moov, text_entry, visual_entry,
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
        for object_type in [0x66, 0x67, 0x68] {
            assert_eq!(other(object_type, &[0x11, 0x90]), other(0x40, &[0x11, 0x90]));
        }
        for object_type in [0x69, 0x6b] {
            let mp3 = "it is MP3, which no browser plays in MP4";
            assert_eq!(other(object_type, &[]), Err(mp3.into()));
        }
        assert_eq!(other(0xdd, &[]), Err("its MPEG-4 object type is not AAC".into()));
        assert_eq!(other(0x40, &[0x0a, 0x10]), Err("it is AAC of an unknown profile".into()));
        assert_eq!(other(0x40, &[]), Err("its AudioSpecificConfig is malformed".into()));
    }

    #[test]
    fn aac_whose_channels_are_listed_keeps_the_list_and_what_extends_it_is_cut() {
        let listed = [0x11, 0x80, 0x04, 0xc8, 0x44, 0x00, 0x20, 0x00, 0xc4, 2, b'h', b'i'];
        let extended = [&listed[..], &[0x56, 0xe5, 0x00]].concat();
        let format = audio(b"mp4a", &esds(0x40, &extended));
        assert_eq!((format.channels, format.codec_private_data.as_slice()), (6, &listed[..]));
        // HE-AAC that is signalled backwards-compatibly stays at its core's rate.
        let format = audio(b"mp4a", &esds(0x40, &[0x13, 0x10, 0x56, 0xe5, 0x98]));
        assert_eq!((format.four_cc.as_str(), format.sampling_rate), ("AACL", 24_000));
        assert_eq!(format.codec_private_data, [0x13, 0x10]);
    }

    #[test]
    fn dolby_is_the_tail_of_an_extensible_wave_format() {
        let e_ac_3 = audio(b"ec-3", &boxed(b"dec3", &[0x06, 0x00, 0x20, 0x0f, 0x00]));
        assert_eq!((e_ac_3.four_cc.as_str(), e_ac_3.audio_tag), ("EC-3", 65_534));
        assert_eq!((e_ac_3.channels, e_ac_3.packet_size), (6, 768));
        assert_eq!(
            hex(&e_ac_3.codec_private_data),
            "00063f000000af87fba7022dfb42a4d405cd93843bdd0600200f00"
        );

        let ac_3 = audio(b"ac-3", &boxed(b"dac3", &[0x10, 0x11, 0x40]));
        assert_eq!((ac_3.four_cc.as_str(), ac_3.channels, ac_3.packet_size), ("AC-3", 2, 768));
        assert_eq!(
            hex(&ac_3.codec_private_data),
            "0006030000002c806de046dbcf11b4d100805f6cbbea101140"
        );
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
    fn open_codecs_are_called_what_their_files_call_them() {
        let av1 = video(b"av01", &boxed(b"av1C", &[0x81, 0, 0x0c, 0]));
        let vp9 = video(b"vp09", &full_boxed(b"vpcC", 1, 0, &[0, 10, 0x82, 2, 2, 2, 0, 0]));
        for (format, code) in [(av1, "av01"), (vp9, "vp09")] {
            assert_eq!((format.four_cc.as_str(), format.width, format.height), (code, 640, 360));
            assert!(format.codec_private_data.is_empty());
        }
        let opus = audio(b"Opus", &boxed(b"dOps", &[0, 6, 1, 0x38, 0, 0, 0xac, 0x44, 0, 0, 0]));
        assert_eq!((opus.four_cc.as_str(), opus.sampling_rate, opus.channels), ("Opus", 48_000, 6));
        let information = [&[0x80, 0, 0, 34][..], &[0; 10], &[0x17, 0x70, 0x03, 0x70], &[0; 20]];
        let flac = audio(b"fLaC", &full_boxed(b"dfLa", 0, 0, &information.concat()));
        assert_eq!((flac.four_cc.as_str(), flac.sampling_rate), ("fLaC", 96_000));
        assert_eq!((flac.channels, flac.bits_per_sample), (2, 24));
    }

    #[test]
    fn video_without_width_or_height_has_those_of_its_configuration() {
        let size = |code: &[u8; 4], (width, height), tail: &[u8]| match scan(
            b"vide",
            visual_entry(code, width, height, tail),
        )? {
            Format::Video(format) => Ok((format.width, format.height)),
            other => panic!("{other:?}"),
        };
        let sps = [
            0x67, 0x42, 0xc0, 0x0b, 0xd9, 2, 0xc4, 0xec, 4, 0x40, 0, 0, 3, 0, 0x40, 0, 0, 0x0c,
            0x83, 0xc5, 0x0a, 0x92,
        ];
        let avc = avcc(&[&sps], &[&[0x68]]);
        assert_eq!(size(b"avc1", (0, 0), &avc), Ok((176, 144)));
        assert_eq!(size(b"avc1", (0, 90), &avc), Ok((176, 144)));
        assert_eq!(size(b"avc1", (160, 90), &avc), Ok((160, 90)), "it is believed");
        let nothing: Result<(u32, u32), String> =
            Err("it has no width or height, and nothing in it says them".into());
        assert_eq!(size(b"avc1", (0, 0), &avcc(&[&[0x67]], &[&[0x68]])), nothing);
        let vp9 = full_boxed(b"vpcC", 1, 0, &[0, 10, 0x82, 2, 2, 2, 0, 0]);
        assert_eq!(size(b"vp09", (0, 0), &vp9), nothing);
    }

    #[test]
    fn text_and_the_unknown() {
        let text = scan(b"subt", text_entry(b"stpp"));
        assert!(matches!(text, Ok(Format::Text(text)) if text.four_cc.as_str() == "TTML"));
        let bytes = moov(&[Track { entry: visual_entry(b"mp4v", 1, 1, &[]), ..Track::video(1) }]);
        let error = format(&Movie::parse(&bytes, 0).unwrap().tracks[0].entry).unwrap_err();
        assert!(error.to_string().starts_with("box 'mp4v' at "), "{error}");
    }
}
