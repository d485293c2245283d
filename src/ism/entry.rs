//! A track as a server manifest describes it, in attributes and in parameters.

use crate::base::whole::whole;
use crate::base::xml;
use crate::index::{Attribute, StreamKind};

/// The most custom attributes of a track, and their longest name or value.
const MAX_CUSTOM: usize = 32;
const MAX_LEN: usize = 1024;
/// The most characters of a label.
const MAX_LABEL: usize = 256;
/// The most roles of a track.
const MAX_ROLES: usize = 8;

/// A track, as far as the server manifest describes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Entry {
    /// Which of [`ServerManifest::media`](super::ServerManifest::media) holds it.
    pub media: usize,
    /// What is in it; `None` where a `ref` leaves that to the file.
    pub kind: Option<StreamKind>,
    /// `systemBitrate`, by which URLs name it.
    pub bitrate: Option<u32>,
    /// `trackID`: its `track_ID` in the file.
    pub track_id: Option<u32>,
    /// `trackName`, by which URLs name its stream.
    pub name: Option<String>,
    /// `systemLanguage`.
    pub language: Option<String>,
    /// `Subtype`, of a text track.
    pub subtype: Option<String>,
    /// `title` or `trackDescription`: what viewers are to read.
    pub title: Option<String>,
    /// `accessibility`: for whom it is made.
    pub accessibility: Option<String>,
    /// `role`, as often as it stands there, word by word.
    pub roles: Vec<String>,
    /// `default`: whether it is to be played where a viewer chooses none.
    pub is_default: bool,
    /// Parameters named `{namespace}_{attribute}`, which tell apart tracks that are otherwise
    /// named alike.
    pub custom_attributes: Vec<Attribute>,
}

/// The value of an attribute or a parameter of this name, which is no whole number.
pub(super) struct NotWhole {
    pub(super) name: &'static str,
    pub(super) value: String,
}

impl Entry {
    /// Takes a parameter.
    pub(super) fn param(&mut self, name: String, value: String) -> Result<(), NotWhole> {
        let custom = xml::is_name(&name) && name.contains('_');
        if custom
            && value.len().max(name.len()) <= MAX_LEN
            && self.custom_attributes.len() < MAX_CUSTOM
        {
            self.custom_attributes.push(Attribute { name, value });
            return Ok(());
        }
        self.set(&name, &value)
    }

    /// Takes an attribute or a parameter: producers write some as either, in any case.
    /// What was said first stands.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), NotWhole> {
        let value = value.trim();
        let text = |old: &mut Option<String>| {
            if old.is_none() && !value.is_empty() {
                *old = Some(value.to_owned());
            }
        };
        let label = |old: &mut Option<String>| {
            if old.is_none() && !value.is_empty() {
                *old = Some(value.chars().take(MAX_LABEL).collect());
            }
        };
        match name.to_ascii_lowercase().as_str() {
            "systembitrate" => number("systemBitrate", value, &mut self.bitrate)?,
            "trackid" => number("trackID", value, &mut self.track_id)?,
            "trackname" => text(&mut self.name),
            "systemlanguage" => text(&mut self.language),
            "subtype" => text(&mut self.subtype),
            "title" | "trackdescription" => label(&mut self.title),
            "accessibility" => label(&mut self.accessibility),
            "role" => value.split_whitespace().for_each(|word| self.play(word)),
            "default" => self.is_default |= is_yes(value),
            _ => {}
        }
        Ok(())
    }

    /// Takes a role, unless it is said already, in any case.
    fn play(&mut self, word: &str) {
        let is_said = self.roles.iter().any(|role| role.eq_ignore_ascii_case(word));
        if !is_said && self.roles.len() < MAX_ROLES {
            self.roles.push(word.chars().take(MAX_LABEL).collect());
        }
    }
}

fn number(name: &'static str, value: &str, old: &mut Option<u32>) -> Result<(), NotWhole> {
    if old.is_none() && !value.is_empty() {
        let wrong = || NotWhole { name, value: xml::excerpt(value) };
        *old = Some(whole(value).ok_or_else(wrong)?);
    }
    Ok(())
}

/// Whether a flag is set.
fn is_yes(value: &str) -> bool {
    ["true", "yes", "1"].iter().any(|yes| yes.eq_ignore_ascii_case(value))
}
