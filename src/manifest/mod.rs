//! Manifests: what an index holds, told to players.

mod attributes;
mod audio;
mod cmaf;
mod codecs;
pub mod dash;
#[cfg(test)]
mod fixture;
pub mod hls;
mod protection;
mod range;
mod rows;
pub mod smooth;
mod texts;
mod untold;

pub use untold::Untold;
