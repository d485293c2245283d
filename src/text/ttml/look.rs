//! The look of text: bold, italic, underlined, by attributes of its own or by reference to a style.

use crate::text::cue::Style;
use std::collections::HashMap;

/// The look that an element states; `None` where it takes that of its parent.
#[derive(Clone, Copy, Default)]
pub(super) struct Look {
    bold: Option<bool>,
    italic: Option<bool>,
    underline: Option<bool>,
}

impl Look {
    /// Heeds an attribute of `tts`, by its name without a prefix; others say nothing of how it looks.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match name {
            "fontWeight" => self.bold = Some(value == "bold"),
            "fontStyle" => self.italic = Some(value == "italic" || value == "oblique"),
            "textDecoration" => {
                for word in value.split_ascii_whitespace() {
                    match word {
                        "underline" => self.underline = Some(true),
                        "none" | "noUnderline" => self.underline = Some(false),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// What this says, and where it says nothing, what `other` does.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            bold: self.bold.or(other.bold),
            italic: self.italic.or(other.italic),
            underline: self.underline.or(other.underline),
        }
    }

    /// The style of an element that says this and stands in one of the style `outer`.
    pub(super) fn within(self, outer: Style) -> Style {
        Style {
            bold: self.bold.unwrap_or(outer.bold),
            italic: self.italic.unwrap_or(outer.italic),
            underline: self.underline.unwrap_or(outer.underline),
        }
    }
}

/// The styles of a document, by `xml:id`.
#[derive(Default)]
pub(super) struct Styles(HashMap<String, Look>);

impl Styles {
    /// Has `id` name this look.
    pub(super) fn define(&mut self, id: &str, look: Look) {
        self.0.insert(id.to_owned(), look);
    }

    /// What the styles of these `names` say together; where two say different things, the later one.
    pub(super) fn of(&self, names: &str) -> Look {
        let looks = names.split_ascii_whitespace().filter_map(|name| self.0.get(name));
        looks.fold(Look::default(), |before, look| look.or(before))
    }
}
