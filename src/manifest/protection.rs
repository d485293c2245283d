//! What players of HLS and DASH need to get the keys of protected content.

use super::attributes::{number, put, text};
use crate::base::digits::hex;
use crate::base::uuid::Uuid;
use crate::index::Protection;
use crate::isobmff::{Scheme, TrackProtection};
use crate::protection::{self, pssh};
use crate::view::{Level, Rendition, View};
use base64::prelude::{BASE64_STANDARD, Engine};

/// The licence systems of a presentation.
pub(super) struct Systems<'a>(protection::Systems<'a>);

/// The tag of a playlist that states a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tag {
    /// The playlist of a level.
    Key,
    /// The multivariant playlist, so that it can be asked for sooner.
    SessionKey,
}

impl Tag {
    fn name(self) -> &'static str {
        match self {
            Self::Key => "EXT-X-KEY",
            Self::SessionKey => "EXT-X-SESSION-KEY",
        }
    }
}

impl<'a> Systems<'a> {
    /// The licence systems of what `view` shows.
    pub(super) fn of(view: &View<'a>) -> Self {
        Self(view.systems())
    }

    /// The key of a level as HLS states it (`RFC 8216` 4.3.2.4, 4.3.4.5): once for each licence system
    /// that has a `KEYFORMAT`. PlayReady's takes its own object, those of others a `pssh`.
    pub(super) fn tags(&self, tag: Tag, level: &TrackProtection) -> String {
        let mut out = String::new();
        let key_id = level.encryption.key_id;
        for protection in self.0.of_key(key_id).filter(|each| !is_common(each)) {
            put(&mut out, format_args!("#{}:METHOD={}", tag.name(), method(level.scheme)));
            if protection.system_id == Protection::PLAYREADY {
                out.push_str(",URI=\"data:text/plain;charset=UTF-16;base64,");
                BASE64_STANDARD.encode_string(&protection.data, &mut out);
                out.push_str("\",KEYFORMAT=\"com.microsoft.playready\"");
            } else {
                put(&mut out, format_args!(",KEYID=0x{}", hex(&key_id)));
                out.push_str(",URI=\"data:text/plain;base64,");
                BASE64_STANDARD.encode_string(pssh(protection, key_id), &mut out);
                let system = Uuid(protection.system_id);
                put(&mut out, format_args!("\",KEYFORMAT=\"urn:uuid:{system}\""));
            }
            out.push_str(",KEYFORMATVERSIONS=\"1\"\n");
        }
        out
    }

    /// The key of a level as DASH states it (`ISO/IEC 23009-1` 5.8.4.1, `ISO/IEC 23001-7` 11.2): which
    /// it is, and then what clients hand to each licence system.
    pub(super) fn elements(&self, out: &mut String, level: &TrackProtection, indent: &str) {
        let key_id = level.encryption.key_id;
        put(out, format_args!("{indent}<ContentProtection"));
        text(out, "schemeIdUri", "urn:mpeg:dash:mp4protection:2011");
        number(out, "value", level.scheme.code().escape_ascii());
        number(out, "cenc:default_KID", Uuid(key_id));
        out.push_str("/>\n");
        for protection in self.0.of_key(key_id) {
            let is_playready = protection.system_id == Protection::PLAYREADY;
            put(out, format_args!("{indent}<ContentProtection"));
            let system = Uuid(protection.system_id);
            number(out, "schemeIdUri", format_args!("urn:uuid:{system}"));
            if is_playready {
                text(out, "value", "MSPR 2.0");
            }
            put(out, format_args!(">\n{indent}  <cenc:pssh>"));
            BASE64_STANDARD.encode_string(pssh(protection, key_id), out);
            out.push_str("</cenc:pssh>\n");
            if is_playready {
                put(out, format_args!("{indent}  <mspr:pro>"));
                BASE64_STANDARD.encode_string(&protection.data, out);
                out.push_str("</mspr:pro>\n");
            }
            put(out, format_args!("{indent}</ContentProtection>\n"));
        }
    }
}

fn method(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Cenc => "SAMPLE-AES-CTR",
        Scheme::Cbcs => "SAMPLE-AES",
    }
}

/// Whether it names keys for an application that has them, and no licence system: HLS has no
/// `KEYFORMAT` for that.
fn is_common(protection: &Protection) -> bool {
    const COMMON: u128 = 0x1077_efec_c0b2_4d02_ace3_3c1e_52e2_fb4b;
    protection.system_id == COMMON.to_be_bytes()
}

/// The namespaces of what [`Systems::elements`] writes, if any level is protected.
pub(super) fn namespaces(out: &mut String, renditions: &[Rendition<'_>]) {
    let mut levels = renditions.iter().flat_map(|rendition| &rendition.levels);
    if levels.any(|level| level.protection.is_some()) {
        text(out, "xmlns:cenc", "urn:mpeg:cenc:2013");
        text(out, "xmlns:mspr", "urn:microsoft:playready");
    }
}

/// A rendition's keys as DASH states them: once for all levels where they share one, and else for each.
pub(super) struct Keys<'a> {
    systems: &'a Systems<'a>,
    shared: Option<TrackProtection>,
}

impl<'a> Keys<'a> {
    /// The protections of `rendition`, in a presentation of these `systems`.
    pub(super) fn of(systems: &'a Systems<'a>, rendition: &Rendition<'_>) -> Self {
        Self { systems, shared: shared(rendition) }
    }

    /// Writes the `ContentProtection` elements of an adaptation set.
    pub(super) fn of_all(&self, out: &mut String) {
        if let Some(protection) = &self.shared {
            self.systems.elements(out, protection, "      ");
        }
    }

    /// Writes the `ContentProtection` elements of a representation.
    pub(super) fn of_level(&self, out: &mut String, level: &Level<'_>) {
        if let Some(protection) = level.protection.filter(|_| self.shared.is_none()) {
            self.systems.elements(out, &protection, "        ");
        }
    }
}

/// How all levels are protected, if all are in the same way.
fn shared(rendition: &Rendition<'_>) -> Option<TrackProtection> {
    let mut protections = rendition.levels.iter().map(|level| level.protection);
    let first = protections.next()??;
    let stated = |each: TrackProtection| (each.scheme, each.encryption.key_id);
    protections.all(|other| other.map(stated) == Some(stated(first))).then_some(first)
}

#[cfg(test)]
mod tests;
