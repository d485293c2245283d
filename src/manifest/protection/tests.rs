use super::*;
use crate::base::target::SegmentTarget;
use crate::index::{Clear, EntryPair, Index, Media, Stream};
use crate::isobmff::SchemeError;
use crate::manifest::{dash, hls};
use crate::media::protected_entry;
use crate::url::Frames;
use crate::view::fixture::{CHUNKS, audio_level, index, stream, video_level};
use crate::view::{View, ViewError};

const KEY: [u8; 16] = [0x11; 16];
const WIDEVINE: u128 = 0xedef_8ba9_79d6_4ace_a3c8_27dc_d51d_21ed;

fn video(scheme: &[u8; 4], keys: [[u8; 16]; 2]) -> Stream {
    let tracks = keys.into_iter().zip([300_000, 3_000_000]).map(|(key, bitrate)| {
        let mut track = video_level(bitrate, (640, 360));
        track.sample_entry = protected_entry(&track.sample_entry, (b"encv", b"avc1"), scheme, key);
        track
    });
    stream("video", "", &CHUNKS, tracks.collect())
}

fn protected(systems: &[(u128, &[u8])], streams: Vec<Stream>) -> Index {
    let protections = systems.iter().map(|(system, data)| Protection {
        system_id: system.to_be_bytes(),
        key_ids: vec![],
        data: data.to_vec(),
    });
    let plain = index(streams);
    Index::new(vec![], protections.collect(), plain.sources, plain.streams)
}

const PLAYREADY: u128 = u128::from_be_bytes(Protection::PLAYREADY);

