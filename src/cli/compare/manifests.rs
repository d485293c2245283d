//! The differences between two manifests.

use super::difference::{Class, Difference};
use super::offer::{Level, Offer, Protocol, SECOND, Segment, Stream, seconds};
use super::streams::{levels, streams, tag};
use anyhow::{Result, ensure};
use millrace::base::quoted::Quoted;
use std::collections::BTreeSet;

/// Everything in which `new` is not `old`.
pub(super) fn compare(old: &Offer, new: &Offer) -> Result<Vec<Difference>> {
    let (protocol, other) = (old.protocol, new.protocol);
    ensure!(protocol == other, "OLD is a manifest of {protocol}, and NEW of {other}");
    let mut found = protections(old, new);
    let matched = streams(protocol, &old.streams, &new.streams);
    for stream in matched.missing {
        found.push(Class::Breaks.at(stream.place(), "the stream is not there any more"));
    }
    for stream in matched.added {
        found.push(Class::Better.at(stream.place(), "the stream is new"));
    }
    for (one, other) in matched.pairs {
        found.extend(labels(one, other));
        found.extend(lengths(one, other));
        let matched = levels(protocol, &one.levels, &other.levels);
        for level in matched.missing {
            let what = format!("there is no level of {} b/s any more", level.bitrate);
            found.push(Class::Breaks.at(one.place(), what));
        }
        for level in matched.added {
            let what = format!("there is a new level of {} b/s", level.bitrate);
            found.push(Class::Better.at(one.place(), what));
        }
        // The segments of all levels are mostly the same, and so are their differences.
        let mut told = BTreeSet::new();
        for (level, now) in matched.pairs {
            let place = format!("{}, {} b/s", one.place(), level.bitrate);
            found.extend(formats(&place, level, now));
            let of_segments = segments(protocol, &one.place(), &level.segments, &now.segments);
            told.extend(of_segments);
        }
        found.extend(told);
    }
    Ok(found)
}

/// Licence systems, and how samples are encrypted.
fn protections(old: &Offer, new: &Offer) -> Vec<Difference> {
    let mut found = Vec::new();
    let place = "presentation";
    for (system, data) in &old.protections {
        match new.protections.get(system) {
            None => {
                found.push(Class::Breaks.at(place, format!("licence system {system} is not told")))
            }
            Some(now) if now != data => {
                let what = format!("licence system {system} is told something else");
                found.push(Class::Differs.at(place, what));
            }
            Some(_) => {}
        }
    }
    let added = new.protections.keys().filter(|system| !old.protections.contains_key(*system));
    for system in added {
        // Whoever could play without a licence cannot any more.
        let class = if old.protections.is_empty() { Class::Breaks } else { Class::Better };
        found.push(class.at(place, format!("licence system {system} is told of")));
    }
    if let (Some(scheme), Some(now)) = (&old.scheme, &new.scheme)
        && scheme != now
    {
        found
            .push(Class::Breaks.at(place, format!("samples are encrypted by {now}, not {scheme}")));
    }
    found
}

/// What viewers and players choose a stream by.
fn labels(one: &Stream, other: &Stream) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut tell = |class: Class, what: String| found.push(class.at(one.place(), what));
    let (language, now) = (&one.language, &other.language);
    match (tag(language), tag(now)) {
        (None, Some(_)) => tell(Class::Better, format!("the language {now} is told")),
        (Some(_), None) => tell(Class::Differs, format!("the language {language} is not told")),
        (before, after) if before != after => {
            tell(Class::Breaks, format!("the language is {now}, not {language}"));
        }
        _ if language != now => {
            tell(Class::Differs, format!("the language {language} is spelt {now}"));
        }
        _ => {}
    }
    if one.name != other.name {
        tell(Class::Differs, format!("the name is {}", Quoted(&other.name)));
    }
    if one.labels != other.labels {
        let is_more = one.labels.iter().all(|label| other.labels.contains(label));
        let class = if is_more { Class::Better } else { Class::Differs };
        let [before, after] = [one, other].map(|stream| stream.labels.join(", "));
        tell(class, format!("it is labelled {}, not {}", Quoted(after), Quoted(before)));
    }
    found
}

/// How long a stream lasts.
fn lengths(one: &Stream, other: &Stream) -> Option<Difference> {
    let (end, now) = (one.end()?, other.end()?);
    let class = match end.abs_diff(now) {
        0..=1_000_000 => return None,
        off if off < SECOND => Class::Differs,
        _ => Class::Breaks,
    };
    Some(class.at(one.place(), format!("it ends at {}, not {}", seconds(now), seconds(end))))
}

/// How a level is coded.
fn formats(place: &str, level: &Level, now: &Level) -> Vec<Difference> {
    let mut found = Vec::new();
    if level.bitrate != now.bitrate {
        found.push(Class::Differs.at(place, format!("it is told as one of {} b/s", now.bitrate)));
    }
    if level.coding() != now.coding() {
        found.push(
            Class::Breaks.at(place, format!("the codec is {}, not {}", now.codec, level.codec)),
        );
    } else if level.codec != now.codec {
        let what = format!("the codec is called {}, not {}", now.codec, level.codec);
        found.push(Class::Differs.at(place, what));
    }
    if level.size != now.size {
        let text = |size: Option<(u64, u64)>| {
            size.map_or("unknown".to_owned(), |(width, height)| format!("{width}x{height}"))
        };
        let what = format!("the size is {}, not {}", text(now.size), text(level.size));
        found.push(Class::Differs.at(place, what));
    }
    if level.private != now.private {
        let class = if level.private.is_empty() { Class::Better } else { Class::Breaks };
        found.push(class.at(place, "what sets up the decoder is another (CodecPrivateData)"));
    }
    found
}

/// When segments start. In Smooth Streaming, a client of the old manifest asks for them by that.
fn segments(protocol: Protocol, place: &str, old: &[Segment], new: &[Segment]) -> Vec<Difference> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let starts: BTreeSet<u64> = new.iter().map(|segment| segment.start).collect();
    let lost: Vec<&Segment> = old.iter().filter(|it| !starts.contains(&it.start)).collect();
    if protocol != Protocol::Smooth {
        let is_same = old.len() == new.len();
        let what = format!("it is in {} segments, not {}", new.len(), old.len());
        return (!is_same).then(|| Class::Differs.at(place, what)).into_iter().collect();
    }
    let mut found = Vec::new();
    if let Some(first) = lost.first() {
        let (count, all) = (lost.len(), old.len());
        let what = format!(
            "{count} of {all} chunks do not start where they did, the first at {} ({})",
            seconds(first.start),
            first.start
        );
        found.push(Class::Breaks.at(place, what));
    }
    let more = new.len().saturating_sub(old.len().saturating_sub(lost.len()));
    if more > lost.len() {
        let what = format!("{} chunks are new", more.saturating_sub(lost.len()));
        found.push(Class::Differs.at(place, what));
    }
    found
}
