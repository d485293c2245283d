//! A folder of objects that are read as one file.

use super::digest::Digest;
use super::packed::Packed;
use super::tags::Tags;
use super::wire::{FormatError, Reader, Writer};
use crate::base::order::order;
use crate::base::range::ByteRange;

/// A folder that holds one track: an object with its init segment, the *header*, and one for each chunk, called
/// by when that starts.
///
/// Whatever lies in it is found by where it would lie if its objects were one file, the header first and then the
/// chunks in the order of time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder {
    /// When each chunk starts, by its name.
    times: Packed,
    /// Where each object ends in the one file, the header first. Never empty.
    ends: Vec<u64>,
    tags: Tags,
}

/// A stretch of one object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The object's key.
    pub key: String,
    /// Its entity tag, unquoted.
    pub etag: String,
    /// Which of its bytes.
    pub range: ByteRange,
}

impl Folder {
    /// Name of the object with the init segment.
    pub const HEADER: &str = "header";

    /// The most chunks that a folder has.
    pub const MAX_CHUNKS: usize = 1 << 19;

    /// The folder with these objects, each a name, a size in bytes and an entity tag, in any order. Those that are
    /// neither the header nor called by a time are none of it, nor are empty ones. `None` without a header.
    pub fn of<'a>(objects: impl IntoIterator<Item = (&'a str, u64, &'a str)>) -> Option<Self> {
        let (mut header, mut chunks) = (None, Vec::new());
        for (name, size, etag) in objects.into_iter().filter(|&(_, size, _)| size > 0) {
            match time(name) {
                Some(time) => chunks.push((time, size, etag)),
                None if name == Self::HEADER => header = Some((size, etag)),
                None => {}
            }
        }
        let (size, etag) = header?;
        order(&mut chunks, |&(time, size, _)| (time, size));
        let times: Vec<u64> = chunks.iter().map(|&(time, _, _)| time).collect();
        let sizes: Vec<u64> = [size].into_iter().chain(chunks.iter().map(|it| it.1)).collect();
        let tags: Vec<&str> = [etag].into_iter().chain(chunks.iter().map(|it| it.2)).collect();
        Some(Self { times: Packed::new(&times), ends: ends(&sizes)?, tags: Tags::new(&tags) })
    }

    /// Bytes of all its objects.
    pub fn size(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Names this version of the folder: a digest of the names, sizes and entity tags of its objects.
    pub fn etag(&self) -> String {
        let mut out = Writer::default();
        self.encode(&mut out);
        Digest::of(&out.out).to_string()
    }

    /// When each chunk starts by its name, and where it lies, in order.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, ByteRange)> {
        let ranges = self.ends.windows(2).filter_map(|pair| match pair {
            &[start, end] => ByteRange::new(start, end),
            _ => None,
        });
        ranges.enumerate().filter_map(|(at, range)| Some((self.times.value(at)?, range)))
    }

    /// The stretches of objects that `range` is, in order, where `key` is the folder's own. What lies beyond the
    /// last object is said to be of that, whose store will refuse it.
    pub(super) fn pieces(&self, key: &str, range: ByteRange) -> Vec<Piece> {
        let last = self.ends.len().saturating_sub(1);
        let (mut start, mut pieces) = (range.start(), Vec::new());
        for at in self.object_at(start)..=last {
            let end = self.ends.get(at).filter(|_| at < last).map_or(range.end(), |&end| end);
            let end = end.min(range.end());
            let own = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
            let offset = start.saturating_sub(own.unwrap_or(0));
            let stretch = ByteRange::with_length(offset, end.saturating_sub(start));
            if let (Some(name), Some(etag), Some(range)) =
                (self.name(at), self.tags.get(at), stretch)
            {
                pieces.push(Piece { key: format!("{key}{name}"), etag, range });
            }
            start = end;
            if start >= range.end() {
                break;
            }
        }
        pieces
    }

    /// Whether `range` lies in one object.
    pub(super) fn is_whole(&self, range: ByteRange) -> bool {
        self.object_at(range.start()) == self.object_at(range.end().saturating_sub(1))
            && range.end() <= self.size()
    }

    /// The place of the object that the byte at `offset` is of; of the last one for what lies beyond.
    fn object_at(&self, offset: u64) -> usize {
        let at = self.ends.partition_point(|&end| end <= offset);
        at.min(self.ends.len().saturating_sub(1))
    }

    fn name(&self, at: usize) -> Option<String> {
        match at.checked_sub(1) {
            None => Some(Self::HEADER.to_owned()),
            Some(chunk) => self.times.value(chunk).map(|time| time.to_string()),
        }
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let sizes: Vec<u64> =
            self.ends.iter().zip(starts).map(|(end, start)| end - start).collect();
        out.count(self.ends.len().saturating_sub(1));
        self.times.encode(out);
        Packed::new(&sizes).encode(out);
        self.tags.encode(out);
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let chunks = from.count()?;
        if chunks > Self::MAX_CHUNKS {
            return Err(FormatError::Malformed("a folder has too many objects"));
        }
        let times = Packed::decode(from, chunks)?;
        let follows = |at: usize, time| {
            at.checked_sub(1).and_then(|before| times.value(before)).is_none_or(|it| it < time)
        };
        let is_ordered =
            (0..chunks).all(|at| times.value(at).is_some_and(|time| follows(at, time)));
        let objects = chunks.saturating_add(1);
        let sizes = Packed::decode(from, objects)?;
        let sizes = (0..objects).map(|at| sizes.value(at).filter(|&size| size > 0));
        let ends = sizes.collect::<Option<Vec<_>>>().and_then(|sizes| ends(&sizes));
        match ends.filter(|_| is_ordered) {
            Some(ends) => Ok(Self { times, tags: Tags::decode(from, objects)?, ends }),
            None => Err(FormatError::Malformed("a folder's objects are not in order")),
        }
    }
}

