//! What is written is read as what it was, whatever names and numbers it has; and no path makes the parser panic.

use super::*;
use crate::base::target::SegmentTarget;
use crate::selection::{Clip, Expression, FilterName, RequiredEncryption, Selection};
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    let odd = "[a-zA-Z0-9()=,/.%&;:$'\"#? é\u{1f3ac}-]{1,20}";
    prop_oneof![any::<String>(), odd].prop_map(|name| match nearest_name(&name) {
        name if name.is_empty() => "video".to_owned(),
        name => name.into_owned(),
    })
}

fn clip() -> impl Strategy<Value = Option<Clip>> {
    let times = prop_oneof![Just("1;"), Just("0;0.5"), Just("100.25;450"), Just("0;")];
    times.prop_map(|times| Clip::parse(times, ';').unwrap())
}

fn selection() -> impl Strategy<Value = Selection> {
    let filter = prop_oneof![
        Just(None),
        Just(Some("type==\"video\"&&MaxHeight<=720")),
        Just(Some("trackName=='é&+%\"'||!(channels>2||channels<1)")),
    ];
    let filter = filter.prop_map(|filter| filter.map(|text| Expression::parse(text).unwrap()));
    let encryption = ["cenc", "cbcs-aapl", "cbc", ""].map(RequiredEncryption::named);
    let audio = prop::option::of("[a-zA-Z0-9()=,/.%;: é-]{0,8}x");
    let arguments = (audio, any::<bool>(), prop::sample::select(encryption.to_vec()));
    (filter, clip(), arguments).prop_map(|(filter, clip, (audio, has_audio_alone, encryption))| {
        let audio = audio.map(|audio| audio.trim().to_owned());
        Selection { filter, clip, first: None, audio, has_audio_alone, encryption }
    })
}

fn filters() -> impl Strategy<Value = Vec<FilterName>> {
    let names = prop::collection::btree_set("[A-Za-z0-9][A-Za-z0-9._-]{0,8}", 0..=3);
    names.prop_map(|names| names.iter().map(|name| FilterName::parse(name).unwrap()).collect())
}

/// What a written request is read as, with its query.
fn read(written: &str) -> Result<Request<'_>, RequestError> {
    match written.split_once('?') {
        Some((path, query)) => Request::parse_with(path, Some(query)),
        None => Request::parse(written),
    }
}

fn target() -> impl Strategy<Value = SegmentTarget> {
    (0..=SegmentTarget::MAX_MS).prop_map(|milliseconds| SegmentTarget::new(milliseconds).unwrap())
}

fn file() -> impl Strategy<Value = Request<'static>> {
    let key = "[a-z %é,]{1,8}(/[a-z %é,=()]{1,8}){0,2}\\.(jpg|MP4)";
    let download = prop::option::of("[a-zA-Z0-9 \"'%&=é;]{1,20}");
    (key, download).prop_map(|(key, download)| {
        let extension = key.rsplit('.').next().unwrap();
        let file_type = FileType::of(extension).unwrap();
        Request::File(FileRequest { key: Cow::Owned(key), file_type, download })
    })
}

fn request() -> impl Strategy<Value = Request<'static>> {
    let key = "[a-z %é,]{1,8}(/[a-z %é,=()]{1,8}){0,2}\\.isml?".prop_map(Cow::<str>::Owned);
    let attribute = ("[a-z,=]{1,4}", "[a-z,=()/%]{0,4}");
    let attributes = prop::collection::vec(attribute, 0..3);
    let place = (key, prop::option::of(Just(generation())), name().prop_map(Cow::<str>::Owned));
    let shown = (target(), clip(), selection(), filters());
    let what = (any::<u32>(), any::<u64>(), 0..17usize, attributes, shown);
    (place, what).prop_map(|((presentation, generation, stream), what)| {
        let (bitrate, start, which, attributes, (target, clip, selection, filters)) = what;
        let made = FragmentRequest {
            presentation: presentation.clone(),
            generation,
            bitrate,
            attributes: Vec::new(),
            noun: Noun::Fragments,
            stream: stream.clone(),
            start,
            target: SegmentTarget::CHUNK,
        };
        let smooth = |noun| FragmentRequest { noun, attributes, ..made.clone() };
        let cmaf =
            |noun| FragmentRequest { noun, generation: Some(self::generation()), ..made.clone() };
        let level = |part| {
            let (presentation, stream) = (presentation.clone(), stream.clone());
            let generation = self::generation();
            Request::Level(LevelRequest { presentation, generation, stream, bitrate, part })
        };
        match which {
            0 => Request::Fragment(smooth(Noun::Fragments)),
            1 => Request::Fragment(smooth(Noun::FragmentInfo)),
            2 => Request::Fragment(smooth(Noun::RawFragments)),
            3 => Request::Fragment(smooth(Noun::KeyFrames)),
            4 => Request::Fragment(FragmentRequest { target, ..cmaf(Noun::Segment) }),
            5 => Request::Fragment(cmaf(Noun::KeySegment)),
            6 => Request::Fragment(FragmentRequest { target, ..cmaf(Noun::WebVtt) }),
            7 => level(LevelPart::Init),
            8 => level(LevelPart::Playlist(Frames::All(target), clip)),
            9 => level(LevelPart::Playlist(Frames::Key, clip)),
            10 => Request::Presentation(presentation),
            11 => {
                Request::Chapters(ChaptersRequest { presentation, generation: self::generation() })
            }
            which => {
                let format = ManifestFormat::ALL[which - 12];
                Request::Manifest(ManifestRequest { presentation, format, selection, filters })
            }
        }
    })
}

proptest! {
    #[test]
    fn never_panics(path: String) {
        let _ = Request::parse(&path).is_ok();
    }

    #[test]
    fn whatever_stands_behind_a_presentation(tail in "[a-zA-Z0-9()=,/ .%]{0,60}") {
        let _ = Request::parse(&format!("/a.ism/{tail}"));
    }

    #[test]
    fn what_is_written_reads_as_what_it_was(request in prop_oneof![9 => request(), 1 => file()]) {
        let path = request.to_string();
        prop_assert!(path.is_ascii() && !path.contains([' ', '#', '\\']), "{path}");
        prop_assert!(path.matches('?').count() <= 1, "{path}");
        let read = read(&path);
        prop_assert_eq!(read.as_ref(), Ok(&request), "{}", path);
    }

    #[test]
    fn what_manifests_say_is_read_as_what_it_is_of(
        name in name(),
        bitrate: u32,
        start: u64,
        target in target(),
        clip in clip(),
    ) {
        let filled = |path: String| {
            let path = path.replace("{bitrate}", &bitrate.to_string());
            format!("/a.ism/{}", path.replace("{start time}", &start.to_string()))
        };
        let smooth = filled(fragment_template(generation(), &name));
        let folder = level_folder(&name, bitrate, Frames::Key);
        let keys = format!("/a.ism/{GENERATION}/{folder}/{start}{SEGMENT}");
        for (path, noun) in [(smooth, Noun::Fragments), (keys, Noun::KeySegment)] {
            let read = fragment(&path);
            prop_assert_eq!((read.noun, &*read.stream, read.start), (noun, &*name, start));
            prop_assert_eq!(read.bitrate, bitrate);
        }
        for frames in [Frames::All(target), Frames::Key] {
            let path = playlist(generation(), (&name, bitrate), frames, clip);
            let path = format!("/a.ism/{path}");
            let Ok(Request::Level(level)) = Request::parse(&path) else { panic!("{path}") };
            prop_assert_eq!((&*level.stream, level.part), (&*name, LevelPart::Playlist(frames, clip)));
        }
    }
}
