//! Sample entries: how a track's samples are coded.

use super::{BoxError, BoxRef, BoxType, Boxes, Fields};

/// A sample entry (`ISO/IEC 14496-12` 8.5.2).
#[derive(Clone, Debug)]
pub struct SampleEntry<'a> {
    /// What the samples are once no longer protected: the entry's own type, or the one that an
    /// `encv` or `enca` says it stands for (`ISO/IEC 14496-12` 8.12.2).
    pub format: BoxType,
    /// What every entry of this kind of media says.
    pub layout: Layout,
    /// Whether the samples are protected.
    pub is_protected: bool,
    /// Which of the track's data references is of the file that holds the samples, from 1.
    pub data_reference_index: u16,
    entry: BoxRef<'a>,
    tail: Fields<'a>,
}

/// The most bytes that a sample entry may have. Real ones have a few hundred.
const MAX_SAMPLE_ENTRY_LEN: usize = 64 << 10;

/// The fixed part of a sample entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// Video (`ISO/IEC 14496-12` 12.1.3).
    Visual {
        /// Pixels.
        width: u16,
        /// Pixels.
        height: u16,
    },
    /// Audio (`ISO/IEC 14496-12` 12.2.3).
    Audio {
        /// Channels.
        channels: u16,
        /// Samples a second; its fraction is left out.
        sample_rate: u32,
        /// 0, unless it is one of QuickTime's longer ones, or stands in an `stsd` of version 1.
        version: u16,
    },
    /// Anything else.
    Other,
}

impl<'a> SampleEntry<'a> {
    /// The first entry of a track's `stsd`, where the track's handler is `handler`.
    pub(super) fn first(stsd: &BoxRef<'a>, handler: [u8; 4]) -> Result<Self, BoxError> {
        let mut fields = stsd.fields();
        let (stsd_version, _) = fields.version_and_flags()?;
        fields.skip(4)?;
        let entry = fields.boxes().next().ok_or(stsd.error("it has no entry"))??;
        Self::read(entry, handler, stsd_version)
    }

    /// The second entry of a track's `stsd`, where it has two and no more.
    pub(super) fn second(stsd: &BoxRef<'a>, handler: [u8; 4]) -> Option<Self> {
        let mut fields = stsd.fields();
        let (stsd_version, _) = fields.version_and_flags().ok()?;
        let count = fields.u32().ok()?;
        let second = fields.boxes().nth(1)?.ok().filter(|_| count == 2)?;
        Self::read(second, handler, stsd_version).ok()
    }

    /// The entry that `bytes` consist of: [`Self::bytes`] of one that was read before.
    pub fn parse(bytes: &'a [u8], handler: [u8; 4]) -> Result<Self, BoxError> {
        Self::read(BoxRef::whole(bytes, 0)?, handler, 0)
    }

    fn read(entry: BoxRef<'a>, handler: [u8; 4], stsd_version: u8) -> Result<Self, BoxError> {
        let mut tail = entry.fields();
        tail.skip(6)?;
        let data_reference_index = tail.u16()?;
        let layout = match &handler {
            b"vide" => visual(&mut tail)?,
            b"soun" => audio(&mut tail, stsd_version)?,
            _ => Layout::Other,
        };
        let format = entry.kind();
        let is_protected = [BoxType::Code(*b"encv"), BoxType::Code(*b"enca")].contains(&format);
        let mut this = Self { format, layout, is_protected, data_reference_index, entry, tail };
        if is_protected {
            let sinf = this.expect(b"sinf", "it is protected, but has no 'sinf'")?;
            let frma = sinf.expect(b"frma", "it has no 'frma'")?;
            this.format = BoxType::Code(frma.fields().array()?);
        }
        Ok(this)
    }

