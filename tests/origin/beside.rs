//! Chapters, splices, and what only clients of Smooth Streaming understand: samples that stand in a client manifest.

use super::labels::warnings;
use super::*;

const CHAPTERS: &str = "<StreamIndex Type=\"text\" Name=\"MARKERS\" Subtype=\"CHAPTER\" TimeScale=\"1000\" \
    Language=\"ger\" ParentStreamIndex=\"video\" ManifestOutput=\"TRUE\" QualityLevels=\"1\" Chunks=\"2\" \
    Url=\"QualityLevels({bitrate},{CustomAttributes})/Fragments(MARKERS={start time})\">\
    <QualityLevel Index=\"0\" Bitrate=\"1000\" CodecPrivateData=\"\" FourCC=\"\"/>\
    <c n=\"0\" t=\"500\"><f>RWlucw==</f></c><c n=\"1\" t=\"2250\"><f>IlomJw==</f></c></StreamIndex>";
/// Of event 1002, with a break of about a minute; and back.
const OUT: &str = "/DAlAAAAAAXdAP/wFAUAAAPqf+/+AWRhuP4AUmNjAAEBAQAA8g1eNw==";
const BACK: &str = "/DAgAAAAAAXdAP/wDwUAAAPqf0/+AWXk0wABAQEAAGB86Fo=";

fn of(streams: &str) -> Edge {
    let edge = Edge::new();
    let named =
        "<smil><head><meta name='clientManifestRelativePath' content='a.ismc'/></head><body>";
    edge.stores.put_object(
        "films/a.ism",
        ISM.replace("<smil xmlns=\"http://www.w3.org/2001/SMIL20/Language\"><body>", named)
            .as_bytes(),
    );
    let client = format!("<SmoothStreamingMedia>{streams}</SmoothStreamingMedia>");
    edge.stores.put_object("films/a.ismc", client.as_bytes());
    edge
}

fn sparse(samples: &str) -> String {
    format!(
        "<StreamIndex Type=\"text\" Name=\"scte35\" Subtype=\"DATA\" TimeScale=\"10000000\" \
         ParentStreamIndex=\"video\" ManifestOutput=\"true\">\
         <QualityLevel Index=\"0\" Bitrate=\"0\" CodecPrivateData=\"\" FourCC=\"\"><CustomAttributes>\
         <Attribute Name=\"Scheme\" Value=\"urn:scte:scte35:2013:bin\"/></CustomAttributes></QualityLevel>\
         {samples}</StreamIndex>"
    )
}

fn text(edge: &Edge, file: &str) -> String {
    let got = edge.get(&format!("/films/a.ism/{file}"));
    assert_eq!(got.status, StatusCode::OK, "{file}: {}", got.text());
    got.text()
}

#[test]
fn chapters_are_told_in_three_protocols() {
    let edge = of(CHAPTERS);
    assert_eq!(warnings(&edge), [""; 0]);
    let smooth = text(&edge, "Manifest");
    assert!(smooth.contains(CHAPTERS), "verbatim: {smooth}");
    let generation = edge.generation();
    let session = format!(
        "#EXT-X-SESSION-DATA:DATA-ID=\"com.apple.hls.chapters\",URI=\"{generation}/chapters.json\"\n"
    );
    let master = text(&edge, "master.m3u8");
    assert!(master.contains(&session), "{master}");
    let got = edge.get(&format!("/films/a.ism/{generation}/chapters.json"));
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(
        got.text(),
        "[\n{\"chapter\":1,\"start-time\":0.5000000,\"titles\":[{\"language\":\"de\",\"title\":\"Eins\"}]},\
         \n{\"chapter\":2,\"start-time\":2.2500000,\"titles\":[{\"language\":\"de\",\"title\":\"\\\"Z&'\"}]}\n]\n"
    );
    let mpd = text(&edge, "manifest.mpd");
    let events = "  <Period id=\"0\" start=\"PT0S\">\n    <EventStream schemeIdUri=\"urn:millrace:chapters:2026\" \
        value=\"de\" timescale=\"10000000\">\n      <Event presentationTime=\"5000000\" id=\"0\">Eins</Event>\n      \
        <Event presentationTime=\"22500000\" id=\"1\">&quot;Z&amp;'</Event>\n    </EventStream>\n    <AdaptationSet";
    assert!(mpd.contains(events), "{mpd}");
}

