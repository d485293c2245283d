//! What a server manifest says of its streams, as each protocol states it.

use super::*;
use media::three_fragments;

const VIDEO: &str = "<video src='low.ismv' systemBitrate='300000'/>";
const MAIN: &str = "<audio src='main.isma' systemBitrate='64000' systemLanguage='eng'>\
    <param name='trackName' value='audio_eng'/></audio>";
const DESCRIPTION: &str = "<audio src='description.isma' systemBitrate='64000' systemLanguage='eng'>\
    <param name='trackName' value='audio_ad'/><param name='accessibility' value='description'/>\
    <param name='role' value='alternate'/></audio>";

/// A presentation of these tracks, and what its `.ismc` is, if it has one.
fn of(head: &str, entries: &str, client: Option<&str>) -> Edge {
    let edge = Edge::new();
    let named = client.map_or("", |_| "<meta name='clientManifestRelativePath' content='a.ismc'/>");
    let ism =
        format!("<smil><head>{named}{head}</head><body><switch>{entries}</switch></body></smil>");
    edge.stores.put_object("films/a.ism", ism.as_bytes());
    if let Some(client) = client {
        edge.stores.put_object("films/a.ismc", client.as_bytes());
    }
    for name in ["main", "description", "german"] {
        let bytes = three_fragments(Track::audio(1), 50);
        edge.stores.put_object(&format!("films/{name}.isma"), &bytes);
    }
    for name in ["forced", "captions"] {
        let text = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n";
        edge.stores.put_object(&format!("films/{name}.vtt"), text);
    }
    edge
}

fn text(edge: &Edge, file: &str) -> String {
    let got = edge.get(&format!("/films/a.ism/{file}"));
    assert_eq!(got.status, StatusCode::OK, "{file}: {}", got.text());
    got.text()
}

/// The lines that have `part`, without their `URI`.
fn lines(text: &str, part: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.contains(part));
    lines.map(|line| line.split(",URI=").next().unwrap().trim().to_owned()).collect()
}

#[track_caller]
fn assert_has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part} in\n{text}");
}

#[test]
fn an_audio_description_is_told_as_azure_told_it() {
    let edge = of("", &[VIDEO, MAIN, DESCRIPTION].concat(), None);
    let smooth = text(&edge, "Manifest");
    assert_has(
        &smooth,
        "Name=\"audio_ad\" Language=\"eng\" Role=\"alternate\" Accessibility=\"description\"",
    );
    assert_eq!(smooth.matches("Accessibility").count(), 1);

    let audio = lines(&text(&edge, "master.m3u8"), "TYPE=AUDIO");
    let [main, description] = audio.as_slice() else { panic!("{audio:?}") };
    let group = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\"";
    assert_eq!(
        *main,
        format!(
            "{group},NAME=\"audio_eng\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\""
        )
    );
    assert_eq!(
        *description,
        format!(
            "{group},NAME=\"audio_ad\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,\
             CHARACTERISTICS=\"public.accessibility.describes-video\",CHANNELS=\"2\""
        )
    );

    let mpd = text(&edge, "manifest.mpd");
    let role = |element, value| {
        format!("<{element} schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"{value}\"/>")
    };
    let told = [
        "<Label>video</Label>".to_owned(),
        role("Role", "main"),
        "<Label>audio_eng</Label>".to_owned(),
        role("Role", "main"),
        "<Label>audio_ad</Label>".to_owned(),
        role("Accessibility", "description"),
        role("Role", "alternate"),
    ];
    let elements = mpd.lines().map(str::trim);
    let elements = elements.filter(|line| {
        ["<Label", "<Role", "<Accessibility"].iter().any(|start| line.starts_with(start))
    });
    assert_eq!(elements.collect::<Vec<_>>(), told);
    assert_eq!(mpd.matches(" lang=\"en\"").count(), 2);
}

