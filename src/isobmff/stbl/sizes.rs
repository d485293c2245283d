//! How long samples are.

use crate::isobmff::{BoxError, BoxRef, BoxType};

/// An `stsz` (`ISO/IEC 14496-12` 8.7.3.2) or `stz2` (8.7.3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Sizes<'a> {
    count: u32,
    form: Form<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form<'a> {
    /// All of one size.
    Equal(u32),
    Words(&'a [[u8; 4]]),
    Halves(&'a [[u8; 2]]),
    Bytes(&'a [[u8; 1]]),
    /// Two in a byte, the upper four bits first.
    Nibbles(&'a [[u8; 1]]),
}

impl<'a> Sizes<'a> {
    pub(super) fn parse(stbl: &BoxRef<'a>) -> Result<Self, BoxError> {
        match stbl.child(BoxType::Code(*b"stsz"))? {
            Some(stsz) => Self::stsz(&stsz),
            None => Self::stz2(&stbl.expect(b"stz2", "it has neither 'stsz' nor 'stz2'")?),
        }
    }

    fn stsz(stsz: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mut fields = stsz.fields();
        fields.version_and_flags()?;
        let (size, count) = (fields.u32()?, fields.u32()?);
        let form = match size {
            0 => Form::Words(fields.rows(count)?),
            size => Form::Equal(size),
        };
        Ok(Self { count, form })
    }

    fn stz2(stz2: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mut fields = stz2.fields();
        fields.version_and_flags()?;
        fields.skip(3)?;
        let (bits, count) = (fields.u8()?, fields.u32()?);
        let form = match bits {
            4 => Form::Nibbles(fields.rows(count.div_ceil(2))?),
            8 => Form::Bytes(fields.rows(count)?),
            16 => Form::Halves(fields.rows(count)?),
            _ => return Err(stz2.error("its sizes are of neither 4 nor 8 nor 16 bits")),
        };
        Ok(Self { count, form })
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// That of the sample at place `at`, from 0, in bytes.
    #[inline(always)]
    pub(super) fn get(&self, at: u32) -> Option<u32> {
        self.form.get(usize::try_from(at).ok()?).filter(|_| at < self.count)
    }

    /// Those of `count` samples from place `at` on, or of as many of them as there are.
    pub(super) fn some(&self, at: u32, count: u32) -> impl Iterator<Item = u32> + use<'a> {
        let (form, end) = (self.form, self.count.min(at.saturating_add(count)));
        (at..end).map_while(move |at| form.get(usize::try_from(at).ok()?))
    }

    /// What `count` samples from place `at` on have together, or as many of them as there are. Where tracks take turns in a file,
    /// that is mostly one.
    #[inline(always)]
    pub(super) fn sum(&self, at: u32, count: u32) -> u64 {
        match count {
            1 => self.get(at).map_or(0, u64::from),
            _ => self.sum_of_several(at, count),
        }
    }

    fn sum_of_several(&self, at: u32, count: u32) -> u64 {
        let count = count.min(self.count.saturating_sub(at));
        match (self.form, usize::try_from(at), usize::try_from(count)) {
            (Form::Equal(size), ..) => u64::from(size).saturating_mul(count.into()),
            (Form::Words(words), Ok(at), Ok(count)) => {
                let words = words.get(at..).unwrap_or_default().iter().take(count);
                words.map(|&word| u64::from(u32::from_be_bytes(word))).sum()
            }
            _ => self.some(at, count).map(u64::from).sum(),
        }
    }
}

impl Form<'_> {
    #[inline(always)]
    fn get(self, at: usize) -> Option<u32> {
        match self {
            Self::Equal(size) => Some(size),
            Self::Words(words) => words.get(at).map(|&word| u32::from_be_bytes(word)),
            Self::Halves(halves) => halves.get(at).map(|&half| u16::from_be_bytes(half).into()),
            Self::Bytes(bytes) => bytes.get(at).map(|&[byte]| byte.into()),
            Self::Nibbles(bytes) => {
                let &[byte] = bytes.get(at / 2)?;
                Some(if at.is_multiple_of(2) { byte >> 4 } else { byte & 0xf }.into())
            }
        }
    }
}
