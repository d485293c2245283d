//! Presentations of two hours to measure with, in files whose media bytes are not there.

use crate::media::{File, Piece, Track, boxed};
use millrace::base::range::ByteRange;
use millrace::store::{ListPart, Meta, ObjectStore, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write;

/// Two hours in chunks of two seconds.
pub(crate) const CHUNKS: u64 = 3600;

/// Ticks from one chunk to the next.
const CHUNK_TICKS: u64 = 20_000_000;

/// The entity tag of every file, as `bench/layout.mjs` has it too.
const ETAG: &str = "9b2cf535f27731c974343645a3985328";

/// Bits a second of each track, the last two of them audio in two languages.
const BITRATES: [u32; 10] = [
    350_000, 600_000, 900_000, 1_400_000, 2_000_000, 3_000_000, 4_500_000, 6_000_000, 80_000,
    128_000,
];
const VIDEOS: usize = 8;

/// How tracks share files, and how large their fragments are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each track has its own file; sizes vary as real ones do.
    OneEach,
    /// All tracks lie in one file, chunk by chunk; sizes vary likewise.
    Interleaved,
    /// Each track has its own file, and its fragments lie where a little arithmetic says: the
    /// presentation that `bench/` serves, where `layout.mjs` knows the arithmetic too.
    Evenly,
}

/// A presentation's stored objects. Each range is made once; read again, it costs a copy.
pub(crate) struct Library {
    pub(crate) presentation: &'static str,
    server_manifest: String,
    files: HashMap<String, File>,
    reads: RefCell<HashMap<(String, ByteRange), Vec<u8>>>,
}

impl Library {
    pub(crate) fn new(layout: Layout) -> Self {
        let stem = match layout {
            Layout::OneEach => "one-each",
            Layout::Interleaved => "interleaved",
            Layout::Evenly => "evenly",
        };
        let mut files: Vec<(String, File)> = match layout {
            Layout::Interleaved => {
                vec![(format!("{stem}.ismv"), file(&(0..10).collect::<Vec<_>>()))]
            }
            _ => (0..10).map(|track| (name(stem, track), file(&[track]))).collect(),
        };
        let mut dice = Dice(0x6d69_6c6c);
        for at in 0..CHUNKS {
            // A scene is hard or easy for all levels at once, and one level is not like another.
            let scene = dice.between(50, 150);
            for (track, &bitrate) in BITRATES.iter().enumerate() {
                let mean = u64::from(bitrate) / 4;
                let length = match layout {
                    Layout::Evenly => evenly(mean, at + 1) - evenly(mean, at),
                    _ if track < VIDEOS => mean * scene / 100 + dice.between(0, mean / 5),
                    _ => mean * 97 / 100 + dice.between(0, mean / 20),
                };
                let (_, file) = &mut files[if layout == Layout::Interleaved { 0 } else { track }];
                let (time, end) = (start(track, at), start(track, at + 1));
                let duration = end - time;
                let piece = Piece::lasting(id(track), duration as u32);
                let piece = Piece { tfxd: Some((time, duration)), ..piece };
                let boxes = piece.clone().moof().len() as u64 + 8;
                file.fragment(piece, time, length - boxes);
            }
        }
        files.iter_mut().for_each(|(_, file)| file.mfra());
        let server_manifest = server_manifest(stem, layout);
        let files = files.into_iter().map(|(name, file)| (format!("bench/{name}"), file)).collect();
        let presentation = match layout {
            Layout::OneEach => "bench/one-each.ism",
            Layout::Interleaved => "bench/interleaved.ism",
            Layout::Evenly => "bench/evenly.ism",
        };
        Self { presentation, server_manifest, files, reads: RefCell::default() }
    }

    fn bytes(&self, key: &str, range: ByteRange) -> Vec<u8> {
        match self.files.get(key) {
            Some(file) => file.read(range.start(), range.end()),
            None => self.server_manifest.as_bytes()[range.start() as usize..range.end() as usize]
                .to_vec(),
        }
    }
}

impl ObjectStore for Library {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let size = match self.files.get(key) {
            Some(file) => file.size(),
            None if key == self.presentation => self.server_manifest.len() as u64,
            None => return Err(StoreError::NotFound(key.to_owned())),
        };
        Ok(Meta { size, etag: ETAG.to_owned() })
    }

    async fn list_folder(&self, folder: &str, _: Option<&str>) -> Result<ListPart, StoreError> {
        Err(StoreError::Unlisted(folder.to_owned()))
    }

    async fn read(&self, key: &str, range: ByteRange, _: &str) -> Result<Vec<u8>, StoreError> {
        let mut reads = self.reads.borrow_mut();
        Ok(reads.entry((key.to_owned(), range)).or_insert_with(|| self.bytes(key, range)).clone())
    }
}

/// When the fragment in place `at` starts: an audio chunk at the first frame of 1024 samples from there
/// on, so that its chunks do not last equally long.
pub(crate) fn start(track: usize, at: u64) -> u64 {
    const FRAMES_A_CHUNK: (u64, u64) = (48_000 * 2, 1024);
    if track < VIDEOS {
        return at * CHUNK_TICKS;
    }
    let frames = (at * FRAMES_A_CHUNK.0).div_ceil(FRAMES_A_CHUNK.1);
    frames * 1024 * 10_000_000 / 48_000
}

/// Where the fragment in place `at` begins, of fragments of `mean` bytes give or take a twentieth.
fn evenly(mean: u64, at: u64) -> u64 {
    4096 + at * mean + at * 7919 % (mean / 20)
}

/// A file of these tracks, whose first fragment will begin at 4096.
fn file(tracks: &[usize]) -> File {
    let media =
        |&track| if track < VIDEOS { Track::video(id(track)) } else { Track::audio(id(track)) };
    let mut file = File::new(&tracks.iter().map(media).collect::<Vec<_>>());
    if let Some(rest) = 4096u64.checked_sub(file.size() + 8) {
        file.boxes(&boxed(b"free", &vec![0; rest as usize]));
    }
    file
}

fn id(track: usize) -> u32 {
    track as u32 + 1
}

fn name(stem: &str, track: usize) -> String {
    let extension = if track < VIDEOS { "ismv" } else { "isma" };
    format!("{stem}-{}.{extension}", BITRATES[track] / 1000)
}

fn server_manifest(stem: &str, layout: Layout) -> String {
    let mut text =
        r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>"#.to_owned();
    for (track, bitrate) in BITRATES.iter().enumerate() {
        let file = match layout {
            Layout::Interleaved => format!("{stem}.ismv"),
            _ => name(stem, track),
        };
        let (element, id) = (if track < VIDEOS { "video" } else { "audio" }, id(track));
        let language = match track.checked_sub(VIDEOS) {
            None => "",
            Some(0) => r#" systemLanguage="eng""#,
            Some(_) => r#" systemLanguage="deu""#,
        };
        write!(text, r#"<{element} src="{file}" systemBitrate="{bitrate}"{language}><param name="trackID" value="{id}" valuetype="data"/></{element}>"#).unwrap();
    }
    text + "</switch></body></smil>"
}

/// The same numbers in every run: xorshift.
struct Dice(u64);

impl Dice {
    fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + self.0 % (high - low).max(1)
    }
}
