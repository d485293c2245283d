//! A tiny writer of media files, for tests: boxes, tracks, fragments, and a file whose media bytes
//! are not there, so that it is seen when they are read.

#![allow(dead_code, reason = "each test crate uses a part of it")]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod boxes;
mod entries;
mod file;
mod fragments;
mod movie;
mod plain;
mod tables;

#[allow(unused_imports, reason = "each test crate uses a part of it")]
pub(crate) use {boxes::*, entries::*, file::*, fragments::*, movie::*, plain::*, tables::*};
