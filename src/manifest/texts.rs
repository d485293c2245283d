//! The text of a presentation, as far as it is there to be read by people.

use super::cmaf::{Level, Rendition};
use crate::index::{Index, Media, Stream, StreamKind, Track};

/// The text streams of `index` that are captions or subtitles, in its order.
pub(super) fn texts(index: &Index) -> Vec<Rendition<'_>> {
    let is_text = |stream: &&Stream| stream.kind == StreamKind::Text;
    let streams = index.streams.iter().filter(is_text).filter(|stream| role(stream).is_some());
    let rendition = |stream| Rendition { stream, levels: levels(stream) };
    streams.map(rendition).filter(|rendition| !rendition.levels.is_empty()).collect()
}

/// What a text stream is for, in DASH's words (`ISO/IEC 23009-1` 5.8.5.5); `None` if it is commands,
/// chapters or data (`[MS-SSTR]` 2.2.2.3). One that does not say is told as captions in Smooth Streaming
/// too.
pub(super) fn role(stream: &Stream) -> Option<&'static str> {
    match stream.subtype.to_ascii_uppercase().as_str() {
        "" | "CAPT" => Some("caption"),
        "SUBT" => Some("subtitle"),
        "DESC" => Some("description"),
        _ => None,
    }
}

fn levels(stream: &Stream) -> Vec<Level<'_>> {
    let level = |track| {
        let codec = codec(track)?;
        Some(Level { track, codec, range: None, protection: None })
    };
    stream.tracks.iter().filter_map(level).collect()
}

/// TTML, with its profile where the documents are written here; `None` of text that is anything else.
fn codec(track: &Track) -> Option<String> {
    match (&track.media, track.sample_entry.get(4..8)) {
        (Media::Cues(_), _) | (_, Some(b"dfxp")) => Some("stpp.ttml.im1t".to_owned()),
        (_, Some(b"stpp")) => Some("stpp".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::range::ByteRange;
    use crate::index::{Cues, Format, FourCc, TextFormat};
    use crate::manifest::fixture::{CHUNKS, index, picture, stream};
    use crate::manifest::{dash, hls};
    use crate::media::text_entry;
    use crate::text::Syntax;
    use crate::url::Frames;

    /// A text as the file has it, or, without a sample entry, one beside it.
    fn text(name: &str, subtype: &str, sample_entry: Vec<u8>) -> Stream {
        let four_cc = FourCc::new(*b"TTML").unwrap();
        let stretches = [100, 0, 50].map(|length| ByteRange::with_length(0, length).unwrap());
        let media = Media::Cues(Cues::new(Syntax::WebVtt, 0, &stretches));
        let format = Format::Text(TextFormat { four_cc });
        let track = Track { format, sample_entry, media, ..picture(400, (1, 1)) };
        let subtype = subtype.to_owned();
        Stream { subtype, ..stream(name, "eng", &CHUNKS, vec![track]) }
    }

    #[test]
    fn texts_for_people_are_told_and_others_are_not() {
        let video = stream("video", "", &CHUNKS, vec![picture(300_000, (2, 2))]);
        let of_no_use = text("other", "SUBT", text_entry(b"tx3g"));
        let Track { media, .. } = picture(1, (1, 1));
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
        let told: Vec<_> =
            texts(&index).iter().map(|it| (it.label().to_owned(), role(it.stream))).collect();
        let roles = [("beside", "caption"), ("said", "caption"), ("subtitles", "subtitle")];
        assert_eq!(told, roles.map(|(name, role)| (name.to_owned(), Some(role))));

        let generation = index.generation;
        let master = hls::master(&index).unwrap();
        let captions = "CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,\
                        public.accessibility.describes-music-and-sound\",";
        for (name, more) in [("beside", captions), ("subtitles", "")] {
            let line = format!(
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"{name}\",LANGUAGE=\"eng\",DEFAULT=NO,\
                 AUTOSELECT=YES,FORCED=NO,{more}URI=\"{generation}/{name}/400/index.m3u8\"\n"
            );
            assert!(master.contains(&line), "{master}");
        }
        assert!(master.contains(",SUBTITLES=\"text\"\n"), "{master}");
        let mpd = dash::render(&index).unwrap();
        assert_eq!(
            mpd.matches("contentType=\"text\" mimeType=\"application/mp4\" lang=\"eng\"").count(),
            3
        );
        assert_eq!(mpd.matches("codecs=\"stpp.ttml.im1t\"").count(), 3, "{mpd}");
        assert!(!mpd.contains("chapters") && !master.contains("other"));
    }

    #[test]
    fn a_playlist_of_text_has_no_header() {
        let index = index(vec![text("a", "", vec![])]);
        let stream = &index.streams[0];
        let playlist = hls::playlist(&index, stream, &stream.tracks[0], Frames::All).unwrap();
        assert!(!playlist.contains("EXT-X-MAP"), "{playlist}");
        assert!(
            playlist.ends_with("#EXTINF:1.0000000,\n40000000.vtt\n#EXT-X-ENDLIST\n"),
            "{playlist}"
        );
    }
}
