//! Manifests: a view as text, each in the format of its protocol.

mod attributes;
pub mod chapters;
pub mod dash;
pub mod hls;
mod once;
mod protection;
mod rows;
pub mod smooth;