#[test]
fn attributes_and_parameters_of_any_case_are_one() {
    let described = "<audio src='description.isma' systemBitrate='64000' Accessibility='description' \
        ROLE='alternate'><param name='TrackName' value='audio_ad'/><param name='Role' value='dub'/>\
        <param name='TRACKDESCRIPTION' value='For the blind'/></audio>";
    let edge = of("", &[VIDEO, MAIN, described].concat(), None);
    assert_has(&text(&edge, "Manifest"), "Role=\"alternate dub\" Accessibility=\"description\"");
    let mpd = text(&edge, "manifest.mpd");
    assert_has(&mpd, "<Label>For the blind</Label>");
    assert_has(
        &mpd,
        "value=\"alternate\"/>\n      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"dub\"/>",
    );
    assert_has(&text(&edge, "master.m3u8"), "NAME=\"For the blind\"");
}

#[test]
fn a_client_manifest_says_it_where_the_server_manifest_does_not() {
    let client = "<SmoothStreamingMedia><StreamIndex Type='audio' Name='Beschreibung' Role='alternate' \
        Accessibility='description' Url='QualityLevels({bitrate})/Fragments(audio_ad={start time})'/>\
        </SmoothStreamingMedia>";
    let plain = DESCRIPTION.split("<param name='accessibility'").next().unwrap();
    let edge = of("", &[VIDEO, MAIN, plain, "</audio>"].concat(), Some(client));
    assert_has(
        &text(&edge, "Manifest"),
        "Name=\"Beschreibung\" Language=\"eng\" Role=\"alternate\" Accessibility=\"description\"",
    );
    let master = text(&edge, "master.m3u8");
    assert_has(&master, "NAME=\"Beschreibung\",LANGUAGE=\"en\",DEFAULT=NO");
    assert_has(&master, "describes-video");
    assert_has(&text(&edge, "manifest.mpd"), "<Label>Beschreibung</Label>\n      <Accessibility");
}

#[test]
fn the_default_is_the_first_that_is_said_to_be_or_else_the_first_for_all() {
    let default = |entries: &[&str]| {
        let edge = of("", &[&[VIDEO], entries].concat().concat(), None);
        let master = text(&edge, "master.m3u8");
        let defaults = lines(&master, "DEFAULT=YES");
        let [default] = defaults.as_slice() else { panic!("{master}") };
        let (_, named) = default.split_once("NAME=\"").unwrap();
        let name = named.split('"').next().unwrap().to_owned();
        // DASH's main one is the same, where nothing else is said of it.
        let mpd = text(&edge, "manifest.mpd");
        let (_, set) = mpd.split_once(&format!("<Label>{name}</Label>")).unwrap();
        (name, set.lines().nth(1).unwrap().contains("\"main\""))
    };
    let german = "<audio src='german.isma' systemBitrate='64000' systemLanguage='ger'>\
        <param name='trackName' value='audio_ger'/></audio>";
    let asked = german.replace("</audio>", "<param name='default' value='True'/></audio>");
    assert_eq!(default(&[DESCRIPTION, MAIN, german]), ("audio_eng".to_owned(), true));
    assert_eq!(default(&[DESCRIPTION, MAIN, &asked]), ("audio_ger".to_owned(), true));
    let commentary = MAIN.replace("</audio>", "<param name='role' value='commentary'/></audio>");
    assert_eq!(default(&[&commentary, german]), ("audio_ger".to_owned(), true));
    assert_eq!(default(&[DESCRIPTION, &commentary]), ("audio_ad".to_owned(), false));
}

#[test]
fn text_may_be_forced_or_be_shown_unasked() {
    let forced = "<textstream src='forced.vtt' systemLanguage='fre'>\
        <param name='trackName' value='forced'/><param name='role' value='forced-subtitle'/></textstream>";
    let captions = "<textstream src='captions.vtt' systemLanguage='fra'><param name='default' value='1'/>\
        <param name='trackName' value='captions'/><param name='title' value='Le \"texte\"'/></textstream>";
    let edge = of("", &[VIDEO, MAIN, forced, captions].concat(), None);
    let texts = lines(&text(&edge, "master.m3u8"), "TYPE=SUBTITLES");
    let group = "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\"";
    assert_eq!(
        texts,
        [
            format!("{group},NAME=\"forced\",LANGUAGE=\"fr\",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES"),
            format!(
                "{group},NAME=\"Le 'texte'\",LANGUAGE=\"fr\",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,\
                 CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,\
                 public.accessibility.describes-music-and-sound\""
            ),
        ]
    );
    let mpd = text(&edge, "manifest.mpd");
    assert_has(&mpd, "value=\"forced-subtitle\"/>");
    assert_has(&mpd, "value=\"caption\"/>");
    assert_has(&text(&edge, "Manifest"), "Language=\"fre\" Role=\"forced-subtitle\"");
}

