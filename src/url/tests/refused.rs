//! Paths that are refused, each by the error that names what is wrong.

use super::*;

#[test]
fn arguments_that_are_not_understood() {
    for file in [
        "manifest()",
        "manifest(format)",
        "manifest(format=)",
        "manifest(format=m3u8)",
        "manifest(format=m3u8-aapl,format=m3u8-aapl)",
        "manifest(format=m3u8-aapl,FORMAT=m3u8-cmaf)",
        "manifest(format=m3u8-aapl,)",
        "manifest(format=m3u8-aapl%2Caudio-only=true)",
        "manifest(format=m3u8-aapl).mpd",
        "manifest(format=mpd-time-csf).m3u8",
        "manifest(format=fmp4).m3u8",
        "manifest(audio-only=1)",
        "manifest(audio-only=true,audio-only=true)",
        "manifest(audioTrack=)",
        "manifest(audioTrack=%20)",
        "manifest(encryption=cbcs)",
        "manifest(encryption=cenc,encryption=piff)",
        "manifest(bitrate=1)",
        "manifest(filter=a,filter=b)",
        "manifest(bogus=1).m3u8",
    ] {
        let path = format!("/a.ism/{file}");
        assert!(matches!(Request::parse(&path), Err(RequestError::Argument(_))), "{file}");
    }
}

#[test]
fn what_is_not_served_says_so() {
    for path in [
        "/a.ism/QualityLevels(1)/Fragments(video=0,format=m3u8-aapl)",
        "/a.ism/QualityLevels(1)/Manifest(video,format=m3u8-aapl)",
        "/a.ism/manifest(format=f4m-f4f)",
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::NotServed(_))), "{path}");
    }
}

#[test]
fn bad_grammar() {
    for path in [
        "/a.ism/Nonsense",
        "/a.ism/Manifest(",
        "/a.ism/Manifest(format=fmp4).mp4",
        "/a.ism/Manifest(format=fmp4.m3u8",
        "/a.ism/00ff00ff00ff00ff/Manifest",
        "/a.ism/QualityLevels(1)",
        "/a.ism/QualityLevels()/Fragments(video=0)",
        "/a.ism/QualityLevels(-1)/Fragments(video=0)",
        "/a.ism/QualityLevels(+1)/Fragments(video=0)",
        "/a.ism/QualityLevels(4294967296)/Fragments(video=0)",
        "/a.ism/QualityLevels(1,x)/Fragments(video=0)",
        "/a.ism/QualityLevels(1%2Cx=1)/Fragments(video=0)",
        "/a.ism/x%2f..%2fManifest",
        "/a.ism/QualityLevels(1)/Fragments",
        "/a.ism/QualityLevels(1)/Fragments()",
        "/a.ism/QualityLevels(1)/Fragments(=0)",
        "/a.ism/QualityLevels(1)/Fragments(video)",
        "/a.ism/QualityLevels(1)/Fragments(video=)",
        "/a.ism/QualityLevels(1)/Fragments(video=0x10)",
        "/a.ism/QualityLevels(1)/Fragments(video=18446744073709551616)",
        "/a.ism/QualityLevels(1)/Fragments(video=0)x",
        "/a.ism/QualityLevels(1)/Frames(video=0)",
        "/a.ism/video/300/index.m3u8",
        "/a.ism/00ff00ff00ff00ff/master.m3u8",
        "/a.ism/00ff00ff00ff00ff/video/300/0.mp4",
        "/a.ism/00ff00ff00ff00ff/video/300/.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/+1.m4s",
        "/a.ism/00ff00ff00ff00ff/video/x/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/0.m4s/more",
        "/a.ism/00ff00ff00ff00ff/video/300/keys/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/iframes/0.mp4",
        "/a.ism/video/300/iframes/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/30001ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/4294973296ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/6000/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/6s/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/-1ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/6000ms/iframes/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/other-1-2.m3u8",
        "/a.ism/00ff00ff00ff00ff/video/300/index-1-2.mp4",
        "/a.ism/Levels(1)/Fragments(video=0)",
        "/a.ism/QualityLevels(1)/Fragments(video=0)/more",
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::Grammar(_))), "{path}");
    }
}

#[test]
fn paths_that_no_object_has() {
    let long = format!("/{}.ism/Manifest", "x".repeat(MAX_PRESENTATION_LEN));
    for path in [
        "/../a.ism/Manifest",
        "//a.ism/Manifest",
        "/./a.ism/Manifest",
        "/x%2f..%2fa.ism/Manifest",
        "/a\0.ism/Manifest",
        "/%ff.ism/Manifest",
        "/a.ism/Manifest/",
        "/a.ism//Manifest",
        "/a.ism/../Manifest",
        "/a.ism/%2e%2E/Manifest",
        "/a.ism/00ff00ff00ff00ff/../64000/index.m3u8",
        "/a.ism/00ff00ff00ff00ff/a%09b/64000/index.m3u8",
        "/a.ism/QualityLevels(1)/Fragments(%ff=0)",
        &long,
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::Path(_))), "{path}");
    }
    for path in ["", "/", "/favicon.ico", "/ism/Manifest", "/a.ismv", "/a.ism%2FManifest"] {
        assert_eq!(Request::parse(path), Err(RequestError::NoPresentation), "{path}");
    }
}
