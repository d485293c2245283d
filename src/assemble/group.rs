//! Which tracks are one stream, what it is called, and where the client manifest lists it.

use super::Sourced;
use super::pick::Picked;
use crate::index::StreamKind;
use crate::ismc::{ClientManifest, StreamIndex};
use crate::url::nearest_name;
use std::fmt;

/// The tracks of one stream.
pub(super) struct Group<'a> {
    /// The name in URLs: unique, ignoring ASCII case.
    pub(super) name: String,
    /// The name to show, where the client manifest has another and no other stream has that.
    pub(super) label: Option<&'a str>,
    /// Where the client manifest lists it.
    pub(super) listed: Option<Listed<'a>>,
    /// The track that the others follow.
    pub(super) first: Picked<'a>,
    /// All tracks, the first among them, in the order of the server manifest.
    pub(super) members: Vec<Picked<'a>>,
    /// What sets apart streams that nobody named.
    language: Option<&'a str>,
}

/// A stream as a client manifest lists it.
#[derive(Clone, Copy)]
pub(super) struct Listed<'a> {
    pub(super) file: &'a str,
    pub(super) stream: &'a StreamIndex,
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.stream.name.as_deref().or(self.stream.url_name.as_deref());
        write!(f, "{} of {}", named.unwrap_or(self.stream.kind.as_str()), self.file)
    }
}

/// The streams in order of first mention.
pub(super) fn group<'a>(
    picked: Vec<Picked<'a>>,
    client: Option<&'a Sourced<ClientManifest>>,
) -> Vec<Group<'a>> {
    // Each beside what its tracks call it, which may be a name that URLs cannot have.
    let mut groups: Vec<(&'a str, Group<'a>)> = Vec::new();
    for member in picked {
        let kind = member.kind();
        let named = member.entry.name.as_deref().or_else(|| name_listed(&member, client?));
        let language = if named.is_none() { member.entry.language.as_deref() } else { None };
        let name = named.unwrap_or(default_name(kind));
        let known = groups.iter_mut().find(|(called, group)| {
            group.first.kind() == kind
                && called.eq_ignore_ascii_case(name)
                && group.language == language
        });
        match known {
            Some((_, group)) => group.members.push(member),
            None => groups.push((
                name,
                Group {
                    name: nearest_name(name).into_owned(),
                    label: None,
                    listed: None,
                    first: member,
                    members: vec![member],
                    language,
                },
            )),
        }
    }
    let mut groups: Vec<Group<'a>> = groups.into_iter().map(|(_, group)| group).collect();
    if let Some(client) = client {
        list(&mut groups, client);
    }
    make_unique(&mut groups);
    label(&mut groups);
    groups
}

/// The name of a track without `trackName` (`[MS-SSTR]` 2.2.7.3.1).
fn default_name(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Video => "video",
        StreamKind::Audio => "audio",
        StreamKind::Text => "textstream",
    }
}

/// What the client manifest calls the stream of a track that the server manifest does not name:
/// its only stream of that kind, or else the only one in that language.
fn name_listed<'a>(member: &Picked<'a>, client: &'a Sourced<ClientManifest>) -> Option<&'a str> {
    let of_kind = || of_kind(client, member.kind());
    let language = member.entry.language.as_deref();
    let stream = only(of_kind()).or_else(|| {
        only(
            of_kind().filter(|stream| language.is_some() && stream.language.as_deref() == language),
        )
    })?;
    stream.url_name.as_deref().or(stream.name.as_deref())
}

/// Finds every group in the client manifest: by the name in its `Url`, else by its `Name`, else as
/// the only one of its kind in both.
fn list<'a>(groups: &mut [Group<'a>], client: &'a Sourced<ClientManifest>) {
    let kinds: Vec<StreamKind> = groups.iter().map(|group| group.first.kind()).collect();
    for group in groups {
        let kind = group.first.kind();
        let called = |name: &Option<String>| {
            name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&group.name))
        };
        let by_url = of_kind(client, kind).find(|stream| called(&stream.url_name));
        let by_name = || of_kind(client, kind).find(|stream| called(&stream.name));
        let by_kind = || {
            only(of_kind(client, kind))
                .filter(|_| only(kinds.iter().filter(|&&k| k == kind)).is_some())
        };
        let stream = by_url.or_else(by_name).or_else(by_kind);
        group.listed = stream.map(|stream| Listed { file: &client.source.key, stream });
    }
}

fn of_kind(
    client: &Sourced<ClientManifest>,
    kind: StreamKind,
) -> impl Iterator<Item = &StreamIndex> {
    client.content.streams.iter().filter(move |stream| stream.kind == kind)
}

fn only<T>(mut from: impl Iterator<Item = T>) -> Option<T> {
    from.next().filter(|_| from.next().is_none())
}

/// Numbers names that an earlier stream has: `audio`, `audio_2`, `audio_3`.
fn make_unique(groups: &mut [Group<'_>]) {
    for at in 0..groups.len() {
        let Some((group, earlier)) = groups.get_mut(..=at).and_then(<[_]>::split_last_mut) else {
            continue;
        };
        let taken = |name: &str| earlier.iter().any(|other| other.name.eq_ignore_ascii_case(name));
        let base = group.name.clone();
        let mut number = 1;
        while taken(&group.name) {
            number += 1;
            group.name = format!("{base}_{number}");
        }
    }
}

/// Gives streams the `Name` that the client manifest shows for them, where that is theirs alone.
fn label(groups: &mut [Group<'_>]) {
    for at in 0..groups.len() {
        let (before, rest) = groups.split_at_mut(at);
        let Some((group, after)) = rest.split_first_mut() else { return };
        group.label = own_label(group).filter(|label| {
            let mut others = before.iter().chain(&*after);
            *label != group.name
                && !others.any(|other| {
                    let names = [Some(other.name.as_str()), own_label(other)];
                    names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(label))
                })
        });
    }
}

fn own_label<'a>(group: &Group<'a>) -> Option<&'a str> {
    group.listed?.stream.name.as_deref()
}
