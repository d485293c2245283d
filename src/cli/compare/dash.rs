//! From an MPD to what it offers.

use super::offer::{Kind, Level, Offer, Protocol, Stream};
use super::template::{Attributes, Template};
use anyhow::{Context, Result};
use millrace::base::xml::{Element, Elements};
use reqwest::Url;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The base URL of the representation, if it has one of its own.
    of_level: Option<Url>,
    /// The `SegmentTemplate` of the adaptation set.
    template: Template,
    /// The `SegmentTemplate` of the representation, if it has one.
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
        let attributes = Attributes::of(element)?;
        let path = element.path.strip_prefix("MPD/Period/").unwrap_or(element.path);
        let text = element.text();
        let text = text.trim();
        match path {
            "MPD/BaseURL" | "BaseURL" => self.of_period = self.of_period.join(text)?,
            "AdaptationSet" => self.begin_stream(&attributes),
            "AdaptationSet/BaseURL" => self.of_set = self.of_period.join(text)?,
            "AdaptationSet/Role" | "AdaptationSet/Accessibility" => {
                self.labels.insert(attributes.text("value"));
            }
            "AdaptationSet/Label" => {
                if let Some(stream) = self.offer.streams.last_mut() {
                    stream.name = text.to_owned();
                }
            }
            "AdaptationSet/Representation" => self.begin_level(&attributes),
            "AdaptationSet/Representation/BaseURL" => {
                self.of_level = Some(self.of_set.join(text)?);
            }
            _ if path.ends_with("/ContentProtection") => self.protect(&attributes),
            _ if path.ends_with("/SegmentTemplate") => match path.contains("/Representation/") {
                true => self.own = Some(Template::of_level(&attributes, &self.template)),
                false => self.template = Template::of_stream(&attributes, &self.template),
            },
            _ if path.ends_with("/SegmentTimeline/S") => {
                let template = match path.contains("/Representation/") {
                    true => self.own.as_mut().context("a timeline has no template")?,
                    false => &mut self.template,
                };
                template.add(&attributes)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn begin_stream(&mut self, attributes: &Attributes<'_>) {
        self.finish_level();
        self.finish_stream();
        self.template = Template::default();
        let kind = kind(&[attributes.text("contentType"), attributes.text("mimeType")]);
        let (name, language) = (attributes.text("label"), attributes.text("lang"));
        self.offer.streams.push(Stream { kind, name, language, ..Stream::default() });
        self.of_set = self.of_period.clone();
        let (codec, size) = (attributes.text("codecs"), size(attributes));
        self.defaults = Level { codec, size, ..Level::default() };
    }

    fn begin_level(&mut self, attributes: &Attributes<'_>) {
        self.finish_level();
        self.of_level = None;
        let mut level = self.defaults.clone();
        level.bitrate = attributes.number("bandwidth", 0);
        level.codec = attributes.said("codecs").unwrap_or(level.codec);
        level.size = size(attributes).or(level.size);
        if let Some((stream, mime_type)) =
            self.offer.streams.last_mut().zip(attributes.said("mimeType"))
        {
            stream.kind = kind(&[mime_type]);
        }
        self.representation = Some((level, attributes.text("id")));
    }

    fn protect(&mut self, attributes: &Attributes<'_>) {
        let scheme = attributes.text("schemeIdUri").to_ascii_lowercase();
        match scheme.strip_prefix("urn:uuid:") {
            Some(system) => {
                self.offer.protections.insert(system.to_owned(), String::new());
            }
            None if scheme == "urn:mpeg:dash:mp4protection:2011" => {
                self.offer.scheme = Some(attributes.text("value"));
            }
            None => {}
        }
    }

    fn finish_level(&mut self) {
        let Some((mut level, id)) = self.representation.take() else { return };
        let own = self.own.take();
        let template = own.as_ref().unwrap_or(&self.template);
        let base = self.of_level.as_ref().unwrap_or(&self.of_set);
        level.segments = template.segments(&self.template, (&id, level.bitrate), |path| {
            base.join(path).ok().filter(|_| self.is_live && !path.is_empty())
        });
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

fn size(attributes: &Attributes<'_>) -> Option<(u64, u64)> {
    Some((attributes.said("width")?.parse().ok()?, attributes.said("height")?.parse().ok()?))
}
