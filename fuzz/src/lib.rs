//! What must hold of every door, whatever comes through it. The fuzzer calls these with bytes of its
//! own making, `tests/seeds.rs` with the bytes in `seeds/`.

#![allow(clippy::panic, clippy::unwrap_used)]

mod entry;
mod fragment;

use millrace::base::range::ByteRange;
use millrace::fragment::init_segment;
use millrace::gate::{Gate, Grant, Keys, Policies, Stop, Verdict, Viewer, Visit};
use millrace::index::{Digest, Index, Media, Page};
use millrace::ism::{ServerManifest, beside};
use millrace::ismc::{ClientManifest, Controls};
use millrace::manifest::smooth::render;
use millrace::manifest::{dash, hls};
use millrace::remote::{Store, Stores};
use millrace::scan::{ScannedMedia, Scanner, Way};
use millrace::selection::{Clip, Described, Number, Selection, Word};
use millrace::store::{LISTED_AT_ONCE, Listed};
use millrace::text::{Syntax, ttml, webvtt};
use millrace::url::{Form, Frames, Request};
use millrace::view::View;

/// A path is understood or refused; what is understood is written as it is read.
pub fn request(data: &[u8]) {
    let Ok(path) = std::str::from_utf8(data) else { return };
    let Ok(request) = Request::parse(path) else { return };
    assert_eq!(Request::parse(&request.to_string()).as_ref(), Ok(&request));
    let Some(presentation) = request.presentation() else { return };
    assert!(!presentation.split('/').any(|segment| matches!(segment, "" | "." | "..")));
}

/// A query is understood or refused; what is understood is written as it is read, and holds of a track or does not.
pub fn selection(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    let Ok(request) = Request::parse_with("/a.ism/Manifest", Some(query)) else { return };
    let written = request.to_string();
    let (path, query) = written.split_once('?').unwrap_or((&written, ""));
    assert_eq!(Request::parse_with(path, Some(query)).as_ref(), Ok(&request));
    let Request::Manifest(manifest) = &request else { panic!("{request:?}") };
    if let Some(filter) = &manifest.selection.filter {
        let _ = filter.holds(&Nothing);
    }
}

/// A track that has no properties.
struct Nothing;

impl Described for Nothing {
    fn number(&self, _: Number) -> Option<u64> {
        None
    }

    fn goes_by(&self, _: Word, _: &str) -> bool {
        false
    }
}

