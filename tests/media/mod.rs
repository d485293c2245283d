//! A tiny writer of media files, for tests: boxes, tracks, fragments, and a file whose media bytes
//! are not there, so that it is seen when they are read.

#![allow(dead_code, reason = "each test crate uses a part of it")]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod plain;

#[allow(unused_imports, reason = "each test crate uses a part of it")]
pub(crate) use plain::*;

/// A box with a 32-bit size.
pub(crate) fn boxed(code: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let size = u32::try_from(payload.len() + 8).unwrap();
    [&size.to_be_bytes(), &code[..], payload].concat()
}

/// A box with a 64-bit size.
pub(crate) fn long_boxed(code: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let size = u64::try_from(payload.len() + 16).unwrap();
    [&1u32.to_be_bytes(), &code[..], &size.to_be_bytes(), payload].concat()
}

pub(crate) fn uuid_boxed(uuid: [u8; 16], payload: &[u8]) -> Vec<u8> {
    boxed(b"uuid", &[&uuid[..], payload].concat())
}

pub(crate) fn full_boxed(code: &[u8; 4], version: u8, flags: u32, payload: &[u8]) -> Vec<u8> {
    let word = u32::from(version) << 24 | flags;
    boxed(code, &[&word.to_be_bytes(), payload].concat())
}

