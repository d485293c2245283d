//! The encryption of the samples of a fragment, for those that are sent.
//!
//! Samples go out as they are stored, so nothing is changed but the boxes that describe them: PIFF's
//! in Smooth Streaming, those of common encryption (`ISO/IEC 23001-7` 7) in CMAF.

use super::placed::Placed;
use super::{FragmentError, MakeError, UnsupportedError};
use crate::isobmff::{
    self, EncryptedSample, Encryption, EncryptionBoxes, Groups, SampleEncryption, SampleVector,
    Senc, TrackProtection, Vectors,
};

/// The index of the first group in the same `traf` (`ISO/IEC 14496-12` 8.9.4).
const FIRST_GROUP: u32 = 0x1_0001;

/// A `saiz` counts no more bytes of a sample's initialisation vector and subsamples.
const MAX_VECTOR_LEN: usize = 0xff;

/// A segment of CMAF is longer by no more bytes than these, besides those of any other, than the stored
/// fragment of encrypted samples that it is made of: a `saiz` and a `saio`, and groups in place of what
/// PIFF's box may say of all samples. Where samples have subsamples, as video does, the `saiz` has a byte
/// more for each of them.
pub(super) const ENCRYPTED_GROWTH: u64 = 73;

/// How `samples` are encrypted, in a track that is protected like this, by what their `traf` says.
/// `None` if they are in the clear: what is left over of an encryption that was taken away, players pass by.
pub(super) fn told<'a>(
    boxes: &EncryptionBoxes<'a>,
    track: Option<TrackProtection>,
    samples: &[Placed],
) -> Result<Option<SampleEncryption<'a>>, MakeError> {
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
            let vectors = senc.samples(&sizes).map_err(FragmentError::from)?;
            check_sizes(&vectors, samples)?;
            vectors
        }
        None if of_samples.iter().all(|(_, each)| own_size(each) == 0) => {
            vec![SampleVector { bytes: &[], covered: None }; samples.len()]
        }
        None if boxes.points_elsewhere => return Err(UnsupportedError::Elsewhere.into()),
        None => return Err(FragmentError::Vectors.into()),
    };
    if vectors.iter().any(|vector| vector.bytes.len() > MAX_VECTOR_LEN) {
        return Err(UnsupportedError::Subsamples.into());
    }
    let pairs = vectors.iter().zip(of_samples);
    told.samples =
        pairs.map(|(it, (group, _))| EncryptedSample { vector: it.bytes, group }).collect();
    Ok(Some(told))
}

/// Bytes of a sample's own initialisation vector.
fn own_size(encryption: &Encryption) -> u8 {
    encryption.vectors.map_or(0, Vectors::own_size)
}

/// Subsamples make up their sample (`ISO/IEC 23001-7` 7.2).
fn check_sizes(vectors: &[SampleVector<'_>], samples: &[Placed]) -> Result<(), FragmentError> {
    let fit = |(vector, placed): (&SampleVector<'_>, &Placed)| {
        vector.covered.is_none_or(|covered| covered == u64::from(placed.sample.size))
    };
    match vectors.iter().zip(samples).all(fit) {
        true => Ok(()),
        false => Err(FragmentError::Size("what subsamples make up")),
    }
}

/// The group of each of `count` samples, and how it is encrypted.
fn grouped(
    boxes: &EncryptionBoxes<'_>,
    groups: &Groups,
    track: Encryption,
    count: usize,
) -> Result<Vec<(u32, Encryption)>, MakeError> {
    let of_group = |group: u32| match group {
        0 => Ok(track),
        1..FIRST_GROUP => Err(MakeError::from(UnsupportedError::Elsewhere)),
        _ => usize::try_from(group - FIRST_GROUP)
            .ok()
            .and_then(|at| groups.encryptions.get(at).copied())
            .ok_or(FragmentError::Size("a group of samples").into()),
    };
    let of_others = match groups.of_others {
        0 => 0,
        number => number.saturating_add(FIRST_GROUP - 1),
    };
    let of_others = (of_others, of_group(of_others)?);
    let runs = boxes.sbgp.as_ref().map(isobmff::sample_groups).transpose();
    let mut of_samples = Vec::new();
    for (run, group) in runs.map_err(FragmentError::from)?.unwrap_or_default() {
        let encryption = of_group(group)?;
        let run = usize::try_from(run).ok().filter(|&run| run <= count - of_samples.len());
        let run = run.ok_or(FragmentError::Size("what its sbgp says of samples"))?;
        of_samples.extend(vec![(group, encryption); run]);
    }
    of_samples.resize(count, of_others);
    Ok(of_samples)
}

/// The `sgpd` of groups that are encrypted like this.
fn described(groups: &[Encryption]) -> Result<Vec<u8>, FragmentError> {
    isobmff::write_groups(groups).ok_or(FragmentError::Size("sgpd"))
}

#[cfg(test)]
mod tests;
