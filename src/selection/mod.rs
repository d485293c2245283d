//! What of a presentation a client asks to be shown: tracks that an expression holds of, and a stretch of time.

mod clip;
mod error;
mod expression;
mod parse;
mod property;

pub use clip::Clip;
pub use error::SelectionError;
pub use expression::{Comparison, Described, Expression, Test};
pub use property::{Number, Word};

/// What of a presentation a client asks to be shown; all of it by default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// What holds of the tracks that are shown.
    pub filter: Option<Expression>,
    /// The stretch of time that is shown.
    pub clip: Option<Clip>,
}

impl Selection {
    /// Whether it is the whole presentation.
    pub fn is_all(&self) -> bool {
        self.filter.is_none() && self.clip.is_none()
    }
}

#[cfg(test)]
mod tests;
