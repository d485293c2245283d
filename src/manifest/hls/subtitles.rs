//! Text in HLS: one group of renditions, each a playlist of segments of `WebVTT` (`RFC 8216` 4.3.4.1).

use super::parts::{characteristics, language, names, uri};
use crate::manifest::attributes::put;
use crate::view::Rendition;

/// What a variant says of the group.
pub(super) fn attribute(texts: &[Rendition<'_>]) -> &'static str {
    if texts.is_empty() { "" } else { ",SUBTITLES=\"text\"" }
}

/// Every text as a member of the group, by its first level: a group may not have a stream twice. A player
/// chooses one by the viewer's language, or none; one is shown to everybody only where it is said to be the default.
pub(super) fn write(out: &mut String, texts: &[Rendition<'_>]) {
    let default = texts.iter().position(|text| text.stream.labels.is_default);
    for (at, (text, name)) in texts.iter().zip(names(texts.iter())).enumerate() {
        let Some(level) = text.levels.first() else { continue };
        out.push_str("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\"");
        put(out, format_args!(",NAME=\"{name}\""));
        language(out, text);
        let yes = |is| if is { "YES" } else { "NO" };
        let (is_default, is_forced) = (yes(default == Some(at)), yes(text.is_forced()));
        put(out, format_args!(",DEFAULT={is_default},AUTOSELECT=YES,FORCED={is_forced}"));
        characteristics(out, text);
        out.push_str(",URI=\"");
        uri(out, text, level);
        out.push_str("\"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::range::ByteRange;
    use crate::index::{Cues, Format, FourCc, Media, Stream, TextFormat, Track};
    use crate::manifest::{dash, hls};
    use crate::media::text_entry;
    use crate::text::Syntax;
    use crate::url::Frames;
    use crate::view::View;
    use crate::view::fixture::{CHUNKS, index, stream, video_level};

    /// A text as the file has it, or, without a sample entry, one beside it.
    fn text(name: &str, subtype: &str, sample_entry: Vec<u8>) -> Stream {
        let four_cc = FourCc::new(*b"TTML").unwrap();
        let stretches = [100, 0, 50].map(|length| ByteRange::with_length(0, length).unwrap());
        let media = Media::Cues(Cues::new(Syntax::WebVtt, 0, &stretches));
        let format = Format::Text(TextFormat { four_cc });
        let track = Track { format, sample_entry, media, ..video_level(400, (1, 1)) };
        let subtype = subtype.to_owned();
        Stream { subtype, ..stream(name, "eng", &CHUNKS, vec![track]) }
    }

    fn named(text: &Rendition<'_>) -> (String, Vec<&'static str>) {
        (text.label().to_owned(), text.roles(false))
    }

    #[test]
    fn texts_for_people_are_told_and_others_are_not() {
        let video = stream("video", "", &CHUNKS, vec![video_level(300_000, (2, 2))]);
        let of_no_use = text("other", "SUBT", text_entry(b"tx3g"));
        let Track { media, .. } = video_level(1, (1, 1));
        let tracks = vec![Track { media, ..of_no_use.tracks[0].clone() }];
        let streams = vec![
            video,
            text("beside", "CAPT", vec![]),
            text("said", "", text_entry(b"dfxp")),
            text("chapters", "CHAP", vec![]),
            Stream { tracks, ..of_no_use },
            text("subtitles", "subt", vec![]),
        ];
        let index = index(streams);
        let view = View::whole(&index);
        let shown: Vec<_> = view.texts().iter().map(named).collect();
        let roles = [("beside", "caption"), ("said", "caption"), ("subtitles", "subtitle")];
        assert_eq!(shown, roles.map(|(name, role)| (name.to_owned(), vec![role])));

        let generation = index.generation;
        let master = hls::master(&view).unwrap();
        let captions = "CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,\
                        public.accessibility.describes-music-and-sound\",";
        for (name, more) in [("beside", captions), ("subtitles", "")] {
            let line = format!(
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"{name}\",LANGUAGE=\"en\",DEFAULT=NO,\
                 AUTOSELECT=YES,FORCED=NO,{more}URI=\"{generation}/{name}/400/index.m3u8\"\n"
            );
            assert!(master.contains(&line), "{master}");
        }
        assert!(master.contains(",SUBTITLES=\"text\"\n"), "{master}");
        let mpd = dash::render(&view).unwrap();
        assert_eq!(
            mpd.matches("contentType=\"text\" mimeType=\"application/mp4\" lang=\"en\"").count(),
            3
        );
        assert_eq!(mpd.matches("codecs=\"stpp.ttml.im1t\"").count(), 3, "{mpd}");
        assert!(!mpd.contains("chapters") && !master.contains("other"));
    }

    #[test]
    fn a_playlist_of_text_has_no_header() {
        let index = index(vec![text("a", "", vec![])]);
        let stream = &index.streams[0];
        let playlist =
            hls::playlist(&View::whole(&index), stream, &stream.tracks[0], Frames::CHUNKS).unwrap();
        assert!(!playlist.contains("EXT-X-MAP"), "{playlist}");
        assert!(
            playlist.ends_with("#EXTINF:1.0000000,\n40000000.vtt\n#EXT-X-ENDLIST\n"),
            "{playlist}"
        );
    }
}
