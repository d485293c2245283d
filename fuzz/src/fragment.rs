//! What is made of the fragments of a file, as players of every protocol ask for it.

use millrace::base::time::Timescale;
use millrace::fragment::{Head, HeadReader, Located, Part, Place, Progress, Recipe};
use millrace::index::{
    BitRates, Carriage, Extents, Labels, Media, Rewriting, Source, Stream, Timeline, Track,
};
use millrace::scan::{ScannedFragment, ScannedTrack};
use millrace::url::Noun;

const NOUNS: [Noun; 6] = [
    Noun::Fragments,
    Noun::FragmentInfo,
    Noun::RawFragments,
    Noun::Segment,
    Noun::KeySegment,
    Noun::KeyFrames,
];

/// Every answer is made or refused, and no byte of it lies outside the fragment.
pub(crate) fn fragment(file: &[u8], scanned: &ScannedTrack, fragment: ScannedFragment) {
    let ScannedFragment { range, chunk } = fragment;
    let (Ok(timeline), Ok(extents)) = (Timeline::new(&[chunk]), Extents::new(&[range])) else {
        return;
    };
    let track = Track {
        bitrate: 1,
        source: 0,
        track_id: scanned.track_id,
        format: scanned.format.clone(),
        sample_entry: scanned.sample_entry.clone(),
        custom_attributes: vec![],
        attributes: vec![],
        rates: BitRates { average: 1, peak: 1, key_peak: 1 },
        media: Media::Fragments {
            carriage: Carriage::Stored { timed: true },
            clear: None,
            extents,
        },
    };
    let stream = Stream {
        kind: scanned.format.kind(),
        name: "stream".into(),
        subtype: String::new(),
        language: String::new(),
        labels: Labels::default(),
        timescale: scanned.timescale,
        timeline,
        attributes: vec![],
        tracks: vec![],
    };
    let source = Source::object("file", 0, "");
    let carriages = [
        Carriage::Stored { timed: true },
        Carriage::Stored { timed: false },
        Carriage::Rewritten(Rewriting::none(scanned.timescale)),
        Carriage::Rewritten(Rewriting { early: 1024, ..Rewriting::none(Timescale::SMOOTH) }),
    ];
    let (stream, track, source) = (&stream, &track, &source);
    let bytes = super::slice(file, range);
    // Whatever is one by itself is one as an object of a folder, behind anything else.
    let Some(head) = read(bytes, HeadReader::new(range, false)) else { return };
    assert_eq!(read(bytes, HeadReader::new(range, true)).as_ref(), Some(&head));
    for noun in NOUNS {
        for carriage in carriages {
            let place = Place::Stored { range, carriage };
            let located =
                Located { stream, track, source, track_number: 0, number: 0, chunk, place };
            let recipe = Recipe::new(noun, &located, carriage, true);
            let Ok(parts) = recipe.parts(&head) else { continue };
            for part in parts {
                if let Part::Stored(part) = part {
                    assert!(part.start() >= range.start() && part.end() <= range.end());
                }
            }
        }
    }
}

fn read(fragment: &[u8], mut reader: HeadReader) -> Option<Head> {
    let mut rest = fragment;
    loop {
        match reader.progress().ok()? {
            Progress::Done(head) => return Some(head),
            Progress::Wants(len) => {
                let (bytes, after) = rest.split_at(len);
                reader.feed(bytes);
                rest = after;
            }
        }
    }
}
