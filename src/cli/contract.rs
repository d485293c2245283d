//! The stores of the command line held to what every store does (`tests/contract`).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../../tests/contract/objects.rs"]
mod objects;

use super::media::Media;
use super::place::Place;
use super::session::Session;
use super::voice::Voice;
use objects::{Desk, Kept, objects, told};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Whoever can put objects into the store.
enum Anybody {
    /// Files of this machine.
    Files(PathBuf),
    /// A server that does, of what is PUT to it or DELETEd from it.
    Server(String),
}

impl Desk for Anybody {
    async fn put(&self, key: &str, bytes: &[u8]) -> Kept {
        match self {
            Self::Files(root) => write(&root.join(key), bytes).map_err(told),
            Self::Server(url) => send(reqwest::Method::PUT, url, key, bytes.to_vec()).await,
        }
    }

    async fn remove(&self, key: &str) -> Kept {
        match self {
            Self::Files(root) => fs::remove_file(root.join(key)).map_err(told),
            Self::Server(url) => send(reqwest::Method::DELETE, url, key, Vec::new()).await,
        }
    }
}

/// Versions of a file differ by when they were changed, which may be at the same tick of a coarse clock.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let before = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    fs::create_dir_all(path.parent().unwrap())?;
    fs::write(path, bytes)?;
    let changed = before.unwrap_or_else(SystemTime::now) + Duration::from_millis(1);
    fs::File::options().write(true).open(path)?.set_modified(changed)
}

async fn send(method: reqwest::Method, url: &str, key: &str, bytes: Vec<u8>) -> Kept {
    let url = format!("{url}/{}", utf8_percent_encode(key, NON_ALPHANUMERIC));
    let sent = move || {
        let sent = reqwest::blocking::Client::new().request(method, url).body(bytes).send();
        sent.and_then(reqwest::blocking::Response::error_for_status).map(drop)
    };
    tokio::task::spawn_blocking(sent).await.map_err(told)?.map_err(told)
}

/// A folder; or the store at `CONTRACT_PLACE`, where keys begin with `CONTRACT_PREFIX` and objects are put by
/// the server at `CONTRACT_DESK`. `tests/edge/contract.test.mjs` runs it with all kinds of them.
#[test]
fn a_place_does_what_every_store_does() {
    super::tls::prepare();
    let session = Session::start(Voice::default()).unwrap();
    let folder = env::temp_dir().join(format!("millrace-contract-{}", std::process::id()));
    let (place, desk) = match env::var("CONTRACT_PLACE") {
        Ok(place) => {
            let desk =
                env::var("CONTRACT_DESK").expect("CONTRACT_DESK says who puts objects there");
            (Place::parse(place.into()).unwrap(), Anybody::Server(desk))
        }
        Err(_) => (Place::Here(folder.clone()), Anybody::Files(folder.clone())),
    };
    let prefix = env::var("CONTRACT_PREFIX").unwrap_or_default();
    let media = Media::open(&place, &prefix, &session).unwrap();
    let told = session.wait(objects(&media, &desk)).unwrap();
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    assert!(told.broken.is_empty(), "{place}: {:#?}", told.broken);
    assert!(!told.kept.is_empty());
}
