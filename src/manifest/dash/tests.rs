use super::*;
use crate::index::Attribute;
use crate::media::boxed;
use crate::selection::{Clip, Selection};
use crate::view::fixture::{
    CHUNKS, audio_level, hdr, index, other_audio_level, stream, video_level,
};

#[test]
fn levels_share_a_timeline() {
    let low = video_level(300_000, (640, 360));
    let high = video_level(3_000_000, (1920, 1080));
    let video = stream("video", "", &CHUNKS, vec![low, high]);
    let chunks = [(0, 20_053_333), (20_053_333, 19_840_000)];
    let audio = stream("audio", "eng", &chunks, vec![audio_level(64_000)]);
    let index = index(vec![video, audio]);
    let generation = index.generation;
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" type=\"static\" mediaPresentationDuration=\"PT5.0000000S\" minBufferTime=\"PT2.0053333S\">
  <Period id=\"0\" start=\"PT0S\">
    <AdaptationSet id=\"0\" contentType=\"video\" mimeType=\"video/mp4\" segmentAlignment=\"true\" startWithSAP=\"2\">
      <Label>video</Label>
      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>
      <SegmentTemplate timescale=\"10000000\" initialization=\"{generation}/$RepresentationID$/init.mp4\" media=\"{generation}/$RepresentationID$/$Time$.m4s\">
        <SegmentTimeline>
          <S d=\"20000000\" r=\"1\"/>
          <S d=\"10000000\"/>
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id=\"video/300000\" bandwidth=\"300002\" codecs=\"avc1.64001f\" width=\"640\" height=\"360\" frameRate=\"30000/1001\"/>
      <Representation id=\"video/3000000\" bandwidth=\"3000002\" codecs=\"avc1.64001f\" width=\"1920\" height=\"1080\" frameRate=\"30000/1001\"/>
    </AdaptationSet>
    <AdaptationSet id=\"1\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"en\" segmentAlignment=\"true\" startWithSAP=\"1\">
      <Label>audio</Label>
      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>
      <SegmentTemplate timescale=\"10000000\" initialization=\"{generation}/$RepresentationID$/init.mp4\" media=\"{generation}/$RepresentationID$/$Time$.m4s\">
        <SegmentTimeline>
          <S d=\"20053333\"/>
          <S d=\"19840000\"/>
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id=\"audio/64000\" bandwidth=\"64002\" codecs=\"mp4a.40.2\" audioSamplingRate=\"48000\">
        <AudioChannelConfiguration schemeIdUri=\"urn:mpeg:mpegB:cicp:ChannelConfiguration\" value=\"2\"/>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id=\"2\" contentType=\"video\" mimeType=\"video/mp4\" segmentAlignment=\"true\" startWithSAP=\"1\" maxPlayoutRate=\"49\" codingDependency=\"false\">
      <EssentialProperty schemeIdUri=\"http://dashif.org/guidelines/trickmode\" value=\"0\"/>
      <SegmentTemplate timescale=\"10000000\" initialization=\"{generation}/$RepresentationID$/init.mp4\" media=\"{generation}/$RepresentationID$/$Time$.m4s\">
        <SegmentTimeline>
          <S d=\"20000000\" r=\"1\"/>
          <S d=\"10000000\"/>
        </SegmentTimeline>
      </SegmentTemplate>
      <Representation id=\"video/300000/iframes\" bandwidth=\"30000\" codecs=\"avc1.64001f\" width=\"640\" height=\"360\" frameRate=\"1/1\"/>
      <Representation id=\"video/3000000/iframes\" bandwidth=\"300000\" codecs=\"avc1.64001f\" width=\"1920\" height=\"1080\" frameRate=\"1/1\"/>
    </AdaptationSet>
  </Period>
</MPD>
"
    );
    assert_eq!(render(&View::whole(&index)).unwrap(), expected);
}

#[test]
fn the_period_starts_with_the_earliest_stream() {
    let late = |by: u64| CHUNKS.map(|(start, duration)| (start + by, duration));
    let video = video_level(300_000, (640, 360));
    let mpd = render(&View::whole(&index(vec![
        stream("video", "", &late(50_000_000), vec![video]),
        stream("audio", "", &late(30_000_000), vec![audio_level(64_000)]),
    ])));
    let mpd = mpd.unwrap();
    assert_eq!(mpd.matches("presentationTimeOffset=\"30000000\"").count(), 3);
    assert!(mpd.contains("mediaPresentationDuration=\"PT7.0000000S\""), "{mpd}");
    assert!(mpd.contains("<S t=\"50000000\" d=\"20000000\" r=\"1\"/>"), "{mpd}");
}

