//! The film that every presentation of the played library is: one file for each track, without its media bytes.

use crate::media::{File, Piece, Track};
use millrace::base::range::ByteRange;
use millrace::index::Index;
use millrace::library::build::{self, Limits, Rules};
use millrace::scan::Way;
use millrace::store::{ListPart, Meta, ObjectStore, StoreError};
use std::fmt::Write;

/// Where it lies. All presentations have their media here, and an index each.
const PRESENTATION: &str = "bench/played.ism";
/// The entity tag of every file, as `bench/layout.mjs` has it too.
const ETAG: &str = "9b2cf535f27731c974343645a3985328";
/// Ticks a second.
const TICKS: u64 = 10_000_000;

/// What it is like.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) chunk_seconds: u64,
    pub(crate) chunks: u64,
    /// Bytes of a chunk of the lowest level of video; the next has twice as many, and audio an eighth.
    pub(crate) bytes: u64,
    pub(crate) levels: u32,
}

impl Shape {
    /// Bits a second of each level of video, and of audio behind them.
    pub(crate) fn bitrates(&self) -> Vec<u64> {
        self.means().map(|mean| mean * 8 / self.chunk_seconds).collect()
    }

    /// Bytes of a chunk of each track, in the mean.
    fn means(&self) -> impl Iterator<Item = u64> {
        let bytes = self.bytes;
        (0..self.levels).map(move |level| bytes << level).chain([bytes / 8])
    }
}

/// Its index.
pub(crate) fn index(shape: &Shape) -> Index {
    let film = Film::new(shape);
    let built = build::build(&film, PRESENTATION, &Limits::NONE, Way::Tables, Rules::default());
    pollster::block_on(built).unwrap().unwrap().bundle.index
}

struct Film {
    server_manifest: String,
    files: Vec<(String, File)>,
}

impl Film {
    fn new(shape: &Shape) -> Self {
        let mut text = "<smil><body><switch>".to_owned();
        let mut files = Vec::new();
        for (track, (mean, bitrate)) in shape.means().zip(shape.bitrates()).enumerate() {
            let is_audio = track == usize::try_from(shape.levels).unwrap();
            let (element, media) = match is_audio {
                true => ("audio", Track::audio(1)),
                false => ("video", Track::video(1)),
            };
            let name = format!("played-{track}.ismv");
            write!(text, r#"<{element} src="{name}" systemBitrate="{bitrate}"/>"#).unwrap();
            files.push((format!("bench/{name}"), file(shape, media, mean)));
        }
        Self { server_manifest: text + "</switch></body></smil>", files }
    }

    fn file(&self, key: &str) -> Option<&File> {
        self.files.iter().find(|(name, _)| name == key).map(|(_, file)| file)
    }
}

/// A file of one track. Its fragments have `mean` bytes, give or take a twentieth.
fn file(shape: &Shape, track: Track, mean: u64) -> File {
    let mut file = File::new(&[track]);
    let begin = |at: u64| at * mean + at * 7919 % (mean / 20);
    let lasts = shape.chunk_seconds * TICKS;
    for at in 0..shape.chunks {
        let piece = Piece::lasting(1, u32::try_from(lasts).unwrap());
        let piece = Piece { tfxd: Some((at * lasts, lasts)), ..piece };
        let boxes = u64::try_from(piece.clone().moof().len()).unwrap() + 8;
        file.fragment(piece, at * lasts, begin(at + 1) - begin(at) - boxes);
    }
    file.mfra();
    file
}

impl ObjectStore for Film {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let size = match self.file(key) {
            Some(file) => file.size(),
            None if key == PRESENTATION => u64::try_from(self.server_manifest.len()).unwrap(),
            None => return Err(StoreError::NotFound(key.to_owned())),
        };
        Ok(Meta { size, etag: ETAG.to_owned() })
    }

    async fn list_folder(&self, folder: &str, _: Option<&str>) -> Result<ListPart, StoreError> {
        Err(StoreError::Unlisted(folder.to_owned()))
    }

    async fn read(&self, key: &str, range: ByteRange, _: &str) -> Result<Vec<u8>, StoreError> {
        let at = |at: u64| usize::try_from(at).unwrap();
        Ok(match self.file(key) {
            Some(file) => file.read(range.start(), range.end()),
            None => self.server_manifest.as_bytes()[at(range.start())..at(range.end())].to_vec(),
        })
    }
}