/// The bytes of hexadecimal digits.
pub(crate) fn from_hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The bytes of binary digits, the last one filled with zeros.
pub(crate) fn from_bits(digits: &str) -> Vec<u8> {
    let padded = format!("{digits}{}", "0".repeat(digits.len().next_multiple_of(8) - digits.len()));
    let bytes = padded.as_bytes().chunks(8).map(|byte| std::str::from_utf8(byte).unwrap());
    bytes.map(|byte| u8::from_str_radix(byte, 2).unwrap()).collect()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

// Sample entries.

/// The `stsd` of these entries, one behind the other; or of none, and still one is counted.
pub(crate) fn stsd(entries: &[u8]) -> Vec<u8> {
    let (mut count, mut rest) = (0, entries);
    while let Some(&size) = rest.first_chunk() {
        let size = usize::try_from(u32::from_be_bytes(size)).unwrap().max(8);
        rest = rest.get(size..).unwrap_or_default();
        count += 1;
    }
    full_boxed(b"stsd", 0, 0, &[&words(&[count.max(1)]), entries].concat())
}

pub(crate) fn visual_entry(code: &[u8; 4], width: u16, height: u16, tail: &[u8]) -> Vec<u8> {
    let mut fixed = vec![0; 78];
    fixed[7] = 1;
    fixed[24..26].copy_from_slice(&width.to_be_bytes());
    fixed[26..28].copy_from_slice(&height.to_be_bytes());
    boxed(code, &[&fixed, tail].concat())
}

pub(crate) fn audio_entry(code: &[u8; 4], channels: u16, rate: u16, tail: &[u8]) -> Vec<u8> {
    let mut fixed = vec![0; 28];
    fixed[7] = 1;
    fixed[16..18].copy_from_slice(&channels.to_be_bytes());
    fixed[24..26].copy_from_slice(&rate.to_be_bytes());
    boxed(code, &[&fixed, tail].concat())
}

/// A sound description of `QuickTime`'s, of version 1.
pub(crate) fn quicktime_1(code: &[u8; 4], channels: u16, rate: u16, tail: &[u8]) -> Vec<u8> {
    let packets = words(&[1024, 0, 0, 2]);
    let mut entry = audio_entry(code, channels, rate, &[&packets, tail].concat());
    entry[17] = 1;
    entry
}

/// The same of version 2, with so many bytes more that its fixed part says it has.
pub(crate) fn quicktime_2(
    code: &[u8; 4],
    channels: u16,
    rate: f64,
    more: u32,
    tail: &[u8],
) -> Vec<u8> {
    let fixed = [
        words(&[72 + more]),
        rate.to_be_bytes().to_vec(),
        words(&[channels.into(), 0x7f00_0000, 0, 0, 0, 1024]),
    ];
    let mut entry = audio_entry(code, 3, 1, &[&fixed.concat(), tail].concat());
    entry[17] = 2;
    entry
}

pub(crate) fn text_entry(code: &[u8; 4]) -> Vec<u8> {
    boxed(code, &[&[0, 0, 0, 0, 0, 0, 0, 1][..], b"http://www.w3.org/ns/ttml\0\0\0"].concat())
}

/// The sample entry as it is, but protected like this, and so of another code.
pub(crate) fn protected_entry(
    entry: &[u8],
    (code, clear): (&[u8; 4], &[u8; 4]),
    scheme: &[u8; 4],
    key: [u8; 16],
) -> Vec<u8> {
    let pattern = if scheme == b"cbcs" { 0x19 } else { 0 };
    let frma = boxed(b"frma", clear);
    let schm = full_boxed(b"schm", 0, 0, &[&scheme[..], &[0, 1, 0, 0]].concat());
    let tenc = full_boxed(b"tenc", 1, 0, &[&[0, pattern, 1, 8][..], &key].concat());
    let sinf = boxed(b"sinf", &[frma, schm, boxed(b"schi", &tenc)].concat());
    boxed(code, &[&entry[8..], &sinf].concat())
}

pub(crate) fn avcc(sps: &[&[u8]], pps: &[&[u8]]) -> Vec<u8> {
    let mut payload = vec![1, 0x64, 0, 0x1e, 0xff];
    for (reserved, sets) in [(0xe0, sps), (0, pps)] {
        payload.push(reserved | u8::try_from(sets.len()).unwrap());
        for set in sets {
            payload.extend(u16::try_from(set.len()).unwrap().to_be_bytes());
            payload.extend(*set);
        }
    }
    boxed(b"avcC", &payload)
}

pub(crate) fn hvcc(units: &[(u8, &[u8])]) -> Vec<u8> {
    let mut payload = vec![1];
    payload.extend([0; 20]);
    payload.extend([0xff, u8::try_from(units.len()).unwrap()]);
    for (kind, unit) in units {
        payload.extend([0x80 | kind, 0, 1]);
        payload.extend(u16::try_from(unit.len()).unwrap().to_be_bytes());
        payload.extend(*unit);
    }
    boxed(b"hvcC", &payload)
}

pub(crate) fn esds(object_type: u8, specific_info: &[u8]) -> Vec<u8> {
    let descriptor =
        |tag: u8, payload: &[u8]| [&[tag, u8::try_from(payload.len()).unwrap()], payload].concat();
    let config = [&[object_type, 0x15][..], &[0; 11], &descriptor(5, specific_info)].concat();
    let stream = [&[0, 1, 0][..], &descriptor(4, &config), &descriptor(6, &[2])].concat();
    full_boxed(b"esds", 0, 0, &descriptor(3, &stream))
}

// A movie.

/// What `moov` says of a track.
#[derive(Clone)]
pub(crate) struct Track {
    pub(crate) id: u32,
    pub(crate) handler: [u8; 4],
    pub(crate) timescale: u32,
    pub(crate) language: [u8; 3],
    pub(crate) entry: Vec<u8>,
    pub(crate) trex_duration: u32,
    pub(crate) trex_size: u32,
    pub(crate) trex_flags: u32,
    pub(crate) samples: u32,
    /// The boxes that say where its samples are, if it is a progressive MP4's.
    pub(crate) tables: Vec<u8>,
    /// Its `elst`, if it has one.
    pub(crate) elst: Vec<u8>,
    /// Its data reference.
    pub(crate) reference: Vec<u8>,
    /// How its video is turned, scaled and moved.
    pub(crate) matrix: [u32; 9],
    /// The tracks that hold its chapters.
    pub(crate) chapters: Vec<u32>,
}

/// As they are.
const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

impl Track {
    pub(crate) fn video(id: u32) -> Self {
        let avcc = avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68, 0xe9]]);
        Self {
            id,
            handler: *b"vide",
            timescale: 10_000_000,
            language: *b"und",
            entry: visual_entry(b"avc1", 640, 360, &avcc),
            trex_duration: 0,
            trex_size: 0,
            trex_flags: 0,
            samples: 0,
            tables: Vec::new(),
            elst: Vec::new(),
            reference: full_boxed(b"url ", 0, 1, &[]),
            matrix: UPRIGHT,
            chapters: Vec::new(),
        }
    }

    pub(crate) fn audio(id: u32) -> Self {
        let entry = audio_entry(b"mp4a", 2, 48_000, &esds(0x40, &[0x11, 0x90]));
        Self { handler: *b"soun", entry, ..Self::video(id) }
    }
}

pub(crate) fn ftyp() -> Vec<u8> {
    boxed(b"ftyp", b"isml\0\0\0\x01iso2piff")
}

/// The `moov` of these tracks; of a progressive MP4 if any of them has sample tables.
pub(crate) fn moov(tracks: &[Track]) -> Vec<u8> {
    let is_plain = tracks.iter().any(|track| !track.tables.is_empty());
    moov_of(tracks, !is_plain)
}

