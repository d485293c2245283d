//! Documents in the manner of several producers, and what none of them would write.

use super::*;
use crate::text::stamp::SECOND;
use proptest::prelude::*;

/// Each cue as `begin-end text|text`, in tenths of a second; styled characters in brackets.
fn shown(document: &str) -> Vec<String> {
    let cues = read(document.as_bytes()).unwrap().into_iter().map(|cue| {
        let tenths = |ticks: u64| {
            if ticks == u64::MAX { "…".into() } else { (ticks * 10 / SECOND).to_string() }
        };
        let lines = cue.lines.into_iter().map(|line| {
            let span = |span: crate::text::Span| {
                let Style { bold, italic, underline } = span.style;
                let marks = [(bold, 'b'), (italic, 'i'), (underline, 'u')];
                let marks: String = marks.iter().filter(|it| it.0).map(|it| it.1).collect();
                if marks.is_empty() { span.text } else { format!("[{marks}:{}]", span.text) }
            };
            line.into_iter().map(span).collect::<String>()
        });
        let lines = lines.collect::<Vec<_>>().join("|");
        format!("{}-{} {lines}", tenths(cue.time.start), tenths(cue.time.end))
    });
    cues.collect()
}

fn in_body(body: &str) -> String {
    format!(
        "<tt xmlns=\"http://www.w3.org/ns/ttml\" xmlns:tts=\"http://www.w3.org/ns/ttml#styling\">{body}</tt>"
    )
}

fn refused(document: &str) -> String {
    read(document.as_bytes()).unwrap_err().to_string()
}

#[test]
fn as_smooth_streamings_tools_write_it() {
    let document = "<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n\
        <tt:tt xmlns:tt=\"http://www.w3.org/2006/10/ttaf1\" xmlns:ttp=\"http://www.w3.org/2006/10/ttaf1#parameter\"\
         ttp:tickRate=\"10000000\" xml:lang=\"en\"><tt:head/><tt:body><tt:div>\
        <tt:p begin=\"5000000t\" end=\"15000000t\">Hello,<tt:br/>\r\n  world &amp; <![CDATA[<all>]]>&#33;</tt:p>\
        </tt:div></tt:body></tt:tt>";
    assert_eq!(shown(document), ["5-15 Hello,|world & <all>!"]);
    let wide: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&wide), read(document.as_bytes()));
}

#[test]
fn times_enclose_each_other() {
    let body = "<body begin=\"10s\" dur=\"100s\"><div begin=\"1s\" end=\"20s\">\
        <p begin=\"1s\" end=\"3s\">a</p><p begin=\"2s\" dur=\"5s\" end=\"4s\">b</p><p>c</p>\
        <p begin=\"18s\" end=\"90s\">d</p><p begin=\"bad\">e</p><p begin=\"30s\">f</p></div></body>";
    assert_eq!(shown(&in_body(body)), ["120-140 a", "130-150 b", "110-300 c", "290-300 d"]);
    let sequence = "<body><div timeContainer=\"seq\"><p dur=\"2s\">a</p><p begin=\"1s\" dur=\"1s\">b</p></div><p>c</p></body>";
    assert_eq!(shown(&in_body(sequence)), ["0-20 a", "30-40 b", "0-… c"]);
}

#[test]
fn a_timed_span_is_a_cue_of_its_own() {
    let body = "<body><div><p begin=\"1s\" end=\"9s\">a<span begin=\"1s\" end=\"2s\"> b</span>c</p></div></body>";
    assert_eq!(shown(&in_body(body)), ["20-30 b", "10-90 ac"]);
}

#[test]
fn styles_come_from_references_and_from_what_an_element_is_in() {
    let body = "<head><styling><style xml:id=\"a\" tts:fontWeight=\"bold\"/><style xml:id=\"b\" style=\"a\" tts:fontStyle=\"italic\"/></styling></head>\
        <body tts:textDecoration=\"underline\"><div><p end=\"1s\" style=\"b\">x<span tts:fontStyle=\"normal\" tts:textDecoration=\"none\">y</span> z</p></div></body>";
    assert_eq!(shown(&in_body(body)), ["0-10 [biu:x][b:y][biu: z]"]);
}

#[test]
fn blanks_are_one_unless_they_are_to_be_kept() {
    let body = "<body><div><p end=\"1s\">\n  a \t <span> b </span>  <br/>  c  \n</p><p end=\"1s\" xml:space=\"preserve\"> a  b\nc</p></div></body>";
    assert_eq!(shown(&in_body(body)), ["0-10 a b|c", "0-10  a  b|c"]);
}

#[test]
fn what_is_not_said_to_anybody_is_left_out() {
    let body = "<head><metadata><p>no</p></metadata></head><body><metadata>no</metadata>\
        <div><p end=\"1s\">a<metadata>no<span>no</span></metadata></p><p end=\"1s\"> </p></div>no</body>";
    assert_eq!(shown(&in_body(body)), ["0-10 a"]);
    assert_eq!(read(b""), Ok(vec![]));
}

#[test]
fn what_is_no_ttml_is_refused_by_its_line() {
    assert_eq!(refused("\n<html/>"), "line 2: the root element is html, where TTML has one tt");
    assert_eq!(refused("<tt/>\n<tt/>"), "line 2: the root element is tt, where TTML has one tt");
    assert_eq!(refused("<tt>\n\n&nbsp;</tt>"), "line 3: &nbsp;, which is not defined");
    assert_eq!(refused("<tt>\n<body>"), "line 2: the document ends within its elements");
    assert!(refused("<tt>\n</body>").starts_with("line 2: "), "{}", refused("<tt>\n</body>"));
    assert!(refused("<!DOCTYPE tt [<!ENTITY a 'b'>]><tt/>").contains("document type"));
    assert!(refused("text").contains("ends within"), "{}", refused("text"));
    let deep = "<span>".repeat(1 << 17);
    assert!(
        refused(&in_body(&format!("<body><div><p>{deep}"))).ends_with("nest more than 64 deep")
    );
}

proptest! {
    #[test]
    fn never_panics(
        document in "(<tt>|<body>|<div>|<p begin='1s'|<span| end='2s'| style='a'|>|/>|</p>|</div>|</body>|</tt>|<br/>|&amp;|&#0;|&#10;|é|\n| ){0,40}",
    ) {
        if let Ok(cues) = read(document.as_bytes()) {
            prop_assert!(cues.iter().all(|cue| cue.time.start < cue.time.end));
        }
    }
}