#[test]
fn chapters_that_are_not_there_are_not_found() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let got = edge.get(&format!("/films/a.ism/{generation}/chapters.json"));
    assert_eq!((got.status.as_u16(), got.text().as_str()), (404, "films/a.ism has no chapters\n"));
    let got = edge.get("/films/a.ism/0123456789abcdef/chapters.json");
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert!(!text(&edge, "master.m3u8").contains("SESSION-DATA"));
}

#[test]
fn markers_are_chapters_and_script_commands_are_kept() {
    let content = "<StreamIndex Type=\"text\" Name=\"script\" Subtype=\"SCMD\"><Content>\
        <Marker Time=\"00:00:01.5\" Value=\"One\"/><ScriptCommand Time=\"3\" Type=\"URL\" Command=\"a&amp;b\"/>\
        </Content></StreamIndex>";
    let edge = of(content);
    assert!(text(&edge, "Manifest").contains(content));
    let chapters = text(&edge, &format!("{}/chapters.json", edge.generation()));
    assert!(chapters.contains(
        "\"start-time\":1.5000000,\"titles\":[{\"language\":\"und\",\"title\":\"One\"}]"
    ));
    assert_eq!(
        warnings(&edge),
        [
            "1 of the samples that films/a.ismc has of stream script are told to clients of Smooth Streaming alone: \
          they are neither titles of chapters nor sections of SCTE 35"
        ]
    );
}

#[test]
fn splices_are_ranges_of_dates_and_events() {
    let samples = format!(
        "<c t=\"10000000\"><f>{OUT}</f></c><c t=\"25000000\"><f>{BACK}</f></c><c t=\"30000000\"><f>PEE+</f></c>"
    );
    let edge = of(&sparse(&samples));
    assert!(text(&edge, "Manifest").contains(&sparse(&samples)));
    let generation = edge.generation();
    let playlist = text(&edge, &format!("{generation}/video/300000/index.m3u8"));
    let ranges = "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z\n\
        #EXT-X-DATERANGE:ID=\"1002-0\",START-DATE=\"1970-01-01T00:00:01.000Z\",DURATION=1.5000000,\
        SCTE35-OUT=0xFC30250000000005DD00FFF01405000003EA7FEFFE016461B8FE00526363000101010000F20D5E37,\
        SCTE35-IN=0xFC30200000000005DD00FFF00F05000003EA7F4FFE0165E4D3000101010000607CE85A\n#EXTINF:2.0000000,\n";
    assert!(playlist.contains(ranges), "{playlist}");
    let keyframes = text(&edge, &format!("{generation}/video/300000/iframes/index.m3u8"));
    assert!(keyframes.contains("PROGRAM-DATE-TIME") && !keyframes.contains("DATERANGE"));
    let mpd = text(&edge, "manifest.mpd");
    let event = format!(
        "<EventStream schemeIdUri=\"urn:scte:scte35:2014:xml+bin\" timescale=\"10000000\">\n      \
         <Event presentationTime=\"10000000\" duration=\"599932778\" id=\"0\">\
         <Signal xmlns=\"http://www.scte.org/schemas/35/2016\"><Binary>{OUT}</Binary></Signal></Event>\n"
    );
    assert!(mpd.contains(&event), "{mpd}");
    assert_eq!(warnings(&edge).len(), 1, "of what is no section");
}

#[test]
fn a_stream_that_is_too_large_is_left_out_and_warned_of() {
    let samples: String =
        (0..2001).map(|at| format!("<c t=\"{}\"><f>AA==</f></c>", at + 1)).collect();
    let edge = of(&sparse(&samples));
    assert!(!text(&edge, "Manifest").contains("scte35"));
    let said = warnings(&edge);
    assert_eq!(
        said[0],
        "the samples that films/a.ismc has of stream scte35 are left out: with those before them they are more than \
         262144 bytes or 2000 entries"
    );
    assert_eq!(said.len(), 1);
}

#[test]
fn what_is_left_out_leaves_room_for_what_comes_after_it() {
    let chapter = |name: &str, title: &str| {
        format!(
            "<StreamIndex Type=\"text\" Name=\"{name}\" Subtype=\"CHAP\"><Content>\
             <Marker Time=\"1\" Value=\"{title}\"/></Content></StreamIndex>"
        )
    };
    let large = chapter("large", &"x".repeat(200 << 10));
    let attributes = format!("<StreamIndex Type=\"text\" Scheme=\"{}\"", "y".repeat(200 << 10));
    let second = chapter("second", "Two").replace("<StreamIndex Type=\"text\"", &attributes);
    let edge = of(&[large, second, chapter("third", "Three")].concat());
    let smooth = text(&edge, "Manifest");
    assert!(smooth.contains("\"large\"") && smooth.contains("\"third\""));
    assert!(!smooth.contains("\"second\""), "attributes count, too");
    let chapters = text(&edge, &format!("{}/chapters.json", edge.generation()));
    assert!(chapters.contains("\"Three\"") && !chapters.contains("\"Two\""), "{chapters}");
    let said = warnings(&edge);
    assert!(said.len() == 1 && said[0].contains("of stream second are left out"), "{said:?}");
}

