//! How the samples of a fragment are encrypted, told again for those that are sent.
//!
//! Samples go out as they are stored, so nothing is changed but the boxes that tell of them: PIFF's
//! in Smooth Streaming, those of common encryption (`ISO/IEC 23001-7` 7) in CMAF.

use super::boxes::boxed;
use super::moof::Dialect;
use super::placed::Placed;
use super::{BrokenFragment, NotMade, Unmade};
use crate::isobmff::{
    self, Encryption, EncryptionBoxes, Groups, SampleVector, Senc, TrackProtection, Vectors,
};

/// What a group of the same `traf` is counted from (`ISO/IEC 14496-12` 8.9.4).
const FIRST_GROUP: u32 = 0x1_0001;

/// The kind of groups that samples are encrypted by (`ISO/IEC 23001-7` 6).
const SEIG: u32 = u32::from_be_bytes(*b"seig");

/// A `saiz` counts no more bytes of a sample's initialisation vector and subsamples.
const MAX_VECTOR_LEN: usize = 0xff;

/// A segment of CMAF is longer by no more bytes than these, besides those of any other, than the stored
/// fragment of encrypted samples that it is made of: a `saiz` and a `saio`, and groups in place of what
/// PIFF's box may say of all samples. Where samples have subsamples, as video does, the `saiz` has a byte
/// more for each of them.
pub(super) const ENCRYPTED_GROWTH: u64 = 73;

/// How samples are encrypted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct SampleEncryption<'a> {
    has_subsamples: bool,
    /// Whether PIFF says it, and then what it says of all samples in place of the track.
    piff: Option<&'a [u8]>,
    samples: Vec<Told<'a>>,
    /// What is said of groups, ready to be sent; nothing where there are none.
    groups: Vec<u8>,
}

/// What is told of a sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Told<'a> {
    vector: &'a [u8],
    group: u32,
}

/// How `samples` are encrypted, in a track that is protected like this, by what their `traf` says.
/// `None` if they are in the clear: what is left over of an encryption that was taken away, players pass by.
pub(super) fn told<'a>(
    boxes: &EncryptionBoxes<'a>,
    track: Option<TrackProtection>,
    samples: &[Placed],
) -> Result<Option<SampleEncryption<'a>>, Unmade> {
    let Some(track) = track else { return Ok(None) };
    let senc = boxes.senc.as_ref().map(Senc::parse).transpose()?;
    let overriding = senc.as_ref().and_then(|senc| senc.overriding);
    let (groups, of_samples) = match overriding {
        Some((_, encryption)) if encryption != track.encryption => {
            (described(&[encryption])?, vec![(FIRST_GROUP, encryption); samples.len()])
        }
        _ => {
            let groups = boxes.sgpd.as_ref().map(isobmff::group_encryptions).transpose()?;
            let groups = groups.unwrap_or_default();
            let of_samples = grouped(boxes, &groups, track.encryption, samples.len())?;
            (described(&groups.encryptions)?, of_samples)
        }
    };
    let is_piff = senc.as_ref().is_some_and(|senc| senc.is_piff);
    let piff = is_piff.then(|| overriding.map_or(&[][..], |(fields, _)| fields));
    let mut told = SampleEncryption { piff, groups, ..SampleEncryption::default() };
    let vectors = match senc.filter(|senc| !senc.is_empty()) {
        Some(senc) => {
            told.has_subsamples = senc.has_subsamples;
            let sizes: Vec<u8> = of_samples.iter().map(|(_, each)| own_size(each)).collect();
            let vectors = senc.samples(&sizes).map_err(BrokenFragment::from)?;
            check_sizes(&vectors, samples)?;
            vectors
        }
        None if of_samples.iter().all(|(_, each)| own_size(each) == 0) => {
            vec![SampleVector { bytes: &[], covered: None }; samples.len()]
        }
        None if boxes.points_elsewhere => return Err(NotMade::Elsewhere.into()),
        None => return Err(BrokenFragment::Vectors.into()),
    };
    if vectors.iter().any(|vector| vector.bytes.len() > MAX_VECTOR_LEN) {
        return Err(NotMade::Subsamples.into());
    }
    let pairs = vectors.iter().zip(of_samples);
    told.samples = pairs.map(|(it, (group, _))| Told { vector: it.bytes, group }).collect();
    Ok(Some(told))
}

/// Bytes of a sample's own initialisation vector.
fn own_size(encryption: &Encryption) -> u8 {
    encryption.vectors.map_or(0, Vectors::own_size)
}