#[test]
fn a_clip_begins_with_a_chunk_of_video_and_ends_at_its_bound() {
    let video = || stream("video", "", &CHUNKS, vec![video_level(300_000, (640, 360))]);
    let audio = || stream("audio", "", &CHUNKS, vec![audio_level(64_000)]);
    let late = [(40_000_000, 10_000_000)];
    let late = stream("video", "", &late, vec![video_level(300_000, (640, 360))]);
    for (streams, start, duration) in [
        (vec![video(), audio()], 20_000_000, "PT2.5000000S"),
        (vec![late, audio()], 30_000_000, "PT1.5000000S"),
        (vec![audio()], 30_000_000, "PT1.5000000S"),
    ] {
        let index = index(streams);
        let clip = Clip::parse("3;4.5", ';').unwrap();
        let selection = Selection { clip, ..Selection::default() };
        let mpd = render(&View::whole(&index).selected(&selection).unwrap()).unwrap();
        let templates = mpd.matches("<SegmentTemplate").count();
        let offset = format!("presentationTimeOffset=\"{start}\"");
        assert_eq!(mpd.matches(&offset).count(), templates, "{mpd}");
        assert!(mpd.contains(&format!("mediaPresentationDuration=\"{duration}\"")), "{mpd}");
    }
}

#[test]
fn names_are_escaped() {
    let mut audio = stream("<a> & $", "\"x\"", &CHUNKS, vec![audio_level(64_000)]);
    audio.attributes = vec![Attribute { name: "Name".into(), value: "<b> & \"c\"".into() }];
    let mpd = render(&View::whole(&index(vec![audio]))).unwrap();
    assert!(mpd.contains("<Representation id=\"%3Ca%3E%20%26%20%24/64000\""), "{mpd}");
    assert!(mpd.contains("<Label>&lt;b&gt; &amp; &quot;c&quot;</Label>"), "{mpd}");
    assert!(!mpd.contains("lang="), "no language, and no place for one: {mpd}");
}

#[test]
fn key_frames_take_less_than_all_frames_and_come_as_seldom_as_chunks() {
    let mut unknown = video_level(300_000, (640, 360));
    unknown.rates.key_peak = unknown.rates.peak;
    let chunks = [(0, 20_020_000), (20_020_000, 20_020_000)];
    let mpd =
        render(&View::whole(&index(vec![stream("video", "", &chunks, vec![unknown])]))).unwrap();
    let key_frames = "<Representation id=\"video/300000/iframes\" bandwidth=\"300001\" \
                      codecs=\"avc1.64001f\" width=\"640\" height=\"360\" frameRate=\"500/1001\"/>";
    assert!(mpd.contains(key_frames), "{mpd}");
}

#[test]
fn sound_has_channels_where_they_are_and_objects_beside_them() {
    let representation = |code: &[u8; 4], tail: &[u8]| {
        let tracks = vec![other_audio_level(code, 6, tail)];
        let mpd = render(&View::whole(&index(vec![stream("audio", "", &CHUNKS, tracks)]))).unwrap();
        let (_, rest) = mpd.split_once("audioSamplingRate=\"48000\">\n").unwrap();
        rest.split_once("      </Representation>").unwrap().0.to_owned()
    };
    let dolby = |map| {
        format!(
            "        <AudioChannelConfiguration schemeIdUri=\
             \"tag:dolby.com,2014:dash:audio_channel_configuration:2011\" value=\"{map}\"/>\n"
        )
    };
    assert_eq!(representation(b"ac-3", &boxed(b"dac3", &[0x10, 0x3d, 0xe0])), dolby("F801"));
    let objects = "        <SupplementalProperty schemeIdUri=\
                   \"tag:dolby.com,2018:dash:EC3_ExtensionType:2018\" value=\"JOC\"/>\n        \
                   <SupplementalProperty schemeIdUri=\
                   \"tag:dolby.com,2018:dash:EC3_ExtensionComplexityIndex:2018\" value=\"16\"/>\n";
    let atmos = representation(b"ec-3", &boxed(b"dec3", &[0x0c, 0, 0x20, 0x0f, 0, 1, 16]));
    assert_eq!(atmos, dolby("F801") + objects);
    let opus = "        <AudioChannelConfiguration schemeIdUri=\
                \"urn:mpeg:mpegB:cicp:ChannelConfiguration\" value=\"6\"/>\n";
    assert_eq!(representation(b"Opus", &[]), opus);
}

#[test]
fn hdr_says_its_transfer_characteristics_and_is_no_level_of_other_video() {
    let sdr = video_level(300_000, (640, 360));
    let pq = hdr(3_000_000, 16);
    let mpd =
        render(&View::whole(&index(vec![stream("video", "", &CHUNKS, vec![sdr, pq])]))).unwrap();
    let transfer = "<SupplementalProperty schemeIdUri=\
                    \"urn:mpeg:mpegB:cicp:TransferCharacteristics\" value=\"16\"/>";
    assert_eq!(mpd.matches(transfer).count(), 2, "of all frames, and of key frames: {mpd}");
    assert_eq!(mpd.matches("<AdaptationSet").count(), 4, "{mpd}");
}

#[test]
fn the_second_sound_is_an_alternative() {
    let audio = |name: &str| stream(name, "", &CHUNKS, vec![audio_level(64_000)]);
    let mpd = render(&View::whole(&index(vec![audio("one"), audio("two")]))).unwrap();
    assert_eq!(mpd.matches("value=\"main\"").count(), 1);
    assert_eq!(mpd.matches("value=\"alternate\"").count(), 1);
}
