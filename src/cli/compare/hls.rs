//! From a multivariant or media playlist of HLS to what it offers.

use super::offer::{Kind, Level, Offer, Protocol, SECOND, Segment, Stream};
use super::web::Web;
use anyhow::{Context, Result};
use reqwest::Url;
use std::collections::BTreeMap;

/// What the playlist in `text` offers; media playlists are asked of `live`, if that is an origin.
pub(super) fn read(text: &str, base: &Url, live: Option<&Web>) -> Result<Offer> {
    let mut offer = Offer {
        protocol: Protocol::Hls,
        streams: Vec::new(),
        protections: BTreeMap::new(),
        scheme: None,
    };
    if !text.contains("#EXT-X-STREAM-INF") {
        let level = Level { segments: segments(text, base)?, ..Level::default() };
        offer.take_key(text);
        let levels = vec![level];
        offer.streams.push(Stream { kind: Kind::Video, levels, ..Stream::default() });
        return Ok(offer);
    }
    let mut video = Stream { kind: Kind::Video, ..Stream::default() };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    while let Some(line) = lines.next() {
        if let Some(attributes) = line.strip_prefix("#EXT-X-STREAM-INF:") {
            let attributes = self::attributes(attributes);
            let uri = lines.by_ref().find(|line| !line.starts_with('#'));
            let uri = uri.context("a variant has no address")?;
            let level = variant(&attributes);
            let segments = offer.followed(uri, base, live)?;
            video.levels.push(Level { segments, ..level });
        } else if let Some(attributes) = line.strip_prefix("#EXT-X-MEDIA:") {
            let attributes = self::attributes(attributes);
            let Some(stream) = rendition(&attributes) else { continue };
            let segments = match attributes.get("URI") {
                Some(uri) => offer.followed(uri, base, live)?,
                None => Vec::new(),
            };
            let levels = vec![Level { segments, ..Level::default() }];
            offer.streams.push(Stream { levels, ..stream });
        }
    }
    offer.streams.insert(0, video);
    Ok(offer)
}

impl Offer {
    /// The segments of the media playlist under `uri`; none if there is no origin to ask.
    fn followed(&mut self, uri: &str, base: &Url, live: Option<&Web>) -> Result<Vec<Segment>> {
        let Some(web) = live else { return Ok(Vec::new()) };
        let url = base.join(uri).with_context(|| format!("{uri} is no address"))?;
        let text = String::from_utf8(web.manifest(&url)?)?;
        self.take_key(&text);
        segments(&text, &url)
    }

    /// Takes note of how segments are encrypted.
    fn take_key(&mut self, playlist: &str) {
        for key in playlist.lines().filter_map(|line| line.trim().strip_prefix("#EXT-X-KEY:")) {
            let key = attributes(key);
            let of = |name| key.get(name).cloned().unwrap_or_default();
            if of("METHOD") != "NONE" {
                self.scheme = Some(of("METHOD"));
                self.protections.insert(of("KEYFORMAT"), String::new());
            }
        }
    }
}

/// A variant without its segments. Of its codecs, the first is that of the video, if there is some.
fn variant(attributes: &BTreeMap<String, String>) -> Level {
    let of = |name: &str| attributes.get(name).map(String::as_str).unwrap_or_default();
    let size = of("RESOLUTION").split_once('x');
    let size = size.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let mut codecs: Vec<&str> = of("CODECS").split(',').map(str::trim).collect();
    codecs.sort_by_key(|codec| codec.starts_with("mp4a") || codec.starts_with("ec-3"));
    let bitrate = of("AVERAGE-BANDWIDTH").parse().or(of("BANDWIDTH").parse()).unwrap_or_default();
    Level {
        bitrate,
        codec: codecs.first().map(|it| (*it).to_owned()).unwrap_or_default(),
        size,
        ..Level::default()
    }
}

/// A rendition without its level; `None` for one of closed captions, which is no stream.
fn rendition(attributes: &BTreeMap<String, String>) -> Option<Stream> {
    let of = |name: &str| attributes.get(name).cloned().unwrap_or_default();
    let kind = match of("TYPE").as_str() {
        "VIDEO" => Kind::Video,
        "AUDIO" => Kind::Audio,
        "SUBTITLES" => Kind::Text,
        _ => return None,
    };
    let mut labels: Vec<String> =
        of("CHARACTERISTICS").split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect();
    for name in ["DEFAULT", "FORCED"] {
        if of(name) == "YES" {
            labels.push(name.to_ascii_lowercase());
        }
    }
    labels.sort();
    let (name, language) = (of("NAME"), of("LANGUAGE"));
    Some(Stream { kind, name, language, labels, levels: Vec::new() })
}

/// The segments of a media playlist, one after the other from time 0.
fn segments(playlist: &str, base: &Url) -> Result<Vec<Segment>> {
    let (mut segments, mut start, mut duration) = (Vec::new(), 0u64, 0u64);
    for line in playlist.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(said) = line.strip_prefix("#EXTINF:") {
            duration = decimal(said.split(',').next().unwrap_or_default())
                .with_context(|| format!("#EXTINF:{said} has no duration"))?;
        } else if !line.starts_with('#') {
            // A part of a file has no address of its own here.
            let url = base.join(line).ok().filter(|_| !playlist.contains("#EXT-X-BYTERANGE"));
            segments.push(Segment { start, duration, url });
            start = start.saturating_add(duration);
        }
    }
    Ok(segments)
}

/// Seconds with a decimal point, in ticks of [`SECOND`].
fn decimal(text: &str) -> Option<u64> {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let rest: String = rest.chars().chain("0000000".chars()).take(7).collect();
    whole.parse::<u64>().ok()?.checked_mul(SECOND)?.checked_add(rest.parse().ok()?)
}

/// The attributes of a tag (`RFC 8216` 4.2), without quotes.
fn attributes(text: &str) -> BTreeMap<String, String> {
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    for letter in text.chars() {
        match letter {
            ',' if !is_quoted => parts.push(String::new()),
            '"' => is_quoted = !is_quoted,
            other => parts.iter_mut().last().into_iter().for_each(|last| last.push(other)),
        }
    }
    let pairs = parts.iter().filter_map(|part| part.trim().split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn attributes_and_durations_are_read() {
        let attributes = attributes("BANDWIDTH=1,CODECS=\"a,b\",NAME=\"x=y\"");
        assert_eq!(attributes.get("CODECS").unwrap(), "a,b");
        assert_eq!(attributes.get("NAME").unwrap(), "x=y");
        assert_eq!(decimal("2.002"), Some(20_020_000));
        assert_eq!(decimal("6"), Some(60_000_000));
        assert_eq!(decimal("6.00000001"), Some(60_000_000));
        assert_eq!(decimal("six"), None);
    }
}