/// The same, with or without an `mvex`.
pub(crate) fn moov_of(tracks: &[Track], has_mvex: bool) -> Vec<u8> {
    let mvhd = [&[0, 0, 1000, 0, 0x1_0000, 0x0100_0000, 0, 0][..], &UPRIGHT, &[0; 6], &[99]];
    let mut payload = full_boxed(b"mvhd", 0, 0, &words(&mvhd.concat()));
    let mut defaults = Vec::new();
    for track in tracks {
        let tkhd = [&[0, 0, track.id, 0, 0, 0, 0, 0, 0][..], &track.matrix, &[0; 2]].concat();
        let packed =
            track.language.iter().fold(0u16, |packed, letter| packed << 5 | u16::from(letter & 31));
        let mdhd = [words(&[0, 0, track.timescale, 0]), packed.to_be_bytes().to_vec(), vec![0; 2]];
        let hdlr = [&words(&[0]), &track.handler[..], &[0; 13]].concat();
        let dref = full_boxed(b"dref", 0, 0, &[&words(&[1]), &track.reference[..]].concat());
        let empty_tables = [
            full_boxed(b"stts", 0, 0, &words(&[0])),
            full_boxed(b"stsc", 0, 0, &words(&[0])),
            full_boxed(
                b"stsz",
                0,
                0,
                &words(&[if track.samples > 0 { 9 } else { 0 }, track.samples]),
            ),
            full_boxed(b"stco", 0, 0, &words(&[0])),
        ]
        .concat();
        let tables = if track.tables.is_empty() { &empty_tables } else { &track.tables };
        let stbl = [stsd(&track.entry), tables.clone()];
        let header = match &track.handler {
            b"vide" => full_boxed(b"vmhd", 0, 1, &[0; 8]),
            b"soun" => full_boxed(b"smhd", 0, 0, &[0; 4]),
            _ => full_boxed(b"nmhd", 0, 0, &[]),
        };
        let minf = [header, boxed(b"dinf", &dref), boxed(b"stbl", &stbl.concat())];
        let mdia = [
            full_boxed(b"mdhd", 0, 0, &mdhd.concat()),
            full_boxed(b"hdlr", 0, 0, &hdlr),
            boxed(b"minf", &minf.concat()),
        ];
        let trak = [
            full_boxed(b"tkhd", 0, 7, &words(&tkhd)),
            plain::edts(&track.elst),
            boxed(b"tref", &boxed(b"chap", &words(&track.chapters))),
            boxed(b"mdia", &mdia.concat()),
        ];
        payload.extend(boxed(b"trak", &trak.concat()));
        let trex = words(&[track.id, 1, track.trex_duration, track.trex_size, track.trex_flags]);
        defaults.extend(full_boxed(b"trex", 0, 0, &trex));
    }
    if has_mvex {
        payload.extend(boxed(b"mvex", &defaults));
    }
    boxed(b"moov", &payload)
}

// Fragments.

/// One track's part of a fragment.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) track: u32,
    pub(crate) samples: u32,
    /// One a sample, or none at all.
    pub(crate) durations: Vec<u32>,
    /// One a sample too, or none.
    pub(crate) sizes: Vec<u32>,
    pub(crate) default_duration: Option<u32>,
    /// Which sample entry its samples are of, if it says.
    pub(crate) entry: Option<u32>,
    /// `first_sample_flags`.
    pub(crate) first_flags: Option<u32>,
    pub(crate) tfdt: Option<u64>,
    /// Time and duration.
    pub(crate) tfxd: Option<(u64, u64)>,
}

impl Piece {
    pub(crate) fn of(track: u32, samples: u32) -> Self {
        Self {
            track,
            samples,
            durations: Vec::new(),
            sizes: Vec::new(),
            default_duration: None,
            entry: None,
            first_flags: None,
            tfdt: None,
            tfxd: None,
        }
    }

    /// A fragment of `duration` ticks, made of ten samples, with no time of its own.
    pub(crate) fn lasting(track: u32, duration: u32) -> Self {
        let mut durations = vec![duration / 10; 10];
        durations[9] += duration % 10;
        Self { durations, ..Self::of(track, 10) }
    }

    /// The whole `moof` of a fragment of this alone.
    pub(crate) fn moof(self) -> Vec<u8> {
        moof(&[self])
    }