/// A token that nobody signed opens nothing, in a path, a query or a cookie; a pattern that is signed opens or does not.
pub fn token(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let key = "00112233445566778899aabbccddeeff";
    let public = r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
    let keys = Keys::parse(&format!(r#"{{"a":"{key}","b":{public}}}"#)).unwrap();
    let policies = Policies::parse(r#"[{"prefix":"","token":"required"}]"#).unwrap();
    let gate = Gate::new(policies, keys.clone());
    let clean = "/films/x.ism/Manifest";
    let path = format!("/{text}{clean}");
    for (path, query, viewer) in [
        (&*path, None, Holder(None)),
        (clean, Some(text), Holder(None)),
        (clean, None, Holder(Some(text))),
    ] {
        match gate.judge(&Visit { path, asked: path, query, viewer: &viewer, now_ms: 0 }) {
            Verdict::Passes { is_private: false, .. } | Verdict::Stopped(Stop::Refused) => {}
            // Whoever is to prove it finds that it is none.
            Verdict::Unproven(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let key = keys.find(None).unwrap();
    let signed = Grant { acl: text, from: None, until: 1, address: None }.sign(key);
    let path = format!("/hdntl={signed}{clean}");
    let _ = gate.judge(&Visit {
        path: &path,
        asked: &path,
        query: None,
        viewer: &Holder(None),
        now_ms: 0,
    });
}

/// A viewer with a cookie, or without.
struct Holder<'a>(Option<&'a str>);

impl Viewer for Holder<'_> {
    fn cookie(&self) -> Option<String> {
        self.0.map(str::to_owned)
    }
}

/// A server's list of a folder has nothing but what lies right in it, and no more than was asked for.
pub fn list(data: &[u8]) {
    for entry in [
        r#""s3": {"endpoint": "https://s3.example.com", "bucket": "b", "region": "r", "access_key_id": "A", "secret_access_key": "B"}"#,
        r#""azure": {"account": "me", "container": "b", "sas": "A"}"#,
    ] {
        let text = format!(r#"[{{"prefix": "", {entry}}}]"#);
        let stores = Stores::parse(&text, &|_: &str| Some("c2VjcmV0".to_owned())).unwrap();
        let Some((Store::Remote(remote), _)) = stores.find("films/a/") else { panic!("{text}") };
        let Ok(part) = remote.list_part("films/a/", data) else { continue };
        assert!(part.listed.len() <= LISTED_AT_ONCE);
        for Listed { name, meta } in part.listed {
            assert!(!name.is_empty() && !name.contains('/') && !meta.etag.is_empty(), "{name}");
        }
    }
}

/// A server manifest leads nowhere but beside itself.
pub fn server_manifest(data: &[u8]) {
    let Ok(manifest) = ServerManifest::parse(data) else { return };
    for path in manifest.media.iter().chain(&manifest.client_manifest) {
        let key = beside("films/a.ism", path);
        assert!(key.starts_with("films/"), "{key}");
        // The key of a folder ends in a slash.
        let path = key.strip_suffix('/').unwrap_or(&key);
        assert!(!path.split('/').any(|segment| matches!(segment, "" | "." | "..")), "{key}");
    }
    assert!(manifest.tracks.iter().all(|track| track.media < manifest.media.len()));
}

/// A client manifest is read or refused; chunks that are read follow each other, and what is kept of a stream is bounded.
pub fn client_manifest(data: &[u8]) {
    let Ok(manifest) = ClientManifest::parse(data) else { return };
    for stream in &manifest.streams {
        let mut ends = 0;
        for chunk in &stream.chunks {
            assert!(
                ends <= chunk.start && chunk.duration > 0,
                "{chunk:?} of {}",
                stream.kind.as_str()
            );
            ends = chunk.end().unwrap();
        }
        let Some(controls) = &stream.controls else { continue };
        assert!(controls.samples.len() <= Controls::MAX_SAMPLES);
    }
}

/// A file is scanned in as many steps as it could have boxes, and nothing found lies outside it; of fragments
/// that are found, answers can be made.
pub fn scan(data: &[u8]) {
    for way in [Way::Tables, Way::Boxes, Way::Samples] {
        let size = u64::try_from(data.len()).unwrap();
        let mut scanner = Scanner::new(size, way);
        let mut steps = 0;
        while let Some(range) = scanner.wants() {
            steps += 1;
            assert!(steps <= data.len() + 100, "{steps} steps");
            assert!(range.end() <= size && !range.is_empty(), "{range} of {size}");
            if scanner.feed(range.start(), slice(data, range)).is_err() {
                return;
            }
        }
        for track in scanner.finish().unwrap_or_default().tracks {
            let inside = match &track.media {
                ScannedMedia::Fragments { fragments, .. } => {
                    for &fragment in fragments.iter().take(4) {
                        fragment::fragment(data, &track, fragment);
                    }
                    fragments.iter().all(|fragment| fragment.range.end() <= size)
                }
                ScannedMedia::Samples(samples) => {
                    assert_eq!(samples.iter().count(), samples.len());
                    samples.iter().all(|sample| sample.range.end() <= size)
                }
                ScannedMedia::Cues(_) => false,
            };
            assert!(inside);
        }
    }
}

fn slice(data: &[u8], range: ByteRange) -> &[u8] {
    let place = |offset| usize::try_from(offset).unwrap();
    data.get(place(range.start())..place(range.end())).unwrap()
}

/// A page whose digest is right tells of fragments that its own bytes could hold, or is refused.
pub fn page(value: &[u8]) {
    let Ok(page) = Page::decode(value, Digest::of(value)) else { return };
    for at in (0..page.len()).take(100).chain([page.len()]) {
        if let Some(fragment) = page.fragment(at) {
            let runs = fragment.runs.iter().map(|run| run.samples).sum::<usize>();
            assert_eq!(runs, fragment.samples.len());
        }
    }
}

/// A text file is read or refused, and what is found in it reads the same by itself.
pub fn text(file: &[u8]) {
    for syntax in [Syntax::WebVtt, Syntax::SubRip, Syntax::Ttml] {
        let Ok(outline) = syntax.outline(file) else { continue };
        for cue in outline.cues.iter().take(20) {
            assert!(cue.time.start < cue.time.end);
            let alone = syntax.cues(file.get(cue.place.clone()).unwrap()).unwrap();
            assert!(alone.iter().any(|other| other.time == cue.time), "{cue:?}");
            let document = ttml::write(&alone, cue.time.clone(), cue.time.start, "en");
            assert!(ttml::read(document.as_bytes()).unwrap().len() <= alone.len());
            let segment = webvtt::write(alone.iter());
            let told = alone.iter().filter(|cue| !cue.lines.is_empty()).count();
            assert_eq!(Syntax::WebVtt.outline(segment.as_bytes()).unwrap().cues.len(), told);
        }
    }
}

/// A sample entry is made fit for any file, and told to players, or refused.
pub fn sample_entry(data: &[u8]) {
    entry::entry(data);
}

/// Content with a right digest is an index that writes itself again, or it is refused.
pub fn index(content: &[u8]) {
    let value = [b"MRIX", &Digest::of(content).bytes()[..], content].concat();
    let Ok(index) = Index::decode(&value) else { return };
    for stream in &index.streams {
        for chunk in stream.timeline.iter().take(200) {
            let _ = stream.timeline.find(chunk.start);
        }
        for track in &stream.tracks {
            assert!(track.source < index.sources.len());
            let _ = init_segment(&index, stream, track).is_ok();
            let last = stream.timeline.len().saturating_sub(1);
            match &track.media {
                Media::Fragments { extents, .. } => {
                    let _ = (extents.iter().take(200).count(), extents.range(last));
                }
                Media::Samples(pages) => {
                    let _ = pages.find(last);
                }
                Media::Cues(cues) => {
                    let _ = (cues.iter().take(200).count(), cues.range(last));
                }
            }
        }
    }
    if index.streams.iter().map(|stream| stream.timeline.len()).sum::<usize>() < 10_000 {
        let clip = Clip::between(Some("1"), Some("3")).unwrap();
        for clip in [None, clip] {
            let Ok(view) =
                View::whole(&index).selected(&Selection { clip, ..Selection::default() })
            else {
                continue;
            };
            let _ = (render(&view, Form::Compact).is_ok(), render(&view, Form::Legacy).is_ok());
            let _ = (hls::master(&view).is_ok(), dash::render(&view).is_ok());
            for stream in &index.streams {
                for track in &stream.tracks {
                    let _ = hls::playlist(&view, stream, track, Frames::CHUNKS).is_ok();
                }
            }
        }
    }
}
