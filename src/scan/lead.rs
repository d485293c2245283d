//! What an object of a folder has before its fragment: a `styp`, mostly.
//!
//! Not every object begins as the others do, and only some are looked into for an index. So a fragment of a folder is said to
//! be all of its object, and where its `moof` begins is seen whenever it is read.

use super::limits::MAX_LEAD_LENGTH;
use super::window::TopBox;
use crate::base::range::ByteRange;

/// All of `object`, if the fragment at `range` is the end of it, and little enough comes before that.
pub(super) fn whole(range: ByteRange, object: ByteRange) -> Option<ByteRange> {
    let lead = range.start().checked_sub(object.start())?;
    (lead <= MAX_LEAD_LENGTH && range.end() == object.end()).then_some(object)
}

/// The object of `chunks` that the fragment at `range` is the end of; or else `range`.
pub(super) fn whole_of(range: ByteRange, chunks: &[(u64, ByteRange)]) -> ByteRange {
    let at = chunks.partition_point(|(_, object)| object.end() <= range.start());
    chunks.get(at).and_then(|&(_, object)| whole(range, object)).unwrap_or(range)
}

/// Whether the fragment of `object` may begin behind `top`, a box in it that is no `moof`.
pub(super) fn leads(top: &TopBox, object: ByteRange) -> bool {
    let lead = top.range.end().checked_sub(object.start());
    let is_near = lead.is_some_and(|lead| lead <= MAX_LEAD_LENGTH);
    is_near && &top.code != b"mdat" && top.range.end() < object.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Folder, Source};
    use crate::media::{self, Piece, Track, boxed};
    use crate::scan::{Scanned, Scanner, Way};

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    #[test]
    fn a_fragment_at_the_end_of_an_object_is_all_of_it() {
        let chunks = [(0, range(100, 200)), (5, range(200, 300_000))];
        let whole = |start, end| whole_of(range(start, end), &chunks);
        assert_eq!(whole(100, 200), range(100, 200));
        assert_eq!(whole(124, 200), range(100, 200));
        assert_eq!(whole(124, 190), range(124, 190), "something comes behind it");
        assert_eq!(whole(200 + MAX_LEAD_LENGTH, 300_000), range(200, 300_000));
        let far = range(201 + MAX_LEAD_LENGTH, 300_000);
        assert_eq!(whole_of(far, &chunks), far, "too much comes before it");
        assert_eq!(whole_of(range(7, 9), &[]), range(7, 9), "no folder");
    }

    /// What is found in a folder whose chunks begin so, and end so, and how many reads it took.
    fn scanned(leads: &[Vec<u8>], end: &[u8], way: Way) -> (Scanned, usize) {
        scanned_of(&Track::video(1), leads, 0, end, way)
    }

    /// The scanned track, whose first fragments are of its second sample entry.
    fn scanned_of(
        track: &Track,
        leads: &[Vec<u8>],
        second: u64,
        end: &[u8],
        way: Way,
    ) -> (Scanned, usize) {
        let movie = media::moov(std::slice::from_ref(track));
        let mut objects = vec![[media::ftyp(), movie].concat()];
        let chunks = leads.iter().zip((0..).step_by(20_000_000)).map(|(lead, start)| {
            let entry = (start < second * 20_000_000).then_some(2);
            let piece = Piece { tfdt: Some(start), entry, ..Piece::lasting(1, 20_000_000) };
            let vectors = media::full_boxed(b"senc", 0, 0, &[0, 0, 0, 0]);
            let moof = media::with_box(piece.moof(), &vectors);
            [lead, &moof, &boxed(b"mdat", &[7; 9000]), end].concat()
        });
        objects.extend(chunks);
        let names = (0..leads.len()).map(|at| (at * 20_000_000).to_string());
        let names: Vec<String> = ["header".to_owned()].into_iter().chain(names).collect();
        let size = |object: &Vec<u8>| u64::try_from(object.len()).unwrap();
        let listed = names.iter().zip(&objects).map(|(name, it)| (&**name, size(it), "v"));
        let source = Source::folder("a/", Folder::of(listed).unwrap());
        let (bytes, mut reads) = (objects.concat(), 0);
        let mut scanner = Scanner::of(&source, way);
        while let Some(wanted) = scanner.wants() {
            let place = |offset| usize::try_from(offset).unwrap();
            scanner
                .feed(wanted.start(), &bytes[place(wanted.start())..place(wanted.end())])
                .unwrap();
            reads += 1;
        }
        (scanner.finish().unwrap(), reads)
    }

    #[test]
    fn a_list_of_objects_says_what_all_their_boxes_say() {
        let lead = |code: &[u8; 4], len: usize| boxed(code, &vec![7; len]);
        let even = vec![lead(b"styp", 16); 40];
        let mut odd = even.clone();
        odd[1] = [lead(b"styp", 8), lead(b"prft", 24)].concat();
        odd[20] = lead(b"emsg", 5000);
        odd[39] = [lead(b"sidx", 40), lead(b"free", 9000)].concat();
        let mut bare = vec![Vec::new(); 40];
        bare[39] = lead(b"sidx", 40);
        for leads in [even, odd, bare] {
            let (listed, few) = scanned(&leads, b"", Way::Tables);
            let (walked, many) = scanned(&leads, b"", Way::Boxes);
            assert_eq!(listed, walked);
            assert!(few < 8 && many > 40, "{few} reads, and {many}");
        }
        let behind = boxed(b"free", b"");
        let leads = vec![lead(b"styp", 16); 40];
        let (listed, all) = scanned(&leads, &behind, Way::Tables);
        assert_eq!(listed, scanned(&leads, &behind, Way::Boxes).0);
        assert!(all > 40, "what ends otherwise is not believed");
    }
    #[test]
    fn a_start_in_the_clear_ends_in_the_same_object_whatever_comes_before_a_fragment() {
        let clear = Track::video(1).entry;
        let protected = media::protected_entry(&clear, (b"encv", b"avc1"), b"cenc", [7; 16]);
        let track = Track { entry: [protected, clear].concat(), ..Track::video(1) };
        let mut leads = vec![boxed(b"styp", &[7; 16]); 40];
        leads[5] = boxed(b"emsg", &[7; 5000]);
        for second in [0, 1, 5, 6, 40] {
            let (listed, few) = scanned_of(&track, &leads, second, b"", Way::Tables);
            let (walked, _) = scanned_of(&track, &leads, second, b"", Way::Boxes);
            assert_eq!(listed, walked, "{second}");
            assert!(few < 18, "{few} reads");
        }
    }
}
