//! The vocabulary that every room speaks: byte ranges, times and rates, dates, identifiers, XML, and the
//! turns that long work takes. It knows nothing else of this crate.

pub mod date;
pub mod frame_rate;
pub mod matrix;
pub mod range;
pub mod settled;
pub mod time;
pub mod turns;
pub mod uuid;
pub mod varint;
pub mod xml;
