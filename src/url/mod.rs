//! What a URL asks for, read and written: one grammar (`[MS-SSTR]` 2.2.1 and 2.2.3), and
//! [`Request::parse`] of what a [`Request`] is written as is that request.
//!
//! A path is split at `/`, and attributes at `,`, before anything in it is percent-decoded
//! (`RFC 3986` 2.4): names may hold both. Parentheses and the last `=` are found by their place, so
//! clients may encode them or not.

mod arguments;
mod chapters;
mod error;
mod escape;
mod file;
mod folded;
mod format;
mod fragment;
mod level;
mod manifest;
mod name;
mod presentation;
mod query;
mod request;

pub use chapters::{ChaptersRequest, chapters};
pub use error::RequestError;
pub use escape::{decode, encode};
pub(crate) use escape::{encode_listed, encode_name};
pub use file::{FileRequest, FileType};
pub use folded::{FoldedKey, respelled};
pub use format::{Form, ManifestFormat};
pub use fragment::{Attributes, FragmentRequest, Noun, fragment_template};
pub use level::{
    Frames, INIT_FILE, LevelPart, LevelRequest, SEGMENT, WEBVTT, frames_folder, level_folder,
    playlist,
};
pub use manifest::{ManifestRequest, manifest_beside};
pub use name::{is_name, nearest_name};
pub use presentation::{MAX_PRESENTATION_LEN, check_presentation, presentation_of};
pub use request::{Request, key_of};

#[cfg(test)]
mod tests;
