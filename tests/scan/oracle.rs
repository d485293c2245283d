//! The same files, as another reader of boxes understands them.

use crate::media::{File, MoovPlace, Piece, PlainSample, Track, elst, plain, sidx};
use crate::plain::samples;
use crate::{chunks, ranges, scan_bytes};
use millrace::base::range::ByteRange;
use millrace::index::Format;
use millrace::scan::ScannedTrack;
use mp4_atom::{Any, Codec, Decode, Moov, StszSamples};

/// The boxes at the top level, and where each lies.
fn atoms(bytes: &[u8]) -> Vec<(ByteRange, Any)> {
    let offset = |rest: &[u8]| u64::try_from(bytes.len() - rest.len()).unwrap();
    let mut rest = bytes;
    let mut atoms = Vec::new();
    while !rest.is_empty() {
        let start = offset(rest);
        let atom = Any::decode(&mut rest).unwrap();
        atoms.push((ByteRange::new(start, offset(rest)).unwrap(), atom));
    }
    atoms
}

fn track_matches(moov: &Moov, track: &ScannedTrack) {
    let trak = moov.trak.iter().find(|trak| trak.tkhd.track_id == track.track_id).unwrap();
    assert_eq!(trak.mdia.mdhd.timescale, track.timescale.ticks_per_second());
    assert_eq!(trak.mdia.mdhd.language, track.language.as_deref().unwrap_or("und"));
    match (&trak.mdia.minf.stbl.stsd.codecs[0], &track.format) {
        (Codec::Avc1(avc1), Format::Video(video)) => {
            assert_eq!(u32::from(avc1.visual.width), video.width);
            assert_eq!(u32::from(avc1.visual.height), video.height);
            assert_eq!(avc1.avcc.length_size, video.nal_length_size);
            let sets = [&avc1.avcc.sequence_parameter_sets[..], &avc1.avcc.picture_parameter_sets];
            let sets = sets.concat();
            let sets = sets.iter().flat_map(|set| [&[0, 0, 0, 1], &set[..]].concat());
            assert_eq!(sets.collect::<Vec<_>>(), video.codec_private_data);
        }
        (Codec::Mp4a(mp4a), Format::Audio(audio)) => {
            let specific = mp4a.esds.es_desc.dec_config.dec_specific.as_ref().unwrap();
            assert_eq!(specific.freq_index, 3);
            assert_eq!(audio.sampling_rate, 48_000);
            assert_eq!(u16::from(specific.chan_conf), audio.channels);
        }
        other => panic!("{other:?}"),
    }
}

fn check(file: &File) {
    let bytes = file.bytes();
    let atoms = atoms(&bytes);
    let scanned = scan_bytes(&bytes).0.unwrap();
    for track in &scanned {
        let mut fragments = Vec::new();
        for pair in atoms.windows(2) {
            match pair {
                [(_, Any::Moov(moov)), _] => track_matches(moov, track),
                [(start, Any::Moof(moof)), (end, Any::Mdat(_))] => {
                    let [traf] = moof.traf.as_slice() else { panic!("{moof:?}") };
                    if traf.tfhd.track_id == track.track_id {
                        let runs = traf.trun.iter().flat_map(|run| run.samples.iter());
                        let duration: u64 =
                            runs.map(|sample| u64::from(sample.duration.unwrap())).sum();
                        let start_time = traf.tfdt.as_ref().unwrap().base_media_decode_time;
                        fragments.push((start.start(), end.end(), start_time, duration));
                    }
                }
                _ => {}
            }
        }
        let found = ranges(track).into_iter().zip(chunks(track));
        let found: Vec<_> = found.map(|((start, end), (t, d))| (start, end, t, d)).collect();
        assert_eq!(found, fragments);
        assert!(!found.is_empty());
        for (_, atom) in &atoms {
            if let Any::Mfra(mfra) = atom {
                let table = mfra.tfra.iter().find(|table| table.track_id == track.track_id);
                let entries = table.unwrap().entries.iter();
                let listed: Vec<_> = entries.map(|entry| (entry.moof_offset, entry.time)).collect();
                assert!(found.iter().map(|&(start, _, t, _)| (start, t)).eq(listed));
            }
        }
    }
}

