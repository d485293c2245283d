//! Fragments that both origins have, fetched and compared.

use super::difference::{Class, Difference};
use super::fragment::Fragment;
use super::offer::{Offer, SECOND, Segment, seconds};
use super::streams::{levels, streams};
use super::web::Web;
use anyhow::Result;
use http::StatusCode;
use reqwest::Url;

/// Segments of HLS have rounded durations, and so start at about the same time.
const ABOUT: u64 = SECOND / 10;

/// A fragment at both origins.
pub(super) struct Pair {
    place: String,
    old: Url,
    new: Url,
}

/// Up to `count` of the fragments that both have, spread over all.
pub(super) fn pick(old: &Offer, new: &Offer, count: usize) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (stream, other) in streams(old.protocol, &old.streams, &new.streams).pairs {
        for (level, other) in levels(old.protocol, &stream.levels, &other.levels).pairs {
            let place = match level.bitrate {
                0 => stream.place(),
                bitrate => format!("{}, {bitrate} b/s", stream.place()),
            };
            let mut there = other.segments.iter().peekable();
            for segment in &level.segments {
                while there.next_if(|it| it.start.saturating_add(ABOUT) < segment.start).is_some() {
                }
                if let Some(now) = there.peek()
                    && is_alike(segment, now)
                    && let (Some(old), Some(new)) = (&segment.url, &now.url)
                {
                    let place = format!("{place}, at {}", seconds(segment.start));
                    pairs.push(Pair { place, old: old.clone(), new: new.clone() });
                }
            }
        }
    }
    let all = pairs.len();
    let is_picked = |at: usize| {
        // The n-th of `count` is the one at n/count of all.
        let before = at.saturating_mul(count).checked_div(all);
        let after = at.saturating_add(1).saturating_mul(count).checked_div(all);
        before != after
    };
    let picked = pairs.into_iter().enumerate().filter(|(at, _)| is_picked(*at));
    picked.map(|(_, pair)| pair).collect()
}

fn is_alike(one: &Segment, other: &Segment) -> bool {
    one.start.abs_diff(other.start) <= ABOUT && one.duration.abs_diff(other.duration) <= ABOUT
}

/// In what the fragments differ.
pub(super) fn compare(pairs: &[Pair], web: &Web) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    for Pair { place, old, new } in pairs {
        let ((before, bytes), (now, other)) = (web.get(old)?, web.get(new)?);
        match (before == StatusCode::OK, now == StatusCode::OK) {
            (true, true) => match (Fragment::read(&bytes), Fragment::read(&other)) {
                (Ok(one), Ok(other)) => found.extend(one.compare(&other, place)),
                (Ok(_), Err(error)) => {
                    found.push(Class::Breaks.at(place, format!("it cannot be read: {error}")));
                }
                (Err(error), _) => {
                    found.push(Class::Differs.at(place, format!("it could not be read: {error}")));
                }
            },
            (true, false) => found.push(Class::Breaks.at(place, format!("it is answered {now}"))),
            (false, true) => {
                // OLD is a saved file: it is NEW that gives another answer to its address.
                let class = if old.host() == new.host() && old.port() == new.port() {
                    Class::Breaks
                } else {
                    Class::Better
                };
                found.push(
                    class.at(place, format!("the address {} is answered {before}", old.path())),
                );
            }
            (false, false) => {
                found.push(
                    Class::Differs.at(place, format!("it was answered {before}, and is {now}")),
                );
            }
        }
    }
    Ok(found)
}