    /// All of its bytes, as they are to stand in the `stsd` of another file.
    pub fn bytes(&self) -> Result<&'a [u8], BoxError> {
        match self.entry.bytes() {
            bytes if bytes.len() <= MAX_SAMPLE_ENTRY_LEN => Ok(bytes),
            _ => Err(self.error("it has more than 64 KiB")),
        }
    }

    /// What follows the fixed part: boxes, in most entries.
    pub fn tail(&self) -> &'a [u8] {
        self.tail.rest()
    }

    /// The boxes behind the fixed part.
    pub fn children(&self) -> Boxes<'a> {
        self.tail.boxes()
    }

    /// The first box of this type behind the fixed part. QuickTime's extra layer, a `wave` box
    /// around the decoder's configuration, is looked into.
    pub fn child(&self, code: &[u8; 4]) -> Result<Option<BoxRef<'a>>, BoxError> {
        let kind = BoxType::Code(*code);
        if let Some(child) = self.tail.boxes().first(kind)? {
            return Ok(Some(child));
        }
        match self.tail.boxes().first(BoxType::Code(*b"wave"))? {
            Some(wave) => wave.child(kind),
            None => Ok(None),
        }
    }

    /// The box of this type, which the entry must have.
    pub fn expect(&self, code: &[u8; 4], missing: &'static str) -> Result<BoxRef<'a>, BoxError> {
        self.child(code)?.ok_or(self.error(missing))
    }

    /// An error that names the entry.
    pub fn error(&self, problem: &'static str) -> BoxError {
        BoxError { kind: self.format, offset: self.entry.offset(), problem }
    }
}

fn visual(fields: &mut Fields<'_>) -> Result<Layout, BoxError> {
    fields.skip(16)?;
    let (width, height) = (fields.u16()?, fields.u16()?);
    fields.skip(50)?;
    Ok(Layout::Visual { width, height })
}

/// ISO's version 1, which has no more fields than version 0, is told apart from QuickTime's by standing
/// in an `stsd` of version 1 (`ISO/IEC 14496-12` 12.2.3).
fn audio(fields: &mut Fields<'_>, stsd_version: u8) -> Result<Layout, BoxError> {
    let version = fields.u16()?;
    fields.skip(6)?;
    let channels = fields.u16()?;
    fields.skip(6)?;
    let sample_rate = fields.u32()? >> 16;
    match version {
        1 if stsd_version == 0 => fields.skip(16)?,
        2 if stsd_version == 0 => return second(fields),
        _ => {}
    }
    Ok(Layout::Audio { channels, sample_rate, version })
}

/// The rest of QuickTime's sound description of version 2, which says channels and rate again, and where it
/// ends itself.
fn second(fields: &mut Fields<'_>) -> Result<Layout, BoxError> {
    const FIXED_LEN: usize = 72;
    let too_long = fields.error("its fixed part is not as long as it says");
    let len = usize::try_from(fields.u32()?).ok();
    let sample_rate = whole_part(fields.u64()?).unwrap_or_default();
    let channels = u16::try_from(fields.u32()?).unwrap_or(u16::MAX);
    fields.skip(20)?;
    fields.skip(len.and_then(|len| len.checked_sub(FIXED_LEN)).ok_or(too_long)?)?;
    Ok(Layout::Audio { channels, sample_rate, version: 2 })
}

