//! A difference between two origins, as their clients come by it.

use serde_json::{Value, json};
use std::fmt;

/// The meaning of a difference to a client of the old origin; the worst comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    /// It does not play the same.
    Breaks,
    /// Its manifest or media are different, and it plays.
    Differs,
    /// Its manifest or media have more.
    Better,
}

/// A difference: what it means, what it is of, and what it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Difference {
    pub(super) class: Class,
    /// A stream, a level, a fragment; or the presentation.
    pub(super) place: String,
    pub(super) what: String,
}

impl Class {
    /// A difference of this class.
    pub(super) fn at(self, place: impl Into<String>, what: impl Into<String>) -> Difference {
        Difference { class: self, place: place.into(), what: what.into() }
    }

    /// How many of `differences` are of this class.
    pub(super) fn of(self, differences: &[Difference]) -> usize {
        differences.iter().filter(|difference| difference.class == self).count()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Breaks => "breaks",
            Self::Differs => "differs",
            Self::Better => "better",
        }
    }
}

impl Difference {
    /// An object of three texts.
    pub(super) fn to_json(&self) -> Value {
        json!({ "class": self.class.name(), "place": self.place, "what": self.what })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {}: {}", self.class.name(), self.place, self.what)
    }
}
