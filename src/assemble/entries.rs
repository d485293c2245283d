//! Fragments of a further sample entry than those that the init segment of their track has.

use super::group::Group;
use super::pick::Picked;
use super::warning::Warning;
use crate::scan::ScannedMedia;

/// A warning for each track of `group` of which some fragments that were read are of such an entry.
pub(super) fn warnings(group: &Group<'_>) -> Vec<Warning> {
    let has_others = |member: &&Picked<'_>| match &member.track.media {
        ScannedMedia::Fragments { manner, .. } => manner.has_other_entries,
        _ => false,
    };
    let warning = |member: &Picked<'_>| Warning::OtherEntry { place: member.place() };
    group.members.iter().filter(has_others).map(warning).collect()
}
