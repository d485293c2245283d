//! Labels, roles and accessibility of a stream, by both manifests.

use super::group::Group;
use super::warning::Warning;
use crate::index::{Index, Labels, Stream};
use crate::ism::Entry;
use crate::view::{known_role, shortest_tag};

/// What the stream of `group` is for: what its tracks in the server manifest say first, else the client manifest.
pub(super) fn labels(group: &Group<'_>) -> Labels {
    let entries = || group.members.iter().map(|member| member.entry);
    let said = |field: fn(&Entry) -> Option<&String>| entries().find_map(field).cloned();
    let listed = group.listed.map(|listed| listed.stream);
    let roles = entries().map(|entry| &entry.roles).find(|roles| !roles.is_empty());
    let accessibility = said(|entry| entry.accessibility.as_ref());
    Labels {
        title: said(|entry| entry.title.as_ref()).unwrap_or_default(),
        accessibility: accessibility.or_else(|| listed?.accessibility.clone()).unwrap_or_default(),
        roles: roles.or_else(|| Some(&listed?.roles)).cloned().unwrap_or_default(),
        is_default: entries().any(|entry| entry.is_default),
    }
}

/// A warning of each label in `index` that HLS and DASH have no word for.
pub(super) fn warnings<'a>(
    index: &'a Index,
    manifest: &'a str,
) -> impl Iterator<Item = Warning> + 'a {
    let untold = |stream: &'a Stream| {
        let Labels { accessibility, roles, .. } = &stream.labels;
        let accessibility = (!accessibility.is_empty()).then_some(accessibility);
        let words = accessibility.into_iter().map(|it| ("accessibility", it));
        let words = words.chain(roles.iter().map(|role| ("role", role)));
        let words = words.filter(|(_, word)| known_role(word).is_none());
        let has_tag = stream.language.is_empty() || shortest_tag(&stream.language).is_some();
        let language = (!has_tag).then_some(("language", &stream.language));
        words.chain(language).map(move |(what, value)| (stream, what, value))
    };
    index.streams.iter().flat_map(untold).map(|(stream, what, value)| Warning::Label {
        manifest: manifest.to_owned(),
        stream: stream.name.clone(),
        what,
        value: value.clone(),
    })
}
