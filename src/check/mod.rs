//! What millrace makes of files before they are anywhere: in the words of an editor, with what mends those that would be
//! refused.
//!
//! The command line looks at files on a disk, the Experience page at files that a visitor hands it, by the same code.

mod file;
mod handed;
mod json;
mod looked;
mod mend;
mod presentation;
mod tracks;
mod words;

pub use file::{file, is_manifest};
pub use handed::handed;
pub use json::file as to_json;
pub use looked::{Advice, Looked, Spread, TrackLooked};
pub use presentation::{Presented, presentation};
