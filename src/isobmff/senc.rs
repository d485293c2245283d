//! The encryption of samples, one by one.

use super::{BoxError, BoxRef, BoxType, Encryption, Fields, ProtectionError};

const PIFF_SENC: BoxType = BoxType::Uuid(Senc::PIFF);

const OVERRIDES: u32 = 0x1;

/// The boxes of a `traf` that say how its samples are encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EncryptionBoxes<'a> {
    /// Initialisation vectors and subsamples: a `senc`, or what PIFF has in its place. Where there are
    /// both, it is the `senc`.
    pub senc: Option<BoxRef<'a>>,
    /// Whether it says where such things lie: `saiz` or `saio`.
    pub points_elsewhere: bool,
    /// Which group each sample belongs to (`sbgp` of `seig`).
    pub sbgp: Option<BoxRef<'a>>,
    /// What is said of the groups (`sgpd` of `seig`).
    pub sgpd: Option<BoxRef<'a>>,
}

impl<'a> EncryptionBoxes<'a> {
    /// Takes `child`, a box of a `traf`, if it is one of them.
    pub(super) fn take(&mut self, child: &BoxRef<'a>) -> Result<(), BoxError> {
        match child.kind() {
            PIFF_SENC => self.senc = self.senc.or(Some(*child)),
            BoxType::Code(code) => match &code {
                b"senc" => self.senc = Some(*child),
                b"saiz" | b"saio" => self.points_elsewhere |= is_of_encryption(child)?,
                b"sbgp" if is_of_seig(child)? => self.sbgp = Some(*child),
                b"sgpd" if is_of_seig(child)? => self.sgpd = Some(*child),
                _ => {}
            },
            BoxType::Uuid(_) => {}
        }
        Ok(())
    }
}

/// Whether a `saiz` or `saio` is of what tells of encryption, which it is unless it names something
/// else (`ISO/IEC 14496-12` 8.7.8).
fn is_of_encryption(child: &BoxRef<'_>) -> Result<bool, BoxError> {
    let mut fields = child.fields();
    let (_, flags) = fields.version_and_flags()?;
    if flags & 1 == 0 {
        return Ok(true);
    }
    Ok(matches!(&fields.array()?, b"cenc" | b"cens" | b"cbc1" | b"cbcs" | b"piff"))
}

fn is_of_seig(child: &BoxRef<'_>) -> Result<bool, BoxError> {
    let mut fields = child.fields();
    fields.version_and_flags()?;
    Ok(fields.array()? == *b"seig")
}

/// A `senc` (`ISO/IEC 23001-7` 7.2), or PIFF's `uuid` in its place.
#[derive(Clone, Debug)]
pub struct Senc<'a> {
    /// What it says of all samples in place of the track, as PIFF's may: the fields as stored, and
    /// what they say.
    pub overriding: Option<(&'a [u8], Encryption)>,
    /// Whether it says which bytes of samples are encrypted.
    pub has_subsamples: bool,
    /// Whether it is PIFF's.
    pub is_piff: bool,
    count: u32,
    rest: Fields<'a>,
}

/// The initialisation vector and the subsamples of one sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SampleVector<'a> {
    /// Its initialisation vector and its subsamples, as stored.
    pub bytes: &'a [u8],
    /// How many bytes its subsamples have together, if it has any.
    pub covered: Option<u64>,
}

impl Senc<'_> {
    /// PIFF's box: `a2394f52-5a9b-4f14-a244-6c427c648df4` (`[MS-SSTR]` 2.2.4.5).
    pub const PIFF: [u8; 16] = [
        0xa2, 0x39, 0x4f, 0x52, 0x5a, 0x9b, 0x4f, 0x14, 0xa2, 0x44, 0x6c, 0x42, 0x7c, 0x64, 0x8d,
        0xf4,
    ];
    /// The flag of a box that says which bytes of samples are encrypted.
    pub const HAS_SUBSAMPLES: u32 = 0x2;
}

impl<'a> Senc<'a> {
    /// Reads the box, but for what it says of each sample.
    pub fn parse(senc: &BoxRef<'a>) -> Result<Self, ProtectionError> {
        let is_piff = senc.kind() == PIFF_SENC;
        let mut rest = senc.fields();
        let (version, flags) = rest.version_and_flags()?;
        if version != 0 {
            return Err(rest.error("it is of an unknown version").into());
        }
        let overriding = if is_piff && flags & OVERRIDES != 0 {
            let fields = rest.rest().get(..Encryption::LEN).unwrap_or_default();
            Some((fields, Encryption::read(&mut rest)?))
        } else {
            None
        };
        let count = rest.u32()?;
        let has_subsamples = flags & Self::HAS_SUBSAMPLES != 0;
        Ok(Self { overriding, has_subsamples, is_piff, count, rest })
    }

