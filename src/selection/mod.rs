//! What of a presentation a client asks to be shown: tracks that an expression holds of, a stretch of time, and what
//! an address of Azure's packager says beside them.

mod clip;
mod definition;
mod encryption;
mod error;
mod expression;
mod name;
mod parse;
mod property;

pub use clip::Clip;
pub use definition::DefinitionError;
pub use encryption::RequiredEncryption;
pub use error::SelectionError;
pub use expression::{Comparison, Described, Expression, Test};
pub use name::FilterName;
pub use property::{Number, Word};

/// The part of a presentation that a client asks for; all of it by default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// What holds of the tracks that are shown.
    pub filter: Option<Expression>,
    /// The stretch of time that is shown.
    pub clip: Option<Clip>,
    /// The level that clients are to begin with: the highest of no more bits a second, where the protocol has a word
    /// for it.
    pub first: Option<u32>,
    /// The name of the one stream of audio that is shown; all where there is none.
    pub audio: Option<String>,
    /// Whether audio can be chosen without video, where the protocol has a word for it.
    pub has_audio_alone: bool,
    /// How all video and audio has to be encrypted.
    pub encryption: Option<RequiredEncryption>,
}

impl Selection {
    /// Whether it is the whole presentation.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// What both show; `None` if no time is in both.
    pub fn and(self, other: Self) -> Option<Self> {
        let filter = match (self.filter, other.filter) {
            (Some(one), Some(other)) => Some(Expression::all(vec![one, other])),
            (one, other) => one.or(other),
        };
        let clip = match (self.clip, other.clip) {
            (Some(one), Some(other)) => Some(one.and(other)?),
            (one, other) => one.or(other),
        };
        Some(Self {
            filter,
            clip,
            first: self.first.or(other.first),
            audio: self.audio.or(other.audio),
            has_audio_alone: self.has_audio_alone || other.has_audio_alone,
            encryption: self.encryption.or(other.encryption),
        })
    }

    /// Names it: equal selections have the same text, and different ones another.
    pub fn canonical(&self) -> String {
        let filter = self.filter.as_ref().map(Expression::to_string).unwrap_or_default();
        let clip = self.clip.map(|clip| clip.written(';')).unwrap_or_default();
        let first = self.first.map(|first| first.to_string()).unwrap_or_default();
        let audio = self.audio.as_deref().unwrap_or_default().to_ascii_lowercase();
        let alone = if self.has_audio_alone { "alone" } else { "" };
        let encryption = self.encryption.map(RequiredEncryption::name).unwrap_or_default();
        format!("{clip}\n{first}\n{alone}\n{encryption}\n{audio}\n{filter}")
    }
}

#[cfg(test)]
mod tests;
