//! TTML (<https://www.w3.org/TR/ttml1/>): what `SMPTE-TT`, `DFXP`, `EBU-TT-D` and `IMSC` have in common.

mod attributes;
mod decimal;
mod look;
mod read;
mod time;
mod write;

pub use read::read;
pub use write::write;
