//! The encryption of the samples of a new `moof`, written in the boxes of PIFF or of common encryption.

use super::seig::SEIG;
use super::write::{boxed, full_box_with, words};
use super::{Dialect, Senc};

/// The encryption of the samples of a fragment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SampleEncryption<'a> {
    /// Whether each sample says which of its bytes are encrypted.
    pub has_subsamples: bool,
    /// Whether the stored fragment says it in PIFF's box, and then what that says of all samples in place of the
    /// track: the fields as they are stored.
    pub piff: Option<&'a [u8]>,
    /// The encryption of each sample.
    pub samples: Vec<EncryptedSample<'a>>,
    /// The `sgpd`, ready to be sent; nothing where there are no groups.
    pub groups: Vec<u8>,
}

/// The encryption of one sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EncryptedSample<'a> {
    /// Its initialisation vector and its subsamples, as stored.
    pub vector: &'a [u8],
    /// Its group (`ISO/IEC 14496-12` 8.9.4); 0 if it is encrypted as its track says.
    pub group: u32,
}

impl SampleEncryption<'_> {
    /// The same for the samples that are kept: those whose place in `kept` is true.
    pub fn only(mut self, kept: impl Iterator<Item = bool>) -> Self {
        let samples = self.samples.into_iter().zip(kept);
        self.samples = samples.filter_map(|(sample, kept)| kept.then_some(sample)).collect();
        self
    }

    /// The boxes that say it, to stand so many bytes behind the start of their `moof`. Those who read
    /// Smooth Streaming get them in the file's own form.
    pub fn boxes(&self, dialect: Dialect, at: usize) -> Option<Vec<u8>> {
        match (dialect, self.piff) {
            (Dialect::Piff, Some([])) => Some([self.groups()?, self.piff(&[])?].concat()),
            (Dialect::Piff, Some(overriding)) => self.piff(overriding),
            _ => {
                let groups = self.groups()?;
                let senc = self.senc(at.checked_add(groups.len())?)?;
                Some([groups, senc].concat())
            }
        }
    }

    /// `sgpd` and `sbgp` (`ISO/IEC 14496-12` 8.9), if there are groups.
    fn groups(&self) -> Option<Vec<u8>> {
        if self.samples.iter().all(|sample| sample.group == 0) {
            return Some(Vec::new());
        }
        let runs = self.samples.chunk_by(|one, next| one.group == next.group);
        let mut fields = vec![SEIG, u32::try_from(runs.clone().count()).ok()?];
        for run in runs {
            fields.extend([u32::try_from(run.len()).ok()?, run.first()?.group]);
        }
        Some([self.groups.clone(), full_box_with(b"sbgp", 0, &fields, &[])?].concat())
    }

    /// `senc`, and `saiz` and `saio` (`ISO/IEC 14496-12` 8.7.8) that lead to what is in it; nothing
    /// where there is nothing to say.
    fn senc(&self, at: usize) -> Option<Vec<u8>> {
        const HEADER_AND_COUNT: usize = 16;
        let sizes: Option<Vec<u8>> =
            self.samples.iter().map(|sample| u8::try_from(sample.vector.len()).ok()).collect();
        let sizes = sizes?;
        if sizes.iter().all(|&size| size == 0) {
            return Some(Vec::new());
        }
        let count = u32::try_from(sizes.len()).ok()?;
        let senc = full_box_with(b"senc", self.flags(), &[count], &self.vectors())?;
        let first = sizes.first().copied().filter(|first| sizes.iter().all(|size| size == first));
        let (same, each) = first.map_or((0, &sizes[..]), |same| (same, &[]));
        let saiz = [&[same][..], &count.to_be_bytes(), each].concat();
        let data = u32::try_from(at.checked_add(HEADER_AND_COUNT)?).ok()?;
        let saio = full_box_with(b"saio", 0, &[1, data], &[])?;
        Some([senc, full_box_with(b"saiz", 0, &[], &saiz)?, saio].concat())
    }

    /// PIFF's box (`[MS-SSTR]` 2.2.4.5).
    fn piff(&self, overriding: &[u8]) -> Option<Vec<u8>> {
        let flags = self.flags() | u32::from(!overriding.is_empty());
        let vectors = self.vectors();
        let told = if vectors.is_empty() { 0 } else { self.samples.len() };
        let count = u32::try_from(told).ok()?;
        let fields = [&words(&[flags])[..], overriding, &words(&[count]), &vectors];
        boxed(b"uuid", &[&Senc::PIFF[..], &fields.concat()].concat())
    }

    fn flags(&self) -> u32 {
        if self.has_subsamples { Senc::HAS_SUBSAMPLES } else { 0 }
    }

    fn vectors(&self) -> Vec<u8> {
        self.samples.iter().flat_map(|sample| sample.vector).copied().collect()
    }
}
