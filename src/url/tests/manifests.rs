//! Manifests: their names in any case, forms, arguments, and stored filters.

use super::*;

const SMOOTH: ManifestFormat = ManifestFormat::Smooth(None);

#[test]
fn manifests_in_any_case() {
    for path in
        ["/films/tears.ism/Manifest", "/films/tears.ism/manifest", "films/tears.ism/MANIFEST"]
    {
        assert_eq!(manifest(path), ("films/tears.ism".into(), SMOOTH));
    }
    assert_eq!(manifest("/a.isml/Manifest"), ("a.isml".into(), SMOOTH));
    assert_eq!(manifest("/A.ISM/Manifest"), ("A.ISM".into(), SMOOTH));
    assert_eq!(manifest("/shelf.ism/a.ism/Manifest"), ("shelf.ism/a.ism".into(), SMOOTH));
}

#[test]
fn manifest_forms() {
    let smooth = |form| ManifestFormat::Smooth(Some(form));
    assert_eq!(manifest("/a.ism/manifest(format=fmp4-v20)").1, smooth(Form::Legacy));
    assert_eq!(manifest("/a.ism/manifest(format=fmp4)").1, smooth(Form::Compact));
    for (file, format) in [
        ("manifest(format=m3u8-cmaf)", ManifestFormat::Hls),
        ("manifest(format=m3u8-aapl)", ManifestFormat::Hls),
        ("MANIFEST(FORMAT=M3U8-AAPL-V3)", ManifestFormat::Hls),
        ("manifest( format = m3u8-aapl-v4 ).m3u8", ManifestFormat::Hls),
        ("Manifest%28format%3Dm3u8-cmaf%29.M3U8", ManifestFormat::Hls),
        ("Master.m3u8", ManifestFormat::Hls),
        (".m3u8", ManifestFormat::Hls),
        ("film,1(x).m3u8", ManifestFormat::Hls),
        ("manifest(audio-only=false).m3u8", ManifestFormat::Hls),
        ("manifest(format=mpd-time-cmaf)", ManifestFormat::Dash),
        ("manifest(Format=mpd-time-csf).mpd", ManifestFormat::Dash),
        ("manifest.mpd", ManifestFormat::Dash),
        (".mpd", ManifestFormat::Dash),
        ("x.MPD", ManifestFormat::Dash),
        ("m%61nifest(audio-only=false)", SMOOTH),
    ] {
        assert_eq!(manifest(&format!("/a.ism/{file}")), ("a.ism".into(), format), "{file}");
    }
}

#[test]
fn arguments_of_manifests_have_one_spelling() {
    let one = |file: &str| {
        let path = format!("/a.ism/{file}");
        Request::parse(&path).map(|request| request.in_one_case().to_string())
    };
    for (file, written) in [
        ("manifest(audio-only=false,format=mpd-time-csf)", "manifest.mpd"),
        (
            "manifest(encryption=PIFF, AudioTrack = English%20%285.1%29%2Cb ,audio-only=True).m3u8",
            "Manifest(format=m3u8-cmaf,audio-only=true,audioTrack=english%20%285.1%29%2Cb,encryption=cenc)",
        ),
        (
            "Manifest(encryption=cbcs-aapl,filter=b;a,format=fmp4)",
            "Manifest(format=fmp4,filter=a;b,encryption=cbcs-aapl)",
        ),
        ("Manifest(AUDIO-ONLY=TRUE)", "Manifest(audio-only=true)"),
    ] {
        assert_eq!(one(file).as_deref(), Ok(&*format!("/a.ism/{written}")), "{file}");
    }
}

#[test]
fn manifests_of_stored_filters() {
    let read = |path| Request::parse(path).map(|request| request.to_string());
    for (path, one) in [
        ("/a.ism/manifest(filter=low)", "/a.ism/Manifest(filter=low)"),
        (
            "/a.ism/manifest(format=fmp4,filter=b;A-1.x;b)",
            "/a.ism/Manifest(format=fmp4,filter=A-1.x;b)",
        ),
        (
            "/a.ism/Manifest%28filter=b%3Ba,%20format=m3u8-cmaf%29",
            "/a.ism/Manifest(format=m3u8-cmaf,filter=a;b)",
        ),
    ] {
        assert_eq!(read(path).as_deref(), Ok(one), "{path}");
    }
    for filters in ["", ";", "a;", "a;b;c;d", "..%2fa", "a b", "a%2Fb", ".a", "é"] {
        let path = format!("/a.ism/manifest(filter={filters})");
        assert!(matches!(Request::parse(&path), Err(RequestError::Argument(_))), "{path}");
    }
}

#[test]
fn a_bare_presentation() {
    let presentation = Request::Presentation("films/tears.ism".into());
    assert_eq!(Request::parse("/films/tears.ism").as_ref(), Ok(&presentation));
    assert_eq!(Request::parse("/films/tears.ism/"), Ok(presentation));
}
