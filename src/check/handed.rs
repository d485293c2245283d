//! Files that somebody hands over together: presentations, and what is in none of them.

use super::file::{file, is_manifest};
use super::json;
use super::presentation::{Presented, presentation};
use crate::assemble::Cuts;
use crate::library::build::{Composed, compose};
use crate::scan::Way;
use crate::store::{ObjectStore, StoreError};
use crate::text::Syntax;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Looks at the files `names` in `objects`, and has each finding told as it is found: presentations first, then the files that
/// belong to none that could be served, and last what becomes of these `together`, where there are several. Of each no more is
/// read than an index takes.
pub async fn handed<O: ObjectStore>(
    objects: &O,
    names: &[String],
    cuts: Cuts,
    tell: &dyn Fn(&Value),
) {
    let (manifests, rest): (Vec<&String>, Vec<&String>) =
        names.iter().partition(|name| is_manifest(name));
    let mut taken = BTreeSet::new();
    for name in manifests.iter().filter(|name| !is_client(name)) {
        let presented = presentation(objects, name, cuts).await;
        if let Ok(Presented { sources, refusal: None, .. }) = &presented {
            taken.extend(sources.iter().map(|(key, _)| key.clone()));
        }
        tell(&presented.map_or_else(
            |error| json!({ "presentation": name, "error": unread(&error) }),
            |presented| json::presentation(&presented),
        ));
    }
    let mut served = Vec::new();
    for name in rest.into_iter().filter(|name| !is_taken(name, &taken)) {
        let looked = file(objects, name, name, cuts, Way::Tables).await;
        if looked.as_ref().is_ok_and(|looked| looked.refusal.is_none()) {
            served.push(name.clone());
        }
        tell(&looked.map_or_else(
            |error| json!({ "file": name, "error": unread(&error) }),
            |looked| json::file(&looked),
        ));
    }
    match manifests.iter().find(|_| manifests.iter().all(|name| is_client(name))) {
        Some(client) if served.is_empty() => tell(&json!({
            "file": client,
            "error": "it is a client manifest, which names no files: hand over the .ism beside it with its media",
        })),
        _ => {}
    }
    let is_media = |name: &String| Syntax::of(name).is_none();
    if manifests.is_empty() && served.len() > 1 && served.iter().any(is_media) {
        tell(&together(objects, &served, cuts).await);
    }
}

fn is_client(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".ismc")
}

/// Whether a presentation has the file, by itself or as an object of a folder.
fn is_taken(name: &str, taken: &BTreeSet<String>) -> bool {
    let folder = name.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
    taken.contains(name) || folder.is_some_and(|folder| taken.contains(&folder))
}

/// Whether `files` go together as one presentation, and the server manifest that makes them one.
async fn together<O: ObjectStore>(objects: &O, files: &[String], cuts: Cuts) -> Value {
    let composed = compose(objects, "", files, cuts).await;
    let (manifest, error, warnings) = match composed {
        Ok(Composed { manifest, warnings, built }) => {
            let (error, more) = match built {
                Ok(built) => (None, built.warnings),
                Err(error) => (Some(error.to_string()), Vec::new()),
            };
            let warnings = warnings.iter().chain(&more).map(ToString::to_string);
            (Some(manifest.render()), error, warnings.collect::<Vec<_>>())
        }
        Err(error) => (None, Some(error.to_string()), Vec::new()),
    };
    json!({
        "together": files,
        "served": error.is_none(),
        "refused": error.map(|why| json!({ "why": why, "mend": null })),
        "warnings": warnings,
        "manifest": manifest,
    })
}

/// Why a file was not read.
fn unread(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable { key, cause } => format!("{key} cannot be read: {cause}"),
        error => error.to_string(),
    }
}