#[test]
fn samples_may_start_together_and_need_not_last() {
    let (one, two) = (
        format!("<c t=\"30000000\"><f>{OUT}</f></c>"),
        format!("<c t=\"30000000\"><f>{BACK}</f></c>"),
    );
    for samples in [one.clone(), format!("{one}{two}")] {
        let edge = of(&sparse(&samples));
        assert!(text(&edge, "Manifest").contains(&sparse(&samples)));
        let playlist = text(&edge, &format!("{}/video/300000/index.m3u8", edge.generation()));
        assert!(playlist.contains("START-DATE=\"1970-01-01T00:00:03.000Z\""), "{playlist}");
        assert_eq!(warnings(&edge), [""; 0]);
    }
    // Of any other stream that is an error, and a manifest with one is done without.
    let edge = of(
        "<StreamIndex Type=\"text\" Name=\"none\"><c t=\"3\" d=\"1\"/><c t=\"3\" d=\"1\"/></StreamIndex>",
    );
    assert!(!text(&edge, "Manifest").contains("none"));
    let said = warnings(&edge);
    assert!(said.len() == 1 && said[0].contains("chunk 1 of stream 0"), "{said:?}");
}

#[test]
fn times_of_a_presentation_that_begins_late_are_its_own() {
    // As archives have it, whose time 0 is when their channel was started.
    let mut edge =
        of(&CHAPTERS.replace("t=\"500\"", "t=\"2500\"").replace("t=\"2250\"", "t=\"4250\""));
    for (name, file) in [("low", &mut edge.low), ("high", &mut edge.high)] {
        let header = usize::try_from(file.fragments[0].start()).unwrap();
        let second = usize::try_from(file.fragments[1].start()).unwrap();
        let third = usize::try_from(file.fragments[2].end()).unwrap();
        let later = [&file.bytes[..header], &file.bytes[second..third]].concat();
        edge.stores.put_object(&format!("films/{name}.ismv"), &later);
    }
    let generation = edge.generation();
    let chapters = text(&edge, &format!("{generation}/chapters.json"));
    assert!(chapters.contains("\"start-time\":0.5000000"), "{chapters}");
    assert!(chapters.contains("\"start-time\":2.2500000"), "{chapters}");
    let mpd = text(&edge, "manifest.mpd");
    let events = "<EventStream schemeIdUri=\"urn:millrace:chapters:2026\" value=\"de\" timescale=\"10000000\" \
        presentationTimeOffset=\"20000000\">\n      <Event presentationTime=\"25000000\" id=\"0\">Eins</Event>";
    assert!(mpd.contains(events), "{mpd}");
    let clipped =
        edge.ask(&Method::GET, "/films/a.ism/manifest.mpd", &[("query", "t=2;3.5")]).text();
    assert!(clipped.contains("Eins") && !clipped.contains("&quot;Z"), "{clipped}");
}

#[test]
fn a_date_is_that_of_the_presentations_own_time() {
    let edge = of(&sparse(&format!("<c t=\"45000000\" d=\"20000000\"><f>{OUT}</f></c>")));
    let header = usize::try_from(edge.low.fragments[0].start()).unwrap();
    for (name, file) in [("low", &edge.low), ("high", &edge.high)] {
        let second = usize::try_from(file.fragments[1].start()).unwrap();
        let third = usize::try_from(file.fragments[2].end()).unwrap();
        let later = [&file.bytes[..header], &file.bytes[second..third]].concat();
        edge.stores.put_object(&format!("films/{name}.ismv"), &later);
    }
    let generation = edge.generation();
    for part in ["index.m3u8", "iframes/index.m3u8"] {
        let playlist = text(&edge, &format!("{generation}/video/3000000/{part}"));
        assert!(
            playlist.contains("#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:02.000Z\n"),
            "{playlist}"
        );
    }
    let playlist = text(&edge, &format!("{generation}/video/3000000/index.m3u8"));
    let range = "#EXT-X-DATERANGE:ID=\"1002-0\",START-DATE=\"1970-01-01T00:00:04.500Z\",DURATION=2.0000000,SCTE35-OUT=0x";
    assert!(playlist.contains(range), "{playlist}");
}
