//! One document in the manner of each producer, and what none of them would write.

use super::*;
use crate::index::Attribute;
use proptest::prelude::*;

fn parse(text: &str) -> ServerManifest {
    ServerManifest::parse(text.as_bytes()).unwrap()
}

fn refused(text: &str) -> String {
    ServerManifest::parse(text.as_bytes()).unwrap_err().to_string()
}

/// A line a track: kind, file, `trackID`, bitrate, name, language.
fn summary(manifest: &ServerManifest) -> Vec<String> {
    let line = |entry: &Entry| {
        let kind = entry.kind.map_or("ref", StreamKind::as_str);
        let mut line = format!("{kind} {}", manifest.media[entry.media]);
        let id = entry.track_id.map(|id| format!("#{id}"));
        let bitrate = entry.bitrate.map(|bitrate| bitrate.to_string());
        for part in [id, bitrate, entry.name.clone(), entry.language.clone()].into_iter().flatten()
        {
            line += " ";
            line += &part;
        }
        line
    };
    manifest.tracks.iter().map(line).collect()
}

#[test]
fn expression_encoder() {
    let text = r#"<?xml version="1.0" encoding="utf-16"?>
<!--Created with Expression Encoder-->
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="clientManifestRelativePath" content="Harbour.ismc" />
  </head>
  <body>
    <switch>
      <video src="Harbour_2000.ismv" systemBitrate="2000000">
        <param name="trackID" value="2" valuetype="data" />
      </video>
      <video src="Harbour_350.ismv" systemBitrate="350000">
        <param name="trackID" value="2" valuetype="data" />
      </video>
      <audio src="Harbour_2000.ismv" systemBitrate="64000">
        <param name="trackID" value="1" valuetype="data" />
      </audio>
    </switch>
  </body>
</smil>"#;
    let manifest = parse(text);
    assert_eq!(manifest.client_manifest.as_deref(), Some("Harbour.ismc"));
    assert_eq!(manifest.media, ["Harbour_2000.ismv", "Harbour_350.ismv"]);
    assert_eq!(
        summary(&manifest),
        [
            "video Harbour_2000.ismv #2 2000000",
            "video Harbour_350.ismv #2 350000",
            "audio Harbour_2000.ismv #1 64000",
        ]
    );
    let wide: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(ServerManifest::parse(&wide), Ok(manifest));
}

#[test]
fn azure_media_services() {
    let manifest = parse(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>
<smil xmlns=\"http://www.w3.org/2001/SMIL20/Language\">
  <head>
    <meta name=\"formats\" content=\"mp4-v3\" />
    <meta name=\"clientManifestRelativePath\" content=\"harbour%20view.ismc\" />
  </head>
  <body>
    <switch>
      <audio src=\"harbour%20view_320.mp4\" systemBitrate=\"128000\" systemLanguage=\"eng\">
        <param name=\"systemBitrate\" value=\"128000\" valuetype=\"data\" />
        <param name=\"trackID\" value=\"2\" valuetype=\"data\" />
        <param name=\"trackName\" value=\"aac_eng_2_128000\" valuetype=\"data\" />
        <param name=\"systemLanguage\" value=\"eng\" valuetype=\"data\" />
        <param name=\"trackIndex\" value=\"harbour%20view_320_2.mpi\" valuetype=\"data\" />
      </audio>
      <audio src=\"described.mp4\" systemLanguage=\"eng\">
        <param name=\"trackName\" value=\"described\" />
        <param name=\"accessibility\" value=\"description\" />
      </audio>
      <video src=\"harbour%20view_320.mp4\">
        <param name=\"systemBitrate\" value=\"381000\" valuetype=\"data\" />
        <param name=\"trackID\" value=\"1\" valuetype=\"data\" />
      </video>
      <textstream src=\"harbour%20view_eng.ismt\" systemLanguage=\"eng\">
        <param name=\"Subtype\" value=\"SUBT\" valuetype=\"data\" />
      </textstream>
    </switch>
  </body>
</smil>",
    );
    assert_eq!(manifest.client_manifest.as_deref(), Some("harbour view.ismc"));
    assert_eq!(manifest.media, ["harbour view_320.mp4", "described.mp4", "harbour view_eng.ismt"]);
    assert_eq!(
        summary(&manifest),
        [
            "audio harbour view_320.mp4 #2 128000 aac_eng_2_128000 eng",
            "audio described.mp4 described eng",
            "video harbour view_320.mp4 #1 381000",
            "text harbour view_eng.ismt eng",
        ]
    );
    assert_eq!(manifest.tracks[3].subtype.as_deref(), Some("SUBT"));
}

