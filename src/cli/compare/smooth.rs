//! From a client manifest of Smooth Streaming to what it offers.

use super::offer::{Kind, Level, Offer, Protocol, Segment, Stream, rescaled};
use anyhow::Result;
use millrace::base::digits::hex;
use millrace::base::uuid::Uuid;
use millrace::base::xml::Elements;
use millrace::index::StreamKind;
use millrace::ismc::{ClientManifest, QualityLevel, StreamIndex};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

/// All characters but those that custom attributes keep unescaped.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub(super) fn read(bytes: &[u8], text: &str, base: &Url) -> Result<Offer> {
    let manifest = ClientManifest::parse(bytes)?;
    let (templates, four_ccs) = written(text)?;
    let streams = manifest.streams.iter().zip(templates).zip(four_ccs);
    let streams = streams
        .map(|((stream, template), four_ccs)| self::stream(stream, &template, &four_ccs, base));
    let protections = manifest
        .protections
        .iter()
        .map(|protection| (Uuid(protection.system_id).to_string(), hex(&protection.data)));
    Ok(Offer {
        protocol: Protocol::Smooth,
        streams: streams.collect(),
        protections: protections.collect(),
        scheme: None,
    })
}

/// The `Url` of each stream, and the `FourCC` of each of its levels.
fn written(text: &str) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    let (mut templates, mut four_ccs) = (Vec::new(), Vec::<Vec<String>>::new());
    let mut elements = Elements::new(text);
    while let Some(element) = elements.read()? {
        let attribute = |wanted: &str| {
            let mut all = element.attributes().flatten();
            all.find(|(name, _)| *name == wanted).map(|(_, value)| value.into_owned())
        };
        match element.path {
            "SmoothStreamingMedia/StreamIndex" => {
                templates.push(attribute("Url").unwrap_or_default());
                four_ccs.push(vec![attribute("Subtype").unwrap_or_default()]);
            }
            "SmoothStreamingMedia/StreamIndex/QualityLevel" => {
                if let Some(last) = four_ccs.last_mut() {
                    let of_stream = last.first().cloned().unwrap_or_default();
                    last.push(attribute("FourCC").unwrap_or(of_stream));
                }
            }
            _ => {}
        }
    }
    Ok((templates, four_ccs))
}

fn stream(stream: &StreamIndex, template: &str, four_ccs: &[String], base: &Url) -> Stream {
    let levels = stream.levels.iter().zip(four_ccs.iter().skip(1));
    let levels = levels.map(|(level, four_cc)| {
        let size = (level.width > 0).then(|| (level.width.into(), level.height.into()));
        let timescale = u64::from(stream.timescale.ticks_per_second());
        let segments = stream.chunks.iter().map(|chunk| Segment {
            start: rescaled(chunk.start, timescale),
            duration: rescaled(chunk.duration, timescale),
            url: address(template, level, chunk.start, base),
        });
        Level {
            bitrate: level.bitrate.unwrap_or_default().into(),
            codec: four_cc.clone(),
            size,
            private: hex(&level.codec_private_data),
            segments: segments.collect(),
        }
    });
    let kind = match stream.kind {
        StreamKind::Video => Kind::Video,
        StreamKind::Audio => Kind::Audio,
        StreamKind::Text => Kind::Text,
    };
    let mut labels = stream.roles.clone();
    labels.extend(stream.accessibility.clone());
    labels.sort();
    Stream {
        kind,
        name: stream.name.clone().or(stream.url_name.clone()).unwrap_or_default(),
        language: stream.language.clone().unwrap_or_default(),
        labels,
        levels: levels.collect(),
    }
}

/// The address of a fragment, as clients make it of the template.
fn address(template: &str, level: &QualityLevel, start: u64, base: &Url) -> Option<Url> {
    let bitrate = level.bitrate.unwrap_or_default().to_string();
    let attributes: Vec<String> = level
        .custom_attributes
        .iter()
        .map(|it| {
            let [name, value] = [&it.name, &it.value].map(|text| utf8_percent_encode(text, PLAIN));
            format!("{name}={value}")
        })
        .collect();
    let start = start.to_string();
    let path = template
        .replace("{bitrate}", &bitrate)
        .replace("{Bitrate}", &bitrate)
        .replace("{CustomAttributes}", &attributes.join(","))
        .replace("{start time}", &start)
        .replace("{start_time}", &start);
    base.join(&path).ok().filter(|_| !template.is_empty())
}
