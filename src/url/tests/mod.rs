//! The grammar, path by path: what each is read as, what is refused, and that what is written is read again.

mod manifests;
mod media;
mod refused;
mod spelling;
mod written;

use super::*;
use crate::index::Generation;
use std::borrow::Cow;

const GENERATION: &str = "00ff00ff00ff00ff";

fn generation() -> Generation {
    Generation::parse(GENERATION).unwrap()
}

fn fragment(path: &str) -> FragmentRequest<'_> {
    match Request::parse(path) {
        Ok(Request::Fragment(fragment)) => fragment,
        other => panic!("{path}: {other:?}"),
    }
}

fn manifest(path: &str) -> (Cow<'_, str>, ManifestFormat) {
    match Request::parse(path) {
        Ok(Request::Manifest(manifest)) => (manifest.presentation, manifest.format),
        other => panic!("{path}: {other:?}"),
    }
}
