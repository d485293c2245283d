//! Manifests: what an index holds, told to players.

mod attributes;
mod cmaf;
mod codecs;
pub mod dash;
#[cfg(test)]
mod fixture;
pub mod hls;
mod protection;
mod rows;
pub mod smooth;
mod texts;

pub use cmaf::Untold;
