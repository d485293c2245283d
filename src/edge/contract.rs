//! The stores of this runtime held to what every store does (`tests/contract`), in a Worker that is built for
//! tests alone: the feature `contract` is off in whatever is deployed.

#[path = "../../tests/contract/far.rs"]
mod far;
#[path = "../../tests/contract/indexes.rs"]
mod indexes;
#[path = "../../tests/contract/objects.rs"]
mod objects;

use crate::store::{IndexStore, MediaStore};
use objects::{Desk, Kept, Told, told};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use worker::js_sys::Uint8Array;
use worker::{Env, Fetch, Method, Request, RequestInit, Response};

/// The server of the test that puts what is PUT to it where the stores find it.
struct Server(String);

impl Server {
    async fn send(&self, method: Method, key: &str, body: Option<&[u8]>) -> Kept {
        let url = format!("{}/{}", self.0, utf8_percent_encode(key, NON_ALPHANUMERIC));
        let mut init = RequestInit::new();
        init.with_method(method).with_body(body.map(|bytes| Uint8Array::from(bytes).into()));
        let request = Request::new_with_init(&url, &init).map_err(told)?;
        let answer = Fetch::Request(request).send().await.map_err(told)?;
        objects::same("the test's server", answer.status_code(), 200)
    }
}

impl Desk for Server {
    async fn put(&self, key: &str, bytes: &[u8]) -> Kept {
        self.send(Method::Put, key, Some(bytes)).await
    }

    async fn remove(&self, key: &str) -> Kept {
        self.send(Method::Delete, key, None).await
    }
}

/// What came of holding a store to its list, if `path` asks for that.
pub(super) async fn answer(
    path: &str,
    objects: &impl MediaStore,
    indexes: &impl IndexStore,
    env: &Env,
) -> Option<worker::Result<Response>> {
    let Told { kept, broken } = match path {
        "/contract/objects" => {
            let desk = Server(env.var("DESK").ok()?.to_string());
            objects::objects(objects, &desk).await
        }
        "/contract/far" => {
            let at = env.var("FAR").ok()?.to_string().parse().ok()?;
            far::far(objects, "contract/far.mp4", at, &objects::pattern(5000)).await
        }
        "/contract/indexes" => indexes::indexes(indexes).await,
        _ => return None,
    };
    Some(Response::from_json(&json!({ "kept": kept, "broken": broken })))
}
