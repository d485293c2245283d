//! Media that is not what its tables say: seen where it is indexed, or where it is verified.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;
mod memory;

use ffmpeg::Workshop;
use memory::Memory;
use millrace::index::{Bundle, Source};
use millrace::library::build::{Limits, Rules, build};
use millrace::proof;
use millrace::scan::Way;
use millrace::store::ObjectStore;

const KEY: &str = "a.mp4";

fn stored(file: &[u8]) -> Memory {
    let stores = Memory::default();
    stores.put_object(KEY, file);
    stores.put_object(
        "a.ism",
        b"<smil><body><switch><video src='a.mp4'/><audio src='a.mp4'/></switch></body></smil>",
    );
    stores
}

fn indexed(stores: &Memory) -> Result<Bundle, String> {
    let built = build(stores, "a.ism", &Limits::NONE, Way::Tables, Rules::default());
    let bundle = pollster::block_on(built).map_err(|error| error.to_string())?.unwrap().bundle;
    pollster::block_on(proof::ends(stores, &bundle)).map_err(|error| error.to_string())?;
    Ok(bundle)
}

fn verified(stores: &Memory) -> Result<u64, String> {
    let meta = pollster::block_on(stores.head(KEY)).unwrap();
    let source = Source::object(KEY, meta.size, meta.etag);
    pollster::block_on(proof::all(stores, &source)).map_err(|error| error.to_string())
}

/// Adds `more` to every chunk offset that `is_changed` picks by its place among all.
fn moved(file: &[u8], more: i32, is_changed: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut file = file.to_vec();
    let tables: Vec<usize> =
        (0..file.len() - 4).filter(|&at| &file[at..at + 4] == b"stco").collect();
    let word = |file: &[u8], at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    let mut place = 0;
    for table in tables {
        for at in 0..usize::try_from(word(&file, table + 8)).unwrap() {
            let at = table + 12 + 4 * at;
            if is_changed(place) {
                let offset = word(&file, at).checked_add_signed(more).unwrap();
                file[at..at + 4].copy_from_slice(&offset.to_be_bytes());
            }
            place += 1;
        }
    }
    file
}

#[test]
fn honest_media_is_what_its_tables_say_however_it_is_cut() {
    let workshop = Workshop::new("proof");
    workshop.film("a.mp4", 6, 50, "200k");
    for (name, way) in [
        ("front.mp4", "-movflags +faststart"),
        ("fragments.mp4", "-movflags frag_keyframe+empty_moov+separate_moof"),
        ("shared.mp4", "-movflags frag_keyframe+empty_moov+default_base_moof"),
        ("frames.mp4", "-movflags frag_every_frame+delay_moov"),
    ] {
        workshop.ffmpeg(&format!("-i a.mp4 -c copy {way} {name}"));
        let stores = stored(&workshop.read(name));
        indexed(&stores).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(verified(&stores), Ok(150 + 284), "{name}");
    }
}

#[test]
fn a_movie_that_grew_without_its_tables_is_refused_when_it_is_indexed() {
    let workshop = Workshop::new("proof-grown");
    workshop.film("end.mp4", 6, 50, "200k");
    workshop.ffmpeg("-i end.mp4 -c copy -movflags +faststart front.mp4");
    // As by an editor of tags that does not know of them: offsets lead so many bytes too far to the front.
    let file = workshop.read("front.mp4");
    let moov = file.windows(4).position(|bytes| bytes == b"moov").unwrap() - 4;
    let size = u32::from_be_bytes(file[moov..moov + 4].try_into().unwrap());
    let behind = moov + usize::try_from(size).unwrap();
    for grown in [12, 300, 100_000] {
        let tags = media::boxed(b"udta", &vec![0; grown - 8]);
        let mut file = file.clone();
        let size = size + u32::try_from(grown).unwrap();
        file[moov..moov + 4].copy_from_slice(&size.to_be_bytes());
        file.splice(behind..behind, tags);
        let error = indexed(&stored(&file)).unwrap_err();
        assert!(error.starts_with("a.mp4: track "), "{error}");
        assert!(error.contains(" at 0.000 s: the sample at bytes "), "{error}");
        assert!(error.contains("does not lie in an 'mdat'"), "{error}");
    }
    // The same where there is room before and behind the samples.
    let file = workshop.read("end.mp4");
    let mdat = file.windows(4).position(|bytes| bytes == b"mdat").unwrap() - 4;
    let size = u32::from_be_bytes(file[mdat..mdat + 4].try_into().unwrap());
    let mut roomy = moved(&file, 64, |_| true);
    roomy[mdat..mdat + 4].copy_from_slice(&(size + 128).to_be_bytes());
    roomy.splice(mdat + 8..mdat + 8, [0; 64]);
    let end = mdat + usize::try_from(size).unwrap() + 64;
    roomy.splice(end..end, [0; 64]);
    indexed(&stored(&roomy)).unwrap();
    for more in [-5, 1, 40] {
        let error = indexed(&stored(&moved(&roomy, more, |_| true))).unwrap_err();
        assert!(error.starts_with("a.mp4, track 1 at 0.000 s: the sample at bytes "), "{error}");
        assert!(error.contains(" NAL unit"), "{error}");
    }
}

#[test]
fn a_chunk_offset_that_leads_elsewhere_is_seen() {
    let workshop = Workshop::new("proof-one");
    workshop.film("a.mp4", 6, 50, "200k");
    let file = workshop.read("a.mp4");
    let seen = |file: &[u8]| {
        let stores = stored(file);
        indexed(&stores).is_err() || verified(&stores).is_err()
    };
    assert!(!seen(&file));
    for place in [0, 3, 40, 100] {
        for more in [-1, 1, 1000] {
            assert!(seen(&moved(&file, more, |at| at == place)), "chunk {place}, {more}");
        }
    }
}

#[test]
fn bytes_that_are_no_video_are_seen_where_every_sample_is_looked_into() {
    let workshop = Workshop::new("proof-bytes");
    workshop.film("a.mp4", 6, 50, "200k");
    for (name, way) in [
        ("plain.mp4", "-movflags +faststart"),
        ("fragments.mp4", "-movflags frag_keyframe+empty_moov+separate_moof"),
    ] {
        workshop.ffmpeg(&format!("-i a.mp4 -an -c copy {way} {name}"));
        let mut file = workshop.read(name);
        // In the middle of it all, where nobody looks when it is indexed.
        let middle = file.len() / 2;
        file[middle..middle + 3000].fill(0xff);
        let stores = Memory::default();
        stores.put_object(KEY, &file);
        stores.put_object(
            "a.ism",
            b"<smil><body><switch><video src='a.mp4'/></switch></body></smil>",
        );
        indexed(&stores).unwrap();
        let error = verified(&stores).unwrap_err();
        assert!(error.starts_with("a.mp4, track 1 at "), "{name}: {error}");
        assert!(error.ends_with("has the file been edited without its tables?"), "{name}: {error}");
    }
}