#[test]
fn an_mpd_names_the_key_and_says_what_each_system_is_told() {
    let systems: [(u128, &[u8]); 2] = [(PLAYREADY, b"object"), (WIDEVINE, b"data")];
    let audio = stream("audio", "", &CHUNKS, vec![audio_level(64_000)]);
    let mpd =
        dash::render(&View::whole(&protected(&systems, vec![video(b"cenc", [KEY; 2]), audio])))
            .unwrap();
    let expected = r#"segmentAlignment="true" startWithSAP="2">
      <ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="11111111-1111-1111-1111-111111111111"/>
      <ContentProtection schemeIdUri="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95" value="MSPR 2.0">
        <cenc:pssh>AAAAJnBzc2gAAAAAmgTweZhAQoarkuZb4IhflQAAAAZvYmplY3Q=</cenc:pssh>
        <mspr:pro>b2JqZWN0</mspr:pro>
      </ContentProtection>
      <ContentProtection schemeIdUri="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed">
        <cenc:pssh>AAAAJHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAAARkYXRh</cenc:pssh>
      </ContentProtection>
      <Label>video</Label>"#;
    assert!(mpd.contains(expected), "{mpd}");
    let namespaces = r#" xmlns:cenc="urn:mpeg:cenc:2013" xmlns:mspr="urn:microsoft:playready" "#;
    assert!(mpd.contains(namespaces));
    assert_eq!(mpd.matches("mp4protection").count(), 2, "of video, of its keyframes");
    assert!(mpd.contains(r#"codecs="avc1.64001f""#));
}

#[test]
fn levels_of_other_keys_say_so_themselves() {
    let mpd = dash::render(&View::whole(&protected(&[], vec![video(b"cbcs", [KEY, [0x22; 16]])])))
        .unwrap();
    let own = r#"frameRate="1/1">
        <ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs" cenc:default_KID="22222222-2222-2222-2222-222222222222"/>
      </Representation>"#;
    assert!(mpd.contains(own), "{mpd}");
    assert_eq!(mpd.matches("mp4protection").count(), 4, "of key frames too");
    let clear = dash::render(&View::whole(&protected(
        &[],
        vec![stream("audio", "", &CHUNKS, vec![audio_level(64_000)])],
    )));
    assert!(!clear.unwrap().contains("xmlns:"));
}

#[test]
fn playlists_have_a_key_for_each_system_that_has_a_format() {
    const COMMON: u128 = 0x1077_efec_c0b2_4d02_ace3_3c1e_52e2_fb4b;
    let systems: [(u128, &[u8]); 3] = [(PLAYREADY, b"object"), (WIDEVINE, b"data"), (COMMON, b"")];
    for (scheme, method) in [(b"cenc", "SAMPLE-AES-CTR"), (b"cbcs", "SAMPLE-AES")] {
        let index = protected(&systems, vec![video(scheme, [KEY; 2])]);
        let stream = &index.streams[0];
        let keys = format!(
            "METHOD={method},URI=\"data:text/plain;charset=UTF-16;base64,b2JqZWN0\",KEYFORMAT=\"com.microsoft.playready\",KEYFORMATVERSIONS=\"1\"
METHOD={method},KEYID=0x11111111111111111111111111111111,URI=\"data:text/plain;base64,AAAAJHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAAARkYXRh\",KEYFORMAT=\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\",KEYFORMATVERSIONS=\"1\""
        );
        let own =
            hls::playlist(&View::whole(&index), stream, &stream.tracks[0], Frames::CHUNKS).unwrap();
        assert!(own.contains(&keys.replace("METHOD", "#EXT-X-KEY:METHOD")), "{own}");
        assert_eq!(own.matches("#EXT-X-KEY").count(), 2);
        let all = hls::master(&View::whole(&index)).unwrap();
        assert!(all.contains(&keys.replace("METHOD", "#EXT-X-SESSION-KEY:METHOD")), "{all}");
        assert_eq!(all.matches("#EXT-X-SESSION-KEY").count(), 2, "levels share them");
    }
}

#[test]
fn keys_stand_in_front_of_the_first_segment_that_is_not_in_the_clear() {
    let mut video = video(b"cenc", [KEY; 2]);
    let mut kept = |first, frames| {
        let Media::Fragments { clear, .. } = &mut video.tracks[0].media else { panic!() };
        *clear = Some(Clear { entries: EntryPair::new(2, 1).unwrap(), first });
        let index = protected(&[(WIDEVINE, b"data")], vec![video.clone()]);
        let stream = &index.streams[0];
        let own = hls::playlist(&View::whole(&index), stream, &stream.tracks[0], frames).unwrap();
        let tags = [("#EXT-X-MAP", 'm'), ("#EXT-X-KEY", 'k'), ("#EXTINF", 's')];
        let tag = |line: &str| tags.iter().find(|(tag, _)| line.starts_with(tag)).map(|it| it.1);
        own.lines().filter_map(tag).collect::<String>()
    };
    for frames in [Frames::CHUNKS, Frames::Key] {
        assert_eq!(kept(0, frames), "mksss");
        assert_eq!(kept(1, frames), "mskss");
        assert_eq!(kept(2, frames), "mssks");
        assert_eq!(kept(3, frames), "msss", "nothing is encrypted");
    }
    let joined = Frames::All(SegmentTarget::DEFAULT);
    assert_eq!((kept(0, joined), kept(2, joined)), ("mks".to_owned(), "mks".to_owned()));
}

#[test]
fn of_no_system_playlists_say_nothing() {
    let index = protected(&[], vec![video(b"cenc", [KEY; 2])]);
    let own = hls::playlist(
        &View::whole(&index),
        &index.streams[0],
        &index.streams[0].tracks[0],
        Frames::CHUNKS,
    )
    .unwrap();
    assert!(!own.contains("KEY") && !hls::master(&View::whole(&index)).unwrap().contains("KEY"));
}

#[test]
fn a_pssh_of_no_data_names_the_key_of_its_track() {
    let system: [(u128, &[u8]); 1] = [(7, b"")];
    let index = protected(&system, vec![video(b"cenc", [KEY, [0x22; 16]])]);
    let pssh = pssh(&index.protections[0], KEY);
    assert_eq!(pssh[28..], [&[0, 0, 0, 1][..], &KEY, &[0; 4]].concat());
}

#[test]
fn each_level_tells_the_systems_of_its_own_key_alone() {
    const OTHER: [u8; 16] = [0x22; 16];
    let of = |system_id: u128, key_ids: &[[u8; 16]], data: &[u8]| Protection {
        system_id: system_id.to_be_bytes(),
        key_ids: key_ids.into(),
        data: data.into(),
    };
    let widevine = |key: [u8; 16]| of(WIDEVINE, &[], &[&[0x12, 16][..], &key].concat());
    let protections = [
        (widevine(KEY), [true, false]),
        (widevine(OTHER), [false, true]),
        (of(7, &[KEY], b"listed"), [true, false]),
        (of(8, &[KEY, OTHER], b"listed"), [true, true]),
        (of(9, &[], b"says nothing"), [true, true]),
        // It is of a key that samples may have later.
        (widevine([0x33; 16]), [true, true]),
    ];
    let plain = index(vec![video(b"cenc", [KEY, OTHER])]);
    let all = protections.iter().map(|(protection, _)| protection.clone()).collect();
    let index = Index::new(vec![], all, plain.sources, plain.streams);
    let stream = &index.streams[0];
    let mpd = dash::render(&View::whole(&index)).unwrap();
    let levels: Vec<&str> = mpd.split("<Representation").skip(1).take(2).collect();
    for (at, key) in [KEY, OTHER].into_iter().enumerate() {
        let playlist =
            hls::playlist(&View::whole(&index), stream, &stream.tracks[at], Frames::CHUNKS)
                .unwrap();
        for (protection, is_told) in &protections {
            let said = BASE64_STANDARD.encode(pssh(protection, key));
            assert_eq!(playlist.contains(&said), is_told[at], "{protection:?}: {playlist}");
            assert_eq!(levels[at].contains(&said), is_told[at], "{protection:?}: {mpd}");
        }
    }
}

#[test]
fn what_has_no_name_is_not_told() {
    let index = protected(&[], vec![video(b"cens", [KEY; 2])]);
    let (stream, cause) = (&index.streams[0], SchemeError::UnknownScheme(*b"cens").into());
    let untold = Err(ViewError::protection(stream, &stream.tracks[0], cause));
    assert_eq!(dash::render(&View::whole(&index)), untold);
    assert_eq!(hls::master(&View::whole(&index)), untold);
    assert_eq!(
        hls::playlist(
            &View::whole(&index),
            &index.streams[0],
            &index.streams[0].tracks[0],
            Frames::CHUNKS
        ),
        untold
    );
}