#[test]
fn azure_without_a_head() {
    let manifest = parse(
        "<smil><body><switch><video src='a.mp4'/><audio src='a.mp4'/></switch></body></smil>",
    );
    assert_eq!(manifest.client_manifest, None);
    assert_eq!(summary(&manifest), ["video a.mp4", "audio a.mp4"]);
}

#[test]
fn ffmpeg_ismindex() {
    let manifest = parse(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<smil xmlns=\"http://www.w3.org/2001/SMIL20/Language\">
\t<head>
\t\t<meta name=\"clientManifestRelativePath\" content=\"reel.ismc\" />
\t</head>
\t<body>
\t\t<switch>
\t\t\t<video src=\"reel-1500.ismv\" systemBitrate=\"1500000\">
\t\t\t\t<param name=\"trackID\" value=\"1\" valueType=\"data\" />
\t\t\t</video>
\t\t\t<audio src=\"reel-1500.ismv\" systemBitrate=\"96000\">
\t\t\t\t<param name=\"trackID\" value=\"2\" valueType=\"data\" />
\t\t\t</audio>
\t\t</switch>
\t</body>
</smil>
",
    );
    assert_eq!(
        summary(&manifest),
        ["video reel-1500.ismv #1 1500000", "audio reel-1500.ismv #2 96000"]
    );
}

#[test]
fn bento4() {
    let manifest = parse(
        r#"<?xml version="1.0" ?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta content="stream.ismc" name="clientManifestRelativePath"/>
  </head>
  <body>
    <switch>
      <audio src="media-audio-1.mp4" systemBitrate="131072">
        <param name="trackID" value="1" valueType="data"/>
        <param name="trackName" value="audio_en" valueType="data"/>
        <param name="timeScale" value="48000" valueType="data"/>
      </audio>
      <video src="media-video-1.mp4" systemBitrate="800123">
        <param name="trackID" value="1" valueType="data"/>
        <param name="timeScale" value="12800" valueType="data"/>
      </video>
    </switch>
  </body>
</smil>"#,
    );
    assert_eq!(manifest.client_manifest.as_deref(), Some("stream.ismc"));
    assert_eq!(
        summary(&manifest),
        ["audio media-audio-1.mp4 #1 131072 audio_en", "video media-video-1.mp4 #1 800123"]
    );
}

#[test]
fn unified() {
    let manifest = parse(
        r#"<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="creator" content="packager" />
    <meta name="hls_client_manifest_version" content="4" />
  </head>
  <body>
    <switch>
      <audio src="film-96k.isma" systemBitrate="96000" systemLanguage="nld">
        <param name="trackID" value="1" valuetype="data" />
        <param name="trackName" value="audio_nld" valuetype="data" />
        <param name="timescale" value="48000" valuetype="data" />
        <param name="FourCC" value="AACL" valuetype="data" />
        <param name="CodecPrivateData" value="1190" valuetype="data" />
      </audio>
      <textstream src="film-nld.ismt" systemBitrate="1000" systemLanguage="nld">
        <param name="trackID" value="1" valuetype="data" />
        <param name="TRACKNAME" value="subs_nld" valuetype="data" />
      </textstream>
      <ref src="film-700k.ismv" systemBitrate="700000" />
    </switch>
  </body>
</smil>"#,
    );
    assert_eq!(
        summary(&manifest),
        [
            "audio film-96k.isma #1 96000 audio_nld nld",
            "text film-nld.ismt #1 1000 subs_nld nld",
            "ref film-700k.ismv 700000",
        ]
    );
    assert!(manifest.tracks.iter().all(|entry| entry.custom_attributes.is_empty()));
}

