//! Names of streams and levels.

use super::*;

#[test]
fn the_client_manifest_names_what_the_server_manifest_does_not() {
    let index = built(
        "<video src='a.mp4'/><audio src='b.mp4'/>",
        "<StreamIndex Type='audio' Name='English' Subtype='WmaPro' Language='en' Role='alternate'
            Url='QualityLevels({bitrate})/Fragments(audio_en={start time})'>
            <QualityLevel Index='0' Bitrate='128000' FourCC='AACL' AudioTag='354' Channels='6'
            PacketSize='2973' CodecPrivateData='1000' Extra='1'><CustomAttributes>
            <Attribute Name='acme_angle' Value='2'/></CustomAttributes></QualityLevel></StreamIndex>",
        vec![
            ("a.mp4", vec![track(1, video(), &even(1))]),
            ("b.mp4", vec![track(1, audio(), &even(1))]),
        ],
    )
    .unwrap();
    let attribute = |name: &str, value: &str| Attribute { name: name.into(), value: value.into() };
    assert_eq!(index.attributes, [attribute("acme", "1")]);
    assert_eq!(index.sources[1].key, "a.ismc");
    let stream = &index.streams[1];
    assert_eq!((stream.name.as_str(), stream.language.as_str()), ("audio_en", "en"));
    assert_eq!(
        (stream.subtype.as_str(), stream.labels.roles.as_slice()),
        ("WmaPro", &["alternate".to_owned()][..])
    );
    assert_eq!(stream.attributes, [attribute("Name", "English")]);
    let track = &stream.tracks[0];
    assert_eq!((track.bitrate, track.source), (128_000, 3));
    assert_eq!(track.attributes, [attribute("Extra", "1")]);
    assert_eq!(track.custom_attributes, [attribute("acme_angle", "2")]);
    let Format::Audio(format) = &track.format else { panic!("audio") };
    assert_eq!(format.four_cc.as_str(), "WMAP", "the file's, not the manifest's");
    assert_eq!((format.channels, format.audio_tag, format.packet_size), (2, 354, 2973));
    assert_eq!(format.codec_private_data, [0x10, 0x00]);
}

#[test]
fn names_are_made_unique() {
    let file = |key| (key, vec![track(1, audio(), &even(1))]);
    let index = built(
        "<audio src='a' systemLanguage='eng'/><audio src='b' systemLanguage='fra'/>
        <audio src='c' systemLanguage='eng'/>
        <textstream src='d'><param name='trackName' value='AUDIO'/></textstream>",
        "",
        vec![file("a"), file("b"), file("c"), ("d", vec![track(1, text(), &even(1))])],
    )
    .unwrap();
    assert_eq!(
        names(&index),
        [
            (StreamKind::Audio, "audio"),
            (StreamKind::Audio, "audio_2"),
            (StreamKind::Text, "AUDIO_3"),
        ]
    );
    assert_eq!(index.streams[0].tracks.len(), 2);
}

#[test]
fn several_streams_of_a_kind_are_told_apart_by_language() {
    let listed = |name: &str, language: &str| {
        format!("<StreamIndex Type='audio' Name='{name}' Language='{language}'/>")
    };
    let index = built(
        "<audio src='a' systemLanguage='fra'/><audio src='b' systemLanguage='eng'/>",
        &(listed("first", "eng") + &listed("second", "fra")),
        ["a", "b"].map(|key| (key, vec![track(1, audio(), &even(1))])).to_vec(),
    )
    .unwrap();
    assert_eq!(names(&index), [(StreamKind::Audio, "second"), (StreamKind::Audio, "first")]);
}

#[test]
fn a_shown_name_is_one_streams_own() {
    let listed = |name: &str| {
        format!("<StreamIndex Type='audio' Name='English' Url='Q(b)/Fragments({name}={{t}})'/>")
    };
    let index = built(
        "<audio src='a'><param name='trackName' value='x'/></audio>
        <audio src='b'><param name='trackName' value='y'/></audio>",
        &(listed("x") + &listed("y")),
        ["a", "b"].map(|key| (key, vec![track(1, audio(), &even(1))])).to_vec(),
    )
    .unwrap();
    assert!(index.streams.iter().all(|stream| stream.attributes.is_empty()));
}

#[test]
fn no_two_levels_share_a_bitrate() {
    let levels = |bitrates: &[&str]| {
        let server: String = (0..bitrates.len())
            .map(|at| format!("<video src='{at}' systemBitrate='{}'/>", bitrates[at]))
            .collect();
        let keys: Vec<_> = (0..bitrates.len()).map(|at| at.to_string()).collect();
        let media = keys.iter().map(|key| (key.as_str(), vec![track(1, video(), &even(2))]));
        super::tests::bitrates(&built(&server, "", media.collect()).unwrap())
    };
    assert_eq!(levels(&["500", "500", "501", "500"]), [500, 502, 501, 503]);
    assert_eq!(levels(&["4294967295", "4294967295"]), [4_294_967_295, 1]);
    // 2 fragments of 1000 bytes in 4 s.
    assert_eq!(levels(&["0", "", "4001"]), [4000, 4002, 4001]);
}

#[test]
fn a_missing_bitrate_is_the_client_manifests_level_in_its_place() {
    let listed = "<StreamIndex Type='video'><QualityLevel Bitrate='900' A='1'/>
        <QualityLevel Bitrate='300' A='2'/></StreamIndex>";
    let media = || ["a", "b"].map(|key| (key, vec![track(1, video(), &even(1))])).to_vec();
    let index = built("<video src='a'/><video src='b'/>", listed, media()).unwrap();
    assert_eq!(bitrates(&index), [900, 300]);
    let server = "<video src='a' systemBitrate='300'/><video src='b' systemBitrate='900'/>";
    let index = built(server, listed, media()).unwrap();
    assert_eq!(bitrates(&index), [300, 900]);
    assert_eq!(index.streams[0].tracks[0].attributes[0].value, "2");
}

#[test]
fn names_that_urls_cannot_have_are_made_others() {
    let odd = ["..", ".", "a&#9;b", "a_b", "x.ism", "Director's, commentary", "AC3/5.1"];
    let entry = |(at, name): (usize, &&str)| {
        format!("<audio src='{at}'><param name='trackName' value=\"{name}\"/></audio>")
    };
    let server: String = odd.iter().enumerate().map(entry).collect();
    let keys: Vec<String> = (0..odd.len()).map(|at| at.to_string()).collect();
    let media = keys.iter().map(|key| (key.as_str(), vec![track(1, audio(), &even(1))]));
    let index = built(&server, "", media.collect()).unwrap();
    let made: Vec<&str> = index.streams.iter().map(|stream| stream.name.as_str()).collect();
    let expected = ["__", "_", "a_b", "a_b_2", "x_ism", "Director's, commentary", "AC3/5.1"];
    assert_eq!(made, expected);
}
