//! The attributes of an element: when it is shown, and how it looks.

use super::look::{Look, Styles};
use super::time::Clock;
use crate::base::xml;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

/// The attributes of an element, as far as they matter for cues.
#[derive(Default)]
pub(super) struct Attributes {
    /// `xml:id`, by which others refer to a style.
    pub(super) id: Option<String>,
    /// `begin`, as written.
    pub(super) begin: Option<String>,
    /// `end`, as written.
    pub(super) end: Option<String>,
    /// `dur`, as written.
    pub(super) duration: Option<String>,
    /// Whether its children follow each other in time (`timeContainer="seq"`).
    pub(super) is_sequence: bool,
    /// `xml:space`: whether blanks and line ends count as they are written.
    pub(super) preserves_space: Option<bool>,
    /// How it looks by its own attributes, and where these say nothing, by the styles that it refers to.
    pub(super) look: Look,
}

impl Attributes {
    /// The attributes of `start`, whose references lead to `styles`.
    pub(super) fn read(start: &BytesStart<'_>, styles: &Styles) -> Result<Self, String> {
        let (mut this, mut referred) = (Self::default(), Look::default());
        each(start, |name, value| match name {
            "id" => this.id = Some(value.to_owned()),
            "begin" => this.begin = Some(value.to_owned()),
            "end" => this.end = Some(value.to_owned()),
            "dur" => this.duration = Some(value.to_owned()),
            "timeContainer" => this.is_sequence = value == "seq",
            "space" => this.preserves_space = Some(value == "preserve"),
            "style" => referred = styles.of(value),
            _ => this.look.set(name, value),
        })?;
        this.look = this.look.or(referred);
        Ok(this)
    }

    /// Whether it has times of its own.
    pub(super) fn is_timed(&self) -> bool {
        self.begin.is_some() || self.end.is_some() || self.duration.is_some()
    }
}

/// The clock of a document with this root element.
pub(super) fn clock(root: &BytesStart<'_>) -> Result<Clock, String> {
    let (mut clock, mut multiplier) = (Clock::default(), None);
    each(root, |name, value| match name {
        "frameRateMultiplier" => multiplier = Some(value.to_owned()),
        _ => clock.set(name, value),
    })?;
    // The rate that it multiplies may stand behind it.
    multiplier.iter().for_each(|multiplier| clock.multiply(multiplier));
    Ok(clock)
}

/// Hands over each attribute: its name without a prefix, and its value.
fn each(start: &BytesStart<'_>, mut take: impl FnMut(&str, &str)) -> Result<(), String> {
    for attribute in start.attributes() {
        let attribute: Attribute<'_> =
            attribute.map_err(|error| xml::excerpt(&error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| xml::excerpt(&error.to_string()))?;
        let name = attribute.key.into_inner();
        take(name.rsplit(':').next().unwrap_or(name), &value);
    }
    Ok(())
}