#[test]
fn a_named_namespace_and_custom_attributes() {
    let manifest = parse(
        "<s:smil xmlns:s='http://www.w3.org/2001/SMIL20/Language'><s:body><s:video src='a.ismv'>
        <s:param name='acme_angle' value='2' valuetype='data'/></s:video></s:body></s:smil>",
    );
    let angle = Attribute { name: "acme_angle".into(), value: "2".into() };
    assert_eq!(manifest.tracks[0].custom_attributes, [angle]);
}

#[test]
fn names_are_taken_in_any_case() {
    let usual = "<smil><head><meta name='clientManifestRelativePath' content='a.ismc'/></head><body>\
                 <switch><video src='a.ismv' systemBitrate='9'><param name='trackID' value='2'/>\
                 </video><textstream src='a.vtt'/></switch></body></smil>";
    let upper = usual.to_uppercase().replace("A.ISM", "a.ism").replace("A.VTT", "a.vtt");
    let upper =
        upper.replace("'ismC", "'ismc").replace("a.ismV", "a.ismv").replace("a.ismC", "a.ismc");
    assert_ne!(upper, usual);
    assert_eq!(ServerManifest::parse(upper.as_bytes()), ServerManifest::parse(usual.as_bytes()));
}

#[test]
fn numbers_of_programs_that_reckon_with_fractions() {
    let track = |bitrate: &str, id: &str| {
        parse(&format!(
            "<smil><body><switch><video src='a.ismv' systemBitrate='{bitrate}'><param name='trackID' value='{id}'/>\
             </video></switch></body></smil>"
        ))
    };
    assert_eq!(track("200000.0", "2.00"), track("200000", "2"));
    assert_eq!(track(" 200000 ", "\n2"), track("+200000", "2"));
}

#[test]
fn a_track_that_is_named_twice_is_one() {
    let manifest =
        |tracks: &str| parse(&format!("<smil><body><switch>{tracks}</switch></body></smil>"));
    let (one, param) = ("<video src='a.ismv'/>", "<param name='trackID' value='1'/>");
    assert_eq!(manifest(&one.repeat(2)), manifest(one));
    assert_eq!(manifest("<video src='a.ismv'/><video src='./a.ismv' title=''/>"), manifest(one));
    let other = format!("{one}<video src='a.ismv'>{param}</video>");
    assert_eq!(manifest(&other).tracks.len(), 2, "it may be another");
    let mut folded = manifest("<video src='a.ismv'/><video src='A.ISMV'/>");
    assert_eq!(folded.tracks.len(), 2);
    folded.fold();
    assert_eq!(folded, manifest(one));
}

#[test]
fn only_what_is_no_text_may_be_encrypted() {
    let refused = |bytes: &[u8]| ServerManifest::parse(bytes).unwrap_err().to_string();
    let sealed =
        "; if the asset is encrypted in storage (StorageEncrypted), decrypt all of its files first";
    for bytes in [&b"\x8f\xc1\x10"[..], b"smil\0", b"\xff\xfe\x10"] {
        assert!(refused(bytes).ends_with(sealed), "{}", refused(bytes));
    }
    let latin = b"<?xml version='1.0' encoding='iso-8859-2'?><smil><head><meta content='caf\xe9'/>";
    assert_eq!(refused(latin), "the document is neither valid UTF-8 nor UTF-16: save it as UTF-8");
    let padded = "the document holds the character U+0000, which XML does not allow";
    assert_eq!(refused(b"\xef\xbb\xbf\n<smil></smil>\0\0"), padded);
    for nothing in [&b""[..], b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe"] {
        assert_eq!(refused(nothing), "the document is empty");
    }
}

