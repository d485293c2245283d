//! Timed text: cues out of the three syntaxes that people write them in, and into the two that players
//! are sent.
//!
//! All times are ticks of [`Timescale::SMOOTH`](crate::base::time::Timescale::SMOOTH).

mod block;
mod coding;
mod cue;
mod error;
mod language;
mod markup;
mod stamp;
mod syntax;
pub mod ttml;
pub mod webvtt;

pub use cue::{Cue, Line, Span, Style};
pub use error::TextError;
pub use language::language;
pub use syntax::{Outline, Outlined, Syntax};