/// The whole part of a positive `binary64` (`IEEE 754` 3.4); `None` if it has more than 32 bits.
fn whole_part(float: u64) -> Option<u32> {
    const FRACTION_BITS: u64 = 52;
    const BIAS: u64 = 1023;
    let fraction = float & ((1 << FRACTION_BITS) - 1);
    let exponent = (float >> FRACTION_BITS).checked_sub(BIAS)?;
    let shift = FRACTION_BITS.checked_sub(exponent)?;
    u32::try_from((1 << FRACTION_BITS | fraction) >> shift).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{audio_entry, boxed, quicktime_1, quicktime_2, stsd, visual_entry};

    fn check(
        entry: &[u8],
        handler: &[u8; 4],
        then: impl FnOnce(Result<SampleEntry<'_>, BoxError>),
    ) {
        let bytes = stsd(entry);
        then(SampleEntry::first(&BoxRef::whole(&bytes, 0).unwrap(), *handler));
    }

    #[test]
    fn reads_the_fixed_part_and_finds_boxes_behind_it() {
        check(&visual_entry(b"avc1", 512, 288, &boxed(b"avcC", &[7])), b"vide", |entry| {
            let entry = entry.unwrap();
            assert_eq!(entry.format, BoxType::Code(*b"avc1"));
            assert_eq!(entry.layout, Layout::Visual { width: 512, height: 288 });
            assert_eq!(entry.expect(b"avcC", "").unwrap().fields().rest(), [7]);
            assert_eq!(entry.expect(b"hvcC", "no hvcC").unwrap_err().problem, "no hvcC");
        });
    }

    #[test]
    fn protection_is_looked_through() {
        let sinf = boxed(b"sinf", &boxed(b"frma", b"mp4a"));
        check(&audio_entry(b"enca", 2, 48_000, &sinf), b"soun", |entry| {
            assert_eq!(entry.unwrap().format, BoxType::Code(*b"mp4a"));
        });
        check(&audio_entry(b"enca", 2, 48_000, &[]), b"soun", |entry| {
            assert_eq!(entry.unwrap_err().problem, "it is protected, but has no 'sinf'");
        });
    }

    #[test]
    fn quicktime_sound_has_a_longer_fixed_part_and_a_layer_more() {
        let wave = boxed(b"wave", &boxed(b"esds", &[9]));
        check(&quicktime_1(b"mp4a", 2, 44_100, &wave), b"soun", |entry| {
            let entry = entry.unwrap();
            let layout = Layout::Audio { channels: 2, sample_rate: 44_100, version: 1 };
            assert_eq!(entry.layout, layout);
            assert_eq!(entry.expect(b"esds", "").unwrap().fields().rest(), [9]);
        });
        for more in [0, 4] {
            let esds =
                [vec![0xff; usize::try_from(more).unwrap()], boxed(b"esds", &[9]), vec![0; 4]]
                    .concat();
            check(&quicktime_2(b"mp4a", 6, 96_000.5, more, &esds), b"soun", |entry| {
                let entry = entry.unwrap();
                let layout = Layout::Audio { channels: 6, sample_rate: 96_000, version: 2 };
                assert_eq!(entry.layout, layout);
                assert_eq!(entry.expect(b"esds", "").unwrap().fields().rest(), [9]);
            });
        }
        let mut short = quicktime_2(b"mp4a", 6, 96_000.0, 0, &[]);
        short[39] = 71;
        check(&short, b"soun", |entry| {
            assert_eq!(entry.unwrap_err().problem, "its fixed part is not as long as it says");
        });
    }

    #[test]
    fn an_entry_of_version_1_in_a_description_of_version_1_is_no_longer() {
        let mut bytes = stsd(&quicktime_1(b"mp4a", 2, 44_100, &[]));
        bytes[8] = 1;
        let entry = SampleEntry::first(&BoxRef::whole(&bytes, 0).unwrap(), *b"soun").unwrap();
        assert_eq!(entry.tail().len(), 16);
    }

    #[test]
    fn rates_are_cut_to_whole_ones() {
        let whole = |rate: f64| whole_part(rate.to_bits());
        assert_eq!(whole(48_000.0), Some(48_000));
        assert_eq!(whole(44_099.999), Some(44_099));
        assert_eq!(whole(1.0), Some(1));
        assert_eq!(whole(4_294_967_295.0), Some(u32::MAX));
        assert_eq!(whole(4_294_967_296.0), None);
        for rate in [0.0, 0.5, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(whole(rate), None, "{rate}");
        }
    }

    #[test]
    fn an_empty_description_is_refused() {
        check(&[], b"vide", |entry| assert_eq!(entry.unwrap_err().problem, "it has no entry"));
    }
}
