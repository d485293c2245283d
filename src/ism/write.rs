//! A server manifest as text.

use super::{Entry, ServerManifest};
use crate::base::xml;
use crate::index::StreamKind;

impl ServerManifest {
    /// The document that says this (`[MS-SSTR]` 2.2.7.3.1), in UTF-8.
    pub fn render(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        out.push_str("<smil xmlns=\"http://www.w3.org/2001/SMIL20/Language\">\n");
        let client = self.client_manifest.iter();
        let client = client.map(|path| ("clientManifestRelativePath".to_owned(), written(path)));
        let settings = self.settings.iter().map(|it| (it.full_name(), it.value.clone()));
        let metas: Vec<_> = client.chain(settings).collect();
        if !metas.is_empty() {
            out.push_str("  <head>\n");
            for (name, content) in metas {
                out.push_str("    <meta");
                attribute(&mut out, "name", &name);
                attribute(&mut out, "content", &content);
                out.push_str(" />\n");
            }
            out.push_str("  </head>\n");
        }
        out.push_str("  <body>\n    <switch>\n");
        for entry in &self.tracks {
            let path = self.media.get(entry.media).map_or("", String::as_str);
            track(&mut out, entry, path);
        }
        out.push_str("    </switch>\n  </body>\n</smil>\n");
        out
    }
}

fn track(out: &mut String, entry: &Entry, path: &str) {
    let element = match entry.kind {
        Some(StreamKind::Video) => "video",
        Some(StreamKind::Audio) => "audio",
        Some(StreamKind::Text) => "textstream",
        None => "ref",
    };
    out.push_str("      <");
    out.push_str(element);
    attribute(out, "src", &written(path));
    if let Some(bitrate) = entry.bitrate {
        attribute(out, "systemBitrate", &bitrate.to_string());
    }
    if let Some(language) = &entry.language {
        attribute(out, "systemLanguage", language);
    }
    out.push_str(">\n");
    let track_id = entry.track_id.map(|id| id.to_string());
    let is_default = entry.is_default.then(|| "true".to_owned());
    let own = [
        ("trackID", &track_id),
        ("trackName", &entry.name),
        ("Subtype", &entry.subtype),
        ("title", &entry.title),
        ("accessibility", &entry.accessibility),
        ("default", &is_default),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let own = own.chain(entry.roles.iter().map(|role| ("role", role.as_str())));
    let custom = entry.custom_attributes.iter().map(|it| (it.name.as_str(), it.value.as_str()));
    for (name, value) in own.chain(custom) {
        out.push_str("        <param");
        attribute(out, "name", name);
        attribute(out, "value", value);
        out.push_str(" valuetype=\"data\" />\n");
    }
    out.push_str("      </");
    out.push_str(element);
    out.push_str(">\n");
}

fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    xml::escape(value, out);
    out.push('"');
}

/// A path as it reads the same again: without what looks encoded, or like a scheme.
fn written(path: &str) -> String {
    let encoded = path.replace('%', "%25");
    let first = encoded.split('/').next().unwrap_or_default();
    if first.contains(':') { format!("./{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Attribute;
    use crate::ism::Setting;

    #[test]
    fn reads_the_same_again() {
        let entry = |media, kind| Entry {
            media,
            kind,
            bitrate: Some(1_200_000),
            track_id: Some(2),
            name: Some("audio_eng".into()),
            language: Some("eng".into()),
            subtype: Some("SUBT".into()),
            title: Some("English \"for all\"".into()),
            accessibility: Some("description".into()),
            roles: vec!["alternate".into(), "dub".into()],
            is_default: true,
            custom_attributes: vec![Attribute { name: "acme_a".into(), value: "<\"&'>".into() }],
        };
        let names = ["a.mp4", "my film 100%.mp4", "a%20b & <c>.mp4", "12:30.mp4", "é/ü.mp4"];
        let kinds = [StreamKind::Video, StreamKind::Audio, StreamKind::Text].map(Some);
        let kinds = kinds.into_iter().chain([None, None]);
        let mut manifest = ServerManifest {
            client_manifest: Some("my film.ismc".into()),
            client_refused: None,
            texts_refused: Vec::new(),
            media: names.map(str::to_owned).to_vec(),
            tracks: kinds.enumerate().map(|(at, kind)| entry(at, kind)).collect(),
            settings: vec![Setting { name: "chunkMs".into(), value: "4000".into() }],
        };
        let again = |manifest: &ServerManifest| ServerManifest::parse(manifest.render().as_bytes());
        assert_eq!(again(&manifest), Ok(manifest.clone()));
        manifest.tracks.truncate(1);
        manifest.tracks[0] = Entry { kind: Some(StreamKind::Video), ..Entry::default() };
        manifest.media.truncate(1);
        manifest.client_manifest = None;
        manifest.settings.clear();
        assert_eq!(again(&manifest), Ok(manifest));
    }
}