#[test]
fn says_what_is_wrong() {
    let with = |track: &str| format!("<smil><body><switch>{track}</switch></body></smil>");
    assert_eq!(
        refused("<SmoothStreamingMedia/>"),
        "the root element is SmoothStreamingMedia, where a server manifest has smil"
    );
    assert_eq!(refused(&with("")), "it names no video, audio or textstream");
    let way_out =
        "write the path of its file there, from the folder of the .ism, or take the element out";
    let none = format!("a video element has no src: {way_out}");
    assert_eq!(refused(&with("<video/>")), none);
    for src in ["", " "] {
        let empty = format!("the src of a textstream element is empty: {way_out}");
        assert_eq!(refused(&with(&format!("<textstream src='{src}'/>"))), empty);
    }
    let folder = "the path \"a/\" is refused: it names no file";
    assert_eq!(refused(&with("<video src='a/'/>")), folder);
    assert_eq!(
        refused(&with("<video src='../b/a.ismv'/>")),
        "the path \"../b/a.ismv\" is refused: it leads out of the manifest's folder with \"..\""
    );
    assert_eq!(
        refused(&with("<video systemBitrate='64k' src='a.ismv'/>")),
        "systemBitrate of the video in a.ismv is \"64k\", where a whole number below 2^32 is to stand, in digits alone"
    );
    assert_eq!(
        refused(&with(
            "<audio src='b.isma'/><video src='a.ismv'><param name='TrackId' value='1,000'/></video>"
        )),
        "trackID of the video in a.ismv is \"1,000\", where a whole number below 2^32 is to stand, in digits alone"
    );
    assert_eq!(
        refused(&with(&"<video src='a.ismv'/>".repeat(1001))),
        "it names more than 1000 tracks"
    );
}

proptest! {
    #[test]
    fn whatever_it_is_given_it_answers(bytes: Vec<u8>, text in "(<(/?(smil|body|switch|video|audio|param|head|meta)( (src|name|value)='[&;.%/a-z0-9]{0,6}')*/?)?>?){0,20}") {
        let _ = ServerManifest::parse(&bytes);
        let _ = ServerManifest::parse(format!("<smil><body>{text}").as_bytes());
    }
}

#[test]
fn a_text_whose_file_cannot_be_found_is_done_without() {
    let name = |name: &str| format!("<param name='trackName' value='{name}'/>");
    let text = |source: &str, own: &str| format!("<textstream {source}>{}</textstream>", name(own));
    let video = "<video src='v.mp4'/>";
    for (source, why) in [
        ("", "a textstream element has no src: "),
        ("src=' '", "the src of a textstream element is empty: "),
        ("src='http://host/a.vtt'", "the path \"http://host/a.vtt\" is refused: "),
        ("src='../a.vtt'", "the path \"../a.vtt\" is refused: "),
    ] {
        let body = [video, &text("src='en.vtt'", "english"), &text(source, "none")].concat();
        let manifest = parse(&format!("<smil><body>{body}</body></smil>"));
        assert_eq!(summary(&manifest), ["video v.mp4", "text en.vtt english"]);
        let [refused_text] = &manifest.texts_refused[..] else { panic!("{source}") };
        assert!(refused_text.to_string().starts_with(why), "{refused_text}");
        let alone = refused(&format!("<smil><body>{}</body></smil>", text(source, "none")));
        assert!(alone.starts_with(why), "{alone}");
    }
}

#[test]
fn tracks_are_found_in_whatever_plays_them_together() {
    let track =
        |name: &str| format!("<{name} src='{name}.mp4'><param name='trackID' value='7'/></{name}>");
    let (video, audio) = (track("video"), track("audio"));
    for body in [
        format!("{video}{audio}"),
        format!("<switch>{video}</switch><switch>{audio}</switch>"),
        format!("<par><switch>{video}</switch>{audio}</par>"),
        format!("<switch>{video}<par>{audio}</par></switch>"),
        format!("<excl><par>{video}</par></excl><par>{audio}</par>"),
    ] {
        let manifest = parse(&format!("<smil><body>{body}</body></smil>"));
        assert_eq!(summary(&manifest), ["video video.mp4 #7", "audio audio.mp4 #7"], "{body}");
    }
    let one_after_the_other =
        format!("<smil><body><seq><par>{video}</par>{audio}</seq></body></smil>");
    assert!(refused(&one_after_the_other).starts_with("a video element stands in a seq, "));
}