#[test]
fn another_reader_finds_the_same() {
    let tracks =
        [Track::video(1), Track { language: *b"fra", timescale: 48_000, ..Track::audio(2) }];
    let mut file = File::new(&tracks);
    for at in 0..5 {
        let piece = |track, time, duration| {
            let tfdt = Some(time);
            Piece { tfdt, ..Piece::lasting(track, u32::try_from(duration).unwrap()) }
        };
        file.fragment(piece(1, at * 20_000_000, 20_000_000), at * 20_000_000, 500);
        file.fragment(piece(2, at * 96_256, 96_256), at * 96_256, 77);
    }
    check(&file);
    file.mfra();
    check(&file);

    let piece = |at: u64| Piece { tfdt: Some(at * 90), ..Piece::lasting(2, 90) };
    let size = u32::try_from(piece(0).moof().len() + 8 + 100).unwrap();
    let mut indexed = File::new(&[Track { timescale: 48_000, ..Track::audio(2) }]);
    indexed.boxes(&sidx(2, 48_000, 0, &[(size, 90); 3]));
    (0..3).for_each(|at| indexed.fragment(piece(at), 0, 100));
    check(&indexed);
}

/// Start, length, decoding time, duration, composition offset, and whether it is a sync sample.
type Expanded = (u64, u64, u64, u32, i64, bool);

/// The samples of a progressive MP4's track, each with all that the tables say of it.
fn expanded(moov: &Moov, track_id: u32) -> Vec<Expanded> {
    let trak = moov.trak.iter().find(|trak| trak.tkhd.track_id == track_id).unwrap();
    let stbl = &trak.mdia.minf.stbl;
    let times = |count: u32| usize::try_from(count).unwrap();
    let sizes = match &stbl.stsz.samples {
        StszSamples::Identical { count, size } => vec![*size; times(*count)],
        StszSamples::Different { sizes } => sizes.clone(),
    };
    let durations = stbl.stts.entries.iter();
    let durations = durations.flat_map(|it| vec![it.sample_delta; times(it.sample_count)]);
    let offsets: Vec<i64> = match &stbl.ctts {
        Some(ctts) => {
            let entries = ctts.entries.iter();
            entries.flat_map(|it| vec![it.sample_offset; times(it.sample_count)]).collect()
        }
        None => vec![0; sizes.len()],
    };
    let chunks: Vec<u64> = match (&stbl.stco, &stbl.co64) {
        (Some(stco), _) => stco.entries.iter().map(|&offset| offset.into()).collect(),
        (None, Some(co64)) => co64.entries.clone(),
        (None, None) => panic!("no chunks"),
    };
    let mut starts = Vec::new();
    for (number, &chunk) in (1u32..).zip(&chunks) {
        let run = stbl.stsc.entries.iter().rfind(|run| run.first_chunk <= number).unwrap();
        let mut at = chunk;
        for _ in 0..run.samples_per_chunk {
            starts.push(at);
            at += u64::from(sizes[starts.len() - 1]);
        }
    }
    assert_eq!((starts.len(), offsets.len()), (sizes.len(), sizes.len()));
    let mut decode = 0;
    let samples = (1u32..).zip(durations).zip(starts.iter().zip(&sizes)).zip(offsets);
    let samples = samples.map(|(((number, duration), (&start, &size)), offset)| {
        let is_sync = stbl.stss.as_ref().is_none_or(|stss| stss.entries.contains(&number));
        let sample = (start, size.into(), decode, duration, offset, is_sync);
        decode += u64::from(duration);
        sample
    });
    samples.collect()
}

/// Checks the samples of a progressive MP4's tracks.
pub(crate) fn check_plain(bytes: &[u8], scanned: &[ScannedTrack]) {
    let moov = atoms(bytes).into_iter().find_map(|(_, atom)| match atom {
        Any::Moov(moov) => Some(moov),
        _ => None,
    });
    let moov = moov.unwrap();
    for track in scanned {
        let found = samples(track).iter().map(|it| {
            let (start, length) = (it.range.start(), it.range.length());
            (start, length, it.decode, it.duration, it.composition_offset.into(), it.is_sync())
        });
        assert_eq!(found.collect::<Vec<_>>(), expanded(&moov, track.track_id));
    }
}

#[test]
fn another_reader_finds_the_same_samples() {
    let sample = |at: u32| PlainSample {
        composition_offset: i32::try_from(at % 5).unwrap() * 20 - 40,
        is_sync: at.is_multiple_of(7),
        ..PlainSample::of(at, 30 + at / 10)
    };
    let video = Track { elst: elst(&[(500, 40, 1 << 16)]), ..Track::video(1) };
    let audio = (0..41).map(|at| PlainSample::of(9 + at % 2, 1024));
    let tracks = [(video, (0..100).map(sample).collect()), (Track::audio(2), audio.collect())];
    for place in [MoovPlace::First, MoovPlace::Last] {
        let bytes = plain(place, &tracks, 6).bytes();
        let scanned = scan_bytes(&bytes).0.unwrap();
        assert_eq!(scanned.iter().map(|it| samples(it).len()).collect::<Vec<_>>(), [100, 41]);
        check_plain(&bytes, &scanned);
    }
}
