//! Chunks of an archive that its client manifest lists, and that a folder has no object for.
//!
//! What is indexed by its samples shows such a chunk by nothing but a long sample, so it is told by the names of objects.

use super::error::Moment;
use super::group::Group;
use super::pick::Picked;
use super::warning::Warning;
use crate::base::order::set;
use std::collections::BTreeSet;

/// When the chunks start that any track of `group` lacks, as the client manifest says it: they are lost to the whole stream, as
/// all of its tracks are cut at the same times.
pub(super) fn lost(group: &Group<'_>) -> BTreeSet<u64> {
    set(group.members.iter().flat_map(|member| lacked(group, member)))
}

/// A warning for each track of `group` that is indexed by its samples and lacks chunks.
pub(super) fn warnings(group: &Group<'_>) -> Vec<Warning> {
    let members = group.members.iter().filter(|member| member.samples().is_some());
    let warnings = members.filter_map(|member| {
        let lacked = lacked(group, member);
        let first = Moment { ticks: *lacked.first()?, timescale: group.listed?.stream.timescale };
        let folder = member.file.source.key.clone();
        Some(Warning::MissingChunks { folder, count: lacked.len(), first })
    });
    warnings.collect()
}

/// The listed chunks that one track lacks, by their starts. A folder whose objects are called by none of the listed
/// times is not held to them.
fn lacked(group: &Group<'_>, member: &Picked<'_>) -> Vec<u64> {
    let Some((listed, folder)) = group.listed.zip(member.file.source.folder.as_ref()) else {
        return Vec::new();
    };
    let names = set(folder.chunks().map(|(time, _)| time));
    let listed = &listed.stream.chunks;
    let lacked = listed.iter().map(|chunk| chunk.start).filter(|start| !names.contains(start));
    let lacked: Vec<u64> = lacked.collect();
    if lacked.len() < listed.len() { lacked } else { Vec::new() }
}