#[test]
fn names_in_a_group_are_told_apart() {
    let titled =
        |entry: &str| entry.replace("</audio>", "<param name='title' value='English'/></audio>");
    let edge = of("", &[VIDEO, &titled(MAIN), &titled(DESCRIPTION)].concat(), None);
    let master = text(&edge, "master.m3u8");
    assert_has(&master, "NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES");
    assert_has(&master, "NAME=\"English (2)\",LANGUAGE=\"en\",DEFAULT=NO");
    assert_eq!(text(&edge, "manifest.mpd").matches("<Label>English</Label>").count(), 2);
    assert_has(&text(&edge, "Manifest"), "Name=\"audio_ad\"");
}

#[test]
fn what_has_no_word_is_told_to_smooth_streaming_alone_and_warned_of() {
    let odd = MAIN.replace("'eng'", "'?'").replace(
        "</audio>",
        "<param name='role' value='director'/><param name='accessibility' value='deaf'/></audio>",
    );
    let edge = of("", &[VIDEO, &odd].concat(), None);
    assert_has(&text(&edge, "Manifest"), "Language=\"?\" Role=\"director\" Accessibility=\"deaf\"");
    let mpd = text(&edge, "manifest.mpd");
    assert!(!mpd.contains("director") && !mpd.contains("lang="), "{mpd}");
    assert!(!mpd.contains("<Accessibility"), "{mpd}");
    assert!(!text(&edge, "master.m3u8").contains("CHARACTERISTICS"));
    let untold = "which HLS and DASH have no word for: clients of Smooth Streaming alone are told";
    assert_eq!(
        warnings(&edge),
        [
            format!("films/a.ism gives stream audio_eng the accessibility \"deaf\", {untold}"),
            format!("films/a.ism gives stream audio_eng the role \"director\", {untold}"),
            format!("films/a.ism gives stream audio_eng the language \"?\", {untold}"),
        ]
    );
}