    /// Whether it says nothing of any sample.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What it says of each sample, where they have initialisation vectors of their own of these many
    /// bytes. It must be of as many samples, and say no more.
    pub fn samples(mut self, own_sizes: &[u8]) -> Result<Vec<SampleVector<'a>>, BoxError> {
        if usize::try_from(self.count) != Ok(own_sizes.len()) {
            return Err(self.rest.error("it is not of as many samples as there are"));
        }
        let samples = own_sizes.iter().map(|&size| self.sample(size)).collect::<Result<_, _>>()?;
        match self.rest.rest() {
            [] => Ok(samples),
            _ => Err(self.rest.error("it says more than its samples have")),
        }
    }

    fn sample(&mut self, own_size: u8) -> Result<SampleVector<'a>, BoxError> {
        let from = self.rest.rest();
        self.rest.skip(own_size.into())?;
        let mut covered = None;
        if self.has_subsamples {
            for _ in 0..self.rest.u16()? {
                let (clear, encrypted) = (self.rest.u16()?, self.rest.u32()?);
                let bytes = u64::from(clear) + u64::from(encrypted);
                covered = Some(covered.unwrap_or(0u64).saturating_add(bytes));
            }
        }
        let len = from.len().saturating_sub(self.rest.rest().len());
        Ok(SampleVector { bytes: from.get(..len).unwrap_or_default(), covered })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isobmff::Vectors;
    use crate::media::{full_boxed, uuid_boxed};

    fn piff(flags: u8, fields: &[u8]) -> Vec<u8> {
        uuid_boxed(Senc::PIFF, &[&[0, 0, 0, flags][..], fields].concat())
    }

    fn parse(bytes: &[u8]) -> Result<Senc<'_>, ProtectionError> {
        Senc::parse(&BoxRef::whole(bytes, 0).unwrap())
    }

    /// Two samples: one of two subsamples, one of one.
    const ENTRIES: [u8; 2 * 8 + 2 * 2 + 3 * 6] = [
        1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 0, 5, 0, 0, 0, 16, 0, 1, 0, 0, 1, 0, //
        2, 2, 2, 2, 2, 2, 2, 2, 0, 1, 0, 9, 0, 0, 0, 0,
    ];

    #[test]
    fn both_forms_have_the_same_samples() {
        let fields = [&[0, 0, 0, 2][..], &ENTRIES].concat();
        for (bytes, is_piff) in
            [(full_boxed(b"senc", 0, 2, &fields), false), (piff(2, &fields), true)]
        {
            let senc = parse(&bytes).unwrap();
            assert_eq!((senc.is_piff, senc.has_subsamples, senc.overriding), (is_piff, true, None));
            let samples = senc.samples(&[8, 8]).unwrap();
            let covered: Vec<_> = samples.iter().map(|sample| sample.covered).collect();
            assert_eq!(covered, [Some(5 + 16 + 1 + 256), Some(9)]);
            assert_eq!([samples[0].bytes, samples[1].bytes].concat(), ENTRIES);
        }
    }

    #[test]
    fn without_subsamples_there_are_vectors_alone() {
        let bytes = full_boxed(b"senc", 0, 0, &[&[0, 0, 0, 2][..], &[7; 16], &[8; 16]].concat());
        let samples = parse(&bytes).unwrap().samples(&[16, 16]).unwrap();
        assert_eq!(samples[1], SampleVector { bytes: &[8; 16], covered: None });
    }

    #[test]
    fn piff_may_speak_for_the_track() {
        let own = [&[0, 0, 1, 16][..], &[9; 16]].concat();
        let bytes = piff(1, &[&own[..], &[0, 0, 0, 1], &[7; 16]].concat());
        let senc = parse(&bytes).unwrap();
        let (fields, encryption) = senc.overriding.unwrap();
        assert_eq!(fields, own);
        assert_eq!((encryption.vectors, encryption.key_id), (Some(Vectors::Own16), [9; 16]));
        assert_eq!(senc.samples(&[16]).unwrap()[0].bytes, [7; 16]);
    }

    #[test]
    fn what_it_claims_it_must_have() {
        let problem = |fields: &[u8], own_sizes: &[u8]| {
            let bytes = full_boxed(b"senc", 0, 2, fields);
            parse(&bytes).unwrap().samples(own_sizes).unwrap_err().problem
        };
        let fields = [&[0, 0, 0, 2][..], &ENTRIES].concat();
        let short = "it ends within a field";
        for len in 4..fields.len() {
            assert_eq!(problem(&fields[..len], &[8, 8]), short, "{len} bytes");
        }
        assert_eq!(problem(&fields, &[8]), "it is not of as many samples as there are");
        assert_eq!(problem(&[0xff; 4], &[8]), "it is not of as many samples as there are");
        let more = [&fields[..], &[0]].concat();
        assert_eq!(problem(&more, &[8, 8]), "it says more than its samples have");
        let many = [&[0, 0, 0, 1][..], &[0; 8], &[0xff; 2], &[0; 600]].concat();
        assert_eq!(problem(&many, &[8]), short);
    }

    #[test]
    fn a_senc_is_chosen_before_what_piff_has_for_it() {
        let (piff, senc) = (piff(0, &[0; 4]), full_boxed(b"senc", 0, 0, &[0; 4]));
        let parse = |bytes: &'static [u8]| BoxRef::whole(bytes, 0).unwrap();
        let (piff, senc) = (parse(piff.leak()), parse(senc.leak()));
        for order in [[piff, senc], [senc, piff]] {
            let mut boxes = EncryptionBoxes::default();
            order.iter().for_each(|child| boxes.take(child).unwrap());
            assert_eq!(boxes.senc, Some(senc));
        }
    }

    #[test]
    fn of_other_groups_and_other_information_nothing_is_taken() {
        let takes = |bytes: &[u8]| {
            let mut boxes = EncryptionBoxes::default();
            boxes.take(&BoxRef::whole(bytes, 0).unwrap()).unwrap();
            boxes != EncryptionBoxes::default()
        };
        let groups = |of: &[u8; 4]| full_boxed(b"sbgp", 0, 0, &[&of[..], &[0; 4]].concat());
        assert!(takes(&groups(b"seig")) && !takes(&groups(b"roll")));
        let saiz = |of: &[u8; 4]| full_boxed(b"saiz", 0, 1, &[&of[..], &[0; 9]].concat());
        assert!(takes(&saiz(b"cenc")) && !takes(&saiz(b"misc")));
        assert!(
            takes(&full_boxed(b"saiz", 0, 0, &[0; 5])) && !takes(&full_boxed(b"sdtp", 0, 0, &[]))
        );
    }
}
