//! The playlists of HLS (`RFC 8216`, with what `draft-pantos-hls-rfc8216bis` says of CMAF).

mod audio;
mod iframes;
mod keys;
mod master;
mod media;
mod parts;
mod splices;
mod subtitles;
mod variant;

pub use master::master;
pub use media::playlist;

#[cfg(test)]
mod tests;
