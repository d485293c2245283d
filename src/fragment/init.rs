//! The init segment of a track, which HLS and DASH clients read before its segments.

use super::sinf;
use super::text::is_absolute;
use crate::base::matrix::Matrix;
use crate::index::{Format, Index, Stream, StreamKind, Track, VideoFormat};
use crate::isobmff::{InitSegment, ProtectionError, stpp};
use crate::protection::{Systems, handler, protection, pssh, sample_entry};
use std::borrow::Cow;

/// The init segment of `track`, which is one of `stream`'s, and that one of `index`'s; `None` if the index has
/// none of its sample entries. That of a protected track has the licence data that the index has, and a second
/// entry where some of its fragments may be in the clear. Text is sent as TTML, and said to be.
pub fn init_segment(
    index: &Index,
    stream: &Stream,
    track: &Track,
) -> Result<Option<Vec<u8>>, ProtectionError> {
    let protections = match protection(stream.kind, &track.sample_entry)? {
        Some(own) => {
            let key_id = own.encryption.key_id;
            Systems::of(index).of_key(key_id).flat_map(|each| pssh(each, key_id)).collect()
        }
        None => Vec::new(),
    };
    let entry = entry(stream.kind, &track.sample_entry)?.filter(|entry| !entry.is_empty());
    let Some(entry) = entry else { return Ok(None) };
    let parsed = track.media.clear().and_then(|_| sample_entry(stream.kind, &track.sample_entry));
    let clear_entry = parsed.map(|protected| protected.in_the_clear()).transpose()?.flatten();
    let (matrix, size) = match &track.format {
        Format::Video(VideoFormat { matrix, width, height, .. }) => (*matrix, (*width, *height)),
        Format::Audio(_) | Format::Text(_) => (Matrix::IDENTITY, (0, 0)),
    };
    let (early, file) = track.media.early().unwrap_or((0, stream.timescale));
    let Some(early) = file.rescale(early, stream.timescale) else { return Ok(None) };
    let segment = InitSegment {
        handler: handler(stream.kind),
        timescale: stream.timescale,
        language: &stream.language,
        matrix,
        size,
        early,
        entry: &entry,
        clear_entry: clear_entry.as_deref(),
        protections: &protections,
    };
    Ok(segment.write())
}

