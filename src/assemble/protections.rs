//! The licence data of a presentation.

use super::Sourced;
use super::pick::Picked;
use crate::index::Protection;
use crate::ismc::ClientManifest;
use crate::protection::is_protected;
use std::collections::HashSet;

/// The licence data of the files, each once: those that were protected together have the
/// same, but perhaps of other keys. For a system that no file has data for, it is what the client
/// manifest does. PlayReady's comes first, as players take the first that there is.
pub(super) fn protections(
    picked: &[Picked<'_>],
    client: Option<&Sourced<ClientManifest>>,
) -> Vec<Protection> {
    let mut all: Vec<Protection> = Vec::new();
    for told in picked.iter().flat_map(|picked| &picked.track.protections) {
        let same = |known: &&mut Protection| {
            (known.system_id, &known.data) == (told.system_id, &told.data)
        };
        match all.iter_mut().find(same) {
            Some(known) => known.key_ids.extend(&told.key_ids),
            None => all.push(told.clone()),
        }
    }
    for protection in &mut all {
        let mut seen = HashSet::new();
        protection.key_ids.retain(|key_id| seen.insert(*key_id));
    }
    if picked.iter().any(|picked| is_protected(picked.kind(), &picked.track.sample_entry)) {
        for told in client.into_iter().flat_map(|client| &client.content.protections) {
            if all.iter().all(|known| known.system_id != told.system_id) {
                all.push(told.clone());
            }
        }
    }
    let (mut all, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|protection| protection.system_id == Protection::PLAYREADY);
    all.extend(others);
    all
}