pub(super) fn warnings(edge: &Edge) -> Vec<String> {
    let rules = SETTINGS.rules;
    let built = millrace::library::build::build(
        &*edge.stores,
        "films/a.ism",
        &edge.settings.limits,
        millrace::scan::Way::Tables,
        rules,
    );
    let built = pollster::block_on(built).unwrap().unwrap();
    built.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_presentation_decides_how_long_its_segments_are() {
    let head = "<meta name='millrace:segmentMs' content='4000'/><meta name='Millrace:colour' content='red'/>\
        <meta name='millrace:chunkMs' content='9'/>";
    let edge = of(head, &[VIDEO, MAIN].concat(), None);
    assert_has(&text(&edge, "master.m3u8"), "/300000/4000ms/index.m3u8");
    assert_has(&text(&edge, "manifest.mpd"), "$RepresentationID$/4000ms/$Time$.m4s");
    assert_eq!(
        warnings(&edge),
        [
            "films/a.ism sets millrace:colour to \"red\", which is passed over: there is no such setting, but \
             chunkMs and segmentMs",
            "films/a.ism sets millrace:chunkMs to \"9\", which is passed over: it is not a number from 200 to \
             60000",
        ]
    );
    let edge = of("", &[VIDEO, MAIN].concat(), None);
    assert!(!text(&edge, "master.m3u8").contains("ms/index.m3u8"), "the deployment's is a chunk");
}

#[test]
fn words_stand_once_however_they_are_written() {
    let entry = "<audio src='description.isma' systemBitrate='64000' SYSTEMLANGUAGE='UND' \
        role='Alternate dub' Default='Yes' Title=' For &lt;all&gt; &amp; more '>\
        <param name='TRACKNAME' value='audio_ad'/><param name='ROLE' value='DUB'/>\
        <param name='role' value='commentary alternate'/><param name='Accessibility' value='Description'/>\
        <param name='accessibility' value='sign'/></audio>";
    let edge = of("", &[VIDEO, MAIN, entry].concat(), None);
    let smooth = text(&edge, "Manifest");
    assert_has(&smooth, "Role=\"Alternate dub commentary\" Accessibility=\"Description\"");
    assert_eq!(smooth.matches("Language=").count(), 1, "{smooth}");
    let mpd = text(&edge, "manifest.mpd");
    let (_, described) = mpd.split_once("<Label>For").unwrap();
    for role in ["alternate", "dub", "commentary"] {
        let told = format!("<Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"{role}\"/>");
        assert_eq!(described.matches(&told).count(), 1, "{mpd}");
    }
    assert_has(
        &mpd,
        "<Accessibility schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"description\"/>",
    );
    assert_has(&mpd, "<Label>For &lt;all&gt; &amp; more</Label>");
    let audio = lines(&text(&edge, "master.m3u8"), "TYPE=AUDIO");
    assert_has(&audio[1], "NAME=\"For <all> & more\",DEFAULT=YES,AUTOSELECT=YES,CHARACTERISTICS=");
    assert_has(&audio[0], "DEFAULT=NO");
    assert_eq!(
        warnings(&edge),
        [""; 0],
        "what is not known is no language, and nothing to warn of"
    );
}

#[test]
fn a_role_of_a_client_manifest_is_words_too() {
    let client = "<SmoothStreamingMedia><StreamIndex Type='audio' Name='audio_ad' Role='alternate Alternate  dub' \
        Accessibility='' Language='Und' Url='QualityLevels({bitrate})/Fragments(audio_ad={start time})'/>\
        </SmoothStreamingMedia>";
    let entry = "<audio src='description.isma' systemBitrate='64000'>\
        <param name='trackName' value='audio_ad'/></audio>";
    let edge = of("", &[VIDEO, MAIN, entry].concat(), Some(client));
    assert_has(&text(&edge, "Manifest"), "Name=\"audio_ad\" Role=\"alternate dub\"");
    assert!(!text(&edge, "manifest.mpd").contains("<Accessibility"));
    assert_eq!(warnings(&edge), [""; 0]);
}

#[test]
fn captions_and_forced_text_and_signs_are_told_as_far_as_there_is_a_word() {
    let text_of = |role: &str, more: &str| {
        format!(
            "<textstream src='captions.vtt' systemLanguage='eng'><param name='trackName' value='{role}'/>\
             <param name='role' value='{role}'/>{more}</textstream>"
        )
    };
    let told = |entry: &str| {
        let edge = of("", &[VIDEO, MAIN, entry].concat(), None);
        let told = lines(&text(&edge, "master.m3u8"), "TYPE=SUBTITLES");
        told[0].split_once("LANGUAGE=\"en\",").unwrap().1.to_owned()
    };
    let captions = "CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,\
        public.accessibility.describes-music-and-sound\"";
    let easy = "<param name='accessibility' value='easyreader'/>";
    let shown = "<param name='default' value='true'/>";
    for (entry, expected) in [
        (text_of("subtitle", ""), "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO".to_owned()),
        (text_of("CAPTION", ""), format!("DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,{captions}")),
        (text_of("forced-SUBTITLE", ""), "DEFAULT=NO,AUTOSELECT=YES,FORCED=YES".to_owned()),
        (text_of("subtitle", shown), "DEFAULT=YES,AUTOSELECT=YES,FORCED=NO".to_owned()),
        (
            text_of("subtitle", easy),
            "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS=\"public.easy-to-read\""
                .to_owned(),
        ),
    ] {
        assert_eq!(told(&entry), expected, "{entry}");
    }
}