/// Subsamples make up their sample (`ISO/IEC 23001-7` 7.2).
fn check_sizes(vectors: &[SampleVector<'_>], samples: &[Placed]) -> Result<(), BrokenFragment> {
    let fit = |(vector, placed): (&SampleVector<'_>, &Placed)| {
        vector.covered.is_none_or(|covered| covered == u64::from(placed.sample.size))
    };
    match vectors.iter().zip(samples).all(fit) {
        true => Ok(()),
        false => Err(BrokenFragment::Size("what subsamples make up")),
    }
}

/// Of each of `count` samples its group, and how it is encrypted.
fn grouped(
    boxes: &EncryptionBoxes<'_>,
    groups: &Groups,
    track: Encryption,
    count: usize,
) -> Result<Vec<(u32, Encryption)>, Unmade> {
    let of_group = |group: u32| match group {
        0 => Ok(track),
        1..FIRST_GROUP => Err(Unmade::from(NotMade::Elsewhere)),
        _ => usize::try_from(group - FIRST_GROUP)
            .ok()
            .and_then(|at| groups.encryptions.get(at).copied())
            .ok_or(BrokenFragment::Size("a group of samples").into()),
    };
    let of_others = match groups.of_others {
        0 => 0,
        number => number.saturating_add(FIRST_GROUP - 1),
    };
    let of_others = (of_others, of_group(of_others)?);
    let runs = boxes.sbgp.as_ref().map(isobmff::sample_groups).transpose();
    let mut of_samples = Vec::new();
    for (run, group) in runs.map_err(BrokenFragment::from)?.unwrap_or_default() {
        let encryption = of_group(group)?;
        let run = usize::try_from(run).ok().filter(|&run| run <= count - of_samples.len());
        let run = run.ok_or(BrokenFragment::Size("what its sbgp says of samples"))?;
        of_samples.extend(vec![(group, encryption); run]);
    }
    of_samples.resize(count, of_others);
    Ok(of_samples)
}

/// An `sgpd` of groups that are encrypted like this. It is of version 1, which all players know.
fn described(groups: &[Encryption]) -> Result<Vec<u8>, BrokenFragment> {
    const VERSION_1: u32 = 1 << 24;
    let entries: Vec<Vec<u8>> = groups.iter().map(Encryption::bytes).collect();
    let len = |entry: &Vec<u8>| u32::try_from(entry.len()).ok();
    let shared = entries.first().filter(|first| entries.iter().all(|it| it.len() == first.len()));
    let (same, each) = match shared {
        Some(first) => (len(first), Some(entries.concat())),
        None => {
            let sized = |entry| Some([&len(entry)?.to_be_bytes()[..], entry].concat());
            let each: Option<Vec<Vec<u8>>> = entries.iter().map(sized).collect();
            (Some(0), each.map(|each| each.concat()))
        }
    };
    let fields = same.zip(u32::try_from(groups.len()).ok());
    let sgpd = fields.zip(each);
    let sgpd =
        sgpd.and_then(|((len, count), each)| full(b"sgpd", VERSION_1, &[SEIG, len, count], &each));
    sgpd.ok_or(BrokenFragment::Size("sgpd"))
}

/// A box of a version, flags, fields of 32 bits, and others.
fn full(code: &[u8; 4], version_and_flags: u32, fields: &[u32], rest: &[u8]) -> Option<Vec<u8>> {
    boxed(code, &[words(&[version_and_flags]), words(fields), rest.to_vec()].concat())
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().copied().flat_map(u32::to_be_bytes).collect()
}

impl SampleEncryption<'_> {
    /// The same of those samples that are kept, by whether each is.
    pub(super) fn only(mut self, kept: impl Iterator<Item = bool>) -> Self {
        let samples = self.samples.into_iter().zip(kept);
        self.samples = samples.filter_map(|(sample, kept)| kept.then_some(sample)).collect();
        self
    }

    /// The boxes that tell it, to stand so many bytes behind the start of their `moof`. Those who read
    /// Smooth Streaming are told as the file tells it.
    pub(super) fn boxes(&self, dialect: Dialect, at: usize) -> Option<Vec<u8>> {
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
        Some([self.groups.clone(), full(b"sbgp", 0, &fields, &[])?].concat())
    }

    /// `senc`, and `saiz` and `saio` (`ISO/IEC 14496-12` 8.7.8) that lead to what is in it; nothing
    /// where there is nothing to tell.
    fn senc(&self, at: usize) -> Option<Vec<u8>> {
        const HEADER_AND_COUNT: usize = 16;
        let sizes: Option<Vec<u8>> =
            self.samples.iter().map(|sample| u8::try_from(sample.vector.len()).ok()).collect();
        let sizes = sizes?;
        if sizes.iter().all(|&size| size == 0) {
            return Some(Vec::new());
        }
        let count = u32::try_from(sizes.len()).ok()?;
        let senc = full(b"senc", self.flags(), &[count], &self.vectors())?;
        let first = sizes.first().copied().filter(|first| sizes.iter().all(|size| size == first));
        let (same, each) = first.map_or((0, &sizes[..]), |same| (same, &[]));
        let saiz = [&[same][..], &count.to_be_bytes(), each].concat();
        let data = u32::try_from(at.checked_add(HEADER_AND_COUNT)?).ok()?;
        let saio = full(b"saio", 0, &[1, data], &[])?;
        Some([senc, full(b"saiz", 0, &[], &saiz)?, saio].concat())
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

#[cfg(test)]
mod tests;
