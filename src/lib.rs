//! millrace: a Smooth Streaming origin that runs at the edge.
//!
//! A media library keeps whole files; a player asks for fragments. This crate looks a request up in
//! a precomputed index and answers it with one range of one stored file: a *virtual fragment*.
//!
//! The modules stand in layers, and each knows only those below it:
//!
//! 1. [`base`]: the vocabulary, from byte ranges to XML
//! 2. bytes and text to values: [`isobmff`], [`text`], [`selection`]
//! 3. [`index`]: where every fragment lies, and the byte format that says so
//! 4. what lies in storage: [`ism`] (server manifest), [`ismc`] (client manifest), [`scan`] (a media
//!    file's tracks and fragments or samples, from its boxes alone), [`protection`]; and [`url`]: what
//!    paths ask for
//! 5. [`assemble`] (manifests and scans to an index), [`manifest`] (index to text),
//!    [`describe`] (index to JSON), [`fragment`] (request and index to parts)
//! 6. [`store`]: the doors; [`library`]: an index's life; [`proof`]; [`check`] (what becomes of files); [`gate`] (who may watch), [`origin`] (for viewers), [`admin`] (for
//!    operators), [`events`] (for changes in a bucket), [`sweep`] (for a whole library): one request, answered through the doors; [`gateway`]: what
//!    viewers ask where a cache stands behind the gate;
//!    [`sign`], [`remote`]: what a store behind HTTP is asked, and whether it answered
//! 7. `edge` (the Worker), `explain` (what the Experience page runs) or `cli` (the command line): bindings, files, clocks,
//!    networks

#[cfg(feature = "contract")]
extern crate self as millrace;

pub mod admin;
pub mod assemble;
pub mod base;
pub mod check;
pub mod describe;
pub mod events;
pub mod fragment;
pub mod gate;
pub mod gateway;
pub mod index;
pub mod ism;
pub mod ismc;
pub mod isobmff;
pub mod library;
pub mod locator;
pub mod manifest;
pub mod origin;
pub mod proof;
pub mod protection;
pub mod remote;
pub mod scan;
pub mod selection;
pub mod sign;
pub mod store;
pub mod sweep;
pub mod text;
pub mod url;
pub mod view;

#[cfg(all(target_family = "wasm", target_os = "unknown", not(feature = "explain")))]
mod edge;
#[cfg(all(target_family = "wasm", target_os = "unknown", feature = "explain"))]
mod explain;

#[cfg(test)]
#[path = "../tests/media/mod.rs"]
mod media;
