//! What an MPD of DASH offers.

use super::offer::{Kind, Level, Offer, Protocol, Segment, Stream, rescaled};
use anyhow::{Context, Result, ensure};
use millrace::base::xml::{Element, Elements};
use reqwest::Url;
use std::collections::{BTreeMap, BTreeSet};

/// No presentation has more segments.
const MAX_SEGMENTS: usize = 1_000_000;

/// A `SegmentTemplate` with its timeline.
#[derive(Clone, Default)]
struct Template {
    media: String,
    timescale: u64,
    offset: u64,
    first_number: u64,
    /// Start and duration of each segment.
    timeline: Vec<(u64, u64)>,
}

/// What the MPD in `text` offers. The addresses of segments are given if it `is_live` at an origin.
pub(super) fn read(text: &str, base: &Url, is_live: bool) -> Result<Offer> {
    let mut reading = Reading {
        offer: Offer {
            protocol: Protocol::Dash,
            streams: Vec::new(),
            protections: BTreeMap::new(),
            scheme: None,
        },
        of_period: base.clone(),
        of_set: base.clone(),
        of_level: None,
        template: Template::default(),
        defaults: Level::default(),
        own: None,
        labels: BTreeSet::new(),
        representation: None,
        is_live,
    };
    let mut elements = Elements::new(text);
    while let Some(element) = elements.read()? {
        reading.element(&element)?;
    }
    reading.finish_level();
    reading.finish_stream();
    Ok(reading.offer)
}

struct Reading {
    offer: Offer,
    /// What addresses in the period are relative to, and in the adaptation set.
    of_period: Url,
    of_set: Url,
    /// The same of the representation, if that is elsewhere.
    of_level: Option<Url>,
    /// Of the adaptation set.
    template: Template,
    /// Of the representation, if it has one.
    own: Option<Template>,
    /// What representations are unless they say otherwise.
    defaults: Level,
    labels: BTreeSet<String>,
    /// The representation that is being read, and its `id`.
    representation: Option<(Level, String)>,
    is_live: bool,
}

impl Reading {
    fn element(&mut self, element: &Element<'_, '_>) -> Result<()> {
        let attributes = element.attributes().collect::<Result<Vec<_>, _>>()?;
        let of = |wanted: &str| {
            let found = attributes.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.to_string()).unwrap_or_default()
        };
        let number = |name: &str, default: u64| of(name).parse().unwrap_or(default);
        let path = element.path.strip_prefix("MPD/Period/").unwrap_or(element.path);
        match path {
            "MPD/BaseURL" | "BaseURL" => {
                self.of_period = self.of_period.join(element.text().trim())?;
            }
            "AdaptationSet" => {
                self.finish_level();
                self.finish_stream();
                self.template = Template { timescale: 1, first_number: 1, ..Template::default() };
                let kind = kind(&[of("contentType"), of("mimeType")]);
                let (name, language) = (of("label"), of("lang"));
                self.offer.streams.push(Stream { kind, name, language, ..Stream::default() });
                self.of_set = self.of_period.clone();
                self.defaults = Level { codec: of("codecs"), size: size(&of), ..Level::default() };
            }
            "AdaptationSet/BaseURL" => self.of_set = self.of_period.join(element.text().trim())?,
            "AdaptationSet/Role" | "AdaptationSet/Accessibility" => {
                self.labels.insert(of("value"));
            }
            "AdaptationSet/Label" => {
                if let Some(stream) = self.offer.streams.last_mut() {
                    stream.name = element.text().trim().to_owned();
                }
            }
            "AdaptationSet/Representation" => {
                self.finish_level();
                let mut level = self.defaults.clone();
                self.of_level = None;
                level.bitrate = number("bandwidth", 0);
                if !of("codecs").is_empty() {
                    level.codec = of("codecs");
                }
                level.size = size(&of).or(level.size);
                let mime_type = of("mimeType");
                if let Some(stream) =
                    self.offer.streams.last_mut().filter(|_| !mime_type.is_empty())
                {
                    stream.kind = kind(&[mime_type]);
                }
                self.representation = Some((level, of("id")));
            }
            "AdaptationSet/Representation/BaseURL" => {
                self.of_level = Some(self.of_set.join(element.text().trim())?);
            }
            _ if path.ends_with("/ContentProtection") => {
                let scheme = of("schemeIdUri").to_ascii_lowercase();
                match scheme.strip_prefix("urn:uuid:") {
                    Some(system) => {
                        self.offer.protections.insert(system.to_owned(), String::new());
                    }
                    None if scheme == "urn:mpeg:dash:mp4protection:2011" => {
                        self.offer.scheme = Some(of("value"));
                    }
                    None => {}
                }
            }
            _ if path.ends_with("/SegmentTemplate") => {
                let is_own = path.contains("/Representation/");
                let above = self.template.clone();
                let media = Some(of("media")).filter(|media| !media.is_empty());
                let template = Template {
                    media: media.unwrap_or(above.media),
                    timescale: number("timescale", above.timescale),
                    offset: number("presentationTimeOffset", above.offset),
                    first_number: number("startNumber", above.first_number),
                    timeline: if is_own { Vec::new() } else { above.timeline },
                };
                if is_own { self.own = Some(template) } else { self.template = template }
            }
            _ if path.ends_with("/SegmentTimeline/S") => {
                let is_own = path.contains("/Representation/");
                let template = if is_own { self.own.as_mut() } else { Some(&mut self.template) };
                let timeline = &mut template.context("a timeline has no template")?.timeline;
                let next = timeline.last().map_or(0, |(start, lasts)| start.saturating_add(*lasts));
                let (mut start, lasts) = (number("t", next), number("d", 0));
                for _ in 0..=number("r", 0) {
                    ensure!(timeline.len() < MAX_SEGMENTS, "a timeline has too many segments");
                    timeline.push((start, lasts));
                    start = start.saturating_add(lasts);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish_level(&mut self) {
        let Some((mut level, id)) = self.representation.take() else { return };
        let own = self.own.take();
        let template = own.as_ref().unwrap_or(&self.template);
        let timeline = match template.timeline.as_slice() {
            [] => &self.template.timeline,
            own => own,
        };
        let base = self.of_level.as_ref().unwrap_or(&self.of_set);
        let segments = timeline.iter().zip(0..).map(|(&(start, lasts), at)| {
            let path = template
                .media
                .replace("$RepresentationID$", &id)
                .replace("$Bandwidth$", &level.bitrate.to_string())
                .replace("$Time$", &start.to_string())
                .replace("$Number$", &template.first_number.saturating_add(at).to_string());
            Segment {
                start: rescaled(start.saturating_sub(template.offset), template.timescale),
                duration: rescaled(lasts, template.timescale),
                url: base.join(&path).ok().filter(|_| self.is_live && !path.is_empty()),
            }
        });
        level.segments = segments.collect();
        if let Some(stream) = self.offer.streams.last_mut() {
            stream.levels.push(level);
        }
    }

    fn finish_stream(&mut self) {
        let labels = std::mem::take(&mut self.labels);
        if let Some(stream) = self.offer.streams.last_mut() {
            stream.labels = labels.into_iter().collect();
        }
    }
}

fn kind(said: &[String]) -> Kind {
    let says = |word: &str| said.iter().any(|text| text.starts_with(word));
    match (says("video"), says("audio")) {
        (true, _) => Kind::Video,
        (_, true) => Kind::Audio,
        _ => Kind::Text,
    }
}

fn size(of: &dyn Fn(&str) -> String) -> Option<(u64, u64)> {
    Some((of("width").parse().ok()?, of("height").parse().ok()?))
}
