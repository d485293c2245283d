//! A file whose media bytes are only counted.

use super::fragments::Piece;
use super::movie::{Track, ftyp, moov};
use super::tables::mfra;

/// A file under way: boxes, and media that is only counted.
#[derive(Clone, Default)]
pub(crate) struct File {
    parts: Vec<(u64, Vec<u8>)>,
    size: u64,
    tables: Vec<(u32, Vec<(u64, u64)>)>,
}

/// A file of one track, three fragments of two seconds, with media of `media` bytes each.
pub(crate) fn three_fragments(track: Track, media: u64) -> Vec<u8> {
    let mut file = File::new(&[track]);
    for at in 0..3 {
        let start = at * 20_000_000;
        let piece = Piece { tfxd: Some((start, 20_000_000)), ..Piece::lasting(1, 20_000_000) };
        file.fragment(piece, start, media);
    }
    file.mfra();
    file.bytes()
}

impl File {
    /// A file that begins with `ftyp` and a `moov` of `tracks`.
    pub(crate) fn new(tracks: &[Track]) -> Self {
        let mut file = Self::default();
        file.boxes(&ftyp());
        file.boxes(&moov(tracks));
        file
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn boxes(&mut self, bytes: &[u8]) {
        self.parts.push((self.size, bytes.to_vec()));
        self.size += u64::try_from(bytes.len()).unwrap();
    }

    /// Lists what comes next as a fragment of `track` that starts at `time`.
    pub(crate) fn list(&mut self, track: u32, time: u64) {
        match self.tables.iter_mut().find(|(listed, _)| *listed == track) {
            Some((_, entries)) => entries.push((time, self.size)),
            None => self.tables.push((track, vec![(time, self.size)])),
        }
    }

    /// A fragment with `media` bytes of samples, which a table lists under `time`.
    pub(crate) fn fragment(&mut self, piece: Piece, time: u64, media: u64) {
        self.list(piece.track, time);
        self.boxes(&piece.moof());
        self.mdat(media);
    }

    pub(crate) fn mdat(&mut self, media: u64) {
        match u32::try_from(media + 8) {
            Ok(size) => self.boxes(&[&size.to_be_bytes(), &b"mdat"[..]].concat()),
            Err(_) => {
                let size = (media + 16).to_be_bytes();
                self.boxes(&[&1u32.to_be_bytes(), &b"mdat"[..], &size].concat());
            }
        }
        self.size += media;
    }

    /// The `mfra` of all fragments so far.
    pub(crate) fn mfra(&mut self) {
        let bytes = mfra(&self.tables);
        self.boxes(&bytes);
    }

    /// The bytes in `start..end`, `None` where they are media.
    fn told(&self, start: u64, end: u64) -> impl Iterator<Item = Option<u8>> {
        (start..end).map(|at| {
            let next = self.parts.partition_point(|(start, _)| *start <= at);
            let (start, bytes) = &self.parts[next - 1];
            bytes.get(usize::try_from(at - start).unwrap()).copied()
        })
    }

    /// The bytes in `start..end`, media zeroed.
    pub(crate) fn read(&self, start: u64, end: u64) -> Vec<u8> {
        self.told(start, end).map(Option::unwrap_or_default).collect()
    }

    /// How many of the bytes in `start..end` are media.
    pub(crate) fn media_in(&self, start: u64, end: u64) -> usize {
        self.told(start, end).filter(Option::is_none).count()
    }

    /// The whole file, media zeroed.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(self.size).unwrap()];
        for (start, part) in &self.parts {
            let start = usize::try_from(*start).unwrap();
            bytes[start..start + part.len()].copy_from_slice(part);
        }
        bytes
    }
}
