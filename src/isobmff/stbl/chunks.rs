//! Where samples lie: in chunks, behind each other.

use crate::isobmff::{BoxError, BoxRef, BoxType};

/// An `stsc` (`ISO/IEC 14496-12` 8.7.4) with its `stco` or `co64` (8.7.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Chunks<'a> {
    offsets: Offsets<'a>,
    /// The first chunk of a run of chunks, counted from 1, and how many samples each holds.
    runs: &'a [[u8; 12]],
    place: BoxRef<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Offsets<'a> {
    Short(&'a [[u8; 4]]),
    Long(&'a [[u8; 8]]),
}

impl<'a> Chunks<'a> {
    /// The chunks of a track of `count` samples.
    pub(super) fn parse(stbl: &BoxRef<'a>, count: u32) -> Result<Self, BoxError> {
        let (place, offsets) = match stbl.child(BoxType::Code(*b"stco"))? {
            Some(stco) => (stco, Offsets::Short(rows(&stco)?)),
            None => {
                let co64 = stbl.expect(b"co64", "it has neither 'stco' nor 'co64'")?;
                (co64, Offsets::Long(rows(&co64)?))
            }
        };
        let stsc = stbl.expect(b"stsc", "it has no 'stsc'")?;
        let this = Self { offsets, runs: rows(&stsc)?, place };
        let mut before = 0;
        for entry in this.runs {
            let Run { first, description, .. } = Run::of(entry);
            if first <= before || (before == 0 && first != 1) {
                return Err(stsc.error("its chunks do not ascend from the first on"));
            }
            if description != 1 {
                let problem = "it has chunks of another than the track's first sample description";
                return Err(stsc.error(problem));
            }
            before = first;
        }
        let held = this.runs().fold(0u64, |held, (chunks, samples)| {
            let chunks = chunks.end.saturating_sub(chunks.start);
            held.saturating_add(u64::from(chunks).saturating_mul(samples.into()))
        });
        match held >= count.into() {
            true => Ok(this),
            false => Err(place.error("its chunks do not hold as many samples as there are sizes")),
        }
    }

    /// The chunks one by one.
    pub(super) fn iter(self) -> Iter<'a> {
        Iter { chunks: self, runs: self.runs.iter(), chunk: 0, end: 0, samples: 0 }
    }

    pub(super) fn error(&self, problem: &'static str) -> BoxError {
        self.place.error(problem)
    }

    /// Chunks, counted from 0, and how many samples each of them holds.
    fn runs(self) -> impl Iterator<Item = (std::ops::Range<u32>, u32)> + use<'a> {
        let count = self.offsets.count();
        let ends = self.runs.iter().skip(1).map(|entry| Run::of(entry).first.saturating_sub(1));
        self.runs.iter().zip(ends.chain([count])).map(move |(entry, end)| {
            let Run { first, samples, .. } = Run::of(entry);
            (first.saturating_sub(1)..end.min(count), samples)
        })
    }
}

/// The chunks of a track: where each begins, and how many samples it holds.
#[derive(Clone, Debug)]
pub(super) struct Iter<'a> {
    chunks: Chunks<'a>,
    /// Those that come after the run of the next chunk.
    runs: std::slice::Iter<'a, [u8; 12]>,
    /// The next one, counted from 0.
    chunk: u32,
    /// Where its run ends.
    end: u32,
    /// How many samples each chunk of that run holds.
    samples: u32,
}

impl Iter<'_> {
    /// Passes over whole chunks as long as they hold no more than `samples`; gives how many of those are left for the
    /// next chunk.
    pub(super) fn pass(&mut self, mut samples: u32) -> u32 {
        while self.enter().is_some() {
            let held = samples.checked_div(self.samples).unwrap_or(u32::MAX);
            let passed = held.min(self.end.saturating_sub(self.chunk));
            self.chunk = self.chunk.saturating_add(passed);
            samples = samples.saturating_sub(passed.saturating_mul(self.samples));
            if self.chunk < self.end {
                break;
            }
        }
        samples
    }

    /// Goes on to the run of the next chunk; `None` behind the last.
    #[inline(always)]
    fn enter(&mut self) -> Option<()> {
        while self.chunk >= self.end {
            let Run { first, samples, .. } = Run::of(self.runs.next()?);
            let count = self.chunks.offsets.count();
            let next = self.runs.as_slice().first().map(|next| Run::of(next).first);
            (self.chunk, self.samples) = (first.saturating_sub(1), samples);
            self.end = next.map_or(count, |next| next.saturating_sub(1).min(count));
        }
        Some(())
    }
}

impl Iterator for Iter<'_> {
    type Item = (u64, u32);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        self.enter()?;
        let start = self.chunks.offsets.get(self.chunk)?;
        self.chunk += 1;
        Some((start, self.samples))
    }
}

/// An entry of an `stsc`.
struct Run {
    first: u32,
    samples: u32,
    description: u32,
}

impl Run {
    fn of(&[a, b, c, d, e, f, g, h, i, j, k, l]: &[u8; 12]) -> Self {
        Self {
            first: u32::from_be_bytes([a, b, c, d]),
            samples: u32::from_be_bytes([e, f, g, h]),
            description: u32::from_be_bytes([i, j, k, l]),
        }
    }
}

impl Offsets<'_> {
    fn count(self) -> u32 {
        let count = match self {
            Self::Short(offsets) => offsets.len(),
            Self::Long(offsets) => offsets.len(),
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn get(self, chunk: u32) -> Option<u64> {
        let at = usize::try_from(chunk).ok()?;
        match self {
            Self::Short(offsets) => offsets.get(at).map(|&it| u32::from_be_bytes(it).into()),
            Self::Long(offsets) => offsets.get(at).map(|&it| u64::from_be_bytes(it)),
        }
    }
}

fn rows<'a, const N: usize>(table: &BoxRef<'a>) -> Result<&'a [[u8; N]], BoxError> {
    let mut fields = table.fields();
    fields.version_and_flags()?;
    fields.entries()
}