/// The sample entry of what is sent of a track that has this one.
fn entry(kind: StreamKind, own: &[u8]) -> Result<Option<Cow<'_, [u8]>>, ProtectionError> {
    match kind {
        StreamKind::Text if !is_absolute(own) => Ok(stpp().map(Cow::Owned)),
        _ => sinf::entry(kind, own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timescale;
    use crate::index::{
        AudioFormat, BitRates, Carriage, Clear, EntryPair, Extents, FourCc, Labels, Media,
        TextFormat, Timeline,
    };
    use crate::isobmff::{BoxType, Movie};
    use crate::media::{audio_entry, avcc, esds, protected_entry, text_entry, visual_entry};
    use mp4_atom::{Codec, Decode, Ftyp, Moov};

    fn stream(kind: StreamKind, language: &str, format: Format, sample_entry: Vec<u8>) -> Stream {
        let track = Track {
            bitrate: 1,
            source: 0,
            track_id: 7,
            format,
            sample_entry,
            custom_attributes: vec![],
            attributes: vec![],
            rates: BitRates { average: 1, peak: 1, key_peak: 1 },
            media: Media::Fragments {
                carriage: Carriage::Stored { timed: true },
                clear: None,
                extents: Extents::new(&[]).unwrap(),
            },
        };
        Stream {
            kind,
            name: "a".into(),
            subtype: String::new(),
            language: language.into(),
            labels: Labels::default(),
            timescale: Timescale::SMOOTH,
            timeline: Timeline::new(&[]).unwrap(),
            attributes: vec![],
            tracks: vec![track],
        }
    }

    fn pictures() -> Stream {
        let four_cc = FourCc::new(*b"H264").unwrap();
        let (codec_private_data, nal_length_size) = (vec![], 4);
        let (width, height) = (640, 360);
        let format = VideoFormat {
            four_cc,
            width,
            height,
            codec_private_data,
            nal_length_size,
            frame_rate: None,
            matrix: Matrix::IDENTITY,
        };
        let entry = visual_entry(b"avc1", 640, 360, &avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68]]));
        stream(StreamKind::Video, "", Format::Video(format), entry)
    }

    fn sound() -> Stream {
        let format = AudioFormat {
            four_cc: FourCc::new(*b"AACL").unwrap(),
            sampling_rate: 48_000,
            channels: 2,
            bits_per_sample: 16,
            packet_size: 4,
            audio_tag: 255,
            codec_private_data: vec![],
        };
        let entry = audio_entry(b"mp4a", 2, 48_000, &esds(0x40, &[0x11, 0x90]));
        stream(StreamKind::Audio, "deu", Format::Audio(format), entry)
    }

    fn told(stream: &Stream) -> Option<Vec<u8>> {
        let index = Index::new(vec![], vec![], vec![], vec![stream.clone()]);
        init_segment(&index, stream, &stream.tracks[0]).unwrap()
    }

    /// The header's two boxes.
    fn split(stream: &Stream) -> (Vec<u8>, Vec<u8>) {
        let mut ftyp = told(stream).unwrap();
        let moov = ftyp.split_off(28);
        (ftyp, moov)
    }

    #[test]
    fn our_own_reader_finds_the_track_in_it() {
        for (stream, handler, code) in [(pictures(), b"vide", b"avc1"), (sound(), b"soun", b"mp4a")]
        {
            let (_, moov) = split(&stream);
            let movie = Movie::parse(&moov, 28).unwrap();
            assert!(movie.is_fragmented);
            assert_eq!(movie.timescale(), Ok(Timescale::SMOOTH));
            let [track] = movie.tracks.as_slice() else { panic!("one track") };
            assert_eq!((track.track_id, track.handler), (1, *handler));
            assert_eq!((track.timescale, track.sample_count), (Timescale::SMOOTH, 0));
            assert_eq!(track.entry.format, BoxType::Code(*code));
            assert_eq!(track.entry.bytes().unwrap(), stream.tracks[0].sample_entry);
            assert_eq!(track.language.as_deref().unwrap_or_default(), stream.language);
            track.check_own_media().unwrap();
        }
    }

    #[test]
    fn a_protected_track_has_the_same_entry_for_what_is_in_the_clear() {
        for (mut stream, codes) in [(pictures(), (b"encv", b"avc1")), (sound(), (b"enca", b"mp4a"))]
        {
            let track = &mut stream.tracks[0];
            let clear = std::mem::take(&mut track.sample_entry);
            track.sample_entry = protected_entry(&clear, codes, b"cenc", [7; 16]);
            let protected = track.sample_entry.clone();
            let second = |stream: &Stream| {
                let (_, moov) = split(stream);
                let movie = Movie::parse(&moov, 28).unwrap();
                assert_eq!(movie.tracks[0].entry.bytes().unwrap(), protected);
                let second = movie.tracks[0].second_entry.as_ref();
                second.map(|second| second.bytes().unwrap().to_vec())
            };
            assert_eq!(second(&stream), None);
            let Media::Fragments { clear: told, .. } = &mut stream.tracks[0].media else {
                panic!()
            };
            *told = Some(Clear { entries: EntryPair::new(2, 1).unwrap(), first: 0 });
            assert_eq!(second(&stream), Some(clear));
        }
    }

    #[test]
    fn another_reader_finds_the_same() {
        let (ftyp, moov) = split(&pictures());
        let ftyp = Ftyp::decode(&mut ftyp.as_slice()).unwrap();
        assert_eq!(ftyp.major_brand, (*b"iso6").into());
        let moov = Moov::decode(&mut moov.as_slice()).unwrap();
        let trak = &moov.trak[0];
        assert_eq!((moov.mvhd.timescale, moov.mvhd.next_track_id), (10_000_000, 2));
        assert_eq!((trak.tkhd.track_id, trak.mdia.mdhd.timescale), (1, 10_000_000));
        assert_eq!((trak.tkhd.width.integer(), trak.tkhd.height.integer()), (640, 360));
        let codec = &trak.mdia.minf.stbl.stsd.codecs[0];
        assert!(matches!(codec, Codec::Avc1(avc1) if avc1.visual.width == 640), "{codec:?}");
        assert_eq!(moov.mvex.unwrap().trex[0].track_id, 1);
        let (_, moov) = split(&sound());
        let moov = Moov::decode(&mut moov.as_slice()).unwrap();
        assert_eq!(moov.trak[0].mdia.mdhd.language, "deu");
    }

    #[test]
    fn turned_video_stays_turned() {
        let mut stream = pictures();
        let quarter = Matrix::new([0, 1 << 16, 0, -1 << 16, 0, 0, 360 << 16, 0, 1 << 30]);
        let Format::Video(video) = &mut stream.tracks[0].format else { panic!("video") };
        video.matrix = quarter;
        let (_, moov) = split(&stream);
        let movie = Movie::parse(&moov, 28).unwrap();
        assert_eq!(movie.matrix(&movie.tracks[0]), Ok(quarter));
        let moov = Moov::decode(&mut moov.as_slice()).unwrap();
        assert_eq!(moov.trak[0].tkhd.width.integer(), 640, "as it is coded");
    }

    #[test]
    fn text_is_said_to_be_ttml_whatever_its_file_calls_it() {
        let four_cc = FourCc::new(*b"TTML").unwrap();
        for entry in [vec![], text_entry(b"dfxp"), text_entry(b"stpp")] {
            let format = Format::Text(TextFormat { four_cc });
            let (_, moov) = split(&stream(StreamKind::Text, "deu", format, entry));
            let movie = Movie::parse(&moov, 28).unwrap();
            assert_eq!(movie.tracks[0].handler, *b"subt");
            assert_eq!(movie.tracks[0].entry.bytes().unwrap(), text_entry(b"stpp"));
        }
    }

    #[test]
    fn without_a_sample_entry_there_is_none() {
        let mut stream = pictures();
        stream.tracks[0].sample_entry = vec![];
        assert_eq!(told(&stream), None);
    }
}
