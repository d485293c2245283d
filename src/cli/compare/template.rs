//! A `SegmentTemplate` of DASH with its timeline, and the segments that it stands for.

use super::offer::{Segment, rescaled};
use anyhow::{Result, ensure};
use millrace::base::xml::{Element, XmlError};
use reqwest::Url;
use std::borrow::Cow;

/// No presentation has more segments.
const MAX_SEGMENTS: usize = 1_000_000;

/// A `SegmentTemplate` with its timeline.
#[derive(Clone)]
pub(super) struct Template {
    media: String,
    timescale: u64,
    offset: u64,
    first_number: u64,
    /// Start and duration of each segment.
    timeline: Vec<(u64, u64)>,
}

/// The attributes of an element.
pub(super) struct Attributes<'a>(Vec<(&'a str, Cow<'a, str>)>);

/// What nothing is said of.
impl Default for Template {
    fn default() -> Self {
        let (media, timeline) = (String::new(), Vec::new());
        Self { media, timescale: 1, offset: 0, first_number: 1, timeline }
    }
}

impl Template {
    /// The template of an adaptation set; what it does not say is taken from `above`.
    pub(super) fn of_stream(attributes: &Attributes<'_>, above: &Self) -> Self {
        Self {
            media: attributes.said("media").unwrap_or_else(|| above.media.clone()),
            timescale: attributes.number("timescale", above.timescale),
            offset: attributes.number("presentationTimeOffset", above.offset),
            first_number: attributes.number("startNumber", above.first_number),
            timeline: above.timeline.clone(),
        }
    }

    /// The template of a representation, which may have a timeline of its own.
    pub(super) fn of_level(attributes: &Attributes<'_>, above: &Self) -> Self {
        Self { timeline: Vec::new(), ..Self::of_stream(attributes, above) }
    }

    /// Adds what an `S` says.
    pub(super) fn add(&mut self, attributes: &Attributes<'_>) -> Result<()> {
        let next = self.timeline.last().map_or(0, |(start, lasts)| start.saturating_add(*lasts));
        let (mut start, lasts) = (attributes.number("t", next), attributes.number("d", 0));
        for _ in 0..=attributes.number("r", 0) {
            ensure!(
                self.timeline.len() < MAX_SEGMENTS,
                "a timeline has more than {MAX_SEGMENTS} segments"
            );
            self.timeline.push((start, lasts));
            start = start.saturating_add(lasts);
        }
        Ok(())
    }

    /// The segments of the representation that has this ID and bit rate, each where `address` says that its path leads. Where it
    /// has no timeline of its own, it is that of `above`.
    pub(super) fn segments(
        &self,
        above: &Self,
        (id, bitrate): (&str, u64),
        address: impl Fn(&str) -> Option<Url>,
    ) -> Vec<Segment> {
        let timeline = if self.timeline.is_empty() { &above.timeline } else { &self.timeline };
        let segments = timeline.iter().zip(0..).map(|(&(start, lasts), at)| {
            let path = self
                .media
                .replace("$RepresentationID$", id)
                .replace("$Bandwidth$", &bitrate.to_string())
                .replace("$Time$", &start.to_string())
                .replace("$Number$", &self.first_number.saturating_add(at).to_string());
            Segment {
                start: rescaled(start.saturating_sub(self.offset), self.timescale),
                duration: rescaled(lasts, self.timescale),
                url: address(&path),
            }
        });
        segments.collect()
    }
}

impl<'a> Attributes<'a> {
    /// The attributes of `element`.
    pub(super) fn of(element: &'a Element<'_, '_>) -> Result<Self, XmlError> {
        element.attributes().collect::<Result<_, _>>().map(Self)
    }

    /// The attribute of this name, if it is there and not empty.
    pub(super) fn said(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.to_string()).filter(|value| !value.is_empty())
    }

    /// The attribute of this name; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> String {
        self.said(name).unwrap_or_default()
    }

    /// The number that the attribute of this name is; `default` if it is none.
    pub(super) fn number(&self, name: &str, default: u64) -> u64 {
        self.said(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}