/// The time that an object is called by: digits, and no zero before others.
fn time(name: &str) -> Option<u64> {
    let time: u64 = name.parse().ok()?;
    (time.to_string() == name).then_some(time)
}

/// Where objects of these sizes end, one behind the other.
fn ends(sizes: &[u64]) -> Option<Vec<u64>> {
    let mut end = 0u64;
    let ends = sizes.iter().map(|&size| {
        end = end.checked_add(size)?;
        Some(end)
    });
    ends.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &str = "0123456789abcdef0123456789abcdef";

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    fn folder() -> Folder {
        let objects = [
            ("20000000", 50, "b"),
            ("header", 100, "h"),
            ("0", 40, "a"),
            ("020", 9, "other"),
            ("streammanifest", 9, "other"),
            ("40000000", 0, "empty"),
        ];
        Folder::of(objects).unwrap()
    }

    fn pieces(start: u64, end: u64) -> Vec<(String, u64, u64)> {
        let pieces = folder().pieces("a/", range(start, end));
        pieces.into_iter().map(|it| (it.key, it.range.start(), it.range.end())).collect()
    }

    #[test]
    fn objects_lie_behind_each_other_in_the_order_of_time() {
        let folder = folder();
        assert_eq!(folder.size(), 190);
        let chunks: Vec<_> = folder.chunks().collect();
        assert_eq!(chunks, [(0, range(100, 140)), (20_000_000, range(140, 190))]);
        assert_eq!(Folder::of([("0", 40, "a")]), None, "without a header");
    }

    #[test]
    fn a_range_is_stretches_of_objects() {
        let named = |name: &str, start, end| (format!("a/{name}"), start, end);
        assert_eq!(pieces(0, 100), [named("header", 0, 100)]);
        assert_eq!(pieces(140, 190), [named("20000000", 0, 50)]);
        assert_eq!(
            pieces(90, 150),
            [named("header", 90, 100), named("0", 0, 40), named("20000000", 0, 10)]
        );
        assert_eq!(pieces(180, 200), [named("20000000", 40, 60)], "which the store refuses");
        assert_eq!(pieces(140, 140), [named("20000000", 0, 0)]);
        let folder = folder();
        assert_eq!(folder.pieces("a/", range(101, 102))[0].etag, "a");
        assert!(folder.is_whole(range(100, 140)) && !folder.is_whole(range(99, 140)));
        assert!(!folder.is_whole(range(180, 200)));
    }

    #[test]
    fn another_version_of_an_object_is_another_version_of_the_folder() {
        let other = |etag| Folder::of([("header", 100, "h"), ("0", 40, etag)]).unwrap().etag();
        assert_eq!(other("a"), other("a"));
        assert_ne!(other("a"), other("b"));
        assert_ne!(other("a"), folder().etag());
    }

    #[test]
    fn gives_back_what_went_in() {
        let like_md5 = Folder::of([("header", 1, MD5), ("5", 2, MD5)]).unwrap();
        assert_eq!(like_md5.pieces("", range(1, 2))[0].etag, MD5);
        let alone = Folder::of([("header", 1, "")]).unwrap();
        for folder in [folder(), like_md5, alone] {
            let mut out = Writer::default();
            folder.encode(&mut out);
            let mut reader = Reader::new(&out.out);
            assert_eq!(Folder::decode(&mut reader), Ok(folder));
            assert!(reader.finish().is_ok());
            for len in 0..out.out.len() {
                assert!(Folder::decode(&mut Reader::new(&out.out[..len])).is_err(), "cut to {len}");
            }
        }
    }

    #[test]
    fn refuses_chunks_that_do_not_follow_each_other() {
        for (times, sizes) in [([5, 5], [1, 1, 1]), ([5, 4], [1, 1, 1]), ([4, 5], [1, 0, 1])] {
            let mut out = Writer::default();
            out.count(2);
            Packed::new(&times).encode(&mut out);
            Packed::new(&sizes).encode(&mut out);
            Tags::new(&["a"; 3]).encode(&mut out);
            assert!(Folder::decode(&mut Reader::new(&out.out)).is_err(), "{times:?} {sizes:?}");
        }
    }
}
