//! Text files in other codings than UTF-8 are answered as if they were in UTF-8.

use super::*;

/// The cues of `file`, called `name`, that are shown in each chunk of the film, as WebVTT.
fn told(name: &str, file: &[u8]) -> Vec<String> {
    let edge = Edge::new();
    let text = format!(
        r#"<textstream src="{name}"><param name="trackName" value="said"/></textstream></switch>"#
    );
    edge.stores.put_object("films/a.ism", ISM.replace("</switch>", &text).as_bytes());
    edge.stores.put_object(&format!("films/{name}"), file);
    let master = edge.get("/films/a.ism/master.m3u8").text();
    let playlist = master.split('"').find(|it| it.contains("/said/")).unwrap().to_owned();
    let at = |file: &str| format!("/films/a.ism/{}", playlist.replace("index.m3u8", file));
    let listed = edge.get(&at("index.m3u8")).text();
    let segments = listed.lines().filter(|line| line.ends_with(".vtt"));
    let told = segments.map(|segment| edge.get(&at(segment))).map(|answer| {
        assert_eq!(answer.status, StatusCode::OK);
        answer.text()
    });
    told.collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
}

/// `text` of ISO 8859-1, in that.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect()
}

#[test]
fn a_text_file_says_the_same_in_every_coding() {
    let times = ["00:00:00,500 --> 00:00:01,500", "00:00:01,000 --> 00:00:03,500"];
    let srt =
        format!("1\r\n{}\r\nDéjà vu à Köln\r\n\r\n2\r\n{}\r\nÅngström\r\n", times[0], times[1]);
    let vtt = format!("WEBVTT\n\n{srt}").replace(',', ".");
    let ttml = "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='0.5s' end='1.5s'>Déjà vu à Köln</p>\
                <p begin='1s' end='3.5s'>Ångström</p></div></body></tt>";
    let declared = |name: &str| format!("<?xml version='1.0' encoding='{name}'?>{ttml}");
    let wanted = told("a.srt", srt.as_bytes());
    let counts = |word| wanted.iter().map(|text| text.matches(word).count()).collect::<Vec<_>>();
    assert_eq!((counts("Déjà vu à Köln"), counts("Ångström")), (vec![1, 0, 0], vec![1, 1, 0]));
    for (name, file) in [
        ("a.srt", utf16(&srt, u16::to_le_bytes)),
        ("a.srt", utf16(&srt, u16::to_be_bytes)),
        ("a.srt", latin(&srt)),
        ("a.vtt", utf16(&vtt, u16::to_le_bytes)),
        ("a.vtt", latin(&vtt)),
        ("a.ttml", utf16(&declared("UTF-16"), u16::to_be_bytes)),
        ("a.ttml", latin(&declared("ISO-8859-1"))),
    ] {
        assert_eq!(told(name, &file), wanted, "{name}, {:?}", &file[..8]);
    }
}
