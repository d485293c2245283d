//! The vocabulary that every room speaks: byte ranges, chunks and samples, times and rates, whole numbers, dates, digits,
//! identifiers, codings of text, XML, JSON, quotes, the order of things, and the turns that long work takes. It knows nothing else of this
//! crate.

pub mod chunk;
pub mod coding;
pub mod date;
pub mod digits;
pub mod frame_rate;
pub mod json;
pub mod matrix;
pub mod order;
pub mod quoted;
pub mod range;
pub mod sample;
pub mod settled;
pub mod target;
pub mod time;
pub mod turns;
pub mod uuid;
pub mod varint;
pub mod whole;
pub mod xml;
