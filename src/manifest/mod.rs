//! Manifests: a view, told to players in the words of their protocol.

mod attributes;
pub mod dash;
pub mod hls;
mod protection;
mod rows;
pub mod smooth;