    fn traf(&self, data_offset: u32) -> Vec<u8> {
        let said = [(0x2, self.entry), (0x8, self.default_duration)];
        let said = said.iter().filter_map(|&(flag, value)| Some((flag, value?)));
        let flags = said.clone().fold(0x2_0000, |flags, (flag, _)| flags | flag);
        let fields: Vec<u32> =
            [self.track].into_iter().chain(said.map(|(_, value)| value)).collect();
        let mut payload = full_boxed(b"tfhd", 0, flags, &words(&fields));
        if let Some(time) = self.tfdt {
            payload.extend(full_boxed(b"tfdt", 1, 0, &time.to_be_bytes()));
        }
        let flag = |column: &[u32], flag| if column.is_empty() { 0 } else { flag };
        let flags = flag(&self.durations, 0x100) | flag(&self.sizes, 0x200);
        let flags = flags | self.first_flags.map_or(0, |_| 0x4);
        let mut run = vec![self.samples, data_offset];
        run.extend(self.first_flags);
        for at in 0..self.durations.len().max(self.sizes.len()) {
            run.extend(self.durations.get(at));
            run.extend(self.sizes.get(at));
        }
        payload.extend(full_boxed(b"trun", 0, 1 | flags, &words(&run)));
        if let Some((time, duration)) = self.tfxd {
            payload.extend(tfxd(time, duration));
        }
        boxed(b"traf", &payload)
    }
}

pub(crate) fn tfxd(time: u64, duration: u64) -> Vec<u8> {
    const TFXD: u128 = 0x6d1d9b05_42d5_44e6_80e2_141daff757b2;
    let payload = [&words(&[0x0100_0000])[..], &time.to_be_bytes(), &duration.to_be_bytes()];
    uuid_boxed(TFXD.to_be_bytes(), &payload.concat())
}

/// Of several pieces, whose samples lie behind each other as far as they have sizes.
pub(crate) fn moof(pieces: &[Piece]) -> Vec<u8> {
    let with = |data_offset: u32| {
        let mut payload = full_boxed(b"mfhd", 0, 0, &words(&[1]));
        let mut offset = data_offset;
        for piece in pieces {
            payload.extend(piece.traf(offset));
            offset += piece.sizes.iter().sum::<u32>();
        }
        boxed(b"moof", &payload)
    };
    let size = with(0).len();
    with(u32::try_from(size).unwrap() + 8)
}

/// The same `moof`, of one track, with `more` at the end of its `traf`.
pub(crate) fn with_box(mut moof: Vec<u8>, more: &[u8]) -> Vec<u8> {
    let by = u32::try_from(more.len()).unwrap();
    let place = |moof: &[u8], code: &[u8; 4]| moof.windows(4).position(|it| it == code).unwrap();
    // The sizes of both, and the data offset behind the header, the flags and the count of samples.
    let places = [(b"moof", 0), (b"traf", 0), (b"trun", 16)]
        .map(|(code, behind)| place(&moof, code) - 4 + behind);
    for at in places {
        let number = u32::from_be_bytes(moof[at..at + 4].try_into().unwrap()) + by;
        moof[at..at + 4].copy_from_slice(&number.to_be_bytes());
    }
    moof.extend(more);
    moof
}

// Tables.

/// An `mfra`, of each track's ID and the times and offsets of its fragments.
pub(crate) fn mfra(tables: &[(u32, Vec<(u64, u64)>)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (track, entries) in tables {
        let mut tfra = words(&[*track, 0, u32::try_from(entries.len()).unwrap()]);
        for (time, offset) in entries {
            tfra.extend([time.to_be_bytes(), offset.to_be_bytes()].concat());
            tfra.extend([1, 1, 1]);
        }
        payload.extend(full_boxed(b"tfra", 1, 0, &tfra));
    }
    let size = u32::try_from(payload.len() + 24).unwrap();
    payload.extend(full_boxed(b"mfro", 0, 0, &words(&[size])));
    boxed(b"mfra", &payload)
}

/// A `sidx`, of the first word and the duration of each reference.
pub(crate) fn sidx(
    track: u32,
    timescale: u32,
    earliest: u64,
    references: &[(u32, u32)],
) -> Vec<u8> {
    let mut payload = words(&[track, timescale]);
    payload.extend([earliest.to_be_bytes(), 0u64.to_be_bytes()].concat());
    payload.extend(words(&[u32::try_from(references.len()).unwrap()]));
    for (first, duration) in references {
        payload.extend(words(&[*first, *duration, 0x9000_0000]));
    }
    full_boxed(b"sidx", 1, 0, &payload)
}

// Files.

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
